//! A reliable, ordered channel for the signals between two participants. A hub may lose signals.
//!
//! Both sides number their signals and acknowledge those of the other side. A signal is kept until
//! it is acknowledged. It is sent again when the acknowledgement is late, when the connection to
//! the hub was lost, or when the other side reports that it is missing.

use super::signal::{Envelope, Signal};
use crate::media::Tiles;
use crate::time::Instant;
use crate::timer::Timers;

/// How long an acknowledgement waits for a signal to be sent with, in milliseconds.
const ACK_DELAY: u64 = 500;
/// How long to wait for an acknowledgement, in milliseconds: at least this, and [`ROUND_TRIPS`] times
/// what the last one took, up to half of the maximum. It doubles with each resend, up to the maximum.
const RESEND_AFTER: u64 = 2_000;
const MAX_RESEND: u64 = 8_000;
const ROUND_TRIPS: u64 = 2;
/// The highest number of unacknowledged signals. No negotiation has that many: the other side is
/// gone.
const MAX_UNACKNOWLEDGED: usize = 512;

/// The timers of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timer {
    /// No signal was sent within [`ACK_DELAY`]: the acknowledgement is sent without one.
    Ack,
    /// The acknowledgement is late: all unacknowledged signals are sent again.
    Resend,
}

/// The result of a received envelope.
#[derive(Debug, PartialEq)]
pub(super) enum Received {
    /// The next signal.
    Signal(Signal),
    /// Nothing new.
    Nothing,
    /// Signals were lost. These envelopes are sent at once.
    Lost(Vec<Envelope>),
    /// The envelope does not belong to this channel.
    Invalid,
}

#[derive(Debug)]
pub(super) struct SignalChannel {
    generation: u32,
    sent: u32,
    received: u32,
    /// The tiles for the videos of the other side.
    pub(super) tiles: Tiles,
    /// Each with its number and when it was sent first.
    unacknowledged: Vec<(u32, Instant, Signal)>,
    /// How long the last acknowledgement took, in milliseconds.
    round_trip: u64,
    /// How often in a row the signals were sent again without an acknowledgement.
    resends: u32,
    /// Whether a missing signal is reported to the other side.
    missing: bool,
    timers: Timers<Timer>,
}

impl SignalChannel {
    pub(super) fn new(generation: u32) -> Self {
        Self {
            generation,
            sent: 0,
            received: 0,
            tiles: Tiles::default(),
            unacknowledged: Vec::new(),
            round_trip: 0,
            resends: 0,
            missing: false,
            timers: Timers::default(),
        }
    }

    /// Whether the other side has sent a signal in this generation.
    pub(super) fn is_established(&self) -> bool {
        self.received > 0
    }

    /// Whether the other side no longer acknowledges.
    pub(super) fn is_stuck(&self) -> bool {
        self.unacknowledged.len() > MAX_UNACKNOWLEDGED
    }

    /// Numbers a signal. Returns the envelope to send.
    pub(super) fn send(&mut self, signal: Signal, now: Instant) -> Envelope {
        self.sent += 1;
        if self.unacknowledged.is_empty() {
            self.await_acknowledgement(now);
        }
        self.unacknowledged.push((self.sent, now, signal.clone()));
        self.envelope(self.sent, Some(signal))
    }

    pub(super) fn receive(&mut self, envelope: Envelope, now: Instant) -> Received {
        if envelope.ack > self.sent {
            return Received::Invalid;
        }
        let acknowledged = self.unacknowledged.partition_point(|(seq, ..)| *seq <= envelope.ack);
        if let Some((_, sent_at, _)) = self.unacknowledged.drain(..acknowledged).next_back() {
            // A side that has missed more than one resend was away, not slow.
            self.round_trip = if self.resends > 1 { 0 } else { now.since(sent_at) };
        }
        if self.unacknowledged.is_empty() {
            self.resends = 0;
            self.timers.clear(Timer::Resend);
        } else if acknowledged > 0 {
            self.resends = 0;
            self.await_acknowledgement(now);
        } else if envelope.signal.is_some() {
            self.handle_missed(now);
        }
        if envelope.missing && !self.unacknowledged.is_empty() {
            return Received::Lost(self.resend(0, now));
        }
        let Some(signal) = envelope.signal else { return Received::Nothing };
        self.timers.set(Timer::Ack, now + ACK_DELAY);
        let Some(next) = self.received.checked_add(1) else { return Received::Nothing };
        // A signal is missing. All that follow it are sent again.
        if envelope.seq > next && !std::mem::replace(&mut self.missing, true) {
            return Received::Lost(vec![self.report_missing()]);
        }
        // A duplicate is acknowledged again.
        if envelope.seq != next {
            return Received::Nothing;
        }
        (self.received, self.missing) = (next, false);
        Received::Signal(signal)
    }

