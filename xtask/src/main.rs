//! The commands of the project: `cargo xtask --help`.
//!
//! One file per command, each with its own `--help` and its own arguments. Beside them stand
//! [`project`] (where things are) and [`process`] (running other programs).

mod bench;
mod build;
mod count;
mod coverage;
mod crates;
mod dist;
mod frameworks;
mod fuzz;
mod layers;
mod licence;
mod load;
mod notices;
mod peers;
mod process;
mod project;
mod setup;
mod sim;
mod sizes;
mod supply;
mod test;
mod text;
mod web;
mod www;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser};

const HELP: &str = "\
The commands of tt-rtc.

Usage: cargo xtask COMMAND [OPTIONS]

  sim       run a mini-program's folder on phones in the browser
  web       build, then serve the example call and open it in the browser
  test      run every check, or one of: lint, native, types, wasm, e2e, packages
  build     make the npm package in pkg/ and print its size
  dist      make the npm package of the simulator, which needs no Rust
  bench     measure: join, churn, call, rooms, server and others
  fuzz      fuzz the hub and what reads files and messages, guided by coverage
  notices   write the licences of the libraries in what we give to others
  coverage  how much of the platform's API a phone has
  setup     install everything the other commands need

Each command first installs what it needs and is missing; the second run is quick.
`cargo xtask COMMAND --help` tells more.

Environment:
  TT_RTC_CHROMIUM    the Chromium or Chrome to use, instead of the one on PATH
  CHROMEDRIVER       the chromedriver to use, of the same version as that browser
  TT_RTC_SCHEDULES   how many simulated calls `test native` runs (20000)
  CI                 when set, no browser window is opened
";

fn main() -> ExitCode {
    match run(Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Parser) -> Result<()> {
    let command = match args.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => {
            print!("{HELP}");
            return Ok(());
        }
        Some(Arg::Value(command)) => command.to_string_lossy().into_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "sim" => sim::run(args),
        "web" => web::run(args),
        "test" => test::run(args),
        "build" => build::run(args),
        "dist" => dist::run(args),
        "coverage" => coverage::run(args),
        "bench" => bench::run(args),
        "fuzz" => fuzz::run(args),
        "notices" => notices::run(args),
        "setup" => setup::run(args),
        _ => bail!("there is no command `{command}`; `cargo xtask --help` lists them"),
    }
}

/// Reads the arguments of a command that takes none but `--help`; says whether to go on.
fn no_arguments(args: &mut Parser, help: &str) -> Result<bool> {
    match args.next()? {
        None => Ok(true),
        Some(Arg::Short('h') | Arg::Long("help")) => {
            print!("{help}");
            Ok(false)
        }
        Some(other) => Err(other.unexpected().into()),
    }
}
