//! One user's side of one call.
//!
//! A [`Participant`] takes every [`Input`]: requests of the page, messages of the hub, events of devices
//! and of media, timeouts. It returns every [`Output`] that follows. The crate's documentation has the
//! loop that drives it.

mod capture;
mod membership;
mod request;
mod roster;
mod signaling_connection;

use std::collections::VecDeque;

pub use request::{
    Access, CallState, DeviceCommand, DeviceEvent, Event, Input, JoinOptions, Output, Permission,
    Request, RequestId,
};

use self::capture::{Capture, CaptureOutput, Change};
use self::membership::Membership;
use self::roster::Lists;
use self::signaling_connection::ConnectionOutput;
use crate::backend::{Backend, BackendOutput, MediaView, Quality, RemoteView};
use crate::error::{Failure, interrupted, state};
use crate::id::{AppId, IdError, RoomId, SessionId, UserId};
use crate::machine::Machine;
use crate::media::{Source, Sources};
use crate::mesh::Mesh;
use crate::protocol::{
    ClientMessage, Granted, Join, Presence, Refused, Removal, ServerMessage, SignalTo, Text,
    TokenAnswer, Welcome,
};
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
    /// The state that the page was told last.
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

impl<B: Backend> Machine for Participant<B> {
    type Input = Input<B::Event, B::Signal>;
    type Output = Output<B::Command, B::Signal>;
    type Time = Instant;

    fn handle(&mut self, input: Self::Input, now: Instant) {
        match input {
            Input::Request(id, request) => self.handle_request(id, request, now),
            Input::Connected => self.handle_connected(now),
            Input::Disconnected => self.handle_disconnected(now),
            Input::Unavailable(reason) => self.handle_unavailable(reason, now),
            Input::Message(message) => self.handle_message(message, now),
            Input::NetworkChange => self.handle_network_change(now),
            Input::Device(event) => self.handle_device(event, now),
            Input::Media(event) => self.handle_media(event, now),
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

    /// The user of another session in the room.
    pub fn user_of(&self, session: SessionId) -> Option<&UserId> {
        let membership = self.membership.as_ref()?;
        membership.roster.get(session).map(|member| &member.user)
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

/// Commands.
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
            last_reported: CallState::Disconnected,
            output: VecDeque::new(),
        }
    }

    fn handle_request(&mut self, id: RequestId, request: Request, now: Instant) {
        match request {
            Request::Join(options) => self.join(id, &options, now),
            Request::Exit => self.exit(id, now),
            Request::Capture(source, on) => {
                let change = if on { Change::On } else { Change::Off };
                self.change(source, id, change);
            }
            Request::SwitchCamera(facing) => {
                self.change(Source::Camera, id, Change::Switch(facing));
            }
            Request::EncoderConfig(config) => {
                self.change(Source::Camera, id, Change::Configure(config));
            }
            Request::Publish(streams, on) => self.publish(id, streams.of(Sources::STREAM), on),
            Request::Subscribe(user, streams, on) => {
                self.subscribe(id, user, streams.of(Sources::STREAM), on);
            }
            Request::SubscribeScreen(user, streams, on) => {
                self.subscribe(id, user, streams.of(Sources::SCREEN), on);
            }
            Request::Visibility(visible) => self.change_visibility(id, visible, now),
            Request::UpdateToken(token) => self.update_token(id, token, now),
            Request::PlaybackDevice(device) => {
                self.output.push_back(Output::Playback(device));
                self.answer(id, Ok(()));
            }
        }
        self.sync(now);
    }

    fn join(&mut self, id: RequestId, options: &JoinOptions, now: Instant) {
        if let Some(Membership { user, room, .. }) = &self.membership {
            let failure = Failure::already_in_room(user.as_str(), room.as_str());
            return self.answer(id, Err(failure));
        }
        let membership = Self::membership(self.app.clone(), id, options, now);
        match membership {
            Ok(mut membership) => {
                membership.visible = self.visible;
                self.membership = Some(membership);
                self.output.push_back(Output::Connect);
            }
            Err(failure) => self.answer(id, Err(failure)),
        }
    }

    fn membership(
        app: AppId,
        id: RequestId,
        options: &JoinOptions,
        now: Instant,
    ) -> Result<Membership, Failure> {
        let invalid = |name: &'static str| {
            move |error: IdError| Failure::parameter(format!("params.{name} {error}"))
        };
        let room = RoomId::new(&options.room).map_err(invalid("roomId"))?;
        let user = UserId::new(&options.user).map_err(invalid("userId"))?;
        let token = Text::new(options.token.clone()).ok_or_else(Failure::invalid_token)?;
        Ok(Membership::new((app, room, user), options, token, id, now))
    }

