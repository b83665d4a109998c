//! What a call room is.

pub mod backend;
pub mod error;
pub mod hub;
pub mod id;
pub mod media;
pub mod mesh;
pub mod participant;
pub mod protocol;
pub mod time;
mod timer;
pub mod token;

pub use backend::{Backend, BackendOutput, MediaView, RemoteView};
pub use hub::{ConnectionId, Hub, HubConfig, HubOutput, Limits};
pub use mesh::Mesh;
pub use participant::{Call, CallId, Event, JoinOptions, Output, Participant};
pub use time::{Instant, Now};
