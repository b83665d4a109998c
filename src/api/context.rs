//! The object a page holds.
//!
//! A context is a plain object of own, enumerable functions that need no `this`, so taking it apart
//! and copying it work. It is a handle: the engine behind it lives until it is destroyed, because a
//! page may keep nothing of it but an `<rtc-room>` or the audio of the others.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Object};
use litemap::LiteMap;
use tt_rtc_room::error::Failure;
use tt_rtc_room::id::{AppId, UserId};
use tt_rtc_room::media::{Source, VideoEncoderConfig};
use tt_rtc_room::{Event, Request, RequestId};
use wasm_bindgen::prelude::*;

use super::events::{EVENTS, Listeners};
use super::request::{self, Callbacks, METHODS};
use crate::engine::{Engine, EngineEvent, Options};
use crate::{js, platform};

#[wasm_bindgen]
extern "C" {
    type WeakMap;

    #[wasm_bindgen(constructor)]
    fn new() -> WeakMap;

    #[wasm_bindgen(method)]
    fn get(this: &WeakMap, key: &JsValue) -> JsValue;

    #[wasm_bindgen(method)]
    fn set(this: &WeakMap, key: &JsValue, value: u32);
}

/// The contexts of the page.
struct Contexts {
    /// Those that were not destroyed.
    live: RefCell<Vec<Rc<Context>>>,
    /// How many were made.
    count: Cell<u32>,
    /// The number of the context behind a handle, by the handle's `joinRtcRoom`: so a copy of a
    /// handle is as good as the handle.
    handles: WeakMap,
}

thread_local! {
    static CONTEXTS: Contexts = Contexts {
        live: RefCell::default(),
        count: Cell::default(),
        handles: WeakMap::new(),
    };
}

/// What the handles on one engine share.
pub(crate) struct Context {
    /// No other context of the page has or had it.
    number: u32,
    pub(crate) engine: Rc<Engine>,
    listeners: Listeners,
    /// The requests without an answer.
    waiting: RefCell<LiteMap<RequestId, Callbacks>>,
    /// What `setVideoEncoderConfig` set last: the defaults of the next request.
    encoder: Cell<VideoEncoderConfig>,
    tiles: Tiles,
    /// Whether the page is told of the connection, with state events of `errNo` 0.
    connection_events: bool,
}

/// What a context tells the `<rtc-room>` elements of the page.
#[derive(Clone, Copy)]
pub(crate) struct Tiles {
    /// The preview of a user's own camera may be another one.
    pub(crate) preview: fn(),
    /// Another video of a user is received, or none any more.
    pub(crate) remote_video: fn(&UserId, Source),
    /// Nothing can be received of a user, for a reason.
    pub(crate) fail: fn(&UserId, &str),
}

impl Context {
    fn new(app: AppId, options: Options, tiles: Tiles, connection_events: bool) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let me = me.clone();
            let on_event = move |event| {
                if let Some(context) = me.upgrade() {
                    context.handle(event);
                }
            };
            let number = CONTEXTS.with(|contexts| contexts.count.get()) + 1;
            CONTEXTS.with(|contexts| contexts.count.set(number));
            Self {
                number,
                engine: Engine::new(app, options, Box::new(on_event)),
                listeners: Listeners::default(),
                waiting: RefCell::default(),
                encoder: Cell::default(),
                tiles,
                connection_events,
            }
        })
    }

    /// Takes a request with the page's options.
    fn request(&self, method: &'static str, options: &JsValue) {
        let callbacks = Callbacks::of(method, options);
        let request = match request::parse(method, options, self.encoder.get()) {
            Ok(request) => request,
            Err(failure) => return callbacks.answer(Err(failure)),
        };
        if let Request::EncoderConfig(config) = request {
            self.encoder.set(config);
        }
        let id = self.engine.next_request();
        self.waiting.borrow_mut().insert(id, callbacks);
        if let Err(failure) = self.engine.request(id, request) {
            self.answer(id, Err(failure));
        }
    }

    fn answer(&self, id: RequestId, result: Result<(), Failure>) {
        let callbacks = self.waiting.borrow_mut().remove(&id);
        if let Some(callbacks) = callbacks {
            callbacks.answer(result);
        }
    }

    fn handle(&self, event: EngineEvent) {
        match event {
            EngineEvent::Answer(id, result) => self.answer(id, result),
            EngineEvent::Event(Event::CallState(_)) if !self.connection_events => {}
            EngineEvent::Event(event) => self.listeners.raise(event),
            EngineEvent::Preview => (self.tiles.preview)(),
            EngineEvent::RemoteVideo(user, source) => (self.tiles.remote_video)(&user, source),
            EngineEvent::Unreachable(user, reason) => (self.tiles.fail)(&user, &reason),
        }
    }

    /// Ends everything. Requests without an answer fail.
    fn destroy(&self) {
        self.engine.destroy();
        self.listeners.clear();
        let waiting = self.waiting.take();
        for (_, callbacks) in waiting {
            callbacks.answer(Err(Failure::destroyed()));
        }
        (self.tiles.preview)();
    }
}

