//! Douyin mini-program call pages in any browser: `tt.createRtcRoomContext` and `<rtc-room>` over
//! `getUserMedia` and `RTCPeerConnection`.
//!
//! This crate is the browser side of tt-rtc, made for WebAssembly. What a call is and what happens
//! in it is decided in `tt-rtc-room`; here it is carried out. The layers, each of which knows only
//! those below it (a lint holds this):
//!
//! - `api` is what a page sees: `install`, contexts, options, events and `<rtc-room>`.
//! - `engine` drives one participant of `tt-rtc-room` and carries out what it wants.
//! - `platform` is the seam to the browser's media: peer connections, capture and playback.
//!   `signaling` is the transport to the hub. Both tell what happens to a handler that they are
//!   given.
//!
//! Two crates are beside it: `tt-rtc-browser` has small helpers for the browser, and `tt-rtc-local`
//! the hub of calls without a server, which one of the tabs runs.

mod api;
mod engine;
mod platform;
mod signaling;

use tt_rtc_browser::{js, random, report, task, time};
use wasm_bindgen::prelude::*;

/// As in the npm package.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Runs when the module is loaded: a panic says in the console what happened and where.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Gives `options.target` (by default the page) its `tt.createRtcRoomContext` and the page its
/// `<rtc-room>`; returns that `tt`.
///
/// A second call for the same target keeps its `tt`; its options are for the engines made after it.
///
/// # Errors
/// A `TypeError` for an option of a wrong type.
#[wasm_bindgen]
pub fn install(options: JsValue) -> Result<JsValue, JsValue> {
    api::install::install(&options)
}

/// A context for the other platforms a mini-program talks to: the same, and it can share a screen.
/// It takes the options of `install`, too.
///
/// # Errors
/// The failure of a parameter error, when `options.appId` is not an app id. A `TypeError` for another
/// option of a wrong type.
#[wasm_bindgen(js_name = createWebRoomContext)]
pub fn create_web_room_context(options: JsValue) -> Result<JsValue, JsValue> {
    api::install::create_web_room_context(&options)
}

/// The peer connections behind `context`, for statistics and for tools: an array of
/// `{ userId, connection, transceivers }`, empty outside a room.
#[wasm_bindgen]
pub fn connections(context: JsValue) -> JsValue {
    api::install::connections(&context)
}

/// Calls `callback` with each input and output of every engine, or no function any more. An engine
/// that is made before is in the trace from then on, but cannot be replayed.
///
/// # Errors
/// A `TypeError` for what is no function.
#[wasm_bindgen]
pub fn trace(callback: JsValue) -> Result<(), JsValue> {
    api::install::trace(&callback)
}

/// Leaves the room and frees the engine behind `context`, for all contexts it has.
#[wasm_bindgen]
pub fn destroy(context: JsValue) {
    api::install::destroy(&context);
}
