//! AccessToken version 001. The app's own server signs it to let a user into a room.
//!
//! The layout is little-endian and follows the platform's open-source token generators:
//!
//! ```text
//! token     "001" appId[24] base64(content)
//! content   str16(message) str16(signature)
//! message   u32 nonce, u32 issuedAt, u32 expireAt, str16(roomId), str16(userId),
//!           u16 count, count × (u16 privilege, u32 expireAt), privileges ascending
//! signature HMAC-SHA256 of message under the app key
//! ```
//!
//! All times are in Unix seconds. 0 means no expiry.

use std::error::Error;
use std::fmt;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::media::{Source, Sources};

const VERSION: &str = "001";
const APP_ID_LENGTH: usize = 24;

/// A privilege of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub enum Privilege {
    /// Publish audio, video and data.
    PublishStream = 0,
    /// Publish audio.
    PublishAudioStream = 1,
    /// Publish video.
    PublishVideoStream = 2,
    /// Publish data.
    PublishDataStream = 3,
    /// Subscribe.
    SubscribeStream = 4,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// The token does not begin with `001`.
    Version,
    /// The token is truncated or does not follow the layout.
    Malformed,
    /// The token cannot be signed, because the app id does not have 24 bytes.
    AppLength,
    /// The token cannot be signed, because a text has more than 65535 bytes, or there are more than
    /// 65535 privileges.
    TextLength,
    /// No token can be checked: the app has no key, and it is not open.
    NoKey,
    /// The token is for another app.
    App,
    /// The token is for another room.
    Room,
    /// The token is for another user.
    User,
    /// The signature does not match the content and any of the app's keys.
    Signature,
    /// The token has expired.
    Expired,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "the token does not begin with the version 001",
            Self::Malformed => "the token is cut short or not of the AccessToken layout",
            Self::AppLength => "the app id should have 24 characters",
            Self::TextLength => "a text of the token is longer than the layout allows",
            Self::NoKey => "the app has no key and is not open",
            Self::App => "the token is for another app",
            Self::Room => "the token is for another room",
            Self::User => "the token is for another user",
            Self::Signature => "the token was not signed with this app's key",
            Self::Expired => "the token has expired",
        })
    }
}

impl Error for TokenError {}

/// The content of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The app, 24 characters.
    pub app: String,
    /// A random number. It makes two tokens with the same content differ.
    pub nonce: u32,
    /// When the token was issued.
    pub issued_at: u32,
    /// When the token expires, or 0.
    pub expire_at: u32,
    /// The room.
    pub room: String,
    /// The user.
    pub user: String,
    /// The privileges by number, ascending, each with the time of its expiry or 0.
    pub privileges: Vec<(u16, u32)>,
}

impl AccessToken {
    /// Grants `privilege` until `expire_at`. [`Privilege::PublishStream`] also grants its three kinds.
    pub fn grant(&mut self, privilege: Privilege, expire_at: u32) {
        let kinds = match privilege {
            Privilege::PublishStream => 0..=3,
            other => other as u16..=other as u16,
        };
        for kind in kinds {
            self.privileges.retain(|(known, _)| *known != kind);
            self.privileges.push((kind, expire_at));
        }
        self.privileges.sort_unstable();
    }

    /// Signs the token with the app's key and returns it as text.
    ///
    /// # Errors
    /// [`TokenError::AppLength`] or [`TokenError::TextLength`].
    pub fn sign(&self, key: &str) -> Result<String, TokenError> {
        if self.app.len() != APP_ID_LENGTH {
            return Err(TokenError::AppLength);
        }
        let message = self.message()?;
        let signature = hmac(key, &message)?.finalize().into_bytes();
        let mut content = Vec::new();
        put_bytes(&mut content, &message)?;
        put_bytes(&mut content, &signature)?;
        Ok(format!("{VERSION}{}{}", self.app, Base64::encode_string(&content)))
    }

    /// Parses a token. It does not check the signature.
    ///
    /// # Errors
    /// [`TokenError::Version`] or [`TokenError::Malformed`].
    pub fn parse(token: &str) -> Result<SignedToken, TokenError> {
        let rest = token.strip_prefix(VERSION).ok_or(TokenError::Version)?;
        let (app, content) = rest.split_at_checked(APP_ID_LENGTH).ok_or(TokenError::Malformed)?;
        let content = Base64::decode_vec(content).map_err(|_| TokenError::Malformed)?;
        let mut reader = Reader(&content);
        let (message, signature) = (reader.bytes()?.to_vec(), reader.bytes()?.to_vec());
        reader.end()?;
        let token = Self::from_message(app, &message)?;
        Ok(SignedToken { token, message, signature })
    }

