//! Cameras, microphones and screens.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo::events::EventListener;
use tt_rtc_room::error::DeviceError;
use tt_rtc_room::media::{Facing, Source, VideoEncoderConfig};
use tt_rtc_room::participant::{Access, DeviceCommand, DeviceEvent, Permission};
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, MediaStream, MediaStreamTrack};

use super::audio_session::{AudioSession, Recording};
use super::media::{MediaEvent, MediaEventHandler, Options};
use super::playback;
use crate::task::{JsPromise, spawn_local};
use crate::{js, report};

/// The devices of one engine.
pub(crate) struct Capture {
    me: Weak<Self>,
    on_event: MediaEventHandler,
    closed: Cell<bool>,
    /// A stand-in for `navigator.mediaDevices`.
    stand_in: Option<JsValue>,
    tracks: RefCell<[Option<Track>; 4]>,
    starts: RefCell<Starts>,
    preview: RefCell<Option<MediaStream>>,
    /// The facing of the camera in use.
    facing: Cell<Facing>,
    audio_session: Rc<AudioSession>,
    /// Exists while the microphone is open: the audio session counts it.
    recording: RefCell<Option<Recording>>,
    watching: Cell<bool>,
    changes: RefCell<Vec<EventListener>>,
}

/// A live track of a device.
struct Track {
    track: MediaStreamTrack,
    _listeners: [EventListener; 3],
}

/// The devices that were started in the current task.
#[derive(Default)]
struct Starts {
    camera: Option<CameraStart>,
    microphone: bool,
}

/// The start of a camera.
struct CameraStart {
    facing: Facing,
    config: VideoEncoderConfig,
    /// The facing of the camera that was released for it.
    released: Option<Facing>,
}

/// The tracks of a `getUserMedia` or `getDisplayMedia`, or its `DOMException`.
type Opened = Result<Vec<MediaStreamTrack>, JsValue>;

/// The largest size and frame rate of a shared screen. Each receiver takes an encoder of that size.
const SCREEN: [(&str, u32); 3] = [("width", 1920), ("height", 1080), ("frameRate", 15)];

