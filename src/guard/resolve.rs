//! `resolve`: a person decides on what waits for one.

use serde_json::json;

use super::approvals::{Approval, ApprovalStatus, Vote, VoteDecision};
use super::outbox::{Draft, Weight, activity_log, approvals};
use super::people::{Person, Power};
use super::record::{Fingerprint, Record, Stage};
use super::state::State;
use super::{Guard, records};
use crate::error::{Error, ErrorCode, Result};
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::Timestamp;
use crate::value::Value;
use crate::zone::Local;

/// The longest comment, in characters.
const MAX_COMMENT: usize = 1000;
/// As long is what was rejected not asked again under another id, in microseconds.
const REJECTED_MICROS: i64 = 24 * 3_600_000_000;

struct Order {
    approval_id: String,
    by: Person,
    decision: VoteDecision,
    comment: Option<String>,
}

impl Order {
    fn read(value: &Value) -> Result<Self> {
        const ORDER: Shape = Shape::strict(&[field("approvalId"), field("by"), field("decision"), field("comment")]);
        let fields = Fields::of(value, &Place::ARGUMENT, &ORDER)?;
        Ok(Self {
            approval_id: fields.required("approvalId", read::id)?,
            by: fields.required("by", Person::read)?,
            decision: fields.required("decision", read::word)?,
            comment: fields.optional("comment", read_comment)?,
        })
    }
}

/// Several lines may be, since a person writes them.
pub(super) fn read_comment(value: &Value, place: &Place<'_>) -> Result<String> {
    let comment = read::text(value, place)?;
    let length = comment.chars().count();
    if length > MAX_COMMENT {
        return Err(place.error(format!("at most {MAX_COMMENT} characters, got {length}")));
    }
    Ok(comment.to_owned())
}

impl Guard {
    /// Decides on what an agent asked for: `{approvalId, by: {id, role}, decision: "approve"|"reject", comment?}` with `{now}`. Gives the
    /// approval as it then is.
    ///
    /// Errors, in this order: `not_found`; `already_resolved`, `expired`; `not_authorized` for anybody but the agent's creator and a
    /// `platform_admin`; `conflict` for who has voted before, and for a yes that a snapshot has no room for.
    pub fn resolve(&mut self, order: &Value, options: &Value) -> Result<Approval> {
        let (now, local) = self.begin(&super::options(options)?)?;
        let order = Order::read(order)?;
        let approval = self.resolvable(&order, now, local)?;
        let before = approval.length();
        let resolved = self.voted(approval, &order, now);
        self.check_room(&resolved, before, now)?;
        let entry = self.entry(now, "resolve", || {
            json!({
                "approvalId": resolved.id,
                "actionId": resolved.action_id,
                "digest": resolved.digest,
                "by": order.by,
                "decision": order.decision,
                "comment": order.comment,
                "status": resolved.status,
            })
        })?;
        let (seq, drafts) = (self.state.audit.next_seq(), self.tell(&resolved));
        self.commit(now, local, entry, |state| {
            if resolved.status == ApprovalStatus::Rejected {
                state.reject(&resolved, now);
            }
            state.approvals.put(resolved.clone());
            state.tell_group(&records::key(&resolved.action_id), now);
            for (index, draft) in drafts.into_iter().enumerate() {
                state.outbox.add(draft.number(seq, index));
            }
        });
        Ok(resolved)
    }

    /// The id of the approval that an action waits for, where it waits for one.
    pub(crate) fn pending_approval(&self, action_id: &str, now: Timestamp) -> Option<String> {
        let approval = self.state.approvals.of_action(&records::key(action_id))?;
        let now = self.clock(now).ok()?;
        (approval.status_at(now) == ApprovalStatus::Pending).then(|| approval.id.clone())
    }

    /// The approvals that are known, in the order in which they were opened: all of them, or those of a `status`; with `{now}`.
    pub fn approvals(&self, filter: &Value, options: &Value) -> Result<Vec<Approval>> {
        const FILTER: Shape = Shape::strict(&[field("status")]);
        let (now, _) = self.begin(&super::options(options)?)?;
        let wanted = match filter {
            Value::Null => None,
            filter => Fields::of(filter, &Place::ARGUMENT, &FILTER)?.optional("status", read::word)?,
        };
        let all = self.state.approvals.in_order().into_iter().map(|approval| approval.seen_at(now));
        Ok(all.filter(|approval| wanted.is_none_or(|status: ApprovalStatus| approval.status == status)).collect())
    }