    fn message(&self) -> Result<Vec<u8>, TokenError> {
        let mut out = Vec::new();
        for number in [self.nonce, self.issued_at, self.expire_at] {
            out.extend(number.to_le_bytes());
        }
        put_bytes(&mut out, self.room.as_bytes())?;
        put_bytes(&mut out, self.user.as_bytes())?;
        out.extend(length(self.privileges.len())?.to_le_bytes());
        for (privilege, expire_at) in &self.privileges {
            out.extend(privilege.to_le_bytes());
            out.extend(expire_at.to_le_bytes());
        }
        Ok(out)
    }

    fn from_message(app: &str, message: &[u8]) -> Result<Self, TokenError> {
        let mut reader = Reader(message);
        let token = Self {
            app: app.to_owned(),
            nonce: reader.u32()?,
            issued_at: reader.u32()?,
            expire_at: reader.u32()?,
            room: reader.text()?,
            user: reader.text()?,
            privileges: reader.privileges()?,
        };
        reader.end()?;
        // The platform's verifiers serialize the message again, with ascending privileges, before
        // they check the signature. They refuse a token with another order.
        let ascending = token.privileges.windows(2).all(|pair| match pair {
            [(first, _), (second, _)] => first < second,
            _ => true,
        });
        if ascending { Ok(token) } else { Err(TokenError::Malformed) }
    }

    /// Until when `sources` may be published, in Unix milliseconds. `None` means never, `Some(None)`
    /// means without end. A screen needs the privilege for video, its audio the one for audio.
    pub fn publishable_until(&self, sources: Sources) -> Option<Option<u64>> {
        let privilege = if sources.has(Source::Camera) || sources.has(Source::Screen) {
            Privilege::PublishVideoStream
        } else {
            Privilege::PublishAudioStream
        };
        self.granted_until(privilege)
    }

    /// Until when one may subscribe, in the same way.
    pub fn subscribable_until(&self) -> Option<Option<u64>> {
        self.granted_until(Privilege::SubscribeStream)
    }

    fn granted_until(&self, privilege: Privilege) -> Option<Option<u64>> {
        let granted = self.privileges.iter().find(|(known, _)| *known == privilege as u16);
        granted.map(|(_, expire_at)| deadline(*expire_at))
    }

    /// When the token expires, in Unix milliseconds. `None` if it does not.
    pub fn expires(&self) -> Option<u64> {
        deadline(self.expire_at)
    }
}

/// A parsed token whose signature has not been checked yet.
#[derive(Debug, Clone)]
pub struct SignedToken {
    token: AccessToken,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl SignedToken {
    /// The content. It may be forged.
    pub fn unverified(&self) -> &AccessToken {
        &self.token
    }

    /// Checks that the token was signed with one of the keys, each in constant time, and the expiry
    /// against `now` (Unix milliseconds).
    ///
    /// # Errors
    /// [`TokenError::Signature`] or [`TokenError::Expired`].
    pub fn verify<'a>(
        self,
        keys: impl IntoIterator<Item = &'a str>,
        now: u64,
    ) -> Result<AccessToken, TokenError> {
        let signed_with = |key| {
            let mac = hmac(key, &self.message);
            mac.is_ok_and(|mac| mac.verify_slice(&self.signature).is_ok())
        };
        if !keys.into_iter().any(signed_with) {
            return Err(TokenError::Signature);
        }
        if self.token.expires().is_some_and(|end| now > end) {
            return Err(TokenError::Expired);
        }
        Ok(self.token)
    }
}

/// Checks that `token` lets `user` of `app` into `room` at `now` (Unix milliseconds). It may be signed
/// with any of the keys: an app has more than one while a new key replaces an old one.
///
/// # Errors
/// Any [`TokenError`] but those of signing.
pub fn check<'a>(
    token: &str,
    keys: impl IntoIterator<Item = &'a str>,
    (app, room, user): (&str, &str, &str),
    now: u64,
) -> Result<AccessToken, TokenError> {
    let signed = AccessToken::parse(token)?;
    if signed.token.app != app {
        return Err(TokenError::App);
    }
    let token = signed.verify(keys, now)?;
    if token.room != room {
        return Err(TokenError::Room);
    }
    if token.user != user {
        return Err(TokenError::User);
    }
    Ok(token)
}

/// An expiry of a token in Unix milliseconds. `None` for 0, which means no expiry.
fn deadline(seconds: u32) -> Option<u64> {
    (seconds > 0).then(|| u64::from(seconds) * 1000)
}

fn hmac(key: &str, message: &[u8]) -> Result<Hmac<Sha256>, TokenError> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|_| TokenError::Signature)?;
    mac.update(message);
    Ok(mac)
}

