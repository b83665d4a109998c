//! `cargo xtask bench server`, `bench attacks` and `bench soak`: load for the signaling server.
//!
//! The work is done by an example program of `crates/server`; here it is built as the server is for
//! production, with what it is compared to.

use std::fs;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::{peers, process, project};

pub(crate) const NAMES: [&str; 3] = ["server", "attacks", "soak"];

pub(crate) fn run(name: &str, mut args: Parser) -> Result<()> {
    let option = if name == "soak" { "minutes" } else { "sessions" };
    let mut value = None;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long(long) if long == option => value = Some(args.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if !cfg!(target_os = "linux") {
        bail!("memory and processor time are read from Linux");
    }
    let mut cargo = process::cargo();
    cargo.args(["build", "--release", "-p", "tt-rtc-server", "--bins", "--examples"]);
    process::run(&mut cargo)?;
    let folder = project::target().join("bench");
    fs::create_dir_all(&folder)?;
    let json = folder.join(format!("{name}.json"));
    let built = project::target().join("release");
    let mut load = process::command(built.join("examples/load"));
    load.arg(if name == "server" { "bench" } else { name });
    load.arg("--server").arg(built.join("tt-rtc-server")).arg("--json").arg(&json);
    if name == "server" {
        load.arg("--echo").arg(built.join("examples/echo"));
        match peers::install() {
            Ok(modules) => {
                load.arg("--peerjs").arg("crates/server/examples/peerjs.cjs");
                load.env("NODE_PATH", modules);
            }
            Err(error) => eprintln!("peerjs-server is left out: {error:#}"),
        }
    }
    if let Some(value) = value {
        load.arg(format!("--{option}")).arg(value);
    }
    process::run(&mut load)?;
    println!("\nThe numbers are in {}.", json.display());
    Ok(())
}
