//! Source maps: where a place of a built script is in the file that it was built from.

use std::panic::catch_unwind;

use serde::Serialize;
use sourcemap::DecodedMap;

/// A source map as a build for development has it.
#[derive(Debug)]
pub struct SourceMap(pub(crate) sourcemap::SourceMap);

/// Where the source map of a script is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceMapPlace {
    /// A file of the project, by its path.
    File(String),
    /// In the script itself, as a `data:` address.
    Inline(String),
    /// Beside the project, where uni-app puts them: so many folders up, in `.sourcemap`.
    Beside(usize, String),
}

/// Where the address of a source map leads that leaves the project of the script at `path`.
pub(crate) fn beside(path: &str, address: &str) -> Option<SourceMapPlace> {
    let depth = path.matches('/').count();
    let mut rest = address;
    let mut up = 0_usize;
    while let Some(inner) = rest.strip_prefix("../") {
        (rest, up) = (inner, up + 1);
    }
    let plain =
        rest.split('/').all(|part| !matches!(part, "" | "." | "..")) && !rest.contains('\\');
    (up > depth && plain && rest.starts_with(".sourcemap/"))
        .then(|| SourceMapPlace::Beside(up - depth, rest.to_owned()))
}

/// A place in a file, counted from 1; columns in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The file's path.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Its column.
    pub column: u32,
}

impl SourceMap {
    /// Reads a source map; `None` if it is none.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        // What a project brings along must not end the simulator.
        let decoded = catch_unwind(|| sourcemap::decode_slice(json)).ok()?.ok()?;
        match decoded {
            DecodedMap::Regular(map) => Some(Self(map)),
            DecodedMap::Index(index) => index.flatten().ok().map(Self),
            DecodedMap::Hermes(_) => None,
        }
    }

    /// Reads a source map from a `data:` address.
    #[must_use]
    pub fn parse_inline(address: &str) -> Option<Self> {
        let address = address.to_owned();
        let decoded = catch_unwind(move || sourcemap::decode_data_url(&address)).ok()?.ok()?;
        match decoded {
            DecodedMap::Regular(map) => Some(Self(map)),
            _ => None,
        }
    }

    /// Where a place of the built script is in its sources. Counted from 1.
    #[must_use]
    pub fn position(&self, line: u32, column: u32) -> Option<Position> {
        let line = line.checked_sub(1)?;
        let token = self.0.lookup_token(line, column.saturating_sub(1))?;
        // What is before a line's first place comes from nowhere.
        if token.get_dst_line() != line {
            return None;
        }
        // A map may name the line -1, which is the largest number.
        let line = token.get_src_line().checked_add(1)?;
        let column = token.get_src_col().checked_add(1)?;
        Some(Position { file: file(token.get_source()?), line, column })
    }

    /// Its sources: as they are written, and as the paths that [`position`](Self::position) gives.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.sources().map(|source| (source, file(source)))
    }

    /// The text of a source, by the name that [`position`](Self::position) gives it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let index = self.0.sources().position(|source| file(source) == name)?;
        self.0.get_source_contents(u32::try_from(index).ok()?)
    }
}

/// The name of a source as a path: bundlers write `webpack:///./src/a.vue?hash` or `../../src/a.vue`.
fn file(source: &str) -> String {
    let path = source.split_once("://").map_or(source, |(_, path)| path);
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"{"version":3,"sources":["webpack:///./src/a b.vue?1234","../../b.ts"],"sourcesContent":["one\ntwo",null],"names":[],"mappings":"AACA,UACE;CCAF"}"#;

    #[test]
    fn places_are_those_of_the_sources() {
        let map = SourceMap::parse(MAP.as_bytes()).unwrap();
        let at = |line, column| {
            map.position(line, column).map(|p| format!("{}:{}:{}", p.file, p.line, p.column))
        };
        assert_eq!(at(1, 1).as_deref(), Some("src/a b.vue:2:1"));
        assert_eq!(at(1, 12).as_deref(), Some("src/a b.vue:3:3"));
        assert_eq!(at(2, 1), None);
        assert_eq!(at(2, 9).as_deref(), Some("b.ts:3:1"));
        assert_eq!(map.text("src/a b.vue"), Some("one\ntwo"));
        assert_eq!(map.text("b.ts"), None);
    }

    #[test]
    fn only_the_folder_of_source_maps_is_looked_for_beside_a_project() {
        let found = |path, address| beside(path, address).is_some();
        assert_eq!(
            beside("a/b.js", "../../../.sourcemap/mp/a/b.js.map"),
            Some(SourceMapPlace::Beside(2, ".sourcemap/mp/a/b.js.map".to_owned()))
        );
        assert!(!found("a/b.js", "../.sourcemap/b.js.map"), "in the project");
        assert!(!found("b.js", "../secret/b.js.map"));
        assert!(!found("b.js", "../.sourcemap/../../b.js.map"));
        assert!(!found("b.js", "/.sourcemap/b.js.map"));
    }

    #[test]
    fn what_is_no_source_map_is_none() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"version":3,"sources":[],"mappings":"!!"}"#,
            r#"{"version":3,"sources":["a"],"names":[],"mappings":"AAAAAAAAAAA"}"#,
            // The line, and the column, before the first one.
            r#"{"version":3,"sources":["a"],"names":[],"mappings":"AADA"}"#,
            r#"{"version":3,"sources":["a"],"names":[],"mappings":"AAAD"}"#,
        ] {
            assert!(
                SourceMap::parse(text.as_bytes()).is_none_or(|map| map.position(1, 1).is_none()),
                "{text}"
            );
        }
        assert!(SourceMap::parse_inline("data:x").is_none());
    }
}
