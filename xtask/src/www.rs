//! The simulator's pages: `www/` bundled into `crates/simulator/pages`, which its program has in it.
//!
//! A page is a folder of `www/` with a `main.ts`. esbuild makes a `main.js` of it and of all it
//! imports; what lies beside it (HTML, style sheets, pictures) goes along as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{process, project, setup, sizes};

/// What the phone's scripts may weigh, in bytes after `brotli -11`, beside the call library.
const BUDGET: u64 = 140_000;

/// The npm packages in the pages, with what they bring along.
pub(crate) const LIBRARIES: [&str; 11] = [
    "@vant/area-data",
    "glass-easel",
    "hls.js",
    "less",
    "lit-html",
    "mpegts.js",
    // In less:
    "copy-anything",
    "is-what",
    "parse-node-version",
    // In mpegts.js:
    "es6-promise",
    "events",
];

/// What of `pkg/` a page loads.
const PACKAGE: [&str; 7] = [
    "slim.js",
    "load.js",
    "tt_rtc.js",
    "tt_rtc_bg.wasm",
    "tt_rtc_local.js",
    "tt_rtc_local_wasm.js",
    "bytes.js",
];

/// Where the bundled pages are.
pub(crate) fn folder() -> PathBuf {
    project::root().join("crates/simulator/pages")
}

/// Bundles the pages if anything in them changed.
pub(crate) fn build() -> Result<()> {
    setup::node_modules()?;
    let sources = sources()?;
    let stamp = project::work().join("www.stamp");
    let state = state(&sources)?;
    if fs::read_to_string(&stamp).ok().as_ref() == Some(&state) && folder().is_dir() {
        return Ok(());
    }
    let _ = fs::remove_file(&stamp);
    if folder().is_dir() {
        fs::remove_dir_all(folder())?;
    }
    copy(&sources)?;
    bundle(&sources)?;
    fs::create_dir_all(project::work())?;
    fs::write(&stamp, state).with_context(|| stamp.display().to_string())
}

/// Puts the call library beside the pages, which load it from there.
pub(crate) fn add_package() -> Result<()> {
    let to = folder().join("pkg");
    fs::create_dir_all(&to)?;
    for name in PACKAGE {
        let from = project::root().join("pkg").join(name);
        let bytes = fs::read(&from).with_context(|| from.display().to_string())?;
        if fs::read(to.join(name)).ok().as_ref() != Some(&bytes) {
            fs::write(to.join(name), bytes)?;
        }
    }
    Ok(())
}

/// Prints what the phone's scripts weigh; an error if that is too much.
pub(crate) fn measure() -> Result<()> {
    let script = folder().join("phone/main.js");
    let sizes = sizes::measure(&[script])?;
    let [sizes] = sizes.try_into().ok().context("sizes.mjs measured no script")?;
    sizes::print("phone/main.js", sizes);
    println!("{:<22}{BUDGET:>30}", "budget");
    let [_, _, brotli] = sizes;
    if brotli > BUDGET {
        bail!("the phone's scripts are {} bytes of brotli above their budget", brotli - BUDGET);
    }
    Ok(())
}

/// Every file below `www/`, by its path there.
fn sources() -> Result<BTreeMap<String, PathBuf>> {
    let mut sources = BTreeMap::new();
    let mut folders = vec![(project::root().join("www"), String::new())];
    while let Some((folder, below)) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push((path, format!("{below}{name}/")));
            } else {
                sources.insert(format!("{below}{name}"), path);
            }
        }
    }
    Ok(sources)
}

/// What the pages import that is not one of [`LIBRARIES`], so the notices do not name it.
pub(crate) fn unknown_libraries() -> Result<BTreeSet<String>> {
    let mut unknown = BTreeSet::new();
    for (file, path) in sources()?.iter().filter(|(file, _)| file.ends_with(".ts")) {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        // `from "name"` and `import("name")`; types alone are not in the pages.
        for line in text.lines().filter(|line| !line.starts_with("import type ")) {
            let named = [" from \"", "import(\"", "import \""];
            let after = named.iter().filter_map(|before| line.split_once(before));
            for name in after.filter_map(|(_, rest)| rest.split('"').next()) {
                let is_file = name.starts_with(['.', '/']) || name == "tt-rtc";
                let of = |library: &str| {
                    let rest = name.strip_prefix(library);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                if !is_file && !LIBRARIES.iter().any(|library| of(library)) {
                    unknown.insert(format!(
                        "www/{file} imports {name}, which is not in LIBRARIES of xtask/src/www.rs"
                    ));
                }
            }
        }
    }
    Ok(unknown)
}

/// All that the bundles are made of, as one line.
fn state(sources: &BTreeMap<String, PathBuf>) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for (name, path) in sources {
        name.hash(&mut hasher);
        fs::read(path).with_context(|| path.display().to_string())?.hash(&mut hasher);
    }
    fs::read(project::root().join("package-lock.json"))?.hash(&mut hasher);
    include_str!("www.rs").hash(&mut hasher);
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Copies what is not a script.
fn copy(sources: &BTreeMap<String, PathBuf>) -> Result<()> {
    for (name, path) in sources {
        if name.ends_with(".ts") || name.ends_with("tsconfig.json") {
            continue;
        }
        let to = folder().join(name);
        fs::create_dir_all(to.parent().unwrap_or(Path::new("")))?;
        fs::copy(path, to)?;
    }
    Ok(())
}

fn bundle(sources: &BTreeMap<String, PathBuf>) -> Result<()> {
    let is_page = |name: &&String| name.ends_with("/main.ts") && name.matches('/').count() == 1;
    let pages: Vec<_> = sources.keys().filter(is_page).map(|name| format!("www/{name}")).collect();
    if pages.is_empty() {
        bail!("no folder of www/ has a main.ts");
    }
    let mut esbuild = process::node_module("esbuild/bin/esbuild");
    esbuild.args(pages).args(["--bundle", "--minify", "--sourcemap"]);
    esbuild.args(["--format=esm", "--target=es2022", "--outbase=www", "--log-level=warning"]);
    esbuild.args(["--legal-comments=none", "--external:/pkg/*"]);
    process::run(esbuild.arg(format!("--outdir={}", folder().display())))
}
