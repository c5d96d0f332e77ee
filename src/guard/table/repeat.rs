//! Has this been asked before, and what became of it?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings, Stage};
use crate::error::Result;
use crate::guard::approvals::ApprovalStatus;
use crate::guard::record::MAX_RETRIES;
use crate::guard::records::MAX_IN_FLIGHT;
use crate::reason::Reason;

pub(super) const ABOUT: &str = "what was granted is not granted again: `deny` while in flight, once done, or where the outcome is unknown; a failure is retried only as its kind allows; the same content waits out its window";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let attempt = ask.record.map_or(0, |record| record.attempt);
    match ask.stage() {
        Some(Stage::Granted { .. }) => findings.add("repeat", Effect::Deny, Reason::AlreadyGranted),
        Some(Stage::Succeeded { .. }) => findings.add("repeat", Effect::Deny, Reason::AlreadyExecuted),
        Some(Stage::Unknown { .. }) => findings.add("repeat", Effect::Deny, Reason::OutcomeUnknown),
        Some(Stage::Failed { retry_at: Some(retry_at), .. }) if ask.now < retry_at => {
            findings.defer("repeat", Reason::RetryNotBefore { retry_at }, Some(retry_at));
        }
        Some(Stage::Failed { retry_at: None, .. }) if attempt > u32::from(MAX_RETRIES) => {
            findings.add("repeat", Effect::Deny, Reason::RetriesExhausted);
        }
        Some(Stage::Failed { retry_at: None, category, .. }) => {
            findings.add("repeat", Effect::Deny, Reason::NotRetryable { category: category.to_string() });
        }
        // What it ran under outlives what is remembered of it: it has run, and nothing more is known.
        None | Some(Stage::Waiting { .. })
            if ask.approval.is_some_and(|known| known.status == ApprovalStatus::Consumed) =>
        {
            findings.add("repeat", Effect::Deny, Reason::AlreadyExecuted);
        }
        None | Some(Stage::Waiting { .. } | Stage::Failed { .. } | Stage::Rejected) => {}
    }
    if ask.state.contents.has_twin(ask.content, &ask.action.id, ask.now) {
        findings.add("repeat", Effect::Deny, Reason::DuplicateAction);
    }
    if ask.state.records.in_flight_of(&ask.action.agent) >= MAX_IN_FLIGHT {
        findings.add("repeat", Effect::Deny, Reason::TooManyInFlight);
    }
    if ask.full {
        findings.add("repeat", Effect::Deny, Reason::SnapshotFull);
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let stage = ask.stage().map(|stage| match stage {
        Stage::Waiting { .. } => "waiting",
        Stage::Granted { .. } => "granted",
        Stage::Succeeded { .. } => "succeeded",
        Stage::Failed { .. } => "failed",
        Stage::Unknown { .. } => "unknown",
        Stage::Rejected => "rejected",
    });
    let retry_at = match ask.stage() {
        Some(Stage::Failed { retry_at, .. }) => retry_at,
        _ => None,
    };
    Ok(json!({
        "stage": stage,
        "attempt": ask.record.map_or(0, |record| record.attempt),
        "retryAt": retry_at,
        "duplicateWindowMinutes": ask.known.rules.duplicate_window_minutes,
        "isDuplicate": ask.state.contents.has_twin(ask.content, &ask.action.id, ask.now),
        "inFlight": ask.state.records.in_flight_of(&ask.action.agent),
        "maxInFlight": MAX_IN_FLIGHT,
        "isFull": ask.full,
    }))
}
