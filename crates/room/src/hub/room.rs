//! One room: its sessions, and which of them are visible to each other.

use litemap::LiteMap;

use super::session::Session;
use super::sorted_set::SortedSet;
use super::{ConnectionId, HubOutput, Limits};
use crate::id::{SessionId, UserId};
use crate::media::Sources;
use crate::protocol::{Granted, Member, Presence, Refused, ServerMessage};

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

    /// Calls `visit` for all sessions that are visible to session `id`, except itself. The relation
    /// is mutual: these are also the sessions that know `id`. `visible` is whether `id` is visible.
    fn for_each_visible_to(
        &self,
        id: SessionId,
        visible: bool,
        mut visit: impl FnMut(SessionId, &Session),
    ) {
        let mut visit_other = |other, session: &Session| {
            if other != id {
                visit(other, session);
            }
        };
        if visible {
            self.sessions().for_each(|(other, session)| visit_other(other, session));
            return;
        }
        for other in self.visible.iter() {
            if let Some(session) = self.get(*other) {
                visit_other(*other, session);
            }
        }
    }

    /// Whether two sessions know each other: at least one of them is visible.
    pub(super) fn are_visible_to_each_other(&self, left: SessionId, right: SessionId) -> bool {
        self.visible.contains(&left) || self.visible.contains(&right)
    }

    /// All other members that a session knows.
    pub(super) fn members_visible_to(&self, id: SessionId) -> Vec<Member> {
        let mut members = Vec::new();
        self.for_each_visible_to(id, self.visible.contains(&id), |other, session| {
            members.push(session.member(other));
        });
        members
    }

    /// The connections of all sessions that know session `id`. `visible` is whether `id` is visible.
    pub(super) fn recipients(&self, visible: bool, id: SessionId) -> Vec<ConnectionId> {
        let mut connections = Vec::new();
        self.for_each_visible_to(id, visible, |_, session| connections.extend(session.connection));
        connections
    }

    /// The messages to others and to the session itself after it joined or changed. `before` is
    /// whether it was visible before; `None` for a new session.
    pub(super) fn presence_messages<Signal>(
        &self,
        id: SessionId,
        before: Option<bool>,
    ) -> Vec<HubOutput<Signal>> {
        let Some(session) = self.get(id) else { return Vec::new() };
        let visible = session.granted.visible;
        let mut updates = Vec::new();
        let mut send = |to: Vec<ConnectionId>, message| {
            if !to.is_empty() {
                updates.push(HubOutput::Send { to, message });
            }
        };
        send(self.recipients(visible, id), ServerMessage::Member(session.member(id)));
        if before.is_none_or(|before| before == visible) {
            return updates;
        }
        // Invisible members do not know each other. When this session becomes visible, it learns of
        // the invisible ones; they have just learned of it. When it becomes invisible, it and the
        // invisible ones leave each other's lists.
        let own: Vec<_> = session.connection.into_iter().collect();
        let mut others = Vec::new();
        for (other, session) in self.sessions() {
            if other == id || session.granted.visible {
                continue;
            }
            others.extend(session.connection);
            let message = if visible {
                ServerMessage::Member(session.member(other))
            } else {
                ServerMessage::Left(other)
            };
            send(own.clone(), message);
        }
        if !visible {
            send(others, ServerMessage::Left(id));
        }
        updates
    }
}
