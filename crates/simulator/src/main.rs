//! The simulator's program: `tt-rtc-sim --help`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
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
    #[command(after_help = "`npx tt-rtc-sim test --help` lists its options.")]
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
    // Before clap, which would ask what a second word is for.
    if let Some(word) = std::env::args().nth(1).filter(|word| mistyped(word)) {
        terminal::complain(format_args!(
            "error: there is neither a folder nor a command `{word}`; `tt-rtc-sim --help` lists the commands"
        ));
        return ExitCode::FAILURE;
    }
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
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(options))
}

/// Whether the first word of a command line looks like a command, and is neither one nor a folder.
fn mistyped(word: &str) -> bool {
    let is_word = !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphabetic());
    let mut commands = Program::command();
    commands.build();
    is_word && commands.find_subcommand(word).is_none() && !Path::new(word).exists()
}

fn complete(shell: Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Program::command(), "tt-rtc-sim", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::mistyped;

    #[test]
    fn a_word_that_is_no_folder_is_taken_for_a_command_and_a_path_is_not() {
        assert!(mistyped("chekc"));
        for word in ["check", "help", "--help", ".", "./gone", "gone/app", "my-app", "src"] {
            assert!(!mistyped(word), "{word}");
        }
    }
}
