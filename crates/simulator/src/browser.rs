//! Opening the desk in the user's browser.

use std::thread;

use crate::terminal::say;

/// Opens `url` with what this system has for it; says so where nothing does. Returns at once.
pub(crate) fn open(url: &str) {
    let url = url.to_owned();
    // It takes a while to see that one program fails, and to try the next.
    thread::spawn(move || {
        if open::that_detached(url).is_err() {
            say("Open it in a browser.");
        }
    });
}
