//! JSON as people write it by hand: mistakes are reported with their place and the rest is still
//! read, so that a comma too many in one page's file costs nobody the page.

use std::{fmt::Write, ops::Range};

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::problem::Finding;

/// How deep arrays and objects may lie in each other.
const DEPTH: usize = 200;
/// Findings after which a file is given up: it is not JSON.
const FINDINGS: usize = 20;

/// A value and where it stands in its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    Array(Vec<Value>),
    Object(Vec<Member>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Value,
}

impl Value {
    /// `{}`, for a file that is not there.
    pub(crate) fn empty() -> Self {
        Self { span: 0..0, kind: Kind::Object(Vec::new()) }
    }

    pub(crate) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The member of this name; of several, the last.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    pub(crate) fn items(&self) -> &[Value] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// In words, for a message.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a text",
            Kind::Array(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }

    /// Strict JSON of this value, on one line.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "null".to_owned())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool(value) => serializer.serialize_bool(*value),
            Kind::Number(text) => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(integer), _) => serializer.serialize_i64(integer),
                (_, Ok(number)) => serializer.serialize_f64(number),
                _ => serializer.serialize_unit(),
            },
            Kind::String(text) => serializer.serialize_str(text),
            Kind::Array(items) => serializer.collect_seq(items),
            Kind::Object(members) => {
                let last =
                    |i: usize, key: &str| !members.iter().skip(i + 1).any(|later| later.key == key);
                let mut map = serializer.serialize_map(None)?;
                for (i, member) in members.iter().enumerate() {
                    // Of two members of one name the last counts; the other was reported.
                    if members.len() > 1000 || last(i, &member.key) {
                        map.serialize_entry(&member.key, &member.value)?;
                    }
                }
                map.end()
            }
        }
    }
}

