//! Reports in the console what the browser refused: once for each operation and kind of exception.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::console;

use crate::js;

thread_local! {
    /// The operations and kinds that are reported. A static, because a page has one console, and every
    /// part of the library may report.
    static REPORTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// An exception of the browser, and the operation that threw it or was rejected with it.
pub struct Exception {
    operation: &'static str,
    /// Absent where the operation was not begun, because its object is closed.
    error: JsValue,
}

impl Exception {
    /// What the operation failed with, for `map_err`.
    pub fn of(operation: &'static str) -> impl FnOnce(JsValue) -> Self {
        move |error| Self { operation, error }
    }

    /// The object of the operation is closed.
    pub fn closed() -> Self {
        Self { operation: "", error: JsValue::UNDEFINED }
    }

    /// Reports it in the console; the same in words.
    pub fn report(&self) -> Option<String> {
        if js::is_absent(&self.error) {
            return None;
        }
        report(self.operation, &self.error);
        Some(format!("{} failed: {}", self.operation, js::message(&self.error)))
    }
}

/// Reports that an operation failed with `error`, if none of its kind was reported before.
pub fn report(operation: &str, error: &JsValue) {
    let name = js::field(error, "name").as_string().unwrap_or_default();
    let kind = format!("{operation} {name}");
    let is_new = REPORTED.with_borrow_mut(|reported| {
        let is_new = !reported.contains(&kind);
        if is_new {
            reported.push(kind);
        }
        is_new
    });
    if is_new {
        let message = format!("tt-rtc: {operation} failed. {}", advice(operation, &name));
        console::warn_2(&message.into(), error);
    }
}

/// Reports what a promise is rejected with. Nothing waits for the promise: one of a closed
/// `RTCPeerConnection` is never settled.
pub fn watch(operation: &str, promise: &Promise) {
    thread_local! {
        // One for all promises: nothing would free the closure of a promise that is never settled.
        static REJECTED: Closure<dyn Fn(JsValue, JsValue)> =
            Closure::new(|operation: JsValue, error: JsValue| {
                // What an operation on a closed connection is rejected with.
                if js::field(&error, "name") != "InvalidStateError" {
                    report(&operation.as_string().unwrap_or_default(), &error);
                }
            });
    }
    let rejected = REJECTED.with(|rejected| {
        let rejected: &Function = rejected.as_ref().unchecked_ref();
        rejected.bind1(&JsValue::UNDEFINED, &operation.into())
    });
    // Not a method of `Promise` itself: that takes closures alone.
    let _ = js::call(promise, "catch", &rejected);
}

/// What follows, and what to do.
pub fn advice(operation: &str, name: &str) -> &'static str {
    match (operation, name) {
        ("RTCPeerConnection" | "setConfiguration", _) => {
            "Check the iceServers of install() and of the signaling server, and whether a policy \
             or an extension of the browser blocks WebRTC."
        }
        ("setLocalDescription" | "setRemoteDescription", _) => {
            "The connection is made again. The two browsers may have no codec in common."
        }
        ("addIceCandidate", _) => "The other candidates are used.",
        ("replaceTrack" | "setParameters", _) => "Media is sent as before.",
        ("applyConstraints", _) => "The camera goes on as before; what is sent is scaled.",
        ("setSinkId", _) => {
            "The audio stays where it is. A frame needs allow=\"speaker-selection\"."
        }
        ("loading local signaling", _) => {
            "The files of the package, or what localSignaling of install() names, are not all \
             where they belong."
        }
        ("local signaling", _) => {
            "A sandboxed frame needs allow-same-origin, and site data must not be blocked."
        }
        (_, "NotAllowedError") => {
            "The user or the permissions policy refused it. A frame needs \
             allow=\"camera; microphone; display-capture; autoplay\"."
        }
        (_, "NotFoundError" | "OverconstrainedError") => "There is no such device.",
        (_, "NotReadableError" | "AbortError") => "Another program may use the device.",
        ("WebSocket", _) => {
            "A page from https can connect to wss: alone. A Content-Security-Policy has to name \
             the server in connect-src."
        }
        _ => "",
    }
}
