//! `install`: gives an object, by default the page, its `tt.createRtcRoomContext`.

use std::cell::{Cell, RefCell};
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
use crate::engine::trace::{Level, Tracer};
use crate::{js, platform, signaling};

const CREATE: &str = "createRtcRoomContext";
const CREATE_WEB: &str = "createWebRoomContext";

/// One `tt` and the contexts that its pages have.
struct Installation {
    /// Its `createRtcRoomContext`, by which it is recognised.
    create: Function,
    options: RefCell<PageOptions>,
    contexts: RefCell<LiteMap<AppId, Weak<Context>>>,
}

/// The options of an `install`.
#[derive(Clone)]
struct PageOptions {
    engine: Options,
    connection_events: bool,
}

/// What the library keeps of the page.
#[derive(Default)]
struct Registry {
    /// Whether the page is listened to and has the element.
    begun: Cell<bool>,
    installations: RefCell<Vec<Rc<Installation>>>,
    /// The options given for the page itself.
    own: RefCell<JsValue>,
    tracer: Rc<Tracer>,
}

thread_local! {
    static REGISTRY: Registry = Registry::default();
}

fn begin() {
    if !REGISTRY.with(|registry| registry.begun.replace(true)) {
        page::watch();
        rtc_room::define();
    }
}

/// Gives `options.target` (by default the page) its `tt.createRtcRoomContext`; returns that `tt`.
///
/// # Errors
/// A `TypeError` for an option of a wrong type, and for a `tt` that cannot be changed.
pub(crate) fn install(options: &JsValue) -> Result<JsValue, JsValue> {
    if !js::is_absent(options) && !js::is_object(options) {
        return Err(type_error("options", "an object"));
    }
    let page = js_sys::global();
    let target = match js::get(options, "target")? {
        target if js::is_absent(&target) => page.clone().into(),
        target if js::is_object(&target) => target,
        _ => return Err(type_error("options.target", "an object")),
    };
    let read = read(options, &JsValue::UNDEFINED)?;
    begin();
    let tt = provide(&target, read)?;
    if target == *page {
        REGISTRY.with(|registry| registry.own.replace(options.clone()));
    }
    Ok(tt)
}

fn provide(target: &JsValue, options: PageOptions) -> Result<JsValue, JsValue> {
    let tt = match js::get(target, "tt")? {
        tt if js::is_object(&tt) => tt,
        _ => {
            let tt = Object::new().into();
            put(target, "tt", &tt)?;
            tt
        }
    };
    let create = js::field(&tt, CREATE);
    let is_ours = |it: &&Rc<Installation>| AsRef::<JsValue>::as_ref(&it.create) == &create;
    let known =
        REGISTRY.with(|registry| registry.installations.borrow().iter().find(is_ours).cloned());
    match known {
        Some(known) => drop(known.options.replace(options)),
        None => put(&tt, CREATE, &new_installation(options))?,
    }
    Ok(tt)
}

fn put(object: &JsValue, key: &str, value: &JsValue) -> Result<(), JsValue> {
    if js_sys::Reflect::set(object, &key.into(), value)? {
        return Ok(());
    }
    Err(wrong(&format!("`{key}` cannot be set: the object is frozen, or has a `{key}` of its own")))
}

fn new_installation(options: PageOptions) -> Function {
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
    REGISTRY.with(|registry| registry.installations.borrow_mut().push(installation));
    create
}

impl Installation {
    /// Another handle on the engine of that app, or the first one on a new engine.
    fn create(&self, options: &JsValue) -> Result<JsValue, JsValue> {
        let app = app_id(CREATE, options)?;
        let known = self.contexts.borrow().get(&app).and_then(Weak::upgrade);
        let known = known.filter(|context| !context.engine.is_destroyed());
        let context = known.unwrap_or_else(|| {
            let PageOptions { engine, connection_events } = self.options.borrow().clone();
            let context = context::new(app.clone(), engine, rtc_room::TILES, connection_events);
            self.contexts.borrow_mut().insert(app, Rc::downgrade(&context));
            context
        });
        Ok(context::handle(&context, false))
    }
}

