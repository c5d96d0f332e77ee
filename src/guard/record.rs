//! The life of an action: what is remembered of it from its first request on.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::ledger::Spending;
use crate::time::Timestamp;

/// As many finished actions are remembered, and as many refused ones apart from them.
pub(crate) const REMEMBERED: usize = 1000;
/// As many grants of one agent may be without a report.
pub(crate) const MAX_IN_FLIGHT: usize = 1000;
/// A failed action is tried again at most as often.
pub(crate) const MAX_RETRIES: u32 = 3;

/// What was charged for an action, and on which day of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Charge {
    pub(crate) day: u64,
    pub(crate) spending: Spending,
}

/// What became of an action when it was last heard of. Each state carries what only it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Stage {
    /// Asked, and not allowed so far.
    Waiting {
        /// Time alone held it: when it is granted, it is counted as an action of that moment.
        deferred: bool,
    },
    /// Allowed; nobody has said what became of it.
    Granted {
        /// From then on it counts as unknown.
        until: Timestamp,
    },
    /// Done.
    Succeeded,
    /// Tried and not done.
    Failed {
        /// `transient`, `validation`, `auth` or `unknown`.
        category: String,
        /// From when on it may be tried again; never, where there is none.
        retry_at: Option<Timestamp>,
    },
    /// It may have happened.
    Unknown,
}

impl Stage {
    /// Nothing more can become of it by itself: it may be forgotten.
    pub(crate) const fn is_finished(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed { retry_at: None, .. })
    }

    /// Allowed and not settled.
    pub(crate) const fn is_in_flight(&self) -> bool {
        matches!(self, Self::Granted { .. } | Self::Unknown)
    }
}

/// One action that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) agent: String,
    #[serde(rename = "type")]
    pub(crate) action_type: String,
    pub(crate) digest: String,
    pub(crate) stage: Stage,
    /// How often it was granted.
    pub(crate) attempt: u32,
    pub(crate) charge: Charge,
    /// When it was last granted; none before.
    pub(crate) granted_at: Option<Timestamp>,
}

impl Record {
    /// The stage at an instant: a grant that nobody reported in time is unknown.
    pub(crate) fn stage_at(&self, now: Timestamp) -> Stage {
        match &self.stage {
            Stage::Granted { until } if *until <= now => Stage::Unknown,
            stage => stage.clone(),
        }
    }
}

/// All actions that are remembered: unfinished ones always, others as many as there is room for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Records {
    by_id: BTreeMap<String, Record>,
    /// Ids of finished actions, the oldest first.
    finished: VecDeque<String>,
    /// Ids of actions that were never granted, the oldest first.
    waiting: VecDeque<String>,
    /// How many of each agent are in flight.
    #[serde(skip)]
    in_flight: BTreeMap<String, usize>,
}

impl Records {
    pub(crate) fn get(&self, id: &str) -> Option<&Record> {
        self.by_id.get(id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Record)> {
        self.by_id.iter()
    }

    pub(crate) fn in_flight_of(&self, agent: &str) -> usize {
        self.in_flight.get(agent).copied().unwrap_or_default()
    }

    /// Remembers an action as it now is, and forgets the oldest of its kind where there is no more room.
    pub(crate) fn put(&mut self, id: &str, record: Record) {
        let before = self.by_id.get(id).map(|record| record.stage.clone());
        self.count(&record.agent, before.as_ref().is_some_and(Stage::is_in_flight), record.stage.is_in_flight());
        let queue_of = |stage: &Stage| (stage.is_finished(), matches!(stage, Stage::Waiting { .. }));
        let (was, is) = (before.as_ref().map(queue_of), queue_of(&record.stage));
        self.by_id.insert(id.to_owned(), record);
        if was == Some(is) {
            return;
        }
        match was {
            Some((true, _)) => self.finished.retain(|other| other != id),
            Some((_, true)) => self.waiting.retain(|other| other != id),
            _ => {}
        }
        match is {
            (true, _) => Self::push(&mut self.finished, &mut self.by_id, id),
            (_, true) => Self::push(&mut self.waiting, &mut self.by_id, id),
            _ => {}
        }
    }

    fn push(queue: &mut VecDeque<String>, by_id: &mut BTreeMap<String, Record>, id: &str) {
        queue.push_back(id.to_owned());
        if queue.len() > REMEMBERED
            && let Some(oldest) = queue.pop_front()
        {
            by_id.remove(&oldest);
        }
    }

    fn count(&mut self, agent: &str, was: bool, is: bool) {
        if was == is {
            return;
        }
        let count = self.in_flight.entry(agent.to_owned()).or_default();
        *count = if is { *count + 1 } else { count.saturating_sub(1) };
        if *count == 0 {
            self.in_flight.remove(agent);
        }
    }

    /// After loading: what is not written is counted anew. False where the queues do not hold just the ids they should.
    pub(crate) fn restore(&mut self) -> bool {
        self.in_flight.clear();
        let records: Vec<_> =
            self.by_id.values().map(|record| (record.agent.clone(), record.stage.is_in_flight())).collect();
        records.iter().for_each(|(agent, is)| self.count(agent, false, *is));
        let ids = |wanted: fn(&Stage) -> bool| {
            self.by_id.iter().filter(move |(_, record)| wanted(&record.stage)).map(|(id, _)| id).collect::<Vec<_>>()
        };
        let sorted = |queue: &VecDeque<String>| {
            let mut ids: Vec<String> = queue.iter().cloned().collect();
            ids.sort();
            ids
        };
        let same =
            |queue: &VecDeque<String>, ids: Vec<&String>| sorted(queue).iter().eq(ids) && queue.len() <= REMEMBERED;
        same(&self.finished, ids(Stage::is_finished))
            && same(&self.waiting, ids(|stage| matches!(stage, Stage::Waiting { .. })))
    }
}
