//! The simulator's program: `tt-rtc-sim --help`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use tt_rtc_sim::{Check, MORE_HELP, Options, run, terminal};

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

fn complete(shell: Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Program::command(), "tt-rtc-sim", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
