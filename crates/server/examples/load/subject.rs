//! A server that is measured: a process of its own, on loopback.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Ticks of the kernel's clock in a second: `USER_HZ`, which is 100 on every Linux that matters.
const TICKS: u64 = 100;

pub(crate) struct Subject {
    pub(crate) address: SocketAddr,
    pub(crate) kind: Kind,
    child: Child,
}

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    TtRtc,
    Echo,
    PeerJs,
}

impl Subject {
    pub(crate) async fn tt_rtc(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen=127.0.0.1:0", "--log-level=error"]);
        command.arg("--limits-connections-per-address=1000000");
        Self::start(command, Kind::TtRtc).await
    }

    pub(crate) async fn echo(program: &Path) -> Result<Self> {
        Self::start(Command::new(program), Kind::Echo).await
    }

    pub(crate) async fn peerjs(program: &Path) -> Result<Self> {
        let mut command = Command::new("node");
        command.arg(program);
        Self::start(command, Kind::PeerJs).await
    }

    async fn start(mut command: Command, kind: Kind) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn();
        let mut child = child.with_context(|| format!("cannot start {kind:?}"))?;
        let output = child.stdout.take().context("its output")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(url) = line.strip_prefix("Listening at ws://") {
                let address = url.trim_end_matches('/').parse()?;
                return Ok(Self { address, kind, child });
            }
        }
        bail!("{kind:?} does not say where it listens")
    }

    fn proc(&self, file: &str) -> Result<String> {
        let id = self.child.id().context("it has ended")?;
        fs::read_to_string(format!("/proc/{id}/{file}")).context("memory and time are on Linux")
    }

    /// Resident memory, in bytes. Sockets are the kernel's, and not in it.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB"));
        Ok(kilobytes.context("VmRSS")?.trim().parse::<u64>()? * 1024)
    }

    /// Processor time since it was started.
    pub(crate) fn processor(&self) -> Result<Duration> {
        let stat = self.proc("stat")?;
        // The second field is a name in parentheses; user and system time are the 14th and 15th.
        let (_, rest) = stat.rsplit_once(')').context("stat")?;
        let ticks: u64 =
            rest.split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap_or(0)).sum();
        Ok(Duration::from_millis(ticks * 1000 / TICKS))
    }
}