    fn exit(&mut self, id: RequestId, now: Instant) {
        if self.membership.is_some() {
            self.say_goodbye();
            self.leave(&Failure::room_left(), now);
        }
        self.answer(id, Ok(()));
    }

    fn say_goodbye(&mut self) {
        if self.membership.as_ref().is_some_and(|membership| membership.connection.is_open()) {
            self.output.push_back(Output::Send(ClientMessage::Leave));
        }
        self.output.push_back(Output::Disconnect);
    }

    /// Ends the stay in the room. Requests that wait for the hub fail.
    fn leave(&mut self, failure: &Failure, now: Instant) {
        let Some(membership) = self.membership.take() else { return };
        // After a join that failed, the settings stay for the next join.
        if membership.is_inside() {
            self.publish = (Sources::NONE, Sources::NONE);
        }
        if membership.requested_visibility().is_some() {
            self.visible = membership.visible;
        }
        self.backend.update(None, now);
        for request in membership.waiting_requests() {
            self.answer(request, Err(failure.clone()));
        }
    }

    fn change(&mut self, source: Source, id: RequestId, change: Change) {
        let output = self.capture.change(source, id, change);
        self.carry_out(output);
    }

    fn publish(&mut self, id: RequestId, sources: Sources, on: bool) {
        let granted = self.membership.as_ref().and_then(|membership| membership.granted);
        let allowed = granted.map_or(Sources::ALL, |granted| granted.allowed);
        if on && !self.visible {
            return self.answer(id, Err(Failure::invisible()));
        }
        if on && sources.and(allowed) != sources {
            return self.answer(id, Err(Failure::no_privilege()));
        }
        let (published, withheld) = self.publish;
        self.publish = (published.with_all(sources, on), withheld.with_all(sources, !on));
        self.answer(id, Ok(()));
    }

    fn subscribe(&mut self, id: RequestId, user: UserId, sources: Sources, on: bool) {
        let result = match &mut self.membership {
            Some(membership) if on && membership.no_subscribe() => {
                Err(Failure::no_subscribe_privilege())
            }
            Some(membership) => {
                membership.subscribe(user, sources, on);
                Ok(())
            }
            None => Err(Failure::not_in_room()),
        };
        self.answer(id, result);
    }

    fn change_visibility(&mut self, id: RequestId, visible: bool, now: Instant) {
        let unchanged = self.visible == visible;
        self.visible = visible;
        match &mut self.membership {
            Some(membership) if !unchanged || membership.requested_visibility().is_some() => {
                // The revision is counted here and not when it is sent: the answer of the hub names it.
                let revision = membership.presence.revision + u32::from(!unchanged);
                membership.request_visibility(id, revision, visible, now);
            }
            _ => self.answer(id, Ok(())),
        }
    }

