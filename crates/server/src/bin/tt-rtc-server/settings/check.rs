//! What the types of the configuration cannot express.

use secrecy::ExposeSecret as _;
use tracing_subscriber::filter::LevelFilter;
use tt_rtc_room::protocol::{MAX_ICE_TEXT, MAX_ICE_URLS};
use tt_rtc_server::Config;
use tt_rtc_server::config::{IceConfig, LimitsConfig};

/// The shortest admin token, in characters.
const MIN_ADMIN_TOKEN: usize = 16;
/// The length of an app id in an AccessToken, in characters.
const TOKEN_APP_ID: usize = 24;

/// A setting that cannot work, and why. An app key is `apps.ID`.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) setting: String,
    pub(super) message: String,
}

fn wrong(setting: &str, message: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong { setting: setting.to_owned(), message: message.into() })
}

/// Checks values, and settings that need or exclude each other.
pub(super) fn check(config: &Config) -> Result<(), Wrong> {
    check_access(config)?;
    match (&config.tls.certificate, &config.tls.key) {
        (Some(_), None) => wrong("tls.certificate", "needs tls.key, too")?,
        (None, Some(_)) => wrong("tls.key", "needs tls.certificate, too")?,
        _ => {}
    }
    let token = config.admin_token.as_ref().map(|token| token.expose_secret());
    if token.is_some_and(|token| token.len() < MIN_ADMIN_TOKEN) {
        wrong("admin-token", format!("should have at least {MIN_ADMIN_TOKEN} characters"))?;
    }
    for origin in &config.origins {
        let host = origin.split_once("://").map(|(_, host)| host);
        if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
            let message = format!("`{origin}` should be like https://host or https://host:port");
            wrong("origins", message)?;
        }
    }
    check_ice(&config.ice)?;
    check_limits(&config.limits)?;
    // It is renewed three times as often, and Redis may take 300 ms for an answer.
    at_least(1_000, "cluster.lease-ms", config.cluster.lease_ms)?;
    check_level(&config.log.level)
}

/// Checks which apps can be joined, and with which keys.
fn check_access(config: &Config) -> Result<(), Wrong> {
    if config.is_open() && !config.open && !config.listen.ip().is_loopback() {
        let message = format!(
            "no app has a key, so every client of {} could join any room as any user. Give the apps \
             keys (apps), or name open apps (open-apps), or allow this with --open",
            config.listen
        );
        wrong("listen", message)?;
    }
    if config.open && !config.names_no_app() {
        wrong(
            "open",
            "is for servers without app keys and open-apps; name the open apps in open-apps",
        )?;
    }
    if let Some(app) = config.open_apps.iter().find(|app| config.apps.contains_key(*app)) {
        wrong("open-apps", format!("`{app}` has a key"))?;
    }
    for (app, keys) in &config.apps {
        let setting = format!("apps.{app}");
        if app.as_str().len() != TOKEN_APP_ID {
            let message =
                format!("no token can be for `{app}`, whose id has not {TOKEN_APP_ID} characters");
            wrong(&setting, message)?;
        }
        if keys.expose_secrets().any(str::is_empty) {
            wrong(&setting, format!("the key of `{app}` is empty"))?;
        }
    }
    Ok(())
}

fn check_ice(ice: &IceConfig) -> Result<(), Wrong> {
    for (setting, urls, schemes) in
        [("ice.stun", &ice.stun, ["stun:", "stuns:"]), ("ice.turn", &ice.turn, ["turn:", "turns:"])]
    {
        if urls.len() > MAX_ICE_URLS {
            wrong(setting, format!("should have at most {MAX_ICE_URLS} URLs"))?;
        }
        for url in urls {
            let known = schemes.iter().any(|scheme| url.starts_with(scheme));
            if !known || url.len() > MAX_ICE_TEXT {
                wrong(setting, format!("`{url}` should be like {}host:port", schemes.concat()))?;
            }
        }
    }
    match &ice.turn_secret {
        Some(secret) if secret.expose_secret().is_empty() => {
            wrong("ice.turn-secret", "should not be empty")
        }
        None if !ice.turn.is_empty() => {
            wrong("ice.turn", "needs ice.turn-secret, the secret shared with the TURN server")
        }
        // Shorter times would end healthy connections.
        _ => at_least(10, "ice.turn-lifetime", ice.turn_lifetime),
    }
}

fn check_limits(limits: &LimitsConfig) -> Result<(), Wrong> {
    for (setting, value) in [
        ("limits.connections", limits.connections as u64),
        ("limits.connections-per-address", limits.connections_per_address as u64),
        ("limits.joins-per-address", limits.joins_per_address.into()),
        ("limits.join-burst-per-address", limits.join_burst_per_address.into()),
        ("limits.joins-per-user", limits.joins_per_user.into()),
        ("limits.join-burst-per-user", limits.join_burst_per_user.into()),
        ("limits.joins-per-room", limits.joins_per_room.into()),
        ("limits.join-burst-per-room", limits.join_burst_per_room.into()),
        ("limits.rooms", limits.rooms as u64),
        ("limits.sessions", limits.sessions as u64),
        ("limits.message-bytes", limits.message_bytes as u64),
        ("limits.messages-per-second", limits.messages_per_second.into()),
        ("limits.message-burst", limits.message_burst.into()),
        ("limits.bytes-per-second", limits.bytes_per_second.into()),
        ("limits.byte-burst", limits.byte_burst.into()),
    ] {
        if value == 0 {
            wrong(setting, "should not be 0")?;
        }
    }
    // Shorter times would end healthy connections.
    at_least(1_000, "limits.opening-ms", limits.opening_ms)?;
    at_least(2_000, "limits.silence-ms", limits.silence_ms)
}

fn at_least(least: u64, setting: &str, value: u64) -> Result<(), Wrong> {
    if value < least { wrong(setting, format!("should be at least {least}")) } else { Ok(()) }
}

/// Checks the directives of the log. A word alone is a level: `tracing` takes a misspelled one for the
/// name of a target, and no line would be logged.
fn check_level(directives: &str) -> Result<(), Wrong> {
    for directive in directives.split(',').filter(|directive| !directive.contains('=')) {
        if directive.parse::<LevelFilter>().is_err() {
            let message =
                format!("`{directive}` is no level; they are error, warn, info, debug and trace");
            wrong("log.level", message)?;
        }
    }
    Ok(())
}
