//! The members of the room, as this participant knows them.

use litemap::LiteMap;

use super::request::Event;
use crate::id::{SessionId, UserId};
use crate::media::Source;
use crate::protocol::{MAX_MEMBERS, Member};

#[derive(Debug)]
struct Entry {
    member: Member,
    /// The run of the hub that named it last.
    hub: u32,
}

/// The other members.
#[derive(Debug)]
pub(super) struct Roster {
    /// This participant's own session and user. They are never in the roster.
    me: (SessionId, UserId),
    /// The run of the hub that sent the last list.
    hub: u32,
    /// Boxed, so that an insertion moves little.
    entries: LiteMap<SessionId, Box<Entry>>,
    /// The session of each user. A user has one session in a room.
    users: LiteMap<UserId, SessionId>,
    /// Incremented with every change.
    revision: u64,
}

impl Roster {
    pub(super) fn new(me: (SessionId, UserId)) -> Self {
        Self { me, hub: 0, entries: LiteMap::new(), users: LiteMap::new(), revision: 0 }
    }

    /// A number that changes whenever a member joins, changes or leaves.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// The others, sorted by session.
    pub(super) fn members(&self) -> impl Iterator<Item = &Member> {
        self.entries.values().map(|entry| &entry.member)
    }

    pub(super) fn get(&self, session: SessionId) -> Option<&Member> {
        self.entries.get(&session).map(|entry| &entry.member)
    }

    /// Applies the complete list of a hub. A member that this hub knew before and does not name has
    /// left. A member that only an earlier hub knew is in doubt. Returns whether there may be one.
    pub(super) fn replace(&mut self, members: Vec<Member>, hub: u32) -> bool {
        self.hub = hub;
        self.retain(|entry| entry.hub != hub);
        let doubtful = !self.entries.is_empty();
        for member in members {
            self.insert(member);
        }
        doubtful
    }

    /// Adds or replaces a member. Returns whether it was in doubt. A later session of a user replaces
    /// an earlier one.
    pub(super) fn insert(&mut self, member: Member) -> bool {
        let (session, hub) = (member.session, self.hub);
        if session == self.me.0 || member.user == self.me.1 {
            return false;
        }
        let doubtful = self.entries.get(&session).is_some_and(|entry| entry.hub != hub);
        self.remove(session);
        if let Some(earlier) = self.users.get(&member.user).copied() {
            self.remove(earlier);
        }
        if self.entries.len() < MAX_MEMBERS {
            self.users.insert(member.user.clone(), session);
            self.entries.insert(session, Box::new(Entry { member, hub }));
        }
        doubtful
    }

    pub(super) fn remove(&mut self, session: SessionId) {
        self.revision += 1;
        if let Some(entry) = self.entries.remove(&session) {
            self.users.remove(&entry.member.user);
        }
    }

    /// Removes the members in doubt.
    pub(super) fn remove_doubtful(&mut self) {
        let hub = self.hub;
        self.retain(|entry| entry.hub == hub);
    }

    fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        self.revision += 1;
        self.entries.retain(|_, entry| keep(entry));
        self.users.retain(|_, session| self.entries.contains_key(session));
    }
}

/// The four lists of the API, in join order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lists {
    chat: Vec<UserId>,
    video: Vec<UserId>,
    speakers: Vec<UserId>,
    screen: Vec<UserId>,
}

impl Lists {
    /// The lists of the members of `roster` and of this member itself.
    pub(super) fn of(roster: &Roster, me: &Member) -> Self {
        let mut members = vec![me];
        for member in roster.members() {
            let earlier = |other: &&Member| other.join_order() < member.join_order();
            if member.visible {
                members.insert(members.partition_point(earlier), member);
            }
        }
        let mut lists = Self::default();
        for member in members {
            if !member.visible {
                continue;
            }
            let put = |list: &mut Vec<UserId>, belongs: bool| {
                if belongs {
                    list.push(member.user.clone());
                }
            };
            put(&mut lists.chat, true);
            put(&mut lists.video, member.sources.has(Source::Camera));
            put(&mut lists.speakers, member.sources.has(Source::Microphone));
            put(&mut lists.screen, member.sources.has(Source::Screen));
        }
        lists
    }

    /// One event for each list that differs from `before`.
    pub(super) fn changes(&self, before: &Self) -> Vec<Event> {
        let mut changes = Vec::new();
        let mut compare = |now: &Vec<_>, before: &Vec<_>, event: fn(Vec<UserId>) -> Event| {
            if now != before {
                changes.push(event(now.clone()));
            }
        };
        compare(&self.chat, &before.chat, Event::ChatMembers);
        compare(&self.video, &before.video, Event::VideoMembers);
        compare(&self.speakers, &before.speakers, Event::Speakers);
        compare(&self.screen, &before.screen, Event::ScreenMembers);
        changes
    }
}
