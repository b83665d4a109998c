//! The way of sound and pictures: UDP relays, through which a phone's packets go so that the desk
//! can cut, delay and thin them out.
//!
//! A phone's page holds a WebSocket at `/relay?phone=ID`, says there how its network is, and asks
//! for a relay towards each address that another phone can be reached at. Its peer connections are
//! then told the relay's address in place of the other phone's:
//!
//! ```text
//! phone A  ⇄  relay of A towards B  ⇄  phone B
//! ```
//!
//! B sees A's packets come from the relay and answers there, so both ways pass through it. B has
//! relays of its own towards A, and the two agree on either; so each relay applies the faults of
//! both phones. It knows whom it leads to because each phone also names its own addresses.
//!
//! Nothing leaves this machine, or with `--lan` the local network, and a phone's relays end with
//! its WebSocket.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until};

use crate::faults::{Faults, Phone, Phones, Presence};
use crate::lan::own_addresses;

/// How many relays a phone may have: some for each other phone and each start of ICE.
const MOST_RELAYS: usize = 512;
/// From how many sockets of the phone one relay takes packets: one per network interface.
const MOST_SOURCES: usize = 16;
/// How many packets may be under way in one direction; more are lost, as on any line. Enough for
/// 10 Mbit/s with a delay of 4 s.
const MOST_PACKETS: usize = 4096;
/// The largest packet: that of UDP.
const LARGEST_PACKET: usize = 65_535;
/// The longest message of a page, in bytes.
const LARGEST_MESSAGE: usize = 4096;
/// How often a page must show that it is there, and after how many misses it is not.
const PING: Duration = Duration::from_secs(20);
const MISSES: u32 = 3;

/// Makes relays. Clones share their phones.
#[derive(Clone, Debug)]
pub(crate) struct Relays {
    phones: Phones,
    lan: bool,
}

/// What a page says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Asked {
    /// How the phone's network is from now on.
    Faults(Faults),
    /// An address that the phone can be reached at itself.
    Own(Place),
    /// An address that a relay is wanted towards; `id` comes back with the answer.
    Open { id: u32, to: Place },
}

/// Where a candidate leads: an IP address, or a name of multicast DNS that hides one.
#[derive(Clone, Debug, Deserialize)]
struct Place {
    address: String,
    port: u16,
}

/// What a page is answered.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Told {
    Opened { id: u32, address: IpAddr, port: u16 },
    Refused { id: u32, error: String },
}

#[derive(Deserialize)]
pub(crate) struct Who {
    phone: String,
}

impl Relays {
    /// For these phones. With `lan`, relays may lead to other machines of the local network.
    pub(crate) fn new(phones: Phones, lan: bool) -> Self {
        Self { phones, lan }
    }

    /// Opens a relay that runs until it is dropped with `running`, for a page that calls this
    /// server by `host`.
    async fn open(
        &self,
        phone: Arc<Phone>,
        host: IpAddr,
        to: Place,
        running: &mut JoinSet<()>,
    ) -> Result<SocketAddr, String> {
        if running.len() >= MOST_RELAYS {
            return Err(format!("a phone has at most {MOST_RELAYS} relays"));
        }
        let wanted = || format!("{}:{}", to.address, to.port);
        let own = own_addresses();
        if let Ok(address) = to.address.parse::<IpAddr>() {
            if !self.allows(address, &own) || to.port == 0 {
                return Err(format!("no relay leads to {}: it is not on this machine", wanted()));
            }
        } else if !to.address.ends_with(".local") {
            return Err(format!("{} is no address of a candidate", wanted()));
        }
        let cannot = |error: io::Error| format!("no relay to {}: {error}", wanted());
        let here = way_of_media(host, to.address.parse().ok(), &own);
        let socket = UdpSocket::bind((here, 0)).await.map_err(cannot)?;
        let address = socket.local_addr().map_err(cannot)?;
        let relay = Relay { phones: self.phones.clone(), phone, to, own, socket: Arc::new(socket) };
        running.spawn(relay.run());
        Ok(address)
    }

