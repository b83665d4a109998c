//! What a phone learns of a project before it loads any of it. The fields are those of
//! `www/shared/project.ts`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{json::Value, problem::Problem};

/// The whole project, except for the text of its files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// Counts compilations.
    pub version: u64,
    /// `app.json` as it is, unknown keys included.
    pub app: Value,
    /// The module of `app.js` or `app.ts`, if there is one.
    pub entry: Option<String>,
    /// The pages in their order, those of subpackages behind the others.
    pub pages: Vec<String>,
    /// Pages and components, by name.
    pub components: BTreeMap<String, ComponentEntry>,
    /// Each module's own `require`s: as written, to the path of what is meant.
    pub modules: BTreeMap<String, BTreeMap<String, String>>,
    /// What is wrong, in the order of files and lines.
    pub problems: Vec<Problem>,
}

/// A page or component.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ComponentEntry {
    /// Its JSON file as it is, `{}` without one.
    pub json: Value,
    /// Components by tag as in the compiled template (`tt-` before the tag of the source), with
    /// those of `app.json`.
    pub using: BTreeMap<String, String>,
    /// Abstract nodes, by tag as in the compiled template, and their default components.
    pub generics: BTreeMap<String, Option<String>>,
    /// Its module, if it has one.
    pub script: Option<String>,
    /// Whether it has a template.
    pub template: bool,
    /// Whether it has a style sheet.
    pub style: bool,
    /// How it shares classes with others; one of glass-easel's names.
    pub style_isolation: String,
    /// What its classes begin with in its style sheet (`SCOPE--class`); empty if it shares the
    /// app's.
    pub style_scope: String,
}

/// A compilation after which these differ from the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// That of the manifest.
    pub version: u64,
    /// Paths of modules.
    pub modules: Vec<String>,
    /// Names of components whose template changed.
    pub templates: Vec<String>,
    /// Names of components whose style sheet changed; `app` for `app.ttss`.
    pub styles: Vec<String>,
    /// Paths of other files.
    pub files: Vec<String>,
    /// Whether the manifest differs in anything but its version and problems.
    pub manifest: bool,
}

impl Manifest {
    /// Before the first compilation.
    pub(crate) fn new() -> Self {
        Self {
            version: 0,
            app: Value::empty(),
            entry: None,
            pages: Vec::new(),
            components: BTreeMap::new(),
            modules: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// Whether both are the same but for their versions and problems.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.app.to_json() == other.app.to_json()
            && self.entry == other.entry
            && self.pages == other.pages
            && self.modules == other.modules
            && self.components.len() == other.components.len()
            && self
                .components
                .iter()
                .zip(&other.components)
                .all(|((a, x), (b, y))| a == b && x.same(y))
    }
}

impl ComponentEntry {
    /// Whether both are the same wherever their JSON stands in its file.
    fn same(&self, other: &Self) -> bool {
        self.using == other.using
            && self.generics == other.generics
            && (&self.script, self.template, self.style)
                == (&other.script, other.template, other.style)
            && (&self.style_isolation, &self.style_scope)
                == (&other.style_isolation, &other.style_scope)
            && self.json.to_json() == other.json.to_json()
    }
}
