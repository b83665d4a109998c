//! What comes into the project from outside: the rules of `deny.toml`, without cargo-deny.
//!
//! cargo-deny takes longer to compile than all other checks together run, so lint holds the rules that
//! need no more than `cargo metadata` and `package-lock.json`: licences, crates in two versions and
//! sources. Where cargo-deny is installed, lint runs it, too; the workflow `supply.yml` runs it with
//! the database of advisories.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::licence::is_allowed;
use crate::{process, project, www};

const RULES: &str = "deny.toml";

/// The one source of crates.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Files of npm packages. Those of `examples/frameworks` and `tests/packages` compile test programs and
/// are in nothing that is given to others, so their licences do not matter.
const LOCKS: [(&str, bool); 5] = [
    ("package-lock.json", true),
    ("examples/frameworks/taro/package-lock.json", false),
    ("examples/frameworks/uni-vue2/package-lock.json", false),
    ("examples/frameworks/uni-vue3/package-lock.json", false),
    ("tests/packages/package-lock.json", false),
];

/// The folders of our own npm packages, beside which others are installed.
const OWN: [&str; 2] = ["", "crates/simulator/npm"];

/// The parts of `deny.toml` that are held here.
struct Rules {
    targets: Vec<String>,
    licences: Vec<String>,
    /// Licences of single crates.
    exceptions: BTreeMap<String, Vec<String>>,
    /// Crates that may be there beside another version: the name and the beginning of the version.
    skipped: BTreeSet<(String, String)>,
}

