//! Noticing that nothing arrives any more, and choosing the recovery action.
//!
//! The browser's own states come late: `disconnected` after about 7 s of silence, `failed` often
//! never. So silence is measured by the counters of the connection, and answered first by an ICE
//! restart, then by a new connection.
//!
//! Slow is not lost. Silence counts only up to the moment at which the counters were read, so a
//! browser that is too busy to read them hears none. A connection that is being made has time as
//! long as anything arrives. A flow that pauses often gets longer pauses. A connection is given up
//! only after the browser, too, has found it dead.

use super::command::Traffic;
use super::quality::Losses;
use crate::backend::Quality;
use crate::time::Instant;

/// Silence while media should flow, in milliseconds, after which the path is taken for dead: the
/// least, and the most, which a flow gets that was seen to pause.
const STALL: u64 = 1_500;
const MAX_STALL: u64 = 6_000;
/// How often the longest pause of late fits into the time for the next one.
const SLACK: u64 = 3;
/// Which part of the longest pause is forgotten each time the counters are read: of a bad moment
/// nothing is left after half a minute.
const FORGOTTEN: u64 = 16;
/// Silence while there is no media: only the browser's connectivity checks arrive then, every
/// 2.5 s (RFC 7675 asks for consent no more often than every 4 to 6 s).
const IDLE_STALL: u64 = 7_000;
/// Silence right after a change of the network, which is a reason to expect it.
const CHANGED_STALL: u64 = 400;
/// After how much silence video needs a key frame, in milliseconds. Before, what was lost is
/// asked for again and comes.
const GAP: u64 = 700;
/// How long a connection that is being made may hear nothing, in milliseconds.
const SLOW_START: u64 = 6_000;
/// How long a recovery action may take before the next, in milliseconds; doubled with each, up to
/// the most.
const BACKOFF: u64 = 3_000;
const MAX_BACKOFF: u64 = 8_000;
/// How soon after a recovery action a reason for haste brings the next one, in milliseconds.
const MIN_BACKOFF: u64 = 700;
/// How soon to look again when silence is not yet sure, in milliseconds.
const RECHECK: u64 = 250;
/// How many restarts are tried before the connection is made anew.
const RESTARTS: u32 = 2;

/// How often the counters are read, in milliseconds: while media should flow, while it stalls, and
/// while none is due.
const SAMPLING: u64 = 500;
const SAMPLING_STALLED: u64 = 100;
const SAMPLING_IDLE: u64 = 2_000;
/// When to ask again for counters that do not come, in milliseconds.
const SAMPLING_LATE: u64 = 10_000;

/// What to do about a silent connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecoveryAction {
    /// Restart ICE.
    RestartIce,
    /// Make a new connection.
    Recreate,
}

#[derive(Debug)]
pub(super) struct Recovery {
    traffic: Traffic,
    losses: Losses,
    /// When the last byte came, or the connection was opened; while it is being made, when the last
    /// sign of progress came.
    last_received: Instant,
    /// The longest pause of late after which bytes came by themselves, in milliseconds.
    longest_pause: u64,
    /// When the counters were read.
    sampled_at: Instant,
    /// When they are to be read next.
    sample_at: Instant,
    connected: bool,
    /// The browser hears nothing either, and no byte has come since it said so.
    disconnected: bool,
    /// Silence was noticed, and nothing has come since.
    stalled: bool,
    /// The same of this connection or of the one before.
    failed: bool,
    /// The connection can never be of use.
    broken: bool,
    /// Recovery actions since the last byte.
    attempts: u32,
    /// When the last recovery action was taken.
    attempted_at: Option<Instant>,
    /// The network has changed since the last byte.
    network_changed: bool,
    check_at: Instant,
}

impl Recovery {
    /// A connection that is being made, after `attempts` on those before it.
    pub(super) fn new(attempts: u32, now: Instant) -> Self {
        Self {
            traffic: Traffic::default(),
            losses: Losses::new(now),
            last_received: now,
            longest_pause: 0,
            sampled_at: now,
            sample_at: now + SAMPLING_IDLE,
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

    /// The attempts so far, for a connection that takes the place of this one.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.max(u32::from(self.failed))
    }

    /// Whether a restart that the other side asks for is worth a try: both notice silence at about
    /// the same time, and one restart is enough.
    pub(super) fn handle_request(&mut self, now: Instant) -> bool {
        let fresh = self.attempted_at.is_some_and(|at| now.since(at) < MIN_BACKOFF);
        if !fresh {
            self.attempted_at = Some(now);
        }
        !fresh
    }

    /// Whether nothing arrives any more, and so nothing that is sent does either.
    pub(super) fn is_stalled(&self) -> bool {
        self.stalled
    }

    /// How media flows; none while nothing is known yet.
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
        // After a stall it is over now.
        self.sample_at = now;
    }

    /// The browser, too, hears nothing: as good as long silence, if it was not noticed before.
    pub(super) fn handle_disconnected(&mut self, now: Instant) {
        self.disconnected = true;
        if self.connected && !self.failed {
            self.sampled_at = now;
            self.check_at = self.check_at.min(now + RECHECK);
        }
    }

