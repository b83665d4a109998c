//! The object a page holds: what is on it, how its calls are answered, and what bad input gets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{User, get, invoke, json, object, overhear, pause, set, text, until};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const METHODS: [&str; 13] = [
    "joinRtcRoom",
    "exitRtcRoom",
    "changeAudioCapture",
    "changeVideoCapture",
    "changeStreamPublishState",
    "changeStreamSubscribeState",
    "changeScreenSubscribeState",
    "changeUserVisibility",
    "switchCamera",
    "setVideoEncoderConfig",
    "setAudioPlaybackDevice",
    "updateToken",
    "changeAnsMode",
];

fn keys(object: &JsValue) -> Vec<String> {
    let keys = Object::keys(object.unchecked_ref::<Object>());
    keys.iter().filter_map(|key| key.as_string()).collect()
}

fn install(options: &JsValue) -> JsValue {
    tt_rtc::install(options.clone()).expect("install")
}

/// A `tt` on an object of its own.
fn platform() -> JsValue {
    install(&object("target", &Object::new()))
}

fn create(tt: &JsValue, app: &str) -> JsValue {
    invoke(tt, "createRtcRoomContext", &object("appId", &app.into()))
}

#[wasm_bindgen_test]
fn a_context_has_the_platform_s_functions_and_no_other() {
    let context = create(&platform(), "surface");
    let mut expected: Vec<_> = METHODS.map(String::from).into();
    for event in [
        "RtcChatMembersChanged",
        "RtcVideoMembersChanged",
        "RtcChatSpeakersChanged",
        "RtcPublishScreenMembersChanged",
        "RtcStateChanged",
        "RtcStateChange",
        "RtcChatInterrupted",
        "RoomTokenWillExpire",
    ] {
        expected.extend([format!("on{event}"), format!("off{event}")]);
    }
    let mut found = keys(&context);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert!(found.iter().all(|key| get(&context, key).is_function()));
    assert_eq!(Object::get_prototype_of(&context), Object::get_prototype_of(&Object::new()));
}

#[wasm_bindgen_test]
fn a_web_context_can_share_a_screen_too() {
    let web = User::new("web");
    let mut more = keys(&web.context);
    more.retain(|key| !METHODS.contains(&key.as_str()) && !key.starts_with('o'));
    assert_eq!(more, ["changeScreenCapture"]);
    web.destroy();
}

