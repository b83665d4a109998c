//! The command line of `tt-sim`.

use std::env;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};

/// What `tt-sim --help` prints; `cargo xtask sim --help` prints it too.
pub const HELP: &str = concat!(
    "Runs a Douyin mini-program's folder, as it is, on phones in a browser window.\n\n",
    "Usage: tt-sim FOLDER [OPTIONS]\n\n",
    include_str!("help.txt"),
);

/// How many phones one window may start with.
const MOST_PHONES: u32 = 16;

/// What names below `localhost` mean.
const LOCALHOST: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// What the command line asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The mini-program, or a folder with its `project.config.json`.
    pub folder: PathBuf,
    /// How many phones the desk starts with.
    pub phones: u32,
    /// `PAGE?QUERY`; empty for the first page of `app.json`.
    pub path: String,
    /// The file whose answers stand in for servers.
    pub mock: Option<PathBuf>,
    /// The first port that is tried.
    pub port: u16,
    /// Where to listen: for others with `lan`, else for this machine.
    pub host: IpAddr,
    /// Whether others in the local network may come, by HTTPS and at a port of their own.
    pub lan: bool,
    /// Apps whose tokens are checked, and their keys.
    pub app_keys: Vec<(String, String)>,
    /// Hosts that pages may send requests to where `urlCheck` holds them to it.
    pub domains: Vec<String>,
    /// Whether a browser window is opened.
    pub open: bool,
    /// The built pages of the desk and the phone.
    pub www: PathBuf,
    /// The npm package of the call library.
    pub pkg: PathBuf,
}

impl Options {
    /// What a command line with nothing but `folder` asks for.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let workspace = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
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
            open: env::var_os("CI").is_none(),
            www: workspace.join("target/xtask/www"),
            pkg: workspace.join("pkg"),
        }
    }

    /// Reads a command line; nothing where it asks for help.
    ///
    /// `--www FOLDER` and `--pkg FOLDER` are for `cargo xtask sim`, which knows where it has put them.
    ///
    /// # Errors
    ///
    /// In words for whoever typed it.
    pub fn parse(mut args: Parser) -> Result<Option<Self>> {
        let mut options = Self::new("");
        let mut folder = None;
        let mut host = None;
        while let Some(arg) = args.next()? {
            match arg {
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                Arg::Long("phones") => options.phones = args.value()?.parse()?,
                Arg::Long("path") => options.path = args.value()?.string()?,
                Arg::Long("mock") => options.mock = Some(args.value()?.into()),
                Arg::Long("port") => options.port = args.value()?.parse()?,
                Arg::Long("host") => host = Some(args.value()?.parse()?),
                Arg::Long("lan") => options.lan = true,
                Arg::Long("app-key") => options.app_keys.push(app_key(&args.value()?.string()?)?),
                Arg::Long("domain") => options.domains.push(domain(&args.value()?.string()?)?),
                Arg::Long("no-open") => options.open = false,
                Arg::Long("www") => options.www = args.value()?.into(),
                Arg::Long("pkg") => options.pkg = args.value()?.into(),
                Arg::Value(value) if folder.is_none() => folder = Some(PathBuf::from(value)),
                other => return Err(other.unexpected().into()),
            }
        }
        if !(1..=MOST_PHONES).contains(&options.phones) {
            bail!("--phones takes 1 to {MOST_PHONES}, not {}", options.phones);
        }
        options.folder = folder.context("which mini-program? `tt-sim FOLDER`")?;
        options.mock = options.mock.or_else(|| own_mock(&options.folder));
        if host.is_some_and(|host: IpAddr| host.is_loopback() && !LOCALHOST.contains(&host)) {
            bail!("--host: phones are at names of 127.0.0.1 and ::1 only");
        }
        let everywhere = Ipv4Addr::UNSPECIFIED.into();
        options.host = host.unwrap_or(if options.lan { everywhere } else { options.host });
        // Whoever reaches it reads the project: others need an invitation.
        options.lan |= !options.host.is_loopback();
        Ok(Some(options))
    }
}

