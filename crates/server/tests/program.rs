//! The program `tt-rtc-server`, run as a process.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tt_rtc_server::CloseCode;

const APP: &str = "123456781234567812345678";
const KEY: &str = "the-key-of-the-app";
const SECRET: &str = "000102030405060708090a0b0c0d0e0f";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tt-rtc-server"));
    command.env_clear().env("TT_RTC_SERVER_APPS", format!("{APP}={KEY}"));
    command
}

fn run(args: &[&str]) -> Output {
    program().args(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn sign(args: &[&str]) -> String {
    let output = run(&[&["token", "--app", APP, "--room", "room", "--user", "ann"], args].concat());
    assert!(output.status.success(), "{output:?}");
    stdout(&output).trim().to_owned()
}

#[test]
fn an_unusable_option_is_reported_with_the_reason() {
    for (option, value, reason) in [
        ("--app", "short", "error: the app id should have 24 characters\n"),
        (
            "--user",
            "a b",
            "error: invalid value 'a b' for '--user <USER>': should have only letters, digits and @ . _ -\n",
        ),
        ("--room", "", "error: invalid value '' for '--room <ROOM>': should not be empty\n"),
    ] {
        let mut args = ["token", "--key", "key", "--app", APP, "--room", "r", "--user", "u"];
        let index = args.iter().position(|arg| *arg == option).unwrap();
        args[index + 1] = value;
        let output = run(&args);
        assert!(!output.status.success(), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with(reason), "{error}");
    }
}

/// A server process. Dropping it ends the process.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _: Result<(), _> = self.0.kill();
        let _: Result<_, _> = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_logs_no_secret_and_closes_connections_at_shutdown() {
    let token = sign(&[]);
    let args = [
        "serve",
        "--listen=127.0.0.1:0",
        "--operations=127.0.0.1:0",
        "--log-level=trace",
        "--log-format=json",
    ];
    let child = program()
        .args(args)
        .args(["--ice-turn=turn:host", "--ice-turn-secret=the-turn-secret"])
        .env("TT_RTC_SERVER_ADMIN_TOKEN", "the-token-of-administrators")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
    let mut printed = String::new();
    let url = loop {
        let line = lines.next().expect("it says where it listens").unwrap();
        if let Some(url) = line.strip_prefix("Listening at ") {
            break url.to_owned();
        }
        printed.push_str(&line);
        printed.push('\n');
    };
    assert!(printed.contains("log") && printed.contains(APP) && printed.contains("(secret)"));

    let (mut socket, _) = connect_async(&url).await.unwrap();
    let join = json!({ "join": {
        "version": 1, "app": APP, "room": "room", "user": "ann", "secret": SECRET, "token": token,
        "presence": { "revision": 1, "visible": true, "sources": 0 },
    }});
    socket.send(Message::text(join.to_string())).await.unwrap();
    let welcome = socket.next().await.unwrap().unwrap().into_text().unwrap();
    assert!(welcome.contains("welcome"), "{welcome}");
    let renewal = json!({ "token": { "revision": 1, "token": token } });
    socket.send(Message::text(renewal.to_string())).await.unwrap();
    socket.next().await.unwrap().unwrap();
    let (mut broken, _) = connect_async(&url).await.unwrap();
    broken.send(Message::text(join.to_string().replace(":1", ":x"))).await.unwrap();
    while let Some(Ok(_)) = broken.next().await {}

    let id = served.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let frame = loop {
        match socket.next().await {
            Some(Ok(Message::Close(frame))) => break frame.unwrap(),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(u16::from(frame.code), CloseCode::Restart.number());
    while let Some(Ok(_)) = socket.next().await {}
    assert!(served.0.wait().unwrap().success());

    let mut log = String::new();
    served.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let session = tt_rtc_room::id::SessionSecret::parse(SECRET).unwrap().session().to_text();
    let of_the_call: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .filter(|line: &serde_json::Value| line["room"] == "room")
        .collect();
    assert!(of_the_call.len() >= 2, "it came and went: {log}");
    assert!(of_the_call.iter().all(|line| line["session"] == session[..8]), "{log}");
    for secret in [&token, SECRET, KEY, "the-turn-secret", "the-token-of-administrators"] {
        assert!(
            !log.contains(secret) && !printed.contains(secret),
            "{secret} is in {printed}{log}"
        );
    }
}

#[test]
fn a_server_with_a_wrong_configuration_reports_it_and_exits() {
    for (args, expected) in [
        (["serve", "--limits-rooms=none"], "should be a number"),
        (["serve", "--no-such-thing"], "--no-such-thing"),
        (["serve", "--config=no-such-file.toml"], "cannot read no-such-file.toml"),
        (["serve", "--log-level=shout=loud"], "log.level"),
        (["dance", ""], "unrecognized subcommand 'dance'"),
    ] {
        let output = run(&args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && error.contains(expected), "{args:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn the_flag_for_the_configuration_file_overrides_the_variable() {
    let run = |args: &[&str]| {
        let mut command = program();
        command
            .env_remove("TT_RTC_SERVER_APPS")
            .env("TT_RTC_SERVER_CONFIG", "of-the-variable.toml");
        let output = command.args(args).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let error = run(&["serve"]);
    assert!(error.starts_with("error: cannot read of-the-variable.toml: "), "{error}");
    let error = run(&["serve", "--config", "of-the-flag.toml"]);
    assert!(error.starts_with("error: cannot read of-the-flag.toml: "), "{error}");
    let error = run(&["token", "--app", APP, "--room", "room", "--user", "ann"]);
    assert!(error.starts_with("error: cannot read of-the-variable.toml: "), "{error}");
}

#[test]
fn while_an_app_key_is_replaced_both_are_valid_and_the_first_signs() {
    let folder = std::env::temp_dir().join(format!("tt-rtc-server-{}-apps", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(APP), format!("the-new-key\n{KEY}\n")).unwrap();
    let with_both = |args: &[&str]| {
        let mut command = program();
        command.env_remove("TT_RTC_SERVER_APPS").env("TT_RTC_SERVER_APPS_FILE", &folder);
        stdout(&command.args(args).output().unwrap())
    };
    let old = sign(&[]);
    let new = with_both(&["token", "--app", APP, "--room", "room", "--user", "ann"]);
    assert!(with_both(&["check-token", &old]).ends_with("\nvalid\n"));
    assert!(with_both(&["check-token", new.trim()]).ends_with("\nvalid\n"));
    let refused = stdout(&run(&["check-token", new.trim()]));
    assert!(refused.contains("not signed with this app's key"), "{refused}");
    let valid = stdout(&run(&["check-token", new.trim(), "--key", "the-new-key"]));
    assert!(valid.ends_with("\nvalid\n"), "{valid}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn check_token_accepts_a_signed_token_and_describes_it() {
    let token = sign(&["--expires", "2h"]);
    let output = run(&["check-token", &token, "--room", "room", "--user", "ann"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.ends_with("valid\n"), "{text}");
    for line in ["room    \"room\"", "may     publish audio until", "may     subscribe until"] {
        assert!(text.contains(line), "{text}");
    }
    for line in text.lines().filter(|line| line.starts_with("may") || line.starts_with("good")) {
        assert!(line.ends_with(" UTC, in 119 minutes") || line.ends_with(" UTC, in 2 hours"));
    }
    let listener = stdout(&run(&["check-token", &sign(&["--listen-only", "--expires=never"])]));
    assert!(!listener.contains("publish") && listener.contains("subscribe for ever"), "{listener}");
}

#[test]
fn check_token_refuses_a_token_with_the_reason() {
    let token = sign(&[]);
    let cases: [(&[&str], &str); 7] = [
        (&["nonsense"], "does not begin with the version 001"),
        (&["001abc"], "cut short"),
        (&[&token[..token.len() - 8]], "cut short"),
        (&[&token, "--room", "another"], "for another room"),
        (&[&token, "--user", "bob"], "for another user"),
        (&[&token, "--key", "another key"], "not signed with this app's key"),
        (&[&token.replacen(APP, "876543218765432187654321", 1), "--key", KEY], "valid"),
    ];
    for (args, expected) in cases {
        let output = run(&[&["check-token"], args].concat());
        let text = stdout(&output);
        assert!(text.lines().last().unwrap_or_default().contains(expected), "{expected}: {text}");
        assert_eq!(output.status.success(), expected == "valid");
    }
    let unknown = run(&["check-token", &token.replacen(APP, "876543218765432187654321", 1)]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no key for app"));

    let mut child = program()
        .args(["check-token", "-", "--user", "bob"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{token}").unwrap();
    assert!(stdout(&child.wait_with_output().unwrap()).contains("for another user"));
}
