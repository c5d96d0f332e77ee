//! How large a snapshot may become, and what is forgotten before anything is refused for want of room.

use super::state::State;

/// From this length on, in bytes of a snapshot, nothing more is granted.
pub(super) const MAX_STATE: usize = 224 << 10;
/// The longest that a state may become: what a command adds that is not refused for want of room comes to less than lies between. The
/// zone's offsets and the envelope have the rest of a snapshot's 256 KB.
const LIMIT: usize = 244 << 10;
/// Once something has to go, as much goes as leaves so much room: making room takes a while, and is seldom to be done.
const HEADROOM: usize = 16 << 10;
/// All but what there may be many of: the names of the state's fields, the audit's head, the instant.
const FIXED: usize = 400;

impl State {
    /// At most so many bytes does this take in a snapshot, and only a few less. Every part keeps its own account, so that it is known at once;
    /// it follows from the state alone, and is the same after a restart.
    pub(super) fn length(&self) -> usize {
        FIXED
            + self.ledger.length()
            + self.locks.length()
            + self.recent.length()
            + self.anomalies.length()
            + self.records.length()
            + self.contents.length()
            + self.outbox.length()
    }

    /// Whether there is no room for anything else, whatever were forgotten that may be; `since`: what was before can not count as velocity any more.
    pub(super) fn is_full(&self, since: i64) -> bool {
        let length = self.length();
        length > MAX_STATE
            && length - self.outbox.spare() - self.records.spare() - self.silent_length(since) > MAX_STATE
    }

    /// Makes room again: agents that have fallen silent go first, then the oldest notices of execution, then the oldest refusals. Alerts and
    /// routes, the oldest first, only make room for what may not be refused.
    pub(super) fn make_room(&mut self, since: i64) {
        if self.length() <= MAX_STATE {
            return;
        }
        self.forget_silent(since);
        let target = MAX_STATE - HEADROOM;
        self.outbox.forget(self.length().saturating_sub(target), true);
        self.records.forget(self.length().saturating_sub(target));
        self.outbox.forget(self.length().saturating_sub(LIMIT), false);
    }
}
