//! A shard: one hub with a part of the rooms, and the clients of these rooms.
//!
//! Rooms are independent, so the server spreads them over several hubs. Each hub has a mutex. It is a
//! mutex and not a task with a channel for two reasons. A hub handles a message in one or two
//! microseconds and never waits, which is less than waking a task costs. And a channel would be one
//! more queue that can grow. Outputs are put into bounded queues ([`Outbox`]) while the mutex is
//! locked, so all clients get messages in the same order.
//!
//! A session belongs to one room. A client that uses one secret for two rooms is refused if both rooms
//! are in the same shard, and has two sessions if not. The library never does this.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::yield_now;
use tt_rtc_room::id::{AppId, RoomId, SessionId, UserId};
use tt_rtc_room::protocol::{ClientMessage, IceServers, Join, ServerMessage};
use tt_rtc_room::{ConnectionId, Hub, HubInput, HubOutput, Instant, Machine as _, Now};

use crate::close::{CloseCode, Closing};
use crate::config::IceConfig;
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::outgoing::Outgoing;

/// How many sessions write at the same time what all members of a room get.
const WRITERS: usize = 8;

/// What all shards of a server share.
#[derive(Debug)]
pub(crate) struct ShardContext {
    /// The limit of rooms in all shards together.
    pub(crate) max_rooms: usize,
    /// The limit of sessions in all shards together.
    pub(crate) max_sessions: usize,
    /// The number of rooms in all shards. Every shard updates it after an input.
    pub(crate) rooms: AtomicUsize,
    /// The number of sessions in all shards. Every shard updates it after an input.
    pub(crate) sessions: AtomicUsize,
    pub(crate) ice: IceConfig,
    pub(crate) metrics: Metrics,
}

/// One hub with its clients.
#[derive(Debug)]
pub(crate) struct Shard {
    context: Arc<ShardContext>,
    /// The tasks of all clients and the timer of the shard lock it.
    state: Mutex<ShardState>,
    /// Notified when the hub has an earlier deadline than the timer.
    earlier_deadline: Notify,
}

#[derive(Debug)]
struct ShardState {
    hub: Hub,
    /// The connections that have sent `join` and are not closed.
    clients: HashMap<ConnectionId, Client>,
    /// The deadline that [`Shard::next_deadline`] returned last.
    timer_deadline: Option<Instant>,
}

/// A WebSocket client that has sent `join` for a room of this shard.
#[derive(Debug)]
struct Client {
    user: UserId,
    session: SessionId,
    outbox: Arc<Outbox>,
    /// Whether it gets TURN servers.
    turn: bool,
    /// Whether it was welcomed. For metrics.
    joined: bool,
}

impl Shard {
    pub(crate) fn new(hub: Hub, context: Arc<ShardContext>) -> Self {
        let state = ShardState { hub, clients: HashMap::new(), timer_deadline: None };
        Self { context, state: Mutex::new(state), earlier_deadline: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, ShardState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads from the hub.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Hub) -> T) -> T {
        read(&self.lock().hub)
    }

    /// Calls the hub and carries out its outputs.
    pub(crate) fn update<T>(&self, now: Now, input: impl FnOnce(&mut Hub) -> T) -> T {
        self.change(&mut self.lock(), now, input).0
    }

    /// Handles the first message of a connection. If the hub accepts it, the client gets TURN servers
    /// if `turn` is true.
    pub(crate) fn join(
        &self,
        id: ConnectionId,
        join: Box<Join>,
        outbox: &Arc<Outbox>,
        turn: bool,
        now: Now,
    ) {
        let mut state = self.lock();
        let client = Client {
            user: join.user.clone(),
            session: join.secret.session(),
            outbox: Arc::clone(outbox),
            turn,
            joined: false,
        };
        state.clients.insert(id, client);
        let input = HubInput::Message(id, ClientMessage::Join(join));
        self.change(&mut state, now, |hub| hub.handle(input, now));
    }

    /// Handles any later message of a connection.
    pub(crate) fn handle_message(&self, id: ConnectionId, message: ClientMessage, now: Now) {
        self.handle_input(id, HubInput::Message(id, message), now);
    }

    /// Handles data that is not a message.
    pub(crate) fn handle_malformed(&self, id: ConnectionId, now: Now) {
        self.handle_input(id, HubInput::Malformed(id), now);
    }

    /// Passes an input to the hub, unless the hub has closed the connection. A second `join` on such
    /// a connection would create a session without a connection that no input ever ends.
    fn handle_input(&self, id: ConnectionId, input: HubInput, now: Now) {
        let mut state = self.lock();
        if !state.clients.contains_key(&id) {
            return;
        }
        let ((), congested) = self.change(&mut state, now, |hub| hub.handle(input, now));
        if let (Some(to), Some(client)) = (congested, state.clients.get(&id)) {
            client.outbox.push(Outgoing::new(ServerMessage::Congested(to)));
        }
    }

    /// Handles the end of a connection.
    pub(crate) fn handle_closed(&self, id: ConnectionId, last_received: Instant, now: Now) {
        let mut state = self.lock();
        // The hub gets no input for a connection that it has closed itself.
        if state.clients.remove(&id).is_some() {
            let input = HubInput::Closed { connection: id, last_received };
            self.change(&mut state, now, |hub| hub.handle(input, now));
        }
    }

