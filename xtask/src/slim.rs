//! What makes the package smaller that neither compiler nor optimiser knows to be allowed.

use std::fs;
use std::mem;
use std::path::Path;

use anyhow::{Result, bail};
use walrus::{FunctionKind, Module};

/// Those functions of the standard library which every panic goes through, and which make its
/// message and look for who wants it.
const PANICS: [&str; 4] = [
    "::panicking::panic_fmt",
    "::panicking::panic_with_hook",
    "::panicking::panic_handler::",
    "::panicking::begin_panic",
];

/// Makes a panic end the module there and then.
///
/// Its message would reach nobody: in a browser the standard library has nowhere to print it, and
/// the page gets a `RuntimeError` with a stack, with a message or without. Now that nobody takes
/// them, the optimiser drops the messages, and what formats them.
pub(crate) fn trap_on_panic(wasm: &mut Module) -> Result<()> {
    let mut missing = PANICS.to_vec();
    for function in wasm.funcs.iter_mut() {
        let name = function.name.as_deref().unwrap_or_default();
        let Some(part) = PANICS.iter().find(|part| name.contains(*part)) else { continue };
        if let FunctionKind::Local(function) = &mut function.kind {
            let body = function.entry_block();
            let mut body = function.builder_mut().instr_seq(body);
            body.instrs_mut().clear();
            body.unreachable();
            missing.retain(|other| other != part);
        }
    }
    if !missing.is_empty() {
        bail!("the standard library no longer has functions named {missing:?}");
    }
    Ok(())
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
