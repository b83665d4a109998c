//! `cargo xtask build --sizes`: what each crate contributes to the package.
//!
//! A function counts for the crate that its code was written in: a generic function of `core` for
//! `core`, whoever calls it, and what the compiler inlined for the function that it ended up in.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasmparser::{ExternalKind, KnownCustom, Name, Parser, Payload, TypeRef};

use crate::{project, sizes};

/// What the rows are called that are no crate's.
const DATA: &str = "(data)";
const TABLES: &str = "(tables of functions)";
const LINKS: &str = "(imports and exports)";
const REST: &str = "(types and headers)";

/// The row of what wasm-bindgen adds between JavaScript and functions.
const BINDGEN: &str = "wasm_bindgen";

/// The row of what the compiler calls where the machine has no instruction.
const BUILTINS: &str = "compiler_builtins";

/// The parts of a file, by whose they are. Together they are the whole file.
type Parts = BTreeMap<String, Vec<Range<usize>>>;

/// Prints what each crate has of the wasm in `wasm`, of which `named` is a copy with the names of
/// its functions, and what the JavaScript in `scripts` adds.
pub(crate) fn print(wasm: &Path, named: &Path, scripts: &[(&str, PathBuf)]) -> Result<()> {
    let bytes = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let names = fs::read(named).with_context(|| named.display().to_string())?;
    let parts = parts(&bytes, &names)?;
    let size = |ranges: &[Range<usize>]| ranges.iter().map(Range::len).sum::<usize>();
    let sum: usize = parts.values().map(|ranges| size(ranges)).sum();
    if sum != bytes.len() {
        bail!("the parts of the wasm are {sum} bytes together, but it has {}", bytes.len());
    }
    let shares = brotli_shares(wasm, &bytes, &parts)?;
    let mut rows: Vec<(String, usize, u64)> = Vec::new();
    for ((name, ranges), brotli) in parts.iter().zip(shares) {
        rows.push((name.clone(), size(ranges), brotli));
    }
    let files: Vec<_> = scripts.iter().map(|(_, path)| path.clone()).collect();
    for ((name, _), [raw, _, brotli]) in scripts.iter().zip(sizes::measure(&files)?) {
        rows.push((format!("({name})"), usize::try_from(raw)?, brotli));
    }
    rows.sort_by(|(one, a, _), (other, b, _)| b.cmp(a).then(one.cmp(other)));
    let (raw, brotli) =
        rows.iter().fold((0, 0), |(raw, brotli), row| (raw + row.1, brotli + row.2));
    println!();
    println!("{:<24}{:>10}{:>9}{:>13}", "crate", "raw", "share", "brotli, ca.");
    for (name, size, brotli) in &rows {
        println!("{name:<24}{size:>10}{:>8}%{brotli:>13}", per_cent(*size, raw));
    }
    println!("{:<24}{raw:>10}{:>8}%{brotli:>13}", "total", per_cent(raw, raw));
    Ok(())
}

/// `part` of `whole` with one digit after the point.
fn per_cent(part: usize, whole: usize) -> String {
    let mill = (part * 1000 + whole / 2) / whole.max(1);
    format!("{}.{}", mill / 10, mill % 10)
}

/// What each part has of the compressed size: the file is compressed without it, and what that
/// saves is its weight. Parts that resemble each other save less than they cost together; the
/// weights are therefore scaled to the size that the whole file has.
fn brotli_shares(wasm: &Path, bytes: &[u8], parts: &Parts) -> Result<Vec<u64>> {
    let folder = project::work().join("sizes");
    fs::create_dir_all(&folder)?;
    let mut files = vec![wasm.to_owned()];
    for (number, ranges) in parts.values().enumerate() {
        let file = folder.join(format!("without-{number}.wasm"));
        fs::write(&file, without(bytes, ranges))?;
        files.push(file);
    }
    let measured = sizes::measure(&files);
    fs::remove_dir_all(&folder)?;
    let mut compressed = measured?.into_iter().map(|[_, _, brotli]| brotli);
    let total = compressed.next().context("sizes.mjs measured nothing")?;
    Ok(scale(total, &compressed.map(|rest| total.saturating_sub(rest)).collect::<Vec<_>>()))
}

