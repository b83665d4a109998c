//! The two clocks that a hub is told of.

use std::time::{self, Duration, SystemTime, UNIX_EPOCH};

use tt_rtc_room::{Instant, Now};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: time::Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: time::Instant::now() }
    }

    pub(crate) fn now(self) -> Now {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { instant: self.instant(time::Instant::now()), unix: milliseconds(unix) }
    }

    /// A moment as hubs count it.
    pub(crate) fn instant(self, moment: time::Instant) -> Instant {
        Instant(milliseconds(moment.saturating_duration_since(self.start)))
    }

    /// A hub's moment as timers count it.
    pub(crate) fn moment(self, instant: Instant) -> time::Instant {
        let since = Duration::from_millis(instant.0);
        // A moment too far away to be told is as good as an hour: looking too early does no harm.
        self.start
            .checked_add(since)
            .unwrap_or_else(|| time::Instant::now() + Duration::from_secs(3_600))
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
