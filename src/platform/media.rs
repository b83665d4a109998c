//! The options for media, and what the layer above is told of it.

use std::rc::Rc;

use tt_rtc_room::id::UserId;
use tt_rtc_room::media::Source;
use tt_rtc_room::mesh::MeshEvent;
use tt_rtc_room::participant::DeviceEvent;
use wasm_bindgen::JsValue;
use web_sys::RtcIceTransportPolicy;

/// The options of a page that concern devices and peer connections.
#[derive(Default)]
pub(crate) struct Options {
    /// `RTCConfiguration.iceTransportPolicy`; the browser's default if there is none.
    pub(crate) ice_transport_policy: Option<RtcIceTransportPolicy>,
    /// `RTCConfiguration.iceServers`, in addition to those of the hub.
    pub(crate) ice_servers: Vec<JsValue>,
    /// Stands in for `navigator.mediaDevices`.
    pub(crate) media_devices: Option<JsValue>,
}

/// What happened to the media of one engine.
pub(crate) enum MediaEvent {
    /// A device started, failed or ended, or may be there again.
    Device(DeviceEvent),
    /// A peer connection changed.
    Peer(MeshEvent),
    /// There may be other audio outputs.
    Outputs,
    /// A device has another track now.
    LocalTrack(Source),
    /// Another video of a user is received than before, or none any more.
    RemoteVideo(UserId, Source),
    /// The peer connection to a user could not be made, for a reason.
    Failed(UserId, String),
}

/// Is told each event at once. It may close the peer connection that the event is about.
pub(crate) type MediaEventHandler = Rc<dyn Fn(MediaEvent)>;
