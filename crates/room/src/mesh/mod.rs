//! A [`Backend`] with one peer connection for each pair of members.
//!
//! - **Offers.** The member that joined first opens the connection and makes the offer; the other
//!   one answers. The side that recreates a connection makes the offer. The roles do not change
//!   while a connection lives: the answering side requests every further offer, so offers never
//!   collide.
//! - **Generations.** Each connection of a pair has a generation. A higher generation replaces a
//!   lower one. A side that receives a signal of a generation that it does not know, or whose
//!   connection cannot be repaired, starts a higher one. So two sides recover from any
//!   disagreement.
//! - **Limit.** A mesh has at most [`MAX_PEERS`] connections. Visible members have priority: an
//!   invisible one is disconnected in favour of a visible one.
//! - **Newcomers.** The first few that join get a connection at once. If many join, each gets one
//!   when it has stayed for a second: one that joins and leaves again and again costs nothing.
//! - **Media.** A source is sent if it is published here and the other side subscribes to it. Each
//!   receiver gets a share of the uplink.
//! - **Directions.** An m-line receives only if the other side may publish its source. Otherwise the
//!   browser drops what arrives, whatever the other side sends. When a member may publish more or
//!   less, the side that makes the offers makes another one.

mod budget;
mod command;
mod load;
mod openings;
mod pace;
mod peer;
mod quality;
mod recovery;
mod signal;
mod signal_channel;

use std::collections::VecDeque;

use litemap::LiteMap;

pub use command::{
    Encoding, MeshEvent, PeerAction, PeerCommand, PeerEvent, PeerId, Traffic, mline_index,
};
pub use signal::{Envelope, Offer, Renegotiate, Signal};

use self::budget::Budget;
use self::load::Load;
use self::openings::{Openings, SETTLES_AFTER};
use self::pace::Pace;
use self::peer::{Peer, PeerOutput, Publishable};
use crate::backend::{Backend, BackendOutput, MediaView, Quality, RemoteView};
use crate::id::SessionId;
use crate::media::{Source, Sources, VideoEncoderConfig};
use crate::protocol::IceServer;
use crate::random::Random;
use crate::time::Instant;

/// The highest number of connections of one participant. Further members are in the lists, but
/// their media is not received. Chrome refuses to make more than 500.
pub const MAX_PEERS: usize = 64;

/// How many connections another member can make this mesh open within [`RECREATION_WINDOW`].
const MAX_RECREATIONS: u32 = 20;
/// The window of [`MAX_RECREATIONS`], in milliseconds.
const RECREATION_WINDOW: u64 = 60_000;

/// The time until a connection is requested again, in milliseconds. It doubles with each request.
const REQUEST_AFTER: u64 = 2_000;
/// How often a connection is requested. A member that has [`MAX_PEERS`] connections never answers.
const MAX_REQUESTS: u32 = 5;

/// The peer connections of one participant.
#[derive(Debug)]
pub struct Mesh {
    random: Random,
    room: Option<Room>,
    peers: LiteMap<SessionId, Peer>,
    openings: Openings,
    load: Load,
    pace: Pace,
    /// When the next connection to a waiting member may be opened.
    open_at: Option<Instant>,
    /// When missing connections are requested next.
    request_at: Option<Instant>,
    output: VecDeque<BackendOutput<PeerCommand, Envelope>>,
}

/// The last [`MediaView`].
#[derive(Debug)]
struct Room {
    me: (u64, SessionId),
    send: Sources,
    publishable: Sources,
    encoder: VideoEncoderConfig,
    members: LiteMap<SessionId, Remote>,
    ice_servers: Vec<IceServer>,
    signaling: bool,
}

#[derive(Debug)]
struct Remote {
    view: RemoteView,
    /// Until when the member is a newcomer. The members that this participant found in the room are none.
    settled_at: Instant,
    recreations: u32,
    recreations_since: Instant,
    /// How often a connection may still be requested from it.
    requests_left: u32,
}

