//! Serialization of messages.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tt_rtc_room::protocol::*;

use crate::arbitrary::{client_message, server_message};

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_json::from_str(&value.to_string()).map_err(|error| error.to_string())
}

fn round_trips<T: Serialize + DeserializeOwned + Debug>(message: &T) {
    let text = serde_json::to_string(message).unwrap();
    let again: T = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
    // The `Debug` texts are equal, too. `SessionSecret` alone does not print its value.
    assert_eq!(format!("{again:?}"), format!("{message:?}"));
}

/// Adds a field to every struct; a message, and a signal, is an enum, whose one field names it.
fn add_unknown_fields(value: &mut Value, is_enum: bool) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                add_unknown_fields(field, !is_enum && name == "signal");
            }
            if !is_enum {
                fields.insert("from a later version".into(), json!({ "any": ["thing"] }));
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| add_unknown_fields(item, false));
        }
        _ => {}
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        4 => proptest::sample::select(vec![
            "join", "update", "signal", "token", "welcome", "removed", "members", "left", "granted",
            "revision", "visible", "sources", "to", "from", "envelope", "generation", "ack", "seq",
            "subscribe", "offer", "answer", "candidate", "session", "user", "joinedAt", "members",
        ]).prop_map(String::from),
        1 => ".{0,9}",
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_client_message_round_trips(message in client_message()) {
        round_trips(&message);
    }

    #[test]
    fn every_server_message_round_trips(message in server_message()) {
        round_trips(&message);
    }

    #[test]
    fn unknown_fields_are_ignored(client in client_message(), server in server_message()) {
        let mut text = serde_json::to_value(&client).unwrap();
        add_unknown_fields(&mut text, true);
        let again: ClientMessage = read(&text).unwrap();
        assert_eq!(format!("{again:?}"), format!("{client:?}"));
        let mut text = serde_json::to_value(&server).unwrap();
        add_unknown_fields(&mut text, true);
        let again: ServerMessage = read(&text).unwrap();
        assert_eq!(format!("{again:?}"), format!("{server:?}"));
    }

    #[test]
    fn json_that_is_not_a_message_is_refused(value in any_json()) {
        let client = read::<ClientMessage>(&value);
        let server = read::<ServerMessage>(&value);
        prop_assert!(client.is_err() || server.is_err() || value.is_string() || value.is_object());
    }

    #[test]
    fn a_changed_message_is_refused_or_round_trips(
        message in client_message(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..5),
    ) {
        let mut text = serde_json::to_string(&message).unwrap().into_bytes();
        for (index, byte, kind) in changes {
            let at = index.index(text.len());
            match kind {
                0 => text[at] = byte,
                1 => text.insert(at, byte),
                _ => text.truncate(at.max(1)),
            }
        }
        if let Ok(message) = serde_json::from_slice::<ClientMessage>(&text) {
            round_trips(&message);
        }
    }
}

#[test]
fn an_unknown_message_is_refused_and_named() {
    for text in [r#"{"dance":{}}"#, r#""dance""#] {
        let client = serde_json::from_str::<ClientMessage>(text).unwrap_err().to_string();
        let server = serde_json::from_str::<ServerMessage>(text).unwrap_err().to_string();
        assert!(client.contains("dance") && server.contains("dance"), "{client}; {server}");
    }
}

/// A valid welcome with one value changed.
fn welcome(path: &str, value: Value) -> Result<ServerMessage, String> {
    let mut message = json!({ "welcome": {
        "version": 1,
        "hub": 1,
        "joinedAt": 1,
        "members": [{
            "session": "0".repeat(32), "user": "u", "joinedAt": 1, "visible": true, "sources": 0,
        }],
        "granted": { "revision": 0, "visible": true, "sources": 0, "allowed": 15 },
        "tokenExpiresIn": 1,
        "iceServers": [{ "urls": ["stun:a"], "username": "u", "credential": "c" }],
    }});
    assert!(read::<ServerMessage>(&message).is_ok());
    *message.pointer_mut(&format!("/welcome/{path}")).unwrap() = value;
    read(&message)
}

#[test]
fn every_list_and_text_of_a_welcome_has_its_limit() {
    let member = |number: usize| {
        json!({
            "session": format!("{number:032x}"), "user": "u", "joinedAt": 1,
            "visible": true, "sources": 0,
        })
    };
    let members = |count| Value::from((0..count).map(member).collect::<Vec<_>>());
    let servers = |count| json!(vec![json!({ "urls": [] }); count]);
    let text = |length| json!("x".repeat(length));
    let urls = |count| json!(vec!["stun:a"; count]);
    let cases = [
        ("members", members(MAX_MEMBERS), members(MAX_MEMBERS + 1)),
        ("iceServers", servers(MAX_ICE_SERVERS), servers(MAX_ICE_SERVERS + 1)),
        ("iceServers/0/urls", urls(MAX_ICE_URLS), urls(MAX_ICE_URLS + 1)),
        ("iceServers/0/urls/0", text(MAX_ICE_TEXT), text(MAX_ICE_TEXT + 1)),
        ("iceServers/0/username", text(MAX_ICE_TEXT), text(MAX_ICE_TEXT + 1)),
        ("iceServers/0/credential", text(MAX_ICE_TEXT), text(MAX_ICE_TEXT + 1)),
        ("members/0/user", text(128), text(129)),
        ("members/0/session", text(0), text(33)),
        ("members/0/sources", json!(15), json!(16)),
    ];
    for (path, most, more) in cases {
        assert!(welcome(path, most).is_ok() || path.ends_with("session"), "{path}: the most");
        assert!(welcome(path, more).is_err(), "{path}: more");
    }
}

#[test]
fn numbers_above_the_largest_safe_integer_are_refused() {
    for path in ["joinedAt", "members/0/joinedAt", "tokenExpiresIn"] {
        assert!(welcome(path, json!(MAX_SAFE_INTEGER)).is_ok(), "{path}");
        for bad in [json!(MAX_SAFE_INTEGER + 1), json!(u64::MAX), json!(-1), json!(1.5)] {
            assert!(welcome(path, bad).is_err(), "{path}");
        }
    }
}

#[test]
fn every_text_of_a_client_has_its_limit() {
    let sdp = |length| json!({ "offer": { "sdp": "x".repeat(length), "screen": false } });
    let answer = |length| json!({ "answer": "x".repeat(length) });
    let candidates = |length| json!({ "candidates": "x".repeat(length) });
    let signal = |signal: Value| {
        read::<ClientMessage>(&json!({ "signal": {
            "to": "0".repeat(32),
            "envelope": { "generation": 1, "ack": 0, "seq": 1, "signal": signal },
        }}))
    };
    for kind in [&sdp as &dyn Fn(usize) -> Value, &answer, &candidates] {
        assert!(signal(kind(MAX_SDP)).is_ok());
        assert!(signal(kind(MAX_SDP + 1)).is_err());
    }
    let token = |length: usize| {
        let token = json!({ "revision": 1, "token": "x".repeat(length) });
        read::<ClientMessage>(&json!({ "token": token }))
    };
    assert!(token(MAX_TOKEN).is_ok());
    assert!(token(MAX_TOKEN + 1).is_err());
}
