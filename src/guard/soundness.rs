//! Whether a state that was read can be one that a guard came to.

use super::audit::{Audit, GENESIS};
use super::ledger::Ledger;
use super::lock::{Lock, Locks};
use super::records::Records;
use super::state::{MAX_AGENTS, State};
use crate::read::{self, Place};
use crate::time::Timestamp;
use crate::value::Value;

/// What is wrong, and where.
type Fault = (&'static str, &'static str);

impl State {
    /// The first thing that cannot be.
    pub(super) fn unsound(&self) -> Option<Fault> {
        let now = self.now.unwrap_or(Timestamp::MIN);
        let checks: [(bool, Fault); 8] = [
            (
                self.now.is_some() == (self.audit.head.seq > 0) && self.now.is_some() == self.ledger.date().is_some(),
                ("snapshot.state.now", "an instant without a command, or a command without an instant"),
            ),
            (audit(&self.audit), ("snapshot.state.audit", "no end of a chain")),
            (ledger(&self.ledger), ("snapshot.state.ledger", "a day that was not opened, or an agent without a name")),
            (locks(&self.locks, now), ("snapshot.state.locks", "a lock without a reason, or from the future")),
            (self.recent_is_sound(now), ("snapshot.state.recent", "times that are out of order or from the future")),
            (
                self.anomalies.len() <= MAX_AGENTS && self.anomalies.keys().all(|agent| is_name(agent)),
                ("snapshot.state.anomalies", "more agents than there can be, or one without a name"),
            ),
            (records(&self.records, &self.ledger, now), ("snapshot.state.records", "a grant from the future")),
            (
                self.outbox.is_sound(self.audit.head.seq),
                ("snapshot.state.outbox", "notices of commands that were none"),
            ),
        ];
        checks.into_iter().find(|(sound, _)| !sound).map(|(_, fault)| fault).or_else(|| self.unsound_contents())
    }

    fn recent_is_sound(&self, now: Timestamp) -> bool {
        let named = |name: &String| name.is_empty() || is_name(name);
        self.recent.len() <= MAX_AGENTS && self.recent.iter().all(|(name, recent)| named(name) && recent.is_sound(now))
    }

    fn unsound_contents(&self) -> Option<Fault> {
        let sound = self.contents.iter().all(|(content, (id, _))| is_hex(content, 32) && is_name(id));
        (!sound).then_some(("snapshot.state.contents", "no content of an action"))
    }
}

fn audit(audit: &Audit) -> bool {
    let begun = audit.enabled && audit.head.seq > 0;
    is_hex(&audit.head.hash, 64) && begun == (audit.head.hash != GENESIS)
}

fn ledger(ledger: &Ledger) -> bool {
    ledger.date().is_some() == (ledger.day() > 0) && ledger.agents().keys().all(|agent| is_name(agent))
}

fn locks(locks: &Locks, now: Timestamp) -> bool {
    let sound = |lock: &Lock| is_name(&lock.reason) && lock.since <= now;
    locks.customer.iter().all(sound) && locks.agents.iter().all(|(agent, lock)| is_name(agent) && sound(lock))
}

fn records(records: &Records, ledger: &Ledger, now: Timestamp) -> bool {
    records.iter().all(|record| {
        record.charge.day <= ledger.day() && record.stage.granted_at().is_none_or(|granted_at| granted_at <= now)
    })
}

/// Whether a text may be the id of something.
pub(super) fn is_name(text: &str) -> bool {
    read::id(&Value::Text(text.to_owned()), &Place::ARGUMENT).is_ok()
}

/// Whether a text is a digest, or the beginning of one.
pub(super) fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
