//! The development server of the simulator: a mini-program's folder in, phones in a browser out.
//!
//! ```text
//! folder ── folder.rs ── project.rs (tt-miniprogram) ── app.rs  /app/…
//!                            ▲
//!                         watch.rs
//! pages' requests ── proxy.rs  /proxy ── mock.rs, or client.rs, out to the network
//! phones' media   ── relay.rs  /relay ──┐
//! phones' calls   ── signaling.rs /rtc ──┴ faults.rs: what the desk does to a phone's network
//! ```
//!
//! [`run`] is the whole of it; `guard.rs`, `guests.rs` and `secret.rs` decide who may ask for what, and all that is printed goes
//! through `terminal.rs`. `check.rs` and `doctor/` are the other commands.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod app;
mod browser;
mod check;
mod client;
mod config;
mod doctor;
mod export;
mod faults;
mod folder;
mod guard;
mod guests;
mod headers;
mod lan;
mod mock;
mod options;
mod origins;
mod pages;
mod ports;
mod project;
mod proxy;
mod relay;
mod report;
mod run;
mod secret;
mod server;
mod signaling;
mod socket;
pub mod terminal;
mod token;
mod watch;

pub use check::Check;
pub use doctor::Doctor;
pub use export::Export;
pub use options::{MORE_HELP, Options};
pub use run::{Simulator, run};
