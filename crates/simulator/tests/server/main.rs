//! The server as its pages see it: over HTTP and WebSocket on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod fixture;

mod checks;
mod doctors;
mod folders;
mod hubs;
mod mocks;
mod origins;
mod projects;
mod proxies;
mod relays;
mod secrets;
mod sockets;
mod terminals;
