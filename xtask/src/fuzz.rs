//! `cargo xtask fuzz`: coverage-guided fuzzing of the hub.

use std::fs;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::{process, project};

const HELP: &str = "\
Fuzzes sequences of hub operations with libFuzzer, guided by coverage. It keeps its corpus in
target/fuzz/corpus, so each run goes on where the last one ended. A failing sequence is written to
target/fuzz and can be run again by its path.

Usage: cargo xtask fuzz [--seconds N] [FILE]

  --seconds N   how long (60)
  FILE          a sequence to run again, once

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

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let (mut seconds, mut file) = (60, None);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Arg::Long("seconds") => seconds = args.value()?.parse()?,
            Arg::Value(path) if file.is_none() => file = Some(path),
            other => return Err(other.unexpected().into()),
        }
    }
    let folder = project::target().join("fuzz");
    let corpus = folder.join("corpus");
    fs::create_dir_all(&corpus)?;
    // Cargo applies the flags to build scripts and macros, too, unless a target is named.
    let host = host()?;
    process::run(
        process::cargo()
            .env("RUSTFLAGS", FLAGS)
            .args(["build", "--manifest-path", "crates/room/fuzz/Cargo.toml", "--target", &host])
            .arg("--target-dir")
            .arg(&folder),
    )?;
    let mut fuzzer = process::command(folder.join(host).join("debug").join("hub"));
    match file {
        Some(file) => fuzzer.arg(file),
        None => fuzzer
            .arg(format!("-max_total_time={seconds}"))
            .arg("-max_len=1024")
            .arg(format!("-artifact_prefix={}/", folder.display()))
            .arg(corpus),
    };
    process::run(&mut fuzzer)
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
