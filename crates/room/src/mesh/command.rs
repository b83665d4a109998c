//! What a mesh says to peer connections, and hears of them.

use serde::{Deserialize, Serialize};

use super::signal::Candidate;
use crate::id::SessionId;
use crate::media::{Source, Sources};
use crate::protocol::IceServer;

/// One `RTCPeerConnection`: with whom, and which of those that were made one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerId {
    /// The other side.
    pub session: SessionId,
    /// Connections to the same session are made anew with another number.
    pub generation: u32,
}

/// The index of the m-line of a source, and of its transceiver (webrtc-pc 5.4).
pub fn mline_index(source: Source) -> usize {
    source as usize
}

/// The encoding parameters of one source for one receiver (`RTCRtpEncodingParameters` of webrtc-pc).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Encoding {
    /// The highest bit rate in bit/s.
    pub max_bitrate: u32,
    /// The captured size divided by the sent size, in hundredths: 150 is 1.5.
    pub scale_down: u16,
    /// The highest frame rate in frames a second. 0 is no limit.
    pub max_frame_rate: u8,
    /// The highest length of the long side and of the short side, in pixels. 0 is no limit.
    pub max_sides: (u16, u16),
}

/// A command to one peer connection. Carry out the commands of one peer in order, each after the
/// one before has come to its end; those of different peers are independent.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerCommand {
    /// Which connection.
    pub peer: PeerId,
    /// What to do with it.
    pub action: PeerAction,
}

/// What to do with a peer connection. An action that fails is reported as
/// [`PeerEvent::ActionFailed`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PeerAction {
    /// Make it, with these servers.
    Open(Vec<IceServer>),
    /// Use these servers in place of those before, from the next ICE restart on.
    Servers(Vec<IceServer>),
    /// Make and set a local offer; report it as [`PeerEvent::Offer`].
    ///
    /// Its m-lines are microphone and camera and, with `screen`, screen and screen audio, in this
    /// order, all `sendrecv`; lines that exist stay.
    Offer {
        /// Whether ICE is to restart.
        restart_ice: bool,
        /// Whether the lines of a screen are to be there.
        screen: bool,
    },
    /// Set a remote offer, then make and set the answer; report it as [`PeerEvent::Answer`].
    AcceptOffer(String),
    /// Set a remote answer. Report [`PeerEvent::Accepted`].
    AcceptAnswer(String),
    /// Add a remote candidate; one that cannot be used is nobody's concern.
    AddCandidate(Candidate),
    /// From now on send this source with this encoding, or stop sending it. Never renegotiates; a
    /// line that does not exist yet sends as soon as it does.
    Send(Source, Option<Encoding>),
    /// Send each picture whole once, not only what has changed in it: the other side has missed
    /// some.
    KeyFrames,
    /// Send no pictures, whatever is to be sent; or send them again, each whole at first.
    PauseVideo(bool),
    /// From now on play and show these sources, and no others.
    Receive(Sources),
    /// Read its statistics and report them as [`PeerEvent::Traffic`]. This does not wait for the
    /// actions before it.
    ReadStatistics,
    /// Close it and let go of everything. This does not wait for the actions before it.
    Close,
}

/// An event of one peer connection.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeshEvent {
    /// Which connection.
    pub peer: PeerId,
    /// What happened.
    pub event: PeerEvent,
}

/// What happened to a peer connection.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PeerEvent {
    /// The local offer is made and set.
    Offer(String),
    /// The local answer is made and set: negotiation is complete.
    Answer(String),
    /// The remote answer is set: negotiation is complete.
    Accepted,
    /// A local candidate.
    Candidate(Candidate),
    /// An action failed: the connection is of no use.
    ActionFailed,
    /// `connectionState` became `connected`.
    Connected,
    /// `connectionState` became `disconnected`.
    Disconnected,
    /// `connectionState` became `failed`.
    ConnectionFailed,
    /// What `getStats` says.
    Traffic(Traffic),
}

impl PeerEvent {
    /// Whether it brings a connection that is being made forward.
    pub(super) fn is_progress(&self) -> bool {
        matches!(self, Self::Offer(_) | Self::Answer(_) | Self::Accepted | Self::Candidate(_))
    }
}

/// Counters of one connection since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// Bytes of all kinds received over the selected candidate pair, RTP, RTCP and STUN.
    pub bytes_received: u64,
    /// RTP packets received.
    pub packets_received: u64,
    /// RTP packets that should have been received, and were not.
    pub packets_lost: u64,
    /// The last round trip over the selected candidate pair, in milliseconds; not a counter.
    pub round_trip: u32,
    /// How long the browser took to read the counters, in milliseconds: they may be as old.
    pub age: u32,
}
