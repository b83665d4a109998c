//! The payload of a signal, which a hub forwards as it is.

use serde::{Deserialize, Serialize};
use tt_rtc_browser::js;
use tt_rtc_room::mesh::Envelope;
use tt_rtc_room::protocol::SignalPayload;
use wasm_bindgen::JsValue;

/// A payload that is not read: session descriptions are long, and the main thread of the page with
/// the hub has the calls of all pages pass through it. Its receiver checks it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Payload(#[serde(with = "serde_wasm_bindgen::preserve")] JsValue);

impl SignalPayload for Payload {
    fn deny_subscriptions(&mut self) {
        let envelope = serde_wasm_bindgen::from_value(self.0.clone());
        self.0 = envelope.map_or(JsValue::NULL, |mut envelope: Envelope| {
            envelope.deny_subscriptions();
            js::to_value(&envelope)
        });
    }
}
