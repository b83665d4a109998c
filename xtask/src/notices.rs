//! `THIRD-PARTY.txt`: the notices of the libraries that are compiled into what is given to others:
//! the npm package, the signaling server and the simulator.
//!
//! Made by `cargo xtask notices`, and by `cargo xtask build`, from what cargo and npm know of the dependencies and the licences in
//! their sources; `cargo xtask test lint` compares.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::Parser;
use serde_json::Value;

use crate::licence::alternatives;
use crate::setup::WASM_TARGET;
use crate::{no_arguments, process, project, setup, www};

/// Sources that a crate has from others, and the file with their licence.
const BROUGHT_ALONG: [(&str, &str); 1] = [("rquickjs-sys", "quickjs/LICENSE")];

/// Something that is given to others and contains libraries.
struct Artefact {
    /// What cargo builds.
    package: &'static str,
    /// The targets that it is built for.
    targets: &'static [&'static str],
    /// npm packages in the pages that it serves.
    npm: &'static [&'static str],
    /// Licences beside [`ALLOWED`].
    more_licences: &'static [Licence],
    file: &'static str,
    introduction: &'static str,
}

/// Processors make no difference to what is compiled in.
const SYSTEMS: [&str; 3] =
    ["x86_64-unknown-linux-gnu", "x86_64-apple-darwin", "x86_64-pc-windows-msvc"];

const PACKAGE: Artefact = Artefact {
    package: "tt-rtc",
    targets: &[WASM_TARGET],
    npm: &[],
    more_licences: &[],
    file: "pkg/THIRD-PARTY.txt",
    introduction: "\
The wasm and the JavaScript of this package contain, in compiled form, the
libraries below, each under the licence that follows its name.

This file is made by `cargo xtask notices`.
",
};

const SERVER: Artefact = Artefact {
    package: "tt-rtc-server",
    targets: &SYSTEMS,
    npm: &[],
    more_licences: &[("BSL-1.0", "BOOST", "Boost Software License")],
    file: "crates/server/THIRD-PARTY.txt",
    introduction: "\
The program tt-rtc-server contains, in compiled form, the libraries below, each
under the licence that follows its name. On one system, it contains only some
of them.

This file is made by `cargo xtask notices`. It goes with the program.
",
};

const SIMULATOR: Artefact = Artefact {
    package: "tt-rtc-sim",
    targets: &SYSTEMS,
    npm: &www::LIBRARIES,
    more_licences: &[
        ("BSL-1.0", "BOOST", "Boost Software License"),
        ("MPL-2.0", "MPL", "Mozilla Public License"),
        ("CC0-1.0", "CC0", "Creative Commons"),
        ("CDLA-Permissive-2.0", "CDLA", "Community Data License Agreement"),
    ],
    file: "crates/simulator/THIRD-PARTY.txt",
    introduction: "\
The program tt-rtc-sim and its pages contain, in compiled form, the libraries below,
each under the licence that follows its name. On one system, the program
contains only some of them. The libraries under MPL-2.0 are unmodified; the
sources of each library are where the line below its name says.

This file is made by `cargo xtask notices`. It goes with the program.
",
};

const ARTEFACTS: [&Artefact; 3] = [&PACKAGE, &SERVER, &SIMULATOR];

/// The id of a licence, what a file with it has in its name, and words that it begins with
/// somewhere.
type Licence = (&'static str, &'static str, &'static str);

/// The licences that a library may have. Of several that a library offers the first of these is
/// taken.
const ALLOWED: [Licence; 7] = [
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

const HELP: &str = "\
Writes the notices of the libraries in the npm package, the signaling server and the simulator:
pkg/THIRD-PARTY.txt, crates/server/THIRD-PARTY.txt and crates/simulator/THIRD-PARTY.txt.

Usage: cargo xtask notices
";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    if !no_arguments(&mut args, HELP)? {
        return Ok(());
    }
    setup::node_modules()?;
    write()
}

/// Writes the files.
pub(crate) fn write() -> Result<()> {
    for artefact in ARTEFACTS {
        let path = project::root().join(artefact.file);
        let text = artefact.text()?;
        if !fs::read_to_string(&path).is_ok_and(|there| same(&there, &text)) {
            fs::write(&path, text).with_context(|| artefact.file.to_owned())?;
        }
    }
    Ok(())
}

