//! What the engines of a page share.

use std::rc::Rc;

use super::audio_session::AudioSession;
use super::peer_connection_factory::PeerConnectionFactory;
use super::playback::MediaElements;

/// What the engines of a page share. The layer above owns it and gives it to each engine.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) audio_session: Rc<AudioSession>,
    pub(crate) elements: Rc<MediaElements>,
    pub(super) factory: PeerConnectionFactory,
}

impl Shared {
    /// Prepares what would delay the first call.
    pub(crate) fn prepare(&self) {
        self.factory.prepare();
    }
}
