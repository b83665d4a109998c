//! `cargo xtask build`: the npm package in `pkg/`.
//!
//! Rust becomes wasm (cargo), gets its JavaScript glue (wasm-bindgen), the glue is bundled with
//! its snippets and minified (esbuild), the wasm is made small (wasm-opt) and written as a file or as a
//! module ([`text`]). There are three of these: the whole library, for `tt-rtc`; and for `tt-rtc/slim` the
//! library and local signaling, which only a call without a server loads. The result is measured the way
//! it travels to a browser, and `tt-rtc/slim` must stay below [`BUDGET`].

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};
use wasm_bindgen_cli_support::Bindgen;

use crate::setup::WASM_TARGET;
use crate::{crates, notices, process, project, setup, sizes, text, www};

/// What `tt-rtc/slim` may weigh, in bytes after `brotli -11`. ARCHITECTURE.md says what takes the space.
const BUDGET: u64 = 116_000;

const HELP: &str = "\
Makes the npm package in pkg/: the optimised wasm and its JavaScript, beside the files that are
written by hand. Prints the sizes (raw, gzip -9, brotli -11) of tt-rtc/slim, of tt-rtc and of local
signaling, and fails if tt-rtc/slim is above its budget of 113,000 bytes of brotli. Bundles the
simulator's pages too, whose phone has a budget of 140,000 bytes.

Usage: cargo xtask build [--sizes]

  --sizes  prints too what each crate contributes to the library

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

/// A wasm of the package and its glue.
struct Module {
    /// The file name, without its extension.
    name: &'static str,
    /// What cargo calls the wasm.
    artifact: &'static str,
    /// What cargo builds: the package and its features.
    build: &'static [&'static str],
    /// What of the glue others import; bundling drops the rest of it.
    exports: &'static str,
    /// Whether the package has the wasm as a file, as a module, or as both.
    is_file: bool,
    is_module: bool,
}

/// The library as it is in `tt-rtc/slim`: without local signaling.
pub(crate) const PACKAGED: [&str; 2] = ["--package=tt-rtc", "--no-default-features"];

/// The crates that have tests outside of a browser. What is selected decides on the features of the libraries,
/// and cargo compiles a library anew for other features: whoever selects the same compiles once.
pub(crate) const NATIVE: [&str; 5] = [
    "--workspace",
    "--exclude=tt-rtc",
    "--exclude=tt-rtc-browser",
    "--exclude=tt-rtc-local",
    "--exclude=xtask",
];

const EXPORTS: &str = "default, install, createWebRoomContext, connections, destroy, trace";

/// `tt-rtc`: all of it in one module, so that there is nothing to find, and nothing to import later. uni-app
/// gives what is imported later a name that a browser cannot import.
const WHOLE: Module = Module {
    name: "tt_rtc_whole",
    artifact: "tt_rtc",
    build: &["--package=tt-rtc"],
    exports: EXPORTS,
    is_file: false,
    is_module: true,
};

/// `tt-rtc/slim`.
const LIBRARY: Module = Module {
    name: "tt_rtc",
    artifact: "tt_rtc",
    build: &PACKAGED,
    exports: EXPORTS,
    is_file: true,
    is_module: false,
};

const LOCAL_SIGNALING: Module = Module {
    name: "tt_rtc_local",
    artifact: "tt_rtc_local",
    build: &["--package=tt-rtc-local"],
    exports: "default, connect",
    is_file: true,
    is_module: true,
};

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
    www::add_package()?;
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
    slim()?;
    WHOLE.package()
}

/// Brings what `tt-rtc/slim` is made of up to date: the simulator needs no more.
pub(crate) fn slim() -> Result<()> {
    setup::wasm_target()?;
    setup::node_modules()?;
    undo_wasm_pack()?;
    fs::create_dir_all(project::work())?;
    [LIBRARY, LOCAL_SIGNALING].iter().try_for_each(Module::package)
}

/// Builds the programs for tests, the simulator with its pages in it, out of what the native tests are
/// made of. [`program`] says where they are.
pub(crate) fn programs() -> Result<()> {
    let mut cargo = process::cargo();
    process::run(cargo.arg("build").args(NATIVE).args(["--bins", "--features=tt-rtc-sim/embed"]))
}

/// Builds the signaling server; where it is.
pub(crate) fn server() -> Result<PathBuf> {
    process::run(process::cargo().args(["build", "--package=tt-rtc-server"]))?;
    Ok(program("tt-rtc-server"))
}

