//! Reads TTML: what its writers write, not what its grammar says. Places are kept, mistakes are
//! reported and read on past.

use std::ops::Range;

use crate::{builtin::is_builtin, problem::Finding};

/// How deep elements may lie in each other. A compiler works on nested templates by recursion.
const DEPTH: usize = 200;
/// The most attributes of an element.
const ATTRIBUTES: usize = 500;
/// How far the end of a binding is looked for, in bytes.
const LONGEST: usize = 16_384;
/// Findings of one file after which the others are left out.
const FINDINGS: usize = 100;

/// A template file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) nodes: Vec<Node>,
    pub(crate) findings: Vec<Finding>,
}

#[derive(Debug)]
pub(crate) enum Node {
    /// Where it stands; entities and bindings as they are written.
    Text(Range<usize>),
    Element(Element),
}

#[derive(Debug)]
pub(crate) struct Element {
    /// In lower case.
    pub(crate) name: String,
    /// Where `<` stands.
    pub(crate) offset: usize,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Node>,
    /// What stands between `<sjs>` and `</sjs>`.
    pub(crate) script: Option<Range<usize>>,
}

#[derive(Debug)]
pub(crate) struct Attribute {
    /// As it is written.
    pub(crate) name: String,
    pub(crate) offset: usize,
    /// Where its value stands, without quotes; none if it has none.
    pub(crate) value: Option<Range<usize>>,
}

impl Element {
    /// The attribute of this name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The first attribute of these names; `tt:` directives are written in two ways.
    pub(crate) fn directive(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| directive(&attribute.name) == Some(name))
    }
}

/// The name of a directive, `if` for `tt:if` and `wx:if`.
pub(crate) fn directive(name: &str) -> Option<&str> {
    name.strip_prefix("tt:").or_else(|| name.strip_prefix("wx:"))
}

/// Elements that hold nothing: without an end they do not swallow what follows.
const LEAVES: &[&str] = &[
    "camera",
    "canvas",
    "checkbox",
    "icon",
    "image",
    "import",
    "include",
    "input",
    "live-player",
    "progress",
    "radio",
    "rich-text",
    "rtc-room",
    "slider",
    "switch",
    "textarea",
    "web-view",
];

/// Reads a file.
pub(crate) fn parse(text: &str) -> Document {
    let mut parser = Parser {
        text,
        at: 0,
        findings: Vec::new(),
        open: Vec::new(),
        roots: Vec::new(),
        deep: false,
        last_close: text.rfind("}}").unwrap_or(0),
    };
    parser.run();
    Document { nodes: parser.roots, findings: parser.findings }
}

