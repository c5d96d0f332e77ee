//! What was spent on the current local day.

use crate::action::Spending;
use crate::number::{Amount, Count};
use crate::rules::Usage;
use crate::time::Date;

#[derive(Debug, Default)]
pub(super) struct Day {
    date: Option<Date>,
    spent: Spending,
}

impl Day {
    /// What is spent on a day; a new one begins with nothing.
    pub(super) fn used_on(&self, date: Date) -> Spending {
        if self.date == Some(date) { self.spent } else { Spending::default() }
    }

    pub(super) fn spend(&mut self, date: Date, spending: Spending) {
        self.spent = self.used_on(date).saturating_add(spending);
        self.date = Some(date);
    }
}

impl Spending {
    /// As the budget's rule reads it; what is past counting stays at the last count, which reaches every cap.
    pub(super) fn to_usage(self) -> Usage {
        let count = |value| Count::new(value).unwrap_or(Count::MAX);
        Usage {
            messages_today: count(self.messages),
            llm_tokens_today: count(self.llm_tokens),
            api_calls_today: count(self.api_calls),
            cost_today: Amount::new(self.amount.to_amount().get()).unwrap_or_default(),
        }
    }
}
