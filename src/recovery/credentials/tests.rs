//! Tests of [`super`].

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::MIN;

fn task(attempts: u32) -> TokenTask {
    let (refresh_attempts, consecutive_failures) = (Count::of(attempts), Count::of(attempts));
    TokenTask { refresh_attempts, consecutive_failures, ..TokenTask::new("t", "u", "wix") }
}

fn failure() -> RefreshResult {
    RefreshResult::Failure { reason: "revoked".into(), cool_off: None }
}

fn after(task: TokenTask, result: RefreshResult) -> TokenTask {
    plan_token_refresh(task, result, NOW, &RefreshConfig::default()).task
}

fn minutes(at: Option<Timestamp>) -> Option<i64> {
    at.map(|at| at.as_micros() / 60_000_000)
}

#[test]
fn a_success_wipes_the_slate() {
    let before = TokenTask {
        status: TaskStatus::NeedsIntervention,
        channel_status: ChannelStatus::Disconnected,
        next_retry_at: Some(Timestamp::MAX),
        last_failure: Some(Timestamp::MAX),
        failure_reason: Some("x".into()),
        terminal_failure_reason: Some("x".into()),
        failure_pattern: Some(BTreeMap::new()),
        others: BTreeMap::from([("note".into(), Value::Bool(true))]),
        ..task(2)
    };
    let refreshed = plan_token_refresh(before.clone(), RefreshResult::Success, NOW, &RefreshConfig::default());
    let expected = TokenTask {
        next_check: Some("1970-01-08T00:00:00Z".parse().unwrap()),
        last_check: Some(NOW),
        last_success: Some(NOW),
        last_failure: Some(Timestamp::MAX),
        others: before.others,
        ..task(0)
    };
    assert_eq!((refreshed.task, refreshed.alert), (expected, None));
}

#[test]
fn a_failure_is_repeated_ever_later_and_then_no_more() {
    let first = after(task(0), failure());
    let second = after(first.clone(), failure());
    let third = after(second.clone(), failure());
    let attempts = |task: &TokenTask| (task.refresh_attempts.get(), task.consecutive_failures.get());
    assert_eq!([attempts(&first), attempts(&second), attempts(&third)], [(1, 1), (2, 2), (3, 3)]);
    assert_eq!([minutes(first.next_retry_at), minutes(second.next_retry_at)], [Some(15), Some(30)]);
    assert_eq!((first.status, first.channel_status), (TaskStatus::Degraded, ChannelStatus::Degraded));
    assert_eq!((first.failure_reason.as_deref(), first.terminal_failure_reason.as_deref()), (Some("revoked"), None));
    assert_eq!((third.status, third.channel_status), (TaskStatus::Failed, ChannelStatus::Disconnected));
    assert_eq!((third.terminal_failure_reason.as_deref(), third.next_retry_at), (Some("revoked"), None));
    assert_eq!((third.last_check, third.last_failure, third.last_success), (Some(NOW), Some(NOW), None));
}

#[test]
fn a_degraded_task_has_no_terminal_reason_left() {
    let before = TokenTask { terminal_failure_reason: Some("old".into()), next_check: Some(NOW), ..task(0) };
    let degraded = after(before, failure());
    assert_eq!((degraded.terminal_failure_reason, degraded.next_check), (None, Some(NOW)));
}

