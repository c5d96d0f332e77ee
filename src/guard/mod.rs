//! The guard: all rules in one decision, over a state of its own.
//!
//! A deterministic state machine: the same policy, snapshot and commands give the same answers on every host. It reads no clock; the
//! zone's offsets are resolved when it is made and travel in its snapshot. A command succeeds as a whole or changes nothing: all that
//! can fail is worked out first, and only then is anything changed.

mod approvals;
mod audit;
mod call;
mod command;
mod contents;
mod decision;
mod explain;
mod groups;
mod ledger;
mod lock;
mod outbox;
mod people;
mod question;
mod queue;
mod recent;
mod record;
mod records;
mod report;
mod request;
mod resolve;
mod size;
mod snapshot;
mod state;
mod table;
mod views;
mod wire;

use std::sync::Arc;

pub use approvals::{Approval, ApprovalStatus, Vote, VoteDecision};
pub(crate) use audit::Entry;
pub use audit::{AuditEntry, AuditHead};
pub use decision::{Decision, Effect, RuleReason};
pub use explain::{Approvers, ExplainedRule, Explanation};
pub use lock::{Lock, LockSource, Locks};
pub use outbox::{Obligation, ObligationKind};
pub use report::Reported;
pub use snapshot::Expected;
pub use table::rule_table;
pub use views::{AmountsUsed, InFlight, UsageView};

use serde::Serialize;
use serde_json::json;
use state::State;

use crate::error::{Error, ErrorCode, Result};
use crate::json::canonical;
use crate::policy::Policy;
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::{self, Timestamp};
use crate::value::Value;
use crate::zone::{Clock as _, Local, ZoneTable};

/// How far the clock may jump ahead from one command to the next.
const MAX_JUMP_DAYS: i64 = 366;

/// One customer's guard.
///
/// ```
/// use std::sync::Arc;
/// use agent_interlock::{Guard, Policy, Value};
/// let policy = Policy::from_json(r#"{"customerId": "noor", "autonomyMode": "safe_autopilot"}"#)?;
/// let mut guard = Guard::new(Arc::new(policy), true)?;
/// let json = |text| Value::from_json(text).unwrap();
/// let action = json(r#"{"id": "a1", "type": "book_meeting", "agent": "sales"}"#);
/// let now = json(r#"{"now": "2026-03-20T09:00:00Z"}"#);
/// assert!(guard.request(&action, &now)?.allowed);
/// assert_eq!(guard.request(&action, &now)?.code, Some("already_granted"));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Guard {
    policy: Arc<Policy>,
    zone: Arc<ZoneTable>,
    state: State,
}

impl Guard {
    /// A guard that has seen nothing yet. Without `audit` the entries' numbers go on and no entries are made.
    pub fn new(policy: Arc<Policy>, audit: bool) -> Result<Self> {
        let zone = policy.zone_table()?;
        Ok(Self { policy, zone, state: State::new(audit) })
    }

    /// The policy that it decides by.
    pub const fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// Whether its commands make audit entries.
    pub const fn is_audited(&self) -> bool {
        self.state.audit.enabled
    }

    /// Where the audit chain ends.
    pub fn audit_head(&self) -> AuditHead {
        self.state.audit.head.clone()
    }

    /// The audit's entries after a number, as far back as the last 1,000.
    pub fn audit_since(&self, seq: u64) -> Vec<AuditEntry> {
        self.state.audit.since(seq).map(AuditEntry::from).collect()
    }

    /// The same as they are kept.
    pub(crate) fn entries_since(&self, seq: u64) -> Vec<Entry> {
        self.state.audit.since(seq).cloned().collect()
    }

    /// What is still to be sent or started, the oldest first.
    pub fn outbox(&self) -> Vec<Obligation> {
        self.state.outbox.iter().cloned().collect()
    }

    /// The guard's instant for a command: it never steps back, and a leap of more than a year is a mistake.
    fn clock(&self, now: Timestamp) -> Result<Timestamp> {
        let Some(last) = self.state.now else { return Ok(now) };
        let limit = last.as_micros().saturating_add(MAX_JUMP_DAYS * 86_400_000_000);
        if now.as_micros() > limit {
            let message = format!(
                "more than {MAX_JUMP_DAYS} days after the last command ({last}); `adoptClock` accepts such a leap"
            );
            return Err(Place::ARGUMENT.key("now").error(message));
        }
        Ok(now.max(last))
    }

    /// The local time on the guard's own clock.
    pub(crate) fn local(&self, now: Timestamp) -> Result<Local> {
        self.zone.local(now).ok_or_else(|| Error::new(ErrorCode::Internal, "", "an instant without a local time"))
    }

    /// What every command begins with: its instant, and the local time then.
    fn begin(&self, fields: &Fields<'_, '_>) -> Result<(Timestamp, Local)> {
        let now = self.clock(fields.required("now", time::instant)?)?;
        Ok((now, self.local(now)?))
    }

    /// The entry that a command would make; `None` where none are made. The first one binds the chain to a customer and a policy.
    fn entry<D: Serialize>(
        &self,
        now: Timestamp,
        kind: &'static str,
        data: impl FnOnce() -> D,
    ) -> Result<Option<Entry>> {
        if !self.is_audited() {
            return Ok(None);
        }
        let data = data();
        let data = if self.state.audit.next_seq() == 1 {
            self.binding(crate::json::value(&data)?)?
        } else {
            canonical(&data)?
        };
        self.state.audit.entry(now, kind, data).map(Some)
    }

    /// What the first entry says: what it would, and whose guard it is under which policy.
    fn binding(&self, mut data: Value) -> Result<String> {
        let guard = json!({"customerId": self.policy.document().customer_id, "policyDigest": self.policy.digest()});
        if let Value::Object(fields) = &mut data {
            fields.push(("guard".to_owned(), guard.into()));
        }
        canonical(&data)
    }

    /// Takes a command into the state, once nothing can fail any more: the day it falls on, what time alone has ended, what it changes, its
    /// entry in the audit.
    fn commit<T>(
        &mut self,
        now: Timestamp,
        local: Local,
        entry: Option<Entry>,
        change: impl FnOnce(&mut State) -> T,
    ) -> T {
        self.state.now = Some(now);
        if self.state.ledger.open(local.date) {
            self.state.records.close_day(now);
        }
        self.state.expire(now);
        self.state.audit.append(entry);
        let result = change(&mut self.state);
        self.state.make_room(self.longest_window(now));
        result
    }

    /// The first microsecond of the longest window that ends now.
    fn longest_window(&self, now: Timestamp) -> i64 {
        state::longest_window(&self.policy.document().velocity, now)
    }

    /// Whether there is room for what is not there yet.
    fn is_room(&self, now: Timestamp) -> bool {
        !self.state.is_full(self.longest_window(now), now)
    }
}

/// The options of commands that take no others.
const NOW: Shape = Shape::strict(&[field("now")]);

/// `{now}`.
fn options(value: &Value) -> Result<Fields<'_, 'static>> {
    Fields::of(value, &Place::ARGUMENT, &NOW)
}

/// The reason that a person gives: at most 256 characters, none of them a control character.
fn read_reason(value: &Value, place: &Place<'_>) -> Result<String> {
    read::id(value, place)
}

#[cfg(test)]
mod tests;
