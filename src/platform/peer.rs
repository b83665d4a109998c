//! One peer connection.
//!
//! A task carries out its actions one after the other, each when the one before has finished.
//! Closing does not wait for them: it takes effect at once.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::future::{AbortHandle, Abortable};
use gloo::events::EventListener;
use serde::Deserialize;
use tt_rtc_room::id::UserId;
use tt_rtc_room::media::{Source, Sources};
use tt_rtc_room::mesh::{Encoding, MeshEvent, PeerAction, PeerEvent, PeerId, Traffic, mline_index};
use tt_rtc_room::protocol::{IceServer, Text};
use wasm_bindgen::prelude::*;
use web_sys::{
    MediaStream, MediaStreamTrack, RtcIceCandidate, RtcIceCandidateInit, RtcPeerConnectionIceEvent,
    RtcPeerConnectionState, RtcRtpTransceiver, RtcSdpType, RtcSessionDescriptionInit,
};

use super::capture::Capture;
use super::media::{MediaEvent, MediaEventHandler, Options};
use super::peer_connection_factory;
use super::playback::{self, AudioPlayback, Output};
use super::shared::Shared;
use super::transceivers::{self, Sending, Transceivers};
use super::webrtc::PeerConnection;
use crate::js;
use crate::report::{self, Exception};
use crate::task::{JsPromise, spawn_local};
use crate::time;

const SET_LOCAL: &str = "setLocalDescription";

/// A task of a peer connection.
pub(super) enum Task {
    /// An action of the mesh.
    Action(PeerAction),
    /// The captured track of a source has changed.
    Refresh(Source),
}

/// The context that all peer connections of an engine share.
pub(super) struct Context {
    pub(super) options: Rc<Options>,
    pub(super) shared: Rc<Shared>,
    pub(super) capture: Rc<Capture>,
    pub(super) output: Rc<Output>,
    pub(super) on_event: MediaEventHandler,
}

/// A peer connection and the remote media that it plays.
pub(super) struct Peer {
    id: PeerId,
    /// The user of the other side.
    user: UserId,
    context: Rc<Context>,
    connection: RefCell<Option<PeerConnection>>,
    listeners: RefCell<Vec<EventListener>>,
    tasks: UnboundedSender<Task>,
    abort: AbortHandle,
    /// Whether it has been connected.
    connected: Cell<bool>,
    transceivers: RefCell<Transceivers>,
    encodings: Cell<[Option<Encoding>; 4]>,
    /// Whether sending video is paused.
    paused: Cell<bool>,
    receiving: Cell<Sources>,
    /// The received media of each source: streams of video tracks, and audio that plays.
    videos: RefCell<[Option<MediaStream>; 4]>,
    audios: RefCell<[Option<AudioPlayback>; 4]>,
}

impl Peer {
    /// A peer whose connection is not open yet.
    pub(super) fn new(id: PeerId, user: UserId, context: Rc<Context>) -> Rc<Self> {
        let (tasks, queue) = mpsc::unbounded();
        let (abort, registration) = AbortHandle::new_pair();
        let peer = Rc::new(Self {
            id,
            user,
            context,
            connection: RefCell::default(),
            listeners: RefCell::default(),
            tasks,
            abort,
            connected: Cell::new(false),
            transceivers: RefCell::default(),
            encodings: Cell::default(),
            paused: Cell::default(),
            receiving: Cell::default(),
            videos: RefCell::default(),
            audios: RefCell::default(),
        });
        let work = Abortable::new(carry_out_all(Rc::downgrade(&peer), queue), registration);
        spawn_local(async move {
            let _ = work.await;
        });
        peer
    }

    /// The user of the other side.
    pub(super) fn user(&self) -> &UserId {
        &self.user
    }

    /// Queues a task.
    pub(super) fn push(&self, task: Task) {
        let _ = self.tasks.unbounded_send(task);
    }

    /// Closes the connection and releases its resources.
    pub(super) fn close(&self) {
        self.abort.abort();
        self.listeners.take();
        self.tasks.close_channel();
        let videos = self.videos.take();
        self.audios.take();
        self.transceivers.take();
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
        let shown = Source::ALL.into_iter().zip(&videos).filter(|(_, video)| video.is_some());
        self.report_videos(shown.map(|(source, _)| source).collect());
    }

