//! The peer connections of one engine.

use std::cell::RefCell;
use std::rc::Rc;

use litemap::LiteMap;
use tt_rtc_room::id::UserId;
use tt_rtc_room::media::{PlaybackDevice, Source};
use tt_rtc_room::mesh::{PeerAction, PeerId};
use tt_rtc_room::protocol::IceServer;
use wasm_bindgen::JsValue;
use web_sys::MediaStream;

use super::capture::Capture;
use super::media::{MediaEventHandler, Options};
use super::peer::{Context, Peer, Task};
use super::playback::Output;
use super::shared::Shared;
use crate::js;

/// The peer connections of an engine, and the audio output.
pub(crate) struct Peers {
    context: Rc<Context>,
    peers: RefCell<LiteMap<PeerId, Rc<Peer>>>,
}

impl Peers {
    /// No connections.
    pub(crate) fn new(
        options: Rc<Options>,
        shared: Rc<Shared>,
        capture: Rc<Capture>,
        on_event: MediaEventHandler,
    ) -> Self {
        let output = Rc::new(Output::new(Rc::clone(&shared.elements)));
        let context = Rc::new(Context { options, shared, capture, output, on_event });
        Self { context, peers: RefCell::default() }
    }

    /// Opens a connection to `user`.
    pub(crate) fn open(&self, id: PeerId, user: UserId, servers: Vec<IceServer>) {
        let peer = Peer::new(id, user, Rc::clone(&self.context));
        peer.push(Task::Action(PeerAction::Open(servers)));
        self.peers.borrow_mut().insert(id, peer);
    }

    /// Carries out a command of the mesh.
    pub(crate) fn carry_out(&self, id: PeerId, action: PeerAction) {
        match action {
            PeerAction::Close => self.close(id),
            action => {
                let peers = self.peers.borrow();
                match (peers.get(&id), action) {
                    (Some(peer), PeerAction::ReadStatistics) => peer.read_statistics(),
                    (Some(peer), action) => peer.push(Task::Action(action)),
                    (None, _) => {}
                }
            }
        }
    }

    fn close(&self, id: PeerId) {
        let peer = self.peers.borrow_mut().remove(&id);
        if let Some(peer) = peer {
            peer.close();
        }
    }

    /// The captured track of a source has changed. All connections that send it get the new one.
    pub(crate) fn refresh(&self, source: Source) {
        for peer in self.peers.borrow().values() {
            peer.push(Task::Refresh(source));
        }
    }

    /// Routes the remote audio to this device.
    pub(crate) fn route(&self, device: PlaybackDevice) {
        self.context.capture.watch();
        self.context.output.choose(device);
        self.reroute();
    }

    /// Routes the remote audio again. The output devices may have changed.
    pub(crate) fn reroute(&self) {
        self.context.output.route(self.context.capture.media_devices());
    }

    /// Plays the remote audio that the browser has paused in the background.
    pub(crate) fn resume(&self) {
        self.context.output.resume();
    }

    /// The connections for the page: each with its user and its transceivers.
    pub(crate) fn connections(&self) -> Vec<JsValue> {
        let peers = self.peers.borrow();
        let shown = |peer: &Rc<Peer>| {
            let fields = [
                ("userId", peer.user().as_str().into()),
                ("connection", peer.connection().ok()?.into()),
                ("transceivers", peer.transceivers()),
            ];
            Some(js::object(&fields))
        };
        peers.values().filter_map(shown).collect()
    }

    /// The users whose videos are received, with the source of each.
    pub(crate) fn videos(&self) -> Vec<(UserId, Source)> {
        let peers = self.peers.borrow();
        let mut videos = Vec::new();
        for peer in peers.values() {
            for source in [Source::Camera, Source::Screen] {
                if peer.video(source).is_some() {
                    videos.push((peer.user().clone(), source));
                }
            }
        }
        videos
    }

    /// The stream of the video track that is received from a user. If there are several, the one of
    /// the latest connection.
    pub(crate) fn video(&self, user: &str, source: Source) -> Option<MediaStream> {
        let peers = self.peers.borrow();
        let mut matching = peers.values().rev().filter(|peer| peer.user().as_str() == user);
        matching.find_map(|peer| peer.video(source))
    }
}
