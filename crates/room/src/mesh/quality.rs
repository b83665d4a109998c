//! The quality of one connection: packet loss and round-trip time.

use super::command::Traffic;
use crate::backend::Quality;
use crate::time::Instant;

/// The window in which losses are counted, in milliseconds.
const WINDOW: u64 = 2_000;
/// A connection with more lost packets than this is poor, in percent. It is good again when it has
/// no more than the second limit.
const POOR_LOSS: u64 = 8;
const GOOD_LOSS: u64 = 3;
/// A connection with a longer round-trip time than this is poor, in milliseconds: people interrupt
/// each other without knowing.
const POOR_ROUND_TRIP: u32 = 500;

#[derive(Debug)]
pub(super) struct Losses {
    since: Instant,
    received: u64,
    lost: u64,
    poor: bool,
}

impl Losses {
    pub(super) fn new(now: Instant) -> Self {
        Self { since: now, received: 0, lost: 0, poor: false }
    }

    pub(super) fn quality(&self) -> Quality {
        if self.poor { Quality::Poor } else { Quality::Good }
    }

    /// Handles the counters and those before them.
    pub(super) fn handle_traffic(&mut self, before: &Traffic, traffic: &Traffic, now: Instant) {
        self.received += traffic.packets_received.saturating_sub(before.packets_received);
        self.lost += traffic.packets_lost.saturating_sub(before.packets_lost);
        if now.since(self.since) < WINDOW {
            return;
        }
        let limit = if self.poor { GOOD_LOSS } else { POOR_LOSS };
        let many = self.lost * 100 > (self.received + self.lost) * limit;
        *self = Self::new(now);
        self.poor = many || traffic.round_trip > POOR_ROUND_TRIP;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quality after each window. `percent` is the packet loss in each.
    fn judged(percent: &[u64], round_trip: u32) -> Vec<Quality> {
        let mut now = Instant(1_000);
        let mut losses = Losses::new(now);
        let mut before = Traffic::default();
        let mut judge = |percent: u64| {
            for _ in 0..4 {
                now = now + WINDOW / 4;
                let traffic = Traffic {
                    bytes_received: before.bytes_received + 1,
                    packets_received: before.packets_received + 100 - percent,
                    packets_lost: before.packets_lost + percent,
                    round_trip,
                    age: 0,
                    cpu_limited: false,
                };
                losses.handle_traffic(&before, &traffic, now);
                before = traffic;
            }
            losses.quality()
        };
        percent.iter().map(|percent| judge(*percent)).collect()
    }

    #[test]
    fn many_lost_packets_are_poor_until_few_are() {
        use Quality::{Good, Poor};
        assert_eq!(judged(&[0, 5, 15, 5, 0, 5], 50), [Good, Good, Poor, Poor, Good, Good]);
    }

    #[test]
    fn a_long_round_trip_is_poor() {
        assert_eq!(judged(&[0], 600), [Quality::Poor]);
    }
}
