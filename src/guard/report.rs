//! `report`: what became of a granted action.

use serde::Serialize;
use serde_json::json;

use super::Guard;
use super::people::{Person, Power};
use super::record::{Charge, Mark, Record, Shelf, Stage};
use super::resolve::read_comment;
use super::state::State;
use super::views::AmountsUsed;
use crate::action::KnownCost;
use crate::error::{Error, ErrorCode, Result};
use crate::json::{canonical, sha256_hex};
use crate::money::Spending;
use crate::number::Count;
use crate::policy::{Access, ActionType};
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::recovery::{ErrorCategory, RetryAfter, classify_foreign_error, may_have_happened, plan_retry};
use crate::time::Timestamp;
use crate::value::Value;

words! {
    /// What became of an action.
    Outcome {
        /// It was done.
        Succeeded = "succeeded",
        /// It was not done.
        Failed = "failed",
        /// Nobody can tell.
        Unknown = "unknown",
    }
}

/// What a report came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Reported {
    /// The action.
    pub action_id: String,
    /// What became of it: a failure that may have happened all the same is `unknown`.
    pub outcome: Outcome,
    /// What kind of failure, where it is one.
    pub category: Option<ErrorCategory>,
    /// Whether it may be tried again.
    pub retryable: bool,
    /// From when on.
    pub retry_at: Option<Timestamp>,
    /// How often it was granted.
    pub attempts: u32,
}

struct Report {
    action_id: String,
    outcome: Outcome,
    usage: Option<KnownCost>,
    category: Option<ErrorCategory>,
    uncertain: bool,
    retry_after: Option<RetryAfter>,
    attempt: Option<Count>,
    /// The person whose word it is, where it is not what came back from the action itself.
    by: Option<Person>,
    comment: Option<String>,
}

/// What the audit says of a report. What came back from the action is told apart from what somebody said.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a Person>,
    /// Beside `by`, also where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a Option<String>>,
    report: &'a Reported,
    /// What it really cost, where that was said.
    usage: Option<AmountsUsed>,
}

impl Report {
    fn read(value: &Value) -> Result<Self> {
        const REPORT: Shape = Shape::strict(&[
            field("actionId"),
            field("outcome"),
            field("usage"),
            field("error"),
            field("attempt"),
            field("by"),
            field("comment"),
        ]);
        let fields = Fields::of(value, &Place::ARGUMENT, &REPORT)?;
        let outcome = fields.required("outcome", read::word)?;
        let error = fields.optional("error", |value, place| read::object(value, place).map(|_| value))?;
        let retry_after = fields.optional("error", |value, place| {
            const ERROR: Shape = Shape::open(&[field("retryAfter")]);
            Fields::of(value, place, &ERROR)?.nullable("retryAfter", None, RetryAfter::read)
        })?;
        let failed = outcome == Outcome::Failed;
        Ok(Self {
            action_id: fields.required("actionId", read::id)?,
            outcome,
            usage: fields.optional("usage", KnownCost::read)?,
            category: failed.then(|| error.map_or(ErrorCategory::Unknown, classify_foreign_error)),
            uncertain: failed && error.is_some_and(may_have_happened),
            retry_after: retry_after.flatten(),
            attempt: fields.optional("attempt", read::positive_count)?,
            by: fields.optional("by", Person::read)?,
            comment: fields.optional("comment", read_comment)?,
        })
    }

    /// What the audit says of it.
    fn told<'a>(&'a self, reported: &'a Reported) -> Told<'a> {
        let by = self.by.as_ref();
        Told {
            by,
            comment: by.map(|_| &self.comment),
            report: reported,
            usage: self.usage.as_ref().map(|usage| usage.spending().into()),
        }
    }

    /// What tells this report from another about the same attempt: its outcome, the kind of failure and the usage.
    fn mark(&self) -> Result<Mark> {
        let usage = self.usage.as_ref().map(KnownCost::spending);
        Ok(Mark::of(&sha256_hex(&canonical(&(self.outcome, self.category, usage))?)))
    }
}

impl Guard {
    /// Says what became of a granted action: `{actionId, outcome, usage?, error?, attempt?, by?, comment?}` with `{now}`.
    ///
    /// Real usage replaces the reservation, on the day of the grant; without it the reservation stands. A write that is not idempotent and
    /// failed in a way after which it may have happened is `unknown`, and is not tried again until a report settles it.
    ///
    /// `by` is the person whose word it is, where nobody has seen the action end; it stands in the audit.
    ///
    /// Errors: `not_found` for an id never seen; `conflict` for one not granted, another attempt, or a second, different report;
    /// `not_authorized` for a person who is neither the agent's creator nor a `platform_admin`.
    pub fn report(&mut self, report: &Value, options: &Value) -> Result<Reported> {
        let (now, local) = self.begin(&super::options(options)?)?;
        let report = Report::read(report)?;
        let record = self.reportable(&report)?;
        if let Some(by) = &report.by {
            let told = || json!({"actionId": report.action_id, "by": by, "outcome": report.outcome});
            self.authorize(by, Power::Settle(&record.agent), "report", told, now, local)?;
        }
        let outcome =
            if report.uncertain && !self.is_safe_to_repeat(&record) { Outcome::Unknown } else { report.outcome };
        let (stage, retry_at) = settled(&report, outcome, &record, now)?;
        if let Some(known) = already_settled(&record, &stage, &report)? {
            return Ok(known);
        }
        let reported = Reported {
            action_id: report.action_id.clone(),
            outcome,
            category: report.category,
            retryable: retry_at.is_some(),
            retry_at,
            attempts: record.attempt,
        };
        let entry = self.entry(now, "report", || report.told(&reported))?;
        self.commit(now, local, entry, |state| state.settle(&report, record, stage, now));
        Ok(reported)
    }

