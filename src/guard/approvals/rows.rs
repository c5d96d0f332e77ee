//! How approvals stand in a snapshot: a row each, without names of fields.

use serde_json::{Value as Json, json};

use super::approval::seq_of;
use super::{Approval, ApprovalStatus, Approvals, CLOSED, Kept, MAX_PENDING, Origin, Vote, VoteDecision};
use crate::action::Content;
use crate::error::Result;
use crate::guard::records;
use crate::guard::wire::{
    INSTANT_LENGTH, Row, instant, nullable, read_digest, read_instant, read_json, read_past, text_length,
};
use crate::json::text;
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::Timestamp;
use crate::value::Value;

/// More than fit a snapshot: what is read stays bounded before it is looked at.
const MOST: usize = 1 << 14;

/// As many bytes does a row take, comma included.
pub(super) fn length(approval: &Approval) -> usize {
    let Approval { id, action_id, action_type, agent, agent_name, digest, policy_digest, .. } = approval;
    let texts = [id, action_id, action_type, agent, agent_name, digest, policy_digest].map(|text| text_length(text));
    let inner = [&approval.args, &approval.reasons].map(|value| text_length(&text(value).unwrap_or_default()));
    let votes: usize = approval.votes.iter().map(vote_length).sum();
    "[,,,,,,\"\",,,,,,,[],],".len()
        + texts.iter().chain(&inner).sum::<usize>()
        + optional(approval.requested_by.as_deref())
        + approval.status.as_str().len()
        + 2 * INSTANT_LENGTH
        + votes.saturating_sub(1)
        + approval.resolved_at.map_or(NULL, |_| INSTANT_LENGTH)
}

/// As many bytes does a vote take, comma included.
fn vote_length(vote: &Vote) -> usize {
    let texts = [&vote.by, &vote.role].map(|text| text_length(text));
    "[,,\"\",,],".len()
        + texts.iter().sum::<usize>()
        + vote.decision.as_str().len()
        + optional(vote.comment.as_deref())
        + INSTANT_LENGTH
}

const NULL: usize = "null".len();

fn optional(text: Option<&str>) -> usize {
    text.map_or(NULL, text_length)
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
    let content = Content { agent, args, customer, action_type };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_long_as_it_says() {
        let at = Timestamp::MIN;
        let vote = |comment: Option<&str>| Vote {
            by: "hu\"da".into(),
            role: "platform_admin".into(),
            decision: VoteDecision::Approve,
            comment: comment.map(str::to_owned),
            at,
        };
        let bare = Approval {
            id: "ap".into(),
            action_id: "a\n".into(),
            action_type: "send".into(),
            agent: "ض".into(),
            agent_name: "Sales".into(),
            requested_by: None,
            args: Value::from_json(r#"{"to": ["x\"y", 1.5, -2]}"#).unwrap(),
            digest: "d".into(),
            policy_digest: "p".into(),
            reasons: Value::List(Vec::new()),
            status: ApprovalStatus::Pending,
            created_at: at,
            expires_at: at,
            votes: Vec::new(),
            resolved_at: None,
            seq: 1,
        };
        let one = Approval { requested_by: Some("u".into()), votes: vec![vote(None)], ..bare.clone() };
        let two = Approval { votes: vec![vote(None), vote(Some("fine"))], resolved_at: Some(at), ..one.clone() };
        for approval in [bare, one, two] {
            assert_eq!(length(&approval), text(&write_row(&approval)).unwrap().len() + 1, "{approval:?}");
        }
    }
}