    /// The stream of the received video track of `source`.
    pub(super) fn video(&self, source: Source) -> Option<MediaStream> {
        self.videos.borrow().get(mline_index(source)).cloned().flatten()
    }

    /// The negotiated transceivers, by the names of their sources.
    pub(super) fn transceivers(&self) -> JsValue {
        let named = js::object(&[]);
        for (source, transceiver) in self.transceivers.borrow().answered() {
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

    /// Reads the statistics and reports them.
    pub(super) fn read_statistics(self: &Rc<Self>) {
        let Ok(connection) = self.connection() else { return };
        let asked_at = time::instant();
        let statistics = JsPromise::from(connection.get_stats());
        let this = Rc::downgrade(self);
        spawn_local(async move {
            let Ok(statistics) = statistics.await else { return };
            if let Some(peer) = this.upgrade() {
                let age = u32::try_from(time::instant().since(asked_at)).unwrap_or(u32::MAX);
                peer.report(PeerEvent::Traffic(Traffic { age, ..traffic(&statistics) }));
            }
        });
    }

    fn report(&self, event: PeerEvent) {
        if !self.abort.is_aborted() {
            (self.context.on_event)(MediaEvent::Peer(MeshEvent { peer: self.id, event }));
        }
    }

    /// An action failed.
    fn fail(&self, exception: &Exception) {
        if let Some(reason) = exception.report() {
            (self.context.on_event)(MediaEvent::Failed(self.user.clone(), reason));
        }
        self.report(PeerEvent::ActionFailed);
    }

    async fn carry_out(self: &Rc<Self>, action: PeerAction) -> Result<(), Exception> {
        match action {
            PeerAction::Open(servers) => self.open(&servers).await,
            PeerAction::Servers(servers) => {
                peer_connection_factory::set_servers(
                    &self.connection()?,
                    &servers,
                    &self.context.options,
                );
                Ok(())
            }
            PeerAction::Offer { restart_ice, screen, receives } => {
                self.offer(restart_ice, screen, receives).await
            }
            PeerAction::AcceptOffer { sdp, receives } => self.accept_offer(&sdp, receives).await,
            PeerAction::AcceptAnswer(sdp) => self.accept_answer(&sdp).await,
            PeerAction::AddCandidates(candidates) => self.add_candidates(&candidates),
            PeerAction::Send(source, encoding) => {
                let mut encodings = self.encodings.get();
                if let Some(slot) = encodings.get_mut(mline_index(source)) {
                    *slot = encoding;
                }
                self.encodings.set(encodings);
                self.refresh(source);
                Ok(())
            }
            PeerAction::KeyFrames => {
                for (_, transceiver) in self
                    .transceivers
                    .borrow()
                    .answered()
                    .iter()
                    .filter(|(source, _)| source.is_video())
                {
                    transceivers::send_key_frame(transceiver);
                }
                Ok(())
            }
            PeerAction::PauseVideo(paused) => {
                self.paused.set(paused);
                self.set_all_parameters();
                Ok(())
            }
            PeerAction::Receive(sources) => {
                self.receiving.set(sources);
                self.play();
                Ok(())
            }
            // `Peers` carries these out without the queue.
            PeerAction::ReadStatistics | PeerAction::Close => Ok(()),
        }
    }

    /// The connection. Fails if it is closed. No caller keeps it while it awaits a promise, so that
    /// the browser can free a closed connection whose promises are never settled.
    pub(super) fn connection(&self) -> Result<PeerConnection, Exception> {
        self.connection.borrow().clone().ok_or_else(Exception::closed)
    }

    async fn open(self: &Rc<Self>, servers: &[IceServer]) -> Result<(), Exception> {
        let factory = &self.context.shared.factory;
        let connection = factory.make(servers, &self.context.options).await?;
        self.listen(&connection);
        self.connection.replace(Some(connection));
        Ok(())
    }

    fn listen(self: &Rc<Self>, connection: &PeerConnection) {
        let (for_candidates, for_state) = (Rc::downgrade(self), Rc::downgrade(self));
        let listeners = vec![
            EventListener::new(connection, "icecandidate", move |event| {
                let candidate = event.unchecked_ref::<RtcPeerConnectionIceEvent>().candidate();
                if let Some((peer, candidate)) = for_candidates.upgrade().zip(candidate) {
                    peer.handle_candidate(&candidate);
                }
            }),
            EventListener::new(connection, "connectionstatechange", move |_| {
                if let Some(peer) = for_state.upgrade() {
                    peer.handle_state();
                }
            }),
        ];
        self.listeners.replace(listeners);
    }

    fn handle_candidate(&self, candidate: &RtcIceCandidate) {
        // An empty candidate is the end of the candidates of one generation (webrtc-pc 4.8.1).
        let text = Some(candidate.candidate()).filter(|text| !text.is_empty());
        if let Some(candidate) = text.and_then(Text::new) {
            self.report(PeerEvent::Candidate(candidate));
        }
    }

    fn handle_state(self: &Rc<Self>) {
        let Ok(connection) = self.connection() else { return };
        match connection.connection_state() {
            RtcPeerConnectionState::Connected => {
                self.connected.set(true);
                self.set_all_parameters();
                self.report(PeerEvent::Connected);
            }
            RtcPeerConnectionState::Disconnected => self.report(PeerEvent::Disconnected),
            RtcPeerConnectionState::Failed => self.report(PeerEvent::ConnectionFailed),
            _ => {}
        }
    }

    async fn offer(
        &self,
        restart_ice: bool,
        screen: bool,
        receives: Sources,
    ) -> Result<(), Exception> {
        let connection = self.connection()?;
        if restart_ice {
            connection.restart_ice().map_err(Exception::of("restartIce"))?;
        }
        for source in Source::ALL.into_iter().take(if screen { 4 } else { 2 }) {
            self.transceivers.borrow_mut().add(&connection, source, &self.sending(source))?;
        }
        self.transceivers.borrow_mut().set_directions(&connection, receives)?;
        let offered = JsPromise::from(connection.set_implicit_description());
        drop(connection);
        offered.await.map_err(Exception::of(SET_LOCAL))?;
        self.report(PeerEvent::Offer(self.local_description()?));
        Ok(())
    }

    async fn accept_offer(&self, sdp: &str, receives: Sources) -> Result<(), Exception> {
        self.set_remote_description(RtcSdpType::Offer, sdp).await?;
        self.transceivers.borrow_mut().set_directions(&self.connection()?, receives)?;
        let transceivers = self.transceivers.borrow().answered();
        for (source, transceiver) in &transceivers {
            transceivers::replace_track(transceiver, &self.sending(*source));
        }
        let answered = JsPromise::from(self.connection()?.set_implicit_description());
        answered.await.map_err(Exception::of(SET_LOCAL))?;
        self.play();
        self.report(PeerEvent::Answer(self.local_description()?));
        self.set_all_parameters();
        Ok(())
    }

    async fn set_remote_description(&self, kind: RtcSdpType, sdp: &str) -> Result<(), Exception> {
        let description = RtcSessionDescriptionInit::new(kind);
        description.set_sdp(sdp);
        let set = JsPromise::from(self.connection()?.set_remote_description(&description));
        set.await.map(drop).map_err(Exception::of("setRemoteDescription"))
    }

    async fn accept_answer(&self, sdp: &str) -> Result<(), Exception> {
        self.set_remote_description(RtcSdpType::Answer, sdp).await?;
        self.transceivers.borrow_mut().handle_answer();
        self.play();
        self.report(PeerEvent::Accepted);
        Ok(())
    }

    /// Nothing waits for this: the browser chains it with the descriptions (webrtc-pc 4.4.2,
    /// operations chain). The connection may work without a candidate that the browser cannot use.
    fn add_candidates(&self, candidates: &str) -> Result<(), Exception> {
        let connection = self.connection()?;
        for candidate in candidates.split('\n') {
            let init = RtcIceCandidateInit::new(candidate);
            init.set_sdp_m_line_index(Some(0));
            let added = connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init));
            report::watch("addIceCandidate", &added);
        }
        Ok(())
    }