/// Reads a file. What is not understood is left out and reported.
pub(crate) fn parse(text: &str) -> (Value, Vec<Finding>) {
    let mut parser =
        Parser { text, at: 0, depth: 0, findings: Vec::new(), comment: false, given_up: false };
    parser.space();
    if parser.peek().is_none() {
        parser.error(0, "This file is empty; write {} at least.");
        return (Value::empty(), parser.findings);
    }
    let value = parser.value().unwrap_or_else(Value::empty);
    parser.space();
    if parser.peek().is_some() && parser.findings.is_empty() {
        parser.error(parser.at, "The JSON has ended before this.");
    }
    (value, parser.findings)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    findings: Vec<Finding>,
    /// Whether comments were reported.
    comment: bool,
    given_up: bool,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.bump();
        }
        found
    }

    /// Reads and reports nothing more.
    fn give_up(&mut self) {
        self.at = self.text.len();
        self.given_up = true;
    }

    fn error(&mut self, offset: usize, message: impl Into<String>) {
        if !self.given_up {
            self.findings.push(Finding::error(offset, message));
        }
        if self.findings.len() >= FINDINGS {
            self.give_up();
        }
    }

    fn warning(&mut self, offset: usize, message: impl Into<String>) {
        if !self.given_up {
            self.findings.push(Finding::warning(offset, message));
        }
    }

    /// Skips blanks and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let blank =
                rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']).len();
            self.at += blank;
            let rest = self.rest();
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                match rest.find("*/") {
                    Some(end) => end + 2,
                    None => {
                        self.error(self.at, "This comment does not end.");
                        self.text.len() - self.at
                    }
                }
            } else {
                return;
            };
            if !self.comment {
                self.comment = true;
                self.warning(self.at, "JSON has no comments; the platform refuses this file.");
            }
            self.at += length;
        }
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        let start = self.at;
        let kind = match self.peek() {
            Some('{') => self.nested(Self::object)?,
            Some('[') => self.nested(Self::array)?,
            Some(quote @ ('"' | '\'')) => Kind::String(self.string(quote)),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(start)?,
            Some(c) if c.is_alphabetic() || c == '_' || c == '$' => self.word(start)?,
            Some(c) => {
                self.error(start, format!("A value is expected here, not {c:?}."));
                return None;
            }
            None => {
                self.error(start, "The file ends where a value is expected.");
                return None;
            }
        };
        Some(Value { span: start..self.at, kind })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Kind) -> Option<Kind> {
        if self.depth >= DEPTH {
            self.error(self.at, format!("Values lie more than {DEPTH} deep in each other."));
            self.give_up();
            return None;
        }
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        Some(kind)
    }

    fn object(&mut self) -> Kind {
        let start = self.at;
        self.bump();
        let mut members: Vec<Member> = Vec::new();
        loop {
            self.space();
            let key_start = self.at;
            let key = match self.peek() {
                Some('}') => {
                    self.bump();
                    break;
                }
                Some(quote @ ('"' | '\'')) => self.string(quote),
                Some(c) if c.is_alphanumeric() || c == '_' || c == '$' => {
                    let key = self.identifier();
                    self.warning(
                        key_start,
                        format!("Write \"{key}\": JSON puts names in double quotes."),
                    );
                    key
                }
                Some(',') => {
                    self.error(key_start, "There is a comma too many here.");
                    self.bump();
                    continue;
                }
                Some(_) => {
                    self.error(key_start, "A name in double quotes is expected here.");
                    self.recover();
                    if self.peek().is_none() {
                        break;
                    }
                    continue;
                }
                None => {
                    self.error(start, "This { has no } that closes it.");
                    break;
                }
            };
            let key_span = key_start..self.at;
            self.space();
            if !self.eat(':') {
                self.error(self.at, format!("A : is missing after \"{key}\"."));
            }
            match self.value() {
                Some(value) => {
                    if members.len() < 1000 && members.iter().any(|other| other.key == key) {
                        self.warning(
                            key_start,
                            format!("\"{key}\" stands here twice; the last one counts."),
                        );
                    }
                    members.push(Member { key, key_span, value });
                }
                None => self.recover(),
            }
            if !self.separator('}') {
                break;
            }
        }
        Kind::Object(members)
    }

    fn array(&mut self) -> Kind {
        let start = self.at;
        self.bump();
        let mut items = Vec::new();
        loop {
            self.space();
            match self.peek() {
                Some(']') => {
                    self.bump();
                    break;
                }
                Some(',') => {
                    self.error(self.at, "There is a comma too many here.");
                    self.bump();
                    continue;
                }
                Some(_) => {}
                None => {
                    self.error(start, "This [ has no ] that closes it.");
                    break;
                }
            }
            match self.value() {
                Some(item) => items.push(item),
                None => self.recover(),
            }
            if !self.separator(']') {
                break;
            }
        }
        Kind::Array(items)
    }

    /// Reads what stands between two members, or the end. Whether there may be more to read.
    fn separator(&mut self, close: char) -> bool {
        let end = self.at;
        self.space();
        match self.peek() {
            Some(',') => {
                let comma = self.at;
                self.bump();
                self.space();
                if self.peek() == Some(close) {
                    self.warning(
                        comma,
                        format!(
                            "JSON allows no comma before {close}; the platform refuses this file."
                        ),
                    );
                }
                true
            }
            Some(c) if c == close => true,
            Some('}' | ']') => {
                self.error(self.at, format!("A {close} is expected here."));
                false
            }
            Some(_) => {
                self.error(end, "A comma is missing here.");
                true
            }
            // Reported by who reads the members.
            None => true,
        }
    }

    /// Skips what is not understood, up to where the next member may begin.
    fn recover(&mut self) {
        let rest = self.rest();
        let length = rest.find([',', '}', ']', '\n']).unwrap_or(rest.len());
        // A closing bracket of the other kind would be met again and again.
        self.at += length.max(usize::from(length == 0 && rest.starts_with('\n')));
        self.space();
        if self.peek() == Some(':') {
            self.bump();
        }
    }

    fn identifier(&mut self) -> String {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.')))
            .unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length.max(1);
        name
    }

    fn number(&mut self, start: usize) -> Option<Kind> {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
            .unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        let strict = serde_json::from_str::<serde_json::Number>(&text).is_ok();
        let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
        if !strict {
            self.error(start, format!("{text} is not a number as JSON writes it."));
        }
        if finite { Some(Kind::Number(text)) } else { None }
    }

    fn word(&mut self, start: usize) -> Option<Kind> {
        let word = self.identifier();
        match word.as_str() {
            "true" => Some(Kind::Bool(true)),
            "false" => Some(Kind::Bool(false)),
            "null" => Some(Kind::Null),
            _ => {
                self.error(start, format!("Write \"{word}\": JSON puts texts in double quotes."));
                Some(Kind::String(word))
            }
        }
    }

    fn string(&mut self, quote: char) -> String {
        let start = self.at;
        if quote == '\'' {
            self.warning(
                start,
                "JSON puts texts in double quotes; the platform refuses this file.",
            );
        }
        self.bump();
        let mut text = String::new();
        loop {
            let at = self.at;
            let Some(c) = self.peek() else {
                self.error(start, "This text has no quote that ends it.");
                return text;
            };
            self.bump();
            match c {
                '\\' => self.escape(at, &mut text),
                '\n' => {
                    self.error(start, "This text has no quote that ends it on its line.");
                    return text;
                }
                c if c == quote => return text,
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self, at: usize, text: &mut String) {
        let Some(c) = self.peek() else { return };
        self.bump();
        match c {
            '"' | '\\' | '/' | '\'' => text.push(c),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => match self.unit() {
                Some(high @ 0xd800..0xdc00) => {
                    let low = if self.rest().starts_with("\\u") {
                        self.at += 2;
                        self.unit()
                    } else {
                        None
                    };
                    let pair = [high, low.unwrap_or(0)];
                    text.push(
                        char::decode_utf16(pair).next().and_then(Result::ok).unwrap_or('\u{fffd}'),
                    );
                }
                Some(unit) => text.push(char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}')),
                None => self.error(at, "Four hexadecimal digits are expected after \\u."),
            },
            c => {
                self.error(at, format!("JSON knows no \\{c}; write \\\\ for a backslash."));
                text.push(c);
            }
        }
    }

    fn unit(&mut self) -> Option<u16> {
        let digits =
            self.rest().get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let unit = u16::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }
}

/// A text as a literal of JavaScript (and JSON).
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
