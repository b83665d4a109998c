//! A table of deadlines, one for each kind of timer of a machine.

use crate::time::Instant;

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
        self.0.iter().flatten().min().copied()
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

/// A small random generator (xorshift64*): for jitter and numbers that need not be secret.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Starts from any seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number below `limit`.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        let number = u32::try_from(high).unwrap_or(0);
        if limit == 0 { 0 } else { number % limit }
    }
}
