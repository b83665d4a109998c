//! Walks a script and changes it in place.

use std::collections::HashSet;

use oxc_allocator::ArenaVec;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AwaitExpression, CallExpression, Expression, ForOfStatement,
    Function, IdentifierReference, ImportDeclaration, ImportExpression, ImportMeta,
    ObjectExpression, ObjectProperty, ObjectPropertyKind, Program, Statement,
    StaticMemberExpression, TSNamespaceDeclaration, TaggedTemplateExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::{scope::ScopeFlags, symbol::SymbolId};

use super::{
    Language, Script,
    modules::{Frame, Imports, range},
};
use crate::{edits::Edits, path, problem::Finding, translate::Dependency};

pub(super) struct Rewriter<'a, 's> {
    source: &'a str,
    pub(super) language: Language,
    pub(super) scoping: &'s Scoping,
    pub(super) edits: Edits,
    pub(super) requires: Vec<Dependency>,
    pub(super) findings: Vec<Finding>,
    pub(super) imports: Imports,
    pub(super) frame: Frame,
    /// What our own names begin with; no name of the source does.
    pub(super) prefix: String,
    /// Whether the code stands in a block of its own, since it has names of our parameters.
    pub(super) block: bool,
    /// Where statements begin that follow another.
    starts: HashSet<u32>,
    /// Functions around the node at hand.
    functions: usize,
    style_isolation: Option<String>,
}

impl<'a, 's> Rewriter<'a, 's> {
    pub(super) fn new(
        source: &'a str,
        language: Language,
        scoping: &'s Scoping,
        program: &Program<'a>,
    ) -> Self {
        let mut prefix = "$m".to_owned();
        while source.contains(&prefix) {
            prefix.push('$');
        }
        let mut rewriter = Self {
            source,
            language,
            scoping,
            edits: Edits::default(),
            requires: Vec::new(),
            findings: Vec::new(),
            imports: Imports::new(),
            frame: Frame::default(),
            prefix,
            block: false,
            starts: HashSet::new(),
            functions: 0,
            style_isolation: None,
        };
        rewriter.shape(program);
        rewriter
    }

    pub(super) fn run(mut self, program: &Program<'a>) -> Script {
        if let Some(hashbang) = &program.hashbang {
            self.edits.blank(range(hashbang.span));
        }
        self.declare(program);
        self.visit_program(program);
        let code = std::mem::take(&mut self.edits).apply(self.source);
        Script {
            code: self.frame(program, &code),
            requires: self.requires,
            findings: self.findings,
            style_isolation: self.style_isolation,
        }
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.source.get(range(span)).unwrap_or_default()
    }

    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) {
        self.findings.push(Finding::error(span.start as usize, message));
    }

    /// Takes a statement away. The semicolon keeps the lines around it apart.
    pub(super) fn remove(&mut self, span: Span) {
        self.edits.replace(range(span), ";");
    }

    pub(super) fn symbol(&self, reference: &IdentifierReference<'a>) -> Option<SymbolId> {
        let id = reference.reference_id.get()?;
        self.scoping.get_reference(id).symbol_id()
    }

    /// The expression that reads an imported name.
    fn imported(&self, reference: &IdentifierReference<'a>) -> Option<&str> {
        self.imports.get(&self.symbol(reference)?).map(String::as_str)
    }

    /// Whether a name means the module's parameter.
    fn is_require(&self, callee: &Expression<'a>) -> bool {
        matches!(callee, Expression::Identifier(id) if id.name == "require" && self.symbol(id).is_none())
    }

    /// Scripts of templates require each other by their whole names.
    pub(super) fn sjs_path(&self, source: &str) -> String {
        let whole =
            self.language != Language::Sjs || matches!(path::extension(source), "sjs" | "wxs");
        if whole { source.to_owned() } else { format!("{source}.sjs") }
    }

    /// A call whose function was imported: it is not a method of its module.
    fn callee(&mut self, callee: &Expression<'a>) -> bool {
        let Expression::Identifier(id) = callee else { return false };
        let Some(read) = self.imported(id) else { return false };
        let text = match (read.contains(['.', '[']), self.starts.contains(&id.span.start)) {
            (false, _) => read.to_owned(),
            (true, false) => format!("(0, {read})"),
            (true, true) => format!(";(0, {read})"),
        };
        self.edits.replace(range(id.span), text);
        true
    }

    /// Reads `options` of a component for what they say of styles.
    fn component(&mut self, call: &CallExpression<'a>) {
        let named = matches!(&call.callee, Expression::Identifier(id) if matches!(id.name.as_str(), "Component" | "Page"));
        let Some(Argument::ObjectExpression(definition)) = call.arguments.first().filter(|_| named)
        else {
            return;
        };
        let Some(Expression::ObjectExpression(options)) = property(definition, "options") else {
            return;
        };
        if let Some(Expression::StringLiteral(isolation)) = property(options, "styleIsolation") {
            self.style_isolation = Some(isolation.value.to_string());
        } else if let Some(Expression::BooleanLiteral(global)) = property(options, "addGlobalClass")
            && global.value
        {
            self.style_isolation = Some("apply-shared".to_owned());
        }
    }

    pub(super) fn has_values(_namespace: &TSNamespaceDeclaration<'a>) -> bool {
        false
    }
}

