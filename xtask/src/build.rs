//! `cargo xtask build`: the npm package in `pkg/`.
//!
//! Rust becomes wasm (cargo), gets its JavaScript glue (wasm-bindgen), the glue is bundled with
//! its snippets and minified (esbuild), the wasm is made small (wasm-opt). The result is
//! measured the way it travels to a browser, and must stay below [`BUDGET`].

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};
use wasm_bindgen_cli_support::Bindgen;

use crate::setup::WASM_TARGET;
use crate::{crates, notices, process, project, setup, sizes, www};

/// What the package may weigh in all, in bytes after `brotli -11`. ARCHITECTURE.md says what takes
/// the space.
const BUDGET: u64 = 136_000;

const HELP: &str = "\
Makes the npm package in pkg/: the optimised wasm and its JavaScript, beside the files that are
written by hand. Prints the sizes (raw, gzip -9, brotli -11) and fails if the package is above
its budget of 136,000 bytes of brotli. Bundles the simulator's pages too, whose phone has a
budget of 140,000 bytes.

Usage: cargo xtask build [--sizes]

  --sizes  prints too what each crate contributes to the package

`wasm-pack build --target web` works too, without the size optimisation. It puts a package.json
of its own into pkg/; this command puts ours back.
";

/// What of wasm the optimiser may use: what rustc uses by default, and all of it in browsers
/// for years.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What `pkg/index.js` takes from the glue; bundling drops the rest of it.
const GLUE_ENTRY: &str = "export { default, install, createWebRoomContext, connections, destroy, trace } from './tt_rtc.js';\n";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let mut by_crate = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Arg::Long("sizes") => by_crate = true,
            _ => return Err(arg.unexpected().into()),
        }
    }
    build()?;
    notices::write()?;
    www::build()?;
    www::measure()?;
    if by_crate { measure_crates() } else { Ok(()) }
}

/// Brings `pkg/` up to date, prints its size and checks it.
pub(crate) fn build() -> Result<()> {
    package()?;
    measure()
}

/// Brings `pkg/` up to date.
pub(crate) fn package() -> Result<()> {
    setup::wasm_target()?;
    setup::node_modules()?;
    undo_wasm_pack()?;
    let wasm = compile()?;
    let stamp = project::work().join("build.stamp");
    if fs::read_to_string(&stamp).ok() != Some(state(&wasm)?) {
        // Not to be believed if one of the steps fails half-way.
        fs::write(&stamp, "")?;
        let bindings = bind(&wasm)?;
        bundle(&bindings)?;
        optimise(&bindings, &pkg("tt_rtc_bg.wasm"), &["--strip-debug"])?;
        fs::write(&stamp, state(&wasm)?)?;
    }
    Ok(())
}

/// Builds the signaling server; where it is.
pub(crate) fn server() -> Result<PathBuf> {
    process::run(process::cargo().args(["build", "--package=tt-rtc-server"]))?;
    let name = format!("tt-rtc-server{}", std::env::consts::EXE_SUFFIX);
    Ok(project::target().join("debug").join(name))
}

/// Puts back what `wasm-pack build` writes over in `pkg/`, if it was here.
///
/// It replaces package.json (with `--no-pack`: removes it), README.md and the licences by its
/// own, and adds a .gitignore; no setting of it prevents that.
fn undo_wasm_pack() -> Result<()> {
    let manifest = fs::read_to_string(pkg("package.json")).unwrap_or_default();
    if !manifest.contains("./index.js") {
        println!("Putting our package.json back into pkg/: wasm-pack left another one there.");
        check_out(&["pkg/package.json", "pkg/README.md"])
            .context("pkg/package.json is not ours, and git could not put ours back")?;
        let _ = fs::remove_file(pkg(".gitignore"));
    }
    for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(project::root().join(license), pkg(license))?;
    }
    Ok(())
}

/// Takes those of `files` that git knows from its index.
fn check_out(files: &[&str]) -> Result<()> {
    let known = process::output(process::command("git").arg("ls-files").args(files))?;
    let mut git = process::command("git");
    process::run(git.args(["checkout", "--quiet", "--"]).args(known.lines()))
}

/// Compiles the root crate and returns the path of the wasm.
fn compile() -> Result<PathBuf> {
    fs::create_dir_all(project::work())?;
    let mut cargo = process::cargo();
    cargo.args(["build", "--release", "--lib", "--package=tt-rtc", "--target", WASM_TARGET]);
    // Messages of panics name source files: without the folder of whoever built the package.
    if let Some(registry) = cargo_home().map(|home| home.join("registry/src")) {
        let flag = format!("--remap-path-prefix={}=", registry.display());
        cargo.args(["--config", &format!("target.{WASM_TARGET}.rustflags=[{flag:?}]")]);
    }
    process::run(&mut cargo)?;
    Ok(project::target().join(WASM_TARGET).join("release/tt_rtc.wasm"))
}

