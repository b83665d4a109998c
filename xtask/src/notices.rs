//! `pkg/THIRD-PARTY.txt`: the notices of the libraries that are compiled into the package.
//!
//! Made by `cargo xtask build` from what cargo knows of the dependencies and the licences in their
//! sources; `cargo xtask test lint` compares.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::setup::WASM_TARGET;
use crate::{process, project};

const FILE: &str = "pkg/THIRD-PARTY.txt";

/// The licences that a library in the package may have, and words that each begins with somewhere.
/// Of several that a library offers the first of these is taken.
const ALLOWED: [(&str, &str, &str); 7] = [
    ("MIT", "MIT", "Permission is hereby granted, free of charge"),
    ("ISC", "ISC", "Permission to use, copy, modify, and"),
    ("BSD-2-Clause", "BSD", "Redistribution and use in source and binary forms"),
    ("BSD-3-Clause", "BSD", "Redistribution and use in source and binary forms"),
    ("Zlib", "ZLIB", "This software is provided 'as-is'"),
    ("Unicode-3.0", "UNICODE", "UNICODE LICENSE V3"),
    ("Apache-2.0", "APACHE", "Apache License"),
];

/// For libraries whose sources have no file of a licence.
const MIT: &str = include_str!("../notices/MIT.txt");

/// Cargo does not list the library that the compiler brings along.
const RUST_LIBRARY: &str = include_str!("../notices/rust-library.txt");

const INTRODUCTION: &str = "\
The wasm and the JavaScript of this package contain, in compiled form, the
libraries below, each under the licence that follows its name.

This file is made by `cargo xtask build`.
";

/// Writes the file.
pub(crate) fn write() -> Result<()> {
    let path = project::root().join(FILE);
    let text = text()?;
    if fs::read_to_string(&path).is_ok_and(|there| same(&there, &text)) {
        return Ok(());
    }
    fs::write(&path, text).with_context(|| FILE.to_owned())
}

/// An error if the file does not fit the dependencies, or one of these has no licence for it.
pub(crate) fn check() -> Result<()> {
    let there = fs::read_to_string(project::root().join(FILE)).unwrap_or_default();
    if !same(&there, &text()?) {
        bail!(
            "{FILE} does not say what the package contains; `cargo xtask build` brings it up to \
             date"
        );
    }
    Ok(())
}

/// Whether the texts differ in no more than how git ends lines on this system.
fn same(one: &str, other: &str) -> bool {
    one.lines().eq(other.lines())
}

/// A library in the package.
struct Library {
    name: String,
    version: String,
    licence: String,
    authors: Vec<String>,
    folder: PathBuf,
}

fn text() -> Result<String> {
    // Those with the same licence, word for word, share it.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for library in libraries()? {
        let name = format!("{} {}", library.name, library.version);
        let licences = library.texts().with_context(|| name.clone())?;
        texts.entry(licences).or_default().push(name);
    }
    let mut sections: Vec<_> = texts.into_iter().map(|(text, names)| (names, text)).collect();
    sections.sort();
    let rust = "the Rust standard library (core, alloc, std)".to_owned();
    sections.push((vec![rust], tidy(RUST_LIBRARY)));
    let line = "-".repeat(78);
    let sections = sections.iter().map(|(names, text)| {
        let names = names.join("\n");
        format!("\n{line}\n{names}\n{line}\n\n{text}")
    });
    Ok(INTRODUCTION.to_owned() + &sections.collect::<String>())
}

