//! How many messages two participants need to set a connection up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::VecDeque;

use tt_rtc_room::backend::{Backend, BackendOutput, MediaView, RemoteView};
use tt_rtc_room::id::{SessionId, SessionSecret};
use tt_rtc_room::media::{Source, Sources, Tiles, VideoEncoderConfig};
use tt_rtc_room::mesh::{
    Envelope, MeshEvent, PeerAction, PeerCommand, PeerEvent, PeerId, Signal, Traffic,
};
use tt_rtc_room::protocol::{MAX_CANDIDATES, Text};
use tt_rtc_room::{Instant, Mesh};

fn session(side: usize) -> SessionId {
    SessionSecret::new([side as u8; 16]).session()
}

/// Two meshes. Each browser needs `work` milliseconds for a step, and the hub needs `delay`
/// milliseconds for a signal.
struct Pair {
    meshes: [Mesh; 2],
    now: u64,
    work: u64,
    delay: u64,
    candidates: Vec<String>,
    /// What arrives when, on which side.
    due: VecDeque<(u64, usize, Arrival)>,
    /// All signals so far.
    signals: Vec<Envelope>,
    /// The candidates that each side added.
    added: [Vec<String>; 2],
}

#[derive(Debug)]
enum Arrival {
    Signal(Envelope),
    Event(MeshEvent),
}

impl Pair {
    fn new(work: u64, delay: u64, candidates: &[&str]) -> Self {
        Self {
            meshes: [Mesh::new(1), Mesh::new(2)],
            now: 1_000,
            work,
            delay,
            candidates: candidates.iter().map(|&candidate| candidate.to_owned()).collect(),
            due: VecDeque::new(),
            signals: Vec::new(),
            added: Default::default(),
        }
    }

    fn join(&mut self) {
        for side in 0..2 {
            let members = [RemoteView {
                join_order: (1 - side as u64, session(1 - side)),
                visible: true,
                subscribed: Sources::ALL,
                published: Sources::ALL,
                publishable: Sources::ALL,
                tiles: Tiles::default(),
            }];
            let view = MediaView {
                me: (side as u64, session(side)),
                send: Sources::from(Source::Microphone).with(Source::Camera, true),
                publishable: Sources::ALL,
                encoder: VideoEncoderConfig::default(),
                members: &members,
                ice_servers: &[],
                signaling: true,
            };
            self.meshes[side].update(Some(&view), Instant(self.now));
            self.drain(side);
        }
    }

    fn drain(&mut self, side: usize) {
        while let Some(output) = self.meshes[side].poll_output() {
            match output {
                BackendOutput::Signal(_, envelope) => {
                    self.signals.push(envelope.clone());
                    let at = self.now + self.delay;
                    self.due.push_back((at, 1 - side, Arrival::Signal(envelope)));
                }
                BackendOutput::Command(PeerCommand { peer, action }) => {
                    self.carry_out(side, peer, action);
                }
            }
        }
    }

    fn carry_out(&mut self, side: usize, peer: PeerId, action: PeerAction) {
        let mut later = |wait, event| {
            let arrival = Arrival::Event(MeshEvent { peer, event });
            self.due.push_back((self.now + wait, side, arrival));
        };
        let gathered = |later: &mut dyn FnMut(u64, PeerEvent)| {
            for candidate in &self.candidates {
                let candidate = Text::new(candidate.clone()).unwrap();
                later(self.work + 1, PeerEvent::Candidate(candidate));
            }
        };
        match action {
            PeerAction::Offer { .. } => {
                later(self.work, PeerEvent::Offer("offer".into()));
                gathered(&mut later);
            }
            PeerAction::AcceptOffer { .. } => {
                later(self.work, PeerEvent::Answer("answer".into()));
                gathered(&mut later);
            }
            PeerAction::AcceptAnswer(_) => later(self.work, PeerEvent::Accepted),
            PeerAction::AddCandidates(candidates) => {
                self.added[side].extend(candidates.lines().map(str::to_owned));
            }
            PeerAction::ReadStatistics => {
                let bytes_received = self.now;
                later(1, PeerEvent::Traffic(Traffic { bytes_received, ..Traffic::default() }));
            }
            _ => {}
        }
    }

