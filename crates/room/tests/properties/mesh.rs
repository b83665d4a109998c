//! Hostile peers of a mesh.

use proptest::prelude::*;
use tt_rtc_room::backend::{Backend, BackendOutput, MediaView, RemoteView};
use tt_rtc_room::id::SessionId;
use tt_rtc_room::media::{Sources, Tiles, VideoEncoderConfig};
use tt_rtc_room::mesh::{
    Envelope, MeshEvent, PeerAction, PeerCommand, PeerEvent, PeerId, Signal, Traffic,
};
use tt_rtc_room::protocol::Text;
use tt_rtc_room::{Instant, Mesh};

use crate::arbitrary::{envelope, secret, sources};

const START: u64 = 10_000;
/// How many connections one peer may make us open within a minute.
const MAX_RECREATIONS: u64 = 20;

#[derive(Debug, Clone)]
enum Input {
    /// A signal of the hostile peer, and whether it is for the current connection.
    Signal(Envelope, bool),
    Event(PeerEvent, bool),
    Media(Sources, Sources),
    Reconnected,
    Wait(u64),
}

pub fn event() -> impl Strategy<Value = PeerEvent> {
    let candidate = Text::new("candidate:1".into()).unwrap();
    prop_oneof![
        Just(PeerEvent::Offer("offer".into())),
        Just(PeerEvent::Answer("answer".into())),
        Just(PeerEvent::Accepted),
        Just(PeerEvent::Candidate(candidate)),
        Just(PeerEvent::ActionFailed),
        Just(PeerEvent::Connected),
        Just(PeerEvent::Disconnected),
        (any::<u64>(), any::<bool>()).prop_map(|(bytes_received, cpu_limited)| {
            PeerEvent::Traffic(Traffic { bytes_received, cpu_limited, ..Traffic::default() })
        }),
        Just(PeerEvent::Offer("x".repeat(70_000))),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        6 => (envelope(), any::<bool>()).prop_map(|(envelope, current)| {
            Input::Signal(envelope, current)
        }),
        4 => (event(), any::<bool>()).prop_map(|(event, current)| Input::Event(event, current)),
        1 => (sources(), sources()).prop_map(|(subscribed, send)| Input::Media(subscribed, send)),
        1 => Just(Input::Reconnected),
        2 => (0..3_000_u64).prop_map(Input::Wait),
    ]
}

fn honest() -> SessionId {
    secret(1).session()
}

fn hostile() -> SessionId {
    secret(2).session()
}

struct Scene {
    mesh: Mesh,
    now: u64,
    commands: Vec<PeerCommand>,
}

impl Scene {
    /// A mesh in a room with an honest and a hostile member. One joined before, the other after it.
    fn new(hostile_is_older: bool) -> Self {
        let mut scene = Self { mesh: Mesh::new(5), now: START, commands: Vec::new() };
        scene.update(hostile_is_older, Sources::ALL, Sources::ALL);
        scene
    }

    fn update(&mut self, hostile_is_older: bool, subscribed: Sources, send: Sources) {
        let view = |number, session| RemoteView {
            join_order: (number, session),
            visible: true,
            subscribed,
            published: Sources::ALL,
            publishable: Sources::ALL,
            tiles: Tiles::default(),
        };
        let hostile_order = if hostile_is_older { 0 } else { 9 };
        let mut members = [view(hostile_order, hostile()), view(7, honest())];
        members.sort_by_key(|member| member.join_order);
        let view = MediaView {
            me: (5, secret(0).session()),
            send,
            publishable: Sources::ALL,
            encoder: VideoEncoderConfig::default(),
            members: &members,
            ice_servers: &[],
            signaling: true,
        };
        self.mesh.update(Some(&view), Instant(self.now));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.mesh.poll_output() {
            if let BackendOutput::Command(command) = output {
                self.commands.push(command);
            }
        }
    }

    fn current(&self) -> u32 {
        let mine = self.mesh.peers().find(|peer| peer.session == hostile());
        mine.map_or(0, |peer| peer.generation)
    }

    fn handle(&mut self, input: Input, hostile_is_older: bool) {
        let now = Instant(self.now);
        match input {
            Input::Signal(envelope, current) => {
                let generation = if current { self.current() } else { envelope.generation };
                self.mesh.handle_signal(hostile(), Envelope { generation, ..envelope }, now);
            }
            Input::Event(event, current) => {
                let generation = if current { self.current() } else { 1 };
                let peer = PeerId { session: hostile(), generation };
                self.mesh.handle_event(MeshEvent { peer, event }, now);
            }
            Input::Media(subscribed, send) => self.update(hostile_is_older, subscribed, send),
            Input::Reconnected => self.mesh.handle_reconnected(None, now),
            Input::Wait(milliseconds) => self.wait(milliseconds),
        }
        self.drain();
    }

    fn wait(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while let Some(at) = self.mesh.poll_timeout().filter(|at| at.0 <= end) {
            self.now = self.now.max(at.0);
            self.mesh.handle_timeout(Instant(self.now));
            assert!(self.mesh.poll_timeout().is_none_or(|at| at.0 > self.now), "it spins");
            self.drain();
        }
        self.now = end;
    }

