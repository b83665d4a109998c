//! What a participant and a hub say to each other.
//!
//! A connection carries whole messages in order. Its first message is [`ClientMessage::Join`],
//! which also names the version; everything else before it is refused. Unknown fields are ignored,
//! an unknown message is an error that names it, and every text and list has a limit that is
//! checked as it is parsed.

use serde::{Deserialize, Serialize};

pub use crate::bounds::{
    MAX_CANDIDATE, MAX_ICE_SERVERS, MAX_ICE_TEXT, MAX_ICE_URLS, MAX_MEMBERS, MAX_SAFE_INTEGER,
    MAX_SDP, MAX_TOKEN, Text,
};
use crate::bounds::{ice_text, integer, list, optional_integer, urls};
use crate::id::{AppId, RoomId, SessionId, SessionSecret, UserId};
use crate::media::Sources;

/// The version of the protocol written here.
pub const VERSION: u16 = 1;

/// What a participant says to its hub.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientMessage {
    /// The first message of every connection: joins, or resumes the session of the secret.
    Join(Box<Join>),
    /// What I publish and whether I am seen, whole.
    Update(Presence),
    /// For another session of my room.
    Signal(SignalTo),
    /// Puts a new token in place of the one I joined with.
    Token(TokenUpdate),
    /// Goodbye: ends the session at once.
    Leave,
    /// Are you there?
    Ping,
}

/// Asks for a place in a room.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Join {
    /// The protocol version spoken.
    pub version: u16,
    /// The app.
    pub app: AppId,
    /// The room.
    pub room: RoomId,
    /// The user.
    pub user: UserId,
    /// Opens the session; its id follows from it.
    pub secret: SessionSecret,
    /// AccessToken; any text where the app has no key.
    pub token: Text<MAX_TOKEN>,
    /// My place in the room, as an earlier hub assigned it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_integer"
    )]
    pub joined_at: Option<u64>,
    /// What I publish and whether I am seen.
    pub presence: Presence,
}

/// What a participant publishes and whether others see it in their lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Counts the participant's changes, so that the answer tells which one it is about.
    pub revision: u32,
    /// Whether others see me.
    pub visible: bool,
    /// What I publish: captured and published.
    pub sources: Sources,
}

/// A signal on its way to a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignalTo {
    /// The receiver.
    pub to: SessionId,
    /// The content.
    pub envelope: Envelope,
}

/// A signal that came from a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignalFrom {
    /// The sender, as the hub knows it.
    pub from: SessionId,
    /// The content.
    pub envelope: Envelope,
}

/// One step of the ordered, reliable exchange between two participants.
///
/// Hubs may lose signals (a connection broke, a hub was restarted); the two ends count them, so
/// what is lost is sent again and what comes twice is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Which peer connection between the two this is about. A higher one replaces the one before.
    pub generation: u32,
    /// Number of the last signal of the other side that arrived here.
    pub ack: u32,
    /// Number of `signal`, from 1 on; 0 when there is none.
    #[serde(default)]
    pub seq: u32,
    /// The signal; none in a mere acknowledgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signal>,
}

/// What two participants tell each other about the connection between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Signal {
    /// The sources that the sender subscribes to, of all that the receiver publishes now or later.
    Subscribe(Sources),
    /// A session description to be answered.
    Offer(Offer),
    /// The answer to the last offer.
    Answer(Text<MAX_SDP>),
    /// An ICE candidate.
    Candidate(Candidate),
    /// Make an offer, for this: of a connection only the side that opened it offers.
    Renegotiate(Renegotiate),
}

/// An SDP offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The description.
    pub sdp: Text<MAX_SDP>,
    /// Whether it has the m-lines of a screen.
    pub screen: bool,
}

/// What an offer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Renegotiate {
    /// Whether ICE is to restart.
    pub restart_ice: bool,
    /// Whether the m-lines of a screen are needed.
    pub screen: bool,
}

/// An ICE candidate (`RTCIceCandidateInit` of the W3C).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The candidate line.
    pub candidate: Text<MAX_CANDIDATE>,
    /// The index of its m-line (`sdpMLineIndex`).
    pub mline_index: u16,
}

