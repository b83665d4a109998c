//! Sass and Less, which become style sheets of the platform before `ttss` compiles those.
//!
//! A compiler of either sees the project's files and nothing else. What it looked for is kept with
//! what it made, files that were not there included: a sheet is compiled again when one of them
//! changes, comes or goes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    files::{FINDINGS, Files},
    path,
    problem::Finding,
    ttss::{self, Sheet},
};

pub(crate) mod less;
mod limits;
mod sass;

/// Extensions of the sheets, those first that are looked for first.
pub(crate) const EXTENSIONS: [&str; 3] = [".scss", ".sass", ".less"];

/// Whether a file is compiled to a style sheet of the platform first.
pub(crate) fn is_preprocessed(path: &str) -> bool {
    matches!(path::extension(path), "scss" | "sass" | "less")
}

/// What a compiler gives back.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// Nothing if the sheet has an error.
    css: Option<String>,
    map: Vec<Mapping>,
    /// What it looked for, and when that was set; 0 if it was not there.
    inputs: BTreeMap<String, u64>,
    /// What is wrong with which file.
    findings: Vec<(String, Finding)>,
}

/// A place of a compiled sheet and the place it comes from, in bytes.
#[derive(Debug)]
pub(crate) struct Mapping {
    offset: usize,
    file: Arc<str>,
    origin: usize,
}

/// A sheet that was compiled.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    /// In the platform's language. While there is an error, as it was before that.
    pub(crate) css: String,
    pub(crate) sheet: Sheet,
    /// What is wrong with which file.
    pub(crate) findings: Vec<(String, Finding)>,
    /// Changes when `css` does.
    pub(crate) version: u64,
    map: Vec<Mapping>,
    inputs: BTreeMap<String, u64>,
}

impl Compiled {
    /// Whether all that it was made of is as it was.
    pub(crate) fn is_fresh(&self, files: &Files) -> bool {
        !self.inputs.is_empty()
            && self.inputs.iter().all(|(path, stamp)| files.stamp(path) == *stamp)
    }

    /// The file and the place that a place of the compiled sheet comes from, if that is known.
    fn origin(&self, offset: usize) -> Option<(&str, usize)> {
        let after = self.map.partition_point(|mapping| mapping.offset <= offset);
        let mapping = self.map.get(after.checked_sub(1)?)?;
        Some((&mapping.file, mapping.origin))
    }

    /// What is wrong with the compiled sheet of `path`, as something that is wrong with its source.
    pub(crate) fn trace(&self, path: &str, finding: Finding) -> (String, Finding) {
        if let Some((file, offset)) = self.origin(finding.offset) {
            return (file.to_owned(), Finding { offset, ..finding });
        }
        let before = self.css.get(..finding.offset).unwrap_or(&self.css);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.css.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let line: String = line.trim().chars().take(crate::EXCERPT).collect();
        let message = format!("{} In the compiled sheet, it is `{line}`.", finding.message);
        (path.to_owned(), Finding { offset: 0, message, ..finding })
    }

    /// Takes over what was compiled after `clock` changes.
    pub(crate) fn update(&mut self, output: Output, clock: u64) {
        if let Some(css) = output.css {
            self.map = output.map;
            if self.version == 0 || css != self.css {
                self.sheet = ttss::read(&css);
                self.css = css;
                self.version = clock;
            }
        }
        self.inputs = output.inputs;
        let mut known = BTreeSet::new();
        self.findings = output.findings;
        self.findings.retain(|(path, finding)| {
            known.insert((path.clone(), finding.offset, finding.message.clone()))
        });
        self.findings.truncate(FINDINGS);
    }
}

/// The style sheets of the project as they are during a build. A compiler that does not end keeps
/// them.
struct Sheets(HashMap<String, (u64, String)>);

impl Sheets {
    fn of(files: &Files) -> Self {
        let text = |path: &str| Some((path.to_owned(), (files.stamp(path), files.text(path)?)));
        let kinds = ["scss", "sass", "less", "ttss", "wxss", "css"];
        Self(files.of_kind(&kinds).filter_map(text).collect())
    }

    /// When a sheet was set; 0 if it is not there.
    fn stamp(&self, path: &str) -> u64 {
        self.0.get(path).map_or(0, |(stamp, _)| *stamp)
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|(_, text)| text.as_str())
    }
}

/// The compilers, for one build.
pub(crate) struct Preprocessor<'s> {
    /// As soon as there is something to compile.
    sheets: Option<Arc<Sheets>>,
    less: less::Engine<'s>,
}

impl<'s> Preprocessor<'s> {
    pub(crate) fn new(less: Option<&'s less::Source>) -> Self {
        Self { sheets: None, less: less::Engine::new(less) }
    }

    /// Compiles a sheet of the project.
    pub(crate) fn compile(&mut self, files: &Files, path: &str) -> Output {
        let sheets = self.sheets.get_or_insert_with(|| Arc::new(Sheets::of(files)));
        let mut output = if path::extension(path) == "less" {
            self.less.compile(sheets, path)
        } else {
            sass::compile(sheets, path)
        };
        output.inputs.entry(path.to_owned()).or_insert_with(|| files.stamp(path));
        for file in output.inputs.keys().filter(|file| is_preprocessed(file)) {
            output.findings.extend(files.encoding_of(file).map(|finding| (file.clone(), finding)));
        }
        output.map.sort_by_key(|mapping| mapping.offset);
        output
    }
}
