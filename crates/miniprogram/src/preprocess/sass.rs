//! Sass, by `grass`: both of its syntaxes.
//!
//! The compiler sees the project as a file system of its own, whose root is the project's folder: a
//! path that begins with `/` is meant from there, and nothing is above it.

use std::{
    collections::BTreeMap,
    fmt, io, mem,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use codemap::{LineCol, SpanLoc};
use grass::{ErrorKind, Fs, Logger, Options};

use super::{Output, Sheets, limits::Limited};
use crate::{deep, path, problem::Finding};

/// How long a sheet may take: Bootstrap takes a tenth of it on a slow machine.
const TIME: Duration = Duration::from_secs(8);
/// How long a sheet is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many compilations may be left behind. Each takes a processor until the program ends, so after
/// so many no sheet is compiled any more.
const MOST_LEFT_BEHIND: usize = 3;
/// How often loops, mixins and functions may run, all together: real sheets stay below a tenth of it.
const RUNS: u32 = 100_000;
/// How much of the stack a sheet may take before it uses itself once more, in bytes. Its thread has
/// far more, for what the compiler does between two looks at that.
const STACK: usize = 16 << 20;
/// How much memory the program may take in addition while a sheet is compiled, in bytes. It is looked at
/// whenever something is about to run again, so a text that doubles ends somewhat above it.
const MEMORY: usize = 400 << 20;
/// How often that is looked at: it takes longer than most of what a sheet does.
const MEMORY_INTERVAL: Duration = Duration::from_millis(1);
/// How often a sheet may look for a file: imports that import each other twice grow without end.
const LOOKS: u32 = 50_000;

/// How a sheet is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `.scss`, with braces.
    Scss,
    /// `.sass`, with indentation.
    Indented,
}

/// Compilations that were given up and have not ended yet.
static LEFT_BEHIND: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Compiles a sheet, which has to be there.
pub(super) fn compile(sheets: &Arc<Sheets>, path: &str) -> Output {
    compile_within(PATIENCE, sheets, path)
}

/// Compiles a sheet on a thread of its own. One that takes longer is left behind: it cannot be stopped
/// unless it comes to [`Compilation::check`].
fn compile_within(time: Duration, sheets: &Arc<Sheets>, path: &str) -> Output {
    let failed = |inputs, message: String| Output {
        inputs,
        findings: vec![(path.to_owned(), Finding::error(0, message))],
        ..Output::default()
    };
    let mut left_behind = LEFT_BEHIND.lock().unwrap_or_else(PoisonError::into_inner);
    left_behind.retain(|thread| !thread.is_finished());
    if left_behind.len() >= MOST_LEFT_BEHIND {
        let message = "This sheet is not compiled: the compiler of Sass did not end for others. Correct those, and start again.";
        return failed(BTreeMap::new(), message.to_owned());
    }
    drop(left_behind);
    let state = Arc::<Mutex<State>>::default();
    let (sender, receiver) = mpsc::channel();
    let (files, shared, root) = (Arc::clone(sheets), Arc::clone(&state), path.to_owned());
    let thread = deep::spawn(move || {
        let compilation = Compilation {
            sheets: files,
            start: Instant::now(),
            stack: stack(),
            memory: memory(),
            state: shared,
        };
        // Nobody listens any more if this was left behind.
        let _ = sender.send(compilation.run(&root));
    });
    let thread = match thread {
        Ok(thread) => thread,
        Err(error) => {
            return failed(
                BTreeMap::new(),
                format!("There is no thread for the compiler of Sass: {error}."),
            );
        }
    };
    if let Ok(output) = receiver.recv_timeout(time) {
        return output;
    }
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.is_given_up = true;
    LEFT_BEHIND.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
    failed(
        mem::take(&mut state.inputs),
        format!(
            "This sheet cannot be compiled: the compiler of Sass did not end within {} s.",
            time.as_secs()
        ),
    )
}

/// Ends a compilation, as a panic of which the terminal says nothing.
struct Stop((String, Finding));

impl Stop {
    fn now(file: impl Into<String>, finding: Finding) -> ! {
        resume_unwind(Box::new(Self((file.into(), finding))))
    }
}

/// Where the stack is.
fn stack() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

/// How much memory the program has, in bytes; 0 where the system does not say.
fn memory() -> usize {
    memory_stats::memory_stats().map_or(0, |stats| stats.physical_mem)
}

/// The project's files as one sheet sees them.
struct Compilation {
    sheets: Arc<Sheets>,
    /// When it started, where the stack was then, and how much memory the program had, in bytes.
    start: Instant,
    stack: usize,
    memory: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    inputs: BTreeMap<String, u64>,
    /// The sheets as the compiler has them.
    texts: BTreeMap<String, Limited>,
    findings: Vec<(String, Finding)>,
    /// How often each place was passed.
    runs: BTreeMap<(String, usize, usize), u32>,
    all_runs: u32,
    looks: u32,
    /// When the memory was looked at.
    memory_at: Option<Instant>,
    /// Nobody waits for it any more.
    is_given_up: bool,
}

