//! All actions that are remembered: those in flight always, others as many as there is room for.

mod rows;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::queue::Queue;
use super::record::{Record, Shelf, Stage};
use super::wire::digits;
use crate::json::sha256_hex;
use crate::time::Timestamp;

/// As many finished actions are remembered, and as many refused ones apart from them.
pub(crate) const REMEMBERED: usize = 1000;
/// As many failed ones that are to be tried again: of more, the oldest are given up.
pub(crate) const RETRIES: usize = 500;
/// As many grants of one agent may be without a report.
pub(crate) const MAX_IN_FLIGHT: usize = 1000;
/// Ids up to this many bytes are kept as they are; of longer ones a digest, so that a thousand of them fit a snapshot.
const PLAIN_ID: usize = 40;

#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    by_key: BTreeMap<Arc<str>, Kept>,
    /// Keys of each shelf that is bounded, by when they came to it.
    retrying: Queue,
    finished: Queue,
    waiting: Queue,
    /// What the next to come to a shelf is numbered with.
    next: u64,
    agents: Names,
    types: Names,
    /// As many bytes do all rows take in a snapshot, and those of refused actions, but for places of more than one digit.
    length: usize,
    waiting_length: usize,
}

#[derive(Clone, Debug)]
struct Kept {
    record: Record,
    /// The id of what is in flight, where it is not its key.
    long_id: Option<Box<str>>,
    /// When it came to its shelf.
    number: u64,
}

/// Agents or types, each once for all records.
#[derive(Clone, Debug, Default)]
struct Names {
    by_name: BTreeMap<Arc<str>, Tally>,
    length: usize,
}

/// How many records of a name there are, and how many of them are in flight.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    records: usize,
    in_flight: usize,
}

impl Names {
    /// The name as all records share it, counted once more.
    fn hold(&mut self, name: &str, in_flight: bool) -> Arc<str> {
        if let Some((name, tally)) = self.by_name.get_key_value(name).map(|(name, tally)| (Arc::clone(name), *tally)) {
            let tally = Tally { records: tally.records + 1, in_flight: tally.in_flight + usize::from(in_flight) };
            self.by_name.insert(Arc::clone(&name), tally);
            return name;
        }
        let name: Arc<str> = name.into();
        self.length += rows::name_length(&name);
        self.by_name.insert(Arc::clone(&name), Tally { records: 1, in_flight: usize::from(in_flight) });
        name
    }

    fn let_go(&mut self, name: &str, in_flight: bool) {
        let Some(tally) = self.by_name.get_mut(name) else { return };
        tally.records -= 1;
        tally.in_flight -= usize::from(in_flight);
        if tally.records == 0 {
            self.by_name.remove(name);
            self.length -= rows::name_length(name);
        }
    }
}

impl Records {
    pub(crate) fn get(&self, id: &str) -> Option<&Record> {
        self.at_key(&key(id))
    }

    /// By what an action is kept under.
    pub(crate) fn at_key(&self, key: &str) -> Option<&Record> {
        self.by_key.get(key).map(|entry| &entry.record)
    }

    /// What is granted and not settled, with its id.
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = (&str, &Record)> {
        let unsettled = self.by_key.iter().filter(|(_, entry)| entry.record.stage.shelf() == Shelf::InFlight);
        unsettled.map(|(key, entry)| (entry.long_id.as_deref().unwrap_or(key), &entry.record))
    }

    pub(crate) fn in_flight_of(&self, agent: &str) -> usize {
        self.agents.by_name.get(agent).map_or(0, |tally| tally.in_flight)
    }

    /// Whether anything is remembered of an agent.
    pub(crate) fn knows_agent(&self, agent: &str) -> bool {
        self.agents.by_name.contains_key(agent)
    }

    /// Remembers an action as it now is. Where there is no more room on its shelf, the agent with most on it makes some: the oldest that waits
    /// to be tried again is given up, the oldest of what is settled or was refused is forgotten. Gives the key of what was given up.
    pub(crate) fn put(&mut self, id: &str, record: Record) -> Option<Arc<str>> {
        let key = key(id);
        let was = self.take(&key);
        let kind = record.stage.shelf();
        let stays = was.as_ref().filter(|(_, was)| was.record.stage.shelf() == kind).map(|(_, was)| was.number);
        let number = stays.unwrap_or(self.next);
        self.next += u64::from(stays.is_none());
        let long_id = (kind == Shelf::InFlight && *key != *id).then(|| id.into());
        let key = was.map_or_else(|| Arc::from(key.as_ref()), |(key, _)| key);
        self.keep(key, Kept { record, long_id, number });
        self.bound(kind)
    }

