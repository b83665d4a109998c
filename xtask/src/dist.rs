//! `cargo xtask dist`: the npm package `tt-rtc-sim`, with the simulator's program in it.
//!
//! The program is in a package of its own for each system, as npm installs only the one that fits, and
//! the package `tt-rtc-sim` starts it. `release.yml` makes those of all systems.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use serde_json::{Map, Value, json};

use crate::{notices, process, project, setup, sim};

const HELP: &str = "\
Makes the npm package tt-rtc-sim in dist/: the simulator, which then needs neither Rust nor this
repository.

Usage: cargo xtask dist [OPTIONS]

Makes tt-rtc-sim-SYSTEM-VERSION.tgz, with the program for this system, and tt-rtc-sim-VERSION.tgz,
which has the other one inside, so that it can be installed alone:

  npx --package dist/tt-rtc-sim-VERSION.tgz tt-rtc-sim FOLDER

Options:
  --target TRIPLE  the program for another system; its Rust target has to be installed
  --publish        tt-rtc-sim-VERSION.tgz as it is published: it names the packages of all systems,
                   and has none of them inside
";

/// A system that the simulator is built for.
struct System {
    /// Rust's name of it.
    target: &'static str,
    /// Node's names: `process.platform` and `process.arch`.
    os: &'static str,
    cpu: &'static str,
    /// The C library, where npm has to choose.
    libc: Option<&'static str>,
}

const SYSTEMS: [System; 7] = [
    System::linux("x86_64-unknown-linux-gnu", "x64", "glibc"),
    System::linux("aarch64-unknown-linux-gnu", "arm64", "glibc"),
    System::linux("x86_64-unknown-linux-musl", "x64", "musl"),
    System::linux("aarch64-unknown-linux-musl", "arm64", "musl"),
    System { target: "x86_64-apple-darwin", os: "darwin", cpu: "x64", libc: None },
    System { target: "aarch64-apple-darwin", os: "darwin", cpu: "arm64", libc: None },
    System { target: "x86_64-pc-windows-msvc", os: "win32", cpu: "x64", libc: None },
];

/// What goes along into each package.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

#[derive(Default)]
struct Options {
    target: Option<String>,
    publish: bool,
}

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Arg::Long("target") => options.target = Some(args.value()?.string()?),
            Arg::Long("publish") => options.publish = true,
            _ => return Err(arg.unexpected().into()),
        }
    }
    setup::node_modules()?;
    notices::write()?;
    sim::pages()?;
    let program = compile(&options)?;
    for package in make(&options, &program, &project::root().join("dist"))? {
        let bytes = fs::metadata(&package)?.len();
        let name = package.strip_prefix(project::root()).unwrap_or(&package);
        println!("{:<52}{bytes:>12}", name.display());
    }
    Ok(())
}

/// Makes the package for tests, with this program in it; where it is.
pub(crate) fn for_tests(program: &Path) -> Result<PathBuf> {
    setup::node_modules()?;
    notices::write()?;
    let [_own, launcher] = make(&Options::default(), program, &project::work().join("dist"))?;
    Ok(launcher)
}

/// Makes the package with the program and the one that starts it.
fn make(options: &Options, program: &Path, to: &Path) -> Result<[PathBuf; 2]> {
    let host = host()?;
    let target = options.target.as_deref().unwrap_or(&host);
    let system = SYSTEMS.iter().find(|system| system.target == target).with_context(|| {
        let known = SYSTEMS.map(|system| system.target).join(", ");
        format!("there is no package for {target}; there are those for {known}")
    })?;
    let work = project::work().join("npm");
    let own = work.join(system.package());
    make_own(system, program, &own)?;
    let launcher = work.join("tt-rtc-sim");
    make_launcher(options, system, &own, &launcher)?;
    fs::create_dir_all(to)?;
    Ok([pack(&own, to)?, pack(&launcher, to)?])
}

/// Makes the file of a package that npm installs; where it is.
fn pack(package: &Path, to: &Path) -> Result<PathBuf> {
    let mut npm = process::npm();
    npm.arg("pack").arg(package).arg("--pack-destination").arg(to);
    let printed = process::output(npm.args(["--ignore-scripts", "--loglevel=error"]))?;
    Ok(to.join(printed.trim()))
}

