//! Noticing that nothing arrives any more, and choosing the cure.
//!
//! The browser's own states come late: `disconnected` after about 7 s of silence, `failed` often
//! never. So silence is measured, and cured first by an ICE restart, then by a new connection.

use super::command::Traffic;
use super::quality::Losses;
use crate::backend::Quality;
use crate::time::Instant;

/// Silence while media should flow, in milliseconds, after which the path is taken for dead.
const STALL: u64 = 1_500;
/// The same while there is no media: only the browser's connectivity checks arrive then, every
/// 2.5 s (RFC 7675 asks for consent no more often than every 4 to 6 s).
const IDLE_STALL: u64 = 7_000;
/// The same right after a change of the network, which is a reason to expect it.
const CHANGED_STALL: u64 = 400;
/// After how much silence pictures need a fresh start, in milliseconds. Before, what was lost is
/// asked for again and comes.
const GAP: u64 = 700;
/// How long a connection may take to be made, in milliseconds.
const SLOW_START: u64 = 6_000;
/// How long a cure may take before the next, in milliseconds; doubled with each, up to the most.
const CURE: u64 = 3_000;
const MOST_CURE: u64 = 24_000;
/// How soon after a cure a reason for haste brings the next one, in milliseconds.
const LEAST_CURE: u64 = 700;
/// How soon to look again when silence is not yet sure, in milliseconds.
const RECHECK: u64 = 250;
/// How many restarts are tried before the connection is made anew.
const RESTARTS: u32 = 2;

/// What to do about a silent connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// Restart ICE.
    Restart,
    /// Make a new connection.
    Renew,
}

#[derive(Debug)]
pub(super) struct Recovery {
    traffic: Traffic,
    losses: Losses,
    /// When the last byte came, or the connection was opened.
    alive_at: Instant,
    /// When the counters were last read: a page too busy to read them hears silence where there
    /// is none.
    sampled_at: Instant,
    connected: bool,
    /// Silence was noticed, and nothing has come since.
    silent: bool,
    /// The same of this connection or of the one before.
    lost: bool,
    /// Cures since the last byte.
    cures: u32,
    /// When the last cure was tried.
    cured_at: Option<Instant>,
    /// The network has changed since the last byte.
    changed: bool,
    check_at: Instant,
}

impl Recovery {
    /// A connection that is being made, after `cures` were tried on those before it.
    pub(super) fn new(cures: u32, now: Instant) -> Self {
        let patience = SLOW_START.max(patience(cures));
        Self {
            traffic: Traffic::default(),
            losses: Losses::new(now),
            alive_at: now,
            sampled_at: now,
            connected: false,
            silent: false,
            lost: cures > 0,
            cures,
            cured_at: None,
            changed: false,
            check_at: now + patience,
        }
    }

    /// The cures that were tried, for a connection that takes the place of this one.
    pub(super) fn cures(&self) -> u32 {
        self.cures.max(u32::from(self.lost))
    }

    /// Whether a cure that the other side asks for is worth a try: both notice silence at about the
    /// same time, and one cure is enough.
    pub(super) fn handle_request(&mut self, now: Instant) -> bool {
        let fresh = self.cured_at.is_some_and(|at| now.since(at) < LEAST_CURE);
        if !fresh {
            self.cured_at = Some(now);
        }
        !fresh
    }

    /// Whether nothing arrives any more, and so nothing that is sent does either.
    pub(super) fn is_silent(&self) -> bool {
        self.silent
    }

    /// How media flows; none while nothing is known yet.
    pub(super) fn quality(&self) -> Option<Quality> {
        if self.lost {
            return Some(Quality::Lost);
        }
        self.connected.then(|| self.losses.quality())
    }

    pub(super) fn handle_connected(&mut self, now: Instant) {
        self.connected = true;
        self.cures = 0;
        self.alive_at = now;
        self.check_at = now + STALL;
    }

