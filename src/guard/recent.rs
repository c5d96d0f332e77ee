//! How fast a scope acts: the times of its recent actions, in a bounded space.

use std::collections::VecDeque;

use serde_json::{Value as Json, json};

use super::wire::{INSTANT_LENGTH, Row, Wire, digits, instant, read_instant};
use crate::error::Result;
use crate::number::Count;
use crate::read::{self, Fields, Place, Shape, field};
use crate::rules::Tier;
use crate::time::Timestamp;
use crate::value::Value;

/// As many times are kept exactly.
const EXACT: usize = 1024;
/// Older ones are counted by span; there are about as many spans to the longest window.
const SPANS: i64 = 900;
/// Spans of one length may still be there when others, of another policy, are begun.
const MOST_SPANS: usize = 2000;
/// The second of a span's end has 12 digits, its count at most 16.
const SPAN_LENGTH: usize = "[,],".len() + 12 + 16;
const SECOND: i64 = 1_000_000;

/// The recent actions of one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recent {
    /// Microseconds since 1970, in order.
    exact: VecDeque<i64>,
    /// What is older, the oldest first.
    spans: VecDeque<Span>,
    /// How many actions ever fell into spans.
    spanned: u64,
    /// The tier that was last reached.
    pub(crate) reached: Option<Tier>,
    /// As many bytes do the exact times take in a snapshot, commas included.
    length: usize,
}

/// Counted as of its end, what fell into a span stays in a window a little longer than it should: the strict side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// Its last microsecond.
    end: i64,
    /// How many actions ever fell into spans before it: the counts of all spans in a window are one subtraction.
    before: u64,
}

impl Recent {
    /// How many actions count in a window that begins at `since`.
    pub(crate) fn since(&self, since: i64) -> u64 {
        let exact = self.exact.len() - self.exact.partition_point(|at| *at < since);
        let first = self.spans.partition_point(|span| span.end < since);
        exact as u64 + self.spans.get(first).map_or(0, |span| self.spanned - span.before)
    }

    /// Whether no window that begins at `since` or later has anything of it.
    pub(crate) fn is_silent_since(&self, since: i64) -> bool {
        self.exact.back().is_none_or(|last| *last < since)
    }

    /// Adds an action and forgets what the longest window, from `since` on, can not reach any more. `now` is never before the last one.
    pub(crate) fn add(&mut self, now: Timestamp, since: i64) {
        self.forget_before(since);
        self.push(now.as_micros());
        if self.exact.len() > EXACT
            && let Some(oldest) = self.pop()
        {
            self.count_in_span(oldest, now.as_micros().saturating_sub(since));
        }
    }

    fn forget_before(&mut self, since: i64) {
        while self.exact.front().is_some_and(|at| *at < since) {
            self.pop();
        }
        while self.spans.front().is_some_and(|span| span.end < since) {
            self.spans.pop_front();
        }
    }

    /// The first time is written out, of those behind it how much later than the one before they are.
    fn push(&mut self, at: i64) {
        self.length += 1 + self.exact.back().map_or(INSTANT_LENGTH, |last| gap_length(*last, at));
        self.exact.push_back(at);
    }

    fn pop(&mut self) -> Option<i64> {
        let first = self.exact.pop_front()?;
        self.length -= 1 + self.exact.front().map_or(INSTANT_LENGTH, |next| gap_length(first, *next));
        Some(first)
    }

    /// A span is a second, or longer where the window is so long that seconds would be too many.
    fn count_in_span(&mut self, at: i64, window: i64) {
        let length = (window / SPANS / SECOND + 1).saturating_mul(SECOND);
        let end = at.saturating_sub(at.rem_euclid(length)).saturating_add(length - 1);
        // Spans of another length may remain from another policy: what is not later joins the last.
        if self.spans.back().is_none_or(|last| last.end < end) {
            self.spans.push_back(Span { end, before: self.spanned });
        }
        self.spanned += 1;
    }

    /// The second after each span, and how many fell into it.
    fn write_spans(&self) -> Json {
        let next = self.spans.iter().skip(1).map(|next| next.before).chain([self.spanned]);
        let spans = self.spans.iter().zip(next);
        spans.map(|(span, next)| json!([span.end / SECOND + 1, next - span.before])).collect()
    }