impl fmt::Debug for Compilation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Compilation")
    }
}

impl Compilation {
    fn run(&self, path: &str) -> Output {
        let options = Options::default().fs(self).logger(self).allows_charset(false);
        let compile = || grass::from_path(format!("/{path}"), &options);
        let problem = match catch_unwind(AssertUnwindSafe(compile)) {
            Ok(Ok(css)) => Ok(css),
            Ok(Err(error)) => Err(match error.kind() {
                ErrorKind::ParseError { message, loc, .. } => {
                    let (file, offset, marked) = self.locate(&loc);
                    (file, Finding::error(offset, words(&message, &marked)))
                }
                _ => (path.to_owned(), Finding::error(0, "This sheet cannot be read.")),
            }),
            Err(panic) => Err(match panic.downcast::<Stop>() {
                Ok(stop) => stop.0,
                // What a project brings along must not end the simulator.
                Err(_) => {
                    let message =
                        "The compiler of Sass fails at this sheet, or at what it imports.";
                    (path.to_owned(), Finding::error(0, message))
                }
            }),
        };
        let mut state = self.state();
        let (inputs, mut findings) = (mem::take(&mut state.inputs), mem::take(&mut state.findings));
        let css = problem.map_err(|problem| findings.push(problem)).ok();
        Output { css, map: Vec::new(), inputs, findings }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file of the project that the compiler means, if there is one.
    fn find(&self, path: &Path) -> Option<String> {
        let path = below(path)?;
        let exists = |path: &str| {
            let stamp = self.sheets.stamp(path);
            self.state().inputs.insert(path.to_owned(), stamp);
            stamp > 0
        };
        if exists(&path) {
            return Some(path);
        }
        // `@import "a.ttss"` looks for `a.css` at last.
        let name = path.strip_suffix(".css")?;
        [".ttss", ".wxss"]
            .map(|extension| format!("{name}{extension}"))
            .into_iter()
            .find(|path| exists(path))
    }

    /// Where that is in a file of the project, and the text that is marked.
    fn locate(&self, place: &SpanLoc) -> (String, usize, String) {
        let source = place.file.source();
        let offset = |at: LineCol| {
            let line = source.split_inclusive('\n').take(at.line).map(str::len).sum::<usize>();
            let rest = source.get(line..).unwrap_or_default();
            line + rest.chars().take(at.column).map(char::len_utf8).sum::<usize>()
        };
        let (start, end) = (offset(place.begin), offset(place.end));
        let marked = source.get(start..end).unwrap_or_default().to_owned();
        let name = place.file.name();
        let file = below(Path::new(name))
            .and_then(|path| self.find(Path::new(&path)))
            .unwrap_or_else(|| name.to_owned());
        let state = self.state();
        let start = state.texts.get(&file).map_or(start, |text| text.origin(start));
        (file, start, marked)
    }

    /// Ends the compilation if nobody waits for it, or if the stack or the memory is used up, by what
    /// began at this place.
    fn check(&self, place: impl FnOnce() -> (String, usize)) {
        let message = if self.stack.abs_diff(stack()) > STACK {
            "This uses itself, again and again without end."
        } else if self.takes_too_much_memory() {
            "This takes too much memory."
        } else if self.state().is_given_up {
            "This does not end."
        } else {
            return;
        };
        let (file, offset) = place();
        Stop::now(file, Finding::error(offset, message));
    }

    fn takes_too_much_memory(&self) -> bool {
        let mut state = self.state();
        if state.memory_at.is_some_and(|at| at.elapsed() < MEMORY_INTERVAL) {
            return false;
        }
        let grown = memory().saturating_sub(self.memory);
        state.memory_at = Some(Instant::now());
        grown > MEMORY
    }
}

impl Fs for Compilation {
    /// What is in a folder is looked for, whether it is one or not: it may become one.
    fn is_dir(&self, _path: &Path) -> bool {
        true
    }

