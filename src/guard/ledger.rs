//! What was spent on the current local day, by the customer and by each agent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::Spending;
use crate::time::Date;

/// The days of one guard are numbered as they come, so that no change of zone can bring one back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ledger {
    /// The current local day; none before the first command. Written in days since 1970: a local day may lie outside the dates that can be read.
    #[serde(with = "days")]
    date: Option<Date>,
    day: u64,
    customer: Spending,
    agents: BTreeMap<String, Spending>,
}

impl Ledger {
    /// The ledger as it stands on a local day: a later one opens fresh, an earlier one never does.
    pub(crate) fn open(&mut self, date: Date) {
        if self.is_before(date) {
            *self = Self { date: Some(date), day: self.day + 1, ..Self::default() };
        }
    }

    /// Whether that day would open fresh.
    pub(crate) fn is_before(&self, date: Date) -> bool {
        self.date.is_none_or(|open| open < date)
    }

    /// The zone has changed: the open day stays the same day, under the later of both dates, so that no date is ever opened twice.
    pub(crate) fn rename(&mut self, date: Date) {
        self.date = self.date.map(|open| open.max(date));
    }

    pub(crate) const fn date(&self) -> Option<Date> {
        self.date
    }

    /// The number of the open day.
    pub(crate) const fn day(&self) -> u64 {
        self.day
    }

    pub(crate) const fn customer(&self) -> Spending {
        self.customer
    }

    pub(crate) fn agent(&self, agent: &str) -> Spending {
        self.agents.get(agent).copied().unwrap_or_default()
    }

    pub(crate) const fn agents(&self) -> &BTreeMap<String, Spending> {
        &self.agents
    }

    /// Adds to the open day.
    pub(crate) fn add(&mut self, agent: Option<&str>, spending: Spending) {
        self.customer = self.customer.plus(spending);
        if let Some(agent) = agent.filter(|_| !spending.is_none()) {
            let own = self.agents.entry(agent.to_owned()).or_default();
            *own = own.plus(spending);
        }
    }

    /// Replaces what an action was charged on a day by what it really cost. A day that has passed is nobody's any more.
    pub(crate) fn settle(&mut self, day: u64, agent: &str, charged: Spending, real: Spending) {
        if day == self.day {
            self.customer = self.customer.less(charged).plus(real);
            let own = self.agents.entry(agent.to_owned()).or_default();
            *own = own.less(charged).plus(real);
        }
    }
}

mod days {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::time::{Date, Timestamp};

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        date.map(Date::days).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        // The clocks of a zone differ from UTC by less than a day.
        let possible = -1..=Timestamp::MAX.as_seconds() / 86_400 + 1;
        match Option::<i64>::deserialize(deserializer)? {
            Some(days) if !possible.contains(&days) => Err(serde::de::Error::custom("a day that no clock shows")),
            days => Ok(days.map(Date::from_days)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Count;

    fn messages(count: u64) -> Spending {
        Spending { messages: Count::new(count).unwrap(), ..Spending::default() }
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_later_day_is_fresh() {
        let mut ledger = Ledger::default();
        ledger.open(date("2026-03-20"));
        ledger.add(Some("a"), messages(3));
        ledger.open(date("2026-03-19"));
        ledger.open(date("2026-03-20"));
        assert_eq!(
            (ledger.customer(), ledger.agent("a"), ledger.agent("b"), ledger.day()),
            (messages(3), messages(3), messages(0), 1)
        );
        ledger.open(date("2026-03-21"));
        assert_eq!((ledger.customer(), ledger.agent("a"), ledger.day()), (messages(0), messages(0), 2));
    }

    #[test]
    fn another_zone_calls_the_same_day_otherwise() {
        let mut ledger = Ledger::default();
        ledger.open(date("2026-03-20"));
        ledger.add(None, messages(3));
        ledger.rename(date("2026-03-21"));
        ledger.open(date("2026-03-21"));
        assert_eq!((ledger.customer(), ledger.day()), (messages(3), 1));
        // Back in the first zone that date comes once more, and is not fresh.
        ledger.rename(date("2026-03-20"));
        ledger.open(date("2026-03-21"));
        assert_eq!((ledger.customer(), ledger.day()), (messages(3), 1));
        ledger.open(date("2026-03-22"));
        assert_eq!((ledger.customer(), ledger.day()), (messages(0), 2));
    }

    #[test]
    fn a_report_settles_the_day_of_the_grant_alone() {
        let mut ledger = Ledger::default();
        ledger.open(date("2026-03-20"));
        ledger.add(Some("a"), messages(5));
        ledger.settle(1, "a", messages(5), messages(2));
        assert_eq!((ledger.customer(), ledger.agent("a")), (messages(2), messages(2)));
        ledger.open(date("2026-03-21"));
        ledger.add(Some("a"), messages(1));
        ledger.settle(1, "a", messages(2), messages(0));
        assert_eq!((ledger.customer(), ledger.agent("a")), (messages(1), messages(1)));
    }
}