/// Checks crates and npm packages.
///
/// # Errors
/// What is against the rules.
pub(crate) fn check() -> Result<()> {
    let text = fs::read_to_string(project::root().join(RULES)).context(RULES)?;
    let rules = Rules::read(&text).context(RULES)?;
    let mut problems = rules.of_crates(&project::metadata(&rules.targets)?);
    let mut duplicates = process::cargo();
    duplicates.args(["tree", "--workspace", "--locked", "--edges=normal,build", "--duplicates"]);
    duplicates.args(["--depth=0", "--prefix=none"]);
    duplicates.args(rules.targets.iter().flat_map(|target| ["--target", target]));
    problems.extend(rules.of_duplicates(&process::output(&mut duplicates)?));
    for (file, is_given_to_others) in LOCKS {
        let lock = fs::read_to_string(project::root().join(file)).context(file)?;
        let lock: Value = serde_json::from_str(&lock).context(file)?;
        let mut found = rules.of_npm(&lock, is_given_to_others);
        if is_given_to_others {
            found.extend(other_licences(&lock, project::root()));
        }
        problems.extend(found.into_iter().map(|problem| format!("{file}: {problem}")));
    }
    problems.extend(www::unknown_libraries()?);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// Runs cargo-deny, without advisories, if it is installed.
pub(crate) fn cargo_deny() -> Result<()> {
    if process::on_path(&["cargo-deny"]).is_none() {
        println!("cargo-deny is not installed; the rules above are held without it");
        return Ok(());
    }
    process::run(process::cargo().args([
        "deny",
        "--workspace",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

impl Rules {
    fn read(text: &str) -> Result<Self> {
        let rules: toml::Table = text.parse()?;
        let list = |section: &str, key: &str| {
            let list = rules.get(section).and_then(|section| section.get(key));
            list.and_then(toml::Value::as_array).with_context(|| format!("no {section}.{key}"))
        };
        let exceptions = list("licenses", "exceptions")?.iter().map(|exception| {
            let name = exception.get("crate").and_then(toml::Value::as_str);
            let allow = exception.get("allow").and_then(toml::Value::as_array);
            Ok((name.context("an exception without a crate")?.to_owned(), texts(allow)))
        });
        let skipped = list("bans", "skip")?.iter().map(|skipped| {
            let name = skipped.get("crate").and_then(toml::Value::as_str).unwrap_or_default();
            let (name, version) = name.split_once('@').context("a skipped crate without @")?;
            Ok((name.to_owned(), version.to_owned()))
        });
        Ok(Self {
            targets: texts(Some(list("graph", "targets")?)),
            licences: texts(Some(list("licenses", "allow")?)),
            exceptions: exceptions.collect::<Result<_>>()?,
            skipped: skipped.collect::<Result<_>>()?,
        })
    }

    /// Sources and licences.
    fn of_crates(&self, metadata: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        for package in metadata.get("packages").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| package.get(key).and_then(Value::as_str);
            let Some(source) = text("source") else { continue };
            let name = text("name").unwrap_or_default();
            let version = text("version").unwrap_or_default();
            if source != REGISTRY {
                problems.push(format!("{name} {version} comes from {source}, not from crates.io"));
            }
            let licence = text("license").unwrap_or_default();
            let exceptions = self.exceptions.get(name);
            let allowed = |id: &str| {
                self.licences.iter().chain(exceptions.into_iter().flatten()).any(|one| one == id)
            };
            if !is_allowed(licence, allowed) {
                problems.push(format!(
                    "{name} {version} has the licence `{licence}`, which {RULES} does not allow"
                ));
            }
        }
        problems
    }

    /// Crates in two versions, by what `cargo tree --duplicates` prints.
    fn of_duplicates(&self, tree: &str) -> Vec<String> {
        let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for line in tree.lines() {
            let mut words = line.split_whitespace();
            if let (Some(name), Some(version)) = (words.next(), words.next()) {
                let version = version.strip_prefix('v').unwrap_or(version);
                versions.entry(name).or_default().insert(version);
            }
        }
        // The same version twice, with different features for build scripts, is no duplicate.
        versions.retain(|_, versions| versions.len() > 1);
        let fits = |(name, beginning): &(String, String), crate_name: &str, version: &str| {
            let rest = version.strip_prefix(beginning.as_str());
            name == crate_name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut problems = Vec::new();
        for (name, versions) in &versions {
            let kept: Vec<_> = versions
                .iter()
                .filter(|version| !self.skipped.iter().any(|skipped| fits(skipped, name, version)))
                .collect();
            if kept.len() > 1 {
                problems.push(format!(
                    "{name} is there in the versions {}: bring them together (`cargo update`), or \
                     say in {RULES} why that cannot be",
                    versions.iter().copied().collect::<Vec<_>>().join(", ")
                ));
            }
        }
        let unused = self.skipped.iter().filter(|skipped| {
            let mut found = versions
                .iter()
                .flat_map(|(name, versions)| versions.iter().map(move |version| (*name, *version)));
            !found.any(|(name, version)| fits(skipped, name, version))
        });
        problems.extend(unused.map(|(name, version)| {
            format!("{RULES} skips {name}@{version}, which is no duplicate any more")
        }));
        problems
    }

    /// The packages of a `package-lock.json`.
    fn of_npm(&self, lock: &Value, is_given_to_others: bool) -> Vec<String> {
        let mut problems = Vec::new();
        for (path, package) in others(lock) {
            let text = |key: &str| package.get(key).and_then(Value::as_str);
            if text("integrity").is_none() {
                problems.push(format!("{path} has no checksum, so it comes from no registry"));
            }
            let licence = text("license").unwrap_or_default();
            let allowed = |id: &str| self.licences.iter().any(|one| one == id);
            if is_given_to_others && !is_allowed(licence, allowed) {
                problems.push(format!(
                    "{path} has the licence `{licence}`, which {RULES} does not allow"
                ));
            }
        }
        problems
    }
}

/// The packages of a lock file that are not our own.
fn others(lock: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let packages = lock.get("packages").and_then(Value::as_object);
    packages.into_iter().flatten().filter(|(path, package)| {
        // A link has no more than where it leads.
        let leads = package.get("resolved").filter(|_| package.get("link").is_some());
        let folder = leads.and_then(Value::as_str).unwrap_or(path);
        !OWN.contains(&folder)
    })
}

/// Installed npm packages that say another licence than the lock file. Those for other systems are not
/// installed.
fn other_licences(lock: &Value, root: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, package) in others(lock) {
        let Ok(manifest) = fs::read_to_string(root.join(path).join("package.json")) else {
            continue;
        };
        let manifest = serde_json::from_str(&manifest).unwrap_or(Value::Null);
        let (says, locked) = (manifest.get("license"), package.get("license"));
        if says != locked {
            let text =
                |licence: Option<&Value>| licence.map_or("none".to_owned(), Value::to_string);
            problems.push(format!(
                "{path} has the licence {} and not {}",
                text(says),
                text(locked)
            ));
        }
    }
    problems
}

fn texts(list: Option<&Vec<toml::Value>>) -> Vec<String> {
    let texts = list.into_iter().flatten().filter_map(toml::Value::as_str);
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::{REGISTRY, Rules, other_licences};

    fn rules() -> Rules {
        Rules::read(
            r#"
            [graph]
            targets = []
            [licenses]
            allow = ["MIT", "ISC"]
            exceptions = [{ allow = ["MPL-2.0"], crate = "sheets" }]
            [bans]
            skip = [{ crate = "old@0.2" }]
            "#,
        )
        .unwrap()
    }

    #[test]
    fn a_crate_with_another_licence_or_source_is_refused() {
        let package = |name: &str, licence: &str, source: &str| json!({ "name": name, "version": "1.0.0", "license": licence, "source": source });
        let problems = rules().of_crates(&json!({ "packages": [
            { "name": "ours", "version": "0.1.0", "license": null, "source": null },
            package("a", "MIT OR GPL-3.0-only", REGISTRY),
            package("sheets", "MPL-2.0", REGISTRY),
            package("b", "MPL-2.0", REGISTRY),
            package("c", "MIT", "git+https://host/c"),
            { "name": "d", "version": "1.0.0", "license": null, "source": REGISTRY },
        ]}));
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].starts_with("b 1.0.0 has the licence `MPL-2.0`"));
        assert!(problems[1].starts_with("c 1.0.0 comes from git+"));
        assert!(problems[2].starts_with("d 1.0.0 has the licence ``"));
    }

    #[test]
    fn a_crate_in_two_versions_needs_a_reason_and_a_reason_a_crate() {
        let of = |tree: &str| rules().of_duplicates(tree);
        assert!(
            of("old v0.2.7\n\nold v0.3.1 (proc-macro)\n\nsame v1.0.0\nsame v1.0.0\n").is_empty()
        );
        let problems = of("old v0.2.7\nold v0.3.1\nold v0.4.0\n");
        assert!(problems[0].starts_with("old is there in the versions 0.2.7, 0.3.1, 0.4.0"));
        let problems = of("old v0.20.0\nold v0.3.1\n");
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[1].contains("skips old@0.2, which is no duplicate"));
    }

    #[test]
    fn an_npm_package_needs_a_licence_and_a_checksum() {
        let lock = json!({ "packages": {
            "crates/simulator/npm": {},
            "node_modules/tt-rtc-sim": { "link": true, "resolved": "crates/simulator/npm" },
            "node_modules/linked": { "link": true, "resolved": "elsewhere", "license": "MIT" },
            "": { "license": "other" },
            "node_modules/a": { "integrity": "sha512-", "license": "(MIT OR WTFPL)" },
            "node_modules/b": { "integrity": "sha512-", "license": "GPL-3.0" },
            "node_modules/c": { "license": "ISC" },
        }});
        let problems = rules().of_npm(&lock, true);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].starts_with("node_modules/b has the licence `GPL-3.0`"));
        assert!(problems[1].starts_with("node_modules/c has no checksum"));
        assert!(problems[2].starts_with("node_modules/linked has no checksum"));
        assert_eq!(rules().of_npm(&lock, false).len(), 2);
    }

    #[test]
    fn an_installed_npm_package_has_the_licence_that_was_checked() {
        let root = std::env::temp_dir().join(format!("tt-rtc-npm-{}", std::process::id()));
        for (name, licence) in [("a", "MIT"), ("b", "GPL-3.0")] {
            let folder = root.join("node_modules").join(name);
            fs::create_dir_all(&folder).unwrap();
            let manifest = json!({ "name": name, "license": licence });
            fs::write(folder.join("package.json"), manifest.to_string()).unwrap();
        }
        let problems = other_licences(
            &json!({ "packages": {
                "": {},
                "node_modules/a": { "license": "MIT" },
                "node_modules/b": { "license": "MIT" },
                "node_modules/not-installed": { "license": "MIT" },
            }}),
            &root,
        );
        fs::remove_dir_all(root).unwrap();
        assert_eq!(problems, ["node_modules/b has the licence \"GPL-3.0\" and not \"MIT\""]);
    }
}
