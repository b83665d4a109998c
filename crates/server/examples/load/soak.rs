//! A long run with joins, leaves, network faults and attacks.
//!
//! Each of a hundred rooms has two regulars that send each other numbers. No number may be lost,
//! duplicated or reordered. Guests join, publish, signal, leave, disconnect, resume, send malformed
//! messages and stop reading. Attackers at another address do one thing after the other, in random order
//! and with pauses. The server has its default limits. At the end the guests leave, and lists, sessions
//! and memory must be as before.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tt_rtc_room::hub::LEAVE_AFTER;
use tt_rtc_room::id::SessionSecret;

use crate::Options;
use crate::attacks;
use crate::client::{Client, join, secret, signal};
use crate::subject::Subject;

const ROOMS: u64 = 100;
/// The number of concurrent guests.
const GUESTS: u64 = 300;
/// The address of the first guest; each has one of its own.
const GUESTS_FROM: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 0);
/// The time limit for a number from one regular to the other.
const LATE: Duration = Duration::from_secs(10);
/// How often the regulars check for missing numbers when nothing arrives.
const TICK: Duration = Duration::from_secs(1);
/// How long each attack lasts.
const ATTACK: Duration = Duration::from_secs(10);
/// The pause after it, at the end of which the sessions of the attackers are gone and memory is read.
const PAUSE: Duration = Duration::from_secs(20);

/// Counts of events.
#[derive(Debug, Default)]
struct Counts {
    joins: AtomicU64,
    resumes: AtomicU64,
    faults: AtomicU64,
    numbers: AtomicU64,
    /// The run is about to end: guests leave, and the regulars check their lists.
    over: AtomicBool,
}

impl Counts {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let subject = Subject::with_default_limits(&options.server).await?;
    let (address, counts) = (subject.address, Arc::new(Counts::default()));
    let mut staying = JoinSet::new();
    for room in 0..ROOMS {
        let (ann, bob) = (secret(), secret());
        staying.spawn(stay(address, room, "ann", ann, bob, Arc::clone(&counts)));
        staying.spawn(stay(address, room, "bob", bob, ann, Arc::clone(&counts)));
    }
    let mut guests = JoinSet::new();
    for guest in 0..GUESTS {
        guests.spawn(come_and_go(address, guest, Arc::clone(&counts)));
    }

    let start = Instant::now();
    let length = Duration::from_secs_f64(options.minutes * 60.0);
    let (mut memory, mut under_attack) = (Vec::new(), Vec::new());
    let (mut attacks, mut random) = (Vec::new(), Random(0x9e37_79b9_7f4a_7c15));
    while start.elapsed() < length {
        if attacks.is_empty() {
            attacks = attacks::names();
        }
        let attack = attacks.swap_remove(usize::try_from(random.below(attacks.len() as u64))?);
        let mut attackers = attacks::start(&attack, &subject, options)?;
        sleep(ATTACK).await;
        under_attack.push(subject.memory()?);
        ensure!(attackers.try_wait()?.is_none(), "the attackers of {attack} have ended");
        attackers.kill().await?;
        sleep(PAUSE).await;
        memory.push(subject.memory()?);
        // A regular or a guest that ends before the end has failed.
        if let Some(ended) = staying.try_join_next() {
            ended??;
            bail!("one that was to stay went");
        }
        if let Some(ended) = guests.try_join_next() {
            ended??;
        }
    }
    let busy = subject.processor()?;
    counts.over.store(true, Ordering::Relaxed);
    while let Some(guest) = guests.join_next().await {
        guest??;
    }
    while let Some(one) = staying.join_next().await {
        one??;
    }
    // The regulars have left. The guests left more than twelve seconds ago.
    let metrics = subject.metrics().await?;
    for line in ["tt_rtc_sessions 0\n", "tt_rtc_rooms 0\n"] {
        ensure!(metrics.contains(line), "{line} is not so: {metrics}");
    }

    let third = (memory.len() / 3).max(1);
    let mean = |part: &[u64]| part.iter().sum::<u64>() / part.len().max(1) as u64;
    // The first third is the warm-up. The second and the last third are compared.
    let middle = mean(memory.get(third..third * 2).unwrap_or_default());
    let last = mean(memory.get(memory.len() - third..).unwrap_or_default());
    let report = json!({
        "minutes": options.minutes,
        "joins": counts.joins.load(Ordering::Relaxed),
        "resumes": counts.resumes.load(Ordering::Relaxed),
        "faults": counts.faults.load(Ordering::Relaxed),
        "numbersExchanged": counts.numbers.load(Ordering::Relaxed),
        "numbersLost": 0,
        "memoryMiddleThird": middle,
        "memoryLastThird": last,
        "memoryMost": memory.iter().max(),
        "memoryMostUnderAttack": under_attack.iter().max(),
        "attacks": under_attack.len(),
        "processorSeconds": busy.as_secs_f64(),
        "memory": memory,
    });
    let shown = report.as_object().into_iter().flatten().filter(|(name, _)| *name != "memory");
    for (name, value) in shown {
        println!("{name:<20}{value:>14}");
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(())
}

/// One of the two regulars of a room.
async fn stay(
    address: SocketAddr,
    room: u64,
    user: &'static str,
    own: SessionSecret,
    others: SessionSecret,
    counts: Arc<Counts>,
) -> Result<()> {
    let mut client = Client::connect(address, "/").await?;
    client.send(join(&format!("room-{room}"), user, &own, true)?).await?;
    let to = others.session().to_text();
    let mut members: BTreeSet<String> = BTreeSet::new();
    let (mut sent, mut received) = (0_u32, 0_u64);
    let mut last = Instant::now();
    let mut over_since = None;
    loop {
        // The first number is sent as soon as the other regular has joined.
        if sent == 0 && members.contains(&to) && user == "ann" {
            sent = 1;
            client.send(signal(&to, sent)).await?;
        }
        match timeout(TICK, client.next()).await {
            Ok(Ok(text)) => {
                let message = serde_json::from_str(&text)?;
                let is_number = hear(&mut members, &message, &to)?;
                if let Some(number) = is_number {
                    received += 1;
                    ensure!(number == received, "{received} was to come, not {number}");
                    last = Instant::now();
                    counts.numbers.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(50)).await;
                    sent += 1;
                    client.send(signal(&to, sent)).await?;
                }
            }
            Ok(Err(ended)) => bail!("{user} of room {room}: {ended:?}"),
            // Nothing arrived within the interval: check for a missing number.
            Err(_) => {}
        }
        ensure!(counts.is_over() || last.elapsed() < LATE, "{user} misses number {}", received + 1);
        // At the end, the list must become the other regular alone, and stay so.
        if counts.is_over() {
            let since = over_since.get_or_insert_with(Instant::now).elapsed();
            let is_right = members.iter().all(|member| *member == to);
            if is_right && since > Duration::from_millis(LEAVE_AFTER * 2) {
                client.send("\"leave\"").await?;
                while client.next().await.is_ok() {}
                return Ok(());
            }
            let late = Duration::from_millis(LEAVE_AFTER * 4);
            ensure!(since < late, "room {room} still has {members:?}");
        }
    }
}

