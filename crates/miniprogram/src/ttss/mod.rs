//! Style sheets. Only what a browser does not know is changed, in place: `rpx` becomes `vw`, `vh`
//! becomes a part of the page's window, tags get their prefix, classes that of their component,
//! names of animations and fonts that of their sheet, and addresses of files are made whole.
//!
//! On a phone each page is a web view of its own; here all pages share one document. What a sheet
//! reaches (`reference/tt-framework.md` 5):
//! - Elements of a template carry `tt-in`, a list: the style scope of the component whose template
//!   they stand in, and `·` if that component shares the app's and the page's classes. The insides
//!   of built-in components carry nothing.
//! - A compound selector without a class (`view`, `*`, `:first-child`, `[a=b]`) is bound to the
//!   elements of its own sheet by `:where([tt-in~=…])`, which adds no weight. A component's sheet
//!   reaches its own template only. A page's reaches the page's, and those of components that take
//!   the page's styles (`apply-shared`, `shared`). Tags in `app.ttss` reach all templates, as they do
//!   in practice on phones.
//! - The class `a` of a component with the style scope `S` is `S--a`, and its host has
//!   `wx-host="S"`. A page that shares its styles has no prefix; `@scope` keeps its sheet in the page.
//! - `page` is the root of the page, `:root` the element around it, whose font size is a `rem`.

use std::{collections::BTreeSet, ops::Range};

use crate::{edits::Edits, problem::Finding, translate::PREFIX};

mod names;
mod selectors;
mod tokens;

use names::Use;
pub(crate) use names::{Kind, Name};

/// Stands in `tt-in` for the styles of the app and the page; a name that no style scope has.
const SHARED: &str = "·";

/// A style sheet after a first reading.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) imports: Vec<Import>,
    /// Files named by `url()`, as the address is meant.
    pub(crate) urls: Vec<Address>,
    /// What it gives names to.
    pub(crate) defined: Vec<Name>,
    pub(crate) findings: Vec<Finding>,
}

/// An `@import` of another sheet.
#[derive(Debug)]
pub(crate) struct Import {
    /// As it is meant, without escapes.
    pub(crate) path: String,
    /// Where the path stands.
    pub(crate) offset: usize,
    /// The whole statement, with its semicolon.
    statement: Range<usize>,
    /// The media it is meant for; empty for all.
    media: String,
}

/// An address in `url()`.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// As it is meant, without escapes.
    pub(crate) written: String,
    pub(crate) range: Range<usize>,
}

/// Whose sheet is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner<'a> {
    App,
    /// The page of this name.
    Page(&'a str),
    /// A component whose sheet has this scope.
    Component,
}

/// What a sheet is compiled for.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) owner: Owner<'a>,
    /// What classes begin with, and what the elements of the owner carry.
    pub(crate) scope: &'a str,
    /// Whether classes stay as they are, since the owner shares its styles.
    pub(crate) shared: bool,
    /// What names begin with: those of two sheets do not meet. Empty for the app.
    pub(crate) prefix: &'a str,
    /// Names that the sheet and its imports define.
    pub(crate) own: &'a BTreeSet<Name>,
    /// Names that any page or component defines.
    pub(crate) foreign: &'a BTreeSet<Name>,
}

impl Target<'_> {
    /// The prefix of classes.
    fn class_prefix(&self) -> &str {
        if self.shared { "" } else { self.scope }
    }

    /// What binds a compound selector to the elements that the sheet is meant for.
    fn bound(&self) -> String {
        match self.owner {
            Owner::App => ":where([tt-in])".to_owned(),
            _ if self.shared => format!(":where([tt-in~=\"{SHARED}\"])"),
            _ => format!(":where([tt-in~=\"{}\"])", self.scope),
        }
    }

    fn host(&self) -> String {
        match self.owner {
            Owner::App | Owner::Page(_) if self.shared => format!("{PREFIX}page"),
            _ => format!("[wx-host=\"{}\"]", self.scope),
        }
    }

    /// What stands for the document of a page's web view.
    fn root(&self) -> String {
        match self.owner {
            Owner::Page(name) if !self.shared => {
                format!(":is({} phone-scroll)", page_element(name))
            }
            _ => ":is(phone-scroll)".to_owned(),
        }
    }
}

