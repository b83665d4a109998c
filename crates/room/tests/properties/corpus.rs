//! Mutated messages and tokens. They start from a corpus: valid texts of every kind, and texts that
//! have caused failures. A text that fails here is added to its file in `tests/corpus`, one per
//! line.
//!
//! Each case mutates one text a few times. `PROPTEST_CASES` sets the number of cases.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use tt_rtc_room::token::{self, AccessToken, TokenError};

const PROTOCOL: &str = include_str!("../corpus/protocol.txt");
const TOKENS: &str = include_str!("../corpus/token.txt");

/// The keys of the first tokens of the corpus, with their ids.
const KEY: &str = "app key";
const IDS: (&str, &str, &str) = ("123456781234567812345678", "new room", "new user id");
const IN_TIME: u64 = 1_700_000_001_000;

/// One change to a text.
#[derive(Debug, Clone)]
enum Change {
    Put(Index, u8),
    Insert(Index, u8),
    Cut(Index, Index),
    Repeat(Index, Index, usize),
    /// The beginning of this text with the end of another one.
    Splice(Index, &'static str, Index),
    /// Inserts a number or a word with a special meaning.
    Word(Index, &'static str),
}

fn change(corpus: &'static str) -> impl Strategy<Value = Change> {
    let words = [
        "null",
        "true",
        "[]",
        "{}",
        "\"\"",
        "0",
        "-1",
        "4294967296",
        "9007199254740992",
        "1e999",
        "\\u0000",
        "\\ud800",
        "\u{fffd}",
        "[[[[[[[[",
        "\"join\":",
        "\"signal\":",
        "=",
        "AAAA",
    ];
    let lines: Vec<_> = corpus.lines().collect();
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Cut(from, to)),
        (any::<Index>(), any::<Index>(), 1..200_usize)
            .prop_map(|(from, to, times)| Change::Repeat(from, to, times)),
        (any::<Index>(), select(lines), any::<Index>())
            .prop_map(|(at, other, from)| Change::Splice(at, other, from)),
        (any::<Index>(), select(words.to_vec())).prop_map(|(at, word)| Change::Word(at, word)),
    ]
}

fn apply(text: &mut Vec<u8>, change: Change) {
    let within = |index: Index, text: &[u8]| index.index(text.len() + 1);
    match change {
        Change::Put(at, byte) => {
            let at = within(at, text);
            if let Some(old) = text.get_mut(at) {
                *old = byte;
            }
        }
        Change::Insert(at, byte) => text.insert(within(at, text), byte),
        Change::Cut(from, to) => {
            let (from, to) = (within(from, text), within(to, text));
            text.drain(from.min(to)..from.max(to));
        }
        Change::Repeat(from, to, times) => {
            let (from, to) = (within(from, text), within(to, text));
            // Repeated repetition would make the text too long.
            let times = times.min(20_000 / (text.len() + 1));
            let part = text[from.min(to)..from.max(to)].repeat(times);
            text.splice(to..to, part);
        }
        Change::Splice(at, other, from) => {
            text.truncate(within(at, text));
            let other = other.as_bytes();
            text.extend(&other[within(from, other)..]);
        }
        Change::Word(at, word) => {
            let at = within(at, text);
            text.splice(at..at, word.bytes());
        }
    }
}

/// A text of a corpus with some changes.
fn mutated(corpus: &'static str) -> impl Strategy<Value = String> {
    let lines: Vec<_> = corpus.lines().collect();
    (select(lines), vec(change(corpus), 0..6)).prop_map(|(line, changes)| {
        let mut text = line.as_bytes().to_vec();
        for change in changes {
            apply(&mut text, change);
        }
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// A text is refused, or it is a message that round-trips.
fn check_message<T: Serialize + DeserializeOwned>(text: &str) {
    if let Ok(message) = serde_json::from_str::<T>(text) {
        let written = serde_json::to_string(&message).unwrap();
        let again: T = serde_json::from_str(&written).expect(&written);
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
    }
}

/// Only a token that was signed for these ids is accepted.
fn check_token(text: &str) {
    if let Ok(signed) = AccessToken::parse(text) {
        let claims = signed.unverified();
        let again = claims.sign("another key").expect("what was parsed can be written");
        assert_eq!(AccessToken::parse(&again).unwrap().unverified(), claims);
        assert_eq!(signed.verify(["a third key"], IN_TIME), Err(TokenError::Signature));
    }
    let valid = token::check(text, [KEY], IDS, IN_TIME).is_ok();
    assert_eq!(valid, TOKENS.lines().next() == Some(text), "{text}");
}

#[test]
fn every_text_of_the_corpus_is_parsed() {
    for text in PROTOCOL.lines().chain(TOKENS.lines()) {
        check_message::<ClientMessage>(text);
        check_message::<ServerMessage>(text);
        check_token(text);
    }
    assert!(
        PROTOCOL.lines().filter(|text| serde_json::from_str::<ClientMessage>(text).is_ok()).count()
            > 10
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(2_000),
        ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_messages_are_refused_or_round_trip(text in mutated(PROTOCOL)) {
        check_message::<ClientMessage>(&text);
        check_message::<ServerMessage>(&text);
    }

    #[test]
    fn mutated_tokens_are_refused(text in mutated(TOKENS)) {
        check_token(&text);
    }
}
