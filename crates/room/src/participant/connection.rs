//! The way to the hub: opening it, keeping it, and opening it again.

use crate::random::Random;
use crate::time::Instant;
use crate::timer::Timers;

/// How long opening and greeting may take, in milliseconds.
const OPENING: u64 = 5_000;
/// How long the hub may be silent before it is asked whether it is there, in milliseconds.
const PING_AFTER: u64 = 2_000;
/// How long it has to answer, in milliseconds.
const PONG_WITHIN: u64 = 3_000;
/// Waits between attempts in milliseconds: the first comes at once, then from the least, doubled,
/// up to the most, each shortened by up to a half so that not all come back at the same moment.
const LEAST_WAIT: u64 = 250;
const MOST_WAIT: u64 = 5_000;

const TIMEOUT: usize = 0;
const RETRY: usize = 1;
const PING: usize = 2;

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
pub(super) struct Connection {
    status: Status,
    failures: u32,
    timers: Timers<3>,
}

impl Connection {
    /// A connection that is being opened.
    pub(super) fn new(now: Instant) -> Self {
        let mut connection = Self { status: Status::Down, failures: 0, timers: Timers::default() };
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
        self.status = Status::Opening;
        self.timers = Timers::default();
        self.timers.set(TIMEOUT, Some(now + OPENING));
    }

    /// Whether this is the connection that was asked for, so that the greeting is due.
    pub(super) fn handle_connected(&mut self, now: Instant) -> bool {
        let expected = self.status == Status::Opening;
        if expected {
            self.status = Status::Greeting;
            self.timers.set(TIMEOUT, Some(now + OPENING));
        }
        expected
    }

    pub(super) fn handle_welcome(&mut self, now: Instant) {
        self.status = Status::Up;
        self.failures = 0;
        self.handle_heard(now);
    }

    /// The hub said something.
    pub(super) fn handle_heard(&mut self, now: Instant) {
        if self.status == Status::Up {
            self.timers.set(TIMEOUT, None);
            self.timers.set(PING, Some(now + PING_AFTER));
        }
    }

    pub(super) fn handle_disconnected(&mut self, random: &mut Random, now: Instant) {
        self.status = Status::Down;
        self.timers = Timers::default();
        self.timers.set(RETRY, Some(now + self.wait(random)));
        self.failures = self.failures.saturating_add(1);
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
                self.failures = 0;
                self.open(now);
                Some(ConnectionOutput::Connect)
            }
            Status::Opening | Status::Greeting => None,
            Status::Up => Some(self.ping(now)),
        }
    }

    fn ping(&mut self, now: Instant) -> ConnectionOutput {
        self.timers.set(PING, None);
        self.timers.set(TIMEOUT, Some(now + PONG_WITHIN));
        ConnectionOutput::Ping
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    pub(super) fn handle_timeout(
        &mut self,
        random: &mut Random,
        now: Instant,
    ) -> Option<ConnectionOutput> {
        if self.timers.take_due(TIMEOUT, now) {
            self.handle_disconnected(random, now);
            return Some(ConnectionOutput::Disconnect);
        }
        if self.timers.take_due(RETRY, now) {
            self.open(now);
            return Some(ConnectionOutput::Connect);
        }
        self.timers.take_due(PING, now).then(|| self.ping(now))
    }
}
