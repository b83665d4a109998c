//! Where things are in the project.

use std::env;
use std::path::{Path, PathBuf};

/// The project's root folder.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo's output folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The folder for what our own commands leave behind: intermediate files and stamps.
pub(crate) fn work() -> PathBuf {
    target().join("xtask")
}

/// A tool of the version that `Cargo.lock` asks for, installed by [`crate::setup::wasm_bindgen`].
///
/// Not below [`target`], which may be elsewhere: `.cargo/config.toml` names the test runner by
/// this path, so that a bare `cargo test --target wasm32-unknown-unknown` finds it too.
pub(crate) fn tool(name: &str) -> PathBuf {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    root().join("target/tools/bin").join(file)
}
