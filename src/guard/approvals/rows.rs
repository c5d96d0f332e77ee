//! How approvals stand in a snapshot: a row each, without names of fields.

use serde_json::{Value as Json, json};

use super::approval::seq_of;
use super::{Approval, ApprovalStatus, Approvals, CLOSED, Kept, MAX_PENDING, Origin, Vote, VoteDecision};
use crate::action::Content;
use crate::error::Result;
use crate::guard::records;
use crate::guard::wire::{Row, instant, nullable, read_digest, read_instant, read_json, read_past, row_length};
use crate::json::text;
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::Timestamp;
use crate::value::Value;

/// More than fit a snapshot: what is read stays bounded before it is looked at.
const MOST: usize = 1 << 14;

/// As many bytes does a row take, comma included.
pub(super) fn length(approval: &Approval) -> usize {
    row_length(&write_row(approval))
}

impl Approvals {
    /// The open ones in the order in which they were opened, the closed ones as they were closed.
    pub(crate) fn write(&self) -> Json {
        let open: Json =
            self.in_order().into_iter().filter(|approval| approval.status.is_open()).map(write_row).collect();
        let closed: Json = self.closed.keys().filter_map(|id| self.get(id)).map(write_row).collect();
        json!({"open": open, "closed": closed})
    }

    /// Reads them back: a customer's, opened by one of so many commands, each; `now` is the snapshot's instant.
    pub(crate) fn read(
        value: &Value,
        place: &Place<'_>,
        customer: &str,
        commands: u64,
        now: Timestamp,
    ) -> Result<Self> {
        const APPROVALS: Shape = Shape::strict(&[field("open"), field("closed")]);
        let fields = Fields::of(value, place, &APPROVALS)?;
        let mut approvals = Self::default();
        for (name, open, most) in [("open", true, MOST), ("closed", false, CLOSED)] {
            fields.required(name, |rows, place| {
                let rows = read::list(rows, place, most)?;
                rows.iter().enumerate().try_for_each(|(index, row)| {
                    let place = place.index(index);
                    let approval = read_row(row, &place, now)?;
                    let wrong = approvals.contradicts(&approval, commands, open, now);
                    if let Some(message) = wrong.or_else(|| is_impossible(&approval)) {
                        return Err(place.error(message));
                    }
                    check_origin(&approval, customer, &place)?;
                    let number = approvals.next;
                    approvals.keep(Kept { length: approval.length(), approval, number });
                    Ok(())
                })
            })?;
        }
        Ok(approvals)
    }
}

impl Approvals {
    /// What speaks against one among those that were read before it.
    fn contradicts(&self, approval: &Approval, commands: u64, open: bool, now: Timestamp) -> Option<&'static str> {
        let of_action = self.of_action(&records::key(&approval.action_id));
        if approval.seq > commands {
            Some("opened by a command that was none")
        } else if approval.status.is_open() != open || (open && approval.expires_at <= now) {
            Some("among the open ones, or the closed ones, where it does not belong")
        } else if self.get(&approval.id).is_some() {
            Some("an id that stands twice")
        } else if open && of_action.is_some() {
            Some("a second open one of an action")
        } else {
            let is_full = open && self.open_of(&approval.agent, now).pending >= MAX_PENDING;
            is_full.then_some("more than an agent can have")
        }
    }
}

/// What a person was shown is what would run, and the id says so too.
fn check_origin(approval: &Approval, customer: &str, place: &Place<'_>) -> Result<()> {
    let Approval { agent, action_id, action_type, args, digest, seq, .. } = approval;
    let content = Content { customer, agent, action_type, args };
    if content.digest()? != *digest {
        return Err(place.error("not the digest of these arguments"));
    }
    if (Origin { customer, agent, action_id, digest, seq: *seq }).id()? != approval.id {
        return Err(place.error("not the id of an approval of this action"));
    }
    Ok(())
}

/// Where an approval stands follows from what people said, each of them once, while it was open.
fn is_impossible(approval: &Approval) -> Option<&'static str> {
    let rejected = approval.votes.iter().any(|vote| vote.decision == VoteDecision::Reject);
    let resolved = approval.resolved_at.is_some();
    let voters: std::collections::BTreeSet<_> = approval.votes.iter().map(|vote| &vote.by).collect();
    let in_time = |at: Timestamp| (approval.created_at..approval.expires_at).contains(&at);
    if voters.len() < approval.votes.len()
        || voters.contains(&approval.agent)
        || !approval.votes.iter().map(|vote| vote.at).chain(approval.resolved_at).all(in_time)
    {
        return Some("votes that nobody can have given");
    }
    let possible = match approval.status {
        ApprovalStatus::Pending => !rejected && !resolved,
        ApprovalStatus::Approved => !rejected && resolved && !approval.votes.is_empty(),
        ApprovalStatus::Rejected => rejected && resolved,
        ApprovalStatus::Expired | ApprovalStatus::Consumed => !rejected,
    };
    (!possible).then_some("not what the votes come to")
}

/// Arguments and reasons stand in it as text: they may be nested as deep as any argument, and all of a snapshot no deeper.
fn write_row(approval: &Approval) -> Json {
    let votes: Json = approval
        .votes
        .iter()
        .map(|vote| json!([vote.by, vote.role, vote.decision, vote.comment, instant(vote.at)]))
        .collect();
    let json = |value: &Value| text(value).unwrap_or_default();
    json!([
        approval.id,
        approval.action_id,
        approval.action_type,
        approval.agent,
        approval.agent_name,
        approval.requested_by,
        json(&approval.args),
        approval.digest,
        approval.policy_digest,
        json(&approval.reasons),
        approval.status,
        instant(approval.created_at),
        instant(approval.expires_at),
        votes,
        approval.resolved_at.map(instant),
    ])
}

fn read_row(value: &Value, place: &Place<'_>, now: Timestamp) -> Result<Approval> {
    let mut row = Row::of(value, place, 15)?;
    let (id, seq) = row.take(|value, place| {
        let id = read::text(value, place)?;
        seq_of(id).map(|seq| (id.to_owned(), seq)).ok_or_else(|| place.expected("the id of an approval", value))
    })?;
    let approval = Approval {
        id,
        seq,
        action_id: row.take(read::id)?,
        action_type: row.take(read::id)?,
        agent: row.take(read::id)?,
        agent_name: row.take(read::id)?,
        requested_by: row.take(nullable(read::id))?,
        args: row.take(read_json)?,
        digest: row.take(read_digest)?,
        policy_digest: row.take(read_digest)?,
        reasons: row.take(read_json)?,
        status: row.take(read::word)?,
        created_at: row.take(|value, place| read_past(value, place, now))?,
        expires_at: row.take(read_instant)?,
        votes: row.take(|value, place| read::items(value, place, MOST, |value, place| read_vote(value, place, now)))?,
        resolved_at: row.take(nullable(|value, place| read_past(value, place, now)))?,
    };
    row.end().map(|()| approval)
}

fn read_vote(value: &Value, place: &Place<'_>, now: Timestamp) -> Result<Vote> {
    let mut row = Row::of(value, place, 5)?;
    let vote = Vote {
        by: row.take(read::id)?,
        role: row.take(read::id)?,
        decision: row.take(read::word)?,
        comment: row.take(nullable(|value, place| read::text(value, place).map(str::to_owned)))?,
        at: row.take(|value, place| read_past(value, place, now))?,
    };
    row.end().map(|()| vote)
}