/// The element of the pages of this name.
fn page_element(name: &str) -> String {
    format!("phone-page[data-page=\"{}\"]", names::quote(name))
}

/// Reads a sheet for what it needs and what is wrong with it.
pub(crate) fn read(text: &str) -> Sheet {
    let (own, foreign) = (BTreeSet::new(), BTreeSet::new());
    let target = Target {
        owner: Owner::App,
        scope: "",
        shared: true,
        prefix: "",
        own: &own,
        foreign: &foreign,
    };
    let mut walk = Walk::new(text, &target);
    walk.run();
    walk.sheet
}

/// What a browser is to load for a sheet or one of its imports. `import` gives the text for an
/// import, compiled for the same target; `locate` the file of the project that an address means.
pub(crate) fn compile(
    text: &str,
    target: &Target<'_>,
    mut import: impl FnMut(&Import) -> String,
    locate: impl Fn(&str) -> Option<String>,
) -> String {
    let mut walk = Walk::new(text, target);
    walk.run();
    walk.name();
    let mut edits = walk.edits;
    for address in walk.sheet.urls {
        if let Some(file) = locate(&address.written) {
            edits.replace(address.range, file);
        }
    }
    for statement in &walk.sheet.imports {
        let css = import(statement);
        let css = if statement.media.is_empty() {
            css
        } else {
            format!("@media {} {{{css}}}", statement.media)
        };
        edits.replace(statement.statement.clone(), css);
    }
    edits.apply(text)
}

/// The compiled sheet as a phone takes it: kept to its page, and with the names that others may use.
pub(crate) fn finish(css: String, target: &Target<'_>) -> String {
    let mut css = match target.owner {
        // The root of a scope matches none of its selectors; `page {}` is meant for one within.
        Owner::Page(name) if target.shared && !css.trim().is_empty() => {
            format!("@scope ({}) {{{css}\n}}", page_element(name))
        }
        _ => css,
    };
    let names: String = target.own.iter().filter_map(|name| name.declaration(target)).collect();
    if !names.is_empty() {
        let selector = match target.owner {
            Owner::App => "phone-page".to_owned(),
            Owner::Page(name) => page_element(name),
            Owner::Component if target.shared => ":where(phone-page)".to_owned(),
            Owner::Component => format!(":where(phone-page),{}", target.host()),
        };
        css.push_str(&format!("\n{selector}{{{names}}}"));
    }
    css
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Rules: the sheet itself, and what `@media` and its like hold.
    Rules,
    /// A style rule: declarations, and rules nested in it.
    Style,
    /// The steps of `@keyframes`.
    Steps,
    /// The descriptors of `@font-face`.
    FontFace,
    /// Declarations with no selectors.
    Other,
}

struct Walk<'a> {
    text: &'a str,
    target: &'a Target<'a>,
    at: usize,
    edits: Edits,
    sheet: Sheet,
    /// Open blocks and where they were opened.
    blocks: Vec<(Block, usize)>,
    /// Open parentheses and brackets.
    brackets: Vec<(char, usize)>,
    /// Tokens since the last `;`, `{` or `}`.
    prelude: Vec<Token>,
    slashes: bool,
    /// Uses of names, which are known when the sheet was read.
    uses: Vec<Use>,
}

