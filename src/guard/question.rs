//! What is asked of a person because of a request, and what becomes of the question.

use serde_json::json;

use super::approvals::{Approval, ApprovalStatus, MAX_OPEN_BYTES, MAX_PENDING, Origin};
use super::decision::Effect;
use super::outbox::{self, Draft, ObligationKind, Weight};
use super::record::minutes_after;
use super::table::{Ask, Findings};
use super::{Guard, records};
use crate::error::Result;
use crate::json::text;
use crate::reason::Reason;
use crate::value::Value;

/// What a decision does to the action's approval.
#[derive(Clone, Debug)]
pub(super) enum Question {
    /// Nothing.
    Stays,
    /// One is opened; one that was approved and is not enough has expired.
    Opens(Box<Approval>),
    /// The action runs: nobody need answer any more, and nobody can use the answer again.
    IsConsumed,
}

impl Guard {
    /// What becomes of the question to a person, once every rule was asked; where none can be asked, the rule denies.
    pub(super) fn question(
        &self,
        ask: &Ask<'_>,
        digest: &str,
        requested_by: Option<&str>,
        findings: &mut Findings,
    ) -> Result<Question> {
        let effect = findings.effect();
        if effect.is_allowed() {
            let is_open = ask.approval.is_some_and(|approval| approval.status_at(ask.now).is_open());
            return Ok(if is_open { Question::IsConsumed } else { Question::Stays });
        }
        let asks = findings.reasons.iter().any(|found| found.effect == Effect::Approve);
        let is_pending = || ask.approval.is_some_and(|approval| approval.status_at(ask.now) == ApprovalStatus::Pending);
        if !asks || effect > Effect::Defer || findings.is_paused() || is_pending() {
            return Ok(Question::Stays);
        }
        let approval = self.new_approval(ask, digest, requested_by, findings)?;
        let (pending, bytes) = self.state.approvals.pending_of(&approval.agent, ask.now);
        let length = approval.length();
        if pending >= MAX_PENDING {
            findings.deny("approval", Reason::TooManyPending);
        } else if bytes + length > MAX_OPEN_BYTES || !self.state.has_room(length, self.longest_window(ask.now)) {
            findings.deny("approval", Reason::SnapshotFull);
        } else {
            return Ok(Question::Opens(Box::new(approval)));
        }
        Ok(Question::Stays)
    }

    fn new_approval(
        &self,
        ask: &Ask<'_>,
        digest: &str,
        requested_by: Option<&str>,
        findings: &Findings,
    ) -> Result<Approval> {
        let (document, action) = (self.policy.document(), ask.action);
        let seq = self.state.audit.next_seq();
        let customer = document.customer_id.as_str();
        let id = Origin { customer, agent: &action.agent, action_id: &action.id, digest, seq }.id()?;
        let asking: Vec<_> = findings.reasons.iter().filter(|found| found.effect == Effect::Approve).collect();
        // While it is deferred nobody could use the answer.
        let from = if findings.effect() == Effect::Defer { ask.defer_until(findings) } else { None };
        Ok(Approval {
            id,
            seq,
            action_id: action.id.clone(),
            action_type: action.action_type.to_string(),
            agent: action.agent.clone(),
            agent_name: self.policy.agent_name(&action.agent).to_owned(),
            requested_by: requested_by.map(str::to_owned),
            args: action.args.clone(),
            digest: digest.to_owned(),
            policy_digest: self.policy.digest().to_owned(),
            reasons: Value::from_json(&text(&asking)?)?,
            status: ApprovalStatus::Pending,
            created_at: ask.now,
            expires_at: minutes_after(from.unwrap_or(ask.now), document.approvals.expires_after_minutes),
            votes: Vec::new(),
            resolved_at: None,
        })
    }

    /// The action's approval as it is after the decision.
    pub(super) fn approval_after(ask: &Ask<'_>, question: &Question) -> Option<Approval> {
        match question {
            Question::Opens(approval) => Some((**approval).clone()),
            Question::IsConsumed => {
                ask.approval.map(|approval| Approval { status: ApprovalStatus::Consumed, ..approval.clone() })
            }
            Question::Stays => ask.approval.map(|approval| approval.seen_at(ask.now)),
        }
    }

    /// Asks the agent's creator, or whoever answers for the customer.
    pub(super) fn asking(&self, approval: &Approval) -> Draft {
        let title = format!("[{}] requests approval: {}", approval.agent_name, approval.action_type);
        let (to, link) = (self.policy.creator(&approval.agent), outbox::approvals(&approval.agent));
        approval.draft(to, title, link, Weight::Question)
    }
}

impl super::state::State {
    /// Carries out what becomes of an action's question.
    pub(super) fn answer(&mut self, action_id: &str, question: Question) {
        let key = records::key(action_id);
        match question {
            Question::Stays => {}
            Question::Opens(approval) => {
                self.approvals.close(&key, ApprovalStatus::Expired);
                self.approvals.put(*approval);
            }
            Question::IsConsumed => self.approvals.close(&key, ApprovalStatus::Consumed),
        }
    }
}

impl Approval {
    /// A notice about this approval; its body are the arguments.
    pub(super) fn draft(&self, to: Option<&str>, title: String, link: String, weight: Weight) -> Draft {
        Draft {
            kind: ObligationKind::Notify,
            to: to.map(str::to_owned),
            title,
            body: text(&self.args).unwrap_or_default(),
            link,
            data: json!({"approvalId": self.id, "actionId": self.action_id}).into(),
            weight,
        }
    }
}
