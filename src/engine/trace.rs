//! What goes into the participants of a page and what comes out of them, for people and for replays.
//!
//! An entry is `{ engine, at, start }`, `{ engine, at, input }` or `{ engine, at, output }`. A
//! participant does the same again when it is made with the seed of `start` and given each `input`
//! at its time. `crates/room/tests/replay.rs` does this.

use std::cell::{Cell, RefCell};

use js_sys::Function;
use serde::Serialize;
use tt_rtc_room::id::AppId;
use tt_rtc_room::mesh::{MeshEvent, PeerCommand};
use tt_rtc_room::{Input, Instant, Output};
use wasm_bindgen::prelude::*;
use web_sys::console;

use crate::{js, time};

#[wasm_bindgen(module = "/src/engine/trace.js")]
extern "C" {
    fn redact(entry: &JsValue) -> JsValue;
}

/// How much of a trace is in the console.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd)]
pub(crate) enum Level {
    /// Nothing of it; the console has warnings alone.
    #[default]
    Warn,
    /// What the page asks for and is told, the devices, and the signaling connection.
    Info,
    /// All of it.
    Debug,
}

/// Who follows the engines of a page.
#[derive(Default)]
pub(crate) struct Tracer {
    pub(crate) level: Cell<Level>,
    /// Is called with each entry.
    pub(crate) callback: RefCell<Option<Function>>,
    engines: Cell<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Entry<'a> {
    Start { version: &'a str, app: &'a AppId, seed: u64 },
    Input(&'a Input<MeshEvent>),
    Output(&'a Output<PeerCommand>),
}

impl Tracer {
    /// A new engine, whose participant is made with these; its number.
    pub(super) fn start(&self, app: &AppId, seed: u64) -> u32 {
        let engine = self.engines.get() + 1;
        self.engines.set(engine);
        let start = Entry::Start { version: crate::VERSION, app, seed };
        self.tell(engine, time::instant(), Level::Info, &start);
        engine
    }

    /// An input that the participant is about to be given.
    pub(super) fn input(&self, engine: u32, input: &Input<MeshEvent>, now: Instant) {
        let level = match input {
            Input::Message(_) | Input::Media(_) | Input::Timeout => Level::Debug,
            _ => Level::Info,
        };
        self.tell(engine, now, level, &Entry::Input(input));
    }

    /// An output that is about to be carried out.
    pub(super) fn output(&self, engine: u32, output: &Output<PeerCommand>) {
        let level = match output {
            Output::Send(_) | Output::Media(_) => Level::Debug,
            _ => Level::Info,
        };
        self.tell(engine, time::instant(), level, &Entry::Output(output));
    }

    fn tell(&self, engine: u32, at: Instant, level: Level, entry: &Entry<'_>) {
        let callback = self.callback.borrow().clone();
        let in_console = level <= self.level.get();
        if callback.is_none() && !in_console {
            return;
        }
        let entry = js::to_value(entry);
        js::set(&entry, "engine", &engine.into());
        js::set(&entry, "at", &(at.0 as f64).into());
        let entry = redact(&entry);
        if in_console {
            let log = if level == Level::Info { console::info_2 } else { console::debug_2 };
            log(&"tt-rtc".into(), &entry);
        }
        if let Some(callback) = callback {
            js::call_page("trace", &callback, Some(&entry));
        }
    }
}
