//! One compilation: from `app.json` to all that it leads to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    builtin, config,
    files::{FINDINGS, Files},
    json::{Kind, Value},
    manifest::{ComponentEntry, Manifest},
    path,
    preprocess::{self, Preprocessor, less},
    problem::{Finding, Problem, Severity},
    project::Marks,
    resolve,
    translate::{Dependency, PREFIX},
};

/// Extensions of style sheets.
const SHEETS: &[&str] = &[".ttss", ".wxss", ".scss", ".sass", ".less"];

pub(crate) struct Build<'f> {
    files: &'f mut Files,
    manifest: Manifest,
    marks: Marks,
    problems: BTreeSet<Problem>,
    missing_packages: BTreeSet<String>,
    /// Problems reported of each file.
    counts: BTreeMap<(String, Severity), usize>,
    /// Files whose own findings were reported.
    reported: BTreeSet<String>,
    /// Tags reported as unknown, by file.
    unknown: BTreeSet<(String, String)>,
    /// The pages, for looking one up.
    pages: BTreeSet<String>,
    /// Components to be looked at.
    queue: VecDeque<String>,
    /// Components of `app.json`, by tag.
    global: BTreeMap<String, String>,
    /// Tags of `app.json` that lead nowhere.
    global_broken: BTreeSet<String>,
    /// Modules to be looked at.
    modules: VecDeque<String>,
    /// Whether what is wrong with files is not reported: nothing is known to use them.
    quiet: bool,
    preprocessor: Preprocessor<'f>,
}

impl<'f> Build<'f> {
    pub(crate) fn new(files: &'f mut Files, less: Option<&'f less::Source>) -> Self {
        Self {
            files,
            manifest: Manifest::new(),
            marks: Marks::default(),
            problems: BTreeSet::new(),
            missing_packages: BTreeSet::new(),
            counts: BTreeMap::new(),
            reported: BTreeSet::new(),
            unknown: BTreeSet::new(),
            pages: BTreeSet::new(),
            queue: VecDeque::new(),
            global: BTreeMap::new(),
            global_broken: BTreeSet::new(),
            modules: VecDeque::new(),
            quiet: false,
            preprocessor: Preprocessor::new(less),
        }
    }

    pub(crate) fn run(mut self) -> (Manifest, Marks, BTreeSet<String>) {
        self.app();
        while let Some(name) = self.queue.pop_front() {
            if !self.manifest.components.contains_key(&name) {
                self.component(&name);
            }
        }
        while let Some(path) = self.modules.pop_front() {
            self.module(&path);
        }
        self.wechat();
        self.computed_modules();
        self.templates();
        self.styles();
        let mut counts: BTreeMap<(String, Severity), usize> = BTreeMap::new();
        self.manifest.problems = self.problems.into_iter().collect();
        self.manifest.problems.retain(|problem| {
            let count = counts.entry((problem.file.clone(), problem.severity)).or_default();
            *count += 1;
            *count <= FINDINGS
        });
        (self.manifest, self.marks, self.missing_packages)
    }

    fn report(&mut self, path: &str, finding: &Finding) {
        if self.quiet {
            return;
        }
        // To find a place, a file is read from its start.
        let count = self.counts.entry((path.to_owned(), finding.severity)).or_default();
        *count += 1;
        if *count > 2 * FINDINGS {
            return;
        }
        let text = self.files.text(path).unwrap_or_default();
        self.problems.insert(finding.locate(path, &text));
    }

    fn error(&mut self, path: &str, offset: usize, message: impl Into<String>) {
        self.report(path, &Finding::error(offset, message));
    }

    fn warning(&mut self, path: &str, offset: usize, message: impl Into<String>) {
        self.report(path, &Finding::warning(offset, message));
    }

    /// Reads a file and reports what is wrong with it. Whether it is there.
    fn load(&mut self, path: &str) -> bool {
        if self.files.read(path).is_none() {
            return false;
        }
        if self.reported.insert(path.to_owned()) {
            for finding in self.files.findings(path).to_vec() {
                self.report(path, &finding);
            }
        }
        true
    }

