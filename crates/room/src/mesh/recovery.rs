//! Detects that nothing arrives over a connection, and chooses the recovery action.
//!
//! The states of the browser are late: `disconnected` comes after about 7 s without a packet,
//! `failed` often never. So this module reads the counters of the connection. The first recovery
//! actions are ICE restarts, the next ones new connections.
//!
//! Slow is not lost. Silence counts up to the time at which the counters were read, so a browser
//! that is too busy to read them causes none. A connection that is being established has time as
//! long as anything arrives. Media that often pauses is allowed longer pauses. A connected
//! connection is recreated only after the browser reports it as `disconnected` or `failed`, too.

use super::command::Traffic;
use super::quality::Losses;
use crate::backend::Quality;
use crate::time::Instant;

/// How long nothing may arrive while media is expected, in milliseconds. The maximum is for media
/// that has paused before.
const STALL: u64 = 1_500;
const MAX_STALL: u64 = 6_000;
/// The limit for a pause is this many times the longest recent pause.
const SLACK: u64 = 3;
/// The longest pause shrinks by this fraction each time the counters are read. After half a minute,
/// nothing of it is left.
const FORGOTTEN: u64 = 16;
/// How long nothing may arrive while no media is expected, in milliseconds. Only consent checks
/// arrive then, every 4 to 6 s (RFC 7675 5.1); Chrome sends them every 2.5 s.
const IDLE_STALL: u64 = 7_000;
/// How long nothing may arrive after a network change, in milliseconds.
const CHANGED_STALL: u64 = 400;
/// After a pause of this length video needs a key frame, in milliseconds. After a shorter one the
/// lost packets are retransmitted.
const GAP: u64 = 700;
/// How long nothing may arrive while a connection is being established, in milliseconds.
const SLOW_START: u64 = 6_000;
/// The time between two recovery actions, in milliseconds. It doubles with each, up to the maximum.
const BACKOFF: u64 = 3_000;
const MAX_BACKOFF: u64 = 8_000;
/// The shortest time between two recovery actions, in milliseconds, for [`Recovery::retry_now`].
const MIN_BACKOFF: u64 = 700;
/// When to check again if the counters are too old for a decision, in milliseconds.
const RECHECK: u64 = 250;
/// The number of ICE restarts before the connection is recreated.
const RESTARTS: u32 = 2;

/// The intervals at which the counters are read, in milliseconds: while media arrives, while it is
/// expected and does not arrive, and while none is expected.
const SAMPLING: u64 = 500;
const SAMPLING_STALLED: u64 = 100;
const SAMPLING_IDLE: u64 = 2_000;
/// When to read the counters again if the browser does not report them, in milliseconds.
const SAMPLING_LATE: u64 = 10_000;
/// The counters are read again after at least this many times what it took to read them, up to
/// [`SAMPLING_IDLE`]: a busy browser is not made busier.
const SAMPLING_COST: u64 = 8;

/// A recovery action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecoveryAction {
    /// Restart ICE.
    RestartIce,
    /// Replace the connection by a new one.
    Recreate,
}

#[derive(Debug)]
pub(super) struct Recovery {
    traffic: Traffic,
    losses: Losses,
    /// When the last byte arrived or the connection was opened. While it is being established, also
    /// the time of the last progress.
    last_received: Instant,
    /// The longest recent pause that ended without a recovery action, in milliseconds.
    longest_pause: u64,
    /// When the counters were read.
    sampled_at: Instant,
    /// When the counters are read next.
    sample_at: Instant,
    connected: bool,
    /// The browser reported `disconnected` or `failed`, and nothing has arrived since.
    disconnected: bool,
    /// Nothing has arrived for longer than allowed.
    stalled: bool,
    /// This connection or the one that it replaces has stalled, and nothing has arrived since.
    failed: bool,
    /// The connection cannot be used any more.
    broken: bool,
    /// The number of recovery actions since the last byte arrived.
    attempts: u32,
    /// When the last recovery action was taken.
    attempted_at: Option<Instant>,
    /// The network has changed since the last byte arrived.
    network_changed: bool,
    /// When the connection is checked next.
    check_at: Instant,
}

