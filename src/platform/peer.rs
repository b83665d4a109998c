//! One peer connection.
//!
//! Its actions are carried out one after the other, each when the one before has come to its end,
//! by a task that lives as long as there are any. Closing is not one of them: it takes effect at
//! once, whatever is under way.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use tt_rtc_room::media::{Encoding, Source, Sources};
use tt_rtc_room::mesh::{PeerAction, PeerEvent, PeerId, PeerNews, Traffic};
use tt_rtc_room::protocol::{Candidate, IceServer, Text};
use wasm_bindgen::prelude::*;
use web_sys::{MediaStream, MediaStreamTrack};

use super::connection;
use super::line::{self, Lines, Sending};
use super::playback::{self, Output, Sound};
use super::webrtc::{PeerConnection, StatsReport, Transceiver};
use crate::engine::{Engine, Input};
use crate::page::Listener;
use crate::task::{Abort, Settled, spawn_local};
use crate::{js, rtc_room};

/// What is to be done with a peer connection.
pub(super) enum Task {
    /// What the core wants.
    Action(PeerAction),
    /// A device has another track now.
    Refresh(Source),
}

/// A peer connection and what it plays and shows.
pub(super) struct Peer {
    id: PeerId,
    engine: Weak<Engine>,
    output: Rc<Output>,
    connection: RefCell<Option<PeerConnection>>,
    listeners: RefCell<Vec<Listener>>,
    tasks: RefCell<VecDeque<Task>>,
    running: Cell<bool>,
    /// Whether it has been connected.
    connected: Cell<bool>,
    /// The counters as they were last read, and whether they stood still then.
    traffic: Cell<Traffic>,
    silent: Cell<bool>,
    abort: Abort,
    lines: RefCell<Lines>,
    encodings: Cell<[Option<Encoding>; 4]>,
    /// Whether pictures are kept back.
    paused: Cell<bool>,
    receiving: Cell<Sources>,
    /// What is received of each source: a picture to be shown, a sound that plays.
    pictures: RefCell<[Option<MediaStream>; 4]>,
    sounds: RefCell<[Option<Sound>; 4]>,
}

impl Peer {
    /// A peer without a connection yet.
    pub(super) fn new(id: PeerId, engine: Weak<Engine>, output: Rc<Output>) -> Rc<Self> {
        Rc::new(Self {
            id,
            engine,
            output,
            connection: RefCell::default(),
            listeners: RefCell::default(),
            tasks: RefCell::default(),
            running: Cell::new(false),
            connected: Cell::new(false),
            traffic: Cell::default(),
            silent: Cell::new(false),
            abort: Abort::default(),
            lines: RefCell::default(),
            encodings: Cell::default(),
            paused: Cell::default(),
            receiving: Cell::default(),
            pictures: RefCell::default(),
            sounds: RefCell::default(),
        })
    }

    /// Which connection it is.
    pub(super) fn id(&self) -> PeerId {
        self.id
    }

    /// Does this after all that was asked for before.
    pub(super) fn push(self: &Rc<Self>, task: Task) {
        self.tasks.borrow_mut().push_back(task);
        if !self.running.replace(true) {
            spawn_local(Rc::clone(self).run());
        }
    }

    /// Closes the connection and lets go of everything.
    pub(super) fn close(&self) {
        self.abort.abort();
        self.listeners.take();
        self.tasks.take();
        self.pictures.take();
        self.sounds.take();
        self.lines.take();
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }

    /// The picture received of `source`.
    pub(super) fn picture(&self, source: Source) -> Option<MediaStream> {
        self.pictures.borrow().get(source.line()).cloned().flatten()
    }

    /// The transceivers that both sides know, by the name of what they carry.
    pub(super) fn transceivers(&self) -> JsValue {
        let named = js::object(&[]);
        for (source, transceiver) in self.lines.borrow().answered() {
            let name = match source {
                Source::Microphone => "microphone",
                Source::Camera => "camera",
                Source::Screen => "screen",
                Source::ScreenAudio => "screenAudio",
            };
            js::set(&named, name, &transceiver);
        }
        named
    }

