//! The clocks of the page, and a timer.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use tt_rtc_room::{Instant, Now};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The clock that never goes back.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds")]
pub fn instant() -> Instant {
    Instant(performance_now() as u64)
}

/// Both clocks.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds")]
pub fn now() -> Now {
    Now { instant: instant(), unix: unix() as u64 }
}

/// The clock on the wall: milliseconds since 1970.
pub fn unix() -> f64 {
    js_sys::Date::now()
}

/// Calls one function at the time that was set last. Dropping it cancels the call.
pub struct Timer {
    callback: Rc<dyn Fn()>,
    pending: Rc<RefCell<Option<(Instant, Timeout)>>>,
}

impl Timer {
    /// A timer that is not set.
    pub fn new(callback: impl Fn() + 'static) -> Self {
        Self { callback: Rc::new(callback), pending: Rc::default() }
    }

    /// Sets the time of the call; `None` cancels it.
    pub fn set(&self, at: Option<Instant>) {
        if at == self.pending.borrow().as_ref().map(|(at, _)| *at) {
            return;
        }
        let timeout = at.map(|at| {
            let wait = u32::try_from(at.since(instant())).unwrap_or(u32::MAX);
            let (callback, pending) = (Rc::clone(&self.callback), Rc::clone(&self.pending));
            let fire = move || {
                pending.take();
                callback();
            };
            // A longer delay would be taken for 0 (HTML, 8.7: it is a signed 32-bit number).
            (at, Timeout::new(wait.min(i32::MAX as u32), fire))
        });
        drop(self.pending.replace(timeout));
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.pending.take();
    }
}