    fn opened(&self, session: SessionId) -> u64 {
        let opens = |command: &&PeerCommand| {
            command.peer.session == session && matches!(command.action, PeerAction::Open(_))
        };
        self.commands.iter().filter(opens).count() as u64
    }

    /// Each connection is opened once, is closed before the next to the same session is opened,
    /// and nothing is said to it after that.
    fn check_order(&self) {
        let mut open = std::collections::BTreeMap::new();
        for command in &self.commands {
            let PeerId { session, generation } = command.peer;
            match command.action {
                PeerAction::Open(_) => {
                    assert_eq!(open.insert(session, generation), None, "two at once");
                }
                PeerAction::Close => assert_eq!(open.remove(&session), Some(generation)),
                _ => assert_eq!(open.get(&session), Some(&generation), "{command:?}"),
            }
        }
    }
}

proptest! {
    #[test]
    fn a_hostile_peer_harms_neither_the_mesh_nor_its_other_peers(
        hostile_is_older: bool,
        happenings in proptest::collection::vec(input(), 1..200),
    ) {
        let mut scene = Scene::new(hostile_is_older);
        for input in happenings {
            scene.handle(input, hostile_is_older);
        }
        scene.check_order();
        let minutes = (scene.now - START) / 60_000 + 1;
        prop_assert!(scene.opened(hostile()) <= 1 + MAX_RECREATIONS * minutes);
        // The honest member sends nothing, so its connection is recreated with a growing backoff.
        prop_assert!(scene.opened(honest()) <= 1 + 6 * minutes);
    }
}

#[test]
fn a_peer_that_keeps_requesting_connections_gets_20_in_a_minute() {
    let mut scene = Scene::new(false);
    for number in 1..1_000_u32 {
        let signal = Some(Signal::Subscribe(Sources::ALL));
        let envelope = Envelope { generation: number << 20, seq: 1, signal, ..Envelope::default() };
        scene.handle(Input::Signal(envelope, false), false);
    }
    assert_eq!(scene.opened(hostile()), 1 + MAX_RECREATIONS);
    assert_eq!(scene.opened(honest()), 1);
}

/// The peer that opened the connection may have closed it since.
#[test]
fn an_answer_does_not_open_a_connection() {
    let signal = Some(Signal::Subscribe(Sources::ALL));
    let first = Envelope { generation: 1 << 20, seq: 1, signal, ..Envelope::default() };
    let mut scene = Scene::new(true);
    scene.mesh.handle_signal(hostile(), first, Instant(scene.now));
    let mut signals =
        std::iter::from_fn(|| scene.mesh.poll_output()).filter_map(|output| match output {
            BackendOutput::Signal(to, envelope) if to == hostile() => Some(envelope),
            _ => None,
        });
    let answer = signals.next().unwrap();
    assert_eq!(answer.seq, 1);

    let mut forgetful = Scene::new(false);
    let generation = forgetful.current();
    forgetful.handle(Input::Signal(answer, false), false);
    assert!(forgetful.current() > generation.max(1 << 20), "a new connection replaces both");
    forgetful.check_order();
}

#[test]
fn signals_to_a_peer_that_never_acknowledges_are_repeated_rarely() {
    let mut scene = Scene::new(false);
    scene.commands.clear();
    let mut signals = 0;
    for second in 0..120 {
        scene.now = START + second * 1_000;
        let now = Instant(scene.now);
        // Its connection receives data, so nothing else causes a recovery action.
        let peer = scene.mesh.peers().find(|peer| peer.session == hostile()).unwrap();
        let bytes = Traffic { bytes_received: second, ..Traffic::default() };
        for event in [PeerEvent::Connected, PeerEvent::Traffic(bytes)] {
            scene.mesh.handle_event(MeshEvent { peer, event }, now);
        }
        scene.mesh.handle_timeout(now);
        while let Some(output) = scene.mesh.poll_output() {
            let to_hostile = |to: &SessionId| *to == hostile();
            if matches!(&output, BackendOutput::Signal(to, _) if to_hostile(to)) {
                signals += 1;
            }
        }
    }
    assert!(signals <= 16, "{signals} signals in two minutes");
}

