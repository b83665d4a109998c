//! Which server has a room, where there are several servers: leases in Redis.
//!
//! A proxy sends all members of a room to one server, by the room in the address. While servers are
//! added or lost, it sends some of them to another one. So that the members of a room are never at two
//! servers, a server serves a room only while it has the lease of it: a key in Redis with the id of the
//! server, which lapses soon and is renewed in time.
//!
//! - **Lost server.** Its leases lapse, and the server that its members come to takes them. Until then
//!   their joins wait.
//! - **Added server.** Members come to it whose room is at another server. It marks the lease as wanted.
//!   The other server reads the mark when it renews the lease, closes the connections of the room with
//!   1012 and gives the lease up.
//! - **Silent Redis.** Nobody can take a lease then. Each server keeps the rooms that it has and serves
//!   new ones. When Redis answers again, the first server to renew the lease of a room has it, and the
//!   others close the connections of that room.
//!
//! The hub knows nothing of it.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{RedisResult, Script};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};
use tt_rtc_room::id::{AppId, RoomId};

use crate::config::ClusterConfig;
use crate::shard::ShardContext;

/// How long Redis may take to answer. It is far below the time of a lease.
const ANSWER: Duration = Duration::from_millis(300);
/// How long the connection to Redis may take, with TLS.
const CONNECTED: Duration = Duration::from_secs(2);
/// How often a join asks for a lease that another server has.
const POLL: Duration = Duration::from_millis(150);
/// How long a join waits for a lease longer than the lease lasts: until the other server has closed its
/// connections.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a server keeps a room at least. A proxy that does not send all members of a room to one
/// server would otherwise have the room move all the time.
const KEEP: Duration = Duration::from_secs(5);
/// How many leases are renewed at once.
const BATCH: usize = 256;

/// Takes a lease that nobody has, unless another server waits for it: that one comes first, or a room
/// that was given up would often be taken back at once. Otherwise marks the lease as wanted. Returns
/// whether the server has it.
const TAKE: &str = r"
local holder = redis.call('GET', KEYS[1])
local wanted = redis.call('GET', KEYS[2])
if wanted and wanted ~= ARGV[1] then
    return 0
