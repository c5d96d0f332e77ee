//! How large a snapshot may become, and what is forgotten before anything is refused for want of room.

use super::outbox::Weight;
use super::state::State;
use crate::time::Timestamp;

/// Beyond this length, in bytes of a snapshot, nothing more is granted.
pub(super) const MAX_STATE: usize = 224 << 10;
/// The longest that a state may become: what a command adds that is not refused for want of room comes to less than lies between. The
/// zone's offsets and the envelope have the rest of a snapshot's 256 KB.
const LIMIT: usize = 244 << 10;
/// Once something has to go, as much goes as leaves so much room: making room takes a while, and is seldom to be done.
const HEADROOM: usize = 16 << 10;
/// All but what there may be many of: the names of the state's fields, the audit's head, the instant.
const FIXED: usize = 500;

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
            + self.rejected.length()
            + self.approvals.length()
            + self.groups.length()
            + self.outbox.length()
    }

    /// Whether there is no room for anything else, whatever were forgotten that may be; `since`: what was before can not count as velocity any more.
    pub(super) fn is_full(&self, since: i64, now: Timestamp) -> bool {
        !self.has_room(0, since, now)
    }

    /// Whether so many bytes more would find room, at an instant: what has expired by then may go.
    pub(super) fn has_room(&self, bytes: usize, since: i64, now: Timestamp) -> bool {
        let length = self.length() + bytes;
        let goes = || self.spare() + self.approvals.expired_length(now) + self.silent_length(since);
        length <= MAX_STATE || length - goes() <= MAX_STATE
    }

    /// As many bytes may be forgotten, agents that have fallen silent aside.
    fn spare(&self) -> usize {
        self.outbox.spare() + self.records.spare() + self.approvals.spare() + self.groups.spare()
    }

    /// Makes room again: agents that have fallen silent go first, then the oldest notices of execution, then the oldest refusals, closed
    /// approvals and plans of which nothing is held. Alerts and routes, the oldest first, only make room for what may not be refused.
    pub(super) fn make_room(&mut self, since: i64) {
        if self.length() <= MAX_STATE {
            return;
        }
        self.forget_silent(since);
        let target = MAX_STATE - HEADROOM;
        self.outbox.forget(self.length().saturating_sub(target), Weight::Notice);
        self.records.forget(self.length().saturating_sub(target));
        self.approvals.forget(self.length().saturating_sub(target));
        self.groups.forget(self.length().saturating_sub(target));
        for weight in [Weight::Notice, Weight::Signal, Weight::Question] {
            self.outbox.forget(self.length().saturating_sub(LIMIT), weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Group;
    use crate::guard::groups::Standing;
    use crate::guard::outbox::{Obligation, ObligationKind};
    use crate::guard::record::{Fingerprint, Record, Stage};
    use crate::value::Value;

    /// At no instant has anybody fallen silent: nobody ever acted.
    const SINCE: i64 = 0;

    fn obligation(kind: ObligationKind, number: usize, body: usize) -> Obligation {
        let (title, link, body) = ("t".into(), "l".into(), "b".repeat(body));
        let weight = if kind == ObligationKind::Notify { Weight::Notice } else { Weight::Signal };
        Obligation { id: format!("o{number}-0"), kind, to: None, title, body, link, data: Value::Null, weight }
    }

    fn refuse(full: &mut State) {
        let (content, stage) = (Fingerprint(0), Stage::Waiting { owed: false });
        full.records.put(
            "c",
            Record {
                agent: "a".into(),
                action_type: "b".into(),
                content,
                stage,
                write: true,
                attempt: 0,
                charge: None,
            },
        );
    }

    /// Filled by one alert to so many bytes.
    fn filled(mut state: State, length: usize) -> State {
        let mut probe = state.clone();
        probe.outbox.add(obligation(ObligationKind::Alert, 1, 0));
        state.outbox.add(obligation(ObligationKind::Alert, 1, length - probe.length()));
        assert_eq!(state.length(), length);
        state
    }

    #[test]
    fn it_is_full_where_what_may_go_is_too_little() {
        assert!(!filled(State::new(false), MAX_STATE).is_full(SINCE, Timestamp::MIN));
        assert!(filled(State::new(false), MAX_STATE + 1).is_full(SINCE, Timestamp::MIN));
        for over in [0, 1] {
            let mut state = filled(State::new(false), MAX_STATE + over);
            state.outbox.add(obligation(ObligationKind::Notify, 2, 0));
            assert_eq!(state.is_full(SINCE, Timestamp::MIN), over == 1, "a notice may go");
            let mut state = State::new(false);
            refuse(&mut state);
            let length = MAX_STATE + over + state.records.spare();
            assert_eq!(filled(state, length).is_full(SINCE, Timestamp::MIN), over == 1, "a refusal may go");
        }
    }

    #[test]
    fn a_plan_of_which_nothing_is_held_may_go() {
        for (standing, may_go) in [(Standing::Open, true), (Standing::Held, false)] {
            for over in [0, 1] {
                let mut state = State::new(false);
                let place = Group { id: "plan".into(), index: 1, size: 2 };
                state.groups.join("a", &place, "c", standing, Timestamp::MIN);
                let spare = if may_go { state.groups.length() } else { 0 };
                let full = filled(state, MAX_STATE + over + spare);
                assert_eq!(full.is_full(SINCE, Timestamp::MIN), over == 1, "{standing:?}");
            }
        }
    }

    #[test]
    fn as_much_goes_as_leaves_room() {
        let mut state = State::new(false);
        for number in 1..=900 {
            state.outbox.add(obligation(ObligationKind::Notify, number, 250));
        }
        let notice = obligation(ObligationKind::Notify, 900, 250);
        let before = state.outbox.iter().count();
        assert!(state.length() > MAX_STATE);
        state.make_room(SINCE);
        let length = state.length();
        let notice = crate::guard::wire::Wire::length(&notice);
        // 16 KB below the 224 of which it must not be longer.
        let target = 208 << 10;
        assert!((target - notice..=target).contains(&length), "{length}");
        assert!(state.outbox.iter().count() < before);
        // What is not too much stays.
        let mut state = filled(State::new(false), MAX_STATE - 1000);
        state.outbox.add(obligation(ObligationKind::Notify, 2, 0));
        let length = state.length();
        state.make_room(SINCE);
        assert_eq!(state.length(), length);
    }
}