fn length(length: usize) -> Result<u16, TokenError> {
    u16::try_from(length).map_err(|_| TokenError::TextLength)
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), TokenError> {
    out.extend(length(bytes.len())?.to_le_bytes());
    out.extend(bytes);
    Ok(())
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], TokenError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(TokenError::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<u16, TokenError> {
        let bytes = self.take(2)?.try_into().map_err(|_| TokenError::Malformed)?;
        Ok(u16::from_le_bytes(bytes))
    }

    fn u32(&mut self) -> Result<u32, TokenError> {
        let bytes = self.take(4)?.try_into().map_err(|_| TokenError::Malformed)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn bytes(&mut self) -> Result<&'a [u8], TokenError> {
        let length = self.u16()?;
        self.take(length.into())
    }

    fn text(&mut self) -> Result<String, TokenError> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| TokenError::Malformed)
    }

    fn privileges(&mut self) -> Result<Vec<(u16, u32)>, TokenError> {
        let count = self.u16()?;
        (0..count).map(|_| Ok((self.u16()?, self.u32()?))).collect()
    }

    fn end(&self) -> Result<(), TokenError> {
        if self.0.is_empty() { Ok(()) } else { Err(TokenError::Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "123456781234567812345678";

    fn blank(room: &str, user: &str) -> AccessToken {
        AccessToken {
            app: APP.into(),
            nonce: 1,
            issued_at: 1_700_000_000,
            expire_at: 0,
            room: room.into(),
            user: user.into(),
            privileges: Vec::new(),
        }
    }

    fn vector_a() -> AccessToken {
        let mut token = blank("new room", "new user id");
        token.nonce = 0x0102_0304;
        token.expire_at = 1_700_003_600;
        token.grant(Privilege::SubscribeStream, 0);
        token.grant(Privilege::PublishStream, 1_700_003_600);
        token
    }

    fn vector_c() -> AccessToken {
        let mut token = blank("call_1001", "user-1");
        token.nonce = 99_999_999;
        token.expire_at = 1_700_086_400;
        token.grant(Privilege::SubscribeStream, 1_700_086_400);
        token
    }

    const TOKEN_A: &str = "001123456781234567812345678QwAEAwIBAPFTZRD/U2UIAG5ldyByb29tCwBuZXcgdXNlciBpZAUAAAAQ/1NlAQAQ/1NlAgAQ/1NlAwAQ/1NlBAAAAAAAIADUsSAR2s3TNv+VdQZZTW6Qf0kaqgtFA+1qoS9lmfYQzQ==";
    const TOKEN_B: &str = "001123456781234567812345678FAABAAAAAPFTZQAAAAABAHIBAHUAACAAQagUuKEx4fY7K1hJlHV4WWB7/b9Ot5FkXV2P8jVEgEU=";
    const TOKEN_C: &str = "001123456781234567812345678JwD/4PUFAPFTZYBCVWUJAGNhbGxfMTAwMQYAdXNlci0xAQAEAIBCVWUgAG2V9zhM4xvHKsB0W2VQ5z8aRpWLocTkuhcW65w2J4Y5";
    const KEY_A: &str = "app key";
    const IDS_A: (&str, &str, &str) = (APP, "new room", "new user id");
    const IN_TIME: u64 = 1_700_000_001_000;

    #[test]
    fn signs_like_the_platforms_generators() {
        assert_eq!(vector_a().sign(KEY_A).unwrap(), TOKEN_A);
        assert_eq!(blank("r", "u").sign(KEY_A).unwrap(), TOKEN_B);
        assert_eq!(vector_c().sign("0123456789abcdef0123456789abcdef").unwrap(), TOKEN_C);
    }

    #[test]
    fn signs_the_longest_ids_like_the_platforms_generators() {
        let mut token = blank(&"R".repeat(128), &"U".repeat(128));
        (token.nonce, token.issued_at, token.expire_at) = (u32::MAX, 1, 2);
        token.grant(Privilege::PublishStream, 0);
        token.grant(Privilege::SubscribeStream, 0);
        let text = token.sign("k").unwrap();
        assert_eq!(text.len(), 483);
        let signature: String = AccessToken::parse(&text)
            .unwrap()
            .signature
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(signature, "03ebec8a1dcc44fefbbbddfb675439fc648b5ca941b05c17a52da5ae10aa15ee");
    }

    #[test]
    fn a_token_that_exceeds_the_layout_is_not_signed() {
        let short = AccessToken { app: "app".into(), ..blank("r", "u") };
        assert_eq!(short.sign("key"), Err(TokenError::AppLength));
        assert_eq!(blank(&"r".repeat(65_536), "u").sign("key"), Err(TokenError::TextLength));
    }

    #[test]
    fn parses_its_own_tokens() {
        for (text, token) in [(TOKEN_A, vector_a()), (TOKEN_C, vector_c())] {
            assert_eq!(*AccessToken::parse(text).unwrap().unverified(), token);
        }
    }

    #[test]
    fn accepts_a_valid_token_of_this_app_room_and_user() {
        assert_eq!(check(TOKEN_A, [KEY_A], IDS_A, IN_TIME), Ok(vector_a()));
        assert!(check(TOKEN_B, [KEY_A], (APP, "r", "u"), u64::MAX).is_ok(), "0 never expires");
    }

    #[test]
    fn is_valid_until_the_second_of_its_expiry() {
        assert!(check(TOKEN_A, [KEY_A], IDS_A, 1_700_003_600_000).is_ok());
        let late = check(TOKEN_A, [KEY_A], IDS_A, 1_700_003_600_001);
        assert_eq!(late, Err(TokenError::Expired));
    }

    #[test]
    fn refuses_tokens_of_another_app_room_or_user_and_malformed_ones() {
        let other_app = TOKEN_A.replace("1234567812", "1234567813");
        let truncated = &TOKEN_A[..TOKEN_A.len() - 8];
        let other_version = TOKEN_A.replacen("001", "002", 1);
        let short_app = TOKEN_A.replacen("12345678", "1234567", 1);
        let cases = [
            ("", IDS_A, TokenError::Version),
            ("001", IDS_A, TokenError::Malformed),
            ("001用户用户用户用户用户用户", IDS_A, TokenError::Malformed),
            (other_version.as_str(), IDS_A, TokenError::Version),
            (truncated, IDS_A, TokenError::Malformed),
            (short_app.as_str(), IDS_A, TokenError::Malformed),
            (other_app.as_str(), IDS_A, TokenError::App),
            (TOKEN_A, ("23", IDS_A.1, IDS_A.2), TokenError::App),
            (TOKEN_A, (APP, "new roon", IDS_A.2), TokenError::Room),
            (TOKEN_A, (APP, IDS_A.1, "someone"), TokenError::User),
        ];
        for (token, ids, error) in cases {
            assert_eq!(check(token, [KEY_A], ids, IN_TIME), Err(error), "{token}");
        }
        assert_eq!(check(TOKEN_A, ["other key"], IDS_A, IN_TIME), Err(TokenError::Signature));
    }

    #[test]
    fn accepts_a_token_of_any_of_the_keys() {
        for keys in [[KEY_A, "new key"], ["new key", KEY_A]] {
            assert_eq!(check(TOKEN_A, keys, IDS_A, IN_TIME), Ok(vector_a()));
            assert_eq!(check(TOKEN_A, keys, IDS_A, u64::MAX), Err(TokenError::Expired));
        }
        let others = check(TOKEN_A, ["new key", "newer key"], IDS_A, IN_TIME);
        assert_eq!(others, Err(TokenError::Signature));
        assert_eq!(check(TOKEN_A, [], IDS_A, IN_TIME), Err(TokenError::Signature));
    }

    #[test]
    fn a_flipped_bit_is_detected() {
        let content = Base64::decode_vec(&TOKEN_A[27..]).unwrap();
        for index in 0..content.len() {
            let mut changed = content.clone();
            changed[index] ^= 1;
            let token = [&TOKEN_A[..27], &Base64::encode_string(&changed)].concat();
            assert!(check(&token, [KEY_A], IDS_A, IN_TIME).is_err(), "byte {index}");
        }
    }

    #[test]
    fn publishing_needs_the_privilege_for_its_kind() {
        let end = Some(Some(1_700_003_600_000));
        assert_eq!(vector_a().publishable_until(Sources::AUDIO), end);
        assert_eq!(vector_a().publishable_until(Sources::VIDEO), end);
        assert_eq!(vector_c().publishable_until(Sources::AUDIO), None);
        let mut audio = blank("r", "u");
        audio.grant(Privilege::PublishAudioStream, 0);
        assert_eq!(audio.publishable_until(Sources::AUDIO), Some(None));
        assert_eq!(audio.publishable_until(Sources::VIDEO), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(001)?[0-9]{0,24}[A-Za-z0-9+/=]{0,200}") {
            let _ = check(&text, ["key"], (APP, "r", "u"), 0);
        }

        #[test]
        fn every_token_survives_the_way_out_and_back(
            nonce: u32, expire_at: u32, room in ".{0,64}", user in ".{0,64}",
            privilege in 0u16..5, until: u32,
        ) {
            let mut token = blank(&room, &user);
            (token.nonce, token.expire_at) = (nonce, expire_at);
            token.privileges.push((privilege, until));
            let text = token.sign("key").unwrap();
            assert_eq!(check(&text, ["key"], (APP, &room, &user), 0), Ok(token));
        }
    }
}
