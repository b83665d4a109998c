//! Waiting for promises.
//!
//! The futures of `js-sys` assume that every promise is settled some day. The promises of a closed
//! `RTCPeerConnection` never are (webrtc-pc, section 4.4.1.2: "if connection is closed, abort these
//! steps"). A [`JsPromise`] can be dropped before its promise is settled. Then nothing of Rust stays
//! in JavaScript but what the garbage collector frees.

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::Promise;
use wasm_bindgen::prelude::*;

pub use wasm_bindgen_futures::spawn_local;

type Callback = Closure<dyn FnMut(JsValue)>;

/// The result of a promise.
#[must_use = "futures do nothing unless they are awaited"]
pub struct JsPromise {
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

impl From<Promise> for JsPromise {
    fn from(promise: Promise) -> Self {
        let state = Rc::default();
        let resolved = callback(&state, Ok);
        let rejected = callback(&state, Err);
        let _ = promise.then2(&resolved, &rejected);
        Self { state, callbacks: Some((resolved, rejected)) }
    }
}

/// What a method of a page's object returned: any value may stand for a promise, and an exception
/// is a rejection.
impl From<Result<JsValue, JsValue>> for JsPromise {
    fn from(result: Result<JsValue, JsValue>) -> Self {
        match result {
            Ok(value) => Promise::resolve(&value).into(),
            Err(error) => {
                let state = State { settled: true, result: Some(Err(error)), waker: None };
                Self { state: Rc::new(RefCell::new(state)), callbacks: None }
            }
        }
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

impl Future for JsPromise {
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

impl Drop for JsPromise {
    fn drop(&mut self) {
        let Some((resolved, rejected)) = mem::take(&mut self.callbacks) else { return };
        if !self.state.borrow().settled {
            self.state.borrow_mut().waker = None;
            // The promise may still call one of them.
            drop((resolved.into_js_value(), rejected.into_js_value()));
        }
    }
}
