//! Random numbers that need not be secret: for jitter, and for numbers in which two sides should
//! differ.

/// A small pseudo-random generator (xorshift64*). The same seed gives the same numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// A generator with a seed. Any seed is valid.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number below `limit`. 0 if `limit` is 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        let number = u32::try_from(high).unwrap_or(0);
        if limit == 0 { 0 } else { number % limit }
    }
}
