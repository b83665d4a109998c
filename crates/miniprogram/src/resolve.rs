//! What the paths that files name each other by mean.

use crate::{files::Files, json::Value, path, preprocess};

/// Extensions a `require` may leave out.
const MODULES: &[&str] = &[".js", ".ts", ".json", ".cjs", ".mjs"];
/// Extensions that make a component.
const COMPONENT: &[&str] = &[".json", ".ttml", ".wxml", ".js", ".ts"];

/// Where `require(written)` leads in the module at `from`.
pub(crate) fn module(files: &mut Files, from: &str, written: &str) -> Option<String> {
    let folder = path::folder(from);
    let near = path::join(folder, written);
    if let Some(found) = near.and_then(|path| module_at(files, &path)) {
        return Some(found);
    }
    if written.starts_with(['.', '/']) {
        return None;
    }
    let (package, rest) = split_package(written);
    for base in packages(folder, package) {
        if let Some(found) = module_of_package(files, &base, rest) {
            return Some(found);
        }
    }
    let root = path::join("", written)?;
    module_at(files, &root)
}

/// A module of the package in a folder: what its `package.json` says, or else a file.
fn module_of_package(files: &mut Files, base: &str, rest: &str) -> Option<String> {
    let below = |folder: &str| {
        if rest.is_empty() { folder.to_owned() } else { format!("{folder}/{rest}") }
    };
    let json = files.json(&format!("{base}/package.json"));
    let said = json.as_ref().and_then(|json| json.get("exports")).and_then(|exports| {
        let path = exported(exports, if rest.is_empty() { "." } else { rest })?;
        path::join(base, &path)
    });
    if let Some(found) = said.and_then(|path| module_at(files, &path)) {
        return Some(found);
    }
    if let Some(found) = module_at(files, &below(base)) {
        return Some(found);
    }
    let folder = json.as_ref().and_then(|json| json.get("miniprogram")).and_then(Value::as_str);
    let folder = folder.and_then(|folder| path::join(base, folder))?;
    module_at(files, &below(&folder))
}

/// Where `exports` of a `package.json` leads; `name` is `.` or a path in the package.
fn exported(exports: &Value, name: &str) -> Option<String> {
    let members = exports.members();
    if !members.iter().any(|member| member.key.starts_with('.')) {
        return (name == ".").then(|| condition(exports)).flatten();
    }
    members.iter().find_map(|member| {
        let key = member.key.strip_prefix("./").unwrap_or(&member.key);
        if key == name {
            return condition(&member.value);
        }
        let (before, after) = key.split_once('*')?;
        let part = name.strip_prefix(before)?.strip_suffix(after)?;
        Some(condition(&member.value)?.replace('*', part))
    })
}

/// The path that is for who requires, or imports.
fn condition(value: &Value) -> Option<String> {
    if let Some(path) = value.as_str() {
        return Some(path.to_owned());
    }
    ["require", "default", "import", "module"]
        .iter()
        .find_map(|name| value.get(name).and_then(condition))
}

/// A module at this path, with an extension, or as a folder.
fn module_at(files: &mut Files, path: &str) -> Option<String> {
    if MODULES.iter().any(|extension| path.ends_with(extension)) && files.exists(path) {
        return Some(path.to_owned());
    }
    if let Some(found) = files.with_extension(path, MODULES) {
        return Some(found);
    }
    // A TypeScript file is named as what it becomes.
    if let Some(stem) = path.strip_suffix(".js") {
        let typescript = format!("{stem}.ts");
        if files.exists(&typescript) {
            return Some(typescript);
        }
    }
    let slash = if path.is_empty() { "" } else { "/" };
    if let Some(package) = files.json(&format!("{path}{slash}package.json")) {
        let main =
            package.get("main").and_then(Value::as_str).and_then(|main| path::join(path, main));
        let main = main.filter(|main| main != path);
        let found = main.and_then(|main| {
            let index = format!("{main}/index");
            let exact = (MODULES.iter().any(|e| main.ends_with(e)) && files.exists(&main))
                .then(|| main.clone());
            exact
                .or_else(|| files.with_extension(&main, MODULES))
                .or_else(|| files.with_extension(&index, MODULES))
        });
        if found.is_some() {
            return found;
        }
    }
    files.with_extension(&format!("{path}{slash}index"), MODULES)
}