impl Capture {
    /// The devices of an engine. None is open.
    pub(crate) fn new(
        options: &Options,
        audio_session: Rc<AudioSession>,
        on_event: MediaEventHandler,
    ) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            on_event,
            closed: Cell::new(false),
            stand_in: options.media_devices.clone(),
            tracks: RefCell::default(),
            starts: RefCell::default(),
            preview: RefCell::default(),
            facing: Cell::default(),
            audio_session,
            recording: RefCell::default(),
            watching: Cell::new(false),
            changes: RefCell::default(),
        })
    }

    /// Carries out a command of the core.
    pub(crate) fn carry_out(&self, command: DeviceCommand) {
        match command {
            DeviceCommand::Start { source, facing, config } => self.start(source, facing, config),
            DeviceCommand::Stop(source) => self.stop(source),
            DeviceCommand::Constrain(config) => self.constrain(config),
        }
    }

    /// The live track of `source`.
    pub(crate) fn track(&self, source: Source) -> Option<MediaStreamTrack> {
        let tracks = self.tracks.borrow();
        // Not `track.clone()`: that is `MediaStreamTrack.clone`, which makes a second track.
        tracks.get(source as usize)?.as_ref().map(|track| Clone::clone(&track.track))
    }

    /// The preview of the camera, and its facing.
    pub(crate) fn preview(&self) -> Option<(MediaStream, Facing)> {
        self.preview.borrow().clone().map(|preview| (preview, self.facing.get()))
    }

    /// Stops all devices, also those that are being opened.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        for source in Source::ALL {
            self.stop(source);
        }
        self.changes.take();
    }

    /// `navigator.mediaDevices`, read each time, because a page may replace it. It does not exist
    /// outside a secure context (mediacapture-main 9.1).
    pub(crate) fn media_devices(&self) -> Option<JsValue> {
        let devices = self
            .stand_in
            .clone()
            .unwrap_or_else(|| js::field(&js::global("navigator"), "mediaDevices"));
        Some(devices).filter(js::is_object)
    }

    fn start(&self, source: Source, facing: Facing, config: VideoEncoderConfig) {
        let Some(devices) = self.media_devices() else {
            return self.report(DeviceEvent::Failed(source, DeviceError::Insecure));
        };
        self.watch();
        let first = matches!(*self.starts.borrow(), Starts { camera: None, microphone: false });
        match source {
            Source::Camera => self.start_camera(facing, config),
            Source::Microphone => {
                self.recording.borrow_mut().get_or_insert_with(|| self.audio_session.record());
                self.starts.borrow_mut().microphone = true;
            }
            Source::Screen | Source::ScreenAudio => return self.start_screen(&devices),
        }
        if first {
            spawn_local(Self::open_started(self.me.clone(), devices));
        }
    }

    fn start_camera(&self, facing: Facing, config: VideoEncoderConfig) {
        let before = self.track(Source::Camera).map(|_| self.facing.get());
        // A phone cannot open its second camera while the first one runs.
        let released = before.filter(|before| *before != facing);
        if released.is_some() {
            self.release(Source::Camera);
        }
        self.starts.borrow_mut().camera = Some(CameraStart { facing, config, released });
    }

    /// Opens what was started in this task. One request for camera and microphone makes the browser
    /// ask the user once.
    async fn open_started(capture: Weak<Self>, devices: JsValue) {
        let Some(Starts { camera, microphone }) =
            open(&capture).map(|capture| capture.starts.take())
        else {
            return;
        };
        let video = match &camera {
            Some(camera) => Some(camera_constraints(&devices, camera.facing, camera.config).await),
            None => None,
        };
        let both = match &video {
            Some(video) if microphone => {
                let opened = get_user_media(&devices, Some(video), true).await;
                let settled = match (&opened, open(&capture)) {
                    (Err(error), Some(capture)) => {
                        matches!(classify(error), DeviceError::Denied)
                            && capture.has_refused_both().await
                    }
                    _ => true,
                };
                // Otherwise one of them may be available alone.
                settled.then(|| split(opened))
            }
            _ => None,
        };
        let (camera_opened, microphone_opened) = both.unzip();
        if microphone {
            let (capture, devices) = (capture.clone(), devices.clone());
            spawn_local(async move {
                let opened = match microphone_opened {
                    Some(opened) => opened,
                    None => get_user_media(&devices, None, true).await,
                };
                Self::deliver(&capture, Source::Microphone, opened);
            });
        }
        if let (Some(camera), Some(video)) = (camera, video) {
            let opened = match camera_opened {
                Some(opened) => opened,
                None => get_user_media(&devices, Some(&video), false).await,
            };
            Self::deliver_camera(&capture, &devices, camera, opened).await;
        }
    }

    /// Whether the user has refused camera and microphone together, after a request for both was
    /// refused. With different permissions only one of them is refused.
    async fn has_refused_both(&self) -> bool {
        let (camera, microphone) =
            (self.permission(Source::Camera), self.permission(Source::Microphone));
        let camera = permission_state(camera).await;
        camera == permission_state(microphone).await
            && matches!(camera.as_deref(), Some("prompt" | "denied"))
    }

    /// Calls `getDisplayMedia` without awaiting anything before: the browser requires a recent user
    /// gesture (screen-capture 5.1, transient activation).
    fn start_screen(&self, devices: &JsValue) {
        let video = js::object(&[]);
        for (key, most) in SCREEN {
            js::set(&video, key, &js::object(&[("max", most.into())]));
        }
        let constraints = js::object(&[("video", video), ("audio", true.into())]);
        let stream = JsPromise::from(js::call(devices, "getDisplayMedia", &constraints));
        let capture = self.me.clone();
        spawn_local(async move {
            let opened = stream.await.map(|stream| tracks(&stream));
            Self::deliver(&capture, Source::Screen, opened);
        });
    }

    fn deliver(capture: &Weak<Self>, source: Source, opened: Opened) {
        match open(capture) {
            Some(capture) => capture.take(source, opened),
            None => stop_tracks(opened),
        }
    }

    async fn deliver_camera(
        capture: &Weak<Self>,
        devices: &JsValue,
        CameraStart { facing, config, released }: CameraStart,
        opened: Opened,
    ) {
        // A camera that was stopped in the meantime has no preview.
        let shown = |capture: &Rc<Self>| capture.preview.borrow().is_some();
        let back = match (&opened, released) {
            (Err(_), Some(before)) if open(capture).as_ref().is_some_and(shown) => {
                let constraints = camera_constraints(devices, before, config).await;
                get_user_media(devices, Some(&constraints), false).await.ok()
            }
            _ => None,
        };
        match open(capture) {
            Some(capture) => capture.take_camera(facing, opened, released.zip(back)),
            None => stop_tracks(back.map_or(opened, Ok)),
        }
    }

    fn take_camera(
        &self,
        facing: Facing,
        opened: Opened,
        back: Option<(Facing, Vec<MediaStreamTrack>)>,
    ) {
        let failed = opened.is_err();
        let shown = self.preview.borrow().is_some();
        match back {
            Some((before, tracks)) if shown => {
                self.facing.set(before);
                let _ = self.keep(Source::Camera, tracks);
            }
            Some((_, tracks)) => stop_tracks(Ok(tracks)),
            None if !failed => self.facing.set(facing),
            None => {}
        }
        self.take(Source::Camera, opened);
        if failed && shown && self.track(Source::Camera).is_none() {
            self.handle_ended(Source::Camera);
        }
    }

    /// Handles the result of `getUserMedia` or `getDisplayMedia`.
    fn take(&self, source: Source, opened: Opened) {
        let event = match opened
            .map_err(|error| device_error(source, &error))
            .and_then(|tracks| self.keep(source, tracks))
        {
            Ok(with_audio) => DeviceEvent::Started { source, with_audio },
            Err(error) => DeviceEvent::Failed(source, error),
        };
        self.report(event);
        if self.track(source).is_some_and(|track| track.muted()) {
            self.report(DeviceEvent::Muted(source, true));
        }
        if source == Source::Microphone && self.track(source).is_none() {
            self.recording.take();
        }
        self.refresh(source);
    }

    /// Stores new tracks. Returns whether a screen has an audio track.
    fn keep(&self, source: Source, tracks: Vec<MediaStreamTrack>) -> Result<bool, DeviceError> {
        let mut has_audio = false;
        let mut found = false;
        for track in tracks {
            let audio = track.kind() == "audio";
            let of = if audio && source == Source::Screen { Source::ScreenAudio } else { source };
            if of.is_video() == audio {
                track.stop();
                continue;
            }
            (has_audio, found) = (has_audio || audio, found || of == source);
            self.set(of, track);
        }
        if found { Ok(has_audio) } else { Err(DeviceError::Other) }
    }

    fn set(&self, source: Source, track: MediaStreamTrack) {
        self.release(source);
        let listen = |kind, handle: fn(&Self, Source)| {
            let capture = self.me.clone();
            EventListener::new(&track, kind, move |_| {
                if let Some(capture) = capture.upgrade() {
                    handle(&capture, source);
                }
            })
        };
        let listeners = [
            listen("ended", Self::handle_ended),
            listen("mute", |this, source| this.report(DeviceEvent::Muted(source, true))),
            listen("unmute", |this, source| this.report(DeviceEvent::Muted(source, false))),
        ];
        match source {
            Source::Camera => drop(self.preview.replace(playback::stream(&track))),
            // On a screen, sharp text matters more than motion.
            Source::Screen => js::set(&track, "contentHint", &"detail".into()),
            Source::Microphone | Source::ScreenAudio => {}
        }
        let mut tracks = self.tracks.borrow_mut();
        if let Some(slot) = tracks.get_mut(source as usize) {
            *slot = Some(Track { track, _listeners: listeners });
        }
    }

    /// A track has ended by itself. A screen whose audio track has ended goes on.
    fn handle_ended(&self, source: Source) {
        if source == Source::ScreenAudio {
            self.clear(source);
        } else {
            self.stop(source);
        }
        self.report_access(source, DeviceEvent::Ended);
    }

    fn stop(&self, source: Source) {
        self.clear(source);
        if source == Source::Screen {
            self.clear(Source::ScreenAudio);
        }
        self.refresh(source);
    }

    fn clear(&self, source: Source) {
        self.release(source);
        match source {
            Source::Camera => drop(self.preview.take()),
            Source::Microphone => drop(self.recording.take()),
            Source::Screen | Source::ScreenAudio => {}
        }
    }

    /// Stops the track. The preview of a camera keeps its last frame.
    fn release(&self, source: Source) {
        let track = self.tracks.borrow_mut().get_mut(source as usize).and_then(Option::take);
        if let Some(Track { track, _listeners }) = track {
            drop(_listeners);
            track.stop();
        }
    }

    fn constrain(&self, config: VideoEncoderConfig) {
        if let Some(track) = self.track(Source::Camera) {
            let constraints = js::object(&[]);
            limit(&constraints, config);
            let applied = JsPromise::from(js::call(&track, "applyConstraints", &constraints));
            let capture = self.me.clone();
            spawn_local(async move {
                // A camera that cannot change keeps its size. The sender scales the video down.
                if let Err(error) = applied.await {
                    report::report("applyConstraints", &error);
                }
                if let Some(capture) = capture.upgrade() {
                    capture.refresh(Source::Camera);
                }
            });
        }
    }

    fn refresh(&self, source: Source) {
        (self.on_event)(MediaEvent::LocalTrack(source));
    }

    fn report(&self, event: DeviceEvent) {
        (self.on_event)(MediaEvent::Device(event));
    }

    /// Reports an event of a device together with its permission. The permission is queried at this
    /// moment, because a track may end before the `change` event of its permission.
    fn report_access(&self, source: Source, event: fn(Source, Access) -> DeviceEvent) {
        let status = self.permission(source);
        // A stand-in without permissions shows no prompt.
        let permitted = self.stand_in.as_ref().map(|stand_in| js::field(stand_in, "permissions"));
        let permitted = permitted.is_some_and(|permissions| !js::is_object(&permissions));
        let capture = self.me.clone();
        spawn_local(async move {
            let permission = match permission_state(status).await.as_deref() {
                Some("granted") => Permission::Granted,
                Some("prompt" | "denied") => Permission::Withheld,
                _ if permitted => Permission::Granted,
                _ => Permission::Unknown,
            };
            let Some(capture) = open(&capture) else { return };
            let event = event(source, Access { permission, attended: is_attended() });
            // It may have been started again in the meantime.
            let ended = matches!(event, DeviceEvent::Ended(..));
            if !ended || capture.track(source).is_none() {
                capture.report(event);
            }
        });
    }

    /// Reports that devices may be available, with their permissions.
    fn report_available(&self, event: fn(Source, Access) -> DeviceEvent) {
        for source in [Source::Microphone, Source::Camera] {
            self.report_access(source, event);
        }
    }

    /// Devices or permissions have changed.
    fn handle_change(&self) {
        (self.on_event)(MediaEvent::Outputs);
        self.report_available(|source, access| DeviceEvent::Available {
            source,
            access,
            returned: false,
        });
    }

    /// The page is visible again.
    pub(crate) fn handle_return(&self) {
        if self.watching.get() {
            self.report_available(|source, access| DeviceEvent::Available {
                source,
                access,
                returned: true,
            });
        }
    }

    /// Listens for changes of devices and permissions from now on.
    pub(crate) fn watch(&self) {
        let Some(devices) = self.media_devices().filter(|_| !self.watching.replace(true)) else {
            return;
        };
        self.watch_target(&devices, "devicechange");
        for source in [Source::Microphone, Source::Camera] {
            let status = self.permission(source);
            let capture = self.me.clone();
            spawn_local(async move {
                if let (Ok(status), Some(capture)) = (status.await, open(&capture)) {
                    capture.watch_target(&status, "change");
                }
            });
        }
    }

    /// The `PermissionStatus` of a device.
    fn permission(&self, source: Source) -> JsPromise {
        let owner = self.stand_in.clone().unwrap_or_else(|| js::global("navigator"));
        let name = if source == Source::Camera { "camera" } else { "microphone" };
        let query = js::object(&[("name", name.into())]);
        js::call(&js::field(&owner, "permissions"), "query", &query).into()
    }

    fn watch_target(&self, target: &JsValue, kind: &'static str) {
        if js::function(target, "addEventListener").is_none() {
            return;
        }
        let capture = self.me.clone();
        let target: &EventTarget = target.unchecked_ref();
        self.changes.borrow_mut().push(EventListener::new(target, kind, move |_| {
            if let Some(capture) = capture.upgrade() {
                capture.handle_change();
            }
        }));
    }
}

