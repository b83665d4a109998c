//! Making peer connections: one certificate for all, and room for one more.
//!
//! Chrome allows 500 `RTCPeerConnection`s in a renderer and counts a closed one until its garbage
//! is collected, which it is in no hurry to do. A page that joins and leaves often would run out of
//! them, so before that the collector is given a reason to run.

use std::cell::{Cell, RefCell};

use js_sys::{FinalizationRegistry, Promise, Uint8Array};
use tt_rtc_room::protocol::IceServer;
use wasm_bindgen::prelude::*;

use super::webrtc::PeerConnection;
use crate::install::Options;
use crate::js;
use crate::task::Settled;

/// From how many uncollected connections on the collector is asked to run.
const MANY: u32 = 300;
/// How often it is asked before giving up, and how much garbage it is given each time, in bytes.
const ATTEMPTS: u32 = 40;
const GARBAGE: u32 = 64 << 20;

thread_local! {
    static CERTIFICATE: RefCell<Option<JsValue>> = const { RefCell::new(None) };
    /// Connections that were made and not yet collected.
    static UNCOLLECTED: Cell<u32> = const { Cell::new(0) };
    static REGISTRY: FinalizationRegistry = registry();
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, milliseconds: i32) -> JsValue;
}

fn registry() -> FinalizationRegistry {
    let collected = Closure::<dyn Fn(JsValue)>::new(|_| {
        UNCOLLECTED.set(UNCOLLECTED.get().saturating_sub(1));
    });
    FinalizationRegistry::new(collected.into_js_value().unchecked_ref())
}

/// Begins to make the certificate, so that it is there when the first connection is made.
pub(super) fn prepare() {
    if CERTIFICATE.with_borrow(Option::is_some) {
        return;
    }
    let algorithm = js::object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())]);
    let certificate = PeerConnection::generate_certificate(&algorithm);
    // Without one of ours each connection makes its own.
    js::ignore_rejection(certificate.clone());
    CERTIFICATE.set(Some(certificate.unwrap_or_default()));
}

/// A new connection with these servers, and as the page wants it.
pub(super) async fn make(
    servers: &[IceServer],
    options: &Options,
) -> Result<PeerConnection, JsValue> {
    let certificate = CERTIFICATE.with_borrow(Clone::clone).unwrap_or_default();
    let certificate = Settled::new(Ok(certificate)).await.ok().filter(js::is_object);
    let configuration = configuration(servers, options);
    js::set(&configuration, "certificates", &js::array(certificate).into());
    let mut refusal = JsValue::UNDEFINED;
    for attempt in 0..ATTEMPTS {
        if UNCOLLECTED.get() < MANY || attempt > 3 {
            match PeerConnection::new(&configuration) {
                Ok(connection) => {
                    count(&connection);
                    return Ok(connection);
                }
                Err(error) => refusal = error,
            }
            // Nothing but the number of connections gets better by waiting.
            if UNCOLLECTED.get() < MANY {
                break;
            }
        }
        collect_garbage().await;
    }
    Err(refusal)
}

/// Gives a connection other servers: it uses them from the next ICE restart on.
pub(super) fn set_servers(connection: &PeerConnection, servers: &[IceServer], options: &Options) {
    // All else has to be named as it is, the certificate, too.
    let configuration = connection.configuration();
    js::set(&configuration, "iceServers", &ice_servers(servers, options));
    let _ = connection.set_configuration(&configuration);
}

fn ice_servers(servers: &[IceServer], options: &Options) -> JsValue {
    js::array(servers.iter().map(ice_server).chain(options.ice_servers.iter().cloned())).into()
}

fn configuration(servers: &[IceServer], options: &Options) -> JsValue {
    let policy = options.ice_transport_policy.as_deref();
    js::object(&[
        ("bundlePolicy", "max-bundle".into()),
        ("iceServers", ice_servers(servers, options)),
        ("iceTransportPolicy", policy.map_or(JsValue::UNDEFINED, JsValue::from)),
    ])
}

fn ice_server(server: &IceServer) -> JsValue {
    let object = js::object(&[("urls", js::array(server.urls.iter().map(Into::into)).into())]);
    for (key, value) in [("username", &server.username), ("credential", &server.credential)] {
        if let Some(value) = value {
            js::set(&object, key, &value.into());
        }
    }
    object
}

fn count(connection: &PeerConnection) {
    UNCOLLECTED.set(UNCOLLECTED.get() + 1);
    REGISTRY.with(|registry| registry.register(connection, &JsValue::UNDEFINED));
}

/// Makes garbage of a size that the collector cares about, and lets it work.
async fn collect_garbage() {
    drop(Uint8Array::new_with_length(GARBAGE));
    let pause = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, 0);
    });
    let _ = Settled::new(Ok(pause.into())).await;
}
