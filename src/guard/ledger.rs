//! What was spent on the current local day, by the customer and by each agent.

use serde_json::{Value as Json, json};

use super::wire::{Named, Wire, is_name};
use crate::error::Result;
use crate::money::Spending;
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::{Date, Timestamp};
use crate::value::Value;

/// One day is open at a time, and none is ever opened twice: what was spent before it is settled for good.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// The current local day; none before the first command.
    date: Option<Date>,
    customer: Spending,
    agents: Named<Spending>,
}

impl Ledger {
    /// The ledger as it stands on a local day: a later one opens fresh, an earlier one never does. Says whether it did.
    pub(crate) fn open(&mut self, date: Date) -> bool {
        let fresh = self.is_before(date);
        if fresh {
            *self = Self { date: Some(date), ..Self::default() };
        }
        fresh
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

    pub(crate) const fn customer(&self) -> Spending {
        self.customer
    }

    pub(crate) fn agent(&self, agent: &str) -> Spending {
        self.agents.get(agent).copied().unwrap_or_default()
    }

    pub(crate) const fn agents(&self) -> &Named<Spending> {
        &self.agents
    }

    /// Adds to the open day.
    pub(crate) fn add(&mut self, agent: Option<&str>, spending: Spending) {
        self.customer = self.customer.plus(spending);
        if let Some(agent) = agent.filter(|_| !spending.is_none()) {
            self.agents.change(agent, |own| *own = own.plus(spending));
        }
    }

    /// Replaces what an action was charged on the open day by what it really cost.
    pub(crate) fn settle(&mut self, agent: &str, charged: Spending, real: Spending) {
        self.customer = self.customer.replacing(charged, real);
        self.agents.change(agent, |own| *own = own.replacing(charged, real));
    }
}

impl Ledger {
    pub(super) fn length(&self) -> usize {
        const FIXED: usize = r#"{"agents":,"customer":,"date":}"#.len();
        // A day has at most seven digits, or six and a sign.
        FIXED + self.agents.length() + self.customer.length() + 7
    }

    /// The date in days since 1970: a local day may lie outside the dates that can be read.
    pub(super) fn write(&self) -> Json {
        json!({
            "date": self.date.map(Date::days),
            "customer": self.customer.write(),
            "agents": self.agents.write(),
        })
    }

    pub(super) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const LEDGER: Shape = Shape::strict(&[field("date"), field("customer"), field("agents")]);
        let fields = Fields::of(value, place, &LEDGER)?;
        Ok(Self {
            date: fields.nullable("date", None, read_days)?,
            customer: fields.required("customer", Spending::read)?,
            agents: fields.required("agents", |agents, place| Named::read_of(agents, place, usize::MAX, is_name))?,
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole and in range, as just checked")]
fn read_days(value: &Value, place: &Place<'_>) -> Result<Date> {
    // The clocks of a zone differ from UTC by less than a day.
    let possible = -1.0..=(Timestamp::MAX.as_seconds() / 86_400 + 1) as f64;
    match read::number(value, place)? {
        days if days.fract() == 0.0 && possible.contains(&days) => Ok(Date::from_days(days as i64)),
        _ => Err(place.expected("a day that a clock shows", value)),
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
        assert!(ledger.open(date("2026-03-20")));
        ledger.add(Some("a"), messages(3));
        assert!(!ledger.open(date("2026-03-19")) && !ledger.open(date("2026-03-20")));
        assert_eq!((ledger.customer(), ledger.agent("a"), ledger.agent("b")), (messages(3), messages(3), messages(0)));
        assert!(ledger.open(date("2026-03-21")));
        assert_eq!((ledger.customer(), ledger.agent("a")), (messages(0), messages(0)));
    }

    #[test]
    fn a_day_is_read_that_a_zone_far_from_utc_has_at_the_ends_of_time() {
        for (days, is_one) in [(-2.0, false), (-1.0, true), (2_932_897.0, true), (2_932_898.0, false)] {
            assert_eq!(read_days(&Value::Number(days), &Place::ARGUMENT).is_ok(), is_one, "{days}");
        }
    }

    #[test]
    fn another_zone_calls_the_same_day_otherwise() {
        let mut ledger = Ledger::default();
        ledger.open(date("2026-03-20"));
        ledger.add(None, messages(3));
        ledger.rename(date("2026-03-21"));
        assert!(!ledger.open(date("2026-03-21")));
        assert_eq!(ledger.customer(), messages(3));
        // Back in the first zone that date comes once more, and is not fresh.
        ledger.rename(date("2026-03-20"));
        assert!(!ledger.open(date("2026-03-21")));
        assert_eq!(ledger.customer(), messages(3));
        assert!(ledger.open(date("2026-03-22")));
        assert_eq!(ledger.customer(), messages(0));
    }

    #[test]
    fn what_was_reserved_gives_way_to_what_it_cost() {
        let mut ledger = Ledger::default();
        ledger.open(date("2026-03-20"));
        ledger.add(Some("a"), messages(5));
        ledger.settle("a", messages(5), messages(2));
        assert_eq!((ledger.customer(), ledger.agent("a")), (messages(2), messages(2)));
        ledger.settle("a", messages(2), messages(7));
        assert_eq!((ledger.customer(), ledger.agent("a")), (messages(7), messages(7)));
    }

    #[test]
    fn what_is_past_counting_stays_so() {
        let most = Spending {
            messages: Count::MAX,
            llm_tokens: Count::MAX,
            api_calls: Count::MAX,
            amount: crate::money::Millionths::new(u128::MAX),
        };
        let mut ledger = Ledger::default();
        ledger.open(date("2026-03-20"));
        ledger.add(Some("a"), most);
        ledger.add(Some("a"), most);
        ledger.settle("a", most, Spending::default());
        assert_eq!((ledger.customer(), ledger.agent("a")), (most, most));
    }
}
