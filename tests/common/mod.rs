//! Users of a call, and what the tests see and hear of it.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(missing_docs, unreachable_pub, reason = "seen by tests alone")]

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/tests/common/page.js")]
extern "C" {
    pub fn watch();
    pub fn negotiations() -> u32;
    #[wasm_bindgen(js_name = resetNegotiations)]
    pub fn reset_negotiations();
    #[wasm_bindgen(js_name = openConnections)]
    pub fn open_connections() -> u32;
    pub fn sending(kind: &str) -> u32;
    pub fn fingerprints() -> u32;
    pub fn playing() -> u32;
    #[wasm_bindgen(js_name = pauseAll)]
    pub async fn pause_all();
    #[wasm_bindgen(js_name = showPage)]
    pub fn show_page(shown: bool);
    #[wasm_bindgen(js_name = isPlaying)]
    pub fn is_playing(room: &JsValue) -> bool;
    pub async fn locks() -> JsValue;
    #[wasm_bindgen(js_name = lastSink)]
    pub fn last_sink() -> String;
    async fn loudness(milliseconds: u32) -> JsValue;
    pub fn room(mode: &str, user: &str) -> JsValue;
    #[wasm_bindgen(js_name = room)]
    pub fn room_named(mode: &str, user: &str, name: &str) -> JsValue;
    #[wasm_bindgen(js_name = clearRooms)]
    fn clear_rooms();
    pub fn frames(room: &JsValue) -> u32;
    #[wasm_bindgen(js_name = isShown)]
    pub fn is_shown(room: &JsValue) -> bool;
    #[wasm_bindgen(js_name = isMirrored)]
    pub fn is_mirrored(room: &JsValue) -> bool;
    pub fn pixels(room: &JsValue) -> String;
    pub fn colour(room: &JsValue) -> String;
    #[wasm_bindgen(js_name = standIn)]
    pub fn stand_in() -> JsValue;
    pub fn overhear(name: &str) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: i32);
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// How long anything may take, in milliseconds.
const PATIENCE: f64 = 20_000.0;

/// A literal of JSON.
pub fn json(text: &str) -> JsValue {
    JSON::parse(text).expect("JSON")
}

/// As text, to be compared.
pub fn text(value: &JsValue) -> String {
    JSON::stringify(value).map_or_else(|_| "undefined".into(), String::from)
}

pub fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).expect("an object")
}

pub fn set(object: &JsValue, key: &str, value: &JsValue) {
    Reflect::set(object, &key.into(), value).expect("an object");
}

/// Calls a method without arguments or with one.
pub fn invoke(object: &JsValue, key: &str, argument: &JsValue) -> JsValue {
    let method: Function = get(object, key).dyn_into().expect(key);
    method.call1(object, argument).expect(key)
}

/// `{ key: value }`.
pub fn object(key: &str, value: &JsValue) -> JsValue {
    let object = Object::new();
    set(&object, key, value);
    object.into()
}

pub async fn pause(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| set_timeout(&resolve, milliseconds));
    JsFuture::from(promise).await.expect("a timeout");
}

/// Waits until something is so.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    let start = now();
    while !holds() {
        assert!(now() - start < PATIENCE, "waited in vain: {what}");
        pause(20).await;
    }
}

/// Waits until frames are decoded. Those of Chromium's last fake camera are all the same.
pub async fn receive(room: &JsValue) {
    let before = frames(room);
    until("frames", || frames(room) > before + 2).await;
}

/// Waits until the picture moves: frames are decoded, and they differ.
pub async fn see(room: &JsValue) {
    receive(room).await;
    let picture = pixels(room);
    until("a picture that moves", || pixels(room) != picture).await;
}

/// Waits until everything that plays is heard.
pub async fn hear() {
    let peak = loudness(20_000).await.as_f64().expect("a number");
    assert!(peak > 0.01, "silence: {peak}");
}

