//! The entry points, and the one registry of what the library keeps of a page.
//!
//! `install` gives an object, by default the page, its `tt.createRtcRoomContext`.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Object};
use litemap::LiteMap;
use tt_rtc_room::id::AppId;
use wasm_bindgen::prelude::*;

use super::context::{Context, Contexts};
use super::delivery::Deliveries;
use super::options::{self, PageOptions, type_error, wrong};
use super::page;
use super::rtc_room::Rooms;
use crate::engine::Options;
use crate::engine::trace::Tracer;
use crate::{js, platform};

const CREATE: &str = "createRtcRoomContext";
const CREATE_WEB: &str = "createWebRoomContext";

/// What the library keeps of the page.
struct Registry {
    /// Whether the page is listened to and has the element.
    begun: Cell<bool>,
    installations: RefCell<Vec<Rc<Installation>>>,
    /// The options given for the page itself.
    own: RefCell<JsValue>,
    queue: Rc<Deliveries>,
    contexts: Rc<Contexts>,
    rooms: Rc<Rooms>,
    media: Rc<platform::Shared>,
    tracer: Rc<Tracer>,
}

/// One `tt` and the contexts that its pages have.
struct Installation {
    /// Its `createRtcRoomContext`, by which it is recognised.
    create: Function,
    options: RefCell<PageOptions>,
    contexts: RefCell<LiteMap<AppId, Weak<Context>>>,
}

thread_local! {
    static REGISTRY: Rc<Registry> = Rc::new(Registry::new());
}

fn registry() -> Rc<Registry> {
    REGISTRY.with(Rc::clone)
}

/// Gives `options.target` (by default the page) its `tt.createRtcRoomContext`; returns that `tt`.
///
/// # Errors
/// A `TypeError` for an option of a wrong type, and for a `tt` that cannot be changed.
pub(crate) fn install(options: &JsValue) -> Result<JsValue, JsValue> {
    if !js::is_absent(options) && !js::is_object(options) {
        return Err(type_error("options", "an object"));
    }
    let page = js_sys::global();
    let target = match js::get(options, "target")? {
        target if js::is_absent(&target) => page.clone().into(),
        target if js::is_object(&target) => target,
        _ => return Err(type_error("options.target", "an object")),
    };
    let registry = registry();
    let read = registry.read(options, &JsValue::UNDEFINED)?;
    let tt = registry.provide(&target, read)?;
    if target == *page {
        registry.own.replace(options.clone());
    }
    Ok(tt)
}

/// A context for the other platforms a mini-program talks to, always on an engine of its own. An
/// option that is left out is that of the page's own `install`.
///
/// # Errors
/// The failure of a parameter error, or a `TypeError` for an option of a wrong type.
pub(crate) fn create_web_room_context(options: &JsValue) -> Result<JsValue, JsValue> {
    let app = options::app_id(CREATE_WEB, options)?;
    let registry = registry();
    let own = registry.own.borrow().clone();
    let options = registry.read(options, &own)?;
    let context = registry.add_context(app, PageOptions { connection_events: true, ..options });
    Ok(registry.contexts.handle(&context, true))
}

/// Calls `callback` with each entry of the trace of all engines, in place of the one before.
///
/// # Errors
/// A `TypeError` for what is no function.
pub(crate) fn trace(callback: &JsValue) -> Result<(), JsValue> {
    let callback = match callback.dyn_ref::<Function>() {
        None if !js::is_absent(callback) => return Err(type_error("trace", "a function")),
        callback => callback.cloned(),
    };
    registry().tracer.callback.replace(callback);
    Ok(())
}

/// The peer connections of the engine behind a handle.
pub(crate) fn connections(handle: &JsValue) -> JsValue {
    let context = registry().contexts.behind(handle);
    js::array(context.into_iter().flat_map(|context| context.engine.connections())).into()
}

/// Destroys the context behind a handle, and its engine.
pub(crate) fn destroy(handle: &JsValue) {
    let registry = registry();
    if let Some(context) = registry.contexts.behind(handle) {
        registry.contexts.destroy(&context);
    }
}

