//! Time zones: what the local date and hour are at an instant.
//!
//! The core has no zone data of its own. A [`ZoneSource`] tells, year by year, which offsets a zone had: natively the IANA
//! database bundled with jiff, in wasm the host's `Intl`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::{Date, Hour, Timestamp};
use crate::value::{Value, quote};

/// The offsets of one zone in one year of UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearOffsets {
    /// Seconds east of UTC at the year's first instant.
    pub first: i32,
    /// Each later change within the year, in order: the second since 1970 from which it holds, and seconds east of UTC.
    pub changes: Vec<(i64, i32)>,
}

/// Where the offsets of zones come from.
pub trait ZoneSource {
    /// Whether the zone is known at all.
    fn knows(&self, zone: &str) -> bool;
    /// The zone's offsets in one year (1970 to 2099), or `None` where the zone is unknown.
    fn year(&self, zone: &str, year: i64) -> Option<YearOffsets>;
}

/// The clock of one zone.
pub(crate) trait Clock {
    /// Seconds east of UTC at an instant; `None` where the zone is not known.
    fn offset(&self, at: Timestamp) -> Option<i32>;

    /// The first change of the offset after an instant, or the beginning of the next year where that is sooner.
    fn next_change(&self, after: Timestamp) -> Option<Timestamp>;

    /// The date and hour at an instant.
    fn local(&self, at: Timestamp) -> Option<Local> {
        let seconds = at.as_seconds() + i64::from(self.offset(at)?);
        let hour = u8::try_from(seconds.rem_euclid(DAY) / HOUR).ok().and_then(Hour::new)?;
        Some(Local { date: Date::from_days(seconds.div_euclid(DAY)), hour })
    }

    /// The first instant from `from` on, within `days`, whose local date and hour are as wanted: exact, since both
    /// change only where a local hour begins or the offset changes.
    fn first_instant(&self, from: Timestamp, days: i64, wanted: impl Fn(Local) -> bool) -> Option<Timestamp> {
        let end = from.as_micros().saturating_add(days * DAY * MICROS);
        let mut at = from;
        while at.as_micros() <= end {
            if wanted(self.local(at)?) {
                return Some(at);
            }
            let local = at.as_seconds() + i64::from(self.offset(at)?);
            let next_hour = Timestamp::from_micros((at.as_seconds() + HOUR - local.rem_euclid(HOUR)) * MICROS)?;
            at = self.next_change(at).map_or(next_hour, |change| change.min(next_hour));
        }
        None
    }
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const MICROS: i64 = 1_000_000;

/// A date and an hour on the clocks of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The local day.
    pub date: Date,
    /// The local hour.
    pub hour: Hour,
}

/// Zones whose years have been asked for once are not asked for again.
///
/// ```
/// # #[cfg(feature = "tzdb")] {
/// use agent_interlock::Zones;
/// let local = Zones::bundled().local("Asia/Riyadh", "2026-03-20T21:30:00Z".parse().unwrap()).unwrap();
/// assert_eq!((local.date.to_string().as_str(), local.hour.get()), ("2026-03-21", 0));
/// # }
/// ```
pub struct Zones {
    source: Box<dyn ZoneSource + Send + Sync>,
    years: Mutex<BTreeMap<(String, i64), Arc<YearOffsets>>>,
    tables: Mutex<BTreeMap<String, Arc<ZoneTable>>>,
}

struct NamedZone<'a> {
    zones: &'a Zones,
    name: &'a str,
}

impl Clock for NamedZone<'_> {
    fn offset(&self, at: Timestamp) -> Option<i32> {
        let (year, shift) = model(at);
        let offsets = self.zones.year(self.name, year)?;
        let reached = offsets.changes.partition_point(|(from, _)| *from <= at.as_seconds() + shift);
        let last = reached.checked_sub(1).and_then(|index| offsets.changes.get(index));
        Some(last.map_or(offsets.first, |(_, offset)| *offset))
    }

    fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        let (year, shift) = model(after);
        let offsets = self.zones.year(self.name, year)?;
        let next = offsets.changes.iter().map(|(from, _)| *from).find(|from| *from > after.as_seconds() + shift);
        // Two neighbouring model years may not follow one another: where a year begins, the offset is looked up anew.
        let next = next.unwrap_or_else(|| days_before(year + 1) * DAY);
        Timestamp::from_micros((next - shift) * MICROS)
    }
}

