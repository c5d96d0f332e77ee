//! How fast a scope acts: the times of its recent actions, in a bounded space.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::rules::Tier;
use crate::time::Timestamp;

/// As many times are kept exactly.
const EXACT: usize = 1024;
/// Older ones are counted by span; there are about as many spans to the longest window.
const SPANS: i64 = 900;
const SECOND: i64 = 1_000_000;

/// The recent actions of one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recent {
    /// Microseconds since 1970, in order.
    exact: VecDeque<i64>,
    /// Older ones: the last microsecond of a span, and how many fell into it. Counted as of its end, they stay in a
    /// window a little longer than they should: the strict side.
    spans: VecDeque<(i64, u64)>,
    /// The tier that was last reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reached: Option<Tier>,
}

impl Recent {
    /// How many actions count in a window that begins at `since`.
    pub(crate) fn since(&self, since: i64) -> u64 {
        let exact = self.exact.len() - self.exact.partition_point(|at| *at < since);
        let spans = self.spans.iter().rev().take_while(|(end, _)| *end >= since);
        exact as u64 + spans.map(|(_, count)| count).sum::<u64>()
    }

    /// Adds an action and forgets what the longest window, from `since` on, can not reach any more. `now` is never before the last one.
    pub(crate) fn add(&mut self, now: Timestamp, since: i64) {
        self.forget_before(since);
        self.exact.push_back(now.as_micros());
        if self.exact.len() > EXACT
            && let Some(oldest) = self.exact.pop_front()
        {
            self.count_in_span(oldest, now.as_micros().saturating_sub(since));
        }
    }

    fn forget_before(&mut self, since: i64) {
        while self.exact.front().is_some_and(|at| *at < since) {
            self.exact.pop_front();
        }
        while self.spans.front().is_some_and(|(end, _)| *end < since) {
            self.spans.pop_front();
        }
    }

    /// A span is a second, or longer where the window is so long that seconds would be too many.
    fn count_in_span(&mut self, at: i64, window: i64) {
        let length = (window / SPANS / SECOND + 1).saturating_mul(SECOND);
        let end = at.saturating_sub(at.rem_euclid(length)).saturating_add(length - 1);
        match self.spans.back_mut() {
            // Spans of another length may remain from another policy: what is not later joins the last.
            Some((last, count)) if *last >= end => *count += 1,
            _ => self.spans.push_back((end, 1)),
        }
    }

    /// Whether the kept times can be those of a guard at `now`: in order, bounded and not from the future.
    pub(crate) fn is_sound(&self, now: Timestamp) -> bool {
        let in_order = self.exact.iter().zip(self.exact.iter().skip(1)).all(|(one, next)| one <= next);
        let spans = self.spans.iter().zip(self.spans.iter().skip(1)).all(|(one, next)| one.0 < next.0)
            && self.spans.iter().all(|(end, count)| *end >= 0 && *count > 0);
        let bounded = self.exact.len() <= EXACT && self.spans.len() <= 2 * usize::try_from(SPANS).unwrap_or_default();
        in_order && spans && bounded && self.exact.iter().all(|at| (0..=now.as_micros()).contains(at))
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
            prop_assert!(recent.is_sound(at(now)) && recent.spans.len() <= 1000);
        }
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
