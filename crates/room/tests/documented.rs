//! `docs/errors.md` is complete: it has each number that the core can return, with its code, type and
//! text.
#![allow(clippy::indexing_slicing)]

use tt_rtc_room::error::{DeviceError, Failure, interrupted, state};

const PAGE: &str = include_str!("../../../docs/errors.md");

/// The first cells of all rows of all tables.
fn rows() -> Vec<Vec<&'static str>> {
    PAGE.lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| line.split(" | ").collect())
        .collect()
}

#[test]
fn every_failure_is_on_the_page_with_its_numbers_and_text() {
    let failures = [
        Failure::device(DeviceError::Denied, "camera"),
        Failure::device(DeviceError::NotFound, "camera"),
        Failure::device(DeviceError::InUse, "camera"),
        Failure::device(DeviceError::Insecure, "camera"),
        Failure::device(DeviceError::Other, "camera"),
        Failure::parameter("what is wrong with which parameter"),
        Failure::camera_parameter("expect params.camera"),
        Failure::already_in_room("…", "…"),
        Failure::invalid_token(),
        Failure::join("a sentence"),
        Failure::destroyed(),
        Failure::not_in_room(),
        Failure::invisible(),
        Failure::no_privilege(),
        Failure::visible_limit(),
        Failure::room_left(),
        Failure::timeout(),
    ];
    for failure in &failures {
        let stands = rows().iter().any(|row| {
            row[..3]
                == [
                    failure.err_no.to_string().as_str(),
                    failure.error_code.to_string().as_str(),
                    failure.error_type,
                ]
                && row[3].contains(&failure.detail)
        });
        assert!(stands, "{failure:?}");
    }
}

#[test]
fn every_number_of_an_event_is_on_the_page() {
    for number in [
        state::CAMERA_LOST,
        state::MICROPHONE_LOST,
        state::TOKEN_EXPIRED,
        state::PUBLISH_LIMIT,
        state::NO_PUBLISH_PERMISSION,
        interrupted::INVALID_TOKEN,
        interrupted::DUPLICATE_LOGIN,
        interrupted::KICKED,
        interrupted::TOKEN_EXPIRED,
        interrupted::DISSOLVED,
        interrupted::SERVER,
    ] {
        assert!(rows().iter().any(|row| row[0] == number.to_string()), "{number}");
    }
}