/// The system that this is.
fn host() -> Result<String> {
    let version = process::output(process::command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

/// Compiles the program with its pages in it; where it is.
fn compile(options: &Options) -> Result<PathBuf> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--release", "--locked", "--package=tt-rtc-sim", "--bin=tt-rtc-sim"]);
    let mut folder = project::target();
    if let Some(target) = &options.target {
        cargo.args(["--target", target]);
        folder.push(target);
    }
    folder.push("release");
    println!("Building the simulator for tt-rtc-sim: some minutes the first time.");
    process::run(&mut cargo)?;
    let windows = options.target.as_deref().map_or(cfg!(windows), |name| name.contains("windows"));
    Ok(folder.join(if windows { "tt-rtc-sim.exe" } else { "tt-rtc-sim" }))
}

impl System {
    const fn linux(target: &'static str, cpu: &'static str, libc: &'static str) -> Self {
        Self { target, os: "linux", cpu, libc: Some(libc) }
    }

    /// The name of its package. The launcher forms it, too.
    fn package(&self) -> String {
        let libc = match self.libc {
            Some("glibc") => "-gnu",
            Some(_) => "-musl",
            None => "",
        };
        format!("tt-rtc-sim-{}-{}{libc}", self.os, self.cpu)
    }
}

/// The package with the program.
fn make_own(system: &System, program: &Path, folder: &Path) -> Result<()> {
    let manifest = launcher_manifest()?;
    let name = program.file_name().context("a program")?.to_string_lossy().into_owned();
    let notices = "THIRD-PARTY.txt";
    let mut own = json!({
        "name": system.package(),
        "version": version(&manifest)?,
        "description": format!("The program of tt-rtc-sim for {} {}", system.os, system.cpu),
        "license": manifest.get("license"),
        "files": [&name, notices, LICENCES[0], LICENCES[1]],
        "os": [system.os],
        "cpu": [system.cpu],
        // The program is started where it lies.
        "preferUnplugged": true,
    });
    if let (Some(libc), Some(own)) = (system.libc, own.as_object_mut()) {
        own.insert("libc".to_owned(), json!([libc]));
    }
    empty(folder)?;
    fs::write(folder.join("package.json"), format!("{own:#}\n"))?;
    fs::copy(program, folder.join(name)).context("the program")?;
    fs::copy(project::root().join("crates/simulator").join(notices), folder.join(notices))?;
    licences(folder)
}

/// The package that starts the program.
fn make_launcher(options: &Options, system: &System, own: &Path, folder: &Path) -> Result<()> {
    let source = project::root().join("crates/simulator/npm");
    let mut manifest = launcher_manifest()?;
    let version = version(&manifest)?;
    let fields = manifest.as_object_mut().context("package.json")?;
    let needs = |systems: &[System]| -> Map<String, Value> {
        systems.iter().map(|system| (system.package(), json!(version))).collect()
    };
    empty(folder)?;
    if options.publish {
        fields.insert("optionalDependencies".to_owned(), json!(needs(&SYSTEMS)));
    } else {
        fields.insert("dependencies".to_owned(), json!({ system.package(): version }));
        fields.insert("bundleDependencies".to_owned(), json!([system.package()]));
        copy(own, &folder.join("node_modules").join(system.package()))?;
    }
    fs::write(folder.join("package.json"), format!("{manifest:#}\n"))?;
    for file in ["README.md", "test.js", "test.d.ts"] {
        fs::copy(source.join(file), folder.join(file)).context(file)?;
    }
    for part in ["bin", "lib"] {
        copy(&source.join(part), &folder.join(part))?;
    }
    licences(folder)
}

fn launcher_manifest() -> Result<Value> {
    let text = include_str!("../../crates/simulator/npm/package.json");
    Ok(serde_json::from_str(text)?)
}

/// The version of the packages, which is that of the program.
fn version(manifest: &Value) -> Result<String> {
    let version = manifest.get("version").and_then(Value::as_str).unwrap_or_default();
    if version != env!("CARGO_PKG_VERSION") {
        bail!("crates/simulator/npm/package.json has another version than Cargo.toml");
    }
    Ok(version.to_owned())
}

fn licences(folder: &Path) -> Result<()> {
    for name in LICENCES {
        fs::copy(project::root().join(name), folder.join(name)).context(name)?;
    }
    Ok(())
}

fn empty(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// Copies the files of a folder that has no folders.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{SYSTEMS, launcher_manifest, version};

    #[test]
    fn the_packages_have_the_version_of_the_program() {
        assert!(version(&launcher_manifest().unwrap()).is_ok());
    }

    #[test]
    fn packages_are_named_as_the_launcher_looks_for_them() {
        let names = SYSTEMS.map(|system| system.package());
        assert_eq!(names[0], "tt-rtc-sim-linux-x64-gnu");
        assert_eq!(names[3], "tt-rtc-sim-linux-arm64-musl");
        assert_eq!(names[5..], ["tt-rtc-sim-darwin-arm64", "tt-rtc-sim-win32-x64"]);
    }
}
