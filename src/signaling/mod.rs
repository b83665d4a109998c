//! The way to the hub.
//!
//! An engine opens a [`Link`] when its participant asks for a connection and drops it to close it.
//! What comes over it is [`LinkNews`].

mod channel;
mod host;
mod local;
mod websocket;
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
pub(crate) enum Link {
    /// To one in a page of this browser.
    Local(Rc<local::LocalLink>),
    /// To one in a server.
    Socket(websocket::Socket),
}

impl Link {
    /// Says something to the hub, if the link is open.
    pub(crate) fn send(&self, message: ClientMessage) {
        match self {
            Self::Local(link) => link.send(message),
            Self::Socket(socket) => socket.send(&message),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Self::Local(link) = self {
            local::close(link);
        }
    }
}

/// Opens a connection to the hub.
pub(crate) fn open(options: &Rc<Options>, hear: impl Fn(LinkNews) + Clone + 'static) -> Link {
    match &options.server {
        Some(url) => Link::Socket(websocket::Socket::open(url, hear)),
        None => Link::Local(local::open(options, Box::new(hear))),
    }
}

/// Does ahead of time what would hold up a join.
pub(crate) fn prepare(options: &Options) {
    if options.server.is_none() {
        local::prepare();
    }
}

/// Whether this page can reach a hub at all.
///
/// # Errors
/// The failure of a join that cannot.
pub(crate) fn supported(options: &Options) -> Result<(), Failure> {
    if options.server.is_none() { local::supported() } else { Ok(()) }
}