    fn update_token(&mut self, id: RequestId, token: String, now: Instant) {
        let Some(membership) = &mut self.membership else {
            return self.answer(id, Err(Failure::not_in_room()));
        };
        let Some(token) = Text::new(token) else {
            return self.answer(id, Err(Failure::invalid_token()));
        };
        let update = membership.update_token(id, token, now);
        if membership.connection.is_up() {
            self.output.push_back(Output::Send(ClientMessage::Token(update)));
        }
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

    fn handle_disconnected(&mut self, now: Instant) {
        if let Some(membership) = &mut self.membership {
            membership.connection.handle_disconnected(&mut self.random, now);
            membership.suspend_doubt();
        }
        self.sync(now);
    }

    fn handle_unavailable(&mut self, reason: String, now: Instant) {
        let inside = self.membership.as_ref().is_none_or(Membership::is_inside);
        if inside {
            return self.handle_disconnected(now);
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

    fn handle_message(&mut self, message: ServerMessage<B::Signal>, now: Instant) {
        let Some(membership) = &mut self.membership else { return };
        let begins = matches!(message, ServerMessage::Welcome(_) | ServerMessage::Removed(_));
        let expected =
            if begins { membership.connection.is_open() } else { membership.connection.is_up() };
        if !expected {
            return;
        }
        membership.connection.handle_heard(now);
        match message {
            ServerMessage::Welcome(welcome) => self.handle_welcome(*welcome, now),
            ServerMessage::Removed(removal) => self.handle_removed(removal, now),
            ServerMessage::Member(member) => {
                let session = member.session;
                if membership.roster.insert(member) {
                    self.backend.handle_reconnected(Some(session), now);
                }
            }
            ServerMessage::Left(session) => membership.roster.remove(session),
            ServerMessage::Signal(signal) => {
                self.backend.handle_signal(signal.from, signal.envelope, now);
            }
            ServerMessage::Granted(granted) => self.handle_granted(granted),
            ServerMessage::Token(answer) => self.handle_token(answer, now),
            ServerMessage::IceServers(new) => {
                membership.ice_servers = new.servers;
                membership.media_in_use = None;
            }
            ServerMessage::Pong => {}
        }
        self.sync(now);
    }

    fn handle_welcome(&mut self, welcome: Welcome, now: Instant) {
        let Some(membership) = &mut self.membership else { return };
        if membership.connection.is_up() {
            return;
        }
        membership.connection.handle_welcome(now);
        membership.joined_at = Some(welcome.joined_at);
        membership.replace_members(welcome.members, welcome.hub, now);
        membership.ice_servers = welcome.ice_servers;
        membership.set_expiry(welcome.token_expires_in, now);
        let updates = membership.token_updates();
        let joined = membership.finish_join();
        if let Some(request) = joined {
            self.answer(request, Ok(()));
        }
        for update in updates {
            self.output.push_back(Output::Send(ClientMessage::Token(update)));
        }
        self.handle_granted(welcome.granted);
        self.update_backend(now);
        if joined.is_none() {
            self.backend.handle_reconnected(None, now);
        }
    }

    fn handle_granted(&mut self, granted: Granted) {
        let Some(membership) = &mut self.membership else { return };
        let before = membership.granted.and_then(|granted| granted.refused);
        let loses_subscribe = granted.no_subscribe && !membership.no_subscribe();
        membership.granted = Some(granted);
        membership.visible = granted.visible;
        let visible_limit = granted.refused == Some(Refused::VisibleLimit);
        while let Some(pending) = membership.take_answered_visibility(granted.revision) {
            let refused = pending.value && visible_limit;
            let result = if refused { Err(Failure::visible_limit()) } else { Ok(()) };
            self.output.push_back(Output::Answer(pending.request, result));
        }
        if visible_limit && membership.requested_visibility().is_none() {
            self.visible = false;
        }
        if loses_subscribe {
            let message = "the token does not allow subscribing";
            self.event(Event::State(state::NO_SUBSCRIBE_PERMISSION, message));
        }
        match granted.refused {
            refused if refused == before => {}
            Some(Refused::PublisherLimit) => {
                self.event(Event::State(state::PUBLISH_LIMIT, "the room has too many publishers"));
            }
            Some(Refused::Privilege) => {
                let message = "the token does not allow publishing";
                self.event(Event::State(state::NO_PUBLISH_PERMISSION, message));
            }
            Some(Refused::VisibleLimit) | None => {}
        }
    }

    fn handle_token(&mut self, answer: TokenAnswer, now: Instant) {
        let Some(membership) = &mut self.membership else { return };
        while let Some(pending) = membership.take_answered_token(answer.revision) {
            let valid = answer.valid && pending.revision == answer.revision;
            if valid {
                membership.set_token(pending.value);
                membership.set_expiry(answer.expires_in, now);
            }
            let result = if valid { Ok(()) } else { Err(Failure::invalid_token()) };
            self.output.push_back(Output::Answer(pending.request, result));
        }
    }

    /// The hub refuses the join, or removes the participant from the room.
    fn handle_removed(&mut self, removal: Removal, now: Instant) {
        let Some(membership) = &self.membership else { return };
        self.output.push_back(Output::Disconnect);
        if !membership.is_inside() {
            let failure = match removal {
                Removal::InvalidToken | Removal::TokenExpired => Failure::invalid_token(),
                Removal::Version => Failure::join("the server speaks another protocol version"),
                Removal::Full => Failure::join("the room is full"),
                Removal::DuplicateLogin => Failure::join("the user joined elsewhere"),
                Removal::Kicked => Failure::join("the user was removed from the room"),
                Removal::Dissolved => Failure::join("the room was ended"),
                Removal::BadMessage => Failure::join("the server did not understand"),
            };
            return self.leave(&failure, now);
        }
        let (code, message) = match removal {
            Removal::DuplicateLogin => {
                (interrupted::DUPLICATE_LOGIN, "the user joined the room elsewhere")
            }
            Removal::TokenExpired => {
                self.event(Event::State(state::TOKEN_EXPIRED, "token expired"));
                (interrupted::TOKEN_EXPIRED, "token expired")
            }
            Removal::InvalidToken => (interrupted::INVALID_TOKEN, "invalid token"),
            Removal::Kicked => (interrupted::KICKED, "the user was removed from the room"),
            Removal::Dissolved => (interrupted::DISSOLVED, "the room was ended"),
            Removal::Version | Removal::BadMessage | Removal::Full => {
                (interrupted::SERVER, "the server ended the call")
            }
        };
        self.leave(&Failure::room_left(), now);
        self.event(Event::Interrupted(code, message));
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

    /// Derives everything that follows from the state: the presence that the hub knows, the lists and
    /// the call state that the page knows, and the media that flows.
    fn sync(&mut self, now: Instant) {
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

    fn raise_connection(&mut self) {
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

    fn drain_backend(&mut self) {
        while let Some(output) = self.backend.poll_output() {
            match output {
                BackendOutput::Command(command) => self.output.push_back(Output::Media(command)),
                BackendOutput::Signal(to, envelope) => self.signal(SignalTo { to, envelope }),
            }
        }
    }

    /// Updates the presence that is sent to the hub.
    fn update_presence(&mut self) {
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
        let me = media_inputs.me();
        let mut members: Vec<_> = membership.roster.members().collect();
        let place = members.partition_point(|member| member.join_order() < me.join_order());
        members.insert(place, me);
        let lists = Lists::of(members.into_iter());
        let changes = lists.changes(&membership.lists);
        membership.lists = lists;
        membership.visible_members = Some(media_inputs);
        for change in changes {
            self.event(change);
        }
    }

    fn update_backend(&mut self, now: Instant) {
        let encoder = self.capture.encoder();
        let Some(membership) = &mut self.membership else { return };
        let Some(media_inputs) = membership.media_inputs(encoder) else { return };
        if membership.media_in_use.as_ref() == Some(&media_inputs) {
            return;
        }
        let remote = |member: &crate::protocol::Member| RemoteView {
            join_order: member.join_order(),
            visible: member.visible,
            subscribed: membership.subscribed(&member.user),
            published: member.sources,
        };
        let members: Vec<_> = membership.roster.members().map(remote).collect();
        let me = media_inputs.me();
        let view = MediaView {
            me: me.join_order(),
            send: me.sources,
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

fn from_connection<Command, Signal>(output: ConnectionOutput) -> Output<Command, Signal> {
    match output {
        ConnectionOutput::Connect => Output::Connect,
        ConnectionOutput::Disconnect => Output::Disconnect,
        ConnectionOutput::Ping => Output::Send(ClientMessage::Ping),
    }
}
