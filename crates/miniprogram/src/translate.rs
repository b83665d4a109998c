//! TTML in the words of glass-easel's template compiler, whose language is WeChat's.
//!
//! The text that comes out keeps a table of places, so that what the compiler says of it can be
//! said of the source.

use std::ops::Range;

use crate::{
    builtin::{self, Uses},
    path,
    problem::Finding,
    script,
    ttml::{Attribute, Document, Element, Node, binding_end, directive},
};

/// What the tags of elements begin with in a page: `<input>` would be the browser's own.
pub const PREFIX: &str = "tt-";

/// Begins the place of a list, which goes through the compiler behind the name of the list's key:
/// [`Places`](crate::places) takes it out again.
pub(crate) const MARK: char = '\u{fdd0}';

/// What holds the content of a slot that nobody fills; it has no prefix, so no project can name it.
const FALLBACK: &str = "slot-fallback";

/// The most bindings of one text; the compiler nests them in each other.
const BINDINGS: usize = 50;
/// The longest expression in `{{}}`, in bytes, and the deepest nesting of its brackets.
const EXPRESSION: (usize, usize) = (10_000, 60);

/// A template in glass-easel's words.
#[derive(Debug, Default)]
pub(crate) struct Translation {
    pub(crate) text: String,
    /// Bytes of `text` and of the source that stand for each other, in order.
    places: Vec<(usize, usize)>,
    /// Templates this one imports or includes, by name.
    pub(crate) imports: Vec<Dependency>,
    /// Scripts it uses, by path.
    pub(crate) scripts: Vec<Dependency>,
    /// Tags of elements, as in the source, each where it stands first.
    pub(crate) tags: Vec<Dependency>,
    /// What is wrong with built-in components, by tag: a component of that name may stand for them.
    pub(crate) uses: Uses,
    pub(crate) findings: Vec<Finding>,
}

/// Something named in a source.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) offset: usize,
}

impl Translation {
    /// The byte of the source that this line and column (from 0, in UTF-16 units) stand for.
    pub(crate) fn source(&self, line: usize, column: usize) -> usize {
        let start = match line {
            0 => 0,
            line => {
                self.text.match_indices('\n').nth(line - 1).map_or(self.text.len(), |(i, _)| i + 1)
            }
        };
        let mut units = 0;
        let mut at = start;
        for c in self.text.get(start..).unwrap_or_default().chars() {
            if units >= column {
                break;
            }
            units += c.len_utf16();
            at += c.len_utf8();
        }
        let after = self.places.partition_point(|(out, _)| *out <= at);
        match after.checked_sub(1).and_then(|i| self.places.get(i)) {
            Some((out, source)) => source + (at - out),
            None => 0,
        }
    }
}

/// Translates the template of this path.
pub(crate) fn translate(source: &str, file: &str, document: Document) -> Translation {
    let mut writer = Writer {
        source,
        folder: path::folder(file),
        out: Translation { findings: document.findings, ..Translation::default() },
        // Files of WeChat say so.
        foreign: file.ends_with(".wxml"),
        file: path::encode(file, "/"),
        cursor: Cursor::default(),
        keyless: path::is_of_package(file),
    };
    writer.nodes(&document.nodes);
    writer.out
}

struct Writer<'a> {
    source: &'a str,
    folder: &'a str,
    out: Translation,
    /// Whether no `wx:` is to be reported any more.
    foreign: bool,
    /// The path, fit for a mark.
    file: String,
    cursor: Cursor,
    /// Whether lists may go without keys: the file is of a package that others wrote.
    keyless: bool,
}

/// Counts lines and characters (from 1) up to a byte, which mostly is behind the one before.
#[derive(Default)]
struct Cursor {
    offset: usize,
    line: usize,
    column: usize,
}

impl Cursor {
    fn go(&mut self, text: &str, offset: usize) -> (usize, usize) {
        if offset < self.offset {
            *self = Self::default();
        }
        for c in text.get(self.offset..offset).unwrap_or_default().chars() {
            (self.line, self.column) =
                if c == '\n' { (self.line + 1, 0) } else { (self.line, self.column + 1) };
        }
        self.offset = offset;
        (self.line + 1, self.column + 1)
    }
}

