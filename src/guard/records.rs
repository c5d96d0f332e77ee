//! All actions that are remembered: those in flight always, others as many as there is room for.

mod wire;

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;

use super::record::{Record, Shelf, fingerprint};
use crate::json::sha256_hex;

/// As many finished actions are remembered, and as many refused ones apart from them.
pub(crate) const REMEMBERED: usize = 1000;
/// As many failed ones that are to be tried again: one that is forgotten begins anew.
pub(crate) const RETRIES: usize = 500;
/// As many grants of one agent may be without a report.
pub(crate) const MAX_IN_FLIGHT: usize = 1000;
/// Ids up to this many bytes are kept as they are; of longer ones a digest, so that a thousand of them fit a snapshot.
const PLAIN_ID: usize = 40;
/// At least so many bytes of a snapshot does a record take beside its key.
const ROW: usize = 48;

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "wire::Written<'_>")]
pub(crate) struct Records {
    by_key: BTreeMap<String, Record>,
    /// The full id of what is in flight and has an id that is not its key.
    long_ids: BTreeMap<String, String>,
    /// Keys of each shelf that is bounded, the oldest first.
    retrying: VecDeque<String>,
    finished: VecDeque<String>,
    waiting: VecDeque<String>,
    /// How many of each agent are in flight.
    in_flight: BTreeMap<String, usize>,
}

impl Records {
    pub(crate) fn get(&self, id: &str) -> Option<&Record> {
        self.by_key.get(key(id).as_ref())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.by_key.values()
    }

    /// What is granted and not settled, with its id.
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = (&str, &Record)> {
        let unsettled = self.by_key.iter().filter(|(_, record)| record.stage.shelf() == Shelf::InFlight);
        unsettled.map(|(key, record)| (self.long_ids.get(key).unwrap_or(key).as_str(), record))
    }

    pub(crate) fn in_flight_of(&self, agent: &str) -> usize {
        self.in_flight.get(agent).copied().unwrap_or_default()
    }

    /// Remembers an action as it now is, and forgets the oldest of its kind where there is no more room.
    pub(crate) fn put(&mut self, id: &str, record: Record) {
        let key = key(id).into_owned();
        let was = self.by_key.get(&key).map(|record| record.stage.shelf());
        let is = record.stage.shelf();
        self.count(&record.agent, was == Some(Shelf::InFlight), is == Shelf::InFlight);
        if is == Shelf::InFlight && key != id {
            self.long_ids.insert(key.clone(), id.to_owned());
        } else {
            self.long_ids.remove(&key);
        }
        self.by_key.insert(key.clone(), record);
        if was == Some(is) {
            return;
        }
        if let Some(queue) = was.and_then(|shelf| self.queue(shelf)) {
            queue.retain(|other| *other != key);
        }
        if let Some(queue) = self.queue(is) {
            queue.push_back(key);
            if queue.len() > limit(is)
                && let Some(oldest) = queue.pop_front()
            {
                self.by_key.remove(&oldest);
            }
        }
    }

    /// At least so many bytes of a snapshot are refusals, which may go.
    pub(super) fn spare(&self) -> usize {
        self.waiting.iter().map(|key| key.len() + ROW).sum()
    }

    /// Forgets the oldest refusals until so many bytes are free or none is left.
    pub(super) fn forget(&mut self, bytes: usize) {
        let mut freed = 0;
        while freed < bytes
            && let Some(key) = self.waiting.pop_front()
        {
            freed += key.len() + ROW;
            self.by_key.remove(&key);
        }
    }

    /// The queue of a shelf; what is in flight has none, since it is never forgotten.
    const fn queue(&mut self, of: Shelf) -> Option<&mut VecDeque<String>> {
        match of {
            Shelf::InFlight => None,
            Shelf::Retrying => Some(&mut self.retrying),
            Shelf::Finished => Some(&mut self.finished),
            Shelf::Waiting => Some(&mut self.waiting),
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
}

/// As many are kept on a shelf.
const fn limit(shelf: Shelf) -> usize {
    match shelf {
        Shelf::InFlight => usize::MAX,
        Shelf::Retrying => RETRIES,
        Shelf::Finished | Shelf::Waiting => REMEMBERED,
    }
}

/// What an action is kept under. No id can be taken for the key of another: a digest begins with a character of its own, and is shorter
/// than what it stands for.
fn key(id: &str) -> Cow<'_, str> {
    if id.len() <= PLAIN_ID && !id.starts_with('#') {
        Cow::Borrowed(id)
    } else {
        Cow::Owned(format!("#{}", fingerprint(&sha256_hex(id.as_bytes()))))
    }
}