    /// The browser, too, hears nothing: as good as long silence, if it was not noticed before.
    pub(super) fn handle_disconnected(&mut self, now: Instant) {
        if !self.lost {
            self.sampled_at = now;
            self.check_at = self.check_at.min(now + RECHECK);
        }
    }

    /// Whether bytes come again after a silence in which pictures were lost.
    pub(super) fn handle_traffic(&mut self, traffic: Traffic, now: Instant) -> bool {
        self.sampled_at = now;
        if !self.connected {
            return false;
        }
        let before = std::mem::replace(&mut self.traffic, traffic);
        // There are fewer when the browser has given up a pair of candidates.
        if traffic.bytes_received <= before.bytes_received {
            return false;
        }
        let returned = self.lost || now.since(self.alive_at) >= GAP;
        self.losses.handle_traffic(&before, &traffic, now);
        self.alive_at = now;
        (self.cures, self.silent, self.lost, self.changed) = (0, false, false, false);
        returned
    }

    /// The network may have changed, or be back.
    pub(super) fn handle_network_change(&mut self, now: Instant) {
        self.changed = true;
        self.hurry(now);
    }

    /// Cures that could not be tried, or had no chance, have one now.
    pub(super) fn hurry(&mut self, now: Instant) {
        if !self.connected || !self.lost && !self.changed {
            return;
        }
        if self.lost {
            self.cures = 0;
        }
        let soonest = self.cured_at.map_or(now, |at| (at + LEAST_CURE).max(now));
        self.check_at = self.check_at.min(soonest);
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        self.check_at
    }

    /// Judges the connection; `media` tells whether the other side is sending something, `curable`
    /// whether there is a way to it for signals.
    pub(super) fn handle_timeout(
        &mut self,
        media: bool,
        curable: bool,
        now: Instant,
    ) -> Option<Cure> {
        if now < self.check_at {
            return None;
        }
        let limit = match media {
            true if self.changed => CHANGED_STALL,
            true => STALL,
            false => IDLE_STALL,
        };
        if self.connected && self.sampled_at.since(self.alive_at) < limit {
            self.check_at = (self.alive_at + limit).max(now + RECHECK);
            return None;
        }
        (self.silent, self.lost) = (self.connected, true);
        if !curable {
            // As soon as there is, it is looked at again.
            self.check_at = now + MOST_CURE;
            return None;
        }
        if let Some(at) = self.cured_at.filter(|at| now.since(*at) < LEAST_CURE) {
            self.check_at = at + CURE;
            return None;
        }
        self.cures += 1;
        self.cured_at = Some(now);
        self.check_at = now + patience(self.cures);
        Some(if self.connected && self.cures <= RESTARTS { Cure::Restart } else { Cure::Renew })
    }
}

