//! Signaling without a server: a connection to the hub that one of the pages of this browser runs.
//!
//! All of it is in the crate `tt-rtc-local`, a wasm of its own, which is loaded when the first
//! connection is opened. A build with the feature `local` has that crate in it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Error, Function};
use serde::Serialize;
use tt_rtc_room::error::Failure;
use tt_rtc_room::id::AppId;
use tt_rtc_room::mesh::Envelope;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use wasm_bindgen::prelude::*;

use super::transport::{Options, TransportEvent};
use crate::task::spawn_local;
use crate::{js, report};

/// A connection to a hub in this browser. Dropping it closes it.
pub(crate) struct LocalTransport {
    /// Takes what is sent, once the wasm is loaded.
    send: RefCell<Option<Function>>,
    on_event: Closure<dyn Fn(JsValue)>,
}

/// What `connect` of `tt-rtc-local` takes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HubOptions<'a> {
    keys: &'a [(AppId, String)],
    ignore_privileges: bool,
}

/// Begins to load the wasm. If that fails, the first connection says so.
pub(super) fn prepare(options: &Rc<Options>) {
    let options = Rc::clone(options);
    spawn_local(async move { drop(load(&options.local_wasm).await) });
}

/// Whether the browser has what this takes.
pub(super) fn supported() -> Result<(), Failure> {
    let locks = js::field(&js::global("navigator"), "locks");
    if js::is_object(&locks) && js::global("BroadcastChannel").is_function() {
        return Ok(());
    }
    let detail = "calls without a server need Web Locks and BroadcastChannel, which a browser gives \
                  only to pages from https or localhost";
    Err(Failure::join(detail))
}

impl LocalTransport {
    /// Opens a connection; `on_event` is called with what happens to it.
    pub(super) fn open(
        options: &Rc<Options>,
        on_event: impl Fn(TransportEvent) + 'static,
    ) -> Rc<Self> {
        let on_event = Closure::new(move |data| match event(data) {
            Ok(event) => on_event(event),
            Err(error) => js::warn(&format!("tt-rtc: not a message of the hub: {error}")),
        });
        let transport = Rc::new(Self { send: RefCell::default(), on_event });
        let (waiting, options) = (Rc::downgrade(&transport), Rc::clone(options));
        spawn_local(async move {
            let connect = load(&options.local_wasm).await;
            if let Some(transport) = waiting.upgrade() {
                transport.connect(&options, connect);
            }
        });
        transport
    }

    fn connect(&self, options: &Options, connect: Result<Connect, JsValue>) {
        let hub = HubOptions { keys: &options.keys, ignore_privileges: options.ignore_privileges };
        let on_event = self.on_event.as_ref().unchecked_ref::<Function>();
        let send = connect.and_then(|connect| connect(js::to_value(&hub), on_event.clone()));
        match send {
            Ok(send) => drop(self.send.replace(send.dyn_into().ok())),
            Err(error) => {
                report::report("loading local signaling", &error);
                let reason = format!("local signaling cannot be loaded: {}", js::message(&error));
                let _ = on_event.call1(&JsValue::UNDEFINED, &Error::new(&reason));
            }
        }
    }

    /// Sends a message to the hub, if it is there. A ping is answered here: a lock tells when the page
    /// of the hub is gone, and silence only tells that the browser is busy. Another connection would
    /// lead to the same page and be more work for it.
    pub(super) fn send(&self, message: &ClientMessage) {
        if matches!(message, ClientMessage::Ping) {
            let pong = js::to_value(&ServerMessage::<Envelope>::Pong);
            let on_event = self.on_event.as_ref().unchecked_ref::<Function>();
            let _ = on_event.call1(&JsValue::UNDEFINED, &pong);
        } else {
            self.post(&js::to_value(message));
        }
    }

    /// Closes the connection; no event follows.
    pub(super) fn close(&self) {
        self.post(&JsValue::NULL);
    }

    fn post(&self, data: &JsValue) {
        let send = self.send.borrow().clone();
        if let Some(send) = send {
            let _ = send.call1(&JsValue::UNDEFINED, data);
        }
    }
}

/// Reads an event of `tt-rtc-local`.
fn event(data: JsValue) -> Result<TransportEvent, serde_wasm_bindgen::Error> {
    if data.is_null() {
        Ok(TransportEvent::Closed(0))
    } else if data == JsValue::TRUE {
        Ok(TransportEvent::Open)
    } else if let Some(error) = data.dyn_ref::<Error>() {
        Ok(TransportEvent::Unavailable(error.message().into()))
    } else {
        serde_wasm_bindgen::from_value(data).map(TransportEvent::Message)
    }
}

/// Opens a connection: `connect` of `tt-rtc-local`.
type Connect = Box<dyn FnOnce(JsValue, Function) -> Result<JsValue, JsValue>>;

#[cfg(feature = "local")]
async fn load(_wasm: &JsValue) -> Result<Connect, JsValue> {
    Ok(Box::new(tt_rtc_local::connect))
}

#[cfg(not(feature = "local"))]
async fn load(wasm: &JsValue) -> Result<Connect, JsValue> {
    #[wasm_bindgen(module = "/src/signaling/local.js")]
    extern "C" {
        fn load(wasm: &JsValue) -> js_sys::Promise;
    }
    let connect = crate::task::JsPromise::from(load(wasm)).await?.dyn_into::<Function>()?;
    Ok(Box::new(move |options, on_event| connect.call2(&JsValue::UNDEFINED, &options, &on_event)))
}
