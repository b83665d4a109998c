//! Ids of apps, rooms and users, which people choose, and of sessions, which are random.
//!
//! An id is checked when it is created. Code that has an id need not check it again.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use hmac::digest::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::Sha256;

/// The longest app, room or user id, in characters (Volcengine document 6348/70114).
pub const MAX_ID_LENGTH: usize = 128;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdError {
    /// The text is empty.
    Empty,
    /// The text has more than [`MAX_ID_LENGTH`] characters.
    TooLong,
    /// The text has a character outside `a-z A-Z 0-9 @ . _ -`.
    Alphabet,
}

/// The text completes a sentence that begins with the name of the parameter.
impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "should not be empty",
            Self::TooLong => "should have at most 128 characters",
            Self::Alphabet => "should have only letters, digits and @ . _ -",
        })
    }
}

impl Error for IdError {}

fn check(text: &str) -> Result<(), IdError> {
    // The length in bytes is enough: all allowed characters are ASCII.
    if text.len() > MAX_ID_LENGTH {
        return Err(IdError::TooLong);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"@._-".contains(&byte);
    if text.bytes().all(allowed) { Ok(()) } else { Err(IdError::Alphabet) }
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident, empty: $empty:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Creates an id from text that follows the platform's rule for ids.
            ///
            /// # Errors
            /// When the text breaks the rule. The error names the broken part.
            pub fn new(text: &str) -> Result<Self, IdError> {
                if text.is_empty() && !$empty {
                    return Err(IdError::Empty);
                }
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(&text).map_err(D::Error::custom)
            }
        }
    };
}

text_id!(
    /// An RTC app. Rooms of different apps are separate, even with the same room id. The id may be
    /// empty, as in the platform's own demos.
    AppId, empty: true
);
text_id!(
    /// A room of an app.
    RoomId, empty: false
);
text_id!(
    /// A user of an app. The app's own server chooses the id.
    UserId, empty: false
);

impl RoomId {
    /// What stands for a room of an app in the address of a server, so that a proxy can send all its
    /// members to the same server: the first 128 bits of a SHA-256, as hexadecimal digits. It is a hash
    /// because proxies log addresses, and the names of rooms should not be in logs.
    pub fn routing_key(&self, app: &AppId) -> String {
        // No id has a line break.
        to_hex(&hash([app.as_str(), "\n", self.as_str()].concat().as_bytes()))
    }
}

/// The secret of a session: 128 random bits that only one participant and its hub know.
///
/// A join with this secret resumes the session. `Debug` does not print it.
#[derive(Clone, Copy)]
pub struct SessionSecret([u8; 16]);

impl SessionSecret {
    /// Creates a secret from 128 random bits. The bits must come from a cryptographic source.
    pub fn new(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// Parses the 32 hexadecimal digits of [`SessionSecret::reveal`].
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text).map(Self)
    }

    /// The secret as 32 hexadecimal digits. Send it to the hub only.
    pub fn reveal(&self) -> String {
        to_hex(&self.0)
    }

    /// The id of the session with this secret: the first 128 bits of the SHA-256 of the secret.
    ///
    /// Members know the ids of each other's sessions. Because of the hash, an id is not enough to
    /// resume a session, not even at a hub that has restarted and remembers no sessions.
    pub fn session(&self) -> SessionId {
        SessionId(hash(&self.0))
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret(..)")
    }
}

impl Serialize for SessionSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for SessionSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex_id(deserializer).map(Self)
    }
}

/// The id of a session: one stay of one user in one room, from join to leave, over any number of
/// connections.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// Parses 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text).map(Self)
    }

    /// The id as 32 hexadecimal digits.
    pub fn to_text(self) -> String {
        to_hex(&self.0)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(to_hex(&self.0).get(..8).unwrap_or_default())
    }
}

impl Serialize for SessionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for SessionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex_id(deserializer).map(Self)
    }
}

/// The first 128 bits of the SHA-256.
fn hash(bytes: &[u8]) -> [u8; 16] {
    let mut hash = [0; 16];
    for (to, from) in hash.iter_mut().zip(Sha256::digest(bytes)) {
        *to = from;
    }
    hash
}

fn to_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

fn hex_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 16], D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_hex(&text).ok_or_else(|| D::Error::custom("should be 32 hexadecimal digits"))
}

fn parse_hex(text: &str) -> Option<[u8; 16]> {
    let mut digits = text.chars();
    let mut bytes = [0; 16];
    for byte in &mut bytes {
        let (high, low) = (digits.next()?.to_digit(16)?, digits.next()?.to_digit(16)?);
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    digits.next().is_none().then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_platforms_rule() {
        assert!(UserId::new("user-1@example.com_x").is_ok());
        assert!(UserId::new(&"u".repeat(128)).is_ok());
        assert_eq!(UserId::new("").unwrap_err(), IdError::Empty);
        assert_eq!(UserId::new(&"u".repeat(129)).unwrap_err(), IdError::TooLong);
        for bad in ["a b", "é", "a/b", "用户", "a\0", "a\n"] {
            assert_eq!(UserId::new(bad).unwrap_err(), IdError::Alphabet, "{bad:?}");
        }
    }

    #[test]
    fn an_app_id_may_be_empty_as_in_the_platforms_demos() {
        assert_eq!(AppId::new("").unwrap().as_str(), "");
    }

    #[test]
    fn the_routing_key_of_a_room_is_the_same_for_all_its_members_and_not_its_name() {
        let key = |app: &str, room: &str| {
            RoomId::new(room).unwrap().routing_key(&AppId::new(app).unwrap())
        };
        assert_eq!(key("app", "room"), "feae7e4d66d218315ee87b63ad142c68");
        assert_ne!(key("app", "room"), key("ap", "proom"));
        assert_ne!(key("", "room"), key("app", "room"));
    }

    #[test]
    fn a_session_id_reveals_nothing_of_its_secret_and_survives_the_wire() {
        let secret = SessionSecret::new([7; 16]);
        let session = secret.session();
        assert_ne!(session.0, [7; 16]);
        assert_eq!(format!("{secret:?}"), "SessionSecret(..)");
        let wire = serde_json::to_string(&session).unwrap();
        assert_eq!(wire.len(), 34);
        assert_eq!(serde_json::from_str::<SessionId>(&wire).unwrap(), session);
    }

    #[test]
    fn malformed_session_ids_are_refused() {
        for bad in ["", "00", &"0".repeat(31), &"0".repeat(33), &"g".repeat(32), "é"] {
            assert!(parse_hex(bad).is_none(), "{bad:?}");
        }
    }
}