impl Mesh {
    /// A mesh without connections. Two meshes have different seeds, so that their generations
    /// differ.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            room: None,
            peers: LiteMap::new(),
            openings: Openings::new(),
            load: Load::default(),
            pace: Pace::new(),
            open_at: None,
            request_at: None,
            output: VecDeque::new(),
        }
    }

    /// All connections.
    pub fn peers(&self) -> impl Iterator<Item = PeerId> {
        self.peers.values().map(Peer::id)
    }

    /// Opens connections to members that joined later, and closes those of members that left.
    fn match_peers(&mut self, now: Instant) {
        self.open_at = None;
        let Some(room) = &self.room else { return };
        let gone = self.sessions(&|peer| !room.members.contains_key(&peer.id().session));
        let full = self.peers.len() - gone.len() >= MAX_PEERS;
        let mut waiting = Vec::new();
        for Remote { view, settled_at, .. } in room.members.values() {
            let has_capacity = view.visible || !full;
            if room.me < view.join_order
                && has_capacity
                && !self.peers.contains_key(&view.join_order.1)
            {
                let member = (!view.visible, view.join_order, *settled_at);
                waiting.insert(waiting.partition_point(|other| *other < member), member);
            }
        }
        for session in gone {
            self.close(session);
        }
        for (_, join_order, settled_at) in waiting {
            let possible_at = self.openings.possible_at(settled_at);
            if possible_at > now {
                self.open_at = Some(self.open_at.map_or(possible_at, |at| at.min(possible_at)));
            } else if self.evict_for(join_order.1) {
                self.openings.open(settled_at, now);
                let generation = self.generation_above(0);
                self.open(join_order.1, generation, true, 0, now);
                self.with_peer(join_order.1, now, |peer| peer.start(now));
            }
        }
    }

    /// Requests the missing connections from the members that joined earlier. Such a member may
    /// still have its end: this side closed its own while the member was away, and the member does
    /// not know. The request can get lost like any signal, so it is repeated.
    fn request_connections(&mut self, now: Instant) {
        self.request_at = None;
        let Some(room) = &mut self.room else { return };
        let capacity = MAX_PEERS.saturating_sub(self.peers.len());
        let (me, peers) = (room.me, &self.peers);
        let waits = |remote: &&mut Remote| {
            let join_order = remote.view.join_order;
            remote.requests_left > 0 && join_order < me && !peers.contains_key(&join_order.1)
        };
        // No connection has generation 0. The other side learns that this side has no connection.
        let nothing = Envelope { ..Envelope::default() };
        let members = room.members.iter_mut().map(|(_, remote)| remote);
        for remote in members.filter(waits).take(capacity) {
            let again = now + (REQUEST_AFTER << MAX_REQUESTS.saturating_sub(remote.requests_left));
            remote.requests_left -= 1;
            if remote.requests_left > 0 {
                self.request_at = Some(self.request_at.map_or(again, |at| at.min(again)));
            }
            self.output.push_back(BackendOutput::Signal(remote.view.join_order.1, nothing.clone()));
        }
    }

    /// Updates what every peer subscribes to, and what it sends.
    fn match_media(&mut self, now: Instant) {
        let Some(room) = &self.room else { return };
        let (send, here, encoder) = (room.send, room.publishable, room.encoder);
        // The tile that a receiver of a source has.
        let tile = |peer: &Peer, source| peer.wanted(source).filter(|_| send.has(source));
        let peers = self.peers.values();
        let cameras: Vec<_> = peers.filter_map(|peer| tile(peer, Source::Camera)).collect();
        let screens = self.peers.values().filter_map(|peer| tile(peer, Source::Screen)).count();
        // How many would receive a camera, whether it is on or not: to turn it on is no meeting.
        let receives = |remote: &&Remote| match self.peers.get(&remote.view.join_order.1) {
            Some(peer) if peer.is_established() => peer.wanted(Source::Camera).is_some(),
            peer => peer.is_some() || remote.view.visible,
        };
        self.pace.set_receivers(room.members.values().filter(receives).count(), now);
        let budget = Budget::new(encoder, self.pace.limit(), &cameras, screens);
        let mut views = Vec::new();
        for session in self.peers.keys() {
            views.extend(room.members.get(session).map(|remote| remote.view));
        }
        for view in views {
            self.with_peer(view.join_order.1, now, |peer| {
                let mut output = peer.allow(Publishable { here, there: view.publishable }, now);
                output.extend(peer.receive(view.subscribed, view.published, view.tiles, now));
                // A receiver of video alone would take a connection without it for broken.
                let has_audio = tile(peer, Source::Microphone).is_some();
                let encodings = Source::ALL.map(|source| {
                    let tile = tile(peer, source)?;
                    let waits = source == Source::Camera && has_audio && budget.is_audio_first();
                    (!waits).then(|| budget.encoding(source, tile))
                });
                output.extend(peer.send(encodings, now));
                output
            });
        }
    }

    fn open(
        &mut self,
        session: SessionId,
        generation: u32,
        offers: bool,
        attempts: u32,
        now: Instant,
    ) {
        if !self.evict_for(session) {
            return;
        }
        let Some(room) = &self.room else { return };
        let servers = room.ice_servers.clone();
        let remote = room.members.get(&session);
        let there = remote.map_or(Sources::NONE, |remote| remote.view.publishable);
        let publishable = Publishable { here: room.publishable, there };
        self.close(session);
        let id = PeerId { session, generation };
        self.command(id, PeerAction::Open(servers));
        self.peers.insert(session, Peer::new(id, offers, publishable, attempts, now));
        // The subscription is the first signal, so that the first frame that the other side sends
        // is of a subscribed source. The answering side sends it as soon as it has handled the first
        // signal of the other side: it acknowledges that one, so that it is no first signal itself.
        if offers {
            self.match_media(now);
        }
    }

    /// Whether a connection to `session` may be opened. At the limit, a visible member replaces the
    /// invisible one that joined last.
    fn evict_for(&mut self, session: SessionId) -> bool {
        if self.peers.len() < MAX_PEERS || self.peers.contains_key(&session) {
            return true;
        }
        let Some(room) = &self.room else { return false };
        if !room.members.get(&session).is_some_and(|remote| remote.view.visible) {
            return false;
        }
        let peers = self.peers.keys().filter_map(|session| room.members.get(session));
        let hidden =
            peers.filter(|remote| !remote.view.visible).map(|remote| remote.view.join_order);
        let Some(last) = hidden.max() else { return false };
        self.close(last.1);
        true
    }

    fn close(&mut self, session: SessionId) {
        if let Some(peer) = self.peers.remove(&session) {
            self.command(peer.id(), PeerAction::Close);
        }
    }

    /// Opens a connection to `session` that replaces those up to `generation`.
    fn recreate(&mut self, session: SessionId, generation: u32, now: Instant) {
        if !self.may_recreate(session, now) {
            return;
        }
        let old = self.peers.get(&session);
        let newest = old.map_or(generation, |peer| peer.id().generation.max(generation));
        let attempts = self.attempts(session);
        let generation = self.generation_above(newest);
        self.open(session, generation, true, attempts, now);
        self.with_peer(session, now, |peer| peer.start(now));
    }

    /// The recovery attempts for the connection that replaces the one to `session`. To replace a
    /// connection that was connected is an attempt itself: until something arrives over the new
    /// one, the quality is [`Quality::Lost`].
    fn attempts(&self, session: SessionId) -> u32 {
        let peer = self.peers.get(&session);
        peer.map_or(0, |peer| peer.attempts().max(u32::from(peer.quality().is_some())))
    }

    /// Whether a connection to `session`, which has none, may be opened. One that has to wait is opened
    /// later, or the other side tries again. Counts the connection.
    fn may_open(&mut self, session: SessionId, now: Instant) -> bool {
        let remote = self.room.as_ref().and_then(|room| room.members.get(&session));
        let Some(Remote { settled_at, .. }) = remote else { return false };
        let possible = self.openings.possible_at(*settled_at) <= now;
        if possible {
            self.openings.open(*settled_at, now);
        }
        possible
    }

    /// Whether another connection to `session` is below the limit of [`MAX_RECREATIONS`].
    fn may_recreate(&mut self, session: SessionId, now: Instant) -> bool {
        let remote = self.room.as_mut().and_then(|room| room.members.get_mut(&session));
        let Some(remote) = remote else { return false };
        if now.since(remote.recreations_since) > RECREATION_WINDOW {
            (remote.recreations, remote.recreations_since) = (0, now);
        }
        remote.recreations = remote.recreations.saturating_add(1);
        remote.recreations <= MAX_RECREATIONS
    }

    /// A generation above `generation`. Its random part makes it unlikely that both sides choose
    /// the same one at the same time.
    fn generation_above(&mut self, generation: u32) -> u32 {
        let count = (generation >> 16).saturating_add(1).min(0xFFFF);
        count << 16 | self.random.below(0x1_0000)
    }

    /// Calls a peer and carries out its outputs.
    fn with_peer(
        &mut self,
        session: SessionId,
        now: Instant,
        act: impl FnOnce(&mut Peer) -> Vec<PeerOutput>,
    ) {
        let Some(peer) = self.peers.get_mut(&session) else { return };
        let output = act(peer);
        let id = peer.id();
        self.carry_out(id, output, now);
    }

    fn carry_out(&mut self, id: PeerId, output: Vec<PeerOutput>, now: Instant) {
        for output in output {
            match output {
                PeerOutput::Action(action) => self.command(id, action),
                PeerOutput::Signal(envelope) => {
                    self.output.push_back(BackendOutput::Signal(id.session, envelope));
                }
                PeerOutput::Recreate => return self.recreate(id.session, id.generation, now),
            }
        }
    }

    /// The sessions of the connections for which `is_meant` is true.
    fn sessions(&self, is_meant: &dyn Fn(&Peer) -> bool) -> Vec<SessionId> {
        let mut sessions = Vec::new();
        for (session, peer) in self.peers.iter() {
            if is_meant(peer) {
                sessions.push(*session);
            }
        }
        sessions
    }

    fn command(&mut self, peer: PeerId, action: PeerAction) {
        self.output.push_back(BackendOutput::Command(PeerCommand { peer, action }));
    }

    fn signaling(&self) -> bool {
        self.room.as_ref().is_some_and(|room| room.signaling)
    }
}