/// An error if a file does not fit the dependencies, or one of these has no licence for it.
pub(crate) fn check() -> Result<()> {
    let mut outdated = Vec::new();
    for artefact in ARTEFACTS {
        let there = fs::read_to_string(project::root().join(artefact.file)).unwrap_or_default();
        if !same(&there, &artefact.text()?) {
            outdated.push(artefact.file);
        }
    }
    if !outdated.is_empty() {
        bail!(
            "{} does not say what the program or package contains; `cargo xtask notices` brings \
             it up to date",
            outdated.join(", ")
        );
    }
    Ok(())
}

/// Whether the texts differ in no more than how git ends lines on this system.
fn same(one: &str, other: &str) -> bool {
    one.lines().eq(other.lines())
}

/// A library in an artefact.
struct Library {
    name: String,
    version: String,
    licence: String,
    authors: Vec<String>,
    /// Where its sources are kept, for people.
    repository: Option<String>,
    folder: PathBuf,
}

impl Artefact {
    fn text(&self) -> Result<String> {
        let mut libraries = self.crates()?;
        libraries.extend(self.npm.iter().map(|name| npm(name)).collect::<Result<Vec<_>>>()?);
        self.notices(libraries)
    }

    fn notices(&self, libraries: Vec<Library>) -> Result<String> {
        // Those with the same licence, word for word, share it.
        let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for library in libraries {
            let name = format!("{} {}", library.name, library.version);
            let (licences, needs_source) = library.texts(self).with_context(|| name.clone())?;
            let source = library.repository.filter(|_| needs_source);
            let source = source.map(|place| format!("\n  {place}")).unwrap_or_default();
            texts.entry(licences).or_default().push(name + &source);
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
        Ok(self.introduction.to_owned() + &sections.collect::<String>())
    }

    /// The crates that are compiled into it, in the order of their names.
    ///
    /// `cargo tree` knows what the features of this one package take (`cargo metadata` only what
    /// those of the whole workspace do together), `cargo metadata` where the sources are.
    fn crates(&self) -> Result<Vec<Library>> {
        let mut tree = process::cargo();
        tree.args(["tree", "--locked", "--package", self.package]);
        tree.arg("--edges=normal,no-proc-macro");
        tree.args(self.targets.iter().flat_map(|target| ["--target", target]));
        tree.args(["--prefix=none", "--no-dedupe", "--format={p}"]);
        let tree = process::output(&mut tree)?;
        // `name v1.2.3`, and `(path)` where the source is none of a registry.
        let wanted: BTreeSet<_> = tree
            .lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                Some((words.next()?, words.next()?.strip_prefix('v')?))
            })
            .collect();
        let metadata = project::metadata(&[])?;
        let packages = metadata.get("packages").and_then(Value::as_array);
        let mut libraries = Vec::new();
        for package in packages.context("cargo metadata lists no packages")? {
            let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
            let is_ours = package.get("source").is_none_or(Value::is_null);
            if is_ours || !wanted.contains(&(text("name"), text("version"))) {
                continue;
            }
            let authors = package.get("authors").and_then(Value::as_array).into_iter().flatten();
            let folder = Path::new(text("manifest_path")).parent().unwrap_or(Path::new(""));
            libraries.push(Library {
                name: text("name").to_owned(),
                version: text("version").to_owned(),
                licence: text("license").to_owned(),
                authors: authors.filter_map(Value::as_str).map(str::to_owned).collect(),
                repository: package.get("repository").and_then(Value::as_str).map(str::to_owned),
                folder: folder.to_owned(),
            });
        }
        libraries
            .sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
        if libraries.is_empty() {
            bail!("cargo lists no libraries in {}", self.package);
        }
        Ok(libraries)
    }

    /// The licences that hold for us if a library's are `expression`: the shortest choice of
    /// allowed ones; nothing if there is none.
    fn choose(&self, expression: &str) -> Option<Vec<Licence>> {
        let allowed: Vec<Licence> = ALLOWED.iter().chain(self.more_licences).copied().collect();
        let choices = alternatives(expression)?.into_iter().filter_map(|ids| {
            let position = |id: &String| allowed.iter().position(|(allowed, ..)| allowed == id);
            ids.iter().map(position).collect::<Option<BTreeSet<_>>>()
        });
        let chosen = choices.min_by_key(|places| (places.len(), places.clone()))?;
        Some(chosen.into_iter().filter_map(|place| allowed.get(place).copied()).collect())
    }
}

