//! The network of a mesh: peer connections between the browsers of two clients.

use tt_rtc_room::id::SessionId;
use tt_rtc_room::media::Sources;
use tt_rtc_room::mesh::{MeshEvent, PeerAction, PeerCommand, PeerEvent, PeerId};
use tt_rtc_room::{Input, Mesh};

use super::{Simulated, World};

/// An event in the browser of one client.
#[derive(Debug)]
pub enum BrowserEvent {
    /// The browser has read the counters of a connection.
    Statistics(PeerId),
    /// The connection of this number has an event. A closed connection has none.
    Peer(u64, MeshEvent),
}

impl Simulated for Mesh {
    type Network = ();
    type NetworkEvent = BrowserEvent;

    fn new(seed: u64) -> Self {
        Self::new(seed)
    }

    fn carry_out(world: &mut World<Self>, client: usize, command: PeerCommand) {
        let peer = command.peer;
        let negotiates =
            matches!(command.action, PeerAction::AcceptOffer { .. } | PeerAction::AcceptAnswer(_));
        if let PeerAction::Send(source, Some(_)) = command.action {
            let user = world.clients[client].participant.user().expect("media outside of a room");
            let subscribed = world.has_ever_subscribed(peer.session, user, source.into());
            assert!(subscribed, "{user} sends {source:?} to {peer:?}, who never subscribed to it");
        }
        if matches!(command.action, PeerAction::ReadStatistics) {
            return world.later_in_network(1, client, BrowserEvent::Statistics(peer));
        }
        if let PeerAction::Open(_) = command.action {
            world.clients[client].browser.now = world.now;
        }
        let events = world.clients[client].browser.command_peer(client, command);
        for event in events {
            // A connection's actions end in the order in which they began.
            let wait = 1 + world.chance.below(5);
            let at = world.clients[client].browser.next_event(peer, world.now + wait);
            world.report_later(at - world.now, client, event);
        }
        if negotiates {
            world.connect_peers(client);
        }
    }

    fn handle(world: &mut World<Self>, client: usize, event: BrowserEvent) {
        match event {
            BrowserEvent::Statistics(peer) => world.read_counters(client, peer),
            BrowserEvent::Peer(number, event) => {
                if world.clients[client].browser.number(event.peer) == Some(number) {
                    world.input_to_client(client, Input::Media(event));
                }
            }
        }
    }

    /// A browser notices a cut path when it reads the counters.
    fn handle_paths(_: &mut World<Self>) {}

    fn close(world: &mut World<Self>, client: usize) {
        world.clients[client].browser.clear();
    }

    /// The last command of the mesh failed in the browser.
    fn fail(world: &mut World<Self>, client: usize, other: SessionId) {
        let peer = world.clients[client].browser.peers_with(other).next();
        if let Some(peer) = peer {
            world.report_later(0, client, MeshEvent { peer, event: PeerEvent::ActionFailed });
        }
    }

    fn partners(world: &World<Self>, client: usize) -> Vec<SessionId> {
        world.clients[client].browser.peers().map(|(id, _)| id.session).collect()
    }

    fn is_connected(world: &World<Self>, client: usize, session: SessionId) -> bool {
        let browser = &world.clients[client].browser;
        let matching = world.matching_peers(client);
        matching.iter().any(|(_, (id, _))| id.session == session && browser.is_connected(*id))
    }

    fn is_closed(world: &World<Self>, client: usize) -> bool {
        world.clients[client].browser.peers().next().is_none()
    }

    fn sends(world: &World<Self>, client: usize) -> Sources {
        let peers = world.clients[client].browser.peers();
        peers.fold(Sources::NONE, |sends, (_, peer)| sends.with_all(peer.sends, true))
    }

    fn sends_to(world: &World<Self>, client: usize, session: SessionId) -> Sources {
        world.clients[client].browser.sends_to(session)
    }

    fn receives_from(world: &World<Self>, client: usize, session: SessionId) -> Sources {
        world.clients[client].browser.receives_from(session)
    }

    fn decodes_from(world: &World<Self>, client: usize, session: SessionId) -> Sources {
        world.clients[client].browser.decodes_from(session)
    }
}

impl World<Mesh> {
    fn report_later(&mut self, after: u64, client: usize, event: MeshEvent) {
        if let Some(number) = self.clients[client].browser.number(event.peer) {
            self.later_in_network(after, client, BrowserEvent::Peer(number, event));
        }
    }

    /// Reports the counters of a connection, and changes of its path that the browser detects.
    fn read_counters(&mut self, client: usize, peer: PeerId) {
        if !self.clients[client].browser.has(peer) {
            return;
        }
        let alive = self.matching_peers(client).iter().any(|(_, (id, _))| *id == peer);
        let browser = &mut self.clients[client].browser;
        let state =
            if alive { browser.connect(peer, self.now) } else { browser.lose(peer, self.now) };
        let counters = browser.read_counters(peer, alive);
        for event in state.into_iter().chain([counters]) {
            self.input_to_client(client, Input::Media(event));
        }
    }

    /// Connects both browsers of a pair if their descriptions match.
    fn connect_peers(&mut self, client: usize) {
        for (other, peer) in self.matching_peers(client) {
            for (client, event) in [
                (client, self.clients[client].browser.connect(peer.0, self.now)),
                (other, self.clients[other].browser.connect(peer.1, self.now)),
            ] {
                if let Some(event) = event {
                    self.report_later(10, client, event);
                }
            }
        }
    }

    /// The connections of a client whose remote client has the matching connection.
    pub fn matching_peers(&self, client: usize) -> Vec<(usize, (PeerId, PeerId))> {
        let Some(session) = self.clients[client].participant.session() else { return Vec::new() };
        let browser = &self.clients[client].browser;
        let back = |id: PeerId| {
            let mine = browser.negotiated(id)?;
            let other = self.client_of(id.session).filter(|other| !self.is_cut(client, *other))?;
            let theirs = &self.clients[other].browser;
            let leads_back = |back: &PeerId| theirs.negotiated(*back) == Some((mine.1, mine.0));
            let back = theirs.peers_with(session).find(leads_back)?;
            Some((other, (id, back)))
        };
        browser.peers().filter_map(|(id, _)| back(id)).collect()
    }
}
