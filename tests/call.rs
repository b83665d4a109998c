//! Calls between two participants in one page, over real peer connections: decoded frames and
//! audible sound, lists, and what the browser is, and is not, asked for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{
    User, end, fingerprints, frames, get, hear, is_shown, negotiations, open_connections, pixels,
    playing, receive, reset_negotiations, room, see, sending, text, until, watch,
};
use js_sys::{Array, Object};
use std::sync::Once;
use tt_rtc_room::token::{AccessToken, Privilege};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const KEYED: &str = "123456781234567812345678";

fn begin() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        watch();
        let keys = common::object(KEYED, &"app key".into());
        let options = common::object("appKeys", &keys);
        tt_rtc::install(options).expect("install");
    });
    common::clear();
    reset_negotiations();
}

/// Alice and Bob, capturing, in a room.
async fn pair(room: &str) -> (User, User) {
    begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    for user in [&alice, &bob] {
        user.capture().await;
        user.join(room).await;
    }
    alice.sees("RtcChatMembersChanged", "alice bob").await;
    (alice, bob)
}

/// Waits until both are seen and heard by the other.
async fn meet() -> (JsValue, JsValue) {
    let rooms = (room("video", "alice"), room("video", "bob"));
    see(&rooms.0).await;
    see(&rooms.1).await;
    hear().await;
    rooms
}

