//! Limits of texts, lists and numbers in messages. They are checked while a message is parsed, so
//! code that has a message need not check them again.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The longest token, in bytes. A token of the platform has at most 483.
pub const MAX_TOKEN: usize = 2048;
/// The longest session description, in bytes. One with four m-lines has about 12,000.
pub const MAX_SDP: usize = 65_536;
/// The longest ICE candidate, in bytes.
pub const MAX_CANDIDATE: usize = 2048;
/// Most ICE candidates in a signal, one on each line. A browser with two network interfaces has
/// about 8.
pub const MAX_CANDIDATES: usize = 64;
/// Most members in a welcome. The platform allows 50 visible and 10,000 invisible members.
pub const MAX_MEMBERS: usize = 16_384;
/// Most STUN and TURN servers in a message.
pub const MAX_ICE_SERVERS: usize = 16;
/// Most URLs of one ICE server.
pub const MAX_ICE_URLS: usize = 16;
/// The longest URL, user name or password of one ICE server, in bytes.
pub const MAX_ICE_TEXT: usize = 1024;
/// JavaScript's `Number.MAX_SAFE_INTEGER`.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A text of at most `MAX` bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Returns `None` when the text is longer than `MAX` bytes.
    pub fn new(text: String) -> Option<Self> {
        (text.len() <= MAX).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom("text is too long"))
    }
}

/// Deserializes a list of at most `MAX` items. It fails at the first item beyond, so memory is
/// bounded.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MAX: usize>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct List<T, const MAX: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for List<T, MAX> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MAX}")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = sequence.next_element()? {
                if list.len() == MAX {
                    return Err(A::Error::custom("list is too long"));
                }
                list.push(item);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_seq(List::<T, MAX>(PhantomData))
}

/// Deserializes the URLs of an ICE server.
pub(crate) fn urls<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let urls: Vec<Text<MAX_ICE_TEXT>> = list::<_, _, MAX_ICE_URLS>(deserializer)?;
    Ok(urls.into_iter().map(|Text(url)| url).collect())
}

/// Deserializes the user name or password of an ICE server.
pub(crate) fn ice_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = Option::<Text<MAX_ICE_TEXT>>::deserialize(deserializer)?;
    Ok(text.map(|Text(text)| text))
}

/// Deserializes an integer that JavaScript represents exactly.
pub(crate) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(deserializer)?;
    if number > MAX_SAFE_INTEGER {
        return Err(D::Error::custom("number is too great"));
    }
    Ok(number)
}

/// Deserializes an optional integer that JavaScript represents exactly.
pub(crate) fn optional_integer<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    struct Integer(u64);

    impl<'de> Deserialize<'de> for Integer {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            integer(deserializer).map(Self)
        }
    }

    let number = Option::<Integer>::deserialize(deserializer)?;
    Ok(number.map(|Integer(number)| number))
}
