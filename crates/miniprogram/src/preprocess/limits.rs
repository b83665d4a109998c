//! What keeps a Sass sheet from taking all time, or all of the stack.
//!
//! The compiler `grass` has no limits of its own, and cannot be stopped from outside. But it reports
//! each `@debug` that it comes across, and whoever hears of it may end the compilation. So a `@debug`
//! is put at the beginning of all that may run often: loops, mixins and functions. What nests deeply
//! is refused before the compiler recurses into it.

use std::ops::Range;

use super::sass::Syntax;
use crate::problem::Finding;

/// Blocks, brackets and texts within each other.
const DEPTH: usize = 200;
/// Brackets and texts within each other. The compiler reads some of them twice, and what is in them
/// twice as often, and so on.
const BRACKETS: usize = 16;
/// Operators and words between two commas: the compiler makes a tree of them that is as deep.
const TERMS: usize = 4_000;

/// What is put into a sheet.
const DEBUG: &str = "@debug 0";

/// Rules whose blocks run often.
const REPEATED: [&str; 5] = ["while", "for", "each", "mixin", "function"];

/// A sheet that can be stopped.
#[derive(Debug, Default)]
pub(super) struct Limited {
    pub(super) text: String,
    /// Where something was put in, and the rule it stands in.
    inserted: Vec<(Range<usize>, usize)>,
}

impl Limited {
    /// A sheet with what stops it.
    ///
    /// # Errors
    /// What nests too deeply, and loops that cannot be stopped.
    pub(super) fn new(text: &str, syntax: Syntax) -> Result<Self, Finding> {
        let text = &unify_lines(text);
        let mut scan = Scan { text, at: 0, open: vec![Open::new(Kind::Block)], places: Vec::new() };
        match syntax {
            Syntax::Scss => scan.braces()?,
            Syntax::Indented => scan.lines()?,
        }
        let mut limited = Self::default();
        let mut done = 0;
        for place in scan.places {
            limited.text.push_str(text.get(done..place.at).unwrap_or_default());
            let start = limited.text.len();
            limited.text.push_str(&place.text);
            limited.inserted.push((start..limited.text.len(), place.rule));
            done = place.at;
        }
        limited.text.push_str(text.get(done..).unwrap_or_default());
        if syntax == Syntax::Indented {
            // A comment that is open at the end of the text is read without end; one that is open at
            // the end of a line is an error, unless it ends with a star.
            limited.text.push_str("\n\n");
        }
        Ok(limited)
    }

    /// Where a place of the text is in the sheet as it was; for what was put in, the rule it is in.
    pub(super) fn origin(&self, offset: usize) -> usize {
        let mut shift = 0;
        for (range, rule) in &self.inserted {
            if range.contains(&offset) {
                return *rule;
            }
            if range.start > offset {
                break;
            }
            shift += range.len();
        }
        offset - shift
    }
}

/// A text of the same length, whose lines end where they end for the compiler.
fn unify_lines(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut unified = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let is_end = c == '\u{c}' || c == '\r' && chars.peek() != Some(&'\n');
        unified.push(if is_end { '\n' } else { c });
    }
    unified
}

/// Something to be put in.
struct Place {
    at: usize,
    text: String,
    rule: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Block,
    Bracket,
    /// `url(` with an address that may have `//`.
    Address,
    /// `#{`
    Interpolation,
    /// A text in these quotes.
    Text(char),
}

struct Open {
    kind: Kind,
    /// Since the last comma or statement.
    terms: usize,
    /// The rule whose block is to come.
    rule: Option<usize>,
}

