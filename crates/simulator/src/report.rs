//! Problems of a project, for a terminal.

use std::fmt::Write as _;

use tt_miniprogram::{Problem, Severity};

/// One problem: what and where, the line, and a caret below the place.
pub(crate) fn describe(problem: &Problem) -> String {
    let Problem { severity, file, line, column, excerpt, excerpt_column, message } = problem;
    let kind = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("{kind}: {message}\n  --> {file}:{line}:{column}\n");
    if !excerpt.trim().is_empty() {
        let (shown, caret) = below(excerpt, column.saturating_sub(*excerpt_column) as usize);
        let margin = line.to_string().len();
        let _ = writeln!(text, "{line} | {shown}\n{:margin$} | {:caret$}^", "", "");
    }
    text
}

/// An excerpt as a terminal shows it, and how far in that the character with number `at` is.
fn below(excerpt: &str, at: usize) -> (String, usize) {
    // A tab is as wide as the terminal likes; a space is not.
    let shown = excerpt.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c });
    let shown: String = shown.collect();
    // Chinese characters take two columns.
    let wide = shown.chars().take(at).filter(|c| is_wide(*c)).count();
    (shown, at + wide)
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}')
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

    #[test]
    fn the_caret_stands_below_the_place() {
        let text = describe(&problem(12, 3, "  <view>"));
        assert_eq!(
            text,
            "error: `view` is not closed\n  --> pages/a.ttml:12:3\n12 |   <view>\n   |   ^\n"
        );
    }

    #[test]
    fn the_caret_counts_columns_of_the_terminal() {
        let text = describe(&problem(1, 4, "\t你好<view>"));
        assert!(text.ends_with("1 |  你好<view>\n  |      ^\n"), "{text}");
    }

    #[test]
    fn the_caret_heeds_where_the_excerpt_begins() {
        let text =
            describe(&Problem { excerpt_column: 4_990, ..problem(1, 5_000, "0123456789!12") });
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[3].find('^'), lines[2].find('!'));
    }

    #[test]
    fn a_place_beyond_the_line_is_no_trouble() {
        assert!(describe(&problem(1, 900, "x")).contains(":900"));
        assert!(describe(&problem(0, 0, "")).contains(":0:0"));
    }
}
