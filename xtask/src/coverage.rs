//! `cargo xtask coverage`: how much of the platform's API a phone has.

use anyhow::Result;
use lexopt::Parser;

use crate::{no_arguments, process, setup};

const HELP: &str = "\
Prints, for each function that @douyin-microapp/typings or the platform's documentation names
(www/phone/tt/documented.json), whether it works on a phone of the simulator, answers with a
stand-in for what it would show or do, is accepted without effect, or fails in words; counts
them, and names the components that are only boxes. Fails where one works and no test sees its
effect: tests under tests/e2e say in a comment `// effect: NAME` which ones they see.

Usage: cargo xtask coverage

tests/e2e/sim-api.test.mjs calls every one of them; sim-api-names.test.mjs sees that all are there.
";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    if !no_arguments(&mut args, HELP)? {
        return Ok(());
    }
    setup::node_modules()?;
    process::run(process::command("node").arg("www/phone/tt/coverage-report.mjs"))
}
