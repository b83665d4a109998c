//! The requests of the page.

use super::Participant;
use super::capture::Change;
use super::membership::Membership;
use super::request::{JoinOptions, Output, Request, RequestId};
use crate::backend::Backend;
use crate::error::Failure;
use crate::id::{AppId, IdError, RoomId, UserId};
use crate::media::{Source, Sources};
use crate::protocol::{ClientMessage, Text};
use crate::time::Instant;

impl<B: Backend> Participant<B> {
    pub(super) fn handle_request(&mut self, id: RequestId, request: Request, now: Instant) {
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

    pub(super) fn say_goodbye(&mut self) {
        if self.membership.as_ref().is_some_and(|membership| membership.connection.is_open()) {
            self.output.push_back(Output::Send(ClientMessage::Leave));
        }
        self.output.push_back(Output::Disconnect);
    }

    /// Ends the stay in the room. Requests that wait for the hub fail.
    pub(super) fn leave(&mut self, failure: &Failure, now: Instant) {
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