/// One user: a context, the last lists it was told, and every event in order.
pub struct User {
    pub context: JsValue,
    pub name: &'static str,
    events: Rc<RefCell<Vec<(&'static str, JsValue)>>>,
}

thread_local! {
    /// Contexts that were made and perhaps never destroyed, because a test failed.
    static CONTEXTS: RefCell<Vec<JsValue>> = const { RefCell::new(Vec::new()) };
}

/// Clears away what a test before has left.
pub fn clear() {
    for context in CONTEXTS.take() {
        tt_rtc::destroy(context);
    }
    clear_rooms();
}

const EVENTS: [&str; 7] = [
    "RtcChatMembersChanged",
    "RtcVideoMembersChanged",
    "RtcChatSpeakersChanged",
    "RtcPublishScreenMembersChanged",
    "RtcStateChanged",
    "RtcChatInterrupted",
    "RoomTokenWillExpire",
];

impl User {
    /// A participant of its own.
    pub fn new(name: &'static str) -> Self {
        let options = json(r#"{"appId":"app"}"#);
        Self::with(name, tt_rtc::create_web_room_context(options).expect("a context"))
    }

    pub fn with(name: &'static str, context: JsValue) -> Self {
        CONTEXTS.with_borrow_mut(|contexts| contexts.push(context.clone()));
        let user = Self { context, name, events: Rc::default() };
        for event in EVENTS {
            let events = Rc::clone(&user.events);
            let listener = Closure::<dyn Fn(JsValue)>::new(move |payload: JsValue| {
                let ok = event == "RtcStateChanged" && get(&payload, "errNo") == 0;
                let event = if ok { "connection" } else { event };
                events.borrow_mut().push((event, payload));
            });
            invoke(&user.context, &format!("on{event}"), &listener.into_js_value());
        }
        user
    }

    /// Makes a call; what `success` or `fail` was given.
    pub async fn call(&self, method: &str, options: &str) -> Result<JsValue, JsValue> {
        self.call_with(method, &json(options)).await
    }

    pub async fn call_with(&self, method: &str, options: &JsValue) -> Result<JsValue, JsValue> {
        let promise = Promise::new(&mut |resolve, reject| {
            set(options, "success", &resolve);
            set(options, "fail", &reject);
            let result = invoke(&self.context, method, options);
            assert!(result.is_undefined(), "a call returns nothing");
        });
        JsFuture::from(promise).await
    }

    /// A call that has to succeed.
    pub async fn ok(&self, method: &str, options: &str) {
        let result = self.call(method, options).await;
        let result =
            result.unwrap_or_else(|error| panic!("{} {method}: {}", self.name, text(&error)));
        assert_eq!(text(&result), format!(r#"{{"errMsg":"{method}:ok"}}"#));
    }

    /// A call that has to fail; the `errNo` and `errMsg`.
    pub async fn fail(&self, method: &str, options: &str) -> (i32, String) {
        let Err(error) = self.call(method, options).await else { panic!("{method} succeeded") };
        #[expect(clippy::cast_possible_truncation)]
        let number = get(&error, "errNo").as_f64().expect("errNo") as i32;
        (number, get(&error, "errMsg").as_string().expect("errMsg"))
    }

    pub async fn join(&self, room: &str) {
        let options = format!(r#"{{"roomId":"{room}","userId":"{}","token":"t"}}"#, self.name);
        self.ok("joinRtcRoom", &options).await;
    }

    pub async fn exit(&self) {
        self.ok("exitRtcRoom", r#"{"roomId":"any"}"#).await;
    }

    pub async fn capture(&self) {
        self.ok("changeVideoCapture", r#"{"state":1}"#).await;
        self.ok("changeAudioCapture", r#"{"state":1}"#).await;
    }

    /// The names of the last list of an event, `"-"` if there was none.
    pub fn list(&self, event: &str) -> String {
        let events = self.events.borrow();
        let last = events.iter().rev().find(|(name, _)| *name == event);
        last.map_or_else(|| "-".into(), |(_, payload)| names(payload))
    }

    /// Waits until the last list of an event is this.
    pub async fn sees(&self, event: &str, names: &str) {
        let what = format!("{} sees {event} {names}", self.name);
        until(&what, || self.list(event) == names).await;
    }

    /// All events of a kind so far; those that tell how the user is connected are of the kind
    /// `connection`.
    pub fn events(&self, event: &str) -> Vec<JsValue> {
        let events = self.events.borrow();
        events
            .iter()
            .filter(|(name, _)| *name == event)
            .map(|(_, payload)| payload.clone())
            .collect()
    }

    pub fn destroy(&self) {
        tt_rtc::destroy(self.context.clone());
    }
}

fn names(payload: &JsValue) -> String {
    let list: Array = get(payload, "userIdList").dyn_into().expect("userIdList");
    list.iter().filter_map(|id| id.as_string()).collect::<Vec<_>>().join(" ")
}

/// Destroys the users, and sees that nothing of the call is left.
pub async fn end(users: &[&User]) {
    for user in users {
        user.destroy();
    }
    until("no open connection", || open_connections() == 0).await;
    assert_eq!(playing(), 0, "sounds still play");
}
