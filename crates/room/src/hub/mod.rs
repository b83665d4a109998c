//! The signaling server's rooms: their members and sessions.
//!
//! A hub relays signals between the members of a room and keeps the member list of each member up
//! to date. It carries no media and knows no peer connections. The same hub runs in the server and
//! in a browser tab (local signaling).
//!
//! - **Sessions.** A session is one user's stay in a room. It outlives its connections: a session
//!   that lost its connection is kept for [`LEAVE_AFTER`]. The id of a session is the hash of a
//!   secret, so a hub that does not remember a session can still verify its owner.
//! - **Visibility.** A visible member knows all members, because it may publish to all of them. An
//!   invisible member knows the visible members only.
//! - **Join order.** Lists are sorted by the time of the join. After a restart, a hub takes this
//!   time from its members, so lists keep their order.
//! - **No trust.** The hub answers a malformed, misplaced or oversized message with a [`Removal`]
//!   and closes the connection. Other sessions are not affected.

mod announcements;
mod room;
mod session;
mod sorted_set;

use std::collections::VecDeque;

use litemap::LiteMap;

use self::room::Room;
use self::session::{Permissions, Session};
use self::sorted_set::SortedSet;
use crate::id::{AppId, RoomId, SessionId, UserId};
use crate::machine::Machine;
use crate::mesh::Envelope;
use crate::protocol::{
    ClientMessage, IceServer, Join, MAX_MEMBERS, Member, Presence, Removal, ServerMessage,
    SignalFrom, SignalPayload, SignalTo, TokenAnswer, TokenUpdate, VERSION, Welcome,
};
use crate::time::{Instant, Now, earliest};
use crate::token::{self, TokenError};

/// How long a session without a connection is kept, in milliseconds from the last message received.
pub const LEAVE_AFTER: u64 = 12_000;

/// How many removed sessions a hub remembers. A session that had no connection at its removal
/// resumes later, and gets the reason then.
const MAX_REMEMBERED_REMOVALS: usize = 1_024;

/// The number of a connection. The driver chooses it and never uses it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Limits of rooms and of the hub. The defaults for rooms are the platform's (Volcengine document
/// 6348/257549).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most visible members of a room.
    pub visible: usize,
    /// Most invisible members of a room.
    pub invisible: usize,
    /// Most members of a room that publish at the same time.
    pub publishers: usize,
    /// Most rooms of the hub.
    pub rooms: usize,
    /// Most sessions of the hub. This includes sessions that have no connection at the moment and
    /// are kept for [`LEAVE_AFTER`].
    pub sessions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { visible: 50, invisible: 10_000, publishers: 30, rooms: 100_000, sessions: 200_000 }
    }
}

/// The apps without a key that can be joined without a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OpenApps {
    /// All of them.
    #[default]
    All,
    /// These only. A join to another app without a key is refused with [`Removal::InvalidToken`].
    Only(Vec<AppId>),
}

/// The configuration of a hub.
#[derive(Debug, Clone, Default)]
pub struct HubConfig {
    /// A random number of this run. Participants compare it to detect that a hub was restarted.
    pub id: u32,
    /// The app keys. A join to an app with a key needs a valid token. An app may have several keys: a
    /// token signed with any of them is valid.
    pub keys: Vec<(AppId, String)>,
    /// The apps that need no key.
    pub open_apps: OpenApps,
    /// Whether tokens are checked without their privileges. The platform does so for apps that have
    /// not applied for the control of privileges.
    pub ignore_privileges: bool,
    /// STUN and TURN servers for members. The server sends credentials per user instead and leaves
    /// this empty.
    pub ice_servers: Vec<IceServer>,
    /// Limits of rooms and of the hub.
    pub limits: Limits,
}

/// An input of a hub.
#[derive(Debug, Clone)]
pub enum HubInput<Signal = Envelope> {
    /// A message arrived on a connection. The first message registers the connection.
    Message(ConnectionId, ClientMessage<Signal>),
    /// Data that is not a message arrived on a connection. The session of the connection ends: its
    /// participant learns that it is out of the room, so it must leave the lists of others.
    Malformed(ConnectionId),
    /// A connection is closed.
    Closed {
        /// The connection.
        connection: ConnectionId,
        /// When the last message arrived on it.
        last_received: Instant,
    },
    /// The timer fired. The hub handles all deadlines that have passed. It ignores a timer that
    /// fires too early or too often.
    Timeout,
}

