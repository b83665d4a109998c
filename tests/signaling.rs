//! Signaling between pages: another page that says garbage, a hub elsewhere, and no means at all.
//!
//! The other page is a frame, or the test itself, which speaks on the same channels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{User, clear, end, get, invoke, json, locks, overhear, set, text, until, watch};
use js_sys::Array;
use std::sync::Once;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{BroadcastChannel, MessageEvent};

wasm_bindgen_test_configure!(run_in_browser);

const ANNOUNCEMENTS: &str = "tt-rtc/1/announcements";

fn begin() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(watch);
    clear();
    tt_rtc::install(JsValue::UNDEFINED).expect("install");
}

/// An end of a channel, and what came over it.
struct Wire {
    channel: BroadcastChannel,
    heard: Array,
}

impl Wire {
    fn open(name: &str) -> Self {
        let channel = BroadcastChannel::new(name).expect("a channel");
        let heard = Array::new();
        let list = heard.clone();
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            list.push(&event.data());
        });
        channel.set_onmessage(Some(listener.into_js_value().unchecked_ref()));
        Self { channel, heard }
    }

    fn post(&self, message: &str) {
        self.channel.post_message(&json(message)).expect("posted");
    }

    async fn hears(&self, message: &str) {
        until(message, || text(&self.heard) == message).await;
    }
}

/// Waits until the page holds so many locks; it gives them up without waiting for the browser.
async fn wait_for_locks(count: u32) {
    for _ in 0..1_000 {
        if locks().await == count {
            return;
        }
        common::pause(20).await;
    }
    panic!("still {} locks", text(&locks().await));
}