/// The mock file of a project. A symbolic link out of the folder is none: the project may be a
/// stranger's, who would choose what is read.
fn own_mock(folder: &Path) -> Option<PathBuf> {
    let mock = folder.join("mock.json");
    let inside = mock.canonicalize().ok()?.starts_with(folder.canonicalize().ok()?);
    (inside && mock.is_file()).then_some(mock)
}

fn app_key(value: &str) -> Result<(String, String)> {
    match value.split_once('=') {
        Some((app, key)) if !app.is_empty() && !key.is_empty() => Ok((app.into(), key.into())),
        _ => bail!("--app-key takes APPID=KEY"),
    }
}

/// A host as the platform's console lists it: with its scheme or without, in lower case.
fn domain(value: &str) -> Result<String> {
    let host = value.rsplit_once("://").map_or(value, |(_scheme, host)| host);
    let host = host.trim_end_matches('/').to_ascii_lowercase();
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
        bail!("--domain takes a host such as api.example.com, not `{value}`");
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(args: &[&str]) -> Result<Option<Options>, String> {
        let args = ["tt-sim"].iter().chain(args).copied();
        Options::parse(lexopt::Parser::from_iter(args)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_folder_is_enough() {
        let options = parse(&["app"]).unwrap().unwrap();
        assert_eq!((options.phones, options.port), (2, 8090));
        assert!(options.host.is_loopback());
    }

    #[test]
    fn a_mock_file_of_the_project_is_taken_unless_another_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let folder_name = folder.path().to_str().unwrap();
        assert_eq!(parse(&[folder_name]).unwrap().unwrap().mock, None);
        let mock = folder.path().join("mock.json");
        std::fs::write(&mock, "[]").unwrap();
        assert_eq!(parse(&[folder_name]).unwrap().unwrap().mock, Some(mock));
        let named = parse(&[folder_name, "--mock", "other.json"]).unwrap().unwrap();
        assert_eq!(named.mock, Some("other.json".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_mock_file_of_the_project_is_in_the_project() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(other.path().join("mock.json"), "[]").unwrap();
        let link = folder.path().join("mock.json");
        std::os::unix::fs::symlink(other.path().join("mock.json"), link).unwrap();
        assert_eq!(parse(&[folder.path().to_str().unwrap()]).unwrap().unwrap().mock, None);
    }

    #[test]
    fn lan_listens_everywhere_unless_an_address_is_named() {
        let host = |args: &[&str]| parse(args).unwrap().unwrap().host.to_string();
        assert_eq!(host(&["app", "--lan"]), "0.0.0.0");
        assert_eq!(host(&["app", "--lan", "--host", "10.0.0.7"]), "10.0.0.7");
    }

    #[test]
    fn others_need_an_invitation_wherever_they_can_reach_it() {
        let lan = |args: &[&str]| parse(args).unwrap().unwrap().lan;
        assert!(lan(&["app", "--host", "10.0.0.7"]));
        assert!(lan(&["app", "--host", "0.0.0.0"]));
        assert!(lan(&["app", "--host", "::"]));
        assert!(!lan(&["app", "--host", "::1"]));
        assert!(!lan(&["app"]));
    }

    #[test]
    fn domains_are_hosts() {
        let args = ["app", "--domain", "A.example.com", "--domain", "wss://b.example.com:8443/"];
        let options = parse(&args).unwrap().unwrap();
        assert_eq!(options.domains, ["a.example.com", "b.example.com:8443"]);
    }

    #[test]
    fn mistakes_are_answered_in_words() {
        assert!(parse(&[]).unwrap_err().contains("which mini-program?"));
        assert!(parse(&["app", "--phones", "0"]).unwrap_err().contains("1 to 16"));
        assert!(parse(&["app", "--app-key", "tt1"]).unwrap_err().contains("APPID=KEY"));
        assert!(parse(&["app", "--domain", "a.com/b"]).unwrap_err().contains("api.example.com"));
        assert!(parse(&["app", "--host", "127.0.0.2"]).unwrap_err().contains("127.0.0.1 and ::1"));
        assert!(parse(&["app", "--prot", "1"]).unwrap_err().contains("--prot"));
        assert!(parse(&["--help"]).unwrap().is_none());
    }
}