/// The first number of the `on` functions, and that of the `off` functions, where those of the
/// methods begin at 0.
const ON: usize = 32;
const OFF: usize = 64;

/// The engines of the page, in the order in which they were made.
pub(crate) fn engines() -> Vec<Rc<Engine>> {
    CONTEXTS.with(|contexts| {
        contexts.live.borrow().iter().map(|context| Rc::clone(&context.engine)).collect()
    })
}

/// A context on a new engine. Both live until they are destroyed.
pub(crate) fn new(
    app: AppId,
    options: Options,
    tiles: Tiles,
    connection_events: bool,
) -> Rc<Context> {
    platform::prepare();
    let context = Context::new(app, options, tiles, connection_events);
    CONTEXTS.with(|contexts| contexts.live.borrow_mut().push(Rc::clone(&context)));
    context
}

/// The object that a page holds.
pub(crate) fn handle(context: &Rc<Context>, web: bool) -> JsValue {
    let dispatch = dispatcher(Rc::downgrade(context));
    let handle = Object::new();
    let add = |name: &str, number: usize| {
        let number = JsValue::from(u32::try_from(number).unwrap_or_default());
        js::set(&handle, name, &dispatch.bind1(&JsValue::UNDEFINED, &number));
    };
    let methods = METHODS.iter().take(if web { METHODS.len() } else { METHODS.len() - 1 });
    for (number, method) in methods.enumerate() {
        add(method, number);
    }
    for (number, event) in EVENTS.iter().enumerate() {
        add(&format!("on{event}"), ON + number);
        add(&format!("off{event}"), OFF + number);
    }
    let key = js::field(&handle, "joinRtcRoom");
    CONTEXTS.with(|contexts| contexts.handles.set(&key, context.number));
    handle.into()
}

/// The one function behind all functions of a context. It is the garbage collector's to free.
fn dispatcher(context: Weak<Context>) -> Function {
    let dispatch = Closure::<dyn Fn(u32, JsValue)>::new(move |number: u32, argument: JsValue| {
        dispatch(context.upgrade().as_deref(), number as usize, &argument);
    });
    dispatch.into_js_value().unchecked_into()
}

fn dispatch(context: Option<&Context>, number: usize, argument: &JsValue) {
    let context = context.filter(|context| !context.engine.is_destroyed());
    match (METHODS.get(number), context) {
        (Some(method), Some(context)) => context.request(method, argument),
        (Some(method), None) => {
            Callbacks::of(method, argument).answer(Err(Failure::destroyed()));
        }
        (None, Some(context)) if number < OFF => context.listeners.add(number - ON, argument),
        (None, Some(context)) => context.listeners.remove(number - OFF, argument),
        (None, None) => {}
    }
}

/// The context behind a handle; none if the object is no handle, or the context was destroyed.
fn behind(handle: &JsValue) -> Option<Rc<Context>> {
    let key = js::field(handle, "joinRtcRoom");
    CONTEXTS.with(|contexts| {
        let number = contexts.handles.get(&key).as_f64()?;
        let live = contexts.live.borrow();
        live.iter().find(|context| f64::from(context.number) == number).cloned()
    })
}

/// The peer connections of the engine behind a handle.
pub(crate) fn connections(handle: &JsValue) -> JsValue {
    let context = behind(handle);
    js::array(context.into_iter().flat_map(|context| context.engine.connections())).into()
}

/// Destroys the context behind a handle, and its engine.
pub(crate) fn destroy(handle: &JsValue) {
    if let Some(context) = behind(handle) {
        let others = |known: &Rc<Context>| !Rc::ptr_eq(known, &context);
        CONTEXTS.with(|contexts| contexts.live.borrow_mut().retain(others));
        context.destroy();
    }
}
