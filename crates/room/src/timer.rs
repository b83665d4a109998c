//! A table of deadlines, one for each timer of a machine.

use crate::time::Instant;

/// The deadlines of a machine. `T` is an enum with one variant for each of its timers.
#[derive(Debug, Clone)]
pub(crate) struct Timers<T>(Vec<(T, Instant)>);

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + PartialEq> Timers<T> {
    /// Sets the deadline of a timer. It replaces the one before.
    pub(crate) fn set(&mut self, timer: T, at: Instant) {
        self.clear(timer);
        self.0.push((timer, at));
    }

    /// Clears the deadline of a timer.
    pub(crate) fn clear(&mut self, timer: T) {
        self.0.retain(|(set, _)| *set != timer);
    }

    /// The earliest deadline of all timers.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.iter().map(|(_, at)| *at).min()
    }

    /// Returns whether a timer is due, and clears its deadline if so.
    pub(crate) fn take_due(&mut self, timer: T, now: Instant) -> bool {
        let due = self.0.iter().any(|(set, at)| *set == timer && *at <= now);
        if due {
            self.clear(timer);
        }
        due
    }
}