    /// An object from a JSON file, `{}` if there is none.
    fn json(&mut self, path: &str) -> Option<Value> {
        if !self.load(path) {
            return None;
        }
        let value = self.files.json(path)?;
        if matches!(value.kind, Kind::Object(_)) {
            Some(value)
        } else {
            self.error(
                path,
                value.span.start,
                format!("This file holds an object, not {}.", value.type_name()),
            );
            Some(Value::empty())
        }
    }

    /// A hint at a file whose name differs in upper and lower case.
    fn hint(&self, path: &str) -> String {
        self.files.similar(path).map_or_else(String::new, |other| {
            format!(" There is {other}: phones heed upper and lower case.")
        })
    }

    fn app(&mut self) {
        let Some(app) = self.json("app.json") else {
            self.error(
                "app.json",
                0,
                "There is no app.json: it names the pages, and without it there is nothing to run.",
            );
            return;
        };
        match app.get("pages").map(|pages| &pages.kind) {
            Some(Kind::Array(_)) => {}
            Some(_) => self.error(
                "app.json",
                app.get("pages").map_or(0, |p| p.span.start),
                "pages is an array of paths.",
            ),
            None => self.error(
                "app.json",
                app.span.start,
                "pages is missing: an array with the path of each page.",
            ),
        }
        self.pages("", app.get("pages"));
        for key in ["subPackages", "subpackages"] {
            for package in app.get(key).map(Value::items).unwrap_or_default() {
                let root = package.get("root").and_then(Value::as_str).unwrap_or_default();
                match path::join("", root) {
                    Some(root) if !root.is_empty() => self.pages(&root, package.get("pages")),
                    _ => self.error(
                        "app.json",
                        package.span.start,
                        "A subpackage needs its folder in root.",
                    ),
                }
            }
        }
        self.entry_page(&app);
        self.tab_bar(&app);
        self.preloads(&app);
        for finding in config::app(&app) {
            self.report("app.json", &finding);
        }
        self.uncompiled_style("app");
        let (global, broken) = self.using("app.json", &app);
        self.global = global;
        self.global_broken = broken;
        self.queue.extend(self.global.values().cloned());
        self.manifest.entry = self.files.with_extension("app", &[".js", ".ts"]);
        match &self.manifest.entry {
            Some(entry) => self.modules.push_back(entry.clone()),
            None => self.warning("app.json", 0, "There is no app.js: nothing calls App()."),
        }
        self.workers(&app);
        self.manifest.app = app;
    }

    /// The scripts that `tt.createWorker` may start, which nothing requires: one, or all of a folder.
    fn workers(&mut self, app: &Value) {
        let Some(listed) = app.get("workers") else { return };
        let at = listed.span.start;
        let Some(name) = listed.as_str().and_then(|written| path::join("", written)) else {
            self.error("app.json", at, "workers is the path of a script or a folder of them.");
            return;
        };
        let scripts = self.files.scripts(&name);
        if scripts.is_empty() {
            self.warning("app.json", at, format!("There is no script for workers at {name}."));
        }
        self.modules.extend(scripts);
    }

    fn pages(&mut self, root: &str, pages: Option<&Value>) {
        for item in pages.map(Value::items).unwrap_or_default() {
            let Some(written) = item.as_str() else {
                self.error(
                    "app.json",
                    item.span.start,
                    format!("A page is the text of its path, not {}.", item.type_name()),
                );
                continue;
            };
            let relative = written.trim_start_matches('/');
            let Some(name) = path::join(root, relative).filter(|name| !name.is_empty()) else {
                self.error(
                    "app.json",
                    item.span.start,
                    format!("{written} leads out of the project."),
                );
                continue;
            };
            let stem = path::without(&name, &[".ttml", ".wxml", ".js", ".ts"]).to_owned();
            if stem != name {
                self.warning(
                    "app.json",
                    item.span.start,
                    format!("A page is named without extension: {stem}."),
                );
            }
            if !self.pages.insert(stem.clone()) {
                self.warning("app.json", item.span.start, format!("{stem} is listed twice."));
                continue;
            }
            let there =
                self.files.with_extension(&stem, &[".ttml", ".wxml", ".js", ".ts"]).is_some();
            if !there {
                let hint = self.hint(&format!("{stem}.ttml"));
                self.error(
                    "app.json",
                    item.span.start,
                    format!(
                        "There is no page here: neither {stem}.ttml nor {stem}.js is a file.{hint}"
                    ),
                );
            }
            if there && self.files.with_extension(&stem, &[".ttml", ".wxml"]).is_none() {
                let message = format!("There is no {stem}.ttml: nothing is shown.");
                self.warning("app.json", item.span.start, message);
            }
            self.queue.push_back(stem.clone());
            self.manifest.pages.push(stem);
        }
    }

