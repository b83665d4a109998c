//! How large the camera video is that a mesh sends, by how busy the browser is.
//!
//! A mesh encodes its video once for every receiver. When many members meet, the browser makes many
//! connections at the same time, and on a slow machine the encoders delay them, and the audio. So audio comes
//! first there. Video begins small, and grows while the browser keeps up. It shrinks when the browser does not.

use crate::time::Instant;

/// The limits of a camera video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// The highest length of the long side, in pixels. 0: audio is sent first.
    pub(super) side: u16,
    /// The highest frame rate, in frames a second.
    pub(super) frame_rate: u8,
}

/// From no video to no limit.
const LIMITS: [Limit; 7] = [
    Limit { side: 0, frame_rate: 5 },
    Limit { side: 128, frame_rate: 5 },
    Limit { side: 160, frame_rate: 12 },
    Limit { side: 240, frame_rate: 12 },
    Limit { side: 320, frame_rate: 15 },
    Limit { side: 480, frame_rate: 15 },
    Limit { side: u16::MAX, frame_rate: u8::MAX },
];
const AUDIO_FIRST: usize = 0;
const SMALLEST: usize = 1;
const SMALL: usize = 2;
const UNLIMITED: usize = LIMITS.len() - 1;
/// With so many receivers or fewer, video begins without a limit.
const FEW: usize = 2;
/// With so many receivers or fewer, video begins together with the audio.
const SOME: usize = 5;
/// Receivers that appear within this time of each other join at once, in milliseconds.
const AT_ONCE: u64 = 3_000;
/// How long audio is sent first at most, in milliseconds.
const MAX_AUDIO_FIRST: u64 = 10_000;
/// How long the browser keeps up until video grows, in milliseconds. It doubles each time that video
/// shrinks, up to the maximum.
const GROWS_AFTER: u64 = 2_000;
const MAX_GROWS_AFTER: u64 = 60_000;
/// How long until video may shrink again, in milliseconds: the browser needs some time to recover.
const SHRINKS_AFTER: u64 = 3_000;

