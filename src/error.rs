//! The one error type: what was wrong, where, and what would be right.

use std::fmt;

use serde::Serialize;

/// Why a call was refused. The spelling of [`ErrorCode::as_str`] is public and stable.
///
/// ```
/// use agent_interlock::ErrorCode;
/// assert_eq!(ErrorCode::InvalidPolicy.as_str(), "invalid_policy");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// An argument other than a policy is wrong.
    InvalidInput,
    /// Something inside a policy document is wrong.
    InvalidPolicy,
    /// Nothing is known under the given id.
    NotFound,
    /// The person named may not do this.
    NotAuthorized,
    /// It was resolved before.
    AlreadyResolved,
    /// It came after its time.
    Expired,
    /// It contradicts what is already known.
    Conflict,
    /// A snapshot is damaged, foreign or older than it may be.
    InvalidSnapshot,
    /// The engine itself failed; the action does not run.
    Internal,
}

impl ErrorCode {
    /// The code as it stands in `InterlockError.code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::InvalidPolicy => "invalid_policy",
            Self::NotFound => "not_found",
            Self::NotAuthorized => "not_authorized",
            Self::AlreadyResolved => "already_resolved",
            Self::Expired => "expired",
            Self::Conflict => "conflict",
            Self::InvalidSnapshot => "invalid_snapshot",
            Self::Internal => "internal",
        }
    }
}

/// Bad input: never a decision.
///
/// `path` leads from the argument to the offending value in the canonical spelling
/// (`policy.budget.maxCostPerDay`, `events[3].timestamp`); it is empty where the argument as a whole is wrong.
///
/// ```
/// use agent_interlock::{Policy, ErrorCode};
/// let error = Policy::from_json(r#"{"customerId": "c", "budget": {"maxCostPerDay": -1}}"#).unwrap_err();
/// assert_eq!(error.code(), ErrorCode::InvalidPolicy);
/// assert_eq!(error.path(), "policy.budget.maxCostPerDay");
/// assert_eq!(error.to_string(), "policy.budget.maxCostPerDay: expected a finite number of at least 0, got -1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Error(Box<Details>);

/// Boxed, so that a `Result` is hardly larger than what it holds: errors are rare, and results are moved everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Details {
    code: ErrorCode,
    path: String,
    message: String,
}

impl Error {
    pub(crate) fn new(code: ErrorCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self(Box::new(Details { code, path: path.into(), message: message.into() }))
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Where the wrong value stands, from the argument on.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What was wrong and what would be right, without the path.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { path, message, .. } = &*self.0;
        if path.is_empty() { f.write_str(message) } else { write!(f, "{path}: {message}") }
    }
}

impl std::error::Error for Error {}

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;