/// Where cargo puts a program in a build for development.
pub(crate) fn program(name: &str) -> PathBuf {
    project::target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// What else of the project is in the package, and its name there.
const BESIDE: [(&str, &str); 4] = [
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("docs/errors.md", "ERRORS.md"),
];

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
    for (file, name) in BESIDE {
        fs::copy(project::root().join(file), pkg(name))?;
    }
    Ok(())
}

/// Takes those of `files` that git knows from its index.
fn check_out(files: &[&str]) -> Result<()> {
    let known = process::output(process::command("git").arg("ls-files").args(files))?;
    let mut git = process::command("git");
    process::run(git.args(["checkout", "--quiet", "--"]).args(known.lines()))
}

impl Module {
    /// Brings its files in `pkg/` up to date.
    fn package(&self) -> Result<()> {
        let wasm = self.compile()?;
        let stamp = project::work().join(format!("{}.stamp", self.name));
        if fs::read_to_string(&stamp).ok() != Some(self.state(&wasm)?) {
            // Not to be believed if one of the steps fails half-way.
            fs::write(&stamp, "")?;
            self.bind(&wasm)?;
            self.bundle()?;
            let optimised = project::work().join(self.wasm());
            self.optimise(&optimised, &["--strip-debug"])?;
            if self.is_file {
                fs::copy(&optimised, pkg(&self.wasm()))?;
            }
            if self.is_module {
                fs::write(pkg(&self.data()), text::module(&fs::read(&optimised)?))?;
            }
            fs::write(&stamp, self.state(&wasm)?)?;
        }
        Ok(())
    }

    /// Compiles its crate and returns the path of the wasm.
    fn compile(&self) -> Result<PathBuf> {
        let mut cargo = process::cargo();
        cargo.args(["build", "--profile=wasm", "--lib", "--target", WASM_TARGET]).args(self.build);
        // Messages of panics name source files: without the folder of whoever built the package.
        if let Some(registry) = cargo_home().map(|home| home.join("registry/src")) {
            let flag = format!("--remap-path-prefix={}=", registry.display());
            cargo.args(["--config", &format!("target.{WASM_TARGET}.rustflags=[{flag:?}]")]);
        }
        process::run(&mut cargo)?;
        let built = project::target().join(WASM_TARGET).join("wasm");
        Ok(built.join(format!("{}.wasm", self.artifact)))
    }

    /// Makes the JavaScript glue.
    fn bind(&self, wasm: &Path) -> Result<()> {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(wasm).web(true)?.typescript(false).out_name(self.name);
        // What the package is loaded by says where the wasm is.
        let mut output = bindgen.omit_default_module_path(true).generate_output()?;
        // Each import has a hash in its name, in the wasm and in the glue: 4 kB that nobody reads.
        let mut names = BTreeMap::new();
        for import in output.wasm_mut().imports.iter_mut() {
            if import.name.starts_with(IMPORT) {
                let short = format!("a{:x}", names.len());
                names.insert(mem::replace(&mut import.name, short.clone()), short);
            }
        }
        fs::write(self.import_names(), serde_json::to_vec(&names)?)?;
        output.emit(bindings())
    }

    /// Bundles the glue with its snippets into one small module.
    fn bundle(&self) -> Result<()> {
        let entry = project::work().join(format!("{}.js", self.name));
        let exports =
            format!("export {{ {} }} from './bindings/{}.js';\n", self.exports, self.name);
        fs::write(&entry, exports)?;
        let glue = pkg(&self.glue());
        let mut esbuild = process::node_module("esbuild/bin/esbuild");
        esbuild.arg(entry).args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
        esbuild.args(["--legal-comments=none", "--log-level=warning"]);
        esbuild.arg(format!("--mangle-props=^{IMPORT}"));
        esbuild.arg(format!("--mangle-cache={}", self.import_names().display()));
        // Loaded when it is needed.
        for file in [LOCAL_SIGNALING.glue(), LOCAL_SIGNALING.data()] {
            esbuild.arg(format!("--external:./{file}"));
        }
        process::run(esbuild.arg(format!("--outfile={}", glue.display())))
    }

