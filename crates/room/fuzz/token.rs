//! Coverage-guided fuzzing of access tokens.
//!
//! Nobody without the key makes a valid token, and what was parsed can be written again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tt_rtc_room::token::{self, AccessToken, TokenError};

/// The key, the ids and the time of the first token in the corpus.
const KEY: &str = "app key";
const IDS: (&str, &str, &str) = ("123456781234567812345678", "new room", "new user id");
const IN_TIME: u64 = 1_700_000_001_000;
const CORPUS: &str = include_str!("../tests/corpus/token.txt");

fuzz_target!(|text: &str| {
    if let Ok(signed) = AccessToken::parse(text) {
        let claims = signed.unverified();
        let again = claims.sign("another key").expect("what was parsed can be written");
        assert_eq!(AccessToken::parse(&again).unwrap().unverified(), claims);
        assert_eq!(signed.verify(["a third key"], IN_TIME), Err(TokenError::Signature));
    }
    let is_valid = token::check(text, [KEY], IDS, IN_TIME).is_ok();
    assert_eq!(is_valid, CORPUS.lines().next() == Some(text));
});
