//! `tt-rtc-server token`.

use std::hash::{BuildHasher as _, RandomState};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, anyhow};
use secrecy::{ExposeSecret as _, SecretString};
use tt_rtc_room::id::{AppId, RoomId, UserId};
use tt_rtc_room::token::{AccessToken, Privilege};
use tt_rtc_server::config::AppKeys;

use crate::settings::ConfigFile;

/// Sign an AccessToken and print it
///
/// In production, the app's own server does this.
#[derive(clap::Args)]
pub(crate) struct Token {
    /// The app id, 24 characters
    #[arg(long, value_name = "ID", value_parser = AppId::new)]
    app: AppId,
    /// The room id
    #[arg(long, value_parser = RoomId::new)]
    room: RoomId,
    /// The user id
    #[arg(long, value_parser = UserId::new)]
    user: UserId,
    /// The lifetime: 90s, 30m, 24h, 7d or `never`
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = lifetime)]
    expires: Lifetime,
    /// Without the privilege to publish
    #[arg(long)]
    listen_only: bool,
    #[command(flatten)]
    key: KeySource,
}

/// Where the keys of the app are.
#[derive(clap::Args)]
pub(crate) struct KeySource {
    /// The app key [default: the one in the configuration]
    #[arg(long)]
    key: Option<SecretString>,
    #[command(flatten)]
    config: ConfigFile,
}

impl KeySource {
    /// The keys of an app.
    pub(crate) fn keys_of(self, app: &AppId) -> Result<AppKeys> {
        if let Some(first) = self.key {
            return Ok(AppKeys { first, others: Vec::new() });
        }
        self.config.load()?.apps.remove(app).with_context(|| {
            format!("there is no key for app `{app}`: give --key, --config or TT_RTC_SERVER_APPS")
        })
    }
}

/// The lifetime of a token, in seconds. `None` means no expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lifetime(Option<u32>);

impl Token {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let keys = self.key.keys_of(&self.app)?;
        let now = u32::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
        let expire_at = match self.expires.0 {
            Some(seconds) => now.checked_add(seconds).context("--expires is too far away")?,
            None => 0,
        };
        let mut token = AccessToken {
            app: self.app.to_string(),
            nonce: u32::try_from(RandomState::new().hash_one(now) >> 32)?,
            issued_at: now,
            expire_at,
            room: self.room.to_string(),
            user: self.user.to_string(),
            privileges: Vec::new(),
        };
        token.grant(Privilege::SubscribeStream, expire_at);
        if !self.listen_only {
            token.grant(Privilege::PublishStream, expire_at);
        }
        println!("{}", token.sign(keys.first.expose_secret())?);
        Ok(ExitCode::SUCCESS)
    }
}

fn lifetime(text: &str) -> Result<Lifetime> {
    if text == "never" {
        return Ok(Lifetime(None));
    }
    let duration = humantime::parse_duration(text)
        .map_err(|_| anyhow!("should be like 90s, 30m, 24h, 7d, or `never`"))?;
    let seconds = u32::try_from(duration.as_secs()).ok().filter(|seconds| *seconds > 0);
    Ok(Lifetime(Some(seconds.context("is out of range")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u32 = 24 * 60 * 60;

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, seconds) in [
            ("1s", Some(1)),
            ("30m", Some(1_800)),
            ("24h", Some(DAY)),
            ("7d", Some(7 * DAY)),
            ("1h 30m", Some(5_400)),
            ("1.5h", Some(5_400)),
            ("never", None),
        ] {
            assert_eq!(lifetime(text).unwrap().0, seconds, "{text}");
        }
        for bad in ["", "s", "0", "1", "1x", "-1s", "0s", "9ms", "99999999d", "9999999999y", "用"]
        {
            assert!(lifetime(bad).is_err(), "{bad}");
        }
    }
}
