//! Events: who listens, and what they are told.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function};
use tt_rtc_room::id::UserId;
use tt_rtc_room::{Connection, Event, Quality};
use wasm_bindgen::prelude::*;

use crate::delivery::deliver;
use crate::js;

/// The names of the events behind `on` and `off`. The state event has two: that of the platform's
/// demos and that of its typings.
pub(crate) const EVENTS: [&str; 8] = [
    "RtcChatMembersChanged",
    "RtcVideoMembersChanged",
    "RtcChatSpeakersChanged",
    "RtcPublishScreenMembersChanged",
    "RtcStateChanged",
    "RtcChatInterrupted",
    "RoomTokenWillExpire",
    "RtcStateChange",
];

/// The number of the state event, and of its other name.
const STATE: (usize, usize) = (4, 7);

/// The listeners of one engine.
#[derive(Clone, Default)]
pub(crate) struct Listeners(Rc<RefCell<[Vec<Function>; 7]>>);

impl Listeners {
    /// Adds a listener. One that is there already is not added again.
    pub(crate) fn add(&self, event: usize, listener: &JsValue) {
        let Some(listener) = listener.dyn_ref::<Function>() else {
            let name = EVENTS.get(event).copied().unwrap_or_default();
            return js::warn(&["on", name, ": the listener should be a function"].concat());
        };
        self.with(event, |listeners| {
            if !listeners.iter().any(|known| known == listener) {
                listeners.push(listener.clone());
            }
        });
    }

    /// Removes a listener, or, without one, all.
    pub(crate) fn remove(&self, event: usize, listener: &JsValue) {
        self.with(event, |listeners| {
            let all = js::is_absent(listener);
            listeners.retain(|known| !all && AsRef::<JsValue>::as_ref(known) != listener);
        });
    }

    /// Removes every listener of every event.
    pub(crate) fn clear(&self) {
        self.0.take();
    }

    /// Tells those who listen at that time, later.
    pub(crate) fn raise(&self, event: Event) {
        let this = self.clone();
        deliver(move || this.tell(&event));
    }

    fn tell(&self, event: &Event) {
        let number = number(event);
        let listeners = self.with(number, |listeners| listeners.clone());
        let name = EVENTS.get(number).copied().unwrap_or_default();
        for listener in listeners.unwrap_or_default() {
            // Each has its own payload: what one does to it is no concern of the next.
            js::call_page(name, &listener, payload(event).as_ref());
        }
    }

    fn with<T>(&self, event: usize, act: impl FnOnce(&mut Vec<Function>) -> T) -> Option<T> {
        let event = if event == STATE.1 { STATE.0 } else { event };
        self.0.borrow_mut().get_mut(event).map(act)
    }
}

fn number(event: &Event) -> usize {
    match event {
        Event::ChatMembers(_) => 0,
        Event::VideoMembers(_) => 1,
        Event::Speakers(_) => 2,
        Event::ScreenMembers(_) => 3,
        Event::State(..) | Event::Connection(_) => STATE.0,
        Event::Interrupted(..) => 5,
        Event::TokenWillExpire => 6,
    }
}

fn payload(event: &Event) -> Option<JsValue> {
    let fault = |number: i32, message: &str| [("errNo", number.into()), ("errMsg", message.into())];
    Some(match event {
        Event::ChatMembers(users)
        | Event::VideoMembers(users)
        | Event::Speakers(users)
        | Event::ScreenMembers(users) => js::object(&[
            ("userIdList", ids(users).into()),
            ("errCode", 0.into()),
            ("errMsg", "ok".into()),
        ]),
        Event::State(number, message) => {
            let object = js::object(&fault(*number, message));
            js::set(&object, "data", &js::object(&[]));
            object
        }
        Event::Connection(connection) => {
            let object = js::object(&fault(0, "ok"));
            js::set(&object, "data", &connection_data(*connection));
            object
        }
        Event::Interrupted(number, message) => js::object(&fault(*number, message)),
        Event::TokenWillExpire => return None,
    })
}

fn connection_data(connection: Connection) -> JsValue {
    let (name, quality) = match connection {
        Connection::Disconnected => ("disconnected", None),
        Connection::Connecting => ("connecting", None),
        Connection::Connected(quality) => ("connected", Some(quality)),
        Connection::Reconnecting(quality) => ("reconnecting", Some(quality)),
    };
    let quality = quality.map(|quality| match quality {
        Quality::Good => "good",
        Quality::Poor => "poor",
        Quality::Lost => "lost",
    });
    let data = js::object(&[("connection", name.into())]);
    if let Some(quality) = quality {
        js::set(&data, "quality", &quality.into());
    }
    data
}

fn ids(users: &[UserId]) -> Array {
    js::array(users.iter().map(|user| user.as_str().into()))
}
