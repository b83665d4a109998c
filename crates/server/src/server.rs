//! The server: its shards, its connections and its shutdown.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};
use tracing::info;
use tt_rtc_room::id::{AppId, RoomId, UserId};
use tt_rtc_room::protocol::{Join, Member};
use tt_rtc_room::token;
use tt_rtc_room::{ConnectionId, Hub, HubConfig, Limits, OpenApps};

use crate::addresses::Addresses;
use crate::admission::Admission;
use crate::clock::Clock;
use crate::config::{Config, Privileges};
use crate::leases::Leases;
use crate::metrics::Metrics;
use crate::shard::{Shard, ShardContext};

/// The number of shards. It is larger than the number of cores of most machines, so two cores seldom
/// need the same shard. It is small enough to read all shards one after the other.
const SHARDS: usize = 32;
/// How often leases are renewed while the server drains. Other servers wait for them.
const DRAINING_RENEWAL: Duration = Duration::from_millis(100);

/// A signaling server. It does not listen on a socket itself: see [`Server::router`].
///
/// This is a handle. Clones share one server. The rooms end when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Server {
    pub(crate) state: Arc<ServerState>,
}

/// A room with its number of members.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RoomSummary {
    /// The app.
    pub app: AppId,
    /// The room.
    pub room: RoomId,
    /// The number of members, visible and invisible.
    pub members: usize,
}

/// What all handlers and connections of a server share.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) context: Arc<ShardContext>,
    /// The limit of connections per address.
    pub(crate) addresses: Arc<Addresses>,
    /// The rate limits of joins.
    pub(crate) admission: Arc<Admission>,
    /// The limit of connections of the server. Each connection has a permit.
    pub(crate) connection_permits: Arc<Semaphore>,
    /// Whether new clients should go to another server.
    draining: AtomicBool,
    /// Set by [`Server::shut_down`]. Every connection watches it.
    pub(crate) departure: watch::Sender<Option<Departure>>,
    /// The leases of rooms, if there are other servers.
    pub(crate) leases: Option<Leases>,
    shards: Vec<Arc<Shard>>,
    /// Has a random key, so that clients cannot choose rooms that are all in one shard.
    hasher: RandomState,
    next_connection: AtomicU64,
    /// The timers of the shards and of the admission. Dropping the set stops them.
    _timers: JoinSet<()>,
}

/// The time in which all connections are closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Departure {
    since: Instant,
    spread: Duration,
}

impl Server {
    /// A server without rooms.
    ///
    /// # Panics
    /// When called outside a tokio runtime with timers.
    pub fn new(config: Config) -> Self {
        let (clock, hasher) = (Clock::start(), RandomState::new());
        let limits = &config.limits;
        let context = Arc::new(ShardContext {
            max_rooms: limits.rooms,
            max_sessions: limits.sessions,
            rooms: AtomicUsize::new(0),
            sessions: AtomicUsize::new(0),
            ice: config.ice.clone(),
            metrics: Metrics::new(),
        });
        let hub = HubConfig {
            // A random number. It differs from the one of the run before.
            id: u32::try_from(hasher.hash_one("hub") >> 32).unwrap_or_default(),
            keys: config
                .apps
                .iter()
                .flat_map(|(app, keys)| {
                    keys.expose_secrets().map(|key| (app.clone(), key.to_owned()))
                })
                .collect(),
            open_apps: match config.is_open() {
                true => OpenApps::All,
                false => OpenApps::Only(config.open_apps.clone()),
            },
            ignore_privileges: config.privileges == Privileges::Ignore,
            ice_servers: Vec::new(),
            limits: Limits {
                visible: limits.visible,
                invisible: limits.invisible,
                publishers: limits.publishers,
                rooms: limits.rooms,
                sessions: limits.sessions,
            },
        };
        let shard = |_| Arc::new(Shard::new(Hub::new(hub.clone()), Arc::clone(&context)));
        let shards: Vec<_> = (0..SHARDS).map(shard).collect();
        let admission = Arc::new(Admission::new(&config.limits));
        let mut timers = JoinSet::new();
        timers.spawn(Arc::clone(&admission).clean_up());
        for shard in &shards {
            timers.spawn(run_timer(Arc::clone(shard), clock));
        }
        let id = format!("{:016x}", hasher.hash_one("server"));
        let leases = Leases::new(&config.cluster, id, Arc::clone(&context));
        let state = ServerState {
            leases,
            clock,
            context,
            addresses: Arc::default(),
            admission,
            connection_permits: Arc::new(Semaphore::new(
                limits.connections.min(Semaphore::MAX_PERMITS),
            )),
            draining: AtomicBool::new(false),
            departure: watch::Sender::new(None),
            shards,
            hasher,
            next_connection: AtomicU64::new(1),
            _timers: timers,
            config,
        };
        let state = Arc::new(state);
        if let Some(leases) = &state.leases {
            tokio::spawn(keep_leases(Arc::downgrade(&state), leases.interval()));
        }
        Self { state }
    }

