//! Plans whose actions run in order: what stands at each place, and whether the next may go.

mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::approvals::ApprovalStatus;
use super::queue::Queue;
use super::record::Stage;
use super::records;
use super::state::State;
use crate::action::Group as Position;
use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

/// As many are kept of which nothing is held, each agent's share alike.
pub(super) const IDLE: usize = 1000;
/// As long does a group wait for more once all that it holds has ended.
const LINGERS_MICROS: i64 = 24 * 3_600_000_000;

/// An agent's own name for a plan.
type Key = (Arc<str>, Arc<str>);

/// How an action stands in its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// Asked for, and not allowed so far.
    Open,
    /// In flight, to be tried again, or before a person: never forgotten.
    Held,
    /// Done.
    Succeeded,
    /// It will not be done: refused for good, rejected, failed for good, or not approved in time.
    Ended,
    /// Refused because of one before it; nothing of its own speaks against it.
    Skipped,
}

impl Standing {
    const fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Ended | Self::Skipped)
    }
}

#[derive(Clone, Debug)]
struct Member {
    /// The action's key.
    action: Arc<str>,
    standing: Standing,
}

#[derive(Clone, Debug)]
struct Group {
    size: u8,
    members: BTreeMap<u8, Member>,
    /// Since when all that it holds is over.
    ended: Option<Timestamp>,
    /// Where it stands among those of which nothing is held.
    number: u64,
    length: usize,
}

impl Group {
    fn is_held(&self) -> bool {
        self.members.values().any(|member| member.standing == Standing::Held)
    }
}

/// Every plan that is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    by_key: BTreeMap<Key, Group>,
    /// Which place an action has, by the action's key.
    by_action: BTreeMap<Arc<str>, (Key, u8)>,
    idle: Queue<Key>,
    next: u64,
    /// As many bytes do all of them take in a snapshot, and those of which nothing is held.
    length: usize,
    spare: usize,
}

/// What a plan says of an action's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// All before it have succeeded.
    Now,
    /// Not before this one has.
    Behind(u8),
    /// This one never will.
    Never(u8),
}

impl Groups {
    /// Refuses what would leave the plan, or take another's place in it.
    pub(crate) fn check(&self, agent: &str, group: Option<&Position>, action_id: &str) -> Result<()> {
        let conflict = |path: &str, message: String| Err(Error::new(ErrorCode::Conflict, path, message));
        let action = records::key(action_id);
        let asked = group.map(|group| (group.id.as_str(), group.index));
        let known = self.by_action.get(action.as_ref());
        if let Some(((owner, id), index)) = known
            && (**owner != *agent || asked != Some((&**id, *index)))
        {
            let id = crate::value::quote(id);
            return conflict("group", format!("this action was asked for as number {index} of the group {id}"));
        }
        let Some(place) = group else { return Ok(()) };
        let Some(group) = self.get(agent, &place.id) else { return Ok(()) };
        if group.size != place.size {
            return conflict("group.size", format!("this group has a size of {}", group.size));
        }
        match group.members.get(&place.index) {
            Some(member) if *member.action != *action => {
                conflict("group", format!("number {} of this group is another action", place.index))
            }
            _ => Ok(()),
        }
    }

    /// Takes an action into its plan, or what has become of it since.
    pub(crate) fn join(&mut self, agent: &str, place: &Position, action_id: &str, standing: Standing, now: Timestamp) {
        let key: Key = (agent.into(), place.id.as_str().into());
        let action: Arc<str> = records::key(action_id).into();
        let mut group = self.take(&key).unwrap_or_else(|| Group {
            size: place.size,
            members: BTreeMap::new(),
            ended: None,
            number: 0,
            length: 0,
        });
        let before = group.members.insert(place.index, Member { action, standing });
        // What was over and is so otherwise has not ended anew.
        if before.is_none_or(|before| !before.standing.is_over()) {
            group.ended = None;
        }
        self.put(key, group, now);
    }

    /// What has become of an action, where it is in a plan.
    pub(crate) fn touch(&mut self, action: &str, standing: Standing, now: Timestamp) {
        let Some((key, index)) = self.by_action.get(action).cloned() else { return };
        let Some(mut group) = self.take(&key) else { return };
        if let Some(member) = group.members.get_mut(&index) {
            let was_over = std::mem::replace(&mut member.standing, standing).is_over();
            if !was_over {
                group.ended = None;
            }
        }
        self.put(key, group, now);
    }

    /// As many bytes do they take in a snapshot.
    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    /// As many of them are plans of which nothing is held, which may go: what comes of them later waits for what nobody remembers.
    pub(super) const fn spare(&self) -> usize {
        self.spare
    }

    /// Forgets those of which nothing is held until so many bytes are free or none is left.
    pub(super) fn forget(&mut self, bytes: usize) {
        let target = self.spare.saturating_sub(bytes);
        while self.spare > target && self.forget_oldest() {}
    }

