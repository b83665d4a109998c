//! The seam to the browser's media: what the core wants done with devices and peer connections is
//! done here and nowhere else.

mod audio_session;
pub(crate) mod capture;
mod media;
mod peer;
mod peer_connection_factory;
pub(crate) mod peers;
pub(crate) mod playback;
mod shared;
mod transceivers;
mod webrtc;

pub(crate) use media::{MediaEvent, MediaEventHandler, Options};
pub(crate) use shared::Shared;

/// Asks the browser about an entry of the option `iceServers`.
///
/// # Errors
/// What it finds wrong.
pub(crate) fn check_ice_server(
    server: &wasm_bindgen::JsValue,
) -> Result<(), wasm_bindgen::JsValue> {
    peer_connection_factory::check_server(server)
}