    fn bound(&mut self, kind: Shelf) -> Option<Arc<str>> {
        if self.queue(kind).is_none_or(|queue| queue.len() <= limit(kind)) {
            return None;
        }
        let (key, mut entry) = self.take_oldest(kind).filter(|_| kind == Shelf::Retrying)?;
        entry.record.give_up();
        entry.number = self.next;
        self.next += 1;
        self.keep(Arc::clone(&key), entry);
        self.bound(Shelf::Finished);
        Some(key)
    }

    /// A day is over: what was charged on it is charged for good, and what timed out on it is unknown for good.
    pub(crate) fn close_day(&mut self, now: Timestamp) {
        let (mut length, mut waiting_length) = (0, 0);
        for (key, entry) in &mut self.by_key {
            entry.record.charge = None;
            entry.record.stage = entry.record.stage.at(now);
            let row = rows::row_length(key, entry);
            length += row;
            waiting_length += if matches!(entry.record.stage, Stage::Waiting { .. }) { row } else { 0 };
        }
        (self.length, self.waiting_length) = (length, waiting_length);
    }

    /// At most so many bytes do they take in a snapshot.
    pub(crate) fn length(&self) -> usize {
        self.length + self.by_key.len() * self.places_length() + self.agents.length + self.types.length
    }

    /// As many of them are refusals, which may go.
    pub(super) fn spare(&self) -> usize {
        self.waiting_length + self.waiting.len() * self.places_length()
    }

    /// As many digits more than one each may the places of agent and type have in a row.
    fn places_length(&self) -> usize {
        [&self.agents, &self.types].into_iter().map(|names| digits(names.by_name.len() as u64) - 1).sum()
    }

    /// Forgets the oldest refusals until so many bytes are free or none is left.
    pub(super) fn forget(&mut self, bytes: usize) {
        let target = self.waiting_length.saturating_sub(bytes);
        while self.waiting_length > target {
            self.take_oldest(Shelf::Waiting);
        }
    }

    /// The oldest on a shelf of the agent that has most there, so that no agent drives out what others have.
    fn take_oldest(&mut self, kind: Shelf) -> Option<(Arc<str>, Kept)> {
        let key = self.queue(kind).and_then(|queue| queue.oldest_of_most())?;
        self.take(&key)
    }

    /// Puts a record in its place, and counts it.
    fn keep(&mut self, key: Arc<str>, mut entry: Kept) {
        let kind = entry.record.stage.shelf();
        let in_flight = kind == Shelf::InFlight;
        entry.record.agent = self.agents.hold(&entry.record.agent, in_flight);
        entry.record.action_type = self.types.hold(&entry.record.action_type, in_flight);
        self.count(kind, rows::row_length(&key, &entry), usize::saturating_add);
        let agent = Arc::clone(&entry.record.agent);
        if let Some(queue) = self.queue(kind) {
            queue.insert(&agent, entry.number, Arc::clone(&key));
        }
        self.by_key.insert(key, entry);
    }

    /// Takes a record out of its place, and counts it no more.
    fn take(&mut self, key: &str) -> Option<(Arc<str>, Kept)> {
        let (key, entry) = self.by_key.remove_entry(key)?;
        let kind = entry.record.stage.shelf();
        let in_flight = kind == Shelf::InFlight;
        self.agents.let_go(&entry.record.agent, in_flight);
        self.types.let_go(&entry.record.action_type, in_flight);
        self.count(kind, rows::row_length(&key, &entry), usize::saturating_sub);
        let agent = Arc::clone(&entry.record.agent);
        if let Some(queue) = self.queue(kind) {
            queue.remove(&agent, entry.number);
        }
        Some((key, entry))
    }

    fn count(&mut self, kind: Shelf, row: usize, change: fn(usize, usize) -> usize) {
        self.length = change(self.length, row);
        if kind == Shelf::Waiting {
            self.waiting_length = change(self.waiting_length, row);
        }
    }

    /// The queue of a shelf; what is in flight has none, since it is never forgotten.
    const fn queue(&mut self, of: Shelf) -> Option<&mut Queue> {
        match of {
            Shelf::InFlight => None,
            Shelf::Retrying => Some(&mut self.retrying),
            Shelf::Finished => Some(&mut self.finished),
            Shelf::Waiting => Some(&mut self.waiting),
        }
    }
}

/// As many are kept on a shelf.
const fn limit(kind: Shelf) -> usize {
    match kind {
        Shelf::InFlight => usize::MAX,
        Shelf::Retrying => RETRIES,
        Shelf::Finished | Shelf::Waiting => REMEMBERED,
    }
}

/// What an action is kept under. No id can be taken for the key of another: a digest begins with a character of its own, and is shorter
/// than what it stands for.
pub(super) fn key(id: &str) -> Cow<'_, str> {
    if id.len() <= PLAIN_ID && !id.starts_with('#') {
        Cow::Borrowed(id)
    } else {
        Cow::Owned(format!("#{}", sha256_hex(id).get(..32).unwrap_or_default()))
    }
}
