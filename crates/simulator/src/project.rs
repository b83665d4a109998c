//! The mini-program as it is now: compiled, and compiled anew when a file changes.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;
use tt_miniprogram::{Change, Manifest, Problem, Severity, SourceMap, SourceMapPlace};

use crate::folder::{File, Files, Folder};
use crate::pages::Pages;

/// How many changes a page may be behind; one that is further behind is told to start anew.
const CHANGES: usize = 64;
/// How often packages are looked for that packages need, and so on.
const DEPTH: usize = 30;

/// A folder and what came of it. Clones are the same project.
#[derive(Clone)]
pub(crate) struct Project(Arc<Inner>);

struct Inner {
    folder: Folder,
    domains: Vec<String>,
    state: Mutex<State>,
    changes: broadcast::Sender<Arc<Change>>,
    /// Source maps that were asked for, by module.
    maps: Mutex<HashMap<String, Mapped>>,
}

/// The source map of a module, if it has one, as of a version of the manifest.
type Mapped = (u64, Option<Arc<SourceMap>>);

struct State {
    compiler: tt_miniprogram::Project,
    files: Files,
    manifest: Arc<Manifest>,
}

/// What a look at the folder found to have changed.
pub(crate) struct Refresh {
    pub(crate) change: Arc<Change>,
    /// Whether other problems are there now.
    pub(crate) problems: bool,
    pub(crate) time: Duration,
}

/// What a phone learns first.
#[derive(Serialize)]
pub(crate) struct Served {
    #[serde(flatten)]
    pub(crate) manifest: Manifest,
    #[serde(flatten)]
    pub(crate) settings: Settings,
}

/// Fields of it that are the server's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    /// Names the project, see [`crate::config::Config::project_id`].
    pub(crate) project: String,
    /// Whether requests are held to https and `domains`.
    url_check: bool,
    /// Hosts that requests may go to; all if there are none.
    domains: Vec<String>,
}

