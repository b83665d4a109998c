//! Templates, from TTML to the script a phone loads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use glass_easel_template_compiler::{
    TmplGroup,
    parse::{ParseErrorKind, ParseErrorLevel},
};

use crate::{
    json::literal,
    places,
    problem::{Finding, Severity},
    translate::{Dependency, PREFIX, Translation, translate},
    ttml,
};

/// What scripts of templates have that JavaScript has not. Their console is that of the phone, which
/// the desk shows, where there is one.
const RUNTIME: &str = "var console=globalThis.__console||globalThis.console,getRegExp=function(p,f){return new RegExp(p===undefined?'':p,f)},\
getDate=function(){return arguments.length?new (Function.prototype.bind.apply(Date,[null].concat([].slice.call(arguments))))():new Date()},\
__type=function(v){return v==null?v.constructor:Object.prototype.toString.call(v).slice(8,-1)};";

/// A template file that was read.
#[derive(Debug)]
pub(crate) struct Template {
    group: TmplGroup,
    pub(crate) imports: Vec<Dependency>,
    pub(crate) scripts: Vec<Dependency>,
    pub(crate) tags: Vec<Dependency>,
    /// What is wrong with built-in components, by tag.
    pub(crate) uses: Vec<(String, Finding)>,
    pub(crate) findings: Vec<Finding>,
}

impl Template {
    /// Reads the template `name` from the file at `path`.
    pub(crate) fn read(text: &str, path: &str, name: &str) -> Self {
        let translation = translate(text, path, ttml::parse(text));
        let mut findings = translation.findings.clone();
        let mut group = TmplGroup::new();
        // The compiler is not ours; should it fail on something, that costs this template only.
        let parsed = catch_unwind(AssertUnwindSafe(|| group.add_tmpl(name, &translation.text)));
        match parsed {
            Ok(errors) => {
                // Each place is looked for from the start; a file has no more problems than it shows.
                for error in errors.into_iter().take(500) {
                    let severity = match error.kind.level() {
                        ParseErrorLevel::Note => continue,
                        ParseErrorLevel::Warn => Severity::Warning,
                        ParseErrorLevel::Error | ParseErrorLevel::Fatal => Severity::Error,
                    };
                    let (line, column) = error.location.start.line_col_utf16();
                    let offset = translation.source(line, column);
                    // A declaration of a namespace, as an XML editor writes it, is none of the program's.
                    let at = text.get(offset..).unwrap_or_default();
                    if at.starts_with("xmlns:") {
                        continue;
                    }
                    findings.push(Finding { severity, offset, message: sentence(&error.kind) });
                }
            }
            Err(_) => {
                group = TmplGroup::new();
                findings.push(Finding::error(0, "The template compiler failed on this file."));
            }
        }
        let Translation { imports, scripts, tags, uses, .. } = translation;
        Self { group, imports, scripts, tags, uses: uses.findings, findings }
    }

    /// The first thing that keeps it from being shown.
    pub(crate) fn error(&self) -> Option<&Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.is_error())
            .min_by_key(|finding| finding.offset)
    }
}

/// What is wrong, for somebody who never heard of the compiler.
fn sentence(kind: &ParseErrorKind) -> String {
    let text = match kind {
        ParseErrorKind::UnexpectedExpressionCharacter | ParseErrorKind::UnexpectedCharacter => {
            "This expression is not understood from here on: {{}} takes data, literals and operators, but no statements, functions, regular expressions or template texts."
        }
        ParseErrorKind::MissingExpressionEnd => "This {{ has no }} that closes it.",
        ParseErrorKind::EmptyExpression => "There is nothing in this {{}}.",
        ParseErrorKind::IncompleteConditionExpression => "A condition is written a ? b : c.",
        ParseErrorKind::UnmatchedBracket => "A bracket of this expression is not closed.",
        ParseErrorKind::UnmatchedParenthesis => "A parenthesis of this expression is not closed.",
        ParseErrorKind::IllegalEscapeSequence => "This \\ escapes nothing that is known.",
        ParseErrorKind::InvalidAttribute => {
            "This attribute does nothing here: tt:elif and tt:else follow an element with tt:if, and block and template take only directives."
        }
        ParseErrorKind::InvalidAttributePrefix => "No attribute begins like this before its colon.",
        ParseErrorKind::InvalidAttributeValue => "This value is not understood.",
        ParseErrorKind::DuplicatedName => "There is a module of this name already.",
        ParseErrorKind::ChildNodesNotAllowed => "This element cannot have content here.",
        ParseErrorKind::MissingModuleName => {
            "A template needs name, to be defined, or is, to be used."
        }
        other => return format!("Not understood: {other}."),
    };
    text.to_owned()
}

/// What makes up the script of a page or component.
#[derive(Default)]
pub(crate) struct Parts<'a> {
    /// Templates it uses, itself included, by name.
    pub(crate) templates: Vec<(&'a str, &'a Template)>,
    /// Names of templates that are not there.
    pub(crate) missing: Vec<&'a str>,
    /// Paths of scripts and their code.
    pub(crate) scripts: Vec<(&'a str, &'a str)>,
}

/// The script a phone loads for `name`.
pub(crate) fn compile(name: &str, parts: &Parts) -> String {
    let groups = catch_unwind(AssertUnwindSafe(|| {
        let mut group = TmplGroup::new();
        for (_, template) in &parts.templates {
            group.import_group(&template.group);
        }
        for missing in &parts.missing {
            let _ = group.add_tmpl(missing, "");
        }
        for (path, code) in &parts.scripts {
            group.add_script(path, &format!("{code}\n"));
        }
        group.set_extra_runtime_script(RUNTIME);
        group.get_tmpl_gen_object_groups()
    }));
    match groups {
        Ok(Ok(groups)) => {
            format!("__template({}, {});\n", literal(name), places::as_comments(&groups))
        }
        _ => failed(name, "The template compiler failed on this page."),
    }
}

/// The script of a page whose template cannot be shown: it shows why, and says so in its last
/// argument, for a phone that has a better one.
pub(crate) fn failed(name: &str, message: &str) -> String {
    let mut text = String::new();
    for c in message.chars() {
        match c {
            '<' => text.push_str("&lt;"),
            '&' => text.push_str("&amp;"),
            '{' => text.push_str("&#123;"),
            c => text.push(c),
        }
    }
    let style = "display:block;margin:12px;padding:12px;border:1px solid #c00;border-radius:4px;background:#fff4f4;color:#900;font:13px/1.5 monospace;white-space:pre-wrap;word-break:break-word;";
    let mut group = TmplGroup::new();
    let _ = group.add_tmpl(name, &format!("<{PREFIX}view style=\"{style}\">{text}</{PREFIX}view>"));
    let groups = group.get_tmpl_gen_object_groups().unwrap_or_else(|_| "{}".to_owned());
    format!("__template({}, {groups}, true);\n", literal(name))
}