/// `total`, divided in the proportion of `weights`; the sum is `total` exactly.
fn scale(total: u64, weights: &[u64]) -> Vec<u64> {
    let all = weights.iter().sum::<u64>().max(1);
    let (mut weight_so_far, mut so_far) = (0, 0);
    let mut share = |weight: &u64| {
        weight_so_far += weight;
        let before = so_far;
        so_far = total * weight_so_far / all;
        so_far - before
    };
    weights.iter().map(&mut share).collect()
}

/// The file without some of its bytes.
fn without(bytes: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut position = 0;
    for range in ranges {
        kept.extend_from_slice(bytes.get(position..range.start).unwrap_or_default());
        position = range.end;
    }
    kept.extend_from_slice(bytes.get(position..).unwrap_or_default());
    kept
}

/// Divides the wasm among the crates; the names of its functions are those in `named`.
fn parts(bytes: &[u8], named: &[u8]) -> Result<Parts> {
    let (functions, names) = (functions(bytes)?, names(named)?);
    if functions.bodies != self::functions(named)?.bodies {
        bail!("the wasm with names is not the same code as the one in the package");
    }
    let mut parts = functions.others;
    for (index, range) in (functions.imported..).zip(functions.ranges) {
        let name = names.get(&index).map_or("", String::as_str);
        let owner = owner(name, functions.exported.contains(&index));
        parts.entry(owner.to_owned()).or_default().push(range);
    }
    Ok(parts)
}

/// The functions of a wasm file, and what else is in it.
struct Functions<'a> {
    /// How many there are before those with a body.
    imported: u32,
    exported: HashSet<u32>,
    bodies: Vec<&'a [u8]>,
    /// Where the bodies are, with the length before each.
    ranges: Vec<Range<usize>>,
    others: Parts,
}

fn functions(bytes: &[u8]) -> Result<Functions<'_>> {
    let mut found = Functions {
        imported: 0,
        exported: HashSet::new(),
        bodies: Vec::new(),
        ranges: Vec::new(),
        others: Parts::new(),
    };
    // Where what is not yet anybody's begins: a section's header comes before the section.
    let mut start = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let (row, end) = match payload? {
            Payload::Version { range, .. } => (REST, range.end),
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    let kind = import?.ty;
                    found.imported +=
                        u32::from(matches!(kind, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
                (LINKS, section.range().end)
            }
            Payload::ExportSection(section) => {
                for export in section.clone() {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        found.exported.insert(export.index);
                    }
                }
                (LINKS, section.range().end)
            }
            Payload::ElementSection(section) => (TABLES, section.range().end),
            Payload::DataSection(section) => (DATA, section.range().end),
            Payload::CodeSectionStart { range, size, .. } => {
                // The header and the number of functions; the bodies come one by one.
                let content = range.end - usize::try_from(size)?;
                let count = bytes.get(content..).unwrap_or_default();
                let length = count.iter().take_while(|byte| **byte >= 0x80).count() + 1;
                (REST, content + length)
            }
            Payload::CodeSectionEntry(body) => {
                found.bodies.push(bytes.get(body.range()).unwrap_or_default());
                found.ranges.push(start..body.range().end);
                start = body.range().end;
                continue;
            }
            Payload::End(_) => continue,
            other => match other.as_section() {
                Some((_, range)) => (REST, range.end),
                None => bail!("the wasm has a part of an unknown kind"),
            },
        };
        found.others.entry(row.to_owned()).or_default().push(start..end);
        start = end;
    }
    Ok(found)
}

/// The names of functions, by their number.
fn names(bytes: &[u8]) -> Result<HashMap<u32, String>> {
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(subsections) = section.as_known() else { continue };
        for subsection in subsections {
            let Name::Function(functions) = subsection? else { continue };
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, naming.name.to_owned());
            }
        }
    }
    if names.is_empty() {
        bail!("the wasm has no names of functions");
    }
    Ok(names)
}

