//! Credentials that expire: what comes after an attempt to renew them? (Contract 2.10.)

use std::collections::BTreeMap;

use serde::Serialize;

use super::alert::{CredentialAlert, alert};
use crate::call::Context;
use crate::error::Result;
use crate::number::Count;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::time::{self, Timestamp};
use crate::value::Value;

/// How long a task rests whose failures call for a person, in days.
const COOL_OFF_DAYS: Count = Count::of(7);
const MICROS_PER_MINUTE: u64 = 60_000_000;
const MICROS_PER_DAY: u64 = 86_400_000_000;

words! {
    /// How a task stands.
    TaskStatus {
        /// All is well.
        Active = "active",
        /// It failed for good.
        Failed = "failed",
        /// It failed and will be tried again.
        Degraded = "degraded",
        /// It fails so often that a person has to look.
        NeedsIntervention = "needs_intervention",
    }
}

words! {
    /// How the channel stands whose credentials these are.
    ChannelStatus {
        /// It works.
        Connected = "connected",
        /// It may stop working.
        Degraded = "degraded",
        /// It does not work.
        Disconnected = "disconnected",
    }
}

/// How a host names its tasks: by a text or by a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum TaskId {
    /// 1 to 256 characters.
    Text(String),
    /// As databases number their rows.
    Number(Count),
}

/// The task of keeping one credential fresh.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenTask {
    /// The host's name for it.
    pub id: TaskId,
    /// Whose credential it is.
    pub user_id: String,
    /// What it is for.
    pub platform: String,
    /// How the task stands.
    pub status: TaskStatus,
    /// How the channel stands.
    pub channel_status: ChannelStatus,
    /// Failed attempts to renew since the last success.
    pub refresh_attempts: Count,
    /// Failures in a row.
    pub consecutive_failures: Count,
    /// When it is looked at next in the ordinary course.
    pub next_check: Option<Timestamp>,
    /// When a failed attempt is repeated.
    pub next_retry_at: Option<Timestamp>,
    /// The last attempt.
    pub last_check: Option<Timestamp>,
    /// The last one that succeeded.
    pub last_success: Option<Timestamp>,
    /// The last one that failed.
    pub last_failure: Option<Timestamp>,
    /// Why the last one failed.
    pub failure_reason: Option<String>,
    /// Why it is not tried again.
    pub terminal_failure_reason: Option<String>,
    /// What is known of its failures, while it rests.
    pub failure_pattern: Option<BTreeMap<String, Value>>,
    /// What the host's tasks carry beside: it is handed back untouched.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// How often and how soon a failed attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshConfig {
    /// With so many failed attempts it is over. Default: 3.
    pub max_retries: Count,
    /// After the first failure so many minutes, then twice as many each time. Default: 15.
    pub base_backoff_minutes: Count,
    /// After a success so many days. Default: 7.
    pub check_interval_days: Count,
}

impl Default for RefreshConfig {
    fn default() -> Self {
        Self { max_retries: Count::of(3), base_backoff_minutes: Count::of(15), check_interval_days: Count::of(7) }
    }
}

/// How an attempt went.
#[derive(Clone, Debug, PartialEq)]
pub enum RefreshResult {
    /// The credential is fresh.
    Success,
    /// It is not.
    Failure {
        /// Why, in words.
        reason: String,
        /// What is known of the failures so far, where it says that the task should rest.
        cool_off: Option<BTreeMap<String, Value>>,
    },
}

/// A task after an attempt, and what to tell its user.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TokenRefresh {
    /// The task as it stands now.
    pub task: TokenTask,
    /// What to tell its user; nothing after a success.
    pub alert: Option<CredentialAlert>,
}

/// What comes after an attempt to renew a credential.
///
/// ```
/// use agent_interlock::{RefreshConfig, RefreshResult, TaskStatus, Timestamp, TokenTask, plan_token_refresh};
/// let task = TokenTask::new("t1", "noor", "wix");
/// let failure = RefreshResult::Failure { reason: "token expired".into(), cool_off: None };
/// let failed = plan_token_refresh(task, failure, Timestamp::MIN, &RefreshConfig::default());
/// assert_eq!(failed.task.status, TaskStatus::Degraded);
/// assert_eq!(failed.task.next_retry_at.unwrap().to_string(), "1970-01-01T00:15:00Z");
/// assert!(!failed.alert.unwrap().requires_user_action);
/// ```
pub fn plan_token_refresh(
    task: TokenTask,
    result: RefreshResult,
    now: Timestamp,
    config: &RefreshConfig,
) -> TokenRefresh {
    let task = TokenTask { last_check: Some(now), ..task };
    match result {
        RefreshResult::Success => TokenRefresh { task: succeeded(task, now, config), alert: None },
        RefreshResult::Failure { reason, cool_off } => {
            let task = failed(task, reason, now);
            let task = match cool_off {
                Some(pattern) => cooling_off(task, pattern, now),
                None if task.refresh_attempts >= config.max_retries => given_up(task),
                None => degraded(task, now, config),
            };
            TokenRefresh { alert: Some(alert(&task, config.max_retries)), task }
        }
    }
}

