//! The clocks of the server: a monotonic clock and the wall clock.

use std::time::{self, Duration, SystemTime, UNIX_EPOCH};

use tt_rtc_room::{Instant, Now};

/// The clocks that hubs get their time from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// The origin of [`Instant`].
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

    /// Converts a time of the monotonic clock to a time of the hubs.
    pub(crate) fn instant(self, moment: time::Instant) -> Instant {
        Instant(milliseconds(moment.saturating_duration_since(self.start)))
    }

    /// Converts a time of the hubs to a time of the monotonic clock.
    pub(crate) fn moment(self, instant: Instant) -> time::Instant {
        let since = Duration::from_millis(instant.0);
        // A time that cannot be represented becomes one hour from now. Hubs ignore a timer that fires
        // too early.
        self.start
            .checked_add(since)
            .unwrap_or_else(|| time::Instant::now() + Duration::from_secs(3_600))
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
