//! `cargo xtask setup`: installs what the other commands need.
//!
//! Each part looks first whether it is done, which takes milliseconds, and is called by every
//! command that needs it. Nothing is installed outside the project but the Rust target, the
//! Rust components and, as root on Debian, the browsers, coturn and what makes networks for tests.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use lexopt::Parser;

use crate::{frameworks, no_arguments, process, project};

/// What everything of ours that browsers run is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The Debian packages of the browser.
const BROWSER: &[&str] = &["chromium", "chromium-driver"];

const HELP: &str = "\
Installs what the other commands need. They do so by themselves: this command is for doing it
ahead of time, and for seeing what is used.

Usage: cargo xtask setup

  - the Rust target wasm32-unknown-unknown, clippy and rustfmt, with rustup
  - wasm-bindgen's test runner, of the version in Cargo.lock, into target/tools
  - the npm packages of package-lock.json, into node_modules
  - the compilers of uni-app and Taro, and with them the programs of examples/frameworks
  - Chromium and chromedriver: $TT_RTC_CHROMIUM and $CHROMEDRIVER, else those on PATH,
    else installed with apt-get where that is possible (as root on Debian)
  - Firefox, for calls between unlike browsers: $TT_RTC_FIREFOX, else likewise
  - coturn, a TURN server for some of the tests: $TT_RTC_TURNSERVER, else likewise
  - ip, nft and openssl, for tests of calls between machines: on Linux, where that is possible;
    without them those tests are skipped
  - nginx, Caddy and HAProxy, for tests of deploy/: likewise, but only where no systemd would start
    them as services, as in a container

What is there already is left alone.
";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    if !no_arguments(&mut args, HELP)? {
        return Ok(());
    }
    rust_components()?;
    wasm_target()?;
    test_runner()?;
    node_modules()?;
    frameworks::build()?;
    let (chromium, driver) = (chromium()?, chromedriver()?);
    let (firefox, turnserver) = (firefox()?, turnserver()?);
    network_tools()?;
    proxies()?;
    println!("wasm-bindgen  {}", wasm_bindgen_version()?);
    println!("chromium      {}", chromium.display());
    println!("chromedriver  {}", driver.display());
    println!("firefox       {}", firefox.display());
    println!("turnserver    {}", turnserver.display());
    println!("Everything is set up.");
    Ok(())
}

/// The Rust target for WebAssembly.
pub(crate) fn wasm_target() -> Result<()> {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    if PathBuf::from(process::output(&mut rustc)?.trim()).is_dir() {
        return Ok(());
    }
    say("Installing the Rust target wasm32-unknown-unknown (less than a minute).");
    process::run(process::command("rustup").args(["target", "add", WASM_TARGET]))
}

/// clippy and rustfmt, which rustup's minimal profile leaves out.
pub(crate) fn rust_components() -> Result<()> {
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    let bin = PathBuf::from(sysroot.trim()).join("bin");
    let missing =
        |name: &str| !bin.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).exists();
    if !missing("cargo-clippy") && !missing("cargo-fmt") {
        return Ok(());
    }
    say("Installing clippy and rustfmt (less than a minute).");
    process::run(process::command("rustup").args(["component", "add", "clippy", "rustfmt"]))
}

/// The runner of wasm-bindgen tests, in exactly the version of the crate that is linked in.
///
/// Not below [`project::target`], which may be elsewhere: `.cargo/config.toml` names the runner by
/// this path, so that a bare `cargo test --target wasm32-unknown-unknown` finds it too.
pub(crate) fn test_runner() -> Result<()> {
    let version = wasm_bindgen_version()?;
    let tools = project::root().join("target/tools");
    let installed = fs::read_to_string(tools.join(".crates.toml")).unwrap_or_default();
    if installed.contains(&format!("\"wasm-bindgen-cli {version} ")) {
        return Ok(());
    }
    say(&format!(
        "Installing wasm-bindgen-test-runner {version} into target/tools (a minute or two, once)."
    ));
    let install = |locked: bool| {
        let mut cargo = process::cargo();
        cargo.args(["install", "wasm-bindgen-cli", "--version", &version, "--root"]).arg(&tools);
        // Its default features are for HTTPS, which nothing here uses.
        cargo.args(["--no-default-features", "--bin=wasm-bindgen-test-runner"]);
        // Optimised it would take ten times as long to build, and save a second for each test file.
        cargo.arg("--debug").env("CARGO_PROFILE_DEV_DEBUG", "none");
        if locked {
            cargo.arg("--locked");
        }
        process::run(&mut cargo)
    };
    if let Err(error) = install(true) {
        // A registry mirror may be some days behind what the tool was locked with.
        say(&format!("{error:#}. Trying again with the newest dependencies this registry has."));
        install(false)?;
    }
    Ok(())
}