impl<'a> Writer<'a> {
    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default()
    }

    fn error(&mut self, offset: usize, message: impl Into<String>) {
        self.out.findings.push(Finding::error(offset, message));
    }

    fn warning(&mut self, offset: usize, message: impl Into<String>) {
        self.out.findings.push(Finding::warning(offset, message));
    }

    fn place(&mut self, source: usize) {
        self.out.places.push((self.out.text.len(), source));
    }

    fn put(&mut self, text: &str) {
        self.out.text.push_str(text);
    }

    /// Begins an attribute.
    fn name(&mut self, source: usize, name: &str) {
        self.put(" ");
        self.place(source);
        self.put(name);
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(range) => self.value(range, None),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let tag = match element.name.as_str() {
            "sjs" | "wxs" => return self.script(element),
            "import" | "include" => return self.import(element),
            "slot" if element.children.iter().any(|node| self.shows(node)) => {
                return self.slot(element);
            }
            name @ ("block" | "template" | "slot") => name.to_owned(),
            name if name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(is_name) =>
            {
                if !self.out.tags.iter().any(|tag| tag.name == name) {
                    self.out
                        .tags
                        .push(Dependency { name: name.to_owned(), offset: element.offset });
                }
                format!("{PREFIX}{name}")
            }
            name => {
                let name = name.to_owned();
                self.error(element.offset, format!("<{name}> is not a name for a tag."));
                return self.nodes(&element.children);
            }
        };
        self.out.uses.add(&element.name, builtin::check(element, |range| self.slice(range)));
        self.place(element.offset);
        self.put("<");
        self.put(&tag);
        for attribute in &element.attributes {
            self.attribute(element, attribute);
        }
        if element.children.is_empty() {
            self.put("/>");
            return;
        }
        self.put(">");
        self.nodes(&element.children);
        self.place(element.offset);
        self.put("</");
        self.put(&tag);
        self.put(">");
    }

    /// Whether anything can be seen of a node: more than blanks.
    fn shows(&self, node: &Node) -> bool {
        match node {
            Node::Text(range) => !self.slice(range).trim().is_empty(),
            Node::Element(_) => true,
        }
    }

    /// A slot with content of its own, for when nobody fills it. The compiler knows no such slots, so
    /// what they hold becomes an element of the runtime's behind them.
    fn slot(&mut self, element: &Element) {
        let directives = |attribute: &&Attribute| directive(&attribute.name).is_some();
        self.place(element.offset);
        self.put("<block");
        for attribute in element.attributes.iter().filter(directives) {
            self.attribute(element, attribute);
        }
        self.put("><slot");
        for attribute in element.attributes.iter().filter(|each| !directives(each)) {
            self.attribute(element, attribute);
        }
        self.put("/><");
        self.put(FALLBACK);
        // It goes where the slot goes, where that is a slot of another component.
        if let Some(attribute) = element.attribute("slot") {
            self.attribute(element, attribute);
        }
        self.put(">");
        self.nodes(&element.children);
        self.place(element.offset);
        self.put("</");
        self.put(FALLBACK);
        self.put("></block>");
    }

    fn attribute(&mut self, element: &Element, attribute: &Attribute) {
        let written = attribute.name.as_str();
        let offset = attribute.offset;
        if !is_attribute_name(written) {
            self.warning(
                offset,
                format!("{written} is not a name for an attribute; it is left out."),
            );
            return;
        }
        if let Some(name) = directive(written) {
            if written.starts_with("wx:") && !self.foreign {
                self.foreign = true;
                self.warning(
                    offset,
                    format!(
                        "Douyin writes tt:{name}; {written} is read here, but not by every phone."
                    ),
                );
            }
            return self.directive(element, attribute, name);
        }
        if let Some((prefix, "if" | "elif" | "else" | "for" | "for-item" | "for-index" | "key")) =
            written.split_once(':')
            && !matches!(
                prefix,
                "bind" | "catch" | "data" | "class" | "style" | "mark" | "slot" | "let"
            )
        {
            let name = written.rsplit(':').next().unwrap_or_default();
            self.warning(offset, format!("{written} does nothing; write tt:{name}."));
            return;
        }
        if is_bare_directive(&element.name, written) {
            self.warning(offset, format!("{written} does nothing by itself; write tt:{written}."));
        }
        let name = match written.split_once(':') {
            Some(("generic", name)) => format!("generic:{PREFIX}{name}"),
            Some(_) => written.to_owned(),
            None => match event(written) {
                Some((prefix, name)) => format!("{prefix}:{name}"),
                None => written.to_owned(),
            },
        };
        self.name(offset, &name);
        let Some(range) = &attribute.value else { return };
        self.put("=\"");
        if name.starts_with("generic:") {
            self.put(PREFIX);
        }
        if element.name == "template" && name == "data" {
            self.object(range);
        } else {
            self.value(range, Some('"'));
        }
        self.put("\"");
    }

    /// The `data` of a template: its braces may have no blanks around them.
    fn object(&mut self, range: &Range<usize>) {
        self.value(&trim(self.source, range), Some('"'));
    }

    /// The key of a list, and where the list stands.
    fn key(&mut self, element: &Element, offset: usize) {
        let value = |name: &str| {
            let range = element.directive(name).and_then(|attribute| attribute.value.clone());
            range.map(|range| self.slice(&range))
        };
        let name = |name: &str, default| value(name).map_or(default, str::trim);
        let key = value("key")
            .and_then(|key| reduce_key(key, name("for-item", "item"), name("for-index", "index")))
            .unwrap_or_default();
        let (line, column) = self.cursor.go(self.source, offset);
        let mark = format!(" wx:key=\"{key}{MARK}{}:{line}:{column}\"", self.file);
        self.put(&mark);
    }

    fn directive(&mut self, element: &Element, attribute: &Attribute, name: &str) {
        let offset = attribute.offset;
        let value = attribute.value.clone().unwrap_or(offset..offset);
        let looped = element.directive("for").or_else(|| element.directive("for-items")).is_some();
        match name {
            "else" => {
                self.name(offset, "wx:else");
            }
            "if" | "elif" | "for" | "for-items" => {
                let name = if name == "for-items" { "for" } else { name };
                let value = trim(self.source, &value);
                let text = self.slice(&value);
                if text.is_empty() {
                    self.error(offset, format!("tt:{name} needs a value in {{{{}}}}."));
                } else if !text.contains("{{") {
                    self.warning(offset, match name {
                        "for" => format!("tt:for=\"{text}\" goes through the letters of a text; write {{{{{text}}}}} for the data of that name."),
                        _ => format!("tt:{name}=\"{text}\" is a text and so always true; write {{{{{text}}}}} for the data of that name."),
                    });
                } else if name == "for" && !self.keyless && element.directive("key").is_none() {
                    self.warning(
                        offset,
                        "This list has no tt:key; when it changes, items may keep the state of others.",
                    );
                }
                self.name(offset, &format!("wx:{name}"));
                self.put("=\"");
                self.value(&value, Some('"'));
                self.put("\"");
                if name == "for" {
                    self.key(element, offset);
                }
            }
            "for-item" | "for-index" => {
                if !looped {
                    return self.warning(offset, format!("tt:{name} does nothing without tt:for."));
                }
                let text = self.slice(&value).trim();
                if !is_identifier(text) {
                    return self.error(
                        offset,
                        format!("tt:{name} needs a name for a variable, not {text:?}."),
                    );
                }
                self.name(offset, &format!("wx:{name}"));
                self.put("=\"");
                self.put(text);
                self.put("\"");
            }
            "key" if looped => {}
            "key" => self.warning(offset, "tt:key does nothing without tt:for."),
            "ref" => {
                let value = trim(self.source, &value);
                let method = self.slice(&value);
                if !is_identifier(method) {
                    return self.warning(offset, "tt:ref is the name of a method.");
                }
                if builtin::is_builtin(&element.name) {
                    // Reported unless a component of the project has this name.
                    let message = "tt:ref gives components of the project, no built-in ones.";
                    let finding = Finding::warning(offset, message);
                    self.out.uses.add(&element.name, vec![finding]);
                }
                // The one attribute that a component is told of as it is written.
                self.name(offset, "worklet:ref");
                self.put("=\"");
                self.put(method);
                self.put("\"");
            }
            _ => self.warning(offset, format!("There is no tt:{name}.")),
        }
    }

    /// Writes text with bindings, as content or, with `quote`, as the value of an attribute.
    fn value(&mut self, range: &Range<usize>, quote: Option<char>) {
        let mut at = range.start;
        let mut bindings = 0;
        while at < range.end {
            let rest = self.slice(&(at..range.end));
            self.place(at);
            if rest.starts_with("{{") {
                let end = binding_end(rest).unwrap_or(rest.len());
                bindings += 1;
                if bindings > BINDINGS {
                    bindings = 0;
                    if quote.is_none() {
                        // Starts a new text, which looks the same.
                        self.put("<!---->");
                        self.place(at);
                    } else {
                        self.error(at, format!("A value has at most {BINDINGS} bindings."));
                        return;
                    }
                }
                self.binding(at, rest.get(..end).unwrap_or_default());
                at += end;
                continue;
            }
            let length = rest.find("{{").unwrap_or(rest.len());
            let plain = rest.get(..length).unwrap_or_default();
            self.plain(at, plain, quote);
            at += length;
        }
    }

    fn binding(&mut self, at: usize, text: &str) {
        if !text.ends_with("}}") || text.len() < 4 {
            self.error(at, "This {{ has no }} that closes it.");
            return;
        }
        let mut depth = 0_usize;
        let mut deepest = 0;
        let mut chain = 0_usize;
        for c in text.chars() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                '!' | '?' | '~' => chain += 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        if text.len() > EXPRESSION.0 || deepest > EXPRESSION.1 || chain > 500 {
            self.error(
                at,
                "This expression is too long or too deep; compute it in the page's code.",
            );
            return;
        }
        if let Some(offset) = bad_number(text) {
            self.error(at + offset, "This is not a number that an expression can have.");
            return;
        }
        // An expression has no entities, but people write them here as well.
        if text.contains('&') && text.contains(';') {
            let decoded =
                ENTITIES.iter().fold(text.to_owned(), |text, (name, c)| text.replace(name, c));
            self.put(&decoded);
        } else {
            self.put(text);
        }
    }

    fn plain(&mut self, at: usize, text: &str, quote: Option<char>) {
        let mut chars = text.char_indices().peekable();
        while let Some((i, c)) = chars.next() {
            match c {
                '<' => self.put("&lt;"),
                // A phone reads this in text, not in attributes, as a line break.
                '\\' if quote.is_none() && chars.next_if(|(_, next)| *next == 'n').is_some() => {
                    self.put("&#10;");
                    self.place(at + i + 2);
                    continue;
                }
                '&' => {
                    let rest = text.get(i..).unwrap_or_default();
                    match entity(rest) {
                        Some(_) => self.put("&"),
                        None => self.put("&amp;"),
                    }
                }
                c if Some(c) == quote => self.put("&quot;"),
                c => {
                    self.out.text.push(c);
                    continue;
                }
            }
            self.place(at + i + 1);
        }
    }

    fn import(&mut self, element: &Element) {
        let name = element.name.as_str();
        let source = element.attribute("src").and_then(|a| a.value.clone());
        let Some(range) = source.filter(|range| !self.slice(range).trim().is_empty()) else {
            return self
                .error(element.offset, format!("<{name}> needs the path of a template in src."));
        };
        let written = self.slice(&range).trim();
        if written.contains("{{") {
            return self
                .error(range.start, format!("The src of <{name}> is a path, not a binding."));
        }
        let Some(target) = path::join(self.folder, written) else {
            return self.error(range.start, format!("{written} leads out of the project."));
        };
        let target = path::without(&target, &[".ttml", ".wxml"]).to_owned();
        self.place(element.offset);
        self.put("<");
        self.put(name);
        if name == "include" {
            for attribute in &element.attributes {
                if directive(&attribute.name).is_some() {
                    self.attribute(element, attribute);
                }
            }
        }
        self.put(" src=\"/");
        self.put(&escape(&target));
        self.put("\"/>");
        self.out.imports.push(Dependency { name: target, offset: range.start });
    }

    fn script(&mut self, element: &Element) {
        let name = element.name.as_str();
        let module = element.attribute("module").and_then(|a| a.value.clone());
        let module = module.map(|range| self.slice(&range).trim()).unwrap_or_default();
        if !is_identifier(module) {
            return self.error(
                element.offset,
                format!("<{name}> needs a name for its module, as in module=\"utils\"."),
            );
        }
        let source = element.attribute("src").and_then(|a| a.value.clone());
        let mut body = String::new();
        let mut target = None;
        if let Some(range) = source {
            let written = self.slice(&range).trim();
            let Some(path) = path::join(self.folder, written) else {
                return self.error(range.start, format!("{written} leads out of the project."));
            };
            self.out.scripts.push(Dependency { name: path.clone(), offset: range.start });
            target = Some(path);
        } else if let Some(range) = &element.script {
            let compiled = script::sjs(self.slice(range));
            for finding in compiled.findings {
                self.out.findings.push(Finding { offset: finding.offset + range.start, ..finding });
            }
            for dependency in compiled.requires {
                if let Some(path) = path::join(self.folder, &dependency.name) {
                    self.out
                        .scripts
                        .push(Dependency { name: path, offset: dependency.offset + range.start });
                }
            }
            body = compiled.code.replace("</wxs", "<\\/wxs");
        }
        self.place(element.offset);
        self.put("<wxs module=\"");
        self.put(module);
        if let Some(path) = target {
            self.put("\" src=\"/");
            self.put(&escape(&path));
            if path.ends_with(".wxs") {
                // The compiler takes one away; scripts have their whole paths for names.
                self.put(".wxs");
            }
        }
        self.put("\">");
        self.put(&body);
        self.put("</wxs>");
    }
}

