//! Where lists stand in the source, as comments of the compiled template: what a phone warns of when
//! a list runs, it can say with its place.

use crate::translate::MARK;

/// Makes a comment of each mark behind the key of a list: `"id\u{fdd0}a.ttml:4:9"` becomes
/// `"id"/*@a.ttml:4:9*/`, and without a key `null/*@a.ttml:4:9*/`.
pub(crate) fn as_comments(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, after)) = rest.split_once(MARK) {
        let Some((place, behind)) = after.split_once('"').filter(|(place, _)| is_place(place))
        else {
            // Somebody wrote this character.
            out.push_str(before);
            out.push(MARK);
            rest = after;
            continue;
        };
        match before.strip_suffix('"') {
            Some(before) => {
                out.push_str(before);
                out.push_str("null");
            }
            None => {
                out.push_str(before);
                out.push('"');
            }
        }
        out.push_str("/*@");
        out.push_str(place);
        out.push_str("*/");
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn is_place(text: &str) -> bool {
    text.contains(':')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-%:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_comments_and_other_text_stays() {
        let code =
            "F(D.a,\"id\u{fdd0}a.ttml:4:9\",x);F(D.b,\"\u{fdd0}a.ttml:5:1\",y);T(\"\u{fdd0} b\")";
        let comments =
            "F(D.a,\"id\"/*@a.ttml:4:9*/,x);F(D.b,null/*@a.ttml:5:1*/,y);T(\"\u{fdd0} b\")";
        assert_eq!(as_comments(code), comments);
    }
}
