//! A project: files in, what a phone loads out.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    build::{self, Build},
    deep,
    files::{Files, Unit},
    manifest::{Change, Manifest},
    path,
    preprocess::less,
    resolve, script,
    script_map::ScriptMap,
    source_map::{self, Position, SourceMapPlace},
    template::{self, Parts},
    ttss::{self, Name, Owner, Target},
};

/// The files of a mini-program and what was compiled of them.
///
/// ```
/// use tt_miniprogram::Project;
///
/// let mut project = Project::new();
/// project.set_file("app.json", r#"{ "pages": ["index"] }"#)?;
/// project.set_file("app.js", "App({});")?;
/// project.set_file("index.ttml", "<view tt:for=\"{{list}}\" tt:key=\"*this\">{{item}}</view>")?;
/// project.set_file("index.js", "Page({ data: { list: [1, 2] } });")?;
/// let change = project.compile();
/// assert_eq!(project.manifest().pages, ["index"]);
/// assert!(project.manifest().problems.is_empty());
/// assert!(project.module("index.js").is_some_and(|script| script.starts_with("__define(\"index.js\"")));
///
/// project.set_file("index.js", "Page({ data: { list: [3] } });")?;
/// assert_eq!(project.compile().modules, ["index.js"]);
/// # Ok::<(), tt_miniprogram::BadPath>(())
/// ```
#[derive(Debug)]
pub struct Project {
    files: Files,
    manifest: Manifest,
    marks: Marks,
    missing_packages: BTreeSet<String>,
    less: Option<less::Source>,
}

/// By what is served, the files it was made of and when they were set.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    pub(crate) modules: BTreeMap<String, u64>,
    pub(crate) templates: BTreeMap<String, Vec<(String, u64)>>,
    pub(crate) styles: BTreeMap<String, Vec<(String, u64)>>,
    /// What the sheets of pages and components give names to.
    pub(crate) names: BTreeSet<Name>,
}

/// The sheets that a sheet is imported by.
struct Within {
    sheets: Vec<String>,
    /// How many more imports are followed.
    left: usize,
}

/// The most imports of a style sheet and all it imports.
const IMPORTS: usize = 1_000;

/// A path that names no file of a project: it is absolute or empty, leaves the folder, or has a
/// backslash, a colon or a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPath(pub String);

impl std::fmt::Display for BadPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} names no file of the project", self.0)
    }
}

impl std::error::Error for BadPath {}

impl Default for Project {
    fn default() -> Self {
        Self::new()
    }
}

impl Project {
    /// A project without files.
    #[must_use]
    pub fn new() -> Self {
        Self {
            files: Files::default(),
            manifest: Manifest::new(),
            marks: Marks::default(),
            missing_packages: BTreeSet::new(),
            less: None,
        }
    }

    /// Says where the compiler of Less is: `source` gives the script that `www/less/main.ts` is
    /// bundled to, or a sentence that says why there is none. It is called when a sheet of Less is to
    /// be compiled. Without it, such sheets are errors.
    #[must_use]
    pub fn with_less(
        mut self,
        source: impl Fn() -> Result<String, String> + Send + Sync + 'static,
    ) -> Self {
        self.less = Some(less::Source::new(source));
        self
    }

    /// Puts a file in or changes it. Whether anything is different; only then is there something
    /// to [`compile`](Self::compile).
    ///
    /// # Errors
    /// [`BadPath`] if the path leads out of the project.
    pub fn set_file(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<bool, BadPath> {
        let clean = path::clean(path).ok_or_else(|| BadPath(path.to_owned()))?;
        Ok(self.files.set(clean, bytes.into()))
    }

    /// Takes a file out. Whether it was there.
    pub fn remove_file(&mut self, path: &str) -> bool {
        path::clean(path).is_some_and(|path| self.files.remove(&path))
    }

    /// Reads what was changed and makes the manifest anew. What is broken becomes a
    /// [`Problem`](crate::Problem); the rest works.
    pub fn compile(&mut self) -> Change {
        let (files, less) = (&mut self.files, self.less.as_ref());
        let (mut manifest, marks, missing_packages) = deep::run(|| Build::new(files, less).run());
        manifest.version = self.manifest.version + 1;
        let changed = |old: &BTreeMap<String, Vec<(String, u64)>>,
                       new: &BTreeMap<String, Vec<(String, u64)>>| {
            new.iter()
                .filter(|(name, mark)| old.get(*name) != Some(mark))
                .map(|(name, _)| name.clone())
                .collect()
        };
        let change = Change {
            version: manifest.version,
            modules: marks
                .modules
                .iter()
                .filter(|(path, stamp)| self.marks.modules.get(*path) != Some(stamp))
                .map(|(path, _)| path.clone())
                .collect(),
            templates: changed(&self.marks.templates, &marks.templates),
            styles: if self.marks.names == marks.names {
                changed(&self.marks.styles, &marks.styles)
            } else {
                marks.styles.keys().cloned().collect()
            },
            files: self.files.take_changed_assets(),
            manifest: !manifest.same(&self.manifest),
        };
        self.manifest = manifest;
        self.marks = marks;
        self.missing_packages = missing_packages;
        change
    }

    /// What the last compilation found.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Packages that are required but not among the files. Who has them in a `node_modules` folder
    /// can put their files in and compile again.
    pub fn missing_packages(&self) -> impl Iterator<Item = &str> {
        self.missing_packages.iter().map(String::as_str)
    }

    /// The script of a module of [`Manifest::modules`].
    #[must_use]
    pub fn module(&self, path: &str) -> Option<String> {
        self.manifest.modules.get(path)?;
        match self.files.unit(path)? {
            Unit::Json(value, _) => Some(script::json_module(path, &value.to_json())),
            Unit::Script(script) => Some(script.module(path)),
            _ => None,
        }
    }

    /// Where a place of a module's script is in its source. `column` is without what the script's
    /// first line has more; both count from 1, columns in UTF-16 units.
    #[must_use]
    pub fn position(&self, path: &str, line: u32, column: u32) -> Position {
        let Some(script) = self.files.script(path) else {
            return Position { file: path.to_owned(), line, column };
        };
        let (mut line, column) = (line.saturating_sub(1), column.saturating_sub(1));
        let mut column = script.moves.column(line, column);
        if let Some(mappings) = &script.mappings {
            (line, column) = mappings.source(line, column);
        }
        let (line, column) = (line.saturating_add(1), column.saturating_add(1));
        Position { file: path.to_owned(), line, column }
    }

    /// The source map of a module's script, from which it is made; `None` of a module of JSON.
    #[must_use]
    pub fn script_map(&self, path: &str) -> Option<ScriptMap> {
        self.manifest.modules.get(path)?;
        Some(self.files.script(path)?.map(path, self.files.text(path)?))
    }

    /// The text of a file; characters that are none are replaced.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        self.files.text(&path::clean(path)?)
    }