/// Where an expression has a number that the compiler would fail on: one with more digits than an
/// integer takes, or a hexadecimal one with other digits or none.
fn bad_number(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) if c == '\\' => {
                chars.next();
            }
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c.is_ascii_digit() && !word(before) => {
                let rest = text.get(i..).unwrap_or_default();
                let number =
                    rest.find(|c| !word(c)).and_then(|end| rest.get(..end)).unwrap_or(rest);
                let digits = match number.strip_prefix("0x") {
                    Some(hex) if hex.is_empty() || !hex.chars().all(|c| c.is_ascii_hexdigit()) => {
                        return Some(i);
                    }
                    Some(hex) => hex,
                    None => number,
                };
                if digits.len() > 15 {
                    return Some(i);
                }
            }
            None => {}
        }
        before = c;
    }
    None
}

/// Entities that stand for characters of expressions.
const ENTITIES: &[(&str, &str)] = &[
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&nbsp;", "\u{a0}"),
    ("&amp;", "&"),
];

/// The name of an entity at the start of a text, if it is one the compiler knows.
fn entity(text: &str) -> Option<&str> {
    let end = text.bytes().take(40).position(|byte| byte == b';')?;
    let entity = text.get(..=end)?;
    let body = text.get(1..end)?;
    let known = match body.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            // The compiler reads a small x only, and two digits at least.
            !number.starts_with('X')
                && number.len() > 1
                && code.ok().and_then(char::from_u32).is_some()
        }
        None => entities::ENTITIES.iter().any(|known| known.entity == entity),
    };
    known.then_some(entity)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

