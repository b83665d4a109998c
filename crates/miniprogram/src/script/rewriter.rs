//! Walks a script and changes it in place.

use std::collections::HashSet;

use oxc_allocator::ArenaVec;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, AwaitExpression,
    CallExpression, Class, Decorator, DoWhileStatement, ExportAllDeclaration,
    ExportFromDeclaration, ExportNamedDeclaration, Expression, ForOfStatement, ForStatement,
    Function, FunctionBody, IdentifierReference, ImportDeclaration, ImportExpression, ImportMeta,
    ObjectExpression, ObjectProperty, ObjectPropertyKind, Program, Statement,
    StaticMemberExpression, StringLiteral, TaggedTemplateExpression, ThisExpression, TryStatement,
    UnaryExpression, WhileStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::{
    operator::{AssignmentOperator, UnaryOperator},
    scope::ScopeFlags,
    symbol::SymbolId,
};

use super::{
    Language, Script, globals,
    loops::counts,
    modules::{Frame, Imports, range},
    typescript,
};
use crate::{edits::Edits, json::literal, path, problem::Finding, translate::Dependency};

pub(super) struct Rewriter<'a, 's> {
    source: &'a str,
    pub(super) language: Language,
    pub(super) scoping: &'s Scoping,
    pub(super) edits: Edits,
    pub(super) requires: Vec<Dependency>,
    /// Where a module is required that may be missing: what it throws then is caught.
    caught: HashSet<usize>,
    /// Statements around the node at hand that catch what it throws.
    catches: usize,
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
    /// Where the body of the first loop starts that counts its turns, of the function at hand.
    pub(super) first_loop: Option<u32>,
    /// Whether the functions of decorators have to be there.
    pub(super) decorates: bool,
    style_isolation: Option<String>,
    /// Whether `this` may be the window, of the functions around the node at hand.
    this_may_be_window: Vec<bool>,
    /// Whether `global` and the window have to be there under names of ours.
    pub(super) needs_global: bool,
    /// Where a member of `wx` is first used, and whether the script asks if there is one.
    wx: Option<usize>,
    asks_for_wx: bool,
    computes_paths: bool,
}

