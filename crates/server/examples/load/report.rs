//! The whole benchmark: all servers, one after the other, as a table and as JSON.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::Options;
use crate::measure::{churn, crowd, large_room, memory, relay};
use crate::subject::Subject;

/// The interval of the library's `ping`.
const PING: Duration = Duration::from_secs(2);

pub(crate) async fn run(options: &Options) -> Result<()> {
    let count = options.sessions;
    let mut report = json!({
        "sessions": count,
        "cores": std::thread::available_parallelism()?.get(),
        "loadAverage": fs::read_to_string("/proc/loadavg").unwrap_or_default().trim(),
    });
    let mut put = |name: &str, value: Value| {
        println!("{name}: {value:#}\n");
        if let Some(fields) = report.as_object_mut() {
            fields.insert(name.to_owned(), value);
        }
    };

    let subject = Subject::tt_rtc(&options.server).await?;
    let (idle, result) = memory(&subject, count).await?;
    put("idle", result);
    put("churn", churn(&subject, count / 4, 200, 20).await?);
    put("handledWithinSeconds", subject.handling().await?);
    drop(idle);
    let subject = Subject::tt_rtc(&options.server).await?;
    let (pinging, _) = crowd(&subject, count, 4, Some(PING)).await?;
    put("churnAmongPings", churn(&subject, count / 4, 200, 10).await?);
    drop(pinging);

    let subject = Subject::tt_rtc(&options.server).await?;
    put("relay", relay(&subject, 50, 8).await?);
    let subject = Subject::tt_rtc(&options.server).await?;
    put("roomOf50", large_room(&subject, 50, 50, 200).await?);
    let subject = Subject::tt_rtc(&options.server).await?;
    put("audienceOf5000", large_room(&subject, 5_001, 1, 20).await?);

    let mut members = Vec::new();
    for part in [8, 4, 2, 1] {
        let subject = Subject::tt_rtc(&options.server).await?;
        let (idle, result) = memory(&subject, count / part).await?;
        members.push(result);
        drop(idle);
    }
    put("seriesOfMembers", members.into());
    let mut rooms = Vec::new();
    for size in [1, 2, 4, 8, 16] {
        let subject = Subject::tt_rtc(&options.server).await?;
        let before = subject.processor()?;
        let (idle, mut times) = crowd(&subject, count / 2, size, None).await?;
        let busy = subject.processor()? - before;
        rooms.push(json!({
            "roomSize": size,
            "rooms": (count / 2).div_ceil(size),
            "members": count / 2,
            "processorSecondsForAllJoins": busy.as_secs_f64(),
            "joinMilliseconds": times.summary(),
        }));
        drop(idle);
    }
    put("seriesOfRooms", rooms.into());

    if let Some(program) = &options.echo {
        let subject = Subject::echo(program).await?;
        let (idle, result) = memory(&subject, count).await?;
        put("echoIdle", result);
        put("echoChurn", churn(&subject, count / 4, 200, 20).await?);
        drop(idle);
        let subject = Subject::echo(program).await?;
        put("echoRelay", relay(&subject, 100, 8).await?);
    }
    if let Some(program) = &options.peerjs {
        let subject = Subject::peerjs(program).await?;
        let (idle, result) = memory(&subject, count).await?;
        put("peerjsIdle", result);
        drop(idle);
        let subject = Subject::peerjs(program).await?;
        put("peerjsRelay", relay(&subject, 50, 8).await?);
    }

    print_table(&report);
    if let Some(file) = &options.json {
        fs::write(file, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(())
}

fn print_table(report: &Value) {
    let number = |path: &str| report.pointer(path).and_then(Value::as_f64);
    let rows = [
        ("memory per idle session, KiB", "idle/bytesEach", 1024.0),
        ("  of a bare axum echo", "echoIdle/bytesEach", 1024.0),
        ("  of peerjs-server", "peerjsIdle/bytesEach", 1024.0),
        ("join to welcome, p50, ms", "churn/joinToWelcomeMilliseconds/p50", 1.0),
        ("join to welcome, p99, ms", "churn/joinToWelcomeMilliseconds/p99", 1.0),
        ("  of a bare axum echo, p99, ms", "echoChurn/joinToWelcomeMilliseconds/p99", 1.0),
        ("  while all others ping, p99, ms", "churnAmongPings/joinToWelcomeMilliseconds/p99", 1.0),
        ("connect to welcome, p50, ms", "churn/connectToWelcomeMilliseconds/p50", 1.0),
        ("connect to welcome, p99, ms", "churn/connectToWelcomeMilliseconds/p99", 1.0),
        ("  of a bare axum echo, p99, ms", "echoChurn/connectToWelcomeMilliseconds/p99", 1.0),
        ("messages relayed per second and core", "relay/messagesPerSecondAndCore", 1.0),
        ("  of a bare axum echo", "echoRelay/messagesPerSecondAndCore", 1.0),
        ("  of peerjs-server", "peerjsRelay/messagesPerSecondAndCore", 1.0),
        ("room of 50: join p99, ms", "roomOf50/joinMilliseconds/p99", 1.0),
        ("  change heard by all, p50, ms", "roomOf50/changeToLastListenerMilliseconds/p50", 1.0),
        ("  processor per listener, µs", "roomOf50/processorMicrosecondsPerListener", 1.0),
        ("audience of 5,000: join p99, ms", "audienceOf5000/joinMilliseconds/p99", 1.0),
        ("  memory each, KiB", "audienceOf5000/bytesEach", 1024.0),
        (
            "  change heard by all, p50, ms",
            "audienceOf5000/changeToLastListenerMilliseconds/p50",
            1.0,
        ),
        ("  processor per listener, µs", "audienceOf5000/processorMicrosecondsPerListener", 1.0),
    ];
    for (name, path, unit) in rows {
        if let Some(value) = number(&format!("/{path}")) {
            println!("{name:<44}{:>12.2}", value / unit);
        }
    }
    let series = |name: &str| report.get(name).and_then(Value::as_array).cloned();
    println!("\nmembers, in rooms of 4     KiB each     processor per join, µs");
    for row in series("seriesOfMembers").unwrap_or_default() {
        let field = |name: &str| row.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let (count, memory) = (field("connections"), field("bytesEach") / 1024.0);
        println!("{count:>22}{memory:>13.2}{:>27.1}", field("processorMicrosecondsPerJoin"));
    }
    println!("\nrooms     members each     processor for all joins, s");
    for row in series("seriesOfRooms").unwrap_or_default() {
        let field = |name: &str| row.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let seconds = field("processorSecondsForAllJoins");
        println!("{:>5}{:>17}{seconds:>31.2}", field("rooms"), field("roomSize"));
    }
}
