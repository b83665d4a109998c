//! Style sheets. Only what a browser does not know is changed, in place: `rpx` becomes `vw`, tags
//! get their prefix, classes that of their component, and addresses of files are made whole.
//!
//! Elements carry what glass-easel gives them: the class `a` of a component with the style scope
//! `S` is `S--a`, and its host has the attribute `wx-host="S"`. A selector without a class would
//! reach into every other page, so it is tied to the hosts of its own component; `:where` keeps
//! its weight as it was.

use std::ops::Range;

use crate::{edits::Edits, path, problem::Finding, translate::PREFIX};

/// A style sheet after a first reading.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) imports: Vec<Import>,
    /// Files named by `url()`: as written, and where.
    pub(crate) urls: Vec<(String, usize)>,
    pub(crate) findings: Vec<Finding>,
}

/// An `@import` of another sheet.
#[derive(Debug)]
pub(crate) struct Import {
    /// As it is written.
    pub(crate) path: String,
    /// Where the path stands.
    pub(crate) offset: usize,
    /// The whole statement, with its semicolon.
    statement: Range<usize>,
    /// The media it is meant for; empty for all.
    media: String,
}

/// Reads a sheet for what it needs and what is wrong with it.
pub(crate) fn read(text: &str) -> Sheet {
    let mut walk = Walk::new(text, "", "");
    walk.run();
    walk.sheet
}

/// What a browser is to load for the sheet at `path` as part of a component of this style scope.
/// `import` gives the text for an import, compiled for the same scope.
pub(crate) fn compile(
    text: &str,
    path: &str,
    scope: &str,
    mut import: impl FnMut(&Import) -> String,
) -> String {
    let mut walk = Walk::new(text, path::folder(path), scope);
    walk.run();
    let mut edits = walk.edits;
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Rules: the sheet itself, and what `@media` and its like hold.
    Rules,
    /// A style rule: declarations, and rules nested in it.
    Style,
    /// Declarations or steps, with no selectors.
    Other,
}

