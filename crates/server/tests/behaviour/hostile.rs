//! Malformed, hostile and excessive input on a socket.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{interval, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tt_rtc_server::config::LimitsConfig;
use tt_rtc_server::listen::Listen;
use tt_rtc_server::{CloseCode, Config};

use crate::client::{Client, OPENING, SOON, TestServer, join, session};

/// Two members of another room. They must not be affected.
struct Bystanders([Client; 2]);

impl Bystanders {
    async fn of(server: &TestServer) -> Self {
        let (mut ann, _) = server.join("bystanders", "ann", 101).await;
        let (bob, _) = server.join("bystanders", "bob", 102).await;
        ann.receive("members").await;
        Self([ann, bob])
    }

    async fn are_unaffected(mut self) {
        for client in &mut self.0 {
            assert!(client.is_alive().await, "nothing came but the answer");
        }
    }
}

fn limits(limits: LimitsConfig) -> Config {
    Config { limits, ..Config::default() }
}

/// A join to a room with no other member.
fn stranger(number: usize) -> Value {
    let mut join = join(&format!("room-{number}"), "eve", 1);
    join["join"]["secret"] = format!("{number:032x}").into();
    join
}

/// A valid join with one value changed.
fn join_with(path: &str, value: Value) -> String {
    let mut join = join("room", "eve", 1);
    *join.pointer_mut(&format!("/join/{path}")).unwrap() = value;
    join.to_string()
}

