//! Changes to a text by place, so that all that is not changed keeps its line and column.

use std::{collections::HashSet, ops::Range};

/// Changes collected in any order, none overlapping another but for blanks.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    edits: Vec<Edit>,
    /// Where blanks end.
    blank_ends: HashSet<usize>,
}

#[derive(Debug)]
struct Edit {
    range: Range<usize>,
    /// Whether it goes before other insertions at its place.
    first: bool,
    text: Text,
}

#[derive(Debug)]
enum Text {
    /// Blanks as long as the range, with its line breaks.
    Blank,
    /// This, and the line breaks of the range behind it.
    Is(String),
}

impl Edits {
    /// Puts a text where nothing was.
    pub(crate) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Puts a text where nothing was, before all others there.
    pub(crate) fn insert_first(&mut self, at: usize, text: impl Into<String>) {
        self.edits.push(Edit { range: at..at, first: true, text: Text::Is(text.into()) });
    }

    /// Puts a text in place of another; lines stay as they are counted.
    pub(crate) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push(Edit { range, first: false, text: Text::Is(text.into()) });
    }

    /// Takes a text away and leaves its room.
    pub(crate) fn blank(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.blank_ends.insert(range.end);
            self.edits.push(Edit { range, first: false, text: Text::Blank });
        }
    }

    /// Whether something was taken away that ended at `at`.
    pub(crate) fn is_blank_before(&self, at: usize) -> bool {
        self.blank_ends.contains(&at)
    }

    /// The text with all changes. What lies inside a change before it is dropped.
    pub(crate) fn apply(mut self, source: &str) -> String {
        // Stable, so that insertions at one place keep their order; the longer of two first.
        self.edits.sort_by_key(|edit| {
            (edit.range.start, !edit.range.is_empty(), !edit.first, usize::MAX - edit.range.end)
        });
        let mut out = String::with_capacity(source.len() + source.len() / 8);
        let mut at = 0;
        for edit in self.edits {
            if edit.range.start < at {
                continue;
            }
            out.push_str(source.get(at..edit.range.start).unwrap_or_default());
            let old = source.get(edit.range.clone()).unwrap_or_default();
            match edit.text {
                Text::Blank => out.extend(old.chars().map(|c| if breaks(c) { c } else { ' ' })),
                Text::Is(new) => {
                    let had = new.chars().filter(|c| *c == '\n').count();
                    out.push_str(&new);
                    out.extend(old.chars().filter(|c| breaks(*c)).skip(had));
                }
            }
            at = edit.range.end;
        }
        out.push_str(source.get(at..).unwrap_or_default());
        out
    }
}

fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_where_they_are() {
        let source = "one\ntwo three\nfour";
        let mut edits = Edits::default();
        edits.replace(0..7, "1");
        edits.blank(8..13);
        assert_eq!(edits.apply(source), "1\n      \nfour");
    }

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        let mut edits = Edits::default();
        edits.insert(1, "x");
        edits.blank(1..2);
        edits.insert(1, "y");
        assert_eq!(edits.apply("abc"), "axy c");
    }

    #[test]
    fn a_change_inside_another_is_dropped() {
        let mut edits = Edits::default();
        edits.replace(2..3, "x");
        edits.blank(1..4);
        assert_eq!(edits.apply("abcde"), "a   e");
    }
}
