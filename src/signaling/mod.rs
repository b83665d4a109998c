//! The way to the hub.
//!
//! An engine opens a [`Link`] when its participant asks for a connection and drops it to close it.
//! What comes over it is [`LinkNews`].

mod channel;
mod host;
mod local;
mod wire;

use std::rc::Rc;

use tt_rtc_room::error::Failure;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};

use crate::install::Options;

/// What is heard of a link.
pub(crate) enum LinkNews {
    /// The hub is there.
    Open,
    /// It said something.
    Message(ServerMessage),
    /// The link broke, or could not be opened. Nothing follows.
    Closed,
}

/// A connection to the hub; dropping it closes it, after what was sent has gone out.
pub(crate) struct Link(Rc<local::LocalLink>);

impl Link {
    /// Says something to the hub, if the link is open.
    pub(crate) fn send(&self, message: ClientMessage) {
        self.0.send(message);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        local::close(&self.0);
    }
}

/// Opens a connection to the hub.
pub(crate) fn open(options: &Rc<Options>, hear: impl Fn(LinkNews) + 'static) -> Link {
    Link(local::open(options, Box::new(hear)))
}

/// Does ahead of time what would hold up a join.
pub(crate) fn prepare() {
    local::prepare();
}

/// Whether this page can reach a hub at all.
///
/// # Errors
/// The failure of a join that cannot.
pub(crate) fn supported() -> Result<(), Failure> {
    local::supported()
}
