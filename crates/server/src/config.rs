//! The configuration of a server.
//!
//! Every field has a default. `Config::default()` is for development: it listens on the loopback
//! address only, and every app is open.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize, Serializer};
use tt_rtc_room::Limits;
use tt_rtc_room::hub::LEAVE_AFTER;
use tt_rtc_room::id::AppId;

/// A secret of the configuration. `Debug` and serde write it as `"(secret)"`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(secret)")
    }
}

/// The configuration of a server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// A separate address for `/metrics` and `/admin`. Without it they are beside the WebSocket.
    pub operations: Option<SocketAddr>,
    /// The origins of pages that may connect, as `https://host`. Empty means all.
    pub origins: Vec<String>,
    /// The addresses of proxies whose `X-Forwarded-For` is used.
    pub trusted_proxies: Vec<IpAddr>,
    /// The bearer token of the admin API. Without it there is no admin API.
    pub admin_token: Option<Secret>,
    /// The time limit for connections to close when the server shuts down, in milliseconds.
    pub shutdown_ms: u64,
    /// The app keys by app id. A join to an app with a key needs a valid token. A join to an app
    /// without a key needs none.
    pub apps: BTreeMap<AppId, Secret>,
    /// Whether the privileges of tokens count.
    pub privileges: Privileges,
    /// Certificate and key, for `https` and `wss`.
    pub tls: TlsConfig,
    /// STUN and TURN servers for participants.
    pub ice: IceConfig,
    /// Limits of numbers, sizes, rates and times.
    pub limits: LimitsConfig,
    /// The log.
    pub log: LogConfig,
}

/// What the privileges of a token are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Privileges {
    /// Publishing and subscribing need the privilege for it.
    #[default]
    Enforce,
    /// A valid token is enough, as on the platform for apps that have not applied for the control of
    /// privileges.
    Ignore,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            operations: None,
            origins: Vec::new(),
            trusted_proxies: Vec::new(),
            admin_token: None,
            shutdown_ms: 5_000,
            apps: BTreeMap::new(),
            privileges: Privileges::default(),
            tls: TlsConfig::default(),
            ice: IceConfig::default(),
            limits: LimitsConfig::default(),
            log: LogConfig::default(),
        }
    }
}

/// The PEM files of certificate and key. Both or neither are set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TlsConfig {
    /// The certificate chain.
    pub certificate: Option<PathBuf>,
    /// The private key.
    pub key: Option<PathBuf>,
}

/// STUN and TURN servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct IceConfig {
    /// The URLs of STUN servers.
    pub stun: Vec<String>,
    /// The URLs of one TURN server.
    pub turn: Vec<String>,
    /// The secret shared with the TURN server (coturn's `static-auth-secret`).
    pub turn_secret: Option<Secret>,
    /// The lifetime of TURN credentials, in seconds. They are renewed after half of it.
    pub turn_lifetime: u64,
}

impl Default for IceConfig {
    fn default() -> Self {
        Self { stun: Vec::new(), turn: Vec::new(), turn_secret: None, turn_lifetime: 24 * 60 * 60 }
    }
}

/// Limits of numbers, sizes, rates and times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitsConfig {
    /// Most connections of the server.
    pub connections: usize,
    /// Most connections from one address.
    pub connections_per_address: usize,
    /// Most rooms of the server.
    pub rooms: usize,
    /// Most sessions of the server, including those that have just lost their connection.
    pub sessions: usize,
    /// Most visible members of a room.
    pub visible: usize,
    /// Most invisible members of a room.
    pub invisible: usize,
    /// Most members of a room that publish at the same time.
    pub publishers: usize,
    /// The longest message, in bytes. An offer has about 12,000. The protocol allows 65,536 bytes of
    /// SDP, which JSON escapes make longer.
    pub message_bytes: usize,
    /// The rate limit of a connection, in messages per second.
    pub messages_per_second: u32,
    /// The burst of a connection, in messages. A participant that joins a full room sends answers to
    /// all members.
    pub message_burst: u32,
    /// The rate limit of a connection, in bytes per second.
    pub bytes_per_second: u32,
    /// The burst of a connection, in bytes.
    pub byte_burst: u32,
    /// Most bytes that wait for a slow client. Beyond them the client is disconnected.
    pub outbox_bytes: usize,
    /// The time limit of a new connection for its request, and then for its `join`, in
    /// milliseconds.
    pub opening_ms: u64,
    /// The time without any data after which a connection is closed, in milliseconds. The server
    /// sends a ping at half of it, which browsers answer themselves.
    pub silence_ms: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let room = Limits::default();
        Self {
            connections: 100_000,
            connections_per_address: 1_000,
            rooms: room.rooms,
            sessions: room.sessions,
            visible: room.visible,
            invisible: room.invisible,
            publishers: room.publishers,
            message_bytes: 256 * 1024,
            messages_per_second: 200,
            message_burst: 4_000,
            bytes_per_second: 512 * 1024,
            byte_burst: 8 * 1024 * 1024,
            outbox_bytes: 1024 * 1024,
            opening_ms: 10_000,
            silence_ms: LEAVE_AFTER,
        }
    }
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogConfig {
    /// `error`, `warn`, `info` or `debug`, or directives of `tracing` such as `tt_rtc_server=debug`.
    pub level: String,
    /// The format of lines.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::Text }
    }
}

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Lines of text.
    Text,
    /// One JSON object per line.
    Json,
}
