//! `tt-rtc-server serve`.

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tracing::{info, warn};
use tt_rtc_server::config::LimitsConfig;
use tt_rtc_server::listen::{self, Listen};
use tt_rtc_server::{Config, Server};

use crate::{log, settings};

/// The open files that are not sockets of clients: listeners, the log, and the sockets of operators.
const RESERVED_FILES: u64 = 128;
/// The limit of sockets for operators.
const OPERATORS: usize = 64;
/// The limit of sockets that are not WebSockets, or not yet, beside the limit of connections.
const OPENING: usize = 1_000;

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
    let tls = match (&config.tls.certificate, &config.tls.key) {
        (Some(certificate), Some(key)) => {
            let read = |file| fs::read(file).with_context(|| format!("cannot read {file:?}"));
            Some(listen::tls(&read(certificate)?, &read(key)?)?)
        }
        _ => None,
    };
    let within = Duration::from_millis(config.limits.opening_ms);
    let sockets = sockets(config.limits.connections)?;
    let listen = Listen {
        tls: tls.map(|tls| watch::channel(tls).1),
        within,
        in_all: Some(within),
        // No address can have all of them.
        per_address: config.limits.connections_per_address.min((sockets / 4).max(1)),
        sockets,
        proxies: config.trusted_proxies.clone(),
        proxy_protocol: false,
    };
    let operators = Listen {
        sockets: OPERATORS,
        per_address: OPERATORS,
        proxies: Vec::new(),
        ..listen.clone()
    };
    let bind = async |address| {
        TcpListener::bind(address).await.with_context(|| format!("cannot listen at {address}"))
    };
    let main = bind(config.listen).await?;
    let operations = match config.operations {
        address if address == config.listen => None,
        address => Some(bind(address).await?),
    };

    println!("{}", toml::to_string(&config)?);
    tell_access(&config);
    let secure = if listen.tls.is_some() { "s" } else { "" };
    println!("Listening at ws{secure}://{}/", main.local_addr()?);
    let server = Server::new(config);
    let stop = stop_signal()?;
    match operations {
        Some(listener) => {
            println!("Operations at http{secure}://{}/", listener.local_addr()?);
            tokio::spawn(operators.serve(listener, server.operations()));
            tokio::spawn(listen.serve(main, server.signaling()));
        }
        None => {
            println!("Operations at http{secure}://{}/", main.local_addr()?);
            tokio::spawn(listen.serve(main, server.router()));
        }
    }
    stop.await;
    info!(
        connections = server.connection_count(),
        rooms = server.room_count(),
        "shutting down; participants resume at the next server"
    );
    server.shut_down().await;
    Ok(())
}

/// The limit of sockets: enough for the limit of connections, and below the limit of open files, which
/// is raised as far as the system allows it.
fn sockets(connections: usize) -> Result<usize> {
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

/// Resolves at SIGINT or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _: Result<(), _> = interrupt.await;
    })
}
