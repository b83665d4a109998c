//! Observations: lists, answers, events, and the media that flows.

use std::collections::BTreeMap;

use tt_rtc_room::id::{SessionId, UserId};
use tt_rtc_room::media::{Source, Sources};
use tt_rtc_room::protocol::Member;
use tt_rtc_room::{Event, Request, RequestId};

use super::{Answer, Client, Received, Simulated, World, app};

/// The lists of a page, from the last event of each kind.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Lists {
    pub chat: Vec<String>,
    pub video: Vec<String>,
    pub speakers: Vec<String>,
    pub screen: Vec<String>,
}

impl Lists {
    pub fn of(members: &[Member]) -> Self {
        let who = |belongs: &dyn Fn(&Member) -> bool| {
            let visible = members.iter().filter(|member| member.visible && belongs(member));
            visible.map(|member| member.user.to_string()).collect()
        };
        Self {
            chat: who(&|_| true),
            video: who(&|member| member.sources.has(Source::Camera)),
            speakers: who(&|member| member.sources.has(Source::Microphone)),
            screen: who(&|member| member.sources.has(Source::Screen)),
        }
    }
}

/// The sources that a session has ever subscribed to.
#[derive(Debug, Default)]
pub(super) struct SubscriptionLog {
    pub(super) automatic: bool,
    pub(super) subscribed: BTreeMap<UserId, Sources>,
}

impl<B: Simulated> Client<B> {
    pub(super) fn take_answer(&mut self, id: RequestId, result: Answer) {
        let (name, answers) = self.answers.get_mut(&id).expect("an answer without a request");
        let joined = *name == "join" && result.is_ok();
        self.received.push(Received::Answer(id, result.clone()));
        answers.push(result);
        assert_eq!(answers.len(), 1, "{name} was answered twice: {answers:?}");
        if joined {
            self.lists = Lists::default();
        }
    }

    pub(super) fn take_event(&mut self, event: Event) {
        if let Event::CallState(connection) = event {
            assert_ne!(self.call_states.last(), Some(&connection), "an event without a change");
            return self.call_states.push(connection);
        }
        self.received.push(Received::Event(event.clone()));
        let names = |users: &[UserId]| users.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (list, users) = match &event {
            Event::ChatMembers(users) => (&mut self.lists.chat, users),
            Event::VideoMembers(users) => (&mut self.lists.video, users),
            Event::Speakers(users) => (&mut self.lists.speakers, users),
            Event::ScreenMembers(users) => (&mut self.lists.screen, users),
            _ => return self.events.push(event),
        };
        let users = names(users);
        assert_ne!(*list, users, "an event without a change");
        let mut distinct = users.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), users.len(), "a user is twice in {users:?}");
        *list = users;
        self.events.push(event);
    }
}

impl<B: Simulated> World<B> {
    /// The lists of a room, from the members of the hub.
    pub fn hub_lists(&self, room: &str) -> Lists {
        Lists::of(&self.hub.members(&app(), &super::room(room)))
    }

    /// The sources that a client sends to a session.
    pub fn sends_to(&self, client: usize, session: SessionId) -> Sources {
        B::sends_to(self, client, session)
    }

    /// The sources of a session that a client plays and shows.
    pub fn receives_from(&self, client: usize, session: SessionId) -> Sources {
        B::receives_from(self, client, session)
    }

    /// The sessions with which a client can exchange media, one entry for each connection.
    pub fn partners(&self, client: usize) -> Vec<SessionId> {
        B::partners(self, client)
    }

    /// Whether a client has no connection over which media flows.
    pub fn is_closed(&self, client: usize) -> bool {
        B::is_closed(self, client)
    }

    /// The client that holds a session.
    pub fn client_of(&self, session: SessionId) -> Option<usize> {
        let holds = |client: &Client<B>| {
            !client.page_closed && client.participant.session() == Some(session)
        };
        self.clients.iter().position(holds)
    }

    /// Records a subscription, to compare it with what is sent.
    pub(super) fn record_subscription(&mut self, client: usize, request: &Request) {
        let (user, sources) = match request {
            Request::Join(options) => {
                let automatic = options.auto_subscribe;
                let log = SubscriptionLog { automatic, ..SubscriptionLog::default() };
                self.subscription_logs.insert(options.secret.session(), log);
                return;
            }
            Request::Subscribe(user, streams, true) => (user, streams.of(Sources::STREAM)),
            Request::SubscribeScreen(user, streams, true) => (user, streams.of(Sources::SCREEN)),
            _ => return,
        };
        let Some(session) = self.clients[client].participant.session() else { return };
        let log = self.subscription_logs.entry(session).or_default();
        let subscribed = log.subscribed.entry(user.clone()).or_default();
        *subscribed = subscribed.with_all(sources, true);
    }

    /// Whether a session has ever subscribed to these sources of a user.
    pub(super) fn has_ever_subscribed(
        &self,
        session: SessionId,
        user: &UserId,
        sources: Sources,
    ) -> bool {
        self.subscription_logs.get(&session).is_some_and(|log| {
            let subscribed = log.subscribed.get(user).copied().unwrap_or_default();
            log.automatic || subscribed.and(sources) == sources
        })
    }
}