/// Whether the page is visible and has the focus.
fn is_attended() -> bool {
    let focus =
        js::call(&js::global("document"), "hasFocus", &JsValue::UNDEFINED).unwrap_or_default();
    playback::is_visible() && focus.is_truthy()
}

fn tracks(stream: &JsValue) -> Vec<MediaStreamTrack> {
    let tracks = js::call(stream, "getTracks", &JsValue::UNDEFINED).unwrap_or_default();
    js::items(&tracks).into_iter().map(JsCast::unchecked_into).collect()
}

/// The devices of an engine, unless they are closed.
fn open(capture: &Weak<Capture>) -> Option<Rc<Capture>> {
    capture.upgrade().filter(|capture| !capture.closed.get())
}

/// Stops tracks that were opened after the devices were closed.
fn stop_tracks(opened: Opened) {
    for track in opened.into_iter().flatten() {
        track.stop();
    }
}

/// The results for the camera and for the microphone of a request for both.
fn split(opened: Opened) -> (Opened, Opened) {
    match opened {
        Ok(tracks) => {
            let (audio, video) = tracks.into_iter().partition(|track| track.kind() == "audio");
            (Ok(video), Ok(audio))
        }
        Err(error) => (Err(error.clone()), Err(error)),
    }
}

/// The `state` of a `PermissionStatus`. `None` if the browser does not tell it.
async fn permission_state(status: JsPromise) -> Option<String> {
    js::field(&status.await.ok()?, "state").as_string()
}