/// What limits the camera video at present.
#[derive(Debug)]
pub(super) struct Pace {
    /// The index of the limit.
    limit: usize,
    receivers: usize,
    /// When the last receiver appeared.
    appeared_at: Option<Instant>,
    /// Until when audio is sent first.
    audio_until: Instant,
    grows_after: u64,
    grow_at: Instant,
    shrunk_at: Option<Instant>,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            limit: UNLIMITED,
            receivers: 0,
            appeared_at: None,
            audio_until: Instant(0),
            grows_after: GROWS_AFTER,
            grow_at: Instant(0),
            shrunk_at: None,
        }
    }

    pub(super) fn limit(&self) -> Limit {
        let [.., unlimited] = LIMITS;
        LIMITS.get(self.limit).copied().unwrap_or(unlimited)
    }

    /// The camera has so many receivers from now on.
    pub(super) fn set_receivers(&mut self, receivers: usize, now: Instant) {
        if receivers > self.receivers {
            let before = self.appeared_at.replace(now);
            let at_once = before.is_none_or(|before| now.since(before) < AT_ONCE);
            if receivers > FEW && (at_once || receivers > self.receivers + FEW) {
                self.begin(if receivers > SOME { AUDIO_FIRST } else { SMALL }, now);
            }
        }
        self.receivers = receivers;
    }

    fn begin(&mut self, limit: usize, now: Instant) {
        if limit < self.limit {
            self.audio_until = now + MAX_AUDIO_FIRST;
            self.limit = limit;
        }
        self.grow_at = now + self.grows_after;
    }

    /// The browser does not keep up. Returns whether the limit has changed.
    pub(super) fn shrink(&mut self, now: Instant) -> bool {
        self.grow_at = self.grow_at.max(now + self.grows_after);
        let recent = self.shrunk_at.is_some_and(|at| now.since(at) < SHRINKS_AFTER);
        let smallest = if self.receivers > SOME { SMALLEST } else { SMALL };
        if recent || self.limit <= smallest || self.receivers <= FEW {
            return false;
        }
        self.limit -= 1;
        self.shrunk_at = Some(now);
        self.grows_after = (self.grows_after * 2).min(MAX_GROWS_AFTER);
        self.grow_at = now + self.grows_after;
        true
    }

    /// Lets video grow if it is time. `ready` is whether all connections are established. Returns whether
    /// the limit has changed.
    pub(super) fn grow(&mut self, ready: bool, now: Instant) -> bool {
        if self.poll_timeout().is_none_or(|at| at > now) {
            return false;
        }
        let grows = ready || self.limit == AUDIO_FIRST && self.audio_until <= now;
        self.limit += usize::from(grows);
        self.grow_at = now + self.grows_after;
        grows
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        match self.limit {
            UNLIMITED => None,
            AUDIO_FIRST => Some(self.grow_at.min(self.audio_until)),
            _ => Some(self.grow_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Instant = Instant(1_000);

    /// So many others have joined, one after the other.
    fn after_calm_joins(others: usize) -> Pace {
        let mut pace = Pace::new();
        for others in 1..=others {
            pace.set_receivers(others, T0 + others as u64 * 10_000);
        }
        pace
    }

    fn side(pace: &Pace) -> u16 {
        pace.limit().side
    }

    #[test]
    fn video_of_a_small_room_has_no_limit() {
        let mut pace = Pace::new();
        pace.set_receivers(1, T0);
        pace.set_receivers(2, T0);
        assert!(!pace.shrink(T0), "two encoders are no reason for a busy browser");
        assert_eq!((side(&pace), pace.poll_timeout()), (u16::MAX, None));
    }

    #[test]
    fn video_begins_small_when_many_meet_and_grows() {
        let mut pace = Pace::new();
        pace.set_receivers(3, T0);
        assert_eq!(side(&pace), 160);
        assert!(!pace.grow(true, T0 + 1_999));
        assert!(!pace.grow(false, T0 + 2_000), "a connection is being established");
        let grown: Vec<_> = (2..=5)
            .map(|step| {
                assert!(pace.grow(true, T0 + step * 2_000));
                side(&pace)
            })
            .collect();
        assert_eq!(grown, [240, 320, 480, u16::MAX]);
        assert_eq!(pace.poll_timeout(), None);
    }

    #[test]
    fn audio_comes_first_where_very_many_meet() {
        let mut pace = Pace::new();
        pace.set_receivers(7, T0);
        assert_eq!(side(&pace), 0);
        assert!(!pace.grow(false, T0 + 2_000));
        assert!(pace.grow(true, T0 + 4_000), "all are connected");
        assert_eq!(side(&pace), 128);
    }

    #[test]
    fn video_does_not_wait_for_a_connection_that_is_never_established() {
        let mut pace = Pace::new();
        pace.set_receivers(7, T0);
        assert!(!pace.shrink(T0 + 9_000), "the browser is busy");
        assert_eq!(pace.poll_timeout(), Some(T0 + 10_000));
        assert!(pace.grow(false, T0 + 10_000));
    }

    #[test]
    fn one_who_joins_a_room_in_which_all_goes_well_changes_nothing() {
        let pace = after_calm_joins(9);
        assert_eq!(side(&pace), u16::MAX);
    }

    #[test]
    fn video_shrinks_while_the_browser_is_busy_and_grows_later_each_time() {
        let mut pace = after_calm_joins(5);
        let mut now = T0 + 100_000;
        assert!(pace.shrink(now));
        assert!(!pace.shrink(now + 1_000), "it has just shrunk");
        assert!(pace.shrink(now + 3_000));
        assert_eq!(side(&pace), 320);
        let waits: Vec<_> = (0..4)
            .map(|_| {
                let at = pace.poll_timeout().unwrap();
                let wait = at.since(now);
                now = at;
                assert!(pace.grow(true, now));
                assert!(pace.shrink(now));
                wait
            })
            .collect();
        assert_eq!(waits, [11_000, 16_000, 32_000, 60_000]);
    }
}
