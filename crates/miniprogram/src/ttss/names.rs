//! Names that style sheets define for a whole document: of animations, fonts and counter styles.
//!
//! On a phone each page has its own document, with the sheets of the app, of the page and of its
//! components. Here a name gets the prefix of its sheet, `S·name`. A sheet that defines a name means
//! its own. Other sheets, and `style` attributes, read a custom property that is set for the page:
//! `var(--tt-keyframes-name, name)`. Names of `app.ttss` stay as they are.

use std::{fmt::Write, ops::Range};

use super::{Block, SHARED, Target, Token, TokenKind, Walk};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Keyframes,
    /// Its name is in lower case: those of fonts have no case.
    Font,
    CounterStyle,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) kind: Kind,
    pub(crate) name: String,
}

/// Where a name stands.
pub(super) struct Use {
    name: Name,
    range: Range<usize>,
    /// Whether the name is given here.
    defines: bool,
}

impl Name {
    fn new(kind: Kind, name: &str) -> Self {
        let name = if kind == Kind::Font { name.to_lowercase() } else { name.to_owned() };
        Self { kind, name }
    }

    /// The name with the prefix of its sheet, as a value.
    fn prefixed(&self, prefix: &str) -> String {
        let separator = if prefix.is_empty() { "" } else { SHARED };
        let name = &self.name;
        if self.kind == Kind::Font {
            return format!("\"{}\"", quote(&format!("{prefix}{separator}{name}")));
        }
        ident(&format!("{prefix}{separator}{name}"))
    }

    /// The custom property that says which name is meant in a page.
    fn property(&self) -> String {
        let kind = match self.kind {
            Kind::Keyframes => "keyframes",
            Kind::Font => "font",
            Kind::CounterStyle => "counter-style",
        };
        ident(&format!("--tt-{kind}-{}", self.name))
    }

    /// Lets a page use the name, if its sheet may be meant by others.
    pub(super) fn declaration(&self, target: &Target<'_>) -> Option<String> {
        let needed = !target.prefix.is_empty() || target.foreign.contains(self);
        needed.then(|| format!("{}:{};", self.property(), self.prefixed(target.prefix)))
    }
}