    /// The browser has given up. A connection that was never made is not made any more.
    pub(super) fn handle_connection_failed(&mut self, now: Instant) {
        if self.connected {
            self.handle_disconnected(now);
        } else {
            self.handle_broken(now);
        }
    }

    /// The connection can never be of use. The next one is made at once, and those after it ever
    /// more rarely.
    pub(super) fn handle_broken(&mut self, now: Instant) {
        if !std::mem::replace(&mut self.broken, true) {
            let wait = self.attempts.checked_sub(1).map_or(0, |_| backoff(self.attempts));
            self.check_at = self.attempted_at.map_or(now, |at| (at + wait).max(now));
        }
    }

    /// The other side, or the browser, has done its part in making the connection.
    pub(super) fn handle_progress(&mut self, now: Instant) {
        if !self.connected {
            self.last_received = now;
        }
    }

    /// Takes the counters as they were when they were asked for. Whether bytes come again after a
    /// silence in which video was lost.
    pub(super) fn handle_traffic(&mut self, traffic: Traffic, media: bool, now: Instant) -> bool {
        let paused = self.sampled_at > self.last_received;
        self.sampled_at = self.sampled_at.max(Instant(now.0.saturating_sub(traffic.age.into())));
        let before = std::mem::replace(&mut self.traffic, traffic);
        // There are fewer when the browser has given up a pair of candidates.
        let received = traffic.bytes_received > before.bytes_received;
        let mut returned = false;
        if received && self.connected {
            // Without media, bytes come seldom.
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
        self.sample_at = now + self.sampling(media, received);
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

    /// From now on media should flow.
    pub(super) fn expect_media(&mut self, now: Instant) {
        if self.connected {
            self.sample_at = self.sample_at.min(now + SAMPLING);
        }
    }

    /// Whether the counters are to be read now.
    pub(super) fn take_sample(&mut self, now: Instant) -> bool {
        let due = self.sample_at <= now;
        if due {
            self.sample_at = now + SAMPLING_LATE;
        }
        due
    }

    /// The network may have changed, or be back.
    pub(super) fn handle_network_change(&mut self, now: Instant) {
        self.network_changed = true;
        if !self.connected {
            self.check_at = self.check_at.min(now + BACKOFF);
        }
        self.retry_now(now);
    }

    /// Recovery actions that could not be taken, or had no chance, have one now.
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

    /// Judges the connection; `media` tells whether the other side is sending something,
    /// `signaling` whether signals get through to it.
    pub(super) fn handle_timeout(
        &mut self,
        media: bool,
        signaling: bool,
        now: Instant,
    ) -> Option<RecoveryAction> {
        if now < self.check_at {
            return None;
        }
        let limit = self.limit(media);
        if !self.broken && self.sampled_at.since(self.last_received) < limit {
            self.check_at = (self.last_received + limit).max(now + RECHECK);
            return None;
        }
        (self.stalled, self.failed) = (self.connected, true);
        if !signaling {
            // As soon as there is, it is looked at again.
            self.check_at = now + MAX_BACKOFF;
            return None;
        }
        if let Some(at) = self.attempted_at.filter(|at| now.since(*at) < MIN_BACKOFF) {
            self.check_at = at + BACKOFF;
            return None;
        }
        let restart = self.connected && !self.broken;
        if restart && self.attempts >= RESTARTS && !self.disconnected {
            self.check_at = now + RECHECK;
            return None;
        }
        let action = if restart && self.attempts < RESTARTS {
            RecoveryAction::RestartIce
        } else {
            RecoveryAction::Recreate
        };
        self.attempts += 1;
        self.attempted_at = Some(now);
        self.check_at = now + backoff(self.attempts);
        Some(action)
    }

    /// How long silence may last.
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

/// How long a connection that is being made may hear nothing.
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
            actions
                .extend(recovery.handle_timeout(media, true, now).map(|action| (elapsed, action)));
        }
        actions
    }

    #[test]
    fn a_connection_that_receives_is_left_alone() {
        let mut recovery = connected();
        for step in 1..100 {
            let now = T0 + step * 500;
            recovery.handle_traffic(bytes(step), true, now);
            assert_eq!(recovery.handle_timeout(true, true, now), None, "at {now:?}");
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
    fn two_cures_that_both_sides_want_at_once_are_one() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(0), true, T0 + 1_200);
        assert!(recovery.handle_request(T0 + 1_200), "the other side noticed first");
        assert!(!recovery.handle_request(T0 + 1_300));
        assert_eq!(actions(&mut recovery, true, 4_000), []);
        assert_eq!(recovery.quality(), Some(Quality::Lost));
    }