impl Backend for Mesh {
    type Signal = Envelope;
    type Command = PeerCommand;
    type Event = MeshEvent;

    fn update(&mut self, view: Option<&MediaView<'_>>, now: Instant) {
        let Some(view) = view else {
            (self.room, self.open_at, self.request_at) = (None, None, None);
            (self.openings, self.pace) = (Openings::new(), Pace::new());
            return self.sessions(&|_| true).into_iter().for_each(|session| self.close(session));
        };
        let (me, old) = (view.me, self.room.take());
        // A new member that joined earlier than this participant has been away. It may still have
        // its end of a connection.
        let returns = |view: &RemoteView| {
            let known = |old: &Room| old.members.contains_key(&view.join_order.1);
            view.join_order < me && old.as_ref().is_some_and(|old| !known(old))
        };
        let remote = |view: &RemoteView| {
            let known = old.as_ref().and_then(|room| room.members.get(&view.join_order.1));
            let (recreations, recreations_since) =
                known.map_or((0, now), |known| (known.recreations, known.recreations_since));
            let settled_at = match (&old, known) {
                (_, Some(known)) => known.settled_at,
                (Some(_), None) => now + SETTLES_AFTER,
                (None, None) => now,
            };
            let requests_left = known.map_or(0, |known| known.requests_left);
            let requests_left = if returns(view) { MAX_REQUESTS } else { requests_left };
            Remote { view: *view, settled_at, recreations, recreations_since, requests_left }
        };
        // They are sorted by session, so each is appended.
        let mut members = LiteMap::new();
        for view in view.members {
            members.insert(view.join_order.1, remote(view));
        }
        if view.members.iter().any(returns) {
            self.request_at = Some(now + REQUEST_AFTER);
        }
        self.room = Some(Room {
            me: view.me,
            send: view.send,
            publishable: view.publishable,
            encoder: view.encoder,
            members,
            ice_servers: view.ice_servers.to_vec(),
            signaling: view.signaling,
        });
        if old.is_some_and(|old| old.ice_servers != view.ice_servers) {
            for session in self.sessions(&|_| true) {
                let servers = PeerAction::Servers(view.ice_servers.to_vec());
                self.with_peer(session, now, |_| vec![PeerOutput::Action(servers)]);
            }
        }
        self.match_peers(now);
        self.match_media(now);
    }