    /// Reads the counters; they are reported when they are there. Whether they stood still when
    /// they were last read.
    pub(super) fn sample(self: &Rc<Self>) -> bool {
        let connection = self.connection().ok();
        let was_connected = |connection: &PeerConnection| {
            matches!(&*connection.connection_state(), "connected" | "disconnected" | "failed")
        };
        if let Some(connection) = connection.filter(was_connected) {
            let stats = Settled::new(connection.stats());
            let this = Rc::downgrade(self);
            spawn_local(async move {
                let Ok(stats) = stats.await else { return };
                if let Some(peer) = this.upgrade() {
                    let traffic = traffic(stats.unchecked_ref());
                    let before = peer.traffic.replace(traffic);
                    peer.silent.set(traffic.bytes_received == before.bytes_received);
                    peer.report(PeerEvent::Traffic(traffic));
                }
            });
        }
        self.silent.get()
    }

    async fn run(self: Rc<Self>) {
        while let Some(task) = self.next_task() {
            let result = match task {
                Task::Action(action) => self.carry_out(action).await,
                Task::Refresh(source) => {
                    self.refresh(source);
                    Ok(())
                }
            };
            if result.is_err() {
                self.report(PeerEvent::Failed);
            }
        }
        self.running.set(false);
    }

    fn next_task(&self) -> Option<Task> {
        self.tasks.borrow_mut().pop_front()
    }

    fn report(&self, event: PeerEvent) {
        let closed = self.abort.is_aborted();
        if let Some(engine) = self.engine.upgrade().filter(|_| !closed) {
            engine.input(Input::Peer(PeerNews { peer: self.id, event }));
        }
    }

    async fn carry_out(self: &Rc<Self>, action: PeerAction) -> Result<(), JsValue> {
        match action {
            PeerAction::Open(servers) => self.open(&servers).await,
            PeerAction::Servers(servers) => {
                if let Some(engine) = self.engine.upgrade() {
                    connection::set_servers(&self.connection()?, &servers, &engine.options);
                }
                Ok(())
            }
            PeerAction::Offer { restart_ice, screen } => self.offer(restart_ice, screen).await,
            PeerAction::AcceptOffer(sdp) => self.accept_offer(&sdp).await,
            PeerAction::AcceptAnswer(sdp) => self.accept_answer(&sdp).await,
            PeerAction::AddCandidate(candidate) => self.add_candidate(&candidate).await,
            PeerAction::Send(source, encoding) => {
                let mut encodings = self.encodings.get();
                if let Some(slot) = encodings.get_mut(source.line()) {
                    *slot = encoding;
                }
                self.encodings.set(encodings);
                self.refresh(source);
                Ok(())
            }
            PeerAction::KeyFrames => {
                for (_, line) in
                    self.lines.borrow().answered().iter().filter(|(source, _)| source.is_video())
                {
                    line::send_key_frame(line);
                }
                Ok(())
            }
            PeerAction::PauseVideo(paused) => {
                self.paused.set(paused);
                self.encode_all();
                Ok(())
            }
            PeerAction::Receive(sources) => {
                self.receiving.set(sources);
                self.play();
                Ok(())
            }
            // Done at once, elsewhere.
            PeerAction::Close => Ok(()),
        }
    }

    /// The connection, as long as it is open. Nobody keeps it while waiting for it: what the
    /// browser holds on to for us could not be freed otherwise.
    pub(super) fn connection(&self) -> Result<PeerConnection, JsValue> {
        self.connection.borrow().clone().ok_or(JsValue::UNDEFINED)
    }

    /// Waits for the browser, or for the end.
    async fn wait(&self, promise: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
        self.abort.guard(Settled::new(promise)).await
    }

    async fn open(self: &Rc<Self>, servers: &[IceServer]) -> Result<(), JsValue> {
        let Some(options) = self.engine.upgrade().map(|engine| Rc::clone(&engine.options)) else {
            return Ok(());
        };
        let connection = connection::make(servers, &options).await?;
        if self.abort.is_aborted() {
            connection.close();
            return Ok(());
        }
        self.listen(&connection);
        self.connection.replace(Some(connection));
        Ok(())
    }

    fn listen(self: &Rc<Self>, connection: &PeerConnection) {
        let (for_candidates, for_state) = (Rc::downgrade(self), Rc::downgrade(self));
        let listeners = vec![
            Listener::new(connection, "icecandidate", move |event| {
                if let Some(peer) = for_candidates.upgrade() {
                    peer.handle_candidate(&js::field(&event, "candidate"));
                }
            }),
            Listener::new(connection, "connectionstatechange", move |_| {
                if let Some(peer) = for_state.upgrade() {
                    peer.handle_state();
                }
            }),
        ];
        self.listeners.replace(listeners);
    }