    /// Whether new clients should come to this server: until [`Server::drain`] or
    /// [`Server::shut_down`] is called.
    pub fn is_ready(&self) -> bool {
        !self.state.draining.load(Ordering::Relaxed)
    }

    /// Tells load balancers by `/ready` that new clients should go to another server. Clients that come
    /// all the same are served.
    pub fn drain(&self) {
        self.state.draining.store(true, Ordering::Relaxed);
    }

    /// The number of connections, including those that have not joined a room yet.
    pub fn connection_count(&self) -> usize {
        let max_connections = self.state.config.limits.connections.min(Semaphore::MAX_PERMITS);
        max_connections - self.state.connection_permits.available_permits()
    }

    /// The number of sessions, including those that have lost their connection and may resume.
    pub fn session_count(&self) -> usize {
        self.state.context.sessions.load(Ordering::Relaxed)
    }

    /// The number of rooms.
    pub fn room_count(&self) -> usize {
        self.state.context.rooms.load(Ordering::Relaxed)
    }

    /// The rooms, sorted by app and name.
    pub fn rooms(&self) -> Vec<RoomSummary> {
        let summary = |(app, room, members): (&AppId, &RoomId, usize)| RoomSummary {
            app: app.clone(),
            room: room.clone(),
            members,
        };
        let of_shard = |shard: &Arc<Shard>| -> Vec<RoomSummary> {
            shard.read(|hub| hub.rooms().map(summary).collect())
        };
        let mut rooms: Vec<_> = self.state.shards.iter().flat_map(of_shard).collect();
        rooms.sort_by(|left, right| (&left.app, &left.room).cmp(&(&right.app, &right.room)));
        rooms
    }

    /// The members of a room in join order. Empty if there is no such room.
    pub fn members(&self, app: &AppId, room: &RoomId) -> Vec<Member> {
        self.state.shard(app, room).read(|hub| hub.members(app, room))
    }

    /// Ends a room. Its members are removed as `Dissolved`. Returns whether the room existed.
    pub fn end_room(&self, app: &AppId, room: &RoomId) -> bool {
        let now = self.state.clock.now();
        self.state.shard(app, room).update(now, |hub| hub.end_room(app, room, now))
    }

    /// Removes a user from a room as `Kicked`. Returns whether the user was in the room.
    pub fn remove_user(&self, app: &AppId, room: &RoomId, user: &UserId) -> bool {
        let now = self.state.clock.now();
        self.state.shard(app, room).update(now, |hub| hub.remove_user(app, room, user, now))
    }

    /// Shuts the server down: closes the connections with
    /// [`CloseCode::Restart`](crate::CloseCode::Restart). Participants keep their sessions and resume
    /// them at the next server that they reach. The members of a room leave at the same time, so that
    /// they meet there; the rooms leave one after the other, a thousand connections in a second or more.
    /// Resolves when all connections are closed, or after the configured time.
    pub async fn shut_down(&self) {
        self.drain();
        let connections = u64::try_from(self.connection_count()).unwrap_or(u64::MAX);
        let most = self.state.config.shutdown_ms / 2;
        let spread = Duration::from_millis(connections.min(most));
        self.state.departure.send_replace(Some(Departure { since: Instant::now(), spread }));
        let max_connections = self.state.config.limits.connections.min(Semaphore::MAX_PERMITS);
        let all_permits = u32::try_from(max_connections).unwrap_or(u32::MAX);
        let limit = Duration::from_millis(self.state.config.shutdown_ms);
        // Connections that have not closed in time are dropped with the server.
        let _: Result<_, _> =
            timeout(limit, self.state.connection_permits.acquire_many(all_permits)).await;
        self.state.connection_permits.close();
        if let Some(leases) = &self.state.leases {
            leases.release_all().await;
        }
    }
}

