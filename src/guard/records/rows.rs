//! How records stand in a snapshot: a row each, without names of fields, an agent or a type once for all.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Kept, MAX_IN_FLIGHT, Names, PLAIN_ID, Records, key, limit};
use crate::error::Result;
use crate::guard::queue::Queue;
use crate::guard::record::{Charge, Fingerprint, MAX_RETRIES, Mark, Record, Shelf, Stage};
use crate::guard::wire::{
    INSTANT_LENGTH, Row, Wire, digits, instant, pack, read_instant, read_past, text_length, unpack,
};
use crate::money::Spending;
use crate::policy::ActionType;
use crate::read::{self, Fields, Place, Shape, field};
use crate::recovery::ErrorCategory;
use crate::time::Timestamp;
use crate::value::Value;

/// Stands where a grant has its timeout; once it is unknown there is none.
const NO_TIMEOUT: u64 = 0;
/// Digits of a content and of a report.
const CONTENT: usize = Fingerprint::BITS.div_ceil(6) as usize;
const MARK: usize = Mark::BITS.div_ceil(6) as usize;
/// Brackets, agent and type of a digit each, and content, and the commas behind them.
const WHOSE: usize = 2 + 2 * 2 + CONTENT + 3;
/// More than any shelf has rows: what is read stays bounded before it is looked at.
const MOST: usize = 1 << 14;

/// As many bytes does a name take in the list of them, comma included.
pub(super) fn name_length(name: &str) -> usize {
    text_length(name) + 1
}

/// As many bytes does a record take, comma included, where the places of its agent and type have a digit each.
pub(super) fn row_length(key: &str, entry: &Kept) -> usize {
    const ATTEMPT: usize = 2;
    const WRITE: usize = 2;
    let charge = || entry.record.charge.map_or(0, |charge| 1 + charge_length(charge));
    let stage = match entry.record.stage {
        Stage::Granted { timeout, .. } => WRITE + ATTEMPT + INSTANT_LENGTH + 1 + digits(timeout.get()) + 1 + charge(),
        Stage::Unknown { .. } => WRITE + ATTEMPT + INSTANT_LENGTH + 1 + 2 + charge(),
        Stage::Failed { retry_at: Some(_), .. } => WRITE + ATTEMPT + MARK + 3 + INSTANT_LENGTH + 1 + charge(),
        Stage::Failed { retry_at: None, .. } => ATTEMPT + MARK + 3 + 2,
        Stage::Succeeded { .. } => ATTEMPT + MARK + 3,
        Stage::Waiting { .. } | Stage::Rejected => 2,
    };
    text_length(entry.long_id.as_deref().unwrap_or(key)) + 1 + WHOSE + stage
}

fn charge_length(charge: Charge) -> usize {
    2 + charge.spending.length() + if charge.earlier.is_none() { 0 } else { 1 + charge.earlier.length() }
}

impl Records {
    /// Every shelf's rows, queues in their order; a row has agent and type by their place in the lists.
    pub(crate) fn write(&self) -> Json {
        let (agents, types) = (self.agents.list(), self.types.list());
        let row = |key: &str, entry: &Kept| {
            let index = |names: &[&str], name: &str| names.binary_search(&name).unwrap_or_default();
            let record = &entry.record;
            let id = entry.long_id.as_deref().unwrap_or(key);
            write_row(id, index(&agents, &record.agent), index(&types, &record.action_type), record)
        };
        let in_flight = self.by_key.iter().filter(|(_, entry)| entry.record.stage.shelf() == Shelf::InFlight);
        let queued =
            |queue: &Queue| -> Json { queue.keys().filter_map(|key| Some(row(key, self.by_key.get(key)?))).collect() };
        json!({
            "agents": agents,
            "types": types,
            "inFlight": in_flight.map(|(key, entry)| row(key, entry)).collect::<Json>(),
            "retrying": queued(&self.retrying),
            "finished": queued(&self.finished),
            "waiting": queued(&self.waiting),
        })
    }

    /// Reads them back; `now` is the snapshot's instant.
    pub(crate) fn read(value: &Value, place: &Place<'_>, now: Timestamp) -> Result<Self> {
        const RECORDS: Shape = Shape::strict(&[
            field("agents"),
            field("types"),
            field("inFlight"),
            field("retrying"),
            field("finished"),
            field("waiting"),
        ]);
        let fields = Fields::of(value, place, &RECORDS)?;
        let agents = fields.required("agents", |value, place| read::items(value, place, MOST, read::id))?;
        let types = fields.required("types", |value, place| {
            read::items(value, place, MOST, |value, place| Ok(ActionType::read(value, place)?.to_string()))
        })?;
        let mut reader = Reader { agents, types, now, records: Self::default() };
        for (name, kind) in [
            ("inFlight", Shelf::InFlight),
            ("retrying", Shelf::Retrying),
            ("finished", Shelf::Finished),
            ("waiting", Shelf::Waiting),
        ] {
            fields.required(name, |rows, place| {
                let rows = read::list(rows, place, limit(kind).min(MOST))?;
                rows.iter().enumerate().try_for_each(|(index, row)| reader.row(row, &place.index(index), kind))
            })?;
        }
        Ok(reader.records)
    }
}

impl Names {
    fn list(&self) -> Vec<&str> {
        self.by_name.keys().map(|name| &**name).collect()
    }
}

