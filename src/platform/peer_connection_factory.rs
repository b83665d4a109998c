//! Makes the peer connections: with one certificate for all of them, and in spite of Chrome's limit.

use std::cell::RefCell;

use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Promise, Uint8Array};
use tt_rtc_room::protocol::IceServer;
use wasm_bindgen::prelude::*;
use web_sys::{RtcBundlePolicy, RtcCertificate, RtcConfiguration, RtcPeerConnection};

use super::media::Options;
use super::webrtc::PeerConnection;
use crate::report::{self, Exception};
use crate::task::JsPromise;
use crate::{js, time};

/// How often the collector is asked to run before a connection is given up, and how much garbage it
/// is given each time, in bytes.
const ATTEMPTS: u32 = 40;
const GARBAGE: u32 = 64 << 20;
/// How long before its end a certificate is replaced, in milliseconds. A browser's own choice is an
/// end after 30 days; the constructor refuses an expired one (webrtc-pc, 4.4.1.1).
const RENEWAL: f64 = 24.0 * 3_600_000.0;

const CONSTRUCTOR: &str = "RTCPeerConnection";
const CONFIGURE: &str = "setConfiguration";

/// Makes the peer connections of the page.
#[derive(Default)]
pub(super) struct PeerConnectionFactory {
    certificate: RefCell<Option<Promise>>,
}

impl PeerConnectionFactory {
    /// Begins to make the certificate, so that it is there when the first connection is made.
    pub(super) fn prepare(&self) {
        if self.certificate.borrow().is_some() {
            return;
        }
        let algorithm = js::object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())]);
        let certificate =
            RtcPeerConnection::generate_certificate_with_object(algorithm.unchecked_ref());
        // Without one of ours each connection makes its own.
        if let Ok(certificate) = certificate {
            report::watch("generateCertificate", &certificate);
            self.certificate.replace(Some(certificate));
        }
    }

    /// The certificate, or a new one in place of one that expires soon.
    async fn certificate(&self) -> Option<RtcCertificate> {
        for _ in 0..2 {
            self.prepare();
            let promise = self.certificate.borrow().clone()?;
            let certificate: RtcCertificate = JsPromise::from(promise).await.ok()?.unchecked_into();
            if certificate.expires() > time::unix() + RENEWAL {
                return Some(certificate);
            }
            self.certificate.take();
        }
        None
    }

    /// A new connection with these servers, and as the page wants it.
    pub(super) async fn make(
        &self,
        servers: &[IceServer],
        options: &Options,
    ) -> Result<PeerConnection, Exception> {
        let configuration = configuration(servers, options);
        if let Some(certificate) = self.certificate().await {
            configuration.set_certificates(&js::array([certificate.into()]));
        }
        let mut attempts = 0;
        loop {
            match RtcPeerConnection::new_with_configuration(&configuration) {
                Ok(connection) => return Ok(connection.unchecked_into()),
                Err(error) if attempts < ATTEMPTS && is_limit(&error) => collect_garbage().await,
                Err(error) => return Err(Exception::of(CONSTRUCTOR)(error)),
            }
            attempts += 1;
        }
    }
}

/// Chrome allows 500 connections in a renderer. It counts a closed one until its garbage is
/// collected, which it is in no hurry to do, and says: "Cannot create so many PeerConnections".
fn is_limit(error: &JsValue) -> bool {
    js::mentions(&js::message(error), "so many PeerConnections")
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

/// Gives a connection other servers: it uses them from the next ICE restart on.
pub(super) fn set_servers(connection: &PeerConnection, servers: &[IceServer], options: &Options) {
    // All else has to be named as it is, the certificate, too.
    let configuration = connection.get_configuration();
    configuration.set_ice_servers(&ice_servers(servers, options));
    if let Err(error) = connection.set_configuration_with_configuration(&configuration) {
        report::report(CONFIGURE, &error);
    }
}

/// Asks the browser about an entry of `RTCConfiguration.iceServers`.
///
/// # Errors
/// What it finds wrong. A browser without WebRTC finds nothing.
pub(super) fn check_server(server: &JsValue) -> Result<(), JsValue> {
    let Ok(connection) = RtcPeerConnection::new() else { return Ok(()) };
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&js::array([server.clone()]));
    let result = connection.set_configuration_with_configuration(&configuration);
    connection.close();
    result
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
