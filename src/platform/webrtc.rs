//! Bindings to WebRTC 1.0.
//!
//! `web-sys` describes an older WebRTC: it has neither `restartIce` nor `setLocalDescription` without
//! a description, nor send encodings. And it lets most of these methods throw right through us,
//! where a browser may refuse any of them.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, MediaStreamTrack};

#[wasm_bindgen]
extern "C" {
    /// `RTCPeerConnection`.
    #[wasm_bindgen(js_name = RTCPeerConnection, extends = EventTarget)]
    #[derive(Clone)]
    pub(super) type PeerConnection;

    #[wasm_bindgen(constructor, js_class = "RTCPeerConnection", catch)]
    pub(super) fn new(configuration: &JsValue) -> Result<PeerConnection, JsValue>;

    #[wasm_bindgen(static_method_of = PeerConnection, js_class = "RTCPeerConnection",
                   js_name = generateCertificate, catch)]
    pub(super) fn generate_certificate(algorithm: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = addTransceiver, catch)]
    pub(super) fn add_transceiver(
        this: &PeerConnection,
        track_or_kind: &JsValue,
        init: &JsValue,
    ) -> Result<Transceiver, JsValue>;

    #[wasm_bindgen(method, js_name = getTransceivers)]
    pub(super) fn transceivers(this: &PeerConnection) -> Array;

    #[wasm_bindgen(method, js_name = setLocalDescription, catch)]
    pub(super) fn set_local_description(this: &PeerConnection) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = setRemoteDescription, catch)]
    pub(super) fn set_remote_description(
        this: &PeerConnection,
        description: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, js_name = localDescription)]
    pub(super) fn local_description(this: &PeerConnection) -> JsValue;

    #[wasm_bindgen(method, js_name = addIceCandidate, catch)]
    pub(super) fn add_ice_candidate(
        this: &PeerConnection,
        candidate: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = getConfiguration)]
    pub(super) fn configuration(this: &PeerConnection) -> JsValue;

    #[wasm_bindgen(method, js_name = setConfiguration, catch)]
    pub(super) fn set_configuration(
        this: &PeerConnection,
        configuration: &JsValue,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = restartIce, catch)]
    pub(super) fn restart_ice(this: &PeerConnection) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = getStats, catch)]
    pub(super) fn stats(this: &PeerConnection) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, js_name = connectionState)]
    pub(super) fn connection_state(this: &PeerConnection) -> String;

    #[wasm_bindgen(method)]
    pub(super) fn close(this: &PeerConnection);

    /// `RTCRtpTransceiver`.
    #[wasm_bindgen(js_name = RTCRtpTransceiver)]
    #[derive(Clone, PartialEq)]
    pub(super) type Transceiver;

    #[wasm_bindgen(method, getter)]
    pub(super) fn sender(this: &Transceiver) -> Sender;

    #[wasm_bindgen(method, getter)]
    pub(super) fn receiver(this: &Transceiver) -> Receiver;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_direction(this: &Transceiver, direction: &str) -> Result<(), JsValue>;

    /// `RTCRtpSender`.
    #[wasm_bindgen(js_name = RTCRtpSender)]
    pub(super) type Sender;

    #[wasm_bindgen(method, js_name = replaceTrack, catch)]
    pub(super) fn replace_track(this: &Sender, track: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = getParameters, catch)]
    pub(super) fn parameters(this: &Sender) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = setParameters, catch)]
    pub(super) fn set_parameters(this: &Sender, parameters: &JsValue) -> Result<JsValue, JsValue>;

    /// The same with `RTCSetParameterOptions` of the WebRTC extensions.
    #[wasm_bindgen(method, js_name = setParameters, catch)]
    pub(super) fn set_parameters_with(
        this: &Sender,
        parameters: &JsValue,
        options: &JsValue,
    ) -> Result<JsValue, JsValue>;

    /// `RTCRtpReceiver`.
    #[wasm_bindgen(js_name = RTCRtpReceiver)]
    pub(super) type Receiver;

    #[wasm_bindgen(method, getter)]
    pub(super) fn track(this: &Receiver) -> MediaStreamTrack;

    /// `RTCStatsReport`.
    #[wasm_bindgen(js_name = RTCStatsReport)]
    pub(super) type StatsReport;

    #[wasm_bindgen(method)]
    pub(super) fn values(this: &StatsReport) -> JsValue;
}