#[wasm_bindgen_test]
async fn two_people_see_and_hear_each_other() {
    let (alice, bob) = pair("two").await;
    meet().await;
    assert_eq!((playing(), open_connections()), (2, 2));
    assert_eq!(fingerprints(), 1, "one certificate for all connections");
    for user in [&alice, &bob] {
        for event in ["RtcChatMembersChanged", "RtcVideoMembersChanged", "RtcChatSpeakersChanged"] {
            user.sees(event, "alice bob").await;
            let payload = text(user.events(event).last().expect("a payload"));
            assert_eq!(payload, r#"{"userIdList":["alice","bob"],"errCode":0,"errMsg":"ok"}"#);
        }
    }
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn a_tool_can_look_at_the_connections_of_a_context() {
    let (alice, bob) = pair("tools").await;
    meet().await;
    let [to_bob] = &Array::from(&tt_rtc::connections(alice.context.clone())).to_vec()[..] else {
        panic!("alice has one connection");
    };
    assert_eq!(get(to_bob, "userId"), "bob");
    assert_eq!(get(&get(to_bob, "connection"), "connectionState"), "connected");
    let carried = Object::keys(get(to_bob, "transceivers").unchecked_ref::<Object>());
    assert_eq!(text(&carried), r#"["microphone","camera"]"#);
    alice.exit().await;
    assert_eq!(text(&tt_rtc::connections(alice.context.clone())), "[]");
    assert_eq!(text(&tt_rtc::connections("no context".into())), "[]");
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn muting_and_unmuting_negotiates_nothing_and_the_lists_follow() {
    let (alice, bob) = pair("mute").await;
    let (_, shown) = meet().await;
    let before = negotiations();
    assert_eq!(before, 4, "one offer and one answer, on both sides");

    bob.ok("changeVideoCapture", r#"{"state":0}"#).await;
    alice.sees("RtcVideoMembersChanged", "alice").await;
    until("the picture is cleared", || !is_shown(&shown)).await;
    until("nothing is sent", || sending("video") == 1).await;
    bob.ok("changeVideoCapture", r#"{"state":1}"#).await;
    alice.sees("RtcVideoMembersChanged", "alice bob").await;
    see(&shown).await;

    bob.ok("changeAudioCapture", r#"{"state":0}"#).await;
    alice.sees("RtcChatSpeakersChanged", "alice").await;
    until("nothing is sent", || sending("audio") == 1).await;
    bob.ok("changeAudioCapture", r#"{"state":1}"#).await;
    alice.sees("RtcChatSpeakersChanged", "alice bob").await;
    hear().await;

    alice.ok("changeStreamPublishState", r#"{"state":0,"streamType":"both"}"#).await;
    bob.sees("RtcVideoMembersChanged", "bob").await;
    bob.sees("RtcChatSpeakersChanged", "bob").await;
    alice.ok("changeStreamPublishState", r#"{"state":1,"streamType":"both"}"#).await;
    bob.sees("RtcVideoMembersChanged", "alice bob").await;
    bob.sees("RtcChatSpeakersChanged", "alice bob").await;

    bob.ok("changeStreamSubscribeState", r#"{"state":0,"userId":"alice","streamType":"both"}"#)
        .await;
    until("alice sends no more", || sending("video") + sending("audio") == 2).await;
    assert_eq!(bob.list("RtcVideoMembersChanged"), "alice bob");
    bob.ok("changeStreamSubscribeState", r#"{"state":1,"userId":"alice","streamType":"both"}"#)
        .await;
    until("alice sends again", || sending("video") + sending("audio") == 4).await;
    meet().await;
    assert_eq!(negotiations(), before);
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn who_joins_without_devices_can_start_them_later_without_negotiation() {
    begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.join("later").await;
    bob.join("later").await;
    alice.sees("RtcChatMembersChanged", "alice bob").await;
    until("a connection", || negotiations() == 4).await;
    let before = negotiations();
    alice.capture().await;
    bob.capture().await;
    meet().await;
    assert_eq!(negotiations(), before);
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn the_camera_is_switched_without_negotiation() {
    let (alice, bob) = pair("switch").await;
    let (shown, _) = meet().await;
    let before = negotiations();
    let picture = pixels(&shown);
    for camera in ["back", "front", "front"] {
        alice.ok("switchCamera", &format!(r#"{{"camera":"{camera}"}}"#)).await;
        receive(&shown).await;
    }
    assert_ne!(pixels(&shown), picture);
    let config = r#"{"maxSolution":{"width":320,"height":180,"frameRate":10}}"#;
    alice.ok("setVideoEncoderConfig", config).await;
    let video = get(&get(&shown, "shadowRoot"), "lastChild");
    until("a smaller picture", || get(&video, "videoWidth").as_f64() <= Some(320.0)).await;
    assert_eq!(negotiations(), before);
    assert_eq!(bob.events("RtcVideoMembersChanged").len(), 1, "nobody was told otherwise");
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn a_screen_is_seen_and_heard_whatever_the_order() {
    let (alice, bob) = pair("screen").await;
    let early = room("screen", "bob");
    meet().await;
    assert!(!is_shown(&early));
    bob.ok("changeScreenCapture", r#"{"state":1}"#).await;
    alice.sees("RtcPublishScreenMembersChanged", "bob").await;
    see(&early).await;
    let late = room("screen", "bob");
    see(&late).await;
    // The lines that Bob's screen brought serve Alice's.
    alice.ok("changeScreenCapture", r#"{"state":1}"#).await;
    bob.sees("RtcPublishScreenMembersChanged", "alice bob").await;
    see(&room("screen", "alice")).await;
    alice
        .ok("changeScreenSubscribeState", r#"{"state":0,"userId":"bob","streamType":"video"}"#)
        .await;
    until("not shown", || !is_shown(&early)).await;
    alice
        .ok("changeScreenSubscribeState", r#"{"state":1,"userId":"bob","streamType":"video"}"#)
        .await;
    see(&early).await;
    bob.ok("changeScreenCapture", r#"{"state":0}"#).await;
    alice.sees("RtcPublishScreenMembersChanged", "alice").await;
    until("not shown", || !is_shown(&early)).await;
    end(&[&alice, &bob]).await;
}

/// As soon as there is a picture, and more than once: a negotiation that goes wrong may cost one of
/// the pictures that were there before, and does so now and then only.
#[wasm_bindgen_test]
async fn two_screens_shared_at_the_same_moment_are_both_seen() {
    for _ in 0..5 {
        let (alice, bob) = pair("glare").await;
        let cameras = (room("video", "alice"), room("video", "bob"));
        receive(&cameras.0).await;
        receive(&cameras.1).await;
        let on = r#"{"state":1}"#;
        let both = futures_util::join!(
            alice.call("changeScreenCapture", on),
            bob.call("changeScreenCapture", on)
        );
        assert!(both.0.is_ok() && both.1.is_ok());
        see(&room("screen", "alice")).await;
        see(&room("screen", "bob")).await;
        see(&cameras.0).await;
        see(&cameras.1).await;
        hear().await;
        end(&[&alice, &bob]).await;
    }
}

#[wasm_bindgen_test]
async fn leaving_frees_everything_and_one_can_join_again() {
    let (alice, bob) = pair("leave").await;
    for _ in 0..3 {
        let (_, shown) = meet().await;
        bob.exit().await;
        alice.sees("RtcChatMembersChanged", "alice").await;
        until("closed", || open_connections() == 0).await;
        assert_eq!(playing(), 0);
        assert!(!is_shown(&shown));
        // Capture goes on.
        let preview = room("camera", "bob");
        see(&preview).await;
        bob.join("leave").await;
        alice.sees("RtcChatMembersChanged", "alice bob").await;
    }
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn an_invisible_user_sees_and_is_not_seen() {
    begin();
    let (alice, ghost) = (User::new("alice"), User::new("ghost"));
    let hidden = room("video", "ghost");
    alice.capture().await;
    alice.join("ghost").await;
    ghost.ok("changeUserVisibility", r#"{"visible":false}"#).await;
    ghost.capture().await;
    ghost.join("ghost").await;
    see(&room("video", "alice")).await;
    assert_eq!(alice.list("RtcChatMembersChanged"), "alice");
    assert!(!is_shown(&hidden), "what is sent to one is not sent by it");
    ghost.ok("changeUserVisibility", r#"{"visible":true}"#).await;
    alice.sees("RtcVideoMembersChanged", "alice ghost").await;
    see(&hidden).await;
    end(&[&alice, &ghost]).await;
}

#[wasm_bindgen_test]
async fn nothing_flows_before_it_is_asked_for_when_nothing_is_automatic() {
    begin();
    let (alice, bob) = (User::new("alice"), User::new("bob"));
    alice.capture().await;
    bob.capture().await;
    let config = r#""roomConfig":{"autoPublish":false,"autoSubscribe":false}"#;
    for user in [&alice, &bob] {
        let options =
            format!(r#"{{"roomId":"manual","userId":"{}","token":"",{config}}}"#, user.name);
        user.ok("joinRtcRoom", &options).await;
    }
    alice.sees("RtcChatMembersChanged", "alice bob").await;
    // The list of members came from the message that would have named the publishers, too.
    assert_eq!(alice.list("RtcVideoMembersChanged"), "-");
    for user in [&alice, &bob] {
        user.ok("changeStreamPublishState", r#"{"state":1,"streamType":"video"}"#).await;
    }
    alice.sees("RtcVideoMembersChanged", "alice bob").await;
    assert_eq!(alice.list("RtcChatSpeakersChanged"), "-");
    let of_bob = room("video", "bob");
    bob.ok("changeStreamSubscribeState", r#"{"state":1,"userId":"alice","streamType":"video"}"#)
        .await;
    see(&room("video", "alice")).await;
    assert!(!is_shown(&of_bob), "bob's goes the same way and was not asked for");
    assert_eq!(sending("video"), 1);
    alice
        .ok("changeStreamSubscribeState", r#"{"state":1,"userId":"bob","streamType":"video"}"#)
        .await;
    see(&of_bob).await;
    assert_eq!((sending("video"), sending("audio")), (2, 0));
    end(&[&alice, &bob]).await;
}

#[wasm_bindgen_test]
async fn a_second_login_ends_the_first_one() {
    begin();
    let (first, second, other) = (User::new("alice"), User::new("alice"), User::new("bob"));
    other.join("twice").await;
    first.join("twice").await;
    other.sees("RtcChatMembersChanged", "bob alice").await;
    second.join("twice").await;
    until("the first is told", || first.events("RtcChatInterrupted").len() == 1).await;
    let payload = text(&first.events("RtcChatInterrupted")[0]);
    assert_eq!(
        payload,
        r#"{"errNo":-1004,"errCode":-1004,"errMsg":"the user joined the room elsewhere"}"#
    );
    second.sees("RtcChatMembersChanged", "bob alice").await;
    // The first one is free to go elsewhere.
    first.join("elsewhere").await;
    end(&[&first, &second, &other]).await;
}

fn token(room: &str, user: &str, key: &str, expire_at: u32) -> String {
    let mut token = AccessToken {
        app: KEYED.into(),
        room: room.into(),
        user: user.into(),
        nonce: 7,
        issued_at: 1_700_000_000,
        expire_at,
        privileges: Vec::new(),
    };
    token.grant(Privilege::PublishStream, 0);
    token.sign(key).expect("a token")
}

#[wasm_bindgen_test]
async fn an_app_with_a_key_needs_a_token() {
    begin();
    let options = common::object("appId", &KEYED.into());
    let user = User::with("alice", tt_rtc::create_web_room_context(options).expect("a context"));
    let join = |token: &str| format!(r#"{{"roomId":"locked","userId":"alice","token":"{token}"}}"#);
    for wrong in [
        "".to_owned(),
        "nonsense".to_owned(),
        token("locked", "alice", "another key", 0),
        token("open", "alice", "app key", 0),
        token("locked", "bob", "app key", 0),
        token("locked", "alice", "app key", 1_700_000_001),
    ] {
        let (number, message) = user.fail("joinRtcRoom", &join(&wrong)).await;
        assert_eq!((number, &*message), (21_101, "joinRtcRoom:fail invalid token"), "{wrong}");
    }
    user.ok("joinRtcRoom", &join(&token("locked", "alice", "app key", 0))).await;
    assert_eq!(user.fail("updateToken", r#"{"token":"nonsense"}"#).await.0, 21_101);
    let fresh = token("locked", "alice", "app key", 0);
    user.ok("updateToken", &format!(r#"{{"token":"{fresh}"}}"#)).await;
    user.destroy();
}

#[wasm_bindgen_test]
async fn ten_joins_leave_no_connection_behind() {
    let (alice, bob) = pair("often").await;
    for _ in 0..10 {
        bob.exit().await;
        bob.join("often").await;
        alice.sees("RtcChatMembersChanged", "alice bob").await;
    }
    let (_, shown) = meet().await;
    assert_eq!(open_connections(), 2);
    assert!(frames(&shown) > 0);
    end(&[&alice, &bob]).await;
}