impl Recovery {
    /// A connection that is being established, after `attempts` to recover those before it.
    pub(super) fn new(attempts: u32, now: Instant) -> Self {
        Self {
            traffic: Traffic::default(),
            losses: Losses::new(now),
            last_received: now,
            longest_pause: 0,
            sampled_at: now,
            // Until then the connection has its time in any case.
            sample_at: now + (SLOW_START - SAMPLING_IDLE),
            connected: false,
            disconnected: false,
            stalled: false,
            failed: attempts > 0,
            broken: false,
            attempts,
            attempted_at: (attempts > 0).then_some(now),
            network_changed: false,
            check_at: now + start_limit(attempts),
        }
    }

    /// The recovery attempts so far, for the connection that replaces this one.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.max(u32::from(self.failed))
    }

    /// Whether to restart ICE on a request of the other side. Both sides detect a stall at about
    /// the same time, and one restart is enough.
    pub(super) fn handle_request(&mut self, now: Instant) -> bool {
        let fresh = self.attempted_at.is_some_and(|at| now.since(at) < MIN_BACKOFF);
        if !fresh {
            self.attempted_at = Some(now);
        }
        !fresh
    }

    /// Whether nothing arrives any more. Then what is sent does not arrive either.
    pub(super) fn is_stalled(&self) -> bool {
        self.stalled
    }

    /// How well media flows. `None` before the connection is established.
    pub(super) fn quality(&self) -> Option<Quality> {
        if self.failed {
            return Some(Quality::Lost);
        }
        self.connected.then(|| self.losses.quality())
    }

    pub(super) fn handle_connected(&mut self, now: Instant) {
        (self.connected, self.disconnected) = (true, false);
        self.attempts = 0;
        self.last_received = now;
        self.check_at = now + STALL;
        // A stall ends as soon as the counters are read.
        self.sample_at = if self.failed || self.stalled { now } else { now + SAMPLING };
    }

    /// The browser reports that nothing arrives. This counts as a stall if none was detected.
    pub(super) fn handle_disconnected(&mut self, now: Instant) {
        self.disconnected = true;
        if self.connected && !self.failed {
            self.sampled_at = now;
            self.check_at = self.check_at.min(now + RECHECK);
        }
    }

    /// The browser reports that the connection failed. If it was never established, it never will
    /// be.
    pub(super) fn handle_connection_failed(&mut self, now: Instant) {
        if self.connected {
            self.handle_disconnected(now);
        } else {
            self.handle_broken(now);
        }
    }

    /// The connection cannot be used any more. The next one is opened at once, those after it with
    /// a backoff.
    pub(super) fn handle_broken(&mut self, now: Instant) {
        if !std::mem::replace(&mut self.broken, true) {
            let wait = if self.attempts == 0 { 0 } else { backoff(self.attempts) };
            self.check_at = self.attempted_at.map_or(now, |at| (at + wait).max(now));
        }
    }

    /// The other side or the browser has finished a step of establishing the connection.
    pub(super) fn handle_progress(&mut self, now: Instant) {
        if !self.connected {
            self.last_received = now;
        }
    }

    /// Handles the counters. `media` is whether media is expected. Returns whether bytes arrive
    /// again after a pause in which video was lost.
    pub(super) fn handle_traffic(&mut self, traffic: Traffic, media: bool, now: Instant) -> bool {
        let paused = self.sampled_at > self.last_received;
        self.sampled_at = self.sampled_at.max(Instant(now.0.saturating_sub(traffic.age.into())));
        let before = std::mem::replace(&mut self.traffic, traffic);
        // The counter is lower after the browser has switched to another candidate pair.
        let received = traffic.bytes_received > before.bytes_received;
        let mut returned = false;
        if received && self.connected {
            // Without media, bytes arrive rarely, and a pause means nothing.
            let flows = media && paused && !self.stalled;
            let pause = if flows { now.since(self.last_received) } else { 0 };
            returned = self.failed || pause >= GAP;
            let remembered = self.longest_pause - self.longest_pause.div_ceil(FORGOTTEN);
            self.longest_pause = remembered.max(pause);
            self.losses.handle_traffic(&before, &traffic, now);
            self.attempts = 0;
            (self.stalled, self.failed, self.disconnected) = (false, false, false);
            self.network_changed = false;
        }
        if received {
            self.last_received = now;
        }
        let cost = SAMPLING_COST.saturating_mul(traffic.age.into()).min(SAMPLING_IDLE);
        self.sample_at = now + self.sampling(media, received).max(cost);
        returned
    }

    fn sampling(&self, media: bool, received: bool) -> u64 {
        match (self.connected, media, received) {
            (true, true, true) => SAMPLING,
            (true, true, false) => SAMPLING_STALLED,
            (true, false, _) if self.failed => SAMPLING,
            _ => SAMPLING_IDLE,
        }
    }

    /// Media is expected from now on.
    pub(super) fn expect_media(&mut self, now: Instant) {
        if self.connected {
            self.sample_at = self.sample_at.min(now + SAMPLING);
        }
    }

    /// Whether to read the counters now.
    pub(super) fn take_sample(&mut self, now: Instant) -> bool {
        let due = self.sample_at <= now;
        if due {
            self.sample_at = now + SAMPLING_LATE;
        }
        due
    }

    /// The network may have changed, or may be available again.
    pub(super) fn handle_network_change(&mut self, now: Instant) {
        self.network_changed = true;
        if !self.connected {
            self.check_at = self.check_at.min(now + BACKOFF);
        }
        self.retry_now(now);
    }

    /// A recovery action may succeed now: signals can be sent again, or the network has changed.
    pub(super) fn retry_now(&mut self, now: Instant) {
        if !self.connected && !self.broken {
            return self.check_at = self.check_at.min(now + start_limit(self.attempts));
        }
        if !self.failed && !self.network_changed && !self.broken {
            return;
        }
        if self.failed && self.connected {
            self.attempts = 0;
        }
        let soonest = self.attempted_at.map_or(now, |at| (at + MIN_BACKOFF).max(now));
        self.check_at = self.check_at.min(soonest);
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        self.check_at.min(self.sample_at)
    }

    /// Checks the connection. `media` is whether media is expected, `signaling` whether the hub is
    /// connected, `allowance` how much longer than usual anything may take, in milliseconds. Returns
    /// the recovery action to take.
    pub(super) fn handle_timeout(
        &mut self,
        media: bool,
        signaling: bool,
        allowance: u64,
        now: Instant,
    ) -> Option<RecoveryAction> {
        if now < self.check_at {
            return None;
        }
        let limit = self.limit(media) + allowance;
        if !self.broken && self.sampled_at.since(self.last_received) < limit {
            self.check_at = (self.last_received + limit).max(now + RECHECK);
            return None;
        }
        (self.stalled, self.failed) = (self.connected, true);
        if !signaling {
            // `retry_now` checks again when the hub is connected.
            self.check_at = now + MAX_BACKOFF;
            return None;
        }
        if let Some(at) = self.attempted_at.filter(|at| now.since(*at) < MIN_BACKOFF) {
            self.check_at = at + BACKOFF;
            return None;
        }
        let action = if !self.connected || self.broken {
            RecoveryAction::Recreate
        } else if self.attempts < RESTARTS {
            RecoveryAction::RestartIce
        } else if self.disconnected {
            RecoveryAction::Recreate
        } else {
            self.check_at = now + RECHECK;
            return None;
        };
        self.attempts += 1;
        self.attempted_at = Some(now);
        self.check_at = now + backoff(self.attempts);
        Some(action)
    }

    /// How long nothing may arrive, in milliseconds.
    fn limit(&self, media: bool) -> u64 {
        match (self.connected, media) {
            (false, _) if self.network_changed => BACKOFF,
            (false, _) => start_limit(self.attempts),
            (true, true) if self.network_changed => CHANGED_STALL,
            (true, true) => self.longest_pause.saturating_mul(SLACK).clamp(STALL, MAX_STALL),
            (true, false) => IDLE_STALL,
        }
    }
}

