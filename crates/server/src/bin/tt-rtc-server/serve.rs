//! `tt-rtc-server serve`.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::{info, warn};
use tt_rtc_server::config::LimitsConfig;
use tt_rtc_server::listen::Listen;
use tt_rtc_server::{Config, Server};

use crate::certificate::Certificate;
use crate::signals::{self, Hangups};
use crate::sockets::{self, Sockets};
use crate::{log, settings};

/// The open files that are not sockets of clients: listeners, the log, and the sockets of operators.
const RESERVED_FILES: u64 = 128;
/// The limit of sockets for operators.
const OPERATORS: usize = 64;
/// The limit of sockets that are not WebSockets, or not yet, beside the limit of connections.
const OPENING: usize = 1_000;

/// How long those who have just connected have to join before connections are closed. They then leave
/// with their rooms, and nobody has to try again.
const SETTLE: Duration = Duration::from_millis(500);
/// The requests that are answered over one socket. Probes and scrapers connect again.
const REQUESTS: u32 = 10;

/// Run the signaling server until SIGINT or SIGTERM
///
/// It prints the effective configuration without secrets, and logs to the standard error.
///
/// A setting is in the file (TOML), in the environment (`limits.rooms` is TT_RTC_SERVER_LIMITS_ROOMS) or
/// a flag. Flags override the environment, and the environment overrides the file. All users who can
/// list processes see secrets in flags.
#[derive(clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    sources: settings::Sources,
}

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let config = self.sources.load()?;
        log::start(&config.log)?;
        Runtime::new()?.block_on(serve(config))?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn serve(config: Config) -> Result<()> {
    let certificate = Certificate::read(&config.tls)?;
    let within = Duration::from_millis(config.limits.opening_ms);
    let sockets = most_sockets(config.limits.connections)?;
    let listen = Listen {
        tls: certificate.as_ref().map(Certificate::tls),
        within,
        in_all: Some(within),
        // No address can have all of them.
        per_address: config.limits.connections_per_address.min((sockets / 4).max(1)),
        // A join needs a socket of its own.
        opened_per_address: Some((
            config.limits.joins_per_address,
            config.limits.join_burst_per_address,
        )),
        requests: Some(REQUESTS),
        sockets,
        proxies: config.trusted_proxies.clone(),
        proxy_protocol: config.proxy_protocol,
    };
    let operators = Listen {
        sockets: OPERATORS,
        per_address: OPERATORS,
        proxies: Vec::new(),
        proxy_protocol: false,
        ..listen.clone()
    };
    let Sockets { signaling, operations } = sockets::open(&config)?;

    say(&toml::to_string(&config)?);
    tell_access(&config);
    let secure = if listen.tls.is_some() { "s" } else { "" };
    say(&format!("Listening at ws{secure}://{}/", signaling.local_addr()?));
    let drain = Duration::from_millis(config.drain_ms);
    let server = Server::new(config);
    // Before clients can come: their calls should not end by a signal.
    let (hangups, stop) = (Hangups::new()?, signals::stop()?);
    let router = match operations {
        Some(listener) => {
            say(&format!("Operations at http{secure}://{}/", listener.local_addr()?));
            tokio::spawn(operators.serve(listener, server.operations()));
            server.signaling()
        }
        None => {
            say(&format!("Operations at http{secure}://{}/", signaling.local_addr()?));
            server.router()
        }
    };
    let stop_listening = Arc::new(Notify::new());
    let stopped = Arc::clone(&stop_listening);
    let listening = tokio::spawn(async move {
        listen.serve_until(signaling, router, stopped.notified()).await;
    });
    tokio::spawn(Certificate::keep(certificate, hangups));
    stop.await;
    info!(
        connections = server.connection_count(),
        rooms = server.room_count(),
        "shutting down; participants resume at the next server"
    );
    server.drain();
    tokio::select! {
        () = sleep(drain) => {}
        // Whoever presses Ctrl-C again does not want to wait.
        _ = tokio::signal::ctrl_c() => {}
    }
    stop_listening.notify_one();
    listening.await?;
    sleep(SETTLE).await;
    server.shut_down().await;
    Ok(())
}

/// Prints a line. The server goes on when nobody reads its standard output any more.
fn say(line: &str) {
    let _: io::Result<()> = writeln!(io::stdout(), "{line}");
}

/// The limit of sockets: enough for the limit of connections, and below the limit of open files, which
/// is raised as far as the system allows it.
fn most_sockets(connections: usize) -> Result<usize> {
    let files = rlimit::increase_nofile_limit(u64::MAX).context("the limit of open files")?;
    let sockets =
        usize::try_from(files.saturating_sub(RESERVED_FILES).max(1)).unwrap_or(usize::MAX);
    // The default is more than most systems allow, and nobody asked for so many.
    if sockets < connections && connections != LimitsConfig::default().connections {
        warn!(
            files,
            "the limit of open files allows {sockets} sockets, fewer than limits.connections: raise it \
             (LimitNOFILE of systemd, ulimit -n)"
        );
    }
    let sockets = sockets.min(connections.saturating_add(OPENING));
    info!(files, "at most {sockets} sockets");
    Ok(sockets)
}

/// Says which apps need no token. Warns when the server is reachable from other machines without
/// origins or TLS.
fn tell_access(config: &Config) {
    if config.is_open() {
        warn!("no app has a key: every client of {} can join any room as any user", config.listen);
    }
    for app in &config.open_apps {
        warn!("the app `{app}` is open: every client can join its rooms as any user");
    }
    if config.origins.is_empty() && !config.listen.ip().is_loopback() {
        warn!("no origins are configured: pages of all sites may connect");
    }
    if config.tls.certificate.is_none()
        && config.trusted_proxies.is_empty()
        && !config.listen.ip().is_loopback()
    {
        warn!("no certificate and no proxy: tokens and secrets are sent unencrypted");
    }
}
