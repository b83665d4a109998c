//! The clocks of the page, and an alarm.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use tt_rtc_room::{Instant, Now};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;

    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: i32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// The clock that never goes back.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds")]
pub(crate) fn instant() -> Instant {
    Instant(performance_now() as u64)
}

/// Both clocks.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds")]
pub(crate) fn now() -> Now {
    Now { instant: instant(), unix: date_now() as u64 }
}

/// Calls one function, whenever it was last set to; dropping it cancels it.
pub(crate) struct Alarm {
    ring: Closure<dyn Fn()>,
    set: Rc<RefCell<Option<(Instant, JsValue)>>>,
}

impl Alarm {
    /// An alarm that is not set.
    pub(crate) fn new(callback: impl Fn() + 'static) -> Self {
        let set: Rc<RefCell<Option<(Instant, JsValue)>>> = Rc::default();
        let rung = Rc::clone(&set);
        let ring = Closure::new(move || {
            rung.take();
            callback();
        });
        Self { ring, set }
    }

    /// Sets it anew, or cancels it.
    pub(crate) fn set(&self, at: Option<Instant>) {
        if at == self.set.borrow().as_ref().map(|(at, _)| *at) {
            return;
        }
        self.cancel();
        if let Some(at) = at {
            let wait = i32::try_from(at.since(instant())).unwrap_or(i32::MAX);
            let timer = set_timeout(self.ring.as_ref().unchecked_ref(), wait);
            self.set.replace(Some((at, timer)));
        }
    }

    fn cancel(&self) {
        if let Some((_, timer)) = self.set.take() {
            clear_timeout(&timer);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.cancel();
    }
}
