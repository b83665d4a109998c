//! What a script takes for global.
//!
//! A phone's scripts share the language and some names of the platform, and see no browser. A name
//! that a script uses and declares nowhere becomes a parameter of its function if the phone gives
//! it, or if a window has it: then it is `undefined`. All other names stay as they are, so that
//! one that is nowhere throws.

use oxc_ast::ast::{Declaration, Program, Statement};

use super::{browser, modules::bound, rewriter::Rewriter};

/// What a phone gives; `GLOBALS` of `www/shared/project.ts`.
const GIVEN: [&str; 18] = [
    "App",
    "Behavior",
    "Component",
    "Function",
    "Page",
    "clearInterval",
    "clearTimeout",
    "console",
    "eval",
    "getApp",
    "getCurrentPages",
    "global",
    "globalThis",
    "requirePlugin",
    "setInterval",
    "setTimeout",
    "tt",
    "wx",
];

/// Functions that define parts of a program. What a script assigns to one holds for all that run later.
pub(super) const DEFINING: [&str; 4] = ["App", "Behavior", "Component", "Page"];

/// A global that a script uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Global {
    pub(crate) name: String,
    /// Its parameter. `eval` can be none in strict code.
    pub(crate) parameter: String,
}

/// The window itself, which no code of the project names.
const WINDOW: &str = "__window";

impl Global {
    /// What declares it in a script of templates, if it is none that such scripts have.
    pub(super) fn in_template(&self, prefix: &str) -> Option<String> {
        let own = self.parameter.starts_with(prefix);
        if self.name == WINDOW {
            Some(format!("{}=function(){{return this}}()", self.parameter))
        } else if own && self.name == "global" || !GIVEN.contains(&self.name.as_str()) {
            Some(self.parameter.clone())
        } else {
            None
        }
    }
}

/// Whether a window has a property of this name before a script gives it one.
pub(super) fn is_of_window(name: &str) -> bool {
    browser::has(name) || GIVEN.contains(&name) || OF_OBJECTS.contains(&name)
}

const OF_OBJECTS: [&str; 8] = [
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

impl<'a> Rewriter<'a, '_> {
    /// The globals that the script uses, in order.
    pub(super) fn globals(&self, program: &Program<'a>) -> Vec<Global> {
        let given = |name: &&str| GIVEN.contains(name) || browser::has(name);
        let unresolved = self.scoping.root_unresolved_references();
        let used = unresolved.iter().filter(|(_, references)| {
            references.iter().any(|id| self.scoping.get_reference(*id).is_value())
        });
        let mut names: Vec<String> = used
            .map(|(name, _)| name.as_str().to_owned())
            .filter(|name| given(&name.as_str()))
            .collect();
        // `var tt = tt || …` means the global as well.
        for statement in &program.body {
            match statement {
                Statement::VariableDeclaration(variables) if variables.kind.is_var() => {
                    variables.declarations.iter().for_each(|each| bound(&each.id, &mut names));
                }
                Statement::ExportDeclaration(export) => {
                    if let Declaration::VariableDeclaration(variables) = &export.declaration
                        && variables.kind.is_var()
                    {
                        variables.declarations.iter().for_each(|each| bound(&each.id, &mut names));
                    }
                }
                _ => {}
            }
        }
        names.retain(|name| given(&name.as_str()));
        names.sort();
        names.dedup();
        let mut globals: Vec<_> = names
            .into_iter()
            .map(|name| {
                let parameter = if name == "eval" { self.own_global(&name) } else { name.clone() };
                Global { name, parameter }
            })
            .collect();
        if self.needs_global {
            for (name, own) in [("global", "global"), (WINDOW, "window")] {
                let parameter = self.own_global(own);
                globals.push(Global { name: name.to_owned(), parameter });
            }
        }
        globals
    }

    /// A parameter of ours for a global.
    pub(super) fn own_global(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}
