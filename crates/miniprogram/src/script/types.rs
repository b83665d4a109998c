//! Takes the types out of TypeScript and leaves everything else where it is.
//!
//! Types become blanks. What is not a type and not JavaScript either, enumerations, namespaces and
//! properties that a constructor's parameters declare, is written anew on the same lines.

use oxc_ast::ast::{
    BinaryOperator, BindingPattern, Class, ClassElement, Declaration, Expression, FormalParameter,
    Function, MethodDefinition, MethodDefinitionKind, PropertyDefinition, PropertyDefinitionType,
    PropertyKey, Statement, TSEnumDeclaration, TSEnumMember, TSEnumMemberName,
    TSImportEqualsDeclaration, TSModuleReference, TSNamespaceDeclaration,
    TSNamespaceDeclarationBody, UnaryOperator,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

use super::{
    Language,
    modules::{bound, range},
    rewriter::Rewriter,
};
use crate::json::literal;

/// Words before the name of a member that are TypeScript's alone.
const MODIFIERS: &[&str] =
    &["public", "private", "protected", "readonly", "override", "abstract", "declare"];

impl<'a> Rewriter<'a, '_> {
    /// Takes a part of an expression or a declaration away.
    pub(super) fn erase(&mut self, span: Span) {
        self.edits.blank(range(span));
    }

    /// Sets the semicolon that a type stood for: a line that ended in a type may go on otherwise.
    pub(super) fn end(&mut self, span: Span) {
        let end = span.end as usize;
        if self.edits.is_blank_before(end) {
            self.edits.insert(end, ";");
        }
    }

    /// The first of these characters between two places, comments aside.
    fn find(&self, wanted: &[char], start: u32, end: u32) -> Option<usize> {
        let text = self.slice(Span::new(start, end.max(start)));
        let mut at = 0;
        while let Some(rest) = text.get(at..) {
            let c = rest.chars().next()?;
            if rest.starts_with("/*") {
                at += rest.find("*/")? + 2;
            } else if rest.starts_with("//") {
                at += rest.find('\n')?;
            } else if wanted.contains(&c) {
                return Some(start as usize + at);
            } else {
                at += c.len_utf8();
            }
        }
        None
    }

    /// Takes one character away that stands between two places, if it does.
    fn erase_mark(&mut self, mark: char, start: u32, end: u32) {
        if let Some(at) = self.find(&[mark], start, end) {
            self.edits.blank(at..at + 1);
        }
    }

    /// Takes TypeScript's own words away that stand before a name.
    fn erase_modifiers(&mut self, start: u32, end: u32) {
        let text = self.slice(Span::new(start, end.max(start)));
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let word = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            if word > 0 {
                if rest.get(..word).is_some_and(|word| MODIFIERS.contains(&word)) {
                    let from = start as usize + at;
                    self.edits.blank(from..from + word);
                }
                at += word;
            } else if rest.starts_with("/*") {
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else if rest.starts_with("//") {
                at += rest.find('\n').unwrap_or(rest.len());
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
    }

    /// Where the name of a member begins and ends, with its brackets if it is computed.
    fn key(&self, key: &PropertyKey<'a>, computed: bool, start: u32, end: u32) -> Span {
        let span = key.span();
        if !computed {
            return span;
        }
        let text = self.slice(Span::new(start, span.start));
        let open = text.rfind('[').map_or(span.start, |at| start + u32::try_from(at).unwrap_or(0));
        let close = self
            .find(&[']'], span.end, end)
            .map_or(span.end, |at| u32::try_from(at + 1).unwrap_or(span.end));
        Span::new(open, close)
    }

    pub(super) fn class(&mut self, class: &Class<'a>) {
        for decorator in &class.decorators {
            self.error(decorator.span, "Decorators are not supported.");
        }
        let body = class.body.span.start;
        let keyword = self.slice(Span::new(class.span.start, body)).find("class").unwrap_or(0);
        self.erase_modifiers(
            class.span.start,
            class.span.start + u32::try_from(keyword).unwrap_or(0),
        );
        if !class.implements.is_empty() {
            let name = class.id.as_ref().map_or(class.span.start, |id| id.span.end);
            let parameters = class.type_parameters.as_ref().map_or(0, |p| p.span.end);
            let heritage = class.heritage.as_ref().map_or(0, |h| {
                h.type_arguments
                    .as_ref()
                    .map_or(h.expression.span().end, |arguments| arguments.span.end)
            });
            let start = name.max(parameters).max(heritage);
            // Without a name, nothing but blanks and the keyword stand before.
            let from = self.slice(Span::new(start, body)).find("implements").unwrap_or(0);
            self.erase(Span::new(start + u32::try_from(from).unwrap_or(0), body));
        }
    }

    /// A member of a class; whether it is gone.
    pub(super) fn class_element(&mut self, element: &ClassElement<'a>) -> bool {
        match element {
            ClassElement::TSIndexSignature(signature) => {
                self.remove(signature.span);
                true
            }
            ClassElement::MethodDefinition(method) if method.value.body.is_none() => {
                self.remove(method.span);
                true
            }
            // A field without value is a type only, as where TypeScript is compiled for older
            // targets: it must not overwrite what the constructor of the superclass put there.
            ClassElement::PropertyDefinition(property)
                if property.declare
                    || property.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition
                    || self.language == Language::TypeScript
                        && property.value.is_none()
                        && !property.computed
                        && property.decorators.is_empty()
                        && !matches!(property.key, PropertyKey::PrivateIdentifier(_)) =>
            {
                self.remove(property.span);
                true
            }
            _ => false,
        }
    }

    pub(super) fn method(&mut self, method: &MethodDefinition<'a>, derived: bool) {
        for decorator in &method.decorators {
            self.error(decorator.span, "Decorators are not supported.");
        }
        let key = self.key(&method.key, method.computed, method.span.start, method.span.end);
        self.erase_modifiers(method.span.start, key.start);
        if method.optional {
            self.erase_mark('?', key.end, method.value.params.span.start);
        }
        if method.kind == MethodDefinitionKind::Constructor {
            self.parameter_properties(&method.value, derived);
        }
    }

    pub(super) fn property(&mut self, property: &PropertyDefinition<'a>) {
        for decorator in &property.decorators {
            self.error(decorator.span, "Decorators are not supported.");
        }
        let key =
            self.key(&property.key, property.computed, property.span.start, property.span.end);
        self.erase_modifiers(property.span.start, key.start);
        let typed = property.type_annotation.as_ref().map(|annotation| annotation.span.start);
        let end = typed
            .or(property.value.as_ref().map(|value| value.span().start))
            .unwrap_or(property.span.end);
        if property.optional {
            self.erase_mark('?', key.end, end);
        }
        if property.definite {
            self.erase_mark('!', key.end, end);
        }
    }

    /// `this` is no parameter at run time.
    pub(super) fn this_parameter(&mut self, span: Span) {
        let end = u32::try_from(self.source().len()).unwrap_or(u32::MAX);
        let next = self.find(&[',', ')'], span.end, end).unwrap_or(span.end as usize);
        let comma =
            usize::from(self.source().get(next..).is_some_and(|rest| rest.starts_with(',')));
        self.edits.blank(span.start as usize..next + comma);
    }

    pub(super) fn parameter(&mut self, parameter: &FormalParameter<'a>) {
        for decorator in &parameter.decorators {
            self.error(decorator.span, "Decorators are not supported.");
        }
        let pattern = parameter.pattern.span();
        self.erase_modifiers(parameter.span.start, pattern.start);
        if parameter.optional {
            let end =
                parameter.type_annotation.as_ref().map_or(parameter.span.end, |a| a.span.start);
            // The mark may stand behind the parameter's own span.
            self.erase_mark('?', pattern.end, end.max(pattern.end + 1));
        }
    }

    /// `constructor(private a: A)` sets `this.a`.
    fn parameter_properties(&mut self, function: &Function<'a>, derived: bool) {
        let mut text = String::new();
        for parameter in &function.params.items {
            if parameter.accessibility.is_none() && !parameter.readonly && !parameter.r#override {
                continue;
            }
            let mut names = Vec::new();
            bound(&parameter.pattern, &mut names);
            for name in names {
                text.push_str(&format!(" this.{name} = {name};"));
            }
        }
        let Some(body) = function.body.as_ref().filter(|_| !text.is_empty()) else { return };
        let after_super = derived
            .then(|| {
                body.statements.iter().find_map(|statement| match statement {
                    Statement::ExpressionStatement(expression) => match &expression.expression {
                        Expression::CallExpression(call)
                            if matches!(call.callee, Expression::Super(_)) =>
                        {
                            Some(expression.span.end)
                        }
                        _ => None,
                    },
                    _ => None,
                })
            })
            .flatten();
        let after_directives =
            body.directives.last().map_or(body.span.start + 1, |directive| directive.span.end);
        match after_super {
            Some(end) => self.edits.insert(end as usize, format!(";{text}")),
            None => self.edits.insert(after_directives as usize, text),
        }
    }

    /// A return type over several lines: the `=>` stays on the line of its parameters' end.
    pub(super) fn arrow_type(&mut self, parameters: Span, annotation: Span) {
        let close = parameters.end as usize;
        if self.slice(annotation).contains('\n') && close > 0 {
            self.edits.blank(close - 1..close);
            self.edits.insert(annotation.end as usize, ")");
        }
    }

    pub(super) fn enumeration(&mut self, declaration: &TSEnumDeclaration<'a>) {
        let name = declaration.id.name.as_str();
        let body = declaration.body.span;
        let open = self.find(&['{'], body.start, body.end).unwrap_or(body.start as usize);
        self.edits.replace(
            declaration.span.start as usize..open + 1,
            format!("var {name}; (function ({name}) {{"),
        );
        let mut next = Next::Number(0.0);
        for member in &declaration.body.members {
            next = self.enum_member(name, member, &next);
            self.erase_mark(',', member.span.end, body.end);
        }
        let close = (declaration.span.end as usize).saturating_sub(1);
        self.edits.replace(close..close + 1, format!("}})({name} || ({name} = {{}}));"));
    }

    fn enum_member(&mut self, name: &str, member: &TSEnumMember<'a>, next: &Next) -> Next {
        let key = match &member.id {
            TSEnumMemberName::Identifier(id) => id.name.to_string(),
            TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                text.value.to_string()
            }
            TSEnumMemberName::ComputedTemplateString(text) => {
                text.quasis.first().map(|quasi| quasi.value.raw.to_string()).unwrap_or_default()
            }
        };
        let key = literal(&key);
        let Some(value) = &member.initializer else {
            let number = match next {
                Next::Number(number) => number.to_string(),
                Next::After(previous) => format!("{name}[{previous}] + 1"),
            };
            self.edits
                .replace(range(member.span), format!("{name}[{name}[{key}] = {number}] = {key};"));
            return match next {
                Next::Number(number) => Next::Number(number + 1.0),
                Next::After(_) => Next::After(key),
            };
        };
        let before = Span::new(member.span.start, value.span().start);
        let end = value.span().end as usize;
        if is_text(value) {
            self.edits.replace(range(before), format!("{name}[{key}] = "));
            self.edits.insert(end, ";");
        } else {
            self.edits.replace(range(before), format!("{name}[{name}[{key}] = "));
            self.edits.insert(end, format!("] = {key};"));
        }
        self.enums.push(name.to_owned());
        self.visit_expression(value);
        self.enums.pop();
        match number(value) {
            Some(number) => Next::Number(number + 1.0),
            None => Next::After(key),
        }
    }

    /// Whether a namespace is there at run time.
    pub(super) fn has_values(namespace: &TSNamespaceDeclaration<'a>) -> bool {
        if namespace.declare {
            return false;
        }
        match &namespace.body {
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => Self::has_values(inner),
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                block.body.iter().any(|statement| match statement {
                    Statement::TSInterfaceDeclaration(_) | Statement::TSTypeAliasDeclaration(_) => {
                        false
                    }
                    Statement::ExportDeclaration(export) => match &export.declaration {
                        Declaration::TSInterfaceDeclaration(_)
                        | Declaration::TSTypeAliasDeclaration(_) => false,
                        Declaration::TSNamespaceDeclaration(inner) => Self::has_values(inner),
                        _ => true,
                    },
                    Statement::TSNamespaceDeclaration(inner) => Self::has_values(inner),
                    _ => true,
                })
            }
        }
    }

    pub(super) fn namespace_declaration(&mut self, namespace: &TSNamespaceDeclaration<'a>) {
        if !Self::has_values(namespace) {
            self.remove(namespace.span);
            return;
        }
        let TSNamespaceDeclarationBody::TSModuleBlock(block) = &namespace.body else {
            self.error(
                namespace.span,
                "Write one namespace inside the other: names with dots are not supported here.",
            );
            return;
        };
        let name = namespace.id.name.as_str();
        self.edits.replace(
            namespace.span.start as usize..block.span.start as usize + 1,
            format!("var {name}; (function ({name}) {{"),
        );
        for statement in &block.body {
            if let Statement::ExportDeclaration(export) = statement {
                self.namespace_export(name, export.span, &export.declaration);
            } else {
                self.visit_statement(statement);
            }
        }
        let close = (block.span.end as usize).saturating_sub(1);
        self.edits.replace(close..close + 1, format!("}})({name} || ({name} = {{}}));"));
    }

    fn namespace_export(&mut self, namespace: &str, span: Span, declaration: &Declaration<'a>) {
        self.erase(Span::new(span.start, declaration.span().start));
        match declaration {
            Declaration::VariableDeclaration(variables)
                if variables
                    .declarations
                    .iter()
                    .any(|d| !matches!(d.id, BindingPattern::BindingIdentifier(_))) =>
            {
                self.error(span, "A namespace exports names, not patterns; write each by itself.");
            }
            Declaration::VariableDeclaration(variables) if !variables.declare => {
                for declarator in &variables.declarations {
                    if let (BindingPattern::BindingIdentifier(id), Some(value)) =
                        (&declarator.id, &declarator.init)
                    {
                        self.edits.insert(
                            value.span().start as usize,
                            format!("{namespace}.{} = ", id.name),
                        );
                    }
                }
            }
            other => {
                for name in self.declared(other) {
                    self.edits.insert(span.end as usize, format!(" {namespace}.{name} = {name};"));
                }
            }
        }
        self.visit_declaration(declaration);
    }

    pub(super) fn import_equals(&mut self, import: &TSImportEqualsDeclaration<'a>) {
        let used = import.id.symbol_id.get().is_none_or(|symbol| {
            self.scoping
                .get_resolved_references(symbol)
                .any(|reference| reference.flags().is_value())
        });
        if !used || import.import_kind == oxc_ast::ast::ImportOrExportKind::Type {
            self.remove(import.span);
            return;
        }
        self.edits.replace(import.span.start as usize..import.id.span.start as usize, "const ");
        if let TSModuleReference::ExternalModuleReference(module) = &import.module_reference {
            self.needs(&module.expression);
        }
    }

    /// Leaves of `a as T`, `<T>a`, `a!` and `a<T>` what is not the type.
    pub(super) fn assertion(&mut self, expression: &Expression<'a>, span: Span) {
        let inner = expression.span();
        self.erase(Span::new(span.start, inner.start));
        self.erase(Span::new(inner.end, span.end));
        self.visit_expression(expression);
    }
}

/// The value of an enumeration's next member.
enum Next {
    Number(f64),
    /// One more than the member of this name.
    After(String),
}

fn is_text(value: &Expression) -> bool {
    match value {
        Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => true,
        Expression::ParenthesizedExpression(inner) => is_text(&inner.expression),
        Expression::BinaryExpression(binary) => {
            binary.operator == BinaryOperator::Addition
                && (is_text(&binary.left) || is_text(&binary.right))
        }
        _ => false,
    }
}

fn number(value: &Expression) -> Option<f64> {
    match value {
        Expression::NumericLiteral(literal) => Some(literal.value),
        Expression::ParenthesizedExpression(inner) => number(&inner.expression),
        Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::UnaryNegation => {
            number(&unary.argument).map(|number| -number)
        }
        _ => None,
    }
}
