//! One session: a user's stay in a room, and what its token allows.

use super::ConnectionId;
use crate::id::{SessionId, UserId};
use crate::media::Sources;
use crate::protocol::{Granted, Member, Presence};
use crate::time::{Instant, Now, earliest};
use crate::token::AccessToken;

/// How long until the calendar is looked at again, in milliseconds: it may have been set.
const WALL_CLOCK_CHECK: u64 = 60_000;

/// What a token allows; without one, everything for ever.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Permissions {
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

    fn end(self) -> Option<u64> {
        match self {
            Self::Time(end) => Some(end),
            Self::Never | Self::Always => None,
        }
    }
}

impl Permissions {
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
        if self.expires_at.is_none() && self.publish.is_none() {
            return None;
        }
        // When all has ended, or the calendar went back, looking again now and then is enough.
        let mut next = WALL_CLOCK_CHECK;
        let [audio, video] = self.publish.map_or([None; 2], |until| until.map(Until::end));
        for end in [audio, video, self.expires_at].into_iter().flatten() {
            if now.unix <= end {
                next = next.min(end + 1 - now.unix);
            }
        }
        Some(next)
    }
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) user: UserId,
    pub(super) joined_at: u64,
    pub(super) connection: Option<ConnectionId>,
    pub(super) permissions: Permissions,
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
            permissions: Permissions::default(),
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
        let change = self.permissions.next_change(now).map(|wait| now.instant + wait);
        earliest(&[self.leaves_at, change])
    }
}
