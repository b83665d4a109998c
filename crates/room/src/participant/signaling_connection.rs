//! The connection to the hub: opening, pinging, reconnecting.

use crate::random::Random;
use crate::time::Instant;
use crate::timer::Timers;

/// The time limit for opening, and then for the join, in milliseconds. It is short at first: TCP
/// repeats lost segments ever more rarely (RFC 6298), so a new attempt finds sooner that the network
/// is back. Later attempts get the time that a slow network needs.
const OPENING: u64 = 2_500;
const MAX_OPENING: u64 = 5_000;
/// The number of failures in a row after which the limit is [`MAX_OPENING`].
const MAX_OPENING_AFTER: u32 = 4;
/// The silence of the hub after which it is pinged, in milliseconds.
const PING_AFTER: u64 = 1_000;
/// The time limit of the pong, in milliseconds: the minimum, and the maximum on a slow network. With
/// the minimum, a dead connection is noticed within 2.25 s.
const PONG_WITHIN: u64 = 1_250;
const MAX_PONG_WITHIN: u64 = 5_000;
/// The time limit of the next answer, as a multiple of the slowest recent one.
const SLACK: u64 = 3;
/// The slowest recent answer decays by this fraction with each answer: within half a minute to
/// nothing.
const FORGOTTEN: u64 = 8;
/// The backoff between attempts, in milliseconds. The first attempt is made at once. Then the wait
/// doubles from the minimum to the maximum. Each is shortened by a random part of up to one half, so
/// that the clients of a restarted server do not return in one moment.
const MIN_WAIT: u64 = 250;
const MAX_WAIT: u64 = 4_000;
/// The loss of a connection that was up for this long, in milliseconds, restarts the backoff. A server
/// that accepts and closes at once is retried with pauses.
const STEADY: u64 = 5_000;
/// The longest random wait before the first attempt after the server has closed the connection for a
/// restart (1012), in milliseconds: all members of a room come at the same time.
const RESTART_SPREAD: u32 = 500;
/// The shortest wait after the server has closed the connection because of a rate limit (4011), in
/// milliseconds. A random part of up to the same is added.
const LIMITED_WAIT: u32 = 5_000;
/// The same after it was closed because this side is slow (4010).
const SLOW_WAIT: u32 = 1_000;
/// A change of the network replaces an attempt that is older than this, in milliseconds.
const FRESH: u64 = 250;

/// The last part of each time limit, in milliseconds. A page that was busy runs its timers before the
/// messages that wait. It handles these messages during this part.
const CATCH_UP: u64 = 250;

/// The timers of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timer {
    /// Opening the connection, the join or a ping has got no answer until [`CATCH_UP`] before the
    /// limit.
    Late,
    /// It has got none after another [`CATCH_UP`] either: the connection is closed.
    Timeout,
    /// The pause after a failure is over: the connection is opened again.
    Retry,
    /// The hub has been silent for [`PING_AFTER`]: it is pinged.
    Ping,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Down,
    Opening,
    /// It is open, and the join was sent.
    Joining,
    Up,
}

/// An action of the participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectionOutput {
    Connect,
    Disconnect,
    Ping,
}

#[derive(Debug)]
pub(super) struct SignalingConnection {
    status: Status,
    failures: u32,
    /// When the status changed last.
    since: Instant,
    /// When the join or the ping was sent that has no answer yet.
    waiting_since: Option<Instant>,
    /// The slowest recent answer, in milliseconds.
    slowest: u64,
    timers: Timers<Timer>,
}

impl SignalingConnection {
    /// A connection that is being opened.
    pub(super) fn new(now: Instant) -> Self {
        let mut connection = Self {
            status: Status::Down,
            failures: 0,
            since: now,
            waiting_since: None,
            slowest: 0,
            timers: Timers::default(),
        };
        connection.open(now);
        connection
    }

    pub(super) fn is_up(&self) -> bool {
        self.status == Status::Up
    }

