//! Limits of numbers.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Error;
use tt_rtc_server::config::LimitsConfig;
use tt_rtc_server::listen::Listen;
use tt_rtc_server::{CloseCode, Config};

use crate::client::{Client, OPENING, SOON, TestServer, join};

fn status(result: Result<Client, Error>) -> u16 {
    match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Ok(_) => 101,
        Err(error) => panic!("{error}"),
    }
}

async fn server(limits: LimitsConfig) -> TestServer {
    TestServer::start(Config { limits, ..Config::default() }).await
}

#[tokio::test]
async fn the_connections_of_an_address_are_limited() {
    let server = server(LimitsConfig { connections_per_address: 2, ..Default::default() }).await;
    let (first, _second) = (server.connect().await, server.connect().await);
    assert_eq!(status(server.try_connect().await), 429);
    drop(first);
    while server.server.connection_count() == 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(status(server.try_connect().await), 101);
}

/// Sockets without a request. WebSockets have another limit.
#[tokio::test]
async fn the_sockets_of_an_address_without_a_request_are_limited() {
    let listen = Listen { within: 10 * SOON, per_address: 2, ..Listen::default() };
    let server = TestServer::listen(Config::default(), listen).await;
    let connect = async || TcpStream::connect(server.address).await.unwrap();
    let (first, _second) = (connect().await, connect().await);
    let mut third = connect().await;
    let closed = timeout(SOON, third.read_to_end(&mut Vec::new())).await;
    assert_eq!(closed.expect("there is no place for it").unwrap_or_default(), 0);
    drop(first);
    let served = async { while server.try_connect().await.is_err() {} };
    timeout(SOON, served).await.expect("there is a place again");
}

#[tokio::test]
async fn behind_a_proxy_the_clients_address_counts_and_the_client_cannot_forge_it() {
    let mut config = Config::default();
    config.limits.connections_per_address = 1;
    config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let server = TestServer::start(config).await;
    let from = async |addresses: &str| server.connect_with(&[("x-forwarded-for", addresses)]).await;
    let _first = from("192.0.2.1").await.unwrap();
    let _second = from("192.0.2.2").await.unwrap();
    assert_eq!(status(from("192.0.2.1").await), 429);
    assert_eq!(status(from("192.0.2.9, 192.0.2.1").await), 429, "what the proxy added counts");
}

#[tokio::test]
async fn an_address_may_open_so_many_sockets_and_ask_so_often_over_each() {
    let listen = Listen {
        opened_per_address: Some((1, 3)),
        requests: Some(2),
        within: OPENING,
        ..Listen::default()
    };
    let server = TestServer::listen(Config::default(), listen).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let request = "GET /health HTTP/1.1\r\nHost: host\r\n\r\n";
    socket.write_all(request.repeat(10).as_bytes()).await.unwrap();
    let mut answers = Vec::new();
    let _: Result<usize, _> = socket.read_to_end(&mut answers).await;
    let answers = String::from_utf8(answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2);
    assert_eq!(answers.to_lowercase().matches("connection: close").count(), 1);
    // A WebSocket is one request.
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let mut bob = server.connect().await;
    assert!(server.try_connect().await.is_err(), "the fourth one within a second");
    assert!(ann.is_alive().await);
    bob.send(join("room", "bob", 2)).await;
    bob.receive("welcome").await;
}

/// Joins, and sends more messages than these tests allow, until it is disconnected.
async fn flood(server: &TestServer) {
    let (mut eve, _) = server.join("room", "eve", 1).await;
    for _ in 0..10 {
        eve.send_text("\"ping\"").await;
    }
    eve.expect_closed(CloseCode::TooMany).await;
}

#[tokio::test]
async fn who_floods_the_server_may_not_come_back_as_often() {
    let server = server(LimitsConfig {
        messages_per_second: 1,
        message_burst: 5,
        joins_per_address: 1,
        join_burst_per_address: 55,
        join_burst_per_user: 1_000,
        ..Default::default()
    })
    .await;
    flood(&server).await;
    let welcomed = joins(&server, |number| (format!("room-{number}"), "eve".into())).await;
    assert!((1..8).contains(&welcomed), "{welcomed} of 54");
}

