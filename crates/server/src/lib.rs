//! The signaling server: the hub of `tt-rtc-room` behind WebSocket.
//!
//! [`Server`] drives hubs, which do no I/O themselves, with sockets, clocks and rate limits. It is an
//! axum router. Serve it alone, or nest it at a path of another router:
//!
//! ```no_run
//! use std::net::SocketAddr;
//!
//! use tt_rtc_server::{Config, Server};
//!
//! # async fn serve() -> std::io::Result<()> {
//! let server = Server::new(Config::default());
//! let app = axum::Router::new().nest("/signaling", server.router());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! // The limit of connections per address needs the client's address.
//! let app = app.into_make_service_with_connect_info::<SocketAddr>();
//! axum::serve(listener, app).await?;
//! // At shutdown, participants resume their sessions at the next server.
//! server.shut_down().await;
//! # Ok(())
//! # }
//! ```
//!
//! # The protocol
//!
//! A connection carries text messages. Each is one message as JSON, serialized by serde:
//! [`ClientMessage`] to the server, [`ServerMessage`] from the server. The first one is `join`. There
//! is no subprotocol.
//!
//! The server sends a WebSocket ping (RFC 6455 5.5.2) when nothing has arrived for half of
//! [`LimitsConfig::silence_ms`](config::LimitsConfig::silence_ms). Browsers answer it themselves, also
//! for pages in the background.
//!
//! When the server closes a connection, the code of the close frame says why. If it refuses or ends
//! the session, a [`Removed`](tt_rtc_room::protocol::ServerMessage::Removed) message precedes the
//! close frame. After all other ends, the session stays for twelve seconds and can be resumed on
//! another connection.
//!
//! | code | name | meaning | connect again? |
//! |---|---|---|---|
//! | 1000 | `Left` | the participant sent `leave` | no |
//! | 1002 | `Protocol` | a frame violates the WebSocket protocol (after `removed`) | no |
//! | 1003 | `Binary` | a binary message (after `removed`) | no |
//! | 1007 | `NotUtf8` | a text message that is not UTF-8 (after `removed`) | no |
//! | 1009 | `TooBig` | a message is longer than the limit (after `removed`) | no |
//! | 1012 | `Restart` | the server shuts down, or the room moves to another one | yes, resume at the next server |
//! | 4000 | `BadMessage` | malformed, misplaced or oversized message; the reason says more | no |
//! | 4001 | `Version` | unsupported protocol version | no |
//! | 4002 | `InvalidToken` | the token is for another app, room or user, or has a wrong signature | no |
//! | 4003 | `TokenExpired` | the token has expired | with a new token |
//! | 4004 | `DuplicateLogin` | the same user joined elsewhere | no |
//! | 4005 | `Full` | the room or the server is full | later |
//! | 4006 | `Kicked` | an administrator removed the user | no |
//! | 4007 | `Dissolved` | an administrator dissolved the room | no |
//! | 4008 | `Resumed` | the session was resumed on another connection | no |
//! | 4009 | `Silent` | nothing received within the time limit, not even the answer to a ping | yes |
//! | 4010 | `Slow` | the client reads too slowly | yes |
//! | 4011 | `TooMany` | the client exceeds the rate limit of messages or bytes | yes, after a while |
//! | 4012 | `NotJoined` | no `join` within the time limit | no |
//!
//! Before the upgrade, the server refuses a connection by HTTP: 403 for a page of an origin that is
//! not allowed, 429 for an address with too many connections, 503 when the server is full or shuts
//! down. A page learns only that the connection failed (close code 1006).
//!
//! [`ClientMessage`]: tt_rtc_room::protocol::ClientMessage
//! [`ServerMessage`]: tt_rtc_room::protocol::ServerMessage

mod addresses;
mod admin;
mod admission;
mod clock;
mod close;
pub mod config;
mod ice;
mod leases;
pub mod listen;
mod meter;
mod metrics;
mod outbox;
mod outgoing;
mod proxy_protocol;
mod rate;
mod router;
mod server;
mod shard;
mod websocket_session;

pub use close::CloseCode;
pub use config::Config;
pub use server::{RoomSummary, Server};
