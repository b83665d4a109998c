//! Devices that are refused, missing, lost and found again; with a stand-in for the browser's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{
    User, clear, colour, end, get, hear, invoke, is_mirrored, is_playing, is_shown, json,
    last_sink, object, pause_all, playing, room, see, set, show_page, stand_in, text, until, watch,
};
use std::sync::Once;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const ON: &str = r#"{"state":1}"#;
const OFF: &str = r#"{"state":0}"#;

/// A stand-in, for the engines made from here on.
fn begin() -> JsValue {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(watch);
    clear();
    let devices = stand_in();
    tt_rtc::install(object("mediaDevices", &devices)).expect("install");
    devices
}

fn open(devices: &JsValue) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let count = invoke(devices, "open", &JsValue::UNDEFINED).as_f64().expect("a number") as u32;
    count
}

#[wasm_bindgen_test]
async fn a_refusal_and_its_like_have_their_numbers() {
    let devices = begin();
    let user = User::new("alice");
    for (error, number, code, detail) in [
        ("NotAllowedError", 10_200, 115_990, "auth deny"),
        ("SecurityError", 10_200, 115_990, "auth deny"),
        ("NotFoundError", 29_001, 929_001, "no camera found"),
        ("OverconstrainedError", 29_001, 929_001, "no camera found"),
        ("NotReadableError", 29_002, 929_002, "camera is used by another program"),
        ("AbortError", 29_002, 929_002, "camera is used by another program"),
        ("TypeError", 29_004, 929_004, "camera cannot be started"),
    ] {
        set(&devices, "refuse", &error.into());
        let failure = user.call("changeVideoCapture", ON).await.expect_err(error);
        assert_eq!(get(&failure, "errNo"), JsValue::from(number), "{error}");
        assert_eq!(get(&failure, "errorCode"), JsValue::from(code), "{error}");
        let message = format!("changeVideoCapture:fail {detail}");
        assert_eq!(get(&failure, "errMsg"), JsValue::from(message), "{error}");
    }
    set(&devices, "refuse", &"NotAllowedError".into());
    assert_eq!(user.fail("changeAudioCapture", ON).await.0, 10_200);
    assert_eq!(user.fail("changeScreenCapture", ON).await.0, 10_200);
    set(&devices, "refuse", &JsValue::UNDEFINED);
    user.ok("changeVideoCapture", ON).await;
    end(&[&user]).await;
    assert_eq!(open(&devices), 0);
}

#[wasm_bindgen_test]
async fn who_is_refused_can_join_all_the_same() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    set(&devices, "refuse", &"NotAllowedError".into());
    assert_eq!(alice.fail("changeVideoCapture", ON).await.0, 10_200);
    set(&devices, "refuse", &JsValue::UNDEFINED);
    bob.capture().await;
    alice.join("refused").await;
    bob.join("refused").await;
    see(&room("video", "bob")).await;
    assert_eq!(alice.list("RtcVideoMembersChanged"), "bob");
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn an_insecure_page_has_no_devices_and_says_so() {
    clear();
    tt_rtc::install(JsValue::UNDEFINED).expect("install");
    let navigator = get(&js_sys::global(), "navigator");
    let hidden = object("value", &JsValue::UNDEFINED);
    set(&hidden, "configurable", &true.into());
    js_sys::Reflect::define_property::<JsValue>(
        navigator.unchecked_ref(),
        &"mediaDevices".into(),
        hidden.unchecked_ref(),
    )
    .expect("hidden");
    let user = User::new("alice");
    let (number, message) = user.fail("changeVideoCapture", ON).await;
    js_sys::Reflect::delete_property::<JsValue>(navigator.unchecked_ref(), &"mediaDevices".into())
        .expect("back again");
    assert_eq!(number, 29_003);
    assert_eq!(message, "changeVideoCapture:fail no camera: the page needs https or localhost");
    user.destroy();
}

#[wasm_bindgen_test]
async fn stopping_releases_the_device() {
    let devices = begin();
    let user = User::new("alice");
    user.capture().await;
    user.ok("changeScreenCapture", ON).await;
    assert_eq!(open(&devices), 4);
    user.ok("changeVideoCapture", OFF).await;
    user.ok("changeAudioCapture", OFF).await;
    assert_eq!(open(&devices), 2);
    user.ok("changeScreenCapture", OFF).await;
    assert_eq!(open(&devices), 0);
    // As often as wanted, on top of each other, and for nothing.
    for state in [ON, ON, OFF, OFF, ON] {
        user.ok("changeVideoCapture", state).await;
    }
    assert_eq!(open(&devices), 1);
    user.destroy();
    assert_eq!(open(&devices), 0);
}

