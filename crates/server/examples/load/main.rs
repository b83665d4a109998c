//! The load generator for signaling servers, for `cargo xtask bench server` and `cargo xtask bench soak`.
//!
//! It starts the servers on loopback. It reads their memory and processor time from `/proc`, so it runs
//! on Linux only.

mod client;
mod measure;
mod report;
mod soak;
mod subject;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use lexopt::{Arg, Parser, ValueExt as _};

/// The options.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) server: PathBuf,
    pub(crate) echo: Option<PathBuf>,
    /// The Node.js program that runs peerjs-server.
    pub(crate) peerjs: Option<PathBuf>,
    pub(crate) sessions: usize,
    pub(crate) minutes: f64,
    /// The file for the results.
    pub(crate) json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut options = Options { sessions: 10_000, minutes: 30.0, ..Options::default() };
    let mut what = None;
    let mut args = Parser::from_env();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("server") => options.server = args.value()?.into(),
            Arg::Long("echo") => options.echo = Some(args.value()?.into()),
            Arg::Long("peerjs") => options.peerjs = Some(args.value()?.into()),
            Arg::Long("sessions") => options.sessions = args.value()?.parse()?,
            Arg::Long("minutes") => options.minutes = args.value()?.parse()?,
            Arg::Long("json") => options.json = Some(args.value()?.into()),
            Arg::Value(name) if what.is_none() => what = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    match what.context("bench or soak?")?.as_str() {
        "bench" => report::run(&options).await,
        "soak" => soak::run(&options).await,
        other => bail!("there is no `{other}`"),
    }
}
