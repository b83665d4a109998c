//! Playing what is received.
//!
//! The sound of each member plays through an audio element of its own that is on no page. Elements
//! are kept and used again: some browsers ask the user anew for each one that is made. Where a
//! browser refuses to play before the user has touched the page, the next touch makes up for it.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::Promise;
use tt_rtc_room::media::PlaybackDevice;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, HtmlAudioElement, HtmlMediaElement, MediaStream, MediaStreamTrack};

use crate::js;
use crate::task::{JsPromise, spawn_local};

thread_local! {
    /// Elements that play nothing at present.
    static IDLE: RefCell<Vec<HtmlAudioElement>> = const { RefCell::new(Vec::new()) };
    /// Elements that the browser did not let play.
    static REFUSED: RefCell<Vec<HtmlMediaElement>> = const { RefCell::new(Vec::new()) };
    /// Those who wait for a touch.
    static TOUCHES: RefCell<Vec<EventListener>> = const { RefCell::new(Vec::new()) };
}

/// A stream of one track.
pub(crate) fn stream(track: &MediaStreamTrack) -> Option<MediaStream> {
    let stream = MediaStream::new().ok()?;
    stream.add_track(track);
    Some(stream)
}

/// Makes an element play, at the next touch if not at once.
pub(crate) fn play(element: &HtmlMediaElement) {
    let playing = JsPromise::from(element.play().map(Into::into));
    let element = element.clone();
    spawn_local(async move {
        let Err(error) = playing.await else { return };
        if js::field(&error, "name").as_string().as_deref() == Some("NotAllowedError") {
            REFUSED.with_borrow_mut(|refused| refused.push(element));
            await_touch();
        }
    });
}

fn await_touch() {
    if TOUCHES.with_borrow(|touches| !touches.is_empty()) {
        return;
    }
    let page: EventTarget = js_sys::global().unchecked_into();
    let listen = |kind| EventListener::new(&page, kind, |_| handle_touch());
    TOUCHES.set(["pointerdown", "touchend", "keydown"].map(listen).into());
}

fn handle_touch() {
    TOUCHES.take();
    for element in REFUSED.take() {
        // What has nothing to play any more is left alone.
        if element.src_object().is_some() {
            play(&element);
        }
    }
}

/// The sound of one track. Dropping it ends it.
pub(super) struct Sound {
    track: MediaStreamTrack,
    element: Option<HtmlAudioElement>,
    output: Rc<Output>,
}

impl Sound {
    /// Plays the track.
    pub(super) fn play(track: MediaStreamTrack, output: &Rc<Output>) -> Self {
        let idle = IDLE.with_borrow_mut(Vec::pop);
        let element = idle.or_else(|| HtmlAudioElement::new().ok());
        if let Some(element) = &element {
            element.set_src_object(stream(&track).as_ref());
            output.add(element);
            play(element);
        }
        Self { track, element, output: Rc::clone(output) }
    }

    /// Whether `sound` is that of `track`.
    pub(super) fn is_of(sound: Option<&Self>, track: Option<&MediaStreamTrack>) -> bool {
        sound.map(|sound| &sound.track) == track
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        if let Some(element) = self.element.take() {
            self.output.remove(&element);
            let _ = element.pause();
            element.set_src_object(None);
            IDLE.with_borrow_mut(|idle| idle.push(element));
        }
    }
}

/// Where the sounds of one engine come out.
#[derive(Default)]
pub(super) struct Output {
    elements: RefCell<Vec<HtmlAudioElement>>,
    /// The id of the device; the browser's own where it is empty.
    device: RefCell<String>,
}

impl Output {
    fn add(&self, element: &HtmlAudioElement) {
        self.elements.borrow_mut().push(element.clone());
        set_sink(element, &self.device.borrow());
    }

    fn remove(&self, element: &HtmlAudioElement) {
        self.elements.borrow_mut().retain(|known| known != element);
    }

    /// Routes to the output whose name has the device in it. Where a browser cannot, or has no such
    /// output, the sound stays where it is.
    pub(super) fn route(self: &Rc<Self>, device: PlaybackDevice, media_devices: Option<JsValue>) {
        let name = match device {
            PlaybackDevice::Speakerphone => "speaker",
            PlaybackDevice::Earpiece => "earpiece",
        };
        let Some(devices) = media_devices else { return };
        let devices = JsPromise::from(js::call(&devices, "enumerateDevices", &JsValue::UNDEFINED));
        let this = Rc::clone(self);
        spawn_local(async move {
            let devices = devices.await.map(|devices| js::items(&devices)).unwrap_or_default();
            let id = devices.iter().find_map(|device| output_id(device, name));
            this.device.replace(id.unwrap_or_default());
            for element in this.elements.borrow().iter() {
                set_sink(element, &this.device.borrow());
            }
        });
    }
}

fn output_id(device: &JsValue, name: &str) -> Option<String> {
    let text = |key| js::field(device, key).as_string().unwrap_or_default();
    let fits = text("kind") == "audiooutput" && js::mentions(&text("label"), name);
    fits.then(|| text("deviceId"))
}

fn set_sink(element: &HtmlAudioElement, device: &str) {
    if js::field(element, "sinkId").as_string().is_some_and(|current| current != device)
        && let Ok(set) = js::call(element, "setSinkId", &device.into())
    {
        js::ignore_rejection(&Promise::resolve(&set));
    }
}
