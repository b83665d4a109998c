//! participant
mod call;
pub use call::*;