/// Updates the list of members from a message. Returns the number if it is one from the other regular.
fn hear(members: &mut BTreeSet<String>, message: &Value, other: &str) -> Result<Option<u64>> {
    if let Some(welcome) = message.get("welcome") {
        let list = welcome.get("members").and_then(Value::as_array);
        *members = list.into_iter().flatten().filter_map(session).collect();
    } else if let Some(list) = message.get("members").and_then(Value::as_array) {
        members.extend(list.iter().filter_map(session));
    } else if let Some(list) = message.get("left").and_then(Value::as_array) {
        for left in list.iter().filter_map(Value::as_str) {
            // Who came and went between two announcements was never there.
            members.remove(left);
        }
    } else if let Some(signal) = message.get("signal")
        && signal.get("from").and_then(Value::as_str) == Some(other)
    {
        return Ok(signal.pointer("/envelope/seq").and_then(Value::as_u64));
    }
    Ok(None)
}

fn session(member: &Value) -> Option<String> {
    member.get("session")?.as_str().map(str::to_owned)
}

/// A guest, which joins and leaves again and again.
async fn come_and_go(address: SocketAddr, guest: u64, counts: Arc<Counts>) -> Result<()> {
    let mut random = Random(guest.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let from = Ipv4Addr::from_bits(GUESTS_FROM.to_bits() + u32::try_from(guest)?);
    let mut stays = 0;
    while !counts.is_over() {
        stays += 1;
        let room = format!("room-{}", random.below(ROOMS));
        let user = format!("guest-{guest}-{stays}");
        let secret = secret();
        let visible = random.below(4) > 0;
        let join = join(&room, &user, &secret, visible)?;
        counts.joins.fetch_add(1, Ordering::Relaxed);
        let mut client = Client::connect_from(from, address).await?;
        client.send(join.as_str()).await?;
        let welcome = client.hear("welcome").await?;
        let list = welcome.get("members").and_then(Value::as_array);
        let members: Vec<_> = list.into_iter().flatten().filter_map(session).collect();
        for revision in 2..2 + random.below(12) {
            let wait = Duration::from_millis(20 + random.below(400));
            if timeout(wait, listen(&mut client)).await.is_ok() {
                bail!("{user} was cut off");
            }
            match random.below(10) {
                0..3 => {
                    let update = json!({ "update": {
                        "revision": revision, "visible": visible, "sources": random.below(16),
                    }});
                    client.send(update.to_string()).await?;
                }
                3..7 => {
                    let index = usize::try_from(random.below(members.len().max(1) as u64))?;
                    if let Some(to) = members.get(index) {
                        client.send(signal(to, 1)).await?;
                    }
                }
                7 => client.send("\"ping\"").await?,
                8 => {
                    // Drops the connection and resumes.
                    drop(client);
                    sleep(Duration::from_millis(random.below(3_000))).await;
                    counts.resumes.fetch_add(1, Ordering::Relaxed);
                    client = Client::connect_from(from, address).await?;
                    client.send(join.as_str()).await?;
                    client.hear("welcome").await?;
                }
                _ => {}
            }
        }
        match random.below(10) {
            0..5 => {
                client.send("\"leave\"").await?;
                listen(&mut client).await;
            }
            5..7 => drop(client),
            fault => {
                counts.faults.fetch_add(1, Ordering::Relaxed);
                let nonsense = match fault {
                    7 => "{\"nonsense\":[1,2,3]}".to_owned(),
                    8 => "x".repeat(300_000),
                    _ => {
                        // Stops reading for a while, like a laptop with a closed lid.
                        sleep(Duration::from_secs(3)).await;
                        continue;
                    }
                };
                // The server closes the connection while a message that is too long is sent.
                let _: Result<()> = client.send(nonsense).await;
                let _: Result<(), _> = timeout(LATE, listen(&mut client)).await;
            }
        }
    }
    Ok(())
}

/// Reads until the connection ends.
async fn listen(client: &mut Client) {
    while client.next().await.is_ok() {}
}

/// A pseudo-random generator with a fixed seed: xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
