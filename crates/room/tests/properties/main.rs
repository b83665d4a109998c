//! Properties that hold for any input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(unreachable_pub, reason = "these modules are seen by this program alone")]

mod arbitrary;
mod corpus;
mod fanout;
mod hub;
mod mesh;
mod participant;
mod protocol;
