//! A simulated browser: devices, and peer connections that check the signaling state machine of
//! webrtc-pc (4.3.1).

use std::collections::BTreeMap;

use tt_rtc_room::error::DeviceError;
use tt_rtc_room::id::SessionId;
use tt_rtc_room::media::{Source, Sources};
use tt_rtc_room::mesh::{Encoding, MeshEvent, PeerAction, PeerCommand, PeerEvent, PeerId, Traffic};
use tt_rtc_room::participant::{DeviceCommand, DeviceEvent};
use tt_rtc_room::protocol::{IceServer, Text};

use super::Chance;

/// A session description: its type, ICE credentials and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Description {
    offer: bool,
    credentials: u64,
    screen: bool,
    /// The sources whose m-lines receive. All m-lines send.
    receives: Sources,
    /// For an answer: the number of its offer.
    answers: u64,
    number: u64,
}

impl Description {
    /// The sources of the m-lines that receive.
    fn receives(self) -> Sources {
        self.receives.and(if self.screen { Sources::ALL } else { Sources::STREAM })
    }
}

#[derive(Debug, Default)]
pub struct Peer {
    /// Counts the connections of this browser.
    number: u64,
    local: Option<Description>,
    remote: Option<Description>,
    /// A local offer without an answer.
    offered: Option<Description>,
    credentials: u64,
    screen: bool,
    /// STUN and TURN servers.
    pub servers: Vec<IceServer>,
    pub sends: Sources,
    /// Whether sending video is paused.
    pub paused: bool,
    /// The encoding of the camera.
    pub camera: Option<Encoding>,
    /// The sources that are played.
    pub receives: Sources,
    connected: Option<(u64, u64)>,
    /// When a packet last arrived, and whether the browser has reported that none arrives.
    alive_at: u64,
    disconnected: bool,
    traffic: Traffic,
    last_event: u64,
}

/// After this time without a packet a connection is `disconnected`, or `failed` if it was never
/// established, in milliseconds.
const DISCONNECTED_AFTER: u64 = 7_000;
const FAILED_AFTER: u64 = 15_000;

pub struct Browser {
    chance: Chance,
    peers: BTreeMap<PeerId, Peer>,
    pub running: Sources,
    /// Missing devices.
    pub missing: Sources,
    /// Devices that the user refuses.
    pub refused: Sources,
    /// Devices whose start waits for the user. The test decides what the user answers.
    pub asking: Sources,
    /// The device commands so far.
    pub device_commands: Vec<DeviceCommand>,
    count: u64,
    pub negotiations: u64,
    pub opened: u64,
    /// The packet loss in percent.
    pub packets_lost: u64,
    /// The time, in milliseconds.
    pub now: u64,
}

impl Browser {
    pub fn new(seed: u64) -> Self {
        Self {
            chance: Chance(seed),
            peers: BTreeMap::new(),
            running: Sources::NONE,
            missing: Sources::NONE,
            refused: Sources::NONE,
            asking: Sources::NONE,
            device_commands: Vec::new(),
            count: 0,
            negotiations: 0,
            opened: 0,
            packets_lost: 0,
            now: 0,
        }
    }

    /// The sources that are sent to a session.
    pub fn sends_to(&self, session: SessionId) -> Sources {
        let sends = |id| {
            let Peer { sends, paused, remote, .. } = &self.peers[&id];
            let video = [Source::Camera, Source::Screen].into_iter().filter(|_| *paused);
            let sends = video.fold(*sends, |sends, source| sends.with(source, false));
            sends.and(remote.map_or(Sources::NONE, Description::receives))
        };
        self.peers_with(session).map(sends).next().unwrap_or_default()
    }

    /// The sources of a session that are received and played.
    pub fn receives_from(&self, session: SessionId) -> Sources {
        let id = self.peers_with(session).next();
        id.map_or(Sources::NONE, |id| self.peers[&id].receives.and(self.decodes_from(session)))
    }

    /// The sources of a session that would be received and decoded, whatever that session sends.
    pub fn decodes_from(&self, session: SessionId) -> Sources {
        let local = self.peers_with(session).next().and_then(|id| self.peers[&id].local);
        local.map_or(Sources::NONE, Description::receives)
    }

    pub fn clear(&mut self) {
        self.peers.clear();
    }

    pub fn peers(&self) -> impl Iterator<Item = (PeerId, &Peer)> {
        self.peers.iter().map(|(id, peer)| (*id, peer))
    }

    /// The connections to one session.
    pub fn peers_with(&self, session: SessionId) -> impl Iterator<Item = PeerId> {
        let all = PeerId { session, generation: 0 }..=PeerId { session, generation: u32::MAX };
        self.peers.range(all).map(|(id, _)| *id)
    }

    /// The ICE credentials of the last complete negotiation: local, remote. They stay in use while
    /// another offer waits for its answer.
    pub fn negotiated(&self, id: PeerId) -> Option<(u64, u64)> {
        let peer = self.peers.get(&id)?;
        Some((peer.local?.credentials, peer.remote?.credentials))
    }

