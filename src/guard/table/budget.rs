//! Is the day's budget spent, or would this overspend it?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings, Spending};
use crate::error::Result;
use crate::guard::AmountsUsed;
use crate::money::Millionths;
use crate::number::Count;
use crate::policy::{Budget, BudgetScope};
use crate::reason::Reason;

pub(super) const ABOUT: &str = "customer's and agent's caps: `defer` to the next local day where one is reached or would be passed; `deny` where the cost is above the whole cap";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let (customer, agent) = used(ask);
    check(ask, findings, customer, &ask.policy.document().budget);
    if let Some(own) = own_caps(ask) {
        check(ask, findings, agent, own);
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let document = ask.policy.document();
    let (customer, agent) = used(ask);
    let own = own_caps(ask);
    let standing = |used: Spending, caps: &Budget| json!({"used": AmountsUsed::from(used), "caps": caps});
    Ok(json!({
        "localDate": ask.local.date,
        "budgetScope": document.budget_scope,
        "cost": AmountsUsed::from(ask.spending),
        "customer": standing(customer, &document.budget),
        "agent": own.map(|own| standing(agent, own)),
    }))
}

/// What the customer and the agent have spent on the local day.
fn used(ask: &Ask<'_>) -> (Spending, Spending) {
    if ask.state.ledger.is_before(ask.local.date) {
        return Default::default();
    }
    (ask.state.ledger.customer(), ask.state.ledger.agent(&ask.action.agent))
}

/// The agent's own caps, where it has any.
fn own_caps<'a>(ask: &Ask<'a>) -> Option<&'a Budget> {
    ask.policy.document().agents.get(&ask.action.agent).and_then(|agent| agent.budget.as_ref())
}

fn check(ask: &Ask<'_>, findings: &mut Findings, used: Spending, caps: &Budget) {
    let cost = ask.spending;
    let all = ask.policy.document().budget_scope == BudgetScope::All;
    let count = |used: Count, cost: Count, cap: Count| standing(used.get(), cost.get(), cap.get(), all);
    let add = |findings: &mut Findings, standing: Standing, reached: Reason, exceeds: Reason, above: &'static str| {
        match standing {
            Standing::Within => {}
            Standing::Reached => findings.defer("budget", reached, ask.free_from(ask.now, true)),
            Standing::WouldExceed => findings.defer("budget", exceeds, ask.free_from(ask.now, true)),
            Standing::ExceedsCap => findings.add("budget", Effect::Deny, Reason::ExceedsCap { dimension: above }),
        }
    };
    let (used_now, cap) = (used.messages, caps.max_messages_per_day);
    let reached = Reason::MessagesPerDayReached { used: used_now, cap };
    let exceeds = Reason::MessagesPerDayWouldExceed { used: used_now, cost: cost.messages, cap };
    add(findings, count(used_now, cost.messages, cap), reached, exceeds, "messages");

    let (used_now, cap) = (used.llm_tokens, caps.max_llm_tokens_per_day);
    let reached = Reason::LlmTokensPerDayReached { used: used_now, cap };
    let exceeds = Reason::LlmTokensPerDayWouldExceed { used: used_now, cost: cost.llm_tokens, cap };
    add(findings, count(used_now, cost.llm_tokens, cap), reached, exceeds, "llmTokens");

    let (used_now, cap) = (used.api_calls, caps.max_external_api_calls_per_day);
    let reached = Reason::ApiCallsPerDayReached { used: used_now, cap };
    let exceeds = Reason::ApiCallsPerDayWouldExceed { used: used_now, cost: cost.api_calls, cap };
    add(findings, count(used_now, cost.api_calls, cap), reached, exceeds, "apiCalls");

    let currency = || ask.policy.document().currency.clone();
    let (used_now, cap) = (used.amount.to_amount(), caps.max_cost_per_day);
    let reached = Reason::CostPerDayReached { currency: currency(), used: used_now, cap };
    let exceeds =
        Reason::CostPerDayWouldExceed { currency: currency(), used: used_now, cost: cost.amount.to_amount(), cap };
    add(findings, standing(used.amount, cost.amount, Millionths::cap(cap), all), reached, exceeds, "amount");
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Within,
    Reached,
    WouldExceed,
    ExceedsCap,
}

/// Where one dimension stands. With the scope `spending` only an action that costs in it is held.
fn standing<N: Copy + Ord + Default + Sum>(used: N, cost: N, cap: N, all: bool) -> Standing {
    let none = N::default();
    let costs = cost > none;
    if costs && cost > cap {
        Standing::ExceedsCap
    } else if used >= cap && (all || costs) {
        if cap == none { Standing::ExceedsCap } else { Standing::Reached }
    } else if costs && used.sum(cost) > cap {
        Standing::WouldExceed
    } else {
        Standing::Within
    }
}

/// Sums that stay at the largest number rather than wrap.
trait Sum {
    fn sum(self, other: Self) -> Self;
}

impl Sum for u64 {
    fn sum(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl Sum for Millionths {
    fn sum(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_hold_at_their_value_and_never_pass() {
        let standing = |used, cost, cap| super::standing::<u64>(used, cost, cap, true);
        assert_eq!(standing(4, 1, 5), Standing::Within);
        assert_eq!(standing(4, 2, 5), Standing::WouldExceed);
        assert_eq!(standing(5, 0, 5), Standing::Reached);
        assert_eq!(standing(0, 5, 5), Standing::Within);
        assert_eq!(standing(0, 6, 5), Standing::ExceedsCap);
        assert_eq!(standing(9, 6, 5), Standing::ExceedsCap);
        assert_eq!(standing(0, 0, 0), Standing::ExceedsCap);
        assert_eq!(standing(4, 0, 5), Standing::Within);
    }

    #[test]
    fn with_the_scope_spending_only_spenders_wait() {
        let standing = |used, cost, cap| super::standing::<u64>(used, cost, cap, false);
        assert_eq!(standing(5, 0, 5), Standing::Within);
        assert_eq!(standing(5, 1, 5), Standing::Reached);
        assert_eq!(standing(0, 0, 0), Standing::Within);
        assert_eq!(standing(0, 1, 0), Standing::ExceedsCap);
    }
}
