//! The browser that the desk opens in.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::machine::{Machine, read};
use super::{Finding, clip};

const NAME: &str = "Browser";

/// A kind of browser, and the oldest version that has what the simulator's pages use: `light-dark()` of
/// CSS, `popover` of HTML and `Set.isDisjointFrom` are the youngest of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Chromium,
    Firefox,
    Safari,
}

impl Engine {
    const fn oldest(self) -> (u32, u32) {
        match self {
            Self::Chromium => (123, 0),
            Self::Firefox => (127, 0),
            Self::Safari => (17, 5),
        }
    }

    const fn needed(self) -> &'static str {
        match self {
            Self::Chromium => "123 (Chrome, Chromium, Edge)",
            Self::Firefox => "127 (Firefox)",
            Self::Safari => "17.5 (Safari)",
        }
    }
}

/// Names of browsers on `PATH`.
const ON_PATH: [(&str, Engine); 13] = [
    ("chromium", Engine::Chromium),
    ("chromium-browser", Engine::Chromium),
    ("google-chrome", Engine::Chromium),
    ("google-chrome-stable", Engine::Chromium),
    ("chrome", Engine::Chromium),
    ("microsoft-edge", Engine::Chromium),
    ("microsoft-edge-stable", Engine::Chromium),
    ("msedge", Engine::Chromium),
    ("brave-browser", Engine::Chromium),
    ("vivaldi", Engine::Chromium),
    ("vivaldi-stable", Engine::Chromium),
    ("firefox", Engine::Firefox),
    ("firefox-esr", Engine::Firefox),
];
/// Applications of macOS.
const APPLICATIONS: [(&str, Engine); 5] = [
    ("Google Chrome", Engine::Chromium),
    ("Chromium", Engine::Chromium),
    ("Microsoft Edge", Engine::Chromium),
    ("Firefox", Engine::Firefox),
    ("Safari", Engine::Safari),
];
/// Folders of browsers on Windows, below those where programs are installed.
const FOLDERS: [(&str, &str, Engine); 4] = [
    ("Google Chrome", r"Google\Chrome\Application", Engine::Chromium),
    ("Chromium", r"Chromium\Application", Engine::Chromium),
    ("Microsoft Edge", r"Microsoft\Edge\Application", Engine::Chromium),
    ("Mozilla Firefox", "Mozilla Firefox", Engine::Firefox),
];
/// Where desktops describe their applications, below `/`.
const DESKTOPS: [&str; 4] = [
    "usr/share/applications",
    "usr/local/share/applications",
    "var/lib/snapd/desktop/applications",
    "var/lib/flatpak/exports/share/applications",
];

/// A browser that is installed.
#[derive(Debug)]
struct Browser {
    engine: Engine,
    /// Its name with its version, as far as that can be told.
    shown: String,
    version: Option<(u32, u32)>,
    path: PathBuf,
}

impl Browser {
    fn new(engine: Engine, shown: String, path: PathBuf) -> Self {
        let version = version(&shown);
        Self { engine, shown, version, path }
    }

    fn is_too_old(&self) -> bool {
        self.version.is_some_and(|version| version < self.engine.oldest())
    }
}

/// Looks for browsers, and which one opens.
pub(super) async fn look(machine: &Machine) -> Vec<Finding> {
    let (installed, default) = if cfg!(target_os = "macos") {
        (applications(machine).await, None)
    } else if cfg!(windows) {
        (folders(&windows_places()), None)
    } else {
        let installed = on_path(machine).await;
        let default = default(machine, &installed).await;
        (installed, default)
    };
    let mut findings = vec![judge(machine, &installed, default.as_ref())];
    if !cfg!(target_os = "macos") && !cfg!(windows) && machine.find("xdg-open").is_none() {
        findings.push(Finding::note(
            "Opening the browser",
            "there is no xdg-open, so no window opens by itself",
            "Open the address that the simulator prints, or install xdg-utils.",
        ));
    }
    findings
}

/// The browser that opens: the one at a place of the list, or one that is in no list.
enum Default {
    Known(usize),
    Other(String),
}

