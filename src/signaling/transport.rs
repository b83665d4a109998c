//! The options for signaling, and what a transport tells.

use tt_rtc_room::id::AppId;
use tt_rtc_room::protocol::ServerMessage;

/// The options of a page that concern signaling.
#[derive(Default)]
pub(crate) struct Options {
    /// The address of a server; without one a page of this browser runs the hub.
    pub(crate) server: Option<String>,
    /// The app keys of a hub in this browser.
    pub(crate) keys: Vec<(AppId, String)>,
}

/// What is heard of a link.
pub(crate) enum TransportEvent {
    /// The hub is there.
    Open,
    /// It said something.
    Message(ServerMessage),
    /// The link broke, or could not be opened. Nothing follows.
    Closed,
}