#[tokio::test]
async fn who_floods_with_few_joins_left_owes_the_rest() {
    let server = server(LimitsConfig {
        messages_per_second: 1,
        message_burst: 5,
        joins_per_address: 20,
        join_burst_per_address: 5,
        join_burst_per_user: 1_000,
        ..Default::default()
    })
    .await;
    flood(&server).await;
    let again = async || {
        let mut eve = server.connect().await;
        eve.send(join("room", "eve", 1)).await;
        eve.next().await.is_ok()
    };
    assert!(!again().await);
    // It pays with the joins of the next seconds.
    let waits = async {
        while !again().await {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(SOON, waits).await.expect("it may join again");
}

#[tokio::test]
async fn a_proxy_says_who_the_client_is_in_the_proxy_protocol() {
    let mut config = Config::default();
    config.limits.connections_per_address = 1;
    config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let listen = Listen {
        proxies: config.trusted_proxies.clone(),
        proxy_protocol: true,
        within: OPENING,
        ..Listen::default()
    };
    let server = TestServer::listen(config, listen).await;
    let from = async |header: &[u8]| {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(header).await.unwrap();
        // The client behind the proxy writes this.
        Client::over(socket, &[("x-forwarded-for", "203.0.113.1")]).await
    };
    let _first = from(b"PROXY TCP4 192.0.2.1 10.0.0.1 4660 80\r\n").await.unwrap();
    let second = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x02\x0a\0\0\x01\x12\x34\0\x50";
    let _second = from(second).await.unwrap();
    assert_eq!(status(from(b"PROXY TCP4 192.0.2.1 10.0.0.1 4661 80\r\n").await), 429);
    assert!(from(b"").await.is_err(), "a socket of the proxy without a header");
    let _check = from(b"PROXY UNKNOWN\r\n").await.unwrap();
}

#[tokio::test]
async fn a_client_that_is_no_proxy_cannot_say_that_it_is_another_one() {
    let listen = Listen { proxy_protocol: true, within: OPENING, ..Listen::default() };
    let server = TestServer::listen(Config::default(), listen).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"PROXY TCP4 192.0.2.1 10.0.0.1 4660 80\r\n").await.unwrap();
    assert!(Client::over(socket, &[]).await.is_err());
    server.connect().await;
}

#[tokio::test]
async fn the_connections_of_a_server_are_limited() {
    let server = server(LimitsConfig { connections: 2, ..Default::default() }).await;
    let (_first, _second) = (server.connect().await, server.connect().await);
    assert_eq!(status(server.try_connect().await), 503);
}

/// All sockets count, and a WebSocket counts as long as it is open.
#[tokio::test]
async fn the_sockets_of_a_server_are_limited() {
    let server =
        TestServer::listen(Config::default(), Listen { sockets: 2, ..Listen::default() }).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let idle = TcpStream::connect(server.address).await.unwrap();
    let mut third = TcpStream::connect(server.address).await.unwrap();
    let closed = timeout(SOON, third.read_to_end(&mut Vec::new())).await;
    assert_eq!(closed.expect("there is no place for it").unwrap_or_default(), 0);
    assert!(ann.is_alive().await);
    drop(idle);
    let served = async { while server.try_connect().await.is_err() {} };
    timeout(SOON, served).await.expect("there is a place again");
}

/// Joins again and again as a new session, and returns how many were welcomed before one was refused.
async fn joins(server: &TestServer, id: impl Fn(u8) -> (String, String)) -> u8 {
    for number in 1..=u8::MAX {
        let (room, user) = id(number);
        let mut client = server.connect().await;
        client.send(join(&room, &user, number)).await;
        match client.next().await {
            Ok(message) if message.get("welcome").is_some() => {}
            Ok(message) => panic!("{message}"),
            Err(frame) => {
                let frame = frame.expect("a close frame");
                assert_eq!(u16::from(frame.code), CloseCode::TooMany.number());
                assert!(frame.reason.contains("too many joins"), "{}", frame.reason);
                return number - 1;
            }
        }
    }
    panic!("nothing was refused")
}

#[tokio::test]
async fn the_joins_of_a_user_are_limited_and_no_one_elses() {
    let server = server(LimitsConfig { join_burst_per_user: 5, ..Default::default() }).await;
    let (mut ann, _) = server.join("room", "ann", 200).await;
    let joined = joins(&server, |_| ("room".into(), "eve".into())).await;
    assert!((5..=8).contains(&joined), "{joined}");
    let (_bob, welcome) = server.join("room", "bob", 201).await;
    assert_eq!(welcome["members"][0]["user"], "ann");
    let (_eve, _) = server.join("another", "eve", 202).await;
    // Each eve left when the next one came.
    while ann.next().await.unwrap()["members"][0]["user"] != "bob" {}
}

#[tokio::test]
async fn the_joins_to_a_room_are_limited() {
    let server =
        server(LimitsConfig { joins_per_room: 1, join_burst_per_room: 5, ..Default::default() })
            .await;
    let joined = joins(&server, |number| ("room".into(), format!("eve-{number}"))).await;
    assert!((5..=8).contains(&joined), "{joined}");
    server.join("another", "ann", 200).await;
}

#[tokio::test]
async fn the_joins_of_an_address_are_limited() {
    let mut config = Config::default();
    config.limits.joins_per_address = 1;
    config.limits.join_burst_per_address = 5;
    config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let server = TestServer::start(config).await;
    let mut joined = 0;
    let mut join_from = async |address: &str| {
        joined += 1;
        let mut client = server.connect_with(&[("x-forwarded-for", address)]).await.unwrap();
        client.send(join(&format!("room-{joined}"), "eve", joined)).await;
        client.next().await.is_ok()
    };
    let mut welcomed = 0;
    while join_from("192.0.2.1").await {
        welcomed += 1;
        assert!(welcomed < 100);
    }
    assert!((5..=8).contains(&welcomed), "{welcomed}");
    assert!(join_from("192.0.2.2").await);
}

#[tokio::test]
async fn only_pages_of_configured_origins_may_connect() {
    let origins = vec!["https://call.example".into()];
    let server = TestServer::start(Config { origins, ..Config::default() }).await;
    let from = async |origin: &str| status(server.connect_with(&[("origin", origin)]).await);
    assert_eq!(from("https://call.example").await, 101);
    assert_eq!(from("https://call.example.evil").await, 403);
    assert_eq!(from("http://call.example").await, 403);
    assert_eq!(from("null").await, 403);
    assert_eq!(status(server.try_connect().await), 101, "no page at all");
}

#[tokio::test]
async fn the_sessions_of_a_server_are_limited() {
    let server = server(LimitsConfig { sessions: 2, ..Default::default() }).await;
    let (_ann, _) = server.join("a", "ann", 1).await;
    let (_bob, _) = server.join("b", "bob", 2).await;
    let mut eve = server.connect().await;
    eve.send(join("c", "eve", 3)).await;
    eve.expect_removed("full", CloseCode::Full).await;
}

#[tokio::test]
async fn the_visible_members_and_publishers_of_a_room_are_limited() {
    let server = server(LimitsConfig { visible: 2, publishers: 1, ..Default::default() }).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let (mut bob, _) = server.join("room", "bob", 2).await;
    ann.receive("members").await;
    let mut eve = server.connect().await;
    eve.send(join("room", "eve", 3)).await;
    eve.expect_removed("full", CloseCode::Full).await;

    let publish = json!({ "update": { "revision": 2, "visible": true, "sources": 1 } });
    ann.send(publish.clone()).await;
    assert_eq!(ann.receive("granted").await["refused"], Value::Null);
    bob.receive("members").await;
    bob.send(publish).await;
    assert_eq!(bob.receive("granted").await["refused"], "publisherLimit");
}
