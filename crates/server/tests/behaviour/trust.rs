//! Tokens, privileges and identities.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tt_rtc_room::id::AppId;
use tt_rtc_room::token::{AccessToken, Privilege};
use tt_rtc_server::config::Privileges;
use tt_rtc_server::{CloseCode, Config};

use crate::client::{Client, TestServer, join, session};

const APP: &str = "123456781234567812345678";
const KEY: &str = "the key of the app";

fn config_with_key() -> Config {
    Config { apps: [(AppId::new(APP).unwrap(), KEY.into())].into(), ..Config::default() }
}

async fn server_with_key() -> TestServer {
    TestServer::start(config_with_key()).await
}

fn seconds() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as u32
}

fn claims(room: &str, user: &str, expire_at: u32) -> AccessToken {
    AccessToken {
        app: APP.into(),
        nonce: 1,
        issued_at: seconds(),
        expire_at,
        room: room.into(),
        user: user.into(),
        privileges: Vec::new(),
    }
}

/// A token with all privileges.
fn token(room: &str, user: &str, expire_at: u32) -> String {
    let mut claims = claims(room, user, expire_at);
    claims.grant(Privilege::PublishStream, 0);
    claims.grant(Privilege::SubscribeStream, 0);
    claims.sign(KEY).unwrap()
}

fn join_with(user: &str, secret: u8, token: &str) -> Value {
    let mut join = join("room", user, secret);
    join["join"]["app"] = APP.into();
    join["join"]["token"] = token.into();
    join
}

async fn joined(server: &TestServer, user: &str, secret: u8, token: &str) -> (Client, Value) {
    let mut client = server.connect().await;
    client.send(join_with(user, secret, token)).await;
    let welcome = client.receive("welcome").await;
    (client, welcome)
}

#[tokio::test]
async fn malformed_and_wrong_tokens_are_refused() {
    let server = server_with_key().await;
    let good = token("room", "ann", 0);
    let of_other_app = good.replace(APP, "876543218765432187654321");
    let signed_otherwise = claims("room", "ann", 0).sign("another key").unwrap();
    let mut cut_short = good.clone();
    cut_short.truncate(good.len() - 8);
    let last = good.len() - 3;
    let other = if good[last..].starts_with('A') { "B" } else { "A" };
    let changed = [&good[..last], other, &good[last + 1..]].concat();
    let invalid = [
        String::new(),
        "001".into(),
        "\u{0}".into(),
        "001用户".into(),
        "x".repeat(2_048),
        format!("{good} "),
        format!("{good}{good}"),
        good.replacen("001", "002", 1),
        of_other_app,
        signed_otherwise,
        cut_short,
        changed,
        token("another", "ann", 0),
        token("room", "bob", 0),
    ];
    for token in invalid {
        let mut eve = server.connect().await;
        eve.send(join_with("ann", 1, &token)).await;
        eve.expect_removed("invalidToken", CloseCode::InvalidToken).await;
    }
    let mut late = server.connect().await;
    late.send(join_with("ann", 1, &token("room", "ann", seconds() - 2))).await;
    late.expect_removed("tokenExpired", CloseCode::TokenExpired).await;
    assert_eq!(server.server.session_count(), 0);
    joined(&server, "ann", 1, &good).await;
}

#[tokio::test]
async fn only_sources_that_the_token_allows_are_published() {
    let server = server_with_key().await;
    let mut claims = claims("room", "ann", 0);
    claims.grant(Privilege::PublishAudioStream, 0);
    let (mut ann, welcome) = joined(&server, "ann", 1, &claims.sign(KEY).unwrap()).await;
    let allowed = welcome["granted"]["allowed"].clone();
    ann.send(json!({ "update": { "revision": 2, "visible": true, "sources": 15 } })).await;
    let granted = ann.receive("granted").await;
    assert_eq!(granted["refused"], "privilege");
    assert_eq!(granted["sources"], allowed);
    assert_ne!(granted["sources"], 15);
}

