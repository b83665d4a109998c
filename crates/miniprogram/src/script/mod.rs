//! Scripts: JavaScript and TypeScript, CommonJS and ES modules, as functions of `require`,
//! `module` and `exports`.
//!
//! JavaScript is not printed anew. It is changed in place, so that every line of what runs is the line
//! of the source with that number. TypeScript is compiled first (`typescript`), and what that prints is
//! changed in place.

mod browser;
mod globals;
mod loops;
mod modules;
mod rewriter;
mod typescript;

use std::{
    collections::HashSet,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use oxc_allocator::Allocator;
use oxc_ast::ast::{Comment, Program};
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

use crate::{
    edits::Moves,
    json::literal,
    mappings::{Lines, Mapping, Mappings},
    path,
    problem::Finding,
    script_map::ScriptMap,
    translate::Dependency,
};
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
    /// What is at another column than in the source, or in what that was printed as, beside the first
    /// line's.
    pub(crate) moves: Moves,
    /// Where the parts of what was printed are in the source.
    pub(crate) mappings: Option<Mappings>,
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
        let moved = !self.moves.is_empty() || self.mappings.is_some() || self.source_map.is_some();
        define(path, &self.globals, self.columns(path), moved, &self.code)
    }

    /// What is needed to make the source map of that script.
    pub(crate) fn map(&self, path: &str, source: String) -> ScriptMap {
        let failed = self.findings.iter().any(Finding::is_error);
        // All that runs is one statement, which throws.
        let start = Mapping { line: 0, column: 0, source_line: 0, source_column: 0 };
        let mappings =
            if failed { Some([start].into_iter().collect()) } else { self.mappings.clone() };
        ScriptMap {
            path: path.to_owned(),
            source,
            moves: self.moves.clone(),
            mappings,
            columns: u32::try_from(self.columns(path)).unwrap_or(u32::MAX),
        }
    }

    /// How much its first line has more, in UTF-16 units.
    fn columns(&self, path: &str) -> usize {
        opening(path, &self.globals).encode_utf16().count() + self.head
    }
}

/// The script of a module that gives a value of JSON.
pub(crate) fn json_module(path: &str, json: &str) -> String {
    let columns = opening(path, &[]).encode_utf16().count();
    define(path, &[], columns, false, &format!("module.exports = {json};"))
}

/// `__define(PATH, BODY, GLOBALS, COLUMNS, MOVED);`, see `www/shared/project.ts`.
fn define(path: &str, globals: &[Global], columns: usize, moved: bool, code: &str) -> String {
    let names: Vec<_> = globals.iter().map(|global| literal(&global.name)).collect();
    format!(
        "{}{code}\n}}, [{}], {columns}, {moved});\n//# sourceURL={}\n",
        opening(path, globals),
        names.join(", "),
        path::address(path)
    )
}

/// What is before the code.
fn opening(path: &str, globals: &[Global]) -> String {
    let parameters: String =
        globals.iter().flat_map(|global| [", ", global.parameter.as_str()]).collect();
    format!("__define({}, function (require, module, exports{parameters}) {{", literal(path))
}

/// Reads a script of a template.
pub(crate) fn sjs(text: &str) -> Script {
    compile(text, Language::Sjs)
}

/// Reads a script. If it has errors, its code throws the first of them.
pub(crate) fn compile(text: &str, language: Language) -> Script {
    let script = read(text, language);
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
    let mut parsed = parse(&allocator, text, source_type);
    let mut findings: Vec<Finding> = parsed.diagnostics.errors().map(finding).collect();
    if parsed.panicked || !findings.is_empty() {
        findings.truncate(20);
        return Script { findings, ..Script::default() };
    }
    let source_map = source_map(text, &parsed.program.comments);
    if language != Language::TypeScript {
        return Script {
            source_map: source_map.clone(),
            ..rewrite(text, language, &parsed.program, source_map)
        };
    }
    let semantic = SemanticBuilder::new_compiler().with_enum_eval(true).build(&parsed.program);
    findings.extend(semantic.diagnostics.errors().map(finding));
    let mut scoping = semantic.semantic.into_scoping();
    if findings.is_empty() && text.contains('@') {
        findings.extend(typescript::prepare(&allocator, &mut parsed.program));
        let semantic = SemanticBuilder::new().with_enum_eval(true).build(&parsed.program);
        scoping = semantic.semantic.into_scoping();
    }
    if !findings.is_empty() {
        return Script { findings, ..Script::default() };
    }
    let is_module = parsed.program.source_type.is_module();
    let compile =
        AssertUnwindSafe(|| typescript::compile(&allocator, &mut parsed.program, scoping));
    // A construct that oxc does not expect costs its own file only.
    let Ok(printed) = catch_unwind(compile) else {
        let finding = Finding::error(0, "The compiler of TypeScript failed at this file.");
        return Script { findings: vec![finding], ..Script::default() };
    };
    Script { source_map, ..rewrite_printed(text, printed, is_module) }
}

fn parse<'a>(allocator: &'a Allocator, text: &'a str, source_type: SourceType) -> ParserReturn<'a> {
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    Parser::new(allocator, text, source_type).with_options(options).parse()
}

/// Changes a script in place. The address of its source map is of no use to the browser, which gets
/// another one.
fn rewrite(
    text: &str,
    language: Language,
    program: &Program<'_>,
    source_map: Option<Range<usize>>,
) -> Script {
    let semantic = SemanticBuilder::new_compiler().build(program);
    let mut rewriter =
        rewriter::Rewriter::new(text, language, semantic.semantic.scoping(), program);
    rewriter.findings.extend(semantic.diagnostics.errors().map(finding));
    if let Some(address) = source_map {
        rewriter.edits.replace(address, "");
    }
    rewriter.run(program)
}

/// Changes what TypeScript was printed as. All places in the script are those of the source.
fn rewrite_printed(text: &str, printed: typescript::Printed, is_module: bool) -> Script {
    let typescript::Printed { code, mappings, mut findings } = printed;
    let allocator = Allocator::default();
    let source_type = if is_module { SourceType::mjs() } else { SourceType::script() };
    let parsed = parse(&allocator, &code, source_type);
    let errors: Vec<_> = parsed.diagnostics.errors().map(finding).collect();
    let mut script = if parsed.panicked || !errors.is_empty() {
        Script { findings: errors, ..Script::default() }
    } else {
        rewrite(&code, Language::TypeScript, &parsed.program, None)
    };
    let (lines, source_lines) = (Lines::of(&code), Lines::of(text));
    let source = |offset: usize| {
        let (line, column) = lines.place(offset);
        let (line, column) = mappings.source(line, column);
        source_lines.offset(line, column)
    };
    script.requires.iter_mut().for_each(|required| required.offset = source(required.offset));
    script.findings.iter_mut().for_each(|finding| finding.offset = source(finding.offset));
    script.caught = script.caught.into_iter().map(source).collect();
    script.wx = script.wx.map(source);
    findings.append(&mut script.findings);
    Script { findings, mappings: Some(mappings), ..script }
}

/// Where the address of a source map stands in a script: in the last of its comments that has one.
fn source_map(text: &str, comments: &[Comment]) -> Option<Range<usize>> {
    comments.iter().rev().find_map(|comment| {
        let span = comment.content_span();
        let content = text.get(span.start as usize..span.end as usize)?;
        let written =
            content.strip_prefix(['#', '@'])?.trim_start().strip_prefix("sourceMappingURL=")?;
        let address = written.split_whitespace().next()?;
        let start = span.start as usize + (content.len() - written.len());
        Some(start..start + address.len())
    })
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
