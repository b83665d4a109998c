//! `install`: gives an object, by default the page, its `tt.createRtcRoomContext`.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::{Array, Function, Object};
use litemap::LiteMap;
use tt_rtc_room::error::Failure;
use tt_rtc_room::id::AppId;
use wasm_bindgen::prelude::*;
use web_sys::RtcIceTransportPolicy;

use super::context::Context;
use super::request::failure_error;
use super::{context, page, rtc_room};
use crate::engine::Options;
use crate::{js, platform, signaling};

const CREATE: &str = "createRtcRoomContext";
const CREATE_WEB: &str = "createWebRoomContext";

/// One `tt` and the contexts that its pages have.
struct Installation {
    /// Its `createRtcRoomContext`, by which it is recognised.
    create: Function,
    options: RefCell<Options>,
    contexts: RefCell<LiteMap<AppId, Weak<Context>>>,
}

thread_local! {
    static INSTALLATIONS: RefCell<Vec<Rc<Installation>>> = const { RefCell::new(Vec::new()) };
    /// Those of the last `install`.
    static OPTIONS: RefCell<Options> = RefCell::default();
}

/// The options of the last `install`.
pub(crate) fn current_options() -> Options {
    OPTIONS.with_borrow(Clone::clone)
}

/// Gives `options.target` (by default the page) its `tt.createRtcRoomContext`; returns that `tt`.
///
/// # Errors
/// A `TypeError` for an option of a wrong type.
pub(crate) fn install(options: &JsValue) -> Result<JsValue, JsValue> {
    if !js::is_absent(options) && !js::is_object(options) {
        return Err(type_error("options", "an object"));
    }
    let target = match js::get(options, "target")? {
        target if js::is_absent(&target) => js_sys::global().into(),
        target if js::is_object(&target) => target,
        _ => return Err(type_error("options.target", "an object")),
    };
    let options = read(options)?;
    OPTIONS.set(options.clone());
    page::watch();
    rtc_room::define();
    provide(&target, options)
}

fn provide(target: &JsValue, options: Options) -> Result<JsValue, JsValue> {
    let tt = match js::get(target, "tt")? {
        tt if js::is_object(&tt) => tt,
        _ => Object::new().into(),
    };
    let create = js::field(&tt, CREATE);
    let is_ours = |it: &&Rc<Installation>| AsRef::<JsValue>::as_ref(&it.create) == &create;
    match INSTALLATIONS.with_borrow(|known| known.iter().find(is_ours).cloned()) {
        Some(known) => drop(known.options.replace(options)),
        None => js_sys::Reflect::set(&tt, &CREATE.into(), &new_installation(options)).map(drop)?,
    }
    js_sys::Reflect::set(target, &"tt".into(), &tt)?;
    Ok(tt)
}

fn new_installation(options: Options) -> Function {
    let installation = Rc::new_cyclic(|me: &Weak<Installation>| {
        let me = me.clone();
        let create =
            Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(move |options: JsValue| {
                match me.upgrade() {
                    Some(installation) => installation.create(&options),
                    None => Err(JsValue::UNDEFINED),
                }
            });
        Installation {
            create: create.into_js_value().unchecked_into(),
            options: RefCell::new(options),
            contexts: RefCell::default(),
        }
    });
    let create = installation.create.clone();
    INSTALLATIONS.with_borrow_mut(|known| known.push(installation));
    create
}

impl Installation {
    /// Another handle on the engine of that app, or the first one on a new engine.
    fn create(&self, options: &JsValue) -> Result<JsValue, JsValue> {
        let app = app_id(CREATE, options)?;
        let known = self.contexts.borrow().get(&app).and_then(Weak::upgrade);
        let known = known.filter(|context| !context.engine.is_destroyed());
        let context = known.unwrap_or_else(|| {
            let context = context::new(app.clone(), self.options.borrow().clone(), rtc_room::TILES);
            self.contexts.borrow_mut().insert(app, Rc::downgrade(&context));
            context
        });
        Ok(context::handle(&context, false))
    }
}

/// A context for the other platforms a mini-program talks to, always on an engine of its own.
pub(crate) fn create_web_room_context(options: &JsValue) -> Result<JsValue, JsValue> {
    let app = app_id(CREATE_WEB, options)?;
    page::watch();
    rtc_room::define();
    Ok(context::handle(&context::new(app, current_options(), rtc_room::TILES), true))
}