impl Open {
    const fn new(kind: Kind) -> Self {
        Self { kind, terms: 0, rule: None }
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// The sheet itself is the first.
    open: Vec<Open>,
    places: Vec<Place>,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn braces(&mut self) -> Result<(), Finding> {
        while let Some(c) = self.rest().chars().next() {
            self.step(c)?;
        }
        Ok(())
    }

    fn step(&mut self, c: char) -> Result<(), Finding> {
        let start = self.at;
        let rest = self.rest();
        self.at += c.len_utf8();
        let kind = self.open.last().map_or(Kind::Block, |open| open.kind);
        if rest.starts_with("#{") {
            self.at = start + 2;
            return self.push(start, Kind::Interpolation);
        }
        if let Kind::Text(quote) = kind {
            match c {
                '\\' => self.skip_escaped(),
                '\n' => self.pop(),
                c if c == quote => self.pop(),
                _ => {}
            }
            return Ok(());
        }
        match c {
            '/' if rest.starts_with("/*") => {
                self.at = start + rest.find("*/").map_or(rest.len(), |end| end + 2);
            }
            '/' if rest.starts_with("//") && kind != Kind::Address => {
                self.at = start + rest.find('\n').unwrap_or(rest.len());
            }
            '\\' => self.skip_escaped(),
            '"' | '\'' => return self.push(start, Kind::Text(c)),
            '(' | '[' => {
                let before = self.text.get(start.saturating_sub(3)..start).unwrap_or_default();
                let is_address = c == '(' && before.eq_ignore_ascii_case("url");
                return self.push(start, if is_address { Kind::Address } else { Kind::Bracket });
            }
            '{' => {
                let rule = self.open.last_mut().and_then(|open| open.rule.take());
                self.restart();
                if let Some(rule) = rule {
                    self.places.push(Place { at: self.at, text: format!("{DEBUG};"), rule });
                }
                return self.push(start, Kind::Block);
            }
            ')' | ']' | '}' => self.close(c),
            ',' => self.restart(),
            ';' => {
                if let Some(open) = self.open.last_mut() {
                    *open = Open::new(kind);
                }
            }
            '@' if kind != Kind::Address => {
                let name = self.rest().split(|c| !is_part_of_name(c)).next();
                if name.is_some_and(|name| name.contains('\\')) {
                    return Err(Finding::error(
                        start,
                        "The name of a rule is not compiled with a `\\`.",
                    ));
                }
                if REPEATED.iter().any(|name| is_rule(self.rest(), name))
                    && let Some(open) = self.open.last_mut()
                {
                    open.rule = Some(start);
                }
            }
            '+' | '*' | '/' | '%' | '-' | '<' | '>' | '=' | '!' => return self.term(start),
            c if c.is_whitespace() => {
                let blank = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
                self.at = start + blank;
                return self.term(start);
            }
            _ => {}
        }
        Ok(())
    }

    fn skip_escaped(&mut self) {
        let is_line = self.rest().starts_with("\r\n");
        self.at += if is_line { 2 } else { self.rest().chars().next().map_or(0, char::len_utf8) };
    }

    fn push(&mut self, start: usize, kind: Kind) -> Result<(), Finding> {
        self.open.push(Open::new(kind));
        let brackets = self.open.iter().filter(|open| open.kind != Kind::Block).count();
        if brackets > BRACKETS {
            let message = format!(
                "This is nested too deeply: no more than {BRACKETS} brackets and texts can be within each other."
            );
            return Err(Finding::error(start, message));
        }
        check_depth(self.open.len() - 1, start)
    }

    fn pop(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    /// A closing bracket closes what it can, with what is still open in that.
    fn close(&mut self, c: char) {
        let fits = |open: &Open| match c {
            '}' => matches!(open.kind, Kind::Block | Kind::Interpolation),
            _ => matches!(open.kind, Kind::Bracket | Kind::Address),
        };
        if let Some(at) = self.open.iter().rposition(fits).filter(|at| *at > 0) {
            let was = self.open.get(at).map(|open| open.kind);
            self.open.truncate(at);
            if was == Some(Kind::Block) {
                self.restart();
            }
        }
    }

    fn restart(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.terms = 0;
        }
    }

    fn term(&mut self, at: usize) -> Result<(), Finding> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        open.terms += 1;
        if open.terms > TERMS {
            let message = format!(
                "This is too long: no more than {TERMS} words and operators can be in one expression."
            );
            return Err(Finding::error(at, message));
        }
        Ok(())
    }

