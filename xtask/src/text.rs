//! A wasm as the text of a JavaScript module, so that no bundler, server or policy has to know of it.
//!
//! Each byte is a printable character, or two where it is rare: a text that is 7 % longer than the wasm and
//! after compression 3 %. Base64 is 33 % longer and, as its characters do not lie on bytes, 30 % after
//! compression. `pkg/bytes.js` reads it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What stands in a string as it is, and ends no `<script>`.
fn digits() -> Vec<u8> {
    (b' '..=b'~').filter(|digit| !b"\"$'<\\`".contains(digit)).collect()
}

/// How many digits stand for nothing alone, but for more bytes with the digit behind them.
const FIRST_OF_PAIR: usize = 2;

/// A module whose default export is a function that gives `bytes`.
pub(crate) fn module(bytes: &[u8]) -> String {
    let mut counts = BTreeMap::new();
    for byte in bytes {
        *counts.entry(*byte).or_insert(0) += 1;
    }
    let mut order: Vec<u8> = (0..=u8::MAX).collect();
    order.sort_by_key(|byte| Reverse(counts.get(byte).copied().unwrap_or(0)));
    // Neighbours stay neighbours, which compresses better.
    let digits = digits();
    let (alone, first) = digits.split_at(digits.len() - FIRST_OF_PAIR);
    let (frequent, rare) = order.split_at_mut(alone.len());
    frequent.sort_unstable();
    rare.sort_unstable();

    let singles = alone.iter().map(|digit| vec![*digit]);
    let pairs = first.iter().flat_map(|first| digits.iter().map(|second| vec![*first, *second]));
    let codes: BTreeMap<u8, Vec<u8>> = order.iter().copied().zip(singles.chain(pairs)).collect();
    let mut text: String = order.iter().map(|byte| format!("{byte:02x}")).collect();
    text.extend(bytes.iter().filter_map(|byte| codes.get(byte)).flatten().copied().map(char::from));
    format!("import {{ bytes }} from \"./bytes.js\";\nexport default () => bytes(\"{text}\");\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_every_byte_and_nothing_that_a_string_or_a_page_would_read() {
        let bytes: Vec<u8> = (0..=u8::MAX).chain([0; 100]).collect();
        let module = module(&bytes);
        let text = module.split('"').nth(3).unwrap_or_default();
        // The table, a character for each frequent byte, two for each rare one.
        let frequent = digits().len() - FIRST_OF_PAIR;
        assert_eq!(text.len(), 512 + frequent + 100 + 2 * (256 - frequent));
        assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        assert!(!text.contains(['<', '\\', '`', '$', '\'']));
    }
}
