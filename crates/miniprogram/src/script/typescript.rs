//! TypeScript becomes JavaScript by oxc, as TypeScript itself compiles it for phones
//! (`experimentalDecorators`, `useDefineForClassFields: false`).

use std::path::{Path, PathBuf};

use oxc_allocator::{Allocator, ArenaVec, CloneIn};
use oxc_ast::ast::{
    Class, ClassBody, ClassElement, Decorator, Program, PropertyDefinition, PropertyKey,
};
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc_diagnostics::{OxcDiagnostic, Severity};
use oxc_semantic::Scoping;
use oxc_span::GetSpan;
use oxc_transformer::{
    CompilerAssumptions, DecoratorOptions, HelperLoaderMode, HelperLoaderOptions, TransformOptions,
    Transformer, TypeScriptOptions,
};

use super::finding;
use crate::{
    mappings::{Mapping, Mappings},
    problem::Finding,
};

/// What a script takes for global that has the functions of decorators; oxc names it so.
pub(super) const HELPERS: &str = "babelHelpers";

/// Those functions. `decorate` is given decorators, then the class, or where the member is, its
/// name and, for what is not a field, `null`; what a decorator returns takes the place of that.
pub(super) const HELPER_FUNCTIONS: &str = "={\
    decorate(list,...at){\
        const[target,key,method]=at,isClass=at.length<2;\
        let is=isClass?target:method===null?Object.getOwnPropertyDescriptor(target,key):undefined;\
        for(const decorator of list.reverse())is=(isClass?decorator(is):decorator(target,key,is))||is;\
        if(!isClass&&is)Object.defineProperty(target,key,is);\
        return is;\
    },\
    decorateParam(index,decorator){return(target,key)=>decorator(target,key,index);}\
};";

/// A script without types.
pub(super) struct Printed {
    pub(super) code: String,
    /// Where its parts are in the source.
    pub(super) mappings: Mappings,
    /// What the source has that works otherwise here.
    pub(super) findings: Vec<Finding>,
}

/// Compiles a script that has no errors.
pub(super) fn compile<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    scoping: Scoping,
) -> Printed {
    let options = TransformOptions {
        // A field without initializer sets nothing, and the others are assigned, not defined.
        assumptions: CompilerAssumptions {
            set_public_class_fields: true,
            ..CompilerAssumptions::default()
        },
        typescript: TypeScriptOptions {
            remove_class_fields_without_initializer: true,
            ..TypeScriptOptions::default()
        },
        decorator: DecoratorOptions { legacy: true, ..DecoratorOptions::default() },
        helper_loader: HelperLoaderOptions {
            mode: HelperLoaderMode::External,
            ..HelperLoaderOptions::default()
        },
        ..TransformOptions::default()
    };
    let transformed =
        Transformer::new(allocator, Path::new(""), &options).build_with_scoping(scoping, program);
    let printed = Codegen::new()
        .with_options(CodegenOptions {
            comments: CommentOptions::disabled(),
            source_map_path: Some(PathBuf::new()),
            ..CodegenOptions::default()
        })
        .build(program);
    Printed {
        code: printed.code,
        mappings: printed
            .map
            .iter()
            .flat_map(|map| map.get_tokens())
            .map(|token| Mapping {
                line: token.get_dst_line(),
                column: token.get_dst_col(),
                source_line: token.get_src_line(),
                source_column: token.get_src_col(),
            })
            .collect(),
        findings: transformed.diagnostics.iter().map(said).collect(),
    }
}

/// Gives fields with decorators the one form that oxc compiles rightly: with a plain name and, unless
/// that is an identifier of an instance's field, without a value. So `@a 'b-c' = 1` becomes
/// `@a 'b-c'; 'b-c' = 1`, which is the same. Says what decorators cannot stand at.
pub(super) fn prepare<'a>(allocator: &'a Allocator, program: &mut Program<'a>) -> Vec<Finding> {
    let mut fields = Fields { allocator, in_expression: Vec::new(), findings: Vec::new() };
    fields.visit_program(program);
    fields.findings
}

struct Fields<'a> {
    allocator: &'a Allocator,
    /// Of the classes around the node at hand, whether they are expressions.
    in_expression: Vec<bool>,
    findings: Vec<Finding>,
}

impl<'a> Fields<'a> {
    fn error(&mut self, offset: u32, message: &str) {
        self.findings.push(Finding::error(offset as usize, message));
    }

    /// The decorators of a field, as a field of their own.
    fn split(&mut self, field: &mut PropertyDefinition<'a>) -> Option<ClassElement<'a>> {
        let first = field.decorators.first()?.span.start;
        let is_identifier = match &field.key {
            PropertyKey::StaticIdentifier(_) => true,
            PropertyKey::StringLiteral(_) | PropertyKey::NumericLiteral(_) => false,
            PropertyKey::PrivateIdentifier(name) => {
                let at = name.span.start;
                self.error(at, "A private name takes no decorator.");
                return None;
            }
            key => {
                let at = key.span().start;
                self.error(at, "A field whose name is computed takes no decorator here.");
                return None;
            }
        };
        if field.value.is_none() || is_identifier && !field.r#static {
            return None;
        }
        let value = field.value.take();
        let decorated = field.clone_in(self.allocator);
        field.value = value;
        field.decorators = ArenaVec::new_in(&self.allocator);
        field.span.start = field.key.span().start.max(first);
        Some(ClassElement::PropertyDefinition(oxc_allocator::ArenaBox::new_in(
            decorated,
            &self.allocator,
        )))
    }
}

impl<'a> VisitMut<'a> for Fields<'a> {
    fn visit_class(&mut self, class: &mut Class<'a>) {
        self.in_expression.push(class.is_expression());
        walk_mut::walk_class(self, class);
        self.in_expression.pop();
    }

    fn visit_class_body(&mut self, body: &mut ClassBody<'a>) {
        let mut elements = ArenaVec::new_in(&self.allocator);
        for mut element in body.body.drain(..) {
            if let ClassElement::PropertyDefinition(field) = &mut element {
                elements.extend(self.split(field));
            }
            elements.push(element);
        }
        body.body = elements;
        walk_mut::walk_class_body(self, body);
    }

    fn visit_decorator(&mut self, decorator: &mut Decorator<'a>) {
        if self.in_expression.last() == Some(&true) {
            let message = "Decorators stand at declarations of classes and at their members, not in expressions.";
            self.error(decorator.span.start, message);
        }
        walk_mut::walk_decorator(self, decorator);
    }
}

/// What oxc says of a script that it compiled.
fn said(diagnostic: &OxcDiagnostic) -> Finding {
    let mut finding = finding(diagnostic);
    if finding.message.starts_with("Namespaces exporting non-const") {
        "What is assigned to this later is not seen outside of the namespace; export a const."
            .clone_into(&mut finding.message);
    }
    if diagnostic.severity == Severity::Error {
        finding
    } else {
        Finding::warning(finding.offset, finding.message)
    }
}