#[wasm_bindgen_test]
async fn functions_work_without_their_object_and_in_a_copy() {
    let context = create(&platform(), "copies");
    let copy = Object::assign(&Object::new(), context.unchecked_ref());
    let user = User::with("copy", copy.into());
    user.ok("changeUserVisibility", r#"{"visible":true}"#).await;
    let function: Function = get(&context, "changeUserVisibility").unchecked_into();
    let answered = Promise::new(&mut |resolve, _| {
        let options = json(r#"{"visible":true}"#);
        set(&options, "success", &resolve);
        function.call1(&JsValue::UNDEFINED, &options).expect("a call");
    });
    JsFuture::from(answered).await.expect("success");
    user.destroy();
    let (number, _) =
        User::with("original", context).fail("exitRtcRoom", r#"{"roomId":"r"}"#).await;
    assert_eq!(number, 29_010, "a copy is as good as the context");
}

#[wasm_bindgen_test]
async fn the_same_app_id_gives_a_handle_on_the_same_engine() {
    let tt = platform();
    let (one, two) = (create(&tt, "same"), create(&tt, "same"));
    assert_ne!(one, two);
    let one = User::with("one", one);
    let two = User::with("two", two);
    one.join("same").await;
    let (number, message) =
        two.fail("joinRtcRoom", r#"{"roomId":"x","userId":"y","token":""}"#).await;
    assert_eq!(number, 21_100);
    assert_eq!(message, "joinRtcRoom:fail user one is already in the room same");
    two.sees("RtcChatMembersChanged", "one").await;
    let other = User::with("other", create(&platform(), "same"));
    other.ok("exitRtcRoom", r#"{"roomId":"same"}"#).await;
    one.sees("RtcChatMembersChanged", "one").await;
    one.destroy();
    other.destroy();
}

#[wasm_bindgen_test]
fn the_bare_string_of_the_older_typings_works() {
    let context = invoke(&platform(), "createRtcRoomContext", &"app".into());
    assert!(get(&context, "joinRtcRoom").is_function());
    tt_rtc::destroy(context);
}

#[wasm_bindgen_test]
fn install_makes_tt_or_keeps_it_and_touches_nothing_else() {
    let target = json(r#"{"other":1,"tt":{"login":2}}"#);
    let before = get(&target, "tt");
    let tt = install(&object("target", &target));
    assert_eq!(tt, before);
    let create = get(&tt, "createRtcRoomContext");
    assert_eq!(install(&object("target", &target)), tt, "a second time");
    assert_eq!(get(&tt, "createRtcRoomContext"), create);
    assert_eq!(keys(&target), ["other", "tt"]);
    assert_eq!(keys(&tt), ["login", "createRtcRoomContext"]);
}

#[wasm_bindgen_test]
fn install_says_what_is_wrong_with_an_option() {
    for (options, expected) in [
        (r#"1"#, "options should be an object"),
        (r#"{"target":1}"#, "options.target should be an object"),
        (r#"{"signaling":1}"#, "options.signaling should be"),
        (r#"{"signaling":"http://x"}"#, "options.signaling should be"),
        (r#"{"iceTransportPolicy":"none"}"#, "options.iceTransportPolicy should be"),
        (r#"{"iceServers":{}}"#, "options.iceServers should be an array"),
        (r#"{"iceServers":[1]}"#, "options.iceServers should be an array"),
        (r#"{"mediaDevices":{}}"#, "options.mediaDevices should be an object with getUserMedia()"),
        (r#"{"appKeys":1}"#, "options.appKeys should be an object of strings"),
        (r#"{"appKeys":{"a b":"c"}}"#, "options.appKeys should be an object of strings"),
        (r#"{"appKeys":{"a":1}}"#, "options.appKeys should be an object of strings"),
        (r#"{"log":"loud"}"#, r#"options.log should be "warn", "info" or "debug""#),
        (r#"{"privileges":true}"#, r#"options.privileges should be "enforce" or "ignore""#),
        (r#"{"connectionEvents":1}"#, "options.connectionEvents should be a boolean"),
        (
            r#"{"iceServers":[{"urls":"stun:a"},{"urls":"turn:b"}]}"#,
            "the browser refuses options.iceServers[1]: InvalidAccessError",
        ),
    ] {
        let error = tt_rtc::install(json(options)).expect_err(options);
        let message = get(&error, "message").as_string().expect("a message");
        assert!(message.contains(expected), "{options}: {message}");
    }
}

#[wasm_bindgen_test]
fn a_tt_that_cannot_be_changed_is_an_error() {
    for (object, key) in [
        (json(r#"{"target":{"tt":{}}}"#), "createRtcRoomContext"),
        (json(r#"{"target":{}}"#), "tt"),
    ] {
        let target = get(&object, "target");
        let frozen = if key == "tt" { target } else { get(&target, "tt") };
        Object::freeze(frozen.unchecked_ref::<Object>());
        let error = tt_rtc::install(object).expect_err("it is frozen");
        let message = get(&error, "message").as_string().expect("a message");
        assert!(
            message.contains(&format!("`{key}` cannot be set: the object is frozen")),
            "{message}"
        );
    }
}

/// Whether calls with these devices get a camera.
async fn has_camera(context: JsValue) -> bool {
    let user = User::with("alice", context);
    let result = user.call("changeVideoCapture", r#"{"state":1}"#).await;
    user.destroy();
    result.is_ok()
}

#[wasm_bindgen_test]
async fn a_web_context_has_options_of_its_own_and_else_those_of_the_page() {
    let refusing = || {
        let refuse =
            Function::new_no_args("return Promise.reject(new DOMException('', 'NotFoundError'))");
        object("mediaDevices", &object("getUserMedia", &refuse))
    };
    let web = |options: JsValue| {
        set(&options, "appId", &"web".into());
        tt_rtc::create_web_room_context(options).expect("a context")
    };
    install(&refusing());
    assert!(!has_camera(web(json("{}"))).await, "the page's");
    let other = object("target", &Object::new());
    install(&other);
    assert!(!has_camera(web(json("{}"))).await, "not those of the last install");
    let devices = get(&get(&js_sys::global(), "navigator"), "mediaDevices");
    assert!(has_camera(web(object("mediaDevices", &devices))).await, "its own");
    install(&json("{}"));
    assert!(has_camera(web(json("{}"))).await, "the browser's");
    assert!(!has_camera(web(refusing())).await, "its own");
}

#[wasm_bindgen_test]
async fn the_connection_is_told_to_those_who_ask() {
    let asking = json(r#"{"target":{},"connectionEvents":true}"#);
    for (tt, expected) in [(platform(), 0), (install(&asking), 3)] {
        let user = User::with("alice", create(&tt, "connection"));
        user.join("connection").await;
        user.exit().await;
        until("the connection", || user.events("connection").len() == expected).await;
        if let Some(first) = user.events("connection").first() {
            let payload = r#"{"errNo":0,"errCode":0,"code":0,"errMsg":"ok","data":{"connection":"connecting"}}"#;
            assert_eq!(text(first), payload, "with the names of older typings");
        }
        user.destroy();
    }
}

#[wasm_bindgen_test]
async fn what_a_browser_does_not_have_fails_in_words() {
    let user = User::new("alice");
    let (number, message) = user.fail("changeAnsMode", r#"{"mode":1}"#).await;
    assert_eq!((number, &*message), (29_013, "changeAnsMode:fail a browser has no such setting"));
    let unlimited = r#"{"maxSolution":{"width":640,"height":360,"maxBitrate":0}}"#;
    user.ok("setVideoEncoderConfig", unlimited).await;
    user.destroy();
}

#[wasm_bindgen_test]
fn a_trace_needs_a_function() {
    assert!(tt_rtc::trace(1.into()).is_err());
    assert!(tt_rtc::trace(JsValue::UNDEFINED).is_ok());
}

#[wasm_bindgen_test]
fn a_context_needs_an_app_id() {
    for (options, expected) in [
        ("null", "params.appId should be string, but got undefined"),
        ("{}", "params.appId should be string, but got undefined"),
        (r#"{"appId":null}"#, "params.appId should be string, but got null"),
        (r#"{"appId":7}"#, "params.appId should be string, but got number"),
        (r#"{"appId":[]}"#, "params.appId should be string, but got array"),
        (r#"{"appId":"a b"}"#, "params.appId should have only letters, digits and @ . _ -"),
    ] {
        let create: Function = get(&platform(), "createRtcRoomContext").unchecked_into();
        let error = create.call1(&JsValue::NULL, &json(options)).expect_err(options);
        let fields = ["errMsg", "errNo", "errorCode", "errorType"].map(|key| get(&error, key));
        let fields = text(&fields.iter().collect::<Array>());
        assert_eq!(fields, format!(r#"["createRtcRoomContext:fail {expected}",20000,115999,"D"]"#));
    }
}

/// Method, options, and the detail of the failure.
const BAD_INPUT: &[(&str, &str, &str)] = &[
    ("joinRtcRoom", "null", "params.roomId should be string, but got undefined"),
    ("joinRtcRoom", "1", "params.roomId should be string, but got undefined"),
    ("joinRtcRoom", "[]", "params.roomId should be string, but got undefined"),
    ("joinRtcRoom", r#"{"roomId":1}"#, "params.roomId should be string, but got number"),
    ("joinRtcRoom", r#"{"roomId":"r"}"#, "params.token should be string, but got undefined"),
    (
        "joinRtcRoom",
        r#"{"roomId":"r","token":"t","userId":7}"#,
        "params.userId should be string, but got number",
    ),
    (
        "joinRtcRoom",
        r#"{"roomId":"","token":"t","userId":"u"}"#,
        "params.roomId should not be empty",
    ),
    (
        "joinRtcRoom",
        r#"{"roomId":"r","token":"t","userId":"a/b"}"#,
        "params.userId should have only letters, digits and @ . _ -",
    ),
    (
        "joinRtcRoom",
        r#"{"roomId":"r","token":"t","userId":"u","roomConfig":"no"}"#,
        "params.roomConfig should be object, but got string",
    ),
    (
        "joinRtcRoom",
        r#"{"roomId":"r","token":"t","userId":"u","roomConfig":{"autoPublish":1}}"#,
        "params.roomConfig.autoPublish should be boolean, but got number",
    ),
    ("exitRtcRoom", "{}", "params.roomId should be string, but got undefined"),
    ("exitRtcRoom", r#"{"roomId":{}}"#, "params.roomId should be string, but got object"),
    ("changeVideoCapture", "{}", "expect params.state to be one of 0, 1, but got undefined"),
    ("changeVideoCapture", r#"{"state":2}"#, "expect params.state to be one of 0, 1, but got 2"),
    ("changeAudioCapture", r#"{"state":"1"}"#, "expect params.state to be one of 0, 1, but got 1"),
    (
        "changeAudioCapture",
        r#"{"state":true}"#,
        "expect params.state to be one of 0, 1, but got true",
    ),
    (
        "changeScreenCapture",
        r#"{"state":null}"#,
        "expect params.state to be one of 0, 1, but got null",
    ),
    (
        "changeStreamPublishState",
        r#"{"state":1}"#,
        r#"expect params.streamType to be one of "audio", "video", "both", but got undefined"#,
    ),
    (
        "changeStreamPublishState",
        r#"{"state":1,"streamType":"xxx"}"#,
        r#"expect params.streamType to be one of "audio", "video", "both", but got xxx"#,
    ),
    (
        "changeStreamSubscribeState",
        r#"{"state":1,"streamType":"both","userId":3}"#,
        "params.userId should be string, but got number",
    ),
    (
        "changeScreenSubscribeState",
        r#"{"streamType":"both","userId":""}"#,
        "params.userId should not be empty",
    ),
    (
        "changeScreenSubscribeState",
        r#"{"state":5,"userId":"u","streamType":"both"}"#,
        "expect params.state to be one of 0, 1, but got 5",
    ),
    (
        "changeUserVisibility",
        r#"{"visible":1}"#,
        "params.visible should be boolean, but got number",
    ),
    (
        "switchCamera",
        r#"{"camera":"xxx"}"#,
        r#"expect params.camera to be one of "back", "front", but got xxx"#,
    ),
    (
        "switchCamera",
        r#"{"camera":{}}"#,
        r#"expect params.camera to be one of "back", "front", but got object"#,
    ),
    ("setVideoEncoderConfig", "{}", "params.maxSolution should be object, but got undefined"),
    (
        "setVideoEncoderConfig",
        r#"{"maxSolution":{"width":"640","height":360}}"#,
        "params.maxSolution.width should be number, but got string",
    ),
    (
        "setVideoEncoderConfig",
        r#"{"maxSolution":{"width":640,"height":0}}"#,
        "params.maxSolution.height should be an integer from 1 to 4096, but got 0",
    ),
    (
        "setVideoEncoderConfig",
        r#"{"maxSolution":{"width":640,"height":360.5}}"#,
        "params.maxSolution.height should be an integer from 1 to 4096, but got 360.5",
    ),
    (
        "setVideoEncoderConfig",
        r#"{"maxSolution":{"width":640,"height":360,"frameRate":61}}"#,
        "params.maxSolution.frameRate should be an integer from 1 to 60, but got 61",
    ),
    (
        "setAudioPlaybackDevice",
        r#"{"device":"bluetooth"}"#,
        r#"expect params.device to be one of "speakerphone", "earpiece", but got bluetooth"#,
    ),
    (
        "setVideoEncoderConfig",
        r#"{"maxSolution":{"width":640,"height":360,"maxBitrate":-2}}"#,
        "params.maxSolution.maxBitrate should be an integer from 0 to 100000, but got -2",
    ),
    ("updateToken", "{}", "params.token should be string, but got undefined"),
];

#[wasm_bindgen_test]
async fn bad_parameters_fail_as_the_platform_words_it() {
    let user = User::new("bad");
    for (method, options, detail) in BAD_INPUT {
        let failure = failure_of(&user, method, options).await;
        let code = if *method == "switchCamera" { 172_299 } else { 115_999 };
        let expected = format!(
            r#"{{"errMsg":{},"errNo":20000,"errorCode":{code},"errorType":"D"}}"#,
            text(&format!("{method}:fail {detail}").into()),
        );
        assert_eq!(text(&failure), expected, "{method} {options}");
    }
    user.destroy();
}

/// Options that can hold no callbacks get none; then the promise is the answer.
async fn failure_of(user: &User, method: &str, options: &str) -> JsValue {
    let options = json(options);
    if options.is_object() {
        return user.call_with(method, &options).await.expect_err(method);
    }
    let promise: Promise = invoke(&user.context, method, &options).unchecked_into();
    let error = JsFuture::from(promise).await.expect_err(method);
    Object::assign(&Object::new(), error.unchecked_ref::<Object>()).into()
}

#[wasm_bindgen_test]
async fn calls_in_the_wrong_state_fail_or_are_harmless() {
    let user = User::new("state");
    user.exit().await;
    let subscribe = r#"{"state":1,"userId":"u","streamType":"both"}"#;
    assert_eq!(user.fail("changeStreamSubscribeState", subscribe).await.0, 29_005);
    assert_eq!(user.fail("changeScreenSubscribeState", subscribe).await.0, 29_005);
    assert_eq!(user.fail("updateToken", r#"{"token":"t"}"#).await.0, 29_005);
    user.ok("changeUserVisibility", r#"{"visible":false}"#).await;
    let publish = r#"{"state":1,"streamType":"audio"}"#;
    assert_eq!(user.fail("changeStreamPublishState", publish).await.0, 29_006);
    user.ok("changeUserVisibility", r#"{"visible":true}"#).await;
    user.join("state").await;
    let again = r#"{"roomId":"elsewhere","userId":"other","token":""}"#;
    assert_eq!(user.fail("joinRtcRoom", again).await.0, 21_100);
    user.exit().await;
    user.exit().await;
    user.destroy();
}

#[wasm_bindgen_test]
async fn a_destroyed_engine_answers_every_call_with_a_failure() {
    let user = User::new("gone");
    // A call that still waits is answered as well.
    let waiting = user.call("joinRtcRoom", r#"{"roomId":"r","userId":"gone","token":""}"#);
    let destroy = async {
        pause(0).await;
        user.destroy();
        user.destroy();
    };
    let (waiting, ()) = futures_util::join!(waiting, destroy);
    drop(waiting);
    for method in METHODS {
        let failure = user.call(method, "{}").await.expect_err(method);
        let detail =
            "engine has been destroyed,please invoke tt.createRtcRoomContext create new engine";
        assert_eq!(
            text(&failure),
            format!(
                r#"{{"errMsg":"{method}:fail {detail}","errNo":29010,"errorCode":115910,"errorType":"D"}}"#
            )
        );
    }
    for not_one in ["null", "1", "{}", r#"{"joinRtcRoom":1}"#] {
        tt_rtc::destroy(json(not_one));
    }
}

#[wasm_bindgen_test]
async fn after_destroy_the_app_id_gets_a_new_engine() {
    let tt = platform();
    let old = create(&tt, "again");
    tt_rtc::destroy(old.clone());
    let new = User::with("new", create(&tt, "again"));
    new.join("again").await;
    new.destroy();
}

/// An object whose `key` throws when it is read.
fn throwing(options: &JsValue, key: &str) -> JsValue {
    let getter = Closure::<dyn Fn() -> Result<JsValue, JsValue>>::new(|| Err("trap".into()));
    let descriptor = object("get", &getter.into_js_value());
    set(&descriptor, "enumerable", &true.into());
    Reflect::define_property(
        options.unchecked_ref::<Object>(),
        &key.into(),
        descriptor.unchecked_ref(),
    )
    .expect("a property");
    options.clone()
}

#[wasm_bindgen_test]
async fn a_getter_that_throws_is_a_parameter_error() {
    let user = User::new("traps");
    let failure = user.call_with("changeVideoCapture", &throwing(&json("{}"), "state")).await;
    let failure = failure.expect_err("a failure");
    assert_eq!(
        get(&failure, "errMsg"),
        JsValue::from("changeVideoCapture:fail params.state could not be read")
    );
    // A callback that cannot be read is none; the call is made all the same.
    let options = throwing(&json(r#"{"visible":false}"#), "complete");
    user.call_with("changeUserVisibility", &options).await.expect("success");
    user.destroy();
}

#[wasm_bindgen_test]
async fn callbacks_come_later_each_once_and_complete_last() {
    let user = User::new("order");
    let order = Array::new();
    let options = json(r#"{"visible":true}"#);
    let note = |name: &'static str| {
        let order = order.clone();
        let callback = Closure::<dyn Fn(JsValue)>::new(move |result: JsValue| {
            order.push(&format!("{name} {}", text(&result)).into());
        });
        callback.into_js_value()
    };
    for name in ["success", "fail", "complete"] {
        set(&options, name, &note(name));
    }
    invoke(&user.context, "changeUserVisibility", &options);
    order.push(&"returned".into());
    let wrong = json(r#"{"visible":0}"#);
    set(&wrong, "complete", &note("second"));
    invoke(&user.context, "changeUserVisibility", &wrong);
    until("both answers", || order.length() >= 4).await;
    pause(50).await;
    let ok = r#"{"errMsg":"changeUserVisibility:ok"}"#;
    let lines: Vec<_> = order.iter().filter_map(|line| line.as_string()).collect();
    assert_eq!(lines[..3], ["returned".into(), format!("success {ok}"), format!("complete {ok}")]);
    assert!(lines[3].starts_with(r#"second {"errMsg":"changeUserVisibility:fail"#), "{lines:?}");
    assert_eq!(lines.len(), 4);
    user.destroy();
}

#[wasm_bindgen_test]
async fn a_callback_that_throws_is_reported_and_harms_nothing() {
    let user = User::new("throws");
    let reported = Array::new();
    let list = reported.clone();
    let listener = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        event.prevent_default();
        event.stop_immediate_propagation();
        list.push(&get(&event, "error"));
    });
    let page: web_sys::EventTarget = js_sys::global().unchecked_into();
    let function: Function = listener.as_ref().clone().unchecked_into();
    page.add_event_listener_with_callback_and_bool("error", &function, true).expect("a listener");
    let overheard = overhear("error");

    let throw =
        || Closure::<dyn Fn() -> Result<(), JsValue>>::new(|| Err("thrown".into())).into_js_value();
    let options = json(r#"{"visible":true}"#);
    set(&options, "success", &throw());
    let completed = Array::new();
    let done = completed.clone();
    let complete = Closure::<dyn Fn()>::new(move || {
        done.push(&1.into());
    });
    set(&options, "complete", &complete.into_js_value());
    invoke(&user.context, "onRtcChatMembersChanged", &throw());
    invoke(&user.context, "changeUserVisibility", &options);
    until("complete", || completed.length() == 1).await;
    user.join("throws").await;
    user.sees("RtcChatMembersChanged", "throws").await;

    until("both reports", || reported.length() == 2).await;
    invoke(&overheard, "stop", &JsValue::UNDEFINED);
    page.remove_event_listener_with_callback_and_bool("error", &function, true).expect("removed");
    assert_eq!(text(&reported), r#"["thrown","thrown"]"#);
    let lines = text(&get(&overheard, "lines"));
    assert!(lines.contains("a callback of changeUserVisibility threw thrown"), "{lines}");
    assert!(lines.contains("a callback of RtcChatMembersChanged threw thrown"), "{lines}");
    user.destroy();
}

#[wasm_bindgen_test]
async fn a_call_without_callbacks_that_fails_says_so_once() {
    let context = create(&platform(), "quiet");
    let overheard = overhear("warn");
    for (method, options) in
        [("changeVideoCapture", r#"{"state":7}"#), ("changeUserVisibility", r#"{"visible":true}"#)]
    {
        assert!(invoke(&context, method, &json(options)).is_undefined(), "no promise");
    }
    let user = User::with("quiet", context);
    user.exit().await;
    invoke(&overheard, "stop", &JsValue::UNDEFINED);
    assert_eq!(
        text(&get(&overheard, "lines")),
        r#"["changeVideoCapture:fail expect params.state to be one of 0, 1, but got 7"]"#
    );
    user.destroy();
}

#[wasm_bindgen_test]
async fn off_removes_one_listener_or_all() {
    let user = User::new("offs");
    let heard = Array::new();
    let listener = |name: &'static str| {
        let heard = heard.clone();
        Closure::<dyn Fn(JsValue)>::new(move |_| {
            heard.push(&name.into());
        })
        .into_js_value()
    };
    let (one, two) = (listener("one"), listener("two"));
    for listener in [&one, &two, &one] {
        invoke(&user.context, "onRtcChatMembersChanged", listener);
    }
    user.join("offs").await;
    until("both once", || text(&heard) == r#"["one","two"]"#).await;
    invoke(&user.context, "offRtcChatMembersChanged", &one);
    user.exit().await;
    user.join("offs").await;
    until("two alone", || text(&heard) == r#"["one","two","two"]"#).await;
    invoke(&user.context, "offRtcChatMembersChanged", &JsValue::UNDEFINED);
    user.exit().await;
    user.join("offs").await;
    user.exit().await;
    assert_eq!(heard.length(), 3);
    user.destroy();
}
