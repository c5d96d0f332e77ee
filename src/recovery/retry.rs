//! When is the next try? (Contract 2.8.)

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::retry_after::RetryAfter;
use super::taxonomy::{ErrorCategory, is_retryable, max_retries};
use crate::call::Context;
use crate::error::Result;
use crate::number::Count;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::time::{self, Timestamp};
use crate::value::Value;

/// The first retry comes after 30 seconds; each further one after twice the time of the one before.
const BASE_MICROS: u64 = 30_000_000;

words! {
    /// Why a retry comes when it comes, or does not come.
    RetryReason {
        /// It comes after the time that doubles with each attempt.
        Backoff = "backoff",
        /// It comes when the server asked for it, which is later.
        RetryAfter = "retry_after",
        /// It does not come: another try would fail alike.
        NotRetryable = "not_retryable",
        /// It does not come: there were enough.
        RetriesExhausted = "retries_exhausted",
    }
}

/// When the next try may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RetryPlan {
    /// From this instant on; `None` for never.
    pub retry_at: Option<Timestamp>,
    /// Why.
    pub reason: RetryReason,
}

/// When a failed call may be tried again: after the `attempt`-th failure (from 1) in 30, 60, then 120 seconds, and not
/// after a fourth.
///
/// With a `seed` anywhere from at once to that time ("full jitter"), always the same for the same seed and attempt;
/// many callers with seeds of their own do not come back all at once. Never before `retry_after`.
///
/// ```
/// use agent_interlock::{Count, ErrorCategory, RetryReason, Timestamp, plan_retry};
/// let now: Timestamp = "2026-05-18T10:00:00Z".parse().unwrap();
/// let second = plan_retry(ErrorCategory::Transient, Count::new(2).unwrap(), now, None, None);
/// assert_eq!(second.retry_at.unwrap().to_string(), "2026-05-18T10:01:00Z");
/// let fourth = plan_retry(ErrorCategory::Transient, Count::new(4).unwrap(), now, None, None);
/// assert_eq!((fourth.retry_at, fourth.reason), (None, RetryReason::RetriesExhausted));
/// ```
pub fn plan_retry(
    category: ErrorCategory,
    attempt: Count,
    now: Timestamp,
    retry_after: Option<RetryAfter>,
    seed: Option<&str>,
) -> RetryPlan {
    if !is_retryable(category) {
        return RetryPlan { retry_at: None, reason: RetryReason::NotRetryable };
    }
    let Some(longest) = longest_backoff(attempt) else {
        return RetryPlan { retry_at: None, reason: RetryReason::RetriesExhausted };
    };
    let micros = seed.map_or(longest, |seed| jittered(longest, seed, attempt));
    let backoff = now.saturating_add_micros(micros.cast_signed());
    match retry_after.map(|retry_after| retry_after.due(now)).filter(|asked| *asked > backoff) {
        Some(asked) => RetryPlan { retry_at: Some(asked), reason: RetryReason::RetryAfter },
        None => RetryPlan { retry_at: Some(backoff), reason: RetryReason::Backoff },
    }
}

/// In microseconds; `None` after the last retry. An attempt 0 has not failed yet: it waits as the first.
fn longest_backoff(attempt: Count) -> Option<u64> {
    let doublings = (0..u64::from(max_retries())).find(|doublings| attempt.get() <= doublings + 1)?;
    Some(BASE_MICROS << doublings)
}

/// Uniform from 0 to `longest`, both included, from the seed's digest.
fn jittered(longest: u64, seed: &str, attempt: Count) -> u64 {
    // The attempt's digits end at the first colon, so no two pairs have the same text.
    let digest = Sha256::digest(format!("{}:{seed}", attempt.get()));
    let random = digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    ((u128::from(random) * (u128::from(longest) + 1)) >> 64) as u64
}

fn read_seed(value: &Value, place: &Place<'_>) -> Result<String> {
    const LARGEST: f64 = 9_007_199_254_740_991.0;
    match value {
        Value::Text(seed) => Ok(seed.clone()),
        Value::Number(seed) if seed.fract() == 0.0 && seed.abs() <= LARGEST => Ok(seed.to_string()),
        other => Err(place.expected("a string or a whole number", other)),
    }
}

