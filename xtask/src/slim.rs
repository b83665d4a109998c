//! What makes the package smaller that neither compiler nor optimiser knows to be allowed.

use std::collections::HashSet;
use std::fs;
use std::mem;
use std::path::Path;

use anyhow::{Result, bail};
use walrus::ir::{Visitor, dfs_in_order};
use walrus::{Function, FunctionId, Module};

/// Those functions of the standard library which panics go through, and which make their messages
/// and look for who wants them.
const PANICS: [&str; 6] = [
    "::panicking::",
    "::assert_failed",
    "::expect_failed",
    "::unwrap_failed",
    "::slice_index_fail",
    "::len_mismatch_fail",
];

/// Makes a panic end the module there and then.
///
/// Its message would reach nobody: in a browser the standard library has nowhere to print it, and
/// the page gets a `RuntimeError` with a stack, with a message or without. Without messages,
/// nothing is left that formats text; the library itself does without, which is made sure of here.
/// What is no longer reached is the optimiser's to drop.
pub(crate) fn trap_on_panic(wasm: &mut Module) -> Result<()> {
    if named(wasm, |name| name.ends_with("::panicking::panic_fmt")).is_empty() {
        bail!("panics go another way than they did, or the wasm has lost its names");
    }
    trap(wasm, &named(wasm, |name| PANICS.iter().any(|part| name.contains(part))));
    let formatting = named(wasm, |name| name.contains("::fmt::"));
    for (id, function) in wasm.funcs.iter_local() {
        let mut calls = Calls(Vec::new());
        dfs_in_order(&mut calls, function, function.entry_block());
        if !formatting.contains(&id) && calls.0.iter().any(|called| formatting.contains(called)) {
            let name = wasm.funcs.get(id).name.as_deref().unwrap_or("a function");
            bail!("{name} formats text, which the package has no room for");
        }
    }
    trap(wasm, &formatting);
    Ok(())
}

fn named(wasm: &Module, is_meant: impl Fn(&str) -> bool) -> HashSet<FunctionId> {
    let meant = |function: &&Function| function.name.as_deref().is_some_and(&is_meant);
    wasm.funcs.iter().filter(meant).map(Function::id).collect()
}

fn trap(wasm: &mut Module, functions: &HashSet<FunctionId>) {
    for (_, function) in wasm.funcs.iter_local_mut().filter(|(id, _)| functions.contains(id)) {
        let body = function.entry_block();
        let mut body = function.builder_mut().instr_seq(body);
        body.instrs_mut().clear();
        body.unreachable();
    }
}

/// The functions that a function calls.
struct Calls(Vec<FunctionId>);

impl Visitor<'_> for Calls {
    fn visit_function_id(&mut self, called: &FunctionId) {
        self.0.push(*called);
    }
}

/// Gives each import a name of two or three letters; returns the names before and after.
///
/// Their own names have 16 hexadecimal digits each, which nothing can compress.
pub(crate) fn shorten_imports(wasm: &mut Module) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (number, import) in wasm.imports.iter_mut().enumerate() {
        let name = format!("i{number}");
        names.push((mem::replace(&mut import.name, name.clone()), name));
    }
    names
}

/// Changes the names in the glue accordingly, where they are the keys of an object.
pub(crate) fn rename(names: &[(String, String)], glue: &Path) -> Result<()> {
    let mut text = fs::read_to_string(glue)?;
    for (before, after) in names {
        let key = format!(" {before}:");
        if text.matches(&key).count() != 1 {
            bail!("{before} is not one of the keys in the glue");
        }
        text = text.replace(&key, &format!(" {after}:"));
    }
    Ok(fs::write(glue, text)?)
}
