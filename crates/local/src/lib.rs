//! Local signaling: calls between the tabs and frames of one origin in one browser, without a
//! server.
//!
//! One page runs the hub: the one that holds the hub's lock. A page requests that lock as soon as it
//! opens a connection, and gives it up when it has no connection any more. Then the next page in the
//! queue runs a new hub, which knows nothing, and everybody comes back to it as after the restart of
//! a server.
//!
//! - In the page of the hub, a connection and the hub call each other (`host`).
//! - From another page, a connection is a channel that only these two know. The page announces its
//!   name on the channel of announcements, which all pages listen to. A new hub announces itself
//!   there.
//! - Each page holds a lock of its own as long as it lives. A hub that requests that lock gets it
//!   when the page is gone, and so learns of it at once.
//!
//! The package has this crate as a wasm of its own, which only a call without a server loads. So
//! what goes in and out are JavaScript values.

mod channel;
mod host;
mod payload;
mod signaling;

use js_sys::Function;
use serde::Deserialize;
use tt_rtc_room::id::AppId;
use wasm_bindgen::prelude::*;

/// The options of a hub.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    /// The app keys.
    keys: Vec<(AppId, String)>,
    /// Whether it checks tokens without their privileges.
    ignore_privileges: bool,
}

/// Opens a connection to the hub, which this page runs with `options` if no other one does.
///
/// `on_event` is called with what comes over it: `true` once when the hub is there, then its
/// messages. It is called with `null` when the connection broke, or with an `Error` where this page
/// can have none, and why. Nothing follows either.
///
/// Returns a function that takes what is sent: messages, which are dropped while the hub is not
/// there, and `null`, which closes the connection. After that no event follows.
///
/// # Errors
/// Options that cannot be read: `{ keys: [[appId, key]], ignorePrivileges: boolean }`.
#[wasm_bindgen]
pub fn connect(options: JsValue, on_event: Function) -> Result<JsValue, JsValue> {
    console_error_panic_hook::set_once();
    let options: Options = serde_wasm_bindgen::from_value(options)?;
    Ok(signaling::connect(options, on_event))
}
