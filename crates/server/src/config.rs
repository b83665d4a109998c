//! What a server is told when it is made.
//!
//! Every field has a default, so `Config::default()` is a server for trying things: open to
//! everybody who reaches it, which is nobody but this machine.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize, Serializer};
use tt_rtc_room::Limits;
use tt_rtc_room::hub::LEAVE_AFTER;
use tt_rtc_room::id::AppId;

/// A secret of the configuration. It is shown to nobody, and written as `"(secret)"`.
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
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to listen for `/metrics` and `/admin`, instead of beside the WebSocket.
    pub operations: Option<SocketAddr>,
    /// The pages that may connect, as `https://host`; none means all.
    pub origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// What callers of the admin API have to know. Without it there is no admin API.
    pub admin_token: Option<Secret>,
    /// How long connections have to close when the server goes down, in milliseconds.
    pub shutdown_ms: u64,
    /// App keys by app id. An app with a key is joined with a token only, one without by anybody.
    pub apps: BTreeMap<AppId, Secret>,
    /// Certificate and key, for `https` and `wss`.
    pub tls: TlsConfig,
    /// STUN and TURN servers for those who join.
    pub ice: IceConfig,
    /// How many, how large and how fast.
    pub limits: LimitsConfig,
    /// What is logged.
    pub log: LogConfig,
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
            tls: TlsConfig::default(),
            ice: IceConfig::default(),
            limits: LimitsConfig::default(),
            log: LogConfig::default(),
        }
    }
}

/// Where certificate and key are, as PEM files. Both or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TlsConfig {
    /// The certificate, followed by those that it was signed with.
    pub certificate: Option<PathBuf>,
    /// Its private key.
    pub key: Option<PathBuf>,
}

/// STUN and TURN servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct IceConfig {
    /// URLs of STUN servers.
    pub stun: Vec<String>,
    /// URLs of one TURN server.
    pub turn: Vec<String>,
    /// The secret shared with it (coturn's `static-auth-secret`).
    pub turn_secret: Option<Secret>,
    /// How long its credentials are good for, in seconds. New ones come after half of it.
    pub turn_lifetime: u64,
}

impl Default for IceConfig {
    fn default() -> Self {
        Self { stun: Vec::new(), turn: Vec::new(), turn_secret: None, turn_lifetime: 24 * 60 * 60 }
    }
}

/// How many, how large and how fast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitsConfig {
    /// Connections of the server.
    pub connections: usize,
    /// Connections from one address.
    pub connections_per_address: usize,
    /// Rooms of the server.
    pub rooms: usize,
    /// Sessions of the server, with those that just lost their connection.
    pub sessions: usize,
    /// Visible members of a room.
    pub visible: usize,
    /// Invisible members of a room.
    pub invisible: usize,
    /// Members of a room who publish.
    pub publishers: usize,
    /// Longest message, in bytes. An offer has some 12,000; the protocol allows 65,536 characters,
    /// which JSON makes longer.
    pub message_bytes: usize,
    /// Messages of one connection per second, in the long run.
    pub messages_per_second: u32,
    /// Messages of one connection at once: a newcomer to a full room answers everybody.
    pub message_burst: u32,
    /// Bytes of one connection per second, in the long run.
    pub bytes_per_second: u32,
    /// Bytes of one connection at once.
    pub byte_burst: u32,
    /// Bytes that may wait for one connection which reads slowly, before it is cut off.
    pub outbox_bytes: usize,
    /// How long a new connection has for its request, and then for its `join`, in milliseconds.
    pub opening_ms: u64,
    /// How long a connection may be silent, in milliseconds. It is pinged at half of that time,
    /// which browsers answer by themselves.
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

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogConfig {
    /// `error`, `warn`, `info` or `debug`; or directives of `tracing` such as `tt_rtc_server=debug`.
    pub level: String,
    /// How lines look.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::Text }
    }
}

/// How lines of the log look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}
