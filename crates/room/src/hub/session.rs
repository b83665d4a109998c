//! One session: a user's stay in a room, and the permissions of its token.

use super::ConnectionId;
use crate::id::{SessionId, UserId};
use crate::media::Sources;
use crate::protocol::{Granted, Member, Presence};
use crate::time::{Instant, Now, earliest};
use crate::token::AccessToken;

/// The longest time between two checks of the wall clock, in milliseconds. An operator may set the
/// wall clock, so the end of a token is not a fixed time from now.
const WALL_CLOCK_CHECK: u64 = 60_000;

/// What a session may publish, and until when. The default, for apps without a key, is everything
/// without end.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Permissions {
    /// When the token expires, in Unix milliseconds. `None` if it does not.
    expires_at: Option<u64>,
    /// Until when audio and video may be published. `None` without a token.
    publish: Option<[Until; 2]>,
    /// Until when the session may subscribe. `None` without a token.
    subscribe: Option<Until>,
}

/// The end of a privilege, in Unix milliseconds.
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
    /// The permissions of a verified token.
    pub(super) fn of(token: AccessToken) -> Self {
        let until = |granted| match granted {
            None => Until::Never,
            Some(None) => Until::Always,
            Some(Some(end)) => Until::Time(end),
        };
        let publish = |sources: Sources| until(token.publishable_until(sources));
        Self {
            expires_at: token.expires(),
            publish: Some([publish(Sources::AUDIO), publish(Sources::VIDEO)]),
            subscribe: Some(until(token.subscribable_until())),
        }
    }

    /// The same without the limits of privileges.
    pub(super) fn without_privileges(self) -> Self {
        Self { publish: None, subscribe: None, ..self }
    }

    /// [`Granted::allowed`] and [`Granted::no_subscribe`] at a Unix time in milliseconds.
    pub(super) fn at(&self, unix: u64) -> (Sources, bool) {
        let subscribes = self.subscribe.is_none_or(|until| until.includes(unix));
        (self.allowed(unix), !subscribes)
    }

    /// The sources that may be published at a Unix time in milliseconds.
    fn allowed(&self, unix: u64) -> Sources {
        let Some([audio, video]) = self.publish else { return Sources::ALL };
        Sources::NONE
            .with_all(Sources::AUDIO, audio.includes(unix))
            .with_all(Sources::VIDEO, video.includes(unix))
    }

    /// Milliseconds until the token expires. 0 when it has expired, `None` when it never expires.
    pub(super) fn expires_in(&self, now: Now) -> Option<u64> {
        // The token is still valid at the time of its expiry itself.
        self.expires_at.map(|at| (at + 1).saturating_sub(now.unix))
    }

    /// Milliseconds until the token or a privilege ends, but at most [`WALL_CLOCK_CHECK`]. `None`
    /// without a token.
    fn next_change(&self, now: Now) -> Option<u64> {
        if self.expires_at.is_none() && self.publish.is_none() {
            return None;
        }
        // What has ended already may be valid again after the wall clock was set back.
        let mut next = WALL_CLOCK_CHECK;
        let [audio, video] = self.publish.map_or([None; 2], |until| until.map(Until::end));
        let subscribe = self.subscribe.and_then(Until::end);
        for end in [audio, video, subscribe, self.expires_at].into_iter().flatten() {
            if now.unix <= end {
                next = next.min(end + 1 - now.unix);
            }
        }
        Some(next)
    }
}

/// One user's stay in one room.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) user: UserId,
    /// The join time, in Unix milliseconds.
    pub(super) joined_at: u64,
    /// The open connection, if there is one. The hub keeps it equal to its table of connections.
    pub(super) connection: Option<ConnectionId>,
    /// The permissions of the last valid token.
    pub(super) permissions: Permissions,
    /// The last presence that the participant asked for. `Room::grant` sets it, as it does
    /// [`Session::granted`].
    pub(super) presence: Presence,
    /// The part of [`Session::presence`] that was granted.
    pub(super) granted: Granted,
    /// When the session ends because it has no connection. `None` while it has one.
    pub(super) leaves_at: Option<Instant>,
    /// The deadline in the hub's table. Only `Hub::schedule` and `Hub::check_deadline` change it.
    pub(super) deadline: Option<Instant>,
}

impl Session {
    /// A new session without permissions, presence or connection. The hub sets them right after.
    pub(super) fn new(user: UserId, joined_at: u64) -> Self {
        Self {
            user,
            joined_at,
            connection: None,
            permissions: Permissions::default(),
            presence: Presence { revision: 0, visible: false, sources: Sources::NONE },
            granted: Granted {
                revision: 0,
                visible: false,
                sources: Sources::NONE,
                allowed: Sources::ALL,
                no_subscribe: false,
                refused: None,
            },
            leaves_at: None,
            deadline: None,
        }
    }

    /// The session as a member in the lists of others.
    pub(super) fn member(&self, id: SessionId) -> Member {
        Member {
            session: id,
            user: self.user.clone(),
            joined_at: self.joined_at,
            visible: self.granted.visible,
            sources: self.granted.sources,
            allowed: self.granted.allowed,
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
