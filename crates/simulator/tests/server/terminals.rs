//! What the program prints of a project that wants to write to the terminal.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::fixture::{options, write};

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a terminal would obey: ESC, BEL, CSI as one character, and a change of reading direction.
const EVIL: &str = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";

fn clean(printed: &[u8]) -> String {
    let printed = String::from_utf8(printed.to_vec()).unwrap();
    let harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!printed.contains(harmful), "{printed:?}");
    printed
}

#[test]
fn names_of_a_project_do_not_write_to_the_terminal() {
    let (project, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let pages = serde_json::json!({ "pages": ["a/a", format!("missing{EVIL}"), "x\nSimulator ready at http://evil/"] });
    write(project.path(), "app.json", &pages.to_string());
    write(project.path(), "app.js", &format!("require('./gone{}');", "\u{1b}[2J"));
    write(project.path(), "a/a.json", "{}");
    write(project.path(), "a/a.js", "Page({});");
    write(
        project.path(),
        "a/a.ttml",
        &format!("<view a{EVIL}=\"1\" wx:{EVIL}=\"1\"><b{EVIL}></view>"),
    );
    let options = options(project.path(), other.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_tt-rtc-sim"));
    command.arg(project.path()).args(["--no-open", "--port", "0", "--pages"]);
    command.arg(options.pages.unwrap()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.take().unwrap());
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || {
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let _ = sender.send(std::mem::take(&mut line));
        }
    });
    let mut all = String::new();
    let mut until = |wanted: &str| {
        while !all.contains(wanted) {
            let line = printed.recv_timeout(Duration::from_secs(30));
            all += &clean(&line.unwrap_or_else(|_| panic!("no `{wanted}` in {all}")));
        }
        all.clone()
    };
    let start = until("\nSimulator ready at http://127.0.0.1:");
    assert!(start.contains(r"missing\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}"), "{start}");
    assert!(start.contains(r"x\nSimulator ready at http://evil/"), "{start}");
    assert!(start.contains(r"gone\u{1b}[2J"), "{start}");
    // And what it prints later.
    #[cfg(unix)]
    {
        write(project.path(), &format!("new{EVIL}.js"), "exports.a = 1;");
        until(r"--> new\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}.js");
    }
}

#[test]
fn an_error_does_not_write_to_the_terminal() {
    let project = TempDir::new().unwrap();
    let config = serde_json::json!({ "miniprogramRoot": format!("src{EVIL}\nok") });
    write(project.path(), "project.config.json", &config.to_string());
    let options = options(project.path(), project.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_tt-rtc-sim"));
    command.arg(project.path()).arg("--no-open").arg("--pages").arg(options.pages.unwrap());
    let output = command.output().unwrap();
    let said = clean(&output.stderr);
    assert!(said.starts_with("error: ") && said.lines().count() == 1, "{said}");
    assert!(said.contains(r"src\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\nok"), "{said}");
}

/// What the program prints until `wanted` is among it, where the system opens addresses with `script`.
#[cfg(target_os = "linux")]
fn opened_with(script: &str, wanted: &str) -> String {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    let (project, other, path) =
        (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    write(project.path(), "app.json", r#"{ "pages": ["a/a"] }"#);
    write(project.path(), "a/a.ttml", "");
    let opener = path.path().join("xdg-open");
    fs::write(&opener, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let options = options(project.path(), other.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_tt-rtc-sim"));
    command.arg(project.path()).args(["--port", "0", "--pages"]).arg(options.pages.unwrap());
    command.env_remove("CI").env("PATH", path.path()).current_dir(path.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let mut all = String::new();
    for _ in 0..600 {
        if let Ok(line) = printed.recv_timeout(Duration::from_millis(50)) {
            all += &format!("{line}\n");
        }
        let opened = fs::read_to_string(path.path().join("opened")).unwrap_or_default();
        if all.contains("Simulator ready") && format!("{all}{opened}").contains(wanted) {
            return format!("{all}{opened}");
        }
    }
    panic!("no `{wanted}` in {all}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_desk_is_opened_in_the_browser() {
    let said = opened_with(r#"echo "opened $1" > opened"#, "opened http://127.0.0.1:");
    assert!(!said.contains("Open it in a browser."), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_system_that_opens_no_browser_leaves_it_to_its_user() {
    opened_with("exit 3", "Open it in a browser.");
}