/// Where a binding ends whose `{{` stands at the start of `text`: the byte behind its `}}`.
pub(crate) fn binding_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut chars = text.char_indices().skip(2).peekable();
    while let Some((i, c)) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth > 0 => depth -= 1,
            (None, '}') if chars.peek().is_some_and(|(_, next)| *next == '}') => {
                return Some(i + 2);
            }
            _ => {}
        }
    }
    // A quote that is not closed, or braces that do not match: take the next }} there is.
    text.get(2..)?.find("}}").map(|end| end + 4)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    findings: Vec<Finding>,
    /// Elements whose end was not met yet, outermost first.
    open: Vec<Element>,
    roots: Vec<Node>,
    /// Whether too deep an element was reported.
    deep: bool,
    /// Where the last `}}` stands: nothing behind it is a binding.
    last_close: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// How long the binding is that begins here.
    fn binding_end(&self) -> Option<usize> {
        if self.at > self.last_close { None } else { binding_end(self.rest()) }
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS
            || finding.is_error() && self.findings.len() < 2 * FINDINGS
        {
            self.findings.push(finding);
        }
    }

    fn error(&mut self, offset: usize, message: impl Into<String>) {
        self.find(Finding::error(offset, message));
    }

    fn warning(&mut self, offset: usize, message: impl Into<String>) {
        self.find(Finding::warning(offset, message));
    }

    fn run(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        while !self.rest().is_empty() {
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.comment();
            } else if rest.starts_with("<!") || rest.starts_with("<?") {
                self.warning(self.at, "TTML has no declarations; this is left out.");
                self.at += rest.find('>').map_or(rest.len(), |end| end + 1);
            } else if is_end(rest) {
                self.end_tag();
            } else if is_start(rest) {
                self.start_tag();
            } else {
                self.text();
            }
        }
        while let Some(element) = self.open.pop() {
            self.unclosed(&element);
            self.close(element, true);
        }
    }

    fn comment(&mut self) {
        let rest = self.rest();
        match rest.find("-->") {
            Some(end) => self.at += end + 3,
            None => {
                self.error(self.at, "This comment has no --> that ends it.");
                self.at = self.text.len();
            }
        }
    }

    fn text(&mut self) {
        let start = self.at;
        loop {
            let rest = self.rest();
            let Some(next) = rest.find(['<', '{']) else {
                self.at = self.text.len();
                break;
            };
            self.at += next;
            let rest = self.rest();
            if rest.starts_with("{{") {
                match self.binding_end() {
                    Some(end) => self.at += end,
                    None => {
                        self.error(self.at, "This {{ has no }} that closes it.");
                        self.at += 2;
                    }
                }
            } else if is_start(rest)
                || is_end(rest)
                || rest.starts_with("<!")
                || rest.starts_with("<?")
            {
                break;
            } else {
                if rest.starts_with('<') {
                    self.warning(self.at, "Write &lt; for a < that begins no tag.");
                }
                self.at += 1;
            }
        }
        self.add(Node::Text(start..self.at));
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.roots.push(node),
        }
    }

    /// Puts an element into its parent.
    fn close(&mut self, mut element: Element, forced: bool) {
        // What follows an <input> that nobody closed does not lie inside it.
        let strays = if forced && LEAVES.contains(&element.name.as_str()) {
            std::mem::take(&mut element.children)
        } else {
            Vec::new()
        };
        self.add(Node::Element(element));
        for stray in strays {
            self.add(stray);
        }
    }

    fn unclosed(&mut self, element: &Element) {
        let name = &element.name;
        if LEAVES.contains(&name.as_str()) {
            self.warning(
                element.offset,
                format!("<{name}> has no </{name}>; write <{name} /> for one without content."),
            );
        } else {
            self.error(element.offset, format!("<{name}> has no </{name}> that closes it."));
        }
    }

    fn end_tag(&mut self) {
        let start = self.at;
        self.at += 2;
        let name = self.name().to_ascii_lowercase();
        let rest = self.rest();
        match rest.find(['>', '<']) {
            Some(end) if rest.get(end..).is_some_and(|rest| rest.starts_with('>')) => {
                if !rest.get(..end).unwrap_or_default().trim().is_empty() {
                    self.warning(self.at, "An end tag has nothing but its name.");
                }
                self.at += end + 1;
            }
            other => {
                self.error(start, format!("This </{name} has no > that ends it."));
                self.at += other.unwrap_or(rest.len());
            }
        }
        if !self.open.iter().any(|element| element.name == name) {
            if !self.deep {
                self.warning(start, format!("This </{name}> closes nothing."));
            }
            return;
        }
        while let Some(element) = self.open.pop() {
            if element.name == name {
                self.close(element, false);
                break;
            }
            self.unclosed(&element);
            self.close(element, true);
        }
    }

    fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<' | '=' | '"' | '\''))
            .unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn start_tag(&mut self) {
        let offset = self.at;
        self.at += 1;
        let written = self.name();
        let name = written.to_ascii_lowercase();
        // Components may be named in camel case, as `usingComponents` spells them.
        if written != name && is_builtin(&name) {
            self.warning(offset, format!("Tags are written in lower case: <{name}>."));
        }
        let mut element =
            Element { name, offset, attributes: Vec::new(), children: Vec::new(), script: None };
        let empty = loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let rest = self.rest();
            if rest.starts_with("/>") {
                self.at += 2;
                break true;
            }
            match rest.chars().next() {
                Some('>') => {
                    self.at += 1;
                    break false;
                }
                Some('/') => self.at += 1,
                Some('<') if is_start(rest) || is_end(rest) || rest.starts_with("<!--") => {
                    self.error(offset, format!("This <{} has no > that ends it.", element.name));
                    break false;
                }
                Some(_) => self.attribute(&mut element),
                None => {
                    self.error(offset, format!("This <{} has no > that ends it.", element.name));
                    break true;
                }
            }
        };
        if !empty && matches!(element.name.as_str(), "sjs" | "wxs") {
            element.script = Some(self.script(&element.name));
            self.add(Node::Element(element));
        } else if empty {
            self.add(Node::Element(element));
        } else if self.open.len() >= DEPTH {
            if !self.deep {
                self.deep = true;
                self.error(offset, format!("Elements lie more than {DEPTH} deep in each other."));
            }
            // Its end tag closes an outer element of the same name, if any; the page shows the error anyway.
            self.add(Node::Element(element));
        } else {
            self.open.push(element);
        }
    }

    /// The text up to the end of `<sjs>`.
    fn script(&mut self, name: &str) -> Range<usize> {
        let start = self.at;
        let rest = self.rest();
        let end_tag = format!("</{name}");
        let Some(end) = rest.find(&end_tag) else {
            self.error(start, format!("<{name}> has no </{name}>."));
            self.at = self.text.len();
            return start..self.at;
        };
        self.at += end;
        let tail = self.rest();
        self.at += tail.find('>').map_or(tail.len(), |close| close + 1);
        start..start + end
    }

    fn attribute(&mut self, element: &mut Element) {
        let offset = self.at;
        let name = self.name();
        if name.is_empty() {
            let c = self.rest().chars().next().unwrap_or(' ');
            self.warning(offset, format!("A {c} belongs to no attribute here."));
            self.at += c.len_utf8();
            return;
        }
        let rest = self.rest();
        let after = rest.trim_start();
        let value = after.starts_with('=').then(|| {
            self.at += rest.len() - after.len() + 1;
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            self.value(name, offset)
        });
        let same = |other: &Attribute| {
            other.name == name
                || directive(name).is_some() && directive(&other.name) == directive(name)
        };
        if element.attributes.iter().any(same) {
            self.warning(offset, format!("{name} stands here twice; the first one counts."));
            return;
        }
        if element.attributes.len() >= ATTRIBUTES {
            self.error(offset, format!("An element has at most {ATTRIBUTES} attributes."));
            return;
        }
        element.attributes.push(Attribute { name: name.to_owned(), offset, value });
    }

    fn value(&mut self, name: &str, offset: usize) -> Range<usize> {
        let rest = self.rest();
        match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            Some('>') | None => {
                self.warning(offset, format!("{name}= has no value."));
                self.at..self.at
            }
            Some(_) => {
                let start = self.at;
                loop {
                    let rest = self.rest();
                    if rest.starts_with("{{") {
                        self.at += self.binding_end().unwrap_or(2);
                    } else if rest.is_empty()
                        || rest.starts_with("/>")
                        || rest.starts_with(|c: char| c.is_whitespace() || c == '>')
                    {
                        break;
                    } else {
                        self.at += rest.chars().next().map_or(0, char::len_utf8);
                    }
                }
                self.warning(offset, format!("Write the value of {name} in quotes."));
                start..self.at
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Range<usize> {
        let open = self.at;
        self.at += 1;
        let rest = self.rest();
        let Some(end) = value_end(rest, quote) else {
            self.error(open, format!("This {quote} has no {quote} that closes it."));
            let line = rest.find(['\n', '>']).unwrap_or(rest.len());
            self.at += line;
            return open + 1..self.at;
        };
        let start = self.at;
        self.at += end + 1;
        start..start + end
    }
}

/// Where the `quote` stands that closes a value. Quotes in a binding belong to its expression, as
/// phones read it: `class="{{on ? "a" : "b"}}"`.
fn value_end(text: &str, quote: char) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let next = rest.find(quote)?;
        let Some(open) = rest.get(..next).and_then(|value| value.find("{{")) else {
            return Some(at + next);
        };
        let binding = rest.get(open..)?;
        // Longer expressions are refused anyway.
        let binding = binding.get(..binding.floor_char_boundary(LONGEST)).unwrap_or(binding);
        match binding_end(binding) {
            Some(close) if is_expression(binding.get(..close)?) => at += open + close,
            // A `{{` that nobody closed: the value ends where it would without bindings.
            _ => return Some(at + next),
        }
    }
}

/// Whether a binding is one expression, and does not run into the attributes and tags behind it.
fn is_expression(binding: &str) -> bool {
    let bytes = binding.as_bytes();
    let attribute = bytes.windows(3).any(|three| {
        matches!(three, [name, b'=', b'"' | b'\''] if name.is_ascii_alphanumeric() || *name == b'-')
    });
    let behind_tag = binding.split_once('>').map_or(&b""[..], |(_, behind)| behind.as_bytes());
    let tag = behind_tag
        .windows(2)
        .any(|pair| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || *next == b'/'));
    !attribute && !tag
}

fn is_start(rest: &str) -> bool {
    rest.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn is_end(rest: &str) -> bool {
    rest.strip_prefix("</").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}