    fn entry_page(&mut self, app: &Value) {
        let Some(value) = app.get("entryPagePath") else { return };
        let name = value.as_str().map(|path| path.trim_start_matches('/')).unwrap_or_default();
        match self.manifest.pages.iter().position(|page| page == name) {
            Some(index) => {
                let page = self.manifest.pages.remove(index);
                self.manifest.pages.insert(0, page);
            }
            None => self.error("app.json", value.span.start, "entryPagePath is none of the pages."),
        }
    }

    fn tab_bar(&mut self, app: &Value) {
        let Some(bar) = app.get("tabBar") else { return };
        let list = bar.get("list").map(Value::items).unwrap_or_default();
        if !(2..=5).contains(&list.len()) {
            self.warning("app.json", bar.span.start, "A tab bar has a list of 2 to 5 pages.");
        }
        for item in list {
            match item.get("pagePath") {
                Some(page) => {
                    let name = page.as_str().unwrap_or_default().trim_start_matches('/');
                    if !self.pages.contains(name) {
                        self.error(
                            "app.json",
                            page.span.start,
                            format!("{name} is none of the pages."),
                        );
                    }
                }
                None => self.error("app.json", item.span.start, "This tab has no pagePath."),
            }
            for key in ["iconPath", "selectedIconPath"] {
                let Some(icon) = item.get(key) else { continue };
                let written = icon.as_str().unwrap_or_default();
                let found = path::join("", written).is_some_and(|path| self.files.exists(&path));
                if !found && !written.is_empty() {
                    self.warning(
                        "app.json",
                        icon.span.start,
                        format!("There is no file {written}."),
                    );
                }
            }
        }
    }

    /// What is loaded ahead has to be there.
    fn preloads(&mut self, app: &Value) {
        for rule in app.get("preloadRule").map(Value::members).unwrap_or_default() {
            if !self.pages.contains(rule.key.trim_start_matches('/')) {
                let message = format!("{} is none of the pages.", rule.key);
                self.warning("app.json", rule.key_span.start, message);
            }
        }
    }

    /// Says that a style sheet in another language is not used, if there is no compiled one.
    fn uncompiled_style(&mut self, name: &str) {
        if self.files.with_extension(name, SHEETS).is_some() {
            return;
        }
        let Some(file) = self.files.with_extension(name, &[".styl"]) else { return };
        let message = format!(
            "This sheet is not compiled here, so {name} has no styles. Compile it to {name}.ttss."
        );
        self.warning(&file, 0, message);
    }

