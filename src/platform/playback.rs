//! Playback of what is received.
//!
//! The audio of each member plays through an audio element of its own that is in no document. Elements
//! are kept and used again, because some browsers ask the user again for each new one. Where a
//! browser refuses to play before the user has touched the page, the next touch starts playback.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::Promise;
use tt_rtc_room::media::PlaybackDevice;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, HtmlAudioElement, HtmlMediaElement, MediaStream, MediaStreamTrack};

use crate::task::{JsPromise, spawn_local};
use crate::{js, report};

/// The media elements of the page.
#[derive(Default)]
pub(crate) struct MediaElements {
    /// Those that play nothing at present.
    idle: RefCell<Vec<HtmlAudioElement>>,
    /// Those that the browser did not let play.
    refused: RefCell<Vec<HtmlMediaElement>>,
    /// The listeners that wait for a touch.
    touches: RefCell<Vec<EventListener>>,
}

/// A stream of one track.
pub(crate) fn stream(track: &MediaStreamTrack) -> Option<MediaStream> {
    let stream = MediaStream::new().ok()?;
    stream.add_track(track);
    Some(stream)
}

impl MediaElements {
    /// Makes an element play, at the next touch if not at once.
    pub(crate) fn play(self: &Rc<Self>, element: &HtmlMediaElement) {
        let playing = JsPromise::from(element.play().map(Into::into));
        let (this, element) = (Rc::clone(self), element.clone());
        spawn_local(async move {
            let Err(error) = playing.await else { return };
            match js::field(&error, "name").as_string().as_deref() {
                Some("NotAllowedError") => {
                    this.refused.borrow_mut().push(element);
                    this.await_touch();
                }
                // Another stream was set meanwhile, and is played in its turn.
                Some("AbortError") => {}
                _ => report::report("play", &error),
            }
        });
    }

    /// Plays an element that the browser paused, in the background or during a phone call.
    pub(crate) fn resume(self: &Rc<Self>, element: &HtmlMediaElement) {
        if element.paused() && element.src_object().is_some() && is_visible() {
            self.play(element);
        }
    }

    fn await_touch(self: &Rc<Self>) {
        if !self.touches.borrow().is_empty() {
            return;
        }
        let page: EventTarget = js_sys::global().unchecked_into();
        for kind in ["pointerdown", "touchend", "keydown"] {
            let this = Rc::clone(self);
            let listener = EventListener::new(&page, kind, move |_| this.handle_touch());
            self.touches.borrow_mut().push(listener);
        }
    }

    fn handle_touch(self: &Rc<Self>) {
        self.touches.take();
        for element in self.refused.take() {
            // An element without a stream has nothing to play any more.
            if element.src_object().is_some() {
                self.play(&element);
            }
        }
    }
}

/// Whether the page is visible.
pub(crate) fn is_visible() -> bool {
    js::field(&js::global("document"), "visibilityState") == "visible"
}

/// The playback of one audio track. Dropping it ends it.
pub(super) struct AudioPlayback {
    track: MediaStreamTrack,
    element: Option<HtmlAudioElement>,
    paused: Option<EventListener>,
    output: Rc<Output>,
}

impl AudioPlayback {
    /// Plays the track.
    pub(super) fn play(track: MediaStreamTrack, output: &Rc<Output>) -> Self {
        let elements = &output.elements;
        let idle = elements.idle.borrow_mut().pop();
        let element = idle.or_else(|| HtmlAudioElement::new().ok());
        if let Some(element) = &element {
            element.set_src_object(stream(&track).as_ref());
            output.add(element);
            elements.play(element);
        }
        let paused = element.clone().map(|element| {
            let elements = Rc::clone(elements);
            EventListener::new(&element.clone(), "pause", move |_| elements.resume(&element))
        });
        Self { track, element, paused, output: Rc::clone(output) }
    }

    /// Whether `playback` is that of `track`.
    pub(super) fn is_of(playback: Option<&Self>, track: Option<&MediaStreamTrack>) -> bool {
        playback.map(|playback| &playback.track) == track
    }
}

