//! The interface between a machine and its driver.

use crate::time::Instant;

/// A state machine without I/O and without a clock. The crate's documentation describes the loop that
/// drives it.
pub trait Machine {
    /// An event that the machine handles.
    type Input;
    /// A command for the driver.
    type Output;
    /// The time of an input: an [`Instant`], or [`crate::Now`] if the machine needs the wall clock.
    type Time: Copy;

    /// Handles an input. `now` never goes back from one input to the next.
    fn handle(&mut self, input: Self::Input, now: Self::Time);

    /// The next output. The driver calls this after every input until it returns `None`.
    fn poll_output(&mut self) -> Option<Self::Output>;

    /// The next deadline. The driver calls this after the last output.
    fn poll_timeout(&self) -> Option<Instant>;
}