    /// The components that a JSON file names, by tag, and the tags that lead nowhere.
    fn using(&mut self, file: &str, json: &Value) -> (BTreeMap<String, String>, BTreeSet<String>) {
        let (mut using, mut broken) = (BTreeMap::new(), BTreeSet::new());
        let Some(listed) = json.get("usingComponents") else { return (using, broken) };
        if !matches!(listed.kind, Kind::Object(_)) {
            self.error(
                file,
                listed.span.start,
                format!(
                    "usingComponents is an object of tags and paths, not {}.",
                    listed.type_name()
                ),
            );
        }
        for member in listed.members() {
            let tag = member.key.to_ascii_lowercase();
            let at = member.value.span.start;
            if builtin::SYNTAX.contains(&tag.as_str()) {
                self.error(
                    file,
                    member.key_span.start,
                    format!("<{tag}> is part of TTML; choose another name."),
                );
                continue;
            }
            let Some(written) = member.value.as_str() else {
                self.error(
                    file,
                    at,
                    format!(
                        "A component is the text of its path, not {}.",
                        member.value.type_name()
                    ),
                );
                broken.insert(tag);
                continue;
            };
            if written.contains("://") {
                self.warning(
                    file,
                    at,
                    format!("Components of plugins are not there: <{tag}> shows its content only."),
                );
                broken.insert(tag);
                continue;
            }
            match resolve::component(self.files, file, written) {
                Some(name) => {
                    using.insert(format!("{PREFIX}{tag}"), name);
                }
                None => {
                    self.missing_package(written);
                    let hint = path::join(path::folder(file), written)
                        .map(|path| self.hint(&format!("{path}.json")))
                        .unwrap_or_default();
                    self.error(file, at, format!("There is no component at {written}.{hint}"));
                    broken.insert(tag);
                }
            }
        }
        (using, broken)
    }

    fn missing_package(&mut self, written: &str) {
        if !written.starts_with(['.', '/']) {
            let (package, _) = resolve::split_package(written);
            if path::clean(package).is_some() {
                self.missing_packages.insert(package.to_owned());
            }
        }
    }

    fn component(&mut self, name: &str) {
        let file = format!("{name}.json");
        let json = self.json(&file).unwrap_or_else(Value::empty);
        let (own, broken) = self.using(&file, &json);
        let mut using = self.global.clone();
        for tag in &broken {
            using.remove(&format!("{PREFIX}{tag}"));
        }
        using.extend(own);
        let mut generics = BTreeMap::new();
        for member in json.get("componentGenerics").map(Value::members).unwrap_or_default() {
            let tag = format!("{PREFIX}{}", member.key.to_ascii_lowercase());
            let default = member.value.get("default").and_then(|value| {
                let found = value
                    .as_str()
                    .and_then(|written| resolve::component(self.files, &file, written));
                if found.is_none() {
                    self.error(&file, value.span.start, "There is no component at this path.");
                }
                found
            });
            self.queue.extend(default.clone());
            generics.insert(tag, default);
        }
        self.queue.extend(using.values().cloned());
        let script = self.files.with_extension(name, &[".js", ".ts"]);
        self.modules.extend(script.clone());
        let template = self.files.with_extension(name, &[".ttml", ".wxml"]);
        let style = self.files.with_extension(name, SHEETS);
        self.uncompiled_style(name);
        if !path::is_of_package(name) {
            for finding in config::component(&json) {
                self.report(&file, &finding);
            }
        }
        if let Some(script) = &script {
            self.load(script);
        }
        let isolation = self.isolation(name, &json, script.as_deref());
        let scope = if isolation.ends_with("shared") && !isolation.ends_with("apply-shared") {
            String::new()
        } else {
            scope(name)
        };
        let entry = ComponentEntry {
            json,
            using,
            generics,
            script,
            template: template.is_some(),
            style: style.is_some(),
            style_isolation: isolation,
            style_scope: scope,
        };
        self.manifest.components.insert(name.to_owned(), entry);
        self.marks.templates.extend(template.map(|file| (name.to_owned(), vec![(file, 0)])));
        self.marks.styles.extend(style.map(|file| (name.to_owned(), vec![(file, 0)])));
        // Reported where it is named; its uses are not reported too.
        self.unknown.extend(broken.into_iter().map(|tag| (format!("{name} "), tag)));
    }

    /// How a component shares its classes.
    fn isolation(&self, name: &str, json: &Value, script: Option<&str>) -> String {
        let said = json.get("styleIsolation").and_then(Value::as_str);
        let code = script.and_then(|script| self.files.script(script)?.style_isolation.as_deref());
        let global = json.get("addGlobalClass").and_then(Value::as_bool) == Some(true);
        let known = [
            "isolated",
            "apply-shared",
            "shared",
            "page-isolated",
            "page-apply-shared",
            "page-shared",
        ];
        let page = self.pages.contains(name);
        match said.or(code).filter(|isolation| known.contains(isolation)) {
            Some(isolation) => isolation.to_owned(),
            None if page || global => "apply-shared".to_owned(),
            None => "isolated".to_owned(),
        }
    }

