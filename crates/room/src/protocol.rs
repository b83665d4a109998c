//! The messages between a participant and a hub.
//!
//! A connection carries whole messages in order. The first message is [`ClientMessage::Join`], which
//! names the protocol version. The hub refuses a connection that begins with another message.
//! Unknown fields are ignored. An unknown message is an error that names it. Every text and list has
//! a limit, which is checked while it is parsed.
//!
//! The type parameter of a message is the payload of a signal ([`crate::Backend::Signal`]). The hub
//! forwards it, and removes from it what the token of the sender does not allow.

use serde::{Deserialize, Serialize};

pub use crate::bounds::{
    MAX_CANDIDATE, MAX_CANDIDATES, MAX_ICE_SERVERS, MAX_ICE_TEXT, MAX_ICE_URLS, MAX_MEMBERS,
    MAX_SAFE_INTEGER, MAX_SDP, MAX_TOKEN, Text,
};
use crate::bounds::{ice_text, integer, list, optional_integer, urls};
use crate::id::{AppId, RoomId, SessionId, SessionSecret, UserId};
use crate::media::Sources;
use crate::mesh::Envelope;

/// The version of this protocol.
pub const VERSION: u16 = 1;

/// A message from a participant to its hub.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientMessage<Signal = Envelope> {
    /// The first message of every connection. It joins a room, or resumes the session of the secret.
    Join(Box<Join>),
    /// Replaces the participant's presence. The answer is [`ServerMessage::Granted`].
    Update(Presence),
    /// A signal for another session of the room.
    Signal(SignalTo<Signal>),
    /// Replaces the token. The answer is [`ServerMessage::Token`].
    Token(TokenUpdate),
    /// Ends the session at once.
    Leave,
    /// Checks the connection. The answer is [`ServerMessage::Pong`].
    Ping,
}

/// A request to join a room or to resume a session in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Join {
    /// The highest protocol version that the participant supports.
    pub version: u16,
    /// The app.
    pub app: AppId,
    /// The room.
    pub room: RoomId,
    /// The user.
    pub user: UserId,
    /// The secret of the session. The session id is its hash.
    pub secret: SessionSecret,
    /// The AccessToken. Ignored if the app has no key.
    pub token: Text<MAX_TOKEN>,
    /// The join time that an earlier hub assigned to this session.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_integer"
    )]
    pub joined_at: Option<u64>,
    /// What the participant publishes and whether it is visible.
    pub presence: Presence,
}

/// What a participant publishes and whether it is in the lists of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Counts the participant's changes. The answer repeats it.
    pub revision: u32,
    /// Whether the participant is in the lists of others.
    pub visible: bool,
    /// The sources that are captured and published.
    pub sources: Sources,
}

/// The payload of a signal.
pub trait SignalPayload {
    /// Removes the sources that the sender subscribes to. Its token does not allow to subscribe.
    fn deny_subscriptions(&mut self);
}

/// A signal to a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignalTo<Signal = Envelope> {
    /// The receiver.
    pub to: SessionId,
    /// The payload.
    pub envelope: Signal,
}

/// A signal from a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignalFrom<Signal = Envelope> {
    /// The sender. The hub sets it; a participant cannot choose it.
    pub from: SessionId,
    /// The payload.
    pub envelope: Signal,
}

/// A new token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenUpdate {
    /// Counts the participant's token updates. The answer repeats it.
    pub revision: u32,
    /// The AccessToken. Ignored if the app has no key.
    pub token: Text<MAX_TOKEN>,
}

