//! The mini-program.

use std::path::Path;

use tt_miniprogram::Severity;

use super::machine::Machine;
use super::{Finding, clip};
use crate::folder::{Files, Folder};
use crate::mock::Mocks;
use crate::options::Options;
use crate::project::Project;
use crate::report::plural;

const NAME: &str = "Mini-program";
/// What is written in a program that makes calls.
const CALLS: [&[u8]; 2] = [b"<rtc-room", b"createRtcRoomContext"];

/// Finds and compiles it.
pub(super) fn look(folder: &Path, machine: &Machine) -> Vec<Finding> {
    let opened = match Folder::open(folder) {
        Ok(opened) => opened,
        Err(error) => {
            let advice = "Start the command in the folder with app.json, or name that folder.";
            return vec![Finding::error(NAME, clip(&format!("{error:#}")), advice)];
        }
    };
    let mut findings = vec![compile(opened, machine)];
    findings.extend(mock(folder, machine));
    findings
}

fn compile(folder: Folder, machine: &Machine) -> Finding {
    let shown = clip(&machine.shown(folder.root()));
    let calls = folder.scan(&Files::default()).is_ok_and(|files| makes_calls(&files));
    let project = match Project::open(folder, Vec::new()) {
        Ok(project) => project,
        Err(error) => {
            let advice = "See whether this user may read the folder.";
            return Finding::error(NAME, clip(&format!("{error:#}")), advice);
        }
    };
    let manifest = project.manifest();
    let count =
        |severity| manifest.problems.iter().filter(|problem| problem.severity == severity).count();
    let (pages, errors) = (manifest.pages.len(), count(Severity::Error));
    let warnings = plural(count(Severity::Warning), "warning");
    let found = format!(
        "{shown}: {}, {}, {warnings}{}",
        plural(pages, "page"),
        plural(errors, "error"),
        if calls { "" } else { "; no <rtc-room> and no createRtcRoomContext in it" }
    );
    let advice = "`tt-rtc-sim check` shows them with their lines.";
    if pages == 0 {
        return Finding::error(NAME, found, "List a page under \"pages\" in app.json.");
    }
    match (errors, calls) {
        (0, true) => Finding::ok(NAME, found),
        (0, false) => Finding::note(NAME, found, "So it makes no calls."),
        _ => Finding::error(NAME, found, advice),
    }
}

fn makes_calls(files: &Files) -> bool {
    let sources = files.files.values().filter_map(|file| file.source.as_deref());
    let has = |source: &[u8], word: &[u8]| source.windows(word.len()).any(|part| part == word);
    sources.into_iter().any(|source| CALLS.iter().any(|word| has(source, word)))
}

/// A mock file with mistakes keeps the simulator from starting.
fn mock(folder: &Path, machine: &Machine) -> Option<Finding> {
    let file = Options::new(folder).mock()?;
    let name = "Mock file";
    let shown = machine.shown(&file);
    Some(match Mocks::read(&file) {
        Ok(mocks) => {
            Finding::ok(name, format!("{shown}: {}", plural(mocks.len(), "kind of request")))
        }
        Err(error) => Finding::error(
            name,
            // The rest of it names the file, with the home folder.
            format!("{shown}: {}", clip(&error.root_cause().to_string())),
            "Correct the file, or move it away: the simulator does not start with it.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Status;
    use crate::doctor::machine::made::Made;

    #[test]
    fn the_mini_program_is_counted_and_its_mistakes_are_told() {
        let made = Made::new();
        let look = || look(&made.folder.path().join("app"), &made.machine);
        assert_eq!(look()[0].status, Status::Error);
        made.write("app/page.js", "Page({});");
        let none = look().remove(0);
        assert!(none.found.starts_with("there is no app.json in "), "{none:?}");
        made.write("app/app.json", r#"{ "pages": ["page"] }"#);
        made.write("app/app.js", "App({});");
        made.write("app/page.ttml", "<view>a</view>");
        let quiet = look().remove(0);
        assert_eq!(quiet.status, Status::Note, "{quiet:?}");
        made.write("app/page.ttml", "<rtc-room user-id=\"a\" mode=\"camera\"></rtc-room>");
        let calls = look().remove(0);
        assert_eq!(calls.status, Status::Ok, "{calls:?}");
        assert!(calls.found.ends_with(": 1 page, 0 errors, 0 warnings"), "{calls:?}");
        made.write("app/page.js", "Page({");
        let wrong = look().remove(0);
        assert_eq!(wrong.status, Status::Error);
        assert!(wrong.found.contains("1 error") && wrong.advice.unwrap().contains("check"));
        made.write("app/mock.json", "{");
        assert_eq!(look()[1].status, Status::Error);
    }
}