impl Project {
    /// Reads and compiles a folder for the first time.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read. A project full of mistakes is none.
    pub(crate) fn open(folder: Folder, domains: Vec<String>) -> Result<Self> {
        let compiler = tt_miniprogram::Project::new().with_less(|| {
            let script = Pages(None).text("less/main.js");
            script.ok_or_else(|| "Less is not built; `cargo xtask build` does it.".to_owned())
        });
        let manifest = Arc::new(compiler.manifest().clone());
        let state = Mutex::new(State { compiler, files: Files::default(), manifest });
        let (changes, maps) = (broadcast::Sender::new(CHANGES), Mutex::default());
        let project = Self(Arc::new(Inner { folder, domains, state, changes, maps }));
        project.refresh()?;
        Ok(project)
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Folder {
        &self.0.folder
    }

    /// What a phone learns first, with all problems.
    pub(crate) fn manifest(&self) -> Arc<Manifest> {
        Arc::clone(&self.state().manifest)
    }

    /// The files of the folder, and how large they are, in bytes.
    pub(crate) fn sizes(&self) -> Vec<(String, u64)> {
        let state = self.state();
        state.files.files.iter().map(|(path, file)| (path.clone(), file.length())).collect()
    }

    /// The script, template or style sheet of this path or name.
    pub(crate) fn compiled<T>(&self, read: impl FnOnce(&tt_miniprogram::Project) -> T) -> T {
        read(&self.state().compiler)
    }

    /// The source map of a module, read when it is first asked for after a change.
    pub(crate) fn source_map(&self, path: &str) -> Option<Arc<SourceMap>> {
        let version = self.manifest().version;
        let maps = || self.0.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, map)) = maps().get(path)
            && *of == version
        {
            return map.clone();
        }
        let map = match self.compiled(|compiler| compiler.source_map(path)) {
            Some(SourceMapPlace::Inline(address)) => SourceMap::parse_inline(&address),
            Some(SourceMapPlace::File(file)) => self
                .0
                .folder
                .locate(&file)
                .and_then(|file| fs::read(file).ok())
                .and_then(|json| SourceMap::parse(&json)),
            Some(SourceMapPlace::Beside(up, file)) => self
                .0
                .folder
                .beside(up, &file)
                .and_then(|file| fs::read(file).ok())
                .and_then(|json| SourceMap::parse(&json)),
            None => None,
        };
        let map = map.map(Arc::new);
        maps().insert(path.to_owned(), (version, map.clone()));
        map
    }

    /// Hears of every change from now on.
    pub(crate) fn changes(&self) -> broadcast::Receiver<Arc<Change>> {
        self.0.changes.subscribe()
    }

    /// Looks at the folder again, and compiles if anything in it changed.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read any more.
    pub(crate) fn refresh(&self) -> Result<Option<Refresh>> {
        let start = Instant::now();
        let mut state = self.state();
        let files = self.0.folder.scan(&state.files)?;
        if files == state.files && state.manifest.version > 0 {
            return Ok(None);
        }
        state.take(files);
        let mut change = state.compiler.compile();
        for _ in 0..DEPTH {
            let missing: Vec<_> = state.compiler.missing_packages().map(str::to_owned).collect();
            let found = missing.iter().map(|name| self.0.folder.package(name));
            let found: Vec<_> = found.flat_map(|package| package.files).collect();
            if found.is_empty() {
                break;
            }
            for (path, file) in found {
                state.set(&path, &file);
            }
            change = join(change, state.compiler.compile());
        }
        let before = Arc::clone(&state.manifest);
        let mut manifest = state.compiler.manifest().clone();
        manifest.problems.extend(state.files.refused.iter().map(refused));
        let problems = manifest.problems != before.problems;
        state.manifest = Arc::new(manifest);
        drop(state);
        let change = Arc::new(change);
        // Nobody may be listening.
        let _ = self.0.changes.send(Arc::clone(&change));
        Ok(Some(Refresh { change, problems, time: start.elapsed() }))
    }

    /// What a phone needs to know of the project beside what the compiler made of it.
    pub(crate) fn settings(&self) -> Settings {
        let folder = self.folder();
        let config = folder.config();
        let domains = self.0.domains.clone();
        Settings { project: config.project_id(folder.root()), url_check: config.url_check, domains }
    }

    /// The title that `app.json` gives the mini-program.
    pub(crate) fn title(&self) -> Option<String> {
        let app = serde_json::to_value(&self.manifest().app).ok()?;
        let title = app.get("window")?.get("navigationBarTitleText").and_then(Value::as_str)?;
        (!title.is_empty()).then(|| title.to_owned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Hands the compiler what is new, different or gone.
    fn take(&mut self, files: Files) {
        let before = std::mem::replace(&mut self.files, files);
        let changed = |(path, file): &(&String, &File)| before.files.get(*path) != Some(file);
        let changed: Vec<_> = self.files.files.iter().filter(changed).collect();
        let changed: Vec<_> =
            changed.into_iter().map(|(path, file)| (path.clone(), file.clone())).collect();
        for (path, file) in changed {
            self.set(&path, &file);
        }
        for path in before.files.keys().filter(|path| !self.files.files.contains_key(*path)) {
            self.compiler.remove_file(path);
        }
    }

    fn set(&mut self, path: &str, file: &File) {
        let set = self.compiler.set_file(path, file.content());
        if let Err(error) = set {
            self.files.refused.push((path.to_owned(), error.to_string()));
        }
    }
}

/// Two compilations as one.
fn join(first: Change, second: Change) -> Change {
    let both = |mut first: Vec<String>, second: Vec<String>| {
        first.extend(second);
        first.sort();
        first.dedup();
        first
    };
    Change {
        version: second.version,
        modules: both(first.modules, second.modules),
        templates: both(first.templates, second.templates),
        styles: both(first.styles, second.styles),
        files: both(first.files, second.files),
        manifest: first.manifest || second.manifest,
    }
}

/// A file that was left out, as a problem of the project.
fn refused((path, why): &(String, String)) -> Problem {
    let (file, message) = (path.clone(), format!("This file is left out: {why}."));
    Problem {
        file,
        line: 1,
        column: 1,
        severity: Severity::Warning,
        message,
        excerpt: String::new(),
        excerpt_column: 1,
    }
}