/// A package of npm, as it is installed.
fn npm(name: &str) -> Result<Library> {
    let folder = project::root().join("node_modules").join(name);
    let manifest = fs::read_to_string(folder.join("package.json"))
        .with_context(|| format!("{name} is not in node_modules; `cargo xtask setup`"))?;
    let manifest: Value = serde_json::from_str(&manifest).with_context(|| name.to_owned())?;
    let text = |key: &str| manifest.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Library {
        name: format!("{name} (npm)"),
        version: text("version"),
        licence: text("license"),
        authors: Vec::new(),
        repository: None,
        folder,
    })
}

impl Library {
    /// The licences that are chosen, and what the library wants to be noted beside them; whether a
    /// licence wants its sources to be named.
    fn texts(&self, artefact: &Artefact) -> Result<(String, bool)> {
        let licences = artefact.choose(&self.licence).with_context(|| {
            format!(
                "its licence `{}` is none that {} may contain; do without this library, or allow \
                 the licence in xtask/src/notices.rs",
                self.licence, artefact.package
            )
        })?;
        let needs_source = licences.iter().any(|(id, ..)| *id == "MPL-2.0");
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
                // Its text names nobody, and is ours too.
                None if id == "Apache-2.0" => {
                    let file = project::root().join("LICENSE-APACHE");
                    fs::read_to_string(&file).with_context(|| file.display().to_string())?
                }
                None => bail!("its sources have no file with the licence {id}"),
            };
            texts.push(text);
        }
        texts.extend(files.into_iter().filter(|(name, _)| name.starts_with("NOTICE")).map(|f| f.1));
        for (_, file) in BROUGHT_ALONG.iter().filter(|(name, _)| *name == self.name) {
            let file = self.folder.join(file);
            let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            texts.push(tidy(&text));
        }
        Ok((texts.join("\n"), needs_source))
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
        let holders = match &self.repository {
            _ if !self.authors.is_empty() => self.authors.join(", "),
            Some(place) => format!("the authors of {} ({place})", self.name),
            None => bail!("its sources have neither a file with the licence MIT nor authors"),
        };
        Ok(format!("Copyright (c) {holders}\n\n{}", tidy(MIT)))
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

#[cfg(test)]
mod tests {
    use super::{Artefact, PACKAGE, SERVER, SIMULATOR, same, tidy};

    fn chosen(expression: &str) -> Option<Vec<&'static str>> {
        PACKAGE.choose(expression).map(|licences| licences.into_iter().map(|(id, ..)| id).collect())
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
    fn the_notices_name_what_is_inside_and_no_place_on_this_machine() {
        // Without npm packages, which are not installed for these tests.
        let of = |artefact: &Artefact| artefact.notices(artefact.crates().unwrap()).unwrap();
        let inside = [
            (of(&PACKAGE), ["wasm-bindgen 0.2.", "base64ct 1."]),
            (of(&SERVER), ["axum 0.8.", "ring 0.17."]),
            (of(&SIMULATOR), ["tungstenite 0.", "cssparser 0."]),
        ];
        for (text, names) in &inside {
            for name in names {
                assert!(text.lines().any(|line| line.starts_with(name)), "{name}: {text}");
            }
            assert!(!text.contains(env!("CARGO_MANIFEST_DIR")));
            assert!(!text.contains("registry/src"));
        }
        assert!(!inside[0].0.contains("axum "));
        assert!(!inside[1].0.contains("Mozilla Public License"));
        assert!(inside[2].0.contains("Fabrice Bellard"), "QuickJS in rquickjs-sys");
        assert!(inside[2].0.contains("Mozilla Public License Version 2.0"));
        assert!(inside[2].0.contains("\n  https://github.com/servo/rust-cssparser"));
    }
}
