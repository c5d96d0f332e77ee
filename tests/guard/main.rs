//! What holds of a guard whatever happens to it: property tests over its public face.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::needless_pass_by_value,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may fail where it stands"
)]

mod audit;
mod commands;
mod day;
mod defer_until;
mod flat;
mod model;
mod policies;
mod reference;
mod restart;
mod week;

/// As many cases as a property is tried with: all of them, or as many as `PROPTEST_CASES` says.
fn cases(all: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    proptest::test_runner::Config {
        max_shrink_iters: 20_000,
        // As many cases succeed as are asked for, however many do not come to what a property is about.
        max_global_rejects: 100_000,
        ..proptest::test_runner::Config::with_cases(asked.unwrap_or(all))
    }
}
