//! Events: the listeners, and the payloads.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use serde::Serialize;
use tt_rtc_room::id::UserId;
use tt_rtc_room::{CallState, Event, Quality};
use wasm_bindgen::prelude::*;

use super::delivery::Deliveries;
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
#[derive(Clone)]
pub(crate) struct Listeners {
    queue: Rc<Deliveries>,
    functions: Rc<RefCell<[Vec<Function>; 7]>>,
}

impl Listeners {
    /// No listeners. Events go through `queue`.
    pub(crate) fn new(queue: Rc<Deliveries>) -> Self {
        Self { queue, functions: Rc::default() }
    }

    /// Adds a listener. One that is there already is not added again.
    pub(crate) fn add(&self, event: usize, listener: &JsValue) {
        let Some(listener) = listener.dyn_ref::<Function>() else {
            let name = EVENTS.get(event).copied().unwrap_or_default();
            return js::warn(&format!("on{name}: the listener should be a function"));
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
        self.functions.take();
    }

    /// Delivers an event later, to the listeners of that time.
    pub(crate) fn raise(&self, event: Event) {
        let this = self.clone();
        self.queue.add(Box::new(move || this.tell(&event)));
    }

    fn tell(&self, event: &Event) {
        let number = number(event);
        let listeners = self.with(number, |listeners| listeners.clone());
        let name = EVENTS.get(number).copied().unwrap_or_default();
        for listener in listeners.unwrap_or_default() {
            // Each has its own payload, which it may change.
            js::call_page(name, &listener, payload(event).as_ref());
        }
    }

    fn with<T>(&self, event: usize, act: impl FnOnce(&mut Vec<Function>) -> T) -> Option<T> {
        let event = if event == STATE.1 { STATE.0 } else { event };
        self.functions.borrow_mut().get_mut(event).map(act)
    }
}

fn number(event: &Event) -> usize {
    match event {
        Event::ChatMembers(_) => 0,
        Event::VideoMembers(_) => 1,
        Event::Speakers(_) => 2,
        Event::ScreenMembers(_) => 3,
        Event::State(..) | Event::CallState(_) => STATE.0,
        Event::Interrupted(..) => 5,
        Event::TokenWillExpire => 6,
    }
}

/// The payload of the lists.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserList<'a> {
    user_id_list: &'a [UserId],
    err_code: i32,
    err_msg: &'a str,
}

/// The payload of the state event, and without `data` and `code` that of an interruption. `code` and
/// `errCode` are what older typings call `errNo`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct State<'a> {
    err_no: i32,
    err_code: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i32>,
    err_msg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<StateData>,
}

/// How the connection is; empty where the event is about something else.
#[derive(Default, Serialize)]
struct StateData {
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<&'static str>,
}

fn payload(event: &Event) -> Option<JsValue> {
    let state = |err_no, err_msg, data: Option<StateData>| {
        let code = data.is_some().then_some(err_no);
        js::to_value(&State { err_no, err_code: err_no, code, err_msg, data })
    };
    Some(match event {
        Event::ChatMembers(users)
        | Event::VideoMembers(users)
        | Event::Speakers(users)
        | Event::ScreenMembers(users) => {
            js::to_value(&UserList { user_id_list: users, err_code: 0, err_msg: "ok" })
        }
        Event::State(number, message) => state(*number, message, Some(StateData::default())),
        Event::CallState(call) => state(0, "ok", Some(state_data(*call))),
        Event::Interrupted(number, message) => state(*number, message, None),
        Event::TokenWillExpire => return None,
    })
}

fn state_data(call: CallState) -> StateData {
    let (name, quality) = match call {
        CallState::Disconnected => ("disconnected", None),
        CallState::Connecting => ("connecting", None),
        CallState::Connected(quality) => ("connected", Some(quality)),
        CallState::Reconnecting(quality) => ("reconnecting", Some(quality)),
    };
    let quality = quality.map(|quality| match quality {
        Quality::Good => "good",
        Quality::Poor => "poor",
        Quality::Lost => "lost",
    });
    StateData { connection: Some(name), quality }
}