    fn read_times(&mut self, times: &Value, place: &Place<'_>) -> Result<()> {
        let mut row = Row::of(times, place, EXACT)?;
        while !row.is_done() {
            let time = row.take(|value, place| match self.exact.back() {
                None => Ok(read_instant(value, place)?.as_micros()),
                Some(last) => read_gap(*last, value, place),
            })?;
            self.push(time);
        }
        Ok(())
    }

    fn read_span(&mut self, span: &Value, place: &Place<'_>) -> Result<()> {
        let mut row = Row::of(span, place, 2)?;
        let end = row.take(read::positive_count)?.get().cast_signed().saturating_mul(SECOND) - 1;
        let count = row.take(read::positive_count)?;
        row.end()?;
        if self.spans.back().is_some_and(|last| last.end >= end) {
            return Err(place.error("not after the span before it"));
        }
        self.spans.push_back(Span { end, before: self.spanned });
        self.spanned = self.spanned.saturating_add(count.get());
        Ok(())
    }
}

/// How much later one time is than another; the time itself where that is past counting.
fn write_gap(one: i64, next: i64) -> Option<Json> {
    match Count::new(next.abs_diff(one)) {
        Some(gap) => Some(gap.get().into()),
        None => Timestamp::from_micros(next).map(instant),
    }
}

fn gap_length(one: i64, next: i64) -> usize {
    Count::new(next.abs_diff(one)).map_or(INSTANT_LENGTH, |gap| digits(gap.get()))
}

fn read_gap(one: i64, value: &Value, place: &Place<'_>) -> Result<i64> {
    let next = match value {
        Value::Text(_) => Some(read_instant(value, place)?),
        _ => Timestamp::from_micros(one.saturating_add(read::count(value, place)?.get().cast_signed())),
    };
    let next = next.map(Timestamp::as_micros).filter(|next| *next >= one);
    next.ok_or_else(|| place.expected("a time that is not before the one in front of it", value))
}

impl Wire for Recent {
    fn write(&self) -> Json {
        let first = self.exact.front().and_then(|first| Timestamp::from_micros(*first)).map(instant);
        let gaps = self.exact.iter().zip(self.exact.iter().skip(1)).filter_map(|(one, next)| write_gap(*one, *next));
        let times: Json = first.into_iter().chain(gaps).collect();
        json!({ "times": times, "spans": self.write_spans(), "reached": self.reached })
    }

    fn length(&self) -> usize {
        const FIXED: usize = r#"{"reached":"tier_3","spans":[],"times":[]}"#.len();
        FIXED + self.length + SPAN_LENGTH * self.spans.len()
    }

    fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const RECENT: Shape = Shape::strict(&[field("times"), field("spans"), field("reached")]);
        let fields = Fields::of(value, place, &RECENT)?;
        let mut recent = Self { reached: fields.nullable("reached", None, read::word)?, ..Self::default() };
        fields.required("times", |times, place| recent.read_times(times, place))?;
        fields.required("spans", |spans, place| {
            let spans = read::list(spans, place, MOST_SPANS)?;
            spans.iter().enumerate().try_for_each(|(index, span)| recent.read_span(span, &place.index(index)))
        })?;
        Ok(recent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    proptest! {
        /// Never fewer than there are, and at most a span's worth more.
        #[test]
        fn counts_err_to_the_strict_side_by_less_than_a_span(
            gaps in prop::collection::vec(0_i64..400_000, 1..4000), minutes in 1_u64..30,
        ) {
            let longest = i64::try_from([minutes, 10, 5].into_iter().max().unwrap()).unwrap() * 60 * SECOND;
            let length = (longest / SPANS / SECOND + 1) * SECOND;
            let (mut recent, mut now, mut all) = (Recent::default(), 1_000_000_000_000, Vec::new());
            for gap in gaps {
                now += gap;
                recent.add(at(now), now - longest);
                all.push(now);
            }
            for window in [minutes, 10, 5] {
                let since = now - i64::try_from(window).unwrap() * 60_000_000;
                let exact = all.iter().filter(|time| **time >= since).count() as u64;
                let lenient = all.iter().filter(|time| **time >= since - length).count() as u64;
                let counted = recent.since(since);
                prop_assert!((exact..=lenient).contains(&counted), "{exact} {counted} {lenient}");
            }
            prop_assert!(recent.spans.len() <= 1000);
        }

        /// Read back, it counts as before; and it is as long as it says.
        #[test]
        fn it_is_the_same_after_a_snapshot(
            gaps in prop::collection::vec((0_u32..12).prop_flat_map(|power| 0..10_i64.pow(power)), 0..3000), minutes in 1_i64..3_000_000,
        ) {
            let (mut recent, mut now) = (Recent::default(), 0);
            for gap in gaps {
                now += gap;
                recent.add(at(now), now - minutes * 60 * SECOND);
            }
            recent.reached = Some(Tier::Tier2);
            let mut again = Recent::read(&recent.write().into(), &Place::ARGUMENT).unwrap();
            prop_assert_eq!(again.write(), recent.write());
            let written = crate::json::text(&recent.write()).unwrap().len();
            prop_assert_eq!(recent.length(), again.length());
            // One comma and the room that each span may come to take.
            let spare = SPAN_LENGTH * recent.spans.len() + 1;
            prop_assert!((written..=written + spare).contains(&recent.length()), "{} for {written}", recent.length());
            recent.add(at(now + 1), now - minutes * 60 * SECOND);
            again.add(at(now + 1), now - minutes * 60 * SECOND);
            for back in [0, 1, SECOND, 60 * SECOND, 600 * SECOND, minutes * 60 * SECOND] {
                prop_assert_eq!(again.since(now - back), recent.since(now - back));
            }
        }
    }

    #[test]
    fn times_of_any_age_are_read_back() {
        let mut recent = Recent::default();
        for time in [Timestamp::MIN, Timestamp::MAX, Timestamp::MAX] {
            recent.add(time, i64::MIN);
        }
        let again = Recent::read(&recent.write().into(), &Place::ARGUMENT).unwrap();
        assert_eq!((again.length(), again), (recent.length(), recent));
    }

    /// 1,024 times from half a second on, a microsecond apart, within a window that reaches back to them.
    fn exact() -> (Recent, i64) {
        let (mut recent, first) = (Recent::default(), SECOND / 2);
        for late in 0..1024 {
            recent.add(at(first + late), 0);
        }
        (recent, first)
    }

    #[test]
    fn a_thousand_and_24_times_are_exact_and_older_ones_last_to_the_end_of_their_second() {
        let (mut recent, first) = exact();
        assert_eq!((recent.since(first), recent.since(first + 1)), (1024, 1023));
        recent.add(at(first + 1024), 0);
        // The first now counts as of its second's last microsecond.
        let end = SECOND - 1;
        assert_eq!((recent.since(first + 1), recent.since(first + 2)), (1025, 1024));
        assert_eq!((recent.since(end), recent.since(end + 1)), (1, 0));
    }

    #[test]
    fn a_span_has_room_for_the_last_second_and_the_largest_count() {
        assert_eq!(SPAN_LENGTH, "[253402300800,9007199254740991],".len());
    }

    #[test]
    fn what_no_window_reaches_is_forgotten_and_no_more() {
        let (mut recent, first) = exact();
        recent.add(at(first + 1024), 0);
        // The window still begins within the span.
        recent.add(at(2 * SECOND), SECOND - 1);
        assert_eq!((recent.exact.len(), recent.spans.len(), recent.since(SECOND - 1)), (1, 1, 2));
        // It begins with the last time, and then behind it.
        recent.add(at(3 * SECOND), 2 * SECOND);
        assert_eq!((recent.exact.len(), recent.spans.len(), recent.since(2 * SECOND)), (2, 0, 2));
        recent.add(at(4 * SECOND), 2 * SECOND + 1);
        assert_eq!((recent.exact.len(), recent.since(0)), (2, 2));
    }

    #[test]
    fn a_window_longer_than_all_time_stays_bounded() {
        let mut recent = Recent::default();
        for second in 0..5000 {
            recent.add(at(second * SECOND), i64::MIN);
        }
        assert_eq!(recent.since(i64::MIN), 5000);
        assert!(recent.spans.len() < 3);
    }
}
