//! Douyin mini-program call pages in any browser.
