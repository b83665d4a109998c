//! Requests of the API: options in, callbacks out.
//!
//! Parameters are checked as the platform words it. Options are a page's object, so reading a
//! field may run the page's code and may throw; that, too, is a parameter error.

use js_sys::{Function, Object, Promise};
use serde::Serialize;
use tt_rtc_room::error::Failure;
use tt_rtc_room::id::{SessionSecret, UserId};
use tt_rtc_room::media::{Facing, PlaybackDevice, Source, StreamType, VideoEncoderConfig};
use tt_rtc_room::{JoinOptions, Request};
use wasm_bindgen::prelude::*;

use super::delivery::Deliveries;
use crate::{js, random};

/// A method of a context: its name, and the request that its parameters describe. What an encoder
/// configuration leaves out is taken from the one that was set last.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    parse: fn(&Params<'_>, VideoEncoderConfig) -> Result<Request, Failure>,
}

/// The methods of a context, in the order of the platform's documentation. The last one is ours, and
/// on web contexts only.
pub(crate) const METHODS: [Method; 14] = [
    Method { name: "joinRtcRoom", parse: join },
    Method { name: "exitRtcRoom", parse: |params, _| params.text("roomId").map(|_| Request::Exit) },
    Method { name: "changeAudioCapture", parse: |params, _| params.capture(Source::Microphone) },
    Method { name: "changeVideoCapture", parse: |params, _| params.capture(Source::Camera) },
    Method {
        name: "changeStreamPublishState",
        parse: |params, _| {
            let on = params.state()?;
            Ok(Request::Publish(params.stream_type()?, on))
        },
    },
    Method {
        name: "changeStreamSubscribeState",
        parse: |params, _| {
            let on = params.state()?;
            Ok(Request::Subscribe(params.user()?, params.stream_type()?, on))
        },
    },
    Method {
        name: "changeScreenSubscribeState",
        parse: |params, _| {
            // The one method whose `state` has a documented default.
            let on = !params.get("state")?.is_undefined() && params.state()?;
            Ok(Request::SubscribeScreen(params.user()?, params.stream_type()?, on))
        },
    },
    Method {
        name: "changeUserVisibility",
        parse: |params, _| params.flag("visible").map(Request::Visibility),
    },
    Method {
        name: "switchCamera",
        parse: |params, _| {
            let camera =
                params.one_of("camera", &[("back", Facing::Back), ("front", Facing::Front)]);
            let failure = |failure: Failure| Failure::camera_parameter(failure.detail);
            camera.map(Request::SwitchCamera).map_err(failure)
        },
    },
    Method { name: "setVideoEncoderConfig", parse: encoder_config },
    Method {
        name: "setAudioPlaybackDevice",
        parse: |params, _| {
            let devices = [
                ("speakerphone", PlaybackDevice::Speakerphone),
                ("earpiece", PlaybackDevice::Earpiece),
            ];
            params.one_of("device", &devices).map(Request::PlaybackDevice)
        },
    },
    Method {
        name: "updateToken",
        parse: |params, _| params.text("token").map(Request::UpdateToken),
    },
    Method { name: "changeAnsMode", parse: |_, _| Err(Failure::unsupported()) },
    Method { name: "changeScreenCapture", parse: |params, _| params.capture(Source::Screen) },
];

impl Method {
    /// The request that `options` describe.
    pub(crate) fn parse(
        &self,
        options: &JsValue,
        encoder: VideoEncoderConfig,
    ) -> Result<Request, Failure> {
        (self.parse)(&Params { object: options, name: "params" }, encoder)
    }
}

/// Where the answer of one request goes.
pub(crate) struct Callbacks {
    method: &'static str,
    success: Option<Function>,
    fail: Option<Function>,
    complete: Option<Function>,
    /// `fail` rejects a promise, which takes an error.
    rejects: bool,
}

