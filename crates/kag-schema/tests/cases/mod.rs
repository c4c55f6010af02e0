//! How many cases a law is tried on.

use proptest::test_runner::Config;

/// So many cases, or as many as `PROPTEST_CASES` asks for where it is set.
pub(crate) fn cases(usual: u32) -> Config {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => Config::default(),
        None => Config { cases: usual, ..Config::default() },
    }
}
