//! Which credentials are due, and what their failures so far amount to. (Contract 2.10.)

use serde::Serialize;

use super::MAX_RECORDS;
use super::credentials::{TaskStatus, TokenTask};
use crate::call::Context;
use crate::error::Result;
use crate::number::Count;
use crate::read::{self, Fields, Place, Shape, field, renamed, words};
use crate::rules::window_start;
use crate::time::{self, Timestamp};
use crate::value::Value;

/// So many failures in a row call for a person.
const CONSECUTIVE: usize = 3;
/// So many within [`RECENT_MINUTES`] do too.
const RECENT: usize = 5;
/// Seven days.
const RECENT_MINUTES: Count = Count::of(7 * 1440);
/// How far ahead an ordinary check is due, in hours, where nothing else is said.
const HORIZON_HOURS: Count = Count::of(24);

words! {
    /// How an attempt went.
    AttemptStatus {
        /// The credential is fresh.
        Success = "success",
        /// It is not.
        Failed = "failed",
    }
}

/// One attempt to renew a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// How it went.
    pub status: AttemptStatus,
    /// When.
    pub at: Timestamp,
}

/// What the failures so far amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FailureAnalysis {
    /// Failures since the last success.
    pub consecutive_failures: usize,
    /// Failures in the last 7 days.
    pub recent_failures: usize,
    /// Whether the task should rest until a person has looked.
    pub should_cool_off: bool,
}

/// What the failures of a task amount to, from its log in any order.
///
/// Of attempts at the same instant failures count as the later ones. A failure just 7 days old still is a recent one,
/// and so is one later than `now`.
///
/// ```
/// use agent_interlock::{Attempt, AttemptStatus, Timestamp, analyse_failures};
/// let day = |day: i64| Timestamp::from_micros(day * 86_400_000_000).unwrap();
/// let failed = |at| Attempt { status: AttemptStatus::Failed, at: day(at) };
/// let log = [failed(1), failed(20), failed(30)];
/// let analysis = analyse_failures(&log, failed(30).at);
/// assert_eq!((analysis.consecutive_failures, analysis.recent_failures, analysis.should_cool_off), (3, 1, true));
/// ```
pub fn analyse_failures(log: &[Attempt], now: Timestamp) -> FailureAnalysis {
    let with = |status| move |attempt: &&Attempt| attempt.status == status;
    let last_success = log.iter().filter(with(AttemptStatus::Success)).map(|attempt| attempt.at).max();
    let failures = || log.iter().filter(with(AttemptStatus::Failed)).map(|attempt| attempt.at);
    let since = window_start(now, RECENT_MINUTES);
    let consecutive_failures = failures().filter(|at| last_success.is_none_or(|success| *at >= success)).count();
    let recent_failures = failures().filter(|at| at.as_micros() >= since).count();
    let should_cool_off = consecutive_failures >= CONSECUTIVE || recent_failures >= RECENT;
    FailureAnalysis { consecutive_failures, recent_failures, should_cool_off }
}

/// Whether a task should be run now: at its retry where one is planned, else within the horizon of its check, or at
/// once where it has none. Not where it failed for good or waits for a person.
///
/// ```
/// use agent_interlock::{Count, Timestamp, TokenTask, is_token_task_due};
/// let task = TokenTask::new("t1", "noor", "wix");
/// assert!(is_token_task_due(&task, Timestamp::MIN, Count::new(24).unwrap()));
/// let waiting = TokenTask { next_retry_at: Timestamp::from_micros(1), ..task };
/// assert!(!is_token_task_due(&waiting, Timestamp::MIN, Count::new(24).unwrap()));
/// ```
pub fn is_token_task_due(task: &TokenTask, now: Timestamp, horizon_hours: Count) -> bool {
    let runs = task.status != TaskStatus::NeedsIntervention && task.terminal_failure_reason.is_none();
    let due = match (task.next_retry_at, task.next_check) {
        (Some(retry), _) => retry <= now,
        (None, Some(check)) => check <= horizon(now, horizon_hours),
        (None, None) => true,
    };
    runs && due
}