    fn is_file(&self, path: &Path) -> bool {
        let place = || (below(path).unwrap_or_default(), 0);
        self.check(place);
        self.state().looks += 1;
        if self.state().looks > LOOKS {
            let (file, offset) = place();
            Stop::now(file, Finding::error(offset, "This is imported too often, again and again."));
        }
        self.find(path).is_some()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let Some(file) = self.find(path) else { return Err(io::ErrorKind::NotFound.into()) };
        let text = self.sheets.text(&file).unwrap_or_default();
        let syntax = match path::extension(&file) {
            "scss" => Syntax::Scss,
            "sass" => Syntax::Indented,
            // A sheet of the platform stays one: what it imports is relative to it.
            _ => return Ok(format!("@import url(\"/{}\");", path::encode(&file, "/")).into()),
        };
        match Limited::new(text, syntax) {
            Ok(limited) => {
                let bytes = limited.text.clone().into();
                self.state().texts.insert(file, limited);
                Ok(bytes)
            }
            Err(finding) => Stop::now(file, finding),
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let path = below(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(PathBuf::from(format!("/{path}")))
    }
}

impl Logger for Compilation {
    /// Something runs that may run often, see [`Limited`]; or the sheet has a `@debug` of its own,
    /// of which nothing is shown.
    fn debug(&self, place: SpanLoc, _message: &str) {
        let at = |place: &SpanLoc| {
            let (file, offset, _) = self.locate(place);
            (file, offset)
        };
        self.check(|| at(&place));
        let mut state = self.state();
        let key = (place.file.name().to_owned(), place.begin.line, place.begin.column);
        let runs = state.runs.entry(key).or_default();
        *runs += 1;
        let runs = *runs;
        state.all_runs += 1;
        let all_runs = state.all_runs;
        drop(state);
        let message = if self.start.elapsed() > TIME {
            format!("This does not end: it was stopped after {} s.", TIME.as_secs())
        } else if all_runs > RUNS {
            "This does not end: it was stopped after 100,000 times.".to_owned()
        } else {
            return;
        };
        // What runs most is meant, not what happens to be the last.
        if runs >= all_runs / 10 || all_runs > 2 * RUNS {
            let (file, offset) = at(&place);
            Stop::now(file, Finding::error(offset, message));
        }
    }

    fn warn(&self, place: SpanLoc, message: &str) {
        let (file, offset, _) = self.locate(&place);
        if !path::is_of_package(&file) {
            self.state().findings.push((file, Finding::warning(offset, unquoted(message))));
        }
    }
}

/// A path of the compiler as one of the project; `None` if it leads out of it.
fn below(path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::CurDir => {}
            Component::Prefix(_) => return None,
        }
    }
    path::clean(&parts.join("/"))
}

/// A message of the compiler in our words. `marked` is the text that it is about.
fn words(message: &str, marked: &str) -> String {
    let name = marked.trim();
    // What `@error` says.
    let said = unquoted(message);
    if said.len() < message.len() {
        return said.to_owned();
    }
    let plain = message.trim_end_matches('.');
    match plain {
        "Undefined variable" if !name.is_empty() => format!("{name} is not defined."),
        "Undefined mixin" => "There is no mixin of this name.".to_owned(),
        "Undefined function" => "There is no function of this name.".to_owned(),
        "Can't find stylesheet to import" => {
            let written = name.trim_matches(['"', '\'', ';', ' ']);
            match written.split_once(['"', '\'']) {
                // The mark may begin at the rule.
                Some((_, rest)) => {
                    let path = rest.split(['"', '\'']).next().unwrap_or_default();
                    format!("There is no style sheet {path}.")
                }
                None => format!("There is no style sheet {written}."),
            }
        }
        "This file is already being loaded"
        | "Module loop: this module is already being loaded" => {
            "This import goes round in a circle: that sheet imports this one.".to_owned()
        }
        _ => match plain.strip_prefix("expected ") {
            Some(wanted) => format!("{} is expected here.", capital(wanted)),
            None => format!("{}.", capital(plain)),
        },
    }
}

/// What a sheet says itself, which the compiler puts in quotes.
fn unquoted(message: &str) -> &str {
    message.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(message)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, thread};

    use super::*;

    #[test]
    fn a_compilation_that_takes_too_long_is_left_behind_and_said() {
        let text = "@for $i from 1 through 90000 { .a { b: $i } }".to_owned();
        let sheets = Arc::new(Sheets(HashMap::from([("a.scss".to_owned(), (7, text))])));
        let output = compile_within(Duration::from_millis(20), &sheets, "a.scss");
        let finding = Finding::error(
            0,
            "This sheet cannot be compiled: the compiler of Sass did not end within 0 s.",
        );
        assert_eq!((output.css, output.findings), (None, vec![("a.scss".to_owned(), finding)]));
        // So it is compiled again only when it changes.
        assert_eq!(output.inputs.get("a.scss"), Some(&7));
        // It ends when it comes to something that is looked at.
        let is_left = || LEFT_BEHIND.lock().unwrap().iter().any(|thread| !thread.is_finished());
        let patience = Instant::now() + Duration::from_secs(20);
        while is_left() {
            assert!(Instant::now() < patience);
            thread::sleep(Duration::from_millis(10));
        }
    }
}
