//! One m-line of a peer connection: what it sends, with which encoding, and what it receives.

use tt_rtc_room::media::{Encoding, Source};
use wasm_bindgen::JsValue;
use web_sys::MediaStreamTrack;

use super::webrtc::{PeerConnection, Transceiver};
use crate::js;
use crate::task::Settled;

/// What a line is to send: nothing, or a track and how it is encoded.
pub(super) type Sending = Option<(MediaStreamTrack, Encoding)>;

/// Adds the line of `source`, which sends from the start.
pub(super) fn add(
    connection: &PeerConnection,
    source: Source,
    sending: &Sending,
) -> Result<Transceiver, JsValue> {
    let kind = if source.is_video() { "video" } else { "audio" };
    let track = sending.as_ref().map_or_else(|| kind.into(), |(track, _)| track.into());
    let init = js::object(&[("direction", "sendrecv".into())]);
    if let Some((_, encoding)) = sending {
        let parameters = js::object(&[]);
        write(&parameters, source, *encoding);
        js::set(&init, "sendEncodings", &js::array([parameters]));
    }
    connection.add_transceiver(&track, &init)
}

/// Takes part in a line that the other side offered.
pub(super) fn join(line: &Transceiver) -> Result<(), JsValue> {
    line.set_direction("sendrecv")
}

/// Sends this from now on, without a negotiation.
pub(super) fn attach(line: &Transceiver, sending: &Sending) -> Settled {
    let track = sending.as_ref().map_or(JsValue::NULL, |(track, _)| track.into());
    Settled::new(line.sender().replace_track(&track))
}

/// Encodes what is sent like this from now on.
pub(super) fn encode(line: &Transceiver, source: Source, encoding: Encoding) -> Settled {
    let sender = line.sender();
    Settled::new(sender.parameters().and_then(|parameters| {
        for parameters in js::items(&js::field(&parameters, "encodings")) {
            write(&parameters, source, encoding);
        }
        sender.set_parameters(&parameters)
    }))
}

/// Writes the encoding into `RTCRtpEncodingParameters`.
fn write(parameters: &JsValue, source: Source, encoding: Encoding) {
    js::set(parameters, "maxBitrate", &encoding.max_bitrate.into());
    if source.is_video() {
        let scale = f64::from(encoding.scale_down.max(100)) / 100.0;
        js::set(parameters, "scaleResolutionDownBy", &scale.into());
        js::set(parameters, "maxFramerate", &encoding.max_frame_rate.into());
    }
}
