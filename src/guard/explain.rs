//! `explain`: what a request would be answered, and what every rule looked at.

use serde::Serialize;
use serde_json::Value as Json;

use super::decision::{Decision, Effect, RuleReason};
use super::views::AmountsUsed;
use super::{Guard, table};
use crate::error::Result;
use crate::number::Count;
use crate::value::Value;

/// What a request would be answered, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What [`Guard::request`] would answer.
    pub decision: Decision,
    /// Every rule of the table, in order.
    pub rules: Vec<ExplainedRule>,
    /// What a grant would charge.
    pub cost: AmountsUsed,
    /// Who may approve what the agent asks for.
    pub approvers: Approvers,
}

/// What one rule looked at, and what it said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedRule {
    /// The rule.
    pub rule: &'static str,
    /// Whether it is asked at all: what a person does meets few of them.
    pub applies: bool,
    /// The strictest that it asks for.
    pub effect: Option<Effect>,
    /// Why.
    pub reasons: Vec<RuleReason>,
    /// What it looked at: a rule's own fields; none where it does not apply.
    pub read: Option<Json>,
}

/// Who may approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Approvers {
    /// The agent's creator.
    pub creator: Option<String>,
    /// The role that may as well: `platform_admin`.
    pub role: &'static str,
    /// How many people have to.
    pub quorum: Count,
    /// Whether whoever requested the action may not.
    pub separation_of_duties: bool,
}

impl Guard {
    /// What [`Guard::request`] would answer to the same action and options, with every rule that was asked, what it looked at and what it
    /// said. Changes nothing. It tells keywords and thresholds: it is for the host alone.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use agent_interlock::{Guard, Policy, Value};
    /// let policy = Policy::from_json(r#"{"customerId": "noor", "quietHours": null}"#)?;
    /// let guard = Guard::new(Arc::new(policy), true)?;
    /// let action = Value::from_json(r#"{"id": "a1", "type": "book_meeting", "agent": "sales"}"#)?;
    /// let explanation = guard.explain(&action, &Value::from_json(r#"{"now": "2026-03-20T09:00:00Z"}"#)?)?;
    /// assert_eq!(explanation.decision.code, Some("outbound_requires_human"));
    /// assert_eq!(explanation.rules.len(), 10);
    /// assert_eq!(guard.audit_head().seq, 0);
    /// # Ok::<(), agent_interlock::Error>(())
    /// ```
    pub fn explain(&self, action: &Value, options: &Value) -> Result<Explanation> {
        let asked = self.read_request(&self.policy, action, options)?;
        let ask = self.ask(&asked);
        let reads = table::reads(&ask)?;
        let decision = self.decide(&asked)?.decision;
        let rules = reads.into_iter().map(|(rule, read)| {
            let reasons: Vec<_> = decision.reasons.iter().filter(|found| found.rule == rule).cloned().collect();
            let effect = reasons.iter().map(|found| found.effect).max();
            ExplainedRule { rule, applies: read.is_some(), effect, reasons, read }
        });
        let (rules, terms) = (rules.collect(), self.policy.document().approvals);
        let creator = self.policy.creator(&ask.action.agent).map(str::to_owned);
        let approvers = Approvers {
            creator,
            role: super::people::ADMIN,
            quorum: terms.quorum,
            separation_of_duties: terms.separation_of_duties,
        };
        Ok(Explanation { rules, cost: ask.spending.into(), approvers, decision })
    }
}