    /// The record that a report may speak of.
    fn reportable(&self, report: &Report) -> Result<Record> {
        let not_found = || Error::new(ErrorCode::NotFound, "actionId", "no such action is known");
        let record = self.state.records.get(&report.action_id).ok_or_else(not_found)?;
        if matches!(record.stage, Stage::Waiting { .. } | Stage::Rejected) {
            return Err(Error::new(
                ErrorCode::Conflict,
                "actionId",
                "this action was not granted, or a person has said no since",
            ));
        }
        if report.attempt.is_some_and(|attempt| attempt.get() != u64::from(record.attempt)) {
            let message = format!("the last granted attempt is {}", record.attempt);
            return Err(Error::new(ErrorCode::Conflict, "attempt", message));
        }
        Ok(record.clone())
    }

    /// Whether a failure that may have happened does no harm when it is tried again.
    /// It does where the policy has come to refuse the type.
    fn is_safe_to_repeat(&self, record: &Record) -> bool {
        let known = ActionType::new(&record.action_type)
            .and_then(|action_type| self.policy.action(&action_type, &Place::ARGUMENT).ok().map(|known| known.rules));
        known.is_some_and(|rules| rules.idempotent || (rules.access == Access::Read && !record.write))
    }
}

impl State {
    fn settle(&mut self, report: &Report, record: Record, stage: Stage, now: Timestamp) {
        let used = report.usage.as_ref().filter(|_| !matches!(stage, Stage::Unknown { .. })).map(KnownCost::spending);
        // The day may just have ended: what was charged then stays as it is.
        let before = self.records.get(&report.action_id).and_then(|record| record.charge);
        let after = before.map(|before| {
            // What earlier attempts used was spent all the same.
            let spending = used.map_or(before.spending, |used| before.earlier.plus(used));
            self.ledger.settle(&record.agent, before.spending, spending);
            Charge { spending, earlier: if used.is_some() { spending } else { before.earlier } }
        });
        // Of what is finished nothing can be charged any more.
        let charge = after.filter(|_| stage.shelf() != Shelf::Finished);
        self.put(&report.action_id, Record { stage, charge, ..record }, now);
    }
}

/// The stage that a report leads to, and when the action may be tried again.
fn settled(report: &Report, outcome: Outcome, record: &Record, now: Timestamp) -> Result<(Stage, Option<Timestamp>)> {
    let mark = report.mark()?;
    Ok(match (outcome, report.category) {
        (Outcome::Succeeded, _) => (Stage::Succeeded { report: mark }, None),
        (Outcome::Failed, Some(category)) => {
            let attempt = Count::new(record.attempt.into()).unwrap_or_default();
            let retry_at = plan_retry(category, attempt, now, report.retry_after, None).retry_at;
            (Stage::Failed { report: mark, category, retry_at }, retry_at)
        }
        _ => (Stage::Unknown { at: record.stage.granted_at().unwrap_or(now) }, None),
    })
}

/// The same report twice is answered as before and changes nothing; a different one after the first is refused. What is in flight, or
/// unknown, is not settled yet.
fn already_settled(record: &Record, stage: &Stage, report: &Report) -> Result<Option<Reported>> {
    let known = |outcome, category, retry_at: Option<Timestamp>| Reported {
        action_id: report.action_id.clone(),
        outcome,
        category,
        retryable: retry_at.is_some(),
        retry_at,
        attempts: record.attempt,
    };
    match (&record.stage, stage) {
        (Stage::Granted { .. } | Stage::Unknown { .. }, _) => Ok(None),
        (Stage::Succeeded { report: first }, Stage::Succeeded { report: again }) if first == again => {
            Ok(Some(known(Outcome::Succeeded, None, None)))
        }
        (Stage::Failed { report: first, retry_at, .. }, Stage::Failed { report: again, .. }) if first == again => {
            Ok(Some(known(Outcome::Failed, report.category, *retry_at)))
        }
        _ => Err(Error::new(ErrorCode::Conflict, "outcome", "another outcome, or another usage, was reported before")),
    }
}

impl KnownCost {
    /// What was really used: nothing in a dimension that the report leaves out.
    pub(super) fn spending(&self) -> Spending {
        Spending {
            messages: self.messages.unwrap_or_default(),
            llm_tokens: self.llm_tokens.unwrap_or_default(),
            api_calls: self.api_calls.unwrap_or_default(),
            amount: crate::money::Millionths::cost(self.amount.unwrap_or_default()),
        }
    }
}
