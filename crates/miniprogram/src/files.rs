//! The files of a project, each read once.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    json::{self, Value},
    path,
    preprocess::{self, Compiled, Preprocessor},
    problem::Finding,
    script::{self, Language, Script},
    template::Template,
    ttss::{self, Sheet},
};

/// What a file was read as.
#[derive(Debug)]
pub(crate) enum Unit {
    Json(Value, Vec<Finding>),
    Script(Script),
    Template(Box<Template>),
    Style(Sheet),
}

#[derive(Debug)]
struct File {
    bytes: Vec<u8>,
    /// When it was set, in counts of changes.
    stamp: u64,
    unit: Option<Unit>,
}

/// All files by path.
#[derive(Debug, Default)]
pub(crate) struct Files {
    all: BTreeMap<String, File>,
    /// Sheets of Sass and Less that are used, by their paths.
    compiled: BTreeMap<String, Compiled>,
    clock: u64,
    /// Paths set or removed since they were last taken.
    changed: BTreeSet<String>,
}

/// Errors and warnings of one file that are kept, the first of each.
pub(crate) const FINDINGS: usize = 50;

/// Extensions of files that are compiled.
const SOURCES: &[&str] = &[
    "js", "ts", "cjs", "mjs", "json", "ttml", "wxml", "ttss", "wxss", "css", "scss", "sass",
    "less", "sjs", "wxs",
];

impl Files {
    /// Whether this changed anything.
    pub(crate) fn set(&mut self, path: String, bytes: Vec<u8>) -> bool {
        if self.all.get(&path).is_some_and(|file| file.bytes == bytes) {
            return false;
        }
        self.clock += 1;
        self.changed.insert(path.clone());
        self.all.insert(path, File { bytes, stamp: self.clock, unit: None });
        true
    }

    pub(crate) fn remove(&mut self, path: &str) -> bool {
        let removed = self.all.remove(path).is_some();
        self.compiled.remove(path);
        if removed {
            self.clock += 1;
            self.changed.insert(path.to_owned());
        }
        removed
    }

