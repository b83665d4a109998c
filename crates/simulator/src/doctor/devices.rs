//! Cameras and microphones.
//!
//! Linux has them as files. Elsewhere a program learns of them by asking for the permission to use
//! them, in a browser's place; so there only the browser is asked, by the user.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::machine::Machine;
use super::{Finding, clip};

/// What to do without a device: a setting of the desk, which is on where the browser has no camera.
const MADE: &str = "the desk's setting \"Made picture and tone\" stands in for devices";

/// Looks for devices.
pub(super) fn look(machine: &Machine) -> Vec<Finding> {
    if cfg!(target_os = "linux") {
        return vec![cameras(machine), microphones(machine)];
    }
    let settings = if cfg!(target_os = "macos") {
        "System Settings, Privacy & Security, Camera and Microphone"
    } else {
        "Settings, Privacy & security, Camera and Microphone"
    };
    vec![Finding::note(
        "Cameras and microphones",
        "only the browser can tell",
        format!(
            "Its settings list them (chrome://settings/content/camera), and the system must allow the browser to use them: {settings}."
        ),
    )]
}

/// The devices of Video4Linux.
fn cameras(machine: &Machine) -> Finding {
    let name = "Cameras";
    let mut found = BTreeMap::new();
    let classes = fs::read_dir(machine.root.join("sys/class/video4linux"));
    for entry in classes.into_iter().flatten().flatten() {
        let text = |file: &str| super::machine::read(&entry.path().join(file));
        // A camera has further devices, for what it tells beside its pictures.
        if text("index").is_some_and(|index| index.trim() != "0") {
            continue;
        }
        let file = entry.file_name().to_string_lossy().into_owned();
        let label = text("name").map_or_else(|| file.clone(), |name| clip(&name));
        let device = format!("/dev/{file}");
        let holders = holders(machine, Path::new(&device));
        let held = if holders.is_empty() {
            String::new()
        } else {
            format!(", open in {}", holders.join(" and "))
        };
        let usable = is_usable(&machine.root.join("dev").join(&file));
        found.insert(format!("{label} ({device}{held})"), usable);
    }
    if found.is_empty() {
        return Finding::warning(
            name,
            "none found",
            format!("Plug one in, or do without: {MADE}."),
        );
    }
    judge(name, "video", found)
}

/// The devices of ALSA that record.
fn microphones(machine: &Machine) -> Finding {
    let name = "Microphones";
    let mut found = BTreeMap::new();
    let list = machine.read("proc/asound/pcm").unwrap_or_default();
    // `01-00: USB Audio : USB Audio : capture 1`
    for line in list.lines().filter(|line| line.contains(": capture ")) {
        let mut parts = line.split(':').map(str::trim);
        let (Some(numbers), Some(label)) = (parts.next(), parts.next()) else { continue };
        let Some((card, device)) = numbers.split_once('-') else { continue };
        let (Ok(card), Ok(device)) = (card.parse::<u32>(), device.parse::<u32>()) else { continue };
        let file = format!("snd/pcmC{card}D{device}c");
        let usable = is_usable(&machine.root.join("dev").join(&file));
        found.insert(format!("{} (/dev/{file})", clip(label)), usable);
    }
    if found.is_empty() {
        return Finding::warning(
            name,
            "none found",
            format!(
                "Plug one in, or do without: {MADE}. A microphone of Bluetooth or the network is not looked for here."
            ),
        );
    }
    judge(name, "audio", found)
}

fn judge(name: &str, group: &str, found: BTreeMap<String, io::Result<()>>) -> Finding {
    let list = found.keys().cloned().collect::<Vec<_>>().join(", ");
    if found.values().any(Result::is_ok) {
        return Finding::ok(name, list);
    }
    let is_missing = |result: &io::Result<()>| {
        result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    if found.values().all(is_missing) {
        return Finding::warning(
            name,
            format!("{list}, without a file in /dev"),
            "In a container, pass the device into it (docker run --device).",
        );
    }
    Finding::warning(
        name,
        format!("{list}, which this user may not use"),
        format!("Join the group that may: sudo usermod -aG {group} $USER, and log in again."),
    )
}

/// The programs that have a camera open, as far as this user may know: most cameras serve one at a time.
fn holders(machine: &Machine, device: &Path) -> Vec<String> {
    let processes = fs::read_dir(machine.root.join("proc")).into_iter().flatten().flatten();
    let mut names: Vec<_> = processes
        .filter(|process| {
            let files = fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
            let mut targets = files.filter_map(|file| fs::read_link(file.path()).ok());
            targets.any(|target| target == device)
        })
        .filter_map(|process| super::machine::read(&process.path().join("comm")))
        .map(|name| clip(&name))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether the user may read and write a device. It is not opened: some begin to work then.
fn is_usable(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        access(file, Access::READ_OK | Access::WRITE_OK)?;
        Ok(())
    }
    #[cfg(not(unix))]
    fs::metadata(file).map(drop)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::doctor::Status;
    use crate::doctor::machine::made::Made;

    #[test]
    fn cameras_are_named_and_whether_they_can_be_used() {
        let made = Made::new();
        assert_eq!(cameras(&made.machine).status, Status::Warning);
        made.write("sys/class/video4linux/video0/name", "Integrated Camera\n");
        made.write("sys/class/video4linux/video0/index", "0\n");
        made.write("sys/class/video4linux/video1/name", "Integrated Camera\n");
        made.write("sys/class/video4linux/video1/index", "1\n");
        let missing = cameras(&made.machine);
        assert!(missing.advice.unwrap().contains("--device"));
        made.write("dev/video0", "");
        let found = cameras(&made.machine);
        assert_eq!(found, Finding::ok("Cameras", "Integrated Camera (/dev/video0)"));
        made.write("proc/77/comm", "zoom\n");
        made.write("proc/77/fd/x", "");
        std::os::unix::fs::symlink("/dev/video0", made.folder.path().join("proc/77/fd/9")).unwrap();
        let held = cameras(&made.machine);
        let shown = "Integrated Camera (/dev/video0, open in zoom)";
        assert_eq!(held, Finding::ok("Cameras", shown));
    }

    #[test]
    fn microphones_are_devices_that_record() {
        let made = Made::new();
        made.write(
            "proc/asound/pcm",
            "00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1\n\
             00-03: HDMI 0 : HDMI 0 : playback 1\nnonsense : capture \n-: x : capture 1\n",
        );
        made.write("dev/snd/pcmC0D0c", "");
        let found = microphones(&made.machine);
        assert_eq!(found, Finding::ok("Microphones", "ALC257 Analog (/dev/snd/pcmC0D0c)"));
        made.write("proc/asound/pcm", "");
        assert_eq!(microphones(&made.machine).status, Status::Warning);
    }

    #[test]
    fn who_may_not_use_a_camera_learns_of_the_group() {
        let denied = Err(io::ErrorKind::PermissionDenied.into());
        let finding = judge("Cameras", "video", [("Cam (/dev/video0)".to_owned(), denied)].into());
        assert_eq!(finding.status, Status::Warning);
        assert!(finding.advice.unwrap().contains("usermod -aG video"));
    }
}