/// The name of the component that `written` in `usingComponents` of the file `from` means.
pub(crate) fn component(files: &mut Files, from: &str, written: &str) -> Option<String> {
    let folder = path::folder(from);
    if let Some(found) = path::join(folder, written).and_then(|path| component_at(files, &path)) {
        return Some(found);
    }
    if written.starts_with(['.', '/']) {
        return None;
    }
    for place in packages(folder, written) {
        if let Some(found) = component_at(files, &place) {
            return Some(found);
        }
        // A package says where its components lie.
        let (package, rest) = split_package(written);
        let base = place.strip_suffix(written).map(|base| format!("{base}{package}"));
        let Some(base) = base else { continue };
        let said = files.json(&format!("{base}/package.json")).and_then(|json| {
            let folder = json.get("miniprogram").and_then(Value::as_str)?;
            path::join(&base, folder)
        });
        for dist in said.into_iter().chain([format!("{base}/miniprogram_dist")]) {
            let path = if rest.is_empty() { dist } else { format!("{dist}/{rest}") };
            if let Some(found) = component_at(files, &path) {
                return Some(found);
            }
        }
    }
    let root = path::join("", written)?;
    component_at(files, &root)
}

fn component_at(files: &Files, path: &str) -> Option<String> {
    let name = path::without(path, COMPONENT);
    let index = format!("{name}/index");
    [name, &index]
        .into_iter()
        .find(|name| files.with_extension(name, COMPONENT).is_some())
        .map(str::to_owned)
}

/// Where a package's file may lie, nearest first.
fn packages(folder: &str, written: &str) -> Vec<String> {
    let slash = |folder: &str| if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut places = Vec::new();
    for above in path::upwards(folder) {
        for kind in ["miniprogram_npm", "node_modules"] {
            if let Some(place) = path::join(&format!("{}{kind}", slash(above)), written) {
                places.push(place);
            }
        }
    }
    places
}

/// The folder of the package in `node_modules` that a file is of; empty for the project's own.
pub(crate) fn package_of(path: &str) -> &str {
    const FOLDER: &str = "node_modules/";
    let Some(at) = path.rfind(FOLDER).map(|at| at + FOLDER.len()) else { return "" };
    let (package, _) = split_package(path.get(at..).unwrap_or_default());
    path.get(..at + package.len()).unwrap_or_default()
}

/// The name of a package and the path in it.
pub(crate) fn split_package(written: &str) -> (&str, &str) {
    let parts = if written.starts_with('@') { 2 } else { 1 };
    match written.match_indices('/').nth(parts - 1) {
        Some((slash, _)) => {
            (written.get(..slash).unwrap_or_default(), written.get(slash + 1..).unwrap_or_default())
        }
        None => (written, ""),
    }
}

/// A file that is not compiled, and what an address has behind it.
pub(crate) struct Asset {
    pub(crate) path: String,
    /// From `?` or `#` on.
    rest: String,
}

impl Asset {
    /// Where a phone's page finds it. Nothing in it ends a string or `url()` of CSS.
    pub(crate) fn address(&self) -> String {
        let path = path::encode(&self.path, "/");
        let rest = path::encode(&self.rest, "/?#%&=+,;:@!$~*");
        format!("../app/file/{path}{rest}")
    }
}

/// The file that an address in `from` means, whether it is there or not. Names may have `#`, `?` and
/// `%`; so what is there as it is written comes first.
pub(crate) fn asset(files: &Files, from: &str, written: &str) -> Option<Asset> {
    let end = written.find(['?', '#']).unwrap_or(written.len());
    let (plain, rest) = written.split_at_checked(end)?;
    let find = |written: &str, rest: &str| {
        let path = path::join(path::folder(from), written)?;
        files.exists(&path).then(|| Asset { path, rest: rest.to_owned() })
    };
    find(written, "")
        .or_else(|| find(plain, rest))
        .or_else(|| find(&path::decode(written), ""))
        .or_else(|| find(&path::decode(plain), rest))
        .or_else(|| {
            let path = path::join(path::folder(from), plain)?;
            Some(Asset { path, rest: rest.to_owned() })
        })
}

/// The style sheet that `@import` of the sheet `from` means.
pub(crate) fn sheet(files: &Files, from: &str, written: &str) -> Option<String> {
    sheet_at(files, from, written).or_else(|| sheet_at(files, from, &path::decode(written)))
}

fn sheet_at(files: &Files, from: &str, written: &str) -> Option<String> {
    let path = path::join(path::folder(from), written)?;
    let is_sheet = matches!(path::extension(&path), "ttss" | "wxss" | "css")
        || preprocess::is_preprocessed(&path);
    if is_sheet && files.exists(&path) {
        return Some(path);
    }
    let name = path::without(&path, &[".ttss", ".wxss"]);
    let own = files.with_extension(name, &[".ttss", ".wxss"]);
    own.or_else(|| files.with_extension(name, &preprocess::EXTENSIONS))
}
