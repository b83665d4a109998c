//! Time. The core reads no clock: the driver passes the time with every input.

use std::ops::Add;

/// A time of a monotonic clock, in milliseconds. The driver chooses the origin.
///
/// The driver takes it from `performance.now()` or `std::time::Instant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub u64);

impl Instant {
    /// Milliseconds since `earlier`. 0 if `earlier` is later than this.
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

/// The times of both clocks. Only a hub needs the wall clock, because tokens expire by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// The monotonic clock.
    pub instant: Instant,
    /// The wall clock, in milliseconds since 1970-01-01 UTC. It may jump when it is set.
    pub unix: u64,
}

/// The earliest of these deadlines.
pub(crate) fn earliest(deadlines: &[Option<Instant>]) -> Option<Instant> {
    deadlines.iter().flatten().min().copied()
}