/// An output of a hub. The driver carries out outputs in order.
#[derive(Debug, Clone)]
pub enum HubOutput<Signal = Envelope> {
    /// Send a message to each of these connections.
    Send {
        /// The connections. There is at least one.
        to: Vec<ConnectionId>,
        /// The message.
        message: ServerMessage<Signal>,
    },
    /// Close a connection after all messages before this have been sent. The hub has forgotten the
    /// connection and gets no [`HubInput::Closed`] for it.
    Close(ConnectionId, CloseReason),
}

/// Why a hub closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The session was refused or removed. A [`ServerMessage::Removed`] precedes it.
    Removed(Removal),
    /// The participant sent [`ClientMessage::Leave`].
    Left,
    /// The session was resumed on another connection.
    Resumed,
}

type RoomKey = (AppId, RoomId);

/// The rooms of one signaling server.
#[derive(Debug)]
pub struct Hub<Signal = Envelope> {
    config: HubConfig,
    /// All rooms with at least one session. `create_session` adds a room, `end_session` removes it.
    rooms: LiteMap<RoomKey, Box<Room>>,
    /// The room of each session.
    sessions: LiteMap<SessionId, RoomKey>,
    /// The session of each open connection. It matches [`Session::connection`].
    connections: LiteMap<ConnectionId, SessionId>,
    /// The next deadline of each session that has one. It matches [`Session::deadline`]; `schedule`
    /// changes both.
    deadlines: SortedSet<(Instant, SessionId)>,
    /// The rooms with changes to announce later, and when.
    announcements: SortedSet<(Instant, RoomKey)>,
    /// The sessions that were removed last, oldest first. They cannot be resumed.
    removed: VecDeque<(SessionId, Removal)>,
    output: VecDeque<HubOutput<Signal>>,
}

impl<Signal: SignalPayload> Machine for Hub<Signal> {
    type Input = HubInput<Signal>;
    type Output = HubOutput<Signal>;
    type Time = Now;

    fn handle(&mut self, input: HubInput<Signal>, now: Now) {
        match input {
            HubInput::Message(connection, message) => self.handle_message(connection, message, now),
            HubInput::Malformed(connection) => self.handle_malformed(connection, now),
            HubInput::Closed { connection, last_received } => {
                self.disconnect(connection, last_received, now);
            }
            HubInput::Timeout => self.handle_timeout(now),
        }
    }

    fn poll_output(&mut self) -> Option<HubOutput<Signal>> {
        self.output.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let of_session = self.deadlines.first().map(|(at, _)| *at);
        let of_room = self.announcements.first().map(|(at, _)| *at);
        earliest(&[of_session, of_room])
    }
}

/// Getters.
impl<Signal: SignalPayload> Hub<Signal> {
    /// The number of sessions.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// The number of rooms.
    pub fn room_count(&self) -> usize {
        self.rooms.len()
    }

    /// The rooms with their numbers of members, sorted by app and name.
    pub fn rooms(&self) -> impl Iterator<Item = (&AppId, &RoomId, usize)> {
        self.rooms.iter().map(|((app, name), room)| (app, name, room.len()))
    }

    /// Whether a room has sessions.
    pub fn has_room(&self, app: &AppId, room: &RoomId) -> bool {
        self.rooms.contains_key(&(app.clone(), room.clone()))
    }

    /// The members of a room, in join order.
    pub fn members(&self, app: &AppId, room: &RoomId) -> Vec<Member> {
        let room = self.rooms.get(&(app.clone(), room.clone()));
        room.map(|room| room.members()).unwrap_or_default()
    }
}

/// Commands.
impl<Signal: SignalPayload> Hub<Signal> {
    /// A hub without rooms. It lowers the limits of a room to [`MAX_MEMBERS`], the most members
    /// that a [`Welcome`] can list.
    pub fn new(mut config: HubConfig) -> Self {
        let limits = &mut config.limits;
        limits.visible = limits.visible.min(MAX_MEMBERS);
        limits.invisible = limits.invisible.min(MAX_MEMBERS - limits.visible);
        Self {
            config,
            rooms: LiteMap::new(),
            sessions: LiteMap::new(),
            connections: LiteMap::new(),
            deadlines: SortedSet::default(),
            announcements: SortedSet::default(),
            removed: VecDeque::new(),
            output: VecDeque::new(),
        }
    }

