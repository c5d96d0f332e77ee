//! A log of actions through the guard: what would have run, what would not, and why.
//!
//! Lines come one at a time ([`Replay`]) or as the bytes of a log, in pieces and under one policy or two ([`LogReplay`]). The memory that
//! it takes does not grow with the log.

mod approvals;
mod columns;
mod compare;
mod line;
mod log;
mod peaks;
mod refused;
mod row;
mod split;
mod summary;

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::guard::{AmountsUsed, Approval, Decision, Effect, Explanation, Guard, Locks};
use crate::policy::Policy;
use crate::read::Place;
use crate::time::{Date, Timestamp};
use crate::value::Value;

use approvals::Waiting;
pub use approvals::{ApprovalSummary, RowApproval};
pub use columns::{Broken, Columns};
pub use compare::{Change, Changes, RuleChanges, Side, Turn};
use line::{Kind, Line};
pub use log::{Against, LineDone, LogReplay, LogSummary};
pub use peaks::{BudgetPeaks, Peak, Peaks};
use refused::Refused;
pub use row::{Other, Replayed, Row};
pub use summary::{
    AgentSummary, ByEffect, DaySummary, DayUsage, DeferralSummary, LockSummary, LockedScope, RuleSummary, Summary,
};

/// A log under a policy, line by line.
///
/// ```
/// use agent_interlock::{Policy, Replay, Replayed};
/// use std::sync::Arc;
/// let policy = Policy::from_json(r#"{"customerId": "noor", "quietHours": null}"#)?;
/// let mut replay = Replay::new(Arc::new(policy))?;
/// let line = r#"{"at": "2026-03-20T09:00:00Z", "id": "a1", "type": "book_meeting", "agent": "sales"}"#;
/// let Some(Replayed::Request(row)) = replay.line(line)? else { panic!("a request") };
/// assert_eq!(row.code, Some("outbound_requires_human"));
/// assert_eq!(replay.summary().requests, 1);
/// # Ok::<(), agent_interlock::Error>(())
/// ```
#[derive(Debug)]
pub struct Replay {
    guard: Guard,
    summary: Summary,
    /// The locks that hold.
    locks: Locks,
    refused: Refused,
    waiting: Waiting,
}

impl Replay {
    /// A replay that has read nothing yet. Errors: `internal`, where the host does not know the policy's zone.
    pub fn new(policy: Arc<Policy>) -> Result<Self> {
        Guard::new(policy, false).and_then(Self::of)
    }

    /// A replay that goes on with a guard: one that keeps an audit, or one restored from a snapshot.
    ///
    /// ```
    /// use agent_interlock::{Guard, Policy, Replay};
    /// use std::sync::Arc;
    /// let policy = Arc::new(Policy::from_json(r#"{"customerId": "noor"}"#)?);
    /// let mut replay = Replay::of(Guard::new(policy, true)?)?;
    /// replay.line(r#"{"at": "2026-03-20T09:00:00Z", "id": "a1", "type": "score_deal", "agent": "sales"}"#)?;
    /// assert_eq!(replay.guard().audit_head().seq, 1);
    /// # Ok::<(), agent_interlock::Error>(())
    /// ```
    pub fn of(guard: Guard) -> Result<Self> {
        let locks = guard.lock_state();
        let mut replay = Self {
            guard,
            summary: Summary::default(),
            locks,
            refused: Refused::default(),
            waiting: Waiting::default(),
        };
        // An instant before every other: a guard takes that for its own last one.
        replay.take_caps(Timestamp::MIN)?;
        let waiting = Value::Object(vec![("status".to_owned(), Value::Text("pending".to_owned()))]);
        let long_ago = Value::Object(vec![("now".to_owned(), Value::Number(0.0))]);
        for approval in replay.guard.approvals(&waiting, &long_ago)? {
            replay.waiting.see(&approval, false, &mut replay.summary.approvals);
        }
        if replay.guard.audit_head().seq > 0 {
            replay.take_usage(Timestamp::MIN)?;
        }
        Ok(replay)
    }

