//! What happens to the page as a whole: it is hidden and shown, goes offline and online, and away.

use std::cell::RefCell;

use gloo::events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

use super::context::engines;
use crate::engine::Input;
use crate::js;

thread_local! {
    static LISTENERS: RefCell<Vec<EventListener>> = const { RefCell::new(Vec::new()) };
}

/// Begins to listen, once; the listeners serve all engines there will ever be.
pub(crate) fn watch() {
    if LISTENERS.with_borrow(|listeners| !listeners.is_empty()) {
        return;
    }
    let page: EventTarget = js_sys::global().unchecked_into();
    let mut listeners = vec![
        EventListener::new(&page, "online", |_| handle_network_change()),
        EventListener::new(&page, "visibilitychange", |_| handle_visibility()),
        EventListener::new(&page, "pagehide", handle_hide),
    ];
    // From Wi-Fi to mobile data, with no moment offline in between. Not every browser has it.
    let connection = js::field(&js::field(&page, "navigator"), "connection");
    if js::function(&connection, "addEventListener").is_some() {
        let connection: EventTarget = connection.unchecked_into();
        listeners.push(EventListener::new(&connection, "change", |_| handle_network_change()));
    }
    LISTENERS.set(listeners);
}

fn handle_network_change() {
    for engine in engines() {
        engine.input(Input::NetworkChange);
    }
}

/// A page in the background loses devices on some phones, and timers on all of them.
fn handle_visibility() {
    let document = js::field(&js_sys::global(), "document");
    if js::field(&document, "visibilityState").as_string().as_deref() != Some("visible") {
        return;
    }
    for engine in engines() {
        engine.handle_return();
    }
}

/// The page goes away: it says goodbye, so that nobody waits for it. A page that is only put aside
/// (`persisted`) may come back.
fn handle_hide(event: &Event) {
    if js::field(event, "persisted").as_bool() != Some(true) {
        for engine in engines() {
            engine.goodbye();
        }
    }
}