    /// Changes the limits of rooms and sessions. A server with several hubs divides its own limits
    /// among them. No existing session is removed.
    pub fn set_capacity(&mut self, rooms: usize, sessions: usize) {
        self.config.limits.rooms = rooms;
        self.config.limits.sessions = sessions;
    }

    /// Removes a user from a room with [`Removal::Kicked`]. Returns whether the user was in the
    /// room.
    pub fn remove_user(&mut self, app: &AppId, room: &RoomId, user: &UserId, now: Now) -> bool {
        let room = self.rooms.get(&(app.clone(), room.clone()));
        let session = room.and_then(|room| room.session_of(user));
        session.is_some_and(|session| self.end_session(session, Some(Removal::Kicked), now))
    }

    /// Removes all members of a room with [`Removal::Dissolved`]. Returns whether the room existed.
    pub fn end_room(&mut self, app: &AppId, room: &RoomId, now: Now) -> bool {
        let room = self.rooms.get(&(app.clone(), room.clone()));
        let sessions: Vec<_> = room
            .map(|room| room.members().iter().map(|member| member.session).collect())
            .unwrap_or_default();
        for session in &sessions {
            self.end_session(*session, Some(Removal::Dissolved), now);
        }
        !sessions.is_empty()
    }
}

/// Inputs.
impl<Signal: SignalPayload> Hub<Signal> {
    fn handle_message(
        &mut self,
        connection: ConnectionId,
        message: ClientMessage<Signal>,
        now: Now,
    ) {
        let session = self.connections.get(&connection).copied();
        match (session, message) {
            (None, ClientMessage::Join(join)) => self.handle_join(connection, *join, now),
            (Some(session), ClientMessage::Update(presence)) => {
                self.handle_update(session, presence, now);
            }
            (Some(session), ClientMessage::Signal(signal)) => self.handle_signal(session, signal),
            (Some(session), ClientMessage::Token(update)) => {
                self.handle_token(connection, session, update, now);
            }
            (Some(session), ClientMessage::Leave) => {
                self.end_session(session, None, now);
            }
            (Some(_), ClientMessage::Ping) => self.send(connection, ServerMessage::Pong),
            (None, _) | (Some(_), ClientMessage::Join(_)) => self.handle_malformed(connection, now),
        }
    }

    fn handle_malformed(&mut self, connection: ConnectionId, now: Now) {
        match self.connections.get(&connection).copied() {
            Some(session) => {
                self.end_session(session, Some(Removal::BadMessage), now);
            }
            None => self.refuse(connection, Removal::BadMessage),
        }
    }

    fn handle_timeout(&mut self, now: Now) {
        while let Some(&(at, session)) = self.deadlines.first() {
            if at > now.instant {
                break;
            }
            self.deadlines.remove(&(at, session));
            self.check_deadline(session, now);
        }
        while let Some(due) = self.announcements.first().cloned() {
            if due.0 > now.instant {
                break;
            }
            self.announcements.remove(&due);
            self.announce(&due.1, now);
        }
    }

    fn handle_join(&mut self, connection: ConnectionId, join: Join, now: Now) {
        if let Err(removal) = self.admit(connection, join, now) {
            self.refuse(connection, removal);
        }
    }