/// The libraries that are compiled into the package, in the order of their names.
///
/// `cargo tree` knows what the features of this one package take (`cargo metadata` only what those
/// of the whole workspace do together), `cargo metadata` where the sources are.
fn libraries() -> Result<Vec<Library>> {
    let mut tree = process::cargo();
    tree.args(["tree", "--locked", "--package=tt-rtc", "--edges=normal,no-proc-macro"]);
    tree.args(["--target", WASM_TARGET, "--prefix=none", "--no-dedupe", "--format={p}"]);
    let tree = process::output(&mut tree)?;
    // `name v1.2.3`, and `(path)` where the source is none of a registry.
    let wanted: BTreeSet<_> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?.strip_prefix('v')?))
        })
        .collect();
    let mut metadata = process::cargo();
    metadata.args(["metadata", "--locked", "--format-version=1", "--filter-platform", WASM_TARGET]);
    let metadata: Value = serde_json::from_str(&process::output(&mut metadata)?)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let mut libraries = Vec::new();
    for package in packages.context("cargo metadata lists no packages")? {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        let is_ours = package.get("source").is_none_or(Value::is_null);
        if is_ours || !wanted.contains(&(text("name"), text("version"))) {
            continue;
        }
        let authors = package.get("authors").and_then(Value::as_array).into_iter().flatten();
        libraries.push(Library {
            name: text("name").to_owned(),
            version: text("version").to_owned(),
            licence: text("license").to_owned(),
            authors: authors.filter_map(Value::as_str).map(str::to_owned).collect(),
            folder: Path::new(text("manifest_path")).parent().unwrap_or(Path::new("")).to_owned(),
        });
    }
    libraries.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    if libraries.is_empty() {
        bail!("cargo lists no libraries in the package");
    }
    Ok(libraries)
}

impl Library {
    /// The licences that are chosen, and what the library wants to be noted beside them.
    fn texts(&self) -> Result<String> {
        let licences = choose(&self.licence).with_context(|| {
            let allowed = ALLOWED.map(|(id, ..)| id).join(", ");
            format!(
                "its licence `{}` is none that the package may contain ({allowed}); do without \
                 this library, or allow the licence in xtask/src/notices.rs",
                self.licence
            )
        })?;
        let files = self.files()?;
        let mut texts = Vec::new();
        for (id, tag, beginning) in licences {
            // A file that is named after this licence, or after none.
            let fits = |name: &str| name.contains(tag);
            let plain = |name: &str| !ALLOWED.iter().any(|(_, tag, _)| name.contains(tag));
            let of = |wanted: &dyn Fn(&str) -> bool| {
                let mut files = files.iter().filter(|(name, _)| wanted(name));
                files.find(|(_, text)| words(text).contains(beginning)).map(|(_, text)| text)
            };
            let text = match of(&fits).or_else(|| of(&plain)) {
                Some(text) => text.clone(),
                None if id == "MIT" => self.mit()?,
                None => bail!("its sources have no file with the licence {id}"),
            };
            texts.push(text);
        }
        texts.extend(files.into_iter().filter(|(name, _)| name.starts_with("NOTICE")).map(|f| f.1));
        Ok(texts.join("\n"))
    }

    /// The files of licences and notices in the sources, by their names in capitals.
    fn files(&self) -> Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        let entries = fs::read_dir(&self.folder).context("its sources are not there")?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().to_uppercase();
            let is_one = ["LICENSE", "LICENCE", "COPYING", "NOTICE"]
                .iter()
                .any(|start| name.starts_with(start));
            if is_one && entry.file_type()?.is_file() {
                files.insert(name, tidy(&fs::read_to_string(entry.path())?));
            }
        }
        Ok(files)
    }

    /// The MIT licence, for a library that names it without having its text.
    fn mit(&self) -> Result<String> {
        if self.authors.is_empty() {
            bail!("its sources have neither a file with the licence MIT nor authors");
        }
        Ok(format!("Copyright (c) {}\n\n{}", self.authors.join(", "), tidy(MIT)))
    }
}

/// Lines that end alike on each system, without empty ones around them.
fn tidy(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_matches('\n'))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

