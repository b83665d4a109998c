//! Opening the desk in the user's browser.

use std::process::{Command, Stdio};

use crate::terminal::say;

/// Opens `url`; says so where that is not possible.
pub(crate) fn open(url: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    };
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if command.spawn().is_err() {
        say("Open it in a browser.");
    }
}
