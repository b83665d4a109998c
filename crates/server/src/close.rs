//! Why a connection is closed, as the number and the text of a WebSocket close frame.

use std::borrow::Cow;
use std::fmt;

use tt_rtc_room::CloseReason;
use tt_rtc_room::protocol::Removal;

/// Longest reason that fits a close frame, in bytes (RFC 6455, section 5.5: 125 with the code).
const MAX_REASON: usize = 123;

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $text:literal, $reconnect:literal;)*) => {
        /// Why a connection is closed. The numbers below 4000 are registered with IANA; those from
        /// 4000 on are ours, and those up to 4007 follow a `removed` message that says the same.
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

            /// The name it has in metrics.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// What it means, as the reason in the close frame says where there is nothing more
            /// to be said.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Whether it is worth connecting again, with the same session.
            pub const fn should_reconnect(self) -> bool {
                match self {
                    $(Self::$name => $reconnect,)*
                }
            }
        }
    };
}

codes! {
    /// The participant said `leave`.
    Left = 1000, "goodbye", false;
    /// Frames that break the rules of WebSocket.
    Protocol = 1002, "not as WebSocket has it", false;
    /// Messages are texts; the connection sent bytes.
    Binary = 1003, "messages are texts, not bytes", false;
    /// A text that is not UTF-8.
    NotUtf8 = 1007, "a text was not UTF-8", false;
    /// A message longer than the server takes.
    TooBig = 1009, "a message was too long", false;
    /// The server is going down or starting anew: the session goes on at the next one.
    Restart = 1012, "the server is going down, come back to the next one", true;
    /// Not a message, out of place or out of bounds.
    BadMessage = 4000, "not a message, or out of place", false;
    /// The server does not speak the version.
    Version = 4001, "no such protocol version", false;
    /// The token is not one of this app, room and user, or has a wrong signature.
    InvalidToken = 4002, "invalid token", false;
    /// The token has expired.
    TokenExpired = 4003, "the token has expired", false;
    /// The same user joined anew, elsewhere.
    DuplicateLogin = 4004, "the user joined elsewhere", false;
    /// The room or the server is full.
    Full = 4005, "the room or the server is full", false;
    /// An administrator removed the user.
    Kicked = 4006, "the user was removed", false;
    /// An administrator ended the room.
    Dissolved = 4007, "the room was ended", false;
    /// The session goes on over another connection.
    Resumed = 4008, "the session goes on over another connection", false;
    /// Nothing was heard for too long, not even an answer to a ping.
    Silent = 4009, "nothing was heard for too long", true;
    /// Too slow in reading what it is sent.
    Slow = 4010, "too slow in reading", true;
    /// Too many messages, or too many bytes, in too short a time.
    TooMany = 4011, "too many messages", true;
    /// No `join` came in time after connecting.
    NotJoined = 4012, "no join came in time", false;
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

/// A close frame to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) code: CloseCode,
    pub(crate) reason: Cow<'static, str>,
}

impl Closing {
    /// A close frame that says more than its code does, as far as there is room.
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
