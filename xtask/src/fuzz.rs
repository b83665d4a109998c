//! `cargo xtask fuzz`: coverage-guided fuzzing of what reads input from others.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::{process, project};

const HELP: &str = "\
Fuzzes with libFuzzer, guided by coverage, one target after the other. Each keeps its corpus in
target/fuzz/corpus, so a run goes on where the last one ended, and starts from files of this
repository. A failing input is written to target/fuzz and can be run again by its path.

Usage: cargo xtask fuzz [TARGET [FILE]] [--seconds N]

  TARGET        hub        sequences of operations of the rooms of a server
                messages   what clients and servers send
                token      access tokens
                ttml, ttss, json, script   files of a mini-program
                without one: each of them
  FILE          an input to run again, once
  --seconds N   how long for each target (60)

It needs a C++ compiler, for libFuzzer, and the pinned stable Rust.
";

/// The instrumentation that libFuzzer needs. `cargo fuzz` sets the same, with an address sanitizer,
/// which needs a nightly compiler and which code without `unsafe` does not need.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 -Copt-level=2 -Cdebug-assertions";

/// An input that takes longer is a fault: the time of the slowest on a busy machine, and more.
const TIMEOUT_SECONDS: u32 = 20;

struct Target {
    name: &'static str,
    /// The folder of its Cargo.toml.
    folder: &'static str,
    seeds: Seeds,
    /// Longer inputs find no more, and take longer.
    longest: u32,
}

/// What the corpus starts from.
enum Seeds {
    None,
    /// Each line of a file.
    Lines(&'static str),
    /// Files of the examples and the programs in `tests/corpus`, by their extensions.
    Programs(&'static [&'static str]),
}

const ROOM: &str = "crates/room/fuzz";
const COMPILER: &str = "crates/miniprogram/fuzz";

const TARGETS: [Target; 7] = [
    Target { name: "hub", folder: ROOM, seeds: Seeds::None, longest: 1024 },
    Target {
        name: "messages",
        folder: ROOM,
        seeds: Seeds::Lines("crates/room/tests/corpus/protocol.txt"),
        longest: 1024,
    },
    Target {
        name: "token",
        folder: ROOM,
        seeds: Seeds::Lines("crates/room/tests/corpus/token.txt"),
        longest: 512,
    },
    Target { name: "ttml", folder: COMPILER, seeds: Seeds::Programs(&["ttml"]), longest: 2048 },
    Target { name: "ttss", folder: COMPILER, seeds: Seeds::Programs(&["ttss"]), longest: 2048 },
    Target { name: "json", folder: COMPILER, seeds: Seeds::Programs(&["json"]), longest: 2048 },
    Target {
        name: "script",
        folder: COMPILER,
        seeds: Seeds::Programs(&["js", "ts", "sjs"]),
        longest: 2048,
    },
];

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let (mut seconds, mut name, mut file) = (60, None, None);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Arg::Long("seconds") => seconds = args.value()?.parse()?,
            Arg::Value(value) if name.is_none() => name = Some(value.string()?),
            Arg::Value(path) if file.is_none() => file = Some(path),
            other => return Err(other.unexpected().into()),
        }
    }
    let host = host()?;
    for target in wanted(name.as_deref())? {
        target.run(&host, seconds, file.as_ref())?;
    }
    Ok(())
}

/// The target of this name; without one, all.
fn wanted(name: Option<&str>) -> Result<Vec<&'static Target>> {
    let wanted: Vec<_> =
        TARGETS.iter().filter(|target| name.is_none_or(|name| name == target.name)).collect();
    if wanted.is_empty() {
        let names = TARGETS.each_ref().map(|target| target.name).join(", ");
        bail!("there is no target `{}`; there are {names}", name.unwrap_or_default());
    }
    Ok(wanted)
}

impl Target {
    fn run(&self, host: &str, seconds: u32, file: Option<&OsString>) -> Result<()> {
        let folder = project::target().join("fuzz");
        // Cargo applies the flags to build scripts and macros, too, unless a target is named.
        process::run(
            process::cargo()
                .env("RUSTFLAGS", FLAGS)
                .args(["build", "--locked", "--manifest-path"])
                .arg(project::root().join(self.folder).join("Cargo.toml"))
                .args(["--target", host, "--bin", self.name])
                .arg("--target-dir")
                .arg(&folder),
        )?;
        let mut fuzzer = process::command(folder.join(host).join("debug").join(self.name));
        if let Some(file) = file {
            return process::run(fuzzer.arg(file));
        }
        let corpus = folder.join("corpus").join(self.name);
        fs::create_dir_all(&corpus)?;
        self.seeds.write(&corpus)?;
        println!("fuzzing {} for {seconds} s", self.name);
        fuzzer
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={}", self.longest))
            .arg(format!("-timeout={TIMEOUT_SECONDS}"))
            .arg(format!("-artifact_prefix={}/{}-", folder.display(), self.name))
            .arg(corpus);
        process::run(&mut fuzzer)
    }
}

impl Seeds {
    /// Puts them into a corpus.
    fn write(&self, corpus: &Path) -> Result<()> {
        let write = |number: usize, text: &[u8]| {
            fs::write(corpus.join(format!("seed-{number:04}")), text).context("a seed")
        };
        match self {
            Self::None => Ok(()),
            Self::Lines(file) => {
                let text = fs::read_to_string(project::root().join(file)).context(*file)?;
                let mut lines = text.lines().enumerate();
                lines.try_for_each(|(number, line)| write(number, line.as_bytes()))
            }
            Self::Programs(extensions) => {
                let mut files = Vec::new();
                for folder in ["examples", "tests/corpus"] {
                    find(&project::root().join(folder), extensions, &mut files)?;
                }
                files.sort();
                files.iter().enumerate().try_for_each(|(number, file)| {
                    write(number, &fs::read(file).with_context(|| file.display().to_string())?)
                })
            }
        }
    }
}

/// The files below a folder with one of the extensions; not those that npm and compilers put there.
fn find(folder: &Path, extensions: &[&str], files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "node_modules" && name != "dist" {
            find(&path, extensions, files)?;
        } else if path.extension().is_some_and(|found| extensions.iter().any(|one| found == *one)) {
            files.push(path);
        }
    }
    Ok(())
}

/// The target triple of this machine.
fn host() -> Result<String> {
    let version = process::output(process::command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host: &str = host.context("rustc names no host")?;
    if host.contains("windows") {
        bail!("libFuzzer with these flags runs on Linux and macOS only");
    }
    Ok(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{TARGETS, wanted};

    #[test]
    fn without_a_name_every_target_is_fuzzed() {
        assert_eq!(wanted(None).unwrap().len(), TARGETS.len());
        assert_eq!(wanted(Some("ttss")).unwrap()[0].name, "ttss");
        let error = wanted(Some("wxml")).err().unwrap().to_string();
        assert!(error.contains("hub, messages, token, ttml"), "{error}");
    }
}
