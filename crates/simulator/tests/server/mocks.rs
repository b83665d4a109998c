//! Answers of the mock file.

use std::time::Duration;

use serde_json::json;
use tt_rtc_sim::Simulator;

use crate::fixture::{Fixture, options, write};
use crate::proxies::{answer, asked};

const TOKEN: &str = r#"[{ "url": "http://127.0.0.1:1/token", "status": 201,
    "body": { "token": "for {{user}}" } }]"#;

#[tokio::test]
async fn the_mock_file_answers_in_place_of_a_server() {
    let fixture = Fixture::with(&[], |options, other| {
        write(other, "mock.json", TOKEN);
        options.mock = Some(other.join("mock.json"));
    })
    .await;
    let request = json!({ "method": "GET", "url": "http://127.0.0.1:1/token?user=alice" });
    let (told, body) = answer(asked(&fixture, &request)).await;
    assert_eq!((told["status"].as_u64(), told["mocked"].as_bool()), (Some(201), Some(true)));
    assert_eq!(String::from_utf8(body).unwrap(), r#"{"token":"for alice"}"#);
}

#[tokio::test]
async fn a_changed_mock_file_is_read_again_and_a_broken_one_is_not_taken() {
    let fixture = Fixture::with(&[], |options, other| {
        write(other, "mock.json", "[]");
        options.mock = Some(other.join("mock.json"));
    })
    .await;
    let request = json!({ "method": "GET", "url": "http://127.0.0.1:1/token?user=bob" });
    let body = async || String::from_utf8(answer(asked(&fixture, &request)).await.1).unwrap();
    write(fixture.other.path(), "mock.json", TOKEN);
    until(async || body().await == r#"{"token":"for bob"}"#).await;
    write(fixture.other.path(), "mock.json", "[{");
    write(fixture.other.path(), "mock.json.later", "");
    assert_eq!(body().await, r#"{"token":"for bob"}"#);
    write(fixture.other.path(), "mock.json", &TOKEN.replace("for", "of"));
    until(async || body().await == r#"{"token":"of bob"}"#).await;
}

#[tokio::test]
async fn a_mock_file_with_a_mistake_is_refused_at_start_with_its_line() {
    let fixture = Fixture::new(&[]).await;
    write(fixture.other.path(), "mock.json", "[\n  { \"url\": \"*\", \"status\": \"200\" }\n]");
    let mut options = options(fixture.project.path(), fixture.other.path());
    options.mock = Some(fixture.other.path().join("mock.json"));
    let error = Simulator::start(&options).await.map(|_| ()).unwrap_err();
    let error = format!("{error:#}");
    assert!(error.contains("mock.json: ") && error.contains("line 2"), "{error}");
}

/// Waits for what a watcher does.
async fn until(mut done: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("it never happened");
}
