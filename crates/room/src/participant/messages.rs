//! The messages of the hub.

use super::Participant;
use super::request::{Event, Output};
use crate::backend::Backend;
use crate::error::{Failure, interrupted, state};
use crate::protocol::{
    ClientMessage, Granted, Refused, Removal, ServerMessage, TokenAnswer, Welcome,
};
use crate::time::Instant;

impl<B: Backend> Participant<B> {
    pub(super) fn handle_message(&mut self, message: ServerMessage<B::Signal>, now: Instant) {
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
            ServerMessage::Members(members) => {
                for member in members {
                    let session = member.session;
                    if membership.roster.insert(member) {
                        self.backend.handle_reconnected(Some(session), now);
                    }
                }
            }
            ServerMessage::Left(sessions) => {
                for session in sessions {
                    membership.roster.remove(session);
                }
            }
            ServerMessage::Signal(signal) => {
                self.backend.handle_signal(signal.from, signal.envelope, now);
            }
            ServerMessage::Congested(to) => self.backend.handle_congested(to, now),
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
}
