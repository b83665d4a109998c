//! `cargo xtask sim`: the simulator, built and run.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use lexopt::Parser;

use crate::{build, process, project, www};

const HELP: &str = concat!(
    "Runs a Douyin mini-program's folder, as it is, on phones in a browser window, in real calls\n",
    "with each other. Builds first what is missing: the call library, the simulator's pages and\n",
    "its server. Stop it with Ctrl-C.\n\n",
    "Usage: cargo xtask sim FOLDER [OPTIONS]\n\n",
    include_str!("../../crates/simulator/src/help.txt"),
    "
The address of the desk takes phones and path too: http://127.0.0.1:8090/?phones=3&path=PAGE
A page of your own on this machine, at another port, joins rooms of the phones with
install({ signaling: ADDRESS }), where ADDRESS is what the desk shows in Call, Token. It has the
secret of this process in it, which requests without a page of the simulator lack.
A browser test finds each phone as iframe.phone with its user in data-user; in its window are
tt, getApp() and getCurrentPages().
",
);

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let args: Vec<OsString> = args.raw_args()?.collect();
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    if args.is_empty() {
        bail!("which mini-program? `cargo xtask sim FOLDER`; examples/call is one");
    }
    // Said before minutes of building.
    if let Some(folder) = args.first().map(Path::new)
        && !folder.to_string_lossy().starts_with('-')
        && !folder.is_dir()
    {
        bail!("there is no folder {}", folder.display());
    }
    let program = build()?;
    // In the folder that the command was typed in, where FOLDER and the mock file are.
    let mut server = Command::new(program);
    server.args(args).arg("--www").arg(www::folder()).arg("--pkg").arg(project::root().join("pkg"));
    become_process(&mut server)
}

/// Goes on as the server, so that whoever ends this process ends that one.
#[cfg(unix)]
fn become_process(server: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;

    Err(server.exec()).context("tt-sim could not be started")
}

/// Waits for the server, where a process cannot become another one.
#[cfg(not(unix))]
fn become_process(server: &mut Command) -> Result<()> {
    let status = server.status().context("tt-sim could not be started")?;
    // It has said itself what went wrong.
    std::process::exit(status.code().unwrap_or(1));
}

/// Builds what the simulator needs and is missing; returns its server.
pub(crate) fn build() -> Result<PathBuf> {
    step("the call library", build::package)?;
    step("the pages", www::build)?;
    step("the server", || process::run(process::cargo().args(["build", "--package=tt-sim"])))?;
    let file = format!("tt-sim{}", env::consts::EXE_SUFFIX);
    Ok(project::target().join("debug").join(file))
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