impl Drop for AudioPlayback {
    fn drop(&mut self) {
        drop(self.paused.take());
        if let Some(element) = self.element.take() {
            self.output.remove(&element);
            let _ = element.pause();
            element.set_src_object(None);
            self.output.elements.idle.borrow_mut().push(element);
        }
    }
}

/// Where the audio of one engine comes out.
#[derive(Default)]
pub(super) struct Output {
    elements: Rc<MediaElements>,
    playing: RefCell<Vec<HtmlAudioElement>>,
    /// What the page chose.
    chosen: Cell<Option<PlaybackDevice>>,
    /// The id of the device; the browser's own where it is empty.
    device: RefCell<String>,
    /// Whether a route is under way, and whether another one has to follow.
    routing: Cell<bool>,
    again: Cell<bool>,
}

impl Output {
    /// The browser's default output.
    pub(super) fn new(elements: Rc<MediaElements>) -> Self {
        Self { elements, ..Self::default() }
    }

    fn add(&self, element: &HtmlAudioElement) {
        self.playing.borrow_mut().push(element.clone());
        let device = JsValue::from(self.device.borrow().as_str());
        if let Ok(set) = js::call(element, "setSinkId", &device) {
            report::watch("setSinkId", &Promise::resolve(&set));
        }
    }

    fn remove(&self, element: &HtmlAudioElement) {
        self.playing.borrow_mut().retain(|known| known != element);
    }

    /// Plays again what the browser paused.
    pub(super) fn resume(&self) {
        for element in &self.playing.borrow().clone() {
            self.elements.resume(element);
        }
    }

    /// Chooses between loudspeaker and earpiece.
    pub(super) fn choose(&self, device: PlaybackDevice) {
        self.chosen.set(Some(device));
    }

    /// Routes to the chosen output if there are both kinds and no headset, as on a phone. Otherwise
    /// the browser's default output is used.
    pub(super) fn route(self: &Rc<Self>, media_devices: Option<JsValue>) {
        let Some(media_devices) = media_devices.filter(|_| self.chosen.get().is_some()) else {
            return;
        };
        self.again.set(true);
        if self.routing.replace(true) {
            return;
        }
        let this = Rc::clone(self);
        spawn_local(async move {
            // One after the other: `setSinkId` with the present `sinkId` returns at once, although
            // an earlier call is still under way (audio-output, section 3.2).
            while this.again.replace(false) {
                this.set_all(&media_devices).await;
            }
            this.routing.set(false);
        });
    }

    async fn set_all(&self, media_devices: &JsValue) {
        let devices = js::call(media_devices, "enumerateDevices", &JsValue::UNDEFINED);
        let devices = JsPromise::from(devices).await.unwrap_or_default();
        let Some(chosen) = self.chosen.get() else { return };
        let id = output_id(&js::items(&devices), chosen).unwrap_or_default();
        self.device.replace(id.clone());
        let elements = self.playing.borrow().clone();
        for element in &elements {
            // If that fails, the element keeps its output.
            let set = JsPromise::from(js::call(element, "setSinkId", &id.as_str().into()));
            if let Err(error) = set.await {
                report::report("setSinkId", &error);
            }
        }
    }
}

/// The output to route to. The labels are Chromium's on Android: "Speakerphone", "Headset earpiece",
/// "Wired headset", "Bluetooth headset", "USB audio".
fn output_id(devices: &[JsValue], chosen: PlaybackDevice) -> Option<String> {
    let (mut speakerphone, mut earpiece) = (None, None);
    for device in devices {
        let text = |key| js::field(device, key).as_string().unwrap_or_default();
        let label = text("label");
        if text("kind") != "audiooutput" {
        } else if js::mentions(&label, "earpiece") {
            earpiece = Some(text("deviceId"));
        } else if js::mentions(&label, "speaker") {
            speakerphone = Some(text("deviceId"));
        } else if ["head", "bluetooth", "usb"].iter().any(|word| js::mentions(&label, word)) {
            return None;
        }
    }
    let (speakerphone, earpiece) = speakerphone.zip(earpiece)?;
    Some(match chosen {
        PlaybackDevice::Speakerphone => speakerphone,
        PlaybackDevice::Earpiece => earpiece,
    })
}