#[wasm_bindgen_test]
async fn a_page_without_a_call_holds_no_lock() {
    begin();
    wait_for_locks(0).await;
    let user = User::new("alice");
    assert_eq!(locks().await, 0);
    user.join("locks").await;
    assert_eq!(locks().await, 2, "that of the hub and that of the page");
    user.exit().await;
    wait_for_locks(0).await;
    user.join("locks").await;
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn garbage_among_the_announcements_is_warned_of_and_harms_nothing() {
    begin();
    let user = User::new("alice");
    user.join("garbage").await;
    let announcements = Wire::open(ANNOUNCEMENTS);
    let overheard = overhear("warn");
    for garbage in ["1", "null", "[]", r#""x""#, "{}", r#"{"connect":1}"#, r#"{"connect":"x"}"#] {
        announcements.post(garbage);
    }
    let lines: Array = get(&overheard, "lines").unchecked_into();
    until("a warning for each", || lines.length() == 7).await;
    invoke(&overheard, "stop", &JsValue::UNDEFINED);
    user.exit().await;
    user.join("garbage").await;
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn a_page_that_says_garbage_is_removed_and_the_call_goes_on() {
    begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.join("garbage").await;
    bob.join("garbage").await;
    let announcements = Wire::open(ANNOUNCEMENTS);
    let release = hold("tt-rtc/1/page/liar").await;
    for (number, garbage) in [
        "1",
        "[]",
        r#""dance""#,
        r#"{"dance":{}}"#,
        r#"{"join":{}}"#,
        r#"{"join":{"version":1,"app":"a b"}}"#,
        r#""ping""#,
        r#"{"signal":{"to":"nobody"}}"#,
    ]
    .into_iter()
    .enumerate()
    {
        let wire = Wire::open(&format!("tt-rtc/1/garbage-{number}"));
        announcements
            .post(&format!(r#"{{"connect":"garbage-{number}","page":"tt-rtc/1/page/liar"}}"#));
        wire.hears("[true]").await;
        wire.hears("[true]").await;
        wire.post(garbage);
        wire.hears(r#"[true,{"removed":"badMessage"},null]"#).await;
    }
    release.call0(&JsValue::UNDEFINED).expect("released");
    alice.capture().await;
    bob.sees("RtcVideoMembersChanged", "alice").await;
    end(&[&alice, &bob]).await;
}

/// A lock, as another page would hold it; the result is the function that gives it up.
async fn hold(name: &str) -> js_sys::Function {
    let release = Array::new();
    let (list, held) = (release.clone(), Array::new());
    let granted = held.clone();
    let callback = Closure::<dyn Fn() -> js_sys::Promise>::new(move || {
        granted.push(&JsValue::TRUE);
        js_sys::Promise::new(&mut |resolve, _| {
            list.push(&resolve);
        })
    });
    let locks = get(&get(&js_sys::global(), "navigator"), "locks");
    let request: js_sys::Function = get(&locks, "request").unchecked_into();
    request.call2(&locks, &name.into(), &callback.into_js_value()).expect("a promise");
    until("the lock", || held.length() == 1).await;
    release.get(0).unchecked_into()
}

#[wasm_bindgen_test]
async fn a_hub_that_says_garbage_is_warned_of_and_one_that_goes_is_replaced() {
    begin();
    let release = hold("tt-rtc/1/hub").await;
    let announcements = Wire::open(ANNOUNCEMENTS);
    let user = User::new("alice");
    let join = user.call("joinRtcRoom", r#"{"roomId":"elsewhere","userId":"alice","token":""}"#);
    let hub = async {
        until("a call", || announcements.heard.length() > 0).await;
        let name = get(&announcements.heard.get(0), "connect").as_string().expect("a name");
        let wire = Wire::open(&format!("tt-rtc/1/{name}"));
        let overheard = overhear("warn");
        wire.post("true");
        until("a greeting", || wire.heard.length() == 1).await;
        let greeting = get(&wire.heard.get(0), "join");
        assert_eq!(get(&greeting, "user"), JsValue::from("alice"));
        for garbage in ["1", r#""dance""#, r#"{"welcome":{}}"#, r#"{"left":7}"#] {
            wire.post(garbage);
        }
        let lines: Array = get(&overheard, "lines").unchecked_into();
        until("a warning for each", || lines.length() == 4).await;
        invoke(&overheard, "stop", &JsValue::UNDEFINED);
        // This hub is gone; the next one in the queue takes over, and the join goes through.
        release.call0(&JsValue::UNDEFINED).expect("released");
    };
    let (joined, ()) = futures_util::join!(join, hub);
    joined.expect("in the room");
    user.sees("RtcChatMembersChanged", "alice").await;
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn a_page_that_vanishes_is_noticed_by_its_lock() {
    begin();
    let alice = User::new("alice");
    alice.join("vanish").await;
    let page = "tt-rtc/1/page/vanishing";
    // What the other page holds as long as it lives.
    let release = hold(page).await;
    let wire = Wire::open("tt-rtc/1/vanishing");
    let announcements = Wire::open(ANNOUNCEMENTS);
    announcements.post(&format!(r#"{{"connect":"vanishing","page":"{page}"}}"#));
    wire.hears("[true]").await;
    wire.post(
        r#"{"join":{"version":1,"app":"app","room":"vanish","user":"ghost","token":"",
            "secret":"000102030405060708090a0b0c0d0e0f",
            "presence":{"revision":1,"visible":true,"sources":0}}}"#,
    );
    alice.sees("RtcChatMembersChanged", "alice ghost").await;
    release.call0(&JsValue::UNDEFINED).expect("released");
    // 12 s after it was last heard of, as after any other loss.
    alice.sees("RtcChatMembersChanged", "alice").await;
    end(&[&alice]).await;
}

#[wasm_bindgen_test]
async fn without_locks_or_channels_a_join_fails_and_says_why() {
    begin();
    let page = js_sys::global();
    let channel = get(&page, "BroadcastChannel");
    set(&page, "BroadcastChannel", &JsValue::UNDEFINED);
    let user = User::new("alice");
    let (number, message) =
        user.fail("joinRtcRoom", r#"{"roomId":"r","userId":"alice","token":""}"#).await;
    set(&page, "BroadcastChannel", &channel);
    assert_eq!(number, 21_102);
    assert!(message.contains("Web Locks and BroadcastChannel"), "{message}");
    user.join("r").await;
    end(&[&user]).await;
}
