//! `<rtc-room>`: the video of one user.
//!
//! An element names a user and a mode. What it shows is looked up whenever the element or an engine
//! has changed. So the order of these changes does not matter.

use std::rc::Rc;

use tt_rtc_room::error::tile;
use tt_rtc_room::id::UserId;
use tt_rtc_room::media::{Facing, Source, TileSize};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlMediaElement, MediaStream};

use super::context::Contexts;
use crate::engine::{Input, TileEvent};
use crate::js;
use crate::platform::playback::MediaElements;

#[wasm_bindgen(module = "/src/api/rtc_room.js")]
extern "C" {
    #[wasm_bindgen(js_name = define, catch)]
    fn define_element(changed: &JsValue, measured: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = measureSoon)]
    fn measure_soon();

    #[wasm_bindgen(js_name = hasTiles)]
    fn has_tiles() -> bool;

    fn rooms() -> Vec<RtcRoom>;

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

    /// Width and height in physical pixels, the highest numbers if they are not known.
    #[wasm_bindgen(method, getter)]
    fn size(this: &RtcRoom) -> Vec<u16>;

    #[wasm_bindgen(method)]
    fn mirror(this: &RtcRoom, on: bool);

    #[wasm_bindgen(method)]
    fn fail(this: &RtcRoom, number: i32, message: &str);
}

/// The elements of the page, and the engines whose videos they show.
pub(crate) struct Rooms {
    contexts: Rc<Contexts>,
    elements: Rc<MediaElements>,
}

impl Rooms {
    /// The elements show videos of these contexts.
    pub(crate) fn new(contexts: Rc<Contexts>, elements: Rc<MediaElements>) -> Self {
        Self { contexts, elements }
    }

    /// Registers the element.
    pub(crate) fn define(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let changed = Closure::<dyn Fn(RtcRoom, bool)>::new(move |room: RtcRoom, first: bool| {
            this.handle_change(&room, first);
        });
        let this = Rc::clone(self);
        let measured = Closure::<dyn Fn(bool)>::new(move |settled| this.measure(settled));
        // A page that is no document has no elements.
        let _ = define_element(&changed.into_js_value(), &measured.into_js_value());
    }

    /// Tells the engines how large the page shows the videos that they receive. A tile that has become
    /// smaller or is gone counts once the page has `settled`: a page that makes its elements anew, or
    /// slides them, would have videos stop and begin again.
    fn measure(&self, settled: bool) {
        let rooms = rooms();
        for engine in self.contexts.engines() {
            for (user, source) in engine.remote_videos() {
                let (known, tile) = (engine.tile(&user, source), tile(&rooms, &user, source));
                let grows = tile.width > known.width || tile.height > known.height;
                if settled || grows {
                    engine.input(Input::Tile(user, source, tile));
                }
            }
        }
    }

    /// An element was added, removed or changed. Only the `first` copy of the library on the page
    /// reports what is wrong with it.
    fn handle_change(&self, room: &RtcRoom, first: bool) {
        if !room.is_connected() {
            return self.show(room, None, Claim::None);
        }
        if first {
            check(room);
        }
        self.update(room);
        self.elements.resume(&room.video());
    }

    /// Takes an event of an engine.
    pub(crate) fn handle(&self, event: &TileEvent) {
        if matches!(event, TileEvent::RemoteVideo(..)) {
            measure_soon();
        }
        for room in rooms() {
            let is_of = |user: &UserId| room.user_id() == user.as_str();
            match (event, source(&room)) {
                (TileEvent::Preview, Some(None)) => self.update(&room),
                (TileEvent::RemoteVideo(user, changed), Some(Some(shown)))
                    if *changed == shown && is_of(user) =>
                {
                    self.update(&room);
                }
                (TileEvent::Unreachable(user, reason), Some(Some(_))) if is_of(user) => {
                    let message = format!("the video cannot be received: {reason}");
                    room.fail(tile::NOT_RECEIVED, &message);
                }
                _ => {}
            }
        }
    }

    /// Plays again what the browser paused in the background.
    pub(crate) fn resume(&self) {
        for room in rooms() {
            self.elements.resume(&room.video());
        }
    }

    fn update(&self, room: &RtcRoom) {
        let user = room.user_id();
        let (stream, claim) = match source(room) {
            Some(None) => self.preview(&user),
            Some(Some(source)) => {
                let engines = self.contexts.engines();
                let stream = engines.iter().find_map(|engine| engine.remote_video(&user, source));
                let claim = if stream.is_some() { Claim::User } else { Claim::None };
                (stream.map(|stream| (stream, Facing::Back)), claim)
            }
            None => (None, Claim::None),
        };
        self.show(room, stream, claim);
    }

    /// The camera of the engine whose own user is `user`; before a join, of any that captures.
    fn preview(&self, user: &str) -> (Shown, Claim) {
        let engines = self.contexts.engines();
        if let Some(engine) = engines.iter().find(|engine| engine.is_user(user)) {
            return (engine.preview(), Claim::User);
        }
        let stream = engines.iter().find_map(|engine| engine.preview());
        let claim = if stream.is_some() { Claim::Any } else { Claim::None };
        (stream, claim)
    }

    fn show(&self, room: &RtcRoom, stream: Shown, claim: Claim) {
        if !owns(room, claim as u32) {
            return;
        }
        let video = room.video();
        let (stream, facing) = stream.unzip();
        room.mirror(facing == Some(Facing::Front));
        if video.src_object() != stream {
            video.set_src_object(stream.as_ref());
            if stream.is_some() {
                self.elements.play(&video);
            }
        }
    }
}

/// The space that the page has for a video: that of the largest of its elements.
fn tile(rooms: &[RtcRoom], user: &UserId, shown: Source) -> TileSize {
    // A page without an element shows videos in another way, or not yet.
    let mut tile = if has_tiles() { TileSize::NONE } else { TileSize::ANY };
    for room in rooms {
        if source(room) == Some(Some(shown))
            && room.user_id() == user.as_str()
            && let [width, height] = room.size()[..]
        {
            tile = TileSize { width: tile.width.max(width), height: tile.height.max(height) };
        }
    }
    tile
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
