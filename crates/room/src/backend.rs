//! The interface between a participant and what transports its media.
//!
//! A [`crate::Participant`] knows the members of the room, what they publish, and what it
//! subscribes to. A [`Backend`] makes the media flow accordingly. [`crate::Mesh`] does so with one
//! peer connection for each pair of members. Another backend could use one connection to an SFU;
//! the tests have one that does.

use serde::Serialize;

use crate::id::SessionId;
use crate::media::{Sources, Tiles, VideoEncoderConfig};
use crate::protocol::{IceServer, SignalPayload};
use crate::time::Instant;

/// The media that should flow: the complete state, passed again after every change.
#[derive(Debug, Clone)]
pub struct MediaView<'a> {
    /// The participant's own join order ([`crate::protocol::Member::join_order`]).
    pub me: (u64, SessionId),
    /// The sources that the participant captures and publishes.
    pub send: Sources,
    /// The sources that the participant may publish ([`crate::protocol::Member::publishable`]).
    pub publishable: Sources,
    /// The limits of its camera video.
    pub encoder: VideoEncoderConfig,
    /// The other members, sorted by session.
    pub members: &'a [RemoteView],
    /// The STUN and TURN servers of the hub.
    pub ice_servers: &'a [IceServer],
    /// Whether the hub is connected, so that signals can be sent.
    pub signaling: bool,
}

/// The media that should flow between the participant and one other member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteView {
    /// The member's join order ([`crate::protocol::Member::join_order`]).
    pub join_order: (u64, SessionId),
    /// Whether the member is in lists. An invisible member only receives.
    pub visible: bool,
    /// The sources that the participant subscribes to, whether they are published or not.
    pub subscribed: Sources,
    /// The sources that the member publishes.
    pub published: Sources,
    /// The sources that the member may publish. Others are not received, whatever it sends.
    pub publishable: Sources,
    /// The tiles that the participant has for the member's videos.
    pub tiles: Tiles,
}

/// Transports the media of one participant.
pub trait Backend {
    /// The payload of the signals that the backends of two members send to each other through the
    /// hub. A type without values if they send none.
    type Signal: SignalPayload;
    /// A command for the driver, such as one to a peer connection.
    type Command;
    /// An event that the driver reports.
    type Event;

    /// Makes the media flow as in `view`. `None` means that the participant is in no room: all
    /// connections are closed.
    fn update(&mut self, view: Option<&MediaView<'_>>, now: Instant);
    /// Handles a signal of another member.
    fn handle_signal(&mut self, from: SessionId, signal: Self::Signal, now: Instant);
    /// The network may have changed, or may be available again. The backend checks its connections.
    fn handle_network_change(&mut self, now: Instant);
    /// How well media flows.
    fn quality(&self) -> Quality;
    /// Signals to and from one member may have been lost. `None` means all members.
    fn handle_reconnected(&mut self, with: Option<SessionId>, now: Instant);
    /// The hub has dropped signals to a member, because too many wait for it.
    fn handle_congested(&mut self, to: SessionId, now: Instant);
    /// Handles an event of the driver.
    fn handle_event(&mut self, event: Self::Event, now: Instant);
    /// Handles all deadlines up to `now`.
    fn handle_timeout(&mut self, now: Instant);
    /// The next deadline, at which [`Backend::handle_timeout`] is called.
    fn poll_timeout(&self) -> Option<Instant>;
    /// The next output. The participant calls this after every input until it returns `None`.
    fn poll_output(&mut self) -> Option<BackendOutput<Self::Command, Self::Signal>>;
}

/// How well media flows. The best of all connections counts: if one connection is good, the
/// participant's own network is not the cause of trouble with the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Quality {
    /// Media flows, or none is expected.
    Good,
    /// Media flows, but many packets are lost or late.
    Poor,
    /// Media is expected and does not flow.
    Lost,
}

/// An output of a [`Backend`].
#[derive(Debug, Clone)]
pub enum BackendOutput<Command, Signal> {
    /// A command for the driver.
    Command(Command),
    /// A signal for another member.
    Signal(SessionId, Signal),
}
