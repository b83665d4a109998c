//! The layers of the library: which file of `src/` imports which.
//!
//! Each layer knows only those below it, and no files import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project;

/// The layers from the top down, by the modules of the crate's root. Modules of one layer do not know
/// each other. The helpers below them are a crate of their own.
const LAYERS: [&[&str]; 3] = [&["api"], &["engine"], &["platform", "signaling"]];

/// A module by its path from the root; the root's is empty.
type Module = Vec<String>;

/// Checks the files of `src/`.
///
/// # Errors
/// Which imports are against the layers, or in a circle.
pub(crate) fn check() -> Result<()> {
    let mut sources = BTreeMap::new();
    read(&project::root().join("src"), &mut Vec::new(), &mut sources)?;
    let problems = problems(&sources);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

fn read(folder: &Path, path: &mut Module, sources: &mut BTreeMap<Module, String>) -> Result<()> {
    let entries: Result<Vec<PathBuf>, _> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    for entry in entries? {
        let name = entry.file_stem().and_then(|name| name.to_str()).context("a file name")?;
        let is_rust = entry.extension().is_some_and(|extension| extension == "rs");
        if entry.is_dir() || (is_rust && name != "mod" && name != "lib") {
            path.push(name.to_owned());
            if entry.is_dir() {
                read(&entry, path, sources)?;
            } else {
                sources.insert(path.clone(), fs::read_to_string(&entry)?);
            }
            path.pop();
        } else if is_rust {
            sources.insert(path.clone(), fs::read_to_string(&entry)?);
        }
    }
    Ok(())
}

fn problems(sources: &BTreeMap<Module, String>) -> Vec<String> {
    let imports: BTreeMap<&Module, BTreeSet<&Module>> =
        sources.iter().map(|(module, text)| (module, imports(module, text, sources))).collect();
    let mut problems = Vec::new();
    for (module, imported) in &imports {
        let against = imported.iter().filter(|imported| !is_below(module, imported));
        problems.extend(against.map(|imported| {
            format!(
                "src: {} imports {}, which is not below it",
                module.join("::"),
                imported.join("::")
            )
        }));
    }
    problems.extend(circle(&imports).map(|circle| {
        let names: Vec<_> = circle.iter().map(|module| module.join("::")).collect();
        format!("src: these files import each other: {}", names.join(" -> "))
    }));
    problems
}

/// Whether `module` may import `imported`.
fn is_below(module: &Module, imported: &Module) -> bool {
    let layer = |module: &Module| {
        let name = module.first()?;
        LAYERS.iter().position(|layer| layer.contains(&name.as_str()))
    };
    match (layer(module), layer(imported)) {
        // The root knows all.
        (None, _) => module.is_empty(),
        (Some(from), Some(to)) => to > from || module.first() == imported.first(),
        (Some(_), None) => false,
    }
}

/// The other files that a file imports.
fn imports<'a>(
    module: &Module,
    text: &str,
    sources: &'a BTreeMap<Module, String>,
) -> BTreeSet<&'a Module> {
    // Tests may look at all that is there.
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let parent = module.split_last().map(|(_, parent)| parent.to_vec()).unwrap_or_default();
    let mut imported = BTreeSet::new();
    let mut add = |base: &[String], rest: &str| {
        for path in paths(rest) {
            let whole: Module = base.iter().cloned().chain(path).collect();
            let found = (1..=whole.len()).rev().find_map(|length| {
                sources.get_key_value(whole.get(..length)?).map(|(found, _)| found)
            });
            imported.extend(found.filter(|found| *found != module));
        }
    };
    for (index, _) in code.match_indices("::") {
        let (head, rest) = (&code[..index], &code[index + 2..]);
        let start = head.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let name = &head[start..];
        if head[..start].ends_with("::") {
            continue;
        }
        match name {
            "crate" => add(&[], rest),
            "super" => add(&parent, rest),
            // A module that is a child of this one.
            _ => add(module, name),
        }
    }
    imported
}

/// The paths that follow `crate::`: one, or those of a list in braces.
fn paths(rest: &str) -> Vec<Module> {
    let path = |text: &str| -> Module {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        let text = &text[..end.unwrap_or(text.len())];
        text.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let Some(list) = rest.strip_prefix('{') else { return vec![path(rest)] };
    let mut depth = 1;
    let end = list.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    let mut depth = 0;
    let list = &list[..end.unwrap_or(list.len())];
    let items = list.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    items.map(|item| path(item.trim())).collect()
}

/// Files that import each other in a circle, if there are any.
fn circle<'a>(imports: &BTreeMap<&'a Module, BTreeSet<&'a Module>>) -> Option<Vec<&'a Module>> {
    fn visit<'a>(
        module: &'a Module,
        imports: &BTreeMap<&'a Module, BTreeSet<&'a Module>>,
        way: &mut Vec<&'a Module>,
        done: &mut BTreeSet<&'a Module>,
    ) -> bool {
        if let Some(start) = way.iter().position(|known| *known == module) {
            way.drain(..start);
            way.push(module);
            return true;
        }
        if !done.insert(module) {
            return false;
        }
        way.push(module);
        let found =
            imports.get(module).into_iter().flatten().any(|next| visit(next, imports, way, done));
        if !found {
            way.pop();
        }
        found
    }
    let (mut way, mut done) = (Vec::new(), BTreeSet::new());
    imports.keys().any(|module| visit(module, imports, &mut way, &mut done)).then_some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
        problems(&files.iter().map(|(path, text)| (module(path), (*text).to_owned())).collect())
    }

    #[test]
    fn imports_from_below_are_fine() {
        let files = [
            ("api::call", "use crate::engine::{Engine, Options};\nuse super::events::Listeners;"),
            ("api::events", "use crate::js;"),
            ("engine", "use crate::{js, platform::capture::{self, Capture}, signaling};"),
            ("platform::capture", "fn f() { crate::js::warn(\"\"); }"),
            ("signaling", "mod local;\nfn f() { local::open() }"),
            ("signaling::local", "// use super::Link;\n#[cfg(test)]\nuse crate::engine;"),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn imports_from_above_and_circles_are_named() {
        let up = [("engine", ""), ("platform::peer", "use crate::{\n    engine::Engine,\n};")];
        assert_eq!(found(&up), ["src: platform::peer imports engine, which is not below it"]);
        let aside = [("platform", "use crate::signaling;"), ("signaling", "")];
        assert_eq!(found(&aside), ["src: platform imports signaling, which is not below it"]);
        let circle = [("api::a", "use super::b::B;"), ("api::b", "fn f() { super::a::g() }")];
        assert_eq!(
            found(&circle),
            ["src: these files import each other: api::a -> api::b -> api::a"]
        );
        let child = [("api", "use a::A;"), ("api::a", "use super::B;")];
        assert_eq!(found(&child), ["src: these files import each other: api -> api::a -> api"]);
    }
}