fn property<'a, 'b>(object: &'b ObjectExpression<'a>, name: &str) -> Option<&'b Expression<'a>> {
    object.properties.iter().find_map(|property| match property {
        ObjectPropertyKind::ObjectProperty(property)
            if property.key.is_specific_static_name(name) =>
        {
            Some(&property.value)
        }
        _ => None,
    })
}

impl<'a> Visit<'a> for Rewriter<'a, '_> {
    fn visit_statements(&mut self, statements: &ArenaVec<'a, Statement<'a>>) {
        for statement in statements.iter().skip(1) {
            if let Statement::ExpressionStatement(expression) = statement {
                self.starts.insert(expression.span.start);
            }
        }
        walk::walk_statements(self, statements);
    }

    fn visit_import_declaration(&mut self, _: &ImportDeclaration<'a>) {}

    fn visit_export_named_declaration(&mut self, _: &oxc_ast::ast::ExportNamedDeclaration<'a>) {}

    fn visit_export_from_declaration(&mut self, _: &oxc_ast::ast::ExportFromDeclaration<'a>) {}

    fn visit_export_all_declaration(&mut self, _: &oxc_ast::ast::ExportAllDeclaration<'a>) {}

    fn visit_identifier_reference(&mut self, reference: &IdentifierReference<'a>) {
        if let Some(read) = self.imported(reference) {
            let read = read.to_owned();
            self.edits.replace(range(reference.span), read);
        }
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        if let Expression::Identifier(id) = &property.value
            && property.shorthand
        {
            if let Some(read) = self.imported(id) {
                let text = format!(": {read}");
                self.edits.insert(id.span.end as usize, text);
            }
            return;
        }
        walk::walk_object_property(self, property);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        self.component(call);
        if self.is_require(&call.callee) {
            match call.arguments.first() {
                Some(Argument::StringLiteral(source)) => {
                    self.requires.push(Dependency {
                        name: source.value.to_string(),
                        offset: source.span.start as usize,
                    });
                    let path = self.sjs_path(&source.value);
                    if path != source.value.as_str() {
                        self.edits.replace(range(source.span), crate::json::literal(&path));
                    }
                }
                Some(other)
                    if !matches!(other, Argument::TemplateLiteral(_))
                        || self.language != Language::Sjs =>
                {
                    self.findings.push(Finding::warning(
                        other.span().start as usize,
                        "Only a text in quotes can be required; this may be missing when it runs.",
                    ));
                }
                _ => {}
            }
        }
        if self.callee(&call.callee) {
            if let Some(types) = &call.type_arguments {
                self.visit_ts_type_parameter_instantiation(types);
            }
            self.visit_arguments(&call.arguments);
        } else {
            walk::walk_call_expression(self, call);
        }
    }

    fn visit_tagged_template_expression(&mut self, tagged: &TaggedTemplateExpression<'a>) {
        if self.callee(&tagged.tag) {
            if let Some(types) = &tagged.type_arguments {
                self.visit_ts_type_parameter_instantiation(types);
            }
            self.visit_template_literal(&tagged.quasi);
        } else {
            walk::walk_tagged_template_expression(self, tagged);
        }
    }

    fn visit_static_member_expression(&mut self, member: &StaticMemberExpression<'a>) {
        walk::walk_static_member_expression(self, member);
        if self.language == Language::Sjs && member.property.name == "constructor" {
            self.edits.insert(member.span.start as usize, "__type(");
            self.edits.replace(range(Span::new(member.object.span().end, member.span.end)), ")");
        }
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        let source = import.source.span();
        if let Expression::StringLiteral(text) = &import.source {
            self.requires
                .push(Dependency { name: text.value.to_string(), offset: source.start as usize });
        } else {
            self.findings.push(Finding::warning(
                source.start as usize,
                "Only a text in quotes can be imported; this may be missing when it runs.",
            ));
            self.visit_expression(&import.source);
        }
        self.edits.replace(
            range(Span::new(import.span.start, source.start)),
            "Promise.resolve().then(() => { const m = require(",
        );
        self.edits.replace(
            range(Span::new(source.end, import.span.end)),
            "); return m && m.__esModule ? m : Object.assign({}, m, { default: m }); })",
        );
    }

    fn visit_import_meta(&mut self, meta: &ImportMeta) {
        self.error(meta.span, "import.meta is not there in a mini-program.");
    }

    fn visit_await_expression(&mut self, expression: &AwaitExpression<'a>) {
        if self.functions == 0 {
            self.error(
                expression.span,
                "await works only inside an async function here: modules are not asynchronous.",
            );
        }
        walk::walk_await_expression(self, expression);
    }

    fn visit_for_of_statement(&mut self, statement: &ForOfStatement<'a>) {
        if statement.r#await && self.functions == 0 {
            self.error(
                statement.span,
                "for await works only inside an async function here: modules are not asynchronous.",
            );
        }
        walk::walk_for_of_statement(self, statement);
    }

    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        self.functions += 1;
        walk::walk_function(self, function, flags);
        self.functions -= 1;
    }

    fn visit_arrow_function_expression(&mut self, function: &ArrowFunctionExpression<'a>) {
        self.functions += 1;
        walk::walk_arrow_function_expression(self, function);
        self.functions -= 1;
    }
}