impl Callbacks {
    /// The callbacks among `options`; what is no function is none.
    pub(crate) fn of(method: &'static str, options: &JsValue) -> Self {
        Self {
            method,
            success: js::function(options, "success"),
            fail: js::function(options, "fail"),
            complete: js::function(options, "complete"),
            rejects: false,
        }
    }

    /// A promise of the answer, if the page has no callback for it.
    pub(crate) fn promise(&mut self) -> JsValue {
        if self.success.is_some() || self.fail.is_some() || self.complete.is_some() {
            return JsValue::UNDEFINED;
        }
        self.rejects = true;
        Promise::new(&mut |resolve, reject| {
            self.success = Some(resolve);
            self.fail = Some(reject);
        })
        .into()
    }

    /// Answers the request later, through `queue`.
    pub(crate) fn answer(self, queue: &Deliveries, result: Result<(), Failure>) {
        queue.add(Box::new(move || match result {
            Ok(()) => {
                let success = Success { err_msg: format!("{}:ok", self.method) };
                self.call(self.success.as_ref(), &js::to_value(&success));
            }
            Err(failure) => self.fail(&failure),
        }));
    }

    fn fail(&self, failure: &Failure) {
        let object = if self.rejects { failure_error } else { failure_object };
        let result = object(self.method, failure);
        if self.fail.is_none() && self.complete.is_none() {
            js::warn(&message(self.method, failure));
        }
        self.call(self.fail.as_ref(), &result);
    }

    fn call(&self, outcome: Option<&Function>, result: &JsValue) {
        for callback in [outcome, self.complete.as_ref()].into_iter().flatten() {
            js::call_page(self.method, callback, Some(result));
        }
    }
}

fn message(method: &str, failure: &Failure) -> String {
    format!("{method}:fail {}", failure.detail)
}

/// What `success` is given.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Success {
    err_msg: String,
}

/// What `fail` is given.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fail<'a> {
    err_msg: String,
    err_no: u32,
    error_code: u32,
    error_type: &'a str,
}

fn failure_object(method: &str, failure: &Failure) -> JsValue {
    js::to_value(&Fail {
        err_msg: message(method, failure),
        err_no: failure.err_no,
        error_code: failure.error_code,
        error_type: failure.error_type,
    })
}

/// The same as an error that can be thrown.
pub(crate) fn failure_error(method: &str, failure: &Failure) -> JsValue {
    let error: JsValue = js_sys::Error::new(&message(method, failure)).into();
    let fields = failure_object(method, failure);
    Object::assign(error.unchecked_ref::<Object>(), fields.unchecked_ref::<Object>());
    error
}

fn join(params: &Params<'_>, _: VideoEncoderConfig) -> Result<Request, Failure> {
    let (room, token, user) =
        (params.text("roomId")?, params.text("token")?, params.text("userId")?);
    let config = params.get("roomConfig")?;
    if !js::is_absent(&config) && !js::is_object(&config) {
        return Err(params.mistyped("roomConfig", "object", &config));
    }
    let config = Params { object: &config, name: "params.roomConfig" };
    let flag = |name| match config.get(name)? {
        value if js::is_absent(&value) => Ok(true),
        _ => config.flag(name),
    };
    Ok(Request::Join(Box::new(JoinOptions {
        room,
        user,
        token,
        auto_publish: flag("autoPublish")?,
        auto_subscribe: flag("autoSubscribe")?,
        secret: SessionSecret::new(random::bytes()),
    })))
}

/// The highest bit rate taken, in kbit/s: what lies above is no limit at all.
const MOST_BITRATE: u32 = 100_000;

