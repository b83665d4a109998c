//! A rate limit: the token bucket algorithm.

use std::time::Instant;

/// A token bucket. It fills at a rate up to a burst, and each event takes tokens from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    /// Tokens per second.
    rate: f64,
    /// The capacity.
    burst: f64,
    /// The tokens at `filled_at`.
    level: f64,
    filled_at: Instant,
}

impl Bucket {
    /// A full bucket. `rate` is per second.
    pub(crate) fn new(rate: u32, burst: u32, now: Instant) -> Self {
        let (rate, burst) = (f64::from(rate), f64::from(burst));
        Self { rate, burst, level: burst, filled_at: now }
    }

    /// Takes `amount` tokens. Returns false, and takes none, if there are fewer.
    pub(crate) fn take(&mut self, amount: f64, now: Instant) -> bool {
        let seconds = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.level = self.rate.mul_add(seconds, self.level).min(self.burst);
        self.filled_at = now;
        let enough = self.level >= amount;
        if enough {
            self.level -= amount;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn lets_a_burst_pass_and_then_what_the_rate_allows() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 30, start);
        let count = |bucket: &mut Bucket, at| (0..100).filter(|_| bucket.take(1.0, at)).count();
        assert_eq!(count(&mut bucket, start), 30);
        assert_eq!(count(&mut bucket, start + Duration::from_secs(1)), 10);
        assert_eq!(count(&mut bucket, start + Duration::from_secs(60)), 30, "no more than a burst");
    }
}
