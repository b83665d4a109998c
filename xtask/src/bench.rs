//! `cargo xtask bench`: measurements in a real browser, and of the server.

use std::fs;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::{build, load, peers, process, project, setup, sim};

const HELP: &str = "\
Builds the package and measures it in headless Chromium with fake devices. Prints a table and
writes the numbers to target/bench/NAME.json.

Usage: cargo xtask bench NAME [-- ARGUMENTS]

  join    from joinRtcRoom to the first remote frame, beside a bare pair of RTCPeerConnections
  churn   joins and leaves, hundreds of times in one page: heap, wasm memory, what is left over
  call    one call of the API, through JavaScript, wasm and back
  recovery [ROUNDS [ROUNDS OF OTHERS]]
          lost packets, cut paths and dead servers: how soon it is noticed, and how soon the
          first new frame is shown after the path is back (3), and then the same with peerjs and
          simple-peer (1)
  rooms [TABS [ROUNDS]]
          rooms of tabs with camera and microphone, `a` with a microphone alone (2,4,6,8): when
          all tiles have frames and all voices arrive, frames a second, uplink, sound that is
          missing, beside a bare mesh of RTCPeerConnections (1)
  intruder [SECONDS]
          what two people in a call notice of somebody who joins and leaves all the time (10)
  simulator  a project of 500 pages: first load, opening a page, setData, a change

ARGUMENTS go to the program, tests/e2e/bench/NAME.mjs. Without a browser, on Linux:

  server [--sessions N]  memory, joins, relayed messages and large rooms of the signaling server,
                         beside a bare echo and peerjs-server (10000)
  attacks                what bystanders notice of attacks on the signaling server
  soak [--minutes N]     members coming and going, with faults and attacks: nothing lost, memory
                         flat (30)
";

const NAMES: [&str; 7] = ["join", "churn", "call", "recovery", "rooms", "intruder", "simulator"];

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let name = match args.next()? {
        None => bail!("which one? {}", names()),
        Some(Arg::Short('h') | Arg::Long("help")) => {
            print!("{HELP}");
            return Ok(());
        }
        Some(Arg::Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    if load::NAMES.contains(&name.as_str()) {
        return load::run(&name, args);
    }
    if !NAMES.contains(&name.as_str()) {
        bail!("there is no benchmark `{name}`; there are {}", names());
    }
    let mut node = process::command("node");
    node.arg(format!("tests/e2e/bench/{name}.mjs"));
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Value(argument) => node.arg(argument),
            other => return Err(other.unexpected().into()),
        };
    }
    build::build()?;
    match name.as_str() {
        "intruder" => drop(node.env("TT_RTC_SERVER", build::server()?)),
        "recovery" => {
            node.env("TT_RTC_SERVER", build::server()?);
            match peers::install() {
                Ok(modules) => drop(node.env("TT_RTC_BENCH_PEERS", modules)),
                Err(error) => eprintln!("other libraries are left out: {error:#}"),
            }
        }
        "simulator" => drop(node.env("TT_RTC_SIM", sim::build()?)),
        _ => {}
    }
    let folder = project::target().join("bench");
    fs::create_dir_all(&folder)?;
    let json = folder.join(format!("{name}.json"));
    node.env("TT_RTC_CHROMIUM", setup::chromium()?).env("TT_RTC_BENCH_JSON", &json);
    process::run(&mut node)?;
    if !json.is_file() {
        bail!("the benchmark wrote no {}", json.display());
    }
    println!("The numbers are in {}.", json.display());
    Ok(())
}

fn names() -> String {
    [NAMES.as_slice(), load::NAMES.as_slice()].concat().join(", ")
}
