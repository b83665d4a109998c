//! The programs of `examples/frameworks`, built by the frameworks' own compilers for the tests.
//!
//! What is installed and built stays in their folders and is not committed. A stamp says of which
//! sources it is, so nothing is built twice.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, project, setup};

/// Folders with a package.json each, and what they are.
const FOLDERS: &[(&str, &str)] = &[
    ("uni-vue3", "uni-app with Vue 3"),
    ("uni-vue2", "uni-app with Vue 2"),
    ("taro", "Taro with React and with Vue 3"),
];

/// Installs the compilers and builds the programs, where that was not done.
pub(crate) fn build() -> Result<()> {
    for (name, what) in FOLDERS {
        let folder = project::root().join("examples/frameworks").join(name);
        install(&folder, &format!("the compiler of {what}"))?;
        let wanted = state(&folder)?;
        let stamp = folder.join("node_modules/.tt-rtc-built");
        if fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
            continue;
        }
        setup::say(&format!("Building {what} (half a minute)."));
        run(npm(&folder).args(["run", "build", "--silent"]))?;
        fs::write(stamp, wanted)?;
    }
    Ok(())
}

/// Installs what a folder's lock file names, where that was not done. `what` is whose it is.
pub(crate) fn install(folder: &Path, what: &str) -> Result<()> {
    let wanted = hash(&[folder.join("package-lock.json").as_path()])?;
    let stamp = folder.join("node_modules/.tt-rtc-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    setup::node_version()?;
    setup::say(&format!("Installing {what} from npm (about a minute)."));
    // Not `ci`, which refuses a lock without the binaries for systems that npm does not have them for.
    let options = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    run(npm(folder).arg("install").args(options))?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// What is built from, and with: a hash of all files but those that are made.
fn state(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(at) = waiting.pop() {
        for entry in fs::read_dir(&at).with_context(|| at.display().to_string())? {
            let entry = entry?;
            let name = entry.file_name();
            if ["node_modules", "dist", ".swc"].iter().any(|made| name == *made) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    hash(&files)
}

fn hash(files: &[impl AsRef<Path>]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let file = file.as_ref();
        file.hash(&mut hasher);
        fs::read(file).with_context(|| file.display().to_string())?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn npm(folder: &Path) -> Command {
    let mut npm = process::npm();
    npm.current_dir(folder);
    npm
}

/// Runs a compiler. They print pages of progress, which are shown where one fails.
fn run(command: &mut Command) -> Result<()> {
    let result = command.output().with_context(|| process::describe(command))?;
    if !result.status.success() {
        let said = [result.stdout, result.stderr].concat();
        bail!("{} failed:\n{}", process::describe(command), String::from_utf8_lossy(&said));
    }
    Ok(())
}
