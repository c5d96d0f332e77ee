//! A log of actions through a guard: what would have run, what would not, and why.
//!
//! Lines come one at a time, so that the memory it takes does not grow with the log.

mod line;
mod summary;

use std::sync::Arc;

use crate::error::{Error, ErrorCode, Result};
use crate::guard::{Decision, Effect, Guard, RuleReason};
use crate::policy::Policy;
use crate::rules::Tier;
use crate::time::Timestamp;
use crate::value::Value;

use line::{Kind, Line};
pub use summary::{AgentSummary, DayUsage, Summary};

/// What became of one request of the log.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Row {
    /// When it was asked.
    pub at: Timestamp,
    /// The action's id.
    pub action_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub action_type: String,
    /// Who asked.
    pub agent: String,
    /// The strictest effect that any rule asks for.
    pub effect: Effect,
    /// Whether it runs.
    pub allowed: bool,
    /// The code of the first reason with that effect.
    pub code: Option<&'static str>,
    /// The text of the first reason with that effect.
    pub reason: Option<String>,
    /// All reasons, in the order of the rules.
    pub reasons: Vec<RuleReason>,
    /// The tier of velocity that is reached.
    pub escalation: Option<Tier>,
    /// The first instant at which no rule would defer it any more.
    pub defer_until: Option<Timestamp>,
}

/// A line that is no request, but was carried out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Other {
    /// When it was.
    pub at: Timestamp,
    /// What it is: `report`, `unlock`, …
    pub kind: &'static str,
}

/// What a line was.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Replayed {
    /// A request, and what became of it.
    Request(Box<Row>),
    /// Another command.
    Other(Other),
}

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
}

impl Replay {
    /// A replay that has read nothing yet. Errors: `internal`, where the host does not know the policy's zone.
    pub fn new(policy: Arc<Policy>) -> Result<Self> {
        Ok(Self { guard: Guard::new(policy, false)?, summary: Summary::default() })
    }

    /// Reads one line of JSON and carries it out. A blank line is none. A line with an error changes nothing.
    pub fn line(&mut self, text: &str) -> Result<Option<Replayed>> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let line = Line::read(Value::from_json(text)?)?;
        let done = match line.kind {
            Kind::Request => return self.request(&line).map(|row| Some(Replayed::Request(Box::new(row)))),
            Kind::Report => self.guard.report(&line.argument, &line.options).map(drop),
            other => self.guard.call(other.as_str(), &line.argument, &line.options).map(drop),
        };
        match done {
            Err(error) if !is_of_another_policy(&line, &error) => Err(error),
            _ => Ok(Some(Replayed::Other(Other { at: line.at, kind: line.kind.as_str() }))),
        }
    }

    /// What the lines so far came to.
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    fn request(&mut self, line: &Line) -> Result<Row> {
        let decision = self.guard.request(&line.argument, &line.options)?;
        let row = row(line, decision);
        let (date, used) = self.guard.used_today(line.at)?;
        self.summary.add(&row, date, used);
        Ok(row)
    }
}

/// A log tells what became of what ran when it was written. Under another policy some of that is not granted: what is reported of it then
/// is no mistake of the log's.
fn is_of_another_policy(line: &Line, error: &Error) -> bool {
    line.kind == Kind::Report && error.code() == ErrorCode::Conflict && error.path() == "actionId"
}

fn row(line: &Line, decision: Decision) -> Row {
    Row {
        at: line.at,
        action_id: decision.action_id,
        action_type: line.text("type"),
        agent: line.text("agent"),
        effect: decision.effect,
        allowed: decision.allowed,
        code: decision.code,
        reason: decision.reason,
        reasons: decision.reasons,
        escalation: decision.escalation.map(|escalation| escalation.tier),
        defer_until: decision.defer_until,
    }
}

#[cfg(test)]
mod tests;
