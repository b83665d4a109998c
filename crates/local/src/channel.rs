//! Channels and locks of an origin: what its tabs and frames find each other by.

use gloo::events::EventListener;
use js_sys::{Array, Function, Promise};
use tt_rtc_browser::js;
use tt_rtc_browser::task::{JsPromise, spawn_local};
use tt_rtc_room::protocol::VERSION;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

/// The name of a channel or a lock. Versions that do not understand each other do not meet.
pub(crate) fn name(of: &str) -> String {
    format!("tt-rtc/{VERSION}{of}")
}

/// One end of a channel. Dropping it closes it, after what was posted has gone out.
pub(crate) struct Channel {
    channel: BroadcastChannel,
    _listener: EventListener,
}

impl Channel {
    /// The channel `name`; `on_message` is called with everything that others post on it.
    ///
    /// # Errors
    /// What the constructor throws.
    pub(crate) fn open(
        name: &str,
        on_message: impl Fn(JsValue) + 'static,
    ) -> Result<Self, JsValue> {
        let channel = BroadcastChannel::new(name)?;
        let listener = EventListener::new(&channel, "message", move |event| {
            on_message(event.unchecked_ref::<MessageEvent>().data());
        });
        Ok(Self { channel, _listener: listener })
    }

    /// Posts a message to the other ends.
    pub(crate) fn post(&self, message: &JsValue) {
        let _ = self.channel.post_message(message);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}

/// A lock of the origin, requested or held. Dropping it gives it up. The browser does so, too, when
/// the page is gone, however it went.
pub(crate) struct Lock {
    controller: JsValue,
    release: Function,
}

impl Lock {
    /// Requests the lock `name`. Later one of these is called, once: `granted` when it is held, or
    /// `refused` with the exception. A page without access to its origin's storage is refused every
    /// lock (Web Locks, 4.1). `granted` is not called after the lock was dropped.
    pub(crate) fn request(
        name: &str,
        granted: impl FnOnce() + 'static,
        refused: impl FnOnce(&JsValue) + 'static,
    ) -> Option<Self> {
        let controller = js::construct("AbortController")?;
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let signal = js::field(&controller, "signal");
        let options = js::object(&[("signal", signal.clone())]);
        let callback = Closure::once(move |_lock: JsValue| -> JsValue {
            // The request may have been granted before it was aborted.
            if js::field(&signal, "aborted").is_falsy() {
                granted();
            }
            held.into()
        });
        let locks = js::field(&js::global("navigator"), "locks");
        let request = js::function(&locks, "request")?;
        let arguments: Array = js::array([name.into(), options, callback.into_js_value()]);
        let request = JsPromise::from(request.apply(&locks, &arguments));
        spawn_local(async move {
            // Dropping the lock aborts the request.
            if let Err(error) = request.await
                && js::field(&error, "name") != "AbortError"
            {
                refused(&error);
            }
        });
        Some(Self { controller, release: release? })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
        let _ = js::call(&self.controller, "abort", &JsValue::UNDEFINED);
    }
}