    fn forget_oldest(&mut self) -> bool {
        let oldest = self.idle.oldest_of_most();
        oldest.inspect(|key| drop(self.take(key))).is_some()
    }

    /// Whether anything is remembered of an agent.
    pub(crate) fn knows_agent(&self, agent: &str) -> bool {
        let first: Key = (agent.into(), "".into());
        self.by_key.range(first..).next().is_some_and(|((known, _), _)| **known == *agent)
    }

    fn get(&self, agent: &str, id: &str) -> Option<&Group> {
        self.by_key.get(&(agent.into(), id.into()))
    }

    fn put(&mut self, key: Key, mut group: Group, now: Timestamp) {
        let is_over = group.members.values().all(|member| member.standing.is_over());
        group.ended = if is_over { group.ended.or(Some(now)) } else { None };
        group.number = self.next;
        group.length = rows::length(&key, &group);
        self.keep(key, group);
        if self.idle.len() > IDLE {
            self.forget_oldest();
        }
    }

    fn keep(&mut self, key: Key, group: Group) {
        self.length += group.length;
        if !group.is_held() {
            self.spare += group.length;
            self.idle.insert(&key.0, group.number, key.clone());
            self.next = self.next.max(group.number + 1);
        }
        for (index, member) in &group.members {
            self.by_action.insert(Arc::clone(&member.action), (key.clone(), *index));
        }
        self.by_key.insert(key, group);
    }

    fn take(&mut self, key: &Key) -> Option<Group> {
        let group = self.by_key.remove(key)?;
        self.length -= group.length;
        if !group.is_held() {
            self.spare -= group.length;
            self.idle.remove(&key.0, group.number);
        }
        for member in group.members.values() {
            self.by_action.remove(&member.action);
        }
        Some(group)
    }
}

impl State {
    /// How an action stands, as far as it is remembered, and since when, where that is not known otherwise.
    pub(crate) fn standing(&self, action: &str, now: Timestamp) -> Option<(Standing, Option<Timestamp>)> {
        let stage = self.records.at_key(action).map(|record| record.stage);
        match stage {
            Some(Stage::Granted { .. } | Stage::Unknown { .. } | Stage::Failed { retry_at: Some(_), .. }) => {
                Some((Standing::Held, None))
            }
            Some(Stage::Succeeded { .. }) => Some((Standing::Succeeded, None)),
            Some(Stage::Failed { retry_at: None, .. } | Stage::Rejected) => Some((Standing::Ended, None)),
            Some(Stage::Waiting { .. }) | None => {
                let approval = self.approvals.of_action(action)?;
                match approval.status_at(now) {
                    status if status.is_open() => Some((Standing::Held, None)),
                    ApprovalStatus::Expired => Some((Standing::Ended, Some(approval.expires_at))),
                    ApprovalStatus::Rejected => Some((Standing::Ended, None)),
                    _ => None,
                }
            }
        }
    }

    /// How a member stands at an instant. What is over was seen to be; what is not may have ended since by time alone.
    fn standing_of(&self, member: &Member, now: Timestamp) -> (Standing, Option<Timestamp>) {
        if member.standing.is_over() {
            return (member.standing, None);
        }
        self.standing(&member.action, now)
            .filter(|(standing, _)| *standing == Standing::Ended)
            .unwrap_or((member.standing, None))
    }

    /// How all before an action in its plan stand, from the first on; none where one was never asked for.
    pub(crate) fn before(&self, agent: &str, place: &Position, now: Timestamp) -> Vec<Option<Standing>> {
        let group = self.groups.get(agent, &place.id);
        let member = |index| group.and_then(|group| group.members.get(&index));
        (0..place.index).map(|index| member(index).map(|member| self.standing_of(member, now).0)).collect()
    }

    /// Whether it is an action's turn in its plan.
    pub(crate) fn turn(&self, agent: &str, place: &Position, now: Timestamp) -> Turn {
        let before = self.before(agent, place, now);
        let first = |wanted: fn(Option<Standing>) -> bool| (0..).zip(&before).find(|(_, standing)| wanted(**standing));
        if let Some((index, _)) = first(|standing| standing == Some(Standing::Ended)) {
            return Turn::Never(index);
        }
        let first = first(|standing| standing != Some(Standing::Succeeded));
        first.map_or(Turn::Now, |(index, _)| Turn::Behind(index))
    }

    /// Whether all that a plan holds was over a day ago.
    pub(crate) fn has_ended(&self, agent: &str, place: &Position, now: Timestamp) -> bool {
        let Some(group) = self.groups.get(agent, &place.id) else { return false };
        let ended = group.ended.or_else(|| {
            let all = group.members.values().map(|member| self.standing_of(member, now));
            all.map(|(standing, since)| standing.is_over().then_some(since.unwrap_or(Timestamp::MIN)))
                .collect::<Option<Vec<_>>>()
                .and_then(|since| since.into_iter().max())
        });
        ended.is_some_and(|ended| ended.saturating_add_micros(LINGERS_MICROS) <= now)
    }
}
