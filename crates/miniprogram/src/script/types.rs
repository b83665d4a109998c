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
    decorators::behind,
    modules::{bound, range},
    rewriter::{ClassContext, Rewriter},
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
        self.erase_words(start, end, MODIFIERS);
    }

    /// Takes these words away between two places, comments aside.
    pub(super) fn erase_words(&mut self, start: u32, end: u32, words: &[&str]) {
        let text = self.slice(Span::new(start, end.max(start)));
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let word = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            if word > 0 {
                if rest.get(..word).is_some_and(|word| words.contains(&word)) {
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
        self.decorated_class(class);
        let body = class.body.span.start;
        let start = behind(&class.decorators, class.span.start);
        self.erase_modifiers(start, self.class_keyword(class));
        if !class.implements.is_empty() {
            let name = class.id.as_ref().map_or(start, |id| id.span.end);
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

    /// What the members of a class have to know of it.
    pub(super) fn class_context(&self, class: &Class<'a>) -> ClassContext {
        let has_properties = |element: &ClassElement| match element {
            ClassElement::MethodDefinition(method) => {
                method.kind == MethodDefinitionKind::Constructor
                    && method.value.body.is_some()
                    && method.value.params.items.iter().any(is_property)
            }
            _ => false,
        };
        let late = class.body.body.iter().any(has_properties);
        let mut fields = Vec::new();
        if late {
            let members = class.body.body.iter().filter(|element| is_late(element));
            fields = (self.members..).zip(members).map(|(n, _)| self.late(n)).collect();
        }
        ClassContext { derived: class.heritage.is_some(), late_fields: late.then_some(fields) }
    }

    fn late(&self, number: usize) -> String {
        format!("#{}{number}", self.prefix)
    }

    pub(super) fn method(&mut self, method: &MethodDefinition<'a>) {
        let named = (&method.key, method.computed);
        self.decorated_member(&method.decorators, named, method.r#static, true);
        let start = behind(&method.decorators, method.span.start);
        let key = self.key(&method.key, method.computed, start, method.span.end);
        self.erase_modifiers(start, key.start);
        if method.optional {
            self.erase_mark('?', key.end, method.value.params.span.start);
        }
        if method.kind == MethodDefinitionKind::Constructor {
            self.parameter_properties(&method.value);
        }
    }

    pub(super) fn property(&mut self, property: &PropertyDefinition<'a>) {
        let named = (&property.key, property.computed);
        let decorated =
            self.decorated_member(&property.decorators, named, property.r#static, false);
        let start = behind(&property.decorators, property.span.start);
        if decorated && property.value.is_none() {
            self.remove_decorated(&property.decorators, property.span);
            return;
        }
        let key = self.key(&property.key, property.computed, start, property.span.end);
        self.erase_modifiers(start, key.start);
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
        self.assigned_field(property, key, decorated);
    }

    /// A field whose value is assigned, as where TypeScript is compiled for older targets, not
    /// defined: decorators may have made an accessor of its name, and what a constructor's
    /// parameters declare has its value before.
    fn assigned_field(&mut self, property: &PropertyDefinition<'a>, key: Span, decorated: bool) {
        let Some(value) = property.value.as_ref().filter(|_| is_assignable(property)) else {
            return;
        };
        let late = self.classes.last().is_some_and(|class| class.late_fields.is_some());
        if !late && !decorated {
            return;
        }
        let name = self.slice(key);
        let (declared, access) = match &property.key {
            PropertyKey::PrivateIdentifier(_) => (format!("{name};"), format!(".{name}")),
            PropertyKey::StaticIdentifier(_) => (String::new(), format!(".{name}")),
            _ => (String::new(), format!("[{name}]")),
        };
        let own = self.late(self.members);
        self.members += 1;
        if late {
            self.edits.replace(range(key), format!("{declared}{own}(){{this{access}"));
            self.edits.insert(value.span().end as usize, "}");
        } else {
            self.edits.replace(range(key), format!("{declared}{own}=this{access}"));
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
        self.decorated_parameter(&parameter.decorators);
        let start = behind(&parameter.decorators, parameter.span.start);
        let pattern = parameter.pattern.span();
        self.erase_modifiers(start, pattern.start);
        if parameter.optional {
            let end =
                parameter.type_annotation.as_ref().map_or(parameter.span.end, |a| a.span.start);
            // The mark may stand behind the parameter's own span.
            self.erase_mark('?', pattern.end, end.max(pattern.end + 1));
        }
    }

    /// `constructor(private a: A)` sets `this.a`.
    fn parameter_properties(&mut self, function: &Function<'a>) {
        let class = self.classes.last();
        let derived = class.is_some_and(|class| class.derived);
        let fields = class.and_then(|class| class.late_fields.clone()).unwrap_or_default();
        let mut text = String::new();
        for parameter in &function.params.items {
            if !is_property(parameter) {
                continue;
            }
            let mut names = Vec::new();
            bound(&parameter.pattern, &mut names);
            for name in names {
                text.push_str(&format!(" this.{name} = {name};"));
            }
        }
        let Some(body) = function.body.as_ref().filter(|_| !text.is_empty()) else { return };
        for field in fields {
            text.push_str(&format!(" this.{field}();"));
        }
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
        // `namespace A.B` is one within the other.
        let outer = namespace.id.name.as_str();
        let merged = namespace.id.symbol_id.get().is_some_and(|symbol| {
            let flags = self.scoping.symbol_flags(symbol);
            flags.is_class() || flags.is_function()
        });
        let mut head = if merged { ";".to_owned() } else { format!("var {outer}; ") };
        head.push_str(&format!("(function ({outer}) {{"));
        let mut tail = format!("}})({outer} || ({outer} = {{}}));");
        let (mut name, mut body) = (outer, &namespace.body);
        let block = loop {
            match body {
                TSNamespaceDeclarationBody::TSModuleBlock(block) => break block,
                TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                    let id = inner.id.name.as_str();
                    head.push_str(&format!(" (function ({id}) {{"));
                    tail.insert_str(0, &format!("}})({name}.{id} || ({name}.{id} = {{}}));"));
                    (name, body) = (id, &inner.body);
                }
            }
        };
        self.edits.replace(namespace.span.start as usize..block.span.start as usize + 1, head);
        for statement in &block.body {
            if let Statement::ExportDeclaration(export) = statement {
                self.namespace_export(name, export.span, &export.declaration);
            } else {
                self.visit_statement(statement);
            }
        }
        let close = (block.span.end as usize).saturating_sub(1);
        self.edits.replace(close..close + 1, tail);
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
        let used = self.frame.exports(&import.id.name)
            || import.id.symbol_id.get().is_none_or(|symbol| {
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

/// Whether a constructor's parameter declares a property.
fn is_property(parameter: &FormalParameter) -> bool {
    parameter.accessibility.is_some() || parameter.readonly || parameter.r#override
}

/// Whether a field's value can be assigned by a method.
fn is_assignable(property: &PropertyDefinition) -> bool {
    !property.r#static && !property.computed && !property.declare && property.value.is_some()
}

fn is_late(element: &ClassElement) -> bool {
    matches!(element, ClassElement::PropertyDefinition(property) if is_assignable(property))
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
