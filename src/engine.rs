//! One participant and the browser it lives in.
//!
//! The engine gives every [`Input`] (requests of the page, messages of the hub, events of devices
//! and peer connections, timeouts) to its [`Participant`], and carries out each output. It decides
//! nothing.
//!
//! Carrying out may run a page's code (a stand-in for `mediaDevices`), which may call the API again
//! in the middle of it. A [`Driver`] lets such an input wait, and nothing is borrowed meanwhile.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use litemap::LiteMap;
use tt_rtc_room::error::Failure;
use tt_rtc_room::id::AppId;
use tt_rtc_room::media::{Facing, Source, VideoEncoderConfig};
use tt_rtc_room::mesh::{PeerCommand, PeerNews};
use tt_rtc_room::{Call, CallId, Driver, Environment, Instant, Output, Participant};
use wasm_bindgen::JsValue;
use web_sys::MediaStream;

use crate::call::Callbacks;
use crate::events::Listeners;
use crate::platform::capture::Capture;
use crate::platform::peers::Peers;
use crate::platform::{self, MediaEvent, MediaEventHandler};
use crate::signaling::{self, Link, LinkNews};
use crate::time::{self, Timer};
use crate::{call, random, rtc_room};

/// The options of a page, for the engines made with them.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) signaling: Rc<signaling::Options>,
    pub(crate) media: Rc<platform::Options>,
}

/// What an engine's participant takes.
pub(crate) type Input = tt_rtc_room::Input<PeerNews>;

/// One user: a participant, its devices and its connections.
pub(crate) struct Engine {
    signaling: Rc<signaling::Options>,
    /// Who listens to its events.
    pub(crate) listeners: Listeners,
    capture: Rc<Capture>,
    peers: Peers,
    driver: Driver<Participant>,
    destroyed: Cell<bool>,
    calls: Cell<u32>,
    waiting: RefCell<LiteMap<CallId, Callbacks>>,
    link: RefCell<Option<Link>>,
    links: Cell<u32>,
    encoder: Cell<VideoEncoderConfig>,
    timer: Timer,
    me: Weak<Self>,
}

