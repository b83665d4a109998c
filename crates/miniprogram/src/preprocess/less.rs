//! Less, by the package `less` itself, which runs in QuickJS.
//!
//! The engine has no files, no network and no clock: all that a sheet reaches is [`Sheets`]. It gets
//! an amount of memory, of stack and of time. Plugins, and JavaScript in sheets, are refused.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use rquickjs::{CatchResultExt, Context, Function, Runtime, prelude::Func};
use serde::Deserialize;

use super::{Mapping, Output, Sheets};
use crate::{path, problem::Finding};

/// How long one sheet may take: Bootstrap takes a third of it on a slow machine.
const TIME: Duration = Duration::from_secs(20);
/// In bytes.
const MEMORY: usize = 512 << 20;
/// In bytes; how much is allocated before the first look for what goes in circles.
const GARBAGE: usize = 64 << 20;
/// In bytes; the thread has far more.
const STACK: usize = 4 << 20;

/// Where the compiler's script comes from.
pub(crate) struct Source(Box<dyn Fn() -> Result<String, String> + Send + Sync>);

impl Source {
    pub(crate) fn new(get: impl Fn() -> Result<String, String> + Send + Sync + 'static) -> Self {
        Self(Box::new(get))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

/// The compiler. It starts with the first sheet, which takes as long as ten small sheets.
pub(crate) struct Engine<'s> {
    source: Option<&'s Source>,
    running: Option<Running>,
}

struct Running {
    context: Context,
    deadline: Rc<Cell<Option<Instant>>>,
    reader: Rc<Reader>,
}

/// The sheets of the project, and those that were asked for.
struct Reader {
    sheets: Arc<Sheets>,
    inputs: RefCell<BTreeMap<String, u64>>,
}

impl Reader {
    /// The path and the text of the sheet that a path means; it begins with `/`.
    fn read(&self, written: &str) -> Option<(String, &str)> {
        let path = path::join("", written)?;
        self.inputs.borrow_mut().insert(path.clone(), self.sheets.stamp(&path));
        let text = self.sheets.text(&path)?;
        Some((path, text))
    }
}

/// What the script gives back, see `www/less/main.ts`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Compiled { css: String, sources: Vec<String>, mappings: Vec<[usize; 3]> },
    Failed { error: Failure },
}

#[derive(Deserialize)]
struct Failure {
    message: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
}

impl<'s> Engine<'s> {
    pub(crate) fn new(source: Option<&'s Source>) -> Self {
        Self { source, running: None }
    }

    /// Compiles a sheet, which has to be there.
    pub(super) fn compile(&mut self, sheets: &Arc<Sheets>, path: &str) -> Output {
        let failed = |message: String| Output {
            findings: vec![(path.to_owned(), Finding::error(0, message))],
            ..Output::default()
        };
        let running = match self.running.take() {
            Some(running) => running,
            None => match self.source.map(|source| source.0()) {
                Some(Ok(script)) => match Running::start(&script, Arc::clone(sheets)) {
                    Ok(running) => running,
                    Err(error) => {
                        return failed(format!("The compiler of Less does not start: {error}."));
                    }
                },
                Some(Err(why)) => return failed(why),
                None => return failed("Less is not compiled here.".to_owned()),
            },
        };
        match running.compile(path) {
            Ok(output) => {
                self.running = Some(running);
                output
            }
            // An engine that was stopped is not used again.
            Err(message) => {
                let mut output = failed(message);
                output.inputs = running.reader.inputs.take();
                output
            }
        }
    }
}

