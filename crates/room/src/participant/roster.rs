//! The members of the room, as this participant knows them.

use std::cmp::Ordering;

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
    /// In join order.
    entries: Vec<Entry>,
    /// Incremented with every change.
    revision: u64,
}

impl Roster {
    pub(super) fn new(me: (SessionId, UserId)) -> Self {
        Self { me, hub: 0, entries: Vec::new(), revision: 0 }
    }

    /// A number that changes whenever a member joins, changes or leaves.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// The others, in join order.
    pub(super) fn members(&self) -> impl Iterator<Item = &Member> {
        self.entries.iter().map(|entry| &entry.member)
    }

    pub(super) fn get(&self, session: SessionId) -> Option<&Member> {
        self.members().find(|member| member.session == session)
    }

    /// Applies the complete list of a hub. A member that this hub knew before and does not name has
    /// left. A member that only an earlier hub knew is in doubt. Returns whether there may be one.
    pub(super) fn replace(&mut self, members: Vec<Member>, hub: u32) -> bool {
        self.revision += 1;
        self.hub = hub;
        self.entries.retain(|entry| entry.hub != hub);
        let doubtful = !self.entries.is_empty();
        for member in members {
            if member.session != self.me.0 && member.user != self.me.1 {
                self.entries.push(Entry { member, hub });
            }
        }
        self.sort(|left, right| left.session.cmp(&right.session));
        self.sort(|left, right| left.user.cmp(&right.user));
        self.sort(|left, right| left.join_order().cmp(&right.join_order()));
        doubtful
    }

    /// Sorts the entries, and keeps one of those that are equal in this order: one that is not in
    /// doubt, if there is one. The orders are function pointers, so the sort is compiled once.
    fn sort(&mut self, order: fn(&Member, &Member) -> Ordering) {
        let hub = self.hub;
        self.entries.sort_unstable_by(|left, right| {
            let key = |entry: &Entry| (entry.hub != hub, entry.member.join_order());
            order(&left.member, &right.member).then_with(|| key(left).cmp(&key(right)))
        });
        self.entries.dedup_by(|next, kept| order(&next.member, &kept.member).is_eq());
    }

    /// Adds or replaces a member. Returns whether it was in doubt. A user has one session in a room: a
    /// later session replaces an earlier one.
    pub(super) fn insert(&mut self, member: Member) -> bool {
        if member.session == self.me.0 || member.user == self.me.1 {
            return false;
        }
        let hub = self.hub;
        let doubted = |entry: &Entry| entry.member.session == member.session && entry.hub != hub;
        let returned = self.entries.iter().any(doubted);
        self.entries.retain(|entry| {
            entry.member.session != member.session && entry.member.user != member.user
        });
        if self.entries.len() < MAX_MEMBERS {
            let ahead = |entry: &Entry| entry.member.join_order() < member.join_order();
            let position = self.entries.partition_point(ahead);
            self.entries.insert(position, Entry { member, hub });
        }
        self.revision += 1;
        returned
    }

    pub(super) fn remove(&mut self, session: SessionId) {
        self.entries.retain(|entry| entry.member.session != session);
        self.revision += 1;
    }

    /// Removes the members in doubt.
    pub(super) fn remove_doubtful(&mut self) {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.hub == self.hub);
        self.revision += u64::from(self.entries.len() != before);
    }
}

/// The four lists of the API.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lists {
    chat: Vec<UserId>,
    video: Vec<UserId>,
    speakers: Vec<UserId>,
    screen: Vec<UserId>,
}

impl Lists {
    /// The lists of `members`, which are in join order.
    pub(super) fn of<'a>(members: impl Iterator<Item = &'a Member>) -> Self {
        let mut lists = Self::default();
        for member in members.filter(|member| member.visible) {
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