    #[test]
    fn what_was_lost_is_lost_until_bytes_come_also_on_a_connection_made_anew() {
        let mut recovery = connected();
        assert_eq!(actions(&mut recovery, true, 1_500).len(), 1);
        let mut next = Recovery::new(recovery.attempts(), T0 + 2_000);
        assert_eq!(next.quality(), Some(Quality::Lost));
        next.handle_connected(T0 + 3_000);
        assert_eq!(next.quality(), Some(Quality::Lost));
        assert!(next.handle_traffic(bytes(1), true, T0 + 3_100), "pictures begin anew");
        assert_eq!(next.quality(), Some(Quality::Good));
    }

    #[test]
    fn a_short_gap_needs_no_fresh_picture_and_a_longer_one_does() {
        let mut recovery = connected();
        assert!(!recovery.handle_traffic(bytes(1), true, T0 + 500));
        assert!(!recovery.handle_traffic(bytes(1), true, T0 + 1_000));
        assert!(recovery.handle_traffic(bytes(2), true, T0 + 1_300));
    }

    #[test]
    fn after_a_change_of_the_network_silence_is_noticed_sooner() {
        let mut recovery = connected();
        recovery.handle_network_change(T0);
        assert_eq!(recovery.handle_timeout(true, true, T0), None, "nothing was looked at yet");
        recovery.handle_traffic(bytes(0), true, T0 + 500);
        assert_eq!(recovery.handle_timeout(true, true, T0 + 500), Some(RecoveryAction::RestartIce));
    }

    #[test]
    fn without_signals_nothing_is_cured_and_as_soon_as_they_are_back_it_is() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(0), true, T0 + 2_000);
        assert_eq!(recovery.handle_timeout(true, false, T0 + 2_000), None);
        assert_eq!(recovery.quality(), Some(Quality::Lost));
        recovery.retry_now(T0 + 5_000);
        assert_eq!(recovery.check_at, T0 + 5_000);
        assert_eq!(
            recovery.handle_timeout(true, true, T0 + 5_000),
            Some(RecoveryAction::RestartIce)
        );
    }

    #[test]
    fn a_page_too_busy_to_look_does_not_take_that_for_silence() {
        let mut recovery = connected();
        assert_eq!(recovery.handle_timeout(true, true, T0 + 60_000), None);
    }

    #[test]
    fn a_connection_that_restarts_do_not_cure_is_made_anew_once_the_browser_finds_it_dead() {
        use RecoveryAction::{Recreate, RestartIce};
        let mut recovery = connected();
        let taken = |recovery: &mut Recovery, from: u64| {
            let mut taken = Vec::new();
            for now in (from..from + 12_000).step_by(250).map(|elapsed| T0 + elapsed) {
                recovery.handle_traffic(bytes(0), true, now);
                taken.extend(recovery.handle_timeout(true, true, now));
            }
            taken
        };
        assert_eq!(taken(&mut recovery, 0), [RestartIce, RestartIce]);
        recovery.handle_disconnected(T0 + 12_000);
        assert_eq!(taken(&mut recovery, 12_000), [Recreate, Recreate]);
    }

    /// The seconds in which a connection, and those in place of it, are given up while `live` lets
    /// each of them live for a second.
    fn recreations(seconds: u64, mut live: impl FnMut(&mut Recovery, Instant)) -> Vec<u64> {
        let mut recreations = Vec::new();
        let mut recovery = Recovery::new(0, T0);
        for second in 0..seconds {
            let now = T0 + second * 1_000;
            live(&mut recovery, now);
            if recovery.handle_timeout(true, true, now) == Some(RecoveryAction::Recreate) {
                recreations.push(second);
                recovery = Recovery::new(recovery.attempts(), now);
            }
        }
        recreations
    }

    #[test]
    fn a_connection_that_hears_nothing_while_it_is_made_is_made_anew() {
        let heard = |recovery: &mut Recovery, now| {
            recovery.handle_traffic(bytes(0), true, now);
        };
        assert_eq!(recreations(40, heard), [6, 12, 18, 26, 34]);
    }

    #[test]
    fn a_connection_that_hears_something_while_it_is_made_is_given_time() {
        let mut count = 0;
        let heard = |recovery: &mut Recovery, now| {
            count += 1;
            recovery.handle_traffic(bytes(count / 5), true, now);
        };
        assert!(recreations(120, heard).is_empty());
    }

    #[test]
    fn counters_that_are_not_read_are_no_silence() {
        assert!(recreations(120, |_, _| ()).is_empty());
    }

    #[test]
    fn a_connection_that_is_never_made_is_made_anew_as_soon_as_the_browser_says_so() {
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
    fn a_connection_that_the_browser_refuses_is_tried_again_ever_more_rarely() {
        let refused = |recovery: &mut Recovery, now| recovery.handle_broken(now);
        assert_eq!(recreations(40, refused), [0, 3, 9, 17, 25, 33]);
    }

    #[test]
    fn a_flow_that_pauses_gets_longer_pauses() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(1), true, T0);
        recovery.handle_traffic(bytes(1), true, T0 + 500);
        recovery.handle_traffic(bytes(2), true, T0 + 1_200);
        let mut pause = |until: u64| {
            recovery.handle_traffic(bytes(2), true, T0 + until);
            recovery.handle_timeout(true, true, T0 + until)
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