fn encoder_config(params: &Params<'_>, before: VideoEncoderConfig) -> Result<Request, Failure> {
    let solution = params.get("maxSolution")?;
    if !js::is_object(&solution) {
        return Err(params.mistyped("maxSolution", "object", &solution));
    }
    let solution = Params { object: &solution, name: "params.maxSolution" };
    let frame_rate = match solution.get("frameRate")? {
        value if js::is_absent(&value) => before.frame_rate,
        _ => number(solution.integer("frameRate", 1, 60)?),
    };
    let max_bitrate = match solution.get("maxBitrate")? {
        // The native SDK's word for "as the size of the picture needs it".
        value if js::is_absent(&value) || value.as_f64() == Some(-1.0) => None,
        _ => Some(solution.integer("maxBitrate", 0, MOST_BITRATE)?),
    };
    Ok(Request::EncoderConfig(VideoEncoderConfig {
        width: number(solution.integer("width", 1, 4096)?),
        height: number(solution.integer("height", 1, 4096)?),
        frame_rate,
        max_bitrate,
    }))
}

/// A checked integer as the smaller type it fits.
fn number<T: TryFrom<u32> + Default>(value: u32) -> T {
    value.try_into().unwrap_or_default()
}

/// The parameters of a request.
pub(crate) struct Params<'a> {
    object: &'a JsValue,
    /// What they are called in messages.
    name: &'static str,
}

impl Params<'_> {
    fn get(&self, key: &str) -> Result<JsValue, Failure> {
        js::get(self.object, key)
            .map_err(|_| Failure::parameter(format!("{}.{key} could not be read", self.name)))
    }

    fn mistyped(&self, key: &str, expected: &str, value: &JsValue) -> Failure {
        let kind = js::kind(value);
        Failure::parameter(format!("{}.{key} should be {expected}, but got {kind}", self.name))
    }

    fn text(&self, key: &str) -> Result<String, Failure> {
        let value = self.get(key)?;
        value.as_string().ok_or_else(|| self.mistyped(key, "string", &value))
    }

    fn flag(&self, key: &str) -> Result<bool, Failure> {
        let value = self.get(key)?;
        value.as_bool().ok_or_else(|| self.mistyped(key, "boolean", &value))
    }

    fn user(&self) -> Result<UserId, Failure> {
        UserId::new(&self.text("userId")?)
            .map_err(|error| Failure::parameter(format!("params.userId {error}")))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
    fn integer(&self, key: &str, least: u32, most: u32) -> Result<u32, Failure> {
        let value = self.get(key)?;
        let Some(number) = value.as_f64() else {
            return Err(self.mistyped(key, "number", &value));
        };
        let within = number >= f64::from(least) && number <= f64::from(most);
        if within && number % 1.0 == 0.0 {
            return Ok(number as u32);
        }
        let (name, shown) = (self.name, js::shown(&value));
        Err(Failure::parameter(format!(
            "{name}.{key} should be an integer from {least} to {most}, but got {shown}"
        )))
    }

    fn capture(&self, source: Source) -> Result<Request, Failure> {
        Ok(Request::Capture(source, self.state()?))
    }

    fn state(&self) -> Result<bool, Failure> {
        let value = self.get("state")?;
        match value.as_f64() {
            Some(0.0) => Ok(false),
            Some(1.0) => Ok(true),
            _ => Err(self.unexpected("state", "0, 1", &value)),
        }
    }

    fn stream_type(&self) -> Result<StreamType, Failure> {
        let types = [
            ("audio", StreamType::Audio),
            ("video", StreamType::Video),
            ("both", StreamType::Both),
        ];
        self.one_of("streamType", &types)
    }

    fn one_of<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<T, Failure> {
        let value = self.get(key)?;
        let text = value.as_string();
        let chosen = choices.iter().find(|(name, _)| text.as_deref() == Some(*name));
        chosen.map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            self.unexpected(key, &names.join(", "), &value)
        })
    }

    fn unexpected(&self, key: &str, choices: &str, value: &JsValue) -> Failure {
        let (name, shown) = (self.name, js::shown(value));
        Failure::parameter(format!("expect {name}.{key} to be one of {choices}, but got {shown}"))
    }
}
