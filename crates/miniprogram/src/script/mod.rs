//! Scripts: JavaScript and TypeScript, CommonJS and ES modules, as functions of `require`,
//! `module` and `exports`.
//!
//! Nothing is printed anew. The source is changed in place, where it says `import` or `export` and
//! where it has types, so that every line of what runs is the line of the source with that number.

mod browser;
mod decorators;
mod globals;
mod loops;
mod modules;
mod rewriter;
mod types;

use std::{collections::HashSet, ops::Range};

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

use crate::{edits::Moves, json::literal, path, problem::Finding, translate::Dependency};
use globals::Global;

/// Deeper brackets are not read: a parser works by recursion.
const DEPTH: usize = 1_000;

/// A script that was read.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// The body of its function; the first line has more than the source's first.
    pub(crate) code: String,
    /// How much more it has, in UTF-16 units.
    head: usize,
    /// What is at another column than in the source, beside the first line's.
    pub(crate) moves: Moves,
    /// Where the address of its source map stands in the source.
    pub(crate) source_map: Option<Range<usize>>,
    /// The globals it uses, each a parameter of its function.
    globals: Vec<Global>,
    /// Where it first takes for granted that there is `wx`.
    pub(crate) wx: Option<usize>,
    /// Whether it requires modules whose paths it puts together when it runs.
    pub(crate) computes_paths: bool,
    /// What it requires, as written.
    pub(crate) requires: Vec<Dependency>,
    /// Of those, the offsets of what may be missing: the script catches what is thrown then.
    pub(crate) caught: HashSet<usize>,
    pub(crate) findings: Vec<Finding>,
    /// What `options` of `Component()` say of styles.
    pub(crate) style_isolation: Option<String>,
}

/// The language of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    JavaScript,
    TypeScript,
    /// Scripts of templates: JavaScript where `.constructor` is a text.
    Sjs,
}

impl Script {
    /// The script a phone loads for the module of this path.
    pub(crate) fn module(&self, path: &str) -> String {
        let moved = !self.moves.is_empty() || self.source_map.is_some();
        define(path, &self.globals, self.head, moved, &self.code)
    }
}

/// The script of a module that gives a value of JSON.
pub(crate) fn json_module(path: &str, json: &str) -> String {
    define(path, &[], 0, false, &format!("module.exports = {json};"))
}

/// `__define(PATH, BODY, GLOBALS, COLUMNS, MOVED);`, see `www/shared/project.ts`.
fn define(path: &str, globals: &[Global], head: usize, moved: bool, code: &str) -> String {
    let parameters: String =
        globals.iter().flat_map(|global| [", ", global.parameter.as_str()]).collect();
    let names: Vec<_> = globals.iter().map(|global| literal(&global.name)).collect();
    let before =
        format!("__define({}, function (require, module, exports{parameters}) {{", literal(path));
    let columns = before.encode_utf16().count() + head;
    format!(
        "{before}{code}\n}}, [{}], {columns}, {moved});\n//# sourceURL={}\n",
        names.join(", "),
        path::address(path)
    )
}

/// Reads a script of a template.
pub(crate) fn sjs(text: &str) -> Script {
    compile(text, Language::Sjs)
}

/// Reads a script. If it has errors, its code throws the first of them.
pub(crate) fn compile(text: &str, language: Language) -> Script {
    let mut script = read(text, language);
    script.source_map = source_map(text);
    match script.findings.iter().find(|finding| finding.is_error()) {
        Some(error) => {
            let place = error.locate("", text);
            let message =
                format!("{} (line {}, column {})", error.message, place.line, place.column);
            Script { code: format!("throw new SyntaxError({});", literal(&message)), ..script }
        }
        None => script,
    }
}

fn read(text: &str, language: Language) -> Script {
    if let Some(offset) = too_deep(text) {
        let finding =
            Finding::error(offset, format!("Brackets lie more than {DEPTH} deep in each other."));
        return Script { findings: vec![finding], ..Script::default() };
    }
    let source_type = match language {
        Language::JavaScript | Language::Sjs => SourceType::unambiguous(),
        Language::TypeScript => SourceType::ts().with_unambiguous(true),
    };
    let allocator = Allocator::default();
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let parsed = Parser::new(&allocator, text, source_type).with_options(options).parse();
    let mut findings: Vec<Finding> = parsed.diagnostics.errors().map(finding).collect();
    if parsed.panicked || !findings.is_empty() {
        findings.truncate(20);
        return Script { findings, ..Script::default() };
    }
    let semantic = SemanticBuilder::new_compiler().build(&parsed.program);
    findings.extend(semantic.diagnostics.errors().map(finding));
    let mut rewriter =
        rewriter::Rewriter::new(text, language, semantic.semantic.scoping(), &parsed.program);
    rewriter.findings = findings;
    rewriter.run(&parsed.program)
}

/// Where the address of a source map stands in a script, which tools put at its end.
fn source_map(text: &str) -> Option<Range<usize>> {
    let comment = "sourceMappingURL=";
    let at = text.rfind(comment).filter(|at| {
        text.get(..*at).is_some_and(|before| before.ends_with("//# ") || before.ends_with("//@ "))
    })?;
    let start = at + comment.len();
    let address = text.get(start..)?.split_whitespace().next()?;
    Some(start..start + address.len())
}

/// What the parser says, in a sentence and at a place.
fn finding(diagnostic: &oxc_diagnostics::OxcDiagnostic) -> Finding {
    let offset = diagnostic.labels.first().map_or(0, |label| label.offset() as usize);
    let mut message = diagnostic.message.trim().to_owned();
    if !message.ends_with(['.', '?', '!']) {
        message.push('.');
    }
    if let Some(help) = &diagnostic.help {
        message.push(' ');
        message.push_str(help.trim());
    }
    Finding::error(offset, message)
}

/// Where brackets lie too deep in each other. Brackets in texts count as well: no file is near the
/// limit.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > DEPTH {
                    return Some(offset);
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
