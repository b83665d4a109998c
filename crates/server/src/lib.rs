//! The hub of rooms behind WebSocket.
//!
//! [`Server`] is the sans-IO hub of `tt-rtc-room` with sockets, a clock and limits around it. It is
//! an axum router, to be served by itself or nested at a path of another one:
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
//! // With the addresses of those who connect, which are counted.
//! let app = app.into_make_service_with_connect_info::<SocketAddr>();
//! axum::serve(listener, app).await?;
//! // At the end, the rooms are handed over to the next server.
//! server.shut_down().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What a connection carries
//!
//! Text frames, each with one message as JSON: [`ClientMessage`] to the server, [`ServerMessage`]
//! from it, as serde writes them. The first one is `join`. No subprotocol is asked for.
//!
//! The server pings at WebSocket's own level when it has heard nothing for half of
//! [`LimitsConfig::silence_ms`](config::LimitsConfig::silence_ms); browsers answer by themselves,
//! even of a page in the background.
//!
//! When the server closes a connection, the code of the close frame says why. A session that the
//! server will not have, or no longer, is first told so by
//! [`Removed`](tt_rtc_room::protocol::ServerMessage::Removed); the code says the same. All other
//! ends leave the session alive for twelve seconds, to be resumed over another connection.
//!
//! | code | name | means | connect again? |
//! |---|---|---|---|
//! | 1000 | `Left` | the participant said `leave` | no |
//! | 1002 | `Protocol` | frames that break the rules of WebSocket (after `removed`) | no |
//! | 1003 | `Binary` | bytes instead of a text (after `removed`) | no |
//! | 1007 | `NotUtf8` | a text that is not UTF-8 (after `removed`) | no |
//! | 1009 | `TooBig` | a message that is too long (after `removed`) | no |
//! | 1012 | `Restart` | the server is going down | yes, the session goes on at the next one |
//! | 4000 | `BadMessage` | no message, out of place or out of bounds; the reason says more | no |
//! | 4001 | `Version` | no such protocol version | no |
//! | 4002 | `InvalidToken` | the token is not one of this app, room and user | no |
//! | 4003 | `TokenExpired` | the token has expired | with a new token |
//! | 4004 | `DuplicateLogin` | the same user joined elsewhere | no |
//! | 4005 | `Full` | the room, or the server, is full | later |
//! | 4006 | `Kicked` | an administrator removed the user | no |
//! | 4007 | `Dissolved` | an administrator ended the room | no |
//! | 4008 | `Resumed` | the session goes on over another connection | no |
//! | 4009 | `Silent` | nothing was heard for too long, no answer to a ping either | yes |
//! | 4010 | `Slow` | too slow in reading what it is sent | yes |
//! | 4011 | `TooMany` | too many messages or bytes in too short a time | yes, after a while |
//! | 4012 | `NotJoined` | no `join` in time after connecting | no |
//!
//! A connection is refused before it is one, by HTTP: 403 for a page of an origin that may not
//! connect, 429 for an address with too many connections, 503 when the server is full or going
//! down. A browser tells a page none of that but the failure (1006).
//!
//! [`ClientMessage`]: tt_rtc_room::protocol::ClientMessage
//! [`ServerMessage`]: tt_rtc_room::protocol::ServerMessage

mod addresses;
mod admin;
mod clock;
mod close;
pub mod config;
mod ice;
pub mod listen;
mod metrics;
mod outbox;
mod rate;
mod router;
mod server;
mod shard;
mod websocket_session;

pub use close::CloseCode;
pub use config::Config;
pub use server::{RoomSummary, Server};