    /// The source map of a module that was built of other files.
    #[must_use]
    pub fn source_map(&self, path: &str) -> Option<SourceMapPlace> {
        let range = self.files.script(path)?.source_map.clone()?;
        let text = self.files.text(path)?;
        let address = text.get(range)?;
        if address.starts_with("data:") {
            return Some(SourceMapPlace::Inline(address.to_owned()));
        }
        path::join(path::folder(path), address)
            .map(SourceMapPlace::File)
            .or_else(|| source_map::beside(path, address))
    }

    /// The script with the template of a component of [`Manifest::components`].
    #[must_use]
    pub fn template(&self, name: &str) -> Option<String> {
        let mark = self.marks.templates.get(name)?;
        let mut parts = Parts::default();
        for (file, _) in mark {
            let template = path::without(file, &[".ttml", ".wxml"]);
            match self.files.unit(file) {
                Some(Unit::Template(unit)) => {
                    if let Some(error) = unit.error() {
                        return Some(template::failed(name, &self.located(file, error)));
                    }
                    parts.templates.push((template, unit));
                }
                Some(Unit::Script(script)) => {
                    if let Some(error) = script.findings.iter().find(|finding| finding.is_error()) {
                        return Some(template::failed(name, &self.located(file, error)));
                    }
                    parts.scripts.push((file, &script.code));
                }
                _ if matches!(path::extension(file), "sjs" | "wxs") => {
                    parts.scripts.push((file, ""));
                }
                _ => parts.missing.push(template),
            }
        }
        Some(deep::run(|| template::compile(name, &parts)))
    }

    fn located(&self, file: &str, error: &crate::problem::Finding) -> String {
        let text = self.files.text(file).unwrap_or_default();
        let problem = error.locate(file, &text);
        format!(
            "{}:{}:{}\n{}\n\n{}",
            problem.file,
            problem.line,
            problem.column,
            problem.message,
            problem.excerpt.trim()
        )
    }

    /// The style sheet of a component of [`Manifest::components`], whose classes begin with its
    /// style scope; `app` for that of the app, which is empty if it has none.
    #[must_use]
    pub fn style(&self, name: &str) -> Option<String> {
        self.style_for(name, false)
    }

    /// The same for a component that shares its styles: its classes are as they are written. The
    /// sheet of a page reaches the elements of that page only.
    #[must_use]
    pub fn shared_style(&self, name: &str) -> Option<String> {
        self.style_for(name, true)
    }

    fn style_for(&self, name: &str, shared: bool) -> Option<String> {
        let is_app = name == "app";
        let Some(files) = self.marks.styles.get(name) else {
            return is_app.then(String::new);
        };
        let (file, _) = files.first()?;
        let entry = self.manifest.components.get(name).filter(|_| !is_app);
        let scope = entry.map_or("", |entry| entry.style_scope.as_str());
        let prefix = if is_app { String::new() } else { build::scope(name) };
        let own = files
            .iter()
            .filter_map(|(file, _)| self.files.sheet(file))
            .flat_map(|sheet| sheet.defined.iter().cloned())
            .collect();
        let target = Target {
            owner: match name {
                "app" => Owner::App,
                _ if self.manifest.pages.iter().any(|page| page == name) => Owner::Page(name),
                _ => Owner::Component,
            },
            scope,
            shared: shared || scope.is_empty(),
            prefix: &prefix,
            own: &own,
            foreign: &self.marks.names,
        };
        let css = self.sheet(file, &target, &mut Within { sheets: Vec::new(), left: IMPORTS });
        Some(ttss::finish(css, &target))
    }

    fn sheet(&self, file: &str, target: &Target<'_>, within: &mut Within) -> String {
        let Some(text) = self.files.style(file) else { return String::new() };
        within.sheets.push(file.to_owned());
        let import = |import: &ttss::Import| match resolve::sheet(&self.files, file, &import.path) {
            Some(inner) if !within.sheets.contains(&inner) && within.left > 0 => {
                within.left -= 1;
                self.sheet(&inner, target, within)
            }
            _ => String::new(),
        };
        let css = ttss::compile(&text, target, import, |written| {
            Some(resolve::asset(&self.files, file, written)?.address())
        });
        within.sheets.pop();
        css
    }

    /// A file as it is.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.bytes(&path::clean(path)?)
    }
}
