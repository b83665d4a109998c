//! Decorators of TypeScript as `experimentalDecorators` has them, each where it is written.
//!
//! Those of a member become a static block before it, those of a class a call around it:
//!
//! ```text
//! @a class B {           let B = $mdecorate(()=>[a], class B {
//!   @c d() {}              static{$mdecorate(()=>[c],this.prototype,"d",null)} d() {}
//! }                      });
//! ```

use oxc_ast::ast::{Class, ClassType, Decorator, PropertyKey};
use oxc_span::{GetSpan, Span};

use super::{Language, modules::range, rewriter::Rewriter};
use crate::json::literal;

/// What a decorator is given: the class, or where the member is, its name and, for methods, what it
/// is so far. What it returns takes the place of that.
const HELPER: &str = "=(list,...at)=>{\
    const[target,key,method]=at;\
    let is=key===undefined?target:method===null?Object.getOwnPropertyDescriptor(target,key):undefined;\
    for(const decorate of list().reverse())is=(key===undefined?decorate(is):decorate(target,key,is))||is;\
    if(key!==undefined&&is)Object.defineProperty(target,key,is);\
    return is;};";

/// Where what is decorated begins.
pub(super) fn behind(decorators: &[Decorator], start: u32) -> u32 {
    decorators.last().map_or(start, |decorator| decorator.span.end.max(start))
}

impl<'a> Rewriter<'a, '_> {
    /// The declaration of the function that decorates, if the script has decorators.
    pub(super) fn decorating(&self) -> String {
        if self.decorates {
            format!("const {}decorate{HELPER}", self.prefix)
        } else {
            String::new()
        }
    }

    /// Whether there are decorators here that can be kept; says so of those that cannot.
    fn are_kept(&mut self, decorators: &[Decorator<'a>]) -> bool {
        let Some(first) = decorators.first() else { return false };
        if self.language == Language::TypeScript {
            return true;
        }
        self.error(first.span, "Decorators are TypeScript's: write this file as .ts.");
        false
    }

    /// Puts a list of decorators into a call: `before`, the list, `after`.
    fn list(&mut self, decorators: &[Decorator<'a>], before: &str, after: &str) {
        self.decorates = true;
        let mut text = format!("{before}{}decorate(()=>[", self.prefix);
        let mut end = 0;
        for decorator in decorators {
            let at = decorator.span.start as usize;
            self.edits.replace(at..at + 1, std::mem::replace(&mut text, ",".to_owned()));
            self.visit_decorated(decorator);
            end = decorator.span.end as usize;
        }
        self.edits.insert(end, format!("],{after}"));
    }

    /// The decorators of a class.
    pub(super) fn decorated_class(&mut self, class: &Class<'a>) {
        if !self.are_kept(&class.decorators) {
            return;
        }
        let (before, end) = if class.r#type == ClassType::ClassDeclaration {
            let default = format!("{}default", self.prefix);
            let name = class.id.as_ref().map_or(default.as_str(), |id| id.name.as_str());
            (format!("let {name} = "), ");")
        } else {
            (String::new(), ")")
        };
        self.list(&class.decorators, &before, " ");
        self.edits.insert(class.span.end as usize, end);
    }

    /// The decorators of a member of a class; whether there are any.
    pub(super) fn decorated_member(
        &mut self,
        decorators: &[Decorator<'a>],
        (key, computed): (&PropertyKey<'a>, bool),
        is_static: bool,
        is_method: bool,
    ) -> bool {
        if !self.are_kept(decorators) {
            return false;
        }
        let name = match key {
            PropertyKey::StaticIdentifier(id) if !computed => literal(&id.name),
            PropertyKey::PrivateIdentifier(id) => {
                self.error(id.span, "A private name takes no decorator.");
                return false;
            }
            key => self.slice(key.span()).to_owned(),
        };
        let target = if is_static { "this" } else { "this.prototype" };
        let kind = if is_method { "null" } else { "0" };
        self.list(decorators, "static{", &format!("{target},{name},{kind})}}"));
        true
    }

    /// Decorators of parameters stand where nothing can be written in their place.
    pub(super) fn decorated_parameter(&mut self, decorators: &[Decorator<'a>]) {
        if let Some(first) = decorators.first() {
            self.error(first.span, "Decorators of parameters are not supported.");
        }
    }

    /// Takes `export` and `default` away from a class, before or behind whose decorators they stand.
    pub(super) fn export_words(&mut self, export: Span, class: &Class<'a>) {
        let keyword = self.class_keyword(class);
        let (Some(first), Some(last)) = (class.decorators.first(), class.decorators.last()) else {
            return;
        };
        let ahead = export.start < first.span.start;
        let span = if ahead {
            Span::new(export.start, first.span.start)
        } else {
            Span::new(last.span.end, keyword)
        };
        self.erase_words(span.start, span.end, &["export", "default"]);
    }

    /// Where the word `class` stands.
    pub(super) fn class_keyword(&self, class: &Class<'a>) -> u32 {
        let start = behind(&class.decorators, class.span.start);
        let text = self.slice(Span::new(start, class.body.span.start));
        start + text.find("class").and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
    }

    /// Takes a field away whose decorators stay.
    pub(super) fn remove_decorated(&mut self, decorators: &[Decorator<'a>], span: Span) {
        self.edits.replace(range(Span::new(behind(decorators, span.start), span.end)), ";");
    }
}
