//! What is wrong with a project, and where.

use serde::Serialize;

/// Something in the project that is wrong or does nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file's path.
    pub file: String,
    /// Counts from 1.
    pub line: u32,
    /// Counts from 1, in characters.
    pub column: u32,
    /// How bad it is.
    pub severity: Severity,
    /// A sentence for who wrote the file.
    pub message: String,
    /// The line of the source; of a long one, [`EXCERPT`] characters around the column.
    pub excerpt: String,
    /// The column of the excerpt's first character.
    #[serde(rename = "excerptColumn")]
    pub excerpt_column: u32,
}

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Part of the project cannot work.
    Error,
    /// Something is probably not as it was meant.
    Warning,
}

/// The most characters of a line that an excerpt shows: lines of minified code have a million.
pub const EXCERPT: usize = 100;

/// A problem in a text that is still being worked on, at a byte of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) offset: usize,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn error(offset: usize, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, offset, message: message.into() }
    }

    pub(crate) fn warning(offset: usize, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, offset, message: message.into() }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Says where in `text`, the content of `file`, it is.
    pub(crate) fn locate(&self, file: &str, text: &str) -> Problem {
        let place = Place::of(text, self.offset);
        Problem {
            severity: self.severity,
            file: file.to_owned(),
            line: place.line,
            column: place.column,
            excerpt: place.excerpt,
            excerpt_column: place.excerpt_column,
            message: self.message.clone(),
        }
    }
}

/// A byte of a text in the terms of its reader.
struct Place {
    line: u32,
    column: u32,
    excerpt: String,
    excerpt_column: u32,
}

impl Place {
    fn of(text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, after) = text.split_at(offset);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let head = before.get(start..).unwrap_or_default();
        let tail = after.split('\n').next().unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let at = head.chars().count();
        // What follows a place says as much about it as what stands before.
        let start = if at < EXCERPT * 3 / 4 { 0 } else { at - EXCERPT / 2 };
        let line = head.chars().chain(tail.trim_end().chars());
        Self {
            line: count(before.matches('\n').count() + 1),
            column: count(at + 1),
            excerpt: line.skip(start).take(EXCERPT).collect(),
            excerpt_column: count(start + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let text = "第一行\r\nab 视频 c\n";
        let problem = Finding::error(text.find('c').unwrap(), "x").locate("a.ttml", text);
        assert_eq!((problem.line, problem.column), (2, 7));
        assert_eq!(problem.excerpt, "ab 视频 c");
        assert_eq!(problem.excerpt_column, 1);
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        for at in [0, 20, 74, 75, 5_000, 9_999] {
            let line: String = (0..10_000).map(|i| if i == at { '!' } else { '视' }).collect();
            let problem = Finding::error(line.find('!').unwrap(), "x").locate("a", &line);
            assert!(problem.excerpt.chars().count() <= EXCERPT);
            let mark = problem.excerpt.chars().position(|c| c == '!').unwrap();
            assert_eq!(problem.excerpt_column as usize + mark, problem.column as usize);
        }
    }

    #[test]
    fn a_place_inside_a_character_or_behind_the_end_is_moved() {
        assert_eq!(Finding::error(1, "x").locate("a", "视").column, 1);
        assert_eq!(Finding::error(99, "x").locate("a", "a\nb").line, 2);
    }
}