    fn run(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.now < end {
            self.now += 1;
            let now = Instant(self.now);
            while let Some(at) = self.due.iter().position(|(at, ..)| *at <= self.now) {
                let (_, side, arrival) = self.due.remove(at).unwrap();
                match arrival {
                    Arrival::Signal(envelope) => {
                        self.meshes[side].handle_signal(session(1 - side), envelope, now);
                    }
                    Arrival::Event(event) => self.meshes[side].handle_event(event, now),
                }
                self.drain(side);
            }
            for side in 0..2 {
                if self.meshes[side].poll_timeout().is_some_and(|at| at <= now) {
                    self.meshes[side].handle_timeout(now);
                    self.drain(side);
                }
            }
        }
    }

    fn count(&self, of: fn(&Signal) -> bool) -> usize {
        self.signals
            .iter()
            .filter_map(|envelope| envelope.signal.as_ref())
            .filter(|it| of(it))
            .count()
    }
}

const UDP: &str = "candidate:1 1 udp 2122260223 192.168.0.1 50000 typ host";
const UDP6: &str = "candidate:2 1 udp 2122262783 fd00::1 50001 typ host";
const TCP: &str = "candidate:3 1 tcp 1518280447 192.168.0.1 9 typ host tcptype active";

#[test]
fn a_connection_takes_seven_messages_however_many_candidates_there_are() {
    let mut pair = Pair::new(10, 3, &[UDP, UDP6, TCP]);
    pair.join();
    pair.run(3_000);
    let (descriptions, candidates) = (
        pair.count(|it| matches!(it, Signal::Offer(_) | Signal::Answer(_))),
        pair.count(|it| matches!(it, Signal::Candidates(_))),
    );
    assert_eq!((descriptions, candidates), (2, 2));
    // Two of them subscribe, and the last one is an acknowledgement.
    assert_eq!(pair.signals.len(), 7, "{:#?}", pair.signals);
}

#[test]
fn a_tcp_candidate_that_no_browser_can_be_paired_with_is_not_sent() {
    let mut pair = Pair::new(10, 3, &[UDP, TCP, UDP6]);
    pair.join();
    pair.run(1_000);
    assert_eq!(pair.added, [[UDP, UDP6], [UDP, UDP6]]);
}

#[test]
fn a_loaded_machine_sends_no_description_again_that_is_only_late() {
    // A round trip takes longer than the first wait for an acknowledgement.
    let mut pair = Pair::new(1_500, 1_100, &[UDP, UDP6]);
    pair.join();
    pair.run(20_000);
    let (subscriptions, others) = (
        pair.count(|it| matches!(it, Signal::Subscribe(_))),
        pair.count(|it| !matches!(it, Signal::Subscribe(_))),
    );
    assert_eq!((subscriptions, others), (4, 4), "{:#?}", pair.signals);
}

#[test]
fn of_a_thousand_candidates_in_one_message_only_the_first_are_added() {
    let mut pair = Pair::new(10, 3, &[]);
    pair.join();
    pair.run(1_000);
    let signal = Signal::Candidates(Text::new(["candidate:1"; 1_000].join("\n")).unwrap());
    let last = pair.signals.iter().rfind(|it| matches!(it.signal, Some(Signal::Answer(_))));
    let answer = last.unwrap().clone();
    let envelope = Envelope { seq: answer.seq + 1, signal: Some(signal), ..answer };
    pair.meshes[0].handle_signal(session(1), envelope, Instant(pair.now));
    pair.drain(0);
    assert_eq!(pair.added[0].len(), MAX_CANDIDATES);
}
