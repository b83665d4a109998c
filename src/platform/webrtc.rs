//! What `web-sys` lacks of WebRTC.
//!
//! `web-sys` 0.3.107 describes an older WebRTC. It has no `restartIce`, no `setLocalDescription`
//! without a description, no options of `setParameters` and no `maxFramerate`; and it declares
//! `addTransceiver` and the setter of `direction` as if they never threw. All else of WebRTC is used
//! as `web-sys` has it: an operation that returns a promise never throws (Web IDL, 3.7.7).

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{
    RtcPeerConnection, RtcRtpEncodingParameters, RtcRtpParameters, RtcRtpSender, RtcRtpTransceiver,
    RtcRtpTransceiverDirection, RtcRtpTransceiverInit,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = RtcPeerConnection, js_name = RTCPeerConnection)]
    #[derive(Clone)]
    pub(super) type PeerConnection;

    #[wasm_bindgen(method, js_name = addTransceiver, catch)]
    pub(super) fn try_add_transceiver(
        this: &PeerConnection,
        track_or_kind: &JsValue,
        init: &RtcRtpTransceiverInit,
    ) -> Result<RtcRtpTransceiver, JsValue>;

    #[wasm_bindgen(method, js_name = restartIce, catch)]
    pub(super) fn restart_ice(this: &PeerConnection) -> Result<(), JsValue>;

    /// Sets the offer or the answer that is due (webrtc-pc, 4.4.2, `setLocalDescription`, step 4).
    #[wasm_bindgen(method, js_name = setLocalDescription)]
    pub(super) fn set_implicit_description(this: &PeerConnection) -> Promise;

    #[wasm_bindgen(extends = RtcRtpTransceiver, js_name = RTCRtpTransceiver)]
    #[derive(Clone)]
    pub(super) type Transceiver;

    #[wasm_bindgen(method, setter, js_name = direction, catch)]
    pub(super) fn try_set_direction(
        this: &Transceiver,
        direction: RtcRtpTransceiverDirection,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(extends = RtcRtpSender, js_name = RTCRtpSender)]
    pub(super) type Sender;

    /// `setParameters` with `RTCSetParameterOptions` (webrtc-extensions).
    #[wasm_bindgen(method, js_name = setParameters)]
    pub(super) fn set_parameters_with_options(
        this: &Sender,
        parameters: &RtcRtpParameters,
        options: &JsValue,
    ) -> Promise;

    #[wasm_bindgen(extends = RtcRtpEncodingParameters)]
    pub(super) type EncodingParameters;

    /// Frames per second.
    #[wasm_bindgen(method, setter, js_name = maxFramerate)]
    pub(super) fn set_max_framerate(this: &EncodingParameters, value: f64);
}