/// Every offset of one zone from 1970 to 2099, resolved once: what a guard decides by and its snapshot carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ZoneTable {
    name: String,
    first: i32,
    changes: Vec<(i64, i32)>,
}

impl ZoneTable {
    /// The table as it stands in a snapshot: its name, the first offset, and each change as its second and the offset from then on.
    pub(crate) fn write(&self) -> serde_json::Value {
        serde_json::json!({ "name": self.name, "first": self.first, "changes": self.changes })
    }

    /// Reads it back, and refuses what no zone can be.
    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const TABLE: Shape = Shape::strict(&[field("name"), field("first"), field("changes")]);
        let fields = Fields::of(value, place, &TABLE)?;
        let name = fields.required("name", read::id)?;
        let first = fields.required("first", read_offset)?;
        let mut table = Self { name, first, changes: Vec::new() };
        fields.required("changes", |changes, place| {
            for (index, change) in read::list(changes, place, MAX_CHANGES)?.iter().enumerate() {
                let place = place.index(index);
                let [from, offset] = read::list(change, &place, 2)? else {
                    return Err(place.expected("a second and an offset", change));
                };
                let from = read::count(from, &place.index(0))?.get().cast_signed();
                if table.changes.last().is_some_and(|(last, _)| *last >= from) {
                    return Err(place.error("not after the change before it"));
                }
                table.changes.push((from, read_offset(offset, &place.index(1))?));
            }
            Ok(())
        })?;
        Ok(table)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Clock for ZoneTable {
    fn offset(&self, at: Timestamp) -> Option<i32> {
        // Each of these years answers for itself, and they are nearly all that is ever asked for.
        let shift = if at.as_seconds() < END_OF_TABLES { 0 } else { model(at).1 };
        let reached = self.changes.partition_point(|(from, _)| *from <= at.as_seconds() + shift);
        let last = reached.checked_sub(1).and_then(|index| self.changes.get(index));
        Some(last.map_or(self.first, |(_, offset)| *offset))
    }

    fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        let (year, shift) = model(after);
        let reached = self.changes.partition_point(|(from, _)| *from <= after.as_seconds() + shift);
        let end = days_before(year + 1) * DAY;
        let next = self.changes.get(reached).map_or(end, |(from, _)| end.min(*from));
        Timestamp::from_micros((next - shift) * MICROS)
    }
}

/// A zone whose clocks change every month has fewer changes up to 2099.
const MAX_CHANGES: usize = 2000;

/// Seconds east of UTC, less than a day of them.
#[expect(clippy::cast_possible_truncation, reason = "whole and in range, as just checked")]
fn read_offset(value: &Value, place: &Place<'_>) -> Result<i32> {
    match read::number(value, place)? {
        seconds if seconds.fract() == 0.0 && seconds.abs() < DAY as f64 => Ok(seconds as i32),
        _ => Err(place.expected("seconds east of UTC, less than a day of them", value)),
    }
}

/// The year whose offsets answer for an instant, and how many seconds later than the instant that year has it.
fn model(at: Timestamp) -> (i64, i64) {
    let (year, ..) = Date::from_days(at.as_seconds() / DAY).civil();
    let model = model_year(year);
    (model, DAY * (days_before(model) - days_before(year)))
}

/// From this year on zones are known only by their rules, which repeat with the calendar.
const FIRST_RULED_YEAR: i64 = 2072;
/// After 28 years without a skipped leap day the calendar repeats, day of the week and all.
const CYCLE: i64 = 28;
/// The first second after the years that are known one by one.
const END_OF_TABLES: i64 = days_before(FIRST_RULED_YEAR + CYCLE) * DAY;
/// How many years are kept: more than any log spans, fewer than fill a memory.
const KEPT_YEARS: usize = 4096;
/// How many zones are kept whole.
const KEPT_TABLES: usize = 64;

impl std::fmt::Debug for Zones {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Zones")
    }
}

impl Zones {
    /// Zones from this source.
    pub fn new(source: impl ZoneSource + Send + Sync + 'static) -> Self {
        Self { source: Box::new(source), years: Mutex::default(), tables: Mutex::default() }
    }

    /// The date and hour in the zone at an instant; `None` where the source does not know the zone.
    ///
    /// After 2099 the year with the same calendar from 2072 to 2099 answers: a zone's rules are all that is known of such
    /// years, and this way every host reads the rules alike.
    pub fn local(&self, zone: &str, at: Timestamp) -> Option<Local> {
        self.clock(zone).local(at)
    }