/// Two meshes whose signals arrive at once. Their browsers carry out each command at once.
struct Pair {
    meshes: [Mesh; 2],
    now: u64,
    /// How many of the next signals are lost.
    losses: usize,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let meshes = [Mesh::new(seed), Mesh::new(seed + 1_000)];
        let mut pair = Self { meshes, now: START, losses: 0 };
        // The new member learns of the others before they learn of it.
        pair.add_member(1);
        pair.add_member(0);
        // The last acknowledgements are sent after a delay.
        pair.wait(1_000);
        pair
    }

    /// One of the two learns that the other has joined.
    fn add_member(&mut self, number: usize) {
        let view = |number: u8| (u64::from(number), secret(number).session());
        let member = RemoteView {
            join_order: view(u8::from(number == 0)),
            visible: true,
            subscribed: Sources::ALL,
            published: Sources::ALL,
            publishable: Sources::ALL,
            tiles: Tiles::default(),
        };
        self.update(number, &[member]);
    }

    /// One of the two learns that the other has left.
    fn remove_member(&mut self, number: usize) {
        self.update(number, &[]);
    }

    fn update(&mut self, number: usize, members: &[RemoteView]) {
        let view = |number: u8| (u64::from(number), secret(number).session());
        let other = u8::from(number == 0);
        let view = MediaView {
            me: view(1 - other),
            send: Sources::STREAM,
            publishable: Sources::ALL,
            encoder: VideoEncoderConfig::default(),
            members,
            ice_servers: &[],
            signaling: true,
        };
        self.meshes[number].update(Some(&view), Instant(self.now));
        self.exchange();
    }

    fn forget(&mut self, number: usize) {
        self.meshes[number].update(None, Instant(self.now));
    }

    /// Delivers all signals. Panics after far more rounds than a correct exchange needs.
    fn exchange(&mut self) {
        for _ in 0..200 {
            let mut quiet = true;
            for number in 0..2 {
                while let Some(output) = self.meshes[number].poll_output() {
                    quiet = false;
                    self.carry_out(number, output);
                }
            }
            if quiet {
                return;
            }
        }
        panic!("the exchange does not end");
    }

    fn carry_out(&mut self, number: usize, output: BackendOutput<PeerCommand, Envelope>) {
        let now = Instant(self.now);
        let command = match output {
            BackendOutput::Signal(..) if self.losses > 0 => {
                self.losses -= 1;
                return;
            }
            BackendOutput::Signal(_, envelope) => {
                let from = secret(u8::from(number == 1)).session();
                return self.meshes[1 - number].handle_signal(from, envelope, now);
            }
            BackendOutput::Command(command) => command,
        };
        let events = match command.action {
            PeerAction::Offer { .. } => vec![PeerEvent::Offer("offer".into())],
            PeerAction::AcceptOffer { .. } => {
                vec![PeerEvent::Answer("answer".into()), PeerEvent::Connected]
            }
            PeerAction::AcceptAnswer(_) => vec![PeerEvent::Accepted, PeerEvent::Connected],
            _ => Vec::new(),
        };
        for event in events {
            self.meshes[number].handle_event(MeshEvent { peer: command.peer, event }, now);
        }
    }

    /// Advances the time.
    fn wait(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        let next = |pair: &Self| pair.meshes.iter().filter_map(Backend::poll_timeout).min();
        while let Some(at) = next(self).filter(|at| at.0 <= end) {
            self.now = self.now.max(at.0);
            for number in 0..2 {
                self.meshes[number].handle_timeout(at);
            }
            self.exchange();
        }
        self.now = end;
    }

    fn generations(&self) -> [Option<u32>; 2] {
        [0, 1].map(|number: usize| self.meshes[number].peers().next().map(|peer| peer.generation))
    }
}

#[test]
fn two_peers_of_which_one_lost_its_connection_connect_again_at_once() {
    for seed in 0..50 {
        let mut pair = Pair::new(seed);
        for forgetful in [0, 1, 1, 0] {
            let [ours, theirs] = pair.generations();
            assert!(ours.is_some() && ours == theirs, "{ours:?} and {theirs:?}");
            pair.forget(forgetful);
            pair.add_member(forgetful);
            if forgetful == 1 {
                // The new member waits for an offer. It gets one after the next signal.
                pair.meshes[0].handle_reconnected(None, Instant(pair.now));
                pair.exchange();
            }
        }
    }
}

/// No media arrives here, so only the request leads to a connection.
#[test]
fn a_request_for_a_connection_that_the_other_peer_still_has_is_repeated_until_it_succeeds() {
    for losses in 0..5 {
        let mut pair = Pair::new(losses as u64);
        pair.forget(1);
        pair.add_member(1);
        pair.losses = losses;
        pair.meshes[1].handle_reconnected(None, Instant(pair.now));
        pair.exchange();
        pair.wait(60_000);
        let [ours, theirs] = pair.generations();
        assert!(ours.is_some() && ours == theirs, "{losses} losses: {ours:?} and {theirs:?}");
    }
}

#[test]
fn requests_for_a_connection_end_after_5_attempts() {
    let mut pair = Pair::new(1);
    pair.forget(1);
    pair.add_member(1);
    pair.losses = usize::MAX;
    pair.meshes[1].handle_reconnected(None, Instant(pair.now));
    pair.exchange();
    pair.wait(600_000);
    assert_eq!(usize::MAX - pair.losses, 5, "asked at once and four times more");
    assert_eq!(pair.meshes[1].poll_timeout(), None);
}

/// The older member left and returned. The other one learns nothing but its return.
#[test]
fn a_returning_peer_that_sends_nothing_is_asked_for_a_connection() {
    let mut pair = Pair::new(1);
    pair.remove_member(1);
    pair.add_member(1);
    assert_eq!(pair.generations()[1], None);
    pair.wait(60_000);
    let [ours, theirs] = pair.generations();
    assert!(ours.is_some() && ours == theirs, "{ours:?} and {theirs:?}");
}