impl Running {
    fn start(script: &str, sheets: Arc<Sheets>) -> rquickjs::Result<Self> {
        let runtime = Runtime::new()?;
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        runtime.set_gc_threshold(GARBAGE);
        let deadline = Rc::new(Cell::new(None::<Instant>));
        let until = Rc::clone(&deadline);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            until.get().is_some_and(|until| Instant::now() > until)
        })));
        let context = Context::full(&runtime)?;
        let reader = Rc::new(Reader { sheets, inputs: RefCell::default() });
        let files = Rc::clone(&reader);
        context.with(|ctx| {
            let read = move |path: String| {
                let (path, text) = files.read(&path)?;
                Some(vec![format!("/{path}"), text.to_owned()])
            };
            ctx.globals().set("readFile", Func::from(read))?;
            ctx.eval::<(), _>(script)
        })?;
        Ok(Self { context, deadline, reader })
    }

    /// Compiles a sheet.
    ///
    /// # Errors
    /// In words, if the engine had to be stopped.
    fn compile(&self, path: &str) -> Result<Output, String> {
        self.reader.inputs.take();
        let text = self.reader.read(path).map(|(_, text)| text).unwrap_or_default();
        self.deadline.set(Some(Instant::now() + TIME));
        let answer: Result<String, String> = self.context.with(|ctx| {
            let compile = || -> rquickjs::Result<String> {
                ctx.globals()
                    .get::<_, Function<'_>>("compileLess")?
                    .call((format!("/{path}"), text))
            };
            compile().catch(&ctx).map_err(|error| error.to_string())
        });
        let is_late = self.deadline.take().is_some_and(|until| Instant::now() > until);
        let answer = answer.map_err(|error| {
            if is_late {
                format!("This does not end: it was stopped after {} seconds.", TIME.as_secs())
            } else if error.contains("out of memory") {
                "This sheet takes too much memory.".to_owned()
            } else {
                format!("The compiler of Less fails: {}.", error.lines().next().unwrap_or_default())
            }
        })?;
        let answer = serde_json::from_str(&answer);
        let answer = answer.map_err(|error| format!("The compiler of Less fails: {error}."))?;
        let inputs = self.reader.inputs.take();
        let sheets = &self.reader.sheets;
        Ok(match answer {
            Answer::Compiled { css, sources, mappings } => {
                let map = mapped(sheets, &css, &sources, &mappings);
                Output { css: Some(css), map, inputs, findings: Vec::new() }
            }
            Answer::Failed { error } => {
                let file = error.file.as_deref().and_then(|file| path::join("", file));
                let file = file.filter(|file| sheets.text(file).is_some());
                let file = file.unwrap_or_else(|| path.to_owned());
                let text = sheets.text(&file).unwrap_or_default();
                let offset = error.line.map_or(0, |line| {
                    offset(text, line.saturating_sub(1), error.column.unwrap_or(0))
                });
                let findings = vec![(file, Finding::error(offset, words(&error.message)))];
                Output { inputs, findings, ..Output::default() }
            }
        })
    }
}

/// The byte of a place that is a line and a column in UTF-16 units, both counted from 0.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    start + Units::of(text.get(start..).unwrap_or_default()).byte(column)
}

/// Where the UTF-16 units of a text are in it.
enum Units {
    /// Of an ASCII text of this length: they are its bytes.
    Bytes(usize),
    Listed(Vec<usize>),
}

impl Units {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Bytes(text.len());
        }
        let units = text.char_indices().flat_map(|(at, c)| std::iter::repeat_n(at, c.len_utf16()));
        Self::Listed(units.chain([text.len()]).collect())
    }

    fn byte(&self, unit: usize) -> usize {
        match self {
            Self::Bytes(length) => unit.min(*length),
            Self::Listed(units) => units.get(unit).or(units.last()).copied().unwrap_or(0),
        }
    }
}

fn mapped(sheets: &Sheets, css: &str, sources: &[String], mappings: &[[usize; 3]]) -> Vec<Mapping> {
    let sources: Vec<_> = sources
        .iter()
        .map(|source| {
            let file: Arc<str> = source.trim_start_matches('/').into();
            let units = Units::of(sheets.text(&file).unwrap_or_default());
            (file, units)
        })
        .collect();
    let compiled = Units::of(css);
    let mapping = |&[at, source, origin]: &[usize; 3]| {
        let (file, units) = sources.get(source)?;
        Some(Mapping {
            offset: compiled.byte(at),
            file: Arc::clone(file),
            origin: units.byte(origin),
        })
    };
    mappings.iter().filter_map(mapping).collect()
}

/// A message of the compiler in our words.
fn words(message: &str) -> String {
    let plain = message.trim().trim_end_matches('.');
    if plain.starts_with("Inline JavaScript is not enabled") {
        return "JavaScript in a style sheet is not run.".to_owned();
    }
    if plain.contains("stack") || plain.contains("too much recursion") || plain.is_empty() {
        return "This uses itself, again and again without end.".to_owned();
    }
    let plain = plain.strip_prefix("variable ").unwrap_or(plain);
    let plain = plain.replace("Unrecognised", "Unrecognized");
    if let Some(name) = plain.strip_suffix(" is undefined") {
        return format!("{name} is not defined.");
    }
    let mut chars = plain.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
