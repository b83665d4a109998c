//! The options for signaling, and what a transport tells.

use tt_rtc_room::id::AppId;
use tt_rtc_room::protocol::ServerMessage;
use wasm_bindgen::JsValue;

/// The options of a page that concern signaling.
#[derive(Default)]
pub(crate) struct Options {
    /// The address of a server; without one a page of this browser runs the hub.
    pub(crate) server: Option<String>,
    /// The app keys of a hub in this browser.
    pub(crate) keys: Vec<(AppId, String)>,
    /// Whether that hub checks tokens without their privileges.
    pub(crate) ignore_privileges: bool,
    /// Where the wasm of that hub is, or what it is; `undefined` for the file in the package.
    pub(crate) local_wasm: JsValue,
}

/// An event of a connection to the hub.
pub(crate) enum TransportEvent {
    /// The hub is there.
    Open,
    /// It sent something.
    Message(ServerMessage),
    /// The connection could not be opened, was closed, or broke. With the code of the close frame, or 0.
    /// Nothing follows.
    Closed(u16),
    /// This page can have no connection, for a reason. Nothing follows.
    Unavailable(String),
}