impl Departure {
    /// When all have left.
    pub(crate) fn end(self) -> Instant {
        self.since + self.spread
    }
}

impl ServerState {
    /// When the connections of a room are closed. `None` before [`Server::shut_down`].
    pub(crate) fn departs_at(&self, app: &AppId, room: &RoomId) -> Option<Instant> {
        let departure = (*self.departure.borrow())?;
        // The first 32 bits as a part of 2^32.
        let part = self.hasher.hash_one((room, app)) >> 32;
        let millis = u64::try_from(departure.spread.as_millis()).unwrap_or(u64::MAX);
        Some(departure.since + Duration::from_millis(millis.saturating_mul(part) >> 32))
    }

    /// The shard of a room.
    pub(crate) fn shard(&self, app: &AppId, room: &RoomId) -> &Arc<Shard> {
        let hash = self.hasher.hash_one((app, room));
        #[expect(clippy::indexing_slicing, reason = "a remainder is below the length")]
        #[expect(clippy::cast_possible_truncation, reason = "any part of a hash is one")]
        &self.shards[hash as usize % self.shards.len()]
    }

    /// Whether the token of a join is one that the hub accepts. `now` is Unix time in milliseconds.
    pub(crate) fn is_token_valid(&self, join: &Join, now: u64) -> bool {
        let Some(keys) = self.config.apps.get(&join.app) else { return true };
        let ids = (join.app.as_str(), join.room.as_str(), join.user.as_str());
        token::check(join.token.as_str(), keys.expose_secrets(), ids, now).is_ok()
    }

    /// Renews the leases. Closes the connections of rooms that are at another server now.
    async fn renew_leases(&self) {
        let Some(leases) = &self.leases else { return };
        let exists = |(app, room): &_| self.shard(app, room).read(|hub| hub.has_room(app, room));
        let lost = leases.renew(exists, self.draining.load(Ordering::Relaxed)).await;
        for (app, room) in &lost {
            self.shard(app, room).close_room(app, room);
            self.context.metrics.room_moved();
            info!(%app, %room, "another server has the room");
        }
        leases.release(&lost).await;
    }

    pub(crate) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.next_connection.fetch_add(1, Ordering::Relaxed))
    }
}

/// Renews the leases of a server until it is dropped.
async fn keep_leases(server: Weak<ServerState>, interval: Duration) {
    while let Some(server) = server.upgrade() {
        server.renew_leases().await;
        let draining = server.draining.load(Ordering::Relaxed);
        drop(server);
        sleep(if draining { DRAINING_RENEWAL.min(interval) } else { interval }).await;
    }
}

/// The timer of a shard: passes the timeouts of its hub.
async fn run_timer(shard: Arc<Shard>, clock: Clock) {
    loop {
        let Some(deadline) = shard.next_deadline() else {
            shard.wait_for_earlier_deadline().await;
            continue;
        };
        tokio::select! {
            () = sleep_until(clock.moment(deadline).into()) => {
                shard.handle_timeout(clock.now());
            }
            () = shard.wait_for_earlier_deadline() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_members_of_a_room_leave_together_and_the_rooms_one_after_the_other() {
        let server = Server::new(Config::default());
        let app = AppId::new("app").unwrap();
        let at = |room: u32| {
            let room = RoomId::new(&format!("room-{room}")).unwrap();
            server.state.departs_at(&app, &room)
        };
        assert_eq!(at(1), None);
        let departure = Departure { since: Instant::now(), spread: Duration::from_secs(1) };
        server.state.departure.send_replace(Some(departure));
        assert_eq!(at(1), at(1));
        let mut times: Vec<_> = (0..1_000).filter_map(at).map(|at| at - departure.since).collect();
        times.sort();
        assert!(times[0] < Duration::from_millis(50) && times[999] > Duration::from_millis(950));
        assert!(times[999] <= departure.spread);
        let half = times.partition_point(|time| *time < departure.spread / 2);
        assert!((400..600).contains(&half), "{half} of 1,000 leave in the first half");
    }
}
