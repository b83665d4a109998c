//! `tt-rtc-sim check`: what is wrong with a mini-program, for terminals and CI.

use std::borrow::Cow;
use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use tt_miniprogram::{Problem, Severity};

use crate::folder::Folder;
use crate::project::Project;
use crate::report::{self, size};
use crate::terminal::{harmless, say, show_json};

/// The most that the platform takes, in bytes: of one package, the main one or a subpackage, and of all
/// together. Source: the documentation of subpackages (分包加载).
const MOST_OF_ONE: u64 = 4 << 20;
const MOST_OF_ALL: u64 = 20 << 20;

/// What a path in an address may have as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// Compiles a mini-program and prints what is wrong with it, and how large its packages are. Ends with
/// status 1 if there is an error
#[derive(Args, Debug)]
pub struct Check {
    /// The folder with the app.json, or with a project.config.json that says where that is
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// For people (text), programs (json), GitHub's code scanning (sarif) or its log of a workflow
    /// (github)
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Ends with status 1 if there is a warning, too
    #[arg(long)]
    deny_warnings: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
    Github,
}

/// A part of a mini-program that a phone loads at once.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Package {
    /// Its folder; empty for the main package.
    root: String,
    /// The size of its files as they are in the folder. What the platform's tools upload is compiled, and
    /// mostly smaller.
    bytes: u64,
}

