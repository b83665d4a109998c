//! A server to measure: a process on loopback.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// Ticks of the kernel's clock per second: `USER_HZ`, which is 100 on Linux.
const TICKS: u64 = 100;

pub(crate) struct Subject {
    pub(crate) address: SocketAddr,
    pub(crate) kind: Kind,
    child: Child,
}

/// The protocol of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    TtRtc,
    Echo,
    PeerJs,
}

impl Subject {
    pub(crate) async fn with_default_limits(program: &Path) -> Result<Self> {
        Self::start(Self::command(program), Kind::TtRtc).await
    }

    fn command(program: &Path) -> Command {
        let mut command = Command::new(program);
        // Metrics are beside the WebSocket.
        command.args(["serve", "--listen=127.0.0.1:0", "--operations=127.0.0.1:0"]);
        command.arg("--log-level=error");
        command
    }

    pub(crate) async fn tt_rtc(program: &Path) -> Result<Self> {
        let mut command = Self::command(program);
        // All clients are on this machine, and rate limits should not slow the relay down.
        for limit in [
            "connections-per-address",
            "joins-per-address",
            "join-burst-per-address",
            "messages-per-second",
            "bytes-per-second",
        ] {
            command.arg(format!("--limits-{limit}=1000000000"));
        }
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

    /// The text of `/metrics`.
    pub(crate) async fn metrics(&self) -> Result<String> {
        let mut socket = TcpStream::connect(self.address).await?;
        let request = "GET /metrics HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n";
        socket.write_all(request.as_bytes()).await?;
        let mut text = String::new();
        socket.read_to_string(&mut text).await?;
        Ok(text)
    }

    /// The cumulative distribution of the handling time, from the server's own histogram: the part of
    /// all messages per upper bound in seconds.
    pub(crate) async fn handling(&self) -> Result<Value> {
        let metrics = self.metrics().await?;
        let bucket = |line: &str| {
            let rest = line.strip_prefix("tt_rtc_handling_seconds_bucket{le=\"")?;
            let (end, count) = rest.split_once("\"} ")?;
            Some((end.to_owned(), count.parse::<f64>().ok()?))
        };
        let buckets: Vec<_> = metrics.lines().filter_map(bucket).collect();
        let all = buckets.last().map_or(1.0, |(_, count)| *count);
        Ok(buckets.into_iter().map(|(end, count)| (end, Value::from(count / all))).collect())
    }

    fn proc(&self, file: &str) -> Result<String> {
        let id = self.child.id().context("it has ended")?;
        fs::read_to_string(format!("/proc/{id}/{file}")).context("memory and time are on Linux")
    }

    /// The resident memory, in bytes, without the kernel's socket buffers.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB"));
        Ok(kilobytes.context("VmRSS")?.trim().parse::<u64>()? * 1024)
    }

    /// The processor time since the start.
    pub(crate) fn processor(&self) -> Result<Duration> {
        let stat = self.proc("stat")?;
        // The second field is a name in parentheses. User and system time are the 14th and 15th.
        let (_, rest) = stat.rsplit_once(')').context("stat")?;
        let ticks: u64 =
            rest.split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap_or(0)).sum();
        Ok(Duration::from_millis(ticks * 1000 / TICKS))
    }
}
