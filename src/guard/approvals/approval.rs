//! One question to a person, and what became of it.

use serde::Serialize;
use serde_json::json;

use crate::error::Result;
use crate::json::{canonical, sha256_hex};
use crate::policy::Approvals as Terms;
use crate::read::words;
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::value::Value;

words! {
    /// Where an approval stands.
    ApprovalStatus {
        /// Nobody has decided yet, or too few have.
        Pending = "pending",
        /// The action may run, once.
        Approved = "approved",
        /// It may not.
        Rejected = "rejected",
        /// Nobody decided in time, or it was not used in time, or another one has taken its place.
        Expired = "expired",
        /// The action was granted.
        Consumed = "consumed",
    }
}

words! {
    /// What a person says.
    VoteDecision {
        /// It may run.
        Approve = "approve",
        /// It may not.
        Reject = "reject",
    }
}

/// What one person said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Vote {
    /// Who.
    pub by: String,
    /// As what.
    pub role: String,
    /// What.
    pub decision: VoteDecision,
    /// Why, in their words.
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A question to a person: may this run?
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Approval {
    /// Derived from customer, agent, action, digest and the audit's sequence number.
    pub id: String,
    /// The action.
    pub action_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub action_type: String,
    /// Who wants to do it.
    pub agent: String,
    /// What the agent was called when it asked.
    pub agent_name: String,
    /// On whose behalf, where the host said so.
    pub requested_by: Option<String>,
    /// What would be done.
    pub args: Value,
    /// The action's digest: it covers nothing else.
    pub digest: String,
    /// The policy that asked for a person.
    pub policy_digest: String,
    /// Why it did: every reason, as decisions have them.
    pub reasons: Value,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// When it was opened.
    pub created_at: Timestamp,
    /// From this instant on it has expired, resolved or not.
    pub expires_at: Timestamp,
    /// What people said so far.
    pub votes: Vec<Vote>,
    /// When it was approved or rejected.
    pub resolved_at: Option<Timestamp>,
    /// The number of the command that opened it.
    #[serde(skip)]
    pub(crate) seq: u64,
}

/// What an approval's id is derived from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) customer: &'a str,
    pub(crate) agent: &'a str,
    pub(crate) action_id: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) seq: u64,
}

impl Origin<'_> {
    /// `a`, the command's number, and part of a digest over all of it.
    pub(crate) fn id(self) -> Result<String> {
        let Self { customer, agent, action_id, digest, seq } = self;
        let hash = sha256_hex(&canonical(&json!([customer, agent, action_id, digest, seq]))?);
        Ok(format!("a{seq}-{}", hash.get(..24).unwrap_or_default()))
    }
}

/// The number of the command that opened it, as its id has it.
pub(super) fn seq_of(id: &str) -> Option<u64> {
    let (seq, hash) = id.strip_prefix('a')?.split_once('-')?;
    let is_hash = hash.len() == 24 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    // A sign or a zero in front would make two ids of one number.
    let seq = seq.parse::<u64>().ok().filter(|number| *number > 0 && number.to_string() == seq)?;
    is_hash.then_some(seq)
}

impl ApprovalStatus {
    /// Whether something can still come of it.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

impl Approval {
    /// Where it stands at an instant.
    pub(crate) fn status_at(&self, now: Timestamp) -> ApprovalStatus {
        if self.status.is_open() && self.expires_at <= now { ApprovalStatus::Expired } else { self.status }
    }

    /// As it stands at an instant.
    pub(crate) fn seen_at(&self, now: Timestamp) -> Self {
        Self { status: self.status_at(now), ..self.clone() }
    }

    /// Whether people decided as this policy wants them to, which may have come to want more since; `requested_by`: who asks for the action now.
    pub(crate) fn satisfies(&self, terms: &Terms, requested_by: Option<&str>) -> bool {
        let approved = self.votes.iter().filter(|vote| vote.decision == VoteDecision::Approve).count() as u64;
        let has_voted = |by: &str| self.votes.iter().any(|vote| vote.by == by);
        let apart =
            || self.requested_by.as_deref().is_some_and(|by| !has_voted(by)) && !requested_by.is_some_and(has_voted);
        approved >= terms.quorum.get() && (!terms.separation_of_duties || apart())
    }

    /// Whether it was asked for this reason: one of the same text.
    pub(crate) fn covers(&self, reason: &Reason) -> bool {
        let Value::List(reasons) = &self.reasons else { return false };
        let text = reason.to_string();
        reasons.iter().any(|known| match known {
            Value::Object(fields) => fields
                .iter()
                .any(|(name, value)| name == "text" && matches!(value, Value::Text(known) if *known == text)),
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_differs_gives_another_id() {
        let origin = Origin { customer: "c", agent: "a", action_id: "1", digest: "d", seq: 7 };
        let ids: std::collections::BTreeSet<_> = [
            origin,
            Origin { customer: "ca", ..origin },
            Origin { agent: "b", ..origin },
            Origin { action_id: "2", ..origin },
            Origin { digest: "e", ..origin },
            Origin { seq: 8, ..origin },
            // The same letters, divided otherwise.
            Origin { customer: "", agent: "ca", ..origin },
        ]
        .map(|origin| origin.id().unwrap())
        .into();
        assert_eq!(ids.len(), 7);
        assert!(ids.iter().all(|id| matches!(seq_of(id), Some(7 | 8))));
    }

    #[test]
    fn no_other_text_is_an_id() {
        let hash = "0123456789abcdef01234567";
        assert_eq!(seq_of(&format!("a12-{hash}")), Some(12));
        for wrong in
            ["", "a12", &format!("a0-{hash}"), &format!("a012-{hash}"), &format!("a+1-{hash}"), &format!("o1-{hash}")]
        {
            assert_eq!(seq_of(wrong), None, "{wrong}");
        }
        assert_eq!(seq_of("a1-0123456789ABCDEF01234567"), None);
        assert_eq!(seq_of(&format!("a1-{hash}0")), None);
    }
}