    fn module(&mut self, path: &str) {
        if self.manifest.modules.contains_key(path) || !self.load(path) {
            return;
        }
        let (requires, caught) = self
            .files
            .script(path)
            .map(|script| (script.requires.clone(), script.caught.clone()))
            .unwrap_or_default();
        let mut resolved = BTreeMap::new();
        for required in requires {
            match resolve::module(self.files, path, &required.name) {
                Some(target) => {
                    self.modules.push_back(target.clone());
                    resolved.insert(required.name, target);
                }
                None => self.unresolved(path, &required, caught.contains(&required.offset)),
            }
        }
        self.marks.modules.insert(path.to_owned(), self.files.stamp(path));
        self.manifest.modules.insert(path.to_owned(), resolved);
    }

    /// A phone has every script of the package. Where a script puts the paths together that it
    /// requires, any of them may be meant: all of its package, or all that is in no package.
    fn computed_modules(&mut self) {
        self.quiet = true;
        let mut seen = BTreeSet::new();
        loop {
            let computes = |path: &&String| {
                self.files.script(path).is_some_and(|script| script.computes_paths)
            };
            let paths = self.manifest.modules.keys().filter(computes);
            let folders: BTreeSet<String> =
                paths.map(|path| resolve::package_of(path).to_owned()).collect();
            let new: Vec<_> =
                folders.into_iter().filter(|folder| seen.insert(folder.clone())).collect();
            if new.is_empty() {
                break;
            }
            for folder in new {
                self.modules.extend(self.files.modules(&folder));
            }
            while let Some(path) = self.modules.pop_front() {
                self.module(&path);
            }
        }
        self.quiet = false;
    }

    /// Says once that `wx` is another platform's.
    fn wechat(&mut self) {
        let places: Vec<(String, usize)> = self
            .manifest
            .modules
            .keys()
            .filter_map(|path| Some((path.clone(), self.files.script(path)?.wx?)))
            .collect();
        let Some((path, offset)) = places.first() else { return };
        let others = match places.len() - 1 {
            0 => String::new(),
            1 => " One more file says wx.".to_owned(),
            count => format!(" {count} more files say wx."),
        };
        self.warning(
            path,
            *offset,
            format!("wx. is of WeChat: on Douyin it is tt.; wx works here, but not on every phone.{others}"),
        );
    }

    /// A module that is not there. If the script catches that, it may be elsewhere and is no problem.
    fn unresolved(&mut self, path: &str, required: &Dependency, caught: bool) {
        let written = &required.name;
        let near = path::join(path::folder(path), written);
        let message = match near {
            None if written.starts_with(['.', '/']) => {
                format!("{written} leads out of the project.")
            }
            _ if !written.starts_with(['.', '/']) => {
                if !self.quiet {
                    self.missing_package(written);
                }
                format!(
                    "There is no module {written}, neither beside this file nor in miniprogram_npm.{}",
                    self.alias_hint(written)
                )
            }
            near => {
                let near = near.unwrap_or_default();
                let hint = if path::extension(&near).is_empty() {
                    self.hint(&format!("{near}.js"))
                } else {
                    self.hint(&near)
                };
                format!("There is no module {written}.{hint}")
            }
        };
        if !caught {
            self.error(path, required.offset, message);
        }
    }

