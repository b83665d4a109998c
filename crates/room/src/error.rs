//! The errors of the API, with their numbers.
//!
//! The numbers that the platform publishes are used unchanged. For other errors, `errNo` is 29000
//! or higher and `errorCode` is 900000 + `errNo`, so that they differ from the platform's.
//! `docs/errors.md` lists all of them.

use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The reason why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// `errNo`: the platform's, or 29000 and higher.
    pub err_no: u32,
    /// `errorCode`: the platform's, or 900000 and higher.
    pub error_code: u32,
    /// `errorType`. `D`: an error of the page. `U`: a decision of the user. `F`: any other reason.
    pub error_type: &'static str,
    /// The part of `errMsg` after `NAME:fail `.
    pub detail: String,
}

/// The reason why a camera, microphone or screen cannot be captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceError {
    /// The user or the permissions policy denied access (`NotAllowedError`).
    Denied,
    /// There is no such device (`NotFoundError`, `OverconstrainedError`).
    NotFound,
    /// Another program uses the device (`NotReadableError`, `AbortError`).
    InUse,
    /// The page is not a secure context: it is not served from https or localhost.
    Insecure,
    /// Another reason.
    Other,
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Denied => "the user or the permissions policy denied access",
            Self::NotFound => "there is no such device",
            Self::InUse => "another program uses the device",
            Self::Insecure => "the page needs https or localhost",
            Self::Other => "the device cannot be started",
        })
    }
}

impl Error for DeviceError {}

/// The detail, without the numbers.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl Error for Failure {}

impl Failure {
    fn new(
        err_no: u32,
        error_code: u32,
        error_type: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { err_no, error_code, error_type, detail: detail.into() }
    }

    fn ours(err_no: u32, error_type: &'static str, detail: impl Into<String>) -> Self {
        Self::new(err_no, 900_000 + err_no, error_type, detail)
    }

    /// A parameter is missing, of a wrong type or out of range.
    pub fn parameter(detail: impl Into<String>) -> Self {
        Self::new(20_000, 115_999, "D", detail)
    }

    /// The parameter of `switchCamera` is wrong. The platform has an `errorCode` for this method.
    pub fn camera_parameter(detail: impl Into<String>) -> Self {
        Self::new(20_000, 172_299, "D", detail)
    }

    /// The device cannot be captured.
    pub fn device(error: DeviceError, device: &str) -> Self {
        match error {
            DeviceError::Denied => Self::new(10_200, 115_990, "U", "auth deny"),
            DeviceError::NotFound => Self::ours(29_001, "F", format!("no {device} found")),
            DeviceError::InUse => {
                Self::ours(29_002, "F", format!("{device} is used by another program"))
            }
            DeviceError::Insecure => {
                Self::ours(29_003, "D", format!("no {device}: the page needs https or localhost"))
            }
            DeviceError::Other => Self::ours(29_004, "F", format!("{device} cannot be started")),
        }
    }

    /// A join while the user is in a room or is joining one.
    pub fn already_in_room(user: &str, room: &str) -> Self {
        let detail = format!("user {user} is already in the room {room}");
        Self::new(21_100, 921_100, "D", detail)
    }

    /// The token is malformed, for another app, room or user, wrongly signed or expired.
    pub fn invalid_token() -> Self {
        Self::new(21_101, 115_902, "D", "invalid token")
    }

    /// The join failed for another reason.
    pub fn join(detail: impl Into<String>) -> Self {
        Self::new(21_102, 921_102, "F", detail)
    }

    /// The engine of the context was destroyed.
    pub fn destroyed() -> Self {
        let detail =
            "engine has been destroyed,please invoke tt.createRtcRoomContext create new engine";
        Self { err_no: 29_010, ..Self::new(0, 115_910, "D", detail) }
    }

    /// The request needs a room.
    pub fn not_in_room() -> Self {
        Self::ours(29_005, "D", "user is not in a room")
    }

    /// An invisible user cannot publish.
    pub fn invisible() -> Self {
        Self::ours(29_006, "D", "an invisible user cannot publish")
    }

    /// The token has no privilege to subscribe.
    pub fn no_subscribe_privilege() -> Self {
        Self::ours(29_014, "D", "the token does not allow subscribing")
    }

    /// The method has no equivalent in a browser.
    pub fn unsupported() -> Self {
        Self::ours(29_013, "F", "a browser has no such setting")
    }

    /// The token has no privilege to publish.
    pub fn no_privilege() -> Self {
        Self::ours(29_007, "D", "the token does not allow publishing")
    }

    /// The room has reached its limit of visible members.
    pub fn visible_limit() -> Self {
        Self::ours(29_008, "F", "the room has no place for another visible user")
    }

    /// The room was left before the request took effect.
    pub fn room_left() -> Self {
        Self::ours(29_009, "F", "the room was left")
    }

    /// The hub has not answered in time.
    pub fn timeout() -> Self {
        Self::ours(29_011, "F", "no answer from the signaling server")
    }
}