    fn handle_candidate(&self, candidate: &JsValue) {
        let text = js::field(candidate, "candidate").as_string().and_then(Text::new);
        // The end of the candidates has no text, or no candidate.
        let Some(candidate_text) = text.filter(|text| !text.as_str().is_empty()) else { return };
        let line = js::field(candidate, "sdpMLineIndex").as_f64().unwrap_or_default();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small index"
        )]
        let candidate = Candidate { candidate: candidate_text, line: line as u16 };
        self.report(PeerEvent::Candidate(candidate));
    }

    fn handle_state(self: &Rc<Self>) {
        let Ok(connection) = self.connection() else { return };
        match connection.connection_state().as_str() {
            "connected" => {
                self.connected.set(true);
                self.encode_all();
                self.report(PeerEvent::Connected);
                // After a silence it is over now.
                self.sample();
            }
            "disconnected" | "failed" => self.report(PeerEvent::Disconnected),
            _ => {}
        }
    }

    async fn offer(&self, restart_ice: bool, screen: bool) -> Result<(), JsValue> {
        let connection = self.connection()?;
        if restart_ice {
            connection.restart_ice()?;
        }
        for source in Source::ALL.into_iter().take(if screen { 4 } else { 2 }) {
            self.lines.borrow_mut().add(&connection, source, &self.sending(source))?;
        }
        let offered = connection.set_local_description();
        drop(connection);
        self.wait(offered).await?;
        self.report(PeerEvent::Offer(self.local_description()?));
        Ok(())
    }

    async fn accept_offer(&self, sdp: &str) -> Result<(), JsValue> {
        let offer = js::object(&[("type", "offer".into()), ("sdp", sdp.into())]);
        self.wait(self.connection()?.set_remote_description(&offer)).await?;
        self.lines.borrow_mut().handle_offer(&self.connection()?);
        let lines = self.lines.borrow().answered();
        for (source, line) in &lines {
            line::join(line)?;
            line::attach(line, &self.sending(*source));
        }
        let answered = self.connection()?.set_local_description();
        self.wait(answered).await?;
        self.play();
        self.report(PeerEvent::Answer(self.local_description()?));
        self.encode_all();
        Ok(())
    }

    async fn accept_answer(&self, sdp: &str) -> Result<(), JsValue> {
        let answer = js::object(&[("type", "answer".into()), ("sdp", sdp.into())]);
        self.wait(self.connection()?.set_remote_description(&answer)).await?;
        self.lines.borrow_mut().handle_answer();
        self.play();
        self.report(PeerEvent::Accepted);
        Ok(())
    }

    async fn add_candidate(&self, candidate: &Candidate) -> Result<(), JsValue> {
        let candidate = js::object(&[
            ("candidate", candidate.candidate.as_str().into()),
            ("sdpMLineIndex", candidate.line.into()),
        ]);
        let added = self.connection()?.add_ice_candidate(&candidate);
        // One that cannot be used is nobody's concern.
        let _ = self.wait(added).await;
        Ok(())
    }

    /// Sends of `source` what is to be sent of it. Nothing waits for it to take effect: the answer
    /// and the candidates that come next are in more of a hurry.
    fn refresh(&self, source: Source) {
        let line = self.lines.borrow().get(source);
        if let Some(line) = line {
            line::attach(&line, &self.sending(source));
            self.encode(&line, source);
        }
    }

    /// Limits what is sent, once something is: an encoder that is given limits before its first
    /// frame brings that frame out later.
    fn encode(&self, line: &Transceiver, source: Source) {
        if self.connected.get()
            && let Some(sending) = self.sending(source)
        {
            line::encode(line, source, sending, !self.paused.get());
        }
    }

    fn encode_all(&self) {
        for (source, line) in self.lines.borrow().answered() {
            self.encode(&line, source);
        }
    }

    /// What is to be sent of `source` at present.
    fn sending(&self, source: Source) -> Sending {
        let encoding = self.encodings.get().get(source.line()).copied().flatten()?;
        let track = self.engine.upgrade()?.capture.track(source)?;
        Some((track, encoding))
    }

    fn local_description(&self) -> Result<String, JsValue> {
        let description = self.connection()?.local_description();
        js::field(&description, "sdp").as_string().ok_or(JsValue::UNDEFINED)
    }

    /// Plays and shows what is to be received, of the lines there are.
    fn play(&self) {
        let receiving = self.receiving.get();
        let mut tracks = [None, None, None, None];
        for (source, line) in self.lines.borrow().answered() {
            if let Some(slot) = tracks.get_mut(source.line()) {
                *slot = receiving.has(source).then(|| line.receiver().track());
            }
        }
        for ((source, track), (picture, sound)) in Source::ALL
            .into_iter()
            .zip(tracks)
            .zip(self.pictures.borrow_mut().iter_mut().zip(self.sounds.borrow_mut().iter_mut()))
        {
            if source.is_video() {
                show(picture, track);
            } else if !Sound::is_of(sound.as_ref(), track.as_ref()) {
                *sound = track.map(|track| Sound::play(track, &self.output));
            }
        }
        rtc_room::refresh();
    }
}

