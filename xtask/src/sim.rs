//! `cargo xtask sim`: the simulator, built and run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};
use lexopt::Parser;

use crate::{build, process, www};

/// Options that need none of the pages.
const PRINTED: [&str; 4] = ["--help", "-h", "--version", "-V"];

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let args: Vec<OsString> = args.raw_args()?.collect();
    if args.is_empty() {
        bail!("which mini-program? `cargo xtask sim FOLDER`; examples/call is one");
    }
    let program = match needs(args.first().map_or(Path::new(""), Path::new)) {
        Needs::Pages => build()?,
        Needs::Program => program()?,
        Needs::Folder(missing) => bail!("there is no folder {missing}"),
    };
    // In the folder that the command was typed in, where FOLDER and the mock file are.
    let mut server = Command::new(program);
    server.args(args);
    process::become_process(&mut server)
}

/// What has to be there before the simulator's program is started.
#[derive(Debug, PartialEq, Eq)]
enum Needs {
    /// The program and what it serves.
    Pages,
    /// The program alone.
    Program,
    /// A folder that is not there, which is said before minutes of building.
    Folder(String),
}

/// What a command line that begins with this needs. A plain word that is no folder is one of the program's
/// commands, which knows them (of those, `export` writes the pages), or a mistake, of which it says so.
fn needs(first: &Path) -> Needs {
    let word = first.to_string_lossy();
    if first.is_dir() || word == "export" {
        Needs::Pages
    } else if word.starts_with('-') {
        if PRINTED.contains(&word.as_ref()) { Needs::Program } else { Needs::Pages }
    } else if word.contains(['/', '\\', '.']) {
        Needs::Folder(word.into_owned())
    } else {
        Needs::Program
    }
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
    Ok(build::program("tt-rtc-sim"))
}

/// Builds what the simulator's program has in it.
pub(crate) fn pages() -> Result<()> {
    step("the call library", build::slim)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_built_for_folders_and_options_and_not_for_commands() {
        let of = |word: &str| needs(Path::new(word));
        let here = env!("CARGO_MANIFEST_DIR");
        assert_eq!(of(here), Needs::Pages);
        assert_eq!(of("--phones"), Needs::Pages);
        for word in ["check", "doctor", "test", "help", "--help", "-V"] {
            assert_eq!(of(word), Needs::Program, "{word}");
        }
        assert_eq!(of("exmples/call"), Needs::Folder("exmples/call".into()));
        assert_eq!(of("../gone"), Needs::Folder("../gone".into()));
    }
}
