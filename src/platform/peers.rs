//! The peer connections of one engine.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use litemap::LiteMap;
use tt_rtc_room::id::SessionId;
use tt_rtc_room::media::{PlaybackDevice, Source};
use tt_rtc_room::mesh::{PeerAction, PeerCommand, PeerId};
use wasm_bindgen::JsValue;
use web_sys::MediaStream;

use super::capture::Capture;
use super::media::{MediaEvent, MediaEventHandler, Options};
use super::peer::{Context, Peer, Task};
use crate::js;
use crate::time::{self, Timer};

/// How often the counters of the connections are read, in milliseconds.
const SAMPLING: u64 = 500;
/// The same while nothing arrives over one of them, so that it is noticed at once when it does.
const SAMPLING_SILENCE: u64 = 100;

/// The peer connections, and where their sound comes out.
pub(crate) struct Peers {
    context: Rc<Context>,
    peers: Rc<RefCell<LiteMap<PeerId, Rc<Peer>>>>,
    sampling: Rc<Timer>,
}

impl Peers {
    /// No connections.
    pub(crate) fn new(
        options: Rc<Options>,
        capture: Rc<Capture>,
        on_event: MediaEventHandler,
    ) -> Self {
        let peers: Rc<RefCell<LiteMap<PeerId, Rc<Peer>>>> = Rc::default();
        let sampled = Rc::clone(&peers);
        let sampling = Rc::new_cyclic(|timer: &Weak<Timer>| {
            let timer = timer.clone();
            Timer::new(move || {
                let peers: Vec<_> = sampled.borrow().values().cloned().collect();
                let silent = peers.iter().filter(|peer| peer.sample()).count();
                let next = if silent > 0 { SAMPLING_SILENCE } else { SAMPLING };
                if let Some(timer) = timer.upgrade().filter(|_| !peers.is_empty()) {
                    timer.set(Some(time::instant() + next));
                }
            })
        });
        let context = Rc::new(Context { options, capture, output: Rc::default(), on_event });
        Self { context, peers, sampling }
    }

    /// Does with a connection what the core wants.
    pub(crate) fn carry_out(&self, command: PeerCommand) {
        let PeerCommand { peer: id, action } = command;
        match action {
            PeerAction::Close => self.close(id),
            PeerAction::Open(_) => {
                let peer = Peer::new(id, Rc::clone(&self.context));
                peer.push(Task::Action(action));
                self.peers.borrow_mut().insert(id, peer);
                self.sampling.set(Some(time::instant() + SAMPLING));
            }
            action => {
                if let Some(peer) = self.peers.borrow().get(&id) {
                    peer.push(Task::Action(action));
                }
            }
        }
    }

    fn close(&self, id: PeerId) {
        let peer = self.peers.borrow_mut().remove(&id);
        if let Some(peer) = peer {
            peer.close();
        }
        if self.peers.borrow().is_empty() {
            self.sampling.set(None);
        }
        (self.context.on_event)(MediaEvent::RemoteTracks);
    }

    /// A device has another track now: those who are sent it get the new one.
    pub(crate) fn refresh(&self, source: Source) {
        for peer in self.peers.borrow().values() {
            peer.push(Task::Refresh(source));
        }
    }

    /// Routes the sound of the others.
    pub(crate) fn route(&self, device: PlaybackDevice, media_devices: Option<JsValue>) {
        self.context.output.route(device, media_devices);
    }

    /// The connections, each with the user it leads to and what carries which source.
    pub(crate) fn connections(&self, user: impl Fn(SessionId) -> Option<JsValue>) -> Vec<JsValue> {
        let peers = self.peers.borrow();
        let shown = |peer: &Rc<Peer>| {
            let fields = [
                ("userId", user(peer.id().session)?),
                ("connection", peer.connection().ok()?.into()),
                ("transceivers", peer.transceivers()),
            ];
            Some(js::object(&fields))
        };
        peers.values().filter_map(shown).collect()
    }

    /// The picture of a session that `matches`; of several the latest.
    pub(crate) fn picture(
        &self,
        source: Source,
        matches: impl Fn(SessionId) -> bool,
    ) -> Option<MediaStream> {
        let peers = self.peers.borrow();
        let mut matching = peers.values().rev().filter(|peer| matches(peer.id().session));
        matching.find_map(|peer| peer.picture(source))
    }
}
