//! The way to the hub: opening it, keeping it, and opening it again.

use crate::random::Random;
use crate::time::Instant;
use crate::timer::Timers;

/// How long opening may take, and then the join, in milliseconds. Short at first: what was sent
/// into a dead network is sent again by the system ever more rarely, so that a fresh attempt finds
/// sooner that it is back. Later long enough for any network.
const OPENING: u64 = 2_500;
const MOST_OPENING: u64 = 5_000;
/// After how many failures in a row it may take the most.
const PATIENT_AFTER: u32 = 4;
/// How long the hub may be silent before it is asked whether it is there, in milliseconds.
const PING_AFTER: u64 = 1_000;
/// How long it has to answer, in milliseconds: the least, and the most, which a network gets that
/// was seen to be slow. With the least, a dead connection is noticed in 2.25 s.
const PONG_WITHIN: u64 = 1_250;
const MOST_PONG_WITHIN: u64 = 5_000;
/// How often the slowest answer of late fits into the time for the next one.
const SLACK: u64 = 3;
/// Which part of how slow it was is forgotten with each answer: of a bad moment after half a minute
/// nothing is left.
const FORGOTTEN: u64 = 8;
/// Waits between attempts in milliseconds: the first comes at once, then from the least, doubled,
/// up to the most, each shortened by up to a half so that not all come back at the same moment.
const LEAST_WAIT: u64 = 250;
const MOST_WAIT: u64 = 4_000;
/// How long a connection has to have been up for its loss not to count as one more failure, in
/// milliseconds: a server that lets us in and out is not asked again and again without a pause.
const STEADY: u64 = 5_000;
/// How long an attempt may be under way that a change of the network does not replace, in
/// milliseconds.
const FRESH: u64 = 250;

/// The last part of each time limit, in milliseconds. A page that was busy runs its timers before
/// it takes the messages that wait, so it takes them in this part.
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
    /// The hub has been silent for [`PING_AFTER`]: it is asked whether it is there.
    Ping,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Down,
    Opening,
    /// It is open, and who we are has been said.
    Greeting,
    Up,
}

/// What is to be done about the connection.
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
    /// Since when it has this status.
    since: Instant,
    /// When the hub was last asked something, until it answers.
    asked_at: Option<Instant>,
    /// The longest that it took to answer of late, in milliseconds.
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
            asked_at: None,
            slowest: 0,
            timers: Timers::default(),
        };
        connection.open(now);
        connection
    }

    pub(super) fn is_up(&self) -> bool {
        self.status == Status::Up
    }

    /// Whether something can be said to the hub.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, Status::Greeting | Status::Up)
    }

    fn open(&mut self, now: Instant) {
        self.enter(Status::Opening, now);
        self.limit(self.opening(), now);
    }

    fn enter(&mut self, status: Status, now: Instant) {
        (self.status, self.since) = (status, now);
        self.asked_at = None;
        self.timers = Timers::default();
    }

    /// The hub has this long for what it was asked.
    fn limit(&mut self, milliseconds: u64, now: Instant) {
        self.timers.set(Timer::Late, now + (milliseconds - CATCH_UP));
    }

    fn opening(&self) -> u64 {
        if self.failures < PATIENT_AFTER { OPENING } else { MOST_OPENING }
    }

    /// Whether this is the connection that was asked for, so that the join is due.
    pub(super) fn handle_connected(&mut self, now: Instant) -> bool {
        let expected = self.status == Status::Opening;
        if expected {
            self.enter(Status::Greeting, now);
            self.asked_at = Some(now);
            self.limit(self.opening(), now);
        }
        expected
    }

    pub(super) fn handle_welcome(&mut self, now: Instant) {
        self.handle_heard(now);
        self.enter(Status::Up, now);
        self.timers.set(Timer::Ping, now + PING_AFTER);
    }

    /// The hub said something.
    pub(super) fn handle_heard(&mut self, now: Instant) {
        if let Some(asked_at) = self.asked_at.take() {
            let remembered = self.slowest - self.slowest / FORGOTTEN;
            self.slowest = remembered.max(now.since(asked_at));
        }
        if self.status == Status::Up {
            self.timers.clear(Timer::Late);
            self.timers.clear(Timer::Timeout);
            self.timers.set(Timer::Ping, now + PING_AFTER);
        }
    }

    pub(super) fn handle_disconnected(&mut self, random: &mut Random, now: Instant) {
        if self.status == Status::Up && now.since(self.since) >= STEADY {
            self.failures = 0;
        }
        self.enter(Status::Down, now);
        self.timers.set(Timer::Retry, now + self.wait(random));
        self.failures = self.failures.saturating_add(1);
    }

    /// The connection is closed. No retry follows.
    pub(super) fn suspend(&mut self) {
        self.status = Status::Down;
        self.asked_at = None;
        self.timers = Timers::default();
    }

    fn wait(&self, random: &mut Random) -> u64 {
        if self.failures == 0 {
            return 0;
        }
        let wait = (LEAST_WAIT << (self.failures - 1).min(8)).min(MOST_WAIT);
        let half = u32::try_from(wait / 2).unwrap_or(0);
        wait - u64::from(random.below(half))
    }

    /// The network may be back: no waiting, and no trust in what seems to be open.
    pub(super) fn handle_network_change(&mut self, now: Instant) -> Option<ConnectionOutput> {
        match self.status {
            Status::Down => {
                // The attempt that comes at once is this one: if it fails, there is a pause.
                self.failures = 1;
                self.open(now);
                Some(ConnectionOutput::Connect)
            }
            Status::Opening | Status::Greeting if now.since(self.since) < FRESH => None,
            Status::Opening | Status::Greeting => {
                self.open(now);
                Some(ConnectionOutput::Connect)
            }
            // It is being asked already, and gets no more time for it.
            Status::Up if self.asked_at.is_some() => None,
            Status::Up => Some(self.ping(now)),
        }
    }

    fn ping(&mut self, now: Instant) -> ConnectionOutput {
        self.timers.clear(Timer::Ping);
        self.limit(self.pong_within(), now);
        self.asked_at = Some(now);
        ConnectionOutput::Ping
    }

    fn pong_within(&self) -> u64 {
        self.slowest.saturating_mul(SLACK).clamp(PONG_WITHIN, MOST_PONG_WITHIN)
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
            self.handle_disconnected(random, now);
            return Some(ConnectionOutput::Disconnect);
        }
        if self.timers.take_due(Timer::Retry, now) {
            self.open(now);
            return Some(ConnectionOutput::Connect);
        }
        self.timers.take_due(Timer::Ping, now).then(|| self.ping(now))
    }
}
