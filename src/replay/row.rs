//! What became of a line.

use serde::Serialize;

use super::approvals::RowApproval;
use super::line::Line;
use crate::guard::{Approval, Decision, Effect, RuleReason};
use crate::rules::Tier;
use crate::time::Timestamp;

/// What became of one request of the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Whether it counted as one more action of its agent's velocity.
    pub counted: bool,
    /// Its approval as it then is, where there is one.
    pub approval: Option<RowApproval>,
}

impl Row {
    pub(super) fn new(line: &Line, decision: Decision, counted: bool) -> Self {
        Self {
            at: line.at,
            action_id: decision.action_id,
            action_type: line.text("type").unwrap_or_default().to_owned(),
            agent: line.text("agent").unwrap_or_default().to_owned(),
            effect: decision.effect,
            allowed: decision.allowed,
            code: decision.code,
            reason: decision.reason,
            reasons: decision.reasons,
            counted,
            approval: decision.approval.as_ref().map(RowApproval::from),
            escalation: decision.escalation.map(|escalation| escalation.tier),
            defer_until: decision.defer_until,
        }
    }

    /// The reason that decided: the first with the winning effect.
    pub(super) fn because(&self) -> Option<&RuleReason> {
        self.reasons.iter().find(|reason| reason.effect == self.effect)
    }

    /// The rule whose reason decided.
    pub(super) fn rule(&self) -> Option<&'static str> {
        self.because().map(|reason| reason.rule)
    }
}

/// A line that is no request, but was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Other {
    /// When it was.
    pub at: Timestamp,
    /// What it is: `report`, `unlock`, …
    pub kind: &'static str,
    /// The agent that it names, or whose approval it resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The reason, or the comment, that a person gave, where somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The action that it names, or whose approval it resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_id: Option<String>,
    /// The approval that it resolved, as it then is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<RowApproval>,
}

impl Other {
    pub(super) fn new(line: &Line, approval: Option<&Approval>) -> Self {
        let text = |name| line.text(name).map(str::to_owned);
        Self {
            at: line.at,
            kind: line.kind.as_str(),
            agent: text("agent").or_else(|| approval.map(|approval| approval.agent.clone())),
            reason: text("reason").or_else(|| text("comment")),
            action_id: text("actionId").or_else(|| approval.map(|approval| approval.action_id.clone())),
            approval: approval.map(RowApproval::from),
        }
    }
}

/// What a line was.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Replayed {
    /// A request, and what became of it.
    Request(Box<Row>),
    /// Another command.
    Other(Other),
}