    fn allows(&self, address: IpAddr, own: &[IpAddr]) -> bool {
        // Some local networks have addresses like those of the internet.
        let is_in_lan = || is_near(address) || self.phones.are_at(address);
        address.is_loopback() || own.contains(&address) || (self.lan && is_in_lan())
    }
}

/// The handler of `GET /relay?phone=ID`.
pub(crate) async fn handle(
    State(relays): State<Relays>,
    Query(Who { phone }): Query<Who>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(presence) = relays.phones.enter(&phone, peer.ip()) else {
        return (StatusCode::SERVICE_UNAVAILABLE, "There are too many phones.\n").into_response();
    };
    let host = host_address(&headers);
    let upgrade = upgrade.max_message_size(LARGEST_MESSAGE);
    upgrade.on_upgrade(move |socket| serve(relays, presence, host, socket))
}

/// The address that the page calls the server by.
fn host_address(headers: &HeaderMap) -> IpAddr {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let authority = host.parse::<axum::http::uri::Authority>().ok();
    let name = authority.as_ref().map_or("", |authority| authority.host());
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse().unwrap_or(Ipv4Addr::LOCALHOST.into())
}

/// An address of this machine that the browser which calls it by `host` also sends media to: not
/// every one does so over the loopback interface (Firefox does not).
fn way_of_media(host: IpAddr, to: Option<IpAddr>, own: &[IpAddr]) -> IpAddr {
    if !host.is_loopback() {
        return host;
    }
    let outward = |address: &IpAddr| address.is_ipv4() && !address.is_loopback();
    let to = to.filter(|to| outward(to) && own.contains(to));
    to.or_else(|| own.iter().copied().find(outward)).unwrap_or(host)
}

async fn serve(relays: Relays, presence: Presence, host: IpAddr, mut socket: WebSocket) {
    let mut running = JoinSet::new();
    let mut ping = interval(PING);
    let mut missed = 0;
    loop {
        let message = tokio::select! {
            message = socket.recv() => message,
            _ = ping.tick() => {
                missed += 1;
                let gone = socket.send(Message::Ping(Default::default())).await.is_err();
                if gone || missed > MISSES { return } else { continue }
            }
        };
        let Some(Ok(message)) = message else { return };
        missed = 0;
        let Message::Text(text) = message else { continue };
        match serde_json::from_str(&text) {
            Ok(Asked::Faults(faults)) => presence.set_faults(faults),
            Ok(Asked::Own(Place { address, port })) => presence.owns(&address, port),
            Ok(Asked::Open { id, to }) => {
                let phone = Arc::clone(presence.phone());
                let told = match relays.open(phone, host, to, &mut running).await {
                    Ok(at) => Told::Opened { id, address: at.ip(), port: at.port() },
                    Err(error) => Told::Refused { id, error },
                };
                let json = serde_json::to_string(&told).unwrap_or_default();
                if socket.send(Message::Text(Utf8Bytes::from(json))).await.is_err() {
                    return;
                }
            }
            // A page of another version of ours: what it says is of no use, but it may stay.
            Err(_) => {}
        }
    }
}

struct Relay {
    phones: Phones,
    /// Whose relay it is.
    phone: Arc<Phone>,
    to: Place,
    own: Vec<IpAddr>,
    /// Towards the phone.
    socket: Arc<UdpSocket>,
}

impl Relay {
    /// Takes packets of the phone; each of its sockets gets one of ours towards the other side,
    /// so that answers find back.
    async fn run(self) {
        let relay = Arc::new(self);
        let mut ways: HashMap<SocketAddr, mpsc::Sender<Packet>> = HashMap::new();
        let mut running = JoinSet::new();
        let mut buffer = vec![0; LARGEST_PACKET];
        loop {
            // Errors are reports of earlier packets that reached nobody.
            let Ok((length, from)) = relay.socket.recv_from(&mut buffer).await else { continue };
            let is_phone = from.ip() == relay.phone.address
                || (relay.is_here(relay.phone.address) && relay.is_here(from.ip()));
            if !is_phone {
                continue;
            }
            if !ways.contains_key(&from) && ways.len() < MOST_SOURCES {
                let (sender, packets) = mpsc::channel(MOST_PACKETS);
                running.spawn(Arc::clone(&relay).both_ways(from, packets));
                ways.insert(from, sender);
            }
            if let (Some(way), Some(bytes)) = (ways.get(&from), buffer.get(..length)) {
                relay.push(way, bytes);
            }
        }
    }

