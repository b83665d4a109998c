//! The command line of the simulator.

use std::env;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::ArgPredicate;
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};

use crate::pages::Pages;

/// How many phones one window may start with.
pub(crate) const MOST_PHONES: i64 = 16;

/// What names below `localhost` mean.
const LOCALHOST: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// What stands below the options in `--help`: the form of a mock file, and what others may use.
pub const MORE_HELP: &str = include_str!("help.txt");

/// What the command line asks for.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The folder with the app.json, or with a project.config.json that says where that is. Changes to
    /// its files show at once. Nothing outside of it is read or served, and nothing in it is written
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// How many phones to show
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=MOST_PHONES))]
    pub phones: u32,
    /// The page they open, instead of the first one of app.json
    #[arg(long, value_name = "PAGE?QUERY", default_value = "", hide_default_value = true)]
    pub path: String,
    /// Answers requests of the pages; read again when it changes. Without it, FOLDER/mock.json does so
    /// where it is there
    #[arg(long, value_name = "FILE")]
    pub mock: Option<PathBuf>,
    /// Where to listen; if that is in use, at the next free port
    #[arg(long, value_name = "N", default_value_t = 8090)]
    pub port: u16,
    /// The address to listen at; any other than a loopback address means --lan, for which it is
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", default_value_if("lan", ArgPredicate::IsPresent, "0.0.0.0"), value_parser = host)]
    pub host: IpAddr,
    /// Listens to the local network, too, at the next port and with a certificate made for it, and
    /// prints a QR code for phones. Requests of pages on other machines reach the internet only,
    /// nothing of this machine or the local network. They get what a phone runs (compiled scripts,
    /// pictures, sounds, fonts, data), no sources and no tokens
    #[arg(long)]
    pub lan: bool,
    /// Checks the tokens of this app as in earnest, and signs them for the desk; may be given several
    /// times
    #[arg(long = "app-key", value_name = "APPID=KEY", value_parser = app_key)]
    pub app_keys: Vec<(String, String)>,
    /// A host that pages may send requests to, where urlCheck of project.config.json is on; may be
    /// given several times. Without it, all hosts with https
    #[arg(long = "domain", value_name = "HOST", value_parser = domain)]
    pub domains: Vec<String>,
    /// Opens no browser window (neither is one opened when CI is set)
    #[arg(long)]
    pub no_open: bool,
    /// A folder with other pages of the simulator than those in the program: for its developers
    #[arg(long, hide = true, value_name = "FOLDER")]
    pub pages: Option<PathBuf>,
    /// Where the certificate of --lan is kept
    #[arg(skip = data_folder())]
    pub data: Option<PathBuf>,
}

impl Options {
    /// What a command line with nothing but `folder` asks for.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            phones: 2,
            path: String::new(),
            mock: None,
            port: 8090,
            host: Ipv4Addr::LOCALHOST.into(),
            lan: false,
            app_keys: Vec::new(),
            domains: Vec::new(),
            no_open: false,
            pages: None,
            data: data_folder(),
        }
    }

    /// The simulator's pages.
    pub(crate) fn pages(&self) -> Pages {
        Pages(self.pages.clone())
    }

    /// Whether a browser window is to be opened.
    pub(crate) fn open(&self) -> bool {
        !self.no_open && env::var_os("CI").is_none()
    }

    /// Whether others in the local network may come, by HTTPS and at a port of their own: who asks for
    /// more than loopback reads the project, so they need an invitation.
    pub(crate) fn is_lan(&self) -> bool {
        self.lan || !self.host.is_loopback()
    }

    /// The file whose answers stand in for servers.
    pub(crate) fn mock(&self) -> Option<PathBuf> {
        self.mock.clone().or_else(|| own_mock(&self.folder))
    }
}

/// The mock file of a project. A symbolic link out of the folder is none: the project may be a
/// stranger's, who would choose what is read.
pub(crate) fn own_mock(folder: &Path) -> Option<PathBuf> {
    let mock = folder.join("mock.json");
    let inside = mock.canonicalize().ok()?.starts_with(folder.canonicalize().ok()?);
    (inside && mock.is_file()).then_some(mock)
}

/// Where programs keep such things. `None` where there is no home.
fn data_folder() -> Option<PathBuf> {
    let names = AppStrategyArgs { app_name: "tt-rtc-sim".to_owned(), ..AppStrategyArgs::default() };
    choose_app_strategy(names).ok().map(|folders| folders.data_dir())
}