/// Id, agent, type and content; then what the stage has.
fn write_row(id: &str, agent: usize, action_type: usize, record: &Record) -> Json {
    let whose = [id.into(), agent.into(), action_type.into(), pack(record.content.0, CONTENT).into()];
    let mark = |report: Mark| Json::from(pack(report.0.into(), MARK));
    let attempt = Json::from(record.attempt);
    let write = Json::from(u8::from(record.write));
    let stage = match record.stage {
        Stage::Granted { at, timeout } => vec![write, attempt, instant(at), timeout.get().into()],
        Stage::Unknown { at } => vec![write, attempt, instant(at), NO_TIMEOUT.into()],
        Stage::Failed { report, retry_at: Some(retry_at), .. } => vec![write, attempt, mark(report), instant(retry_at)],
        Stage::Failed { report, category, retry_at: None } => vec![attempt, mark(report), (category as u8).into()],
        Stage::Succeeded { report } => vec![attempt, mark(report)],
        Stage::Rejected => vec![attempt],
        Stage::Waiting { owed } => vec![u8::from(owed).into()],
    };
    let charge = record.charge.map(|charge| {
        let earlier = Some(charge.earlier).filter(|earlier| !earlier.is_none()).map(|earlier| earlier.write());
        [charge.spending.write()].into_iter().chain(earlier).collect::<Json>()
    });
    whose.into_iter().chain(stage).chain(charge).collect()
}

struct Reader {
    agents: Vec<String>,
    types: Vec<String>,
    now: Timestamp,
    records: Records,
}

impl Reader {
    fn row(&mut self, value: &Value, place: &Place<'_>, kind: Shelf) -> Result<()> {
        let mut row = Row::of(value, place, 9)?;
        let id = row.take(read::id)?;
        let agent = row.take(|value, place| name(value, place, &self.agents))?;
        let action_type = row.take(|value, place| name(value, place, &self.types))?;
        let content = row.take(|value, place| unpack(value, place, CONTENT, Fingerprint::BITS).map(Fingerprint))?;
        // Of what is settled for good nobody asks any more.
        let write = match kind {
            Shelf::InFlight | Shelf::Retrying => row.take(|value, place| read::within(value, place, 0, 1))? == 1,
            Shelf::Finished | Shelf::Waiting => true,
        };
        let (attempt, stage) = stage(&mut row, kind, self.now)?;
        let charge = row.rest(read_charge)?;
        row.end()?;
        let record = Record { agent, action_type, content, stage, write, attempt, charge };
        if charge.is_some() && matches!(kind, Shelf::Finished | Shelf::Waiting) {
            return Err(place.error("a charge of what nothing can be charged for any more"));
        }
        // What is settled is written under its key, which is not an id of its own.
        let key = if kind == Shelf::InFlight { key(&id) } else { id.as_str().into() };
        if key.len() > PLAIN_ID {
            return Err(place.error("an id that is kept in a shorter form"));
        }
        if self.records.by_key.contains_key(key.as_ref()) {
            return Err(place.error("an id that stands twice"));
        }
        if kind == Shelf::InFlight && self.records.in_flight_of(&record.agent) >= MAX_IN_FLIGHT {
            return Err(place.error("more in flight than an agent can have"));
        }
        let long_id = (*key != *id).then(|| id.as_str().into());
        let number = self.records.next;
        self.records.next += 1;
        self.records.keep(key.as_ref().into(), Kept { record, long_id, number });
        Ok(())
    }
}

/// How often it was granted, and the stage that this shelf has.
fn stage(row: &mut Row<'_, '_>, kind: Shelf, now: Timestamp) -> Result<(u32, Stage)> {
    if kind == Shelf::Waiting {
        let owed = row.take(|value, place| read::within(value, place, 0, 1))? == 1;
        return Ok((0, Stage::Waiting { owed }));
    }
    let most = if kind == Shelf::Retrying { MAX_RETRIES } else { MAX_RETRIES + 1 };
    // What was rejected alone has no more to tell, and may never have been tried.
    let is_rejected = kind == Shelf::Finished && row.is_last();
    let attempt = row.take(|value, place| match read::within(value, place, 0, most)? {
        0 if !is_rejected => Err(place.error("granted, and never tried")),
        attempt => Ok(attempt.into()),
    })?;
    if is_rejected {
        return Ok((attempt, Stage::Rejected));
    }
    if kind == Shelf::InFlight {
        let at = row.take(|value, place| read_past(value, place, now))?;
        let timeout = row.take(read::count)?;
        let unknown = timeout.get() == NO_TIMEOUT;
        return Ok((attempt, if unknown { Stage::Unknown { at } } else { Stage::Granted { at, timeout } }));
    }
    let report = row.take(|value, place| unpack(value, place, MARK, Mark::BITS))?;
    let report = Mark::from_bits(report);
    if kind == Shelf::Retrying {
        // What failed in passing, as nothing else is tried again.
        let (category, retry_at) = (ErrorCategory::Transient, Some(row.take(read_instant)?));
        return Ok((attempt, Stage::Failed { report, category, retry_at }));
    }
    let category = row.rest(|value, place| {
        let category = ErrorCategory::ALL.get(usize::from(read::within(value, place, 0, 3)?));
        category.copied().ok_or_else(|| place.error("no kind of failure"))
    })?;
    Ok((
        attempt,
        category.map_or(Stage::Succeeded { report }, |category| Stage::Failed { report, category, retry_at: None }),
    ))
}

fn read_charge(value: &Value, place: &Place<'_>) -> Result<Charge> {
    let mut row = Row::of(value, place, 2)?;
    let (spending, earlier) = (row.take(Spending::read)?, row.rest(Spending::read)?.unwrap_or_default());
    row.end().map(|()| Charge { spending, earlier })
}

/// The name at an index of a list.
fn name(value: &Value, place: &Place<'_>, names: &[String]) -> Result<Arc<str>> {
    let index = usize::try_from(read::count(value, place)?.get()).unwrap_or(usize::MAX);
    names.get(index).map(|name| name.as_str().into()).ok_or_else(|| place.error("a name that is not in the list"))
}