    /// The approval, if it is still to be resolved and by this person; what is refused for want of authority is written down.
    fn resolvable(&mut self, order: &Order, now: Timestamp, local: Local) -> Result<Approval> {
        let not_found = || Error::new(ErrorCode::NotFound, "approvalId", "Approval not found");
        let approval = self.state.approvals.get(&order.approval_id).cloned().ok_or_else(not_found)?;
        let refused = match approval.status_at(now) {
            ApprovalStatus::Pending => None,
            ApprovalStatus::Expired => Some((ErrorCode::Expired, "Approval expired")),
            _ => Some((ErrorCode::AlreadyResolved, "Approval already resolved")),
        };
        let tried = || json!({"by": order.by, "decision": order.decision, "approvalId": approval.id});
        if let Some((code, message)) = refused {
            return self.refuse(Error::new(code, "approvalId", message), "resolve", tried(), now, local);
        }
        let power = Power::Resolve(&approval.agent);
        let refusal = if self.may(&order.by, power) { self.same_duty(&approval, order) } else { Some(power.refusal()) };
        if let Some(message) = refusal {
            return self.refuse(Error::new(ErrorCode::NotAuthorized, "by", message), "resolve", tried(), now, local);
        }
        if approval.votes.iter().any(|vote| vote.by == order.by.id) {
            return Err(Error::new(ErrorCode::Conflict, "by", "this person has decided on it before"));
        }
        Ok(approval)
    }

    /// Why duties that are to be separate would not be. That nobody knows who requested an action is no reason against a no.
    fn same_duty(&self, approval: &Approval, order: &Order) -> Option<&'static str> {
        if !self.policy.document().approvals.separation_of_duties {
            return None;
        }
        match &approval.requested_by {
            Some(by) if *by == order.by.id => Some("whoever requested an action may not resolve it"),
            None if order.decision == VoteDecision::Approve => {
                Some("nobody knows who requested this, and whoever did may not approve it")
            }
            _ => None,
        }
    }

    /// The approval with one vote more, and what it comes to.
    fn voted(&self, mut approval: Approval, order: &Order, now: Timestamp) -> Approval {
        let Person { id, role } = order.by.clone();
        approval.votes.push(Vote { by: id, role, decision: order.decision, comment: order.comment.clone(), at: now });
        approval.status = match order.decision {
            VoteDecision::Reject => ApprovalStatus::Rejected,
            VoteDecision::Approve if approval.satisfies(&self.policy.document().approvals, None) => {
                ApprovalStatus::Approved
            }
            VoteDecision::Approve => return approval,
        };
        approval.resolved_at = Some(now);
        approval
    }

    /// A yes that a snapshot has no room for is refused; a no always finds room, since what is closed may be forgotten.
    fn check_room(&self, resolved: &Approval, before: usize, now: Timestamp) -> Result<()> {
        let more = resolved.length().saturating_sub(before);
        if !resolved.status.is_open() || self.state.has_room(more, self.longest_window(now), now) {
            return Ok(());
        }
        let comment = resolved.votes.last().is_some_and(|vote| vote.comment.is_some());
        let (path, leave) = if comment { ("comment", "leave it out, ") } else { ("approvalId", "") };
        let message = format!(
            "a snapshot has no room for it: {leave}report what is in flight, acknowledge what is in the outbox"
        );
        Err(Error::new(ErrorCode::Conflict, path, message))
    }

    /// Tells the creator what was decided, and whoever requested it where that is another.
    fn tell(&self, approval: &Approval) -> Vec<Draft> {
        if !matches!(approval.status, ApprovalStatus::Approved | ApprovalStatus::Rejected) {
            return Vec::new();
        }
        let Approval { agent, agent_name, action_type, status, .. } = approval;
        let draft = |to: &str, link: String| {
            approval.draft(Some(to), format!("[{agent_name}] {action_type} {status}"), link, Weight::Signal)
        };
        let creator = self.policy.creator(agent);
        let requester = approval.requested_by.as_deref().filter(|by| Some(*by) != creator);
        let creator = creator.map(|to| draft(to, approvals(agent)));
        creator.into_iter().chain(requester.map(|to| draft(to, activity_log(agent)))).collect()
    }
}

impl State {
    /// A person said no: nothing more comes of the action, nor for a day of the same under another id.
    fn reject(&mut self, approval: &Approval, now: Timestamp) {
        let content = Fingerprint::of(&approval.digest);
        let known = self.records.get(&approval.action_id).cloned();
        let record = known.unwrap_or_else(|| Record {
            agent: approval.agent.as_str().into(),
            action_type: approval.action_type.as_str().into(),
            content,
            stage: Stage::Rejected,
            write: true,
            attempt: 0,
            charge: None,
        });
        self.put(&approval.action_id, Record { stage: Stage::Rejected, charge: None, write: true, ..record }, now);
        self.rejected.add(content, &approval.action_id, now.saturating_add_micros(REJECTED_MICROS), now);
    }
}