impl Engine {
    /// An engine in no room.
    pub(crate) fn new(app: AppId, options: Options) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let (waking, media) = (me.clone(), me.clone());
            let on_media: MediaEventHandler = Rc::new(move |event| {
                if let Some(engine) = media.upgrade() {
                    engine.handle_media(event);
                }
            });
            let capture = Capture::new(&options.media, Rc::clone(&on_media));
            Self {
                listeners: Listeners::default(),
                signaling: options.signaling,
                peers: Peers::new(options.media, Rc::clone(&capture), on_media),
                capture,
                driver: Driver::new(Participant::new(app, random::number())),
                destroyed: Cell::new(false),
                calls: Cell::new(0),
                waiting: RefCell::default(),
                link: RefCell::default(),
                links: Cell::new(0),
                encoder: Cell::new(VideoEncoderConfig::default()),
                timer: Timer::new(move || {
                    if let Some(engine) = waking.upgrade() {
                        engine.input(Input::Timeout);
                    }
                }),
                me: me.clone(),
            }
        })
    }

    /// Takes a call of the API with the page's options.
    pub(crate) fn call(&self, method: &'static str, options: &JsValue) {
        let callbacks = Callbacks::of(method, options);
        match self.checked(method, options) {
            Ok(call) => self.input(Input::Request(self.wait(callbacks), call)),
            Err(failure) => callbacks.answer(Err(failure)),
        }
    }

    fn checked(&self, method: &str, options: &JsValue) -> Result<Call, Failure> {
        let call = call::parse(method, options, self.encoder.get())?;
        // Reading the options may have run the page's code.
        if self.destroyed.get() {
            return Err(Failure::destroyed());
        }
        match call {
            Call::EncoderConfig(config) => self.encoder.set(config),
            Call::Join(_) => signaling::supported(&self.signaling)?,
            _ => {}
        }
        Ok(call)
    }

    fn wait(&self, callbacks: Callbacks) -> CallId {
        let id = CallId(self.calls.replace(self.calls.get().wrapping_add(1)));
        self.waiting.borrow_mut().insert(id, callbacks);
        id
    }

    /// Takes something that happened, and does what follows from it.
    pub(crate) fn input(&self, input: Input) {
        self.driver.handle(input, self);
    }

    fn answer(&self, id: CallId, result: Result<(), Failure>) {
        let callbacks = self.waiting.borrow_mut().remove(&id);
        if let Some(callbacks) = callbacks {
            callbacks.answer(result);
        }
    }

    fn connect(&self) {
        self.disconnect();
        let number = self.links.get();
        let engine = self.me.clone();
        let link = signaling::open(&self.signaling, move |event| {
            let engine = engine.upgrade().filter(|engine| engine.links.get() == number);
            if let Some(engine) = engine {
                engine.input(match event {
                    LinkNews::Open => Input::Connected,
                    LinkNews::Message(message) => Input::Message(message),
                    LinkNews::Closed => Input::Disconnected,
                });
            }
        });
        self.link.replace(Some(link));
    }

    fn disconnect(&self) {
        // What has arrived on this connection and was not handled yet is dropped with it.
        let of_connection = |input: &Input| {
            matches!(input, Input::Connected | Input::Message(_) | Input::Disconnected)
        };
        self.driver.discard(of_connection);
        self.links.set(self.links.get().wrapping_add(1));
        drop(self.link.take());
    }

    /// Leaves the room without a call of the page: the page, or the engine, is going away.
    pub(crate) fn goodbye(&self) {
        self.input(Input::Request(CallId(self.calls.get()), Call::Exit));
        self.calls.set(self.calls.get().wrapping_add(1));
    }

    /// Ends everything. Calls that still wait fail.
    pub(crate) fn destroy(&self) {
        self.goodbye();
        self.destroyed.set(true);
        self.listeners.clear();
        self.capture.close();
        let waiting = self.waiting.take();
        for (_, callbacks) in waiting {
            callbacks.answer(Err(Failure::destroyed()));
        }
        self.timer.set(None);
    }

    /// Whether `destroy` was called.
    pub(crate) fn is_destroyed(&self) -> bool {
        self.destroyed.get()
    }

    /// Whether its own user is `user`.
    pub(crate) fn is_user(&self, user: &str) -> bool {
        self.driver.look(|participant| participant.user().is_some_and(|me| me.as_str() == user))
    }

    /// The picture that `source` of another user in the room shows at present.
    pub(crate) fn remote_picture(&self, user: &str, source: Source) -> Option<MediaStream> {
        self.driver.look(|participant| {
            self.peers.picture(source, |session| {
                participant.user_of(session).is_some_and(|member| member.as_str() == user)
            })
        })
    }

    /// Its peer connections, as a page is shown them.
    pub(crate) fn connections(&self) -> Vec<JsValue> {
        self.driver.look(|participant| {
            let user = |session| participant.user_of(session).map(|user| user.as_str().into());
            self.peers.connections(user)
        })
    }

    fn handle_media(&self, event: MediaEvent) {
        match event {
            MediaEvent::Device(news) => self.input(Input::Device(news)),
            MediaEvent::Peer(news) => self.input(Input::Media(news)),
            MediaEvent::LocalTrack(source) => {
                self.peers.refresh(source);
                rtc_room::refresh();
            }
            MediaEvent::RemoteTracks => rtc_room::refresh(),
        }
    }

    /// The preview of its own camera, and where that looks.
    pub(crate) fn preview(&self) -> Option<(MediaStream, Facing)> {
        self.capture.preview()
    }
}

impl Environment<Participant> for Engine {
    fn now(&self) -> Instant {
        time::instant()
    }

    fn carry_out(&self, output: Output<PeerCommand>) {
        match output {
            Output::Answer(id, result) => self.answer(id, result),
            Output::Event(event) => self.listeners.raise(event),
            Output::Device(command) => self.capture.carry_out(command, &self.peers),
            Output::Media(command) => self.peers.carry_out(command),
            Output::Connect => self.connect(),
            Output::Disconnect => self.disconnect(),
            Output::Send(message) => {
                if let Some(link) = &*self.link.borrow() {
                    link.send(message);
                }
            }
        }
    }

    fn idle(&self, deadline: Option<Instant>) {
        self.timer.set(deadline);
        rtc_room::refresh();
    }
}