    /// The clock of a zone.
    pub(crate) fn clock<'a>(&'a self, zone: &'a str) -> impl Clock + 'a {
        NamedZone { zones: self, name: zone }
    }

    /// Every offset of a zone; `None` where the source does not know it.
    pub(crate) fn table(&self, zone: &str) -> Option<Arc<ZoneTable>> {
        if let Some(known) = lock(&self.tables).get(zone) {
            return Some(Arc::clone(known));
        }
        let first = self.source.year(zone, 1970)?;
        let mut table = ZoneTable { name: zone.to_owned(), first: first.first, changes: first.changes };
        for year in 1971..FIRST_RULED_YEAR + CYCLE {
            let offsets = self.source.year(zone, year)?;
            // What a year begins with is a change of its own only where the year before ended otherwise.
            let before = table.changes.last().map_or(table.first, |(_, offset)| *offset);
            if before != offsets.first {
                table.changes.push((days_before(year) * DAY, offsets.first));
            }
            table.changes.extend(offsets.changes);
        }
        let table = Arc::new(table);
        let mut tables = lock(&self.tables);
        if tables.len() >= KEPT_TABLES {
            tables.clear();
        }
        tables.insert(zone.to_owned(), Arc::clone(&table));
        Some(table)
    }

    fn year(&self, zone: &str, year: i64) -> Option<Arc<YearOffsets>> {
        let key = (zone.to_owned(), year);
        if let Some(known) = lock(&self.years).get(&key) {
            return Some(Arc::clone(known));
        }
        let offsets = Arc::new(self.source.year(zone, year)?);
        let mut years = lock(&self.years);
        if years.len() >= KEPT_YEARS {
            years.clear();
        }
        years.insert(key, Arc::clone(&offsets));
        Some(offsets)
    }

    /// A zone's name: syntactically an IANA name, and known to the source.
    pub(crate) fn read_name(&self, value: &Value, place: &Place<'_>) -> Result<String> {
        let name = crate::read::text(value, place)?;
        if is_iana(name) && self.source.knows(name) {
            return Ok(name.to_owned());
        }
        Err(place.error(format!("expected an IANA time zone such as `Asia/Riyadh`, got {}", quote(name))))
    }
}

/// Never held while the source is asked: it may be anybody's code. A thread that died with the lock left at worst something out: what is there
/// is right.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hosts differ in what else they accept (`+03:00`, `:UTC`): only names pass.
fn is_iana(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.split('/').all(|part| !part.is_empty() && part.chars().all(letters))
}

/// The year up to 2099 whose calendar is that of `year`.
fn model_year(year: i64) -> i64 {
    if year < FIRST_RULED_YEAR + CYCLE {
        return year;
    }
    let same = |model: &i64| is_leap(*model) == is_leap(year) && (days_before(*model) - days_before(year)) % 7 == 0;
    (FIRST_RULED_YEAR..FIRST_RULED_YEAR + CYCLE).find(same).unwrap_or(year)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days from 1970-01-01 to the first day of a year.
pub(crate) const fn days_before(year: i64) -> i64 {
    let past = year - 1;
    365 * (year - 1970) + (past / 4 - past / 100 + past / 400) - 477
}

#[cfg(feature = "tzdb")]
mod tzdb {
    use super::{YearOffsets, ZoneSource, Zones, days_before};
    use jiff::{Timestamp, tz::TimeZone};

    /// The IANA database bundled with jiff.
    struct Bundled;

    impl ZoneSource for Bundled {
        fn knows(&self, zone: &str) -> bool {
            TimeZone::get(zone).is_ok()
        }

        fn year(&self, zone: &str, year: i64) -> Option<YearOffsets> {
            let zone = TimeZone::get(zone).ok()?;
            let start = Timestamp::from_second(days_before(year) * 86_400).ok()?;
            let end = Timestamp::from_second(days_before(year + 1) * 86_400).ok()?;
            let changes = zone.following(start).take_while(|change| change.timestamp() < end);
            let changes = changes.map(|change| (change.timestamp().as_second(), change.offset().seconds())).collect();
            Some(YearOffsets { first: zone.to_offset(start).seconds(), changes })
        }
    }

    impl Zones {
        /// The zones of the IANA database bundled with this crate (feature `tzdb`).
        pub fn bundled() -> Self {
            Self::new(Bundled)
        }
    }
}

#[cfg(test)]
#[cfg(feature = "tzdb")]
mod tests;
