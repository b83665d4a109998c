//! `cargo xtask coverage`: how much of the platform's API a phone has.

use anyhow::Result;
use lexopt::Parser;

use crate::{no_arguments, process, setup};

const HELP: &str = "\
Prints, for each of the names that @douyin-microapp/typings declares, whether it works on a phone
of the simulator, answers with a stand-in for what it would show or do, or fails in words; counts
them, and names the components that are only boxes. Fails where a name is missing, or where fewer
work than should.

Usage: cargo xtask coverage

tests/e2e/sim-api.test.mjs calls every one of them.
";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    if !no_arguments(&mut args, HELP)? {
        return Ok(());
    }
    setup::node_modules()?;
    process::run(process::command("node").arg("www/phone/tt/coverage-report.mjs"))
}