fn succeeded(task: TokenTask, now: Timestamp, config: &RefreshConfig) -> TokenTask {
    TokenTask {
        status: TaskStatus::Active,
        channel_status: ChannelStatus::Connected,
        refresh_attempts: Count::ZERO,
        consecutive_failures: Count::ZERO,
        next_check: Some(later(now, config.check_interval_days, MICROS_PER_DAY, 0)),
        next_retry_at: None,
        last_success: Some(now),
        failure_reason: None,
        terminal_failure_reason: None,
        failure_pattern: None,
        ..task
    }
}

/// What all failures share.
fn failed(task: TokenTask, reason: String, now: Timestamp) -> TokenTask {
    let one_more = |count: Count| Count::new(count.get() + 1).unwrap_or(Count::MAX);
    TokenTask {
        refresh_attempts: one_more(task.refresh_attempts),
        consecutive_failures: one_more(task.consecutive_failures),
        last_failure: Some(now),
        failure_reason: Some(reason),
        ..task
    }
}

fn degraded(task: TokenTask, now: Timestamp, config: &RefreshConfig) -> TokenTask {
    let doublings = task.refresh_attempts.get().saturating_sub(1);
    TokenTask {
        status: TaskStatus::Degraded,
        channel_status: ChannelStatus::Degraded,
        terminal_failure_reason: None,
        next_retry_at: Some(later(now, config.base_backoff_minutes, MICROS_PER_MINUTE, doublings)),
        ..task
    }
}

fn given_up(task: TokenTask) -> TokenTask {
    TokenTask {
        status: TaskStatus::Failed,
        channel_status: ChannelStatus::Disconnected,
        terminal_failure_reason: task.failure_reason.clone(),
        next_retry_at: None,
        ..task
    }
}

/// The task rests until a person has looked: nothing is scheduled.
fn cooling_off(task: TokenTask, mut pattern: BTreeMap<String, Value>, now: Timestamp) -> TokenTask {
    let until = later(now, COOL_OFF_DAYS, MICROS_PER_DAY, 0);
    pattern.insert("coolOffUntil".into(), Value::Text(until.to_string()));
    TokenTask {
        status: TaskStatus::NeedsIntervention,
        channel_status: ChannelStatus::Disconnected,
        terminal_failure_reason: task.failure_reason.clone(),
        next_check: None,
        next_retry_at: None,
        failure_pattern: Some(pattern),
        ..task
    }
}

/// So many units later, doubled so often; the end of all time where that is later still.
fn later(now: Timestamp, units: Count, micros: u64, doublings: u64) -> Timestamp {
    let factor = u32::try_from(doublings).ok().and_then(|doublings| 1_u64.checked_shl(doublings)).unwrap_or(u64::MAX);
    let wait = units.get().saturating_mul(micros).saturating_mul(factor);
    now.saturating_add_micros(i64::try_from(wait).unwrap_or(i64::MAX))
}

const TASK: Shape = Shape::open(&[
    field("id"),
    field("userId"),
    field("platform"),
    field("status"),
    field("channelStatus"),
    field("refreshAttempts"),
    field("consecutiveFailures"),
    field("nextCheck"),
    field("nextRetryAt"),
    field("lastCheck"),
    field("lastSuccess"),
    field("lastFailure"),
    field("failureReason"),
    field("terminalFailureReason"),
    field("failurePattern"),
]);

