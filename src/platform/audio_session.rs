//! The audio session of the page (W3C, Audio Session).

use std::cell::Cell;
use std::rc::Rc;

use crate::js;

/// The audio session, by the number of recordings. While there is one, its type is
/// `play-and-record`: iOS then routes audio as in a phone call and plays it with the ringer off.
#[derive(Default)]
pub(crate) struct AudioSession(Cell<u32>);

/// Is kept while a microphone runs.
pub(super) struct Recording(Rc<AudioSession>);

impl AudioSession {
    /// Another microphone records.
    pub(super) fn record(self: &Rc<Self>) -> Recording {
        self.set(self.0.get() + 1);
        Recording(Rc::clone(self))
    }

    fn set(&self, recordings: u32) {
        let kind = |recordings| if recordings == 0 { "auto" } else { "play-and-record" };
        if kind(self.0.replace(recordings)) != kind(recordings) {
            let session = js::field(&js::global("navigator"), "audioSession");
            js::set(&session, "type", &kind(recordings).into());
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.0.set(self.0.0.get() - 1);
    }
}