/// A context for the other platforms a mini-program talks to, always on an engine of its own. An
/// option that is left out is that of the page's own `install`.
pub(crate) fn create_web_room_context(options: &JsValue) -> Result<JsValue, JsValue> {
    let app = app_id(CREATE_WEB, options)?;
    let own = REGISTRY.with(|registry| registry.own.borrow().clone());
    let PageOptions { engine, .. } = read(options, &own)?;
    begin();
    Ok(context::handle(&context::new(app, engine, rtc_room::TILES, true), true))
}

/// Calls `callback` with each entry of the trace of all engines, in place of the one before.
///
/// # Errors
/// A `TypeError` for what is no function.
pub(crate) fn trace(callback: &JsValue) -> Result<(), JsValue> {
    let callback = match callback.dyn_ref::<Function>() {
        None if !js::is_absent(callback) => return Err(type_error("trace", "a function")),
        callback => callback.cloned(),
    };
    REGISTRY.with(|registry| registry.tracer.callback.replace(callback));
    Ok(())
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

/// The options; one that is left out is taken from `defaults`.
fn read(options: &JsValue, defaults: &JsValue) -> Result<PageOptions, JsValue> {
    let get = |key| match js::get(options, key) {
        Ok(value) if js::is_absent(&value) => js::get(defaults, key),
        result => result,
    };
    let signaling = signaling::Options {
        server: server(&get("signaling")?)?,
        keys: keys(&get("appKeys")?)?,
        ignore_privileges: ignores_privileges(&get("privileges")?)?,
        local_wasm: get("localSignaling")?,
    };
    let media = platform::Options {
        ice_transport_policy: ice_transport_policy(&get("iceTransportPolicy")?)?,
        ice_servers: ice_servers(&get("iceServers")?)?,
        media_devices: media_devices(get("mediaDevices")?)?,
    };
    let connection_events = flag(&get("connectionEvents")?, "options.connectionEvents")?;
    let level = level(&get("log")?)?;
    let tracer = REGISTRY.with(|registry| Rc::clone(&registry.tracer));
    if let Some(level) = level {
        tracer.level.set(level);
    }
    let engine = Options { signaling: Rc::new(signaling), media: Rc::new(media), tracer };
    Ok(PageOptions { engine, connection_events })
}

fn flag(value: &JsValue, name: &str) -> Result<bool, JsValue> {
    if js::is_absent(value) {
        return Ok(false);
    }
    value.as_bool().ok_or_else(|| type_error(name, "a boolean"))
}

/// One of these names; none if the option is left out.
fn choice<T: Copy>(
    value: &JsValue,
    name: &str,
    expected: &str,
    choices: &[(&str, T)],
) -> Result<Option<T>, JsValue> {
    if js::is_absent(value) {
        return Ok(None);
    }
    let text = value.as_string();
    let chosen = choices.iter().find(|(name, _)| text.as_deref() == Some(*name));
    chosen.map(|(_, choice)| Some(*choice)).ok_or_else(|| type_error(name, expected))
}

fn ignores_privileges(value: &JsValue) -> Result<bool, JsValue> {
    let choices = [("enforce", false), ("ignore", true)];
    let chosen = choice(value, "options.privileges", "\"enforce\" or \"ignore\"", &choices)?;
    Ok(chosen.unwrap_or_default())
}

fn level(value: &JsValue) -> Result<Option<Level>, JsValue> {
    let choices = [("warn", Level::Warn), ("info", Level::Info), ("debug", Level::Debug)];
    choice(value, "options.log", "\"warn\", \"info\" or \"debug\"", &choices)
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
    let choices = [("all", RtcIceTransportPolicy::All), ("relay", RtcIceTransportPolicy::Relay)];
    choice(value, "options.iceTransportPolicy", "\"all\" or \"relay\"", &choices)
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
