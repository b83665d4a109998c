//! The sources of the configuration: a TOML file, the environment and flags. Flags override the
//! environment, and the environment overrides the file.
//!
//! A setting has one name, the one in the file. `limits.message-bytes` is also
//! `TT_RTC_SERVER_LIMITS_MESSAGE_BYTES` in the environment and `--limits-message-bytes` as a flag.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, bail};
use lexopt::{Parser, ValueExt as _};
use toml::{Table, Value};
use tt_rtc_room::protocol::{MAX_ICE_TEXT, MAX_ICE_URLS};

use tt_rtc_server::Config;

/// The prefix of environment variables.
const PREFIX: &str = "TT_RTC_SERVER_";
/// The environment variable with the path of the configuration file.
const FILE: &str = "TT_RTC_SERVER_CONFIG";
/// The shortest admin token, in characters.
const MIN_ADMIN_TOKEN: usize = 16;
/// The length of an app id in an AccessToken, in characters.
const TOKEN_APP_ID: usize = 24;

/// The syntax of a value in the environment and in flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    /// `true` or `false`. A flag without a value is `true`.
    Switch,
    /// Items separated by commas. A flag may be repeated.
    List,
    /// `NAME=VALUE` items separated by commas. A flag may be repeated.
    Map,
}

/// All settings: the name in the file, and the syntax of the value.
const SETTINGS: [(&str, Kind); 40] = [
    ("listen", Kind::Text),
    ("operations", Kind::Text),
    ("origins", Kind::List),
    ("trusted-proxies", Kind::List),
    ("admin-token", Kind::Text),
    ("shutdown-ms", Kind::Number),
    ("apps", Kind::Map),
    ("open-apps", Kind::List),
    ("open", Kind::Switch),
    ("privileges", Kind::Text),
    ("tls.certificate", Kind::Text),
    ("tls.key", Kind::Text),
    ("ice.stun", Kind::List),
    ("ice.turn", Kind::List),
    ("ice.turn-secret", Kind::Text),
    ("ice.turn-lifetime", Kind::Number),
    ("ice.turn-for-open-apps", Kind::Switch),
    ("limits.connections", Kind::Number),
    ("limits.connections-per-address", Kind::Number),
    ("limits.joins-per-address", Kind::Number),
    ("limits.join-burst-per-address", Kind::Number),
    ("limits.joins-per-user", Kind::Number),
    ("limits.join-burst-per-user", Kind::Number),
    ("limits.joins-per-room", Kind::Number),
    ("limits.join-burst-per-room", Kind::Number),
    ("limits.rooms", Kind::Number),
    ("limits.sessions", Kind::Number),
    ("limits.visible", Kind::Number),
    ("limits.invisible", Kind::Number),
    ("limits.publishers", Kind::Number),
    ("limits.message-bytes", Kind::Number),
    ("limits.messages-per-second", Kind::Number),
    ("limits.message-burst", Kind::Number),
    ("limits.bytes-per-second", Kind::Number),
    ("limits.byte-burst", Kind::Number),
    ("limits.outbox-bytes", Kind::Number),
    ("limits.opening-ms", Kind::Number),
    ("limits.silence-ms", Kind::Number),
    ("log.level", Kind::Text),
    ("log.format", Kind::Text),
];

/// Collects the configuration.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    file: Option<PathBuf>,
    flags: Table,
}

impl Sources {
    /// Sources without a file or flags.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes a flag of a setting, or `--config`. Returns false for any other flag.
    ///
    /// # Errors
    /// When the value is missing or malformed.
    pub(crate) fn take_flag(&mut self, flag: &str, args: &mut Parser) -> Result<bool> {
        if flag == "config" {
            self.file = Some(args.value()?.into());
            return Ok(true);
        }
        let Some((key, kind)) = SETTINGS.iter().find(|(key, _)| key.replace('.', "-") == flag)
        else {
            return Ok(false);
        };
        let text = match kind {
            Kind::Switch => args.optional_value().unwrap_or_else(|| "true".into()),
            _ => args.value()?,
        };
        let text = text.string()?;
        let value = value(&text, *kind).with_context(|| format!("--{flag}"))?;
        put(&mut self.flags, key, value);
        Ok(true)
    }

    /// The configuration from the file, the environment of this process and the flags.
    ///
    /// # Errors
    /// When the file cannot be read, a setting is unknown or malformed, or settings contradict each
    /// other. The message names the setting.
    pub(crate) fn load(self) -> Result<Config> {
        self.load_with(env::vars_os())
    }

