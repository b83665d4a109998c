//! The configuration of a server.
//!
//! Every field has a default. `Config::default()` is for development: it listens on loopback addresses
//! only, and every app is open. With the first app key, all apps without a key are closed.
//!
//! Secrets are those of the crate `secrecy`: `Debug` does not show them, and serde writes `"(secret)"`.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use tt_rtc_room::Limits;
use tt_rtc_room::hub::LEAVE_AFTER;
use tt_rtc_room::id::AppId;

/// The keys of an app. A token that is signed with any of them is valid, so that a new key can replace
/// an old one while tokens of both are in use.
///
/// serde reads one key as a text, and one or more as a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "OneOrMore")]
pub struct AppKeys {
    /// The key that `tt-rtc-server token` signs with.
    pub first: SecretString,
    /// The other ones.
    pub others: Vec<SecretString>,
}

impl AppKeys {
    /// The keys, which are secret.
    pub fn expose_secrets(&self) -> impl Iterator<Item = &str> {
        [&self.first].into_iter().chain(&self.others).map(|key| key.expose_secret())
    }
}

impl From<&str> for AppKeys {
    fn from(key: &str) -> Self {
        Self { first: key.into(), others: Vec::new() }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "should be a key or a list of keys")]
enum OneOrMore {
    One(SecretString),
    More(Vec<SecretString>),
}

impl TryFrom<OneOrMore> for AppKeys {
    type Error = &'static str;

    fn try_from(keys: OneOrMore) -> Result<Self, Self::Error> {
        let mut keys = match keys {
            OneOrMore::One(key) => vec![key],
            OneOrMore::More(keys) => keys,
        }
        .into_iter();
        let first = keys.next().ok_or("should have a key")?;
        Ok(Self { first, others: keys.collect() })
    }
}

impl Serialize for AppKeys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.others.len() {
            0 => serializer.serialize_str(HIDDEN),
            others => serializer.collect_seq(vec![HIDDEN; 1 + others]),
        }
    }
}

/// What is written in place of a secret.
const HIDDEN: &str = "(secret)";

fn hide<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(|_| HIDDEN).serialize(serializer)
}

/// A network in CIDR notation, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

impl Network {
    /// Whether the address is in the network. An IPv4-mapped IPv6 address is taken as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = || Some(text.parse::<IpAddr>().ok()?.to_canonical().into());
        let network = text.parse().ok().or_else(address);
        network.map(Self).ok_or_else(|| format!("`{text}` is no address and no network"))
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(Network(network): Network) -> Self {
        network.to_string()
    }
}

/// The configuration of a server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address for `/metrics` and `/admin`. If it is that of `listen`, they are beside the
    /// WebSocket.
    pub operations: SocketAddr,
    /// The origins of pages that may connect, as `https://host`. Empty means all.
    pub origins: Vec<String>,
    /// Whether the listening sockets may be shared with another process of the same user
    /// (`SO_REUSEPORT`), so that a new server can start before the old one ends.
    pub reuse_port: bool,
    /// The addresses or networks of proxies whose `X-Forwarded-For` is used.
    pub trusted_proxies: Vec<Network>,
    /// Whether each socket of a trusted proxy begins with a header of the PROXY protocol.
    pub proxy_protocol: bool,
    /// The bearer token of the admin API. Without it there is no admin API.
    #[serde(serialize_with = "hide")]
    pub admin_token: Option<SecretString>,
    /// How long the server goes on as before when it is told to shut down, in milliseconds. Meanwhile
    /// `/ready` says that it is not ready, so that load balancers send new clients elsewhere.
    pub drain_ms: u64,
    /// The time limit for connections to close when the server shuts down, in milliseconds.
    pub shutdown_ms: u64,
    /// The app keys by app id. A join to an app with a key needs a valid token.
    pub apps: BTreeMap<AppId, AppKeys>,
    /// The apps without a key that any client can join. If there are app keys or open apps, all other
    /// apps are refused. If there are none, every app is open.
    pub open_apps: Vec<AppId>,
    /// Whether every app without a key is open, whatever else is configured. The program takes this for
    /// a server without `apps` and `open_apps` only, which may then listen beyond loopback.
    pub open: bool,
    /// Whether the privileges of tokens count.
    pub privileges: Privileges,
    /// Certificate and key, for `https` and `wss`.
    pub tls: TlsConfig,
    /// STUN and TURN servers for participants.
    pub ice: IceConfig,
    /// Limits of numbers, sizes, rates and times.
    pub limits: LimitsConfig,
    /// The other servers that members of a room may come to.
    pub cluster: ClusterConfig,
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