    /// When an event arrives that is ready at `at`. Events of one connection keep their order.
    pub fn next_event(&mut self, id: PeerId, at: u64) -> u64 {
        let peer = self.peer(id);
        peer.last_event = peer.last_event.max(at);
        peer.last_event
    }

    /// Whether the browser has reported a connection as connected.
    pub fn is_connected(&self, id: PeerId) -> bool {
        self.peers.get(&id).is_some_and(|peer| peer.connected.is_some())
    }

    pub fn command_device(&mut self, command: DeviceCommand) -> Option<DeviceEvent> {
        self.device_commands.push(command);
        match command {
            DeviceCommand::Start { source, .. } if self.asking.has(source) => None,
            DeviceCommand::Start { source, .. } if self.refused.has(source) => {
                Some(DeviceEvent::Failed(source, DeviceError::Denied))
            }
            DeviceCommand::Start { source, .. } if self.missing.has(source) => {
                Some(DeviceEvent::Failed(source, DeviceError::NotFound))
            }
            DeviceCommand::Start { source, .. } => {
                Some(DeviceEvent::Started { source, with_audio: source == Source::Screen })
            }
            DeviceCommand::Stop(source) => {
                assert!(self.running.has(source), "{source:?} was stopped twice");
                self.running = self.running.with(source, false);
                None
            }
            DeviceCommand::Constrain(_) => None,
        }
    }

    pub fn handle_device(&mut self, event: DeviceEvent) {
        match event {
            DeviceEvent::Started { source, .. } => self.running = self.running.with(source, true),
            DeviceEvent::Ended(source, _) => self.running = self.running.with(source, false),
            DeviceEvent::Failed(..) | DeviceEvent::Muted(..) | DeviceEvent::Available { .. } => {}
        }
    }

    pub fn command_peer(&mut self, client: usize, command: PeerCommand) -> Vec<MeshEvent> {
        let id = command.peer;
        let events = match command.action {
            // The world reads them, because it knows the path.
            PeerAction::ReadStatistics => Vec::new(),
            PeerAction::Open(servers) => {
                let number = self.opened;
                let peer = Peer { number, servers, alive_at: self.now, ..Peer::default() };
                let before = self.peers.insert(id, peer);
                assert!(before.is_none(), "opened twice");
                self.opened += 1;
                Vec::new()
            }
            PeerAction::Close => {
                self.peers.remove(&id).expect("closed twice");
                Vec::new()
            }
            PeerAction::Servers(servers) => {
                self.peer(id).servers = servers;
                Vec::new()
            }
            PeerAction::Offer { restart_ice, screen, receives } => {
                self.offer(client, id, restart_ice, (screen, receives))
            }
            PeerAction::AcceptOffer { sdp, receives } => {
                self.accept_offer(client, id, &sdp, receives)
            }
            PeerAction::AcceptAnswer(sdp) => self.accept_answer(id, &sdp),
            PeerAction::AddCandidates(candidates) => {
                let peer = self.peer(id);
                assert!(peer.remote.is_some(), "a candidate before any description");
                assert!(candidates.lines().all(|it| it.starts_with("candidate:")));
                Vec::new()
            }
            PeerAction::Send(source, encoding) => {
                let peer = self.peer(id);
                peer.sends = peer.sends.with(source, encoding.is_some());
                if source == Source::Camera {
                    peer.camera = encoding;
                }
                Vec::new()
            }
            PeerAction::KeyFrames => Vec::new(),
            PeerAction::PauseVideo(paused) => {
                let peer = self.peer(id);
                assert_ne!(peer.paused, paused, "paused or resumed twice");
                peer.paused = paused;
                Vec::new()
            }
            PeerAction::Receive(sources) => {
                self.peer(id).receives = sources;
                Vec::new()
            }
        };
        events.into_iter().map(|event| MeshEvent { peer: id, event }).collect()
    }

    fn offer(
        &mut self,
        client: usize,
        id: PeerId,
        restart: bool,
        (screen, receives): (bool, Sources),
    ) -> Vec<PeerEvent> {
        let (credentials, number) = self.fresh(client);
        let peer = self.peer(id);
        assert!(peer.offered.is_none(), "an offer without an answer to the last one");
        assert!(screen || !peer.screen, "an offer that drops lines");
        if restart || peer.credentials == 0 {
            peer.credentials = credentials;
        }
        let credentials = peer.credentials;
        let description =
            Description { offer: true, credentials, screen, receives, answers: 0, number };
        peer.offered = Some(description);
        let mut events = vec![PeerEvent::Offer(write(description))];
        events.extend(self.candidates());
        events
    }

