//! One room: its sessions, and which of them are visible to each other.

use litemap::LiteMap;

use super::announcements::Announcements;
use super::session::Session;
use super::sorted_set::SortedSet;
use super::{ConnectionId, HubOutput, Limits};
use crate::id::{SessionId, UserId};
use crate::media::Sources;
use crate::protocol::{Granted, Member, Presence, Refused, ServerMessage};
use crate::time::Instant;

/// How far in the future a join time from an earlier hub may lie, in milliseconds. The clocks of two
/// servers differ, and a client may send any number.
const MAX_JOINED_AT_AHEAD: u64 = 24 * 60 * 60 * 1000;

/// A room with at least one session.
#[derive(Debug, Default)]
pub(super) struct Room {
    sessions: LiteMap<SessionId, Box<Session>>,
    /// The session of each user. A user has one session in a room.
    users: LiteMap<UserId, SessionId>,
    /// The latest join time that was assigned, in Unix milliseconds.
    last_joined_at: u64,
    /// The visible sessions. There are at most [`Limits::visible`] of them among thousands of
    /// invisible ones. Only `grant` and `remove` change it, as they do [`Room::publishers`].
    visible: SortedSet<SessionId>,
    /// The number of sessions that publish.
    publishers: usize,
    announcements: Announcements,
}

