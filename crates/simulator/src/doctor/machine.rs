//! What is around the program: files, environment and other programs. Tests put others in their place.

use std::env;
use std::ffi::{OsStr, OsString};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::clip;
use crate::lan;

/// How much of what a program prints is read, in bytes: its first lines.
const MOST_OUTPUT: u64 = 4096;

/// How much of a text file is read, in bytes.
const MOST_TEXT: u64 = 256 << 10;

/// A machine.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// The folder that the paths of the system are below: `/`.
    pub(super) root: PathBuf,
    /// Where programs are: `PATH`.
    pub(super) path: Option<OsString>,
    /// The home folder of the user.
    pub(super) home: Option<PathBuf>,
    /// The browser for tests that `TT_RTC_CHROMIUM` names.
    pub(super) chromium: Option<PathBuf>,
    /// The folder of the certificate.
    pub(super) data: Option<PathBuf>,
    /// The addresses of the network interfaces.
    pub(super) addresses: Vec<IpAddr>,
    /// How long one thing may take to look at.
    pub(super) limit: Duration,
}

impl Machine {
    /// This machine.
    pub(super) fn here(data: Option<PathBuf>, limit: Duration) -> Self {
        Self {
            root: PathBuf::from("/"),
            path: env::var_os("PATH"),
            home: env::home_dir(),
            chromium: env::var_os("TT_RTC_CHROMIUM").map(PathBuf::from),
            data,
            addresses: lan::own_addresses(),
            limit,
        }
    }

    /// The first program of this name on `PATH`.
    pub(super) fn find(&self, name: &str) -> Option<PathBuf> {
        let folders = env::split_paths(self.path.as_ref()?);
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        folders.map(|folder| folder.join(&file)).find(|file| is_program(file))
    }

    /// The first line that a program prints on standard output. `None` if it cannot be started, fails,
    /// prints nothing, or takes too long; it is ended then.
    pub(super) async fn first_line(&self, program: &Path, args: &[&OsStr]) -> Option<String> {
        let text = self.output(program, args).await?;
        let line = text.lines().find(|line| !line.trim().is_empty())?;
        Some(line.trim().to_owned())
    }

