//! The codes and reasons of WebSocket close frames (RFC 6455 7.4).

use std::borrow::Cow;
use std::fmt;

use tt_rtc_room::CloseReason;
use tt_rtc_room::protocol::Removal;

/// The longest reason of a close frame, in bytes. A control frame has at most 125 (RFC 6455 5.5), of
/// which the code takes two.
const MAX_REASON: usize = 123;

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $text:literal, $reconnect:literal;)*) => {
        /// Why the server closes a connection. Numbers below 4000 are registered with IANA. Numbers
        /// from 4000 on are specific to this server. A `removed` message with the same meaning
        /// precedes 4000 to 4007.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum CloseCode {
            $($(#[$meta])* #[doc = concat!("\n\n`", $code, "` ", $text, ".")] $name = $code,)*
        }

        impl CloseCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The number in the close frame.
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// The name in metrics and documentation.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// What the code means. It is the reason in the close frame unless there is a more
            /// specific one.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Whether the client should connect again and resume the session.
            pub const fn should_reconnect(self) -> bool {
                match self {
                    $(Self::$name => $reconnect,)*
                }
            }
        }
    };
}

codes! {
    /// The participant sent `leave`.
    Left = 1000, "the participant left", false;
    /// A frame violates the WebSocket protocol.
    Protocol = 1002, "a frame violates the WebSocket protocol", false;
    /// A binary message. Messages are text.
    Binary = 1003, "messages are text, not binary", false;
    /// A text message that is not UTF-8.
    NotUtf8 = 1007, "a text is not UTF-8", false;
    /// A message is longer than the limit.
    TooBig = 1009, "a message is too long", false;
    /// The server shuts down. The session can be resumed at the next server.
    Restart = 1012, "the server shuts down, resume at the next one", true;
    /// A malformed, misplaced or oversized message.
    BadMessage = 4000, "malformed or misplaced message", false;
    /// The server does not support the protocol version.
    Version = 4001, "unsupported protocol version", false;
    /// The token is for another app, room or user, or its signature is wrong.
    InvalidToken = 4002, "invalid token", false;
    /// The token has expired.
    TokenExpired = 4003, "the token has expired", false;
    /// The same user joined again elsewhere.
    DuplicateLogin = 4004, "the user joined elsewhere", false;
    /// The room or the server is full.
    Full = 4005, "the room or the server is full", false;
    /// An administrator removed the user.
    Kicked = 4006, "the user was removed", false;
    /// An administrator dissolved the room.
    Dissolved = 4007, "the room was dissolved", false;
    /// The session was resumed on another connection.
    Resumed = 4008, "the session was resumed on another connection", false;
    /// The client sent nothing within the time limit, not even the answer to a ping.
    Silent = 4009, "nothing received within the time limit", true;
    /// The client reads too slowly.
    Slow = 4010, "the client reads too slowly", true;
    /// The client exceeds the rate limit of messages or bytes.
    TooMany = 4011, "too many messages", true;
    /// No `join` arrived within the time limit.
    NotJoined = 4012, "no join within the time limit", false;
}

impl From<Removal> for CloseCode {
    fn from(removal: Removal) -> Self {
        match removal {
            Removal::Version => Self::Version,
            Removal::BadMessage => Self::BadMessage,
            Removal::InvalidToken => Self::InvalidToken,
            Removal::TokenExpired => Self::TokenExpired,
            Removal::DuplicateLogin => Self::DuplicateLogin,
            Removal::Full => Self::Full,
            Removal::Kicked => Self::Kicked,
            Removal::Dissolved => Self::Dissolved,
        }
    }
}

impl From<CloseReason> for CloseCode {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::Removed(removal) => removal.into(),
            CloseReason::Left => Self::Left,
            CloseReason::Resumed => Self::Resumed,
        }
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.text())
    }
}

/// A close frame to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) code: CloseCode,
    pub(crate) reason: Cow<'static, str>,
}

impl Closing {
    /// A close frame with a specific reason. A reason that is too long is cut.
    pub(crate) fn because(code: CloseCode, reason: &str) -> Self {
        let mut end = reason.len().min(MAX_REASON);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        Self { code, reason: reason.get(..end).unwrap_or_default().to_owned().into() }
    }
}

impl From<CloseCode> for Closing {
    fn from(code: CloseCode) -> Self {
        Self { code, reason: code.text().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_fits_a_close_frame() {
        for code in CloseCode::ALL {
            assert!(code.text().len() <= MAX_REASON, "{code}");
        }
    }

    #[test]
    fn a_longer_reason_is_cut_between_characters() {
        let reason = Closing::because(CloseCode::BadMessage, &"用".repeat(50)).reason;
        assert_eq!(reason, "用".repeat(41));
    }

    #[test]
    fn the_documentation_has_every_code() {
        for page in [include_str!("../../../docs/server.md"), include_str!("lib.rs")] {
            for code in CloseCode::ALL {
                let row = format!("| {} | `{}` | ", code.number(), code.name());
                let row =
                    page.lines().find(|line| line.contains(&row)).expect("every code has its row");
                let never = row.trim_end().ends_with("| no |");
                let again = [CloseCode::TokenExpired, CloseCode::Full].contains(code);
                assert_eq!(never, !code.should_reconnect() && !again, "{row}");
            }
        }
    }
}
