//! What is asked of a person because of a request, and what becomes of the question.

use serde_json::json;

use super::approvals::{Approval, ApprovalStatus, MAX_PENDING, Open, Origin};
use super::decision::Effect;
use super::outbox::{self, Draft, ObligationKind, Weight};
use super::record::minutes_after;
use super::table::{Ask, Findings};
use super::{Guard, records};
use crate::error::Result;
use crate::json::text;
use crate::reason::Reason;
use crate::time::Timestamp;

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
    pub(super) fn question(&self, ask: &Ask<'_>, findings: &mut Findings) -> Result<Question> {
        let effect = findings.effect();
        if effect.is_allowed() {
            let is_open = ask.approval.is_some_and(|approval| approval.status_at(ask.now).is_open());
            return Ok(if is_open { Question::IsConsumed } else { Question::Stays });
        }
        let asks = findings.reasons.iter().any(|found| found.effect == Effect::Approve);
        if !asks || effect > Effect::Defer || findings.is_paused() || self.waits(ask) {
            return Ok(Question::Stays);
        }
        let approval = self.new_approval(ask, findings)?;
        let open = self.state.approvals.open_of(&approval.agent, ask.now);
        if open.pending >= MAX_PENDING {
            findings.deny("approval", Reason::TooManyPending);
        } else if !self.has_room_for(approval.length(), open, ask.now) {
            findings.deny("approval", Reason::SnapshotFull);
        } else {
            return Ok(Question::Opens(Box::new(approval)));
        }
        Ok(Question::Stays)
    }

    /// Whether a question waits that somebody can still say yes to: where duties have come to be separate, one that names nobody who
    /// requested it gives way to one that does.
    fn waits(&self, ask: &Ask<'_>) -> bool {
        let separate = self.policy.document().approvals.separation_of_duties;
        ask.approval.is_some_and(|approval| {
            let can_be_approved = !separate || approval.requested_by.is_some();
            can_be_approved && approval.status_at(ask.now) == ApprovalStatus::Pending
        })
    }

    /// Whether a question of so many bytes finds room beside those that are open, and in a snapshot.
    fn has_room_for(&self, length: usize, open: Open, now: Timestamp) -> bool {
        open.takes(length) && self.state.has_room(length, self.longest_window(now), now)
    }

    fn new_approval(&self, ask: &Ask<'_>, findings: &Findings) -> Result<Approval> {
        let (document, action) = (self.policy.document(), ask.action);
        let seq = self.state.audit.next_seq();
        let customer = document.customer_id.as_str();
        let id = Origin { customer, agent: &action.agent, action_id: &action.id, digest: ask.digest, seq }.id()?;
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
            requested_by: ask.requested_by.map(str::to_owned),
            args: action.args.clone(),
            digest: ask.digest.to_owned(),
            policy_digest: self.policy.digest().to_owned(),
            reasons: crate::json::value(&asking)?,
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