fn trim(source: &str, range: &Range<usize>) -> Range<usize> {
    let text = source.get(range.clone()).unwrap_or_default();
    let start = range.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

pub(crate) fn is_attribute_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| is_name(c) || c.is_ascii_uppercase() || c == ':')
}

/// Whether an attribute is a directive without its `tt:`.
pub(crate) fn is_bare_directive(tag: &str, name: &str) -> bool {
    matches!(name, "if" | "elif" | "else" | "for-item" | "for-index")
        || name == "for" && tag != "label"
}

fn is_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.')
}

/// Whether a text can name a variable.
fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}

/// What binds an event, and which, in `bindtap` and its like.
pub(crate) fn event(name: &str) -> Option<(&'static str, &str)> {
    ["capture-bind", "capture-catch", "mut-bind", "bind", "catch"].into_iter().find_map(|prefix| {
        let event = name.strip_prefix(prefix)?;
        let event = event.strip_prefix('-').unwrap_or(event);
        (!event.is_empty()).then_some((prefix, event))
    })
}

/// The field of an item that a `tt:key` means: Douyin takes expressions too, the compiler does not.
/// `None` if there is no such field.
fn reduce_key(key: &str, item: &str, index: &str) -> Option<String> {
    let key = key.trim();
    let (inner, bound) = match key.strip_prefix("{{").and_then(|key| key.strip_suffix("}}")) {
        Some(inner) => (inner.trim(), true),
        None => (key, false),
    };
    // Without braces the name that `tt:for-item` gives is a field of the items.
    if inner == "*this" || inner == item && (bound || item == "item") {
        return Some("*this".to_owned());
    }
    // The place in the list is what is used where there is no key.
    if inner == index || inner.is_empty() {
        return None;
    }
    if let Some(field) = inner.strip_prefix(item).and_then(|rest| rest.strip_prefix('.')) {
        return is_identifier(field).then(|| field.to_owned());
    }
    (!bound
        && inner
            .chars()
            .all(|c| is_identifier(c.encode_utf8(&mut [0; 4])) || c.is_ascii_digit() || c == '-'))
    .then(|| inner.to_owned())
}
