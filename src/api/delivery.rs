//! One ordered queue for all callbacks and events of a page.
//!
//! A page is never called back while it calls the library, and is told everything in the order in
//! which it happened. Each delivery has a microtask of its own. What a page awaits in one callback is
//! done before the next callback.

use std::cell::RefCell;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::js;

/// The queue. Its last delivery is a promise; the next one is chained to it.
pub(crate) struct Deliveries(RefCell<JsValue>);

impl Default for Deliveries {
    fn default() -> Self {
        Self(RefCell::new(Promise::resolve(&JsValue::UNDEFINED).into()))
    }
}

impl Deliveries {
    /// Calls `delivery` soon, after all that were added before.
    pub(super) fn add(&self, delivery: Box<dyn FnOnce()>) {
        let callback = Closure::once_into_js(delivery);
        // `then` of a promise of ours does not throw.
        let last = js::call(&self.0.borrow(), "then", &callback).unwrap_or_default();
        self.0.replace(last);
    }
}
