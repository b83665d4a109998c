//! The program of the signaling server: `tt-rtc-server --help`.

mod check_token;
mod log;
mod serve;
mod settings;
mod token;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser};

const HELP: &str = "\
The signaling server of tt-rtc.

Usage: tt-rtc-server COMMAND [OPTIONS]

  serve        run the server
  token        sign an AccessToken
  check-token  print what a token allows, or why it is refused

`tt-rtc-server COMMAND --help` prints the options of a command.
";

fn main() -> ExitCode {
    match run(Parser::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Parser) -> Result<ExitCode> {
    let command = match args.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => {
            print!("{HELP}");
            return Ok(ExitCode::SUCCESS);
        }
        Some(Arg::Short('V') | Arg::Long("version")) => {
            println!("tt-rtc-server {}", env!("CARGO_PKG_VERSION"));
            return Ok(ExitCode::SUCCESS);
        }
        Some(Arg::Value(command)) => command.to_string_lossy().into_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "serve" => serve::run(args),
        "token" => token::run(args),
        "check-token" => check_token::run(args),
        _ => bail!("there is no command `{command}`; `tt-rtc-server --help` lists them"),
    }
}