/// How long nothing may arrive while a connection is being established, in milliseconds.
fn start_limit(attempts: u32) -> u64 {
    SLOW_START.max(backoff(attempts))
}

fn backoff(attempts: u32) -> u64 {
    (BACKOFF << attempts.saturating_sub(1).min(8)).min(MAX_BACKOFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Instant = Instant(10_000);

    fn connected() -> Recovery {
        let mut recovery = Recovery::new(0, T0);
        recovery.handle_connected(T0);
        recovery
    }

    fn bytes(bytes_received: u64) -> Traffic {
        Traffic { bytes_received, ..Traffic::default() }
    }

    /// The counters, read twice a second, stay at `bytes`; which actions are taken when?
    fn actions(
        recovery: &mut Recovery,
        media: bool,
        milliseconds: u64,
    ) -> Vec<(u64, RecoveryAction)> {
        let mut actions = Vec::new();
        for elapsed in (0..=milliseconds).step_by(250) {
            let now = T0 + elapsed;
            if elapsed % 500 == 0 {
                recovery.handle_traffic(bytes(0), true, now);
            }
            actions.extend(
                recovery.handle_timeout(media, true, 0, now).map(|action| (elapsed, action)),
            );
        }
        actions
    }

    #[test]
    fn a_connection_that_receives_is_left_alone() {
        let mut recovery = connected();
        for step in 1..100 {
            let now = T0 + step * 500;
            recovery.handle_traffic(bytes(step), true, now);
            assert_eq!(recovery.handle_timeout(true, true, 0, now), None, "at {now:?}");
        }
    }

    #[test]
    fn a_browser_that_reads_the_counters_slowly_reads_them_less_often() {
        let mut recovery = connected();
        for (age, wait) in [(10, 500), (200, 1_600), (5_000, 2_000)] {
            let bytes_received = recovery.traffic.bytes_received + 1;
            let traffic = Traffic { age, bytes_received, ..Traffic::default() };
            recovery.handle_traffic(traffic, true, T0);
            assert_eq!(recovery.sample_at.since(T0), wait, "{age} ms");
        }
    }

    #[test]
    fn silence_of_one_and_a_half_seconds_restarts_ice() {
        assert_eq!(actions(&mut connected(), true, 2_000), [(1_500, RecoveryAction::RestartIce)]);
    }

    #[test]
    fn silence_is_expected_while_nobody_sends() {
        assert_eq!(actions(&mut connected(), false, 7_500), [(7_000, RecoveryAction::RestartIce)]);
    }

    #[test]
    fn a_restart_that_both_sides_start_at_once_is_one() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(0), true, T0 + 1_200);
        assert!(recovery.handle_request(T0 + 1_200), "the other side noticed first");
        assert!(!recovery.handle_request(T0 + 1_300));
        assert_eq!(actions(&mut recovery, true, 4_000), []);
        assert_eq!(recovery.quality(), Some(Quality::Lost));
    }

    #[test]
    fn what_was_lost_is_lost_until_bytes_arrive_also_on_the_next_connection() {
        let mut recovery = connected();
        assert_eq!(actions(&mut recovery, true, 1_500).len(), 1);
        let mut next = Recovery::new(recovery.attempts(), T0 + 2_000);
        assert_eq!(next.quality(), Some(Quality::Lost));
        next.handle_connected(T0 + 3_000);
        assert_eq!(next.quality(), Some(Quality::Lost));
        assert!(next.handle_traffic(bytes(1), true, T0 + 3_100), "video needs a key frame");
        assert_eq!(next.quality(), Some(Quality::Good));
    }

    #[test]
    fn a_short_gap_needs_no_key_frame_and_a_longer_one_does() {
        let mut recovery = connected();
        assert!(!recovery.handle_traffic(bytes(1), true, T0 + 500));
        assert!(!recovery.handle_traffic(bytes(1), true, T0 + 1_000));
        assert!(recovery.handle_traffic(bytes(2), true, T0 + 1_300));
    }

    #[test]
    fn after_a_change_of_the_network_silence_is_noticed_sooner() {
        let mut recovery = connected();
        recovery.handle_network_change(T0);
        assert_eq!(
            recovery.handle_timeout(true, true, 0, T0),
            None,
            "the counters are not read yet"
        );
        recovery.handle_traffic(bytes(0), true, T0 + 500);
        assert_eq!(
            recovery.handle_timeout(true, true, 0, T0 + 500),
            Some(RecoveryAction::RestartIce)
        );
    }

    #[test]
    fn recovery_waits_for_signaling() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(0), true, T0 + 2_000);
        assert_eq!(recovery.handle_timeout(true, false, 0, T0 + 2_000), None);
        assert_eq!(recovery.quality(), Some(Quality::Lost));
        recovery.retry_now(T0 + 5_000);
        assert_eq!(recovery.check_at, T0 + 5_000);
        assert_eq!(
            recovery.handle_timeout(true, true, 0, T0 + 5_000),
            Some(RecoveryAction::RestartIce)
        );
    }

    #[test]
    fn a_page_too_busy_to_read_the_counters_causes_no_stall() {
        let mut recovery = connected();
        assert_eq!(recovery.handle_timeout(true, true, 0, T0 + 60_000), None);
    }

    #[test]
    fn after_restarts_a_connection_is_recreated_once_the_browser_reports_it_as_disconnected() {
        use RecoveryAction::{Recreate, RestartIce};
        let mut recovery = connected();
        let taken = |recovery: &mut Recovery, from: u64| {
            let mut taken = Vec::new();
            for now in (from..from + 12_000).step_by(250).map(|elapsed| T0 + elapsed) {
                recovery.handle_traffic(bytes(0), true, now);
                taken.extend(recovery.handle_timeout(true, true, 0, now));
            }
            taken
        };
        assert_eq!(taken(&mut recovery, 0), [RestartIce, RestartIce]);
        recovery.handle_disconnected(T0 + 12_000);
        assert_eq!(taken(&mut recovery, 12_000), [Recreate, Recreate]);
    }

    /// The seconds at which a connection and its successors are recreated. `live` simulates one
    /// second of each.
    fn recreations(seconds: u64, mut live: impl FnMut(&mut Recovery, Instant)) -> Vec<u64> {
        let mut recreations = Vec::new();
        let mut recovery = Recovery::new(0, T0);
        for second in 0..seconds {
            let now = T0 + second * 1_000;
            live(&mut recovery, now);
            if recovery.handle_timeout(true, true, 0, now) == Some(RecoveryAction::Recreate) {
                recreations.push(second);
                recovery = Recovery::new(recovery.attempts(), now);
            }
        }
        recreations
    }

    #[test]
    fn a_connection_over_which_nothing_arrives_while_it_is_established_is_recreated() {
        let heard = |recovery: &mut Recovery, now| {
            recovery.handle_traffic(bytes(0), true, now);
        };
        assert_eq!(recreations(40, heard), [6, 12, 18, 26, 34]);
    }

    #[test]
    fn a_connection_over_which_something_arrives_while_it_is_established_has_time() {
        let mut count = 0;
        let heard = |recovery: &mut Recovery, now| {
            count += 1;
            recovery.handle_traffic(bytes(count / 5), true, now);
        };
        assert!(recreations(120, heard).is_empty());
    }

    #[test]
    fn counters_that_are_not_read_cause_no_stall() {
        assert!(recreations(120, |_, _| ()).is_empty());
    }

    #[test]
    fn a_connection_that_fails_to_establish_is_recreated_at_once() {
        let mut last = None;
        let fails = |recovery: &mut Recovery, now| {
            if last.is_none() {
                recovery.handle_connection_failed(now);
            }
            last = Some(now);
        };
        assert_eq!(recreations(5, fails), [0]);
    }

    #[test]
    fn a_connection_that_the_browser_refuses_is_recreated_with_backoff() {
        let refused = |recovery: &mut Recovery, now| recovery.handle_broken(now);
        assert_eq!(recreations(40, refused), [0, 3, 9, 17, 25, 33]);
    }

    #[test]
    fn media_that_pauses_is_allowed_longer_pauses() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(1), true, T0);
        recovery.handle_traffic(bytes(1), true, T0 + 500);
        recovery.handle_traffic(bytes(2), true, T0 + 1_200);
        let mut pause = |until: u64| {
            recovery.handle_traffic(bytes(2), true, T0 + until);
            recovery.handle_timeout(true, true, 0, T0 + until)
        };
        assert_eq!(pause(3_600), None, "a pause of 2.4 s");
        assert_eq!(pause(4_800), Some(RecoveryAction::RestartIce));
    }

    #[test]
    fn the_counters_of_an_idle_connection_are_read_every_two_seconds() {
        let mut recovery = connected();
        let mut samples = 0;
        for now in (0..10_000).step_by(100).map(|elapsed| T0 + elapsed) {
            if recovery.take_sample(now) {
                samples += 1;
                recovery.handle_traffic(bytes(samples), false, now);
            }
        }
        assert_eq!(samples, 5);
    }
}
