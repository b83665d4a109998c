//! Waiting for promises.
//!
//! The futures of `js-sys` assume that every promise is settled some day. Those of a closed
//! `RTCPeerConnection` never are (webrtc-pc, section 4.4.1.2: "if connection is closed, abort these
//! steps"), so [`Settled`] can be dropped before: then nothing of Rust is left behind in JavaScript
//! but what its garbage collector frees.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::Promise;
use wasm_bindgen::prelude::*;

pub(crate) use wasm_bindgen_futures::spawn_local;

type Callback = Closure<dyn FnMut(JsValue)>;

/// What a promise comes to.
#[must_use = "futures do nothing unless they are awaited"]
pub(crate) struct Settled {
    state: Rc<RefCell<State>>,
    callbacks: Option<(Callback, Callback)>,
}

#[derive(Default)]
struct State {
    /// One of the callbacks was called; neither will be again.
    settled: bool,
    result: Option<Result<JsValue, JsValue>>,
    waker: Option<Waker>,
}

impl Settled {
    /// Waits for `promise`; an exception in its place is a rejection, another value is the result.
    pub(crate) fn new(promise: Result<JsValue, JsValue>) -> Self {
        let state = Rc::default();
        let promise = match promise {
            Ok(value) => Promise::resolve(&value),
            Err(error) => {
                let state = Rc::new(RefCell::new(State {
                    settled: true,
                    result: Some(Err(error)),
                    waker: None,
                }));
                return Self { state, callbacks: None };
            }
        };
        let resolved = callback(&state, Ok);
        let rejected = callback(&state, Err);
        let _ = promise.then2(&resolved, &rejected);
        Self { state, callbacks: Some((resolved, rejected)) }
    }
}

fn callback(
    state: &Rc<RefCell<State>>,
    result: fn(JsValue) -> Result<JsValue, JsValue>,
) -> Callback {
    let state = Rc::clone(state);
    Closure::new(move |value| {
        let waker = {
            let mut state = state.borrow_mut();
            state.settled = true;
            state.result = Some(result(value));
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    })
}

impl Future for Settled {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.state.borrow_mut();
        match state.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        let Some((resolved, rejected)) = mem::take(&mut self.callbacks) else { return };
        if !self.state.borrow().settled {
            self.state.borrow_mut().waker = None;
            // The promise may still call one of them.
            drop((resolved.into_js_value(), rejected.into_js_value()));
        }
    }
}

/// Ends what is waiting, from outside.
#[derive(Default)]
pub(crate) struct Abort {
    aborted: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Abort {
    /// Waits for `settled`, or for the abort; only one at a time may wait.
    pub(crate) fn guard(&self, settled: Settled) -> impl Future<Output = Result<JsValue, JsValue>> {
        Guarded { abort: self, settled }
    }

    /// Whether [`Abort::abort`] was called.
    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.get()
    }

    /// Ends the waiting, now and ever.
    pub(crate) fn abort(&self) {
        self.aborted.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

struct Guarded<'a> {
    abort: &'a Abort,
    settled: Settled,
}

impl Future for Guarded<'_> {
    type Output = Result<JsValue, JsValue>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.abort.aborted.get() {
            return Poll::Ready(Err(JsValue::UNDEFINED));
        }
        self.abort.waker.replace(Some(context.waker().clone()));
        Pin::new(&mut self.settled).poll(context)
    }
}