/// Keeps the picture if it is already that of the track.
fn show(picture: &mut Option<MediaStream>, track: Option<MediaStreamTrack>) {
    let shown = picture.as_ref().map(|picture| picture.get_video_tracks().get(0));
    if shown.as_ref() != track.as_ref().map(AsRef::as_ref) {
        *picture = track.and_then(|track| playback::stream(&track));
    }
}

/// What the counters say. Without media, what arrives are the answers to, and the requests of, the
/// browser's connectivity checks alone. They count, too, but only on the path that is in use: on
/// others they come while there is no way back yet.
fn traffic(stats: &StatsReport) -> Traffic {
    let entries = js::items(&stats.values());
    let is = |entry: &JsValue, kind| js::field(entry, "type") == kind;
    let transport = entries.iter().find(|entry| is(entry, "transport"));
    let selected = transport.map(|transport| js::field(transport, "selectedCandidatePairId"));
    let in_use = |pair: &JsValue| {
        let selected = selected.as_ref().filter(|id| id.is_string());
        selected.is_none_or(|id| *id == js::field(pair, "id"))
    };
    // Firefox counts what comes over a pair, and not what comes over a transport.
    let counts = transport.is_some_and(|entry| !js::is_absent(&js::field(entry, "bytesReceived")));
    let (mut bytes, mut received, mut lost, mut round_trip) = (0.0, 0.0, 0.0, 0.0);
    for entry in &entries {
        let number = |key| js::field(entry, key).as_f64().unwrap_or_default();
        if is(entry, "transport") {
            bytes += number("bytesReceived");
        } else if is(entry, "candidate-pair") && in_use(entry) {
            bytes += number("responsesReceived") + number("requestsReceived");
            if !counts {
                bytes += number("bytesReceived");
            }
            round_trip = number("currentRoundTripTime").max(round_trip);
        } else if is(entry, "inbound-rtp") {
            received += number("packetsReceived");
            lost += number("packetsLost");
        }
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counters")]
    Traffic {
        bytes_received: bytes as u64,
        packets_received: received as u64,
        packets_lost: lost as u64,
        round_trip: (round_trip * 1_000.0) as u32,
    }
}

#[cfg(test)]
mod tests {
    use js_sys::{JSON, Map};
    use tt_rtc_room::mesh::Traffic;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::traffic;
    use crate::js;

    /// The traffic that a report of these entries tells of.
    fn told(entries: &str) -> Traffic {
        let report = Map::new();
        for entry in js::items(&JSON::parse(entries).unwrap()) {
            report.set(&js::field(&entry, "id"), &entry);
        }
        traffic(report.unchecked_ref())
    }

    #[wasm_bindgen_test]
    fn checks_on_a_path_that_is_not_in_use_are_no_traffic() {
        let pairs = r#"
            { "id": "a", "type": "candidate-pair", "requestsReceived": 3, "responsesReceived": 2 },
            { "id": "b", "type": "candidate-pair", "requestsReceived": 40, "bytesReceived": 100 },
            { "id": "v", "type": "inbound-rtp", "packetsReceived": 7, "packetsLost": 1 }"#;
        let bytes = |transport: &str| told(&format!("[{transport} {pairs}]")).bytes_received;
        let transport = r#"{ "id": "t", "type": "transport", "bytesReceived": 1000"#;
        assert_eq!(bytes(&format!(r#"{transport}, "selectedCandidatePairId": "a" }},"#)), 1_005);
        assert_eq!(
            bytes(r#"{ "id": "t", "type": "transport", "selectedCandidatePairId": "b" },"#),
            140
        );
        assert_eq!(bytes(""), 145);
        let Traffic { packets_received, packets_lost, .. } = told(&format!("[{pairs}]"));
        assert_eq!((packets_received, packets_lost), (7, 1));
    }
}
