//! `tt-sim`: see `tt-sim --help`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use tt_sim::{HELP, Options, run, terminal};

fn main() -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            terminal::show(HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&error),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(options)));
    result.map_or_else(|error| fail(&error), |()| ExitCode::SUCCESS)
}

fn fail(error: &anyhow::Error) -> ExitCode {
    terminal::complain(format_args!("error: {error:#}"));
    ExitCode::FAILURE
}
