//! What a call room is.

pub mod backend;
pub mod error;
pub mod id;
pub mod media;
pub mod mesh;
pub mod participant;
pub mod protocol;
pub mod time;

pub use backend::{Backend, BackendOutput, MediaView, RemoteView};
