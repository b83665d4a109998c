//! A participant in a browser.
//!
//! The engine passes each [`Input`] (requests of the page, messages of the hub, events of devices
//! and peer connections, timeouts) to its [`Participant`], and carries out each output. It makes no
//! decisions.
//!
//! An output may run code of the page (a replaced `mediaDevices`), which may call the API
//! synchronously. The [`Driver`] queues such an input, and nothing is borrowed while an output is
//! carried out.

pub(crate) mod trace;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use tt_rtc_room::error::Failure;
use tt_rtc_room::id::{AppId, UserId};
use tt_rtc_room::media::{Facing, Source, TileSize};
use tt_rtc_room::mesh::{MeshEvent, PeerAction, PeerCommand};
use tt_rtc_room::{Driver, Environment, Event, Instant, Output, Participant, Request, RequestId};
use wasm_bindgen::JsValue;
use web_sys::MediaStream;

use crate::platform::capture::Capture;
use crate::platform::peers::Peers;
use crate::platform::{self, MediaEvent, MediaEventHandler};
use crate::random;
use crate::signaling::{self, Transport, TransportEvent};
use crate::time::{self, Timer};

use trace::Tracer;

/// The options of an engine, and the state that all engines of a page share.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) signaling: Rc<signaling::Options>,
    pub(crate) media: Rc<platform::Options>,
    pub(crate) shared: Rc<platform::Shared>,
    pub(crate) tracer: Rc<Tracer>,
}

/// An event for the layer above.
pub(crate) enum EngineEvent {
    /// The result of a request.
    Answer(RequestId, Result<(), Failure>),
    /// An event for the page.
    Event(Event),
    /// An event for the `<rtc-room>` elements.
    Tile(TileEvent),
}

/// An event for the elements that show the videos of an engine.
pub(crate) enum TileEvent {
    /// The preview of its own camera has changed.
    Preview,
    /// The received video of a user has changed.
    RemoteVideo(UserId, Source),
    /// Nothing can be received from a user at present, for a reason.
    Unreachable(UserId, String),
}

/// Called with each event, synchronously. It may pass the next input to the engine.
pub(crate) type EngineEventHandler = Box<dyn Fn(EngineEvent)>;

/// An input of the participant of an engine.
pub(crate) type Input = tt_rtc_room::Input<MeshEvent>;

/// One user: a participant, its devices and its connections.
pub(crate) struct Engine {
    signaling: Rc<signaling::Options>,
    on_event: EngineEventHandler,
    capture: Rc<Capture>,
    peers: Peers,
    driver: Driver<Participant>,
    tracer: Rc<Tracer>,
    number: u32,
    destroyed: Cell<bool>,
    requests: Cell<u32>,
    transport: RefCell<Option<Transport>>,
    transports: Cell<u32>,
    timer: Timer,
    me: Weak<Self>,
}

impl Engine {
    /// An engine in no room.
    pub(crate) fn new(app: AppId, options: Options, on_event: EngineEventHandler) -> Rc<Self> {
        signaling::prepare(&options.signaling);
        Rc::new_cyclic(|me: &Weak<Self>| {
            let (waking, media) = (me.clone(), me.clone());
            let on_media: MediaEventHandler = Rc::new(move |event| {
                if let Some(engine) = media.upgrade() {
                    engine.handle_media(event);
                }
            });
            // A number that JavaScript can hold: 53 bits.
            let seed = random::number() >> 11;
            let number = options.tracer.start(&app, seed);
            let session = Rc::clone(&options.shared.audio_session);
            let capture = Capture::new(&options.media, session, Rc::clone(&on_media));
            Self {
                on_event,
                signaling: options.signaling,
                peers: Peers::new(options.media, options.shared, Rc::clone(&capture), on_media),
                capture,
                driver: Driver::new(Participant::new(app, seed)),
                tracer: options.tracer,
                number,
                destroyed: Cell::new(false),
                requests: Cell::new(0),
                transport: RefCell::default(),
                transports: Cell::new(0),
                timer: Timer::new(move || {
                    if let Some(engine) = waking.upgrade() {
                        engine.input(Input::Timeout);
                    }
                }),
                me: me.clone(),
            }
        })
    }

    /// The id of the next request. Its answer may come before [`Engine::request`] returns.
    pub(crate) fn next_request(&self) -> RequestId {
        RequestId(self.requests.replace(self.requests.get().wrapping_add(1)))
    }

    /// Takes a request of the API.
    ///
    /// # Errors
    /// The answer of a request that cannot be made here; no other answer follows.
    pub(crate) fn request(&self, id: RequestId, request: Request) -> Result<(), Failure> {
        if self.destroyed.get() {
            return Err(Failure::destroyed());
        }
        if matches!(request, Request::Join(_)) {
            signaling::supported(&self.signaling)?;
        }
        self.input(Input::Request(id, request));
        Ok(())
    }

    /// Passes an input to the participant, and carries out the outputs.
    pub(crate) fn input(&self, input: Input) {
        self.driver.handle(input, self);
    }

