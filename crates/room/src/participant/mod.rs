//! One user's side of one call.
//!
//! A [`Participant`] takes every [`Input`]: requests of the page, messages of the hub, events of devices
//! and of media, timeouts. It returns every [`Output`] that follows. The crate's documentation has the
//! loop that drives it.

mod capture;
mod commands;
mod membership;
mod messages;
mod request;
mod roster;
mod signaling_connection;
mod sync;

use std::collections::VecDeque;

use litemap::LiteMap;

pub use request::{
    Access, CallState, DeviceCommand, DeviceEvent, Event, Input, JoinOptions, Output, Permission,
    Request, RequestId,
};

use self::capture::{Capture, CaptureOutput};
use self::membership::Membership;
use self::signaling_connection::ConnectionOutput;
use crate::backend::Backend;
use crate::error::Failure;
use crate::id::{AppId, SessionId, UserId};
use crate::machine::Machine;
use crate::media::{Source, Sources, TileSize, Tiles};
use crate::mesh::Mesh;
use crate::protocol::{ClientMessage, Join};
use crate::random::Random;
use crate::time::{Instant, earliest};

/// One user's side of one call.
#[derive(Debug)]
pub struct Participant<B: Backend = Mesh> {
    app: AppId,
    random: Random,
    backend: B,
    capture: Capture,
    visible: bool,
    /// The sources that the page turned on and off with `changeStreamPublishState`, for this room or
    /// the next one. All other sources follow `autoPublish`.
    publish: (Sources, Sources),
    membership: Option<Membership>,
    /// The tiles that the page has for videos of other users.
    tiles: LiteMap<UserId, Tiles>,
    /// The last reported call state.
    last_reported: CallState,
    output: VecDeque<Output<B::Command, B::Signal>>,
}

impl Participant {
    /// A participant of `app`, in no room, with a mesh. `seed` is any number. Two participants with the
    /// same seed choose the same connection numbers and the same waits.
    pub fn new(app: AppId, seed: u64) -> Self {
        Self::with_backend(app, seed, Mesh::new(seed))
    }
}

impl<B: Backend> Participant<B> {
    /// A participant of `app`, in no room, with this backend.
    pub fn with_backend(app: AppId, seed: u64, backend: B) -> Self {
        Self {
            app,
            random: Random::new(seed),
            backend,
            capture: Capture::new(),
            visible: true,
            publish: (Sources::NONE, Sources::NONE),
            membership: None,
            tiles: LiteMap::new(),
            last_reported: CallState::Disconnected,
            output: VecDeque::new(),
        }
    }
}

impl<B: Backend> Machine for Participant<B> {
    type Input = Input<B::Event, B::Signal>;
    type Output = Output<B::Command, B::Signal>;
    type Time = Instant;

    fn handle(&mut self, input: Self::Input, now: Instant) {
        match input {
            Input::Request(id, request) => self.handle_request(id, request, now),
            Input::Connected => self.handle_connected(now),
            Input::Disconnected(code) => self.handle_disconnected(code, now),
            Input::Unavailable(reason) => self.handle_unavailable(reason, now),
            Input::Message(message) => self.handle_message(message, now),
            Input::NetworkChange => self.handle_network_change(now),
            Input::Device(event) => self.handle_device(event, now),
            Input::Media(event) => self.handle_media(event, now),
            Input::Tile(user, source, size) => self.handle_tile(user, source, size, now),
            Input::Suspended => self.handle_suspended(now),
            Input::Resumed => self.handle_resumed(now),
            Input::Timeout => self.handle_timeout(now),
        }
    }

    fn poll_output(&mut self) -> Option<Self::Output> {
        self.output.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let membership = self.membership.as_ref().and_then(Membership::poll_timeout);
        earliest(&[membership, self.backend.poll_timeout(), self.capture.poll_timeout()])
    }
}

/// Getters.
impl<B: Backend> Participant<B> {
    /// Whether a room has been entered or is being entered.
    pub fn is_active(&self) -> bool {
        self.membership.is_some()
    }

    /// The participant's own user id in the room.
    pub fn user(&self) -> Option<&UserId> {
        self.membership.as_ref().map(|membership| &membership.user)
    }

    /// The participant's own session in the room.
    pub fn session(&self) -> Option<SessionId> {
        self.membership.as_ref().map(|membership| membership.session)
    }

    /// What stands for the room in the address of a server ([`RoomId::routing_key`](crate::id::RoomId::routing_key)).
    pub fn routing_key(&self) -> Option<String> {
        self.membership.as_ref().map(|membership| membership.room.routing_key(&membership.app))
    }

    /// The user of another session in the room.
    pub fn user_of(&self, session: SessionId) -> Option<&UserId> {
        let membership = self.membership.as_ref()?;
        membership.roster.get(session).map(|member| &member.user)
    }

    /// The tile that the page has for a video of `user`, as in [`Input::Tile`], rounded up.
    pub fn tile(&self, user: &UserId, source: Source) -> TileSize {
        self.tiles.get(user).copied().unwrap_or_default().of(source)
    }

    /// The sources that are captured.
    pub fn captured(&self) -> Sources {
        self.capture.sources()
    }

    /// What transports the media.
    pub fn backend(&self) -> &B {
        &self.backend
    }
}

