//! The log. It goes to the standard error as lines of text or JSON.

use std::io;

use anyhow::{Context as _, Result};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt as _;
use tt_rtc_server::config::{LogConfig, LogFormat};

/// Starts the log.
pub(crate) fn start(config: &LogConfig) -> Result<()> {
    let targets: Targets = config.level.parse().context("log.level")?;
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(false);
    let registry = registry().with(targets);
    match config.format {
        LogFormat::Text => registry.with(lines).try_init()?,
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init()?,
    }
    Ok(())
}