    /// Replaces the track of `source` and sets its parameters. Nothing waits for this, so that it
    /// does not delay the answer and the candidates.
    fn refresh(&self, source: Source) {
        let transceiver = self.transceivers.borrow().get(source);
        if let Some(transceiver) = transceiver {
            transceivers::replace_track(&transceiver, &self.sending(source));
            self.set_parameters(&transceiver, source);
        }
    }

    /// Sets the parameters of a source once the connection is connected. An encoder whose
    /// parameters are set before its first frame is slower to send that frame.
    fn set_parameters(&self, transceiver: &RtcRtpTransceiver, source: Source) {
        if self.connected.get()
            && let Some(sending) = self.sending(source)
        {
            transceivers::set_parameters(transceiver, source, sending, !self.paused.get());
        }
    }

    fn set_all_parameters(&self) {
        for (source, transceiver) in self.transceivers.borrow().answered() {
            self.set_parameters(&transceiver, source);
        }
    }

    /// What is sent of `source`.
    fn sending(&self, source: Source) -> Sending {
        let encoding = self.encodings.get().get(mline_index(source)).copied().flatten()?;
        let track = self.context.capture.track(source)?;
        Some((track, encoding))
    }

    fn local_description(&self) -> Result<String, Exception> {
        let description = self.connection()?.local_description().ok_or_else(Exception::closed)?;
        Ok(description.sdp())
    }

