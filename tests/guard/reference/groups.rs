//! Plans: actions that run in order.

use super::{Act, Answer, DAY, Reason, Reference, Stage, deny, refused};
use crate::commands::Asked;

/// How those after it see an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Done,
    /// It may still run.
    Open,
    /// It will not, unless somebody lets it after all; since then.
    Over(i64),
}

impl Reference {
    /// An action has its place, and a place its action.
    pub(super) fn keeps_to_its_group(&self, asked: &Asked) -> Result<(), Answer> {
        let place = asked.group.map(|group| (group.id, group.index));
        let own = self.act(asked.id).and_then(|act| act.group);
        if own.is_some() && own.map(|group| (group.id, group.index)) != place {
            return refused("conflict", "group");
        }
        let Some(group) = asked.group else { return Ok(()) };
        let others = self.acts.iter().filter(|act| act.content.0 == asked.agent && act.id != asked.id);
        let others = others.filter_map(|act| act.group).filter(|other| other.id == group.id);
        if own.into_iter().chain(others.clone()).any(|other| other.size != group.size) {
            return refused("conflict", "group.size");
        }
        if others.clone().any(|other| other.index == group.index) {
            return refused("conflict", "group");
        }
        Ok(())
    }

    fn standing(&self, act: &Act, now: i64) -> Standing {
        let over = match self.stage(act.id, now) {
            Some(Stage::Succeeded) => return Standing::Done,
            Some(Stage::Failed { retry_at: None, .. }) => Some(act.since),
            // What is to be tried again may run without what was asked before it ever ran.
            Some(stage @ (Stage::Waiting | Stage::Failed { .. })) => {
                let unheard = self.latest(act.id).and_then(|approval| approval.ended(now));
                let unheard = unheard.filter(|_| stage == Stage::Waiting || self.is_rejected_since(act));
                act.refused.into_iter().chain(unheard).min()
            }
            _ => None,
        };
        over.map_or(Standing::Open, Standing::Over)
    }

    fn members(&self, asked: &Asked) -> impl Iterator<Item = (u8, &Act)> {
        let of = asked.group.map(|group| group.id);
        self.acts.iter().filter_map(move |act| {
            let group = act.group.filter(|group| act.content.0 == asked.agent && Some(group.id) == of)?;
            Some((group.index, act))
        })
    }

    /// Whether those before it let it through, and whether the plan is long over.
    pub(super) fn order(&self, now: i64, asked: &Asked) -> Vec<Reason> {
        let Some(place) = asked.group else { return Vec::new() };
        let standing = |index| {
            let found = self.members(asked).find(|(other, _)| *other == index);
            found.map_or(Standing::Open, |(_, act)| self.standing(act, now))
        };
        let first = |wanted: fn(Standing) -> bool| (0..place.index).find(|index| wanted(standing(*index)));
        let skipped = first(|standing| matches!(standing, Standing::Over(_)));
        let paused = first(|standing| standing != Standing::Done);
        let skipped = skipped.map(|of| Reason { effect: "deny", code: "skipped_after", of: Some(of) });
        let held = skipped.or(paused.map(|of| Reason { effect: "defer", code: "paused_behind", of: Some(of) }));
        let is_over = self.group_end(now, asked).is_some_and(|end| now >= end + DAY);
        held.into_iter().chain(is_over.then_some(deny("group_ended"))).collect()
    }

    /// Since when all that the plan holds has ended.
    fn group_end(&self, now: i64, asked: &Asked) -> Option<i64> {
        let ends = self.members(asked).map(|(_, act)| {
            let since = match self.standing(act, now) {
                Standing::Done => Some(act.since),
                // Skipped before a question of its own expired, it has not ended anew.
                Standing::Over(since) => Some(act.skipped.map_or(since, |skipped| skipped.min(since))),
                Standing::Open => act.skipped,
            };
            since.map(|since| since.max(act.joined))
        });
        ends.collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}