    /// The indented syntax, in which a block is the lines that are indented further.
    fn lines(&mut self) -> Result<(), Finding> {
        let mut indents: Vec<usize> = Vec::new();
        // The statement before, and its indentation.
        let mut before: Option<(usize, usize)> = None;
        // The indentation of a comment, to which all belongs that is indented further.
        let mut comment: Option<usize> = None;
        let mut offset = 0;
        for line in self.text.split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            let text = line.trim_start_matches([' ', '\t']);
            let indent = line.len() - text.len();
            if text.trim().is_empty() || comment.is_some_and(|outer| indent > outer) {
                continue;
            }
            if indents.is_empty() && indent > 0 {
                return Err(Finding::error(start, "The first line of a sheet cannot be indented."));
            }
            comment = None;
            if let Some((rule, of)) = before.take() {
                if indent <= of {
                    self.check_loop(rule)?;
                } else if self.is_rule(rule, &REPEATED) {
                    let blanks = line.get(..indent).unwrap_or_default();
                    self.places.push(Place { at: start, text: format!("{blanks}{DEBUG}\n"), rule });
                } else if self.is_rule(rule, &["import", "charset"]) {
                    // An assertion of the compiler says this otherwise.
                    return Err(Finding::error(start + indent, "Nothing may be indented here."));
                }
            }
            if text.starts_with("//") || text.starts_with("/*") {
                comment = Some(indent);
                if text.trim_end() == "/*" {
                    // The compiler counts below zero if what follows is indented less.
                    let (rule, at) = (start + indent, start + indent + 2);
                    self.places.push(Place { at, text: "*".to_owned(), rule });
                }
                continue;
            }
            while indents.last().is_some_and(|outer| *outer >= indent) {
                indents.pop();
            }
            indents.push(indent);
            check_depth(indents.len(), start + indent)?;
            before = Some((start + indent, indent));
            self.line(start, offset)?;
        }
        before.map_or(Ok(()), |(rule, _)| self.check_loop(rule))
    }

    /// A loop without a block has nothing that stops it.
    fn check_loop(&self, rule: usize) -> Result<(), Finding> {
        if self.is_rule(rule, &["while", "for"]) {
            return Err(Finding::error(rule, "This loop has no block."));
        }
        Ok(())
    }

    /// Whether a statement of the indented syntax is one of these.
    fn is_rule(&self, at: usize, names: &[&str]) -> bool {
        let text = self.text.get(at..).unwrap_or_default();
        let rule = text.strip_prefix('@');
        rule.is_some_and(|rule| names.iter().any(|name| is_rule(rule, name)))
            || text.starts_with('=') && names.contains(&"mixin")
    }

    /// Brackets and terms of one line.
    fn line(&mut self, start: usize, end: usize) -> Result<(), Finding> {
        let places = self.places.len();
        self.at = start;
        self.open.truncate(1);
        self.restart();
        while self.at < end
            && let Some(c) = self.rest().chars().next()
        {
            self.step(c)?;
        }
        self.places.truncate(places);
        Ok(())
    }
}

fn check_depth(depth: usize, at: usize) -> Result<(), Finding> {
    if depth <= DEPTH {
        return Ok(());
    }
    let message = format!(
        "This is nested too deeply: no more than {DEPTH} blocks and brackets can be within each other."
    );
    Err(Finding::error(at, message))
}

/// Whether this begins with the name of an at-rule.
fn is_rule(rest: &str, name: &str) -> bool {
    let behind = rest.strip_prefix(name);
    behind.is_some_and(|behind| !behind.starts_with(is_part_of_name))
}

