//! Channels and locks of an origin: what its tabs and frames find each other by.

use gloo::events::EventListener;
use js_sys::Promise;
use tt_rtc_room::protocol::VERSION;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::js;

/// The name of the hub's lock and of the channel it is announced on, and the beginning of the names
/// of all others. Versions that do not understand each other do not meet.
pub(super) fn name(of: &str) -> String {
    format!("tt-rtc/{VERSION}{of}")
}

/// One end of a channel. Dropping it closes it, after what was posted has gone out.
pub(super) struct Channel {
    channel: BroadcastChannel,
    _listener: EventListener,
}

impl Channel {
    /// The channel `name`; `hear` is called with everything others post on it.
    pub(super) fn open(name: &str, hear: impl Fn(JsValue) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let listener = EventListener::new(&channel, "message", move |event| {
            hear(event.unchecked_ref::<MessageEvent>().data());
        });
        Some(Self { channel, _listener: listener })
    }

    /// Posts a message to the other ends.
    pub(super) fn post(&self, message: &JsValue) {
        let _ = self.channel.post_message(message);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}

/// A lock of the origin, asked for or held. Dropping it gives it up. The browser does so, too, when
/// the page is gone, however it went.
pub(super) struct Lock {
    controller: JsValue,
    release: js_sys::Function,
}

impl Lock {
    /// Asks for the lock `name`; calls `granted` when it is had.
    pub(super) fn request(name: &str, granted: impl FnOnce() + 'static) -> Option<Self> {
        let controller = js::construct("AbortController")?;
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let callback = Closure::once(move |_lock: JsValue| -> JsValue {
            granted();
            held.into()
        });
        let locks = locks()?;
        let options = js::object(&[("signal", js::field(&controller, "signal"))]);
        let request = js::function(&locks, "request")?;
        let request = request.call3(&locks, &name.into(), &options, &callback.into_js_value());
        if let Ok(request) = request {
            // An abort rejects it; that is no error.
            js::ignore_rejection(&Promise::resolve(&request));
        }
        Some(Self { controller, release: release? })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
        let _ = js::call(&self.controller, "abort", &JsValue::UNDEFINED);
    }
}

/// `navigator.locks`, which only a page from https or localhost has.
pub(super) fn locks() -> Option<JsValue> {
    let navigator = js::field(&js_sys::global(), "navigator");
    Some(js::field(&navigator, "locks")).filter(js::is_object)
}

/// Whether there are channels and locks.
pub(super) fn available() -> bool {
    locks().is_some() && js::function(&js_sys::global(), "BroadcastChannel").is_some()
}