impl Check {
    /// Runs it. The status is a failure where the mini-program has errors.
    ///
    /// # Errors
    ///
    /// Where there is no mini-program.
    pub fn run(self) -> Result<ExitCode> {
        let folder = Folder::open(&self.folder)?;
        let shown = shown(folder.root());
        let project = Project::open(folder, Vec::new())?;
        let manifest = project.manifest();
        let packages = packages(&roots(&serde_json::to_value(&manifest.app)?), &project.sizes());
        let mut problems = manifest.problems.clone();
        problems.extend(too_large(&packages));
        match self.format {
            Format::Text => print(&problems, &packages, manifest.pages.len()),
            Format::Json => show_json(&json!({ "problems": problems, "packages": packages })),
            Format::Sarif => show_json(&sarif(&problems, &shown)),
            Format::Github => problems.iter().for_each(|problem| say(annotation(problem, &shown))),
        }
        let fails = |problem: &Problem| self.deny_warnings || problem.severity == Severity::Error;
        Ok(if problems.iter().any(fails) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// A folder as it is named from where the command was typed.
fn shown(root: &Path) -> PathBuf {
    let here = env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    root.strip_prefix(here).unwrap_or(root).to_owned()
}

/// The folders of the subpackages.
fn roots(app: &Value) -> Vec<String> {
    let lists =
        ["subPackages", "subpackages"].into_iter().filter_map(|key| app.get(key)?.as_array());
    let roots = lists.flatten().filter_map(|package| package.get("root")?.as_str());
    roots.map(|root| root.trim_matches('/').to_owned()).filter(|root| !root.is_empty()).collect()
}

/// The packages with their sizes, the main one first.
fn packages(roots: &[String], files: &[(String, u64)]) -> Vec<Package> {
    let mut packages = vec![Package { root: String::new(), bytes: 0 }];
    packages.extend(roots.iter().map(|root| Package { root: root.clone(), bytes: 0 }));
    for (path, bytes) in files {
        let holds = |package: &&mut Package| {
            path.strip_prefix(&package.root).is_some_and(|rest| rest.starts_with('/'))
        };
        let (main, others) = packages.split_at_mut(1);
        let package = others.iter_mut().find(holds).or(main.first_mut());
        if let Some(package) = package {
            package.bytes += bytes;
        }
    }
    packages
}

/// A warning for each package that is too large, and for all of them.
fn too_large(packages: &[Package]) -> Vec<Problem> {
    let all = packages.iter().map(|package| package.bytes).sum();
    let each = packages.iter().map(|package| (package.name(), package.bytes, MOST_OF_ONE));
    each.chain([("all packages together".to_owned(), all, MOST_OF_ALL)])
        .filter(|(_, bytes, most)| bytes > most)
        .map(|(what, bytes, most)| Problem {
            file: "app.json".to_owned(),
            line: 1,
            column: 1,
            severity: Severity::Warning,
            message: format!(
                "The files of {what} have {}; the platform takes {} at most.",
                size(bytes),
                size(most)
            ),
            excerpt: String::new(),
            excerpt_column: 1,
        })
        .collect()
}

impl Package {
    fn name(&self) -> String {
        match self.root.as_str() {
            "" => "the main package".to_owned(),
            root => format!("the subpackage {root}"),
        }
    }
}

fn print(problems: &[Problem], packages: &[Package], pages: usize) {
    for problem in problems {
        for line in report::describe(problem) {
            say(line);
        }
        say("");
    }
    for package in packages {
        let name = if package.root.is_empty() { "main package" } else { &package.root };
        say(format_args!("{:>8}  {name}", size(package.bytes)));
    }
    let count = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    say(format_args!(
        "{}: {}, {}",
        report::plural(pages, "page"),
        report::plural(errors, "error"),
        report::plural(warnings, "warning")
    ));
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Static Analysis Results Interchange Format 2.1.0 (OASIS).
fn sarif(problems: &[Problem], folder: &Path) -> Value {
    let results: Vec<_> = problems
        .iter()
        .map(|problem| {
            let path = path(folder, problem);
            let uri = utf8_percent_encode(&path, PLAIN).to_string();
            let file = json!({ "uri": uri });
            let location = if problem.line > 0 {
                let place =
                    json!({ "startLine": problem.line, "startColumn": problem.column.max(1) });
                json!({ "artifactLocation": file, "region": place })
            } else {
                // A file as a whole has no place.
                json!({ "artifactLocation": file })
            };
            json!({
                "level": level(problem.severity),
                "message": { "text": problem.message },
                "locations": [{ "physicalLocation": location }],
            })
        })
        .collect();
    let driver = json!({ "name": "tt-rtc-sim", "version": env!("CARGO_PKG_VERSION") });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A line that GitHub shows beside the file: its workflow command `error` or `warning`.
fn annotation(problem: &Problem, folder: &Path) -> String {
    let text = |text: &str| harmless(&text.replace('%', "%25")).into_owned();
    let property = |value: &str| text(value).replace(':', "%3A").replace(',', "%2C");
    let Problem { severity, line, column, message, .. } = problem;
    let file = property(&path(folder, problem));
    format!("::{} file={file},line={line},col={column}::{}", level(*severity), text(message))
}

/// The path of a problem's file from where the command was typed.
fn path(folder: &Path, problem: &Problem) -> String {
    let path = folder.join(&problem.file);
    let path = path.to_string_lossy();
    if cfg!(windows) { path.replace('\\', "/") } else { Cow::into_owned(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(file: &str, line: u32) -> Problem {
        Problem {
            file: file.to_owned(),
            line,
            column: 3,
            severity: Severity::Error,
            message: "100 % wrong, truly:\nno".to_owned(),
            excerpt: String::new(),
            excerpt_column: 1,
        }
    }

    #[test]
    fn files_belong_to_the_package_whose_folder_they_are_in() {
        let app = json!({ "subPackages": [{ "root": "shop/" }], "subpackages": [{ "root": "a/b" }, {}, 7] });
        let files = [("app.js", 1), ("shop/x.js", 10), ("shopping/x.js", 2), ("a/b/c/d.png", 100)];
        let files = files.map(|(path, bytes)| (path.to_owned(), bytes));
        let sizes: Vec<_> = packages(&roots(&app), &files)
            .into_iter()
            .map(|each| (each.root, each.bytes))
            .collect();
        let expected = [("", 3), ("shop", 10), ("a/b", 100)];
        assert_eq!(sizes, expected.map(|(root, bytes)| (root.to_owned(), bytes)));
    }

    #[test]
    fn what_the_platform_does_not_take_is_named() {
        let package =
            |root: &str, megabytes: u64| Package { root: root.to_owned(), bytes: megabytes << 20 };
        assert_eq!(too_large(&[package("", 4), package("a", 4)]), []);
        let large: Vec<_> = too_large(&[package("", 4), package("shop", 17)])
            .into_iter()
            .map(|problem| problem.message)
            .collect();
        assert_eq!(
            large,
            [
                "The files of the subpackage shop have 17.0 MB; the platform takes 4.0 MB at most.",
                "The files of all packages together have 21.0 MB; the platform takes 20.0 MB at most.",
            ]
        );
    }

    #[test]
    fn an_annotation_is_one_command_whatever_the_names() {
        let line = annotation(&problem("a,b: 1%\n.js", 2), Path::new("src"));
        assert_eq!(
            line,
            r"::error file=src/a%2Cb%3A 1%25\n.js,line=2,col=3::100 %25 wrong, truly:\nno"
        );
    }

    #[test]
    fn sarif_names_files_by_addresses_and_lines_from_one() {
        let sarif = sarif(&[problem("页 1.js", 2), problem("a.js", 0)], Path::new("src"));
        let place =
            |at: usize| &sarif["runs"][0]["results"][at]["locations"][0]["physicalLocation"];
        assert_eq!(place(0)["artifactLocation"]["uri"], "src/%E9%A1%B5%201.js");
        assert_eq!(place(0)["region"], json!({ "startLine": 2, "startColumn": 3 }));
        assert_eq!(place(1).get("region"), None);
    }
}