/// The crate whose code the function of this (demangled) name is.
fn owner(name: &str, exported: bool) -> &str {
    if name.ends_with(" shim") {
        return BINDGEN;
    }
    // `<Type as Trait>::method`: the crate of the type; that of the trait for `&T`, `str` or `()`.
    if let Some(implementation) = name.strip_prefix('<') {
        let (of, rest) = implementation.split_once(" as ").unwrap_or((implementation, ""));
        return root(of).or_else(|| root(rest)).unwrap_or("core");
    }
    if let Some(root) = root(name) {
        return match root {
            // What stands for the allocator.
            "__rustc" => "alloc",
            _ => root,
        };
    }
    if name.starts_with("__wbindgen") || name.starts_with("__externref") {
        BINDGEN
    } else if name.starts_with("__rust") || name.starts_with("__rdl") || name.starts_with("__rg") {
        "alloc"
    } else if exported && !name.starts_with("__") {
        "tt_rtc"
    } else {
        BUILTINS
    }
}

/// The first part of a path with several; nothing where a type is none of a crate.
fn root(path: &str) -> Option<&str> {
    let mut path = path;
    for before in ["&", "mut ", "*const ", "*mut ", "dyn ", "[", "("] {
        path = path.strip_prefix(before).unwrap_or(path);
    }
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let end = path.find(|letter| !is_name(letter))?;
    let (root, rest) = path.split_at_checked(end)?;
    // In names of the newer kind, which Rust's own library has, the crate's number follows.
    let number = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let rest = number.map_or(rest, |(_, rest)| rest);
    (!root.is_empty() && rest.starts_with("::")).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::{owner, scale, without};

    #[test]
    fn a_function_is_of_the_crate_that_it_is_written_in() {
        assert_eq!(owner("tt_rtc_room::hub::Hub<C>::join::h1", false), "tt_rtc_room");
        assert_eq!(owner("core[c5930c85a12de822]::fmt::write", false), "core");
        assert_eq!(owner("<alloc[0a1b]::vec::Vec<u8>>::push", false), "alloc");
        assert_eq!(owner("core::ptr::drop_in_place<tt_rtc::Call>::h1", false), "core");
        assert_eq!(
            owner("litemap::store::<impl litemap::Store for alloc::Vec<K>>::get", false),
            "litemap"
        );
    }

    #[test]
    fn an_implementation_is_of_the_crate_of_its_type() {
        assert_eq!(owner("<tt_rtc::Call as core::fmt::Debug>::fmt::h1", false), "tt_rtc");
        assert_eq!(owner("<&mut tt_rtc::Call as core::fmt::Debug>::fmt", false), "tt_rtc");
        assert_eq!(owner("<&T as core::fmt::Display>::fmt", false), "core");
        assert_eq!(owner("<str as alloc::string::ToString>::to_string", false), "alloc");
        assert_eq!(owner("<T as serde_core::ser::Serialize>::serialize", false), "serde_core");
    }

    #[test]
    fn functions_without_a_path_are_of_the_library_if_it_exports_them() {
        assert_eq!(owner("createWebRoomContext", true), "tt_rtc");
        assert_eq!(owner("createWebRoomContext externref shim", true), "wasm_bindgen");
        assert_eq!(owner("__wbindgen_malloc", true), "wasm_bindgen");
        assert_eq!(owner("memcpy", false), "compiler_builtins");
        assert_eq!(owner("__multi3", true), "compiler_builtins");
    }

    #[test]
    fn shares_are_the_whole_together() {
        let shares = scale(1000, &[1, 1, 1, 0, 4]);
        assert_eq!(shares.iter().sum::<u64>(), 1000);
        assert_eq!(shares, [142, 143, 143, 0, 572]);
    }

    #[test]
    fn nothing_but_the_part_is_missing() {
        assert_eq!(without(b"abcdefg", &[1..2, 4..6]), b"acdg");
    }
}
