//! Time zones as the host's `Intl` knows them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::time::Date as Day;
use crate::zone::{YearOffsets, ZoneSource, days_before};

/// The host's zones.
pub(super) struct Intl;

const DAY: i64 = 86_400;
/// How far apart two looks at a zone are. No zone has changed its offset and changed it back within a week.
const STEP: i64 = 7 * DAY;

thread_local! {
    /// Formatters are slow to make and quick to use.
    static FORMATS: RefCell<BTreeMap<String, Option<Function>>> = const { RefCell::new(BTreeMap::new()) };
}

impl ZoneSource for Intl {
    fn knows(&self, zone: &str) -> bool {
        format_of(zone).is_some()
    }

    fn year(&self, zone: &str, year: i64) -> Option<YearOffsets> {
        let format = format_of(zone)?;
        let (start, end) = (days_before(year) * DAY, days_before(year + 1) * DAY);
        let first = offset(&format, start)?;
        let mut changes = Vec::new();
        let (mut from, mut current) = (start, first);
        while from < end - 1 {
            let to = (from + STEP).min(end - 1);
            let then = offset(&format, to)?;
            if then != current {
                changes.push((first_second_of(&format, current, from, to)?, then));
                current = then;
            }
            from = to;
        }
        Some(YearOffsets { first, changes })
    }
}

/// The first second in `(from, to]` at which the offset is no longer `before`.
fn first_second_of(format: &Function, before: i32, mut from: i64, mut to: i64) -> Option<i64> {
    while to - from > 1 {
        let middle = from + (to - from) / 2;
        if offset(format, middle)? == before {
            from = middle;
        } else {
            to = middle;
        }
    }
    Some(to)
}

/// Seconds east of UTC: what the clock shows, read as if it were UTC, less the instant itself.
fn offset(format: &Function, seconds: i64) -> Option<i32> {
    let instant = Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    let shown = format.call1(&JsValue::UNDEFINED, &instant).ok()?.as_string()?;
    let mut numbers = shown.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().and_then(|part| part.parse::<i64>().ok());
    let (month, day, year) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let clock = Day::from_civil(year, month, day)?.days() * DAY + hour * 3600 + minute * 60 + second;
    i32::try_from(clock - seconds).ok()
}

fn format_of(zone: &str) -> Option<Function> {
    FORMATS.with_borrow_mut(|formats| {
        if let Some(format) = formats.get(zone) {
            return format.clone();
        }
        let format = new_format(zone);
        // A caller that tries many names must not fill the memory.
        if formats.len() >= 256 {
            formats.clear();
        }
        formats.insert(zone.to_owned(), format.clone());
        format
    })
}

/// The bound `format` of a formatter that writes `MM/DD/YYYY, HH:MM:SS`; `None` where the host refuses the zone.
fn new_format(zone: &str) -> Option<Function> {
    let options = Object::new();
    let numeric = ["year", "month", "day", "hour", "minute", "second"].map(|name| (name, "numeric"));
    for (name, value) in numeric.into_iter().chain([
        ("timeZone", zone),
        ("hourCycle", "h23"),
        ("calendar", "gregory"),
        ("numberingSystem", "latn"),
    ]) {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    // Called through `Reflect`, because an unknown zone is an exception and must come back as a value.
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    let arguments = Array::of2(&"en-US".into(), &options);
    let format: DateTimeFormat = Reflect::construct(&constructor, &arguments).ok()?.unchecked_into();
    Some(format.format())
}