    /// Plays the subscribed sources of the negotiated transceivers, and stops the others.
    fn play(&self) {
        let receiving = self.receiving.get();
        let answered = self.transceivers.borrow().answered();
        let mut changed = Vec::new();
        for source in Source::ALL {
            let received = answered.iter().find(|(of, _)| *of == source && receiving.has(source));
            let track = received.map(|(_, transceiver)| transceiver.receiver().track());
            if source.is_video() {
                let mut videos = self.videos.borrow_mut();
                if videos.get_mut(mline_index(source)).is_some_and(|video| show(video, track)) {
                    changed.push(source);
                }
            } else if let Some(audio) = self.audios.borrow_mut().get_mut(mline_index(source))
                && !AudioPlayback::is_of(audio.as_ref(), track.as_ref())
            {
                *audio = track.map(|track| AudioPlayback::play(track, &self.context.output));
            }
        }
        self.report_videos(changed);
    }

    fn report_videos(&self, sources: Vec<Source>) {
        for source in sources {
            (self.context.on_event)(MediaEvent::RemoteVideo(self.user.clone(), source));
        }
    }
}

/// Carries out the tasks of a peer in order, until the peer is closed.
async fn carry_out_all(peer: Weak<Peer>, mut tasks: UnboundedReceiver<Task>) {
    while let Some(task) = tasks.next().await {
        let Some(peer) = peer.upgrade() else { return };
        let result = match task {
            Task::Action(action) => peer.carry_out(action).await,
            Task::Refresh(source) => {
                peer.refresh(source);
                Ok(())
            }
        };
        if let Err(exception) = result {
            peer.fail(&exception);
        }
    }
}

/// Makes a stream of the track, unless `video` is a stream of it. Returns whether it was not.
fn show(video: &mut Option<MediaStream>, track: Option<MediaStreamTrack>) -> bool {
    let shown = video.as_ref().map(|video| video.get_video_tracks().get(0));
    let changed = shown.as_ref() != track.as_ref().map(AsRef::as_ref);
    if changed {
        *video = track.and_then(|track| playback::stream(&track));
    }
    changed
}