#[test]
fn a_pattern_of_failures_calls_for_a_person() {
    let pattern = BTreeMap::from([("recentFailures".into(), Value::Number(5.0))]);
    let result = RefreshResult::Failure { reason: "revoked".into(), cool_off: Some(pattern) };
    let before = TokenTask { next_check: Some(NOW), next_retry_at: Some(NOW), ..task(0) };
    let resting = after(before, result);
    assert_eq!((resting.status, resting.channel_status), (TaskStatus::NeedsIntervention, ChannelStatus::Disconnected));
    assert_eq!((resting.next_check, resting.next_retry_at), (None, None));
    assert_eq!((resting.refresh_attempts.get(), resting.terminal_failure_reason.as_deref()), (1, Some("revoked")));
    let kept = crate::json::text(&resting.failure_pattern).unwrap();
    assert_eq!(kept, r#"{"coolOffUntil":"1970-01-08T00:00:00Z","recentFailures":5}"#);
}

#[test]
fn the_configuration_decides_how_often_and_how_soon() {
    let config = RefreshConfig {
        max_retries: Count::of(2),
        base_backoff_minutes: Count::of(1),
        check_interval_days: Count::of(2),
    };
    let after = |task, result| plan_token_refresh(task, result, NOW, &config).task;
    assert_eq!(minutes(after(task(0), failure()).next_retry_at), Some(1));
    assert_eq!(after(task(1), failure()).status, TaskStatus::Failed);
    assert_eq!(minutes(after(task(1), RefreshResult::Success).next_check), Some(2 * 1440));
    let never = RefreshConfig { max_retries: Count::ZERO, ..config };
    assert_eq!(plan_token_refresh(task(0), failure(), NOW, &never).task.status, TaskStatus::Failed);
}

#[test]
fn time_and_counts_have_an_end() {
    let patient = RefreshConfig { max_retries: Count::MAX, ..RefreshConfig::default() };
    for attempts in [60, 63, 64, 200, u32::MAX] {
        let degraded = plan_token_refresh(task(attempts), failure(), NOW, &patient).task;
        assert_eq!(degraded.next_retry_at, Some(Timestamp::MAX), "{attempts}");
    }
    let full = TokenTask { refresh_attempts: Count::MAX, consecutive_failures: Count::MAX, ..task(0) };
    let failed = after(full, failure());
    assert_eq!((failed.refresh_attempts, failed.consecutive_failures), (Count::MAX, Count::MAX));
}

fn read(json: &str) -> std::result::Result<TokenTask, String> {
    TokenTask::read(&Value::from_json(json).unwrap(), &Place::ARGUMENT.key("task")).map_err(|error| error.to_string())
}

#[test]
fn tasks_of_the_original_load_and_keep_what_they_carry() {
    let row = r#"{"id": 7, "user_id": "u", "platform": "gsc", "status": "failed", "refresh_attempts": null,
        "next_check": null, "failure_reason": "x", "failure_pattern": {"error_patterns": ["401"]}, "created_at": "2026-01-01T00:00:00"}"#;
    let written = r#"{"id":7,"userId":"u","platform":"gsc","status":"failed","channelStatus":"connected","refreshAttempts":0,"consecutiveFailures":0,"nextCheck":null,"nextRetryAt":null,"lastCheck":null,"lastSuccess":null,"lastFailure":null,"failureReason":"x","terminalFailureReason":null,"failurePattern":{"error_patterns":["401"]},"created_at":"2026-01-01T00:00:00"}"#;
    assert_eq!(crate::json::text(&read(row).unwrap()).unwrap(), written);
}

#[test]
fn what_a_task_needs_is_not_guessed() {
    let base = r#"{"id": "t", "userId": "u", "platform": "p", "status": "active""#;
    assert!(read(&format!("{base}}}")).is_ok());
    let refusal = |more: &str| read(&format!("{base}, {more}}}")).unwrap_err();
    assert!(refusal(r#""channelStatus": "on""#).starts_with("task.channelStatus: expected one of `connected`"));
    assert!(refusal(r#""nextCheck": "soon""#).starts_with("task.nextCheck: "));
    assert!(refusal(r#""refreshAttempts": -1"#).starts_with("task.refreshAttempts: "));
    assert!(read(&format!("{base}}}").replace("active", "paused")).unwrap_err().starts_with("task.status: "));
    assert_eq!(read(r#"{"id": "t"}"#).unwrap_err(), "task.userId: required, but left out");
    assert!(read(r#"{"id": 1.5}"#).unwrap_err().starts_with("task.id: "));
}

#[test]
fn a_configuration_is_filled_from_the_defaults() {
    let read = |json: &str| read_config(&Value::from_json(json).unwrap(), &Place::ARGUMENT.key("config"));
    assert_eq!(read("{}").unwrap(), RefreshConfig::default());
    let set = read(r#"{"maxRetries": 0, "base_backoff_minutes": 1, "checkIntervalDays": 2}"#).unwrap();
    let all = (set.max_retries.get(), set.base_backoff_minutes.get(), set.check_interval_days.get());
    assert_eq!(all, (0, 1, 2));
    assert_eq!(read(r#"{"baseBackoffMinutes": 0}"#).unwrap_err().path(), "config.baseBackoffMinutes");
    assert_eq!(read(r#"{"checkIntervalDays": 0}"#).unwrap_err().path(), "config.checkIntervalDays");
}

#[test]
fn a_pattern_counts_only_where_it_says_so() {
    let pattern = |json: &str| read_cool_off(&Value::from_json(json).unwrap(), &Place::ARGUMENT.key("failurePattern"));
    assert_eq!(pattern(r#"{"shouldCoolOff": false, "recentFailures": 9}"#), Ok(None));
    let kept = pattern(r#"{"should_cool_off": true, "cool_off_until": "x", "recentFailures": 9}"#).unwrap().unwrap();
    assert_eq!(crate::json::text(&kept).unwrap(), r#"{"recentFailures":9,"shouldCoolOff":true}"#);
    assert_eq!(pattern(r#"{"recentFailures": 9}"#).unwrap_err().path(), "failurePattern.shouldCoolOff");
}

proptest! {
    #[test]
    fn more_failures_never_give_a_milder_status(attempts in 0_u32..6, more in 0_u32..6, now in 0_i64..1 << 50) {
        let now = Timestamp::from_micros(now).unwrap();
        let severity = |attempts| {
            let task = plan_token_refresh(task(attempts), failure(), now, &RefreshConfig::default()).task;
            (task.status == TaskStatus::Failed, task.next_retry_at.unwrap_or(Timestamp::MAX))
        };
        prop_assert!(severity(attempts + more) >= severity(attempts));
    }
}
