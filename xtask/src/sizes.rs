//! What files weigh the way they travel to a browser.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process;

/// Of each file: its size, after `gzip -9`, and after `brotli -11`, in bytes.
pub(crate) fn measure(files: &[PathBuf]) -> Result<Vec<[u64; 3]>> {
    let mut node = process::command("node");
    node.args(["--input-type=module", "--eval", include_str!("sizes.mjs"), "--"]);
    let output = process::output(node.args(files))?;
    let read = |line: &str| {
        let sizes: Vec<u64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        sizes.try_into().ok().context("sizes.mjs did not print sizes")
    };
    output.lines().map(read).collect()
}

/// One line of a table of sizes.
pub(crate) fn print(name: &str, [raw, gzip, brotli]: [u64; 3]) {
    println!("{name:<22}{raw:>10}{gzip:>10}{brotli:>10}");
}
