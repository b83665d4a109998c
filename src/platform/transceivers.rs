//! The transceivers of a peer connection, one for each source, and what they send.
//!
//! The order of the m-lines is that of [`mline_index`]. A transceiver is added for a local offer
//! (`addTransceiver`), or the browser adds it for a remote one.

use tt_rtc_room::media::{Source, Sources};
use tt_rtc_room::mesh::{Encoding, mline_index};
use wasm_bindgen::prelude::*;
use web_sys::{
    MediaStreamTrack, RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcRtpTransceiverInit,
};

use super::webrtc::{EncodingParameters, PeerConnection, Sender, Transceiver};
use crate::js;
use crate::report::{self, Exception};

const SET_PARAMETERS: &str = "setParameters";

/// The track that a transceiver sends, and its encoding. `None` if it sends nothing.
pub(super) type Sending = Option<(MediaStreamTrack, Encoding)>;

/// The transceivers of a connection, by m-line index.
#[derive(Default)]
pub(super) struct Transceivers {
    transceivers: [Option<RtcRtpTransceiver>; 4],
    /// The sources whose transceivers are only in a local offer that is not answered yet.
    unanswered: Sources,
}

impl Transceivers {
    /// The transceiver of `source`.
    pub(super) fn get(&self, source: Source) -> Option<RtcRtpTransceiver> {
        self.transceivers.get(mline_index(source))?.clone()
    }

    /// The transceivers that both sides have negotiated.
    pub(super) fn answered(&self) -> Vec<(Source, RtcRtpTransceiver)> {
        let transceivers = Source::ALL.into_iter().zip(&self.transceivers);
        let known = transceivers.filter(|(source, _)| !self.unanswered.has(*source));
        known.filter_map(|(source, transceiver)| Some((source, transceiver.clone()?))).collect()
    }

    /// Adds the transceiver of `source` for an offer, unless it exists.
    pub(super) fn add(
        &mut self,
        connection: &PeerConnection,
        source: Source,
        sending: &Sending,
    ) -> Result<(), Exception> {
        let slot = self.transceivers.get_mut(mline_index(source));
        if let Some(slot) = slot.filter(|slot| slot.is_none()) {
            *slot = Some(add(connection, source, sending)?);
            self.unanswered = self.unanswered.with(source, true);
        }
        Ok(())
    }

    /// The local offer is answered.
    pub(super) fn handle_answer(&mut self) {
        self.unanswered = Sources::NONE;
    }

    /// Makes the transceivers of all sources send, and those of `receives` receive, too. Before that, it
    /// takes the transceivers that the browser added for the m-lines of a remote offer (RFC 8829 5.10).
    /// A hostile offer has others: they do nothing, or the browser would decode what arrives for them.
    pub(super) fn set_directions(
        &mut self,
        connection: &PeerConnection,
        receives: Sources,
    ) -> Result<(), Exception> {
        for transceiver in connection.get_transceivers().iter() {
            let transceiver: Transceiver = transceiver.unchecked_into();
            let mut slots = Source::ALL.into_iter().zip(&mut self.transceivers);
            let own = |slot: &Option<_>| slot.as_ref().is_none_or(|known| *known == *transceiver);
            let direction = match slots.find(|(_, slot)| own(slot)) {
                Some((source, slot)) if transceiver.receiver().track().kind() == kind(source) => {
                    *slot = Some(transceiver.clone().into());
                    match receives.has(source) {
                        true => RtcRtpTransceiverDirection::Sendrecv,
                        false => RtcRtpTransceiverDirection::Sendonly,
                    }
                }
                _ => RtcRtpTransceiverDirection::Inactive,
            };
            let set = transceiver.try_set_direction(direction);
            set.map_err(Exception::of("RTCRtpTransceiver.direction"))?;
        }
        Ok(())
    }
}

/// The kind of the tracks of a source.
fn kind(source: Source) -> &'static str {
    if source.is_video() { "video" } else { "audio" }
}

