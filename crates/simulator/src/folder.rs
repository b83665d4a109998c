//! The mini-program's folder on disk: finding it, reading its sources, and never leaving it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::config::Config;

/// Sources above this are left out; the largest real ones, bundled libraries, are a tenth of it.
const LARGEST_SOURCE: u64 = 8 << 20;
/// How many files a project may have; the platform allows some 20 MB in all.
const MOST_FILES: usize = 50_000;
/// What the compiler reads. Everything else is served as it is.
const SOURCES: [&str; 18] = [
    "js", "mjs", "cjs", "ts", "mts", "cts", "json", "ttml", "wxml", "sjs", "wxs", "ttss", "wxss",
    "css", "less", "scss", "sass", "jsonc",
];

/// The folder of one mini-program.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    /// Where the `app.json` is; without symbolic links.
    root: PathBuf,
    /// What was asked for: that folder, or one around it.
    base: PathBuf,
    name: String,
}

/// What [`Folder::scan`] found, by path below the folder with `/` between its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// Every file; those that the compiler reads with their content.
    pub(crate) files: BTreeMap<String, File>,
    /// What was left out, each with a sentence that says why.
    pub(crate) refused: Vec<(String, String)>,
}

/// One file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Only of files that the compiler reads.
    pub(crate) source: Option<Arc<[u8]>>,
    stamp: Stamp,
}

impl File {
    /// How large it is, in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.stamp.0
    }

    /// What the compiler gets: the source, or for other files something that changes when they do.
    pub(crate) fn content(&self) -> Vec<u8> {
        self.source
            .as_ref()
            .map_or_else(|| format!("{:?}", self.stamp).into(), |source| source.to_vec())
    }
}

/// What changes when a file does.
type Stamp = (u64, Option<SystemTime>);

impl Folder {
    /// Finds the mini-program in `folder`: where the `app.json` is, or where the
    /// `project.config.json` says it is.
    ///
    /// # Errors
    ///
    /// Where there is none, with a sentence that says where one might be.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let shown = folder.display();
        let base = folder
            .canonicalize()
            .with_context(|| format!("the folder {shown} cannot be opened"))?;
        if !base.is_dir() {
            bail!("{shown} is a file; name the folder that app.json is in");
        }
        let name = base.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
        if base.join("app.json").is_file() {
            return Ok(Self { root: base.clone(), base, name });
        }
        if let Some(below) = configured_root(&base)? {
            let root = base.join(&below).canonicalize();
            let root = root.ok().filter(|root| root.starts_with(&base) && root.is_dir());
            let root = root.with_context(|| {
                format!("project.config.json in {shown} names \"{below}\" as miniprogramRoot, where no folder is")
            })?;
            if !root.join("app.json").is_file() {
                bail!(
                    "there is no app.json in {shown}/{below}, which project.config.json names as miniprogramRoot"
                );
            }
            return Ok(Self { root, base, name });
        }
        let near = neighbours(&base);
        let hint = if near.is_empty() {
            String::new()
        } else {
            format!("; there is one in {}", near.join(" and "))
        };
        bail!("there is no app.json in {shown}, so it is not a mini-program{hint}")
    }

    /// Where it is.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The settings in its `project.config.json`, as they are now.
    pub(crate) fn config(&self) -> Config {
        Config::read(&self.base)
    }

    /// The name of the folder that was asked for.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Reads all files; those that look as they did in `before` are not read again.
    ///
    /// # Errors
    ///
    /// Where the folder itself cannot be read.
    pub(crate) fn scan(&self, before: &Files) -> Result<Files> {
        let mut scan = Scan::new(&self.root, before);
        scan.folder(&self.root, "")
            .with_context(|| format!("the folder {}", self.root.display()))?;
        Ok(scan.found)
    }

    /// The sources of an npm package that is installed in the project, without those it depends on.
    pub(crate) fn package(&self, name: &str) -> Files {
        let none = Files::default();
        let places = self.root.ancestors().take_while(|place| place.starts_with(&self.base));
        let mut places = places.map(|place| place.join("node_modules").join(name));
        // A package of a workspace is a symbolic link; it may lead to anywhere in the project.
        let found = places.find_map(|place| place.canonicalize().ok());
        let Some(found) = found.filter(|found| is_plainly_in(&self.base, found)) else {
            return none;
        };
        let mut scan = Scan::new(&found, &none);
        let _ = scan.folder(&found, &format!("node_modules/{name}/"));
        scan.found.files.retain(|_, file| file.source.is_some());
        scan.found
    }

    /// Where the file `path` below the folder is, if it is one that may be served: not hidden, not
    /// of `node_modules`, and not reached by a symbolic link that leaves the folder or leads to
    /// something hidden in it.
    pub(crate) fn locate(&self, path: &str) -> Option<PathBuf> {
        let below = Path::new(path);
        let plain = |part: Component<'_>| match part {
            Component::Normal(name) => name.to_str().is_some_and(|name| !ignored(name)),
            _ => false,
        };
        if path.is_empty() || path.contains('\\') || !below.components().all(plain) {
            return None;
        }
        let file = self.root.join(below).canonicalize().ok()?;
        (is_plainly_in(&self.root, &file) && file.is_file()).then_some(file)
    }

    /// Where the file `path` is, below the folder that lies so many above this one: the source map of
    /// a script, which is read and not served.
    pub(crate) fn beside(&self, up: usize, path: &str) -> Option<PathBuf> {
        let above = self.root.ancestors().nth(up)?;
        let file = above.join(path).canonicalize().ok()?;
        (file.starts_with(above) && file.is_file()).then_some(file)
    }

    /// The path below the folder of a file that the operating system names, unless it is ignored.
    pub(crate) fn below(&self, file: &Path) -> Option<String> {
        let parts = file.strip_prefix(&self.root).ok()?.components();
        let parts: Option<Vec<_>> = parts.map(|part| part.as_os_str().to_str()).collect();
        let parts = parts?;
        (!parts.iter().any(|part| ignored(part))).then(|| parts.join("/"))
    }
}