/// `errNo` of state events (`onRtcStateChanged`).
pub mod state {
    /// The camera ended: it was unplugged or its permission was withdrawn.
    pub const CAMERA_LOST: i32 = 21_105;
    /// The microphone ended: it was unplugged or its permission was withdrawn.
    pub const MICROPHONE_LOST: i32 = 21_106;
    /// The token has expired. The user is no longer in the room.
    pub const TOKEN_EXPIRED: i32 = 21_108;
    /// The room has reached its limit of publishing members (code of the native SDK).
    pub const PUBLISH_LIMIT: i32 = -1080;
    /// The token does not allow publishing (code of the native SDK).
    pub const NO_PUBLISH_PERMISSION: i32 = -1002;
    /// The token does not allow subscribing (code of the native SDK).
    pub const NO_SUBSCRIBE_PERMISSION: i32 = -1003;
}

/// `errNo` of the `error` event of `<rtc-room>`.
pub mod tile {
    /// The browser has no peer connections.
    pub const NOT_AVAILABLE: i32 = 21_200;
    /// `mode` has none of its three values.
    pub const BAD_MODE: i32 = 21_301;
    /// The browser refused an action of the connection to the user. The number is not the platform's.
    pub const NOT_RECEIVED: i32 = 29_012;
}

/// `errNo` of `onRtcChatInterrupted`: the room state codes of the native SDK.
pub mod interrupted {
    /// The same user joined elsewhere.
    pub const DUPLICATE_LOGIN: i32 = -1004;
    /// An administrator removed the user.
    pub const KICKED: i32 = -1006;
    /// The token has expired.
    pub const TOKEN_EXPIRED: i32 = -1009;
    /// The token was valid at the join and no longer is.
    pub const INVALID_TOKEN: i32 = -1000;
    /// An administrator ended the room.
    pub const DISSOLVED: i32 = -1011;
    /// The server has ended the call. The participant does not try to come back.
    pub const SERVER: i32 = -1084;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every failure with its numbers and text.
    fn table() -> [(Failure, u32, u32, &'static str, &'static str); 17] {
        use DeviceError::{Denied, InUse, Insecure, NotFound, Other};
        let device = |error| Failure::device(error, "camera");
        let destroyed =
            "engine has been destroyed,please invoke tt.createRtcRoomContext create new engine";
        let taken = "user u is already in the room r";
        let full = "the room has no place for another visible user";
        let insecure = "no camera: the page needs https or localhost";
        [
            (device(Denied), 10_200, 115_990, "U", "auth deny"),
            (Failure::parameter("why"), 20_000, 115_999, "D", "why"),
            (Failure::camera_parameter("why"), 20_000, 172_299, "D", "why"),
            (Failure::already_in_room("u", "r"), 21_100, 921_100, "D", taken),
            (Failure::invalid_token(), 21_101, 115_902, "D", "invalid token"),
            (Failure::join("why"), 21_102, 921_102, "F", "why"),
            (device(NotFound), 29_001, 929_001, "F", "no camera found"),
            (device(InUse), 29_002, 929_002, "F", "camera is used by another program"),
            (device(Insecure), 29_003, 929_003, "D", insecure),
            (device(Other), 29_004, 929_004, "F", "camera cannot be started"),
            (Failure::not_in_room(), 29_005, 929_005, "D", "user is not in a room"),
            (Failure::invisible(), 29_006, 929_006, "D", "an invisible user cannot publish"),
            (Failure::no_privilege(), 29_007, 929_007, "D", "the token does not allow publishing"),
            (Failure::visible_limit(), 29_008, 929_008, "F", full),
            (Failure::room_left(), 29_009, 929_009, "F", "the room was left"),
            (Failure::destroyed(), 29_010, 115_910, "D", destroyed),
            (Failure::timeout(), 29_011, 929_011, "F", "no answer from the signaling server"),
        ]
    }

    #[test]
    fn each_failure_has_its_numbers_and_its_text() {
        for (failure, err_no, error_code, error_type, detail) in table() {
            let detail = detail.to_owned();
            assert_eq!(failure, Failure { err_no, error_code, error_type, detail });
        }
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let errors: [Box<dyn Error>; 4] = [
            Box::new(Failure::not_in_room()),
            Box::new(DeviceError::InUse),
            Box::new(crate::id::IdError::Empty),
            Box::new(crate::token::TokenError::Room),
        ];
        let texts = [
            "user is not in a room",
            "another program uses the device",
            "should not be empty",
            "the token is for another room",
        ];
        assert_eq!(errors.map(|error| error.to_string()), texts);
    }

    #[test]
    fn no_two_failures_have_the_same_numbers() {
        let numbers: std::collections::BTreeSet<_> =
            table().iter().map(|(failure, ..)| (failure.err_no, failure.error_code)).collect();
        assert_eq!(numbers.len(), table().len());
    }

    #[test]
    fn states_and_interruptions_have_the_platforms_numbers() {
        let states = [
            state::CAMERA_LOST,
            state::MICROPHONE_LOST,
            state::TOKEN_EXPIRED,
            state::PUBLISH_LIMIT,
            state::NO_PUBLISH_PERMISSION,
        ];
        assert_eq!(states, [21_105, 21_106, 21_108, -1080, -1002]);
        let interruptions = [
            interrupted::DUPLICATE_LOGIN,
            interrupted::KICKED,
            interrupted::TOKEN_EXPIRED,
            interrupted::INVALID_TOKEN,
            interrupted::DISSOLVED,
            interrupted::SERVER,
        ];
        assert_eq!(interruptions, [-1004, -1006, -1009, -1000, -1011, -1084]);
    }
}
