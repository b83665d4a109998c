//! What ours is compared to: packages from npm, installed for benchmarks alone and outside the
//! project's own.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::{process, project};

/// The libraries with their servers, and what the server for simple-peer is made of.
const PACKAGES: &[&str] = &["peer@1.0.2", "peerjs@1.5.5", "simple-peer@9.11.1", "ws@8.23.0"];

/// Installs them. Where node finds them.
pub(crate) fn install() -> Result<PathBuf> {
    let folder = project::work().join("peers");
    let modules = folder.join("node_modules");
    let stamp = folder.join("installed");
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(modules);
    }
    fs::create_dir_all(&folder)?;
    let mut npm = process::npm();
    npm.args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]);
    process::run(npm.arg(&folder).args(PACKAGES))?;
    fs::write(stamp, wanted)?;
    Ok(modules)
}
