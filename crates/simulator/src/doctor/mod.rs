//! `tt-rtc-sim doctor`: what may keep a call from working, on this machine and on the way to others.
//!
//! ```text
//! machine.rs      files, environment and programs of the machine; tests have others
//! program.rs      the mini-program
//! browser.rs      the browser that opens     node.rs   what `test` needs
//! devices.rs      cameras and microphones
//! ports.rs        where the simulator listens, and the certificate of --lan
//! ice.rs          STUN and TURN servers      stun.rs   the messages
//! ```
//!
//! Each of them looks at its part for a bounded time, beside the others, and returns [`Finding`]s. The
//! output is for bug reports: it has no credentials in it, and `~` for the user's home folder.

mod browser;
mod devices;
mod ice;
mod machine;
mod node;
mod ports;
mod program;
mod stun;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};
use futures_util::future::{join_all, join4};
use serde::Serialize;
use serde_json::json;

use crate::options::Options;
use crate::report::plural;
use crate::terminal::{say, show_json};
use ice::IceUrl;
use machine::Machine;
use stun::Credentials;

/// How long each part may take.
const LIMIT: Duration = Duration::from_secs(5);
/// How long the mini-program may take to be compiled.
const COMPILING: Duration = Duration::from_secs(30);
/// The longest text that is shown of what servers, programs and devices say, in characters.
const LONGEST: usize = 120;
/// How many servers one may name.
const MOST_SERVERS: usize = 16;

/// Looks at what a call needs (browser, camera, ports, certificate, STUN and TURN servers) and says in
/// plain words what is wrong. For bug reports: it shows addresses of this machine, and no credentials.
/// Ends with status 1 if there is an error
#[derive(Args)]
pub struct Doctor {
    /// The folder with the app.json, or with a project.config.json that says where that is
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// A STUN or TURN server of your calls, as in iceServers: stun:HOST, turn:HOST or turns:HOST, with
    /// :PORT and ?transport=tcp; may be given several times. It is asked as a browser would ask it
    #[arg(long = "ice-server", value_name = "URL")]
    ice_servers: Vec<IceUrl>,
    /// The user name for TURN servers
    #[arg(long, value_name = "NAME", requires = "credential")]
    username: Option<String>,
    /// The credential (password) for TURN servers; better given in the environment, where other users
    /// of the machine do not see it
    #[arg(long, value_name = "TEXT", env = "TT_RTC_ICE_CREDENTIAL", hide_env_values = true)]
    credential: Option<String>,
    /// Where the simulator is to listen
    #[arg(long, value_name = "N", default_value_t = 8090)]
    port: u16,
    /// For people (text) or programs (json)
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// How it is with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    /// Nothing can be said of it, or it matters to some only.
    Note,
    /// A call works, but not all that one may want.
    Warning,
    /// It keeps a call from working.
    Error,
}

/// What was found about one thing.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Finding {
    status: Status,
    /// What was looked at.
    name: String,
    found: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Finding {
    fn ok(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self { status: Status::Ok, name: name.into(), found: found.into(), advice: None }
    }

    fn note(name: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { status: Status::Note, advice: Some(advice.into()), ..Self::ok(name, found) }
    }

    fn warning(
        name: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { status: Status::Warning, ..Self::note(name, found, advice) }
    }

    fn error(name: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { status: Status::Error, ..Self::note(name, found, advice) }
    }
}

