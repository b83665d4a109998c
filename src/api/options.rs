//! The options of `install` and `createWebRoomContext`.

use std::rc::Rc;

use js_sys::Array;
use tt_rtc_room::error::Failure;
use tt_rtc_room::id::AppId;
use wasm_bindgen::prelude::*;
use web_sys::RtcIceTransportPolicy;

use super::request::failure_error;
use crate::engine::trace::Level;
use crate::{js, platform, signaling};

/// The options of an `install`.
#[derive(Clone)]
pub(crate) struct PageOptions {
    pub(crate) signaling: Rc<signaling::Options>,
    pub(crate) media: Rc<platform::Options>,
    pub(crate) connection_events: bool,
    pub(crate) log: Option<Level>,
}

/// `{ appId }`, or the bare string of the platform's older typings.
///
/// # Errors
/// The failure of a parameter error.
pub(crate) fn app_id(method: &str, options: &JsValue) -> Result<AppId, JsValue> {
    let fail = |detail: String| failure_error(method, &Failure::parameter(detail));
    let value = if options.is_string() { options.clone() } else { js::get(options, "appId")? };
    let Some(text) = value.as_string() else {
        return Err(fail(format!("params.appId should be string, but got {}", js::kind(&value))));
    };
    AppId::new(&text).map_err(|error| fail(format!("params.appId {error}")))
}

/// Reads the options. One that is left out is taken from `defaults`.
///
/// # Errors
/// A `TypeError` for an option of a wrong type.
pub(crate) fn read(options: &JsValue, defaults: &JsValue) -> Result<PageOptions, JsValue> {
    let given = Given { options, defaults };
    let signaling = signaling::Options {
        server: given.server()?,
        keys: given.keys()?,
        ignore_privileges: given.ignores_privileges()?,
        local_wasm: given.get("localSignaling")?,
    };
    let media = platform::Options {
        ice_transport_policy: given.ice_transport_policy()?,
        ice_servers: given.ice_servers()?,
        media_devices: given.media_devices()?,
    };
    Ok(PageOptions {
        signaling: Rc::new(signaling),
        media: Rc::new(media),
        connection_events: given.connection_events()?,
        log: given.log()?,
    })
}

/// Options, and what stands for those that are left out.
struct Given<'a> {
    options: &'a JsValue,
    defaults: &'a JsValue,
}

impl Given<'_> {
    fn get(&self, key: &str) -> Result<JsValue, JsValue> {
        match js::get(self.options, key)? {
            value if js::is_absent(&value) => js::get(self.defaults, key),
            value => Ok(value),
        }
    }

    /// One of several names; none if the option is left out.
    fn choice<T: Copy>(
        &self,
        key: &str,
        expected: &str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, JsValue> {
        let value = self.get(key)?;
        if js::is_absent(&value) {
            return Ok(None);
        }
        let chosen = choices.iter().find(|(name, _)| value == *name);
        chosen.map(|(_, choice)| Some(*choice)).ok_or_else(|| mistyped(key, expected))
    }

    fn connection_events(&self) -> Result<bool, JsValue> {
        match self.get("connectionEvents")? {
            value if js::is_absent(&value) => Ok(false),
            value => value.as_bool().ok_or_else(|| mistyped("connectionEvents", "a boolean")),
        }
    }

    fn log(&self) -> Result<Option<Level>, JsValue> {
        let choices = [("warn", Level::Warn), ("info", Level::Info), ("debug", Level::Debug)];
        self.choice("log", "\"warn\", \"info\" or \"debug\"", &choices)
    }

    fn ignores_privileges(&self) -> Result<bool, JsValue> {
        let choices = [("enforce", false), ("ignore", true)];
        let chosen = self.choice("privileges", "\"enforce\" or \"ignore\"", &choices);
        chosen.map(Option::unwrap_or_default)
    }

    fn ice_transport_policy(&self) -> Result<Option<RtcIceTransportPolicy>, JsValue> {
        let choices =
            [("all", RtcIceTransportPolicy::All), ("relay", RtcIceTransportPolicy::Relay)];
        self.choice("iceTransportPolicy", "\"all\" or \"relay\"", &choices)
    }

    fn server(&self) -> Result<Option<String>, JsValue> {
        let value = self.get("signaling")?;
        match value.as_string() {
            None if js::is_absent(&value) => Ok(None),
            Some(name) if name == "local" => Ok(None),
            Some(url) if url.starts_with("ws://") || url.starts_with("wss://") => Ok(Some(url)),
            _ => Err(mistyped("signaling", "\"local\", or a ws:// or wss:// address")),
        }
    }

    fn ice_servers(&self) -> Result<Vec<JsValue>, JsValue> {
        let value = self.get("iceServers")?;
        if js::is_absent(&value) {
            return Ok(Vec::new());
        }
        let servers = js::items(&value);
        let has_urls = |server: &JsValue| {
            let urls = js::field(server, "urls");
            urls.is_string() || js::items(&urls).iter().any(JsValue::is_string)
        };
        if !Array::is_array(&value) || !servers.iter().all(has_urls) {
            return Err(mistyped("iceServers", "an array of { urls, username, credential }"));
        }
        for (number, server) in servers.iter().enumerate() {
            platform::check_ice_server(server).map_err(|error| {
                let error = js::message(&error);
                wrong(&format!("the browser refuses options.iceServers[{number}]: {error}"))
            })?;
        }
        Ok(servers)
    }

    fn media_devices(&self) -> Result<Option<JsValue>, JsValue> {
        match self.get("mediaDevices")? {
            value if js::is_absent(&value) => Ok(None),
            value if js::function(&value, "getUserMedia").is_some() => Ok(Some(value)),
            _ => Err(mistyped("mediaDevices", "an object with getUserMedia()")),
        }
    }

    fn keys(&self) -> Result<Vec<(AppId, String)>, JsValue> {
        let value = self.get("appKeys")?;
        let mut keys = Vec::new();
        if js::is_absent(&value) {
            return Ok(keys);
        }
        let wrong = || mistyped("appKeys", "an object of strings, by appId");
        if !js::is_object(&value) {
            return Err(wrong());
        }
        for app in js_sys::Reflect::own_keys(&value)?.iter() {
            let (app, key) = (app.as_string(), js_sys::Reflect::get(&value, &app)?.as_string());
            let app = app.and_then(|app| AppId::new(&app).ok());
            keys.push((app.ok_or_else(wrong)?, key.ok_or_else(wrong)?));
        }
        Ok(keys)
    }
}

fn mistyped(key: &str, expected: &str) -> JsValue {
    type_error(&format!("options.{key}"), expected)
}

/// An option or an argument of a wrong type.
pub(crate) fn type_error(name: &str, expected: &str) -> JsValue {
    wrong(&format!("{name} should be {expected}"))
}

/// A `TypeError` of `install`.
pub(crate) fn wrong(what: &str) -> JsValue {
    js_sys::TypeError::new(&format!("tt-rtc: install: {what}")).into()
}