/// Calls `getUserMedia` for a camera, for the microphone, or for both.
async fn get_user_media(devices: &JsValue, camera: Option<&JsValue>, microphone: bool) -> Opened {
    let constraints = js::object(&[]);
    if let Some(camera) = camera {
        js::set(&constraints, "video", camera);
    }
    if microphone {
        let processing = js::object(&[
            ("echoCancellation", true.into()),
            ("noiseSuppression", true.into()),
            ("autoGainControl", true.into()),
        ]);
        js::set(&constraints, "audio", &processing);
    }
    let stream = JsPromise::from(js::call(devices, "getUserMedia", &constraints)).await?;
    Ok(tracks(&stream))
}

/// The `MediaTrackConstraints` of a camera.
async fn camera_constraints(
    devices: &JsValue,
    facing: Facing,
    config: VideoEncoderConfig,
) -> JsValue {
    let mode = match facing {
        Facing::Front => "user",
        Facing::Back => "environment",
    };
    let camera = js::object(&[("facingMode", ideal(mode.into()))]);
    limit(&camera, config);
    if facing == Facing::Back
        && let Some(id) = last_camera(devices).await
    {
        js::set(&camera, "deviceId", &js::object(&[("exact", id)]));
    }
    camera
}

/// The `deviceId` of the last camera, if there are several and no label names a facing. It is used
/// as the back camera. The first camera, which is the browser's default, is used as the front camera.
async fn last_camera(devices: &JsValue) -> Option<JsValue> {
    let found = JsPromise::from(js::call(devices, "enumerateDevices", &JsValue::UNDEFINED)).await;
    let text = |device: &JsValue, key| js::field(device, key).as_string().unwrap_or_default();
    let mut cameras = js::items(&found.ok()?);
    cameras.retain(|device| text(device, "kind") == "videoinput");
    let says_where = |device: &JsValue| {
        let label = text(device, "label");
        ["back", "rear", "environment", "后"].iter().any(|word| js::mentions(&label, word))
    };
    if cameras.len() < 2 || cameras.iter().any(says_where) {
        return None;
    }
    let id = js::field(&cameras.pop()?, "deviceId");
    id.as_string().filter(|id| !id.is_empty()).map(Into::into)
}

