//! The behaviour of calls, one test for each rule, in a simulated [`World`].

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod devices;
mod directions;
mod helpers;
mod joining;
mod limits;
mod lists;
mod negotiation;
mod paths;
mod publishing;
mod reconnecting;
mod servers;
mod sessions;
mod states;
mod tiles;
mod tokens;
#[path = "../world/mod.rs"]
mod world;

use helpers::*;
use tt_rtc_room::Mesh;

type World = world::World<Mesh>;
