//! How busy the machine is.
//!
//! A busy machine needs seconds for what usually takes some milliseconds: to create a description, to
//! read counters, to send a packet. Connections are then not broken, and to open others in their place
//! would make the machine busier.

use crate::time::Instant;

/// The longest recent step counts half after each of these times, in milliseconds.
const HALF_LIFE: u64 = 8_000;
/// A step of this length is usual, in milliseconds: also on a slow phone that is not busy.
const USUAL: u64 = 250;
/// A browser with a step of this length does not keep up, in milliseconds.
const BUSY: u64 = 400;
/// How much longer than usual anything may take: this many times what the longest recent step took
/// beyond [`USUAL`], up to the maximum in milliseconds. Browsers report a connection that cannot be
/// established after 15 to 30 s.
const SLACK: u64 = 4;
const MAX_ALLOWANCE: u64 = 24_000;

/// How long the browser recently took for its steps.
#[derive(Debug, Default)]
pub(super) struct Load {
    /// The longest step, in milliseconds.
    longest: u64,
    /// When it ended.
    at: Instant,
}

impl Load {
    /// The browser took this long for a step, in milliseconds.
    pub(super) fn measure(&mut self, took: u64, now: Instant) {
        if took >= self.longest(now) {
            (self.longest, self.at) = (took, now);
        }
    }

    /// Whether the browser does not keep up.
    pub(super) fn is_busy(&self, now: Instant) -> bool {
        self.longest(now) >= BUSY
    }

    fn longest(&self, now: Instant) -> u64 {
        self.longest >> (now.since(self.at) / HALF_LIFE).min(63)
    }

    /// How much longer than usual anything may take, in milliseconds, while a step takes `running`
    /// already.
    pub(super) fn allowance(&self, running: u64, now: Instant) -> u64 {
        let longest = self.longest(now).max(running);
        longest.saturating_sub(USUAL).saturating_mul(SLACK).min(MAX_ALLOWANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_is_not_busy_is_allowed_nothing() {
        let mut load = Load::default();
        assert_eq!(load.allowance(0, Instant(0)), 0);
        load.measure(200, Instant(0));
        assert_eq!(load.allowance(0, Instant(100)), 0);
    }

    #[test]
    fn a_slow_step_counts_for_a_while() {
        let mut load = Load::default();
        load.measure(4_000, Instant(0));
        load.measure(10, Instant(1_000));
        let allowance = |at| load.allowance(0, Instant(at));
        assert_eq!([0, 9_000, 17_000, 60_000].map(allowance), [15_000, 7_000, 3_000, 0]);
        assert_eq!(load.allowance(100_000, Instant(60_000)), MAX_ALLOWANCE);
    }
}