#[tokio::test]
async fn privileges_that_are_ignored_forbid_nothing() {
    let bare = claims("room", "ann", 0).sign(KEY).unwrap();
    let enforcing = server_with_key().await;
    let (_ann, welcome) = joined(&enforcing, "ann", 1, &bare).await;
    assert_eq!(welcome["granted"]["allowed"], 0);
    assert_eq!(welcome["granted"]["noSubscribe"], true);
    let ignoring = Config { privileges: Privileges::Ignore, ..config_with_key() };
    let ignoring = TestServer::start(ignoring).await;
    let (_ann, welcome) = joined(&ignoring, "ann", 1, &bare).await;
    assert_eq!(welcome["granted"]["allowed"], 15);
    assert_eq!(welcome["granted"]["noSubscribe"], Value::Null);
}

#[tokio::test]
async fn a_session_ends_with_its_token_unless_there_is_a_new_one() {
    let server = server_with_key().await;
    let soon = seconds() + 1;
    let (mut ann, welcome) = joined(&server, "ann", 1, &token("room", "ann", soon)).await;
    assert!(welcome["tokenExpiresIn"].as_u64().unwrap() <= 2_000);
    let (mut bob, _) = joined(&server, "bob", 2, &token("room", "bob", soon)).await;
    ann.receive("members").await;
    let update = |token: &str| json!({ "token": { "revision": 1, "token": token } });
    ann.send(update("nonsense")).await;
    assert_eq!(ann.receive("token").await["valid"], false);
    ann.send(update(&token("room", "ann", 0))).await;
    assert_eq!(ann.receive("token").await, json!({ "revision": 1, "valid": true }));

    bob.expect_removed("tokenExpired", CloseCode::TokenExpired).await;
    assert_eq!(ann.receive("left").await, json!([session(2)]));
    assert!(ann.is_alive().await);
}

#[tokio::test]
async fn a_client_cannot_take_over_a_session() {
    let server = server_with_key().await;
    let (mut ann, _) = joined(&server, "ann", 1, &token("room", "ann", 0)).await;
    // With one's own token, but with the user id of another, the session id as the secret, or both.
    let eves = token("room", "eve", 0);
    let mut eve = server.connect().await;
    eve.send(join_with("ann", 9, &eves)).await;
    eve.expect_removed("invalidToken", CloseCode::InvalidToken).await;
    let mut eve = server.connect().await;
    let mut join = join_with("eve", 9, &eves);
    join["join"]["secret"] = session(1).into();
    eve.send(join).await;
    let welcome = eve.receive("welcome").await;
    assert_eq!(welcome["members"][0]["session"], session(1), "ann is still another one");
    assert_ne!(ann.receive("members").await[0]["session"], session(1));
    // With the secret of ann's session and another user id.
    let mut thief = server.connect().await;
    thief.send(join_with("eve", 1, &eves)).await;
    thief.expect_removed("badMessage", CloseCode::BadMessage).await;
    assert!(ann.is_alive().await);
}

#[tokio::test]
async fn a_second_login_ends_the_first_and_the_first_cannot_be_resumed() {
    let server = server_with_key().await;
    let anns = token("room", "ann", 0);
    let (mut first, _) = joined(&server, "ann", 1, &anns).await;
    let (mut second, _) = joined(&server, "ann", 2, &anns).await;
    first.expect_removed("duplicateLogin", CloseCode::DuplicateLogin).await;
    let mut replayed = server.connect().await;
    replayed.send(join_with("ann", 1, &anns)).await;
    replayed.expect_removed("duplicateLogin", CloseCode::DuplicateLogin).await;
    assert!(second.is_alive().await);
}

fn join_app(app: &str, user: &str, secret: u8) -> Value {
    let mut join = join("room", user, secret);
    join["join"]["app"] = app.into();
    join
}

#[tokio::test]
async fn with_a_key_all_other_apps_are_closed_but_for_open_ones() {
    let open_apps = vec![AppId::new("demo").unwrap()];
    let server = TestServer::start(Config { open_apps, ..config_with_key() }).await;
    for app in ["", "whatever", "876543218765432187654321"] {
        let mut eve = server.connect().await;
        eve.send(join_app(app, "eve", 1)).await;
        eve.expect_removed("invalidToken", CloseCode::InvalidToken).await;
    }
    let mut ann = server.connect().await;
    ann.send(join_app("demo", "ann", 2)).await;
    ann.receive("welcome").await;
}

