//! Says what is missing where the simulator's pages are to go into the program (`src/pages.rs`) and are
//! not built.

#![allow(clippy::print_stdout, reason = "cargo reads what is printed")]

use std::env;
use std::path::Path;
use std::process::ExitCode;

/// Of each part one file.
const FILES: [&str; 2] = ["pages/desk/index.html", "pages/pkg/slim.js"];

fn main() -> ExitCode {
    // As `rust-embed` decides it.
    let embeds = env::var_os("CARGO_FEATURE_EMBED").is_some()
        || env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none();
    println!("cargo::rerun-if-changed={}", if embeds { "pages" } else { "build.rs" });
    if embeds && !FILES.iter().all(|file| Path::new(file).is_file()) {
        println!(
            "cargo::error=the simulator's pages, which go into the program, are not built: `cargo xtask build` does it"
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
