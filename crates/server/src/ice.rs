//! STUN and TURN servers for a session.
//!
//! TURN credentials follow draft-uberti-behave-turn-rest-00, which coturn implements as
//! `use-auth-secret`: the user name is `EXPIRY:USER`, with the expiry as Unix time in seconds, and the
//! password is base64(HMAC-SHA1(secret, user name)). The TURN server needs no list of users, and
//! credentials expire.

use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha1::Sha1;
use tt_rtc_room::id::UserId;
use tt_rtc_room::protocol::IceServer;

use crate::config::IceConfig;

impl IceConfig {
    /// The servers for `user`, with credentials that are issued at `unix` (milliseconds). TURN servers
    /// are among them if `turn` is true.
    pub(crate) fn servers(&self, user: &UserId, turn: bool, unix: u64) -> Vec<IceServer> {
        let mut servers = Vec::new();
        if !self.stun.is_empty() {
            servers.push(IceServer { urls: self.stun.clone(), username: None, credential: None });
        }
        if turn && !self.turn.is_empty() {
            let credentials = self.turn_secret.as_ref().and_then(|secret| {
                let expiry = (unix / 1000).saturating_add(self.turn_lifetime);
                let username = format!("{expiry}:{user}");
                Some((password(secret.expose_secret(), &username)?, username))
            });
            let (credential, username) = credentials.unzip();
            servers.push(IceServer { urls: self.turn.clone(), username, credential });
        }
        servers
    }

    /// The time from issuing credentials to issuing new ones: half of their lifetime. An allocation
    /// thus starts with credentials that are valid for at least the other half. `None` without
    /// credentials.
    pub(crate) fn renewal(&self) -> Option<Duration> {
        let ends = !self.turn.is_empty() && self.turn_secret.is_some();
        ends.then(|| Duration::from_millis(self.turn_lifetime.saturating_mul(500)))
    }
}

fn password(secret: &str, username: &str) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(username.as_bytes());
    Some(Base64::encode_string(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> IceConfig {
        IceConfig {
            stun: vec!["stun:stun.example.org".into()],
            turn: vec!["turn:turn.example.org".into(), "turns:turn.example.org".into()],
            turn_secret: Some("north".into()),
            turn_lifetime: 3_600,
            turn_for_open_apps: false,
        }
    }

    #[test]
    fn credentials_are_those_that_coturn_expects() {
        let user = UserId::new("ann").unwrap();
        let servers = config().servers(&user, true, 1_700_000_000_123);
        assert_eq!(servers[0].urls, ["stun:stun.example.org"]);
        assert_eq!(servers[0].username, None);
        assert_eq!(servers[1].username.as_deref(), Some("1700003600:ann"));
        // printf %s 1700003600:ann | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(servers[1].credential.as_deref(), Some("TwqKCcbzejRFa1sgGqGS7SEzCGg="));
    }

    #[test]
    fn without_turn_there_is_no_credential() {
        let user = UserId::new("ann").unwrap();
        let servers = config().servers(&user, false, 0);
        assert_eq!(servers.len(), 1);
        assert_eq!(servers[0].urls, ["stun:stun.example.org"]);
    }

    #[test]
    fn credentials_are_renewed_after_half_of_their_lifetime() {
        assert_eq!(config().renewal(), Some(Duration::from_secs(1_800)));
        let without_secret = IceConfig { turn_secret: None, ..config() };
        assert_eq!(without_secret.renewal(), None);
    }
}
