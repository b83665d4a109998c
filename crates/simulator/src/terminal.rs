//! What is printed: one line at a time, in which a terminal finds nothing to obey.
//!
//! Names of files, pages and attributes come from a project that somebody else may have written.
//! With control characters in them they could move the cursor, set the title, change the clipboard
//! of the terminal, or look like a line of the simulator's own. So all text goes through here, and
//! nothing else in this crate prints: `clippy::print_stdout` and `clippy::print_stderr` see to it.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::borrow::Cow;
use std::fmt::Display;

/// Prints one line. A line break in it is shown as `\n`, other control characters likewise.
pub fn say(line: impl Display) {
    println!("{}", harmless(&line.to_string()));
}

/// Prints one line on standard error, with the same care.
pub fn complain(line: impl Display) {
    eprintln!("{}", harmless(&line.to_string()));
}

/// Prints text of this program's own as it is: its help, or a QR code with its colours.
pub fn show(text: &str) {
    print!("{text}");
}

/// Prints JSON as one line. The characters that a terminal acts on are in texts, where JSON has names for
/// them.
pub(crate) fn show_json(json: &serde_json::Value) {
    let mut shown = String::new();
    for c in json.to_string().chars() {
        if is_harmful(c) {
            let mut units = [0; 2];
            shown.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    println!("{shown}");
}

/// `text` without a character that a terminal acts on or that reorders what is read.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// Control characters (C0, DEL, C1), the controls of bidirectional text, and separators of lines,
/// which some terminals break at.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        assert_eq!(harmless("a\u{1b}]0;title\u{7}b"), r"a\u{1b}]0;title\u{7}b");
        assert_eq!(harmless("a\r\nSimulator ready"), r"a\r\nSimulator ready");
        assert_eq!(harmless("\u{9b}2J \u{7f} \0"), r"\u{9b}2J \u{7f} \u{0}");
        assert_eq!(harmless("\u{202e}sj.\u{2066}\u{200f}\u{61c}\u{2028}"), {
            r"\u{202e}sj.\u{2066}\u{200f}\u{61c}\u{2028}"
        });
    }

    #[test]
    fn words_of_any_language_stay_as_they_are() {
        // The last one has a joiner in it.
        let text = "pages/我的 – naïve/שלום/👩‍💻";
        assert_eq!(harmless(text), text);
    }
}