fn patience(cures: u32) -> u64 {
    (CURE << cures.saturating_sub(1).min(8)).min(MOST_CURE)
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

    /// The counters, read twice a second, stay at `bytes`; which cures are tried when?
    fn cures(recovery: &mut Recovery, media: bool, milliseconds: u64) -> Vec<(u64, Cure)> {
        let mut cures = Vec::new();
        for elapsed in (0..=milliseconds).step_by(250) {
            let now = T0 + elapsed;
            if elapsed % 500 == 0 {
                recovery.handle_traffic(bytes(0), now);
            }
            cures.extend(recovery.handle_timeout(media, true, now).map(|cure| (elapsed, cure)));
        }
        cures
    }

    #[test]
    fn a_connection_that_receives_is_left_alone() {
        let mut recovery = connected();
        for step in 1..100 {
            let now = T0 + step * 500;
            recovery.handle_traffic(bytes(step), now);
            assert_eq!(recovery.handle_timeout(true, true, now), None, "at {now:?}");
        }
    }

    #[test]
    fn silence_of_one_and_a_half_seconds_restarts_ice() {
        assert_eq!(cures(&mut connected(), true, 2_000), [(1_500, Cure::Restart)]);
    }

    #[test]
    fn silence_is_expected_while_nobody_sends() {
        assert_eq!(cures(&mut connected(), false, 7_500), [(7_000, Cure::Restart)]);
    }

    #[test]
    fn two_cures_that_both_sides_want_at_once_are_one() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(0), T0 + 1_200);
        assert!(recovery.handle_request(T0 + 1_200), "the other side noticed first");
        assert!(!recovery.handle_request(T0 + 1_300));
        assert_eq!(cures(&mut recovery, true, 4_000), []);
        assert_eq!(recovery.quality(), Some(Quality::Lost));
    }

    #[test]
    fn what_was_lost_is_lost_until_bytes_come_also_on_a_connection_made_anew() {
        let mut recovery = connected();
        assert_eq!(cures(&mut recovery, true, 1_500).len(), 1);
        let mut next = Recovery::new(recovery.cures(), T0 + 2_000);
        assert_eq!(next.quality(), Some(Quality::Lost));
        next.handle_connected(T0 + 3_000);
        assert_eq!(next.quality(), Some(Quality::Lost));
        assert!(next.handle_traffic(bytes(1), T0 + 3_100), "pictures begin anew");
        assert_eq!(next.quality(), Some(Quality::Good));
    }

    #[test]
    fn a_short_gap_needs_no_fresh_picture_and_a_longer_one_does() {
        let mut recovery = connected();
        assert!(!recovery.handle_traffic(bytes(1), T0 + 500));
        assert!(!recovery.handle_traffic(bytes(1), T0 + 1_000));
        assert!(recovery.handle_traffic(bytes(2), T0 + 1_300));
    }

    #[test]
    fn after_a_change_of_the_network_silence_is_noticed_sooner() {
        let mut recovery = connected();
        recovery.handle_network_change(T0);
        assert_eq!(recovery.handle_timeout(true, true, T0), None, "nothing was looked at yet");
        recovery.handle_traffic(bytes(0), T0 + 500);
        assert_eq!(recovery.handle_timeout(true, true, T0 + 500), Some(Cure::Restart));
    }

    #[test]
    fn without_signals_nothing_is_cured_and_as_soon_as_they_are_back_it_is() {
        let mut recovery = connected();
        recovery.handle_traffic(bytes(0), T0 + 2_000);
        assert_eq!(recovery.handle_timeout(true, false, T0 + 2_000), None);
        assert_eq!(recovery.quality(), Some(Quality::Lost));
        recovery.hurry(T0 + 5_000);
        assert_eq!(recovery.poll_timeout(), T0 + 5_000);
        assert_eq!(recovery.handle_timeout(true, true, T0 + 5_000), Some(Cure::Restart));
    }

    #[test]
    fn a_page_too_busy_to_look_does_not_take_that_for_silence() {
        let mut recovery = connected();
        assert_eq!(recovery.handle_timeout(true, true, T0 + 60_000), None);
    }

    #[test]
    fn a_connection_that_restarts_do_not_cure_is_made_anew() {
        let tried: Vec<_> =
            cures(&mut connected(), true, 12_000).iter().map(|cure| cure.1).collect();
        assert_eq!(tried, [Cure::Restart, Cure::Restart, Cure::Renew]);
    }

    #[test]
    fn a_connection_that_never_comes_about_is_made_anew_ever_more_rarely() {
        let mut renewals = Vec::new();
        let mut recovery = Recovery::new(0, T0);
        for second in 0..120 {
            let now = T0 + second * 1_000;
            if recovery.handle_timeout(true, true, now) == Some(Cure::Renew) {
                renewals.push(second);
                recovery = Recovery::new(recovery.cures(), now);
            }
        }
        assert!((3..8).contains(&renewals.len()), "{renewals:?}");
        let gaps: Vec<_> = renewals.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.is_sorted(), "{gaps:?}");
    }
}
