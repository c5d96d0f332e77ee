//! What was done about posts: records, their keys, and whether a failed one is worth another try. (Contract 2.9.)

use std::collections::BTreeMap;

use serde::Serialize;

use super::MAX_RECORDS;
use crate::call::Context;
use crate::error::{ErrorCode, Result};
use crate::number::Count;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::rules::Tier;
use crate::time::{self, Timestamp};
use crate::value::Value;

words! {
    /// What can be done about a stagnating post, from least to most.
    RecoveryAction {
        /// A nudge.
        Comment = "comment",
        /// A better text.
        Edit = "edit",
        /// A whole thread.
        Thread = "thread",
    }
}

words! {
    /// How far a recovery has come.
    RecoveryStatus {
        /// It is under way.
        Running = "running",
        /// It is done.
        Success = "success",
        /// It failed.
        Failed = "failed",
    }
}

/// What was done about a post: one record for each key.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryRecord {
    /// The [`recovery_key`] of post, action and tier.
    pub idempotency_key: String,
    /// The post.
    pub post_id: String,
    /// What was done.
    pub action_type: RecoveryAction,
    /// How much had to be done.
    pub tier: Tier,
    /// When it was last begun or reported.
    pub initiated_at: Timestamp,
    /// How far it has come.
    pub status: RecoveryStatus,
    /// How often it was begun or reported.
    pub attempts: Count,
    /// What the host says of it.
    pub outcome: Value,
    /// What went wrong, in the host's codes.
    pub error_code: Option<String>,
    /// What the host's records carry beside: it is handed back untouched.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// The key under which an action of a tier on a post is done once: `sheal_` and 32 hexadecimal digits.
///
/// ```
/// use agent_interlock::{RecoveryAction, Tier, recovery_key};
/// assert_eq!(recovery_key("p1", RecoveryAction::Edit, Tier::Tier1), "sheal_f7daae61486f77f84198cfe0b1388c5b");
/// ```
pub fn recovery_key(post_id: &str, action_type: RecoveryAction, tier: Tier) -> String {
    // Action and tier are words without a colon, so no two of these texts are alike, whatever the post's id.
    let mut digest = crate::json::sha256_hex(&format!("{post_id}:{action_type}:{tier}"));
    digest.truncate(32);
    format!("sheal_{digest}")
}

/// What a host reports of a recovery.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryReport {
    /// The post.
    pub post_id: String,
    /// What was done.
    pub action_type: RecoveryAction,
    /// How much had to be done.
    pub tier: Tier,
    /// The [`recovery_key`] of these three.
    pub idempotency_key: String,
    /// How far it has come.
    pub status: RecoveryStatus,
    /// What the host says of it.
    pub outcome: Value,
    /// What went wrong, in the host's codes.
    pub error_code: Option<String>,
}

/// The history with a report, and the place of the report's record in it.
///
/// A new key is appended; a known one keeps its place and its one record. At most 100,000 records are kept: the first,
/// oldest, goes when another comes, and what is forgotten may be done again.
///
/// Errors: `conflict` for a key that is not that of post, action and tier.
///
/// ```
/// use agent_interlock::{RecoveryAction, RecoveryReport, RecoveryStatus, Tier, Timestamp, Value};
/// use agent_interlock::{record_recovery, recovery_key};
/// let report = RecoveryReport {
///     post_id: "p1".into(),
///     action_type: RecoveryAction::Edit,
///     tier: Tier::Tier2,
///     idempotency_key: recovery_key("p1", RecoveryAction::Edit, Tier::Tier2),
///     status: RecoveryStatus::Running,
///     outcome: Value::Null,
///     error_code: None,
/// };
/// let (history, _) = record_recovery(Vec::new(), report.clone(), Timestamp::MIN)?;
/// let done = RecoveryReport { status: RecoveryStatus::Success, ..report };
/// let (history, place) = record_recovery(history, done, Timestamp::MIN)?;
/// assert_eq!((history.len(), history[place].attempts.get()), (1, 2));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn record_recovery(
    mut history: Vec<RecoveryRecord>,
    report: RecoveryReport,
    now: Timestamp,
) -> Result<(Vec<RecoveryRecord>, usize)> {
    check_key(&report)?;
    let known = history.iter().position(|record| record.idempotency_key == report.idempotency_key);
    if let Some((place, record)) = known.and_then(|place| Some((place, history.get_mut(place)?))) {
        record.status = report.status;
        record.outcome = report.outcome;
        record.error_code = report.error_code;
        record.attempts = Count::new(record.attempts.get() + 1).unwrap_or(Count::MAX);
        record.initiated_at = now;
        return Ok((history, place));
    }
    let surplus = (history.len() + 1).saturating_sub(MAX_RECORDS);
    history.drain(..surplus);
    history.push(first_record(report, now));
    let place = history.len() - 1;
    Ok((history, place))
}

