//! `cargo xtask web`: the example call in a browser (`crates/example` serves it).

use std::process::Command;

use anyhow::Result;
use lexopt::{Arg, Parser, ValueExt};

use crate::{build, process};

const HELP: &str = "\
Tries the call library without a mini-program: builds it, serves the call page of examples/web to
this machine alone, and opens it in your browser. The page shows two people side by side: \"Join all\"
brings them into a call with each other, and more can be added. Stop it with Ctrl-C.

For a mini-program there is `cargo xtask sim FOLDER`.

Usage: cargo xtask web [OPTIONS]

Options:
  --lan       also for other machines of your network, a phone for one. Prints two addresses, and
              a QR code that a phone scans to join the call. Browsers give cameras to https pages
              only, so the page has a certificate made for the occasion: each browser warns of it
              once, and you go on to the page. Opens no browser window
  --port N    the port to serve the page at; 8080 if not given. If that is in use, the next free one
  --no-open   do not open the page in the browser (that is the default where CI is set)
";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let mut options = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Arg::Long("port") => {
                options.push(format!("--port={}", args.value()?.parse::<u16>()?));
            }
            Arg::Long(option @ ("lan" | "no-open")) => options.push(format!("--{option}")),
            _ => return Err(arg.unexpected().into()),
        }
    }
    build::build()?;
    process::run(process::cargo().args(["build", "--package=tt-rtc-example"]))?;
    process::become_process(Command::new(build::program("tt-rtc-example")).args(options))
}
