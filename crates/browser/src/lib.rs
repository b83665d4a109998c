//! Small helpers for a page: JavaScript values, promises, clocks, random numbers, and what the
//! browser refused.

pub mod js;
pub mod random;
pub mod report;
pub mod task;
pub mod time;