    fn accept_offer(
        &mut self,
        client: usize,
        id: PeerId,
        sdp: &str,
        receives: Sources,
    ) -> Vec<PeerEvent> {
        let Some(offer) = read(sdp).filter(|description| description.offer) else {
            return vec![PeerEvent::ActionFailed];
        };
        let (credentials, number) = self.fresh(client);
        let peer = self.peer(id);
        assert!(peer.offered.is_none(), "two offers cross");
        // New remote credentials are an ICE restart. It needs new local ones (RFC 8839 4.4.1.1.1).
        let restarts = peer.remote.is_none_or(|remote| remote.credentials != offer.credentials);
        if restarts || peer.credentials == 0 {
            peer.credentials = credentials;
        }
        peer.screen |= offer.screen;
        let answer = Description {
            offer: false,
            credentials: peer.credentials,
            screen: peer.screen,
            receives,
            answers: offer.number,
            number,
        };
        (peer.local, peer.remote) = (Some(answer), Some(offer));
        self.negotiations += 1;
        let mut events = vec![PeerEvent::Answer(write(answer))];
        events.extend(self.candidates());
        events
    }

    fn accept_answer(&mut self, id: PeerId, sdp: &str) -> Vec<PeerEvent> {
        let Some(answer) = read(sdp).filter(|description| !description.offer) else {
            return vec![PeerEvent::ActionFailed];
        };
        let peer = self.peer(id);
        let offered = peer.offered.take().expect("an answer without an offer");
        assert_eq!(answer.answers, offered.number, "an answer to another offer");
        peer.screen = offered.screen;
        (peer.local, peer.remote) = (Some(offered), Some(answer));
        self.negotiations += 1;
        vec![PeerEvent::Accepted]
    }

    /// ICE has a working pair. Reports it if that is new.
    pub fn connect(&mut self, id: PeerId, now: u64) -> Option<MeshEvent> {
        let negotiated = self.negotiated(id)?;
        let peer = self.peer(id);
        let news = peer.connected.is_none() || peer.disconnected;
        (peer.connected, peer.disconnected, peer.alive_at) = (Some(negotiated), false, now);
        news.then_some(MeshEvent { peer: id, event: PeerEvent::Connected })
    }

    /// No packet arrives. After a while a connection is `disconnected`, or `failed` if it was never
    /// established.
    pub fn lose(&mut self, id: PeerId, now: u64) -> Option<MeshEvent> {
        let negotiated = self.negotiated(id).is_some();
        let peer = self.peer(id);
        if !negotiated || peer.disconnected {
            return None;
        }
        let (limit, event) = match peer.connected {
            Some(_) => (DISCONNECTED_AFTER, PeerEvent::Disconnected),
            None => (FAILED_AFTER, PeerEvent::ConnectionFailed),
        };
        peer.disconnected = now - peer.alive_at >= limit;
        peer.disconnected.then_some(MeshEvent { peer: id, event })
    }

    /// The counters of a connection. Packets have arrived if its path is `alive`.
    pub fn read_counters(&mut self, id: PeerId, alive: bool) -> MeshEvent {
        let lost = self.packets_lost;
        let peer = self.peer(id);
        if alive {
            peer.traffic.bytes_received += 1_000;
            peer.traffic.packets_received += 100 - lost;
            peer.traffic.packets_lost += lost;
        }
        MeshEvent { peer: id, event: PeerEvent::Traffic(peer.traffic) }
    }

    /// The number of a connection, which no other connection of this browser has.
    pub fn number(&self, id: PeerId) -> Option<u64> {
        self.peers.get(&id).map(|peer| peer.number)
    }

    /// Whether there is a connection of this number.
    pub fn has(&self, id: PeerId) -> bool {
        self.peers.contains_key(&id)
    }

    fn candidates(&mut self) -> Vec<PeerEvent> {
        let count = self.chance.below(3);
        let text = |number| Text::new(format!("candidate:{number}")).unwrap();
        (0..count).map(|number| PeerEvent::Candidate(text(number))).collect()
    }

    fn fresh(&mut self, client: usize) -> (u64, u64) {
        self.count += 1;
        let number = (client as u64 + 1) << 48 | self.chance.below(1 << 16) << 32 | self.count;
        (number, number)
    }

    fn peer(&mut self, id: PeerId) -> &mut Peer {
        self.peers.get_mut(&id).expect("a command to a connection that is closed")
    }
}

fn write(description: Description) -> String {
    let Description { offer, credentials, screen, receives, answers, number } = description;
    format!("{offer} {credentials} {screen} {} {answers} {number}", receives.bits())
}

fn read(sdp: &str) -> Option<Description> {
    let mut words = sdp.split(' ');
    Some(Description {
        offer: words.next()?.parse().ok()?,
        credentials: words.next()?.parse().ok()?,
        screen: words.next()?.parse().ok()?,
        receives: Sources::from_bits(words.next()?.parse().ok()?)?,
        answers: words.next()?.parse().ok()?,
        number: words.next()?.parse().ok()?,
    })
}
