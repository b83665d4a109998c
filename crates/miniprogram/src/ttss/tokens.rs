//! The tokens of a style sheet: <https://www.w3.org/TR/css-syntax-3/>. Lengths and addresses are
//! changed here, where strings, comments and `url()` cannot be mistaken for them.

use std::ops::Range;

use super::{Address, Token, TokenKind, Walk, names};
use crate::problem::Finding;

impl Walk<'_> {
    pub(super) fn token(&mut self) -> Option<Token> {
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
        if matches!(kind, TokenKind::String | TokenKind::Ident) && !self.in_at_rule() {
            self.argument(kind, start..self.at);
        }
        Some(Token { kind, range: start..self.at })
    }

    /// The first argument of `url()` or `env()`.
    fn argument(&mut self, kind: TokenKind, range: Range<usize>) {
        let Some(call) = self.prelude.iter().rfind(|token| token.kind != TokenKind::Blank) else {
            return;
        };
        if call.kind != TokenKind::Function {
            return;
        }
        let call = call.range.clone();
        let name = self.slice(&call);
        if kind == TokenKind::String && name.eq_ignore_ascii_case("url(") {
            self.address(range.start + 1..range.end.saturating_sub(1));
        } else if name.eq_ignore_ascii_case("env(")
            && self.slice(&range).starts_with("safe-area-inset-")
        {
            // Those of the simulated device. Phones no longer support `constant()`.
            self.edits.replace(call, "var(");
            self.edits.insert(range.start, "--");
        }
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
        match self.slice(&(unit..self.at)).to_ascii_lowercase().as_str() {
            "rpx" => {
                let value: f64 =
                    self.slice(&(start..unit)).trim_start_matches('+').parse().unwrap_or(0.0);
                self.edits.replace(start..self.at, vw(value));
            }
            // The page's window is a container; queries of media know the screen only.
            _ if self.in_at_rule() => {}
            "vh" | "dvh" | "svh" | "lvh" => self.edits.replace(unit..self.at, "cqh"),
            "rem" => {
                let value = self.slice(&(start..unit)).to_owned();
                self.edits.replace(start..self.at, format!("calc({value} * var(--tt-rem))"));
            }
            "vmin" => self.edits.replace(unit..self.at, "cqmin"),
            "vmax" => self.edits.replace(unit..self.at, "cqmax"),
            _ => {}
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

    /// Keeps the address of a file of the project, which is made whole later.
    fn address(&mut self, range: Range<usize>) {
        let written = names::unescape(self.slice(&range));
        let outside =
            written.contains(':') || written.starts_with("//") || written.starts_with('#');
        if !outside && !written.trim().is_empty() {
            self.sheet.urls.push(Address { written, range });
        }
    }
}

/// A length of so many rpx: 750 of them are the width of the screen.
fn vw(rpx: f64) -> String {
    let vw = (rpx / 7.5 * 1e6).round() / 1e6;
    format!("{vw}vw")
}

/// The address in `url(…)` without quotes, and where in it it begins.
pub(super) fn url_target(raw: &str) -> (usize, &str) {
    let inner = raw.get(4..raw.len().saturating_sub(1)).unwrap_or_default();
    let lead = inner.len() - inner.trim_start().len();
    (4 + lead, inner.trim())
}

pub(super) fn is_ident(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || c == '-' || !c.is_ascii()
}

fn starts_number(rest: &str) -> bool {
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let fraction = unsigned.strip_prefix('.').unwrap_or(unsigned);
    fraction.starts_with(|c: char| c.is_ascii_digit())
}