#[tokio::test]
async fn a_server_for_development_checks_the_tokens_of_some_apps_and_is_open_for_others() {
    let server = TestServer::start(Config { open: true, ..config_with_key() }).await;
    let mut ann = server.connect().await;
    ann.send(join_app("whatever", "ann", 1)).await;
    ann.receive("welcome").await;
    let mut eve = server.connect().await;
    eve.send(join_with("eve", 2, "")).await;
    eve.expect_removed("invalidToken", CloseCode::InvalidToken).await;
}

#[tokio::test]
async fn while_an_app_key_is_replaced_tokens_of_both_are_valid() {
    let mut config = config_with_key();
    let keys = config.apps.get_mut(&AppId::new(APP).unwrap()).unwrap();
    keys.others.push("an older key".into());
    let server = TestServer::start(config).await;
    let signed_with = |user: &str, key| {
        let mut claims = claims("room", user, 0);
        claims.grant(Privilege::PublishStream, 0);
        claims.sign(key).unwrap()
    };
    let (_ann, _) = joined(&server, "ann", 1, &signed_with("ann", KEY)).await;
    let (mut bob, _) = joined(&server, "bob", 2, &signed_with("bob", "an older key")).await;
    let mut eve = server.connect().await;
    eve.send(join_with("eve", 3, &signed_with("eve", "a key of nobody"))).await;
    eve.expect_removed("invalidToken", CloseCode::InvalidToken).await;

    // Its app signs with the new key from now on.
    let token = signed_with("bob", KEY);
    bob.send(json!({ "token": { "revision": 1, "token": token } })).await;
    assert_eq!(bob.receive("token").await["valid"], true);
}

#[tokio::test]
async fn strangers_without_a_token_do_not_use_up_the_joins_of_a_room() {
    let mut config = config_with_key();
    config.limits.joins_per_room = 1;
    config.limits.join_burst_per_room = 2;
    let server = TestServer::start(config).await;
    for secret in 1..=10 {
        let mut eve = server.connect().await;
        eve.send(join_with("eve", secret, "nonsense")).await;
        eve.expect_removed("invalidToken", CloseCode::InvalidToken).await;
    }
    joined(&server, "ann", 100, &token("room", "ann", 0)).await;
}

fn config_with_turn() -> Config {
    let mut config = config_with_key();
    config.ice.stun = vec!["stun:stun.example".into()];
    config.ice.turn = vec!["turn:turn.example".into()];
    config.ice.turn_secret = Some("shared".into());
    config
}

#[tokio::test]
async fn turn_credentials_are_per_user_and_renewed_before_they_expire() {
    let mut config = config_with_turn();
    config.ice.turn_lifetime = 2;
    let server = TestServer::start(config).await;
    let (mut ann, welcome) = joined(&server, "ann", 1, &token("room", "ann", 0)).await;
    let expiry = |servers: &Value| -> u32 {
        assert_eq!(servers[0], json!({ "urls": ["stun:stun.example"] }));
        assert_eq!(servers[1]["urls"], json!(["turn:turn.example"]));
        let (expiry, user) = servers[1]["username"].as_str().unwrap().split_once(':').unwrap();
        assert_eq!(user, "ann");
        assert!(servers[1]["credential"].is_string());
        expiry.parse().unwrap()
    };
    let first = expiry(&welcome["iceServers"]);
    for _ in 0..2 {
        let renewed = expiry(&ann.receive("iceServers").await["servers"]);
        assert!(renewed > first);
    }
}

#[tokio::test]
async fn who_showed_no_token_gets_no_turn_credentials_unless_the_operator_wants_it() {
    for turn_for_open_apps in [false, true] {
        let mut config = config_with_turn();
        config.open_apps = vec![AppId::new("demo").unwrap()];
        config.ice.turn_for_open_apps = turn_for_open_apps;
        config.ice.turn_lifetime = 2;
        let server = TestServer::start(config).await;
        let mut eve = server.connect().await;
        eve.send(join_app("demo", "eve", 1)).await;
        let mut servers = vec![eve.receive("welcome").await["iceServers"].clone()];
        servers.push(eve.receive("iceServers").await["servers"].clone());
        for servers in servers {
            assert_eq!(servers[0], json!({ "urls": ["stun:stun.example"] }));
            assert_eq!(servers[1].is_object(), turn_for_open_apps, "{servers}");
        }
    }
}
