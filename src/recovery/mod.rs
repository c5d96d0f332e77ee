//! What comes after a failure: retries, posts that stagnate, credentials that expire, and what a tool does to begin
//! with.
//!
//! [`taxonomy`] and [`foreign`] tell failures apart, [`retry`] plans the next try; [`tools`] and [`operations`] tell
//! reads from writes; [`posts`] and [`history`] recover posts; [`credentials`], [`alert`] and [`schedule`] renew
//! credentials. Histories and logs are values that come in and go out: nothing is remembered here.

mod alert;
mod credentials;
mod foreign;
mod history;
mod operations;
mod posts;
mod retry;
mod retry_after;
mod schedule;
mod taxonomy;
mod tools;

pub use alert::CredentialAlert;
pub use credentials::{
    ChannelStatus, RefreshConfig, RefreshResult, TaskId, TaskStatus, TokenRefresh, TokenTask, plan_token_refresh,
};
pub use foreign::classify_foreign_error;
pub(crate) use foreign::may_have_happened;
pub use history::{
    RecoveryAction, RecoveryRecord, RecoveryReport, RecoveryStatus, record_recovery, recovery_key,
    should_retry_recovery,
};
pub use operations::{ApiOperation, HttpMethod, classify_operation};
pub use posts::{Cooldowns, PostMetrics, RecoveryConfig, RecoveryPlan, RecoveryRefusal, plan_recovery};
pub use retry::{RetryPlan, RetryReason, plan_retry};
pub use retry_after::{InvalidRetryAfter, RetryAfter};
pub use schedule::{Attempt, AttemptStatus, FailureAnalysis, analyse_failures, is_token_task_due};
pub use taxonomy::{ErrorCategory, classify_mcp_error, is_retryable, max_retries};
pub use tools::{ToolAnnotations, ToolClass, classify_annotations};

use crate::call::Rule;

/// The most metrics, records of a history, entries of a log, or tasks of one call.
const MAX_RECORDS: usize = 100_000;

/// The rules by the names they are called by from outside.
pub(crate) const RULES: &[(&str, Rule)] = &[
    ("classifyMcpError", taxonomy::call_classify),
    ("isRetryable", taxonomy::call_is_retryable),
    ("maxRetries", taxonomy::call_max_retries),
    ("planRetry", retry::call),
    ("classifyTool", tools::call),
    ("planRecovery", posts::call),
    ("recoveryKey", history::call_key),
    ("recordRecovery", history::call_record),
    ("shouldRetryRecovery", history::call_should_retry),
    ("planTokenRefresh", credentials::call),
    ("analyseFailures", schedule::call_analyse),
    ("dueTokenTasks", schedule::call_due),
];