/// `planRetry({category, attempt, now, retryAfter?, seed?})`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape =
        Shape::strict(&[field("category"), field("attempt"), field("now"), field("retryAfter"), field("seed")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let category = fields.required("category", read::word)?;
    let attempt = fields.required("attempt", read::positive_count)?;
    let now = fields.required("now", time::instant)?;
    let retry_after = fields.optional("retryAfter", RetryAfter::read)?;
    let seed = fields.optional("seed", read_seed)?;
    crate::json::text(&plan_retry(category, attempt, now, retry_after, seed.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::MIN;

    fn seconds(attempt: u32, retry_after: Option<RetryAfter>, seed: Option<&str>) -> Option<f64> {
        let plan = plan_retry(ErrorCategory::Transient, Count::of(attempt), NOW, retry_after, seed);
        plan.retry_at.map(|at| at.as_micros() as f64 / 1e6)
    }

    #[test]
    fn the_time_doubles_and_ends_after_the_third() {
        let all = [0, 1, 2, 3, 4, 5, u32::MAX].map(|attempt| seconds(attempt, None, None));
        assert_eq!(all, [Some(30.0), Some(30.0), Some(60.0), Some(120.0), None, None, None]);
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for category in [ErrorCategory::Validation, ErrorCategory::Auth, ErrorCategory::Unknown] {
            let plan = plan_retry(category, Count::of(9), NOW, None, None);
            assert_eq!((plan.retry_at, plan.reason), (None, RetryReason::NotRetryable));
        }
    }

    #[test]
    fn the_later_of_backoff_and_request_counts() {
        let reason = |micros| {
            let asked = Some(RetryAfter::Micros(micros));
            plan_retry(ErrorCategory::Transient, Count::of(1), NOW, asked, None).reason.as_str()
        };
        assert_eq!([reason(0), reason(30_000_000), reason(30_000_001)], ["backoff", "backoff", "retry_after"]);
        assert_eq!(seconds(1, Some(RetryAfter::Micros(45_000_000)), Some("s")), Some(45.0));
        assert_eq!(seconds(4, Some(RetryAfter::Micros(45_000_000)), None), None);
    }

    #[test]
    fn jitter_is_the_same_for_ever() {
        // Worked out elsewhere: another version of this crate plans the same retry for the same instant.
        let all = [1, 2, 3].map(|attempt| seconds(attempt, None, Some("order-7")));
        assert_eq!(all, [Some(8.391_24), Some(30.955_532), Some(65.720_787)]);
        assert_ne!(seconds(1, None, Some("order-8")), seconds(1, None, Some("order-7")));
    }

    #[test]
    fn jitter_fills_its_range_evenly() {
        let mut tenths = [0_u32; 10];
        for seed in 0..10_000 {
            let micros = jittered(9, &seed.to_string(), Count::of(1));
            tenths[usize::try_from(micros).unwrap()] += 1;
        }
        assert!(tenths.iter().all(|count| (850..1150).contains(count)), "{tenths:?}");
    }

    #[test]
    fn a_seed_is_a_text_or_a_whole_number() {
        let read = |value| read_seed(&value, &Place::ARGUMENT.key("seed"));
        assert_eq!(read(Value::Number(-7.0)).unwrap(), read(Value::Text("-7".into())).unwrap());
        assert_eq!(read(Value::Number(9_007_199_254_740_991.0)).unwrap(), "9007199254740991");
        for value in [Value::Number(0.5), Value::Number(f64::NAN), Value::Number(1e16), Value::Null] {
            assert!(
                read(value).unwrap_err().to_string().starts_with("seed: expected a string or a whole number, got ")
            );
        }
    }

    proptest! {
        #[test]
        fn a_retry_is_never_early_nor_later_than_it_must(
            attempt in 1_u32..6,
            asked in proptest::option::of(0_i64..200_000_000),
            seed in proptest::option::of(".{0,8}"),
            now in 0_i64..1 << 50,
        ) {
            let (now, after) = (Timestamp::from_micros(now).unwrap(), asked.map(RetryAfter::Micros));
            let plan = plan_retry(ErrorCategory::Transient, Count::of(attempt), now, after, seed.as_deref());
            let Some(at) = plan.retry_at else {
                prop_assert!(attempt > 3);
                return Ok(());
            };
            let (waited, asked) = (at.as_micros() - now.as_micros(), asked.unwrap_or(0));
            let longest = 30_000_000 << (attempt - 1);
            prop_assert!((asked..=longest.max(asked)).contains(&waited));
            prop_assert!(seed.is_some() || waited >= longest);
            prop_assert!(plan.reason != RetryReason::RetryAfter || waited == asked);
        }
    }
}