/// The npm packages of `package-lock.json`.
pub(crate) fn node_modules() -> Result<()> {
    let root = project::root();
    let lock = fs::read(root.join("package-lock.json")).context("package-lock.json")?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    let wanted = format!("{:016x}", hasher.finish());
    let stamp = root.join("node_modules/.tt-rtc-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    node_version()?;
    say("Installing the npm packages of package-lock.json (about a minute).");
    // No package here needs its install script.
    let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    process::run(process::npm().args(options))?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// Chromium or Chrome.
pub(crate) fn chromium() -> Result<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let apps =
        ["Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"];
    let app = || {
        apps.map(|app| PathBuf::from("/Applications").join(app))
            .into_iter()
            .find(|app| app.is_file())
    };
    let find = || process::on_path(&names).or_else(app);
    find_or_install("TT_RTC_CHROMIUM", "Chromium", BROWSER, find)
}

/// The WebDriver server of that browser, which the wasm test runner needs.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    find_or_install("CHROMEDRIVER", "chromedriver", BROWSER, || process::on_path(&["chromedriver"]))
}

/// Firefox.
pub(crate) fn firefox() -> Result<PathBuf> {
    let app = || Some(PathBuf::from("/Applications/Firefox.app/Contents/MacOS/firefox"));
    find_or_install("TT_RTC_FIREFOX", "Firefox", &["firefox-esr"], || {
        let program = process::on_path(&["firefox", "firefox-esr"]);
        program.or_else(|| app().filter(|app| app.is_file()))
    })
}

/// coturn.
pub(crate) fn turnserver() -> Result<PathBuf> {
    find_or_install("TT_RTC_TURNSERVER", "coturn", &["coturn"], || {
        process::on_path(&["turnserver"])
    })
}

/// What tests make networks of machines with. They need root, as does the installation.
pub(crate) fn network_tools() -> Result<()> {
    let tools = [("ip", "iproute2"), ("nft", "nftables"), ("openssl", "openssl")];
    let missing = tools.iter().filter(|(program, _)| process::on_path(&[program]).is_none());
    let packages: Vec<_> = missing.map(|(_, package)| *package).collect();
    if !packages.is_empty() && can_apt_install() {
        apt_install(&packages)?;
    }
    Ok(())
}

/// The proxies whose configurations are in `deploy/`, and Redis: 13 MB to download. As services they would
/// take the ports 80, 443 and 6379, so they are not installed where systemd runs.
pub(crate) fn proxies() -> Result<()> {
    let missing: Vec<_> = ["nginx", "caddy", "haproxy", "redis-server"]
        .into_iter()
        .filter(|name| process::on_path(&[name]).is_none())
        .collect();
    let starts_services = Path::new("/run/systemd/system").exists();
    if !missing.is_empty() && can_apt_install() && !starts_services {
        apt_install(&missing)?;
    }
    Ok(())
}

fn find_or_install(
    variable: &str,
    name: &str,
    packages: &[&str],
    find: impl Fn() -> Option<PathBuf>,
) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable).map(PathBuf::from) {
        if !path.is_file() {
            bail!("{variable} is set to {}, where there is no file", path.display());
        }
        return Ok(path);
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    if can_apt_install() {
        apt_install(packages)?;
    }
    find().with_context(|| {
        format!(
            "{name} was not found. Install it so that it is on PATH (of Chromium or Chrome and \
             chromedriver the same version), or set {variable} to the program's path"
        )
    })
}

/// As root on Debian. (On Ubuntu the packages of these names are stubs that want snap.)
fn can_apt_install() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is_debian = release.lines().any(|line| line == "ID=debian");
    is_debian && Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

fn apt_install(packages: &[&str]) -> Result<()> {
    say(&format!("Installing {} with apt-get (some minutes, once).", packages.join(" and ")));
    let apt = |args: &[&str]| {
        let mut apt = process::command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        // Another apt may be at work on a fresh machine: wait for it rather than fail.
        apt.args(["--quiet", "--yes", "-o", "DPkg::Lock::Timeout=300"]).args(args);
        process::run(&mut apt)
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

/// The version of the wasm-bindgen crate in `Cargo.lock`; the tool must be of the same.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(project::root().join("Cargo.lock")).context("Cargo.lock")?;
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"wasm-bindgen\"");
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \""));
    let version = version.and_then(|version| version.strip_suffix('"'));
    Ok(version.context("Cargo.lock names no version of wasm-bindgen")?.to_owned())
}

pub(crate) fn node_version() -> Result<()> {
    let version = process::output(process::command("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    if major.and_then(|major| major.parse::<u32>().ok()).is_none_or(|major| major < 20) {
        bail!("Node.js 20 or newer is needed; this is {}", version.trim());
    }
    Ok(())
}

/// Says what is about to take a while; apart from what the commands print as their result.
pub(crate) fn say(what: &str) {
    eprintln!("{what}");
}
