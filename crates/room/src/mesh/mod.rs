//! mesh
mod command;
pub use command::*;
