//! How records stand in a snapshot: a row each, without names of fields, an agent or a type once for all.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};

use super::{MAX_IN_FLIGHT, Records, key, limit};
use crate::guard::record::{Charge, MAX_RETRIES, Record, Shelf, Stage};
use crate::guard::soundness::{is_hex, is_name};
use crate::money::Millionths;
use crate::money::Spending;
use crate::number::Count;
use crate::policy::ActionType;
use crate::recovery::ErrorCategory;
use crate::time::Timestamp;

/// Every shelf's rows; queues in their order.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Written<'a> {
    /// Agents and types, which rows name by their index.
    names: Vec<Cow<'a, str>>,
    in_flight: Vec<InFlight<'a>>,
    retrying: Vec<Retrying<'a>>,
    finished: Vec<Finished<'a>>,
    waiting: Vec<Waiting<'a>>,
}

/// Id, agent, type and content: what every row begins with.
#[derive(Serialize, Deserialize)]
struct Whose<'a>(Cow<'a, str>, usize, usize, Cow<'a, str>);

/// Messages, tokens, calls and millionths.
#[derive(Serialize, Deserialize)]
struct Spent(Count, Count, Count, Millionths);

/// Day, all and earlier, as far as there is anything.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Charged {
    Nothing(u64),
    Once(u64, Spent),
    Again(u64, Spent, Spent),
}

/// Attempt, charge, when granted, and until when; nothing once it is unknown.
#[derive(Serialize, Deserialize)]
struct InFlight<'a>(Whose<'a>, u32, Charged, Timestamp, Option<Timestamp>);

/// Attempt, charge, report and when it may be tried again: what failed in passing, as nothing else is tried again.
#[derive(Serialize, Deserialize)]
struct Retrying<'a>(Whose<'a>, u32, Charged, Cow<'a, str>, Timestamp);

/// Attempt, report and, where it failed, the category.
#[derive(Serialize, Deserialize)]
struct Finished<'a>(Whose<'a>, u32, Cow<'a, str>, Option<Cow<'a, str>>);

/// Whether time held it.
#[derive(Serialize, Deserialize)]
struct Waiting<'a>(Whose<'a>, bool);

impl From<Spending> for Spent {
    fn from(Spending { messages, llm_tokens, api_calls, amount }: Spending) -> Self {
        Self(messages, llm_tokens, api_calls, amount)
    }
}

impl From<Spent> for Spending {
    fn from(Spent(messages, llm_tokens, api_calls, amount): Spent) -> Self {
        Self { messages, llm_tokens, api_calls, amount }
    }
}

impl From<Charge> for Charged {
    fn from(charge: Charge) -> Self {
        let Charge { day, spending, earlier } = charge;
        match (spending.is_none(), earlier.is_none()) {
            (true, true) => Self::Nothing(day),
            (false, true) => Self::Once(day, spending.into()),
            (_, false) => Self::Again(day, spending.into(), earlier.into()),
        }
    }
}

impl From<Charged> for Charge {
    fn from(charged: Charged) -> Self {
        match charged {
            Charged::Nothing(day) => Self { day, ..Self::default() },
            Charged::Once(day, spending) => Self { day, spending: spending.into(), ..Self::default() },
            Charged::Again(day, spending, earlier) => Self { day, spending: spending.into(), earlier: earlier.into() },
        }
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::of(self).serialize(serializer)
    }
}

impl<'a> Written<'a> {
    fn of(records: &'a Records) -> Self {
        let names = crate::collect::set(records.iter().flat_map(|record| [&*record.agent, &*record.action_type]));
        let names: Vec<&str> = names.into_iter().collect();
        let index = |name: &str| names.binary_search(&name).unwrap_or_default();
        let mut written = Self::default();
        let keys = [&records.retrying, &records.finished, &records.waiting].into_iter().flatten();
        let queued = keys.filter_map(|key| Some((key.as_str(), records.by_key.get(key)?)));
        for (id, record) in records.in_flight().chain(queued) {
            let (agent, action_type) = (index(&record.agent), index(&record.action_type));
            written.push(Whose(id.into(), agent, action_type, record.content.as_str().into()), record);
        }
        written.names = names.into_iter().map(Cow::Borrowed).collect();
        written
    }

