//! What `tt-rtc-sim test` needs beside the program: Node.js, Playwright and a Chromium. Calls need none
//! of them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::machine::{Machine, read};
use super::{Finding, clip};

/// The oldest Node.js: `engines` of the npm package.
const OLDEST: u32 = 20;
/// The browsers that `test` takes, in its order: `lib/simulator.js` of the npm package.
const BROWSERS: [&str; 6] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

/// Looks for what the tests of the mini-program in `folder` need.
pub(super) async fn look(machine: &Machine, folder: &Path) -> Vec<Finding> {
    let mut findings = vec![node(machine).await];
    let browser = "Browser of tests";
    findings.extend(match &machine.chromium {
        Some(named) if !named.is_file() => Some(Finding::warning(
            browser,
            format!("there is no {}, which TT_RTC_CHROMIUM names", machine.shown(named)),
            "Correct the variable, or unset it.",
        )),
        Some(named) => {
            Some(Finding::ok(browser, format!("{} (TT_RTC_CHROMIUM)", machine.shown(named))))
        }
        // Installers of other systems do not put it on PATH.
        None if cfg!(any(windows, target_os = "macos")) => None,
        None => Some(match BROWSERS.iter().find_map(|name| machine.find(name)) {
            Some(found) => Finding::ok(browser, machine.shown(&found)),
            None => Finding::note(
                browser,
                "there is no Chromium or Chrome on PATH",
                "`tt-rtc-sim test` needs one: install it, or name it in TT_RTC_CHROMIUM.",
            ),
        }),
    });
    findings.push(match playwright(folder) {
        Some(version) => Finding::ok("Playwright", clip(&version)),
        None => Finding::note(
            "Playwright",
            "not installed in this project",
            "`tt-rtc-sim test` needs it: npm install --save-dev playwright-core",
        ),
    });
    findings
}

async fn node(machine: &Machine) -> Finding {
    let name = "Node.js";
    let Some(path) = machine.find("node") else {
        return Finding::note(
            name,
            "not found on PATH",
            "npx and `tt-rtc-sim test` need version 20 or later: https://nodejs.org",
        );
    };
    let line = machine.first_line(&path, &["--version".as_ref()]).await.unwrap_or_default();
    let major = line.strip_prefix('v').and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    let at = machine.shown(&path);
    match major {
        Some(major) if major >= OLDEST => Finding::ok(name, format!("{} ({at})", clip(&line))),
        Some(_) => Finding::warning(
            name,
            format!("{} ({at}) is too old", clip(&line)),
            "npx and `tt-rtc-sim test` need version 20 or later: https://nodejs.org",
        ),
        None => Finding::warning(
            name,
            format!("{at} does not tell its version"),
            "See whether `node --version` works.",
        ),
    }
}

/// The version of Playwright that a test in the folder gets.
fn playwright(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let file =
        |place: &Path| -> PathBuf { place.join("node_modules/playwright-core/package.json") };
    let text = folder.ancestors().find_map(|place| read(&file(place)))?;
    let json: Value = serde_json::from_str(&text).ok()?;
    Some(json.get("version")?.as_str()?.to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::doctor::Status;
    use crate::doctor::machine::made::Made;

    #[tokio::test]
    async fn what_tests_need_is_looked_for_and_no_call_needs_it() {
        let mut made = Made::new();
        made.write("app/app.json", "{}");
        let app = made.folder.path().join("app");
        let statuses = async |made: &Made| {
            let findings = look(&made.machine, &app).await;
            findings.into_iter().map(|finding| finding.status).collect::<Vec<_>>()
        };
        let note = Status::Note;
        let linux = cfg!(not(target_os = "macos"));
        assert_eq!(statuses(&made).await, [note; 3][..if linux { 3 } else { 2 }]);
        made.program("node", "echo v18.20.0");
        made.program("chromium", "exit 1");
        made.write("node_modules/playwright-core/package.json", r#"{ "version": "1.65.1" }"#);
        let old = look(&made.machine, &app).await;
        assert_eq!(old[0].status, Status::Warning);
        assert!(old[0].found.ends_with("is too old"), "{old:?}");
        assert_eq!(old.last().unwrap(), &Finding::ok("Playwright", "1.65.1"));
        made.program("node", "echo v20.0.1");
        assert_eq!(look(&made.machine, &app).await[0].status, Status::Ok);
        made.machine.chromium = Some("/nowhere/chromium".into());
        assert_eq!(look(&made.machine, &app).await[1].status, Status::Warning);
    }
}
