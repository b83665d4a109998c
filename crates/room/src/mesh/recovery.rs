//! Noticing that nothing arrives any more, and choosing the cure.
//!
//! The browser's own states come late: `disconnected` after about 7 s of silence, `failed` often
//! never. So silence is measured, and cured first by an ICE restart, then by a new connection.

use super::command::Traffic;
use crate::time::Instant;

/// Silence while media should flow, in milliseconds, after which the path is taken for dead.
const STALL: u64 = 1_500;
/// The same while there is no media: only the browser's connectivity checks arrive then, every
/// 2.5 s (RFC 7675 asks for consent no more often than every 4 to 6 s).
const IDLE_STALL: u64 = 7_000;
/// How long a connection may take to be made, in milliseconds.
const SLOW_START: u64 = 6_000;
/// How long a cure may take before the next, in milliseconds; doubled with each, up to the most.
const CURE: u64 = 3_000;
const MOST_CURE: u64 = 24_000;
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
    /// When the last byte came, or the connection was opened.
    alive_at: Instant,
    /// When the counters were last read: a page too busy to read them hears silence where there
    /// is none.
    sampled_at: Instant,
    connected: bool,
    /// Cures since the last byte.
    cures: u32,
    check_at: Instant,
}

impl Recovery {
    /// A connection that is being made, after `cures` were tried on those before it.
    pub(super) fn new(cures: u32, now: Instant) -> Self {
        let patience = SLOW_START.max(patience(cures));
        Self {
            traffic: Traffic::default(),
            alive_at: now,
            sampled_at: now,
            connected: false,
            cures,
            check_at: now + patience,
        }
    }

    pub(super) fn cures(&self) -> u32 {
        self.cures
    }

    pub(super) fn handle_connected(&mut self, now: Instant) {
        self.connected = true;
        self.cures = 0;
        self.alive_at = now;
        self.check_at = now + STALL;
    }

    /// The browser itself gave up: as good as long silence.
    pub(super) fn handle_disconnected(&mut self, now: Instant) {
        self.sampled_at = now;
        self.check_at = self.check_at.min(now + RECHECK);
    }

    pub(super) fn handle_traffic(&mut self, traffic: Traffic, now: Instant) {
        self.sampled_at = now;
        if traffic != self.traffic && self.connected {
            self.traffic = traffic;
            self.alive_at = now;
            self.cures = 0;
        }
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        self.check_at
    }

    /// Judges the connection; `media` tells whether the other side is sending something.
    pub(super) fn handle_timeout(&mut self, media: bool, now: Instant) -> Option<Cure> {
        if now < self.check_at {
            return None;
        }
        let limit = if media { STALL } else { IDLE_STALL };
        if self.connected && self.sampled_at.since(self.alive_at) < limit {
            self.check_at = (self.alive_at + limit).max(now + RECHECK);
            return None;
        }
        self.cures += 1;
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
        Traffic { bytes_received }
    }

    /// The counters, read twice a second, stay at `bytes`; which cures are tried when?
    fn cures(recovery: &mut Recovery, media: bool, milliseconds: u64) -> Vec<(u64, Cure)> {
        let mut cures = Vec::new();
        for elapsed in (0..=milliseconds).step_by(250) {
            let now = T0 + elapsed;
            if elapsed % 500 == 0 {
                recovery.handle_traffic(bytes(0), now);
            }
            cures.extend(recovery.handle_timeout(media, now).map(|cure| (elapsed, cure)));
        }
        cures
    }

    #[test]
    fn a_connection_that_receives_is_left_alone() {
        let mut recovery = connected();
        for step in 1..100 {
            let now = T0 + step * 500;
            recovery.handle_traffic(bytes(step), now);
            assert_eq!(recovery.handle_timeout(true, now), None, "at {now:?}");
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
    fn a_page_too_busy_to_look_does_not_take_that_for_silence() {
        let mut recovery = connected();
        assert_eq!(recovery.handle_timeout(true, T0 + 60_000), None);
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
            if recovery.handle_timeout(true, now) == Some(Cure::Renew) {
                renewals.push(second);
                recovery = Recovery::new(recovery.cures(), now);
            }
        }
        assert!((3..8).contains(&renewals.len()), "{renewals:?}");
        let gaps: Vec<_> = renewals.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.is_sorted(), "{gaps:?}");
    }
}
