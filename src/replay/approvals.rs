//! What became of the questions to people.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::guard::{Approval, ApprovalStatus};
use crate::time::Timestamp;

/// What became of the questions to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ApprovalSummary {
    /// Opened by a request of the log.
    pub opened: u64,
    /// Approved by a person of the log.
    pub approved: u64,
    /// Rejected by one.
    pub rejected: u64,
    /// Those that nobody resolved in time.
    pub expired: u64,
    /// Those that wait at the end.
    pub pending: u64,
}

/// An action's approval, as a row tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RowApproval {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: ApprovalStatus,
}

impl From<&Approval> for RowApproval {
    fn from(approval: &Approval) -> Self {
        Self { id: approval.id.clone(), status: approval.status }
    }
}

/// The approvals that wait; a guard bounds how many there can be.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    ends: BTreeMap<String, Timestamp>,
    by_end: BTreeSet<(Timestamp, String)>,
    now: Option<Timestamp>,
}

impl Waiting {
    /// One as it is after a command. `is_new` where that command opened it.
    pub(super) fn see(&mut self, approval: &Approval, is_new: bool, summary: &mut ApprovalSummary) {
        summary.opened += u64::from(is_new);
        let was_waiting = self.remove(&approval.id);
        match approval.status {
            ApprovalStatus::Pending => {
                self.ends.insert(approval.id.clone(), approval.expires_at);
                self.by_end.insert((approval.expires_at, approval.id.clone()));
            }
            ApprovalStatus::Approved => summary.approved += u64::from(was_waiting),
            ApprovalStatus::Rejected => summary.rejected += u64::from(was_waiting),
            _ => summary.expired += u64::from(was_waiting),
        }
        summary.pending = self.ends.len() as u64;
    }

    /// Time goes on, and never back: what nobody resolved by then has expired.
    pub(super) fn pass(&mut self, at: Timestamp, summary: &mut ApprovalSummary) {
        let now = self.now.map_or(at, |now| now.max(at));
        self.now = Some(now);
        while let Some((end, id)) = self.by_end.first().cloned()
            && end <= now
        {
            self.remove(&id);
            summary.expired += 1;
            summary.pending = self.ends.len() as u64;
        }
    }

    fn remove(&mut self, id: &str) -> bool {
        let Some((id, end)) = self.ends.remove_entry(id) else { return false };
        self.by_end.remove(&(end, id))
    }
}
