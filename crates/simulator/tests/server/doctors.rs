//! `tt-rtc-sim doctor`: what it prints and how it ends.

use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::fixture::write;

/// A mini-program with a call, and a machine that has no programs.
fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "app/app.json", r#"{ "pages": ["a"] }"#);
    write(folder.path(), "app/app.js", "App({});");
    write(folder.path(), "app/a.js", "Page({});");
    write(folder.path(), "app/a.ttml", r#"<rtc-room user-id="a" mode="camera"></rtc-room>"#);
    folder
}

fn doctor(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tt-rtc-sim"));
    command.arg("doctor").args(args).current_dir(folder.join("app"));
    command.env("PATH", folder.join("bin")).env("HOME", folder.join("home"));
    command.env_remove("XDG_DATA_HOME").env_remove("TT_RTC_CHROMIUM");
    command.env("TT_RTC_ICE_CREDENTIAL", "top-secret");
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn each_thing_has_a_line_and_what_is_wrong_an_advice() {
    let folder = project();
    let output = doctor(folder.path(), &["--port", "0"]);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.starts_with("tt-rtc-sim 0"), "{text}");
    for name in ["Mini-program", "Port", "Certificate of --lan", "Node.js", "STUN and TURN servers"]
    {
        assert!(text.contains(&format!(" {name}: ")), "{name}: {text}");
    }
    assert!(text.contains("\nok       Mini-program: "), "{text}");
    assert!(text.contains("1 page, 0 errors, 0 warnings\n"), "{text}");
    assert!(text.contains("\nnote     Node.js: not found on PATH\n         npx and "), "{text}");
    assert!(text.contains("\nNothing found that keeps a call from working; "), "{text}");
}

#[test]
fn nothing_is_written() {
    let folder = project();
    doctor(folder.path(), &[]);
    assert!(!folder.path().join("home").exists());
    assert_eq!(std::fs::read_dir(folder.path().join("app")).unwrap().count(), 4);
}

#[test]
fn a_folder_without_a_mini_program_fails_and_the_rest_is_looked_at() {
    let folder = project();
    let output = doctor(folder.path(), &[".."]);
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(text.contains("\nerror    Mini-program: there is no app.json in .."), "{text}");
    assert!(text.contains(" Port: 8090 "), "{text}");
    assert!(text.contains("\n1 error, "), "{text}");
}

#[test]
fn a_port_in_use_does_not_keep_a_call_from_working() {
    let folder = project();
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    let output = doctor(folder.path(), &["--port", &port]);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains(&format!("warning  Port: {port} is in use; ")), "{text}");
}

#[test]
fn programs_get_json() {
    let folder = project();
    let output = doctor(folder.path(), &["--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    let findings = json["findings"].as_array().unwrap();
    let of = |name: &str| findings.iter().find(|finding| finding["name"] == name).unwrap();
    assert_eq!(of("Mini-program")["status"], "ok");
    assert_eq!(of("Mini-program").get("advice"), None);
    assert_eq!(of("Node.js")["status"], "note");
    assert!(of("Node.js")["advice"].is_string());
}

#[test]
fn servers_are_asked_beside_each_other_and_credentials_are_not_shown() {
    let folder = project();
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let url = format!("turn:{}", silent.local_addr().unwrap());
    let start = Instant::now();
    let args = ["--ice-server", &url, "--ice-server", &url, "--username", "alice"];
    let output = doctor(folder.path(), &args);
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert_eq!(text.matches("no answer over UDP").count(), 2, "{text}");
    assert!(!text.contains("top-secret"), "{text}");
    let help = doctor(folder.path(), &["--help"]);
    assert!(!String::from_utf8(help.stdout).unwrap().contains("top-secret"));
}

#[test]
fn a_wrong_address_is_answered_in_words() {
    let folder = project();
    let output = doctor(folder.path(), &["--ice-server", "http://a.example"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("stun:HOST, turn:HOST or turns:HOST"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_old_browser_that_writes_to_the_terminal_is_told_of_in_plain_characters() {
    use std::os::unix::fs::PermissionsExt;
    let folder = project();
    write(folder.path(), "bin/firefox", "#!/bin/sh\nprintf 'Fire\\033]0;owned\\007fox 88.0\\n'\n");
    let file = folder.path().join("bin/firefox");
    std::fs::set_permissions(file, PermissionsExt::from_mode(0o755)).unwrap();
    let output = doctor(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(text.contains(r"error    Browser: Fire\u{1b}]0;owned\u{7}fox 88.0 ("), "{text:?}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}