fn judge(machine: &Machine, installed: &[Browser], default: Option<&Default>) -> Finding {
    let list = |browsers: &mut dyn Iterator<Item = &Browser>| {
        let shown = |browser: &Browser| {
            format!("{} ({})", clip(&browser.shown), machine.shown(&browser.path))
        };
        browsers.map(shown).collect::<Vec<_>>().join(", ")
    };
    let young = || installed.iter().filter(|browser| !browser.is_too_old());
    match default {
        Some(Default::Other(name)) => {
            let found = format!("{} opens, whose version is not known", clip(name));
            Finding::note(NAME, found, oldest())
        }
        Some(Default::Known(at)) if let Some(opens) = installed.get(*at) => {
            let found = format!("{} opens", list(&mut [opens].into_iter()));
            if !opens.is_too_old() {
                return versioned(opens, found);
            }
            let found = format!("{found}, which is too old");
            if young().next().is_some() {
                let advice =
                    format!("Update it, or open the printed address in {}.", list(&mut young()));
                return Finding::warning(NAME, found, advice);
            }
            let advice =
                format!("Update it: the simulator needs version {}.", opens.engine.needed());
            Finding::error(NAME, found, advice)
        }
        _ => match installed {
            [] => Finding::warning(
                NAME,
                "none found on this machine",
                "Install Chromium or Chrome; or open the address that the simulator prints in a browser elsewhere, with --lan or a forwarded port.",
            ),
            [only] if only.is_too_old() => Finding::error(
                NAME,
                format!("{} is too old", list(&mut installed.iter())),
                format!("Update it: the simulator needs version {}.", only.engine.needed()),
            ),
            _ if young().next().is_none() => Finding::error(
                NAME,
                format!("{}: all too old", list(&mut installed.iter())),
                oldest(),
            ),
            _ => Finding::ok(
                NAME,
                format!("{}; the system's default one opens", list(&mut installed.iter())),
            ),
        },
    }
}

/// One that is new enough, or whose version nobody knows.
fn versioned(browser: &Browser, found: String) -> Finding {
    if browser.version.is_some() {
        return Finding::ok(NAME, found);
    }
    Finding::note(NAME, format!("{found}, which does not tell its version"), oldest())
}

fn oldest() -> String {
    let needed = [Engine::Chromium, Engine::Firefox, Engine::Safari].map(Engine::needed);
    format!("The simulator needs version {} or later.", needed.join(", "))
}

/// Browsers on `PATH`, one for each of their names.
async fn on_path(machine: &Machine) -> Vec<Browser> {
    let mut places = Vec::new();
    for (name, engine) in ON_PATH {
        let Some(path) = machine.find(name) else { continue };
        // Many are there by several names.
        let real = real(&path);
        if !places.iter().any(|(known, _, _)| *known == real) {
            places.push((real, path, engine));
        }
    }
    let ask = places.into_iter().map(|(_, path, engine)| of_program(machine, path, engine));
    futures_util::future::join_all(ask).await
}

/// Asks a browser for its version.
async fn of_program(machine: &Machine, path: PathBuf, engine: Engine) -> Browser {
    let line = machine.first_line(&path, &["--version".as_ref()]).await;
    let name = || path.file_name().unwrap_or(OsStr::new("browser")).to_string_lossy().into_owned();
    // What follows the version is of no use: `built on Debian GNU/Linux`.
    let shown = line.filter(|line| version(line).is_some()).map(|line| {
        let words: Vec<_> = line.split(' ').collect();
        let at = words.iter().position(|word| version(word).is_some()).unwrap_or_default();
        words.get(..=at).unwrap_or_default().join(" ")
    });
    Browser::new(engine, shown.unwrap_or_else(name), path)
}

/// The browser that `xdg-open` opens an address in.
async fn default(machine: &Machine, installed: &[Browser]) -> Option<Default> {
    let settings = machine.find("xdg-settings")?;
    let args = ["get", "default-web-browser"].map(OsStr::new);
    let desktop = machine.first_line(&settings, &args).await?;
    // It is the name of a file, and is used as one.
    let name = desktop.strip_suffix(".desktop").filter(|name| !name.contains(['/', '\\']))?;
    let own = machine.home.as_ref().map(|home| home.join(".local/share/applications"));
    let folders = own.into_iter().chain(DESKTOPS.map(|folder| machine.root.join(folder)));
    let entry = folders.filter_map(|folder| read(&folder.join(&desktop))).next();
    let program = entry.as_deref().and_then(program_of);
    let same = |browser: &Browser| {
        program.as_deref().is_some_and(|program| is_same(machine, &browser.path, program))
            || browser.path.file_name() == Some(OsStr::new(name))
    };
    let known = installed.iter().position(same).map(Default::Known);
    Some(known.unwrap_or_else(|| Default::Other(name.to_owned())))
}

