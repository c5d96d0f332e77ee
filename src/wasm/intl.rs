//! Time zones as the host's `Intl` knows them.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::time::Date as Day;
use crate::zone::{YearOffsets, ZoneSource, days_before};

/// The host's zones.
pub(super) struct Intl;

const DAY: i64 = 86_400;
/// How far apart two looks at a zone are. No zone has changed its offset and changed it back within a week.
const STEP: i64 = 7 * DAY;

#[wasm_bindgen]
extern "C" {
    /// The host's formatter; making one throws where the host does not know the zone.
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &str, options: JsValue) -> Result<DateTimeFormat, JsValue>;

    /// Of milliseconds since 1970: `MM/DD/YYYY, HH:MM:SS`.
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, milliseconds: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &str) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// Formatters are slow to make and quick to use; they are few, so that looking each over finds one soon. That there is none is never
    /// kept: the host may have failed for once, as where its stack ended.
    static FORMATS: RefCell<Vec<(String, Rc<DateTimeFormat>)>> = const { RefCell::new(Vec::new()) };
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
fn first_second_of(format: &DateTimeFormat, before: i32, mut from: i64, mut to: i64) -> Option<i64> {
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
fn offset(format: &DateTimeFormat, seconds: i64) -> Option<i32> {
    let shown = format.format(seconds as f64 * 1000.0).ok()?;
    let mut numbers = shown.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().and_then(|part| part.parse::<i64>().ok());
    let (month, day, year) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let clock = Day::from_civil(year, month, day)?.days() * DAY + hour * 3600 + minute * 60 + second;
    i32::try_from(clock - seconds).ok()
}

fn format_of(zone: &str) -> Option<Rc<DateTimeFormat>> {
    let known =
        |formats: &Vec<(String, _)>| formats.iter().find(|(name, _)| name == zone).map(|(_, format)| Rc::clone(format));
    if let Some(format) = FORMATS.with_borrow(known) {
        return Some(format);
    }
    // Made while nothing is borrowed: a host's formatter may be anybody's code, and call back.
    let format = new_format(zone)?;
    FORMATS.with_borrow_mut(|formats| {
        // A caller that tries many names must not fill the memory.
        if formats.len() >= 256 {
            formats.clear();
        }
        formats.push((zone.to_owned(), Rc::clone(&format)));
    });
    Some(format)
}

fn new_format(zone: &str) -> Option<Rc<DateTimeFormat>> {
    let numeric =
        ["year", "month", "day", "hour", "minute", "second"].map(|name| format!(r#""{name}":"numeric""#)).join(",");
    let zone = crate::json::text(&zone).ok()?;
    let options =
        format!(r#"{{{numeric},"timeZone":{zone},"hourCycle":"h23","calendar":"gregory","numberingSystem":"latn"}}"#);
    DateTimeFormat::new("en-US", parse(&options).ok()?).ok().map(Rc::new)
}
