//! Coverage-guided fuzzing of the messages of clients and of the server.
//!
//! A text is refused, or it is a message that is written and read again as the same message.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};

fn check<T: Serialize + DeserializeOwned>(text: &[u8]) {
    if let Ok(message) = serde_json::from_slice::<T>(text) {
        let written = serde_json::to_string(&message).unwrap();
        let again: T = serde_json::from_str(&written).expect(&written);
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
    }
}

fuzz_target!(|text: &[u8]| {
    check::<ClientMessage>(text);
    check::<ServerMessage>(text);
});
