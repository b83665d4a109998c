//! Everything that follows from the state: the presence that the hub knows, the lists and the call
//! state that the page knows, and the media that flows.

use super::Participant;
use super::request::{CallState, Event, Output};
use super::roster::Lists;
use crate::backend::{Backend, BackendOutput, MediaView, Quality, RemoteView};
use crate::media::{Source, Sources};
use crate::protocol::{ClientMessage, Presence, SignalTo};
use crate::time::Instant;

impl<B: Backend> Participant<B> {
    /// Derives everything that follows from the state: the presence that the hub knows, the lists and
    /// the call state that the page knows, and the media that flows.
    pub(super) fn sync(&mut self, now: Instant) {
        self.update_presence();
        if let Some(membership) = &mut self.membership
            && membership.connection.is_up()
            && membership.sent_revision != membership.presence.revision
        {
            membership.sent_revision = membership.presence.revision;
            let update = ClientMessage::Update(membership.presence);
            self.output.push_back(Output::Send(update));
        }
        self.raise_lists();
        self.update_backend(now);
        self.drain_backend();
        self.raise_connection();
    }

    pub(super) fn raise_connection(&mut self) {
        let state = self.call_state();
        if std::mem::replace(&mut self.last_reported, state) != state {
            self.event(Event::CallState(state));
        }
    }

    fn call_state(&self) -> CallState {
        let Some(membership) = &self.membership else { return CallState::Disconnected };
        if !membership.is_inside() {
            return CallState::Connecting;
        }
        match self.backend.quality() {
            quality @ (Quality::Good | Quality::Poor) if membership.connection.is_up() => {
                CallState::Connected(quality)
            }
            quality => CallState::Reconnecting(quality),
        }
    }

    pub(super) fn drain_backend(&mut self) {
        while let Some(output) = self.backend.poll_output() {
            match output {
                BackendOutput::Command(command) => self.output.push_back(Output::Media(command)),
                BackendOutput::Signal(to, envelope) => self.signal(SignalTo { to, envelope }),
            }
        }
    }

    /// Updates the presence that is sent to the hub.
    pub(super) fn update_presence(&mut self) {
        let (visible, sources) = (self.visible, self.publishable());
        let Some(membership) = &mut self.membership else { return };
        let presence = &mut membership.presence;
        if (presence.visible, presence.sources) != (visible, sources) {
            *presence = Presence { revision: presence.revision + 1, visible, sources };
        }
    }

    /// The sources that are captured and published. A camera with a bit rate of 0 is not sent.
    fn publishable(&self) -> Sources {
        let automatic = self.membership.as_ref().is_none_or(|membership| membership.auto_publish);
        let (published, withheld) = self.publish;
        let stream = if automatic { Sources::STREAM } else { Sources::NONE };
        let stream = stream.with_all(published, true).with_all(withheld, false);
        if !self.visible {
            return Sources::NONE;
        }
        let limited = self.capture.encoder().max_bitrate == Some(0);
        let stream = stream.with(Source::Camera, stream.has(Source::Camera) && !limited);
        self.capture.sources().and(stream.with_all(Sources::SCREEN, true))
    }

    fn raise_lists(&mut self) {
        let Some(membership) = &mut self.membership else { return };
        let Some(media_inputs) = membership.media_inputs(self.capture.encoder()) else { return };
        if membership.visible_members.as_ref() == Some(&media_inputs) {
            return;
        }
        let lists = Lists::of(&membership.roster, media_inputs.me());
        let changes = lists.changes(&membership.lists);
        membership.lists = lists;
        membership.visible_members = Some(media_inputs);
        for change in changes {
            self.event(change);
        }
    }

    pub(super) fn update_backend(&mut self, now: Instant) {
        let encoder = self.capture.encoder();
        let Some(membership) = &mut self.membership else { return };
        let Some(media_inputs) = membership.media_inputs(encoder) else { return };
        if membership.media_in_use.as_ref() == Some(&media_inputs) {
            return;
        }
        let mut members = Vec::new();
        for member in membership.roster.members() {
            members.push(RemoteView {
                join_order: member.join_order(),
                visible: member.visible,
                subscribed: membership.subscribed(&member.user),
                published: member.sources,
                publishable: member.publishable(),
                tiles: self.tiles.get(&member.user).copied().unwrap_or_default(),
            });
        }
        let me = media_inputs.me();
        let view = MediaView {
            me: me.join_order(),
            send: me.sources,
            publishable: me.publishable(),
            encoder,
            members: &members,
            ice_servers: &membership.ice_servers,
            signaling: membership.connection.is_up(),
        };
        self.backend.update(Some(&view), now);
        membership.media_in_use = Some(media_inputs);
    }

    fn signal(&mut self, signal: SignalTo<B::Signal>) {
        let up = self.membership.as_ref().is_some_and(|membership| membership.connection.is_up());
        // Without a hub the signal is dropped. The backend repeats it when the hub is back.
        if up {
            self.output.push_back(Output::Send(ClientMessage::Signal(signal)));
        }
    }
}
