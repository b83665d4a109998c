//! The load generator for signaling servers, for `cargo xtask bench` `server`, `attacks` and `soak`.
//!
//! It starts the servers on loopback. It reads their memory and processor time from `/proc`, so it runs
//! on Linux only.

mod attacks;
mod client;
mod measure;
mod report;
mod soak;
mod subject;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};

/// Loads signaling servers and reports what it measures
#[derive(Debug, Parser)]
pub(crate) struct Options {
    #[arg(value_enum)]
    load: Load,
    /// The program `tt-rtc-server`
    #[arg(long)]
    pub(crate) server: PathBuf,
    /// The program of the example `echo`
    #[arg(long)]
    pub(crate) echo: Option<PathBuf>,
    /// The Node.js program that runs peerjs-server
    #[arg(long)]
    pub(crate) peerjs: Option<PathBuf>,
    #[arg(long, default_value_t = 10_000)]
    pub(crate) sessions: usize,
    #[arg(long, default_value_t = 30.0)]
    pub(crate) minutes: f64,
    /// The attack, and the address of the server that it is on
    #[arg(long, value_enum, requires = "at")]
    attack: Option<attacks::Attack>,
    #[arg(long)]
    at: Option<SocketAddr>,
    /// The file for the results
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Load {
    Bench,
    Attacks,
    /// One of the attacks: `attacks` starts it
    Attack,
    Soak,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    match options.load {
        Load::Bench => report::run(&options).await,
        Load::Attacks => attacks::run(&options).await,
        Load::Attack => {
            let attack = options.attack.zip(options.at).context("--attack and --at")?;
            attacks::perform(attack.0, attack.1).await
        }
        Load::Soak => soak::run(&options).await,
    }
}
