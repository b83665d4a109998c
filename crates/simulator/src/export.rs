//! `tt-rtc-sim export`: a mini-program on its phones, as files that any web server shows.
//!
//! They have the paths that the development server gives them (`www/shared/project.ts`), with the desk
//! on top, below whatever folder they are put in (`www/shared/site.ts`). What only a server can do is
//! not there: broken networks, tokens, sources, a change that shows at once; requests of pages go out
//! by the browser itself.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use tt_miniprogram::Severity;
use url::Url;

use crate::folder::Folder;
use crate::guests;
use crate::mock::Mocks;
use crate::options::{MOST_PHONES, own_mock};
use crate::pages::Pages;
use crate::project::{Project, Served};
use crate::report::{self, plural, size};
use crate::server::Settings;
use crate::terminal::say;

/// What an export can be told by: the next one replaces it.
const MARK: &str = ".tt-rtc-export";
/// Files of the pages that no browser loads: for who works on them, and for the compiler.
const NOT_SHOWN: [&str; 2] = [".map", ".mjs"];
const COMPILERS: &str = "less/";
/// The notices of what is in the pages and the library.
const NOTICES: &str = include_str!("../THIRD-PARTY.txt");

/// Writes a mini-program and its phones as files that any web server shows, in a call with each other
#[derive(Args, Debug)]
pub struct Export {
    /// Where to write them: a folder that is not there or is empty, or an earlier export, which is
    /// replaced
    out: PathBuf,
    /// The folder with the app.json, or with a project.config.json that says where that is
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// How many phones to show
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=MOST_PHONES))]
    phones: u32,
    /// The page they open, instead of the first one of app.json
    #[arg(long, value_name = "PAGE?QUERY", default_value = "", hide_default_value = true)]
    path: String,
    /// Answers requests of the pages. Without it, FOLDER/mock.json does so where it is there
    #[arg(long, value_name = "FILE")]
    mock: Option<PathBuf>,
    /// The wss:// address of a tt-rtc-server, where calls meet from all machines. Without it, the phones
    /// of one browser call each other
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    signaling: Option<Url>,
}

impl Export {
    /// Runs it. The status is a failure where the mini-program has errors, which are printed; then
    /// nothing is written.
    ///
    /// # Errors
    ///
    /// Where there is no mini-program, or the files cannot be written.
    pub fn run(self) -> Result<ExitCode> {
        if !Pages(None).are_built() {
            bail!("the simulator's pages are not built; `cargo xtask build` builds them");
        }
        let folder = Folder::open(&self.folder)?;
        let place = Place::new(&self.out, &folder)?;
        let project = Project::open(folder, Vec::new())?;
        let manifest = project.manifest();
        for problem in &manifest.problems {
            report::describe(problem).iter().for_each(say);
        }
        if manifest.problems.iter().any(|problem| problem.severity == Severity::Error) {
            say("Nothing was written: a mini-program with errors is not exported.");
            return Ok(ExitCode::FAILURE);
        }
        let mut site = Site { root: place.next.clone(), files: 0, bytes: 0 };
        if let Err(error) = self.write(&project, &mut site) {
            // The error that counts is the first one.
            let _ = place.clear();
            return Err(error);
        }
        place.replace()?;
        let (files, bytes) = (plural(site.files, "file"), size(site.bytes));
        say(format_args!("Wrote {files}, {bytes}, to {}", self.out.display()));
        say(
            "Any web server shows them, in any folder, by https or at localhost: elsewhere browsers \
             give no camera. At phone/?user=NAME there is one phone alone.",
        );
        Ok(ExitCode::SUCCESS)
    }

    fn write(&self, project: &Project, site: &mut Site) -> Result<()> {
        for (path, file) in Pages::built() {
            let is_shown = !NOT_SHOWN.iter().any(|end| path.ends_with(end));
            if is_shown && !path.starts_with(COMPILERS) {
                site.add(path.strip_prefix("desk/").unwrap_or(&path), &file.data)?;
            }
        }
        site.add("THIRD-PARTY.txt", NOTICES.as_bytes())?;
        // GitHub's pages leave out names that begin with `_` otherwise.
        site.add(".nojekyll", b"")?;
        site.add(MARK, b"tt-rtc-sim export writes this folder, and replaces all of it.\n")?;

        let folder = project.folder();
        let mut served =
            Served { manifest: (*project.manifest()).clone(), settings: project.settings() };
        // They were printed; and the same project has the same name wherever it is exported.
        served.manifest.problems.clear();
        served.settings.project = folder.config().project_id(Path::new(folder.name()));
        let name = folder.name().to_owned();
        site.add_json(
            "settings.json",
            &Settings {
                app_name: project.title().unwrap_or_else(|| name.clone()),
                folder: name,
                project: served.settings.project.clone(),
                phones: self.phones,
                path: self.path.clone(),
                signaling: self.signaling.as_ref().map_or("local".to_owned(), Url::to_string),
                ..Settings::default()
            },
        )?;
        site.add_json("app/manifest.json", &served)?;
        let mocks = match self.mock.clone().or_else(|| own_mock(&self.folder)) {
            Some(file) => Mocks::read(&file).and_then(|_| Ok(fs::read(file)?))?,
            None => b"[]".to_vec(),
        };
        site.add("app/mock.json", &mocks)?;
        project.compiled(|compiler| add_compiled(compiler, site))?;
        for (path, _) in project.sizes() {
            let Some(file) = folder.locate(&path) else { continue };
            if guests::may_read(folder, &path, &file) {
                let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
                site.add(&format!("app/file/{path}"), &bytes)?;
            }
        }
        Ok(())
    }
}

