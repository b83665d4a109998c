//! Attacks, and what bystanders notice of each.
//!
//! The server has its default limits. Bystanders at 127.0.0.1 join and leave, 200 a second, and the
//! attackers at 127.0.0.2 are another process, which runs where nothing else wants to (`SCHED_IDLE`):
//! in truth they are at other machines, and take nothing of this one.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::Options;
use crate::client::{Client, join, secret, stream_from};
use crate::measure::churn;
use crate::subject::Subject;

/// The address of the attackers.
const MALLORY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// The rooms of the bystanders.
const ROOMS: usize = 100;
/// The joins of bystanders per second.
const RATE: u32 = 200;
/// How long each attack is measured, in seconds.
const LENGTH: u32 = 8;
/// How long an attack goes on before it is measured.
const AHEAD: Duration = Duration::from_secs(2);
/// The sockets of an attack that needs many.
const SOCKETS: usize = 500;
/// The audience of a member that changes all the time. An address has at most 1,000 connections.
const AUDIENCE: usize = 900;

/// An attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Attack {
    /// Joins and leaves one room with one user name, as fast as it can.
    Churn,
    /// Joins a new room with each connection.
    Rooms,
    /// Changes its sources all the time before an audience of hundreds.
    Audience,
    /// Sends large signals to a member that does not read.
    Signals,
    /// Asks for pages and does not read them.
    SlowReaders,
    /// Holds a message back whose end never comes.
    Unfinished,
    /// Sends fragments without content.
    Fragments,
    /// Sends messages beyond the rate limit, and connects again.
    Flood,
}

/// Measures the bystanders of a quiet server, and then those of each attack.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut report = Map::new();
    let quiet = bystanders(options, None).await?;
    print("quiet", &quiet);
    report.insert("quiet".into(), quiet);
    for name in names() {
        let result = bystanders(options, Some(&name)).await.with_context(|| name.clone())?;
        print(&name, &result);
        report.insert(name, result);
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(())
}

fn print(name: &str, result: &Value) {
    let number = |path: &str| result.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN);
    println!(
        "{name:<14} join p50 {:>7.2} ms, p99 {:>7.2} ms, max {:>8.2} ms; server {:>3.0} % of a core, \
         {:>4.0} MB",
        number("/joinToWelcomeMilliseconds/p50"),
        number("/joinToWelcomeMilliseconds/p99"),
        number("/joinToWelcomeMilliseconds/max"),
        number("/processorShare") * 100.0,
        number("/megabytes"),
    );
}