fn check_key(report: &RecoveryReport) -> Result<()> {
    let expected = recovery_key(&report.post_id, report.action_type, report.tier);
    if report.idempotency_key == expected {
        return Ok(());
    }
    let argument = Place::ARGUMENT.with_code(ErrorCode::Conflict);
    Err(argument.key("idempotencyKey").error(format!("the key of this post, action and tier is `{expected}`")))
}

fn first_record(report: RecoveryReport, now: Timestamp) -> RecoveryRecord {
    RecoveryRecord {
        idempotency_key: report.idempotency_key,
        post_id: report.post_id,
        action_type: report.action_type,
        tier: report.tier,
        initiated_at: now,
        status: report.status,
        attempts: Count::of(1),
        outcome: report.outcome,
        error_code: report.error_code,
        others: BTreeMap::new(),
    }
}

/// Whether a failed recovery is worth another try: what failed may pass, and doing it again is safe.
///
/// ```
/// assert!(!agent_interlock::should_retry_recovery(&[], "sheal_f7daae61486f77f84198cfe0b1388c5b"));
/// ```
pub fn should_retry_recovery(history: &[RecoveryRecord], idempotency_key: &str) -> bool {
    const MAY_PASS: [&str; 4] = ["timeout", "rate_limit", "service_unavailable", "network_error"];
    let record = history.iter().find(|record| record.idempotency_key == idempotency_key);
    record.is_some_and(|record| {
        let code = record.error_code.as_deref();
        record.status == RecoveryStatus::Failed && code.is_some_and(|code| MAY_PASS.contains(&code))
    })
}

impl RecoveryRecord {
    pub(super) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const RECORD: Shape = Shape::open(&[
            field("idempotencyKey"),
            field("postId"),
            field("actionType"),
            field("tier"),
            field("initiatedAt"),
            field("status"),
            field("attempts"),
            field("outcome"),
            field("errorCode"),
        ]);
        let fields = Fields::of(value, place, &RECORD)?;
        Ok(Self {
            idempotency_key: fields.required("idempotencyKey", read::id)?,
            post_id: fields.required("postId", read::id)?,
            action_type: fields.required("actionType", read::word)?,
            tier: fields.required("tier", read::word)?,
            initiated_at: fields.required("initiatedAt", time::instant)?,
            status: fields.required("status", read::word)?,
            attempts: fields.or("attempts", Count::of(1), read::count)?,
            outcome: fields.or("outcome", Value::Null, crate::json::plain)?,
            error_code: fields.nullable("errorCode", None, read_code)?,
            others: read::others(value, place, &RECORD)?,
        })
    }
}

fn read_code(value: &Value, place: &Place<'_>) -> Result<String> {
    read::text(value, place).map(str::to_owned)
}

fn read_history(value: &Value, place: &Place<'_>) -> Result<Vec<RecoveryRecord>> {
    read::items(value, place, MAX_RECORDS, RecoveryRecord::read)
}

/// `recoveryKey({postId, actionType, tier})`.
pub(super) fn call_key(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("postId"), field("actionType"), field("tier")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let post_id = fields.required("postId", read::id)?;
    let (action_type, tier) = (fields.required("actionType", read::word)?, fields.required("tier", read::word)?);
    crate::json::text(&recovery_key(&post_id, action_type, tier))
}

/// `recordRecovery({history, postId, actionType, tier, idempotencyKey, status, outcome?, errorCode?, now})`.
pub(super) fn call_record(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[
        field("history"),
        field("postId"),
        field("actionType"),
        field("tier"),
        field("idempotencyKey"),
        field("status"),
        field("outcome"),
        field("errorCode"),
        field("now"),
    ]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let report = RecoveryReport {
        post_id: fields.required("postId", read::id)?,
        action_type: fields.required("actionType", read::word)?,
        tier: fields.required("tier", read::word)?,
        idempotency_key: fields.required("idempotencyKey", read::id)?,
        status: fields.required("status", read::word)?,
        outcome: fields.or("outcome", Value::Null, crate::json::plain)?,
        error_code: fields.nullable("errorCode", None, read_code)?,
    };
    let now = fields.required("now", time::instant)?;
    let (history, place) = record_recovery(fields.required("history", read_history)?, report, now)?;
    crate::json::text(&Recorded { record: history.get(place), history: &history })
}

#[derive(Serialize)]
struct Recorded<'h> {
    record: Option<&'h RecoveryRecord>,
    history: &'h [RecoveryRecord],
}

