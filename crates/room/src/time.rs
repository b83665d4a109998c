//! Time as the core sees it: passed in with every input, never read.

use std::ops::Add;

/// A moment on a clock that never goes back, in milliseconds from an origin of the driver's choice.
///
/// The driver takes it from `performance.now()` or `std::time::Instant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub u64);

impl Instant {
    /// Milliseconds from `earlier` to this moment; 0 when it lies ahead.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<u64> for Instant {
    type Output = Self;

    fn add(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

/// Both clocks at one moment. Only a hub needs the calendar: tokens expire by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// The clock that never goes back.
    pub instant: Instant,
    /// Milliseconds since 1970-01-01 UTC. May jump, as an operator sets the clock.
    pub unix: u64,
}

/// The first of these deadlines.
pub(crate) fn earliest(deadlines: &[Option<Instant>]) -> Option<Instant> {
    deadlines.iter().flatten().min().copied()
}
