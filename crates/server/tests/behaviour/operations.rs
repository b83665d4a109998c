//! Health, metrics, the admin API and TLS.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use tt_rtc_server::listen::{Listen, Tls};
use tt_rtc_server::{CloseCode, Config};

use crate::client::{Client, OPENING, SOON, TestServer, join, session};

const TOKEN: &str = "a token for administrators";

async fn server_with_admin() -> TestServer {
    TestServer::start(Config { admin_token: Some(TOKEN.into()), ..Config::default() }).await
}

/// Sends a request to the admin API and returns the status and the body.
async fn admin(server: &TestServer, request: &str) -> (u16, Value) {
    let headers = format!("Authorization: Bearer {TOKEN}\r\n");
    let answer = server.request(request, &headers).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}

#[tokio::test]
async fn the_server_is_alive_but_not_ready_during_shutdown() {
    let server = TestServer::start(Config::default()).await;
    assert!(server.request("GET /health", "").await.starts_with("HTTP/1.1 200"));
    assert!(server.request("GET /ready", "").await.starts_with("HTTP/1.1 200"));
    server.server.shut_down().await;
    assert!(server.request("GET /health", "").await.starts_with("HTTP/1.1 200"));
    assert!(server.request("GET /ready", "").await.starts_with("HTTP/1.1 503"));
}

#[tokio::test]
async fn metrics_count_events() {
    let server = TestServer::start(Config::default()).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    ann.is_alive().await;
    let mut eve = server.connect().await;
    eve.send_text("nonsense").await;
    eve.expect_removed("badMessage", CloseCode::BadMessage).await;
    let mut eve = server.connect().await;
    let mut join = join("room", "eve", 2);
    join["join"]["version"] = 0.into();
    eve.send(join).await;
    eve.expect_removed("version", CloseCode::Version).await;
    let metrics = server.request("GET /metrics", "").await;
    for line in [
        "tt_rtc_sessions 1\n",
        "tt_rtc_rooms 1\n",
        "tt_rtc_connections_opened_total 3\n",
        "tt_rtc_connections_closed_total{code=\"BadMessage\"} 1\n",
        "tt_rtc_joins_total{result=\"ok\"} 1\n",
        "tt_rtc_joins_total{result=\"Version\"} 1\n",
        "tt_rtc_messages_received_total 4\n",
        "tt_rtc_handling_seconds_count 4\n",
        "# EOF\n",
    ] {
        assert!(metrics.contains(line), "{line} is missing in {metrics}");
    }
    let page = include_str!("../../../../docs/server.md");
    let names = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    for name in names.filter_map(|line| line.split(' ').next()) {
        assert!(page.contains(&format!("`{name}")), "{name} is not documented");
    }
}

#[tokio::test]
async fn the_admin_api_needs_the_token() {
    let server = server_with_admin().await;
    let headers = [
        String::new(),
        "Authorization: Bearer \r\n".into(),
        format!("Authorization: Bearer {TOKEN}x\r\n"),
        format!("Authorization: Bearer {}\r\n", &TOKEN[1..]),
        format!("Authorization: Basic {TOKEN}\r\n"),
        "Authorization: Bearer \u{fffd}\r\n".into(),
    ];
    let requests = ["GET /admin/rooms", "DELETE /admin/room?app=app&room=room"];
    let guesses = headers.iter().flat_map(|header| requests.map(|request| (request, header)));
    let began = Instant::now();
    let answers = guesses.map(async |(request, header)| {
        let answer = server.request(request, header).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{request} {header}: {answer}");
    });
    assert_eq!(join_all(answers).await.len(), 12);
    assert!(began.elapsed() >= Duration::from_secs(1), "a guess takes its time");
    let metrics = server.request("GET /metrics", "").await;
    assert!(metrics.contains("tt_rtc_connections_refused_total{reason=\"adminToken\"} 12\n"));
    assert_eq!(admin(&server, "GET /admin/rooms").await.0, 200);
    let without = TestServer::start(Config::default()).await;
    assert_eq!(admin(&without, "GET /admin/rooms").await.0, 404);
}

