//! How fast a mesh opens connections.
//!
//! A peer connection costs the main thread of a page some milliseconds. A client that joins and leaves
//! as fast as it can would stop the pages of all members, so newcomers that leave at once get none.

use crate::time::Instant;

/// How long a newcomer stays until it is none any more and gets a connection, in milliseconds.
pub(super) const SETTLES_AFTER: u64 = 1_000;
/// How many newcomers get one at once, and how long until there may be one more, in milliseconds.
const AT_ONCE: (u64, u64) = (8, 2_000);
/// The same for all connections to members without one. The burst is enough for a full mesh.
const IN_ALL: (u64, u64) = (64, 200);

/// The limits of opening connections.
#[derive(Debug)]
pub(super) struct Openings {
    at_once: Rate,
    in_all: Rate,
}

impl Openings {
    /// Limits of which nothing is used up.
    pub(super) fn new() -> Self {
        Self { at_once: Rate::new(AT_ONCE), in_all: Rate::new(IN_ALL) }
    }

    /// When a connection may be opened to a member that is a newcomer until `settled_at`.
    pub(super) fn possible_at(&self, settled_at: Instant) -> Instant {
        settled_at.min(self.at_once.possible_at()).max(self.in_all.possible_at())
    }

    /// Counts a connection.
    pub(super) fn open(&mut self, settled_at: Instant, now: Instant) {
        if now < settled_at {
            self.at_once.take(now);
        }
        self.in_all.take(now);
    }
}

/// The generic cell rate algorithm (ITU-T I.371).
#[derive(Debug)]
struct Rate {
    /// In milliseconds.
    interval: u64,
    /// How far the next event may be ahead of the rate, in milliseconds.
    tolerance: u64,
    /// When the next event is due by the rate.
    due: Instant,
}

impl Rate {
    fn new((burst, interval): (u64, u64)) -> Self {
        Self { interval, tolerance: burst.saturating_sub(1) * interval, due: Instant(0) }
    }

    /// When the next event is allowed.
    fn possible_at(&self) -> Instant {
        Instant(self.due.0.saturating_sub(self.tolerance))
    }

    fn take(&mut self, now: Instant) {
        self.due = self.due.max(now) + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `count` newcomers that appear at `now` may be connected at `at`.
    fn connected(openings: &mut Openings, count: usize, now: u64, at: u64) -> usize {
        let settled_at = Instant(now + SETTLES_AFTER);
        let may_open = |_: &usize| {
            let possible = openings.possible_at(settled_at) <= Instant(at);
            if possible {
                openings.open(settled_at, Instant(at));
            }
            possible
        };
        (0..count).filter(may_open).count()
    }

    #[test]
    fn a_class_that_joins_in_the_same_moment_is_connected_after_a_second() {
        let mut openings = Openings::new();
        assert_eq!(connected(&mut openings, 49, 5_000, 5_000), 8);
        assert_eq!(connected(&mut openings, 41, 5_000, 5_999), 0);
        assert_eq!(connected(&mut openings, 41, 5_000, 6_000), 41);
    }

    #[test]
    fn who_leaves_at_once_gets_no_connection_for_long() {
        let mut openings = Openings::new();
        let made: usize = (0..10_000).map(|at| connected(&mut openings, 1, at, at)).sum();
        assert_eq!(made, 8 + 4, "in ten seconds");
    }

    #[test]
    fn those_who_stay_for_a_second_each_get_five_a_second_in_the_long_run() {
        let mut openings = Openings::new();
        let made = |seconds: std::ops::Range<u64>, openings: &mut Openings| -> usize {
            seconds.map(|at| connected(openings, 1_000, at * 1_000, at * 1_000 + 1_000)).sum()
        };
        assert!(made(0..60, &mut openings) <= 64 + 60 * 5);
        assert_eq!(made(60..70, &mut openings), 50);
    }
}