    fn admit(&mut self, connection: ConnectionId, join: Join, now: Now) -> Result<(), Removal> {
        if join.version == 0 {
            return Err(Removal::Version);
        }
        let key = (join.app.clone(), join.room.clone());
        let permissions =
            self.check_token(&key, &join.user, join.token.as_str(), now).map_err(|error| {
                match error {
                    TokenError::Expired => Removal::TokenExpired,
                    _ => Removal::InvalidToken,
                }
            })?;
        let id = join.secret.session();
        if let Some((_, removal)) = self.removed.iter().find(|(removed, _)| *removed == id) {
            return Err(*removal);
        }
        let resumed = match self.sessions.get(&id) {
            Some(known) if *known == key => self.resume_session(id, &join)?,
            Some(_) => return Err(Removal::BadMessage),
            None => false,
        };
        if !resumed {
            self.create_session(&key, id, &join, now)?;
        }
        let Some(session) = self.session(id) else { return Err(Removal::BadMessage) };
        session.permissions = permissions;
        let joined_at = session.joined_at;
        let granted = self.apply_presence(id, join.presence, !resumed, now);
        // The session gets its connection only now, so that `welcome` is its first message.
        if let Some(session) = self.session(id) {
            session.connection = Some(connection);
            self.connections.insert(connection, id);
        }
        let (Some(granted), Some(room)) = (granted, self.rooms.get(&key)) else {
            return Err(Removal::BadMessage);
        };
        let welcome = Welcome {
            version: VERSION.min(join.version),
            hub: self.config.id,
            joined_at,
            members: room.members_visible_to(id),
            granted,
            token_expires_in: permissions.expires_in(now),
            ice_servers: self.config.ice_servers.clone(),
        };
        self.send(connection, ServerMessage::Welcome(Box::new(welcome)));
        self.schedule(id, now);
        // A session may resume without the sources that it published before.
        self.promote_waiting_publishers(&key, now);
        Ok(())
    }

    /// Prepares a session for a new connection. The old connection is closed. Returns whether the
    /// session exists.
    ///
    /// # Errors
    /// When the user is not the session's.
    fn resume_session(&mut self, id: SessionId, join: &Join) -> Result<bool, Removal> {
        let Some(session) = self.session(id) else { return Ok(false) };
        if session.user != join.user {
            return Err(Removal::BadMessage);
        }
        session.leaves_at = None;
        if let Some(old) = session.connection.take() {
            self.connections.remove(&old);
            self.output.push_back(HubOutput::Close(old, CloseReason::Resumed));
        }
        Ok(true)
    }

    /// Creates a session. It replaces the session that the user has in the room, if there is one.
    ///
    /// # Errors
    /// When a limit is reached, or when the existing session of the user is newer.
    fn create_session(
        &mut self,
        key: &RoomKey,
        id: SessionId,
        join: &Join,
        now: Now,
    ) -> Result<(), Removal> {
        let room = self.rooms.get(key);
        let existing_session = room.and_then(|room| room.session_of(&join.user));
        // A session with an earlier join time than the existing one is the older login. The user
        // joined elsewhere while this session had no connection.
        if let Some(existing) = existing_session.and_then(|existing| room?.get(existing))
            && join.joined_at.is_some_and(|joined_at| joined_at < existing.joined_at)
        {
            return Err(Removal::DuplicateLogin);
        }
        let limits = &self.config.limits;
        if room.is_none() && self.rooms.len() >= limits.rooms
            || existing_session.is_none() && self.sessions.len() >= limits.sessions
        {
            return Err(Removal::Full);
        }
        let full = |room: &Room| room.is_full(join.presence.visible, &join.user, limits);
        if room.is_some_and(|room| full(room)) {
            return Err(Removal::Full);
        }
        // The join time is assigned before the existing session ends: a room without sessions is
        // removed, and its last join time with it.
        let room = self.rooms.entry(key.clone()).or_default();
        let joined_at = room.assign_joined_at(join.joined_at, now.unix);
        if let Some(existing) = existing_session {
            self.end_session(existing, Some(Removal::DuplicateLogin), now);
        }
        let room = self.rooms.entry(key.clone()).or_default();
        room.insert(id, Session::new(join.user.clone(), joined_at));
        self.sessions.insert(id, key.clone());
        Ok(())
    }

    fn check_token(
        &self,
        (app, room): &RoomKey,
        user: &UserId,
        text: &str,
        now: Now,
    ) -> Result<Permissions, TokenError> {
        let keys = self.config.keys.iter().filter(|(known, _)| known == app);
        let mut keys = keys.map(|(_, key)| key.as_str()).peekable();
        if keys.peek().is_none() {
            return match &self.config.open_apps {
                OpenApps::Only(apps) if !apps.contains(app) => Err(TokenError::NoKey),
                _ => Ok(Permissions::default()),
            };
        }
        let ids = (app.as_str(), room.as_str(), user.as_str());
        let permissions = token::check(text, keys, ids, now.unix).map(Permissions::of)?;
        let ignored = self.config.ignore_privileges;
        Ok(if ignored { permissions.without_privileges() } else { permissions })
    }