fn host(value: &str) -> Result<IpAddr> {
    let host: IpAddr = value.parse()?;
    if host.is_loopback() && !LOCALHOST.contains(&host) {
        bail!("phones are at names of 127.0.0.1 and ::1 only");
    }
    Ok(host)
}

fn app_key(value: &str) -> Result<(String, String)> {
    match value.split_once('=') {
        Some((app, key)) if !app.is_empty() && !key.is_empty() => Ok((app.into(), key.into())),
        _ => bail!("it takes APPID=KEY"),
    }
}

/// A host as the platform's console lists it: with its scheme or without, in lower case.
fn domain(value: &str) -> Result<String> {
    let host = value.rsplit_once("://").map_or(value, |(_scheme, host)| host);
    let host = host.trim_end_matches('/').to_ascii_lowercase();
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
        bail!("it takes a host such as api.example.com");
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::Options;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn parse(args: &[&str]) -> Result<Options, String> {
        let args = ["tt-rtc-sim"].iter().chain(args);
        Line::try_parse_from(args).map(|line| line.options).map_err(|error| error.to_string())
    }

    #[test]
    fn the_folder_is_the_one_that_one_is_in_and_nothing_else_is_needed() {
        let options = parse(&[]).unwrap();
        assert_eq!(options.folder.to_str(), Some("."));
        assert_eq!((options.phones, options.port), (2, 8090));
        assert!(options.host.is_loopback() && !options.is_lan());
        let same = Options { data: None, ..Options::new(".") };
        assert_eq!(format!("{:?}", Options { data: None, ..options }), format!("{same:?}"));
    }

    #[test]
    fn a_mock_file_of_the_project_is_taken_unless_another_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let folder_name = folder.path().to_str().unwrap();
        assert_eq!(parse(&[folder_name]).unwrap().mock(), None);
        let mock = folder.path().join("mock.json");
        std::fs::write(&mock, "[]").unwrap();
        assert_eq!(parse(&[folder_name]).unwrap().mock(), Some(mock));
        let named = parse(&[folder_name, "--mock", "other.json"]).unwrap();
        assert_eq!(named.mock(), Some("other.json".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_mock_file_of_the_project_is_in_the_project() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(other.path().join("mock.json"), "[]").unwrap();
        let link = folder.path().join("mock.json");
        std::os::unix::fs::symlink(other.path().join("mock.json"), link).unwrap();
        assert_eq!(parse(&[folder.path().to_str().unwrap()]).unwrap().mock(), None);
    }

    #[test]
    fn lan_listens_everywhere_unless_an_address_is_named() {
        let host = |args: &[&str]| parse(args).unwrap().host.to_string();
        assert_eq!(host(&["app", "--lan"]), "0.0.0.0");
        assert_eq!(host(&["app", "--lan", "--host", "10.0.0.7"]), "10.0.0.7");
    }

    #[test]
    fn others_need_an_invitation_wherever_they_can_reach_it() {
        let lan = |args: &[&str]| parse(args).unwrap().is_lan();
        assert!(lan(&["app", "--host", "10.0.0.7"]));
        assert!(lan(&["app", "--host", "0.0.0.0"]));
        assert!(lan(&["app", "--host", "::"]));
        assert!(!lan(&["app", "--host", "::1"]));
        assert!(!lan(&["app"]));
    }

    #[test]
    fn domains_are_hosts() {
        let args = ["app", "--domain", "A.example.com", "--domain", "wss://b.example.com:8443/"];
        assert_eq!(parse(&args).unwrap().domains, ["a.example.com", "b.example.com:8443"]);
    }

    #[test]
    fn mistakes_are_answered_in_words() {
        let error = |args: &[&str]| parse(args).unwrap_err();
        assert!(error(&["app", "--phones", "0"]).contains("1..=16"));
        assert!(error(&["app", "--app-key", "tt1"]).contains("APPID=KEY"));
        assert!(error(&["app", "--domain", "a.com/b"]).contains("api.example.com"));
        assert!(error(&["app", "--host", "127.0.0.2"]).contains("127.0.0.1 and ::1"));
        assert!(error(&["app", "--prot", "1"]).contains("--port"));
    }
}