#[derive(Clone, Debug)]
struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Blank,
    Ident,
    At,
    Hash,
    Function,
    String,
    Url,
    Number,
    Other(char),
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, target: &'a Target<'a>) -> Self {
        Self {
            text,
            target,
            at: 0,
            edits: Edits::default(),
            sheet: Sheet::default(),
            blocks: Vec::new(),
            brackets: Vec::new(),
            prelude: Vec::new(),
            slashes: false,
            uses: Vec::new(),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(token) = self.token() {
            match token.kind {
                TokenKind::Other('{') => self.open(token.range.start),
                TokenKind::Other('}') => {
                    self.declaration();
                    self.prelude.clear();
                    self.brackets.clear();
                    if self.blocks.pop().is_none() {
                        self.sheet
                            .findings
                            .push(Finding::error(token.range.start, "This } closes nothing."));
                        self.edits.blank(token.range);
                    }
                }
                TokenKind::Other(';') if self.brackets.is_empty() => {
                    self.statement(token.range.end);
                }
                TokenKind::Other(c @ ('(' | '[')) => {
                    self.brackets.push((c, token.range.start));
                    self.prelude.push(token);
                }
                TokenKind::Function => {
                    self.brackets.push(('(', token.range.start));
                    self.prelude.push(token);
                }
                TokenKind::Other(')' | ']') => {
                    self.brackets.pop();
                    self.prelude.push(token);
                }
                _ => self.prelude.push(token),
            }
        }
        if self.prelude.iter().any(|token| token.kind == TokenKind::At) {
            self.statement(self.text.len());
        }
        if let Some((_, start)) = self.blocks.first() {
            self.sheet.findings.push(Finding::error(*start, "This { has no } that closes it."));
            self.declaration();
            // What follows the sheet does not belong to it.
            self.edits.insert(self.text.len(), "}".repeat(self.blocks.len()));
        }
    }

    /// A `{` after a selector or an at-rule.
    fn open(&mut self, at: usize) {
        if let Some((_, start)) = self.brackets.first() {
            self.sheet
                .findings
                .push(Finding::error(*start, "This bracket is not closed before the {."));
            self.brackets.clear();
        }
        let outer = self.blocks.last().map_or(Block::Rules, |(block, _)| *block);
        let prelude = std::mem::take(&mut self.prelude);
        let first = prelude.iter().find(|token| token.kind != TokenKind::Blank);
        let block =
            match first {
                Some(token) if token.kind == TokenKind::At => {
                    let name = self.slice(&token.range).to_ascii_lowercase();
                    match name.as_str() {
                        "@media" | "@supports" | "@layer" | "@container" | "@document"
                        | "@-moz-document" | "@starting-style" | "@scope" => {
                            if outer == Block::Style { Block::Style } else { Block::Rules }
                        }
                        "@font-face" => Block::FontFace,
                        "@keyframes" | "@-webkit-keyframes" | "@-moz-keyframes"
                        | "@-o-keyframes" => {
                            self.define(Kind::Keyframes, &prelude);
                            Block::Steps
                        }
                        "@counter-style" => {
                            self.define(Kind::CounterStyle, &prelude);
                            Block::Other
                        }
                        _ => Block::Other,
                    }
                }
                Some(_) if matches!(outer, Block::Steps | Block::FontFace | Block::Other) => {
                    Block::Other
                }
                Some(_) => {
                    self.selectors(&prelude);
                    Block::Style
                }
                None => {
                    self.sheet
                        .findings
                        .push(Finding::error(at, "A selector is missing before this {."));
                    Block::Style
                }
            };
        self.blocks.push((block, at));
    }

    /// A `;` after a declaration or a statement.
    fn statement(&mut self, end: usize) {
        self.declaration();
        let prelude = std::mem::take(&mut self.prelude);
        let mut tokens = prelude.iter().filter(|token| token.kind != TokenKind::Blank);
        let Some(first) = tokens.next() else { return };
        if first.kind != TokenKind::At || !self.slice(&first.range).eq_ignore_ascii_case("@import")
        {
            return;
        }
        let Some(target) = tokens.next() else {
            self.sheet.findings.push(Finding::error(
                first.range.start,
                "@import needs the path of a sheet in quotes.",
            ));
            return;
        };
        let raw = self.slice(&target.range);
        let written = match target.kind {
            TokenKind::String => raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default(),
            TokenKind::Url => tokens::url_target(raw).1,
            TokenKind::Function if raw.eq_ignore_ascii_case("url(") => match tokens.next() {
                Some(inner) if inner.kind == TokenKind::String => {
                    let quoted = self.slice(&inner.range);
                    tokens.next();
                    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default()
                }
                _ => "",
            },
            _ => "",
        };
        if written.is_empty() {
            self.sheet.findings.push(Finding::error(
                target.range.start,
                "@import needs the path of a sheet in quotes.",
            ));
            self.edits.blank(first.range.start..end);
            return;
        }
        let media_start = tokens.next().map_or(end, |token| token.range.start);
        let media = self.slice(&(media_start..end)).trim_end_matches(';').trim();
        if !self.blocks.is_empty() {
            self.sheet.findings.push(Finding::warning(
                first.range.start,
                "@import belongs to the top of a sheet, not into a block.",
            ));
        }
        self.sheet.imports.push(Import {
            path: names::unescape(written),
            offset: target.range.start,
            statement: first.range.start..end,
            media: media.to_owned(),
        });
    }
}