    /// Files changed since the last call that are not compiled.
    pub(crate) fn take_changed_assets(&mut self) -> Vec<String> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().filter(|path| !SOURCES.contains(&path::extension(path))).collect()
    }

    pub(crate) fn bytes(&self, path: &str) -> Option<&[u8]> {
        Some(&self.all.get(path)?.bytes)
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.all.contains_key(path)
    }

    /// When a file was set; 0 if it is not there.
    pub(crate) fn stamp(&self, path: &str) -> u64 {
        self.all.get(path).map_or(0, |file| file.stamp)
    }

    /// The first of these extensions with which there is a file.
    pub(crate) fn with_extension(&self, name: &str, extensions: &[&str]) -> Option<String> {
        extensions
            .iter()
            .map(|extension| format!("{name}{extension}"))
            .find(|path| self.exists(path))
    }

    /// The script of this path, or all in the folder of this path.
    pub(crate) fn scripts(&self, name: &str) -> Vec<String> {
        let below = format!("{name}/");
        let is_meant = |path: &&String| *path == name || path.starts_with(&below);
        let is_script = |path: &&String| matches!(path::extension(path), "js" | "ts");
        self.all.keys().filter(is_meant).filter(is_script).cloned().collect()
    }

    /// Everything below a folder that can be required, without packages of its own.
    pub(crate) fn modules(&self, folder: &str) -> Vec<String> {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let is_meant = |path: &&String| {
            path.strip_prefix(&below).is_some_and(|rest| {
                !path::folder(rest).split('/').any(|part| part == "node_modules")
            })
        };
        let is_module = |path: &&String| {
            matches!(path::extension(path), "js" | "ts" | "cjs" | "mjs" | "json")
                && !path.ends_with(".d.ts")
                && !path.ends_with("package-lock.json")
        };
        self.all.keys().filter(is_meant).filter(is_module).cloned().collect()
    }

    /// A file of almost this path: people forget that phones heed upper and lower case.
    pub(crate) fn similar(&self, path: &str) -> Option<String> {
        self.all.keys().find(|other| other.eq_ignore_ascii_case(path)).cloned()
    }

    /// The text of a file; characters that are none are replaced.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let bytes = self.bytes(path)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// What is wrong with the characters of the file of this path.
    pub(crate) fn encoding_of(&self, path: &str) -> Option<Finding> {
        Self::encoding(self.bytes(path)?)
    }

    /// What is wrong with a file's characters.
    fn encoding(bytes: &[u8]) -> Option<Finding> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let error = std::str::from_utf8(bytes).err()?;
        Some(Finding::error(
            error.valid_up_to(),
            "This file is not UTF-8 from here on; save it in that encoding.",
        ))
    }

    /// What a file was read as. `None` if there is no such file.
    pub(crate) fn unit(&self, path: &str) -> Option<&Unit> {
        self.all.get(path)?.unit.as_ref()
    }

    /// Reads a file, unless it was read before.
    pub(crate) fn read(&mut self, path: &str) -> Option<&Unit> {
        if self.all.get(path)?.unit.is_none() {
            let text = self.text(path)?;
            let encoding = Self::encoding(self.bytes(path)?);
            let unit = read(path, &text, encoding);
            self.all.get_mut(path)?.unit = Some(unit);
        }
        self.unit(path)
    }

    pub(crate) fn json(&mut self, path: &str) -> Option<Value> {
        match self.read(path)? {
            Unit::Json(value, _) => Some(value.clone()),
            _ => None,
        }
    }

    pub(crate) fn findings(&self, path: &str) -> &[Finding] {
        match self.unit(path) {
            Some(Unit::Json(_, findings)) => findings,
            Some(Unit::Script(script)) => &script.findings,
            Some(Unit::Template(template)) => &template.findings,
            Some(Unit::Style(sheet)) => &sheet.findings,
            None => &[],
        }
    }

    pub(crate) fn script(&self, path: &str) -> Option<&Script> {
        match self.unit(path)? {
            Unit::Script(script) => Some(script),
            _ => None,
        }
    }

    pub(crate) fn template(&self, path: &str) -> Option<&Template> {
        match self.unit(path)? {
            Unit::Template(template) => Some(template),
            _ => None,
        }
    }

    /// Compiles a sheet of Sass or Less, unless nothing that it was made of has changed.
    pub(crate) fn preprocess(&mut self, path: &str, preprocessor: &mut Preprocessor<'_>) {
        if self.compiled.get(path).is_some_and(|compiled| compiled.is_fresh(self)) {
            return;
        }
        let output = preprocessor.compile(self, path);
        self.compiled.entry(path.to_owned()).or_default().update(output, self.clock);
    }

    /// What a sheet of Sass or Less became.
    pub(crate) fn compiled(&self, path: &str) -> Option<&Compiled> {
        self.compiled.get(path)
    }

    /// A style sheet in the platform's language.
    pub(crate) fn style(&self, path: &str) -> Option<String> {
        if preprocess::is_preprocessed(path) {
            Some(self.compiled.get(path)?.css.clone())
        } else {
            self.text(path)
        }
    }

    /// All files with one of these extensions (without the dot).
    pub(crate) fn of_kind<'f>(&'f self, extensions: &'f [&str]) -> impl Iterator<Item = &'f str> {
        let paths = self.all.keys().map(String::as_str);
        paths.filter(|path| extensions.contains(&path::extension(path)))
    }

    pub(crate) fn sheet(&self, path: &str) -> Option<&Sheet> {
        if preprocess::is_preprocessed(path) {
            return Some(&self.compiled.get(path)?.sheet);
        }
        match self.unit(path)? {
            Unit::Style(sheet) => Some(sheet),
            _ => None,
        }
    }
}

fn read(path: &str, text: &str, encoding: Option<Finding>) -> Unit {
    let mut unit = match path::extension(path) {
        "json" => {
            let (value, findings) = json::parse(text);
            Unit::Json(value, findings)
        }
        "ttml" | "wxml" => {
            let name = path::without(path, &[".ttml", ".wxml"]);
            Unit::Template(Box::new(Template::read(text, path, name)))
        }
        "ttss" | "wxss" | "css" => Unit::Style(ttss::read(text)),
        "ts" => Unit::Script(script::compile(text, Language::TypeScript)),
        "sjs" | "wxs" => Unit::Script(script::sjs(text)),
        _ => Unit::Script(script::compile(text, Language::JavaScript)),
    };
    let findings = match &mut unit {
        Unit::Json(_, findings) => findings,
        Unit::Script(script) => &mut script.findings,
        Unit::Template(template) => &mut template.findings,
        Unit::Style(sheet) => &mut sheet.findings,
    };
    findings.extend(encoding);
    findings.sort_by_key(|finding| finding.offset);
    let (mut errors, mut warnings) = (0, 0);
    findings.retain(|finding| {
        let count = if finding.is_error() { &mut errors } else { &mut warnings };
        *count += 1;
        *count <= FINDINGS
    });
    unit
}