    /// Makes the wasm small; `names` says what becomes of the names of functions.
    fn optimise(&self, to: &Path, names: &[&str]) -> Result<()> {
        let mut wasm_opt = process::node_module("binaryen/bin/wasm-opt");
        wasm_opt.args(["-Oz", "--converge"]).args(SMALL_IN_TRANSFER);
        wasm_opt.arg(LOW_MEMORY).args(WASM_FEATURES);
        wasm_opt.args(names).args(["--strip-producers", "--strip-target-features"]);
        process::run(wasm_opt.arg(bindings().join(self.wasm())).arg("-o").arg(to))
    }

    /// What went into its files and what is there now, as one line; a missing file counts too.
    fn state(&self, wasm: &Path) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        fs::read(wasm).with_context(|| wasm.display().to_string())?.hash(&mut hasher);
        fs::read(project::root().join("package-lock.json"))?.hash(&mut hasher);
        (include_str!("build.rs"), include_str!("text.rs")).hash(&mut hasher);
        for file in [self.wasm(), self.glue(), self.data()] {
            fs::read(pkg(&file)).ok().hash(&mut hasher);
        }
        Ok(format!("{:016x}\n", hasher.finish()))
    }

    fn wasm(&self) -> String {
        format!("{}_bg.wasm", self.name)
    }

    /// The wasm as a module.
    fn data(&self) -> String {
        format!("{}_wasm.js", self.name)
    }

    /// The short names of the imports that the glue provides, by their long ones.
    fn import_names(&self) -> PathBuf {
        project::work().join(format!("{}.imports.json", self.name))
    }

    fn glue(&self) -> String {
        format!("{}.js", self.name)
    }
}

/// What the names of imports begin with that wasm-bindgen makes of `extern` blocks.
const IMPORT: &str = "__wbg_";

/// Code that is not inlined, repetitions that stay, and functions beside those of a like name weigh
/// a little more as they are, but compress to 5 kB less. Processors that browsers run on need no hints
/// of how an access is aligned.
const SMALL_IN_TRANSFER: [&str; 6] = [
    "--always-inline-max-function-size=1",
    "--one-caller-inline-max-function-size=20",
    "--skip-pass=local-cse",
    "--skip-pass=merge-similar-functions",
    "--reorder-functions-by-name",
    "--dealign",
];

/// In the first kilobyte of memory is the end of the stack, which has 1,023 more: no address that
/// is computed lies there, so that the computation may be part of the access.
const LOW_MEMORY: &str = "--low-memory-unused";

/// Prints what each crate contributes, by the names of functions, which the package has not.
fn measure_crates() -> Result<()> {
    let named = project::work().join("named.wasm");
    LIBRARY.optimise(&named, &["--debuginfo"])?;
    let (wasm, glue) = (LIBRARY.wasm(), LIBRARY.glue());
    let scripts = [glue.as_str(), "index.js"].map(|file| (file, pkg(file)));
    crates::print(&pkg(&wasm), &named, &scripts)
}

/// Prints what the package weighs; an error if that is too much.
pub(crate) fn measure() -> Result<()> {
    println!("{:<22}{:>10}{:>10}{:>10}", "pkg/", "raw", "gzip", "brotli");
    let brotli = measure_files(&["slim.js", "load.js", &LIBRARY.glue(), &LIBRARY.wasm()])?;
    println!("{:<22}{:>30}", "budget", BUDGET);
    let (glue, data) = (WHOLE.glue(), WHOLE.data());
    measure_files(&["index.js", "load.js", &glue, "bytes.js", &data])?;
    measure_files(&[&LOCAL_SIGNALING.glue(), &LOCAL_SIGNALING.data()])?;
    if brotli > BUDGET {
        bail!("the library is {} bytes of brotli above its budget", brotli - BUDGET);
    }
    Ok(())
}

/// Prints what files weigh, and in all; the latter after brotli.
fn measure_files(files: &[&str]) -> Result<u64> {
    let mut total = [0; 3];
    let paths: Vec<_> = files.iter().map(|file| pkg(file)).collect();
    for (file, sizes) in files.iter().zip(sizes::measure(&paths)?) {
        sizes::print(file, sizes);
        for (total, size) in total.iter_mut().zip(sizes) {
            *total += size;
        }
    }
    sizes::print("total", total);
    let [_, _, brotli] = total;
    Ok(brotli)
}

/// Where the glue is, and the wasm that goes with it, before both are made small.
fn bindings() -> PathBuf {
    project::work().join("bindings")
}

fn cargo_home() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}

fn pkg(file: &str) -> PathBuf {
    project::root().join("pkg").join(file)
}