/// Scripts, templates and style sheets.
fn add_compiled(compiler: &tt_miniprogram::Project, site: &mut Site) -> Result<()> {
    let manifest = compiler.manifest();
    let mut add = |kind: &str, name: &str, extension: &str, text: Option<String>| match text {
        Some(text) => site.add(&format!("app/{kind}/{name}.{extension}"), text.as_bytes()),
        None => Ok(()),
    };
    for path in manifest.modules.keys() {
        add("module", path, "js", compiler.module(path))?;
    }
    add("style", "app", "css", compiler.style("app"))?;
    for (name, entry) in &manifest.components {
        if entry.template {
            add("template", name, "js", compiler.template(name))?;
        }
        if entry.style {
            add("style", name, "css", compiler.style(name))?;
            add("shared-style", name, "css", compiler.shared_style(name))?;
        }
    }
    Ok(())
}

/// Where an export goes: it is written beside its place, so that it is there whole or not at all.
struct Place {
    out: PathBuf,
    next: PathBuf,
    last: PathBuf,
}

impl Place {
    /// # Errors
    ///
    /// Where something else would be lost, or the mini-program would contain its export.
    fn new(out: &Path, folder: &Folder) -> Result<Self> {
        let shown = out.display();
        let out = std::path::absolute(out)?;
        let (Some(above), Some(name)) = (out.parent(), out.file_name()) else {
            bail!("{shown} cannot be replaced; name a folder in it");
        };
        fs::create_dir_all(above).with_context(|| format!("{} cannot be made", above.display()))?;
        let above = above.canonicalize()?;
        let out = above.join(name);
        if out.starts_with(folder.root()) || folder.root().starts_with(&out) {
            bail!(
                "{shown} would be in the mini-program's folder, or around it; name one beside it, such as ../{}-export",
                folder.name()
            );
        }
        match fs::read_dir(&out) {
            Ok(mut files) => {
                if files.next().is_some() && !out.join(MARK).is_file() {
                    bail!("{shown} has files that are no export; name another folder, or empty it");
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| shown.to_string()),
        }
        let beside = |end: &str| above.join(format!(".{}.{end}", name.to_string_lossy()));
        let place = Self { next: beside("next"), last: beside("last"), out };
        place.clear()?;
        Ok(place)
    }

    /// Removes what an export left that was stopped.
    fn clear(&self) -> Result<()> {
        for folder in [&self.next, &self.last] {
            match fs::remove_dir_all(folder) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| folder.display().to_string());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts the new export in the place of an earlier one.
    fn replace(&self) -> Result<()> {
        let shown = self.out.display();
        let had_last = self.out.exists();
        if had_last {
            fs::rename(&self.out, &self.last).with_context(|| shown.to_string())?;
        }
        if let Err(error) = fs::rename(&self.next, &self.out) {
            if had_last {
                // The error is the first one.
                let _ = fs::rename(&self.last, &self.out);
            }
            return Err(error).with_context(|| shown.to_string());
        }
        self.clear()
    }
}

/// The files of an export.
struct Site {
    root: PathBuf,
    files: usize,
    bytes: u64,
}

impl Site {
    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let file = self.root.join(path);
        let write = || {
            fs::create_dir_all(file.parent().unwrap_or(&self.root))?;
            fs::write(&file, bytes)
        };
        write().with_context(|| file.display().to_string())?;
        self.files += 1;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn add_json(&mut self, path: &str, value: &impl Serialize) -> Result<()> {
        self.add(path, &serde_json::to_vec(value)?)
    }
}

fn address(value: &str) -> Result<Url> {
    let address: Url = value.parse()?;
    if !matches!(address.scheme(), "ws" | "wss") {
        bail!("it takes an address such as wss://rtc.example.com/rtc");
    }
    Ok(address)
}
