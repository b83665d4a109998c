//! The sources of the configuration: a TOML file, the environment and flags. Flags override the
//! environment, and the environment overrides the file.
//!
//! figment merges them, and keeps for each value the place that it was given at, for errors. The values
//! are read here and not by figment: its errors have no lines, and it takes a secret of digits for a
//! number.

mod check;
mod files;
mod list;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use figment::error::Kind as Misfit;
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use tt_rtc_server::Config;

use list::{Kind, PREFIX, SETTINGS, Setting};

/// The environment variable with the path of the configuration file.
const FILE: &str = "TT_RTC_SERVER_CONFIG";

/// The flag for the configuration file.
#[derive(Default, Args)]
pub(crate) struct ConfigFile {
    /// The configuration file (TOML)
    #[arg(long = "config", env = FILE, hide_env_values = true, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// The flags for the configuration file and for all settings.
///
/// It has no `Debug`, because the values of flags may be secrets.
#[derive(Default, Args)]
pub(crate) struct Sources {
    #[command(flatten)]
    file: ConfigFile,
    #[command(flatten)]
    flags: Flags,
}

/// The settings in flags: the values of each, in their order.
#[derive(Default)]
struct Flags(Vec<(&'static Setting, Vec<String>)>);

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        command.args(SETTINGS.iter().map(Setting::arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |setting: &'static Setting| {
            let values = matches.get_many(&setting.flag())?;
            Some((setting, values.cloned().collect()))
        };
        Ok(Self(SETTINGS.iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The value of a setting in one of the sources.
struct Given {
    setting: &'static Setting,
    /// Where it was given, for errors: a flag, a variable, or a line of the file.
    place: String,
    value: Value,
}

impl Provider for Given {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.place.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let nested = figment::util::nest(&self.setting.gives, self.value.clone());
        Ok(Profile::Default.collect(nested.into_dict().unwrap_or_default()))
    }
}

impl ConfigFile {
    /// The configuration from the file and the environment of this process.
    ///
    /// # Errors
    /// As those of [`Sources::load`].
    pub(crate) fn load(self) -> Result<Config> {
        Sources { file: self, flags: Flags::default() }.load()
    }
}

impl Sources {
    /// The configuration from the file, the environment of this process and the flags.
    ///
    /// # Errors
    /// When a file cannot be read, a setting is unknown or malformed, or settings contradict each
    /// other. The message names the flag, the variable, or the setting with its line in the file.
    pub(crate) fn load(self) -> Result<Config> {
        self.load_with(env::vars_os())
    }

    fn load_with(self, environment: impl Iterator<Item = (OsString, OsString)>) -> Result<Config> {
        let file = self.file.file.map(|file| files::configuration(&file)).transpose()?;
        let environment = environment.filter_map(|(name, text)| variable(name, text).transpose());
        let flag = |(setting, texts): &(&'static Setting, Vec<String>)| {
            parse(setting, format!("--{}", setting.flag()), texts)
        };
        let sources: [Vec<Given>; 3] = [
            file.unwrap_or_default(),
            environment.collect::<Result<_>>()?,
            self.flags.0.iter().map(flag).collect::<Result<_>>()?,
        ];
        let mut figment = Figment::new();
        for source in sources {
            for given in read_secrets(source)? {
                figment = figment.merge(given);
            }
        }
        let config = figment.extract().map_err(|error| unfit(&error))?;
        check::check(&config).map_err(|wrong| {
            let place = place(&figment, &wrong.setting).unwrap_or(wrong.setting);
            anyhow!("{place}: {}", wrong.message)
        })?;
        Ok(config)
    }
}

/// The setting in an environment variable. `None` for variables of others.
fn variable(name: OsString, text: OsString) -> Result<Option<Given>> {
    let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
        return Ok(None);
    };
    if name == FILE || is_of_kubernetes(name) {
        return Ok(None);
    }
    let setting = SETTINGS.iter().find(|setting| setting.variable() == name);
    let setting = setting.with_context(|| format!("there is no setting for {name}"))?;
    let text = text.into_string().map_err(|_| anyhow!("{name}: should be UTF-8"))?;
    parse(setting, name.to_owned(), &[text]).map(Some)
}

/// Whether Kubernetes has set this variable: in a namespace with a service named `tt-rtc-server`, each
/// container gets `TT_RTC_SERVER_SERVICE_HOST`, `TT_RTC_SERVER_PORT_443_TCP` and the like (Kubernetes,
/// "Service", environment variables).
fn is_of_kubernetes(name: &str) -> bool {
    let name = name.strip_prefix(PREFIX).unwrap_or_default();
    name == "PORT"
        || ["PORT_", "SERVICE_HOST", "SERVICE_PORT"].iter().any(|it| name.starts_with(it))
}

fn parse(setting: &'static Setting, place: String, texts: &[String]) -> Result<Given> {
    let value = setting.kind.parse(texts).with_context(|| place.clone())?;
    Ok(Given { setting, place, value })
}

/// Replaces the names of files with secrets by the secrets.
fn read_secrets(mut source: Vec<Given>) -> Result<Vec<Given>> {
    let direct: Vec<_> = source.iter().map(|given| given.setting.name.clone()).collect();
    for Given { setting, place, value } in &mut source {
        if setting.kind != Kind::SecretFile {
            continue;
        }
        if direct.contains(&setting.gives) {
            bail!("{place}: {} is given, too", setting.gives);
        }
        let file = PathBuf::from(value.as_str().unwrap_or_default());
        let content = match Setting::named(&setting.gives).map(|it| it.kind) {
            Some(Kind::Keys) => files::app_keys(&file),
            _ => files::secret(&file),
        };
        *value = content.with_context(|| place.clone())?;
    }
    Ok(source)
}

/// A value that does not fit its field. It may be a secret, and is not shown.
fn unfit(error: &figment::Error) -> anyhow::Error {
    let place = error.metadata.as_ref().map(|it| it.name.as_ref()).unwrap_or_default();
    let named = |length| Setting::named(&error.path.get(..length)?.join("."));
    match (&error.kind, [1, 2].into_iter().find_map(named)) {
        (Misfit::InvalidType(..), Some(setting)) => {
            anyhow!("{place}: should be {}", setting.kind.expected())
        }
        (misfit, _) => anyhow!("{place}: {misfit}"),
    }
}

/// Where the value of `name` or `section.name` was given. `None` for defaults.
fn place(figment: &Figment, setting: &str) -> Option<String> {
    // The id of an app may have dots.
    let (first, rest) = setting.split_once('.').unzip();
    let mut value = figment.find_value(first.unwrap_or(setting)).ok()?;
    if let Some(rest) = rest {
        value = value.into_dict()?.remove(rest)?;
    }
    Some(figment.get_metadata(value.tag())?.name.to_string())
}

#[cfg(test)]
mod tests;