/// Adds a transceiver with its track and encoding, so that it sends from the first frame on.
fn add(
    connection: &PeerConnection,
    source: Source,
    sending: &Sending,
) -> Result<RtcRtpTransceiver, Exception> {
    let track = sending.as_ref().map_or_else(|| kind(source).into(), |(track, _)| track.into());
    let init = RtcRtpTransceiverInit::new();
    if let Some((track, encoding)) = sending {
        let parameters = js::object(&[]);
        write(parameters.unchecked_ref(), source, track, *encoding);
        init.set_send_encodings(&js::array([parameters]));
    }
    connection.try_add_transceiver(&track, &init).map_err(Exception::of("addTransceiver"))
}

/// Sends this track from now on. This needs no negotiation, and nothing waits for it: the browser
/// chains it with the descriptions (webrtc-pc 5.2, operations chain).
pub(super) fn replace_track(transceiver: &RtcRtpTransceiver, sending: &Sending) {
    let track = sending.as_ref().map(|(track, _)| track);
    report::watch("replaceTrack", &transceiver.sender().replace_track(track));
}

/// Sets the encoding parameters. Video is sent only if `video` is true. A browser ignores
/// parameters that it does not support.
pub(super) fn set_parameters(
    transceiver: &RtcRtpTransceiver,
    source: Source,
    (track, encoding): (MediaStreamTrack, Encoding),
    video: bool,
) {
    let sender = transceiver.sender();
    let parameters = sender.get_parameters();
    for parameters in parameters.get_encodings().unwrap_or_default() {
        let parameters = parameters.unchecked_into();
        write(&parameters, source, &track, encoding);
        if source.is_video() {
            parameters.set_active(video);
        }
    }
    report::watch(SET_PARAMETERS, &sender.set_parameters_with_parameters(&parameters));
}

/// Sends a key frame (webrtc-extensions, `setParameters` with `encodingOptions`). A browser that
/// does not support this sends one when the other side requests it (RFC 4585 6.3.1).
pub(super) fn send_key_frame(transceiver: &RtcRtpTransceiver) {
    let sender = transceiver.sender();
    let parameters = sender.get_parameters();
    let key_frame = |_| js::object(&[("keyFrame", JsValue::TRUE)]);
    let options = js::array(parameters.get_encodings().unwrap_or_default().iter().map(key_frame));
    let options = js::object(&[("encodingOptions", options.into())]);
    let sender: Sender = sender.unchecked_into();
    report::watch(SET_PARAMETERS, &sender.set_parameters_with_options(&parameters, &options));
}

/// Writes the encoding into `RTCRtpEncodingParameters`.
fn write(
    parameters: &EncodingParameters,
    source: Source,
    track: &MediaStreamTrack,
    encoding: Encoding,
) {
    parameters.set_max_bitrate(encoding.max_bitrate);
    if source.is_video() {
        let scale = f64::from(encoding.scale_down.max(100)) / 100.0;
        parameters.set_scale_resolution_down_by((scale * oversize(track, &encoding)) as f32);
        parameters.set_max_framerate(encoding.max_frame_rate.into());
    }
}

/// The factor by which a video track exceeds its size limits and the tile, at least 1. Scaling keeps the
/// aspect ratio.
fn oversize(track: &MediaStreamTrack, Encoding { max_sides, tile, .. }: &Encoding) -> f64 {
    let settings = js::call(track, "getSettings", &JsValue::UNDEFINED).unwrap_or_default();
    let side = |key| js::field(&settings, key).as_f64().unwrap_or(0.0);
    let (width, height) = (side("width"), side("height"));
    let limit = match max_sides {
        (_, 0) => 1.0,
        (long, short) => {
            (width.max(height) / f64::from(*long)).max(width.min(height) / f64::from(*short))
        }
    };
    let cover = (width / f64::from(tile.width)).min(height / f64::from(tile.height));
    limit.max(cover).max(1.0)
}