    /// The beginning of what a program prints on standard output; `None` as of [`Self::first_line`].
    pub(super) async fn output(&self, program: &Path, args: &[&OsStr]) -> Option<String> {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        let mut child = command.kill_on_drop(true).spawn().ok()?;
        let mut output = child.stdout.take()?.take(MOST_OUTPUT);
        let read = async {
            let mut text = Vec::new();
            output.read_to_end(&mut text).await.ok()?;
            // One that prints more than that waits for a reader that does not come.
            let is_all = text.len() < usize::try_from(MOST_OUTPUT).ok()?;
            (!is_all || child.wait().await.ok()?.success()).then_some(text)
        };
        // The future with the child in it is dropped with the time limit, and ends it.
        let text = tokio::time::timeout(self.limit, read).await.ok()??;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    /// The text of a file of the system.
    pub(super) fn read(&self, path: &str) -> Option<String> {
        read(&self.root.join(path))
    }

    /// A path for people: the home folder, which has the user's name in it, is `~`.
    pub(super) fn shown(&self, path: &Path) -> String {
        // Paths without symbolic links are below the home folder without symbolic links.
        let real = self.home.as_ref().and_then(|home| home.canonicalize().ok());
        let mut homes = self.home.iter().chain(&real);
        match homes.find_map(|home| path.strip_prefix(home).ok()) {
            Some(below) if below.as_os_str().is_empty() => "~".to_owned(),
            Some(below) => Path::new("~").join(below).display().to_string(),
            None => path.display().to_string(),
        }
    }
}

/// The beginning of a text file, the first [`MOST_TEXT`] bytes.
pub(super) fn read(file: &Path) -> Option<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(file).ok()?.take(MOST_TEXT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn is_program(file: &Path) -> bool {
    #[cfg(unix)]
    return file.is_file() && rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok();
    #[cfg(not(unix))]
    file.is_file()
}

/// Whether the user may write to a file or into a folder. Where that cannot be asked, it is assumed.
pub(super) fn is_writable(path: &Path) -> bool {
    #[cfg(unix)]
    return rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    #[cfg(not(unix))]
    path.exists()
}

/// The system, for the first line of a bug report.
pub(super) async fn system(machine: &Machine) -> String {
    let (os, architecture) = (env::consts::OS, env::consts::ARCH);
    let name = match os {
        "macos" => machine.first_line(Path::new("sw_vers"), &["-productVersion".as_ref()]).await,
        "windows" => machine.first_line(Path::new("cmd"), &["/C".as_ref(), "ver".as_ref()]).await,
        _ => distribution(machine),
    };
    let name = name.map_or_else(String::new, |name| format!(", {}", clip(&name)));
    format!("{os} {architecture}{name}")
}

/// The name of a Linux distribution: `os-release(5)`.
fn distribution(machine: &Machine) -> Option<String> {
    let text = machine.read("etc/os-release")?;
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    let kernel = machine.read("proc/sys/kernel/osrelease").unwrap_or_default();
    let is_wsl = kernel.to_ascii_lowercase().contains("microsoft");
    Some(format!("{}{}", name.trim_matches('"'), if is_wsl { " in WSL" } else { "" }))
}

/// Machines of tests.
#[cfg(test)]
pub(super) mod made {
    use std::fs;
    use std::net::Ipv4Addr;

    use super::*;

    /// A machine with nothing in it but an empty root folder.
    pub(in crate::doctor) struct Made {
        pub(in crate::doctor) folder: tempfile::TempDir,
        pub(in crate::doctor) machine: Machine,
    }

    impl Made {
        pub(in crate::doctor) fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let machine = Machine {
                root: folder.path().to_owned(),
                path: Some(folder.path().join("bin").into()),
                home: Some(folder.path().join("home")),
                chromium: None,
                data: Some(folder.path().join("data")),
                addresses: vec![Ipv4Addr::LOCALHOST.into()],
                limit: Duration::from_secs(2),
            };
            Self { folder, machine }
        }

        pub(in crate::doctor) fn write(&self, path: &str, text: &str) {
            let file = self.folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }

        /// A program of the shell.
        #[cfg(unix)]
        pub(in crate::doctor) fn program(&self, name: &str, script: &str) {
            use std::os::unix::fs::PermissionsExt as _;
            let path = format!("bin/{name}");
            self.write(&path, &format!("#!/bin/sh\n{script}\n"));
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(self.folder.path().join(path), mode).unwrap();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::made::Made;
    use super::*;

    #[tokio::test]
    async fn programs_say_a_line_or_nothing() {
        let mut made = Made::new();
        made.machine.limit = Duration::from_millis(300);
        made.program("good", "echo; echo ' v1 '; echo more");
        made.program("failing", "echo v1; exit 3");
        made.program("endless", "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");
        made.program("hanging", "exec /bin/sleep 60");
        made.write("bin/no-program", "");
        let line = async |name: &str| made.machine.first_line(&made.machine.find(name)?, &[]).await;
        assert_eq!(line("good").await.as_deref(), Some("v1"));
        assert_eq!(line("failing").await, None);
        assert!(line("endless").await.unwrap().starts_with("aaa"));
        assert_eq!(line("hanging").await, None);
        assert_eq!(line("no-program").await, None);
        assert_eq!(line("missing").await, None);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_program_that_hangs_is_ended() {
        let mut made = Made::new();
        made.machine.limit = Duration::from_millis(300);
        made.program("hanging", "echo $$ > \"${0%/*}/pid\"; exec /bin/sleep 60");
        let program = made.machine.find("hanging").unwrap();
        assert_eq!(made.machine.first_line(&program, &[]).await, None);
        let pid = read(&program.with_file_name("pid")).unwrap();
        let runs = || {
            let status = read(Path::new(&format!("/proc/{}/stat", pid.trim())));
            // One that has ended and whose status nobody has read yet is `Z`.
            status.is_some_and(|status| !status.contains(") Z "))
        };
        for _ in 0..100 {
            if !runs() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{pid} still runs");
    }

    #[test]
    fn the_home_folder_is_not_named() {
        let machine = Machine { home: Some("/home/ada".into()), ..Made::new().machine };
        assert_eq!(machine.shown(Path::new("/home/ada/app")), "~/app");
        assert_eq!(machine.shown(Path::new("/home/ada")), "~");
        assert_eq!(machine.shown(Path::new("/home/adam/app")), "/home/adam/app");
    }

    #[test]
    fn a_linux_is_named_and_whether_it_is_in_windows() {
        let made = Made::new();
        assert_eq!(distribution(&made.machine), None);
        made.write("etc/os-release", "NAME=x\nPRETTY_NAME=\"Some Linux 9\"\n");
        assert_eq!(distribution(&made.machine).as_deref(), Some("Some Linux 9"));
        made.write("proc/sys/kernel/osrelease", "5.15.0-microsoft-standard-WSL2\n");
        assert_eq!(distribution(&made.machine).as_deref(), Some("Some Linux 9 in WSL"));
    }
}
