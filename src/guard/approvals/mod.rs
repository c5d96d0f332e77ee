//! Questions to people: those that are open, and the last that were closed.

mod approval;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use approval::Origin;
pub use approval::{Approval, ApprovalStatus, Vote, VoteDecision};

use super::queue::Queue;
use super::records;
use crate::time::Timestamp;

/// An agent may have as many that nobody has resolved.
pub(crate) const MAX_PENDING: usize = 100;
/// As many bytes of a snapshot may an agent's open ones take together, and those of all agents, so that none takes the room of the others, nor
/// questions that of everything else. A single one may be larger.
const MAX_OPEN_BYTES: usize = 64 << 10;
const MAX_OPEN_BYTES_OF_ALL: usize = 128 << 10;
/// As many are kept once nothing can come of them any more, each agent's share alike.
pub(super) const CLOSED: usize = 100;

#[derive(Clone, Debug, Default)]
pub(crate) struct Approvals {
    by_id: BTreeMap<Arc<str>, Kept>,
    /// Those of each action in the order in which they were opened, by the action's key.
    by_action: BTreeMap<Arc<str>, BTreeSet<(u64, Arc<str>)>>,
    /// The open ones of each agent.
    open: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// The open ones by when they expire.
    by_end: BTreeSet<(Timestamp, Arc<str>)>,
    closed: Queue,
    /// What the next to be closed is numbered with.
    next: u64,
    /// As many bytes do all of them take in a snapshot, and those that are closed.
    length: usize,
    spare: usize,
}

/// What is open: how many nobody has resolved, and how many bytes the agent's take, and those of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub(crate) pending: usize,
    bytes: usize,
    all: usize,
}

impl Open {
    /// Whether another of so many bytes may be opened beside them.
    pub(crate) const fn takes(self, length: usize) -> bool {
        (self.bytes == 0 || self.bytes + length <= MAX_OPEN_BYTES)
            && (self.all == 0 || self.all + length <= MAX_OPEN_BYTES_OF_ALL)
    }
}

#[derive(Clone, Debug)]
struct Kept {
    approval: Approval,
    /// Where it stands among those that are closed.
    number: u64,
    length: usize,
}

impl Approval {
    /// As many bytes does it take in a snapshot.
    pub(crate) fn length(&self) -> usize {
        rows::length(self)
    }
}

impl Approvals {
    pub(crate) fn get(&self, id: &str) -> Option<&Approval> {
        self.by_id.get(id).map(|kept| &kept.approval)
    }

    /// The last one of an action, by the action's key.
    pub(crate) fn of_action(&self, key: &str) -> Option<&Approval> {
        self.by_action.get(key)?.last().and_then(|(_, id)| self.get(id))
    }

    /// Whether an agent has a question open.
    pub(crate) fn knows_agent(&self, agent: &str) -> bool {
        self.open.contains_key(agent)
    }

    /// All that are known, in the order in which they were opened.
    pub(crate) fn in_order(&self) -> Vec<&Approval> {
        let mut all: Vec<_> = self.by_id.values().map(|kept| &kept.approval).collect();
        all.sort_unstable_by_key(|approval| approval.seq);
        all
    }

    /// What an agent has open at an instant.
    pub(crate) fn open_of(&self, agent: &str, now: Timestamp) -> Open {
        let own = self.open.get(agent).into_iter().flatten().filter_map(|id| self.by_id.get(id));
        let open = own.filter(|kept| kept.approval.status_at(now).is_open());
        let all = self.length - self.spare - self.expired_length(now);
        open.fold(Open { pending: 0, bytes: 0, all }, |open, kept| Open {
            pending: open.pending + usize::from(kept.approval.status == ApprovalStatus::Pending),
            bytes: open.bytes + kept.length,
            ..open
        })
    }

    /// As many bytes are those that have expired by an instant and were not closed yet.
    pub(crate) fn expired_length(&self, now: Timestamp) -> usize {
        let over = self.by_end.iter().take_while(|(end, _)| *end <= now);
        over.filter_map(|(_, id)| self.by_id.get(id)).map(|kept| kept.length).sum()
    }

    /// Keeps one as it now is. Of too many closed ones, the agent with most loses its oldest.
    pub(crate) fn put(&mut self, approval: Approval) {
        self.remove(&approval.id);
        let kept = Kept { length: approval.length(), approval, number: self.next };
        self.keep(kept);
        if self.closed.len() > CLOSED {
            self.forget_oldest();
        }
    }

    /// Changes the last one of an action, where it is open at all.
    pub(crate) fn close(&mut self, key: &str, status: ApprovalStatus) {
        if let Some(approval) = self.of_action(key).filter(|approval| approval.status.is_open()) {
            self.put(Approval { status, ..approval.clone() });
        }
    }

    /// Closes what has expired; gives the key of each one's action, and when it did.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<(Arc<str>, Timestamp)> {
        let mut over = Vec::new();
        while let Some((end, id)) = self.by_end.first().cloned()
            && end <= now
        {
            let Some(approval) = self.get(&id).cloned() else { break };
            over.push((records::key(&approval.action_id).into(), end));
            self.put(Approval { status: ApprovalStatus::Expired, ..approval });
        }
        over
    }

    /// As many bytes do they take in a snapshot.
    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    /// As many of them are closed, and may go.
    pub(super) const fn spare(&self) -> usize {
        self.spare
    }

    /// Forgets closed ones until so many bytes are free or none is left.
    pub(super) fn forget(&mut self, bytes: usize) {
        let target = self.spare.saturating_sub(bytes);
        while self.spare > target && self.forget_oldest() {}
    }

    fn forget_oldest(&mut self) -> bool {
        let oldest = self.closed.oldest_of_most();
        oldest.inspect(|id| self.remove(id)).is_some()
    }

    fn keep(&mut self, kept: Kept) {
        let (id, agent): (Arc<str>, Arc<str>) = (kept.approval.id.as_str().into(), kept.approval.agent.as_str().into());
        self.length += kept.length;
        if kept.approval.status.is_open() {
            self.by_end.insert((kept.approval.expires_at, Arc::clone(&id)));
            self.open.entry(agent).or_default().insert(Arc::clone(&id));
        } else {
            self.spare += kept.length;
            self.closed.insert(&agent, kept.number, Arc::clone(&id));
            self.next = self.next.max(kept.number + 1);
        }
        let key = records::key(&kept.approval.action_id);
        self.by_action.entry(key.into()).or_default().insert((kept.approval.seq, Arc::clone(&id)));
        self.by_id.insert(id, kept);
    }

    fn remove(&mut self, id: &str) {
        let Some((id, kept)) = self.by_id.remove_entry(id) else { return };
        let approval = kept.approval;
        self.length -= kept.length;
        if approval.status.is_open() {
            self.by_end.remove(&(approval.expires_at, Arc::clone(&id)));
            if let Some(own) = self.open.get_mut(approval.agent.as_str()) {
                own.remove(&id);
                if own.is_empty() {
                    self.open.remove(approval.agent.as_str());
                }
            }
        } else {
            self.spare -= kept.length;
            self.closed.remove(&approval.agent, kept.number);
        }
        let key = records::key(&approval.action_id);
        if let Some(of_action) = self.by_action.get_mut(key.as_ref()) {
            of_action.remove(&(approval.seq, id));
            if of_action.is_empty() {
                self.by_action.remove(key.as_ref());
            }
        }
    }
}
