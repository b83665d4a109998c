//! Joining, leaving and resuming.

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tt_rtc_server::listen::Listen;
use tt_rtc_server::{CloseCode, Config, Server};

use crate::client::{Client, SOON, TestServer, join, session};

#[tokio::test]
async fn two_members_see_each_other_and_exchange_signals() {
    let server = TestServer::start(Config::default()).await;
    let (mut ann, welcome) = server.join("room", "ann", 1).await;
    assert_eq!(welcome["members"], json!([]));
    let (mut bob, welcome) = server.join("room", "bob", 2).await;
    assert_eq!(welcome["members"][0]["user"], "ann");
    assert_eq!(ann.receive("members").await[0]["user"], "bob");

    let envelope = json!({ "generation": 1, "ack": 0, "seq": 1, "signal": { "answer": "v=0" } });
    ann.send(json!({ "signal": { "to": session(2), "envelope": envelope } })).await;
    let heard = bob.receive("signal").await;
    assert_eq!(heard, json!({ "from": session(1), "envelope": envelope }));

    bob.send(json!("leave")).await;
    bob.expect_closed(CloseCode::Left).await;
    assert_eq!(ann.receive("left").await, json!([session(2)]));
}

#[tokio::test]
async fn rooms_are_separate() {
    let server = TestServer::start(Config::default()).await;
    let mut clients = Vec::new();
    for number in 0..100 {
        let room = format!("room-{number}");
        let (client, welcome) = server.join(&room, "ann", number).await;
        assert_eq!(welcome["members"], json!([]));
        clients.push(client);
    }
    assert_eq!(server.server.room_count(), 100);
    assert_eq!(server.server.session_count(), 100);
    let rooms = server.server.rooms();
    assert_eq!(rooms.len(), 100);
    assert!(rooms.is_sorted_by_key(|room| room.room.clone()));
    assert!(rooms.iter().all(|room| room.members == 1));
    for client in &mut clients {
        assert!(client.is_alive().await, "and nothing else came");
    }
}

#[tokio::test]
async fn a_session_is_resumed_on_another_connection() {
    let server = TestServer::start(Config::default()).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let (bob, first) = server.join("room", "bob", 2).await;
    ann.receive("members").await;

    drop(bob);
    let (mut bob, second) = server.join("room", "bob", 2).await;
    assert_eq!(second["joinedAt"], first["joinedAt"]);
    let (_again, _) = server.join("room", "bob", 2).await;
    bob.expect_closed(CloseCode::Resumed).await;
    assert!(ann.is_alive().await, "nobody was told anything");
}

#[tokio::test]
async fn sessions_are_resumed_at_the_next_server_after_a_shutdown() {
    let first = TestServer::start(Config::default()).await;
    let (mut ann, welcome) = first.join("room", "ann", 1).await;
    let mut waiting = first.connect().await;
    let (closed, waiting_closed, ()) = tokio::join!(
        ann.expect_closed(CloseCode::Restart),
        waiting.expect_closed(CloseCode::Restart),
        first.server.shut_down(),
    );
    assert_eq!(closed, waiting_closed);
    assert_eq!(first.server.connection_count(), 0);
    assert!(!first.server.is_ready());
    assert!(first.try_connect().await.is_err());

    let second = TestServer::start(Config::default()).await;
    let mut ann = second.connect().await;
    let mut again = join("room", "ann", 1);
    again["join"]["joinedAt"] = welcome["joinedAt"].clone();
    ann.send(again).await;
    let again = ann.receive("welcome").await;
    assert_eq!(again["joinedAt"], welcome["joinedAt"]);
    assert_ne!(again["hub"], welcome["hub"], "another run");
}

#[tokio::test]
async fn who_comes_while_a_server_drains_is_served() {
    let server = TestServer::start(Config::default()).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    server.server.drain();
    assert!(server.request("GET /ready", "").await.starts_with("HTTP/1.1 503"));
    let (_bob, welcome) = server.join("room", "bob", 2).await;
    assert_eq!(welcome["members"][0]["user"], "ann");
    assert_eq!(ann.receive("members").await[0]["user"], "bob");
}

#[tokio::test]
async fn who_has_connected_when_a_listener_is_closed_is_served() {
    let server = Server::new(Config::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // All of these wait in the queue of the listener.
    let mut sockets = Vec::new();
    for _ in 0..50 {
        sockets.push(TcpStream::connect(address).await.unwrap());
    }
    let serve = Listen::default().serve_until(listener, server.router(), std::future::ready(()));
    timeout(SOON, serve).await.expect("it stops");
    assert!(TcpStream::connect(address).await.is_err());
    for (number, socket) in (0..).zip(sockets) {
        let mut client = Client::over(socket, &[]).await.unwrap();
        client.send(join("room", &format!("user-{number}"), number + 1)).await;
        client.receive("welcome").await;
    }
}
