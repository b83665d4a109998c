//! Running other programs, so that a failure says which program and what to do.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::project;

/// `program`, to be run in the project's root.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root());
    command
}

/// The cargo that runs us.
///
/// What it has told us of ourselves is not for the one we start: build scripts look at it, and
/// would build again what is there.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// npm itself.
pub(crate) fn npm() -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// A program that came with npm, by its path below `node_modules`.
///
/// Started through node itself: the `.bin` links are scripts of another kind on each system.
pub(crate) fn node_module(path: &str) -> Command {
    let mut command = command("node");
    command.arg(project::root().join("node_modules").join(path));
    command
}

/// Runs `command` to its end, its output going to ours.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| not_started(command))?;
    if !status.success() {
        bail!("{} failed ({status})", describe(command));
    }
    Ok(())
}

/// Runs `command` to its end and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let result = command.stderr(Stdio::inherit()).output();
    let output = result.with_context(|| not_started(command))?;
    if !output.status.success() {
        bail!("{} failed ({})", describe(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs `command`, showing its standard output as it comes and handing each line to `read`.
/// Returns whether it succeeded.
pub(crate) fn watch(command: &mut Command, mut read: impl FnMut(&str)) -> Result<bool> {
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.with_context(|| not_started(command))?;
    if let Some(pipe) = child.stdout.take() {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line)? > 0 {
            stdout().write_all(&line)?;
            read(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    Ok(child.wait()?.success())
}

/// The first of `names` that is a file in a folder of PATH.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH")?).collect();
    let file = |name: &&str| format!("{name}{}", env::consts::EXE_SUFFIX);
    let mut candidates = names.iter().map(file).flat_map(|file| {
        let paths = folders.iter().map(move |folder| folder.join(&file));
        paths.collect::<Vec<_>>()
    });
    candidates.find(|path| path.is_file())
}

/// The command line as somebody would type it in the project's root.
pub(crate) fn describe(command: &Command) -> String {
    let root = project::root().to_string_lossy();
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let words = [program].into_iter().chain(command.get_args());
    let words: Vec<_> = words.map(|word| shorten(&word.to_string_lossy(), &root)).collect();
    format!("`{}`", words.join(" "))
}

/// A path below the project's root as seen from there; everything else as it is.
fn shorten(word: &str, root: &str) -> String {
    let below = word.strip_prefix(root);
    below.map_or(word, |rest| rest.trim_start_matches(['/', '\\'])).to_owned()
}

fn not_started(command: &Command) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    match name.as_str() {
        "node" | "npm" | "npm.cmd" => {
            format!("{name} could not be started; install Node.js 20 or newer")
        }
        "rustup" => "rustup could not be started; install Rust from rustup.rs".to_owned(),
        _ => format!("{} could not be started", describe(command)),
    }
}

/// Goes on as another program, so that whoever ends this process ends that one.
#[cfg(unix)]
pub(crate) fn become_process(program: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;

    Err(program.exec()).with_context(|| not_started(program))
}

/// Waits for the other program, where a process cannot become one.
#[cfg(not(unix))]
pub(crate) fn become_process(program: &mut Command) -> Result<()> {
    let status = program.status().with_context(|| not_started(program))?;
    // It has said itself what went wrong.
    std::process::exit(status.code().unwrap_or(1));
}
