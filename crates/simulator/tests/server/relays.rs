//! Media relays, with plain sockets in the place of peer connections.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::fixture::Fixture;

/// What a phone's page has: its line to the server, and a socket of its own.
struct Phone {
    line: WebSocketStream<MaybeTlsStream<TcpStream>>,
    socket: UdpSocket,
    asked: u32,
}

impl Phone {
    async fn new(fixture: &Fixture, name: &str) -> Self {
        let request = fixture.socket(&format!("/relay?phone={name}"));
        let (line, _) = connect_async(request).await.unwrap();
        let mut phone = Self { line, socket: socket().await, asked: 0 };
        let own = phone.socket.local_addr().unwrap();
        phone
            .say(json!({ "type": "own", "address": own.ip().to_string(), "port": own.port() }))
            .await;
        phone
    }

    fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    async fn say(&mut self, message: Value) {
        self.line.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Asks for a relay; the answer also says that all messages before it were read.
    async fn open(&mut self, address: &str, port: u16) -> Value {
        self.asked += 1;
        let to = json!({ "address": address, "port": port });
        self.say(json!({ "type": "open", "id": self.asked, "to": to })).await;
        loop {
            if let Message::Text(text) = self.line.next().await.unwrap().unwrap() {
                let told: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(told["id"], self.asked);
                return told;
            }
        }
    }

    /// A relay towards another phone.
    async fn relay(&mut self, to: SocketAddr) -> SocketAddr {
        let told = self.open(&to.ip().to_string(), to.port()).await;
        format!("{}:{}", told["address"].as_str().unwrap(), told["port"]).parse().unwrap()
    }

    async fn faults(&mut self, faults: Value) {
        let mut message = json!({ "type": "faults" });
        message.as_object_mut().unwrap().extend(faults.as_object().unwrap().clone());
        self.say(message).await;
        let nowhere = self.open("8.8.8.8", 1).await;
        assert_eq!(nowhere["type"], "refused");
    }
}

async fn socket() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").await.unwrap()
}

/// The next packet and where it came from, or nothing for a while.
async fn packet(socket: &UdpSocket, patience: u64) -> Option<(Vec<u8>, SocketAddr)> {
    let mut buffer = vec![0; 2000];
    let arrived = timeout(Duration::from_millis(patience), socket.recv_from(&mut buffer)).await;
    let (length, from) = arrived.ok()?.unwrap();
    buffer.truncate(length);
    Some((buffer, from))
}

/// Long enough for anything on loopback.
const ENOUGH: u64 = 10_000;
/// Long enough to say that nothing came.
const SILENCE: u64 = 150;

/// Sends a packet and its answer through a relay of `a` towards `b`; whether both came through.
async fn passes(a: &Phone, relay: SocketAddr, b: &Phone) -> bool {
    a.socket.send_to(b"there", relay).await.unwrap();
    let Some((bytes, from)) = packet(&b.socket, SILENCE).await else { return false };
    assert_eq!(bytes, b"there");
    assert_ne!(from, a.address());
    b.socket.send_to(b"back", from).await.unwrap();
    let Some((bytes, from)) = packet(&a.socket, SILENCE).await else { return false };
    assert_eq!((bytes.as_slice(), from), (b"back".as_slice(), relay));
    true
}

#[tokio::test]
async fn packets_go_there_and_back() {
    let fixture = Fixture::new(&[]).await;
    let (mut a, b) = (Phone::new(&fixture, "a").await, Phone::new(&fixture, "b").await);
    let relay = a.relay(b.address()).await;
    assert!(passes(&a, relay, &b).await);
    // Another socket of the same phone is answered apart from the first.
    let second = socket().await;
    second.send_to(b"second", relay).await.unwrap();
    let (_, from) = packet(&b.socket, ENOUGH).await.unwrap();
    b.socket.send_to(b"to the second", from).await.unwrap();
    assert_eq!(packet(&second, ENOUGH).await.unwrap().0, b"to the second");
    assert!(passes(&a, relay, &b).await);
}

#[tokio::test]
async fn a_hidden_address_is_one_of_this_machine() {
    let fixture = Fixture::new(&[]).await;
    let (mut a, b) = (Phone::new(&fixture, "a").await, Phone::new(&fixture, "b").await);
    let told = a.open("0b7bd5b2-9d4b.local", b.address().port()).await;
    let address = told["address"].as_str().unwrap();
    let relay = format!("{address}:{}", told["port"]).parse().unwrap();
    assert!(passes(&a, relay, &b).await);
}

