//! When a room tells its members who joined, changed and left.
//!
//! A change costs one message to every member that knows the session. In a room of thousands, one
//! member that changes again and again would cost the server thousands of times what it sends. So a
//! room announces changes at once only while it has sent little. Otherwise they wait, and then each
//! member gets one message with the last state of all sessions that changed.

use litemap::LiteMap;

use crate::id::SessionId;
use crate::time::Instant;

/// How many entries of members a room may send, per millisecond in the long run. With 4,000 members
/// that is a change every half second.
const ENTRIES_PER_MS: u64 = 8;
/// How many entries a room may have sent lately for the next change to be announced at once. Rooms
/// of up to 50 members exceed it by 16 changes at the same moment.
const BURST: u64 = 800;
/// The longest time that a change waits, in milliseconds.
const MAX_WAIT: u64 = 2_000;

/// What happened to a session since the last announcement.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Change {
    /// Whether it was visible at some time.
    pub(super) was_visible: bool,
    /// Whether it became visible or invisible.
    pub(super) toggled: bool,
}

/// The changes in a room that its members do not know yet.
#[derive(Debug, Default)]
pub(super) struct Announcements {
    waiting: LiteMap<SessionId, Change>,
    /// When they are announced. `None` if nothing waits.
    pub(super) due: Option<Instant>,
    /// The entries sent lately: each one counts less and less, at [`ENTRIES_PER_MS`].
    sent: u64,
    /// The time of the last change of [`Announcements::sent`].
    counted_at: Instant,
}

impl Announcements {
    /// A session changed. `visible` is whether it was visible before, if it was in the room, and
    /// whether it is now, if it is still in the room.
    pub(super) fn add(&mut self, id: SessionId, visible: [Option<bool>; 2]) {
        let change = self.waiting.entry(id).or_default();
        let [before, after] = visible;
        change.was_visible |= visible.contains(&Some(true));
        change.toggled |= before.is_some() && after.is_some() && before != after;
    }

    /// Whether the members do not know the last state of a session.
    pub(super) fn contains(&self, id: SessionId) -> bool {
        self.waiting.contains_key(&id)
    }

    /// Sets when the changes are to be announced: now, or when the room has sent little enough.
    /// Returns `None` if that was set before.
    pub(super) fn schedule(&mut self, now: Instant) -> Option<Instant> {
        if self.due.is_some() {
            return None;
        }
        self.due = Some(now + self.sent_lately(now).saturating_sub(BURST).div_ceil(ENTRIES_PER_MS));
        self.due
    }

    /// Takes all changes.
    pub(super) fn take(&mut self) -> LiteMap<SessionId, Change> {
        self.due = None;
        std::mem::take(&mut self.waiting)
    }

    /// Counts what an announcement has sent.
    pub(super) fn count(&mut self, entries: usize, now: Instant) {
        let sent = self.sent_lately(now).saturating_add(entries as u64);
        self.sent = sent.min(BURST + MAX_WAIT * ENTRIES_PER_MS);
        self.counted_at = now;
    }

    fn sent_lately(&self, now: Instant) -> u64 {
        self.sent.saturating_sub(now.since(self.counted_at).saturating_mul(ENTRIES_PER_MS))
    }
}