    fn connect(&self) {
        self.disconnect();
        let number = self.transports.get();
        let engine = self.me.clone();
        let room = self.driver.look(Participant::routing_key).unwrap_or_default();
        let transport = signaling::open(&self.signaling, &room, move |event| {
            let engine = engine.upgrade().filter(|engine| engine.transports.get() == number);
            if let Some(engine) = engine {
                engine.input(match event {
                    TransportEvent::Open => Input::Connected,
                    TransportEvent::Message(message) => Input::Message(message),
                    TransportEvent::Closed(code) => Input::Disconnected(code),
                    TransportEvent::Unavailable(reason) => Input::Unavailable(reason),
                });
            }
        });
        self.transport.replace(Some(transport));
    }

    fn disconnect(&self) {
        // What has arrived on this connection and was not handled yet is dropped with it.
        let of_connection = |input: &Input| {
            matches!(
                input,
                Input::Connected
                    | Input::Message(_)
                    | Input::Disconnected(_)
                    | Input::Unavailable(_)
            )
        };
        self.driver.discard(of_connection);
        self.transports.set(self.transports.get().wrapping_add(1));
        drop(self.transport.take());
    }

    /// Leaves the room without a request of the page: the page, or the engine, is going away.
    pub(crate) fn goodbye(&self) {
        self.input(Input::Request(self.next_request(), Request::Exit));
    }

    /// Leaves the room and releases all resources of the browser.
    pub(crate) fn destroy(&self) {
        self.goodbye();
        self.destroyed.set(true);
        self.capture.close();
        self.timer.set(None);
    }

    /// The page is visible again. What was lost in the background is restored.
    pub(crate) fn handle_return(&self) {
        self.input(Input::NetworkChange);
        self.capture.handle_return();
        self.peers.resume();
    }

    /// The page enters the back/forward cache.
    pub(crate) fn suspend(&self) {
        self.input(Input::Suspended);
    }

    /// The page is back from the back/forward cache.
    pub(crate) fn resume(&self) {
        self.input(Input::Resumed);
        self.capture.handle_return();
    }

    /// The number of the engine. No other engine of the page has or had it.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Whether `destroy` was called.
    pub(crate) fn is_destroyed(&self) -> bool {
        self.destroyed.get()
    }

    /// Whether its own user is `user`.
    pub(crate) fn is_user(&self, user: &str) -> bool {
        self.driver.look(|participant| participant.user().is_some_and(|me| me.as_str() == user))
    }

    /// The video that is received of a source of another user in the room.
    pub(crate) fn remote_video(&self, user: &str, source: Source) -> Option<MediaStream> {
        self.peers.video(user, source)
    }

    /// The users whose videos are received, with the source of each.
    pub(crate) fn remote_videos(&self) -> Vec<(UserId, Source)> {
        self.peers.videos()
    }

    /// The tile that the page has for a video of `user`, as last reported.
    pub(crate) fn tile(&self, user: &UserId, source: Source) -> TileSize {
        self.driver.look(|participant| participant.tile(user, source))
    }

    /// Its peer connections, as `connections()` of the API returns them.
    pub(crate) fn connections(&self) -> Vec<JsValue> {
        self.peers.connections()
    }

    fn handle_media(&self, event: MediaEvent) {
        match event {
            MediaEvent::Device(event) => self.input(Input::Device(event)),
            MediaEvent::Peer(event) => self.input(Input::Media(event)),
            MediaEvent::Outputs => self.peers.reroute(),
            MediaEvent::LocalTrack(source) => {
                self.peers.refresh(source);
                if source == Source::Camera {
                    self.tell(TileEvent::Preview);
                }
            }
            MediaEvent::RemoteVideo(user, source) => {
                self.tell(TileEvent::RemoteVideo(user, source));
            }
            MediaEvent::Failed(user, reason) => {
                self.tell(TileEvent::Unreachable(user, reason));
            }
        }
    }

    fn tell(&self, event: TileEvent) {
        (self.on_event)(EngineEvent::Tile(event));
    }

    /// The preview of its own camera, and the facing of that camera.
    pub(crate) fn preview(&self) -> Option<(MediaStream, Facing)> {
        self.capture.preview()
    }
}

impl Environment<Participant> for Engine {
    fn now(&self) -> Instant {
        time::instant()
    }

    fn observe(&self, input: &Input, now: Instant) {
        self.tracer.input(self.number, input, now);
    }

    fn carry_out(&self, output: Output<PeerCommand>) {
        self.tracer.output(self.number, &output);
        match output {
            Output::Answer(id, result) => (self.on_event)(EngineEvent::Answer(id, result)),
            Output::Event(event) => {
                // Its own user is another one from a join on, and after a leave.
                if matches!(event, Event::CallState(_)) {
                    self.tell(TileEvent::Preview);
                }
                (self.on_event)(EngineEvent::Event(event));
            }
            Output::Device(command) => self.capture.carry_out(command),
            Output::Playback(device) => self.peers.route(device),
            Output::Media(PeerCommand { peer, action: PeerAction::Open(servers) }) => {
                let user = |participant: &Participant| participant.user_of(peer.session).cloned();
                if let Some(user) = self.driver.look(user) {
                    self.peers.open(peer, user, servers);
                }
            }
            Output::Media(PeerCommand { peer, action }) => self.peers.carry_out(peer, action),
            Output::Connect => self.connect(),
            Output::Disconnect => self.disconnect(),
            Output::Send(message) => {
                if let Some(transport) = &*self.transport.borrow() {
                    transport.send(message);
                }
            }
        }
    }

    fn idle(&self, deadline: Option<Instant>) {
        self.timer.set(deadline);
    }
}