/// `shouldRetryRecovery({history, idempotencyKey})`.
pub(super) fn call_should_retry(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("history"), field("idempotencyKey")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let history = fields.required("history", read_history)?;
    crate::json::text(&should_retry_recovery(&history, &fields.required("idempotencyKey", read::id)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn report(post_id: &str, status: RecoveryStatus) -> RecoveryReport {
        let (action_type, tier) = (RecoveryAction::Edit, Tier::Tier2);
        RecoveryReport {
            idempotency_key: recovery_key(post_id, action_type, tier),
            post_id: post_id.into(),
            action_type,
            tier,
            status,
            outcome: Value::Null,
            error_code: None,
        }
    }

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    #[test]
    fn a_foreign_key_is_a_conflict() {
        let lie = RecoveryReport { post_id: "p2".into(), ..report("p1", RecoveryStatus::Running) };
        let refused = record_recovery(Vec::new(), lie, at(0)).unwrap_err();
        assert_eq!((refused.code(), refused.path()), (ErrorCode::Conflict, "idempotencyKey"));
        assert!(refused.message().ends_with(&format!("`{}`", recovery_key("p2", RecoveryAction::Edit, Tier::Tier2))));
    }

    #[test]
    fn a_known_key_keeps_its_place_and_its_one_record() {
        let (history, first) = record_recovery(Vec::new(), report("p1", RecoveryStatus::Running), at(1)).unwrap();
        let (history, second) = record_recovery(history, report("p2", RecoveryStatus::Running), at(2)).unwrap();
        assert_eq!((first, second), (0, 1));
        let failed = RecoveryReport {
            outcome: Value::Bool(false),
            error_code: Some("timeout".into()),
            ..report("p1", RecoveryStatus::Failed)
        };
        let (history, third) = record_recovery(history, failed, at(3)).unwrap();
        let record = &history[0];
        assert_eq!((third, history.len(), record.attempts.get(), record.initiated_at), (0, 2, 2, at(3)));
        assert_eq!((&record.outcome, record.error_code.as_deref()), (&Value::Bool(false), Some("timeout")));
        assert_eq!(history[1].attempts.get(), 1);
    }

    #[test]
    fn the_oldest_record_goes_when_there_is_no_more_room() {
        let template = first_record(report("p", RecoveryStatus::Success), at(0));
        let full: Vec<_> = (0..MAX_RECORDS)
            .map(|index| RecoveryRecord { idempotency_key: index.to_string(), ..template.clone() })
            .collect();
        let (history, place) = record_recovery(full, report("p1", RecoveryStatus::Running), at(1)).unwrap();
        assert_eq!((history.len(), place, history[0].idempotency_key.as_str()), (MAX_RECORDS, MAX_RECORDS - 1, "1"));
        let (history, place) = record_recovery(history, report("p1", RecoveryStatus::Failed), at(1)).unwrap();
        assert_eq!((history.len(), place, history[0].idempotency_key.as_str()), (MAX_RECORDS, MAX_RECORDS - 1, "1"));
    }

    #[test]
    fn attempts_end_at_the_largest_count() {
        let mut history = vec![first_record(report("p1", RecoveryStatus::Running), at(0))];
        history[0].attempts = Count::MAX;
        let (history, _) = record_recovery(history, report("p1", RecoveryStatus::Failed), at(0)).unwrap();
        assert_eq!(history[0].attempts, Count::MAX);
    }

    #[test]
    fn only_a_failure_that_may_pass_is_tried_again() {
        let retried = |status, code: Option<&str>| {
            let record =
                RecoveryRecord { error_code: code.map(str::to_owned), ..first_record(report("p1", status), at(0)) };
            should_retry_recovery(std::slice::from_ref(&record), &record.idempotency_key)
        };
        for code in ["timeout", "rate_limit", "service_unavailable", "network_error"] {
            assert!(retried(RecoveryStatus::Failed, Some(code)), "{code}");
            assert!(!retried(RecoveryStatus::Success, Some(code)) && !retried(RecoveryStatus::Running, Some(code)));
        }
        assert!(!retried(RecoveryStatus::Failed, Some("auth")) && !retried(RecoveryStatus::Failed, None));
        let other = first_record(
            RecoveryReport { error_code: Some("timeout".into()), ..report("p1", RecoveryStatus::Failed) },
            at(0),
        );
        assert!(!should_retry_recovery(&[other], "sheal_"));
    }

    #[test]
    fn records_of_the_original_load_and_keep_what_they_carry() {
        let json = r#"{"idempotency_key": "k", "post_id": "p", "action_type": "edit", "tier": "tier_2",
            "initiated_at": "2026-05-18T10:00:00+03:00", "status": "failed", "error_code": "auth", "author": {"id": 7}}"#;
        let record = RecoveryRecord::read(&Value::from_json(json).unwrap(), &Place::ARGUMENT).unwrap();
        let written = r#"{"idempotencyKey":"k","postId":"p","actionType":"edit","tier":"tier_2","initiatedAt":"2026-05-18T07:00:00Z","status":"failed","attempts":1,"outcome":null,"errorCode":"auth","author":{"id":7}}"#;
        assert_eq!(crate::json::text(&record).unwrap(), written);
    }

    proptest! {
        #[test]
        fn keys_differ_wherever_post_action_or_tier_do(a in "[ap:_1edit]{1,8}", b in "[ap:_1edit]{1,8}", x in 0_usize..9, y in 0_usize..9) {
            let key = |post: &str, n: usize| recovery_key(post, RecoveryAction::ALL[n % 3], Tier::ALL[n / 3]);
            prop_assert_eq!(key(&a, x) == key(&b, y), a == b && x == y);
        }
    }
}
