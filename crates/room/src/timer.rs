//! A table of deadlines, one for each kind of timer of a machine.

use crate::time::{Instant, earliest};

/// The deadlines of a machine whose timers are numbered from 0 to `N` - 1.
#[derive(Debug, Clone)]
pub(crate) struct Timers<const N: usize>([Option<Instant>; N]);

impl<const N: usize> Default for Timers<N> {
    fn default() -> Self {
        Self([None; N])
    }
}

impl<const N: usize> Timers<N> {
    /// Sets or clears the deadline of a timer.
    pub(crate) fn set(&mut self, timer: usize, at: Option<Instant>) {
        if let Some(slot) = self.0.get_mut(timer) {
            *slot = at;
        }
    }

    /// The next deadline of any timer.
    pub(crate) fn next(&self) -> Option<Instant> {
        earliest(&self.0)
    }

    /// Whether a timer is due; one that is, is cleared.
    pub(crate) fn take_due(&mut self, timer: usize, now: Instant) -> bool {
        match self.0.get_mut(timer) {
            Some(slot) if slot.is_some_and(|at| at <= now) => {
                *slot = None;
                true
            }
            _ => false,
        }
    }
}