    fn handle_signal(&mut self, from: SessionId, envelope: Envelope, now: Instant) {
        if !self.room.as_ref().is_some_and(|room| room.members.contains_key(&from)) {
            return;
        }
        if !self.peers.contains_key(&from) && !self.may_open(from, now) {
            return;
        }
        let attempts = self.attempts(from);
        let known = self.peers.get(&from).map(|peer| (peer.id().generation, peer.is_established()));
        let theirs = envelope.generation;
        let begins = envelope.seq == 1 && envelope.ack == 0;
        match known {
            Some((ours, _)) if ours == theirs => {}
            // The other side knew the current generation and no longer does.
            Some((ours, true)) if theirs < ours => return self.recreate(from, ours, now),
            // The other side has not received the current generation yet.
            Some((ours, false)) if theirs < ours => {
                if let Some(peer) = self.peers.get_mut(&from) {
                    peer.handle_missed(now);
                }
                return;
            }
            _ if begins => {
                if !self.may_recreate(from, now) {
                    return;
                }
                self.open(from, theirs, false, attempts, now);
            }
            // The first signal of their generation is lost.
            _ => return self.recreate(from, theirs, now),
        }
        self.with_peer(from, now, |peer| peer.handle_envelope(envelope, now));
        self.match_media(now);
    }