impl Walk<'_> {
    /// Keeps the name that an at-rule defines.
    pub(super) fn define(&mut self, kind: Kind, prelude: &[Token]) {
        let name = prelude.iter().find_map(|token| Some((self.word(token)?, token.range.clone())));
        if let Some((name, range)) = name {
            self.defined(Name::new(kind, &name), range);
        }
    }

    fn defined(&mut self, name: Name, range: Range<usize>) {
        self.sheet.defined.push(name.clone());
        self.uses.push(Use { name, range, defines: true });
    }

    fn used(&mut self, kind: Kind, name: &str, range: Range<usize>) {
        self.uses.push(Use { name: Name::new(kind, name), range, defines: false });
    }

    /// Gives the names that were found their prefixes. A sheet may define a name after its use.
    pub(super) fn name(&mut self) {
        let target = self.target;
        for Use { name, range, defines } in std::mem::take(&mut self.uses) {
            if defines || target.own.contains(&name) {
                if !target.prefix.is_empty() {
                    self.edits.replace(range, name.prefixed(target.prefix));
                }
            } else if target.foreign.contains(&name) {
                let plain = self.slice(&range).to_owned();
                self.edits.replace(range, format!("var({},{plain})", name.property()));
            }
        }
    }

    /// Reads the declaration that has just ended.
    pub(super) fn declaration(&mut self) {
        let Some((block, _)) = self.blocks.last() else { return };
        let in_font_face = *block == Block::FontFace;
        let mut tokens = self.prelude.iter().filter(|token| token.kind != TokenKind::Blank);
        let (Some(property), Some(colon)) = (tokens.next(), tokens.next()) else { return };
        if property.kind != TokenKind::Ident || colon.kind != TokenKind::Other(':') {
            return;
        }
        let property = self.slice(&property.range).to_ascii_lowercase();
        let colon = colon.range.start;
        let value = |walk: &Self| -> Vec<Token> {
            let ends = |token: &&Token| token.kind != TokenKind::Other('!');
            let behind = walk.prelude.iter().filter(|token| token.range.start > colon);
            behind.take_while(ends).cloned().collect()
        };
        match property.as_str() {
            "animation" | "animation-name" | "-webkit-animation" | "-webkit-animation-name" => {
                let value = value(self);
                self.words(Kind::Keyframes, &value, |functions, _| functions.is_empty());
            }
            "list-style" | "list-style-type" => {
                let value = value(self);
                self.words(Kind::CounterStyle, &value, |functions, _| functions.is_empty());
            }
            "content" => {
                let value = value(self);
                // The first argument is the counter.
                self.words(Kind::CounterStyle, &value, |functions, before| {
                    before == TokenKind::Other(',')
                        && functions.last().is_some_and(|name| name.starts_with("counter"))
                });
            }
            "font-family" => {
                let value = value(self);
                self.families(&value, in_font_face);
            }
            "font" if !in_font_face => {
                let value = value(self);
                let families = value.get(behind_size(self, &value)..).unwrap_or_default();
                self.families(families, false);
            }
            _ => {}
        }
    }

    /// Keeps the words of a value that can be names, given the functions around them and what stands
    /// before them.
    fn words(
        &mut self,
        kind: Kind,
        value: &[Token],
        is_name: impl Fn(&[String], TokenKind) -> bool,
    ) {
        let mut functions: Vec<String> = Vec::new();
        let mut before = TokenKind::Blank;
        for token in value.iter().filter(|token| token.kind != TokenKind::Blank) {
            match token.kind {
                TokenKind::Function => {
                    functions.push(self.slice(&token.range).to_ascii_lowercase());
                }
                TokenKind::Other('(') => functions.push(String::new()),
                TokenKind::Other(')') => {
                    functions.pop();
                }
                _ if is_name(&functions, before) => {
                    if let Some(name) = self.word(token) {
                        self.used(kind, &name, token.range.clone());
                    }
                }
                _ => {}
            }
            before = token.kind;
        }
    }

    /// Reads a list of font families. One without a generic family ends in the system's sans-serif,
    /// to which a phone falls; a browser would fall to a serif face.
    fn families(&mut self, value: &[Token], defines: bool) {
        let mut depth = 0_usize;
        let mut lists: Vec<Vec<&Token>> = vec![Vec::new()];
        for token in value {
            match token.kind {
                TokenKind::Function | TokenKind::Other('(') => depth += 1,
                TokenKind::Other(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            match lists.last_mut() {
                _ if token.kind == TokenKind::Other(',') && depth == 0 => lists.push(Vec::new()),
                Some(list) if token.kind != TokenKind::Blank => list.push(token),
                _ => {}
            }
        }
        let mut end = None;
        let mut named = false;
        let mut generic = false;
        for list in &lists {
            let (Some(first), Some(last)) = (list.first(), list.last()) else { return };
            end = Some(last.range.end);
            let words: Option<Vec<String>> = list.iter().map(|token| self.word(token)).collect();
            let Some(words) = words else { continue };
            let name = words.join(" ");
            let quoted = first.kind == TokenKind::String;
            if !quoted && GENERIC.contains(&name.to_ascii_lowercase().as_str()) {
                generic = true;
                continue;
            }
            named = true;
            let range = first.range.start..last.range.end;
            if defines {
                self.defined(Name::new(Kind::Font, &name), range);
            } else {
                self.used(Kind::Font, &name, range);
            }
        }
        if let Some(end) = end.filter(|_| named && !generic && !defines) {
            self.edits.insert(end, ", sans-serif");
        }
    }

    /// The text of an ident or a string.
    fn word(&self, token: &Token) -> Option<String> {
        let raw = self.slice(&token.range);
        match token.kind {
            TokenKind::Ident => Some(unescape(raw)),
            TokenKind::String => Some(unescape(raw.get(1..raw.len().saturating_sub(1))?)),
            _ => None,
        }
    }
}

/// Families that are always there, and words that are no families.
const GENERIC: &[&str] = &[
    "serif",
    "sans-serif",
    "monospace",
    "cursive",
    "fantasy",
    "system-ui",
    "ui-serif",
    "ui-sans-serif",
    "ui-monospace",
    "ui-rounded",
    "math",
    "emoji",
    "fangsong",
    "inherit",
    "initial",
    "unset",
    "revert",
    "revert-layer",
];

/// In the value of `font`, where the families begin: behind the size and the height of a line.
fn behind_size(walk: &Walk<'_>, value: &[Token]) -> usize {
    let mut depth = 0_usize;
    let mut behind = value.len();
    let mut slash = false;
    for (i, token) in value.iter().enumerate() {
        let is_size = match token.kind {
            TokenKind::Blank => continue,
            TokenKind::Function => {
                depth += 1;
                false
            }
            TokenKind::Other(')') => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            TokenKind::Other(',') if depth == 0 => break,
            TokenKind::Number | TokenKind::Other('%') => depth == 0,
            TokenKind::Ident => {
                slash || SIZES.contains(&walk.slice(&token.range).to_ascii_lowercase().as_str())
            }
            _ => false,
        };
        slash = token.kind == TokenKind::Other('/');
        if is_size {
            behind = i + 1;
        }
    }
    behind
}

const SIZES: &[&str] = &[
    "xx-small",
    "x-small",
    "small",
    "medium",
    "large",
    "x-large",
    "xx-large",
    "xxx-large",
    "smaller",
    "larger",
];

/// A text of CSS without its escapes.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut code = 0_u32;
        let mut digits = 0;
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)).filter(|_| digits < 6) {
            code = code * 16 + digit;
            digits += 1;
            chars.next();
        }
        if digits > 0 {
            out.push(char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}'));
            if chars.peek().is_some_and(|c| c.is_whitespace()) {
                chars.next();
            }
        } else {
            // A line that goes on in the next one has no character for it.
            out.extend(chars.next().filter(|c| *c != '\n'));
        }
    }
    out
}

/// A text as a name in CSS, if it does not begin with a digit.
fn ident(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii() {
            out.push(c);
        } else {
            let _ = write!(out, "\\{:x} ", u32::from(c));
        }
    }
    out
}

/// A text between double quotes in CSS.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_control() || matches!(c, '"' | '\\') {
            let _ = write!(out, "\\{:x} ", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}
