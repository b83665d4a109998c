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
use tt_rtc_room::id::AppId;
use tt_rtc_room::media::VideoEncoderConfig;
use tt_rtc_room::{Event, Request, RequestId};
use wasm_bindgen::prelude::*;

use super::delivery::Deliveries;
use super::events::{EVENTS, Listeners};
use super::request::{Callbacks, METHODS, Method};
use crate::engine::{Engine, EngineEvent, Options, TileEvent};
use crate::js;

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

/// The contexts of the page that are not destroyed.
pub(crate) struct Contexts {
    contexts: RefCell<Vec<Rc<Context>>>,
    /// The number of the engine behind a handle, by the handle's `joinRtcRoom`. So a copy of a handle
    /// is as good as the handle.
    handles: WeakMap,
}

impl Default for Contexts {
    fn default() -> Self {
        Self { contexts: RefCell::default(), handles: WeakMap::new() }
    }
}

impl Contexts {
    /// Adds a context. It lives until it is destroyed.
    pub(crate) fn add(&self, context: &Rc<Context>) {
        self.contexts.borrow_mut().push(Rc::clone(context));
    }

    /// The engines, in the order in which they were made.
    pub(crate) fn engines(&self) -> Vec<Rc<Engine>> {
        self.contexts.borrow().iter().map(|context| Rc::clone(&context.engine)).collect()
    }

    /// A new handle on a context. A handle of a web context can share a screen, too, and answers with
    /// promises where a page has no callbacks.
    pub(crate) fn handle(&self, context: &Rc<Context>, web: bool) -> JsValue {
        let dispatch = dispatcher(context, web);
        let handle = Object::new();
        let add = |name: &str, number: usize| {
            let number = JsValue::from(u32::try_from(number).unwrap_or_default());
            js::set(&handle, name, &dispatch.bind1(&JsValue::UNDEFINED, &number));
        };
        let methods = METHODS.iter().take(if web { METHODS.len() } else { METHODS.len() - 1 });
        for (number, method) in methods.enumerate() {
            add(method.name, number);
        }
        for (number, event) in EVENTS.iter().enumerate() {
            add(&format!("on{event}"), ON + number);
            add(&format!("off{event}"), OFF + number);
        }
        self.handles.set(&js::field(&handle, "joinRtcRoom"), context.engine.number());
        handle.into()
    }

    /// The context behind a handle; none if the object is no handle, or the context was destroyed.
    pub(crate) fn behind(&self, handle: &JsValue) -> Option<Rc<Context>> {
        let number = self.handles.get(&js::field(handle, "joinRtcRoom")).as_f64()?;
        let contexts = self.contexts.borrow();
        contexts.iter().find(|context| f64::from(context.engine.number()) == number).cloned()
    }

    /// Destroys a context and its engine.
    pub(crate) fn destroy(&self, context: &Rc<Context>) {
        self.contexts.borrow_mut().retain(|known| !Rc::ptr_eq(known, context));
        context.destroy();
    }
}

/// What the handles on one engine share.
pub(crate) struct Context {
    pub(crate) engine: Rc<Engine>,
    queue: Rc<Deliveries>,
    listeners: Listeners,
    /// The requests without an answer.
    waiting: RefCell<LiteMap<RequestId, Callbacks>>,
    /// What `setVideoEncoderConfig` set last: the defaults of the next request.
    encoder: Cell<VideoEncoderConfig>,
    on_tile: Box<dyn Fn(TileEvent)>,
    /// Whether the page is told of the connection, with state events of `errNo` 0.
    connection_events: bool,
}

impl Context {
    /// A context on a new engine. `on_tile` is told what concerns the `<rtc-room>` elements.
    pub(crate) fn new(
        app: AppId,
        options: Options,
        queue: Rc<Deliveries>,
        on_tile: Box<dyn Fn(TileEvent)>,
        connection_events: bool,
    ) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let me = me.clone();
            let on_event = move |event| {
                if let Some(context) = me.upgrade() {
                    context.handle(event);
                }
            };
            Self {
                engine: Engine::new(app, options, Box::new(on_event)),
                listeners: Listeners::new(Rc::clone(&queue)),
                queue,
                waiting: RefCell::default(),
                encoder: Cell::default(),
                on_tile,
                connection_events,
            }
        })
    }

    /// Takes a request with the page's options.
    fn request(&self, method: &Method, options: &JsValue, callbacks: Callbacks) {
        let request = match method.parse(options, self.encoder.get()) {
            Ok(request) => request,
            Err(failure) => return callbacks.answer(&self.queue, Err(failure)),
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
            callbacks.answer(&self.queue, result);
        }
    }

    fn handle(&self, event: EngineEvent) {
        match event {
            EngineEvent::Answer(id, result) => self.answer(id, result),
            EngineEvent::Event(Event::CallState(_)) if !self.connection_events => {}
            EngineEvent::Event(event) => self.listeners.raise(event),
            EngineEvent::Tile(event) => (self.on_tile)(event),
        }
    }

    /// Ends everything. Requests without an answer fail.
    fn destroy(&self) {
        self.engine.destroy();
        self.listeners.clear();
        let waiting = self.waiting.take();
        for (_, callbacks) in waiting {
            callbacks.answer(&self.queue, Err(Failure::destroyed()));
        }
        (self.on_tile)(TileEvent::Preview);
    }
}

/// The first number of the `on` functions, and that of the `off` functions, where those of the
/// methods begin at 0.
const ON: usize = 32;
const OFF: usize = 64;

/// The one function behind all functions of a handle. The garbage collector frees it.
fn dispatcher(context: &Rc<Context>, promises: bool) -> Function {
    let (context, queue) = (Rc::downgrade(context), Rc::clone(&context.queue));
    let dispatch = move |number: u32, argument: JsValue| {
        let context = context.upgrade().filter(|context| !context.engine.is_destroyed());
        let number = number as usize;
        if let Some(method) = METHODS.get(number) {
            let mut callbacks = Callbacks::of(method.name, &argument);
            let promise = if promises { callbacks.promise() } else { JsValue::UNDEFINED };
            match context {
                Some(context) => context.request(method, &argument, callbacks),
                None => callbacks.answer(&queue, Err(Failure::destroyed())),
            }
            return promise;
        }
        match context {
            Some(context) if number < OFF => context.listeners.add(number - ON, &argument),
            Some(context) => context.listeners.remove(number - OFF, &argument),
            None => {}
        }
        JsValue::UNDEFINED
    };
    let dispatch = Closure::<dyn Fn(u32, JsValue) -> JsValue>::new(dispatch);
    dispatch.into_js_value().unchecked_into()
}