impl TokenTask {
    /// A task of which nothing has been tried yet: it is due at once.
    pub fn new(id: &str, user_id: &str, platform: &str) -> Self {
        Self {
            id: TaskId::Text(id.to_owned()),
            user_id: user_id.to_owned(),
            platform: platform.to_owned(),
            status: TaskStatus::Active,
            channel_status: ChannelStatus::Connected,
            refresh_attempts: Count::ZERO,
            consecutive_failures: Count::ZERO,
            next_check: None,
            next_retry_at: None,
            last_check: None,
            last_success: None,
            last_failure: None,
            failure_reason: None,
            terminal_failure_reason: None,
            failure_pattern: None,
            others: BTreeMap::new(),
        }
    }

    /// The originals' rows have no value where nothing has happened yet.
    pub(super) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let fields = Fields::of(value, place, &TASK)?;
        let count = |name| Ok(fields.nullable(name, None, read::count)?.unwrap_or(Count::ZERO));
        let instant = |name| fields.nullable(name, None, time::instant);
        let reason = |name| fields.nullable(name, None, |v, p| read::text(v, p).map(str::to_owned));
        Ok(Self {
            id: fields.required("id", read_id)?,
            user_id: fields.required("userId", read::id)?,
            platform: fields.required("platform", read::id)?,
            status: fields.required("status", read::word)?,
            channel_status: fields.or("channelStatus", ChannelStatus::Connected, read::word)?,
            refresh_attempts: count("refreshAttempts")?,
            consecutive_failures: count("consecutiveFailures")?,
            next_check: instant("nextCheck")?,
            next_retry_at: instant("nextRetryAt")?,
            last_check: instant("lastCheck")?,
            last_success: instant("lastSuccess")?,
            last_failure: instant("lastFailure")?,
            failure_reason: reason("failureReason")?,
            terminal_failure_reason: reason("terminalFailureReason")?,
            failure_pattern: fields.nullable("failurePattern", None, |v, p| read::others(v, p, &Shape::open(&[])))?,
            others: read::others(value, place, &TASK)?,
        })
    }
}

fn read_id(value: &Value, place: &Place<'_>) -> Result<TaskId> {
    match value {
        Value::Number(_) => read::count(value, place).map(TaskId::Number),
        other => read::id(other, place).map(TaskId::Text),
    }
}

/// What is known of the failures, where it says that the task should rest. It is kept as given, but for one spelling of
/// what the rules read.
fn read_cool_off(value: &Value, place: &Place<'_>) -> Result<Option<BTreeMap<String, Value>>> {
    const PATTERN: Shape = Shape::open(&[field("shouldCoolOff"), field("coolOffUntil")]);
    let fields = Fields::of(value, place, &PATTERN)?;
    if !fields.required("shouldCoolOff", read::boolean)? {
        return Ok(None);
    }
    let mut pattern = read::others(value, place, &PATTERN)?;
    pattern.insert("shouldCoolOff".into(), Value::Bool(true));
    Ok(Some(pattern))
}

fn read_config(value: &Value, place: &Place<'_>) -> Result<RefreshConfig> {
    const CONFIG: Shape =
        Shape::document(&[field("maxRetries"), field("baseBackoffMinutes"), field("checkIntervalDays")]);
    let fields = Fields::of(value, place, &CONFIG)?;
    let base = RefreshConfig::default();
    Ok(RefreshConfig {
        max_retries: fields.or("maxRetries", base.max_retries, read::count)?,
        base_backoff_minutes: fields.or("baseBackoffMinutes", base.base_backoff_minutes, read::positive_count)?,
        check_interval_days: fields.or("checkIntervalDays", base.check_interval_days, read::positive_count)?,
    })
}

/// `planTokenRefresh({task, result: {success, errorMessage?}, failurePattern?, now, config?})`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape =
        Shape::strict(&[field("task"), field("result"), field("failurePattern"), field("now"), field("config")]);
    const RESULT: Shape = Shape::strict(&[field("success"), field("errorMessage")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let task = fields.required("task", TokenTask::read)?;
    let cool_off = fields.nullable("failurePattern", None, read_cool_off)?.flatten();
    let result = fields.required("result", |value, place| {
        let fields = Fields::of(value, place, &RESULT)?;
        let success = fields.required("success", read::boolean)?;
        let reason = fields.nullable("errorMessage", None, read::text)?.unwrap_or("Unknown error").to_owned();
        Ok(if success { RefreshResult::Success } else { RefreshResult::Failure { reason, cool_off } })
    })?;
    let now = fields.required("now", time::instant)?;
    let config = fields.or("config", RefreshConfig::default(), read_config)?;
    crate::json::text(&plan_token_refresh(task, result, now, &config))
}

#[cfg(test)]
mod tests;