    /// Puts a packet on its way, unless it is lost.
    fn push(&self, way: &mpsc::Sender<Packet>, bytes: &[u8]) {
        let other = self.phones.owner(&self.to.address, self.to.port);
        let other = other.map_or_else(Faults::default, |phone| phone.faults());
        if let Some(delay) = self.phone.faults().pass(&other) {
            // A full line loses packets.
            let _ = way.try_send(Packet { due: Instant::now() + delay, bytes: bytes.into() });
        }
    }

    /// Carries packets between one socket of the phone and the other side.
    async fn both_ways(self: Arc<Self>, source: SocketAddr, mut out: mpsc::Receiver<Packet>) {
        let goals = self.goals();
        let any: IpAddr = match goals.first() {
            Some(goal) if goal.is_ipv6() => Ipv6Addr::UNSPECIFIED.into(),
            _ => Ipv4Addr::UNSPECIFIED.into(),
        };
        let Ok(socket) = UdpSocket::bind((any, 0)).await else { return };
        let goals = RwLock::new(goals);
        let goals_now = || goals.read().unwrap_or_else(PoisonError::into_inner).clone();
        let (back, mut returning) = mpsc::channel::<Packet>(MOST_PACKETS);
        let send_out = async {
            while let Some(packet) = out.recv().await {
                sleep_until(packet.due).await;
                for goal in goals_now() {
                    let _ = socket.send_to(&packet.bytes, goal).await;
                }
            }
        };
        let take_back = async {
            let mut buffer = vec![0; LARGEST_PACKET];
            loop {
                let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
                let known = goals_now();
                if !known.contains(&from) {
                    continue;
                }
                if known.len() > 1 {
                    // Of the addresses that a hidden one may stand for, this is it.
                    *goals.write().unwrap_or_else(PoisonError::into_inner) = vec![from];
                }
                if let Some(bytes) = buffer.get(..length) {
                    self.push(&back, bytes);
                }
            }
        };
        let send_back = async {
            while let Some(packet) = returning.recv().await {
                sleep_until(packet.due).await;
                let _ = self.socket.send_to(&packet.bytes, source).await;
            }
        };
        tokio::select! {
            () = send_out => {}
            () = take_back => {}
            () = send_back => {}
        }
    }

    /// Where the other side may be. A hidden address is one of the machine that its phone is on.
    fn goals(&self) -> Vec<SocketAddr> {
        let Place { address, port } = &self.to;
        if let Ok(address) = address.parse::<IpAddr>() {
            return vec![SocketAddr::new(address, *port)];
        }
        let machine = self.phones.owner(address, *port).map(|phone| phone.address);
        if let Some(machine) = machine.filter(|machine| !self.is_here(*machine)) {
            return vec![SocketAddr::new(machine, *port)];
        }
        let own = self.own.iter().filter(|address| address.is_ipv4());
        own.map(|address| SocketAddr::new(*address, *port)).collect()
    }

    fn is_here(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.own.contains(&address)
    }
}

struct Packet {
    due: Instant,
    bytes: Box<[u8]>,
}

/// Whether the address is one of local networks.
pub(crate) fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::Relays;
    use crate::faults::Phones;

    #[test]
    fn relays_lead_to_this_machine_and_with_lan_to_the_local_network_and_its_phones() {
        let (here, near, phone, web) =
            ("198.51.100.1", "192.168.1.2", "198.51.100.7", "203.0.113.9");
        let [here, near, phone, web] = [here, near, phone, web].map(|text| text.parse().unwrap());
        let phones = Phones::default();
        let _presence = phones.enter("1", phone).unwrap();
        let allowed = |lan| {
            let relays = Relays::new(phones.clone(), lan);
            [here, near, phone, web].map(|address| relays.allows(address, &[here]))
        };
        assert_eq!(allowed(false), [true, false, false, false]);
        assert_eq!(allowed(true), [true, true, true, false]);
    }
}