    fn load_with(self, environment: impl Iterator<Item = (OsString, OsString)>) -> Result<Config> {
        let mut file = self.file;
        let mut from_environment = Table::new();
        for (name, text) in environment {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            if name == FILE {
                file = file.or_else(|| Some(text.into()));
                continue;
            }
            if is_of_kubernetes(name) {
                continue;
            }
            let (key, kind) = SETTINGS
                .iter()
                .find(|(key, _)| variable(key) == name)
                .with_context(|| format!("there is no setting for {name}"))?;
            let text = text.to_str().with_context(|| format!("{name} is not text"))?;
            let value = value(text, *kind).with_context(|| name.to_owned())?;
            put(&mut from_environment, key, value);
        }
        let mut table = match &file {
            Some(file) => read(file)?,
            None => Table::new(),
        };
        overlay(&mut table, from_environment);
        overlay(&mut table, self.flags);
        let config: Config = table.try_into().context("the configuration is wrong")?;
        check(&config)?;
        Ok(config)
    }
}

/// The environment variable of a setting.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace(['.', '-'], "_").to_uppercase())
}

/// Whether Kubernetes has set this variable: in a namespace with a service named `tt-rtc-server`, each
/// container gets `TT_RTC_SERVER_SERVICE_HOST`, `TT_RTC_SERVER_PORT_443_TCP` and the like (Kubernetes,
/// "Service", environment variables).
fn is_of_kubernetes(name: &str) -> bool {
    let name = name.strip_prefix(PREFIX).unwrap_or_default();
    name == "PORT"
        || ["PORT_", "SERVICE_HOST", "SERVICE_PORT"].iter().any(|it| name.starts_with(it))
}

/// Reads the configuration file.
fn read(file: &Path) -> Result<Table> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    // The file is parsed twice: as a `Config` for errors that name the line, and as a table to merge.
    // The error shows the number of the line but not its text, which may contain a secret.
    if let Err(error) = toml::from_str::<Config>(&text) {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        bail!("{name}, line {line}: {}", error.message());
    }
    Ok(toml::from_str(&text)?)
}

/// Parses a value from the environment or a flag.
fn value(text: &str, kind: Kind) -> Result<Value> {
    let items = || text.split(',').map(str::trim).filter(|item| !item.is_empty());
    Ok(match kind {
        Kind::Text => text.into(),
        Kind::Number => {
            let number: u32 = text.trim().parse().context("should be a number")?;
            i64::from(number).into()
        }
        Kind::Switch => text.trim().parse::<bool>().context("should be true or false")?.into(),
        Kind::List => items().map(Value::from).collect::<Vec<_>>().into(),
        Kind::Map => {
            let pair = |item: &str| {
                let (name, value) = item.split_once('=').context("should be NAME=VALUE")?;
                Ok((name.to_owned(), Value::from(value)))
            };
            Value::Table(items().map(pair).collect::<Result<Table>>()?)
        }
    })
}

