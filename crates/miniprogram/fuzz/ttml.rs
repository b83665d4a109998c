//! Coverage-guided fuzzing of templates.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tt_miniprogram_fuzz::compile;

fuzz_target!(|text: &[u8]| compile(&[("page.ttml", text)]));