/// The counters of a statistics report. Without media, only connectivity checks arrive. They count
/// on the selected candidate pair only: on other pairs they can arrive while nothing can be sent.
fn traffic(stats: &JsValue) -> Traffic {
    let mut entries: Vec<Stats> = Vec::new();
    let mut cpu_limited = false;
    for entry in js::items(&js::call(stats, "values", &JsValue::UNDEFINED).unwrap_or_default()) {
        // A report has about 60 entries. To look at the type costs less than to read an entry.
        let kind = js::field(&entry, "type").as_string().unwrap_or_default();
        match kind.as_str() {
            "transport" | "candidate-pair" | "inbound-rtp" => {
                entries.extend(serde_wasm_bindgen::from_value(entry).ok());
            }
            "outbound-rtp" => cpu_limited |= js::field(&entry, "qualityLimitationReason") == "cpu",
            _ => {}
        }
    }
    let transport = entries.iter().find(|entry| entry.kind == "transport");
    let selected = transport.and_then(|transport| transport.selected_candidate_pair_id.as_ref());
    // Firefox has no `bytesReceived` of the transport, only of candidate pairs and RTP streams. After
    // an ICE restart media arrives on the old pair, which the report has no more.
    let counts = transport.is_some_and(|transport| transport.bytes_received.is_some());
    let (mut bytes, mut received, mut lost, mut round_trip) = (0.0, 0.0, 0.0, 0.0);
    for entry in &entries {
        match entry.kind.as_str() {
            "transport" => bytes += entry.bytes_received.unwrap_or_default(),
            "candidate-pair" if selected.is_none_or(|selected| *selected == entry.id) => {
                bytes += entry.responses_received + entry.requests_received;
                if !counts {
                    bytes += entry.bytes_received.unwrap_or_default();
                }
                round_trip = entry.current_round_trip_time.max(round_trip);
            }
            "inbound-rtp" => {
                if !counts {
                    bytes += entry.bytes_received.unwrap_or_default();
                }
                received += entry.packets_received;
                lost += entry.packets_lost;
            }
            _ => {}
        }
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counters")]
    Traffic {
        bytes_received: bytes as u64,
        packets_received: received as u64,
        packets_lost: lost as u64,
        round_trip: (round_trip * 1_000.0) as u32,
        age: 0,
        cpu_limited,
    }
}

/// The used fields of an entry of a statistics report, of any type (webrtc-stats 8).
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Stats {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    selected_candidate_pair_id: Option<String>,
    bytes_received: Option<f64>,
    requests_received: f64,
    responses_received: f64,
    /// In seconds.
    current_round_trip_time: f64,
    packets_received: f64,
    packets_lost: f64,
}

#[cfg(test)]
mod tests {
    use js_sys::{JSON, Map};
    use tt_rtc_room::mesh::Traffic;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::traffic;
    use crate::js;

    /// The counters of a report with these entries.
    fn counters(entries: &str) -> Traffic {
        let report = Map::new();
        for entry in js::items(&JSON::parse(entries).unwrap()) {
            report.set(&js::field(&entry, "id"), &entry);
        }
        traffic(&report)
    }

    #[wasm_bindgen_test]
    fn checks_on_a_path_that_is_not_in_use_are_no_traffic() {
        let pairs = r#"
            { "id": "a", "type": "candidate-pair", "requestsReceived": 3, "responsesReceived": 2 },
            { "id": "b", "type": "candidate-pair", "requestsReceived": 40, "bytesReceived": 100 },
            { "id": "v", "type": "inbound-rtp", "packetsReceived": 7, "packetsLost": 1 }"#;
        let bytes = |transport: &str| counters(&format!("[{transport} {pairs}]")).bytes_received;
        let transport = r#"{ "id": "t", "type": "transport", "bytesReceived": 1000"#;
        assert_eq!(bytes(&format!(r#"{transport}, "selectedCandidatePairId": "a" }},"#)), 1_005);
        assert_eq!(
            bytes(r#"{ "id": "t", "type": "transport", "selectedCandidatePairId": "b" },"#),
            140
        );
        assert_eq!(bytes(""), 145);
        let Traffic { packets_received, packets_lost, .. } = counters(&format!("[{pairs}]"));
        assert_eq!((packets_received, packets_lost), (7, 1));
    }

    #[wasm_bindgen_test]
    fn video_that_the_processor_limits_is_reported() {
        let limited = |reason| {
            let entry = format!(
                r#"[{{ "id": "v", "type": "outbound-rtp", "qualityLimitationReason": "{reason}" }}]"#
            );
            counters(&entry).cpu_limited
        };
        assert!(limited("cpu") && !limited("bandwidth") && !limited("none"));
    }

    #[wasm_bindgen_test]
    fn media_on_the_old_pair_of_an_ice_restart_is_traffic_in_firefox() {
        let bytes = |received| {
            let report = format!(
                r#"[{{ "id": "t", "type": "transport", "iceState": "checking" }},
                    {{ "id": "p", "type": "candidate-pair", "state": "in-progress", "bytesReceived": 0 }},
                    {{ "id": "a", "type": "inbound-rtp", "kind": "audio", "bytesReceived": {received} }}]"#
            );
            counters(&report).bytes_received
        };
        assert!(bytes(20_429) > bytes(18_958));
    }
}
