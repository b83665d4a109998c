//! The measurements.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::client::{Client, Ended, join, secret, signal};
use crate::subject::{Kind, Subject};

/// The number of connections that are opened concurrently.
const AT_ONCE: usize = 64;
/// The time for the memory of a server to become stable.
const SETTLE: Duration = Duration::from_secs(2);
/// The time limit for every expected message. It is generous.
const SOON: Duration = Duration::from_secs(30);

/// Connections that are kept open.
pub(crate) type Crowd = JoinSet<()>;

/// Times, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1000.0);
    }

    /// The quantile for a part from 0 to 1.
    pub(crate) fn percentile(&mut self, part: f64) -> f64 {
        self.0.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let index = ((self.0.len() as f64 * part).ceil() as usize).saturating_sub(1);
        self.0.get(index).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn summary(&mut self) -> Value {
        json!({
            "count": self.0.len(),
            "p50": self.percentile(0.5),
            "p99": self.percentile(0.99),
            "max": self.percentile(1.0),
        })
    }
}

/// Opens one connection in the protocol of the server, and waits until it has joined.
async fn enter(address: SocketAddr, kind: Kind, number: usize, room_size: usize) -> Result<Client> {
    match kind {
        Kind::TtRtc => {
            let mut client = Client::connect(address, "/").await?;
            let room = format!("room-{}", number / room_size);
            client.send(join(&room, &format!("user-{number}"), &secret(), true)?).await?;
            client.hear("welcome").await?;
            Ok(client)
        }
        Kind::Echo => {
            let mut client = Client::connect(address, "/").await?;
            client.send("hello").await?;
            client.next().await.ok().context("an echo")?;
            Ok(client)
        }
        Kind::PeerJs => {
            let path = format!("/peerjs?key=peerjs&id=user-{number}&token=t{number}&version=1.5.5");
            let mut client = Client::connect(address, &path).await?;
            client.next().await.ok().context("OPEN")?;
            Ok(client)
        }
    }
}