/// Where symbolic links lead. All programs of snaps are links to one.
fn real(path: &Path) -> PathBuf {
    let real = path.canonicalize().ok();
    real.filter(|real| !real.ends_with("snap")).unwrap_or_else(|| path.to_owned())
}

/// Whether a program that a desktop entry names is this one: the same file, or another one of its name
/// that starts it.
fn is_same(machine: &Machine, path: &Path, program: &str) -> bool {
    let named = Path::new(program);
    let found = if named.is_absolute() { None } else { machine.find(program) };
    real(found.as_deref().unwrap_or(named)) == real(path) || named.file_name() == path.file_name()
}

/// The program that a desktop entry starts: its `Exec` key, without `env` and variables.
fn program_of(entry: &str) -> Option<String> {
    let line = entry.lines().find_map(|line| line.strip_prefix("Exec="))?;
    let mut words = line.split_whitespace().map(|word| word.trim_matches('"'));
    words.find(|word| *word != "env" && !word.contains('=')).map(str::to_owned)
}

/// Applications of macOS, with the versions in their `Info.plist`.
async fn applications(machine: &Machine) -> Vec<Browser> {
    let mut browsers = Vec::new();
    for (name, engine) in APPLICATIONS {
        let path = machine.root.join(format!("Applications/{name}.app"));
        if !path.is_dir() {
            continue;
        }
        let info = path.join("Contents/Info");
        let args = ["read".as_ref(), info.as_os_str(), "CFBundleShortVersionString".as_ref()];
        let version = machine.first_line(Path::new("defaults"), &args).await.unwrap_or_default();
        browsers.push(Browser::new(engine, format!("{name} {version}").trim().to_owned(), path));
    }
    browsers
}

fn windows_places() -> Vec<PathBuf> {
    let names = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];
    names.into_iter().filter_map(std::env::var_os).map(PathBuf::from).collect()
}

/// Browsers in folders of Windows. They are not started: there, `--version` opens a window.
fn folders(places: &[PathBuf]) -> Vec<Browser> {
    let mut browsers = Vec::new();
    for (name, below, engine) in FOLDERS {
        let found = places.iter().map(|place| place.join(below)).find(|path| path.is_dir());
        let Some(path) = found else { continue };
        let version = match engine {
            // Each version has a folder with its number.
            Engine::Chromium => std::fs::read_dir(&path)
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|entry| entry.file_name().into_string().ok())
                .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
                .max_by_key(|name| version(name)),
            _ => read(&path.join("application.ini")).and_then(|text| {
                text.lines().find_map(|line| line.strip_prefix("Version=").map(str::to_owned))
            }),
        };
        let shown = format!("{name} {}", version.unwrap_or_default()).trim().to_owned();
        browsers.push(Browser::new(engine, shown, path));
    }
    browsers
}

