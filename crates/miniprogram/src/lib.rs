//! Compiles the files of a mini-program into what a phone in the browser loads.
//!
//! Files go in and scripts and style sheets come out; nothing is read or written, so that it works
//! wherever the files are. [`Project`] is all there is to use: put files in, [`Project::compile`],
//! and ask for the [`Manifest`] and for what it names. After a change, only what changed is
//! compiled again.
//!
//! The contract with the phone, field by field, is `www/shared/project.ts`.
//!
//! | files | become | by |
//! |---|---|---|
//! | `.json` | parts of the manifest, modules | `json` |
//! | `.js`, `.ts` | modules: functions of `require`, `module`, `exports` | `script` |
//! | `.ttml`, `.sjs` | glass-easel's templates | `ttml`, `translate`, `template` |
//! | `.ttss` | style sheets | `ttss` |
//! | `.scss`, `.sass`, `.less` | sheets as `.ttss` has, then those | `preprocess` |
//!
//! Whatever is wrong with a file becomes a [`Problem`] with its place, and costs no other file
//! anything. No input makes this crate panic or run out of stack: nesting is limited, and where
//! threads exist it recurses on one with room.

mod build;
pub mod builtin;
mod config;
mod deep;
mod edits;
mod files;
mod json;
mod manifest;
mod mappings;
mod path;
mod places;
mod preprocess;
mod problem;
mod project;
mod resolve;
mod script;
mod script_map;
mod source_map;
mod template;
mod translate;
mod ttml;
mod ttss;

pub use json::Value;
pub use manifest::{Change, ComponentEntry, Manifest};
pub use problem::{EXCERPT, Problem, Severity};
pub use project::{BadPath, Project};
pub use script_map::ScriptMap;
pub use source_map::{Position, SourceMap, SourceMapPlace};
pub use translate::PREFIX;
