//! Problems of a project, for a terminal.

use tt_miniprogram::{Problem, Severity};
use unicode_width::UnicodeWidthStr;

use crate::terminal::harmless;

/// One problem in lines: what and where, the line of the file, and a caret below the place.
pub(crate) fn describe(problem: &Problem) -> Vec<String> {
    let Problem { severity, file, line, column, excerpt, excerpt_column, message } = problem;
    let kind = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut lines = vec![format!("{kind}: {message}"), format!("  --> {file}:{line}:{column}")];
    if !excerpt.trim().is_empty() {
        let (shown, caret) = below(excerpt, column.saturating_sub(*excerpt_column) as usize);
        let margin = line.to_string().len();
        lines.push(format!("{line} | {shown}"));
        lines.push(format!("{:margin$} | {:caret$}^", "", ""));
    }
    lines
}

/// An excerpt as a terminal shows it, and how far in that the character with number `at` is.
fn below(excerpt: &str, at: usize) -> (String, usize) {
    // A tab is as wide as the terminal likes; a space is not.
    let shown = excerpt.trim_end().replace('\t', " ");
    let before: String = shown.chars().take(at).collect();
    let beyond = at.saturating_sub(shown.chars().count());
    // Chinese characters take two columns, combining ones none, control characters as many as their names.
    (shown, harmless(&before).width() + beyond)
}

pub(crate) fn plural(count: usize, what: &str) -> String {
    if count == 1 {
        return format!("1 {what}");
    }
    // Of the thing, not of what it is of: kinds of request.
    let (thing, of) = what.split_at(what.find(" of ").unwrap_or(what.len()));
    format!("{count} {thing}s{of}")
}

/// So many bytes, in words.
pub(crate) fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let kilobytes = bytes as f64 / 1024.0;
    if kilobytes < 1000.0 {
        format!("{kilobytes:.0} kB")
    } else {
        format!("{:.1} MB", kilobytes / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::describe;
    use tt_miniprogram::{Problem, Severity};

    fn problem(line: u32, column: u32, excerpt: &str) -> Problem {
        let (file, message) = ("pages/a.ttml".to_owned(), "`view` is not closed".to_owned());
        let (severity, excerpt) = (Severity::Error, excerpt.to_owned());
        Problem { severity, file, line, column, excerpt, excerpt_column: 1, message }
    }

    fn text(problem: &Problem) -> String {
        describe(problem).join("\n")
    }

    #[test]
    fn the_caret_stands_below_the_place() {
        let text = text(&problem(12, 3, "  <view>"));
        assert_eq!(
            text,
            "error: `view` is not closed\n  --> pages/a.ttml:12:3\n12 |   <view>\n   |   ^"
        );
    }

    #[test]
    fn the_caret_counts_columns_of_the_terminal() {
        let chinese = text(&problem(1, 4, "\t你好<view>"));
        assert!(chinese.ends_with("1 |  你好<view>\n  |      ^"), "{chinese}");
        // An emoji is as wide as a Chinese character; an accent of its own takes no column.
        let emoji = text(&problem(1, 4, "\u{1f600}e\u{301}<view>"));
        assert!(emoji.ends_with("\n  |    ^"), "{emoji}");
        // `\u{7}` is what the terminal shows.
        let control = text(&problem(1, 2, "\u{7}<view>"));
        assert!(control.ends_with("\n  |      ^"), "{control}");
    }

    #[test]
    fn the_caret_heeds_where_the_excerpt_begins() {
        let lines =
            describe(&Problem { excerpt_column: 4_990, ..problem(1, 5_000, "0123456789!12") });
        assert_eq!(lines[3].find('^'), lines[2].find('!'));
    }

    #[test]
    fn a_place_beyond_the_line_is_no_trouble() {
        assert!(text(&problem(1, 900, "x")).contains(":900"));
        assert!(text(&problem(0, 0, "")).contains(":0:0"));
    }
}
