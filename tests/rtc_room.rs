//! `<rtc-room>`: whose picture it shows, and that it does so in whatever order things happen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{
    User, clear, end, get, invoke, is_mirrored, is_shown, pause, receive, room, room_named, see,
    set, text, until, watch,
};
use js_sys::Array;
use std::sync::Once;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const ON: &str = r#"{"state":1}"#;
const OFF: &str = r#"{"state":0}"#;

fn begin() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(watch);
    clear();
    tt_rtc::install(JsValue::UNDEFINED).expect("install");
}

async fn pair(name: &str) -> (User, User) {
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    for user in [&alice, &bob] {
        user.capture().await;
        user.join(name).await;
    }
    (alice, bob)
}

#[wasm_bindgen_test]
async fn one_s_own_camera_is_shown_before_a_join_and_mirrored() {
    begin();
    let user = User::new("alice");
    let early = room("camera", "alice");
    assert!(!is_shown(&early));
    user.ok("changeVideoCapture", ON).await;
    see(&early).await;
    assert!(is_mirrored(&early));
    let late = room("camera", "alice");
    see(&late).await;
    user.ok("switchCamera", r#"{"camera":"back"}"#).await;
    until("not mirrored", || !is_mirrored(&early)).await;
    receive(&early).await;
    user.ok("changeVideoCapture", OFF).await;
    assert!(!is_shown(&early) && !is_shown(&late));
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn each_camera_is_found_by_its_own_user() {
    begin();
    let (alice, bob) = pair("own").await;
    let (of_alice, of_bob) = (room("camera", "alice"), room("camera", "bob"));
    see(&of_alice).await;
    see(&of_bob).await;
    bob.ok("changeVideoCapture", OFF).await;
    until("bob's is off", || !is_shown(&of_bob)).await;
    assert!(is_shown(&of_alice));
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn a_remote_picture_comes_and_goes_with_its_user() {
    begin();
    let (early, nobody) = (room("video", "bob"), room("video", "nobody"));
    let (alice, bob) = pair("order").await;
    see(&early).await;
    assert!(!is_mirrored(&early));
    bob.exit().await;
    until("bob left", || !is_shown(&early)).await;
    bob.join("order").await;
    see(&early).await;
    bob.ok("changeVideoCapture", OFF).await;
    until("the picture is cleared", || !is_shown(&early)).await;
    bob.ok("changeVideoCapture", ON).await;
    see(&early).await;
    assert!(!is_shown(&nobody));
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn attributes_and_properties_may_change_at_any_time() {
    begin();
    let (alice, bob) = pair("change").await;
    let element = room_named("video", "alice", "userId");
    see(&element).await;
    assert_eq!(get(&element, "userId"), JsValue::from("alice"));
    set(&element, "userId", &"nobody".into());
    assert!(!is_shown(&element));
    set(&element, "userId", &"bob".into());
    see(&element).await;
    set(&element, "mode", &"camera".into());
    until("the preview", || is_mirrored(&element)).await;
    set(&element, "mode", &"screen".into());
    assert!(!is_shown(&element));
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn an_element_that_is_removed_holds_nothing_and_may_come_back() {
    begin();
    let (alice, bob) = pair("removed").await;
    let element = room("video", "bob");
    see(&element).await;
    invoke(&element, "remove", &JsValue::UNDEFINED);
    assert!(!is_shown(&element));
    bob.ok("changeVideoCapture", OFF).await;
    bob.ok("changeVideoCapture", ON).await;
    assert!(!is_shown(&element), "nobody looks after it");
    let body = get(&get(&js_sys::global(), "document"), "body");
    invoke(&body, "append", &element);
    see(&element).await;
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn the_picture_is_a_silent_video_that_fills_its_box_and_shows_all_of_a_screen() {
    begin();
    for (mode, fit) in [("camera", "cover"), ("video", "cover"), ("screen", "contain")] {
        let element = room(mode, "alice");
        set(&get(&element, "style"), "cssText", &"width:200px;height:100px".into());
        let video = get(&get(&element, "shadowRoot"), "lastChild");
        for flag in ["muted", "autoplay", "playsInline"] {
            assert_eq!(get(&video, flag), JsValue::TRUE, "{flag}");
        }
        let style = invoke(&js_sys::global(), "getComputedStyle", &video);
        let facts = ["objectFit", "width", "height"].map(|key| get(&style, key));
        assert_eq!(
            text(&facts.into_iter().collect::<Array>()),
            format!(r#"["{fit}","200px","100px"]"#)
        );
    }
    clear();
}

#[wasm_bindgen_test]
async fn what_cannot_be_shown_is_an_error_event() {
    begin();
    let errors = Array::new();
    let list = errors.clone();
    let listener = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        list.push(&get(&event, "detail"));
    });
    let document = get(&js_sys::global(), "document");
    let element = invoke(&document, "createElement", &"rtc-room".into());
    let add: js_sys::Function = get(&element, "addEventListener").unchecked_into();
    add.call2(&element, &"error".into(), &listener.into_js_value()).expect("a listener");
    invoke(&get(&document, "body"), "append", &element);
    set(&element, "mode", &"xxx".into());
    until("an error", || errors.length() == 1).await;
    assert_eq!(
        text(&errors),
        r#"[{"errNo":21301,"errMsg":"rtcRoom creation failed: expect mode to be one of \"camera\", \"video\", \"screen\""}]"#
    );
    set(&element, "mode", &"video".into());
    pause(0).await;
    assert_eq!(errors.length(), 1);
    clear();
}
