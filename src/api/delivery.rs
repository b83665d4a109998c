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

thread_local! {
    static QUEUE: RefCell<VecDeque<Box<dyn FnOnce()>>> = const { RefCell::new(VecDeque::new()) };
    static SCHEDULED: Cell<bool> = const { Cell::new(false) };
    static DELIVER: Closure<dyn Fn()> = Closure::new(deliver_next);
}

/// Calls `delivery` soon, after all that were given before.
pub(crate) fn deliver(delivery: impl FnOnce() + 'static) {
    QUEUE.with_borrow_mut(|queue| queue.push_back(Box::new(delivery)));
    if !SCHEDULED.replace(true) {
        schedule();
    }
}

fn schedule() {
    DELIVER.with(|deliver| queue_microtask(deliver.as_ref().unchecked_ref()));
}

fn deliver_next() {
    if let Some(delivery) = QUEUE.with_borrow_mut(VecDeque::pop_front) {
        delivery();
    }
    // Only now, so that promises the page resolved in this delivery come before the next one.
    if QUEUE.with_borrow(VecDeque::is_empty) {
        SCHEDULED.set(false);
    } else {
        schedule();
    }
}