type Licence = (&'static str, &'static str, &'static str);

/// The licences that hold for us if a library's are `expression`: the shortest choice of allowed
/// ones; nothing if there is none.
fn choose(expression: &str) -> Option<Vec<Licence>> {
    // In older manifests a slash says OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut tokens = spaced.split_whitespace().collect();
    let alternatives = any_of(&mut tokens)?;
    if !tokens.is_empty() {
        return None;
    }
    let allowed = alternatives.into_iter().filter_map(|ids| {
        let position = |id: &String| ALLOWED.iter().position(|(allowed, ..)| allowed == id);
        ids.iter().map(position).collect::<Option<BTreeSet<_>>>()
    });
    let chosen = allowed.min_by_key(|places| (places.len(), places.clone()))?;
    Some(chosen.into_iter().filter_map(|place| ALLOWED.get(place).copied()).collect())
}

/// An alternative: the licences that hold together.
type Together = Vec<String>;

fn any_of(tokens: &mut VecDeque<&str>) -> Option<Vec<Together>> {
    let mut alternatives = all_of(tokens)?;
    while tokens.front() == Some(&"OR") {
        tokens.pop_front();
        alternatives.extend(all_of(tokens)?);
    }
    Some(alternatives)
}

fn all_of(tokens: &mut VecDeque<&str>) -> Option<Vec<Together>> {
    let mut alternatives = one(tokens)?;
    while tokens.front() == Some(&"AND") {
        tokens.pop_front();
        let more = one(tokens)?;
        let with = |ids: &Together| {
            let ids = ids.clone();
            more.iter().map(move |more| [ids.clone(), more.clone()].concat()).collect::<Vec<_>>()
        };
        alternatives = alternatives.iter().flat_map(with).collect();
    }
    Some(alternatives)
}

fn one(tokens: &mut VecDeque<&str>) -> Option<Vec<Together>> {
    let first = tokens.pop_front()?;
    if first == "(" {
        let alternatives = any_of(tokens)?;
        return (tokens.pop_front() == Some(")")).then_some(alternatives);
    }
    let mut id = first.to_owned();
    if tokens.front() == Some(&"WITH") {
        tokens.pop_front();
        id = format!("{id} WITH {}", tokens.pop_front()?);
    }
    Some(vec![vec![id]])
}

#[cfg(test)]
mod tests {
    use super::{choose, same, text, tidy};

    fn chosen(expression: &str) -> Option<Vec<&'static str>> {
        choose(expression).map(|licences| licences.into_iter().map(|(id, ..)| id).collect())
    }

    #[test]
    fn of_several_licences_the_first_allowed_one_is_chosen() {
        assert_eq!(chosen("Apache-2.0 OR MIT"), Some(vec!["MIT"]));
        assert_eq!(chosen("MIT/Apache-2.0"), Some(vec!["MIT"]));
        assert_eq!(chosen("MPL-2.0 OR Zlib"), Some(vec!["Zlib"]));
    }

    #[test]
    fn licences_that_hold_together_are_all_chosen() {
        assert_eq!(chosen("(MIT OR Apache-2.0) AND Unicode-3.0"), Some(vec!["MIT", "Unicode-3.0"]));
        assert_eq!(chosen("ISC AND GPL-2.0-only OR Zlib"), Some(vec!["Zlib"]));
    }

    #[test]
    fn a_licence_that_is_not_allowed_is_refused() {
        assert_eq!(chosen("MPL-2.0"), None);
        assert_eq!(chosen("MIT AND GPL-3.0-only"), None);
        assert_eq!(chosen("Apache-2.0 WITH LLVM-exception"), None);
        assert_eq!(chosen(""), None);
        assert_eq!(chosen("(MIT"), None);
        assert_eq!(chosen("MIT Apache-2.0"), None);
    }

    #[test]
    fn ends_of_lines_make_no_difference() {
        assert_eq!(tidy("\r\none \r\ntwo\r\n\r\n"), "one\ntwo\n");
        assert!(same("one\r\ntwo\r\n", "one\ntwo\n"));
        assert!(!same("one\ntwo\n", "one\n"));
    }

    #[test]
    fn the_notices_name_what_the_package_contains_and_no_place_on_this_machine() {
        let text = text().unwrap();
        assert!(text.lines().any(|line| line.starts_with("wasm-bindgen 0.2.")), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("axum ")), "{text}");
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")));
        assert!(!text.contains("registry/src"));
    }
}
