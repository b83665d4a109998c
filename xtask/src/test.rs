//! `cargo xtask test`: every check of the project, or one suite of them.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use serde_json::{Value, json};

use crate::count::Count;
use crate::setup::WASM_TARGET;
use crate::{build, dist, frameworks, layers, notices, process, project, setup, sim, supply, www};

const HELP: &str = "\
Runs every check of the project, or one suite of them.

Usage: cargo xtask test [SUITE] [OPTIONS] [-- ARGUMENTS]

  lint    formatting, clippy (native and wasm) and documentation, warnings being errors;
          the format of scripts (.oxfmtrc.json), promises that nobody waits for, the layers
          of www and what else oxlint finds (.oxlintrc.json); the notices of what we give to
          others; licences, sources and duplicates of crates and npm packages (deny.toml);
          the layers of src
  native  the tests that need no browser, with the simulation of whole calls
  types   the npm packages' types, against the official typings, and the simulator's pages
  wasm    the library's own tests, in headless Chromium with fake devices
  e2e     builds the package and the simulator, then whole pages in Chromium:
          tests/e2e/*.test.mjs
  packages the npm package as bundlers and frameworks import it: tests/packages

Options:
  --schedules N   how many simulated calls `native` runs (or TT_RTC_SCHEDULES; 20000)

ARGUMENTS go to the runner of the one suite that is named:
  cargo xtask test native -- token             tests with `token` in their name
  cargo xtask test e2e web                     files with `web` in their name
  cargo xtask test e2e -- --test-name-pattern=leave

The last line is the sum over all suites: `N passed, N failed, N skipped`.
";

/// How many calls the simulation goes through if nobody says otherwise.
const SCHEDULES: u64 = 20_000;

/// In the order in which they run: what fails soonest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suite {
    Lint,
    Native,
    Types,
    Wasm,
    E2e,
    Packages,
}

const ALL: [Suite; 6] =
    [Suite::Lint, Suite::Native, Suite::Types, Suite::Wasm, Suite::E2e, Suite::Packages];

#[derive(Debug, Default)]
struct Options {
    suite: Option<Suite>,
    schedules: Option<u64>,
    arguments: Vec<OsString>,
}

struct Report {
    suite: Suite,
    count: Count,
    time: Duration,
}

pub(crate) fn run(args: Parser) -> Result<()> {
    let Some(options) = parse(args)? else {
        print!("{HELP}");
        return Ok(());
    };
    let suites = options.suite.map_or_else(|| ALL.to_vec(), |suite| vec![suite]);
    let reports: Vec<_> = suites.into_iter().map(|suite| report(suite, &options)).collect();
    let mut sum = Count::default();
    println!();
    for Report { suite, count, time } in &reports {
        println!("{:<9}{:>6.1} s   {count}", suite.name(), time.as_secs_f64());
        sum += *count;
    }
    println!("{sum}");
    if sum.failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}

/// The options, or nothing where help was asked for.
fn parse(mut args: Parser) -> Result<Option<Options>> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("schedules") => options.schedules = Some(args.value()?.parse()?),
            Arg::Value(name) if options.suite.is_none() => {
                options.suite = Some(Suite::of(&name.string()?)?);
            }
            Arg::Value(argument) => options.arguments.push(argument),
            _ => return Err(arg.unexpected().into()),
        }
    }
    Ok(Some(options))
}

/// Runs one suite; whatever goes wrong in it becomes a failure that is counted.
fn report(suite: Suite, options: &Options) -> Report {
    let start = Instant::now();
    let count = suite.run(options).unwrap_or_else(|error| {
        eprintln!("error: {}: {error:#}", suite.name());
        Count::check(false)
    });
    Report { suite, count, time: start.elapsed() }
}

impl Suite {
    fn of(name: &str) -> Result<Self> {
        let suite = ALL.into_iter().find(|suite| suite.name() == name);
        suite.with_context(|| {
            format!("there is no suite `{name}`; there are {}", ALL.map(Self::name).join(", "))
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Types => "types",
            Self::Wasm => "wasm",
            Self::E2e => "e2e",
            Self::Packages => "packages",
        }
    }

    fn run(self, options: &Options) -> Result<Count> {
        match self {
            Self::Lint => lint(),
            Self::Native => native(options),
            Self::Types => types(),
            Self::Wasm => wasm(options),
            Self::E2e => e2e(options),
            Self::Packages => packages(options),
        }
    }

    /// The first line of a suite: what it is about to run.
    fn announce(self, what: &str) {
        println!("\n== {}: {what}", self.name());
    }
}

fn lint() -> Result<Count> {
    Suite::Lint
        .announce("rustfmt, clippy (native and wasm), rustdoc and oxlint, warnings being errors");
    setup::rust_components()?;
    setup::wasm_target()?;
    let clippy = |scope: &[&str]| {
        let mut cargo = process::cargo();
        cargo.arg("clippy").args(scope).args(["--", "--deny=warnings"]);
        cargo
    };
    let mut doc = process::cargo();
    doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny=warnings");
    let mut fmt = process::cargo();
    fmt.args(["fmt", "--all", "--check"]);
    let packages = ["--package=tt-rtc", "--package=tt-rtc-local", "--package=tt-rtc-browser"];
    let native = clippy(&["--workspace", "--all-targets"]);
    let wasm = clippy(&[&packages[..], &["--all-targets", "--target", WASM_TARGET]].concat());
    let packaged = clippy(&[&build::PACKAGED[..], &["--lib", "--target", WASM_TARGET]].concat());
    let mut count = Count::default();
    for mut check in [fmt, native, wasm, packaged, doc] {
        count += run_check(&mut check)?;
    }
    type Check = fn() -> Result<()>;
    setup::node_modules()?;
    let checks: [(&str, Check); 6] = [
        ("the format of scripts: `npx oxfmt` writes them so", script_format),
        ("oxlint: floating promises, the layers of www and what else is wrong in scripts", scripts),
        ("the notices of the package, the server and the simulator", notices::check),
        ("licences, sources and duplicates of crates and npm packages", supply::check),
        ("cargo deny", supply::cargo_deny),
        ("the layers of the library", layers::check),
    ];
    for (name, check) in checks {
        println!("{name}");
        let result = check();
        if let Err(error) = &result {
            println!("{error:#}");
        }
        println!("{}", if result.is_ok() { "ok" } else { "FAILED" });
        count += Count::check(result.is_ok());
    }
    Ok(count)
}

fn script_format() -> Result<()> {
    process::run(process::node_module("oxfmt/bin/oxfmt").arg("--check"))
}

fn scripts() -> Result<()> {
    let mut oxlint = process::node_module("oxlint/bin/oxlint");
    process::run(oxlint.args(["--deny-warnings", "--report-unused-disable-directives"]))
}

fn native(options: &Options) -> Result<Count> {
    let schedules = match (options.schedules, std::env::var("TT_RTC_SCHEDULES")) {
        (Some(number), _) => number,
        (None, Ok(number)) => number.parse().context("TT_RTC_SCHEDULES is not a number")?,
        (None, Err(_)) => SCHEDULES,
    };
    Suite::Native.announce(&format!("cargo test without a browser; {schedules} simulated calls"));
    // The tests of the compiler of mini-programs run the one of Less.
    www::build()?;
    let mut count = Count::default();
    // The commands apart: cargo has compiled what they need, with other features than the rest has.
    for packages in [&build::NATIVE[..], &["--package=xtask"]] {
        let mut cargo = process::cargo();
        cargo.arg("test").args(packages).args(["--no-fail-fast", "--"]);
        cargo.args(&options.arguments).env("TT_RTC_SCHEDULES", schedules.to_string());
        count += run_tests(&mut cargo, Count::read_rust)?;
    }
    Ok(count)
}

fn types() -> Result<Count> {
    Suite::Types.announce("the packages' types and the simulator's pages, with tsc --strict");
    setup::node_modules()?;
    let mut count = Count::default();
    for project in ["tests/types", "tests/types/simulator", "www"] {
        let mut tsc = process::node_module("typescript/bin/tsc");
        count += run_check(tsc.args(["--strict", "--noEmit", "--project", project]))?;
    }
    Ok(count)
}

fn wasm(options: &Options) -> Result<Count> {
    Suite::Wasm.announce("wasm-bindgen tests in headless Chromium with fake devices");
    setup::wasm_target()?;
    setup::test_runner()?;
    let mut cargo = process::cargo();
    cargo.args(["test", "--package=tt-rtc", "--target", WASM_TARGET]);
    cargo.args(["--lib", "--tests", "--no-fail-fast", "--"]).args(&options.arguments);
    cargo.env("CHROMEDRIVER", setup::chromedriver()?);
    cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities()?);
    run_tests(&mut cargo, Count::read_rust)
}

fn e2e(options: &Options) -> Result<Count> {
    Suite::E2e.announce(
        "whole pages in Chromium, and in Firefox: tests/e2e/*.test.mjs, with the built package",
    );
    let simulator = build::program("tt-rtc-sim");
    let package = thread::scope(|scope| {
        // npm waits for the network, and the last step of a wasm keeps one processor busy.
        let frameworks = scope.spawn(frameworks::build);
        sim::pages()?;
        build::build()?;
        build::programs()?;
        let package = dist::for_tests(&simulator)?;
        frameworks.join().unwrap_or_else(|_| bail!("a thread panicked"))?;
        anyhow::Ok(package)
    })?;
    let is_option = |argument: &&OsString| argument.to_string_lossy().starts_with('-');
    let (flags, names): (Vec<_>, Vec<_>) = options.arguments.iter().partition(is_option);
    let files = e2e_files(&names)?;
    let environment = [
        ("TT_RTC_CHROMIUM", setup::chromium()?),
        ("TT_RTC_SIM_PACKAGE", package),
        ("TT_RTC_SIM", simulator),
        ("TT_RTC_SERVER", build::program("tt-rtc-server")),
        ("TT_RTC_FIREFOX", setup::firefox()?),
        ("TT_RTC_TURNSERVER", setup::turnserver()?),
        ("TT_RTC_EXAMPLE", build::program("tt-rtc-example")),
    ];
    setup::network_tools()?;
    setup::proxies()?;
    let mut node = process::command("node");
    // A test of a call waits more than it computes: two at once leave one of two processors idle at times.
    let at_once = (thread::available_parallelism().map_or(2, usize::from) * 3 / 2).to_string();
    node.args(["--test", "--test-reporter=spec", "--test-concurrency", &at_once]);
    // Of a whole file: one that hangs shall not take the run with it.
    node.arg("--test-timeout=900000").args(flags).args(files).envs(environment);
    run_tests(&mut node, Count::read_node)
}

fn packages(options: &Options) -> Result<Count> {
    Suite::Packages.announce("calls in pages that bundlers and frameworks build, in Chromium");
    frameworks::install(&project::root().join("tests/packages"), "bundlers and frameworks")?;
    let compilers = project::root().join("examples/frameworks");
    frameworks::install(&compilers.join("uni-vue3"), "the compiler of uni-app with Vue 3")?;
    frameworks::install(&compilers.join("taro"), "the compiler of Taro with React and with Vue 3")?;
    build::package()?;
    let mut node = process::command("node");
    node.args(["--test", "--test-reporter=spec", "--test-timeout=900000"]);
    node.args(&options.arguments).arg(project::root().join("tests/packages/imports.test.mjs"));
    run_tests(node.env("TT_RTC_CHROMIUM", setup::chromium()?), Count::read_node)
}

/// The end-to-end tests, of `names` those with one of them in the name.
fn e2e_files(names: &[&OsString]) -> Result<Vec<PathBuf>> {
    let folder = project::root().join("tests/e2e");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).context("tests/e2e")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let wanted =
            names.is_empty() || names.iter().any(|part| name.contains(&*part.to_string_lossy()));
        if wanted && name.ends_with(".test.mjs") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("no file of tests/e2e has such a name");
    }
    files.sort();
    Ok(files)
}

/// `webdriver.json` with the browser that [`setup::chromium`] found; where that is.
fn capabilities() -> Result<PathBuf> {
    let text = fs::read_to_string(project::root().join("webdriver.json"))?;
    let mut capabilities: Value = serde_json::from_str(&text).context("webdriver.json")?;
    let options = capabilities.get_mut("goog:chromeOptions").and_then(Value::as_object_mut);
    let options = options.context("webdriver.json has no goog:chromeOptions")?;
    options.insert("binary".to_owned(), json!(setup::chromium()?));
    let path = project::work().join("webdriver.json");
    fs::create_dir_all(project::work())?;
    fs::write(&path, capabilities.to_string())?;
    Ok(path)
}

/// Runs a check that passes or fails as a whole.
fn run_check(command: &mut Command) -> Result<Count> {
    println!("{}", process::describe(command));
    let start = Instant::now();
    let passed = process::watch(command, |_line| ())?;
    let verdict = if passed { "ok" } else { "FAILED" };
    println!("{verdict} ({:.1} s)", start.elapsed().as_secs_f64());
    Ok(Count::check(passed))
}

/// Runs a test runner, `read` finding its counts in what it prints.
fn run_tests(command: &mut Command, read: impl Fn(&mut Count, &str)) -> Result<Count> {
    let mut count = Count::default();
    let passed = process::watch(command, |line| read(&mut count, line))?;
    if !passed && count.failed == 0 {
        // It did not get as far as a test: it did not compile, or a runner broke down.
        println!("{} failed", process::describe(command));
        count += Count::check(false);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::{Options, Suite, parse};

    fn options(args: &[&str]) -> Options {
        let args = ["test"].iter().chain(args).copied();
        parse(lexopt::Parser::from_iter(args)).unwrap().unwrap()
    }

    #[test]
    fn without_arguments_nothing_is_left_out() {
        let options = options(&[]);
        assert_eq!(options.suite, None);
        assert_eq!(options.schedules, None);
    }

    #[test]
    fn what_follows_the_suite_goes_to_its_runner() {
        let options = options(&["e2e", "--schedules", "5", "web", "--", "--only"]);
        assert_eq!(options.suite, Some(Suite::E2e));
        assert_eq!(options.schedules, Some(5));
        assert_eq!(options.arguments, ["web", "--only"]);
    }

    #[test]
    fn an_unknown_suite_is_answered_with_those_there_are() {
        let error = Suite::of("unit").unwrap_err().to_string();
        assert!(error.contains("lint, native, types, wasm, e2e, packages"), "{error}");
    }
}
