//! The mini-program as it is now: compiled, and compiled anew when a file changes.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;
use tokio::sync::broadcast;

use crate::compile::{Compiled, Compiler};
use crate::folder::{Files, Folder};

/// How many changes a page may be behind; one that is further behind is told to start anew.
const CHANGES: usize = 64;

/// A folder and what came of it. Clones are the same project.
#[derive(Clone)]
pub(crate) struct Project(Arc<Inner>);

struct Inner {
    folder: Folder,
    compiled: RwLock<Arc<Compiled>>,
    changes: broadcast::Sender<Arc<Change>>,
    /// Held while compiling, so that only one thread does.
    work: Mutex<Work>,
}

struct Work {
    compiler: Compiler,
    files: Files,
}

/// What a compilation changed: `Change` of `www/shared/project.ts`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// Of the compilation.
    pub(crate) version: u64,
    /// Paths of modules.
    pub(crate) modules: Vec<String>,
    /// Names of pages and components whose template changed.
    pub(crate) templates: Vec<String>,
    /// Names of those whose style changed; `app` for all.
    pub(crate) styles: Vec<String>,
    /// Paths of other files.
    pub(crate) files: Vec<String>,
    /// Whether the manifest differs in anything but its version and problems.
    pub(crate) manifest: bool,
    /// Whether its problems differ.
    #[serde(skip)]
    pub(crate) problems: bool,
}

impl Project {
    /// Reads and compiles a folder for the first time.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read. A project full of mistakes is none.
    pub(crate) fn open(folder: Folder) -> Result<Self> {
        let files = folder.scan(&Files::default())?;
        let mut compiler = Compiler::default();
        let compiled = compiler.compile(&files);
        Ok(Self(Arc::new(Inner {
            folder,
            compiled: RwLock::new(Arc::new(compiled)),
            changes: broadcast::Sender::new(CHANGES),
            work: Mutex::new(Work { compiler, files }),
        })))
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Folder {
        &self.0.folder
    }

    /// As it is now.
    pub(crate) fn compiled(&self) -> Arc<Compiled> {
        Arc::clone(&self.0.compiled.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hears of every change from now on.
    pub(crate) fn changes(&self) -> broadcast::Receiver<Arc<Change>> {
        self.0.changes.subscribe()
    }

    /// Looks at the folder again, and compiles if anything in it changed. Says what changed and how
    /// long that took; nothing if all is as it was.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read any more.
    pub(crate) fn refresh(&self) -> Result<Option<(Arc<Change>, Duration)>> {
        let start = Instant::now();
        let mut work = self.0.work.lock().unwrap_or_else(PoisonError::into_inner);
        let files = self.0.folder.scan(&work.files)?;
        if files == work.files {
            return Ok(None);
        }
        let compiled = work.compiler.compile(&files);
        let before = self.compiled();
        let mut change = compiled.difference(&before);
        change.files = changed_assets(&work.files, &files);
        work.files = files;
        *self.0.compiled.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(compiled);
        let change = Arc::new(change);
        // Nobody may be listening.
        let _ = self.0.changes.send(Arc::clone(&change));
        Ok(Some((change, start.elapsed())))
    }
}

/// Files that the compiler does not read and that are new, gone or different.
fn changed_assets(before: &Files, after: &Files) -> Vec<String> {
    let assets = |files: &Files| {
        let files = files.files.iter().filter(|(_, file)| file.source.is_none());
        files.map(|(path, file)| (path.clone(), file.clone())).collect::<Vec<_>>()
    };
    let (before, after) = (assets(before), assets(after));
    let mut changed: Vec<_> = after.iter().filter(|file| !before.contains(file)).collect();
    let gone = |file: &&(String, _)| !after.iter().any(|(path, _)| *path == file.0);
    changed.extend(before.iter().filter(gone));
    changed.into_iter().map(|(path, _)| path.clone()).collect()
}
