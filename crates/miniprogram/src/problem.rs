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
    /// The line of the source, cut after [`EXCERPT`] characters.
    pub excerpt: String,
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
pub const EXCERPT: usize = 240;

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
            message: self.message.clone(),
        }
    }
}

/// A byte of a text in the terms of its reader.
struct Place {
    line: u32,
    column: u32,
    excerpt: String,
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
        Self {
            line: count(before.matches('\n').count() + 1),
            column: count(head.chars().count() + 1),
            excerpt: head.chars().chain(tail.trim_end().chars()).take(EXCERPT).collect(),
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
    }

    #[test]
    fn a_place_inside_a_character_or_behind_the_end_is_moved() {
        assert_eq!(Finding::error(1, "x").locate("a", "视").column, 1);
        assert_eq!(Finding::error(99, "x").locate("a", "a\nb").line, 2);
    }
}
