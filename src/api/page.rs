//! Events of the page as a whole: visibility, the network, and the back/forward cache.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

use super::context::Contexts;
use super::rtc_room::Rooms;
use crate::engine::Input;
use crate::js;
use crate::platform::playback;

/// Listens as long as the page lives, for all engines.
pub(crate) fn watch(contexts: &Rc<Contexts>, rooms: &Rc<Rooms>) {
    let page: EventTarget = js_sys::global().unchecked_into();
    let listen = |target: &EventTarget, kind, handle: fn(&Contexts, &Event)| {
        let contexts = Rc::clone(contexts);
        EventListener::new(target, kind, move |event| handle(&contexts, event)).forget();
    };
    listen(&page, "online", handle_network_change);
    listen(&page, "pagehide", handle_hide);
    listen(&page, "pageshow", handle_show);
    // From Wi-Fi to mobile data, with no moment offline in between. Not every browser has it.
    let connection = js::field(&js::global("navigator"), "connection");
    if js::function(&connection, "addEventListener").is_some() {
        listen(connection.unchecked_ref(), "change", handle_network_change);
    }
    let (contexts, rooms) = (Rc::clone(contexts), Rc::clone(rooms));
    EventListener::new(&page, "visibilitychange", move |_| handle_visibility(&contexts, &rooms))
        .forget();
}

fn handle_network_change(contexts: &Contexts, _: &Event) {
    for engine in contexts.engines() {
        engine.input(Input::NetworkChange);
    }
}

/// In the background, phones end or mute devices, pause media elements and stop timers.
fn handle_visibility(contexts: &Contexts, rooms: &Rooms) {
    if !playback::is_visible() {
        return;
    }
    for engine in contexts.engines() {
        engine.handle_return();
    }
    rooms.resume();
}

/// The page goes away and leaves its rooms. A page that may enter the back/forward cache (`persisted`;
/// HTML, section 7.4.6) also closes what would keep it out of the cache.
fn handle_hide(contexts: &Contexts, event: &Event) {
    for engine in contexts.engines() {
        if is_persisted(event) { engine.suspend() } else { engine.goodbye() }
    }
}

/// The page is back from the back/forward cache.
fn handle_show(contexts: &Contexts, event: &Event) {
    if is_persisted(event) {
        for engine in contexts.engines() {
            engine.resume();
        }
    }
}

fn is_persisted(event: &Event) -> bool {
    js::field(event, "persisted").as_bool() == Some(true)
}
