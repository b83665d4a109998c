//! The hub of rooms, and the ways of phones to it.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tt_rtc_room::token;

use crate::fixture::Fixture;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const APP: &str = "0123456789abcdef01234567";

async fn connect(fixture: &Fixture, path: &str) -> Result<Socket, StatusCode> {
    match connect_async(fixture.socket(path)).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(answer.status()),
        Err(error) => panic!("{error}"),
    }
}

/// The line on which a phone says how its network is.
async fn line(fixture: &Fixture, name: &str) -> Socket {
    let mut line = connect(fixture, &format!("/relay?phone={name}")).await.unwrap();
    faults(&mut line, json!({})).await;
    line
}

async fn faults(line: &mut Socket, faults: Value) {
    let mut message = json!({ "type": "faults" });
    message.as_object_mut().unwrap().extend(faults.as_object().unwrap().clone());
    line.send(Message::text(message.to_string())).await.unwrap();
    // The answer to this says that the server has read what came before.
    let ask = json!({ "type": "open", "id": 1, "to": { "address": "8.8.8.8", "port": 1 } });
    line.send(Message::text(ask.to_string())).await.unwrap();
    while !line.next().await.unwrap().unwrap().is_text() {}
}

/// Says something that no hub knows, and how long it took until it said so or hung up.
async fn talk(socket: &mut Socket) -> Duration {
    let start = Instant::now();
    socket.send(Message::text("{}")).await.unwrap();
    let answer = timeout(Duration::from_secs(10), socket.next()).await.unwrap();
    assert!(matches!(answer, Some(Ok(Message::Text(_) | Message::Close(_)))), "{answer:?}");
    start.elapsed()
}

#[tokio::test]
async fn pages_of_this_machine_reach_the_hub_and_none_from_elsewhere() {
    let fixture = Fixture::new(&[]).await;
    talk(&mut connect(&fixture, "/rtc").await.unwrap()).await;
    let from = async |origin: &str| {
        let mut request = fixture.socket("/rtc");
        request.headers_mut().insert("origin", origin.parse().unwrap());
        match connect_async(request).await {
            Ok(_) => 101,
            Err(Error::Http(answer)) => answer.status().as_u16(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(from("http://localhost:3000").await, 101);
    assert_eq!(from(&fixture.phone).await, 101);
    // Pages of the local network may with `--lan`.
    assert_eq!(from("https://192.168.1.7:8090").await, 403);
    assert_eq!(from("https://evil.com").await, 403);
    // A page of the web may have an address for a name.
    assert_eq!(from("http://203.0.113.5").await, 403);
    assert_eq!(from("null").await, 403);
}

#[tokio::test]
async fn a_phone_talks_to_the_hub_until_it_is_cut_off_and_again_after() {
    let fixture = Fixture::new(&[]).await;
    let mut line = line(&fixture, "a").await;
    talk(&mut connect(&fixture, "/rtc?phone=a").await.unwrap()).await;
    let mut socket = connect(&fixture, "/rtc?phone=a").await.unwrap();
    faults(&mut line, json!({ "signaling": true })).await;
    let end = timeout(Duration::from_secs(10), socket.next()).await.unwrap();
    assert!(!matches!(end, Some(Ok(Message::Text(_)))), "{end:?}");
    let refused = connect(&fixture, "/rtc?phone=a").await.unwrap_err();
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
    // Others are not cut off.
    talk(&mut connect(&fixture, "/rtc").await.unwrap()).await;
    faults(&mut line, json!({ "signaling": false })).await;
    talk(&mut connect(&fixture, "/rtc?phone=a").await.unwrap()).await;
}

#[tokio::test]
async fn a_phones_delay_is_that_of_its_signaling_too() {
    let fixture = Fixture::new(&[]).await;
    let mut line = line(&fixture, "a").await;
    faults(&mut line, json!({ "delay": 100 })).await;
    let mut socket = connect(&fixture, "/rtc?phone=a").await.unwrap();
    assert!(talk(&mut socket).await >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_phone_that_nobody_knows_has_no_way_around_its_faults() {
    let fixture = Fixture::new(&[]).await;
    let refused = connect(&fixture, "/rtc?phone=b").await.unwrap_err();
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_token_is_signed_for_an_app_with_a_key() {
    let fixture = Fixture::with(&[], |options, _| {
        options.app_keys =
            vec![(APP.to_owned(), "secret".to_owned()), ("short".into(), "x".into())];
    })
    .await;
    let settings: Value = serde_json::from_str(&fixture.text("/settings.json").await).unwrap();
    assert_eq!(settings["apps"], json!([APP, "short"]));
    let signed = fixture.desk(&format!("/token?app={APP}&room=r&user=u")).await;
    let signed = signed.text().await.unwrap();
    let signed: Value = serde_json::from_str(&signed).unwrap();
    let token = token::AccessToken::parse(signed["token"].as_str().unwrap()).unwrap();
    let token = token.verify(["secret"], 0).unwrap();
    assert_eq!((token.app.as_str(), token.room.as_str(), token.user.as_str()), (APP, "r", "u"));
    assert_eq!(u64::from(token.expire_at), signed["expires"].as_u64().unwrap());
    let refusal = async |query: &str| {
        let answer = fixture.desk(&format!("/token?{query}")).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(refusal("app=other&room=r&user=u").await.0, 404);
    let (status, told) = refusal("app=short&room=r&user=u").await;
    assert!(status == 400 && told.contains("24 characters"), "{told}");
    assert_eq!(refusal("app=short").await.0, 400);
}