    /// Whether a message can be sent.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, Status::Joining | Status::Up)
    }

    fn open(&mut self, now: Instant) {
        self.enter(Status::Opening, now);
        self.limit(self.opening(), now);
    }

    fn enter(&mut self, status: Status, now: Instant) {
        (self.status, self.since) = (status, now);
        self.waiting_since = None;
        self.timers = Timers::default();
    }

    /// Starts the time limit of an answer.
    fn limit(&mut self, milliseconds: u64, now: Instant) {
        self.timers.set(Timer::Late, now + (milliseconds - CATCH_UP));
    }

    fn opening(&self) -> u64 {
        if self.failures < MAX_OPENING_AFTER { OPENING } else { MAX_OPENING }
    }

    /// Returns whether a connection was being opened, so that the join is to be sent.
    pub(super) fn handle_connected(&mut self, now: Instant) -> bool {
        let expected = self.status == Status::Opening;
        if expected {
            self.enter(Status::Joining, now);
            self.waiting_since = Some(now);
            self.limit(self.opening(), now);
        }
        expected
    }

    pub(super) fn handle_welcome(&mut self, now: Instant) {
        self.handle_heard(now);
        self.enter(Status::Up, now);
        self.timers.set(Timer::Ping, now + PING_AFTER);
    }

    /// A message of the hub arrived.
    pub(super) fn handle_heard(&mut self, now: Instant) {
        if let Some(waiting_since) = self.waiting_since.take() {
            let remembered = self.slowest - self.slowest / FORGOTTEN;
            self.slowest = remembered.max(now.since(waiting_since));
        }
        if self.status == Status::Up {
            self.timers.clear(Timer::Late);
            self.timers.clear(Timer::Timeout);
            self.timers.set(Timer::Ping, now + PING_AFTER);
        }
    }

    /// The connection broke, or was closed with `code` ([`super::Input::Disconnected`]).
    pub(super) fn handle_disconnected(&mut self, code: u16, random: &mut Random, now: Instant) {
        if self.status == Status::Up && now.since(self.since) >= STEADY {
            self.failures = 0;
        }
        self.enter(Status::Down, now);
        self.timers.set(Timer::Retry, now + self.wait(code, random));
        self.failures = self.failures.saturating_add(1);
    }

    /// The connection is closed. No retry follows.
    pub(super) fn suspend(&mut self) {
        self.status = Status::Down;
        self.waiting_since = None;
        self.timers = Timers::default();
    }

    fn wait(&self, code: u16, random: &mut Random) -> u64 {
        let least = match code {
            1012 => random.below(RESTART_SPREAD),
            4010 => SLOW_WAIT + random.below(SLOW_WAIT),
            4011 => LIMITED_WAIT + random.below(LIMITED_WAIT),
            _ => 0,
        };
        let mut wait = 0;
        if self.failures > 0 {
            wait = (MIN_WAIT << (self.failures - 1).min(8)).min(MAX_WAIT);
            let half = u32::try_from(wait / 2).unwrap_or(0);
            wait -= u64::from(random.below(half));
        }
        wait.max(least.into())
    }

    /// The network may have changed or be back. An attempt is made at once, and an open connection is
    /// pinged.
    pub(super) fn handle_network_change(&mut self, now: Instant) -> Option<ConnectionOutput> {
        match self.status {
            Status::Down => {
                // This attempt is the one without a wait. If it fails, the backoff starts.
                self.failures = 1;
                self.open(now);
                Some(ConnectionOutput::Connect)
            }
            Status::Opening | Status::Joining if now.since(self.since) < FRESH => None,
            Status::Opening | Status::Joining => {
                self.open(now);
                Some(ConnectionOutput::Connect)
            }
            // A ping is outstanding. Its deadline is not extended.
            Status::Up if self.waiting_since.is_some() => None,
            Status::Up => Some(self.ping(now)),
        }
    }

    fn ping(&mut self, now: Instant) -> ConnectionOutput {
        self.timers.clear(Timer::Ping);
        self.limit(self.pong_within(), now);
        self.waiting_since = Some(now);
        ConnectionOutput::Ping
    }

    fn pong_within(&self) -> u64 {
        self.slowest.saturating_mul(SLACK).clamp(PONG_WITHIN, MAX_PONG_WITHIN)
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    pub(super) fn handle_timeout(
        &mut self,
        random: &mut Random,
        now: Instant,
    ) -> Option<ConnectionOutput> {
        if self.timers.take_due(Timer::Late, now) {
            self.timers.set(Timer::Timeout, now + CATCH_UP);
        }
        if self.timers.take_due(Timer::Timeout, now) {
            self.handle_disconnected(0, random, now);
            return Some(ConnectionOutput::Disconnect);
        }
        if self.timers.take_due(Timer::Retry, now) {
            self.open(now);
            return Some(ConnectionOutput::Connect);
        }
        self.timers.take_due(Timer::Ping, now).then(|| self.ping(now))
    }
}
