//! Source maps of what a phone runs: from a module's script to the files that were written.

use std::collections::HashMap;

use sourcemap::SourceMapBuilder;

use crate::{
    edits::Moves,
    mappings::{Mapping, Mappings},
    path,
    source_map::SourceMap,
};

/// All that the source map of a module's script is made of, so that it can be made when a debugger
/// asks for it, and where nobody waits for the compiler.
#[derive(Debug)]
pub struct ScriptMap {
    /// The path of the source.
    pub(crate) path: String,
    pub(crate) source: String,
    pub(crate) moves: Moves,
    /// Where what was changed, if it was printed, is in the source.
    pub(crate) mappings: Option<Mappings>,
    /// How much the script's first line has more, in UTF-16 units.
    pub(crate) columns: u32,
}

impl ScriptMap {
    /// The source map as JSON (ECMA-426). Its sources are addresses from the root of the server,
    /// `/pages/a.ts`, and have their text.
    ///
    /// `built` is the source map of the source, if that was built of other files: those are the
    /// sources then. Of those whose text it does not have, `text` is asked by their paths.
    #[must_use]
    pub fn to_json(
        &self,
        built: Option<&SourceMap>,
        text: impl Fn(&str) -> Option<String>,
    ) -> Vec<u8> {
        let mut out = Output {
            builder: SourceMapBuilder::new(None),
            sources: Vec::new(),
            names: Vec::new(),
            columns: self.columns,
            last: None,
        };
        match built {
            Some(built) => out.add_sources(built, text),
            None => {
                let source = out.builder.add_source(&address(&self.path));
                out.builder.set_source_contents(source, Some(&self.source));
            }
        }
        match (&self.mappings, built) {
            (Some(mappings), None) => mappings.iter().for_each(|part| {
                let column = self.moves.changed_column(part.line, part.column);
                out.add((part.line, column), (part.source_line, part.source_column), Some(0), None);
            }),
            (Some(mappings), Some(built)) => mappings.iter().for_each(|part| {
                let column = self.moves.changed_column(part.line, part.column);
                let found = built.0.lookup_token(part.source_line, part.source_column);
                if let Some(token) = found.filter(|token| token.get_dst_line() == part.source_line)
                {
                    out.add_token((part.line, column), token.get_raw_token());
                }
            }),
            (None, None) => words(&self.source).for_each(|part| {
                let column = self.moves.changed_column(part.line, part.column);
                out.add((part.line, column), (part.source_line, part.source_column), Some(0), None);
            }),
            (None, Some(built)) => built.0.tokens().for_each(|token| {
                let (line, column) = token.get_dst();
                let column = self.moves.changed_column(line, column);
                out.add_token((line, column), token.get_raw_token());
            }),
        }
        let mut json = Vec::new();
        // Nothing fails that writes to memory.
        let _ = out.builder.into_sourcemap().to_writer(&mut json);
        json
    }
}

struct Output {
    builder: SourceMapBuilder,
    /// By the numbers of the built script's map, those here.
    sources: Vec<u32>,
    names: Vec<u32>,
    columns: u32,
    /// The last place of the script that was added.
    last: Option<(u32, u32)>,
}

impl Output {
    /// Adds the sources of a map under names of their own: a bundler has several texts of one file,
    /// told apart by queries, and that without a query is the file.
    fn add_sources(&mut self, built: &SourceMap, text: impl Fn(&str) -> Option<String>) {
        let sources: Vec<_> = built.sources().collect();
        let mut takers: HashMap<&str, usize> = HashMap::new();
        for (index, (written, file)) in sources.iter().enumerate() {
            let taker = takers.entry(file.as_str()).or_insert(index);
            let is_file =
                |index: usize| sources.get(index).is_some_and(|(it, _)| !it.contains('?'));
            if !written.contains('?') && !is_file(*taker) {
                *taker = index;
            }
        }
        for (index, (_, file)) in sources.iter().enumerate() {
            let mut address = address(file);
            if takers.get(file.as_str()) != Some(&index) {
                address.push_str(&format!("?{index}"));
            }
            let source = self.builder.add_source(&address);
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            let content = built.0.get_source_contents(number).map(str::to_owned);
            let content = content.or_else(|| text(file));
            self.builder.set_source_contents(source, content.as_deref());
            self.sources.push(source);
        }
        self.names = built.0.names().map(|name| self.builder.add_name(name)).collect();
    }

    fn add_token(&mut self, place: (u32, u32), token: sourcemap::RawToken) {
        let own = |numbers: &[u32], number: u32| numbers.get(number as usize).copied();
        let (source, name) = (own(&self.sources, token.src_id), own(&self.names, token.name_id));
        self.add(place, (token.src_line, token.src_col), source, name);
    }

    /// Adds a place of the script, unless it is where the last one was or before that: what was
    /// replaced is where that began.
    fn add(
        &mut self,
        (line, column): (u32, u32),
        (source_line, source_column): (u32, u32),
        source: Option<u32>,
        name: Option<u32>,
    ) {
        let column = if line == 0 { column.saturating_add(self.columns) } else { column };
        // A map may name the place -1.
        let impossible = [column, source_line, source_column].contains(&u32::MAX);
        if impossible || self.last.is_some_and(|last| last >= (line, column)) {
            return;
        }
        self.last = Some((line, column));
        self.builder.add_raw(line, column, source_line, source_column, source, name);
    }
}

/// A path as an address from the root of the server.
fn address(path: &str) -> String {
    format!("/{}", path::encode(path, "/~$"))
}

/// Where words and signs of a text begin; the places of a script that was not printed anew.
fn words(text: &str) -> impl Iterator<Item = Mapping> {
    text.split('\n').zip(0..).flat_map(|(line, number)| {
        let mut column = 0;
        let mut in_word = false;
        line.chars().filter_map(move |c| {
            let at = column;
            column += if c > '\u{ffff}' { 2 } else { 1 };
            let continues = in_word;
            in_word = c.is_alphanumeric() || matches!(c, '_' | '$');
            let goes_on = c.is_whitespace() || in_word && continues;
            (at == 0 || !goes_on).then_some(Mapping {
                line: number,
                column: at,
                source_line: number,
                source_column: at,
            })
        })
    })
}
