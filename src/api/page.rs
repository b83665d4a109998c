//! What happens to the page as a whole: it is hidden and shown, goes offline and online, and away.

use gloo::events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

use super::context::engines;
use super::rtc_room;
use crate::engine::Input;
use crate::js;
use crate::platform::playback;

/// Listens as long as the page lives, for all engines there will ever be.
pub(crate) fn watch() {
    let page: EventTarget = js_sys::global().unchecked_into();
    EventListener::new(&page, "online", |_| handle_network_change()).forget();
    EventListener::new(&page, "visibilitychange", |_| handle_visibility()).forget();
    EventListener::new(&page, "pagehide", handle_hide).forget();
    EventListener::new(&page, "pageshow", handle_show).forget();
    // From Wi-Fi to mobile data, with no moment offline in between. Not every browser has it.
    let connection = js::field(&js::field(&page, "navigator"), "connection");
    if js::function(&connection, "addEventListener").is_some() {
        let connection: EventTarget = connection.unchecked_into();
        EventListener::new(&connection, "change", |_| handle_network_change()).forget();
    }
}

fn handle_network_change() {
    for engine in engines() {
        engine.input(Input::NetworkChange);
    }
}

/// In the background, phones end or mute devices, pause media elements and stop timers.
fn handle_visibility() {
    if !playback::is_visible() {
        return;
    }
    for engine in engines() {
        engine.handle_return();
    }
    rtc_room::resume();
}

/// The page goes away and leaves its rooms. A page that may enter the back/forward cache (`persisted`;
/// HTML, section 7.4.6) also closes what would keep it out of the cache.
fn handle_hide(event: &Event) {
    for engine in engines() {
        if is_persisted(event) { engine.suspend() } else { engine.goodbye() }
    }
}

/// The page is back from the back/forward cache.
fn handle_show(event: &Event) {
    if is_persisted(event) {
        for engine in engines() {
            engine.resume();
        }
    }
}

fn is_persisted(event: &Event) -> bool {
    js::field(event, "persisted").as_bool() == Some(true)
}
