//! What kind of failure was that, and is it worth another try? (Contract 2.8.)

use super::foreign::classify_foreign_error;
use crate::call::Context;
use crate::error::Result;
use crate::number::Count;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::value::Value;

words! {
    /// The kind of a failure.
    ErrorCategory {
        /// It may pass: the one kind that is worth another try.
        Transient = "transient",
        /// What was asked for is wrong: tell the user.
        Validation = "validation",
        /// Not allowed: escalate.
        Auth = "auth",
        /// Nobody knows: escalate.
        Unknown = "unknown",
    }
}

/// How often a failed call may be tried again.
const MAX_RETRIES: u8 = 3;

/// The kind of a failure, by its HTTP status and, where that decides nothing, by the words of its message, in any case.
///
/// ```
/// use agent_interlock::{Count, ErrorCategory, classify_mcp_error};
/// assert_eq!(classify_mcp_error(Count::new(429), ""), ErrorCategory::Transient);
/// assert_eq!(classify_mcp_error(None, "Request timed out"), ErrorCategory::Transient);
/// assert_eq!(classify_mcp_error(Count::new(302), "403 Forbidden"), ErrorCategory::Auth);
/// ```
pub fn classify_mcp_error(status_code: Option<Count>, error_message: &str) -> ErrorCategory {
    status_code.and_then(|status| by_status(status.get())).unwrap_or_else(|| by_words(error_message))
}

/// What an HTTP status says; `None` where it decides nothing.
pub(super) fn by_status(status: u64) -> Option<ErrorCategory> {
    match status {
        408 | 429 | 500 | 502 | 503 | 504 => Some(ErrorCategory::Transient),
        401 | 403 => Some(ErrorCategory::Auth),
        400..=499 => Some(ErrorCategory::Validation),
        _ => None,
    }
}

/// What a message's words say. Their order is the original's.
pub(super) fn by_words(message: &str) -> ErrorCategory {
    const WORDS: [(&[&str], ErrorCategory); 3] = [
        (&["timeout", "timed out", "rate limit"], ErrorCategory::Transient),
        (&["unauthorized", "forbidden"], ErrorCategory::Auth),
        (&["invalid", "missing", "bad request"], ErrorCategory::Validation),
    ];
    // No letter of other alphabets is one of these words' in lower case.
    let lower = message.to_ascii_lowercase();
    let said = WORDS.into_iter().find(|(words, _)| words.iter().any(|word| lower.contains(word)));
    said.map_or(ErrorCategory::Unknown, |(_, category)| category)
}

/// Whether a failure is worth another try: a transient one alone.
///
/// ```
/// use agent_interlock::{ErrorCategory, is_retryable};
/// assert!(is_retryable(ErrorCategory::Transient) && !is_retryable(ErrorCategory::Unknown));
/// ```
pub const fn is_retryable(category: ErrorCategory) -> bool {
    matches!(category, ErrorCategory::Transient)
}

/// How often a failed call may be tried again.
///
/// ```
/// assert_eq!(agent_interlock::max_retries(), 3);
/// ```
pub const fn max_retries() -> u8 {
    MAX_RETRIES
}

/// `classifyMcpError({statusCode?, errorMessage?} | {error})`.
pub(super) fn call_classify(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("statusCode"), field("errorMessage"), field("error")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let status_code = fields.optional("statusCode", read::count)?;
    let error_message = fields.optional("errorMessage", read::text)?;
    let category = match fields.get("error") {
        Some(_) if status_code.is_some() || error_message.is_some() => {
            let place = Place::ARGUMENT;
            return Err(place.key("error").error("stands alone: an error brings its own status and message"));
        }
        Some(error) => classify_foreign_error(error),
        None => classify_mcp_error(status_code, error_message.unwrap_or_default()),
    };
    crate::json::text(&category)
}

/// `isRetryable({category})`.
pub(super) fn call_is_retryable(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("category")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    crate::json::text(&is_retryable(fields.required("category", read::word)?))
}

/// `maxRetries()`: the host hands over an empty object.
pub(super) fn call_max_retries(argument: &Value, _: &Context<'_>) -> Result<String> {
    Fields::of(argument, &Place::ARGUMENT, &Shape::strict(&[]))?;
    crate::json::text(&max_retries())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn statuses_decide_where_they_can() {
        let with = |category| (0..1000).filter(|status| by_status(*status) == Some(category)).collect::<Vec<_>>();
        assert_eq!(with(ErrorCategory::Transient), [408, 429, 500, 502, 503, 504]);
        assert_eq!(with(ErrorCategory::Auth), [401, 403]);
        assert_eq!(with(ErrorCategory::Validation).len(), 96);
        assert_eq!(with(ErrorCategory::Unknown), [0; 0]);
    }

    #[test]
    fn words_decide_in_the_originals_order() {
        for (message, category) in [
            ("Invalid TIMEOUT, unauthorized", ErrorCategory::Transient),
            ("it timed out", ErrorCategory::Transient),
            ("Rate Limit exceeded", ErrorCategory::Transient),
            ("missing: Forbidden", ErrorCategory::Auth),
            ("UNAUTHORIZED", ErrorCategory::Auth),
            ("Invalid id", ErrorCategory::Validation),
            ("missing", ErrorCategory::Validation),
            ("Bad Request", ErrorCategory::Validation),
            ("ETIMEDOUT", ErrorCategory::Unknown),
            ("rate-limited", ErrorCategory::Unknown),
            ("", ErrorCategory::Unknown),
        ] {
            assert_eq!(by_words(message), category, "{message}");
        }
    }

    proptest! {
        #[test]
        fn a_status_that_decides_goes_before_any_message(status in 0_u32..1000, message in ".{0,20}") {
            let decided = classify_mcp_error(Some(Count::of(status)), &message);
            prop_assert_eq!(decided, by_status(u64::from(status)).unwrap_or_else(|| by_words(&message)));
        }
    }
}
