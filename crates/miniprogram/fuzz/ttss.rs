//! Coverage-guided fuzzing of style sheets, of a page and of the app.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tt_miniprogram_fuzz::compile;

fuzz_target!(|text: &[u8]| compile(&[("page.ttss", text), ("page.ttml", b""), ("app.ttss", text)]));
