//! Problems of a project, for a terminal.

use std::fmt::Write as _;

use tt_miniprogram::{Problem, Severity};

/// The longest part of a line that is shown; bundled scripts have lines of a megabyte.
const WIDTH: usize = 100;

/// One problem: what and where, the line, and a caret below the place.
pub(crate) fn describe(problem: &Problem) -> String {
    let Problem { severity, file, line, column, excerpt, message } = problem;
    let kind = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("{kind}: {message}\n  --> {file}:{line}:{column}\n");
    if !excerpt.trim().is_empty() {
        let (shown, caret) = window(excerpt, *column as usize);
        let margin = line.to_string().len();
        let _ = writeln!(text, "{line} | {shown}\n{:margin$} | {:caret$}^", "", "");
    }
    text
}

/// The part of a line around `column` (from 1), and how far in that the column is.
fn window(line: &str, column: usize) -> (String, usize) {
    let at = column.saturating_sub(1);
    let start = if at < WIDTH { 0 } else { at - WIDTH / 2 };
    // A tab is as wide as the terminal likes; a space is not.
    let shown = line.trim_end().chars().skip(start).take(WIDTH);
    let shown: String = shown.map(|c| if c.is_control() { ' ' } else { c }).collect();
    let caret = at - start;
    // Chinese characters take two columns.
    let wide = shown.chars().take(caret).filter(|c| is_wide(*c)).count();
    (shown, caret + wide)
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
        let severity = Severity::Error;
        Problem { severity, file, line, column, excerpt: excerpt.to_owned(), message }
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
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let line = format!("{}!{}", "a".repeat(5000), "b".repeat(5000));
        let text = describe(&problem(1, 5001, &line));
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[2].len() < 120, "{text}");
        assert_eq!(lines[3].find('^'), lines[2].find('!'));
    }

    #[test]
    fn a_place_beyond_the_line_is_no_trouble() {
        assert!(describe(&problem(1, 900, "x")).contains(":900"));
        assert!(describe(&problem(0, 0, "")).contains(":0:0"));
    }
}
