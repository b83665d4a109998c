//! The seam between who is to hear and see whom, and what carries it.
//!
//! A [`crate::Participant`] says what is to be sent and received, by members and sources; a
//! backend makes it so. [`crate::Mesh`] does it with one peer connection for each pair.

use serde::Serialize;

use crate::id::SessionId;
use crate::media::{Sources, VideoEncoderConfig};
use crate::protocol::{Envelope, IceServer};
use crate::time::Instant;

/// What media is to flow, whole: made anew whenever anything in it may have changed.
#[derive(Debug, Clone)]
pub struct MediaView<'a> {
    /// One's own join order: when one joined, and the session.
    pub me: (u64, SessionId),
    /// What one captures and publishes, and may be sent to whoever wants it.
    pub send: Sources,
    /// Limits of the camera picture.
    pub encoder: VideoEncoderConfig,
    /// The others, in join order.
    pub members: &'a [RemoteView],
    /// STUN and TURN servers that the hub handed out.
    pub ice_servers: &'a [IceServer],
    /// Whether signals get through at present.
    pub signaling: bool,
}

/// What is to flow between oneself and one other member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteView {
    /// The other's join order: when it joined, and its session.
    pub join_order: (u64, SessionId),
    /// Whether it stands in lists; one that does not only receives.
    pub visible: bool,
    /// What one wants of it, whether it sends that at present or not.
    pub want: Sources,
    /// What it publishes at present.
    pub published: Sources,
}

/// What carries media.
pub trait Backend {
    /// What it wants done in the browser.
    type Command;
    /// What it hears from there.
    type Event;

    /// Makes the media flow as in `view`; `None` when one is in no room: everything ends.
    fn update(&mut self, view: Option<&MediaView<'_>>, now: Instant);
    /// Takes a signal from another participant.
    fn handle_signal(&mut self, from: SessionId, envelope: Envelope, now: Instant);
    /// The network may have changed, or be back: looks at once whether media still flows.
    fn handle_network_change(&mut self, now: Instant);
    /// How the media flows at present.
    fn quality(&self) -> Quality;
    /// Signals to one member, or to all, may have been lost: compares with what they have.
    fn handle_reconnected(&mut self, with: Option<SessionId>, now: Instant);
    /// Takes an event of the browser.
    fn handle_event(&mut self, event: Self::Event, now: Instant);
    /// Does what was due by `now`.
    fn handle_timeout(&mut self, now: Instant);
    /// When [`Backend::handle_timeout`] is to be called.
    fn poll_timeout(&self) -> Option<Instant>;
    /// The next thing to do.
    fn poll_output(&mut self) -> Option<BackendOutput<Self::Command>>;
}

/// How media flows. Where it flows well to one member, one's own network is not to blame for the
/// others: so the best of all connections counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Quality {
    /// It flows.
    Good,
    /// It flows, with many packets lost or late.
    Poor,
    /// It flowed, or should, and does not.
    Lost,
}

/// What a backend wants done.
#[derive(Debug, Clone)]
pub enum BackendOutput<Command> {
    /// Something in the browser.
    Command(Command),
    /// A signal for another participant.
    Signal(SessionId, Envelope),
}
