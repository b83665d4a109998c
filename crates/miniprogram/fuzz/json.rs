//! Coverage-guided fuzzing of the JSON of a page and of the app.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tt_miniprogram_fuzz::compile;

fuzz_target!(|text: &[u8]| {
    compile(&[("page.json", text)]);
    compile(&[("app.json", text)]);
});
