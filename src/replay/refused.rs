//! Which actions a log may report on without a mistake of its own, although this policy did not let them run.
//!
//! A log tells what became of what ran when it was written. Under another policy some of that is not granted: not at all, or not when it was
//! tried again. A guard forgets refusals sooner or later, for want of room or because there were many.

use std::collections::{BTreeSet, VecDeque};

use super::line::{Kind, Line};
use crate::error::{Error, ErrorCode};
use crate::guard::{Decision, Guard};

/// As many commands a guard remembers: later it may have forgotten what was finished.
const REMEMBERED: u64 = 1000;

/// As many refused actions are remembered here.
const MAX_IDS: usize = 4096;

/// The last ids of a kind, by their hashes: two of a million are hardly ever taken for one, and that would excuse a report, no more.
#[derive(Debug, Default)]
struct Ids {
    known: BTreeSet<u64>,
    /// The same, the oldest first.
    order: VecDeque<u64>,
    /// Whether one was forgotten.
    is_over: bool,
}

impl Ids {
    fn add(&mut self, id: &str) {
        let id = hash(id);
        if !self.known.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > MAX_IDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
            self.is_over = true;
        }
    }

    fn forget(&mut self, id: &str) {
        self.known.remove(&hash(id));
    }

    fn has(&self, id: &str) -> bool {
        self.known.contains(&hash(id))
    }
}

/// FNV-1a.
fn hash(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What was refused.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// Actions that were never granted.
    ids: Ids,
    /// Actions that were granted once, and refused when they were last asked for.
    again: Ids,
}

impl Refused {
    pub(super) fn add(&mut self, decision: &Decision) {
        let id = &decision.action_id;
        match (decision.allowed, decision.attempt) {
            (false, 0) => self.ids.add(id),
            (false, _) => self.again.add(id),
            (true, 2..) => self.again.forget(id),
            (true, _) => {}
        }
    }

    /// Whether an error says no more than that what was reported had not been granted here, or what was resolved did not wait here.
    pub(super) fn explains(&self, line: &Line, error: &Error, guard: &Guard) -> bool {
        let is_in = |ids: &Ids| line.text("actionId").is_some_and(|id| ids.has(id));
        match (line.kind, error.code(), error.path()) {
            (Kind::Report, ErrorCode::Conflict, "actionId")
            | (Kind::Resolve, ErrorCode::NotFound | ErrorCode::AlreadyResolved | ErrorCode::Expired, "approvalId") => {
                true
            }
            (Kind::Report, ErrorCode::Conflict, "outcome" | "attempt") => is_in(&self.again),
            (Kind::Report, ErrorCode::NotFound, "actionId") => {
                is_in(&self.ids) || self.ids.is_over || guard.audit_head().seq > REMEMBERED
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_published() {
        // From the test vectors of FNV's authors.
        assert_eq!(
            [hash(""), hash("a"), hash("foobar")],
            [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8]
        );
    }

    #[test]
    fn the_last_ids_are_known() {
        let mut ids = Ids::default();
        for id in 0..MAX_IDS {
            ids.add(&id.to_string());
            ids.add("0");
        }
        assert_eq!((ids.known.len(), ids.order.len(), ids.has("0"), ids.is_over), (MAX_IDS, MAX_IDS, true, false));
        ids.add("one more");
        ids.add("another");
        assert_eq!((ids.known.len(), ids.order.len(), ids.is_over), (MAX_IDS, MAX_IDS, true));
        assert!(!ids.has("0") && !ids.has("1"));
        assert!(ids.has("2") && ids.has("another"));
    }
}
