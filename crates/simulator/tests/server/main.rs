//! The server as its pages see it: over HTTP and WebSocket on loopback.

mod fixture;

mod folders;
mod hubs;
mod mocks;
mod projects;
mod proxies;
mod relays;
