//! Where things are in the project.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use crate::process;

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

/// What `cargo metadata` says of the workspace: the packages that some of these targets need, or that
/// any target needs, if none is given.
pub(crate) fn metadata(targets: &[String]) -> Result<Value> {
    let mut metadata = process::cargo();
    metadata.args(["metadata", "--locked", "--format-version=1"]);
    metadata.args(targets.iter().flat_map(|target| ["--filter-platform", target]));
    Ok(serde_json::from_str(&process::output(&mut metadata)?)?)
}
