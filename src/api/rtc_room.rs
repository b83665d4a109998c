//! `<rtc-room>`: the video of one user.
//!
//! An element names a user and a mode. What it shows is looked up whenever that may have changed, in
//! the element or in an engine, so that it does not matter in which order things happen.

use std::cell::RefCell;

use tt_rtc_room::error::tile;
use tt_rtc_room::id::UserId;
use tt_rtc_room::media::{Facing, Source};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlMediaElement, MediaStream};

use super::context::{Tiles, engines};
use crate::js;
use crate::platform::playback;

#[wasm_bindgen(module = "/src/api/rtc_room.js")]
extern "C" {
    #[wasm_bindgen(js_name = define, catch)]
    fn define_element(changed: &JsValue) -> Result<(), JsValue>;

    fn owns(room: &RtcRoom, claim: u32) -> bool;

    /// The class of the element.
    #[wasm_bindgen(extends = web_sys::HtmlElement)]
    #[derive(Clone, PartialEq)]
    type RtcRoom;

    #[wasm_bindgen(method, getter, js_name = userId)]
    fn user_id(this: &RtcRoom) -> String;

    #[wasm_bindgen(method, getter)]
    fn mode(this: &RtcRoom) -> String;

    #[wasm_bindgen(method, getter)]
    fn video(this: &RtcRoom) -> HtmlMediaElement;

    #[wasm_bindgen(method)]
    fn mirror(this: &RtcRoom, on: bool);

    #[wasm_bindgen(method)]
    fn fail(this: &RtcRoom, number: i32, message: &str);
}

/// What contexts tell the elements.
pub(crate) const TILES: Tiles =
    Tiles { preview: refresh_previews, remote_video: refresh_videos, fail };

thread_local! {
    /// The elements on the page.
    static ROOMS: RefCell<Vec<RtcRoom>> = const { RefCell::new(Vec::new()) };
}

/// Registers the element.
pub(crate) fn define() {
    let changed = Closure::<dyn Fn(RtcRoom, bool)>::new(|room: RtcRoom, first: bool| {
        handle_change(&room, first);
    });
    // A page that is no document has no elements.
    let _ = define_element(&changed.into_js_value());
}

/// An element came, went or was changed. Only the `first` copy of the library on the page says what is
/// wrong with it.
fn handle_change(room: &RtcRoom, first: bool) {
    ROOMS.with_borrow_mut(|rooms| {
        rooms.retain(|known| known != room);
        if room.is_connected() {
            rooms.push(room.clone());
        }
    });
    if room.is_connected() {
        if first {
            check(room);
        }
        update(room);
        playback::resume(&room.video());
    } else {
        show(room, None, Claim::None);
    }
}

fn check(room: &RtcRoom) {
    let bad_mode =
        "rtcRoom creation failed: expect mode to be one of \"camera\", \"video\", \"screen\"";
    match (js::function(&js_sys::global(), "RTCPeerConnection"), source(room)) {
        (None, _) => room.fail(tile::NOT_AVAILABLE, "rtc-room is not available"),
        (_, None) => room.fail(tile::BAD_MODE, bad_mode),
        _ => {}
    }
}

/// The elements on the page that are to show one's own camera, or this source of another user.
fn rooms(shown: Option<Source>) -> Vec<RtcRoom> {
    let mut rooms = ROOMS.with_borrow(Clone::clone);
    rooms.retain(|room| source(room) == Some(shown));
    rooms
}

fn refresh_previews() {
    for room in &rooms(None) {
        update(room);
    }
}

fn refresh_videos(user: &UserId, source: Source) {
    for room in &rooms(Some(source)) {
        if room.user_id() == user.as_str() {
            update(room);
        }
    }
}

/// Plays again what the browser paused in the background.
pub(crate) fn resume() {
    for room in ROOMS.with_borrow(Clone::clone) {
        playback::resume(&room.video());
    }
}

/// Nothing can be received of a user: tells those elements that are to show it.
fn fail(user: &UserId, reason: &str) {
    let rooms = ROOMS.with_borrow(Clone::clone);
    for room in &rooms {
        if room.user_id() == user.as_str() && matches!(source(room), Some(Some(_))) {
            room.fail(tile::NOT_RECEIVED, &format!("the video cannot be received: {reason}"));
        }
    }
}

fn update(room: &RtcRoom) {
    let user = room.user_id();
    let (stream, claim) = match source(room) {
        Some(None) => preview(&user),
        Some(Some(source)) => {
            let stream = engines().iter().find_map(|engine| engine.remote_video(&user, source));
            let claim = if stream.is_some() { Claim::User } else { Claim::None };
            (stream.map(|stream| (stream, Facing::Back)), claim)
        }
        None => (None, Claim::None),
    };
    show(room, stream, claim);
}

/// What `mode` asks for: one's own camera, or a source of another user.
fn source(room: &RtcRoom) -> Option<Option<Source>> {
    match room.mode().as_str() {
        "camera" => Some(None),
        "video" => Some(Some(Source::Camera)),
        "screen" => Some(Some(Source::Screen)),
        _ => None,
    }
}

/// What gives this copy of the library the right to say what an element shows, weakest first.
#[derive(Clone, Copy)]
enum Claim {
    None,
    /// It has a video, but does not know whether it is that of the user.
    Any,
    /// It knows the user.
    User,
}

/// What an element shows: a stream, and where the camera looks.
type Shown = Option<(MediaStream, Facing)>;

/// The camera of the engine whose own user that is; before a join, of any that captures.
fn preview(user: &str) -> (Shown, Claim) {
    let engines = engines();
    if let Some(engine) = engines.iter().find(|engine| engine.is_user(user)) {
        return (engine.preview(), Claim::User);
    }
    let stream = engines.iter().find_map(|engine| engine.preview());
    let claim = if stream.is_some() { Claim::Any } else { Claim::None };
    (stream, claim)
}

fn show(room: &RtcRoom, stream: Shown, claim: Claim) {
    if !owns(room, claim as u32) {
        return;
    }
    let video = room.video();
    let (stream, facing) = stream.unzip();
    room.mirror(facing == Some(Facing::Front));
    if video.src_object() != stream {
        video.set_src_object(stream.as_ref());
        if stream.is_some() {
            playback::play(&video);
        }
    }
}
