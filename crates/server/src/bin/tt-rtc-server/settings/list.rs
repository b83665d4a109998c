//! The list of settings: the fields of [`Config`], and for each secret also the name of a file with it.

use std::sync::LazyLock;

use anyhow::{Context as _, Result, bail};
use clap::{Arg, ArgAction};
use figment::value::{Map, Value};
use tt_rtc_server::Config;

/// The prefix of environment variables.
pub(super) const PREFIX: &str = "TT_RTC_SERVER_";
/// The secrets, for each of which there is also the setting `NAME-file`.
const SECRETS: [&str; 4] = ["admin-token", "apps", "cluster.redis", "ice.turn-secret"];
/// The page whose table says what each setting means.
const PAGE: &str = include_str!("../../../../../../docs/server.md");

/// A setting. `limits.message-bytes` is its name in the configuration file. It is also the variable
/// `TT_RTC_SERVER_LIMITS_MESSAGE_BYTES` and the flag `--limits-message-bytes`.
#[derive(Debug)]
pub(super) struct Setting {
    /// The name in the configuration file.
    pub(super) name: String,
    /// The name of the setting whose value it gives: itself, or the secret that is in the named file.
    pub(super) gives: String,
    /// The kind of the value.
    pub(super) kind: Kind,
}

/// The kind of a value. It is the same in all sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A whole number that is not negative.
    Number,
    Switch,
    /// A list of texts.
    List,
    /// Lists of keys by the ids of apps.
    Keys,
    /// The path of a file with a secret.
    SecretFile,
}

/// All settings, in the order of the page.
pub(super) static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let mut settings = Vec::new();
    for (name, value) in fields() {
        if SECRETS.contains(&name.as_str()) {
            let file = format!("{name}-file");
            settings.push(Setting { name: file, gives: name.clone(), kind: Kind::SecretFile });
        }
        settings.push(Setting { gives: name.clone(), kind: Kind::of(&value), name });
    }
    settings.sort_by_key(|setting| PAGE.find(&format!("| `{}` |", setting.name)));
    settings
});

/// The fields of the configuration with their defaults.
fn fields() -> Vec<(String, Value)> {
    let defaults = Value::serialize(Config::default());
    #[expect(clippy::expect_used, reason = "the defaults are no input, and a test reads them")]
    let defaults = defaults.ok().and_then(Value::into_dict).expect("the configuration has fields");
    let mut fields = Vec::new();
    for (name, value) in defaults {
        match value {
            // The map of apps is empty.
            Value::Dict(_, section) if !section.is_empty() => {
                fields
                    .extend(section.into_iter().map(|(inner, it)| (format!("{name}.{inner}"), it)));
            }
            value => fields.push((name, value)),
        }
    }
    fields
}

impl Setting {
    /// The setting with this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// Whether settings with this name are a section of the file.
    pub(super) fn is_section(name: &str) -> bool {
        let first = |it: &Self| it.name.split('.').next() == Some(name);
        SETTINGS.iter().any(|it| first(it) && (it.name != name || it.kind == Kind::Keys))
    }

    /// The environment variable.
    pub(super) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.replace(['.', '-'], "_").to_uppercase())
    }

    /// The flag, without `--`.
    pub(super) fn flag(&self) -> String {
        self.name.replace('.', "-")
    }

    /// The flag for the parser of the command line.
    pub(super) fn arg(&self) -> Arg {
        let arg = Arg::new(self.flag())
            .long(self.flag())
            .action(ArgAction::Append)
            .allow_hyphen_values(true)
            .help_heading("Settings");
        let arg = match self.kind {
            Kind::Switch => arg
                .value_name("true|false")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true"),
            Kind::Text => arg.value_name("TEXT"),
            Kind::Number => arg.value_name("NUMBER"),
            Kind::List => arg.value_name("VALUE,…"),
            Kind::Keys => arg.value_name("ID=KEY,…"),
            Kind::SecretFile => arg.value_name("FILE"),
        };
        match self.row() {
            Some((default, meaning)) if default.starts_with('`') => {
                arg.help(format!("{meaning} [default: {}]", default.trim_matches('`')))
            }
            Some((_, meaning)) => arg.help(meaning),
            None => arg,
        }
    }

    /// The default and the meaning in the table of the page.
    pub(super) fn row(&self) -> Option<(&'static str, &'static str)> {
        let name = format!("| `{}` | ", self.name);
        let row = PAGE.lines().find_map(|line| line.strip_prefix(name.as_str()))?;
        row.strip_suffix(" |")?.split_once(" | ")
    }
}

impl Kind {
    /// The kind of values of a field with this default.
    fn of(default: &Value) -> Self {
        match default {
            Value::Num(..) => Self::Number,
            Value::Bool(..) => Self::Switch,
            Value::Array(..) => Self::List,
            Value::Dict(..) => Self::Keys,
            // Texts, paths and secrets are optional.
            Value::String(..) | Value::Char(..) | Value::Empty(..) => Self::Text,
        }
    }

    /// Parses the value of a variable, or those of a flag that may be repeated. No error shows it.
    pub(super) fn parse(self, texts: &[String]) -> Result<Value> {
        let last = texts.last().map(|text| text.trim()).unwrap_or_default();
        let items = || {
            let items = texts.iter().flat_map(|text| text.split(','));
            items.map(str::trim).filter(|item| !item.is_empty())
        };
        let expected = || format!("should be {}", self.expected());
        Ok(match self {
            Self::Text | Self::SecretFile => Value::from(texts.last().cloned().unwrap_or_default()),
            Self::Number => last.parse::<u64>().with_context(expected)?.into(),
            Self::Switch => last.parse::<bool>().with_context(expected)?.into(),
            Self::List => items().collect::<Vec<_>>().into(),
            Self::Keys => keys(items())?,
        })
    }

    /// What a value should be, for errors.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Switch => "true or false",
            Self::List => "a list of texts",
            Self::Keys => "a section with a key or a list of keys for each app id",
            Self::SecretFile => "the path of a file",
        }
    }
}

/// The keys in `ID=KEY` items. An app that has several items has several keys.
pub(super) fn keys<'a>(items: impl Iterator<Item = &'a str>) -> Result<Value> {
    let mut apps = Map::<&str, Vec<&str>>::new();
    for item in items {
        let (app, key) = item.split_once('=').context("should be ID=KEY")?;
        apps.entry(app.trim()).or_default().push(key);
    }
    if apps.is_empty() {
        bail!("should not be empty");
    }
    Ok(apps.into())
}