/// Hidden files, which may hold secrets (`.env`) or are a tool's own (`.git`), and packages before
/// they are built into `miniprogram_npm`.
fn ignored(name: &str) -> bool {
    name.starts_with('.') || name == "node_modules"
}

/// Whether `target`, where symbolic links have led, is below `folder` and not hidden there.
///
/// The stores of package managers are hidden folders, but their packages are not:
/// `node_modules/.pnpm/NAME@1.0.0/node_modules/NAME`, which `node_modules/NAME` is a link to.
fn is_plainly_in(folder: &Path, target: &Path) -> bool {
    let Ok(below) = target.strip_prefix(folder) else { return false };
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.iter().enumerate().all(|(at, part)| {
        let is_store = at > 0
            && parts.get(at - 1).is_some_and(|before| before == "node_modules")
            && parts.iter().skip(at).any(|after| after == "node_modules");
        !part.starts_with('.') || is_store
    })
}

/// The `miniprogramRoot` of `project.config.json`, if there is such a file.
fn configured_root(base: &Path) -> Result<Option<String>> {
    let Ok(text) = fs::read_to_string(base.join("project.config.json")) else {
        return Ok(None);
    };
    let config: Value = serde_json::from_str(&text)
        .with_context(|| format!("{}/project.config.json", base.display()))?;
    Ok(config.get("miniprogramRoot").and_then(Value::as_str).map(str::to_owned))
}

/// Folders near `base` that have an `app.json`.
fn neighbours(base: &Path) -> Vec<String> {
    let mut near = Vec::new();
    let below = fs::read_dir(base).into_iter().flatten().flatten().map(|entry| entry.path());
    for folder in base.parent().map(Path::to_path_buf).into_iter().chain(below) {
        if folder.join("app.json").is_file() {
            near.push(folder.display().to_string());
        }
    }
    near.sort();
    near.truncate(3);
    near
}

struct Scan<'a> {
    root: &'a Path,
    before: &'a Files,
    found: Files,
    /// Folders that were entered through symbolic links, which may go round in circles.
    seen: BTreeSet<PathBuf>,
    /// Whether there were too many files.
    full: bool,
}

impl<'a> Scan<'a> {
    fn new(root: &'a Path, before: &'a Files) -> Self {
        Self { root, before, found: Files::default(), seen: BTreeSet::new(), full: false }
    }

    fn folder(&mut self, folder: &Path, path: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)?.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let shown = format!("{path}{}", name.to_string_lossy());
                self.refuse(&shown, "its name is not Unicode; pages cannot name it either");
                continue;
            };
            if ignored(name) {
                continue;
            }
            let below = format!("{path}{name}");
            self.entry(&entry.path(), &below);
        }
        Ok(())
    }

    fn entry(&mut self, file: &Path, below: &str) {
        // Unreadable or gone by now: the watcher says so when it is back.
        let Ok(metadata) = fs::symlink_metadata(file) else { return };
        if metadata.is_symlink() {
            match file.canonicalize() {
                Ok(target) if !target.starts_with(self.root) => {
                    self.refuse(below, "it is a symbolic link out of the folder");
                }
                Ok(target) if !is_plainly_in(self.root, &target) => {
                    self.refuse(below, "it is a symbolic link to a hidden file or folder");
                }
                Ok(target) if target.is_dir() => {
                    if self.seen.insert(target.clone()) {
                        let _ = self.folder(&target, &format!("{below}/"));
                    }
                }
                Ok(target) => {
                    if let Ok(metadata) = fs::metadata(&target) {
                        self.file(&target, below, &metadata);
                    }
                }
                Err(_) => self.refuse(below, "it is a symbolic link to nothing"),
            }
        } else if metadata.is_dir() {
            let _ = self.folder(file, &format!("{below}/"));
        } else if metadata.is_file() {
            self.file(file, below, &metadata);
        }
    }

    fn file(&mut self, file: &Path, below: &str, metadata: &Metadata) {
        if self.found.files.len() >= MOST_FILES {
            if !self.full {
                self.full = true;
                self.refuse(
                    below,
                    "there are more than 50,000 files; this one and others are left out",
                );
            }
            return;
        }
        let stamp = (metadata.len(), metadata.modified().ok());
        let extension = Path::new(below).extension().and_then(|extension| extension.to_str());
        let mut source = None;
        if extension.is_some_and(|extension| SOURCES.contains(&extension)) {
            let known = self.before.files.get(below).filter(|known| known.stamp == stamp);
            source = if let Some(known) = known {
                known.source.clone()
            } else if metadata.len() > LARGEST_SOURCE {
                self.refuse(below, "it is larger than 8 MB, too large for a source file");
                None
            } else {
                fs::read(file).ok().map(Arc::from)
            };
        }
        self.found.files.insert(below.to_owned(), File { source, stamp });
    }

    fn refuse(&mut self, path: &str, why: &'static str) {
        self.found.refused.push((path.to_owned(), why.to_owned()));
    }
}