/// A new token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenUpdate {
    /// Counts the participant's updates, so that the answer tells which one it is about.
    pub revision: u32,
    /// AccessToken; any text where the app has no key.
    pub token: Text<MAX_TOKEN>,
}

/// What a hub says to a participant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ServerMessage {
    /// You are in the room.
    Welcome(Box<Welcome>),
    /// You are not, or no longer, in the room; the connection closes.
    Removed(Removal),
    /// Somebody came, or changed: replaces what was known of that session.
    Member(Member),
    /// Somebody left.
    Left(SessionId),
    /// From another session of your room.
    Signal(SignalFrom),
    /// What came of an [`ClientMessage::Update`].
    Granted(Granted),
    /// What came of a [`ClientMessage::Token`].
    Token(TokenAnswer),
    /// New STUN and TURN servers in place of the ones before, whose credentials end.
    IceServers(IceServers),
    /// Yes.
    Pong,
}

/// The room as the hub has it, for one who comes or comes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The version to speak from now on.
    pub version: u16,
    /// Names the hub's run: another number than before means that it remembers nothing of before.
    pub hub: u32,
    /// My place in the room, for the day this hub forgets it.
    #[serde(deserialize_with = "integer")]
    pub joined_at: u64,
    /// All others in the room that I am to know of.
    #[serde(deserialize_with = "list::<_, _, MAX_MEMBERS>")]
    pub members: Vec<Member>,
    /// What I may publish and how I am seen.
    pub granted: Granted,
    /// Milliseconds until my token expires.
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

/// One of the others in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The session.
    pub session: SessionId,
    /// The user.
    pub user: UserId,
    /// Place in the room: lists are sorted by it, then by session.
    #[serde(deserialize_with = "integer")]
    pub joined_at: u64,
    /// Whether it stands in lists. An invisible one receives all the same.
    pub visible: bool,
    /// What it publishes.
    pub sources: Sources,
}

impl Member {
    /// Where the member stands in lists.
    pub fn join_order(&self) -> (u64, SessionId) {
        (self.joined_at, self.session)
    }
}

/// What the hub lets a participant do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// The [`Presence::revision`] answered.
    pub revision: u32,
    /// Whether others see me.
    pub visible: bool,
    /// What the others were told that I publish.
    pub sources: Sources,
    /// What my token lets me publish.
    pub allowed: Sources,
    /// Why less than asked was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// Why a hub granted less than was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refused {
    /// The room has its number of visible members.
    VisibleLimit,
    /// The room has its number of publishing members.
    PublisherLimit,
    /// The token has no privilege to publish this.
    Privilege,
}

/// What came of a token update.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenAnswer {
    /// The [`TokenUpdate::revision`] answered.
    pub revision: u32,
    /// Whether the token was taken.
    pub valid: bool,
    /// Milliseconds until it expires.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_integer"
    )]
    pub expires_in: Option<u64>,
}

/// STUN and TURN servers to use from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServers {
    /// All of them.
    #[serde(deserialize_with = "list::<_, _, MAX_ICE_SERVERS>")]
    pub servers: Vec<IceServer>,
}

/// A STUN or TURN server (`RTCIceServer` of the W3C).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// Its URLs.
    #[serde(deserialize_with = "urls")]
    pub urls: Vec<String>,
    /// User name of a TURN server.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "ice_text")]
    pub username: Option<String>,
    /// Password of a TURN server.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "ice_text")]
    pub credential: Option<String>,
}

/// Why a hub refuses or removes a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Removal {
    /// The hub does not speak the version.
    Version,
    /// A message that is none, out of place or out of bounds.
    BadMessage,
    /// The token is not one of this app, room and user, or has a wrong signature.
    InvalidToken,
    /// The token has expired.
    TokenExpired,
    /// The same user joined anew, elsewhere.
    DuplicateLogin,
    /// The room, or the hub, is full.
    Full,
    /// An administrator removed the user.
    Kicked,
    /// An administrator ended the room.
    Dissolved,
}
