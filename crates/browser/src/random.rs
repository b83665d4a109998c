//! Numbers that nobody can guess.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill(bytes: &mut [u8]);
}

/// 128 random bits.
pub fn bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    bytes
}

/// A random number.
pub fn number() -> u64 {
    u128::from_le_bytes(bytes()) as u64
}

/// A name that nobody else has.
pub fn name() -> String {
    let digits = "abcdefghijklmnopqrstuvwxyz012345".as_bytes();
    bytes()
        .iter()
        .filter_map(|byte| digits.get(usize::from(byte % 32)))
        .map(|d| *d as char)
        .collect()
}
