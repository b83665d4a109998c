//! `tt-rtc-server token`.

use std::hash::{BuildHasher as _, RandomState};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use lexopt::{Arg, Parser, ValueExt as _};
use tt_rtc_room::id::{AppId, RoomId, UserId};
use tt_rtc_room::token::{AccessToken, Privilege};
use tt_rtc_server::Config;

use crate::settings;

const HELP: &str = "\
Signs an AccessToken and prints it. In production, the app's own server does this.

Usage: tt-rtc-server token --app ID --room ROOM --user USER [OPTIONS]

  --app ID         the app id, 24 characters
  --room ROOM      the room id
  --user USER      the user id
  --expires TIME   the lifetime: 90s, 30m, 24h (default), 7d or `never`
  --listen-only    without the privilege to publish
  --key KEY        the app key; default: the one in the configuration
  --config FILE    the configuration of the server; TT_RTC_SERVER_APPS is read, too
";

/// The default lifetime of a token, in seconds. The platform recommends it.
const DAY: u32 = 24 * 60 * 60;

pub(crate) fn run(mut args: Parser) -> Result<ExitCode> {
    let (mut app, mut room, mut user, mut key) = (None, None, None, None);
    let (mut expires, mut listen_only) = (Some(DAY), false);
    let mut sources = settings::Sources::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Arg::Long("app") => app = Some(args.value()?.string()?),
            Arg::Long("room") => room = Some(args.value()?.string()?),
            Arg::Long("user") => user = Some(args.value()?.string()?),
            Arg::Long("key") => key = Some(args.value()?.string()?),
            Arg::Long("expires") => expires = duration(&args.value()?.string()?)?,
            Arg::Long("listen-only") => listen_only = true,
            Arg::Long("config") => {
                sources.take_flag("config", &mut args)?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let app = AppId::new(&app.context("--app is missing")?).context("--app")?;
    let room = RoomId::new(&room.context("--room is missing")?).context("--room")?;
    let user = UserId::new(&user.context("--user is missing")?).context("--user")?;
    let key = match key {
        Some(key) => key,
        None => key_of(&sources.load()?, &app)?,
    };

    let now = u32::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let expire_at = match expires {
        Some(seconds) => now.checked_add(seconds).context("--expires is too far away")?,
        None => 0,
    };
    let mut token = AccessToken {
        app: app.to_string(),
        nonce: u32::try_from(RandomState::new().hash_one(now) >> 32)?,
        issued_at: now,
        expire_at,
        room: room.to_string(),
        user: user.to_string(),
        privileges: Vec::new(),
    };
    token.grant(Privilege::SubscribeStream, expire_at);
    if !listen_only {
        token.grant(Privilege::PublishStream, expire_at);
    }
    println!("{}", token.sign(&key)?);
    Ok(ExitCode::SUCCESS)
}

/// The key of an app in the server's configuration.
pub(crate) fn key_of(config: &Config, app: &AppId) -> Result<String> {
    let key = config.apps.get(app).with_context(|| {
        format!("there is no key for app `{app}`: give --key, --config or TT_RTC_SERVER_APPS")
    })?;
    Ok(key.reveal().to_owned())
}

/// Parses a lifetime in seconds. `None` means no expiry.
fn duration(text: &str) -> Result<Option<u32>> {
    if text == "never" {
        return Ok(None);
    }
    let duration = humantime::parse_duration(text)
        .context("--expires should be like 90s, 30m, 24h, 7d, or `never`")?;
    let seconds = u32::try_from(duration.as_secs()).ok().filter(|seconds| *seconds > 0);
    Ok(Some(seconds.context("--expires is out of range")?))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(duration(text).unwrap(), seconds, "{text}");
        }
        for bad in ["", "s", "0", "1", "1x", "-1s", "0s", "9ms", "99999999d", "9999999999y", "用"]
        {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
