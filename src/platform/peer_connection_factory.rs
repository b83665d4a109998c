//! Making peer connections: one certificate for all, and room for one more.
//!
//! Chrome allows 500 `RTCPeerConnection`s in a renderer and counts a closed one until its garbage
//! is collected, which it is in no hurry to do. A page that joins and leaves often would run out of
//! them, so before that the collector is given a reason to run.

use std::cell::{Cell, RefCell};

use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{Array, FinalizationRegistry, Promise, Uint8Array};
use tt_rtc_room::protocol::IceServer;
use wasm_bindgen::prelude::*;
use web_sys::{RtcBundlePolicy, RtcConfiguration, RtcPeerConnection};

use super::media::Options;
use super::webrtc::PeerConnection;
use crate::js;
use crate::task::JsPromise;

/// From how many uncollected connections on the collector is asked to run.
const MANY: u32 = 300;
/// How often it is asked before giving up, and how much garbage it is given each time, in bytes.
const ATTEMPTS: u32 = 40;
const GARBAGE: u32 = 64 << 20;

thread_local! {
    static CERTIFICATE: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// Connections that were made and not yet collected.
    static UNCOLLECTED: Cell<u32> = const { Cell::new(0) };
    static REGISTRY: FinalizationRegistry = registry();
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
    let certificate =
        RtcPeerConnection::generate_certificate_with_object(algorithm.unchecked_ref());
    // Without one of ours each connection makes its own.
    if let Ok(certificate) = certificate {
        js::ignore_rejection(&certificate);
        CERTIFICATE.set(Some(certificate));
    }
}

/// A new connection with these servers, and as the page wants it.
pub(super) async fn make(
    servers: &[IceServer],
    options: &Options,
) -> Result<PeerConnection, JsValue> {
    let configuration = configuration(servers, options);
    let certificate = CERTIFICATE.with_borrow(Clone::clone);
    if let Some(certificate) = certificate
        && let Ok(certificate) = JsPromise::from(certificate).await
    {
        configuration.set_certificates(&js::array([certificate]));
    }
    let mut refusal = JsValue::UNDEFINED;
    for attempt in 0..ATTEMPTS {
        if UNCOLLECTED.get() < MANY || attempt > 3 {
            match RtcPeerConnection::new_with_configuration(&configuration) {
                Ok(connection) => {
                    count(&connection);
                    return Ok(connection.unchecked_into());
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
    let configuration = connection.get_configuration();
    configuration.set_ice_servers(&ice_servers(servers, options));
    let _ = connection.set_configuration_with_configuration(&configuration);
}

fn ice_servers(servers: &[IceServer], options: &Options) -> Array {
    js::array(servers.iter().map(js::to_value).chain(options.ice_servers.iter().cloned()))
}

fn configuration(servers: &[IceServer], options: &Options) -> RtcConfiguration {
    let configuration = RtcConfiguration::new();
    configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
    configuration.set_ice_servers(&ice_servers(servers, options));
    if let Some(policy) = options.ice_transport_policy {
        configuration.set_ice_transport_policy(policy);
    }
    configuration
}

fn count(connection: &RtcPeerConnection) {
    UNCOLLECTED.set(UNCOLLECTED.get() + 1);
    REGISTRY.with(|registry| registry.register(connection, &JsValue::UNDEFINED));
}

/// Makes garbage of a size that the collector cares about, and lets it work.
async fn collect_garbage() {
    drop(Uint8Array::new_with_length(GARBAGE));
    let (elapsed, pause) = oneshot::channel();
    let _timeout = Timeout::new(0, move || {
        let _ = elapsed.send(());
    });
    let _ = pause.await;
}
