//! ES modules in terms of `require` and `exports`.
//!
//! All that a module imports is required, and all it exports defined, on its first line, as the
//! standard has imports run before everything else. An imported name becomes a property read at
//! each use, an exported one a getter: both stay live.

use std::fmt::Write;

use oxc_ast::ast::{
    BindingPattern, Declaration, ExportDefaultDeclarationKind, ImportDeclaration,
    ImportDeclarationSpecifier, ModuleExportName, Program, Statement,
};
use oxc_span::{GetSpan, Span};
use oxc_syntax::symbol::SymbolId;

use super::{rewriter::Rewriter, typescript};
use crate::{json::literal, translate::Dependency};

/// What goes before and behind a module's own code.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    /// Exported names and the expression each reads.
    exports: Vec<(String, String)>,
    /// Statements that require, in order.
    requires: String,
    /// Modules all of whose exports are exported.
    stars: Vec<String>,
    /// How many modules were required.
    count: usize,
}

impl<'a> Rewriter<'a, '_> {
    /// Whether a name of the module's own would clash with a parameter of its function.
    fn clashes(program: &Program<'a>) -> bool {
        let scoped = |name: &str| matches!(name, "require" | "module" | "exports");
        program.body.iter().any(|statement| match statement {
            Statement::VariableDeclaration(declaration) => {
                !declaration.kind.is_var() && {
                    let mut names = Vec::new();
                    declaration.declarations.iter().for_each(|d| bound(&d.id, &mut names));
                    names.iter().any(|name| scoped(name))
                }
            }
            Statement::ClassDeclaration(class) => {
                class.id.as_ref().is_some_and(|id| scoped(&id.name))
            }
            Statement::ExportDeclaration(export) => match &export.declaration {
                Declaration::VariableDeclaration(declaration) => {
                    let mut names = Vec::new();
                    declaration.declarations.iter().for_each(|d| bound(&d.id, &mut names));
                    names.iter().any(|name| scoped(name))
                }
                Declaration::ClassDeclaration(class) => {
                    class.id.as_ref().is_some_and(|id| scoped(&id.name))
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// Notes what the module imports and exports, and takes the statements away.
    pub(super) fn declare(&mut self, program: &Program<'a>) {
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(import) => self.import(import),
                Statement::ExportFromDeclaration(export) => {
                    self.remove(export.span);
                    let values = &export.specifiers;
                    let variable = self.require(&export.source.value, export.source.span);
                    let interop = values.iter().any(|s| s.local.name() == "default");
                    if interop {
                        self.interop(&variable);
                    }
                    for specifier in values {
                        let read = member(&variable, &specifier.local.name());
                        self.frame.exports.push((specifier.exported.name().to_string(), read));
                    }
                }
                Statement::ExportAllDeclaration(export) => {
                    self.remove(export.span);
                    let variable = self.require(&export.source.value, export.source.span);
                    match &export.exported {
                        Some(name) => {
                            let namespace = self.whole(&variable);
                            self.frame.exports.push((name.name().to_string(), namespace));
                        }
                        None => self.frame.stars.push(variable),
                    }
                }
                _ => {}
            }
        }
        for statement in &program.body {
            match statement {
                Statement::ExportNamedDeclaration(export) => {
                    self.remove(export.span);
                    for specifier in &export.specifiers {
                        let ModuleExportName::IdentifierReference(local) = &specifier.local else {
                            continue;
                        };
                        let symbol = self.symbol(local);
                        let read = symbol.and_then(|symbol| self.imports.get(&symbol).cloned());
                        let read = read.unwrap_or_else(|| local.name.to_string());
                        self.frame.exports.push((specifier.exported.name().to_string(), read));
                    }
                }
                Statement::ExportDeclaration(export) => {
                    let start = export.declaration.span().start;
                    self.edits.blank(range(Span::new(export.span.start, start)));
                    for name in declared(&export.declaration) {
                        self.frame.exports.push((name.clone(), name));
                    }
                }
                Statement::ExportDefaultDeclaration(export) => {
                    let before =
                        range(Span::new(export.span.start, export.declaration.span().start));
                    let default = format!("{}default", self.prefix);
                    let mut name = default.clone();
                    match &export.declaration {
                        ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                            self.edits.blank(before);
                            match &function.id {
                                Some(id) => name = id.name.to_string(),
                                None => {
                                    let at = function.params.span.start as usize;
                                    self.edits.insert(at, format!(" {default}"));
                                }
                            }
                        }
                        ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                            self.edits.blank(before);
                            match &class.id {
                                Some(id) => name = id.name.to_string(),
                                None => {
                                    let keyword = class.span.start as usize;
                                    self.edits
                                        .insert(keyword + "class".len(), format!(" {default}"));
                                }
                            }
                        }
                        _ => self.edits.replace(before, format!("var {default} = ")),
                    }
                    self.frame.exports.push(("default".to_owned(), name));
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, import: &ImportDeclaration<'a>) {
        self.remove(import.span);
        let specifiers: &[_] =
            import.specifiers.as_ref().map_or(&[], |specifiers| specifiers.as_slice());
        let variable = self.require(&import.source.value, import.source.span);
        let mut interop = false;
        for specifier in specifiers {
            let local = specifier.local();
            let read = match specifier {
                ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => {
                    member(&variable, "default")
                }
                ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    member(&variable, &named.imported.name())
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => self.whole(&variable),
            };
            interop |= read == member(&variable, "default");
            if let Some(symbol) = local.symbol_id.get() {
                self.imports.insert(symbol, read);
            }
        }
        if interop {
            self.interop(&variable);
        }
    }

    /// Requires a module on the first line; the variable it is in.
    fn require(&mut self, source: &str, span: Span) -> String {
        self.requires.push(Dependency { name: source.to_owned(), offset: span.start as usize });
        self.frame.count += 1;
        let variable = format!("{}{}", self.prefix, self.frame.count);
        let source = self.sjs_path(source);
        let _ = write!(
            self.frame.requires,
            "const {variable} = {}({});",
            self.require_name(),
            literal(&source)
        );
        variable
    }

    /// Lets `default` of a CommonJS module be its `module.exports`.
    fn interop(&mut self, variable: &str) {
        let _ = write!(
            self.frame.requires,
            "const {variable}d = {variable} && {variable}.__esModule ? {variable} : {{ default: {variable} }};",
        );
    }

    /// The module as `import *` sees it.
    fn whole(&mut self, variable: &str) -> String {
        let _ = write!(
            self.frame.requires,
            "const {variable}n = {variable} && {variable}.__esModule ? {variable} : Object.assign({{}}, {variable}, {{ default: {variable} }});",
        );
        format!("{variable}n")
    }

    fn require_name(&self) -> String {
        if self.block { format!("{}require", self.prefix) } else { "require".to_owned() }
    }

    /// Chooses the shape of the module's function.
    pub(super) fn shape(&mut self, program: &Program<'a>) {
        self.block = Self::clashes(program);
    }

    /// Puts the frame around the code. Says how much is in front of it, in UTF-16 units.
    pub(super) fn frame(&mut self, program: &Program<'a>, code: &str) -> (String, usize) {
        let frame = std::mem::take(&mut self.frame);
        let prefix = self.prefix.clone();
        let esm = program.source_type.is_module();
        let mut head = String::new();
        if esm {
            head.push_str("\"use strict\";");
        }
        if self.decorates {
            let _ = write!(head, "const {prefix}helpers{}", typescript::HELPER_FUNCTIONS);
        }
        let exports = if self.block {
            let _ = write!(head, "const {prefix}require = require, {prefix}exports = exports;{{");
            format!("{prefix}exports")
        } else {
            "exports".to_owned()
        };
        let exporting = program.body.iter().any(|statement| {
            matches!(
                statement,
                Statement::ExportDeclaration(_)
                    | Statement::ExportDefaultDeclaration(_)
                    | Statement::ExportNamedDeclaration(_)
                    | Statement::ExportFromDeclaration(_)
                    | Statement::ExportAllDeclaration(_)
            )
        });
        if exporting {
            let _ = write!(
                head,
                "Object.defineProperty({exports}, \"__esModule\", {{ value: true }});"
            );
        }
        for (name, read) in &frame.exports {
            let _ = write!(
                head,
                "Object.defineProperty({exports}, {}, {{ enumerable: true, configurable: true, get: () => {read} }});",
                literal(name),
            );
        }
        head.push_str(&frame.requires);
        for star in &frame.stars {
            let _ = write!(
                head,
                "Object.keys({star} || {{}}).forEach((key) => {{ if (key !== \"default\" && !Object.prototype.hasOwnProperty.call({exports}, key)) Object.defineProperty({exports}, key, {{ enumerable: true, configurable: true, get: () => {star}[key] }}); }});",
            );
        }
        let tail = if self.block { "\n}" } else { "" };
        (format!("{head}{code}{tail}"), head.encode_utf16().count())
    }
}

/// Names that a declaration gives values to.
fn declared(declaration: &Declaration) -> Vec<String> {
    let mut names = Vec::new();
    match declaration {
        Declaration::VariableDeclaration(variables) => {
            variables.declarations.iter().for_each(|declarator| bound(&declarator.id, &mut names));
        }
        Declaration::FunctionDeclaration(function) => {
            names.extend(function.id.as_ref().map(|id| id.name.to_string()));
        }
        Declaration::ClassDeclaration(class) => {
            names.extend(class.id.as_ref().map(|id| id.name.to_string()));
        }
        _ => {}
    }
    names
}

/// A property of a module; `default` through its interoperable form.
fn member(variable: &str, name: &str) -> String {
    if name == "default" {
        return format!("{variable}d.default");
    }
    let plain = name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    if plain { format!("{variable}.{name}") } else { format!("{variable}[{}]", literal(name)) }
}

/// Names that a pattern binds.
pub(super) fn bound(pattern: &BindingPattern, names: &mut Vec<String>) {
    match pattern {
        BindingPattern::BindingIdentifier(id) => names.push(id.name.to_string()),
        BindingPattern::ObjectPattern(object) => {
            object.properties.iter().for_each(|property| bound(&property.value, names));
            if let Some(rest) = &object.rest {
                bound(&rest.argument, names);
            }
        }
        BindingPattern::ArrayPattern(array) => {
            array.elements.iter().flatten().for_each(|element| bound(element, names));
            if let Some(rest) = &array.rest {
                bound(&rest.argument, names);
            }
        }
        BindingPattern::AssignmentPattern(assignment) => bound(&assignment.left, names),
    }
}

pub(super) fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

/// By symbol, the expression that reads what was imported.
pub(super) type Imports = std::collections::HashMap<SymbolId, String>;
