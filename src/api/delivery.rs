//! One ordered queue for everything a page is told.
//!
//! A page is never called back while it calls us, and hears things in the order in which they
//! happened. Each delivery has a microtask of its own, so that what a page awaits after one
//! callback is done before the next.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(callback: &Function);
}

/// What waits to be delivered.
struct Deliveries {
    queue: RefCell<VecDeque<Box<dyn FnOnce()>>>,
    /// Whether the next delivery has its microtask, or is under way.
    scheduled: Cell<bool>,
    deliver_next: Closure<dyn Fn()>,
}

thread_local! {
    static DELIVERIES: Deliveries = Deliveries {
        queue: RefCell::default(),
        scheduled: Cell::default(),
        deliver_next: Closure::new(deliver_next),
    };
}

/// Calls `delivery` soon, after all that were given before.
pub(crate) fn deliver(delivery: impl FnOnce() + 'static) {
    DELIVERIES.with(|deliveries| {
        deliveries.queue.borrow_mut().push_back(Box::new(delivery));
        if !deliveries.scheduled.replace(true) {
            deliveries.schedule();
        }
    });
}

fn deliver_next() {
    let next = DELIVERIES.with(|deliveries| deliveries.queue.borrow_mut().pop_front());
    if let Some(delivery) = next {
        delivery();
    }
    // Only now, so that promises the page resolved in this delivery come before the next one.
    DELIVERIES.with(|deliveries| {
        if deliveries.queue.borrow().is_empty() {
            deliveries.scheduled.set(false);
        } else {
            deliveries.schedule();
        }
    });
}

impl Deliveries {
    fn schedule(&self) {
        queue_microtask(self.deliver_next.as_ref().unchecked_ref());
    }
}