impl Config {
    /// Whether every app without a key is open.
    pub fn is_open(&self) -> bool {
        self.open || self.names_no_app()
    }

    /// Whether there is neither an app key nor an open app.
    pub fn names_no_app(&self) -> bool {
        self.apps.is_empty() && self.open_apps.is_empty()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            operations: (Ipv4Addr::LOCALHOST, 8081).into(),
            origins: Vec::new(),
            reuse_port: false,
            trusted_proxies: Vec::new(),
            proxy_protocol: false,
            admin_token: None,
            drain_ms: 0,
            shutdown_ms: 5_000,
            apps: BTreeMap::new(),
            open_apps: Vec::new(),
            open: false,
            privileges: Privileges::default(),
            tls: TlsConfig::default(),
            ice: IceConfig::default(),
            limits: LimitsConfig::default(),
            cluster: ClusterConfig::default(),
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
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct IceConfig {
    /// The URLs of STUN servers.
    pub stun: Vec<String>,
    /// The URLs of one TURN server.
    pub turn: Vec<String>,
    /// The secret shared with the TURN server (coturn's `static-auth-secret`).
    #[serde(serialize_with = "hide")]
    pub turn_secret: Option<SecretString>,
    /// The lifetime of TURN credentials, in seconds. They are renewed after half of it.
    pub turn_lifetime: u64,
    /// Whether sessions of apps without a key get TURN credentials, too. Everybody can relay with them.
    pub turn_for_open_apps: bool,
}

impl Default for IceConfig {
    fn default() -> Self {
        Self {
            stun: Vec::new(),
            turn: Vec::new(),
            turn_secret: None,
            turn_lifetime: 60 * 60,
            turn_for_open_apps: false,
        }
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
    /// The rate limit of joins from one address, per second.
    pub joins_per_address: u32,
    /// The burst of joins from one address: after a restart of the server, all participants behind one
    /// address join at the same time.
    pub join_burst_per_address: u32,
    /// The rate limit of joins of one user to one room, per second.
    pub joins_per_user: u32,
    /// The burst of joins of one user to one room.
    pub join_burst_per_user: u32,
    /// The rate limit of joins to one room, per second.
    pub joins_per_room: u32,
    /// The burst of joins to one room.
    pub join_burst_per_room: u32,
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
            joins_per_address: 50,
            join_burst_per_address: 2_000,
            joins_per_user: 1,
            join_burst_per_user: 20,
            joins_per_room: 500,
            join_burst_per_room: 5_000,
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

/// What several servers share, so that a room is at one of them at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClusterConfig {
    /// The Redis server with the leases of rooms. Without it, every server takes every room.
    pub redis: Option<RedisAddress>,
    /// How long a room waits for a server that was lost before another one takes it, in milliseconds.
    pub lease_ms: u64,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self { redis: None, lease_ms: 1_500 }
    }
}

/// The address of a Redis server, such as `redis://user:password@host:6379/0`, or `rediss://` for TLS,
/// whose certificate the system has to trust. It may contain a
/// password, so `Debug` does not show it, and serde writes `"(secret)"`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct RedisAddress(redis::Client);

impl RedisAddress {
    pub(crate) fn client(&self) -> redis::Client {
        self.0.clone()
    }
}

impl FromStr for RedisAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The library's error may contain the text.
        let client = redis::Client::open(text);
        client.map(Self).map_err(|_| "should be like redis://user:password@host:port/database")
    }
}

impl TryFrom<String> for RedisAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl Serialize for RedisAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
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
