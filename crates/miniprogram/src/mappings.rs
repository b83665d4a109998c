//! Places of a text that was printed anew, and where they were in the text before.

use std::ops::Range;

/// Lines and columns of a text, both from 0, columns in UTF-16 units. Lines end where those of
/// JavaScript do (ECMA-262 12.3).
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let mut starts = vec![0];
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                // The line ends behind the second character.
                '\r' if chars.peek().is_some_and(|(_, next)| *next == '\n') => {}
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => starts.push(at + c.len_utf8()),
                _ => {}
            }
        }
        Self { text, starts }
    }

    /// The line and column of a byte.
    pub(crate) fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        (number(line), number(before.encode_utf16().count()))
    }

    /// The byte at a line and column; the end of the line or of the text if that is shorter.
    pub(crate) fn offset(&self, line: u32, column: u32) -> usize {
        let range = self.line(line as usize);
        let mut left = column as usize;
        let text = self.text.get(range.clone()).unwrap_or_default();
        for (at, c) in text.char_indices() {
            if left < c.len_utf16() {
                return range.start + at;
            }
            left -= c.len_utf16();
        }
        range.end
    }

    fn line(&self, line: usize) -> Range<usize> {
        let end = self.text.len();
        let start = self.starts.get(line).copied().unwrap_or(end);
        start..self.starts.get(line + 1).copied().unwrap_or(end)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Where a part of a printed text begins, there and in the text before. All from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) source_line: u32,
    pub(crate) source_column: u32,
}

/// The parts of a printed text, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mappings(Vec<Mapping>);

impl FromIterator<Mapping> for Mappings {
    fn from_iter<I: IntoIterator<Item = Mapping>>(parts: I) -> Self {
        let mut parts: Vec<_> = parts.into_iter().collect();
        parts.sort_by_key(|part| (part.line, part.column));
        Self(parts)
    }
}

impl Mappings {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Mapping> {
        self.0.iter()
    }

    /// Where a place of the printed text was in the text before: where the part that it is in
    /// begins. What is before the first part of a line belongs to that.
    pub(crate) fn source(&self, line: u32, column: u32) -> (u32, u32) {
        let count = self.0.partition_point(|part| (part.line, part.column) <= (line, column));
        let before = count.checked_sub(1).and_then(|last| self.0.get(last));
        let next = self.0.get(count).filter(|next| next.line == line);
        let part = before.filter(|part| part.line == line).or(next).or(before);
        part.map_or((0, 0), |part| (part.source_line, part.source_column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_bytes_are_found_from_each_other() {
        let text = "a😀b\r\nc\rd\u{2028}é\n";
        let lines = Lines::of(text);
        for (offset, place) in [
            (0, (0, 0)),
            (1, (0, 1)),
            (5, (0, 3)),
            (8, (1, 0)),
            (10, (2, 0)),
            (14, (3, 0)),
            (16, (3, 1)),
            (17, (4, 0)),
        ] {
            assert_eq!(lines.place(offset), place, "{offset}");
            assert_eq!(lines.offset(place.0, place.1), offset, "{place:?}");
        }
        assert_eq!(lines.offset(3, 9), 17);
        assert_eq!(lines.offset(9, 0), 17);
    }

    #[test]
    fn a_place_is_where_its_part_begins() {
        let part = |line, column, source_line, source_column| Mapping {
            line,
            column,
            source_line,
            source_column,
        };
        let mappings: Mappings =
            [part(2, 4, 7, 1), part(0, 2, 1, 5), part(0, 6, 3, 0)].into_iter().collect();
        for (line, column, expected) in
            [(0, 0, (1, 5)), (0, 5, (1, 5)), (0, 9, (3, 0)), (1, 3, (3, 0)), (2, 0, (7, 1))]
        {
            assert_eq!(mappings.source(line, column), expected, "{line}:{column}");
        }
        assert_eq!(Mappings::default().source(3, 3), (0, 0));
    }
}