impl Doctor {
    /// Looks at everything and prints it. The status is a failure where something keeps a call from
    /// working.
    ///
    /// # Errors
    ///
    /// Where the process gets no threads.
    pub fn run(self) -> Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let machine = Machine::here(Options::new(".").data, LIMIT);
        let (system, findings) = runtime.block_on(self.examine(machine));
        // A look-up of a name that hangs is not waited for.
        runtime.shutdown_background();
        match self.format {
            Format::Text => print(&system, &findings),
            Format::Json => show_json(&json!({
                "version": env!("CARGO_PKG_VERSION"),
                "system": system,
                "findings": findings,
            })),
        }
        let fails = findings.iter().any(|finding| finding.status == Status::Error);
        Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// The system, and all findings in the order in which they are shown.
    async fn examine(&self, machine: Machine) -> (String, Vec<Finding>) {
        let machine = Arc::new(machine);
        let (folder, port) = (self.folder.clone(), self.port);
        let compiling = {
            let machine = Arc::clone(&machine);
            blocking("Mini-program", COMPILING, move || program::look(&folder, &machine))
        };
        let devices = {
            let machine = Arc::clone(&machine);
            blocking("Cameras and microphones", LIMIT, move || devices::look(&machine))
        };
        let certificate = {
            let machine = Arc::clone(&machine);
            blocking("Certificate of --lan", LIMIT, move || ports::certificate(&machine))
        };
        let programs = join4(
            machine::system(&machine),
            browser::look(&machine),
            node::look(&machine, &self.folder),
            ports::look(port, &machine),
        );
        let (compiled, devices, certificate, programs, servers) =
            tokio::join!(compiling, devices, certificate, programs, self.servers());
        let (system, browser, node, ports) = programs;
        let parts = [compiled, browser, devices, ports, certificate, servers, node];
        (system, parts.into_iter().flatten().collect())
    }

    async fn servers(&self) -> Vec<Finding> {
        let name = "STUN and TURN servers";
        if self.ice_servers.is_empty() {
            return vec![Finding::note(
                name,
                "none was named",
                "Calls between networks need them: name those of your iceServers with --ice-server.",
            )];
        }
        if self.ice_servers.len() > MOST_SERVERS {
            let found = format!("{} were named", self.ice_servers.len());
            return vec![Finding::error(name, found, format!("Name {MOST_SERVERS} at most."))];
        }
        let tls = match ice::tls() {
            Ok(tls) => tls,
            Err(error) => {
                let found = format!("the certificates of this system cannot be used: {error:#}");
                return vec![Finding::error(name, found, "See how the system's are installed.")];
            }
        };
        let pair = self.username.as_deref().zip(self.credential.as_deref());
        let credentials = pair.map(|(username, credential)| Credentials { username, credential });
        join_all(self.ice_servers.iter().map(|url| ice::ask(url, credentials, &tls, LIMIT))).await
    }
}

/// Runs what waits for files, for a bounded time.
async fn blocking(
    name: &str,
    limit: Duration,
    look: impl FnOnce() -> Vec<Finding> + Send + 'static,
) -> Vec<Finding> {
    match tokio::time::timeout(limit, tokio::task::spawn_blocking(look)).await {
        Ok(Ok(findings)) => findings,
        Ok(Err(_)) => vec![Finding::error(
            name,
            "the program failed while it looked at this",
            "This is a fault of tt-rtc-sim: please report it.",
        )],
        Err(_) => vec![Finding::warning(
            name,
            format!("not known after {} seconds", limit.as_secs()),
            "A disk or a device does not answer: see whether other programs can use it.",
        )],
    }
}

/// Text of others, short enough for a line.
fn clip(text: &str) -> String {
    // Some servers pad with zeros.
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn print(system: &str, findings: &[Finding]) {
    say(format_args!("tt-rtc-sim {} on {system}", env!("CARGO_PKG_VERSION")));
    say("");
    for Finding { status, name, found, advice } in findings {
        let mark = match status {
            Status::Ok => "ok",
            Status::Note => "note",
            Status::Warning => "warning",
            Status::Error => "error",
        };
        say(format_args!("{mark:<8} {name}: {found}"));
        if let Some(advice) = advice {
            say(format_args!("{:<8} {advice}", ""));
        }
    }
    say("");
    let count = |status| findings.iter().filter(|finding| finding.status == status).count();
    let warnings = plural(count(Status::Warning), "warning");
    match count(Status::Error) {
        0 => say(format_args!("Nothing found that keeps a call from working; {warnings}")),
        errors => say(format_args!("{}, {warnings}", plural(errors, "error"))),
    }
}