#[wasm_bindgen_test]
async fn an_engine_destroyed_while_a_device_starts_leaves_it_off() {
    let devices = begin();
    let user = User::new("alice");
    set(&devices, "prompt", &true.into());
    let start = user.call("changeVideoCapture", ON);
    let destroy = async {
        until("the prompt", || asked(&devices) == 1).await;
        user.destroy();
        set(&devices, "prompt", &JsValue::UNDEFINED);
    };
    let (started, ()) = futures_util::join!(start, destroy);
    assert!(started.is_err());
    until("the camera is off", || open(&devices) == 0).await;
    assert_eq!(text(&get(&devices, "asked")), r#"["video"]"#);
}

/// Turns on camera and microphone in one task. Returns what the page is told of each: an `errNo`, or
/// 0 for success.
async fn turn_on_both(user: &User) -> [u32; 2] {
    let number = |result: Result<JsValue, JsValue>| match result {
        Ok(_) => 0,
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Err(failure) => get(&failure, "errNo").as_f64().expect("a number") as u32,
    };
    let (camera, microphone) = futures_util::join!(
        user.call("changeVideoCapture", ON),
        user.call("changeAudioCapture", ON)
    );
    [number(camera), number(microphone)]
}

/// How often the browser was asked, and so the user.
fn calls(devices: &JsValue) -> Option<f64> {
    get(devices, "calls").as_f64()
}

#[wasm_bindgen_test]
async fn camera_and_microphone_turned_on_at_once_are_one_prompt() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    assert_eq!(turn_on_both(&alice).await, [0, 0]);
    assert_eq!((calls(&devices), open(&devices)), (Some(1.0), 2));
    alice.join("together").await;
    bob.join("together").await;
    see(&room("video", "alice")).await;
    hear().await;
    // Each is turned off alone.
    alice.ok("changeVideoCapture", OFF).await;
    assert_eq!(open(&devices), 1);
    bob.sees("RtcChatSpeakersChanged", "alice").await;
    bob.sees("RtcVideoMembersChanged", "").await;
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn of_camera_and_microphone_turned_on_at_once_one_fails_alone() {
    let devices = begin();
    let user = User::new("alice");
    let both = |state: &str| format!(r#"{{"camera":"{state}","microphone":"{state}"}}"#);
    let blocked = r#"{"camera":"denied","microphone":"prompt"}"#.to_owned();
    for (kind, error, permissions, told) in [
        // No camera. A microphone that another program uses.
        ("video", "NotFoundError", both("prompt"), [29_001, 0]),
        ("audio", "NotReadableError", both("granted"), [0, 29_002]),
        // Blocked in the settings. Refused by the system. The browser does not tell.
        ("video", "NotAllowedError", blocked, [10_200, 0]),
        ("audio", "NotAllowedError", both("granted"), [0, 10_200]),
        ("video", "NotAllowedError", both("unknown"), [10_200, 0]),
    ] {
        set(&devices, "calls", &0.into());
        set(&devices, "refuse", &object(kind, &error.into()));
        set(&devices, "permission", &json(&permissions));
        assert_eq!(turn_on_both(&user).await, told, "{kind}: {error}, {permissions}");
        assert_eq!(calls(&devices), Some(3.0), "{kind}: {error}, {permissions}");
        assert_eq!(open(&devices), 1);
        user.ok("changeVideoCapture", OFF).await;
        user.ok("changeAudioCapture", OFF).await;
    }
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn who_refuses_camera_and_microphone_at_once_is_not_asked_again() {
    let devices = begin();
    let user = User::new("alice");
    set(&devices, "refuse", &"NotAllowedError".into());
    for permission in ["prompt", "denied"] {
        set(&devices, "calls", &0.into());
        set(&devices, "permission", &permission.into());
        assert_eq!(turn_on_both(&user).await, [10_200, 10_200]);
        assert_eq!(calls(&devices), Some(1.0), "{permission}");
    }
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn a_lost_device_is_told_and_comes_back_by_itself() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    for user in [&alice, &bob] {
        user.capture().await;
        user.join("lost").await;
    }
    let (shown, preview) = (room("video", "alice"), room("camera", "alice"));
    see(&shown).await;
    for (kind, list, number) in
        [("video", "RtcVideoMembersChanged", 21_105), ("audio", "RtcChatSpeakersChanged", 21_106)]
    {
        invoke(&devices, "unplug", &kind.into());
        for user in [&alice, &bob] {
            user.sees(list, "").await;
            let last = || user.events("RtcStateChanged").pop().unwrap_or_default();
            until("its state event", || last().is_object() && get(&last(), "errNo") == number)
                .await;
            let event = last();
            assert_eq!(text(&get(&event, "data")), "{}");
        }
        if kind == "video" {
            until("no picture", || !is_shown(&shown) && !is_shown(&preview)).await;
        }
        invoke(&devices, "plugIn", &JsValue::UNDEFINED);
        for user in [&alice, &bob] {
            user.sees(list, "alice bob").await;
        }
    }
    see(&shown).await;
    see(&preview).await;
    hear().await;
    end(&[&alice, &bob]).await;
    assert_eq!(open(&devices), 0);
}

/// How often a device was asked for.
fn asked(devices: &JsValue) -> u32 {
    js_sys::Array::from(&get(devices, "asked")).length()
}

#[wasm_bindgen_test]
async fn a_device_that_ends_is_replaced_by_another_one_and_the_page_is_told_nothing() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.capture().await;
    alice.join("replaced").await;
    bob.join("replaced").await;
    let (shown, preview) = (room("video", "alice"), room("camera", "alice"));
    see(&shown).await;
    bob.sees("RtcChatSpeakersChanged", "alice").await;
    let lists = bob.events("RtcVideoMembersChanged").len();
    for kind in ["audio", "video"] {
        let before = asked(&devices);
        invoke(&devices, "end", &kind.into());
        until("another one", || asked(&devices) > before && open(&devices) == 2).await;
    }
    see(&shown).await;
    see(&preview).await;
    hear().await;
    assert_eq!(bob.events("RtcVideoMembersChanged").len(), lists);
    assert_eq!(bob.list("RtcChatSpeakersChanged"), "alice");
    assert!(alice.events("RtcStateChanged").is_empty());
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn what_the_browsers_button_stopped_stays_stopped_until_the_page_calls() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.capture().await;
    alice.join("button").await;
    bob.join("button").await;
    bob.sees("RtcChatSpeakersChanged", "alice").await;
    set(&devices, "permission", &"prompt".into());
    let before = asked(&devices);
    invoke(&devices, "end", &"audio".into());
    bob.sees("RtcChatSpeakersChanged", "").await;
    until("its event", || !alice.events("RtcStateChanged").is_empty()).await;
    assert_eq!(get(&alice.events("RtcStateChanged")[0], "errNo"), 21_106);
    // Nor when it might be had again: the camera, which ends with the permission, is.
    set(&devices, "permission", &"granted".into());
    invoke(&devices, "end", &"video".into());
    until("the camera", || asked(&devices) > before).await;
    assert_eq!(text(&get(&devices, "asked")), r#"["video","audio","video"]"#);
    alice.ok("changeAudioCapture", ON).await;
    bob.sees("RtcChatSpeakersChanged", "alice").await;
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn a_device_is_turned_off_while_the_prompt_is_open() {
    let devices = begin();
    let user = User::new("alice");
    set(&devices, "prompt", &true.into());
    let (started, ()) = futures_util::join!(user.call("changeVideoCapture", ON), async {
        user.ok("changeVideoCapture", OFF).await;
        set(&devices, "prompt", &JsValue::UNDEFINED);
    });
    started.expect("the user accepted");
    until("the camera is off", || open(&devices) == 0).await;
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn a_muted_microphone_is_in_no_list_and_is_opened_again_when_the_page_is_back() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.capture().await;
    alice.join("muted").await;
    bob.join("muted").await;
    bob.sees("RtcChatSpeakersChanged", "alice").await;
    invoke(&devices, "mute", &"audio".into());
    bob.sees("RtcChatSpeakersChanged", "").await;
    invoke(&devices, "unmute", &"audio".into());
    bob.sees("RtcChatSpeakersChanged", "alice").await;
    invoke(&devices, "mute", &"audio".into());
    bob.sees("RtcChatSpeakersChanged", "").await;
    let before = asked(&devices);
    show_page(true);
    bob.sees("RtcChatSpeakersChanged", "alice").await;
    assert_eq!((asked(&devices), open(&devices)), (before + 1, 2));
    hear().await;
    assert!(alice.events("RtcStateChanged").is_empty());
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn what_the_browser_pauses_plays_again_once_the_page_is_visible() {
    begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.capture().await;
    alice.join("paused").await;
    bob.join("paused").await;
    let (shown, preview) = (room("video", "alice"), room("camera", "alice"));
    see(&shown).await;
    see(&preview).await;
    let all_play = || playing() == 1 && is_playing(&shown) && is_playing(&preview);
    until("all play", all_play).await;
    pause_all().await;
    until("all play again", all_play).await;
    show_page(false);
    pause_all().await;
    assert!(!is_playing(&shown) && playing() == 0, "nobody is there");
    show_page(true);
    until("all play again", all_play).await;
    see(&shown).await;
    hear().await;
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn audio_is_routed_where_there_are_a_loudspeaker_and_an_earpiece_and_no_headset() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.capture().await;
    alice.join("output").await;
    bob.join("output").await;
    see(&room("video", "alice")).await;
    hear().await;
    let outputs = |labels| {
        set(&devices, "outputs", &json(labels));
        invoke(&devices, "plugIn", &JsValue::UNDEFINED);
    };
    let choose = async |device: &str| {
        bob.ok("setAudioPlaybackDevice", &format!(r#"{{"device":"{device}"}}"#)).await;
    };
    let routed = async |to: &str| until(to, || last_sink() == to).await;
    outputs(r#"["Speakerphone", "Headset earpiece"]"#);
    choose("earpiece").await;
    routed("Headset earpiece").await;
    choose("speakerphone").await;
    routed("Speakerphone").await;
    // Whatever comes and goes meanwhile, and however long each takes, the last state counts.
    choose("earpiece").await;
    outputs(r#"["Speakerphone", "Headset earpiece", "Bluetooth headset"]"#);
    routed("default").await;
    outputs(r#"["Speakerphone", "Headset earpiece"]"#);
    routed("Headset earpiece").await;
    // No phone: there is nothing to choose from.
    outputs(r#"["Speakers (Realtek)", "Headphones (USB)"]"#);
    routed("default").await;
    choose("speakerphone").await;
    choose("earpiece").await;
    outputs(r#"["Speakers (Realtek)"]"#);
    hear().await;
    routed("default").await;
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn the_audio_session_plays_and_records_while_the_microphone_runs() {
    let devices = begin();
    let navigator = get(&js_sys::global(), "navigator");
    let session = object("type", &"auto".into());
    set(&navigator, "audioSession", &session);
    let (user, other) = (User::new("alice"), User::new("bob"));
    let kind = || get(&session, "type").as_string().expect("a type");
    user.ok("changeVideoCapture", ON).await;
    assert_eq!(kind(), "auto");
    user.ok("changeAudioCapture", ON).await;
    assert_eq!(kind(), "play-and-record");
    other.ok("changeAudioCapture", ON).await;
    user.ok("changeAudioCapture", OFF).await;
    assert_eq!(kind(), "play-and-record", "another context still records");
    other.ok("changeAudioCapture", OFF).await;
    assert_eq!(kind(), "auto");
    for context in [&user, &other] {
        context.ok("changeAudioCapture", ON).await;
    }
    other.destroy();
    assert_eq!(kind(), "play-and-record");
    user.ok("changeAudioCapture", OFF).await;
    assert_eq!(kind(), "auto");
    set(&devices, "refuse", &"NotAllowedError".into());
    user.fail("changeAudioCapture", ON).await;
    assert_eq!(kind(), "auto");
    js_sys::Reflect::delete_property::<JsValue>(navigator.unchecked_ref(), &"audioSession".into())
        .expect("as it was");
    end(&[&user]).await;
}

#[wasm_bindgen_test]
async fn a_screen_is_captured_at_1080p_and_15_frames_at_most_as_text() {
    let devices = begin();
    let alice = User::new("alice");
    alice.ok("changeScreenCapture", ON).await;
    let video = get(&get(&devices, "screen"), "video");
    let limits = r#"{"width":{"max":1920},"height":{"max":1080},"frameRate":{"max":15}}"#;
    assert_eq!(text(&video), limits);
    let hints = invoke(&devices, "hints", &JsValue::UNDEFINED);
    assert_eq!(text(&hints), r#"["detail"]"#);
    end(&[&alice]).await;
}

#[wasm_bindgen_test]
async fn a_phone_with_one_camera_at_a_time_switches_and_goes_back_if_it_must() {
    let devices = begin();
    set(&devices, "oneCamera", &true.into());
    let alice = User::new("alice");
    alice.ok("changeVideoCapture", ON).await;
    let preview = room("camera", "alice");
    until("the front camera", || colour(&preview) == "red" && is_mirrored(&preview)).await;
    alice.ok("switchCamera", r#"{"camera":"back"}"#).await;
    until("the back camera", || colour(&preview) == "blue" && !is_mirrored(&preview)).await;
    assert_eq!(open(&devices), 1);
    set(&devices, "failing", &"first".into());
    let (number, _) = alice.fail("switchCamera", r#"{"camera":"front"}"#).await;
    assert_eq!(number, 29_002);
    until("the back camera", || colour(&preview) == "blue" && !is_mirrored(&preview)).await;
    see(&preview).await;
    assert_eq!(open(&devices), 1);
    set(&devices, "failing", &JsValue::UNDEFINED);
    alice.ok("switchCamera", r#"{"camera":"front"}"#).await;
    until("the front camera", || colour(&preview) == "red").await;
    end(&[&alice]).await;
}

#[wasm_bindgen_test]
async fn a_camera_that_is_off_is_chosen_for_the_next_start() {
    begin();
    let alice = User::new("alice");
    alice.ok("switchCamera", r#"{"camera":"back"}"#).await;
    alice.ok("changeVideoCapture", ON).await;
    let preview = room("camera", "alice");
    until("the back camera", || colour(&preview) == "blue").await;
    end(&[&alice]).await;
}

#[wasm_bindgen_test]
async fn sharing_that_is_ended_in_the_browser_ends() {
    let devices = begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.join("ended").await;
    bob.join("ended").await;
    bob.ok("changeScreenCapture", ON).await;
    let shown = room("screen", "bob");
    until("the screen", || colour(&shown) == "green").await;
    invoke(&devices, "unplug", &"video".into());
    alice.sees("RtcPublishScreenMembersChanged", "").await;
    until("no picture", || !is_shown(&shown)).await;
    assert!(bob.events("RtcStateChanged").is_empty());
    until("its sound ends, too", || open(&devices) == 0).await;
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn a_stand_in_may_call_the_api_while_it_is_asked_for_a_device() {
    begin();
    let devices = stand_in();
    let user = User::new("nested");
    let context = user.context.clone();
    let original: js_sys::Function = get(&devices, "getUserMedia").dyn_into().expect("a function");
    let this = devices.clone();
    let nested = wasm_bindgen::prelude::Closure::<dyn Fn(JsValue) -> JsValue>::new(
        move |constraints: JsValue| {
            invoke(&context, "changeUserVisibility", &json(r#"{"visible":true}"#));
            original.call1(&this, &constraints).expect("a promise")
        },
    );
    set(&devices, "getUserMedia", &nested.into_js_value());
    tt_rtc::install(object("mediaDevices", &devices)).expect("install");
    let capturing = User::new("capturing");
    capturing.capture().await;
    user.join("nested").await;
    end(&[&user, &capturing]).await;
}

/// The size of a picture as it is shown.
fn size(room: &JsValue) -> (f64, f64) {
    let video = get(&get(room, "shadowRoot"), "lastChild");
    let side = |key| get(&video, key).as_f64().unwrap_or_default();
    (side("videoWidth"), side("videoHeight"))
}

#[wasm_bindgen_test]
async fn a_limit_of_the_encoder_makes_what_is_sent_smaller_and_cuts_nothing_off() {
    let devices = begin();
    set(&devices, "sides", &json("[360, 480]"));
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    let (own, seen) = (room("camera", "alice"), room("video", "alice"));
    alice.ok("changeVideoCapture", ON).await;
    alice.join("upright").await;
    bob.join("upright").await;
    see(&seen).await;
    until("the whole picture", || size(&seen) == (360.0, 480.0)).await;
    let limit = r#"{"maxSolution":{"width":320,"height":240,"frameRate":15}}"#;
    alice.ok("setVideoEncoderConfig", limit).await;
    until("a smaller picture", || size(&seen) == (240.0, 320.0)).await;
    assert_eq!(size(&own), (360.0, 480.0), "one's own");
    end(&[&alice, &bob]).await;
}
