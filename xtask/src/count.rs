//! Counting tests: what each runner says about its own run, added up.

use std::fmt;
use std::ops::AddAssign;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Count {
    /// One check that is not a test of a runner: lints, the type checker.
    pub(crate) fn check(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into(), skipped: 0 }
    }

    /// Adds what `line` says, where it is a summary of libtest or of wasm-bindgen-test:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`
    pub(crate) fn read_rust(&mut self, line: &str) {
        let Some(summary) = line.trim_start().strip_prefix("test result: ") else {
            return;
        };
        let counts = summary.split_once(". ").map_or(summary, |(_verdict, counts)| counts);
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse), words.next())
            else {
                continue;
            };
            self.add(what, number);
        }
    }

    /// Adds what `line` says, where it belongs to the summary of node's spec reporter: `ℹ pass 3`
    pub(crate) fn read_node(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        if words.next() != Some("ℹ") {
            return;
        }
        if let (Some(what), Some(Ok(number)), None) =
            (words.next(), words.next().map(str::parse), words.next())
        {
            self.add(what, number);
        }
    }

    fn add(&mut self, what: &str, number: u64) {
        match what {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    fn rust(lines: &str) -> String {
        let mut count = Count::default();
        lines.lines().for_each(|line| count.read_rust(line));
        count.to_string()
    }

    fn node(lines: &str) -> String {
        let mut count = Count::default();
        lines.lines().for_each(|line| count.read_node(line));
        count.to_string()
    }

    #[test]
    fn summaries_of_several_rust_test_binaries_add_up() {
        let lines = "\
running 2 tests
test passed ... ok
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 9 filtered out; finished in 1.2s";
        assert_eq!(rust(lines), "5 passed, 4 failed, 1 skipped");
    }

    #[test]
    fn the_browser_runners_summary_may_be_shorter() {
        let line = "test result: ok. 7 passed; 0 failed; 2 ignored; 0 filtered out";
        assert_eq!(rust(line), "7 passed, 0 failed, 2 skipped");
    }

    #[test]
    fn cancelled_tests_count_as_failed_and_todo_as_skipped() {
        let lines = "\
ℹ tests 9
ℹ suites 1
ℹ pass 3
ℹ fail 1
ℹ cancelled 2
ℹ skipped 2
ℹ todo 1
ℹ duration_ms 120.5";
        assert_eq!(node(lines), "3 passed, 3 failed, 3 skipped");
    }

    #[test]
    fn what_a_test_prints_is_not_a_summary() {
        assert_eq!(node("pass 3\nℹ pass the salt 3"), "0 passed, 0 failed, 0 skipped");
        assert_eq!(rust("the test result: ok. 3 passed"), "0 passed, 0 failed, 0 skipped");
    }
}
