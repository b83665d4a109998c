//! The behaviour tests over another backend: an SFU instead of a mesh. Only those that need no peer
//! connections.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../behaviour/helpers.rs"]
mod helpers;
#[path = "../behaviour/joining.rs"]
mod joining;
#[path = "../behaviour/lists.rs"]
mod lists;
#[path = "../behaviour/publishing.rs"]
mod publishing;
#[path = "../behaviour/reconnecting.rs"]
mod reconnecting;
#[path = "../behaviour/sessions.rs"]
mod sessions;
#[path = "../behaviour/states.rs"]
mod states;
#[path = "../behaviour/tokens.rs"]
mod tokens;
#[path = "../world/mod.rs"]
mod world;

use helpers::*;

type World = world::World<world::sfu::Sfu>;
