//! What a server does, seen over real sockets on loopback.

#![allow(unreachable_pub, reason = "these modules are seen by this program alone")]

mod client;
mod joining;