    fn handle_update(&mut self, id: SessionId, presence: Presence, now: Now) {
        self.grant_presence(id, presence, now);
        if let Some(key) = self.sessions.get(&id).cloned() {
            self.promote_waiting_publishers(&key, now);
        }
    }

    /// Applies `presence` and sends the result to the session and changes to others.
    fn grant_presence(&mut self, id: SessionId, presence: Presence, now: Now) {
        let Some(granted) = self.apply_presence(id, presence, false, now) else { return };
        if let Some(connection) = self.session(id).and_then(|session| session.connection) {
            self.send(connection, ServerMessage::Granted(granted));
        }
    }

    /// Lets members publish that were refused because of the publisher limit, in join order.
    fn promote_waiting_publishers(&mut self, key: &RoomKey, now: Now) {
        let limits = self.config.limits;
        let next =
            |rooms: &LiteMap<RoomKey, Box<Room>>| rooms.get(key)?.next_waiting_publisher(&limits);
        while let Some((id, presence)) = next(&self.rooms) {
            self.grant_presence(id, presence, now);
        }
    }

    /// Applies `presence` as far as permissions and limits allow, and sends changes to others.
    /// `is_new` is whether the session has just been created. Returns `None` for an unknown session.
    fn apply_presence(
        &mut self,
        id: SessionId,
        presence: Presence,
        is_new: bool,
        now: Now,
    ) -> Option<crate::protocol::Granted> {
        let limits = self.config.limits;
        let key = self.sessions.get(&id)?.clone();
        let room = self.rooms.get_mut(&key)?;
        let before = room.get(id)?.member(id);
        let granted = room.grant(id, presence, &limits, now.unix)?;
        let after = room.get(id)?.member(id);
        if is_new || before != after {
            self.note_change(&key, id, (!is_new).then_some(before.visible), now);
        }
        Some(granted)
    }

    /// A session changed: it is announced now or later. `before` is whether it was visible, if it was
    /// in the room.
    fn note_change(&mut self, key: &RoomKey, id: SessionId, before: Option<bool>, now: Now) {
        let Some(room) = self.rooms.get_mut(key) else { return };
        match room.note_change(id, before, now.instant) {
            Some(at) if at <= now.instant => self.announce(key, now),
            Some(at) => self.announcements.insert((at, key.clone())),
            None => {}
        }
    }

    fn announce(&mut self, key: &RoomKey, now: Now) {
        if let Some(room) = self.rooms.get_mut(key) {
            self.output.extend(room.announce(now.instant));
        }
    }

    fn handle_signal(&mut self, from: SessionId, signal: SignalTo<Signal>) {
        let room = self.sessions.get(&from).and_then(|key| self.rooms.get(key));
        let apart = from != signal.to;
        let known = room.filter(|room| apart && room.are_visible_to_each_other(from, signal.to));
        let to = known.and_then(|room| room.get(signal.to)?.connection);
        // A signal for an unknown, invisible or disconnected session is dropped. This is no error
        // of the sender: it may not know yet, and it sends unacknowledged signals again.
        if let Some(to) = to {
            let mut envelope = signal.envelope;
            let may_subscribe = room
                .and_then(|room| room.get(from))
                .is_some_and(|session| !session.granted.no_subscribe);
            if !may_subscribe {
                envelope.deny_subscriptions();
            }
            // The receiver has to know the sender.
            if let Some(member) = room.and_then(|room| room.unannounced(from, signal.to)) {
                self.send(to, ServerMessage::Members(vec![member]));
            }
            self.send(to, ServerMessage::Signal(SignalFrom { from, envelope }));
        }
    }

    fn handle_token(
        &mut self,
        connection: ConnectionId,
        id: SessionId,
        update: TokenUpdate,
        now: Now,
    ) {
        let Some(key) = self.sessions.get(&id).cloned() else { return };
        let Some(user) = self.session(id).map(|session| session.user.clone()) else { return };
        let permissions = self.check_token(&key, &user, update.token.as_str(), now).ok();
        let answer = TokenAnswer {
            revision: update.revision,
            valid: permissions.is_some(),
            expires_in: permissions.and_then(|permissions| permissions.expires_in(now)),
        };
        self.send(connection, ServerMessage::Token(answer));
        if let Some(permissions) = permissions {
            self.set_permissions(id, permissions, now);
        }
    }