/// Whether names can have this, escapes included.
fn is_part_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '_' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scss(text: &str) -> String {
        Limited::new(text, Syntax::Scss).unwrap().text
    }

    #[test]
    fn what_repeats_can_be_stopped() {
        for (text, limited) in [
            ("@while $a {b: c}", "@while $a {@debug 0;b: c}"),
            ("@mixin a($b: (c: d)) {e: f}", "@mixin a($b: (c: d)) {@debug 0;e: f}"),
            ("@for $i from 1 through #{$n} {}", "@for $i from 1 through #{$n} {@debug 0;}"),
            ("@each $a in \"{\", 'x;' {}", "@each $a in \"{\", 'x;' {@debug 0;}"),
            ("// @while {\n@function f() {}", "// @while {\n@function f() {@debug 0;}"),
            (
                ".a { b: url(http://c/@d) } @each $a in $b {",
                ".a { b: url(http://c/@d) } @each $a in $b {@debug 0;",
            ),
        ] {
            assert_eq!(scss(text), limited);
        }
        for text in [
            "@media x {a{}}",
            "/* @while { */ a{}",
            "a{b: '@while {'}",
            "@include for { a: b }",
            "@mixins {}",
        ] {
            assert_eq!(scss(text), text);
        }
    }

    #[test]
    fn so_can_what_is_indented() {
        let text = "=m\n\n  a: b\n@while $x // c\n\t/* d\n\t  e\n\ta: b\n.c\n  d: e\n";
        let limited = Limited::new(text, Syntax::Indented).unwrap();
        assert_eq!(
            limited.text,
            "=m\n\n  @debug 0\n  a: b\n@while $x // c\n\t@debug 0\n\t/* d\n\t  e\n\ta: b\n.c\n  d: e\n\n\n"
        );
    }

    #[test]
    fn a_line_ends_where_it_does_for_the_compiler() {
        assert_eq!(scss("// a\r@while $a {}"), "// a\n@while $a {@debug 0;}");
        assert_eq!(scss("$a: 'b\\\r\n{c'; @while $a {}"), "$a: 'b\\\r\n{c'; @while $a {@debug 0;}");
        let limited = Limited::new("a\r\n  @while $a\u{c}    b: c", Syntax::Indented).unwrap();
        assert_eq!(limited.text, "a\r\n  @while $a\n    @debug 0\n    b: c\n\n");
    }

    #[test]
    fn what_cannot_be_stopped_is_refused() {
        for text in [
            "@while 1",
            "@import 'a'\n  b: c",
            "@for $i from 1 through 9e9\n\n// a",
            ".a\n  @while 1\n  b: c",
            "  a",
        ] {
            assert!(Limited::new(text, Syntax::Indented).is_err(), "{text}");
        }
        assert!(Limited::new("=empty\n@mixin empty\n.a\n  b: c", Syntax::Indented).is_ok());
        for syntax in [Syntax::Scss, Syntax::Indented] {
            assert!(Limited::new("@\\77hile 1\n  a: b", syntax).is_err());
            assert!(Limited::new("a\n  b: url(x/@\\)y) 'c@\\d'", syntax).is_ok());
        }
    }

    #[test]
    fn places_are_those_of_the_sheet_as_it_was() {
        let text = "@while $A {B: C} @each $D in $E {F: G}";
        let limited = Limited::new(text, Syntax::Scss).unwrap();
        for c in 'A'..='G' {
            assert_eq!(limited.origin(limited.text.find(c).unwrap()), text.find(c).unwrap(), "{c}");
        }
        let debug = limited.text.rfind("@debug").unwrap();
        assert_eq!(limited.origin(debug + 3), text.find("@each").unwrap());
    }

    #[test]
    fn what_nests_too_deeply_is_refused() {
        let deep = [
            "a{".repeat(1_000),
            format!("a{{b: {}", "(".repeat(1_000)),
            format!("a{{b: {}1}}", "not ".repeat(5_000)),
            format!("a{{b: 1{}}}", "+1".repeat(5_000)),
            format!("a{{b: {}1 1{}}}", "(".repeat(30), " 1)".repeat(30)),
        ];
        for text in deep {
            assert!(Limited::new(&text, Syntax::Scss).is_err());
        }
        let indented: String = (0..1_000).map(|i| format!("{}a\n", " ".repeat(i))).collect();
        assert!(Limited::new(&indented, Syntax::Indented).is_err());
        let long = format!("$a: ({});", "'a b': (1 + 2), ".repeat(10_000));
        assert!(Limited::new(&long, Syntax::Scss).is_ok());
    }
}