end
if holder and holder ~= ARGV[1] then
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[2])
return 1
";
/// Renews leases, and takes those that have lapsed. Returns what each is now: see [`Renewal`].
const RENEW: &str = r"
local states = {}
for i = 1, #KEYS, 2 do
    local holder = redis.call('GET', KEYS[i])
    if holder and holder ~= ARGV[1] then
        states[#states + 1] = 0
    else
        redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
        states[#states + 1] = 1 + redis.call('EXISTS', KEYS[i + 1])
    end
end
return states
";
/// Gives leases up, unless another server has them.
const RELEASE: &str = r"
for i = 1, #KEYS, 2 do
    if redis.call('GET', KEYS[i]) == ARGV[1] then
        redis.call('DEL', KEYS[i])
    end
end
return 1
";

/// A room of an app.
pub(crate) type RoomKey = (AppId, RoomId);

/// The leases of this server.
pub(crate) struct Leases {
    connection: ConnectionManager,
    /// Stands in the leases of this server.
    id: String,
    /// How long a lease lasts without renewal.
    length: Duration,
    /// The rooms that this server may serve.
    held: Mutex<HashMap<RoomKey, Lease>>,
    /// Whether Redis answered the last time.
    answers: AtomicBool,
    context: Arc<ShardContext>,
    take: Script,
    renew: Script,
    release: Script,
}

#[derive(Debug, Clone, Copy)]
struct Lease {
    since: Instant,
    /// The last join to the room.
    used: Instant,
}

/// Another server has the lease of the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Elsewhere;

/// What became of a lease at its renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Renewal {
    /// Another server has it.
    Lost,
    Kept,
    /// It is kept, and another server waits for it.
    Wanted,
}

impl From<u8> for Renewal {
    fn from(state: u8) -> Self {
        match state {
            0 => Self::Lost,
            1 => Self::Kept,
            _ => Self::Wanted,
        }
    }
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Leases {
    /// The leases of a server that has none yet. `None` without Redis. `id` differs from the one of all
    /// other servers, and of the run before.
    pub(crate) fn new(
        config: &ClusterConfig,
        id: String,
        context: Arc<ShardContext>,
    ) -> Option<Self> {
        let address = config.redis.as_ref()?;
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECTED))
            .set_response_timeout(Some(ANSWER))
            // The next renewal tries again.
            .set_number_of_retries(0);
        let connection = ConnectionManager::new_lazy_with_config(address.client(), settings);
        Some(Self {
            connection: connection
                .inspect_err(|error| warn!("rooms have no leases: {error}"))
                .ok()?,
            id,
            length: Duration::from_millis(config.lease_ms),
            held: Mutex::default(),
            answers: AtomicBool::new(true),
            context,
            take: Script::new(TAKE),
            renew: Script::new(RENEW),
            release: Script::new(RELEASE),
        })
    }

    /// How often leases have to be renewed.
    pub(crate) fn interval(&self) -> Duration {
        self.length / 3
    }

    fn held(&self) -> MutexGuard<'_, HashMap<RoomKey, Lease>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this server may serve a room.
    pub(crate) fn holds(&self, room: &RoomKey) -> bool {
        self.held().contains_key(room)
    }

    /// Takes the lease of a room for a join. Waits while another server has it.
    ///
    /// # Errors
    /// When the other server does not give it up in time.
    pub(crate) async fn acquire(&self, room: &RoomKey) -> Result<(), Elsewhere> {
        let until = Instant::now() + self.length + PATIENCE;
        loop {
            if let Some(lease) = self.held().get_mut(room) {
                lease.used = Instant::now();
                return Ok(());
            }
            // Without an answer, nobody can take the lease. Joins do not wait for Redis again and again.
            let has =
                !self.answers.load(Ordering::Relaxed) || self.take(room).await.unwrap_or(true);
            let now = Instant::now();
            if has {
                self.held().insert(room.clone(), Lease { since: now, used: now });
                return Ok(());
            }
            if now >= until {
                return Err(Elsewhere);
            }
            sleep(POLL).await;
        }
    }

    /// Renews all leases. Those of rooms that have ended (`exists` is false) are given up. Returns the
    /// rooms that this server may no longer serve. It has to close their connections, and then
    /// [release](Self::release) them.
    pub(crate) async fn renew(
        &self,
        exists: impl Fn(&RoomKey) -> bool,
        draining: bool,
    ) -> Vec<RoomKey> {
        let now = Instant::now();
        let mut ended = Vec::new();
        let rooms: Vec<_> = {
            let mut held = self.held();
            held.retain(|room, lease| {
                // Who has the lease for a join may not have joined yet.
                let stays = now - lease.used < self.length || exists(room);
                if !stays {
                    ended.push(room.clone());
                }
                stays
            });
            held.keys().cloned().collect()
        };
        self.release(&ended).await;
        let mut lost = Vec::new();
        if rooms.is_empty() {
            // Whether Redis answers decides how joins are served, also when there is nothing to renew.
            let _: Option<Vec<u8>> = self.ask(&self.renew, &[]).await;
        }
        for batch in rooms.chunks(BATCH) {
            let Some(states) = self.ask::<Vec<u8>>(&self.renew, batch).await else { break };
            let states = states.into_iter().map(Renewal::from);
            let mut held = self.held();
            for (room, renewal) in batch.iter().zip(states) {
                let since = held.get(room).map_or(now, |lease| lease.since);
                let is_lost = match renewal {
                    Renewal::Lost => true,
                    Renewal::Wanted => draining || now - since >= KEEP,
                    Renewal::Kept => false,
                };
                if is_lost {
                    held.remove(room);
                    lost.push(room.clone());
                }
            }
        }
        lost
    }

    /// Gives up the leases of rooms, so that another server can take them at once.
    pub(crate) async fn release(&self, rooms: &[RoomKey]) {
        for batch in rooms.chunks(BATCH) {
            // They lapse if Redis does not answer.
            let _: Option<u8> = self.ask(&self.release, batch).await;
        }
    }

    /// Gives up all leases.
    pub(crate) async fn release_all(&self) {
        let rooms: Vec<_> = self.held().drain().map(|(room, _)| room).collect();
        self.release(&rooms).await;
    }

    async fn take(&self, room: &RoomKey) -> Option<bool> {
        let state: u8 = self.ask(&self.take, std::slice::from_ref(room)).await?;
        Some(state == 1)
    }

    /// Runs a script for rooms. `None` if Redis does not answer.
    async fn ask<T: redis::FromRedisValue>(&self, script: &Script, rooms: &[RoomKey]) -> Option<T> {
        let mut call = script.prepare_invoke();
        for (app, room) in rooms {
            call.key(format!("tt-rtc:lease:{app}/{room}"));
            call.key(format!("tt-rtc:wanted:{app}/{room}"));
        }
        call.arg(&self.id).arg(u64::try_from(self.length.as_millis()).unwrap_or(u64::MAX));
        let mut connection = self.connection.clone();
        // A connection that is being made may take longer, and goes on for the next request.
        let result = timeout(ANSWER * 2, call.invoke_async(&mut connection)).await;
        self.note(result.unwrap_or_else(|_| Err((redis::ErrorKind::Io, "no answer").into())))
    }

    /// Logs when Redis stops answering, and when it answers again.
    fn note<T>(&self, result: RedisResult<T>) -> Option<T> {
        let answers = result.is_ok();
        let changed = self.answers.swap(answers, Ordering::Relaxed) != answers;
        match result {
            Ok(value) => {
                if changed {
                    info!("Redis answers again: leases decide which server has a room");
                }
                Some(value)
            }
            Err(error) => {
                self.context.metrics.redis_failed();
                if changed {
                    warn!(
                        "Redis does not answer, so this server serves rooms without leases: {error}"
                    );
                }
                None
            }
        }
    }
}