impl<'a, 's> Rewriter<'a, 's> {
    pub(super) fn new(
        source: &'a str,
        language: Language,
        scoping: &'s Scoping,
        program: &Program<'a>,
    ) -> Self {
        // One more $ than follows any $m of the source.
        let follow = |(at, _): (usize, &str)| {
            source
                .get(at + 2..)
                .map_or(0, |rest| rest.bytes().take_while(|byte| *byte == b'$').count() + 1)
        };
        let prefix =
            format!("$m{}", "$".repeat(source.match_indices("$m").map(follow).max().unwrap_or(0)));
        let mut rewriter = Self {
            source,
            language,
            scoping,
            edits: Edits::default(),
            requires: Vec::new(),
            caught: HashSet::new(),
            catches: 0,
            findings: Vec::new(),
            imports: Imports::new(),
            frame: Frame::default(),
            prefix,
            block: false,
            starts: HashSet::new(),
            functions: 0,
            first_loop: None,
            decorates: false,
            style_isolation: None,
            this_may_be_window: Vec::new(),
            needs_global: false,
            wx: None,
            asks_for_wx: false,
            computes_paths: false,
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
        self.countdown(&program.body);
        let (code, moves) = std::mem::take(&mut self.edits).apply_with_moves(self.source);
        let globals = self.globals(program);
        let (mut code, head) = self.frame(program, &code);
        if self.language == Language::Sjs {
            let hidden: Vec<_> =
                globals.iter().filter_map(|global| global.in_template(&self.prefix)).collect();
            if !hidden.is_empty() {
                code.insert_str(0, &format!("var {};", hidden.join(",")));
            }
        }
        Script {
            code,
            head,
            moves,
            mappings: None,
            globals,
            source_map: None,
            wx: self.wx.filter(|_| !self.asks_for_wx),
            computes_paths: self.computes_paths,
            requires: self.requires,
            caught: self.caught,
            findings: self.findings,
            style_isolation: self.style_isolation,
        }
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

    /// Whether a name means what is global.
    fn is_global(&self, expression: &Expression<'a>, name: &str) -> bool {
        matches!(expression, Expression::Identifier(id) if id.name == name && self.symbol(id).is_none())
    }

    /// Whether a name means the module's parameter.
    fn is_require(&self, callee: &Expression<'a>) -> bool {
        self.is_global(callee, "require")
    }

    /// `require.async`, for modules of packages that a phone loads later.
    fn is_require_async(&self, callee: &Expression<'a>) -> bool {
        matches!(callee, Expression::StaticMemberExpression(member)
            if member.property.name == "async" && self.is_require(&member.object))
    }

    /// Scripts of templates require each other by their whole names.
    pub(super) fn sjs_path(&self, source: &str) -> String {
        let whole =
            self.language != Language::Sjs || matches!(path::extension(source), "sjs" | "wxs");
        if whole { source.to_owned() } else { format!("{source}.sjs") }
    }

    /// Notes a module that is required, and lets it be found.
    pub(super) fn needs(&mut self, source: &StringLiteral<'a>) {
        let path = self.sjs_path(&source.value);
        if path != source.value.as_str() {
            self.edits.replace(range(source.span), literal(&path));
        }
        self.requires.push(Dependency { name: path, offset: source.span.start as usize });
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

    fn visit_export_named_declaration(&mut self, _: &ExportNamedDeclaration<'a>) {}

    fn visit_export_from_declaration(&mut self, _: &ExportFromDeclaration<'a>) {}

    fn visit_export_all_declaration(&mut self, _: &ExportAllDeclaration<'a>) {}

    fn visit_identifier_reference(&mut self, reference: &IdentifierReference<'a>) {
        if let Some(read) = self.imported(reference) {
            let read = read.to_owned();
            self.edits.replace(range(reference.span), read);
        } else if self.symbol(reference).is_none() {
            match reference.name.as_str() {
                "eval" => {
                    let own = self.own_global("eval");
                    self.edits.replace(range(reference.span), own);
                }
                typescript::HELPERS if self.language == Language::TypeScript => {
                    self.decorates = true;
                    let own = self.own_global("helpers");
                    self.edits.replace(range(reference.span), own);
                }
                // Who has it may require anything.
                "require" => self.computes_paths = true,
                _ => {}
            }
        }
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        if let Expression::Identifier(id) = &property.value
            && property.shorthand
        {
            if let Some(read) = self.imported(id) {
                let text = format!(": {read}");
                self.edits.insert(id.span.end as usize, text);
            } else if self.is_global(&property.value, "eval") {
                let text = format!(": {}", self.own_global("eval"));
                self.edits.insert(id.span.end as usize, text);
            }
            return;
        }
        walk::walk_object_property(self, property);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        self.component(call);
        if self.is_require(&call.callee) || self.is_require_async(&call.callee) {
            if self.catches > 0 {
                self.caught.extend(call.arguments.first().map(|name| name.span().start as usize));
            }
            match call.arguments.first() {
                Some(Argument::StringLiteral(source)) => self.needs(source),
                Some(Argument::TemplateLiteral(text)) if text.expressions.is_empty() => {
                    if let Some(name) = text.quasis.first().and_then(|part| part.value.cooked) {
                        let offset = text.span.start as usize;
                        self.requires.push(Dependency { name: name.to_string(), offset });
                    }
                }
                Some(other) if self.language == Language::Sjs => {
                    self.findings.push(Finding::warning(
                        other.span().start as usize,
                        "Only a text in quotes can be required; this may be missing when it runs.",
                    ));
                }
                Some(_) => self.computes_paths = true,
                None => {}
            }
            self.visit_arguments(&call.arguments);
            return;
        }
        if self.callee(&call.callee) {
            self.visit_arguments(&call.arguments);
        } else {
            walk::walk_call_expression(self, call);
        }
    }

    fn visit_tagged_template_expression(&mut self, tagged: &TaggedTemplateExpression<'a>) {
        if self.callee(&tagged.tag) {
            self.visit_template_literal(&tagged.quasi);
        } else {
            walk::walk_tagged_template_expression(self, tagged);
        }
    }

    /// In a function that is called as no method, `this` is the global object, which is the window
    /// in a browser. Strict code and arrow functions do not have it.
    fn visit_this_expression(&mut self, this: &ThisExpression) {
        if self.this_may_be_window.last() != Some(&true) {
            return;
        }
        self.needs_global = true;
        let (window, global) = (self.own_global("window"), self.own_global("global"));
        let end = if self.starts.contains(&this.span.start) { ";" } else { "" };
        self.edits.replace(range(this.span), format!("{end}(this==={window}?{global}:this)"));
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        // Frameworks and monitors put functions of their own in the place of these, for all scripts that run later.
        if assignment.operator == AssignmentOperator::Assign
            && self.language != Language::Sjs
            && let AssignmentTarget::AssignmentTargetIdentifier(id) = &assignment.left
            && globals::DEFINING.contains(&id.name.as_str())
            && self.symbol(id).is_none()
        {
            self.needs_global = true;
            let text = format!("{}.__{}=", self.own_global("global"), id.name);
            self.edits.insert(assignment.right.span().start as usize, text);
        }
        walk::walk_assignment_expression(self, assignment);
    }

    fn visit_unary_expression(&mut self, unary: &UnaryExpression<'a>) {
        if unary.operator == UnaryOperator::Typeof {
            self.asks_for_wx |= self.is_global(&unary.argument, "wx");
            if self.is_require(&unary.argument) {
                return;
            }
        }
        walk::walk_unary_expression(self, unary);
    }

    fn visit_static_member_expression(&mut self, member: &StaticMemberExpression<'a>) {
        if self.wx.is_none() && self.is_global(&member.object, "wx") {
            self.wx = Some(member.span.start as usize);
        }
        // `this.setData` is read of the window as of any object: what it does not have is undefined.
        let this = matches!(member.object, Expression::ThisExpression(_));
        if !this || globals::is_of_window(&member.property.name) {
            walk::walk_static_member_expression(self, member);
        }
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
            self.computes_paths = true;
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

    fn visit_try_statement(&mut self, statement: &TryStatement<'a>) {
        let catches = usize::from(statement.handler.is_some());
        self.catches += catches;
        self.visit_block_statement(&statement.block);
        self.catches -= catches;
        if let Some(handler) = &statement.handler {
            self.visit_catch_clause(handler);
        }
        if let Some(finalizer) = &statement.finalizer {
            self.visit_block_statement(finalizer);
        }
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
        let sloppy = function
            .scope_id
            .get()
            .is_some_and(|scope| !self.scoping.scope_flags(scope).is_strict_mode());
        self.this_may_be_window.push(sloppy);
        walk::walk_function(self, function, flags);
        self.this_may_be_window.pop();
        self.functions -= 1;
    }

    fn visit_arrow_function_expression(&mut self, function: &ArrowFunctionExpression<'a>) {
        self.functions += 1;
        walk::walk_arrow_function_expression(self, function);
        self.functions -= 1;
    }

    fn visit_function_body(&mut self, body: &FunctionBody<'a>) {
        let outer = self.first_loop.take();
        walk::walk_function_body(self, body);
        self.countdown(&body.statements);
        self.first_loop = outer;
    }

    fn visit_while_statement(&mut self, statement: &WhileStatement<'a>) {
        walk::walk_while_statement(self, statement);
        if !counts(&statement.test, None) {
            self.count_turns(&statement.body);
        }
    }

    fn visit_do_while_statement(&mut self, statement: &DoWhileStatement<'a>) {
        walk::walk_do_while_statement(self, statement);
        if !counts(&statement.test, None) {
            self.count_turns(&statement.body);
        }
    }

    fn visit_for_statement(&mut self, statement: &ForStatement<'a>) {
        walk::walk_for_statement(self, statement);
        if !statement.test.as_ref().is_some_and(|test| counts(test, statement.update.as_ref())) {
            self.count_turns(&statement.body);
        }
    }

    fn visit_class(&mut self, class: &Class<'a>) {
        self.this_may_be_window.push(false);
        walk::walk_class(self, class);
        self.this_may_be_window.pop();
    }

    /// Those of TypeScript are functions by now.
    fn visit_decorator(&mut self, decorator: &Decorator<'a>) {
        let message = "Decorators are TypeScript's: write this file as .ts.";
        self.error(decorator.span, message);
    }
}
