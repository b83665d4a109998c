//! `tt-rtc-server check-token`.

use std::io;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, anyhow};
use lexopt::{Arg, Parser, ValueExt as _};
use tt_rtc_room::id::AppId;
use tt_rtc_room::token::{self, AccessToken, Privilege, TokenError};

use crate::settings;
use crate::token::key_of;

const HELP: &str = "\
Says what a token allows and whether a server with these keys would take it; if not, why not.
Ends with 0 if it would.

Usage: tt-rtc-server check-token TOKEN|- [OPTIONS]

  --room ROOM      whether it is for this room; otherwise that does not matter
  --user USER      whether it is for this user; otherwise that does not matter
  --key KEY        the app key; otherwise that of the configuration
  --config FILE    the configuration of the server; TT_RTC_SERVER_APPS is looked at, too

With - the token is read from the standard input, where no list of processes shows it.
";

pub(crate) fn run(mut args: Parser) -> Result<ExitCode> {
    let (mut text, mut room, mut user, mut key) = (None, None, None, None);
    let mut sources = settings::Sources::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Arg::Value(value) if text.is_none() => text = Some(value.string()?),
            Arg::Long("room") => room = Some(args.value()?.string()?),
            Arg::Long("user") => user = Some(args.value()?.string()?),
            Arg::Long("key") => key = Some(args.value()?.string()?),
            Arg::Long("config") => {
                sources.take_flag("config", &mut args)?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let mut text = text.context("which token?")?;
    if text == "-" {
        text.clear();
        io::stdin().read_line(&mut text)?;
    }
    let text = text.trim();
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;

    let claims = match AccessToken::parse(text) {
        Ok(signed) => signed.unverified().clone(),
        Err(error) => return Ok(verdict(error)),
    };
    print!("{}", describe(&claims, now));
    let app = AppId::new(&claims.app).map_err(|error| anyhow!("the app id {}", error.reason()))?;
    let key = match key {
        Some(key) => key,
        None => key_of(&sources.load()?, &app)?,
    };
    let ids = (
        app.as_str(),
        room.as_deref().unwrap_or(&claims.room),
        user.as_deref().unwrap_or(&claims.user),
    );
    match token::check(text, &key, ids, now) {
        Ok(_) => {
            println!("valid");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Ok(verdict(error)),
    }
}

fn verdict(error: TokenError) -> ExitCode {
    println!("refused: {}", error.reason());
    ExitCode::FAILURE
}

/// What a token says of itself, true or not.
fn describe(token: &AccessToken, now: u64) -> String {
    let until = |expire_at: u32| match (u64::from(expire_at) * 1000).checked_sub(now) {
        _ if expire_at == 0 => "for ever".to_owned(),
        Some(left) => format!("until {expire_at}, for another {}", rough(left / 1000)),
        None => {
            let over = now / 1000 - u64::from(expire_at);
            format!("until {expire_at}, which was {} ago", rough(over))
        }
    };
    let mut text = format!(
        "app     {}\nroom    {:?}\nuser    {:?}\nissued  {}\ngood    {}\n",
        token.app,
        token.room,
        token.user,
        token.issued_at,
        until(token.expire_at),
    );
    for (number, expire_at) in &token.privileges {
        let name = match *number {
            it if it == Privilege::PublishStream as u16 => "publish".to_owned(),
            it if it == Privilege::PublishAudioStream as u16 => "publish audio".to_owned(),
            it if it == Privilege::PublishVideoStream as u16 => "publish video".to_owned(),
            it if it == Privilege::PublishDataStream as u16 => "publish data".to_owned(),
            it if it == Privilege::SubscribeStream as u16 => "subscribe".to_owned(),
            other => format!("privilege {other}"),
        };
        text.push_str(&format!("may     {name} {}\n", until(*expire_at)));
    }
    text
}

/// A duration in its largest unit.
fn rough(seconds: u64) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60)];
    let unit = units.into_iter().find(|(_, length)| seconds >= 2 * length);
    unit.map_or_else(
        || format!("{seconds}s"),
        |(name, length)| format!("{}{name}", seconds / length),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_described_in_words() {
        let mut token = AccessToken {
            app: "123456781234567812345678".into(),
            nonce: 1,
            issued_at: 1_700_000_000,
            expire_at: 1_700_000_000 + 3 * 3_600,
            room: "a\nroom".into(),
            user: "ann".into(),
            privileges: vec![(9, 0)],
        };
        token.grant(Privilege::PublishAudioStream, 1_699_999_990);
        let text = describe(&token, 1_700_000_000_000);
        assert!(text.contains("good    until 1700010800, for another 3h"), "{text}");
        assert!(text.contains("publish audio until 1699999990, which was 10s ago"), "{text}");
        assert!(text.contains("privilege 9 for ever"), "{text}");
        assert!(text.contains(r#"room    "a\nroom""#), "no line of its own making: {text}");
    }
}
