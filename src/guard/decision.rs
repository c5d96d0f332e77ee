//! What is decided about a request, and why.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::approvals::Approval;
use super::outbox::Obligation;
use crate::read::words;
use crate::reason::Reason;
use crate::rules::EscalationDecision;
use crate::time::Timestamp;

words! {
    /// What becomes of an action, from the mildest to the strictest.
    Effect {
        /// It runs.
        Allow = "allow",
        /// It runs and its creator is told.
        Notify = "notify",
        /// A person decides.
        Approve = "approve",
        /// Not now.
        Defer = "defer",
        /// Never.
        Deny = "deny",
        /// The agent is stopped.
        Lock = "lock",
    }
}

impl Effect {
    /// Whether the action runs.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow | Self::Notify)
    }
}

/// What one rule asks for, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleReason {
    /// The rule.
    pub rule: &'static str,
    /// What it asks for.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// Until when, where that is known of this reason alone.
    pub until: Option<Timestamp>,
}

impl Serialize for RuleReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", self.rule)?;
        map.serialize_entry("effect", &self.effect)?;
        map.serialize_entry("code", self.reason.code())?;
        map.serialize_entry("text", &self.reason.to_string())?;
        self.reason.serialize_fields(&mut map)?;
        if let Some(until) = &self.until {
            map.serialize_entry("until", until)?;
        }
        map.end()
    }
}

/// One decision over all rules.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Decision {
    /// The action's id.
    pub action_id: String,
    /// The strictest effect that any rule asks for.
    pub effect: Effect,
    /// Whether it runs: `allow` and `notify` alone.
    pub allowed: bool,
    /// The code of the first reason with that effect.
    pub code: Option<&'static str>,
    /// The text of the first reason with that effect.
    pub reason: Option<String>,
    /// All reasons, in the order of the table.
    pub reasons: Vec<RuleReason>,
    /// The action's approval as it is after this decision, where there is one.
    pub approval: Option<Approval>,
    /// The first instant at which no rule would defer it, where it is deferred and that can be known.
    pub defer_until: Option<Timestamp>,
    /// What velocity calls for.
    pub escalation: Option<EscalationDecision>,
    /// What the host is to send or start because of this decision.
    pub obligations: Vec<Obligation>,
    /// How often the action was granted, this time included.
    pub attempt: u32,
    /// SHA-256 over the canonical JSON of customer, agent, type and args.
    pub digest: String,
    /// The policy's digest.
    pub policy_digest: String,
    /// When it was decided, on the guard's clock.
    pub at: Timestamp,
}