/// Sets the value of `section.name`, or extends the existing list or map.
fn put(table: &mut Table, key: &str, value: Value) {
    let (table, name) = match key.split_once('.') {
        Some((section, name)) => {
            let section = table.entry(section).or_insert_with(|| Table::new().into());
            let Some(section) = section.as_table_mut() else { return };
            (section, name)
        }
        None => (table, key),
    };
    match (table.get_mut(name), value) {
        (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
        (Some(Value::Table(known)), Value::Table(more)) => known.extend(more),
        (_, value) => {
            table.insert(name.to_owned(), value);
        }
    }
}

/// Overrides the values in `below` by those in `above`.
fn overlay(below: &mut Table, above: Table) {
    for (name, value) in above {
        match (below.get_mut(&name), value) {
            // Sections and app keys are merged.
            (Some(Value::Table(below)), Value::Table(above)) => overlay(below, above),
            (_, value) => {
                below.insert(name, value);
            }
        }
    }
}

/// Checks what the types cannot express.
fn check(config: &Config) -> Result<()> {
    if config.is_open() && !config.open && !config.listen.ip().is_loopback() {
        bail!(
            "no app has a key, so every client of {} could join any room as any user. Give the apps \
             keys (apps), or name open apps (open-apps), or allow this with --open",
            config.listen
        );
    }
    if config.open && !config.names_no_app() {
        bail!(
            "open is for servers without app keys and open-apps; name the open apps in open-apps"
        );
    }
    if let Some(app) = config.open_apps.iter().find(|app| config.apps.contains_key(*app)) {
        bail!("open-apps: `{app}` has a key");
    }
    if config.tls.certificate.is_some() != config.tls.key.is_some() {
        bail!("tls.certificate and tls.key belong together");
    }
    if config.admin_token.as_ref().is_some_and(|token| token.reveal().len() < MIN_ADMIN_TOKEN) {
        bail!("admin-token should have at least {MIN_ADMIN_TOKEN} characters");
    }
    for (app, key) in &config.apps {
        if app.as_str().len() != TOKEN_APP_ID {
            bail!("apps: no token can be for `{app}`, whose id has not {TOKEN_APP_ID} characters");
        }
        if key.reveal().is_empty() {
            bail!("apps: the key of `{app}` is empty");
        }
    }
    for origin in &config.origins {
        let host = origin.split_once("://").map(|(_, host)| host);
        if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
            bail!("origins: `{origin}` should be like https://host or https://host:port");
        }
    }
    let ice = &config.ice;
    for (name, urls, schemes) in
        [("ice.stun", &ice.stun, ["stun:", "stuns:"]), ("ice.turn", &ice.turn, ["turn:", "turns:"])]
    {
        if urls.len() > MAX_ICE_URLS {
            bail!("{name} should have at most {MAX_ICE_URLS} URLs");
        }
        for url in urls {
            let known = schemes.iter().any(|scheme| url.starts_with(scheme));
            if !known || url.len() > MAX_ICE_TEXT {
                bail!("{name}: `{url}` should be like {}host:port", schemes.concat());
            }
        }
    }
    let has_secret = ice.turn_secret.as_ref().is_some_and(|secret| !secret.reveal().is_empty());
    if !ice.turn.is_empty() && !has_secret {
        bail!("ice.turn needs ice.turn-secret, the secret shared with the TURN server");
    }
    let limits = &config.limits;
    for (name, value) in [
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
            bail!("{name} should not be 0");
        }
    }
    // Shorter times would end healthy connections.
    for (name, value, least) in [
        ("ice.turn-lifetime", ice.turn_lifetime, 10),
        ("limits.opening-ms", limits.opening_ms, 1_000),
        ("limits.silence-ms", limits.silence_ms, 2_000),
    ] {
        if value < least {
            bail!("{name} should be at least {least}");
        }
    }
    check_level(&config.log.level)
}

/// Checks the directives of the log. A word alone is a level: `tracing` takes a misspelled one for the
/// name of a target, and no line would be logged.
fn check_level(directives: &str) -> Result<()> {
    for directive in directives.split(',').filter(|directive| !directive.contains('=')) {
        if directive.parse::<tracing_subscriber::filter::LevelFilter>().is_err() {
            bail!(
                "log.level: `{directive}` is no level; they are error, warn, info, debug and trace"
            );
        }
    }
    Ok(())
}

