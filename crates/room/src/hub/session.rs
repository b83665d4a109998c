//! One session: a user's stay in a room, and what its token allows.

use super::ConnectionId;
use crate::id::{SessionId, UserId};
use crate::media::Sources;
use crate::protocol::{Granted, Member, Presence};
use crate::time::{Instant, Now};
use crate::token::AccessToken;

/// How long until the calendar is looked at again, in milliseconds: it may have been set.
const CALENDAR_CHECK: u64 = 60_000;

/// What a token allows; without one, everything for ever.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Grant {
    /// Unix milliseconds.
    expires_at: Option<u64>,
    /// Until when sound and pictures may be published, in Unix milliseconds; absent without a
    /// token.
    publish: Option<[Until; 2]>,
}

/// Until when something may be done.
#[derive(Debug, Clone, Copy)]
enum Until {
    Never,
    Time(u64),
    Always,
}

impl Until {
    fn includes(self, unix: u64) -> bool {
        match self {
            Self::Never => false,
            Self::Time(end) => unix <= end,
            Self::Always => true,
        }
    }
}

impl Grant {
    /// What a verified token allows.
    pub(super) fn of(token: AccessToken) -> Self {
        let until = |sources: Sources| match token.publishable_until(sources) {
            None => Until::Never,
            Some(None) => Until::Always,
            Some(Some(end)) => Until::Time(end),
        };
        Self {
            expires_at: token.expires(),
            publish: Some([until(Sources::AUDIO), until(Sources::VIDEO)]),
        }
    }

    /// What may be published at this Unix time in milliseconds.
    pub(super) fn allowed(&self, unix: u64) -> Sources {
        let Some([audio, video]) = self.publish else { return Sources::ALL };
        Sources::NONE
            .with_all(Sources::AUDIO, audio.includes(unix))
            .with_all(Sources::VIDEO, video.includes(unix))
    }

    /// Milliseconds until the token expires; 0 once it has.
    pub(super) fn expires_in(&self, now: Now) -> Option<u64> {
        // The second of the expiry itself is in time.
        self.expires_at.map(|at| (at + 1).saturating_sub(now.unix))
    }

    /// Milliseconds until something of this ends.
    fn next_change(&self, now: Now) -> Option<u64> {
        let ends = self.publish.into_iter().flatten().filter_map(|until| match until {
            Until::Time(end) => Some(end),
            Until::Never | Until::Always => None,
        });
        let next = ends
            .chain(self.expires_at)
            .filter(|end| now.unix <= *end)
            .map(|end| end + 1 - now.unix)
            .min();
        // When all has ended, or the calendar went back, looking again now and then is enough.
        let any = self.expires_at.is_some() || self.publish.is_some();
        any.then(|| next.unwrap_or(CALENDAR_CHECK).min(CALENDAR_CHECK))
    }
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) user: UserId,
    pub(super) joined_at: u64,
    pub(super) connection: Option<ConnectionId>,
    pub(super) grant: Grant,
    /// What it asked for.
    pub(super) presence: Presence,
    /// What it was granted of it.
    pub(super) granted: Granted,
    /// When it is taken for gone: set while it has no connection.
    pub(super) leaves_at: Option<Instant>,
    /// Where it stands in the hub's table of deadlines.
    pub(super) deadline: Option<Instant>,
}

impl Session {
    /// A session of which nothing is known yet but that it is there.
    pub(super) fn new(user: UserId, joined_at: u64, connection: ConnectionId) -> Self {
        Self {
            user,
            joined_at,
            connection: Some(connection),
            grant: Grant::default(),
            presence: Presence { revision: 0, visible: false, sources: Sources::NONE },
            granted: Granted {
                revision: 0,
                visible: false,
                sources: Sources::NONE,
                allowed: Sources::ALL,
                refused: None,
            },
            leaves_at: None,
            deadline: None,
        }
    }

    /// The session as others see it.
    pub(super) fn member(&self, id: SessionId) -> Member {
        Member {
            session: id,
            user: self.user.clone(),
            joined_at: self.joined_at,
            visible: self.granted.visible,
            sources: self.granted.sources,
        }
    }

    pub(super) fn publishes(&self) -> bool {
        !self.granted.sources.is_empty()
    }

    pub(super) fn next_deadline(&self, now: Now) -> Option<Instant> {
        let change = self.grant.next_change(now).map(|wait| now.instant + wait);
        self.leaves_at.into_iter().chain(change).min()
    }
}