/// A message from a hub to a participant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ServerMessage<Signal = Envelope> {
    /// The participant has joined or resumed.
    Welcome(Box<Welcome>),
    /// The participant is not in the room, or no longer. The hub closes the connection.
    Removed(Removal),
    /// Other members joined or changed. Each replaces the member with the same session.
    Members(#[serde(deserialize_with = "list::<_, _, MAX_MEMBERS>")] Vec<Member>),
    /// Other members left the room or became invisible to this one. It did not know those who came and
    /// went between two announcements.
    Left(#[serde(deserialize_with = "list::<_, _, MAX_MEMBERS>")] Vec<SessionId>),
    /// A signal from another session of the room.
    Signal(SignalFrom<Signal>),
    /// Signals to this session were dropped, because too many wait for it: its connection is slow.
    Congested(SessionId),
    /// The answer to [`ClientMessage::Update`]. The hub also sends it when it grants more or less
    /// than before, for example because another member stopped publishing.
    Granted(Granted),
    /// The answer to [`ClientMessage::Token`].
    Token(TokenAnswer),
    /// Replaces the STUN and TURN servers before their credentials expire.
    IceServers(IceServers),
    /// The answer to [`ClientMessage::Ping`].
    Pong,
}

/// The answer to a successful [`Join`]: the state of the room.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The protocol version to use.
    pub version: u16,
    /// The hub's number ([`crate::HubConfig::id`]). A number other than before means that the hub
    /// has restarted and remembers no sessions.
    pub hub: u32,
    /// The join time, in Unix milliseconds. The participant sends it to the next hub.
    #[serde(deserialize_with = "integer")]
    pub joined_at: u64,
    /// All other members that are visible to this one.
    #[serde(deserialize_with = "list::<_, _, MAX_MEMBERS>")]
    pub members: Vec<Member>,
    /// The part of the presence that was granted.
    pub granted: Granted,
    /// Milliseconds until the token expires. `None` if it does not.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_integer"
    )]
    pub token_expires_in: Option<u64>,
    /// STUN and TURN servers.
    #[serde(default, deserialize_with = "list::<_, _, MAX_ICE_SERVERS>")]
    pub ice_servers: Vec<IceServer>,
}

/// Another session in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The session.
    pub session: SessionId,
    /// The user.
    pub user: UserId,
    /// The join time, in Unix milliseconds. Lists are sorted by it, then by session.
    #[serde(deserialize_with = "integer")]
    pub joined_at: u64,
    /// Whether it is in lists. An invisible member can subscribe, but not publish.
    pub visible: bool,
    /// The sources that it publishes.
    pub sources: Sources,
    /// The sources that its token allows to publish. Absent if it allows all.
    #[serde(default = "all_sources", skip_serializing_if = "is_all")]
    pub allowed: Sources,
}

fn all_sources() -> Sources {
    Sources::ALL
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_all(sources: &Sources) -> bool {
    *sources == Sources::ALL
}

impl Member {
    /// The sources that it may publish: none while it is invisible.
    pub fn publishable(&self) -> Sources {
        if self.visible { self.allowed } else { Sources::NONE }
    }

    /// The key by which lists are sorted.
    pub fn join_order(&self) -> (u64, SessionId) {
        (self.joined_at, self.session)
    }
}

/// The part of a participant's presence that the hub granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// The [`Presence::revision`] that this answers.
    pub revision: u32,
    /// Whether the participant is in the lists of others.
    pub visible: bool,
    /// The sources that are in the lists of others.
    pub sources: Sources,
    /// The sources that the token allows to publish.
    pub allowed: Sources,
    /// Whether the token does not allow to subscribe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_subscribe: bool,
    /// Why less than requested was granted. `None` if all was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// Why a hub granted less than was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refused {
    /// The room has [`crate::Limits::visible`] visible members.
    VisibleLimit,
    /// The room has [`crate::Limits::publishers`] publishing members. The hub grants the rest when
    /// one of them stops.
    PublisherLimit,
    /// The token has no privilege to publish a requested source.
    Privilege,
}

/// The result of a token update.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenAnswer {
    /// The [`TokenUpdate::revision`] that this answers.
    pub revision: u32,
    /// Whether the token is valid. If not, the one before stays in use.
    pub valid: bool,
    /// Milliseconds until the token expires. `None` if it does not, or is not valid.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_integer"
    )]
    pub expires_in: Option<u64>,
}

/// The STUN and TURN servers to use from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServers {
    /// The servers.
    #[serde(deserialize_with = "list::<_, _, MAX_ICE_SERVERS>")]
    pub servers: Vec<IceServer>,
}

/// A STUN or TURN server (`RTCIceServer` of webrtc-pc).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// Its URLs.
    #[serde(deserialize_with = "urls")]
    pub urls: Vec<String>,
    /// User name for a TURN server.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "ice_text")]
    pub username: Option<String>,
    /// Password for a TURN server.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "ice_text")]
    pub credential: Option<String>,
}

/// Why a hub refuses or removes a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Removal {
    /// The hub does not support the protocol version.
    Version,
    /// A message was malformed, out of order or out of bounds.
    BadMessage,
    /// The token is for another app, room or user, or its signature is wrong.
    InvalidToken,
    /// The token has expired.
    TokenExpired,
    /// The same user joined again elsewhere.
    DuplicateLogin,
    /// The room, or the hub, is full.
    Full,
    /// An administrator removed the user.
    Kicked,
    /// An administrator dissolved the room.
    Dissolved,
}
