//! The simulator's program: `tt-rtc-sim --help`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use tt_rtc_sim::{Check, Doctor, Export, MORE_HELP, Options, run, terminal};

/// Runs a Douyin mini-program's folder, as it is, on phones in a browser window, in real calls with
/// each other. Stop it with Ctrl-C
#[derive(Parser)]
#[command(
    name = "tt-rtc-sim",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
#[command(subcommand_help_heading = "Or", subcommand_value_name = "COMMAND", after_long_help = MORE_HELP)]
struct Program {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Check(Check),
    Doctor(Doctor),
    Export(Export),
    /// Runs tests of a mini-program, with phones in a headless browser: with Node, in the npm package
    Test {
        #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
    /// Prints what makes a shell complete the words of this program
    Completions {
        /// Which shell
        shell: Shell,
    },
}

fn main() -> ExitCode {
    let program = Program::parse();
    let result = match program.command {
        None => simulate(program.options).map(|()| ExitCode::SUCCESS),
        Some(Command::Check(check)) => check.run(),
        Some(Command::Doctor(doctor)) => doctor.run(),
        Some(Command::Export(export)) => export.run(),
        Some(Command::Test { .. }) => Err(anyhow!(
            "tests run with Node: `npx tt-rtc-sim test`, where the npm package tt-rtc-sim is installed"
        )),
        Some(Command::Completions { shell }) => complete(shell),
    };
    result.unwrap_or_else(|error| {
        terminal::complain(format_args!("error: {error:#}"));
        ExitCode::FAILURE
    })
}

fn simulate(options: Options) -> Result<()> {
    if let Some(word) = mistyped(&options.folder) {
        bail!(
            "there is neither a folder nor a command `{word}`; `tt-rtc-sim --help` lists the commands"
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(options))
}

/// The word of a command line that names no folder, if it looks like a command.
fn mistyped(folder: &Path) -> Option<&str> {
    let word = folder.to_str()?;
    let is_command = !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphabetic());
    (is_command && !folder.exists()).then_some(word)
}

fn complete(shell: Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Program::command(), "tt-rtc-sim", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::mistyped;

    #[test]
    fn a_word_that_is_no_folder_is_taken_for_a_command_and_a_path_is_not() {
        assert_eq!(mistyped(Path::new("chekc")), Some("chekc"));
        for folder in [".", "./gone", "gone/app", "my-app", "src"] {
            assert_eq!(mistyped(Path::new(folder)), None, "{folder}");
        }
    }
}