    fn set_permissions(&mut self, id: SessionId, permissions: Permissions, now: Now) {
        let Some(session) = self.session(id) else { return };
        let before = session.permissions.at(now.unix);
        let presence = session.presence;
        session.permissions = permissions;
        if before != permissions.at(now.unix) {
            self.handle_update(id, presence, now);
        }
        self.schedule(id, now);
    }

    /// Handles a deadline of a session: the session has been without a connection for too long, its
    /// token has expired, or a privilege of the token has ended.
    fn check_deadline(&mut self, id: SessionId, now: Now) {
        let Some(session) = self.session(id) else { return };
        session.deadline = None;
        if session.leaves_at.is_some_and(|at| at <= now.instant) {
            self.end_session(id, None, now);
            return;
        }
        if session.permissions.expires_in(now) == Some(0) {
            self.end_session(id, Some(Removal::TokenExpired), now);
            return;
        }
        let Session { presence, granted, permissions, .. } = *session;
        if permissions.at(now.unix) != (granted.allowed, granted.no_subscribe) {
            self.handle_update(id, presence, now);
        }
        self.schedule(id, now);
    }

    /// Computes the next deadline of a session and replaces the one before.
    fn schedule(&mut self, id: SessionId, now: Now) {
        let Some(session) = self.session(id) else { return };
        let (old, new) = (session.deadline, session.next_deadline(now));
        session.deadline = new;
        if let Some(at) = old {
            self.deadlines.remove(&(at, id));
        }
        if let Some(at) = new {
            self.deadlines.insert((at, id));
        }
    }

    fn disconnect(&mut self, connection: ConnectionId, last_received: Instant, now: Now) {
        let Some(id) = self.connections.remove(&connection) else { return };
        let Some(session) = self.session(id) else { return };
        session.connection = None;
        session.leaves_at = Some(last_received + LEAVE_AFTER);
        self.schedule(id, now);
    }

    /// Ends a session. Sends `Left` to others, and `Removed` to the session unless it left by itself
    /// (`why` is `None`). Returns whether the session existed.
    fn end_session(&mut self, id: SessionId, why: Option<Removal>, now: Now) -> bool {
        let Some(key) = self.sessions.remove(&id) else { return false };
        let Some(room) = self.rooms.get_mut(&key) else { return false };
        let Some(session) = room.remove(id) else { return false };
        if room.is_empty() {
            let due = room.announces_at();
            self.rooms.remove(&key);
            if let Some(at) = due {
                self.announcements.remove(&(at, key.clone()));
            }
        }
        if let Some(at) = session.deadline {
            self.deadlines.remove(&(at, id));
        }
        self.note_change(&key, id, Some(session.granted.visible), now);
        if let Some(connection) = session.connection {
            self.connections.remove(&connection);
            match why {
                Some(removal) => self.refuse(connection, removal),
                None => {
                    self.output.push_back(HubOutput::Close(connection, CloseReason::Left));
                }
            }
        }
        if let Some(why) = why {
            self.remember_removal(id, why);
        }
        self.promote_waiting_publishers(&key, now);
        true
    }

    /// Remembers a removal that was decided by others, so that the session cannot be resumed. A
    /// session removed for a bad message or an expired token may join again and is checked again.
    fn remember_removal(&mut self, id: SessionId, why: Removal) {
        if !matches!(why, Removal::Kicked | Removal::Dissolved | Removal::DuplicateLogin) {
            return;
        }
        if self.removed.len() == MAX_REMEMBERED_REMOVALS {
            self.removed.pop_front();
        }
        self.removed.push_back((id, why));
    }

    fn session(&mut self, id: SessionId) -> Option<&mut Session> {
        self.rooms.get_mut(self.sessions.get(&id)?)?.get_mut(id)
    }

    fn refuse(&mut self, connection: ConnectionId, removal: Removal) {
        self.send(connection, ServerMessage::Removed(removal));
        self.output.push_back(HubOutput::Close(connection, CloseReason::Removed(removal)));
    }

    fn send(&mut self, connection: ConnectionId, message: ServerMessage<Signal>) {
        self.output.push_back(HubOutput::Send { to: vec![connection], message });
    }
}
