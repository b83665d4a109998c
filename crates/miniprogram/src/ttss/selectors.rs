//! Selectors: tags and classes get their prefixes, and what has no class is bound to its sheet.

use std::ops::Range;

use super::{Owner, Token, TokenKind, Walk};
use crate::translate::PREFIX;

/// A compound selector that is being read.
struct Compound {
    /// Where a bound can be put: behind its tag, or at its start.
    bound_at: usize,
    /// Whether a class, `:host` or the like ties it to its sheet already.
    tied: bool,
}

impl Walk<'_> {
    /// Changes the selectors before a `{`.
    pub(super) fn selectors(&mut self, prelude: &[Token]) {
        // For each open parenthesis, whether selectors stand in it.
        let mut inside: Vec<bool> = Vec::new();
        let mut start = true;
        let mut first = true;
        let mut previous = TokenKind::Blank;
        let mut compound: Option<Compound> = None;
        for token in prelude {
            let selecting = inside.iter().all(|selectors| *selectors);
            let outermost = inside.is_empty();
            let combinator = matches!(token.kind, TokenKind::Other(',' | '>' | '+' | '~' | '|'));
            if outermost && (combinator || token.kind == TokenKind::Blank) {
                first = token.kind == TokenKind::Other(',') || first && compound.is_none();
                self.bind(compound.take());
            } else if outermost && compound.is_none() {
                compound = Some(Compound { bound_at: token.range.start, tied: false });
            }
            match token.kind {
                TokenKind::Blank => start = true,
                TokenKind::Other(',' | '>' | '+' | '~' | '|') if selecting => start = true,
                TokenKind::Other('(' | '[') => inside.push(false),
                TokenKind::Function => {
                    let name = self.slice(&token.range).trim_end_matches('(').to_ascii_lowercase();
                    if previous == TokenKind::Other(':') && name == "host" && selecting {
                        // `:host(.a)` becomes `[wx-host="S"]:is(.a)`.
                        let host = format!("{}:is", self.target.host());
                        self.edits.replace(token.range.start - 1..token.range.end - 1, host);
                        tie(&mut compound);
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
                    start = true;
                }
                TokenKind::Other(')' | ']') => {
                    inside.pop();
                    start = false;
                }
                TokenKind::Ident if selecting => {
                    let name = self.slice(&token.range);
                    match previous {
                        TokenKind::Other('.') => {
                            if outermost {
                                tie(&mut compound);
                            }
                            let prefix = self.target.class_prefix();
                            if !prefix.is_empty() {
                                self.edits.insert(token.range.start, format!("{prefix}--"));
                            }
                        }
                        TokenKind::Other(':') => {
                            let place = token.range.start - 1..token.range.end;
                            if self.pseudo_class(name, place) && outermost {
                                tie(&mut compound);
                            }
                        }
                        _ if start => {
                            self.edits.insert(token.range.start, PREFIX);
                            if let Some(compound) = compound.as_mut().filter(|_| outermost) {
                                compound.bound_at = token.range.end;
                                if first && name.eq_ignore_ascii_case("page") {
                                    compound.tied = true;
                                    self.page(token.range.end);
                                }
                            }
                        }
                        _ => {}
                    }
                    start = false;
                }
                TokenKind::Other('*') if start && outermost => {
                    if let Some(compound) = &mut compound {
                        compound.bound_at = token.range.end;
                    }
                    start = false;
                }
                TokenKind::Other('&') => {
                    tie(&mut compound);
                    start = false;
                }
                _ => start = false,
            }
            previous = token.kind;
        }
        self.bind(compound);
    }

    /// Changes `:host` and `:root`. Whether it was one of them.
    fn pseudo_class(&mut self, name: &str, place: Range<usize>) -> bool {
        let instead = match name.to_ascii_lowercase().as_str() {
            "host" => self.target.host(),
            "root" => self.target.root(),
            _ => return false,
        };
        self.edits.replace(place, instead);
        true
    }

    /// The root of a page is its host; a component has none.
    fn page(&mut self, end: usize) {
        if !self.target.shared && self.target.owner != Owner::App {
            let host = format!(":where([wx-host=\"{}\"])", self.target.scope);
            self.edits.insert(end, host);
        }
    }

    fn bind(&mut self, compound: Option<Compound>) {
        if let Some(Compound { bound_at, tied: false }) = compound {
            self.edits.insert(bound_at, self.target.bound());
        }
    }
}

fn tie(compound: &mut Option<Compound>) {
    if let Some(compound) = compound {
        compound.tied = true;
    }
}
