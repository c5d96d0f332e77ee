//! Is the day's budget spent? (Contract 2.2.)

use serde::Serialize;

use crate::call::Context;
use crate::error::Result;
use crate::number::{Amount, Count};
use crate::policy::{Budget, amounts_in, read_budget, read_currency};
use crate::read::{self, Fields, Place, Shape, field, renamed};
use crate::reason::Reason;
use crate::value::Value;

/// What was used on one local day.
///
/// ```
/// use agent_interlock::{Count, Usage};
/// let usage = Usage { messages_today: Count::new(3).unwrap(), ..Usage::default() };
/// assert_eq!(usage.cost_today.get(), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Messages sent.
    pub messages_today: Count,
    /// Tokens of language models.
    pub llm_tokens_today: Count,
    /// Calls to other services.
    pub api_calls_today: Count,
    /// Money spent, in the currency of the budget.
    pub cost_today: Amount,
}

/// Whether there is budget left, and every cap that is reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BudgetVerdict {
    /// Whether no cap is reached.
    pub within: bool,
    /// The text of the first reason.
    pub reason: Option<String>,
    /// Every cap that is reached, in the order messages, tokens, calls, cost.
    pub reasons: Vec<Reason>,
}

/// Whether a day's usage is still below every cap; a cap is reached when the usage equals it.
///
/// ```
/// use agent_interlock::{Budget, Count, Usage, within_budget};
/// let usage = Usage { messages_today: Count::new(200).unwrap(), ..Usage::default() };
/// let verdict = within_budget(&usage, &Budget::default(), "SAR");
/// assert_eq!(verdict.reason.as_deref(), Some("messages_per_day_reached"));
/// ```
pub fn within_budget(usage: &Usage, budget: &Budget, currency: &str) -> BudgetVerdict {
    let mut reasons = Vec::new();
    let (used, cap) = (usage.messages_today, budget.max_messages_per_day);
    if used >= cap {
        reasons.push(Reason::MessagesPerDayReached { used, cap });
    }
    let (used, cap) = (usage.llm_tokens_today, budget.max_llm_tokens_per_day);
    if used >= cap {
        reasons.push(Reason::LlmTokensPerDayReached { used, cap });
    }
    let (used, cap) = (usage.api_calls_today, budget.max_external_api_calls_per_day);
    if used >= cap {
        reasons.push(Reason::ApiCallsPerDayReached { used, cap });
    }
    let (used, cap) = (usage.cost_today, budget.max_cost_per_day);
    if used >= cap {
        reasons.push(Reason::CostPerDayReached { currency: currency.to_owned(), used, cap });
    }
    BudgetVerdict { within: reasons.is_empty(), reason: reasons.first().map(Reason::to_string), reasons }
}

impl Usage {
    pub(crate) fn read(value: &Value, place: &Place<'_>, currency: &str) -> Result<Self> {
        const USAGE: Shape = Shape::document(&[
            field("messagesToday"),
            field("llmTokensToday"),
            field("apiCallsToday"),
            renamed("costToday", "cost_sar_today"),
        ]);
        let fields = Fields::of(value, place, &USAGE)?;
        amounts_in(currency, &fields, "costToday")?;
        Ok(Self {
            messages_today: fields.or("messagesToday", Count::ZERO, read::count)?,
            llm_tokens_today: fields.or("llmTokensToday", Count::ZERO, read::count)?,
            api_calls_today: fields.or("apiCallsToday", Count::ZERO, read::count)?,
            cost_today: fields.or("costToday", Amount::ZERO, read::amount)?,
        })
    }
}

/// `withinBudget({usage, budget?, policy?, currency?})`: the argument's own caps and currency go before the policy's, those before the defaults.
pub(super) fn call(argument: &Value, context: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("usage"), field("budget"), field("policy"), field("currency")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let policy = context.policy(&fields)?;
    let base = policy.as_ref().map_or_else(Budget::default, |policy| policy.document().budget);
    let default = policy.as_ref().map_or_else(|| "SAR".into(), |policy| policy.document().currency.clone());
    let currency = fields.or("currency", default, read_currency)?;
    let budget = fields.or("budget", base, |value, place| read_budget(value, place, &currency, base))?;
    let usage = fields.required("usage", |value, place| Usage::read(value, place, &currency))?;
    crate::json::text(&within_budget(&usage, &budget, &currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(usage: &Usage, budget: &Budget) -> Vec<String> {
        within_budget(usage, budget, "EUR").reasons.iter().map(Reason::to_string).collect()
    }

    #[test]
    fn every_cap_is_reached_at_its_value() {
        let one = |n| Count::of(n);
        let budget = Budget {
            max_messages_per_day: one(2),
            max_llm_tokens_per_day: one(3),
            max_external_api_calls_per_day: one(4),
            max_cost_per_day: Amount::of(5),
        };
        let below = Usage {
            messages_today: one(1),
            llm_tokens_today: one(2),
            api_calls_today: one(3),
            cost_today: Amount::new(4.999_999).unwrap(),
        };
        assert_eq!(texts(&below, &budget), [""; 0]);
        assert!(within_budget(&below, &budget, "EUR").within);
        let at = Usage {
            messages_today: one(2),
            llm_tokens_today: one(3),
            api_calls_today: one(4),
            cost_today: Amount::of(5),
        };
        let all = [
            "messages_per_day_reached",
            "llm_tokens_per_day_reached",
            "api_calls_per_day_reached",
            "cost_eur_per_day_reached",
        ];
        assert_eq!(texts(&at, &budget), all);
        assert!(!within_budget(&at, &budget, "EUR").within);
        assert_eq!(texts(&Usage { messages_today: one(2), ..below }, &budget), all[..1]);
        assert_eq!(texts(&Usage { llm_tokens_today: one(3), ..below }, &budget), all[1..2]);
        assert_eq!(texts(&Usage { api_calls_today: one(4), ..below }, &budget), all[2..3]);
        assert_eq!(texts(&Usage { cost_today: Amount::of(5), ..below }, &budget), all[3..]);
    }
}