impl Registry {
    fn new() -> Self {
        let contexts = Rc::<Contexts>::default();
        let media = Rc::<platform::Shared>::default();
        Self {
            begun: Cell::default(),
            installations: RefCell::default(),
            own: RefCell::default(),
            queue: Rc::default(),
            rooms: Rc::new(Rooms::new(Rc::clone(&contexts), Rc::clone(&media.elements))),
            contexts,
            media,
            tracer: Rc::default(),
        }
    }

    /// Reads options. With the first ones that are right, the library begins to listen to the page.
    fn read(&self, options: &JsValue, defaults: &JsValue) -> Result<PageOptions, JsValue> {
        let options = options::read(options, defaults)?;
        if let Some(level) = options.log {
            self.tracer.level.set(level);
        }
        if !self.begun.replace(true) {
            page::watch(&self.contexts, &self.rooms);
            self.rooms.define();
        }
        Ok(options)
    }

    fn provide(&self, target: &JsValue, options: PageOptions) -> Result<JsValue, JsValue> {
        let tt = match js::get(target, "tt")? {
            tt if js::is_object(&tt) => tt,
            _ => {
                let tt = Object::new().into();
                put(target, "tt", &tt)?;
                tt
            }
        };
        let create = js::field(&tt, CREATE);
        let is_ours = |it: &&Rc<Installation>| AsRef::<JsValue>::as_ref(&it.create) == &create;
        let known = self.installations.borrow().iter().find(is_ours).cloned();
        match known {
            Some(known) => drop(known.options.replace(options)),
            None => {
                let installation = Installation::new(options);
                put(&tt, CREATE, &installation.create)?;
                self.installations.borrow_mut().push(installation);
            }
        }
        Ok(tt)
    }

    /// A context on a new engine.
    fn add_context(&self, app: AppId, options: PageOptions) -> Rc<Context> {
        self.media.prepare();
        let PageOptions { signaling, media, connection_events, .. } = options;
        let engine = Options {
            signaling,
            media,
            shared: Rc::clone(&self.media),
            tracer: Rc::clone(&self.tracer),
        };
        let rooms = Rc::clone(&self.rooms);
        let on_tile = Box::new(move |event| rooms.handle(&event));
        let queue = Rc::clone(&self.queue);
        let context = Context::new(app, engine, queue, on_tile, connection_events);
        self.contexts.add(&context);
        context
    }
}

fn put(object: &JsValue, key: &str, value: &JsValue) -> Result<(), JsValue> {
    if js_sys::Reflect::set(object, &key.into(), value)? {
        return Ok(());
    }
    Err(wrong(&format!("`{key}` cannot be set: the object is frozen, or has a `{key}` of its own")))
}

impl Installation {
    fn new(options: PageOptions) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let me = me.clone();
            let create = Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(
                move |options: JsValue| match me.upgrade() {
                    Some(installation) => installation.create(&options),
                    None => Err(JsValue::UNDEFINED),
                },
            );
            let create = create.into_js_value();
            // What wasm-bindgen calls after each call; pages need not see it.
            let hidden = js::object(&[("enumerable", false.into())]);
            let _ = js_sys::Reflect::define_property(
                create.unchecked_ref::<js_sys::Object>(),
                &"_wbg_cb_unref".into(),
                hidden.unchecked_ref(),
            );
            Self {
                create: create.unchecked_into(),
                options: RefCell::new(options),
                contexts: RefCell::default(),
            }
        })
    }

    /// Another handle on the engine of that app, or the first one on a new engine.
    fn create(&self, options: &JsValue) -> Result<JsValue, JsValue> {
        let app = options::app_id(CREATE, options)?;
        let registry = registry();
        let known = self.contexts.borrow().get(&app).and_then(Weak::upgrade);
        let known = known.filter(|context| !context.engine.is_destroyed());
        let context = known.unwrap_or_else(|| {
            let options = self.options.borrow().clone();
            let context = registry.add_context(app.clone(), options);
            self.contexts.borrow_mut().insert(app, Rc::downgrade(&context));
            context
        });
        Ok(registry.contexts.handle(&context, false))
    }
}