fn horizon(now: Timestamp, hours: Count) -> Timestamp {
    let micros = hours.get().saturating_mul(3_600_000_000);
    now.saturating_add_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

fn read_attempt(value: &Value, place: &Place<'_>) -> Result<Attempt> {
    const ATTEMPT: Shape = Shape::open(&[field("status"), renamed("at", "execution_date"), field("errorMessage")]);
    let fields = Fields::of(value, place, &ATTEMPT)?;
    fields.nullable("errorMessage", None, read::text)?;
    Ok(Attempt { status: fields.required("status", read::word)?, at: fields.required("at", time::instant)? })
}

/// `analyseFailures({log, now})`.
pub(super) fn call_analyse(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("log"), field("now")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let log = fields.required("log", |v, p| read::items(v, p, MAX_RECORDS, read_attempt))?;
    crate::json::text(&analyse_failures(&log, fields.required("now", time::instant)?))
}

/// `dueTokenTasks({tasks, now, horizonHours?, userId?})`.
pub(super) fn call_due(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("tasks"), field("now"), field("horizonHours"), field("userId")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let mut tasks = fields.required("tasks", |v, p| read::items(v, p, MAX_RECORDS, TokenTask::read))?;
    let now = fields.required("now", time::instant)?;
    let horizon_hours = fields.or("horizonHours", HORIZON_HOURS, read::positive_count)?;
    let user_id = fields.optional("userId", read::id)?;
    tasks.retain(|task| {
        is_token_task_due(task, now, horizon_hours) && user_id.as_ref().is_none_or(|user_id| *user_id == task.user_id)
    });
    crate::json::text(&tasks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000_000;
    const NOW: i64 = 100 * DAY;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn attempt(status: AttemptStatus, ago: i64) -> Attempt {
        Attempt { status, at: at(NOW - ago) }
    }

    fn analysis(log: &[(AttemptStatus, i64)]) -> (usize, usize, bool) {
        let log: Vec<_> = log.iter().map(|(status, ago)| attempt(*status, *ago)).collect();
        let found = analyse_failures(&log, at(NOW));
        (found.consecutive_failures, found.recent_failures, found.should_cool_off)
    }

    use AttemptStatus::{Failed, Success};

    #[test]
    fn three_in_a_row_or_five_in_a_week() {
        assert_eq!(analysis(&[(Failed, 20 * DAY), (Failed, 30 * DAY)]), (2, 0, false));
        assert_eq!(analysis(&[(Failed, 20 * DAY), (Failed, 30 * DAY), (Failed, 40 * DAY)]), (3, 0, true));
        let mixed = [(Success, 0), (Failed, 1), (Failed, 2), (Failed, 3), (Failed, 4), (Failed, 7 * DAY)];
        assert_eq!(analysis(&mixed), (0, 5, true));
        assert_eq!(analysis(&mixed[..5]), (0, 4, false));
        assert_eq!(analysis(&[(Success, 0), (Failed, 7 * DAY + 1)]), (0, 0, false));
        assert_eq!(analysis(&[(Failed, -5)]), (1, 1, false));
        assert_eq!(analysis(&[]), (0, 0, false));
    }

    #[test]
    fn the_log_may_stand_in_any_order() {
        assert_eq!(analysis(&[(Success, 3), (Failed, 1), (Failed, 4), (Failed, 2)]).0, 2);
        assert_eq!(analysis(&[(Success, 1), (Failed, 1)]).0, 1);
        assert_eq!(analysis(&[(Failed, 1), (Success, 1)]).0, 1);
    }

    #[test]
    fn only_what_may_run_is_due() {
        let due = |status, terminal: Option<&str>| {
            let terminal_failure_reason = terminal.map(str::to_owned);
            let task = TokenTask { status, terminal_failure_reason, ..TokenTask::new("t", "u", "wix") };
            is_token_task_due(&task, at(NOW), HORIZON_HOURS)
        };
        assert!(due(TaskStatus::Active, None) && due(TaskStatus::Failed, None) && due(TaskStatus::Degraded, None));
        assert!(!due(TaskStatus::NeedsIntervention, None) && !due(TaskStatus::Failed, Some("revoked")));
    }

    #[test]
    fn a_retry_that_is_planned_goes_before_the_check() {
        let task = TokenTask { next_check: Some(at(NOW)), ..TokenTask::new("t", "u", "wix") };
        let waits = TokenTask { next_retry_at: Some(at(NOW + 1)), ..task.clone() };
        assert!(is_token_task_due(&task, at(NOW), HORIZON_HOURS) && !is_token_task_due(&waits, at(NOW), HORIZON_HOURS));
    }

    #[test]
    fn a_horizon_beyond_all_time_holds_everything() {
        let task = TokenTask { next_check: Some(Timestamp::MAX), ..TokenTask::new("t", "u", "wix") };
        assert!(is_token_task_due(&task, at(NOW), Count::MAX) && !is_token_task_due(&task, at(NOW), HORIZON_HOURS));
    }

    fn any_log() -> impl Strategy<Value = Vec<Attempt>> {
        let one = (any::<bool>(), -1..12 * DAY);
        let one = one.prop_map(|(success, ago)| attempt(if success { Success } else { Failed }, ago));
        proptest::collection::vec(one, 0..10)
    }

    proptest! {
        #[test]
        fn more_failures_never_cool_off_less(log in any_log(), ago in -1..12 * DAY) {
            let more = [log.clone(), vec![attempt(Failed, ago)]].concat();
            let (fewer, more) = (analyse_failures(&log, at(NOW)), analyse_failures(&more, at(NOW)));
            prop_assert!(more.consecutive_failures >= fewer.consecutive_failures);
            prop_assert!(more.recent_failures >= fewer.recent_failures);
            prop_assert!(more.should_cool_off || !fewer.should_cool_off);
        }

        #[test]
        fn the_order_of_a_log_does_not_matter(log in any_log()) {
            let backwards: Vec<_> = log.iter().rev().copied().collect();
            prop_assert_eq!(analyse_failures(&log, at(NOW)), analyse_failures(&backwards, at(NOW)));
        }

        #[test]
        fn a_task_is_due_from_its_instant_on_and_not_a_microsecond_before(
            retry in 1..1_i64 << 50, hours in 1_u32..200,
        ) {
            let task = TokenTask { next_retry_at: Some(at(retry)), ..TokenTask::new("t", "u", "wix") };
            let due = |task: &TokenTask, now| is_token_task_due(task, at(now), Count::of(hours));
            prop_assert!(due(&task, retry) && !due(&task, retry - 1));
            let ahead = i64::from(hours) * 3_600_000_000;
            let checked = TokenTask { next_retry_at: None, next_check: Some(at(retry + ahead)), ..task };
            prop_assert!(due(&checked, retry) && !due(&checked, retry - 1));
        }
    }
}