/// `{ appId }`, or the bare string of the platform's older typings.
fn app_id(method: &str, options: &JsValue) -> Result<AppId, JsValue> {
    let fail = |detail: String| failure_error(method, &Failure::parameter(detail));
    let value = if options.is_string() { options.clone() } else { js::get(options, "appId")? };
    let Some(text) = value.as_string() else {
        return Err(fail(format!("params.appId should be string, but got {}", js::kind(&value))));
    };
    AppId::new(&text).map_err(|error| fail(format!("params.appId {error}")))
}

fn read(options: &JsValue) -> Result<Options, JsValue> {
    let signaling = signaling::Options {
        server: server(&js::get(options, "signaling")?)?,
        keys: keys(&js::get(options, "appKeys")?)?,
    };
    let media = platform::Options {
        ice_transport_policy: ice_transport_policy(&js::get(options, "iceTransportPolicy")?)?,
        ice_servers: ice_servers(&js::get(options, "iceServers")?)?,
        media_devices: media_devices(js::get(options, "mediaDevices")?)?,
    };
    Ok(Options { signaling: Rc::new(signaling), media: Rc::new(media) })
}

fn server(value: &JsValue) -> Result<Option<String>, JsValue> {
    match value.as_string() {
        None if js::is_absent(value) => Ok(None),
        Some(name) if name == "local" => Ok(None),
        Some(url) if url.starts_with("ws://") || url.starts_with("wss://") => Ok(Some(url)),
        _ => Err(type_error("options.signaling", "\"local\", or a ws:// or wss:// address")),
    }
}

fn ice_transport_policy(value: &JsValue) -> Result<Option<RtcIceTransportPolicy>, JsValue> {
    match value.as_string().as_deref() {
        None if js::is_absent(value) => Ok(None),
        Some("all") => Ok(Some(RtcIceTransportPolicy::All)),
        Some("relay") => Ok(Some(RtcIceTransportPolicy::Relay)),
        _ => Err(type_error("options.iceTransportPolicy", "\"all\" or \"relay\"")),
    }
}

fn ice_servers(value: &JsValue) -> Result<Vec<JsValue>, JsValue> {
    if js::is_absent(value) {
        return Ok(Vec::new());
    }
    let servers = js::items(value);
    let has_urls = |server: &JsValue| {
        let urls = js::field(server, "urls");
        urls.is_string() || js::items(&urls).iter().any(JsValue::is_string)
    };
    if !Array::is_array(value) || !servers.iter().all(has_urls) {
        return Err(type_error("options.iceServers", "an array of { urls, username, credential }"));
    }
    for (number, server) in servers.iter().enumerate() {
        platform::check_ice_server(server).map_err(|error| {
            let error = js::message(&error);
            wrong(&format!("the browser refuses options.iceServers[{number}]: {error}"))
        })?;
    }
    Ok(servers)
}

fn media_devices(value: JsValue) -> Result<Option<JsValue>, JsValue> {
    match value {
        value if js::is_absent(&value) => Ok(None),
        value if js::function(&value, "getUserMedia").is_some() => Ok(Some(value)),
        _ => Err(type_error("options.mediaDevices", "an object with getUserMedia()")),
    }
}

fn keys(value: &JsValue) -> Result<Vec<(AppId, String)>, JsValue> {
    let mut keys = Vec::new();
    if js::is_absent(value) {
        return Ok(keys);
    }
    let wrong = || type_error("options.appKeys", "an object of strings, by appId");
    if !js::is_object(value) {
        return Err(wrong());
    }
    for app in js_sys::Reflect::own_keys(value)?.iter() {
        let (app, key) = (app.as_string(), js_sys::Reflect::get(value, &app)?.as_string());
        let app = app.and_then(|app| AppId::new(&app).ok());
        keys.push((app.ok_or_else(wrong)?, key.ok_or_else(wrong)?));
    }
    Ok(keys)
}

fn type_error(name: &str, expected: &str) -> JsValue {
    wrong(&format!("{name} should be {expected}"))
}

fn wrong(what: &str) -> JsValue {
    js_sys::TypeError::new(&format!("tt-rtc: install: {what}")).into()
}
