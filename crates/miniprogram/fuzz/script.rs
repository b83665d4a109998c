//! Coverage-guided fuzzing of scripts: JavaScript, TypeScript and sjs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tt_miniprogram_fuzz::compile;

fuzz_target!(|text: &[u8]| compile(&[
    ("page.js", text),
    ("t.ts", text),
    ("m.sjs", text),
    ("page.ttml", b"<sjs module=\"m\" src=\"./m.sjs\"/><text>{{m.a}}</text>"),
]));
