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
