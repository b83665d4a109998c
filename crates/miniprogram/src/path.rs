//! Paths of files in a project: relative to its folder, with `/` between the parts, and never
//! leading out of it.

use std::fmt::Write;

/// Cleans a path that names a file of the project.
///
/// `None` if it is empty, absolute, has a backslash, a control character or a drive letter, or
/// leaves the project's folder through `..`.
pub(crate) fn clean(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let joined = join("", path)?;
    if joined.is_empty() { None } else { Some(joined) }
}

/// What `path` means in the folder `folder`; from the root of the project if it starts with `/`.
///
/// `None` if it leaves the project's folder.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    if path.contains(|c: char| c == '\\' || c == ':' || c.is_control()) {
        return None;
    }
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The path as part of an address that a stack trace shows: other characters than those of ASCII
/// stay readable.
pub(crate) fn address(path: &str) -> String {
    escape(path, |c| "/~$".contains(c) || !c.is_ascii() && !c.is_whitespace())
}

/// The text as a part of an address. Letters, digits, `-`, `.`, `_` and the characters of `keep`
/// stand for themselves.
pub(crate) fn encode(text: &str, keep: &str) -> String {
    escape(text, |c| keep.contains(c))
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_') || keep(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The text that an address stands for; as it is if it has no escapes of UTF-8.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether a file belongs to a package that others wrote.
pub(crate) fn is_of_package(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "miniprogram_npm" | "node_modules"))
}

/// The folder a file lies in; empty for the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The extension of a file's name, without the dot; empty if it has none.
pub(crate) fn extension(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The path without one of these extensions (each with its dot).
pub(crate) fn without<'a>(path: &'a str, extensions: &[&str]) -> &'a str {
    extensions.iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(path)
}

/// The folders in which a package may lie for a file in `folder`: this one, then those above it.
pub(crate) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        let current = next?;
        next = if current.is_empty() { None } else { Some(self::folder(current)) };
        Some(current)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leaves_the_project() {
        for hostile in ["../a", "a/../../b", "/etc/passwd", "a\\b", "C:/a", "", ".", "a\0b"] {
            assert_eq!(clean(hostile), None, "{hostile:?}");
        }
        assert_eq!(clean("./a//b/../c.js").as_deref(), Some("a/c.js"));
        assert_eq!(join("pages/a", "../../../x"), None);
    }

    #[test]
    fn a_leading_slash_means_the_root() {
        assert_eq!(join("pages/a", "/utils/b").as_deref(), Some("utils/b"));
        assert_eq!(join("pages/a", "../b").as_deref(), Some("pages/b"));
    }

    #[test]
    fn paths_in_addresses_end_nothing_and_come_back() {
        let path = "页 1/a%#?\"'()b.js";
        assert_eq!(encode(path, "/"), "%E9%A1%B5%201/a%25%23%3F%22%27%28%29b.js");
        assert_eq!(address(path), "页%201/a%25%23%3F%22%27%28%29b.js");
        assert_eq!(
            (decode(&encode(path, "/")), decode(&address(path))),
            (path.into(), path.into())
        );
    }

    #[test]
    fn packages_are_looked_for_upwards() {
        assert_eq!(upwards("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    }
}