impl Room {
    pub(super) fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.sessions.len()
    }

    pub(super) fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id).map(Box::as_ref)
    }

    pub(super) fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.sessions.get_mut(&id).map(Box::as_mut)
    }

    fn sessions(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.sessions.iter().map(|(id, session)| (*id, &**session))
    }

    pub(super) fn session_of(&self, user: &UserId) -> Option<SessionId> {
        self.users.get(user).copied()
    }

    /// All members, in join order.
    pub(super) fn members(&self) -> Vec<Member> {
        let mut members: Vec<Member> =
            self.sessions().map(|(id, session)| session.member(id)).collect();
        members.sort_by_key(Member::join_order);
        members
    }

    /// Whether a new session of `user` exceeds a limit. The session that the user has in the room
    /// does not count, because the new one replaces it.
    pub(super) fn is_full(&self, visible: bool, user: &UserId, limits: &Limits) -> bool {
        let own = self.session_of(user).and_then(|id| self.get(id));
        let is_own_visible = own.is_some_and(|session| session.granted.visible);
        if visible {
            self.visible.len() - usize::from(is_own_visible) >= limits.visible
        } else {
            let invisible = self.sessions.len() - self.visible.len();
            invisible - usize::from(own.is_some() && !is_own_visible) >= limits.invisible
        }
    }

    /// Returns the join time of a new session in Unix milliseconds: the one from an earlier hub, or
    /// one that is later than all others in the room.
    pub(super) fn assign_joined_at(&mut self, earlier: Option<u64>, unix: u64) -> u64 {
        let joined_at = match earlier {
            Some(joined_at) => joined_at.min(unix.saturating_add(MAX_JOINED_AT_AHEAD)),
            None => unix.max(self.last_joined_at.saturating_add(1)),
        };
        self.last_joined_at = self.last_joined_at.max(joined_at);
        joined_at
    }

    pub(super) fn insert(&mut self, id: SessionId, session: Session) {
        self.users.insert(session.user.clone(), id);
        self.sessions.insert(id, Box::new(session));
    }

    pub(super) fn remove(&mut self, id: SessionId) -> Option<Session> {
        let session = self.sessions.remove(&id)?;
        self.users.remove(&session.user);
        self.visible.remove(&id);
        self.publishers -= usize::from(session.publishes());
        Some(*session)
    }

    /// Applies `presence` as far as the session's permissions and the room's limits allow. Returns
    /// `None` for an unknown session.
    pub(super) fn grant(
        &mut self,
        id: SessionId,
        presence: Presence,
        limits: &Limits,
        unix: u64,
    ) -> Option<Granted> {
        let session = self.sessions.get_mut(&id)?;
        self.visible.remove(&id);
        self.publishers -= usize::from(session.publishes());

        let (allowed, no_subscribe) = session.permissions.at(unix);
        let visible = presence.visible && self.visible.len() < limits.visible;
        let publishable = presence.sources.and(allowed);
        let may_publish = visible && self.publishers < limits.publishers;
        let sources = if may_publish { publishable } else { Sources::NONE };
        let refused = if visible != presence.visible {
            Some(Refused::VisibleLimit)
        } else if publishable != presence.sources {
            Some(Refused::Privilege)
        } else if visible && sources != presence.sources {
            Some(Refused::PublisherLimit)
        } else {
            None
        };
        session.presence = presence;
        session.granted = Granted {
            revision: presence.revision,
            visible,
            sources,
            allowed,
            no_subscribe,
            refused,
        };

        if visible {
            self.visible.insert(id);
        }
        self.publishers += usize::from(session.publishes());
        Some(session.granted)
    }

    /// The first session in join order that was refused because of the publisher limit, with the
    /// presence it asked for. Returns `None` while the limit is reached.
    pub(super) fn next_waiting_publisher(&self, limits: &Limits) -> Option<(SessionId, Presence)> {
        if self.publishers >= limits.publishers {
            return None;
        }
        let mut first: Option<(SessionId, &Session)> = None;
        for id in self.visible.iter() {
            let Some(session) = self.get(*id) else { continue };
            let is_waiting = session.granted.refused == Some(Refused::PublisherLimit);
            let join_order = (session.joined_at, *id);
            if is_waiting && first.is_none_or(|(id, first)| join_order < (first.joined_at, id)) {
                first = Some((*id, session));
            }
        }
        first.map(|(id, session)| (id, session.presence))
    }

    /// Whether two sessions know each other: at least one of them is visible.
    pub(super) fn are_visible_to_each_other(&self, left: SessionId, right: SessionId) -> bool {
        self.visible.contains(&left) || self.visible.contains(&right)
    }

    /// All other members that a session knows.
    pub(super) fn members_visible_to(&self, id: SessionId) -> Vec<Member> {
        let mut members = Vec::new();
        if self.visible.contains(&id) {
            for (other, session) in self.sessions().filter(|(other, _)| *other != id) {
                members.push(session.member(other));
            }
        } else {
            for other in self.visible.iter() {
                members.extend(self.get(*other).map(|session| session.member(*other)));
            }
        }
        members
    }

    /// Notes that a session changed. `visible` is whether it was visible before, if it was in the
    /// room. It may have been removed. Returns when the change is to be announced, if no earlier
    /// change waits for that already.
    pub(super) fn note_change(
        &mut self,
        id: SessionId,
        before: Option<bool>,
        now: Instant,
    ) -> Option<Instant> {
        let after = self.get(id).map(|session| session.granted.visible);
        self.announcements.add(id, [before, after]);
        self.announcements.schedule(now)
    }

    /// When the waiting changes are to be announced.
    pub(super) fn announces_at(&self) -> Option<Instant> {
        self.announcements.due
    }

    /// The last state of session `id`, if session `to` may not have been told yet: one of them changed.
    pub(super) fn unannounced(&self, id: SessionId, to: SessionId) -> Option<Member> {
        let waits = self.announcements.contains(id) || self.announcements.contains(to);
        self.get(id).filter(|_| waits).map(|session| session.member(id))
    }

    /// Tells all members what has changed. A session that changed gets the members that it knows now
    /// and did not know before, and those that it knows no longer.
    pub(super) fn announce<Signal>(&mut self, now: Instant) -> Vec<HubOutput<Signal>> {
        let changes = self.announcements.take();
        let only = if changes.len() == 1 { changes.keys().next().copied() } else { None };
        let (mut to_visible, mut to_invisible) = (Changes::default(), Changes::default());
        let mut toggled = Vec::new();
        for (id, change) in changes {
            let Some(session) = self.get(id) else {
                to_visible.left.push(id);
                // When others changed too, an invisible member may have been visible when it was
                // told of this one.
                if change.was_visible || only.is_none() {
                    to_invisible.left.push(id);
                }
                continue;
            };
            to_visible.members.push(session.member(id));
            if session.granted.visible {
                to_invisible.members.push(session.member(id));
            } else if change.toggled {
                to_invisible.left.push(id);
            }
            if change.toggled {
                toggled.push((id, session.granted.visible, session.connection));
            }
        }
        let connection_of =
            |id: SessionId, session: &Session| session.connection.filter(|_| Some(id) != only);
        let mut announced: Vec<(Vec<ConnectionId>, Changes)> = Vec::new();
        if to_visible == to_invisible {
            let all = self.sessions().filter_map(|(id, session)| connection_of(id, session));
            announced.push((all.collect(), to_visible));
        } else {
            // The few visible ones are found without a look at thousands of others.
            let visible = self.visible.iter().filter_map(|id| connection_of(*id, self.get(*id)?));
            announced.push((visible.collect(), to_visible));
            if to_invisible != Changes::default() {
                let others = self.sessions().filter(|(_, session)| !session.granted.visible);
                let invisible = others.filter_map(|(id, session)| connection_of(id, session));
                announced.push((invisible.collect(), to_invisible));
            }
        }
        for (id, visible, connection) in toggled {
            // Invisible members do not know each other.
            let invisible =
                self.sessions().filter(|(other, it)| *other != id && !it.granted.visible);
            let mut own = Changes::default();
            for (other, session) in invisible {
                match visible {
                    true => own.members.push(session.member(other)),
                    false => own.left.push(other),
                }
            }
            announced.push((connection.into_iter().collect(), own));
        }
        let mut outputs = Vec::new();
        let mut entries = 0;
        for (to, changes) in announced.into_iter().filter(|(to, _)| !to.is_empty()) {
            entries += to.len() * (changes.left.len() + changes.members.len());
            for message in changes.into_messages() {
                outputs.push(HubOutput::Send { to: to.clone(), message });
            }
        }
        self.announcements.count(entries, now);
        outputs
    }
}

/// What the members of a room are told together: who left, and then who joined or changed.
#[derive(Default, PartialEq)]
struct Changes {
    left: Vec<SessionId>,
    members: Vec<Member>,
}

impl Changes {
    fn into_messages<Signal>(self) -> impl Iterator<Item = ServerMessage<Signal>> {
        let left = (!self.left.is_empty()).then_some(ServerMessage::Left(self.left));
        let members = (!self.members.is_empty()).then_some(ServerMessage::Members(self.members));
        left.into_iter().chain(members)
    }
}
