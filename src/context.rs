//! The object a page holds.
//!
//! A context is a plain object of own, enumerable functions that need no `this`, so taking it apart
//! and copying it work. It is a handle: the engine behind it lives until it is destroyed, because a
//! page may keep nothing of it but an `<rtc-room>` or the sound of the others.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::{Function, Object};
use tt_rtc_room::error::Failure;
use tt_rtc_room::id::AppId;
use wasm_bindgen::prelude::*;

use crate::call::{Callbacks, METHODS};
use crate::engine::{Engine, Options};
use crate::events::EVENTS;
use crate::{js, platform, signaling};

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

thread_local! {
    /// All engines that were not destroyed, with their numbers.
    static ENGINES: RefCell<Vec<(u32, Rc<Engine>)>> = const { RefCell::new(Vec::new()) };
    static COUNT: RefCell<u32> = const { RefCell::new(0) };
    /// The number of the engine behind a context, by the context's `joinRtcRoom`: so a copy of a
    /// context is as good as the context.
    static HANDLES: WeakMap = WeakMap::new();
}

/// The first number of the `on` functions, and that of the `off` functions, where those of the
/// methods begin at 0.
const ON: usize = 32;
const OFF: usize = 64;

/// The engines of the page, in the order in which they were made.
pub(crate) fn engines() -> Vec<Rc<Engine>> {
    ENGINES.with_borrow(|engines| engines.iter().map(|(_, engine)| Rc::clone(engine)).collect())
}

/// A new engine, which lives until it is destroyed.
pub(crate) fn new_engine(app: AppId, options: Options) -> Rc<Engine> {
    platform::prepare();
    signaling::prepare(&options.signaling);
    let engine = Engine::new(app, options);
    let number = COUNT.with_borrow_mut(|count| {
        *count += 1;
        *count
    });
    ENGINES.with_borrow_mut(|engines| engines.push((number, Rc::clone(&engine))));
    engine
}

/// A context on an engine.
pub(crate) fn handle(engine: &Rc<Engine>, web: bool) -> JsValue {
    let dispatch = dispatcher(Rc::downgrade(engine));
    let context = Object::new();
    let add = |name: &str, number: usize| {
        let number = JsValue::from(u32::try_from(number).unwrap_or_default());
        js::set(&context, name, &dispatch.bind1(&JsValue::UNDEFINED, &number));
    };
    let methods = METHODS.iter().take(if web { METHODS.len() } else { METHODS.len() - 1 });
    for (number, method) in methods.enumerate() {
        add(method, number);
    }
    for (number, event) in EVENTS.iter().enumerate() {
        add(&format!("on{event}"), ON + number);
        add(&format!("off{event}"), OFF + number);
    }
    let number = ENGINES.with_borrow(|engines| {
        engines.iter().find(|(_, known)| Rc::ptr_eq(known, engine)).map(|(number, _)| *number)
    });
    let key = js::field(&context, "joinRtcRoom");
    HANDLES.with(|handles| handles.set(&key, number.unwrap_or_default()));
    context.into()
}

/// The one function behind all functions of a context. It is the garbage collector's to free.
fn dispatcher(engine: Weak<Engine>) -> Function {
    let dispatch = Closure::<dyn Fn(u32, JsValue)>::new(move |number: u32, argument: JsValue| {
        dispatch(engine.upgrade().as_deref(), number as usize, &argument);
    });
    dispatch.into_js_value().unchecked_into()
}

fn dispatch(engine: Option<&Engine>, number: usize, argument: &JsValue) {
    let engine = engine.filter(|engine| !engine.is_destroyed());
    match (METHODS.get(number), engine) {
        (Some(method), Some(engine)) => engine.call(method, argument),
        (Some(method), None) => {
            Callbacks::of(method, argument).answer(Err(Failure::destroyed()));
        }
        (None, Some(engine)) if number < OFF => engine.listeners.add(number - ON, argument),
        (None, Some(engine)) => engine.listeners.remove(number - OFF, argument),
        (None, None) => {}
    }
}

/// The number of the engine behind a context.
fn number_of(context: &JsValue) -> Option<f64> {
    let key = js::field(context, "joinRtcRoom");
    HANDLES.with(|handles| handles.get(&key).as_f64())
}

/// The peer connections of the engine behind a context.
pub(crate) fn connections(context: &JsValue) -> JsValue {
    let number = number_of(context);
    let engine = ENGINES.with_borrow(|engines| {
        let known = engines.iter().find(|(known, _)| Some(f64::from(*known)) == number);
        known.map(|(_, engine)| Rc::clone(engine))
    });
    js::array(engine.into_iter().flat_map(|engine| engine.connections())).into()
}

/// Destroys the engine behind a context; an object that is none, or was destroyed, is left alone.
pub(crate) fn destroy(context: &JsValue) {
    let number = number_of(context);
    let engine = ENGINES.with_borrow_mut(|engines| {
        let place = engines.iter().position(|(known, _)| Some(f64::from(*known)) == number)?;
        Some(engines.remove(place).1)
    });
    if let Some(engine) = engine {
        engine.destroy();
        crate::rtc_room::refresh();
    }
}
