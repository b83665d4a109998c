//! `docs/errors.md` is complete: it names each number of the core, with its code, type and text.
//! So is `docs/devices.md`: each test that it names exists, and it names each test of an event of a
//! device.
#![allow(clippy::indexing_slicing)]

use tt_rtc_room::error::{DeviceError, Failure, interrupted, state, tile};

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
        Failure::unsupported(),
        Failure::no_subscribe_privilege(),
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
        state::NO_SUBSCRIBE_PERMISSION,
        interrupted::INVALID_TOKEN,
        interrupted::DUPLICATE_LOGIN,
        interrupted::KICKED,
        interrupted::TOKEN_EXPIRED,
        interrupted::DISSOLVED,
        interrupted::SERVER,
        tile::NOT_AVAILABLE,
        tile::BAD_MODE,
        tile::NOT_RECEIVED,
    ] {
        assert!(rows().iter().any(|row| row[0] == number.to_string()), "{number}");
    }
}

const DEVICES: &str = include_str!("../../../docs/devices.md");
const DEVICE_TESTS: &str = include_str!("behaviour/devices.rs");
const OTHER_TESTS: [&str; 3] = [
    include_str!("behaviour/sessions.rs"),
    include_str!("../../../tests/devices.rs"),
    include_str!("../../../tests/signaling.rs"),
];

#[test]
fn every_test_that_the_page_on_devices_names_exists() {
    let names = DEVICES.split('`').skip(1).step_by(2);
    let names = names.filter(|name| name.matches('_').count() > 2 && !name.contains('/'));
    for name in names {
        let exists = |tests: &str| tests.contains(&format!("fn {name}()"));
        assert!(exists(DEVICE_TESTS) || OTHER_TESTS.iter().any(|tests| exists(tests)), "{name}");
    }
}

#[test]
fn every_event_of_a_device_stands_on_the_page() {
    let tests = DEVICE_TESTS.split("#[test]\nfn ").skip(1);
    for test in tests {
        let (name, body) = test.split_once('(').unwrap_or_default();
        let (body, _) = body.split_once("\n}\n").unwrap_or_default();
        let events = ["Ended", "Muted", "Available", "end_device"];
        let about_one = events.iter().any(|event| body.contains(event));
        assert!(!about_one || DEVICES.contains(name), "{name}");
    }
}