#[tokio::test]
async fn a_cut_at_either_end_stops_both_ways() {
    let fixture = Fixture::new(&[]).await;
    let (mut a, mut b) = (Phone::new(&fixture, "a").await, Phone::new(&fixture, "b").await);
    let relay = a.relay(b.address()).await;
    for end in [&mut a, &mut b] {
        end.faults(json!({ "media": true })).await;
    }
    assert!(!passes(&a, relay, &b).await);
    a.faults(json!({ "media": false })).await;
    assert!(!passes(&a, relay, &b).await);
    b.faults(json!({ "loss": 1 })).await;
    assert!(!passes(&a, relay, &b).await);
    b.faults(json!({ "loss": 0, "signaling": true })).await;
    assert!(passes(&a, relay, &b).await);
}

#[tokio::test]
async fn a_delay_holds_packets_back_in_their_order() {
    let fixture = Fixture::new(&[]).await;
    let (mut a, b) = (Phone::new(&fixture, "a").await, Phone::new(&fixture, "b").await);
    let relay = a.relay(b.address()).await;
    a.faults(json!({ "delay": 300 })).await;
    let start = tokio::time::Instant::now();
    for number in 0..100_u8 {
        a.socket.send_to(&[number], relay).await.unwrap();
    }
    for number in 0..100_u8 {
        assert_eq!(packet(&b.socket, ENOUGH).await.unwrap().0, [number]);
    }
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn loss_takes_its_part() {
    let fixture = Fixture::new(&[]).await;
    let (mut a, b) = (Phone::new(&fixture, "a").await, Phone::new(&fixture, "b").await);
    let relay = a.relay(b.address()).await;
    a.faults(json!({ "loss": 0.5 })).await;
    let mut arrived = 0;
    for _ in 0..20 {
        for _ in 0..20 {
            a.socket.send_to(b"x", relay).await.unwrap();
        }
        while packet(&b.socket, 20).await.is_some() {
            arrived += 1;
        }
    }
    // Of 400; outside of this once in 10^10 runs.
    assert!((130..=270).contains(&arrived), "{arrived}");
}

#[tokio::test]
async fn relays_lead_to_this_machine_alone() {
    let fixture = Fixture::new(&[]).await;
    let mut a = Phone::new(&fixture, "a").await;
    for (address, port) in [
        ("8.8.8.8", 53),
        ("10.255.255.254", 80),
        ("2001:4860:4860::8888", 53),
        ("example.com", 80),
        ("0.0.0.0", 80),
        ("255.255.255.255", 9),
        ("224.0.0.251", 5353),
        ("127.0.0.1", 0),
        ("", 1),
    ] {
        let told = a.open(address, port).await;
        assert_eq!(told["type"], "refused", "{address}:{port}: {told}");
        assert!(told["error"].as_str().unwrap().contains(&format!("{address}:{port}")), "{told}");
    }
    assert_eq!(a.open("127.0.0.1", 9).await["type"], "opened");
}

#[tokio::test]
async fn a_phones_relays_end_with_its_page() {
    let fixture = Fixture::new(&[]).await;
    let (mut a, b) = (Phone::new(&fixture, "a").await, Phone::new(&fixture, "b").await);
    let relay = a.relay(b.address()).await;
    assert!(passes(&a, relay, &b).await);
    a.line.close(None).await.unwrap();
    // The port is free again.
    let free = async {
        while UdpSocket::bind(relay).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_millis(ENOUGH), free).await.unwrap();
}

#[tokio::test]
async fn nonsense_and_greed_do_no_harm() {
    let fixture = Fixture::new(&[]).await;
    let mut a = Phone::new(&fixture, "a").await;
    for text in ["", "{", "[]", "{\"type\":\"fly\"}", "{\"type\":\"faults\",\"delay\":\"x\"}"] {
        a.line.send(Message::text(text)).await.unwrap();
    }
    a.line.send(Message::binary(vec![0; 9])).await.unwrap();
    for _ in 0..512 {
        assert_eq!(a.open("127.0.0.1", 9).await["type"], "opened");
    }
    let told = a.open("127.0.0.1", 9).await;
    assert!(told["error"].as_str().unwrap().contains("at most 512"), "{told}");
    // Too long a message ends the line, and only that one.
    let _ = a.line.send(Message::text("x".repeat(10_000))).await;
    while let Some(Ok(_)) = a.line.next().await {}
    let mut b = Phone::new(&fixture, "b").await;
    assert_eq!(b.open("127.0.0.1", 9).await["type"], "opened");
}

#[tokio::test]
async fn pages_of_other_origins_get_no_line() {
    let fixture = Fixture::new(&[]).await;
    let mut request = fixture.socket("/relay?phone=a");
    request.headers_mut().insert("origin", "https://evil.com".parse().unwrap());
    match connect_async(request).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 403),
        other => panic!("{other:?}"),
    }
}