/// Makes the JavaScript glue; returns the folder with `tt_rtc.js` and `tt_rtc_bg.wasm`.
fn bind(wasm: &Path) -> Result<PathBuf> {
    let folder = project::work().join("bindings");
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).web(true)?.typescript(false).out_name("tt_rtc");
    // So that the glue finds the wasm beside it, unless it is told otherwise.
    bindgen.omit_default_module_path(false).generate(&folder)?;
    Ok(folder)
}

/// Bundles the glue with its snippets into one small module.
fn bundle(bindings: &Path) -> Result<()> {
    let entry = bindings.join("entry.js");
    fs::write(&entry, GLUE_ENTRY)?;
    let mut esbuild = process::node_module("esbuild/bin/esbuild");
    esbuild.arg(entry).args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
    esbuild.args(["--legal-comments=none", "--log-level=warning"]);
    esbuild.arg(format!("--outfile={}", pkg("tt_rtc.js").display()));
    process::run(&mut esbuild)?;
    // The wasm is found beside the glue, and bundlers take it along, because of this expression.
    if !fs::read_to_string(pkg("tt_rtc.js"))?.contains("import.meta.url") {
        bail!("the glue in pkg/tt_rtc.js no longer says where the wasm is");
    }
    Ok(())
}

/// Code that is not inlined, repetitions that stay, and functions beside those of a like name weigh
/// a little more as they are, but compress to 5 kB less.
const SMALL_IN_TRANSFER: [&str; 5] = [
    "--always-inline-max-function-size=1",
    "--one-caller-inline-max-function-size=20",
    "--skip-pass=local-cse",
    "--skip-pass=merge-similar-functions",
    "--reorder-functions-by-name",
];

/// In the first kilobyte of memory is the end of the stack, which has 1,023 more: no address that
/// is computed lies there, so that the computation may be part of the access.
const LOW_MEMORY: &str = "--low-memory-unused";

/// Makes the wasm small; `names` says what becomes of the names of functions.
fn optimise(bindings: &Path, to: &Path, names: &[&str]) -> Result<()> {
    let mut wasm_opt = process::node_module("binaryen/bin/wasm-opt");
    wasm_opt.args(["-Oz", "--converge"]).args(SMALL_IN_TRANSFER);
    wasm_opt.arg(LOW_MEMORY).args(WASM_FEATURES);
    wasm_opt.args(names).args(["--strip-producers", "--strip-target-features"]);
    wasm_opt.arg(bindings.join("tt_rtc_bg.wasm")).arg("-o").arg(to);
    process::run(&mut wasm_opt)
}

/// Prints what each crate contributes, by the names of functions, which the package has not.
fn measure_crates() -> Result<()> {
    let named = project::work().join("named.wasm");
    optimise(&project::work().join("bindings"), &named, &["--debuginfo"])?;
    let scripts = ["tt_rtc.js", "index.js"].map(|file| (file, pkg(file)));
    crates::print(&pkg("tt_rtc_bg.wasm"), &named, &scripts)
}

/// Prints what the package weighs; an error if that is too much.
fn measure() -> Result<()> {
    let files = ["tt_rtc_bg.wasm", "tt_rtc.js", "index.js"];
    let mut total = [0; 3];
    println!("{:<16}{:>10}{:>10}{:>10}", "pkg/", "raw", "gzip", "brotli");
    for (file, sizes) in files.into_iter().zip(sizes::measure(&files.map(pkg))?) {
        sizes::print(file, sizes);
        for (total, size) in total.iter_mut().zip(sizes) {
            *total += size;
        }
    }
    sizes::print("total", total);
    let [_, _, brotli] = total;
    println!("{:<16}{:>30}", "budget", BUDGET);
    if brotli > BUDGET {
        bail!("the package is {} bytes of brotli above its budget", brotli - BUDGET);
    }
    Ok(())
}

/// What went into the package and what is there now, as one line; a missing file counts too.
fn state(wasm: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(wasm).with_context(|| wasm.display().to_string())?.hash(&mut hasher);
    fs::read(project::root().join("package-lock.json"))?.hash(&mut hasher);
    include_str!("build.rs").hash(&mut hasher);
    for file in ["tt_rtc_bg.wasm", "tt_rtc.js"] {
        fs::read(pkg(file)).ok().hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn cargo_home() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}

fn pkg(file: &str) -> PathBuf {
    project::root().join("pkg").join(file)
}
