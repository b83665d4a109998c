//! A part of the rooms: one hub, and the connections it speaks to.
//!
//! Rooms know nothing of each other, so they are spread over several hubs, each behind a mutex of
//! its own. A mutex rather than a task with a channel: what a hub does for a message takes a
//! microsecond or two and never waits, less than it costs to wake a task, and without a queue there
//! is none that could grow. What an output sends is put into bounded queues ([`Outbox`]) while the
//! lock is held, so everybody hears of everything in the order in which it happened.
//!
//! A session belongs to one room. Whoever takes the same secret to another room, as no client of ours
//! does, is refused if both are here, and has another session there if not.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;
use tt_rtc_room::id::UserId;
use tt_rtc_room::protocol::{ClientMessage, IceServers, Join, ServerMessage};
use tt_rtc_room::{ConnectionId, Hub, HubInput, HubOutput, Instant, Machine as _, Now};

use crate::close::{CloseCode, Closing};
use crate::config::IceConfig;
use crate::metrics::Metrics;
use crate::outbox::Outbox;

/// What all shards of a server share.
#[derive(Debug)]
pub(crate) struct ShardContext {
    pub(crate) max_rooms: usize,
    pub(crate) max_sessions: usize,
    pub(crate) rooms: AtomicUsize,
    pub(crate) sessions: AtomicUsize,
    pub(crate) ice: IceConfig,
    pub(crate) metrics: Metrics,
}

#[derive(Debug)]
pub(crate) struct Shard {
    context: Arc<ShardContext>,
    state: Mutex<ShardState>,
    /// There is an earlier deadline than the one that [`Shard::next_deadline`] told last.
    earlier_deadline: Notify,
}

#[derive(Debug)]
struct ShardState {
    hub: Hub,
    clients: HashMap<ConnectionId, Client>,
    /// What the timer is set to.
    timer_deadline: Option<Instant>,
}

/// A connection that has asked for a place in a room of this shard.
#[derive(Debug)]
struct Client {
    user: UserId,
    outbox: Arc<Outbox>,
    /// Whether it got its place.
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

    /// Looks at the hub.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Hub) -> T) -> T {
        read(&self.lock().hub)
    }

    /// Tells the hub something and does what it then says.
    pub(crate) fn update<T>(&self, now: Now, input: impl FnOnce(&mut Hub) -> T) -> T {
        self.change(&mut self.lock(), now, input)
    }

    /// The first message of a connection.
    pub(crate) fn join(&self, id: ConnectionId, join: Box<Join>, outbox: &Arc<Outbox>, now: Now) {
        let mut state = self.lock();
        let (user, outbox) = (join.user.clone(), Arc::clone(outbox));
        state.clients.insert(id, Client { user, outbox, joined: false });
        let input = HubInput::Message(id, ClientMessage::Join(join));
        self.change(&mut state, now, |hub| hub.handle(input, now));
    }

    /// Any later message of a connection.
    pub(crate) fn handle_message(&self, id: ConnectionId, message: ClientMessage, now: Now) {
        self.handle_input(id, HubInput::Message(id, message), now);
    }

    /// A connection said something that is not a message.
    pub(crate) fn handle_malformed(&self, id: ConnectionId, now: Now) {
        self.handle_input(id, HubInput::Malformed(id), now);
    }

    /// What a connection says after the hub has closed it reaches nobody. Above all no second
    /// `join`, for a session that would have nobody to speak to and nobody to end it.
    fn handle_input(&self, id: ConnectionId, input: HubInput, now: Now) {
        let mut state = self.lock();
        if state.clients.contains_key(&id) {
            self.change(&mut state, now, |hub| hub.handle(input, now));
        }
    }

    /// A connection is gone.
    pub(crate) fn handle_closed(&self, id: ConnectionId, last_received: Instant, now: Now) {
        let mut state = self.lock();
        // When the hub closed it, it hears nothing more of it.
        if state.clients.remove(&id).is_some() {
            let input = HubInput::Closed { connection: id, last_received };
            self.change(&mut state, now, |hub| hub.handle(input, now));
        }
    }

    /// A deadline has passed.
    pub(crate) fn handle_timeout(&self, now: Now) {
        self.update(now, |hub| hub.handle(HubInput::Timeout, now));
    }

    /// Hands out new ICE servers.
    pub(crate) fn renew_ice(&self, id: ConnectionId, now: Now) {
        let state = self.lock();
        if let Some(client) = state.clients.get(&id) {
            let servers = self.context.ice.servers(&client.user, now.unix);
            client.outbox.push(text(&ServerMessage::IceServers(IceServers { servers })));
        }
    }

    /// When the hub wants to be told the time. Resolves anew each time that this comes sooner.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let mut state = self.lock();
        state.timer_deadline = state.hub.poll_timeout();
        state.timer_deadline
    }

    /// Resolves when the deadline told last is too late.
    pub(crate) async fn wait_for_earlier_deadline(&self) {
        self.earlier_deadline.notified().await;
    }

    fn change<T>(&self, state: &mut ShardState, now: Now, input: impl FnOnce(&mut Hub) -> T) -> T {
        let context = &self.context;
        let (rooms, sessions) = (state.hub.room_count(), state.hub.session_count());
        // What all the others have left. It is exact but for shards that let somebody in at the
        // very same moment.
        state.hub.set_capacity(
            capacity(context.max_rooms, &context.rooms, rooms),
            capacity(context.max_sessions, &context.sessions, sessions),
        );
        let result = input(&mut state.hub);
        while let Some(output) = state.hub.poll_output() {
            self.carry_out(&mut state.clients, output, now);
        }
        adjust(&context.rooms, rooms, state.hub.room_count());
        adjust(&context.sessions, sessions, state.hub.session_count());
        let due = state.hub.poll_timeout();
        if due.is_some_and(|due| state.timer_deadline.is_none_or(|deadline| due < deadline)) {
            self.earlier_deadline.notify_one();
        }
        result
    }

    fn carry_out(&self, clients: &mut HashMap<ConnectionId, Client>, output: HubOutput, now: Now) {
        match output {
            HubOutput::Send { to, mut message } => {
                if let (ServerMessage::Welcome(welcome), [to]) = (&mut message, to.as_slice())
                    && let Some(client) = clients.get_mut(to)
                {
                    welcome.ice_servers = self.context.ice.servers(&client.user, now.unix);
                    client.joined = true;
                    self.context.metrics.joined("ok");
                }
                let text = text(&message);
                for client in to.iter().filter_map(|id| clients.get(id)) {
                    client.outbox.push(text.clone());
                }
            }
            HubOutput::Close(id, reason) => {
                if let Some(client) = clients.remove(&id) {
                    let code = CloseCode::from(reason);
                    if !client.joined {
                        self.context.metrics.joined(code.name());
                    }
                    client.outbox.close(Closing::from(code));
                }
            }
        }
    }
}

fn text(message: &ServerMessage) -> Utf8Bytes {
    // Maps with keys that are no texts are all that JSON cannot have, and no message has any.
    serde_json::to_string(message).unwrap_or_default().into()
}

/// How many may be here, when `here` of all there are, are.
fn capacity(most: usize, all: &AtomicUsize, here: usize) -> usize {
    let elsewhere = all.load(Ordering::Relaxed).saturating_sub(here);
    most.saturating_sub(elsewhere)
}

fn adjust(all: &AtomicUsize, before: usize, after: usize) {
    if after >= before {
        all.fetch_add(after - before, Ordering::Relaxed);
    } else {
        all.fetch_sub(before - after, Ordering::Relaxed);
    }
}
