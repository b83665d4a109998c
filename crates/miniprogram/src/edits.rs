//! Changes to a text by place, so that all that is not changed keeps its line and column.

use std::ops::Range;

/// Changes collected in any order, none overlapping another but for blanks.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    edits: Vec<Edit>,
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
            self.edits.push(Edit { range, first: false, text: Text::Blank });
        }
    }

    /// The text with all changes. What lies inside a change before it is dropped.
    pub(crate) fn apply(self, source: &str) -> String {
        self.apply_with_moves(source).0
    }

    /// The text with all changes, and what of it is at another column than in the source.
    pub(crate) fn apply_with_moves(mut self, source: &str) -> (String, Moves) {
        // Stable, so that insertions at one place keep their order; the longer of two first.
        self.edits.sort_by_key(|edit| {
            (edit.range.start, !edit.range.is_empty(), !edit.first, usize::MAX - edit.range.end)
        });
        let mut out = String::with_capacity(source.len() + source.len() / 8);
        let mut moves = Moves::default();
        let (mut before, mut after) = (Cursor::default(), Cursor::default());
        let mut at = 0;
        for edit in self.edits {
            if edit.range.start < at {
                continue;
            }
            let same = source.get(at..edit.range.start).unwrap_or_default();
            out.push_str(same);
            before.pass(same);
            after.pass(same);
            let old = source.get(edit.range.clone()).unwrap_or_default();
            let start = out.len();
            let mut put = |cursor: Cursor, is_change| {
                let (line, from, to) = (cursor.line, cursor.column, before.column);
                moves.0.push(Move { line, from, to, is_change });
            };
            match edit.text {
                Text::Blank => out.extend(old.chars().map(|c| if breaks(c) { c } else { ' ' })),
                Text::Is(new) => {
                    put(after, true);
                    let had = new.chars().filter(|c| *c == '\n').count();
                    out.push_str(&new);
                    out.extend(old.chars().filter(|c| breaks(*c)).skip(had));
                }
            }
            before.pass(old);
            after.pass(out.get(start..).unwrap_or_default());
            if before.column != after.column || moves.0.last().is_some_and(|last| last.is_change) {
                let (line, from, to) = (after.line, after.column, before.column);
                moves.0.push(Move { line, from, to, is_change: false });
            }
            at = edit.range.end;
        }
        out.push_str(source.get(at..).unwrap_or_default());
        (out, moves)
    }
}

/// By places of the changed text, those of the source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moves(Vec<Move>);

/// From this column of the changed text on, the source's columns are others.
#[derive(Clone, Copy, Debug)]
struct Move {
    line: u32,
    from: u32,
    to: u32,
    /// Whether what begins here is no part of the source.
    is_change: bool,
}

impl Moves {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The column in the source of a place in the changed text. Both count from 0, columns in
    /// UTF-16 units.
    pub(crate) fn column(&self, line: u32, column: u32) -> u32 {
        let count = self.0.partition_point(|each| (each.line, each.from) <= (line, column));
        match count.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some(last) if last.line == line && last.is_change => last.to,
            Some(last) if last.line == line => last.to + (column - last.from),
            _ => column,
        }
    }

    /// The column in the changed text of a place in the source; where a change begins if the place is
    /// in what that replaced. Both count from 0, columns in UTF-16 units.
    pub(crate) fn changed_column(&self, line: u32, column: u32) -> u32 {
        let count = self.0.partition_point(|each| (each.line, each.to) <= (line, column));
        let before = count.checked_sub(1).and_then(|last| self.0.get(last));
        match (before, self.0.get(count)) {
            (Some(last), _) if last.line == line && last.is_change => last.from,
            (Some(last), _) if last.line == line => last.from.saturating_add(column - last.to),
            // What was replaced began on a line before and ends here.
            (_, Some(next)) if next.line == line && !next.is_change => next.from,
            _ => column,
        }
    }
}

/// How far a text was read.
#[derive(Clone, Copy, Default)]
struct Cursor {
    line: u32,
    column: u32,
}

impl Cursor {
    fn pass(&mut self, text: &str) {
        for c in text.chars() {
            if c == '\n' {
                *self = Self { line: self.line + 1, column: 0 };
            } else {
                self.column += if c > '\u{ffff}' { 2 } else { 1 };
            }
        }
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
    fn places_are_found_again() {
        let source = "one 😀 two three\nfour five";
        let mut edits = Edits::default();
        edits.replace(9..12, "2");
        edits.insert(12, "!!");
        edits.blank(19..23);
        edits.replace(24..28, "fünf");
        let (text, moves) = edits.apply_with_moves(source);
        assert_eq!(text, "one 😀 2!! three\n     fünf");
        for (line, column, expected) in [
            (0, 0, 0),
            (0, 4, 4),
            (0, 7, 7),
            (0, 8, 10),
            (0, 11, 11),
            (0, 12, 12),
            (1, 0, 0),
            (1, 5, 5),
            (2, 9, 9),
        ] {
            assert_eq!(moves.column(line, column), expected, "{line}:{column}");
        }
        for (line, column, expected) in [
            (0, 7, 7),
            (0, 9, 7),
            (0, 10, 10),
            (0, 11, 11),
            (0, 12, 12),
            (1, 4, 4),
            (1, 6, 5),
            (2, 9, 9),
        ] {
            assert_eq!(moves.changed_column(line, column), expected, "{line}:{column}");
        }
    }

    #[test]
    fn what_is_behind_a_change_of_several_lines_is_found() {
        let mut edits = Edits::default();
        edits.replace(2..9, ";");
        let (text, moves) = edits.apply_with_moves("a {\n  b } c");
        assert_eq!(text, "a ;\n c");
        assert_eq!([0, 3, 5, 6].map(|column| moves.changed_column(1, column)), [0, 0, 0, 1]);
        assert_eq!([0, 1].map(|column| moves.column(1, column)), [5, 6]);
    }

    #[test]
    fn a_change_inside_another_is_dropped() {
        let mut edits = Edits::default();
        edits.replace(2..3, "x");
        edits.blank(1..4);
        assert_eq!(edits.apply("abcde"), "a   e");
    }
}