#[tokio::test]
async fn the_admin_api_lists_and_dissolves_rooms_and_removes_users() {
    let server = server_with_admin().await;
    assert_eq!(admin(&server, "GET /admin/rooms").await, (200, json!([])));
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let (mut bob, _) = server.join("room", "bob", 2).await;
    ann.receive("members").await;
    let room = json!([{ "app": "app", "room": "room", "members": 2 }]);
    assert_eq!(admin(&server, "GET /admin/rooms").await, (200, room));
    let (status, members) = admin(&server, "GET /admin/room?app=app&room=room").await;
    assert_eq!(status, 200);
    assert_eq!(members[1]["user"], "bob");
    assert_eq!(members[1]["session"], session(2));

    let remove = "DELETE /admin/user?app=app&room=room&user=bob";
    assert_eq!(admin(&server, remove).await.0, 204);
    bob.expect_removed("kicked", CloseCode::Kicked).await;
    assert_eq!(ann.receive("left").await, json!([session(2)]));
    assert_eq!(admin(&server, remove).await.0, 404, "it is gone");
    let mut bob = server.connect().await;
    bob.send(join("room", "bob", 2)).await;
    bob.expect_removed("kicked", CloseCode::Kicked).await;

    let end = "DELETE /admin/room?app=app&room=room";
    assert_eq!(admin(&server, end).await.0, 204);
    ann.expect_removed("dissolved", CloseCode::Dissolved).await;
    assert_eq!(admin(&server, end).await.0, 404);
    assert_eq!(admin(&server, "GET /admin/room?app=app&room=room").await.0, 404);
    assert_eq!(admin(&server, "GET /admin/room?app=app&room=a%0Ab").await.0, 400);
    assert_eq!(admin(&server, "GET /admin/room?room=room").await.0, 400);
}

#[tokio::test]
async fn the_admin_api_takes_an_empty_app_id() {
    let server = server_with_admin().await;
    let mut ann = server.connect().await;
    let mut join = join("room", "ann", 1);
    join["join"]["app"] = "".into();
    ann.send(join).await;
    ann.receive("welcome").await;
    assert_eq!(admin(&server, "DELETE /admin/room?app=&room=room").await.0, 204);
    ann.expect_removed("dissolved", CloseCode::Dissolved).await;
}

/// A server with TLS, and the root certificates to verify it.
async fn server_with_certificate() -> (TestServer, RootCertStore) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pem = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let tls = Tls::new(pem.0.as_bytes(), pem.1.as_bytes()).unwrap();
    let listen = Listen { tls: Some(tls), within: OPENING, ..Listen::default() };
    let mut roots = RootCertStore::empty();
    roots.add(certified.cert.der().clone()).unwrap();
    (TestServer::listen(Config::default(), listen).await, roots)
}

#[tokio::test]
async fn a_server_with_a_certificate_uses_tls() {
    let (server, roots) = server_with_certificate().await;
    let client = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = TcpStream::connect(server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TlsConnector::from(Arc::new(client)).connect(name, socket).await.unwrap();
    let mut ann = Client::over(socket, &[]).await.unwrap();
    ann.send(join("room", "ann", 1)).await;
    ann.receive("welcome").await;

    let plain = TcpStream::connect(server.address).await.unwrap();
    assert!(Client::over(plain, &[]).await.is_err(), "nothing in the clear");
}

#[tokio::test]
async fn a_tls_handshake_times_out() {
    let (server, _) = server_with_certificate().await;
    // The first bytes of a hello of 512 bytes without the rest, and no bytes at all.
    for begun in [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(), b""] {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(begun).await.unwrap();
        let closed = timeout(SOON, socket.read_to_end(&mut Vec::new())).await;
        // TCP resets a socket that is closed with unread data.
        let _: Result<usize, _> = closed.expect("the server closes the socket");
    }
}

#[test]
fn a_malformed_certificate_is_refused_with_the_reason() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let cases = [
        (String::new(), key.clone(), "no pem section certificate"),
        ("nonsense".into(), key, "no pem section certificate"),
        (certificate.clone(), "nonsense".into(), "the private key"),
        (certificate, other.signing_key.serialize_pem(), "mismatch"),
    ];
    for (certificate, key, expected) in cases {
        let error = Tls::new(certificate.as_bytes(), key.as_bytes()).unwrap_err().to_string();
        assert!(error.to_lowercase().contains(expected), "`{error}` does not say `{expected}`");
    }
}
