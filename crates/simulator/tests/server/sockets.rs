//! Sockets of pages, to a server that the test runs.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message as Served, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::fixture::Fixture;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A server whose sockets say what headers they came with, then say back what they hear; at `bye`
/// they close.
async fn upstream() -> SocketAddr {
    let echo = |upgrade: WebSocketUpgrade, headers: HeaderMap| async move {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let from = json!({
            "token": header("authorization"), "origin": header("origin"), "host": header("host"),
            "referer": header("referer"),
        });
        let mut answer = upgrade.protocols(["chat", "v2"]).on_upgrade(|mut socket| async move {
            let _ = socket.send(Served::text(from.to_string())).await;
            while let Some(Ok(message)) = socket.recv().await {
                match message {
                    Served::Text(text) if text.as_str() == "bye" => {
                        let frame = CloseFrame { code: 4001, reason: "再见".into() };
                        let _ = socket.send(Served::Close(Some(frame))).await;
                    }
                    Served::Text(_) | Served::Binary(_) => {
                        let _ = socket.send(message).await;
                    }
                    _ => {}
                }
            }
        });
        answer.headers_mut().insert("x-server", "here".parse().unwrap());
        answer
    };
    let app = Router::new()
        .route("/echo", get(echo))
        .route("/shut", get(|| async { StatusCode::FORBIDDEN.into_response() }))
        .route("/never", get(|| async { std::future::pending::<()>().await }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

/// A page's socket on which it has asked for another one.
async fn ask(fixture: &Fixture, request: &Value) -> Socket {
    let (mut socket, _) = connect_async(fixture.socket("/socket")).await.unwrap();
    socket.send(Message::text(format!("o{request}"))).await.unwrap();
    socket
}

async fn hear(socket: &mut Socket) -> Message {
    timeout(Duration::from_secs(20), socket.next()).await.unwrap().unwrap().unwrap()
}

/// The rest of a text message that begins with `tag`.
async fn tagged(socket: &mut Socket, tag: char) -> String {
    let message = hear(socket).await.into_text().unwrap().to_string();
    message.strip_prefix(tag).unwrap_or_else(|| panic!("no `{tag}`: {message}")).to_owned()
}

#[tokio::test]
async fn a_socket_is_opened_with_the_pages_headers_and_carries_texts_and_bytes() {
    let (fixture, server) = (Fixture::new(&[]).await, upstream().await);
    let request = json!({
        "url": format!("ws://{server}/echo"), "protocols": ["v2", "v1"],
        "headers": { "Authorization": "Bearer 1", "Host": "elsewhere", "Sec-WebSocket-Key": "x" },
    });
    let mut socket = ask(&fixture, &request).await;
    let opened: Value = serde_json::from_str(&tagged(&mut socket, 'o').await).unwrap();
    assert_eq!(opened["protocol"], "v2");
    assert_eq!(opened["headers"]["x-server"], "here");
    let sent: Value = serde_json::from_str(&tagged(&mut socket, 't').await).unwrap();
    let expected = json!({
        "token": "Bearer 1", "origin": null, "host": server.to_string(), "referer": null,
    });
    assert_eq!(sent, expected);
    socket.send(Message::text("tcould be a tag")).await.unwrap();
    assert_eq!(tagged(&mut socket, 't').await, "could be a tag");
    socket.send(Message::binary(vec![0, 255, 1])).await.unwrap();
    assert_eq!(hear(&mut socket).await, Message::binary(vec![0, 255, 1]));
}

#[tokio::test]
async fn a_socket_ends_with_the_code_and_reason_of_whoever_closed_it() {
    let (fixture, server) = (Fixture::new(&[]).await, upstream().await);
    let request = json!({ "url": format!("ws://{server}/echo") });
    for (message, code, reason) in
        [("tbye", 4001, "再见"), (r#"c{"code":3005,"reason":"done"}"#, 3005, "done")]
    {
        let mut socket = ask(&fixture, &request).await;
        tagged(&mut socket, 'o').await;
        tagged(&mut socket, 't').await;
        socket.send(Message::text(message)).await.unwrap();
        let close: Value = serde_json::from_str(&tagged(&mut socket, 'c').await).unwrap();
        assert_eq!(close, json!({ "code": code, "reason": reason }));
    }
}

#[tokio::test]
async fn a_socket_that_cannot_be_opened_is_answered_in_words() {
    let (fixture, server) = (Fixture::new(&[]).await, upstream().await);
    let error = async |request: Value| tagged(&mut ask(&fixture, &request).await, 'e').await;
    let refused = error(json!({ "url": format!("ws://{server}/shut") })).await;
    assert!(refused.contains("403"), "{refused}");
    let never = json!({ "url": format!("ws://{server}/never"), "timeout": 20 });
    assert_eq!(error(never).await, "no answer within 20 ms");
    let wrong = error(json!({ "url": "http://127.0.0.1/" })).await;
    assert!(wrong.contains("`http://127.0.0.1/`"), "{wrong}");
    let gone = error(json!({ "url": "ws://127.0.0.1:1/" })).await;
    assert!(gone.starts_with("127.0.0.1: "), "{gone}");
    let header = json!({ "url": format!("ws://{server}/echo"), "headers": { "a b": "c" } });
    assert!(error(header).await.contains("`a b`"));
    assert!(error(json!({})).await.contains("url"));
}

#[tokio::test]
async fn only_the_servers_own_pages_may_open_sockets() {
    let fixture = Fixture::new(&[]).await;
    let from = async |origin: &str| {
        let mut request = fixture.socket("/socket");
        request.headers_mut().insert("origin", origin.parse().unwrap());
        match connect_async(request).await {
            Ok(_) => 101,
            Err(Error::Http(answer)) => answer.status().as_u16(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(from(&fixture.phone).await, 101);
    assert_eq!(from("http://localhost:3000").await, 403);
    assert_eq!(from("https://evil.com").await, 403);
}
