//! `cargo xtask sim`: the simulator, built and run.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use lexopt::Parser;

use crate::{build, process, project, www};

/// What the simulator's program takes in place of a folder. They need none of the pages.
const COMMANDS: [&str; 5] = ["check", "completions", "help", "--help", "-h"];

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let args: Vec<OsString> = args.raw_args()?.collect();
    if args.is_empty() {
        bail!("which mini-program? `cargo xtask sim FOLDER`; examples/call is one");
    }
    let first = args.first().map_or(Path::new(""), Path::new);
    let program = if COMMANDS.iter().any(|command| Path::new(command) == first) {
        program()?
    } else if first.is_dir() || first.to_string_lossy().starts_with('-') {
        build()?
    } else {
        // Said before minutes of building.
        bail!("there is no folder {}", first.display());
    };
    // In the folder that the command was typed in, where FOLDER and the mock file are.
    let mut server = Command::new(program);
    server.args(args);
    become_process(&mut server)
}

/// Goes on as the server, so that whoever ends this process ends that one.
#[cfg(unix)]
fn become_process(server: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;

    Err(server.exec()).context("tt-rtc-sim could not be started")
}

/// Waits for the server, where a process cannot become another one.
#[cfg(not(unix))]
fn become_process(server: &mut Command) -> Result<()> {
    let status = server.status().context("tt-rtc-sim could not be started")?;
    // It has said itself what went wrong.
    std::process::exit(status.code().unwrap_or(1));
}

/// Builds what the simulator needs and is missing; returns its server.
pub(crate) fn build() -> Result<PathBuf> {
    thread::scope(|scope| {
        // The last step of a wasm keeps one processor busy for a minute.
        let program = scope.spawn(program);
        pages()?;
        program.join().unwrap_or_else(|_| bail!("a thread panicked"))
    })
}

/// Builds the program alone.
fn program() -> Result<PathBuf> {
    step("the server", || process::run(process::cargo().args(["build", "--package=tt-rtc-sim"])))?;
    let file = format!("tt-rtc-sim{}", env::consts::EXE_SUFFIX);
    Ok(project::target().join("debug").join(file))
}

/// Builds what the simulator's program has in it.
pub(crate) fn pages() -> Result<()> {
    step("the call library", build::package)?;
    step("the pages", www::build)?;
    www::add_package()
}

/// Runs one step, and says what it was if it took long enough to wonder.
fn step(what: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    run()?;
    let seconds = start.elapsed().as_secs_f64();
    if seconds > 2.0 {
        println!("Built {what} in {seconds:.0} s");
    }
    Ok(())
}