/// The first two numbers of the first word that begins with a digit.
fn version(text: &str) -> Option<(u32, u32)> {
    let word =
        text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut numbers = word.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    let major = numbers.next()?.ok()?;
    Some((major, numbers.next().and_then(Result::ok).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::machine::made::Made;

    #[test]
    fn versions_are_read_from_what_browsers_print() {
        assert_eq!(version("Chromium 156.0.8078.108 built on Debian"), Some((156, 0)));
        assert_eq!(version("Mozilla Firefox 153.8.0esr"), Some((153, 8)));
        assert_eq!(version("Safari 17.5"), Some((17, 5)));
        assert_eq!(version("9"), Some((9, 0)));
        assert_eq!(version("no number"), None);
        assert_eq!(version("99999999999999999999.1"), None);
    }

    #[test]
    fn a_desktop_entry_names_its_program() {
        let program = |line: &str| program_of(&format!("[Desktop Entry]\nName=x\n{line}\n"));
        assert_eq!(program("Exec=/usr/bin/chromium %U").as_deref(), Some("/usr/bin/chromium"));
        assert_eq!(
            program("Exec=env BAMF=1 A=b \"/snap/bin/firefox\" %u").as_deref(),
            Some("/snap/bin/firefox")
        );
        assert_eq!(program("TryExec=x"), None);
    }

    #[test]
    fn browsers_of_windows_tell_their_versions_by_files() {
        let made = Made::new();
        made.write("Google/Chrome/Application/99.0.1.2/x", "");
        made.write("Google/Chrome/Application/123.0.1.2/x", "");
        made.write("Google/Chrome/Application/SetupMetrics/x", "");
        made.write("Mozilla Firefox/application.ini", "[App]\nVersion=124.0.1\n");
        // Their folders are written with backslashes.
        let found = folders(&[made.folder.path().to_owned()]);
        let shown: Vec<_> = found.iter().map(|browser| browser.shown.as_str()).collect();
        let expected: &[&str] = if cfg!(windows) {
            &["Google Chrome 123.0.1.2", "Mozilla Firefox 124.0.1"]
        } else {
            &["Mozilla Firefox 124.0.1"]
        };
        assert_eq!(shown, expected);
        assert!(found.last().unwrap().is_too_old());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn browsers_of_snaps_are_links_to_one_program_and_two_browsers() {
        let made = Made::new();
        made.program(
            "snap",
            "case $0 in *chromium) echo Chromium 150.0;; *) echo Firefox 150.0;; esac",
        );
        for name in ["chromium", "firefox"] {
            let bin = made.folder.path().join("bin");
            std::os::unix::fs::symlink(bin.join("snap"), bin.join(name)).unwrap();
        }
        let found = look(&made.machine).await.remove(0).found;
        assert!(found.contains("Chromium 150.0 (") && found.contains("Firefox 150.0 ("), "{found}");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_browser_that_opens_is_found_and_its_age_is_told() {
        use crate::doctor::Status;

        let made = Made::new();
        let finding = async || look(&made.machine).await.remove(0);
        assert_eq!(finding().await.status, Status::Warning);
        made.program("firefox", "echo Mozilla Firefox 153.8.0esr");
        let only = finding().await;
        assert_eq!(only.status, Status::Ok);
        assert!(only.found.starts_with("Mozilla Firefox 153.8.0esr ("), "{only:?}");
        // Another one opens, which is too old.
        made.program("chromium", "echo Chromium 90.0.1 built on Debian");
        made.program("xdg-settings", "echo web.desktop");
        let program = made.folder.path().join("bin/chromium").display().to_string();
        made.write("usr/share/applications/web.desktop", &format!("Exec={program} %U\n"));
        let old = finding().await;
        assert_eq!(old.status, Status::Warning);
        assert!(old.found.starts_with("Chromium 90.0.1 ("), "{old:?}");
        assert!(old.found.ends_with(" opens, which is too old"), "{old:?}");
        assert!(old.advice.unwrap().contains("in Mozilla Firefox 153.8.0esr ("));
        // It is the only one.
        std::fs::remove_file(made.folder.path().join("bin/firefox")).unwrap();
        let alone = finding().await;
        assert_eq!(alone.status, Status::Error);
        assert!(alone.advice.unwrap().contains("needs version 123"));
        made.program("chromium", "echo Chromium 123.0.1");
        assert_eq!(finding().await.status, Status::Ok);
        made.program("chromium", "exit 1");
        assert_eq!(finding().await.status, Status::Note);
        made.program("xdg-settings", "echo ../../evil.desktop");
        assert_eq!(finding().await.status, Status::Ok);
        // A snap's own program, which is not on PATH.
        made.write("usr/share/applications/snap.desktop", "Exec=env A=b /snap/bin/firefox %u\n");
        made.program("firefox", "echo Mozilla Firefox 153.8.0esr");
        made.program("xdg-settings", "echo snap.desktop");
        assert!(finding().await.found.starts_with("Mozilla Firefox 153.8.0esr ("));
        made.program("xdg-settings", "echo org.epiphany.desktop");
        assert!(finding().await.found.starts_with("org.epiphany opens"));
    }
}