    /// The other side is back, and has not received what was sent. The resend is due now instead of
    /// after the backoff.
    pub(super) fn handle_missed(&mut self, now: Instant) {
        if std::mem::take(&mut self.resends) > 0 {
            self.timers.set(Timer::Resend, now);
        }
    }

    /// The hub has dropped signals, because too many wait for the other side. They are sent again after
    /// the longest wait.
    pub(super) fn handle_congested(&mut self, now: Instant) {
        if !self.unacknowledged.is_empty() {
            self.timers.set(Timer::Resend, now + MAX_RESEND);
        }
    }

    /// The unacknowledged signals again, or an acknowledgement if there are none, so that the other
    /// side finds out what it or this side misses.
    pub(super) fn repeat(&mut self, now: Instant) -> Vec<Envelope> {
        if self.unacknowledged.is_empty() {
            return vec![self.report_missing()];
        }
        self.resends = 0;
        self.resend(0, now)
    }

    /// The unacknowledged signals that were sent at least `age` milliseconds ago.
    fn resend(&mut self, age: u64, now: Instant) -> Vec<Envelope> {
        self.await_acknowledgement(now);
        let mut envelopes = Vec::new();
        for (seq, sent_at, signal) in std::mem::take(&mut self.unacknowledged) {
            if now.since(sent_at) >= age {
                envelopes.push(self.envelope(seq, Some(signal.clone())));
            }
            self.unacknowledged.push((seq, sent_at, signal));
        }
        envelopes
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) -> Vec<Envelope> {
        let mut envelopes = Vec::new();
        if self.timers.take_due(Timer::Resend, now) && !self.unacknowledged.is_empty() {
            self.resends = self.resends.saturating_add(1);
            // A younger one may be on its way, or on its way back.
            envelopes = self.resend(RESEND_AFTER / 2, now);
        }
        if self.timers.take_due(Timer::Ack, now) {
            envelopes.push(self.envelope(0, None));
        }
        envelopes
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    fn await_acknowledgement(&mut self, now: Instant) {
        let wait = self.round_trip.saturating_mul(ROUND_TRIPS).clamp(RESEND_AFTER, MAX_RESEND / 2);
        let wait = wait.saturating_mul(1 << self.resends.min(8)).min(MAX_RESEND);
        self.timers.set(Timer::Resend, now + wait);
    }

    fn report_missing(&mut self) -> Envelope {
        Envelope { missing: true, ..self.envelope(0, None) }
    }

    fn envelope(&mut self, seq: u32, signal: Option<Signal>) -> Envelope {
        self.timers.clear(Timer::Ack);
        let subscribes = matches!(signal, Some(Signal::Subscribe(_)));
        let tiles = if subscribes { self.tiles } else { Tiles::default() };
        let (generation, ack) = (self.generation, self.received);
        Envelope { generation, ack, seq, signal, missing: false, tiles }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Sources;

    const T0: Instant = Instant(1_000);

    fn signal(number: u8) -> Signal {
        let sources = [Sources::NONE, Sources::AUDIO, Sources::VIDEO, Sources::ALL];
        Signal::Subscribe(sources[usize::from(number)])
    }

    fn pair() -> (SignalChannel, SignalChannel) {
        (SignalChannel::new(7), SignalChannel::new(7))
    }

    #[test]
    fn signals_arrive_once_and_in_order() {
        let (mut left, mut right) = pair();
        let (first, second) = (left.send(signal(1), T0), left.send(signal(2), T0));
        assert_eq!(right.receive(first.clone(), T0), Received::Signal(signal(1)));
        assert_eq!(right.receive(first, T0), Received::Nothing);
        assert_eq!(right.receive(second, T0), Received::Signal(signal(2)));
    }

    #[test]
    fn what_was_lost_is_sent_again_until_it_is_acknowledged() {
        let (mut left, mut right) = pair();
        let _lost = left.send(signal(1), T0);
        let late = left.send(signal(2), T0);
        assert!(matches!(right.receive(late, T0), Received::Lost(_)), "not before the first");
        let again = left.handle_timeout(T0 + RESEND_AFTER);
        let arrived: Vec<_> =
            again.into_iter().map(|envelope| right.receive(envelope, T0)).collect();
        assert_eq!(arrived, [Received::Signal(signal(1)), Received::Signal(signal(2))]);

        let acknowledgement = right.handle_timeout(T0 + ACK_DELAY).remove(0);
        assert_eq!(left.receive(acknowledgement, T0), Received::Nothing);
        assert_eq!((left.poll_timeout(), right.poll_timeout()), (None, None), "nothing is left");
    }

    #[test]
    fn what_is_missing_is_said_once_and_sent_again_at_once() {
        let (mut left, mut right) = pair();
        let _lost = left.send(signal(1), T0);
        let (second, third) = (left.send(signal(2), T0), left.send(signal(3), T0));
        let Received::Lost(report) = right.receive(second, T0) else {
            panic!("nothing is missing")
        };
        assert_eq!(right.receive(third, T0), Received::Nothing);
        let [report] = report.try_into().unwrap();
        let Received::Lost(again) = left.receive(report, T0) else { panic!("nothing was lost") };
        let arrived: Vec<_> =
            again.into_iter().map(|envelope| right.receive(envelope, T0)).collect();
        assert_eq!(arrived, [1, 2, 3].map(|number| Received::Signal(signal(number))));
    }

    #[test]
    fn an_acknowledgement_rides_with_the_next_signal() {
        let (mut left, mut right) = pair();
        let envelope = left.send(signal(1), T0);
        right.receive(envelope, T0);
        let reply = right.send(signal(2), T0);
        left.receive(reply, T0);
        assert!(left.handle_timeout(T0 + RESEND_AFTER).iter().all(|sent| sent.signal.is_none()));
    }

    #[test]
    fn what_is_never_acknowledged_is_sent_ever_more_rarely_and_often_again_once_it_is() {
        let (mut left, _) = pair();
        left.send(signal(1), T0);
        left.send(signal(2), T0);
        let wait = |left: &SignalChannel, now: Instant| left.poll_timeout().map(|at| at.since(now));
        let mut now = T0;
        for expected in [2_000, 4_000, 8_000, 8_000] {
            assert_eq!(wait(&left, now), Some(expected));
            now = now + expected;
            assert_eq!(left.handle_timeout(now).len(), 2);
        }
        left.receive(Envelope { generation: 7, ack: 1, ..Envelope::default() }, now);
        assert_eq!(wait(&left, now), Some(RESEND_AFTER));
    }

    #[test]
    fn what_the_hub_drops_for_a_slow_side_is_sent_again_after_the_longest_wait() {
        let (mut left, _) = pair();
        left.send(signal(1), T0);
        left.handle_congested(T0 + 1);
        assert_eq!(left.handle_timeout(T0 + MAX_RESEND).len(), 0);
        assert_eq!(left.handle_timeout(T0 + 1 + MAX_RESEND).len(), 1);
    }

    #[test]
    fn a_slow_side_is_given_the_time_that_it_took() {
        let (mut left, mut right) = pair();
        let first = left.send(signal(1), T0);
        let again = left.handle_timeout(T0 + RESEND_AFTER);
        let answered = T0 + 3_000;
        for envelope in [vec![first], again].concat() {
            right.receive(envelope, answered);
        }
        let reply = right.send(signal(2), answered);
        assert_eq!(left.receive(reply, answered), Received::Signal(signal(2)));
        left.send(signal(3), answered);
        let resends = |left: &mut SignalChannel, now| {
            left.handle_timeout(now).iter().filter(|sent| sent.signal.is_some()).count()
        };
        assert_eq!(resends(&mut left, answered + 3_999), 0);
        assert_eq!(resends(&mut left, answered + 4_000), 1);
    }

    #[test]
    fn a_late_duplicate_makes_nobody_send_again() {
        let (mut left, mut right) = pair();
        let first = left.send(signal(1), T0);
        right.receive(first.clone(), T0);
        let acknowledgement = right.handle_timeout(T0 + ACK_DELAY).remove(0);
        left.receive(acknowledgement, T0 + ACK_DELAY);
        // The next signal is on its way while the duplicate is acknowledged.
        left.send(signal(2), T0 + ACK_DELAY);
        right.receive(first, T0 + ACK_DELAY);
        let again = right.handle_timeout(T0 + 2 * ACK_DELAY).remove(0);
        assert_eq!(left.receive(again, T0 + 2 * ACK_DELAY), Received::Nothing);
    }

    #[test]
    fn whoever_was_away_is_sent_at_once_what_was_missed() {
        let (mut left, mut right) = pair();
        let missed = right.send(signal(1), T0);
        right.handle_timeout(T0 + RESEND_AFTER);
        let now = T0 + RESEND_AFTER + 1;
        let next = left.send(signal(2), now);
        assert_eq!(right.receive(next, now), Received::Signal(signal(2)));
        let again = right.handle_timeout(now);
        assert_eq!(again, [Envelope { ack: 1, ..missed }]);
    }

    #[test]
    fn acknowledging_what_was_never_sent_is_invalid() {
        let (mut left, _) = pair();
        let envelope = Envelope { generation: 7, ack: 1, ..Envelope::default() };
        assert_eq!(left.receive(envelope, T0), Received::Invalid);
    }
}