    fn push(&mut self, whose: Whose<'a>, record: &'a Record) {
        let (attempt, charge) = (record.attempt, record.charge.into());
        match &record.stage {
            Stage::Granted { at, until } => self.in_flight.push(InFlight(whose, attempt, charge, *at, Some(*until))),
            Stage::Unknown { at } => self.in_flight.push(InFlight(whose, attempt, charge, *at, None)),
            Stage::Failed { report, retry_at: Some(retry_at), .. } => {
                self.retrying.push(Retrying(whose, attempt, charge, report.into(), *retry_at));
            }
            Stage::Failed { report, category, retry_at: None } => {
                self.finished.push(Finished(whose, attempt, report.into(), Some(category.into())));
            }
            Stage::Succeeded { report } => self.finished.push(Finished(whose, attempt, report.into(), None)),
            Stage::Waiting { deferred } => self.waiting.push(Waiting(whose, *deferred)),
        }
    }
}

impl TryFrom<Written<'_>> for Records {
    type Error = &'static str;

    fn try_from(written: Written<'_>) -> Result<Self, &'static str> {
        let Written { names, in_flight, retrying, finished, waiting } = written;
        let names = names.into_iter().map(Cow::into_owned).collect();
        let mut reader = Reader { names, records: Self::default() };
        for InFlight(whose, attempt, charge, at, until) in in_flight {
            let stage = until.map_or(Stage::Unknown { at }, |until| Stage::Granted { at, until });
            reader.read(whose, attempt, charge.into(), stage)?;
        }
        for Retrying(whose, attempt, charge, report, retry_at) in retrying {
            let (report, category) = (report.into_owned(), ErrorCategory::Transient.as_str().to_owned());
            reader.read(whose, attempt, charge.into(), Stage::Failed { report, category, retry_at: Some(retry_at) })?;
        }
        for Finished(whose, attempt, report, failed) in finished {
            let report = report.into_owned();
            let stage = match failed {
                Some(category) => Stage::Failed { report, category: category.into_owned(), retry_at: None },
                None => Stage::Succeeded { report },
            };
            reader.read(whose, attempt, Charge::default(), stage)?;
        }
        for Waiting(whose, deferred) in waiting {
            reader.read(whose, 0, Charge::default(), Stage::Waiting { deferred })?;
        }
        Ok(reader.records)
    }
}

struct Reader {
    names: Vec<String>,
    records: Records,
}

impl Reader {
    fn read(&mut self, whose: Whose<'_>, attempt: u32, charge: Charge, stage: Stage) -> Result<(), &'static str> {
        let Whose(id, agent, action_type, content) = whose;
        let (id, content) = (id.into_owned(), content.into_owned());
        let name = |index: usize| self.names.get(index).cloned().ok_or("a name that is not in the list");
        let record = Record { agent: name(agent)?, action_type: name(action_type)?, content, stage, attempt, charge };
        let place = record.stage.shelf();
        let in_flight = place == Shelf::InFlight;
        // What is settled is written under its key, which is not an id of its own.
        let known = if in_flight { key(&id).into_owned() } else { id.clone() };
        if !is_sound(&id, &record) || known.len() > super::PLAIN_ID {
            return Err("a record that cannot be");
        }
        self.records.count(&record.agent, false, in_flight);
        if self.records.in_flight_of(&record.agent) > MAX_IN_FLIGHT {
            return Err("more in flight than there can be");
        }
        if let Some(queue) = self.records.queue(place) {
            queue.push_back(known.clone());
            if queue.len() > limit(place) {
                return Err("more records than are remembered");
            }
        } else if known != id {
            self.records.long_ids.insert(known.clone(), id);
        }
        match self.records.by_key.insert(known, record) {
            Some(_) => Err("an id that stands twice"),
            None => Ok(()),
        }
    }
}

/// Whether a record can have come from a request.
fn is_sound(id: &str, record: &Record) -> bool {
    let stage = match &record.stage {
        Stage::Waiting { .. } => record.attempt == 0,
        Stage::Granted { at, until } => at <= until,
        Stage::Unknown { .. } => true,
        Stage::Succeeded { report } => is_hex(report, 16),
        Stage::Failed { report, category, retry_at } => {
            is_hex(report, 16)
                && ErrorCategory::ALL.iter().any(|known| known.as_str() == category)
                && (retry_at.is_none() || record.attempt <= MAX_RETRIES)
        }
    };
    let granted = matches!(record.stage, Stage::Waiting { .. }) || (1..=MAX_RETRIES + 1).contains(&record.attempt);
    is_name(id)
        && is_name(&record.agent)
        && ActionType::new(&record.action_type).is_some()
        && is_hex(&record.content, 32)
        && stage
        && granted
}
