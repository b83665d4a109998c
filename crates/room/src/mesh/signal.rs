//! The signals that the meshes of two participants send to each other through the hub.

use serde::{Deserialize, Serialize};

use crate::media::{Sources, Tiles};
use crate::protocol::{MAX_SDP, SignalPayload, Text};

/// One frame of the reliable, ordered signal channel between two participants.
///
/// A hub may lose signals: a connection breaks, or the hub is restarted. Both participants number
/// their signals. They send a lost signal again and drop a duplicate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Envelope {
    /// The number of the peer connection between the two. A higher generation replaces a lower one.
    pub generation: u32,
    /// The number of the last signal received from the other side.
    pub ack: u32,
    /// The number of `signal`, starting at 1. 0 if there is no signal.
    #[serde(default)]
    pub seq: u32,
    /// The signal. `None` in an acknowledgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signal>,
    /// Whether the signals after `ack` may be lost. The receiver sends them again at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// The tiles that the sender has for the videos of the receiver. They belong to a
    /// [`Signal::Subscribe`]; a participant of an older version neither sends nor reads them.
    #[serde(default, skip_serializing_if = "Tiles::is_default")]
    pub tiles: Tiles,
}

impl SignalPayload for Envelope {
    fn deny_subscriptions(&mut self) {
        if let Some(Signal::Subscribe(sources)) = &mut self.signal {
            *sources = Sources::NONE;
        }
    }
}

/// A message between two participants about their peer connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Signal {
    /// The sources that the sender subscribes to, of all that the receiver publishes now or later.
    Subscribe(Sources),
    /// An SDP offer.
    Offer(Offer),
    /// The SDP answer to the last offer.
    Answer(Text<MAX_SDP>),
    /// ICE candidates that were gathered together: on each line a candidate attribute (RFC 8839
    /// 5.1) of the first m-line, which is bundled with all others. Lines after the first
    /// [`MAX_CANDIDATES`](crate::protocol::MAX_CANDIDATES) are ignored.
    Candidates(Text<MAX_SDP>),
    /// A request for an offer. Only the side that opened a peer connection makes offers.
    Renegotiate(Renegotiate),
}

/// An SDP offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The session description.
    pub sdp: Text<MAX_SDP>,
    /// Whether it contains the m-lines of a screen share.
    pub screen: bool,
}

/// The reason of a request for an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Renegotiate {
    /// Whether the offer restarts ICE.
    pub restart_ice: bool,
    /// Whether the offer contains the m-lines of a screen share.
    pub screen: bool,
}
