//! Load for a signaling server: `cargo xtask bench server` and `cargo xtask bench soak` run it.
//!
//! It starts the servers itself, on loopback, and reads their memory and processor time where Linux
//! tells them; so it measures on Linux only.

mod client;
mod measure;
mod report;
mod soak;
mod subject;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use lexopt::{Arg, Parser, ValueExt as _};

/// What is to be run, and with what.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) server: PathBuf,
    pub(crate) echo: Option<PathBuf>,
    /// A program for node that serves peerjs.
    pub(crate) peerjs: Option<PathBuf>,
    pub(crate) sessions: usize,
    pub(crate) minutes: f64,
    /// Where the numbers go.
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