/// Constrains a camera to one of its native sizes near the size that is sent. The browser must not
/// crop: a sender scales down what is still too large.
fn limit(camera: &JsValue, config: VideoEncoderConfig) {
    js::set(camera, "resizeMode", &js::object(&[("exact", "none".into())]));
    js::set(camera, "width", &ideal(config.width.into()));
    js::set(camera, "height", &ideal(config.height.into()));
    js::set(camera, "frameRate", &ideal(config.frame_rate.into()));
}

fn ideal(value: JsValue) -> JsValue {
    js::object(&[("ideal", value)])
}

/// Reports the `DOMException` of a `getUserMedia` or `getDisplayMedia` and returns its error.
fn device_error(source: Source, error: &JsValue) -> DeviceError {
    report::report(
        match source {
            Source::Microphone => "getUserMedia (microphone)",
            Source::Camera => "getUserMedia (camera)",
            Source::Screen | Source::ScreenAudio => "getDisplayMedia",
        },
        error,
    );
    classify(error)
}

/// The error of a `DOMException` of `getUserMedia` or `getDisplayMedia` (mediacapture-main 9.3.1).
fn classify(error: &JsValue) -> DeviceError {
    match js::field(error, "name").as_string().as_deref() {
        Some("NotAllowedError" | "SecurityError") => DeviceError::Denied,
        Some("NotFoundError" | "OverconstrainedError") => DeviceError::NotFound,
        Some("NotReadableError" | "AbortError") => DeviceError::InUse,
        _ => DeviceError::Other,
    }
}