    fn handle_congested(&mut self, to: SessionId, now: Instant) {
        if let Some(peer) = self.peers.get_mut(&to) {
            peer.handle_congested(now);
        }
    }

    fn handle_reconnected(&mut self, with: Option<SessionId>, now: Instant) {
        for session in self.sessions(&|peer| with.is_none_or(|with| with == peer.id().session)) {
            self.with_peer(session, now, |peer| peer.handle_reconnected(now));
        }
        if with.is_none() {
            if let Some(room) = &mut self.room {
                room.members.iter_mut().for_each(|(_, remote)| remote.requests_left = MAX_REQUESTS);
            }
            self.request_connections(now);
        }
    }

    fn handle_event(&mut self, event: MeshEvent, now: Instant) {
        let session = event.peer.session;
        let peer = self.peers.get(&session).filter(|peer| peer.id() == event.peer);
        if let Some(peer) = peer {
            self.load.measure(peer.step_took(&event.event, now), now);
            let limited =
                matches!(&event.event, PeerEvent::Traffic(traffic) if traffic.cpu_limited);
            self.with_peer(session, now, |peer| peer.handle_event(event.event, now));
            if (limited || self.load.is_busy(now)) && self.pace.shrink(now) {
                self.match_media(now);
            }
        }
    }

    fn handle_network_change(&mut self, now: Instant) {
        for (_, peer) in self.peers.iter_mut() {
            peer.handle_network_change(now);
        }
    }

    fn quality(&self) -> Quality {
        self.peers.values().filter_map(Peer::quality).min().unwrap_or(Quality::Good)
    }

    fn handle_timeout(&mut self, now: Instant) {
        let signaling = self.signaling();
        for session in self.sessions(&|peer| peer.poll_timeout(signaling) <= now) {
            let running = self.peers.get(&session).map_or(0, |peer| peer.establishing_for(now));
            let allowance = self.load.allowance(running, now);
            self.with_peer(session, now, |peer| peer.handle_timeout(signaling, allowance, now));
        }
        if signaling && self.request_at.is_some_and(|at| at <= now) {
            self.request_connections(now);
        }
        if self.open_at.is_some_and(|at| at <= now) {
            self.match_peers(now);
            self.match_media(now);
        }
        let ready = self.peers.values().all(|peer| peer.quality().is_some());
        if self.pace.grow(ready, now) {
            self.match_media(now);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let signaling = self.signaling();
        let request_at = self.request_at.filter(|_| signaling);
        let timers = [request_at, self.open_at, self.pace.poll_timeout()].into_iter().flatten();
        self.peers.values().map(|peer| peer.poll_timeout(signaling)).chain(timers).min()
    }

    fn poll_output(&mut self) -> Option<BackendOutput<PeerCommand, Envelope>> {
        self.output.pop_front()
    }
}