    /// The guard as it is now.
    pub const fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Reads one line of JSON and carries it out. A blank line is none. A line with an error changes nothing.
    pub fn line(&mut self, text: &str) -> Result<Option<Replayed>> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        self.carry_out(&Line::read(Value::from_json(text)?)?).map(Some)
    }

    /// What the guard as it is now would answer to the line of a request, with all that every rule looked at. Changes nothing.
    ///
    /// Errors: as those of [`Replay::line`]; `invalid_input` where the line is no request.
    ///
    /// ```
    /// use agent_interlock::{Policy, Replay};
    /// use std::sync::Arc;
    /// let replay = Replay::new(Arc::new(Policy::from_json(r#"{"customerId": "noor"}"#)?))?;
    /// let line = r#"{"at": "2026-03-20T09:00:00Z", "id": "a1", "type": "score_deal", "agent": "sales", "note": "passed over"}"#;
    /// assert!(replay.explain(line)?.decision.allowed);
    /// assert_eq!(replay.summary().requests, 0);
    /// # Ok::<(), agent_interlock::Error>(())
    /// ```
    pub fn explain(&self, text: &str) -> Result<Explanation> {
        let line = Line::read(Value::from_json(text)?)?;
        if line.kind != Kind::Request {
            let message =
                format!("expected \"request\", got \"{}\": only what is asked for is explained", line.kind.as_str());
            return Err(Place::ARGUMENT.key("kind").error(message));
        }
        self.guard.explain(&line.argument, &line.options).map_err(in_line)
    }

    /// What the lines so far came to.
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    fn carry_out(&mut self, line: &Line) -> Result<Replayed> {
        self.run(line).map_err(in_line)
    }

    fn run(&mut self, line: &Line) -> Result<Replayed> {
        let done = match line.kind {
            Kind::Request => return self.request(line).map(|row| Replayed::Request(Box::new(row))),
            Kind::Report => self.guard.report(&line.argument, &line.options).map(|_| None),
            Kind::Resolve => self.resolve(line),
            other => self.guard.call(other.as_str(), &line.argument, &line.options).map(|_| None),
        };
        let approval = match done {
            Err(error) if self.refused.explains(line, &error, &self.guard) => {
                self.summary.count_vain(line.kind);
                None
            }
            done => done?,
        };
        self.take_over(line, approval.as_ref())
    }

    /// A person's decision: on the approval that the line names, or on the one that its action waits for here.
    fn resolve(&mut self, line: &Line) -> Result<Option<Approval>> {
        let Some(action) = line.text("actionId") else {
            return self.guard.resolve(&line.argument, &line.options).map(Some);
        };
        // An id that no approval has: the guard reads all else, and finds none.
        let id = self.guard.pending_approval(action, line.at).unwrap_or_default();
        self.guard.resolve(&line.resolving(if id.is_empty() { "none" } else { &id }), &line.options).map(Some)
    }

    /// Takes into the summary what a command that is no request has come to.
    fn take_over(&mut self, line: &Line, approval: Option<&Approval>) -> Result<Replayed> {
        match line.kind {
            Kind::Lock | Kind::Unlock => self.take_locks(),
            Kind::SetPolicy => self.take_caps(line.at)?,
            _ => {}
        }
        self.take_usage(line.at)?;
        self.pass(line.at, approval, false);
        let other = Other::new(line, approval);
        self.summary.add_other(&other);
        Ok(Replayed::Other(other))
    }

    fn request(&mut self, line: &Line) -> Result<Row> {
        let (decision, counted) = self.guard.request_counted(&line.argument, &line.options)?;
        if locks(&decision) {
            self.take_locks();
        }
        self.refused.add(&decision);
        let at = decision.at;
        let is_new = decision.approval.as_ref().is_some_and(|approval| approval.seq == self.guard.audit_head().seq);
        self.pass(at, decision.approval.as_ref(), is_new);
        let row = Row::new(line, decision, counted);
        let (date, used) = self.guard.used_today(at)?;
        self.summary.add(&row, date, self.guard.local(at)?.hour);
        self.take_day(at, Some(&row.agent), date, used);
        Ok(row)
    }

    /// Time has gone on to a line, and an approval is now as it is.
    fn pass(&mut self, at: Timestamp, approval: Option<&Approval>, is_new: bool) {
        let summary = &mut self.summary.approvals;
        self.waiting.pass(at, summary);
        if let Some(approval) = approval {
            self.waiting.see(approval, is_new, summary);
        }
    }

    fn take_usage(&mut self, at: Timestamp) -> Result<()> {
        let (date, used) = self.guard.used_today(at)?;
        self.take_day(at, None, date, used);
        Ok(())
    }

    /// What the local day has come to; where somebody is named, by an action of theirs.
    fn take_day(&mut self, at: Timestamp, agent: Option<&str>, date: Date, used: AmountsUsed) {
        let before = self.summary.usage;
        if before.date != Some(date) || before.used != used {
            self.summary.budgets.add(&self.guard, at, agent, date, used);
        }
        self.summary.set_usage(date, used);
    }

    fn take_locks(&mut self) {
        let now = self.guard.lock_state();
        self.summary.add_locks(&self.locks, &now);
        self.locks = now;
    }

    fn take_caps(&mut self, at: Timestamp) -> Result<()> {
        let (date, _) = self.guard.used_today(at)?;
        self.summary.budgets.set_caps(self.guard.policy(), date);
        Ok(())
    }
}

/// An error as it stands in a line: what is a command's `now` is its `at`.
fn in_line(error: Error) -> Error {
    if error.path() == "now" { Error::new(error.code(), "at", error.message()) } else { error }
}

/// Whether a decision may have locked something that was not locked before.
fn locks(decision: &Decision) -> bool {
    decision.reasons.iter().any(|reason| reason.effect == Effect::Lock && reason.rule != "lock")
}

#[cfg(test)]
mod tests;
