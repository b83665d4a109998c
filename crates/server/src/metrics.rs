//! Metrics for Prometheus.
//!
//! Labels have a small, fixed set of values. Data from clients never becomes a label.

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Counters with one label.
type Counters = Family<[(&'static str, &'static str); 1], Counter>;

/// The upper bounds of the histogram's buckets, in seconds.
const BUCKETS: [f64; 10] = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1];

/// The metrics of a server. Any task may count; [`Metrics::to_text`] sets the gauges.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    connections: Gauge,
    sessions: Gauge,
    rooms: Gauge,
    memory: Gauge,
    opened: Counter,
    refused: Counters,
    closed: Counters,
    joins: Counters,
    received: Counter,
    received_bytes: Counter,
    sent: Counter,
    sent_bytes: Counter,
    dropped_signals: Counter,
    moved_rooms: Counter,
    redis_failures: Counter,
    handling: Histogram,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("tt_rtc"),
            connections: Gauge::default(),
            sessions: Gauge::default(),
            rooms: Gauge::default(),
            memory: Gauge::default(),
            opened: Counter::default(),
            refused: Family::default(),
            closed: Family::default(),
            joins: Family::default(),
            received: Counter::default(),
            received_bytes: Counter::default(),
            sent: Counter::default(),
            sent_bytes: Counter::default(),
            dropped_signals: Counter::default(),
            moved_rooms: Counter::default(),
            redis_failures: Counter::default(),
            handling: Histogram::new(BUCKETS),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let all = &mut self.registry;
        all.register("connections", "Connections that are open", self.connections.clone());
        all.register("sessions", "Sessions, connected or not", self.sessions.clone());
        all.register("rooms", "Rooms with members", self.rooms.clone());
        all.register("resident_memory", "Memory in use; in bytes", self.memory.clone());
        all.register("connections_opened", "Connections that were opened", self.opened.clone());
        let help = "Connections that were refused by HTTP, by the reason";
        all.register("connections_refused", help, self.refused.clone());
        let help = "Connections that ended, by the code of the close frame, or `theirs`";
        all.register("connections_closed", help, self.closed.clone());
        let help = "Joins and resumes, by what came of them";
        all.register("joins", help, self.joins.clone());
        all.register("messages_received", "Messages read", self.received.clone());
        let (help, unit) = ("Payload read", Unit::Bytes);
        all.register_with_unit("received", help, unit, self.received_bytes.clone());
        all.register("messages_sent", "Messages written", self.sent.clone());
        let (help, unit) = ("Payload written", Unit::Bytes);
        all.register_with_unit("sent", help, unit, self.sent_bytes.clone());
        let help = "Signals dropped, because too many waited for their receiver";
        all.register("signals_dropped", help, self.dropped_signals.clone());
        let help = "Rooms whose connections were closed because another server has the room";
        all.register("rooms_moved", help, self.moved_rooms.clone());
        let help = "Requests that Redis did not answer";
        all.register("redis_failures", help, self.redis_failures.clone());
        let (help, unit) = ("From a message that was read to all that follows", Unit::Seconds);
        all.register_with_unit("handling", help, unit, self.handling.clone());
    }

    pub(crate) fn opened(&self) {
        self.opened.inc();
    }

    pub(crate) fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&[("reason", reason)]).inc();
    }

    pub(crate) fn closed(&self, code: &'static str) {
        self.closed.get_or_create(&[("code", code)]).inc();
    }

    pub(crate) fn joined(&self, result: &'static str) {
        self.joins.get_or_create(&[("result", result)]).inc();
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.received.inc();
        self.received_bytes.inc_by(bytes as u64);
    }

    pub(crate) fn sent(&self, messages: usize, bytes: usize) {
        self.sent.inc_by(messages as u64);
        self.sent_bytes.inc_by(bytes as u64);
    }

    pub(crate) fn dropped_signal(&self) {
        self.dropped_signals.inc();
    }

    pub(crate) fn room_moved(&self) {
        self.moved_rooms.inc();
    }

    pub(crate) fn redis_failed(&self) {
        self.redis_failures.inc();
    }

    pub(crate) fn handled(&self, time: Duration) {
        self.handling.observe(time.as_secs_f64());
    }

    /// All metrics in the OpenMetrics text format, with the current values of the gauges.
    pub(crate) fn to_text(&self, connections: usize, sessions: usize, rooms: usize) -> String {
        let set = |gauge: &Gauge, value: usize| {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        set(&self.connections, connections);
        set(&self.sessions, sessions);
        set(&self.rooms, rooms);
        set(&self.memory, resident_memory().unwrap_or_default());
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _: Result<(), _> = encode(&mut text, &self.registry);
        text
    }
}

/// The resident memory of this process, in bytes. `None` on systems other than Linux.
fn resident_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