/// The joins of bystanders, all of which have to succeed.
async fn bystanders(options: &Options, attack: Option<&str>) -> Result<Value> {
    let subject = Subject::with_default_limits(&options.server).await?;
    let mut attackers = None;
    if let Some(attack) = attack {
        attackers = Some(start(attack, &subject, options)?);
        sleep(AHEAD).await;
    }
    let mut result = churn(&subject, ROOMS, RATE, LENGTH).await?;
    if let (Some(attackers), Some(attack)) = (&mut attackers, attack) {
        anyhow::ensure!(attackers.try_wait()?.is_none(), "the attackers of {attack} have ended");
        attackers.kill().await?;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let megabytes = subject.memory()? as f64 / 1e6;
    if let Some(result) = result.as_object_mut() {
        result.insert("megabytes".into(), json!(megabytes));
    }
    Ok(result)
}

/// Starts the attackers, in a process that ends when the value is dropped.
pub(crate) fn start(attack: &str, subject: &Subject, options: &Options) -> Result<Child> {
    let mut command = Command::new("chrt");
    command.args(["--idle", "0"]).arg(std::env::current_exe()?).arg("attack");
    command.arg("--attack").arg(attack).arg("--at").arg(subject.address.to_string());
    command.arg("--server").arg(&options.server).stdin(Stdio::null()).kill_on_drop(true);
    Ok(command.spawn()?)
}

/// The names of all attacks.
pub(crate) fn names() -> Vec<String> {
    let names = Attack::value_variants().iter().filter_map(Attack::to_possible_value);
    names.map(|name| name.get_name().to_owned()).collect()
}

/// Attacks the server until the process ends.
pub(crate) async fn perform(attack: Attack, at: SocketAddr) -> Result<()> {
    match attack {
        Attack::Audience => audience(at).await,
        Attack::Signals => signals(at).await,
        Attack::SlowReaders | Attack::Unfinished => many(SOCKETS, move |_| hold(attack, at)).await,
        Attack::Churn | Attack::Rooms => many(8, move |number| joins(attack, at, number)).await,
        Attack::Fragments | Attack::Flood => many(4, move |_| flood(attack, at)).await,
    }
}

/// Does this again and again, many at the same time. That the server ends it is no error.
async fn many<F>(count: usize, work: impl Fn(usize) -> F + Clone + Send + 'static) -> Result<()>
where
    F: Future<Output = Result<()>> + Send,
{
    let mut all = JoinSet::new();
    for number in 0..count {
        let work = work.clone();
        all.spawn(async move {
            loop {
                if work(number).await.is_err() {
                    sleep(Duration::from_millis(5)).await;
                }
            }
        });
    }
    let _: Vec<()> = all.join_all().await;
    Ok(())
}

async fn enter(at: SocketAddr, room: &str, user: &str, visible: bool) -> Result<Client> {
    let mut client = Client::connect_from(MALLORY, at).await?;
    client.send(join(room, user, &secret(), visible)?).await?;
    client.hear("welcome").await?;
    Ok(client)
}

async fn joins(attack: Attack, at: SocketAddr, number: usize) -> Result<()> {
    let secret = secret();
    let room = match attack {
        Attack::Rooms => format!("room-of-{}", secret.session().to_text()),
        _ => "room-1".into(),
    };
    let mut client = Client::connect_from(MALLORY, at).await?;
    client.send(join(&room, &format!("mallory-{number}"), &secret, true)?).await?;
    client.hear("welcome").await?;
    client.send("\"leave\"").await
}

async fn audience(at: SocketAddr) -> Result<()> {
    let mut listening = JoinSet::new();
    for number in 0..AUDIENCE {
        let mut client = enter(at, "audience", &format!("listener-{number}"), false).await?;
        listening.spawn(async move { while client.next().await.is_ok() {} });
    }
    many(1, move |_| async move {
        let mut mallory = enter(at, "audience", "mallory", true).await?;
        for revision in 2..u32::MAX {
            let update = json!({ "update": {
                "revision": revision, "visible": true, "sources": revision % 2,
            }});
            mallory.send(update.to_string()).await?;
            mallory.hear("granted").await?;
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    })
    .await
}

async fn signals(at: SocketAddr) -> Result<()> {
    let mut victim = Client::connect_from(MALLORY, at).await?;
    let secret = secret();
    victim.send(join("signals", "victim", &secret, true)?).await?;
    let to = secret.session().to_text();
    many(4, move |number| {
        let to = to.clone();
        async move {
            let mut mallory = enter(at, "signals", &format!("mallory-{number}"), true).await?;
            loop {
                let signal = json!({ "signal": { "to": to, "envelope": {
                    "generation": 1, "ack": 0, "seq": 1, "signal": { "answer": "v".repeat(60_000) },
                }}});
                mallory.send(signal.to_string()).await?;
                sleep(Duration::from_millis(100)).await;
            }
        }
    })
    .await
}

/// Holds a socket as long as the server lets it.
async fn hold(attack: Attack, at: SocketAddr) -> Result<()> {
    let mut socket = stream_from(MALLORY, at).await?;
    if attack == Attack::SlowReaders {
        loop {
            socket.write_all(b"GET /health HTTP/1.1\r\nHost: host\r\n\r\n").await?;
        }
    }
    let mut client = Client::over(socket, at, "/").await?;
    client.send(join("held", &secret().session().to_text(), &secret(), false)?).await?;
    let part = Frame::message(vec![b'x'; 200_000], OpCode::Data(Data::Text), false);
    client.socket.get_mut().set_nodelay(true)?;
    futures_util::SinkExt::send(&mut client.socket, Message::Frame(part)).await?;
    while client.next().await.is_ok() {}
    Ok(())
}

async fn flood(attack: Attack, at: SocketAddr) -> Result<()> {
    let mut client = enter(at, "flood", &secret().session().to_text(), true).await?;
    let mut first = true;
    loop {
        if attack == Attack::Flood {
            client.send("\"ping\"").await?;
        } else {
            let code = if first { Data::Text } else { Data::Continue };
            let frame = Frame::message(Vec::new(), OpCode::Data(code), false);
            futures_util::SinkExt::send(&mut client.socket, Message::Frame(frame)).await?;
            first = false;
        }
    }
}
