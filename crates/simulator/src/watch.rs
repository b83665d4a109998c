//! Noticing that files changed.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::terminal::say;

/// Editors and tools write several files at once; this long without an event means they are done.
const QUIET: Duration = Duration::from_millis(25);
/// But a tool that never stops writing does not keep changes back longer than this.
const PATIENCE: Duration = Duration::from_millis(250);
/// How often folders are looked at where the system cannot tell what happens in them.
const POLL: Duration = Duration::from_millis(500);

/// Calls `changed` on a thread of its own, with the files concerned, whenever files below `folders`
/// changed. Ends when that answers false.
///
/// # Errors
///
/// Where a folder cannot be watched in any way.
pub(crate) fn watch(
    folders: &[(PathBuf, RecursiveMode)],
    changed: impl FnMut(&[PathBuf]) -> bool + Send + 'static,
) -> Result<()> {
    let (sender, events) = mpsc::channel();
    let send = move |event: notify::Result<Event>| {
        if let Ok(event) = event
            && !matches!(event.kind, EventKind::Access(_))
        {
            let _ = sender.send(event.paths);
        }
    };
    let watcher = match RecommendedWatcher::new(send.clone(), Config::default())
        .and_then(|watcher| start(watcher, folders))
    {
        Ok(watcher) => watcher,
        Err(error) => {
            say(format_args!(
                "Files are looked at twice a second, since the system does not watch them ({error})."
            ));
            let poll = Config::default().with_poll_interval(POLL);
            PollWatcher::new(send, poll)
                .and_then(|watcher| start(watcher, folders))
                .context("watching the folder for changes")?
        }
    };
    let run = move || deliver(&events, changed, watcher);
    thread::Builder::new().name("watch".to_owned()).spawn(run)?;
    Ok(())
}

fn start<W: Watcher + Send + 'static>(
    mut watcher: W,
    folders: &[(PathBuf, RecursiveMode)],
) -> notify::Result<Box<dyn Watcher + Send>> {
    for (folder, mode) in folders {
        watcher.watch(Path::new(folder), *mode)?;
    }
    Ok(Box::new(watcher))
}

/// Puts events together; the watcher lives as long as this runs.
fn deliver(
    events: &mpsc::Receiver<Vec<PathBuf>>,
    mut changed: impl FnMut(&[PathBuf]) -> bool,
    _watcher: Box<dyn Watcher + Send>,
) {
    while let Ok(mut paths) = events.recv() {
        let latest = Instant::now() + PATIENCE;
        while Instant::now() < latest {
            match events.recv_timeout(QUIET) {
                Ok(more) => paths.extend(more),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        if !changed(&paths) {
            return;
        }
    }
}