    /// Closes the connections of a room: its members find it at another server. Their sessions stay for
    /// a while, in case that they come back.
    pub(crate) fn close_room(&self, app: &AppId, room: &RoomId) {
        let state = self.lock();
        let members = state.hub.members(app, room);
        let members: HashSet<_> = members.iter().map(|member| member.session).collect();
        for client in state.clients.values().filter(|client| members.contains(&client.session)) {
            client.outbox.close(Closing::from(CloseCode::Restart));
        }
    }

    /// Handles a deadline that has passed.
    pub(crate) fn handle_timeout(&self, now: Now) {
        self.update(now, |hub| hub.handle(HubInput::Timeout, now));
    }

    /// Sends new TURN credentials to a client.
    pub(crate) fn renew_ice(&self, id: ConnectionId, now: Now) {
        let state = self.lock();
        if let Some(client) = state.clients.get(&id) {
            let servers = self.context.ice.servers(&client.user, client.turn, now.unix);
            client.outbox.push(Outgoing::new(ServerMessage::IceServers(IceServers { servers })));
        }
    }

    /// The next deadline of the hub, for the timer.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let mut state = self.lock();
        state.timer_deadline = state.hub.poll_timeout();
        state.timer_deadline
    }

    /// Resolves when the hub has an earlier deadline than [`Shard::next_deadline`] returned last.
    pub(crate) async fn wait_for_earlier_deadline(&self) {
        self.earlier_deadline.notified().await;
    }

    /// Calls the hub, carries out its outputs and updates the counts. Also returns the receiver of a
    /// signal that was dropped because too many wait for it.
    fn change<T>(
        &self,
        state: &mut ShardState,
        now: Now,
        input: impl FnOnce(&mut Hub) -> T,
    ) -> (T, Option<SessionId>) {
        let context = &self.context;
        let (rooms, sessions) = (state.hub.room_count(), state.hub.session_count());
        // The hub may use what the other shards leave. Two shards that admit a session at the same
        // time can exceed the limit, at most by one session per shard.
        state.hub.set_capacity(
            capacity(context.max_rooms, &context.rooms, rooms),
            capacity(context.max_sessions, &context.sessions, sessions),
        );
        let result = input(&mut state.hub);
        let mut congested = None;
        while let Some(output) = state.hub.poll_output() {
            congested = self.carry_out(&mut state.clients, output, now).or(congested);
        }
        adjust(&context.rooms, rooms, state.hub.room_count());
        adjust(&context.sessions, sessions, state.hub.session_count());
        let due = state.hub.poll_timeout();
        if due.is_some_and(|due| state.timer_deadline.is_none_or(|deadline| due < deadline)) {
            self.earlier_deadline.notify_one();
        }
        (result, congested)
    }

    fn carry_out(
        &self,
        clients: &mut HashMap<ConnectionId, Client>,
        output: HubOutput,
        now: Now,
    ) -> Option<SessionId> {
        match output {
            HubOutput::Send { to, mut message } => {
                if let (ServerMessage::Welcome(welcome), [to]) = (&mut message, to.as_slice())
                    && let Some(client) = clients.get_mut(to)
                {
                    welcome.ice_servers =
                        self.context.ice.servers(&client.user, client.turn, now.unix);
                    client.joined = true;
                    self.context.metrics.joined("ok");
                }
                let (message, mut congested) = (Outgoing::new(message), None);
                let clients = || to.iter().filter_map(|id| clients.get(id));
                let many = to.len() > WRITERS;
                for client in clients() {
                    let (outbox, message) = (&client.outbox, Arc::clone(&message));
                    let added = if many { outbox.add(message) } else { outbox.push(message) };
                    if !added {
                        self.context.metrics.dropped_signal();
                        congested = Some(client.session);
                    }
                }
                if many {
                    wake_in_turn(clients().map(|client| Arc::clone(&client.outbox)).collect());
                }
                congested
            }
            HubOutput::Close(id, reason) => {
                if let Some(client) = clients.remove(&id) {
                    let code = CloseCode::from(reason);
                    if !client.joined {
                        self.context.metrics.joined(code.name());
                    }
                    client.outbox.close(Closing::from(code));
                }
                None
            }
        }
    }
}

/// Tells the sessions of a large room that they have something to write. All of them take milliseconds
/// for it, so they do it some at a time, and the other sessions of the server in between.
fn wake_in_turn(outboxes: Vec<Arc<Outbox>>) {
    let Ok(runtime) = Handle::try_current() else {
        // A caller of `Server` that is no task.
        return outboxes.iter().for_each(|outbox| outbox.wake());
    };
    runtime.spawn(async move {
        for part in outboxes.chunks(WRITERS) {
            part.iter().for_each(|outbox| outbox.wake());
            yield_now().await;
        }
    });
}

/// The limit of one shard: the limit of the server without what the other shards use. `here` is what
/// this shard uses.
fn capacity(max: usize, all: &AtomicUsize, here: usize) -> usize {
    let elsewhere = all.load(Ordering::Relaxed).saturating_sub(here);
    max.saturating_sub(elsewhere)
}

/// Updates a count of all shards when that of one shard has changed.
fn adjust(all: &AtomicUsize, before: usize, after: usize) {
    if after >= before {
        all.fetch_add(after - before, Ordering::Relaxed);
    } else {
        all.fetch_sub(before - after, Ordering::Relaxed);
    }
}