/// Reads until the connection ends, and sends a `ping` at this interval.
async fn stay(mut client: Client, kind: Kind, ping: Option<Duration>) {
    let mut often = interval(ping.unwrap_or(Duration::from_secs(3_600)));
    often.tick().await;
    let text = if kind == Kind::PeerJs { r#"{"type":"HEARTBEAT"}"# } else { "\"ping\"" };
    loop {
        tokio::select! {
            message = client.next() => if message.is_err() { return },
            _ = often.tick() => if client.send(text).await.is_err() { return },
        }
    }
}

/// Opens `count` connections in rooms of `room_size`. Returns them, and the time that each took to
/// join.
pub(crate) async fn crowd(
    subject: &Subject,
    count: usize,
    room_size: usize,
    ping: Option<Duration>,
) -> Result<(Crowd, Times)> {
    let (address, kind) = (subject.address, subject.kind);
    let (mut crowd, mut times) = (Crowd::new(), Times::default());
    let mut entering = JoinSet::new();
    for number in 0..count + AT_ONCE {
        if number < count {
            entering.spawn(async move {
                let start = Instant::now();
                let client = enter(address, kind, number, room_size).await?;
                anyhow::Ok((client, start.elapsed()))
            });
        }
        if entering.len() >= AT_ONCE || number >= count {
            let Some(entered) = entering.join_next().await else { break };
            let (client, time) = entered??;
            times.add(time);
            crowd.spawn(stay(client, kind, ping));
        }
    }
    Ok((crowd, times))
}

/// The memory per connection of `count` idle connections.
pub(crate) async fn memory(subject: &Subject, count: usize) -> Result<(Crowd, Value)> {
    sleep(SETTLE).await;
    let (before, time) = (subject.memory()?, subject.processor()?);
    let (crowd, mut times) = crowd(subject, count, 4, None).await?;
    let busy = subject.processor()? - time;
    sleep(SETTLE).await;
    let after = subject.memory()?;
    let each = per(after.saturating_sub(before), count);
    let result = json!({
        "connections": count,
        "bytesBefore": before,
        "bytesAfter": after,
        "bytesEach": each,
        "processorMicrosecondsPerJoin": per(micros(busy), count),
        "joinMilliseconds": times.summary(),
    });
    Ok((crowd, result))
}

/// Measures `rate` joins and leaves per second for `seconds`, in the existing rooms. For the echo
/// server, the first message counts as the join; this is the baseline of the machine.
pub(crate) async fn churn(
    subject: &Subject,
    rooms: usize,
    rate: u32,
    seconds: u32,
) -> Result<Value> {
    let (address, kind) = (subject.address, subject.kind);
    let before = subject.processor()?;
    let (mut welcome, mut whole) = (Times::default(), Times::default());
    let mut coming = JoinSet::new();
    let mut often = interval(Duration::from_secs(1) / rate);
    let start = Instant::now();
    for number in 0..rate * seconds {
        often.tick().await;
        coming.spawn(async move {
            let begin = Instant::now();
            let mut client = Client::connect(address, "/").await?;
            let room = format!("room-{}", number as usize % rooms);
            let joining = Instant::now();
            client.send(join(&room, &format!("guest-{number}"), &secret(), true)?).await?;
            match kind {
                Kind::TtRtc => drop(client.hear("welcome").await?),
                Kind::Echo | Kind::PeerJs => drop(client.next().await.ok().context("an answer")?),
            }
            let times = (joining.elapsed(), begin.elapsed());
            // Leaves after two seconds, so that leaves and joins are concurrent.
            let _: Result<(), _> = timeout(Duration::from_secs(2), stay_here(&mut client)).await;
            if kind != Kind::TtRtc {
                return Ok(times);
            }
            client.send("\"leave\"").await?;
            stay_here(&mut client).await;
            anyhow::Ok(times)
        });
    }
    let lasted = start.elapsed();
    while let Some(came) = coming.join_next().await {
        let (of_welcome, of_all) = came??;
        welcome.add(of_welcome);
        whole.add(of_all);
    }
    let busy = subject.processor()? - before;
    Ok(json!({
        "joinsPerSecond": f64::from(rate * seconds) / lasted.as_secs_f64(),
        "joinToWelcomeMilliseconds": welcome.summary(),
        "connectToWelcomeMilliseconds": whole.summary(),
        "processorShare": busy.as_secs_f64() / lasted.as_secs_f64(),
    }))
}

async fn stay_here(client: &mut Client) {
    while client.next().await.is_ok() {}
}

/// Waits for an expected message.
fn heard(text: Result<Utf8Bytes, Ended>) -> Result<()> {
    text.map(drop)
        .map_err(|Ended(code)| anyhow!("a message was to come, but it was closed: {code:?}"))
}

/// Measures relayed messages between `pairs` of clients. Each pair has one message in flight.
pub(crate) async fn relay(subject: &Subject, pairs: usize, seconds: u64) -> Result<Value> {
    let (address, kind) = (subject.address, subject.kind);
    let mut all = Vec::new();
    for pair in 0..pairs {
        all.push(match kind {
            Kind::TtRtc => {
                let room = format!("pair-{pair}");
                let (left, right) = (secret(), secret());
                let mut ann = Client::connect(address, "/").await?;
                ann.send(join(&room, "ann", &left, true)?).await?;
                ann.hear("welcome").await?;
                let mut bob = Client::connect(address, "/").await?;
                bob.send(join(&room, "bob", &right, true)?).await?;
                bob.hear("welcome").await?;
                ann.hear("members").await?;
                let to_bob = signal(&right.session().to_text(), 1);
                let to_ann = signal(&left.session().to_text(), 1);
                (ann, to_bob, Some((bob, to_ann)))
            }
            Kind::Echo => (enter(address, kind, pair, 1).await?, signal("00", 1), None),
            Kind::PeerJs => {
                let (left, right) = (1_000_000 + pair, 2_000_000 + pair);
                let to = |number| {
                    let mut message =
                        json!({ "type": "CANDIDATE", "dst": format!("user-{number}") });
                    if let Some(fields) = message.as_object_mut() {
                        fields.insert("payload".into(), signal("00", 1).into());
                    }
                    message.to_string()
                };
                let ann = enter(address, kind, left, 1).await?;
                let bob = enter(address, kind, right, 1).await?;
                (ann, to(right), Some((bob, to(left))))
            }
        });
    }
    let before = subject.processor()?;
    let start = Instant::now();
    let until = start + Duration::from_secs(seconds);
    let mut playing = JoinSet::new();
    for (mut ann, to_bob, bob) in all {
        playing.spawn(async move {
            let mut count = 0_u64;
            let Some((mut bob, to_ann)) = bob else {
                while Instant::now() < until {
                    ann.send(to_bob.as_str()).await?;
                    heard(ann.next().await)?;
                    count += 1;
                }
                return anyhow::Ok(count);
            };
            while Instant::now() < until {
                ann.send(to_bob.as_str()).await?;
                heard(bob.next().await)?;
                bob.send(to_ann.as_str()).await?;
                heard(ann.next().await)?;
                count += 2;
            }
            Ok(count)
        });
    }
    let mut count = 0;
    while let Some(played) = playing.join_next().await {
        count += played??;
    }
    let (lasted, busy) = (start.elapsed(), subject.processor()? - before);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let count = count as f64;
    Ok(json!({
        "messagesPerSecond": count / lasted.as_secs_f64(),
        "messagesPerSecondAndCore": count / busy.as_secs_f64(),
        "processorMicrosecondsEach": busy.as_secs_f64() * 1e6 / count,
    }))
}

/// Measures a room that `count` members join one after the other, `visible` of them visible, and then
/// `rounds` changes of the first one, which are sent to all.
pub(crate) async fn large_room(
    subject: &Subject,
    count: usize,
    visible: usize,
    rounds: u32,
) -> Result<Value> {
    let (address, memory, before) = (subject.address, subject.memory()?, subject.processor()?);
    let room = format!("large-{count}");
    let mut times = Times::default();
    let mut first = Client::connect(address, "/").await?;
    first.send(join(&room, "first", &secret(), true)?).await?;
    first.hear("welcome").await?;
    // The first one must read, or it would be disconnected as a slow client.
    let (to_first, mut of_first) = tokio::sync::mpsc::channel::<String>(1);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                message = first.next() => if message.is_err() { return },
                Some(text) = of_first.recv() => if first.send(text).await.is_err() { return },
            }
        }
    });
    let (heard, mut hearing) = tokio::sync::mpsc::unbounded_channel::<u32>();
    let mut crowd = JoinSet::new();
    for number in 1..count {
        let start = Instant::now();
        let mut client = Client::connect(address, "/").await?;
        let user = format!("user-{number}");
        client.send(join(&room, &user, &secret(), number < visible)?).await?;
        client.hear("welcome").await?;
        times.add(start.elapsed());
        let heard = heard.clone();
        crowd.spawn(async move {
            while let Ok(text) = client.next().await {
                // The first one publishes a different set of sources in each round.
                if text.contains("\"user\":\"first\"") {
                    let _: Result<(), _> = heard.send(0);
                }
            }
        });
    }
    let joined = subject.processor()? - before;
    let before_rounds = subject.processor()?;
    let mut spread = Times::default();
    for round in 0..rounds {
        let sources = [1, 0].get(round as usize % 2).copied().unwrap_or_default();
        // A room announces one change after the other, and each only when it has sent little lately.
        sleep(Duration::from_millis(count as u64 / 8 + 10)).await;
        let start = Instant::now();
        let update = json!({ "update": {
            "revision": round + 2, "visible": true, "sources": sources,
        }});
        to_first.send(update.to_string()).await?;
        for _ in 1..count {
            timeout(SOON, hearing.recv()).await?.context("everybody hears of it")?;
        }
        spread.add(start.elapsed());
    }
    let busy = subject.processor()? - before_rounds;
    let told = (count - 1) * rounds as usize;
    Ok(json!({
        "members": count,
        "visible": visible,
        "joinMilliseconds": times.summary(),
        "processorMillisecondsForAllJoins": micros(joined) / 1000,
        "bytesEach": per(subject.memory()?.saturating_sub(memory), count),
        "changeToLastListenerMilliseconds": spread.summary(),
        "processorMicrosecondsPerListener": per(micros(busy), told),
    }))
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn per(amount: u64, count: usize) -> f64 {
    amount as f64 / count as f64
}