/// Inputs.
impl<B: Backend> Participant<B> {
    fn handle_connected(&mut self, now: Instant) {
        let Some(membership) = &mut self.membership else { return };
        if membership.connection.handle_connected(now) {
            self.update_presence();
            self.send_join(now);
        }
        self.sync(now);
    }

    fn send_join(&mut self, now: Instant) {
        let Some(membership) = &mut self.membership else { return };
        membership.sent_revision = membership.presence.revision;
        let join: Join = membership.join_message(now);
        self.output.push_back(Output::Send(ClientMessage::Join(Box::new(join))));
    }

    fn handle_disconnected(&mut self, code: u16, now: Instant) {
        if let Some(membership) = &mut self.membership {
            membership.connection.handle_disconnected(code, &mut self.random, now);
            membership.suspend_doubt();
        }
        self.sync(now);
    }

    fn handle_unavailable(&mut self, reason: String, now: Instant) {
        let inside = self.membership.as_ref().is_none_or(Membership::is_inside);
        if inside {
            return self.handle_disconnected(0, now);
        }
        self.output.push_back(Output::Disconnect);
        self.leave(&Failure::join(reason), now);
        self.sync(now);
    }

    fn handle_network_change(&mut self, now: Instant) {
        let membership = self.membership.as_mut().filter(|membership| !membership.suspended);
        let connection = membership.map(|membership| &mut membership.connection);
        let output = connection.and_then(|connection| connection.handle_network_change(now));
        if let Some(output) = output {
            self.output.push_back(from_connection(output));
        }
        self.backend.handle_network_change(now);
        self.sync(now);
    }

    fn handle_suspended(&mut self, now: Instant) {
        let output = self.capture.suspend();
        self.carry_out(output);
        if self.membership.is_some() {
            self.say_goodbye();
        }
        if let Some(membership) = &mut self.membership {
            membership.suspend();
            self.backend.update(None, now);
        }
        self.sync(now);
    }

    fn handle_resumed(&mut self, now: Instant) {
        if self.membership.as_mut().is_some_and(|membership| membership.resume(now)) {
            self.output.push_back(Output::Connect);
        }
        self.sync(now);
    }

    fn handle_device(&mut self, event: DeviceEvent, now: Instant) {
        let output = self.capture.handle(event, now);
        self.carry_out(output);
        self.sync(now);
    }

    fn handle_media(&mut self, event: B::Event, now: Instant) {
        // Media events change nothing but the call state.
        self.backend.handle_event(event, now);
        self.drain_backend();
        self.raise_connection();
    }

    fn handle_tile(&mut self, user: UserId, source: Source, size: TileSize, now: Instant) {
        let known = self.tiles.get(&user).copied().unwrap_or_default();
        let tiles = known.with(source, size.rounded_up());
        if tiles == known {
            return;
        }
        self.tiles.insert(user, tiles);
        if let Some(membership) = &mut self.membership {
            membership.handle_tiles();
        }
        self.sync(now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.backend.handle_timeout(now);
        let output = self.capture.handle_timeout(now);
        self.carry_out(output);
        let Some(membership) = &mut self.membership else { return self.sync(now) };
        membership.end_doubt(now);
        let warning = membership.take_warning(now);
        let join_failed = membership.take_join_timeout(now);
        while let Some(output) = membership.connection.handle_timeout(&mut self.random, now) {
            if output == ConnectionOutput::Disconnect {
                membership.suspend_doubt();
            }
            self.output.push_back(from_connection(output));
        }
        if warning {
            self.event(Event::TokenWillExpire);
        }
        self.expire_requests(now);
        if join_failed {
            self.output.push_back(Output::Disconnect);
            self.leave(&Failure::join("no answer from the signaling server"), now);
        }
        self.sync(now);
    }

    /// Fails the requests whose time for an answer of the hub is over.
    fn expire_requests(&mut self, now: Instant) {
        let Some(membership) = &mut self.membership else { return };
        while let Some(pending) = membership.take_late_token(now) {
            self.output.push_back(Output::Answer(pending.request, Err(Failure::timeout())));
        }
        while let Some(pending) = membership.take_late_visibility(now) {
            self.output.push_back(Output::Answer(pending.request, Err(Failure::timeout())));
            self.visible = membership.requested_visibility().unwrap_or(membership.visible);
        }
    }
}

/// Outputs.
impl<B: Backend> Participant<B> {
    fn answer(&mut self, request: RequestId, result: Result<(), Failure>) {
        self.output.push_back(Output::Answer(request, result));
    }

    fn event(&mut self, event: Event) {
        self.output.push_back(Output::Event(event));
    }

    fn carry_out(&mut self, output: Vec<CaptureOutput>) {
        for output in output {
            self.output.push_back(match output {
                CaptureOutput::Answer(request, result) => Output::Answer(request, result),
                CaptureOutput::Command(command) => Output::Device(command),
                CaptureOutput::State(code, message) => Output::Event(Event::State(code, message)),
            });
        }
    }
}

fn from_connection<Command, Signal>(output: ConnectionOutput) -> Output<Command, Signal> {
    match output {
        ConnectionOutput::Connect => Output::Connect,
        ConnectionOutput::Disconnect => Output::Disconnect,
        ConnectionOutput::Ping => Output::Send(ClientMessage::Ping),
    }
}