/// All flags with the syntax of their values, for the help text.
pub(crate) fn flags_help() -> String {
    let flag = |(key, kind): &(&str, Kind)| {
        let value = match kind {
            Kind::Text => " TEXT",
            Kind::Number => " NUMBER",
            Kind::Switch => "",
            Kind::List => " VALUE,…",
            Kind::Map => " NAME=VALUE,…",
        };
        format!("  --{}{value}\n", key.replace('.', "-"))
    };
    SETTINGS.iter().map(flag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lexopt::Arg;
    use tt_rtc_server::config::LogFormat;

    fn scratch(name: &str, text: &str) -> PathBuf {
        let file = env::temp_dir().join(format!("tt-rtc-server-{}-{name}", std::process::id()));
        fs::write(&file, text).unwrap();
        file
    }

    fn load(file: Option<PathBuf>, environment: &[(&str, &str)], flags: &[&str]) -> Result<Config> {
        let mut sources = Sources::new();
        sources.file = file;
        let mut args = Parser::from_args(flags);
        while let Some(arg) = args.next()? {
            let Arg::Long(flag) = arg else { bail!("no flag") };
            let flag = flag.to_owned();
            if !sources.take_flag(&flag, &mut args)? {
                bail!("unknown flag {flag}");
            }
        }
        sources.load_with(environment.iter().map(|(name, text)| (name.into(), text.into())))
    }

    fn refused(file: Option<PathBuf>, environment: &[(&str, &str)], flags: &[&str]) -> String {
        format!("{:#}", load(file, environment, flags).unwrap_err())
    }

    #[test]
    fn flags_override_the_environment_which_overrides_the_file() {
        let file = scratch(
            "order.toml",
            "listen = \"127.0.0.1:1\"\norigins = [\"https://file\"]\n\
             [limits]\nrooms = 1\nsessions = 1\nvisible = 1\n\
             [apps]\nabcdefghijklmnopqrstuvwx = \"of the file\"",
        );
        let config = load(
            Some(file),
            &[
                ("TT_RTC_SERVER_LIMITS_SESSIONS", "2"),
                ("TT_RTC_SERVER_LIMITS_VISIBLE", "2"),
                ("TT_RTC_SERVER_APPS", "ABCDEFGHIJKLMNOPQRSTUVWX=of the environment"),
                ("PATH", "/bin"),
            ],
            &["--limits-visible", "3", "--origins", "https://a,https://b", "--origins=https://c"],
        )
        .unwrap();
        assert_eq!(config.listen.port(), 1);
        let limits = &config.limits;
        assert_eq!((limits.rooms, limits.sessions, limits.visible), (1, 2, 3));
        assert_eq!(config.origins, ["https://a", "https://b", "https://c"]);
        assert_eq!(config.apps.len(), 2, "keys of all places count");
    }

    #[test]
    fn every_setting_is_known_to_the_configuration() {
        for (key, kind) in SETTINGS {
            let text = match (key, kind) {
                ("listen" | "operations", _) => "[::1]:80",
                ("trusted-proxies", _) => "10.0.0.0/8,::1",
                ("open-apps", _) => "demo",
                ("origins", _) => "https://host",
                ("ice.stun", _) => "stun:host",
                ("log.format", _) => "json",
                ("privileges", _) => "ignore",
                ("log.level", _) => "warn,tt_rtc_server=debug",
                (_, Kind::Number) => "7000",
                (_, Kind::Switch) => "true",
                (_, Kind::Map) => "abcdefghijklmnopqrstuvwx=key",
                _ => "a text that is long enough",
            };
            // These settings need another one.
            let more: &[(&str, &str)] = match key {
                "tls.certificate" => &[("TT_RTC_SERVER_TLS_KEY", "k")],
                "tls.key" => &[("TT_RTC_SERVER_TLS_CERTIFICATE", "c")],
                "ice.turn" => &[("TT_RTC_SERVER_ICE_TURN_SECRET", "s")],
                _ => &[],
            };
            let text = if key == "ice.turn" { "turn:host" } else { text };
            let name = variable(key);
            let config = load(None, &[&[(name.as_str(), text)], more].concat(), &[]);
            assert_ne!(config.expect(key), Config::default(), "{key}");
        }
        let fields = Table::try_from(Config::default()).unwrap();
        let count: usize = fields
            .iter()
            .map(|(name, value)| match value {
                Value::Table(section) if name != "apps" => section.len(),
                _ => 1,
            })
            .sum();
        // The optional ones that are not set: admin-token, certificate, key, secret.
        assert_eq!(count + 4, SETTINGS.len(), "no field is without its setting");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let typo = scratch("typo.toml", "[limits]\nrooms = 1\nroms = 2");
        let secret = scratch("secret.toml", "\nadmin-token = 1234567890");
        let cases = [
            (refused(Some(typo), &[], &[]), "typo.toml, line 3: unknown field `roms`"),
            (refused(Some(secret), &[], &[]), "secret.toml, line 2: invalid type"),
            (refused(Some("no/such/file".into()), &[], &[]), "cannot read no/such/file"),
            (refused(None, &[("TT_RTC_SERVER_ROOMS", "1")], &[]), "no setting for TT_RTC_SERVER_"),
            (refused(None, &[("TT_RTC_SERVER_LIMITS_ROOMS", "x")], &[]), "should be a number"),
            (refused(None, &[], &["--limits-rooms", "-1"]), "--limits-rooms: should be a number"),
            (refused(None, &[], &["--limits-rooms", "0"]), "limits.rooms should not be 0"),
            (refused(None, &[], &["--listen", "here"]), "listen"),
            (refused(None, &[], &["--apps", "id"]), "should be NAME=VALUE"),
            (refused(None, &[], &["--apps", "id=key"]), "has not 24 characters"),
            (refused(None, &[], &["--apps", "a b=key"]), "letters, digits"),
            (refused(None, &[], &["--admin-token", "short"]), "at least 16 characters"),
            (refused(None, &[], &["--tls-key", "key.pem"]), "belong together"),
            (refused(None, &[], &["--origins", "host"]), "https://host"),
            (refused(None, &[], &["--ice-stun", "host"]), "stun:"),
            (refused(None, &[], &["--ice-turn", "turn:host"]), "ice.turn-secret"),
            (
                refused(None, &[("TT_RTC_SERVER_ICE_TURN_SECRET", "")], &["--ice-turn=turn:host"]),
                "ice.turn-secret",
            ),
            (refused(None, &[], &["--open=perhaps"]), "--open: should be true or false"),
            (refused(None, &[], &["--trusted-proxies=10.0.0.0/99"]), "10.0.0.0/99"),
            (refused(None, &[], &["--log-level", "inof"]), "log.level: `inof` is no level"),
            (
                refused(None, &[], &["--limits-silence-ms", "1"]),
                "limits.silence-ms should be at least",
            ),
        ];
        for (message, expected) in cases {
            assert!(message.contains(expected), "`{message}` does not say `{expected}`");
        }
    }

    const KEY: &str = "--apps=abcdefghijklmnopqrstuvwx=key";

    #[test]
    fn a_server_on_which_every_app_is_open_listens_on_loopback_only_unless_told() {
        let everywhere = "--listen=0.0.0.0:80";
        let message = refused(None, &[], &[everywhere]);
        assert!(message.contains("no app has a key") && message.contains("--open"), "{message}");
        for flags in [
            ["--listen=[::1]:80", "--open"].as_slice(),
            &[everywhere, "--open"],
            &[everywhere, KEY],
            &[everywhere, "--open-apps=demo"],
        ] {
            load(None, &[], flags).unwrap();
        }
        for (flags, expected) in [
            ([KEY, "--open"], "name the open apps in open-apps"),
            ([KEY, "--open-apps=abcdefghijklmnopqrstuvwx"], "has a key"),
        ] {
            let message = refused(None, &[], &flags);
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn the_variables_of_kubernetes_are_no_settings() {
        let variables = [
            ("TT_RTC_SERVER_PORT", "tcp://10.0.0.1:443"),
            ("TT_RTC_SERVER_PORT_443_TCP", "tcp://10.0.0.1:443"),
            ("TT_RTC_SERVER_PORT_443_TCP_ADDR", "10.0.0.1"),
            ("TT_RTC_SERVER_SERVICE_HOST", "10.0.0.1"),
            ("TT_RTC_SERVER_SERVICE_PORT", "443"),
            ("TT_RTC_SERVER_SERVICE_PORT_WSS", "443"),
        ];
        assert_eq!(load(None, &variables, &[]).unwrap(), Config::default());
        for (key, _) in SETTINGS {
            assert!(!is_of_kubernetes(&variable(key)), "{key}");
        }
    }

    #[test]
    fn the_effective_configuration_shows_no_secret() {
        let flags = [
            "--admin-token=the-admin-token-itself",
            "--apps=abcdefghijklmnopqrstuvwx=the-app-key",
            "--ice-turn=turn:host",
            "--ice-turn-secret=the-turn-secret",
            "--log-format=json",
        ];
        let config = load(None, &[], &flags).unwrap();
        assert_eq!(config.log.format, LogFormat::Json);
        let shown = [toml::to_string(&config).unwrap(), format!("{config:?}")];
        for text in shown {
            assert!(text.contains("turn:host") && text.contains("abcdefghijklmnopqrstuvwx"));
            for secret in ["the-admin-token-itself", "the-app-key", "the-turn-secret"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }

    #[test]
    fn the_documentation_has_every_setting_with_its_default() {
        let page = include_str!("../../../../../docs/server.md");
        let defaults = Table::try_from(Config::default()).unwrap();
        for (key, _) in SETTINGS {
            let value = match key.split_once('.') {
                Some((section, name)) => defaults[section].get(name),
                None => defaults.get(key),
            };
            let value = match value {
                Some(Value::String(text)) => format!("`{text}`"),
                Some(Value::Integer(number)) => format!("`{number}`"),
                Some(Value::Boolean(switch)) => format!("`{switch}`"),
                _ => "none".to_owned(),
            };
            assert!(page.contains(&format!("| `{key}` | {value} | ")), "{key} = {value}");
        }
    }
}
