//! Commands to peer connections, and their events.

use serde::{Deserialize, Serialize};

use crate::id::SessionId;
use crate::media::{Source, Sources, TileSize};
use crate::protocol::{IceServer, MAX_CANDIDATE, Text};

/// Identifies one `RTCPeerConnection`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerId {
    /// The session of the other side.
    pub session: SessionId,
    /// The number of the connection. A connection that replaces another one has a higher number.
    pub generation: u32,
}

/// The index of the m-line of a source, and of its transceiver (webrtc-pc 5.4).
pub fn mline_index(source: Source) -> usize {
    source as usize
}

/// The encoding parameters of one source for one receiver (`RTCRtpEncodingParameters` of
/// webrtc-pc).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Encoding {
    /// The highest bit rate in bit/s.
    pub max_bitrate: u32,
    /// The size that the limits below allow divided by the sent size, in hundredths: 150 is 1.5.
    pub scale_down: u16,
    /// The highest frame rate in frames a second. 0 is no limit.
    pub max_frame_rate: u8,
    /// The highest length of the long side and of the short side, in pixels. 0 is no limit.
    pub max_sides: (u16, u16),
    /// The tile of the receiver. The video is sent no larger than it has to be to cover it.
    pub tile: TileSize,
}

/// A command to one peer connection. The commands of one connection are carried out in order, each
/// after the one before has finished. Those of different connections are independent.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerCommand {
    /// The connection.
    pub peer: PeerId,
    /// The action.
    pub action: PeerAction,
}

/// An action of a peer connection. If it fails, the event is [`PeerEvent::ActionFailed`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PeerAction {
    /// Creates the connection with these ICE servers.
    Open(Vec<IceServer>),
    /// Replaces the ICE servers (`setConfiguration`). They are used from the next ICE restart on
    /// (webrtc-pc 4.4.1.6).
    Servers(Vec<IceServer>),
    /// Creates and sets a local offer. The event is [`PeerEvent::Offer`].
    ///
    /// Its m-lines have the order of [`mline_index`]: microphone and camera, and with `screen` also
    /// screen and screen audio. An m-line that exists stays.
    Offer {
        /// Whether the offer restarts ICE.
        restart_ice: bool,
        /// Whether the offer contains the m-lines of a screen share.
        screen: bool,
        /// The sources whose m-lines receive and send. Those of other sources only send.
        receives: Sources,
    },
    /// Sets a remote offer, then creates and sets the answer. The event is [`PeerEvent::Answer`].
    AcceptOffer {
        /// The offer.
        sdp: String,
        /// As in [`PeerAction::Offer`]. M-lines of no source neither receive nor send.
        receives: Sources,
    },
    /// Sets a remote answer. The event is [`PeerEvent::Accepted`].
    AcceptAnswer(String),
    /// Adds remote candidates of the first m-line, one on each line. This never fails: a candidate
    /// that cannot be used is ignored.
    AddCandidates(String),
    /// Sends a source with this encoding, or stops sending it. This needs no negotiation. If the
    /// transceiver does not exist yet, it sends as soon as it does.
    Send(Source, Option<Encoding>),
    /// Sends a key frame of each video track: the other side has missed frames.
    KeyFrames,
    /// Stops sending video, whatever [`PeerAction::Send`] says, or sends it again, beginning with
    /// key frames.
    PauseVideo(bool),
    /// Plays these sources of the other side, and no others.
    Receive(Sources),
    /// Reads the statistics. The event is [`PeerEvent::Traffic`]. This does not wait for earlier
    /// actions.
    ReadStatistics,
    /// Closes the connection and releases its resources. This does not wait for earlier actions.
    Close,
}

/// An event of one peer connection.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeshEvent {
    /// The connection.
    pub peer: PeerId,
    /// The event.
    pub event: PeerEvent,
}

/// An event of a peer connection.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PeerEvent {
    /// The local offer is created and set.
    Offer(String),
    /// The local answer is created and set. Negotiation is complete.
    Answer(String),
    /// The remote answer is set. Negotiation is complete.
    Accepted,
    /// A local candidate: its candidate attribute (RFC 8839 5.1).
    Candidate(Text<MAX_CANDIDATE>),
    /// An action failed. The connection cannot be used any more.
    ActionFailed,
    /// `connectionState` became `connected`.
    Connected,
    /// `connectionState` became `disconnected`.
    Disconnected,
    /// `connectionState` became `failed`.
    ConnectionFailed,
    /// The counters of `getStats`.
    Traffic(Traffic),
}

impl PeerEvent {
    /// Whether the event shows that a connection that is being established makes progress.
    pub(super) fn is_progress(&self) -> bool {
        matches!(self, Self::Offer(_) | Self::Answer(_) | Self::Accepted | Self::Candidate(_))
    }
}

/// The counters of one connection since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// Bytes received over the selected candidate pair: RTP, RTCP and STUN.
    pub bytes_received: u64,
    /// RTP packets received.
    pub packets_received: u64,
    /// RTP packets lost (RFC 3550 6.4.1).
    pub packets_lost: u64,
    /// The last round-trip time of the selected candidate pair, in milliseconds. Not a counter.
    pub round_trip: u32,
    /// How long the browser took to read the counters, in milliseconds. The counters can be that
    /// old.
    pub age: u32,
    /// Whether the browser sends video of lower quality because the processor is busy
    /// (`qualityLimitationReason` of webrtc-stats 8.6). Not a counter.
    #[serde(default)]
    pub cpu_limited: bool,
}
