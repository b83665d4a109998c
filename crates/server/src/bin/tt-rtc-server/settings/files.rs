//! The files of the configuration: the TOML file, and files with secrets.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use figment::value::{Map, Value};
use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Given;
use super::list::{self, Setting};

/// Reads the configuration file. Errors have the number of the line and not its text, which may
/// contain a secret.
pub(super) fn configuration(file: &Path) -> Result<Vec<Given>> {
    let text = read(file)?;
    let line = |start: usize| {
        let breaks = text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        format!("{}, line {}", file.display(), breaks + 1)
    };
    let table = DeTable::parse(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        anyhow!("{}: {}", line(start), error.message())
    })?;
    let mut all = Vec::new();
    for (name, value) in table.get_ref() {
        match value.get_ref() {
            DeValue::Table(section) if Setting::is_section(name.get_ref()) => {
                for (inner, value) in section {
                    let line = line(inner.span().start);
                    all.push(given(line, Some(name.get_ref()), inner.get_ref(), value)?);
                }
            }
            _ => all.push(given(line(name.span().start), None, name.get_ref(), value)?),
        }
    }
    Ok(all)
}

/// The value of a setting, or the keys of an app.
fn given(
    line: String,
    section: Option<&str>,
    name: &str,
    value: &Spanned<DeValue<'_>>,
) -> Result<Given> {
    let full = section.map_or(name.to_owned(), |section| format!("{section}.{name}"));
    // A section that is a setting has the keys of apps.
    let apps = section.and_then(Setting::named);
    let setting = apps.or_else(|| Setting::named(&full));
    let setting = setting.with_context(|| format!("{line}: there is no setting `{full}`"))?;
    let place = format!("{line}, {}", setting.name);
    let value = <Value as Deserialize>::deserialize(value.clone().into_deserializer());
    let value = value.map_err(|error: toml::de::Error| anyhow!("{place}: {}", error.message()))?;
    let value = match apps {
        Some(_) => Map::from([(name.to_owned(), value)]).into(),
        None => value,
    };
    Ok(Given { setting, place, value })
}

/// Reads a secret from a file, as Docker and Kubernetes give it. A line break at its end is not part
/// of it.
pub(super) fn secret(file: &Path) -> Result<Value> {
    let text = read(file)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        bail!("{} is empty", file.display());
    }
    Ok(text.into())
}

/// Reads the keys of apps: from a file with a line `ID=KEY` for each key, or from a folder with a file
/// for each app, which has the app id as its name and a key in each line.
pub(super) fn app_keys(path: &Path) -> Result<Value> {
    if !path.is_dir() {
        let text = read(path)?;
        return list::keys(lines(&text)).with_context(|| path.display().to_string());
    }
    let mut apps = Map::new();
    for entry in fs::read_dir(path).with_context(|| cannot_read(path))? {
        let entry = entry.with_context(|| cannot_read(path))?;
        let app = entry.file_name().to_string_lossy().into_owned();
        // Kubernetes has folders such as `..data` beside the links to the files in them.
        if app.starts_with('.') {
            continue;
        }
        let text = read(&entry.path())?;
        let keys: Vec<_> = lines(&text).map(str::to_owned).collect();
        if keys.is_empty() {
            bail!("{} is empty", entry.path().display());
        }
        apps.insert(app, keys);
    }
    if apps.is_empty() {
        bail!("{} has no file", path.display());
    }
    Ok(apps.into())
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| cannot_read(file))
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}
