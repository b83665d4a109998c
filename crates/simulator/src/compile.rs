//! The seam to `tt-miniprogram`: a folder's files in, what the phone loads out.

use std::collections::BTreeMap;

use serde_json::json;

use crate::folder::Files;
use crate::project::Change;

/// Compiles one project again and again.
#[derive(Debug, Default)]
pub(crate) struct Compiler {
    version: u64,
}

/// A compiled project.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    version: u64,
    manifest: String,
    modules: BTreeMap<String, String>,
    templates: BTreeMap<String, String>,
    styles: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

/// What is wrong somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) error: bool,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) excerpt: String,
    pub(crate) message: String,
}

impl Compiler {
    pub(crate) fn compile(&mut self, files: &Files) -> Compiled {
        self.version += 1;
        let app =
            files.files.get("app.json").and_then(|file| file.source.clone()).unwrap_or_default();
        let app: serde_json::Value = serde_json::from_slice(&app).unwrap_or_default();
        let manifest = json!({ "version": self.version, "app": app }).to_string();
        Compiled { version: self.version, manifest, ..Compiled::default() }
    }
}

impl Compiled {
    pub(crate) fn version(&self) -> u64 {
        self.version
    }
    pub(crate) fn manifest(&self) -> &str {
        &self.manifest
    }
    pub(crate) fn module(&self, path: &str) -> Option<&str> {
        self.modules.get(path).map(String::as_str)
    }
    pub(crate) fn template(&self, name: &str) -> Option<&str> {
        self.templates.get(name).map(String::as_str)
    }
    pub(crate) fn style(&self, name: &str) -> Option<&str> {
        self.styles.get(name).map(String::as_str)
    }
    pub(crate) fn title(&self) -> Option<&str> {
        None
    }
    pub(crate) fn summary(&self) -> String {
        String::new()
    }
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }
    pub(crate) fn difference(&self, before: &Self) -> Change {
        let changed = |now: &BTreeMap<String, String>, then: &BTreeMap<String, String>| {
            let names: std::collections::BTreeSet<_> = now.keys().chain(then.keys()).collect();
            let differs = |name: &&&String| now.get(**name) != then.get(**name);
            names.iter().filter(differs).map(|name| (*name).clone()).collect::<Vec<_>>()
        };
        Change {
            version: self.version,
            modules: changed(&self.modules, &before.modules),
            templates: changed(&self.templates, &before.templates),
            styles: changed(&self.styles, &before.styles),
            manifest: true,
            problems: self.problems != before.problems,
            ..Change::default()
        }
    }
}