#[tokio::test]
async fn a_text_that_is_not_a_message_is_refused_with_the_reason() {
    let server = TestServer::start(Config::default()).await;
    let bystanders = Bystanders::of(&server).await;
    let deep = "[".repeat(200_000);
    let deep_field = format!(r#"{{"join":{{"more":{}0{}}}}}"#, "[".repeat(500), "]".repeat(500));
    let cases = [
        ("", "EOF"),
        ("hello", "expected value"),
        ("{\"join\":", "EOF"),
        ("\u{0}\u{1b}[2J", "expected value"),
        (deep.as_str(), "expected value"),
        (deep_field.as_str(), "missing field"),
        ("null", "expected value"),
        ("[]", "expected value"),
        ("{}", "expected value"),
        (r#"{"dance":{}}"#, "unknown variant `dance`"),
        (r#""dance""#, "unknown variant `dance`"),
        (r#"{"join":{}}"#, "missing field"),
        (r#"{"join":1}"#, "not a message"),
        (r#""ping""#, "the first message is not join"),
        (r#""leave""#, "the first message is not join"),
        (r#"{"token":{"revision":1,"token":""}}"#, "the first message is not join"),
    ];
    for (text, reason) in cases {
        let mut eve = server.connect().await;
        eve.send_text(text).await;
        let told = eve.expect_removed("badMessage", CloseCode::BadMessage).await;
        let start: String = text.chars().take(20).collect();
        assert!(told.contains(reason), "`{start}`: `{told}` does not say `{reason}`");
    }
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn a_join_that_is_out_of_bounds_is_refused_with_the_reason() {
    let server = TestServer::start(Config::default()).await;
    let bystanders = Bystanders::of(&server).await;
    let cases = [
        ("version", json!(65_536)),
        ("version", json!(-1)),
        ("version", json!("1")),
        ("app", json!("a\u{0}b")),
        ("room", json!("")),
        ("room", json!("r\n")),
        ("room", json!("../room")),
        ("room", json!("房间")),
        ("room", json!("r".repeat(129))),
        ("user", json!("\u{1b}[31mred")),
        ("user", json!("\u{202e}txt")),
        ("user", json!(null)),
        ("secret", json!("00")),
        ("secret", json!("zz".repeat(16))),
        ("token", json!("t".repeat(2_049))),
        ("presence/sources", json!(255)),
        ("presence/revision", json!(1e300)),
    ];
    for (path, value) in cases {
        let mut eve = server.connect().await;
        eve.send_text(&join_with(path, value.clone())).await;
        let told = eve.expect_removed("badMessage", CloseCode::BadMessage).await;
        assert!(told.starts_with("not a message: "), "{path} {value}: {told}");
    }
    let mut eve = server.connect().await;
    eve.send_text(&join_with("version", json!(0))).await;
    eve.expect_removed("version", CloseCode::Version).await;
    assert_eq!(server.server.session_count(), 2, "the bystanders");
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn a_later_version_is_answered_with_the_common_version() {
    let server = TestServer::start(Config::default()).await;
    let mut client = server.connect().await;
    client.send_text(&join_with("version", json!(9))).await;
    assert_eq!(client.receive("welcome").await["version"], 1);
}

#[tokio::test]
async fn a_malformed_message_ends_the_session_at_once() {
    let server = TestServer::start(Config::default()).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    for nonsense in ["nonsense", r#"{"signal":{"to":"0","envelope":{}}}"#, "\"join\""] {
        let (mut eve, _) = server.join("room", "eve", 2).await;
        ann.receive("members").await;
        eve.send_text(nonsense).await;
        eve.expect_removed("badMessage", CloseCode::BadMessage).await;
        assert_eq!(ann.receive("left").await, json!([session(2)]));
    }
    let (mut eve, _) = server.join("room", "eve", 2).await;
    ann.receive("members").await;
    eve.send(join("room", "eve", 2)).await;
    eve.expect_removed("badMessage", CloseCode::BadMessage).await;
    assert_eq!(ann.receive("left").await, json!([session(2)]));
}

#[tokio::test]
async fn messages_after_a_refusal_are_ignored() {
    let server = TestServer::start(Config::default()).await;
    for _ in 0..20 {
        let mut eve = server.connect().await;
        eve.socket.feed(Message::text(join_with("version", json!(0)))).await.unwrap();
        for _ in 0..5 {
            let again = Message::text(join("room", "eve", 1).to_string());
            eve.socket.feed(again).await.unwrap();
        }
        eve.socket.flush().await.unwrap();
        eve.expect_removed("version", CloseCode::Version).await;
        assert_eq!(server.server.session_count(), 0, "no session that nobody could end");
    }
}

#[tokio::test]
async fn a_binary_message_is_refused() {
    let server = TestServer::start(Config::default()).await;
    let mut eve = server.connect().await;
    eve.socket.send(Message::binary(join("room", "eve", 1).to_string())).await.unwrap();
    eve.expect_removed("badMessage", CloseCode::Binary).await;

    let mut eve = server.connect().await;
    let frame = Frame::message(vec![b'"', 0xff, b'"'], OpCode::Data(Data::Text), true);
    eve.socket.send(Message::Frame(frame)).await.unwrap();
    eve.expect_removed("badMessage", CloseCode::NotUtf8).await;
}

#[tokio::test]
async fn a_message_that_is_too_long_is_not_read() {
    let server =
        TestServer::start(limits(LimitsConfig { message_bytes: 10_000, ..Default::default() }))
            .await;
    let bystanders = Bystanders::of(&server).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let (mut eve, _) = server.join("room", "eve", 2).await;
    ann.receive("members").await;
    // The client cannot even send it completely, because the server does not read it.
    let _: Result<(), _> =
        timeout(SOON, eve.socket.send(Message::text("x".repeat(10_001)))).await.unwrap();
    eve.expect_removed("badMessage", CloseCode::TooBig).await;
    assert_eq!(ann.receive("left").await, json!([session(2)]), "and the others know at once");

    // A frame with a length of 2^62 bytes.
    let mut eve = server.connect().await;
    let mut header = vec![0x81, 0xff];
    header.extend((1_u64 << 62).to_be_bytes());
    header.extend([0; 4]);
    eve.write(&header).await;
    eve.expect_removed("badMessage", CloseCode::TooBig).await;

    // A message of many small fragments.
    let mut eve = server.connect().await;
    for part in 0..11 {
        let code = if part == 0 { Data::Text } else { Data::Continue };
        let frame = Frame::message(vec![b'x'; 1_000], OpCode::Data(code), false);
        eve.socket.send(Message::Frame(frame)).await.unwrap();
    }
    eve.expect_removed("badMessage", CloseCode::TooBig).await;
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn a_frame_that_violates_the_protocol_ends_the_connection() {
    let server = TestServer::start(Config::default()).await;
    let frames: [(&str, &[u8]); 4] = [
        ("not masked", &[0x81, 0x02, b'h', b'i']),
        ("a reserved opcode", &[0x83, 0x80, 0, 0, 0, 0]),
        ("a reserved bit", &[0xf1, 0x80, 0, 0, 0, 0]),
        ("a continuation of nothing", &[0x80, 0x80, 0, 0, 0, 0]),
    ];
    for (what, bytes) in frames {
        let mut eve = server.connect().await;
        eve.write(bytes).await;
        let told = eve.expect_removed("badMessage", CloseCode::Protocol).await;
        assert!(!told.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn a_client_that_floods_is_disconnected() {
    let few = LimitsConfig {
        messages_per_second: 1,
        message_burst: 50,
        bytes_per_second: 1,
        byte_burst: 20_000,
        ..Default::default()
    };
    let server = TestServer::start(limits(few)).await;
    let floods = [
        ("pings", Message::Ping(Vec::new().into()), 60),
        ("pongs", Message::Pong(Vec::new().into()), 60),
        ("messages", Message::text("\"ping\""), 60),
        ("bytes", Message::text(format!("\"ping\"{}", " ".repeat(5_000))), 6),
    ];
    for (number, (what, message, count)) in (1..).zip(floods) {
        let (mut eve, _) = server.join("room", "eve", number).await;
        for _ in 0..count {
            if eve.socket.send(message.clone()).await.is_err() {
                break;
            }
        }
        eve.expect_closed(CloseCode::TooMany).await;
        let (mut eve, welcome) = server.join("room", "eve", number).await;
        assert_eq!(welcome["members"], json!([]), "{what}: the session could be resumed");
        eve.send(json!("leave")).await;
        eve.expect_closed(CloseCode::Left).await;
    }
}

#[tokio::test]
async fn slow_requests_and_messages_time_out() {
    let server =
        TestServer::start(limits(LimitsConfig { silence_ms: 300, ..Default::default() })).await;

    // A request that is never complete.
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: host\r\nX: ").await.unwrap();
    let mut often = interval(Duration::from_millis(20));
    let trickle = async {
        loop {
            often.tick().await;
            if socket.write_all(b"x").await.is_err() {
                break;
            }
        }
    };
    timeout(SOON, trickle).await.expect("the server closes the socket");

    // A message that is never complete.
    let mut eve = server.connect().await;
    let text = join("room", "eve", 1).to_string();
    let mut bytes = vec![0x81, 0xfe, 0x01, 0x00, 0, 0, 0, 0];
    bytes.extend(text.bytes());
    let (mut often, mut bytes) = (interval(Duration::from_millis(20)), bytes.into_iter());
    let frame = loop {
        tokio::select! {
            _ = often.tick() => {
                if let Some(byte) = bytes.next() {
                    eve.write(&[byte]).await;
                }
            }
            message = eve.socket.next() => match message {
                Some(Ok(Message::Close(frame))) => break frame,
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    assert_eq!(u16::from(frame.unwrap().code), CloseCode::Silent.number());
}

#[tokio::test]
async fn a_client_that_answers_pings_stays_and_a_half_open_connection_does_not() {
    let server =
        TestServer::start(limits(LimitsConfig { silence_ms: 200, ..Default::default() })).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let (mut bob, _) = server.join("room", "bob", 2).await;
    ann.receive("members").await;

    // Bob does not read, so he answers no ping, until after the timeout.
    let mut pings = 0;
    while pings < 6 {
        match ann.socket.next().await {
            Some(Ok(Message::Ping(_))) => pings += 1,
            other => panic!("{other:?}"),
        }
    }
    bob.expect_closed(CloseCode::Silent).await;
    assert!(ann.is_alive().await);
    assert_eq!(server.server.session_count(), 2, "bob may come back");
    let (_bob, welcome) = server.join("room", "bob", 2).await;
    assert_eq!(welcome["members"][0]["user"], "ann");
}

#[tokio::test]
async fn a_client_that_does_not_join_is_disconnected() {
    let server =
        TestServer::start(limits(LimitsConfig { opening_ms: 100, ..Default::default() })).await;
    server.connect().await.expect_closed(CloseCode::NotJoined).await;
}

#[tokio::test]
async fn who_does_not_read_the_answers_to_its_own_messages_is_disconnected() {
    let server = TestServer::start(limits(LimitsConfig {
        outbox_bytes: 100_000,
        bytes_per_second: u32::MAX,
        byte_burst: u32::MAX,
        message_burst: u32::MAX,
        ..Default::default()
    }))
    .await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let (mut bob, _) = server.join("room", "bob", 2).await;
    let update = json!({ "update": { "revision": 2, "visible": true, "sources": 0 } });
    // The socket buffers of both sides hold some megabytes before messages wait in the outbox.
    let cut_off = async {
        let update = Message::text(update.to_string());
        while bob.socket.send(update.clone()).await.is_ok() {}
    };
    timeout(2 * SOON, cut_off).await.expect("bob is cut off");
    ann.await_message("members").await;
    assert!(ann.is_alive().await);
    let (_bob, welcome) = server.join("room", "bob", 2).await;
    assert_eq!(welcome["members"][0]["user"], "ann", "and may come back");
}

#[tokio::test]
async fn a_member_cannot_disconnect_another_one_that_reads_slowly() {
    let server = TestServer::start(limits(LimitsConfig {
        outbox_bytes: 800_000,
        bytes_per_second: u32::MAX,
        byte_burst: u32::MAX,
        message_burst: u32::MAX,
        ..Default::default()
    }))
    .await;
    let (mut eve, _) = server.join("room", "eve", 1).await;
    let (mut bob, _) = server.join("room", "bob", 2).await;
    let (mut ann, _) = server.join("room", "ann", 3).await;
    let signal = |text: String| {
        json!({ "signal": { "to": session(2), "envelope": {
            "generation": 1, "ack": 0, "seq": 1, "signal": { "answer": text },
        }}})
    };
    // Eve sends until she is told that bob does not get it.
    let flood = async {
        loop {
            eve.send(signal("x".repeat(60_000))).await;
            if let Ok(to) = timeout(Duration::ZERO, eve.await_message("congested")).await {
                return to;
            }
        }
    };
    assert_eq!(timeout(2 * SOON, flood).await.expect("eve is told"), session(2));
    for _ in 0..50 {
        eve.send(signal("x".repeat(60_000))).await;
    }
    eve.send_text("\"ping\"").await;
    eve.await_message("pong").await;
    ann.send(signal("from ann".into())).await;
    assert!(ann.is_alive().await);
    assert_eq!(server.server.connection_count(), 3);
    // What waits for bob is bounded, and what others send him is among it.
    let from_ann = async {
        while bob.await_message("signal").await["envelope"]["signal"]["answer"] != "from ann" {}
    };
    timeout(SOON, from_ann).await.expect("bob hears ann");
}

#[tokio::test]
async fn signals_stay_in_the_room_and_have_the_true_sender() {
    let server = TestServer::start(Config::default()).await;
    let bystanders = Bystanders::of(&server).await;
    let (mut eve, _) = server.join("room", "eve", 1).await;
    let (mut bob, _) = server.join("room", "bob", 2).await;
    eve.receive("members").await;
    let signal = |to: String| {
        json!({ "signal": { "to": to, "from": session(102), "envelope": {
            "generation": 1, "ack": 0, "seq": 1,
            "signal": { "offer": { "sdp": "\u{0}garbage\r\n\u{1f4a9}", "screen": false } },
        }}})
    };
    for nobody in [session(101), session(1), session(77)] {
        eve.send(signal(nobody)).await;
    }
    assert!(eve.is_alive().await, "it may have been about somebody who has just left");
    eve.send(signal(session(2))).await;
    let heard = bob.receive("signal").await;
    assert_eq!(heard["from"], session(1), "not whom it claims to be");
    assert_eq!(heard["envelope"]["signal"]["offer"]["sdp"], "\u{0}garbage\r\n\u{1f4a9}");
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn a_replayed_join_is_one_session_with_one_connection() {
    let config = limits(LimitsConfig { join_burst_per_user: 100, ..Default::default() });
    let server = TestServer::start(config).await;
    let (mut ann, _) = server.join("room", "ann", 1).await;
    let (mut eve, first) = server.join("room", "eve", 2).await;
    ann.receive("members").await;
    for _ in 0..50 {
        let (again, welcome) = server.join("room", "eve", 2).await;
        assert_eq!(welcome["joinedAt"], first["joinedAt"]);
        std::mem::replace(&mut eve, again).expect_closed(CloseCode::Resumed).await;
    }
    assert_eq!(server.server.session_count(), 2);
    assert!(eve.is_alive().await);
    assert!(ann.is_alive().await, "nobody was told anything");
}

#[tokio::test]
async fn a_server_has_thousands_of_rooms() {
    let server = TestServer::start(limits(LimitsConfig {
        rooms: 1_000,
        connections_per_address: 10_000,
        // None of them reads while the others connect, however long it takes.
        silence_ms: 600_000,
        ..Default::default()
    }))
    .await;
    let bystanders = Bystanders::of(&server).await;
    let mut clients = Vec::new();
    for number in 0..999 {
        let mut eve = server.connect().await;
        eve.send(stranger(number)).await;
        eve.receive("welcome").await;
        clients.push(eve);
    }
    for number in 999..1_099 {
        let mut eve = server.connect().await;
        eve.send(stranger(number)).await;
        eve.expect_removed("full", CloseCode::Full).await;
    }
    assert_eq!(server.server.room_count(), 1_000);
    let mut last = clients.pop().unwrap();
    last.send(json!("leave")).await;
    last.expect_closed(CloseCode::Left).await;
    let mut eve = server.connect().await;
    eve.send(stranger(1_099)).await;
    eve.receive("welcome").await;
    bystanders.are_unaffected().await;
}

/// The header of a frame of a client, unmasked (the mask is 0).
fn frame(first: u8, length: u16) -> Vec<u8> {
    let [high, low] = length.to_be_bytes();
    vec![first, 0x80 | 126, high, low, 0, 0, 0, 0]
}

const TEXT_PART: u8 = 0x01;
const CONTINUATION_PART: u8 = 0x00;

#[tokio::test]
async fn a_message_that_does_not_become_whole_is_not_kept() {
    let server =
        TestServer::start(limits(LimitsConfig { opening_ms: 1_000, ..Default::default() })).await;
    let bystanders = Bystanders::of(&server).await;
    let (mut eve, _) = server.join("room", "eve", 1).await;
    let mut part = frame(TEXT_PART, 60_000);
    part.extend([b' '; 60_000]);
    eve.write(&part).await;
    let pongs = async {
        let mut every = interval(Duration::from_millis(100));
        loop {
            every.tick().await;
            // It answers pings and shows that it is alive.
            eve.socket.send(Message::Pong(Vec::new().into())).await?;
            if let Ok(frame) = timeout(Duration::from_millis(1), eve.next()).await {
                return Ok::<_, tokio_tungstenite::tungstenite::Error>(frame);
            }
        }
    };
    let ended = timeout(SOON, pongs).await.expect("it is closed").unwrap().unwrap_err().unwrap();
    assert_eq!(u16::from(ended.code), CloseCode::Silent.number());
    assert!(ended.reason.contains("as a whole"), "{}", ended.reason);
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn a_slow_message_of_many_parts_is_no_offence() {
    let server =
        TestServer::start(limits(LimitsConfig { opening_ms: 3_000, ..Default::default() })).await;
    let (mut eve, _) = server.join("room", "eve", 1).await;
    for _ in 0..4 {
        for part in [[TEXT_PART, 0x81, 0, 0, 0, 0, b'"'].as_slice(), b"\x00\x84\0\0\0\0ping"] {
            eve.write(part).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        eve.write(b"\x80\x81\0\0\0\0\"").await;
        assert_eq!(eve.next().await.unwrap(), json!("pong"));
    }
}

#[tokio::test]
async fn fragments_count_although_they_never_become_a_message() {
    let config =
        limits(LimitsConfig { bytes_per_second: 1_000, byte_burst: 20_000, ..Default::default() });
    let server = TestServer::start(config).await;
    let bystanders = Bystanders::of(&server).await;
    let (mut eve, _) = server.join("room", "eve", 1).await;
    eve.write(&frame(TEXT_PART, 0)).await;
    let empty = frame(CONTINUATION_PART, 0).repeat(100);
    let flood = async {
        // The server closes the socket, perhaps while it is written to.
        while eve.socket.get_mut().write_all(&empty).await.is_ok() {
            if let Ok(ended) = timeout(Duration::from_millis(1), eve.next()).await {
                return ended.err().flatten();
            }
        }
        None
    };
    let ended = timeout(SOON, flood).await.expect("it is closed");
    if let Some(frame) = ended {
        assert_eq!(u16::from(frame.code), CloseCode::TooMany.number());
    }
    while server.server.connection_count() > 2 {
        tokio::task::yield_now().await;
    }
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn who_is_cut_off_and_goes_on_is_not_read() {
    let config = limits(LimitsConfig { message_burst: 100, ..Default::default() });
    let server = TestServer::start(config).await;
    let bystanders = Bystanders::of(&server).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(64 * 1024).unwrap();
    let socket = socket.connect(server.address).await.unwrap();
    let mut eve = Client::over(socket, &[]).await.unwrap();
    eve.send(join("room", "eve", 1)).await;
    // 64 KiB of messages at a time.
    let pings = b"\x81\x86\0\0\0\0\"ping\"".repeat(5_461);
    let mut written = 0;
    let floods = async {
        while eve.socket.get_mut().write_all(&pings).await.is_ok() {
            written += pings.len();
        }
    };
    timeout(SOON, floods).await.expect("the server closes the socket");
    assert!(written < 2 << 20, "{written} bytes were taken");
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn a_message_has_not_many_more_frames_than_it_needs() {
    let config = limits(LimitsConfig { message_bytes: 4_000, ..Default::default() });
    let server = TestServer::start(config).await;
    let bystanders = Bystanders::of(&server).await;
    let (mut eve, _) = server.join("room", "eve", 1).await;
    let many = frame(CONTINUATION_PART, 0).repeat(1_000);
    // A message with a thousand frames, and then one that goes on and on.
    eve.write(&frame(TEXT_PART, 0)).await;
    eve.write(&many).await;
    eve.write(b"\x80\x86\0\0\0\0\"ping\"").await;
    assert_eq!(eve.next().await.unwrap(), json!("pong"));
    eve.write(&frame(TEXT_PART, 0)).await;
    for _ in 0..2 {
        eve.write(&many).await;
    }
    eve.expect_closed(CloseCode::TooMany).await;
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn who_asks_and_does_not_read_is_cut_off() {
    let listen = Listen { in_all: Some(OPENING), ..Listen::default() };
    let server = TestServer::listen(Config::default(), listen).await;
    let bystanders = Bystanders::of(&server).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let asked = b"GET /metrics HTTP/1.1\r\nHost: host\r\n\r\n".repeat(100);
    // It never reads: in the end its requests are not read, either, until the server closes the socket.
    let asks = async { while socket.write_all(&asked).await.is_ok() {} };
    timeout(SOON, asks).await.expect("the server closes the socket");
    bystanders.are_unaffected().await;
}

#[tokio::test]
async fn a_request_without_an_upgrade_is_refused() {
    let server = TestServer::start(Config::default()).await;
    for (request, status) in [
        ("GET /", "400 Bad Request"),
        ("POST /", "405 Method Not Allowed"),
        ("GET /nowhere", "404 Not Found"),
        ("GET /admin/rooms", "404 Not Found"),
    ] {
        let answer = server.request(request, "").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {answer}");
    }
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _: Result<usize, _> = socket.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
}
