//! What a driver sees of a machine.

use crate::time::Instant;

/// A state machine that does no I/O and reads no clock. The crate's documentation has the loop that
/// drives it.
pub trait Machine {
    /// Something that happened.
    type Input;
    /// Something to do.
    type Output;
    /// The time of an input: an [`Instant`], or [`crate::Now`] where the calendar is needed, too.
    type Time: Copy;

    /// Takes something that happened. The time never goes back from one input to the next.
    fn handle(&mut self, input: Self::Input, now: Self::Time);

    /// The next thing to do. A driver asks after every input, until there is none.
    fn poll_output(&mut self) -> Option<Self::Output>;

    /// When the next timeout is due. A driver asks after the last output.
    fn poll_timeout(&self) -> Option<Instant>;
}
