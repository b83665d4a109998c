//! `tt-rtc-server check-token`.

use std::io;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use tt_rtc_room::id::AppId;
use tt_rtc_room::token::{self, AccessToken, Privilege, TokenError};

use crate::token::KeySource;

/// Print what a token allows, and whether a server with these keys accepts it; if not, why not
///
/// The exit code is 0 if the server accepts it.
#[derive(clap::Args)]
pub(crate) struct CheckToken {
    /// The token. With `-` it is read from the standard input, which lists of processes do not show
    token: String,
    /// Check that the token is for this room [default: any room]
    #[arg(long)]
    room: Option<String>,
    /// Check that the token is for this user [default: any user]
    #[arg(long)]
    user: Option<String>,
    #[command(flatten)]
    key: KeySource,
}

impl CheckToken {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut text = self.token;
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
        let app = AppId::new(&claims.app).context("the app id of the token")?;
        let keys = self.key.keys_of(&app)?;
        let ids = (
            app.as_str(),
            self.room.as_deref().unwrap_or(&claims.room),
            self.user.as_deref().unwrap_or(&claims.user),
        );
        match token::check(text, keys.expose_secrets(), ids, now) {
            Ok(_) => {
                println!("valid");
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => Ok(verdict(error)),
        }
    }
}

fn verdict(error: TokenError) -> ExitCode {
    println!("refused: {error}");
    ExitCode::FAILURE
}

/// The content of a token as text. The content may be forged.
fn describe(token: &AccessToken, now: u64) -> String {
    let now = now / 1000;
    let until = |expire_at: u32| match expire_at {
        0 => "for ever".to_owned(),
        _ => format!("until {}", moment(expire_at.into(), now)),
    };
    let mut text = format!(
        "app     {}\nroom    {:?}\nuser    {:?}\nissued  {}\ngood    {}\n",
        token.app,
        token.room,
        token.user,
        moment(token.issued_at.into(), now),
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

/// A time in UTC and its distance from now. Both arguments are in Unix seconds.
fn moment(at: u64, now: u64) -> String {
    let time = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(at));
    let time = time.to_string().replace('T', " ").replace('Z', " UTC");
    match at.checked_sub(now) {
        Some(left) => format!("{time}, in {}", rough(left)),
        None => format!("{time}, {} ago", rough(now - at)),
    }
}

/// A duration in the largest unit of which it has at least two.
fn rough(seconds: u64) -> String {
    let units = [("days", 86_400), ("hours", 3_600), ("minutes", 60)];
    match units.into_iter().find(|(_, length)| seconds >= 2 * length) {
        Some((unit, length)) => format!("{} {unit}", seconds / length),
        None if seconds == 1 => "1 second".to_owned(),
        None => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUED_AT: u32 = 1_700_000_000;

    fn token() -> AccessToken {
        AccessToken {
            app: "0123456789abcdef01234567".into(),
            nonce: 1,
            issued_at: ISSUED_AT,
            expire_at: ISSUED_AT + 24 * 3_600,
            room: "call_1".into(),
            user: "ann".into(),
            privileges: Vec::new(),
        }
    }

    #[test]
    fn a_token_is_described_in_words() {
        let mut token = AccessToken { room: "a\nroom".into(), ..token() };
        token.privileges.push((9, 0));
        token.grant(Privilege::PublishAudioStream, ISSUED_AT - 10);
        let text = describe(&token, 1_700_000_000_000);
        assert!(text.contains("issued  2023-11-14 22:13:20 UTC, in 0 seconds\n"), "{text}");
        assert!(text.contains("good    until 2023-11-15 22:13:20 UTC, in 24 hours\n"), "{text}");
        let over = "publish audio until 2023-11-14 22:13:10 UTC, 10 seconds ago\n";
        assert!(text.contains(over), "{text}");
        assert!(text.contains("privilege 9 for ever\n"), "{text}");
        assert!(text.contains(r#"room    "a\nroom""#), "no line of its own making: {text}");
    }

    #[test]
    fn the_example_of_the_page_is_what_is_printed() {
        let mut token = token();
        token.grant(Privilege::SubscribeStream, token.expire_at);
        token.grant(Privilege::PublishStream, token.expire_at);
        let text = describe(&token, (u64::from(ISSUED_AT) + 3 * 3_600) * 1_000);
        let page = include_str!("../../../../../docs/server.md");
        assert!(page.contains(&format!("```\n{text}valid\n```")), "not on the page:\n{text}");
    }

    #[test]
    fn any_number_of_a_token_is_a_moment() {
        assert_eq!(moment(0, 60), "1970-01-01 00:00:00 UTC, 60 seconds ago");
        assert_eq!(moment(u32::MAX.into(), 0), "2106-02-07 06:28:15 UTC, in 49710 days");
    }

    #[test]
    fn a_duration_is_told_in_its_largest_unit() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (7_199, "119 minutes"),
            (7_200, "2 hours"),
            (172_799, "47 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(rough(seconds), text);
        }
    }
}