    /// `paths` of `tsconfig.json` are for an editor: TypeScript leaves the paths in scripts as they are.
    fn alias_hint(&mut self, written: &str) -> &'static str {
        let config = self.files.json("tsconfig.json").or_else(|| self.files.json("jsconfig.json"));
        let options = config.as_ref().and_then(|config| config.get("compilerOptions"));
        let meant = |alias: &str| match alias.split_once('*') {
            Some((before, after)) => written.starts_with(before) && written.ends_with(after),
            None => written == alias,
        };
        let paths = options.and_then(|options| options.get("paths"));
        if paths.map(Value::members).unwrap_or_default().iter().any(|path| meant(&path.key)) {
            " The paths of tsconfig.json help editors only: a phone does not know them."
        } else {
            ""
        }
    }

    /// Follows what templates import, and looks at their tags.
    fn templates(&mut self) {
        let names: Vec<String> = self.marks.templates.keys().cloned().collect();
        for name in names {
            let mut mark: Vec<(String, u64)> = Vec::new();
            let mut scripts: VecDeque<String> = VecDeque::new();
            let mut queue = VecDeque::from([name.clone()]);
            let mut seen = BTreeSet::from([name.clone()]);
            while let Some(template) = queue.pop_front() {
                let Some(file) = self.files.with_extension(&template, &[".ttml", ".wxml"]) else {
                    mark.push((template, 0));
                    continue;
                };
                self.load(&file);
                let Some(unit) = self.files.template(&file) else { continue };
                let (imports, used, tags) =
                    (unit.imports.clone(), unit.scripts.clone(), unit.tags.clone());
                let uses = unit.uses.clone();
                mark.push((file.clone(), self.files.stamp(&file)));
                for import in imports {
                    if self.files.with_extension(&import.name, &[".ttml", ".wxml"]).is_none() {
                        let hint = self.hint(&format!("{}.ttml", import.name));
                        self.error(
                            &file,
                            import.offset,
                            format!("There is no template {}.ttml.{hint}", import.name),
                        );
                    }
                    if seen.insert(import.name.clone()) {
                        queue.push_back(import.name);
                    }
                }
                for script in used {
                    self.needs_script(&file, &script);
                    scripts.push_back(script.name);
                }
                self.tags(&name, &file, &tags);
                self.uses(&name, &file, uses);
            }
            let mut known = BTreeSet::new();
            while let Some(script) = scripts.pop_front() {
                if !known.insert(script.clone()) {
                    continue;
                }
                mark.push((script.clone(), self.files.stamp(&script)));
                self.load(&script);
                let requires = self
                    .files
                    .script(&script)
                    .map(|unit| unit.requires.clone())
                    .unwrap_or_default();
                for required in requires {
                    let Some(target) = path::join(path::folder(&script), &required.name) else {
                        continue;
                    };
                    let required = Dependency { name: target.clone(), offset: required.offset };
                    self.needs_script(&script, &required);
                    scripts.push_back(target);
                }
            }
            self.marks.templates.insert(name, mark);
        }
    }

    fn needs_script(&mut self, file: &str, script: &Dependency) {
        if !matches!(path::extension(&script.name), "sjs" | "wxs") {
            self.error(
                file,
                script.offset,
                format!("{} is no .sjs file: templates use no other scripts.", script.name),
            );
        } else if !self.files.exists(&script.name) {
            let hint = self.hint(&script.name);
            self.error(file, script.offset, format!("There is no script {}.{hint}", script.name));
        }
    }

    fn tags(&mut self, name: &str, file: &str, tags: &[Dependency]) {
        let Some(component) = self.manifest.components.get(name) else { return };
        let mut unknown = Vec::new();
        for tag in tags {
            let prefixed = format!("{PREFIX}{}", tag.name);
            let known = builtin::is_builtin(&tag.name)
                || component.using.contains_key(&prefixed)
                || component.generics.contains_key(&prefixed)
                || self.global_broken.contains(&tag.name)
                || self.unknown.contains(&(format!("{name} "), tag.name.clone()))
                || self.unknown.contains(&(file.to_owned(), tag.name.clone()));
            if !known {
                unknown.push(tag.clone());
                self.unknown.insert((file.to_owned(), tag.name.clone()));
            }
        }
        for tag in unknown {
            self.warning(
                file,
                tag.offset,
                format!(
                    "<{0}> is neither built in nor in usingComponents; it shows its content only.",
                    tag.name
                ),
            );
        }
    }

    /// Reports what is wrong with built-in components that no component of the project stands for.
    fn uses(&mut self, name: &str, file: &str, uses: Vec<(String, Finding)>) {
        for (tag, finding) in uses {
            let prefixed = format!("{PREFIX}{tag}");
            let own = self.manifest.components.get(name).is_some_and(|component| {
                component.using.contains_key(&prefixed)
                    || component.generics.contains_key(&prefixed)
            });
            if !own {
                self.report(file, &finding);
            }
        }
    }

    /// Compiles a sheet of Sass or Less and reports what is wrong with it and with what it imports.
    /// What changes when the compiled sheet does.
    fn preprocess(&mut self, file: &str) -> u64 {
        self.files.preprocess(file, &mut self.preprocessor);
        let Some(compiled) = self.files.compiled(file) else { return 0 };
        let (version, findings) = (compiled.version, compiled.findings.clone());
        let traced = compiled.sheet.findings.iter();
        let traced: Vec<_> = traced.map(|finding| compiled.trace(file, finding.clone())).collect();
        if self.reported.insert(file.to_owned()) {
            for (file, finding) in findings.into_iter().chain(traced) {
                self.report(&file, &finding);
            }
        }
        version
    }

    /// Reports what is wrong with a place of a sheet, or of what a sheet was compiled to.
    fn report_style(&mut self, file: &str, finding: Finding) {
        let (file, finding) = match self.files.compiled(file) {
            Some(compiled) => compiled.trace(file, finding),
            None => (file.to_owned(), finding),
        };
        self.report(&file, &finding);
    }

    /// Follows what style sheets import.
    fn styles(&mut self) {
        if let Some(app) = self.files.with_extension("app", SHEETS) {
            self.marks.styles.insert("app".to_owned(), vec![(app, 0)]);
        }
        let sheets: Vec<(String, String)> = self
            .marks
            .styles
            .iter()
            .filter_map(|(name, mark)| Some((name.clone(), mark.first()?.0.clone())))
            .collect();
        let mut names = BTreeSet::new();
        for (name, sheet) in sheets {
            let mut mark = Vec::new();
            let mut queue = VecDeque::from([sheet.clone()]);
            let mut seen = BTreeSet::from([sheet]);
            while let Some(file) = queue.pop_front() {
                let stamp = if preprocess::is_preprocessed(&file) {
                    self.preprocess(&file)
                } else {
                    self.load(&file);
                    self.files.stamp(&file)
                };
                mark.push((file.clone(), stamp));
                let Some(unit) = self.files.sheet(&file) else { continue };
                let imports: Vec<(String, usize)> =
                    unit.imports.iter().map(|i| (i.path.clone(), i.offset)).collect();
                let urls = unit.urls.clone();
                let unit_names = unit.defined.clone();
                for (written, offset) in imports {
                    match resolve::sheet(self.files, &file, &written) {
                        Some(target) => {
                            if seen.insert(target.clone()) {
                                queue.push_back(target);
                            }
                        }
                        None => {
                            let message = if path::extension(&written) == "styl" {
                                format!("{written} is not compiled here; import a .ttss file.")
                            } else {
                                format!("There is no style sheet {written}.")
                            };
                            self.report_style(&file, Finding::error(offset, message));
                        }
                    }
                }
                for address in urls {
                    let written = &address.written;
                    let asset = resolve::asset(self.files, &file, written);
                    if !asset.is_some_and(|asset| self.files.exists(&asset.path)) {
                        let target = written.split(['?', '#']).next().unwrap_or_default();
                        let message = format!("There is no file {target}.");
                        let finding = Finding::warning(address.range.start, message);
                        self.report_style(&file, finding);
                    }
                }
                if name != "app" {
                    names.extend(unit_names);
                }
            }
            self.marks.styles.insert(name, mark);
        }
        self.marks.names = names;
    }
}

/// What the classes of a component begin with: its name, as far as a class can say it.
pub(crate) fn scope(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut scope: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    if !name.chars().all(|c| plain(c) || c == '/') {
        // Two names may look the same now; FNV-1a tells them apart.
        let hash = name
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        scope.push_str(&format!("-{hash:08x}"));
    }
    if scope.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        scope.insert(0, '_');
    }
    scope
}