struct Walk<'a> {
    text: &'a str,
    folder: &'a str,
    scope: &'a str,
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
    fn new(text: &'a str, folder: &'a str, scope: &'a str) -> Self {
        Self {
            text,
            folder,
            scope,
            at: 0,
            edits: Edits::default(),
            sheet: Sheet::default(),
            blocks: Vec::new(),
            brackets: Vec::new(),
            prelude: Vec::new(),
            slashes: false,
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
                        _ => Block::Other,
                    }
                }
                Some(_) if outer == Block::Other => Block::Other,
                Some(_) => {
                    self.selectors(&prelude, outer);
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
            TokenKind::Url => url_target(raw).1,
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
            path: written.to_owned(),
            offset: target.range.start,
            statement: first.range.start..end,
            media: media.to_owned(),
        });
    }

    /// Changes the selectors before a `{`.
    fn selectors(&mut self, prelude: &[Token], outer: Block) {
        let mut depth = 0_usize;
        // For each open parenthesis, whether selectors stand in it.
        let mut inside: Vec<bool> = Vec::new();
        let mut start = true;
        let mut previous = TokenKind::Blank;
        // Of the complex selector at hand: where it begins, whether something ties it to a scope.
        let mut begin: Option<usize> = None;
        let mut tied = false;
        let mut page: Option<usize> = None;
        for token in prelude {
            let selecting = inside.iter().all(|selectors| *selectors);
            match token.kind {
                TokenKind::Blank => {
                    start = true;
                    previous = TokenKind::Blank;
                    continue;
                }
                TokenKind::Other(',') if depth == 0 => {
                    self.tie(begin.take(), tied, page.take(), outer);
                    tied = false;
                    start = true;
                }
                TokenKind::Other(',' | '>' | '+' | '~' | '|') if selecting => start = true,
                TokenKind::Other('(' | '[') => {
                    inside.push(false);
                    depth += 1;
                }
                TokenKind::Function => {
                    let name = self.slice(&token.range).trim_end_matches('(').to_ascii_lowercase();
                    let host = previous == TokenKind::Other(':') && name == "host";
                    if host && selecting {
                        self.host(token.range.start - 1..token.range.end - 1);
                        tied = true;
                    }
                    inside.push(matches!(
                        name.as_str(),
                        "not"
                            | "is"
                            | "where"
                            | "has"
                            | "matches"
                            | "any"
                            | "-webkit-any"
                            | "-moz-any"
                            | "host"
                            | "slotted"
                    ));
                    depth += 1;
                    start = true;
                    previous = token.kind;
                    continue;
                }
                TokenKind::Other(')' | ']') => {
                    inside.pop();
                    depth = depth.saturating_sub(1);
                    start = false;
                }
                TokenKind::Ident if selecting => {
                    let name = self.slice(&token.range);
                    match previous {
                        TokenKind::Other('.') => {
                            tied |= depth == 0;
                            if !self.scope.is_empty() {
                                self.edits.insert(token.range.start, format!("{}--", self.scope));
                            }
                        }
                        TokenKind::Other(':') if name.eq_ignore_ascii_case("host") => {
                            self.host(token.range.start - 1..token.range.end);
                            tied = true;
                        }
                        TokenKind::Other(':') => {}
                        _ if start => {
                            self.edits.insert(token.range.start, PREFIX);
                            if depth == 0 && name.eq_ignore_ascii_case("page") && begin.is_none() {
                                page = Some(token.range.end);
                            }
                        }
                        _ => {}
                    }
                    begin = begin.or(Some(token.range.start));
                    start = false;
                }
                TokenKind::Other('&') => {
                    tied = true;
                    start = false;
                }
                _ => start = false,
            }
            if begin.is_none() && token.kind != TokenKind::Other(',') {
                begin = Some(token.range.start);
            }
            previous = token.kind;
        }
        self.tie(begin, tied, page, outer);
    }

    /// Ties a selector to its component, if nothing in it does.
    fn tie(&mut self, begin: Option<usize>, tied: bool, page: Option<usize>, outer: Block) {
        let Some(begin) = begin else { return };
        if tied || self.scope.is_empty() || outer == Block::Style {
            return;
        }
        let host = format!(":where([wx-host=\"{}\"])", self.scope);
        match page {
            // The root of a page is its host.
            Some(end) => self.edits.insert(end, host),
            None => self.edits.insert_first(begin, format!("{host} ")),
        }
    }

    /// `:host` is the element whose shadow the component is.
    fn host(&mut self, range: Range<usize>) {
        // `:host(.a)` becomes `[wx-host="S"]:is(.a)`.
        let call = self.text.get(range.end..).is_some_and(|rest| rest.starts_with('('));
        let is = if call { ":is" } else { "" };
        self.edits.replace(range, format!("[wx-host=\"{}\"]{is}", self.scope));
    }

    fn token(&mut self) -> Option<Token> {
        let start = self.at;
        let c = self.peek()?;
        let rest = self.rest();
        let kind = if c.is_whitespace()
            || rest.starts_with("/*")
            || rest.starts_with("<!--")
            || rest.starts_with("-->")
        {
            self.blank();
            TokenKind::Blank
        } else if matches!(c, '"' | '\'') {
            self.string(c);
            TokenKind::String
        } else if c.is_ascii_digit() || starts_number(rest) {
            self.number();
            TokenKind::Number
        } else if c == '@' {
            self.at += 1;
            self.ident();
            TokenKind::At
        } else if c == '#' && rest.chars().nth(1).is_some_and(|next| is_ident(next) || next == '\\')
        {
            self.at += 1;
            self.ident();
            TokenKind::Hash
        } else if is_ident(c) || c == '\\' {
            self.ident();
            if self.peek() == Some('(') {
                let name = self.slice(&(start..self.at));
                self.at += 1;
                if name.eq_ignore_ascii_case("url") { self.url(start) } else { TokenKind::Function }
            } else {
                TokenKind::Ident
            }
        } else {
            if rest.starts_with("//") && !self.slashes && self.brackets.is_empty() {
                self.slashes = true;
                self.sheet.findings.push(Finding::warning(start, "Style sheets know no // comments; the next rule or declaration is lost. Write /* */."));
            }
            self.at += c.len_utf8();
            TokenKind::Other(c)
        };
        if kind == TokenKind::String
            && self.prelude.iter().rev().find(|t| t.kind != TokenKind::Blank).is_some_and(|t| {
                t.kind == TokenKind::Function && self.slice(&t.range).eq_ignore_ascii_case("url(")
            })
            && !self.in_at_rule()
        {
            self.address(start + 1..self.at.saturating_sub(1));
        }
        Some(Token { kind, range: start..self.at })
    }

    /// Whether an at-rule is being read, whose addresses are not those of files.
    fn in_at_rule(&self) -> bool {
        let first = self.prelude.iter().find(|token| token.kind != TokenKind::Blank);
        first.is_some_and(|token| token.kind == TokenKind::At)
    }

    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("/*") {
                match rest.find("*/") {
                    Some(end) => end + 2,
                    None => {
                        self.sheet
                            .findings
                            .push(Finding::error(self.at, "This comment does not end."));
                        self.edits.insert(self.text.len(), "*/");
                        rest.len()
                    }
                }
            } else if rest.starts_with("<!--") {
                4
            } else if rest.starts_with("-->") {
                3
            } else {
                rest.len() - rest.trim_start().len()
            };
            if length == 0 {
                return;
            }
            self.at += length;
        }
    }

    fn string(&mut self, quote: char) {
        let start = self.at;
        self.at += 1;
        while let Some(c) = self.peek() {
            if c == '\n' {
                break;
            }
            self.at += c.len_utf8();
            if c == quote {
                return;
            }
            if c == '\\' {
                self.at += self.peek().map_or(0, char::len_utf8);
            }
        }
        self.sheet
            .findings
            .push(Finding::error(start, "This text has no quote that ends it on its line."));
    }

    fn number(&mut self) {
        let start = self.at;
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let digits = |mut i: usize| {
            while bytes.get(i).is_some_and(u8::is_ascii_digit) {
                i += 1;
            }
            i
        };
        let mut length = digits(usize::from(rest.starts_with(['+', '-'])));
        if bytes.get(length) == Some(&b'.') && bytes.get(length + 1).is_some_and(u8::is_ascii_digit)
        {
            length = digits(length + 1);
        }
        if bytes.get(length).is_some_and(|b| b.eq_ignore_ascii_case(&b'e')) {
            let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            if bytes.get(length + 1 + sign).is_some_and(u8::is_ascii_digit) {
                length = digits(length + 1 + sign);
            }
        }
        self.at += length.max(1);
        let unit = self.at;
        if self.peek().is_some_and(|c| is_ident(c) || c == '\\') {
            self.ident();
        }
        if self.slice(&(unit..self.at)).eq_ignore_ascii_case("rpx") {
            let value: f64 =
                self.slice(&(start..unit)).trim_start_matches('+').parse().unwrap_or(0.0);
            self.edits.replace(start..self.at, vw(value));
        }
    }

    fn ident(&mut self) {
        while let Some(c) = self.peek() {
            if c == '\\' {
                self.at += 1;
                self.at += self.peek().map_or(0, char::len_utf8);
            } else if is_ident(c) || c.is_ascii_digit() {
                self.at += c.len_utf8();
            } else {
                return;
            }
        }
    }

    /// Reads what is behind `url(`.
    fn url(&mut self, start: usize) -> TokenKind {
        let rest = self.rest();
        if rest.trim_start().starts_with(['"', '\'']) {
            return TokenKind::Function;
        }
        let Some(end) = rest
            .find([')', '\n'])
            .filter(|end| rest.get(*end..).is_some_and(|r| r.starts_with(')')))
        else {
            self.sheet
                .findings
                .push(Finding::error(start, "This url( has no ) that closes it on its line."));
            self.at += rest.find('\n').unwrap_or(rest.len());
            return TokenKind::Url;
        };
        let (offset, target) = url_target(self.slice(&(start..self.at + end + 1)));
        self.at += end + 1;
        if !self.in_at_rule() {
            self.address(start + offset..start + offset + target.len());
        }
        TokenKind::Url
    }

    /// Makes the address of a file of the project whole.
    fn address(&mut self, range: Range<usize>) {
        let written = self.slice(&range);
        let outside =
            written.contains(':') || written.starts_with("//") || written.starts_with('#');
        if outside || written.trim().is_empty() {
            return;
        }
        self.sheet.urls.push((written.to_owned(), range.start));
        let file = written.split(['?', '#']).next().unwrap_or_default();
        if let Some(path) = path::join(self.folder, file) {
            self.edits.replace(range, format!("/app/file/{path}"));
        }
    }
}

/// A length of so many rpx: 750 of them are the width of the screen.
fn vw(rpx: f64) -> String {
    let vw = (rpx / 7.5 * 1e6).round() / 1e6;
    format!("{vw}vw")
}

/// The address in `url(…)` without quotes, and where in it it begins.
fn url_target(raw: &str) -> (usize, &str) {
    let inner = raw.get(4..raw.len().saturating_sub(1)).unwrap_or_default();
    let lead = inner.len() - inner.trim_start().len();
    (4 + lead, inner.trim())
}

fn is_ident(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || c == '-' || !c.is_ascii()
}

fn starts_number(rest: &str) -> bool {
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let fraction = unsigned.strip_prefix('.').unwrap_or(unsigned);
    fraction.starts_with(|c: char| c.is_ascii_digit())
}
