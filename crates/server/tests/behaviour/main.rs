//! The behaviour of a server over real sockets on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(unreachable_pub, reason = "these modules are seen by this program alone")]

mod client;
mod hostile;
mod joining;
mod limits;
mod operations;
mod trust;
