//! The program of the signaling server: `tt-rtc-server --help`.

mod certificate;
mod check_token;
mod log;
mod serve;
mod settings;
mod signals;
mod sockets;
mod token;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The signaling server of tt-rtc
#[derive(Parser)]
#[command(name = "tt-rtc-server", version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Token(token::Token),
    CheckToken(check_token::CheckToken),
}

fn main() -> ExitCode {
    match run(Program::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(command) => command.run(),
        Command::Token(command) => command.run(),
        Command::CheckToken(command) => command.run(),
    }
}
