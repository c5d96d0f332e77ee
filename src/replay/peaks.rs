//! How near each budget came to its cap.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::guard::{AmountsUsed, Guard};
use crate::number::{Amount, Count};
use crate::policy::{Budget, Policy};
use crate::time::{Date, Timestamp};

/// As many agents with a budget of their own are followed: a policy lists fewer, but a log may set several.
const MAX_AGENTS: usize = 10_000;

/// The most that any local day used of one cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Peak<T> {
    /// What was used.
    pub used: T,
    /// The cap, as it was then.
    pub cap: T,
    /// The local day, the first of several; none where nothing was used.
    pub date: Option<Date>,
}

impl<T: PartialOrd + Copy> Peak<T> {
    fn add(&mut self, used: T, cap: T, date: Date) {
        if used > self.used {
            *self = Self { used, cap, date: Some(date) };
        } else if self.date.is_none() {
            self.cap = cap;
        }
    }
}

/// The peaks of one budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BudgetPeaks {
    /// Messages.
    pub messages: Peak<Count>,
    /// Tokens of language models.
    pub llm_tokens: Peak<Count>,
    /// Calls to other services.
    pub api_calls: Peak<Count>,
    /// Money, in the policy's currency.
    pub amount: Peak<Amount>,
}

impl BudgetPeaks {
    fn add(&mut self, used: AmountsUsed, caps: &Budget, date: Date) {
        self.messages.add(used.messages, caps.max_messages_per_day, date);
        self.llm_tokens.add(used.llm_tokens, caps.max_llm_tokens_per_day, date);
        self.api_calls.add(used.api_calls, caps.max_external_api_calls_per_day, date);
        self.amount.add(used.amount, caps.max_cost_per_day, date);
    }
}

/// The peaks of every budget.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Peaks {
    /// The customer's.
    pub customer: BudgetPeaks,
    /// Of each agent with a budget of its own.
    pub agents: BTreeMap<String, BudgetPeaks>,
}

impl Peaks {
    /// The caps of a policy; what was used before stays.
    pub(super) fn set_caps(&mut self, policy: &Policy, date: Date) {
        let document = policy.document();
        self.customer.add(AmountsUsed::default(), &document.budget, date);
        for (agent, listed) in &document.agents {
            let Some(caps) = &listed.budget else { continue };
            if self.agents.len() < MAX_AGENTS || self.agents.contains_key(agent) {
                self.agents.entry(agent.clone()).or_default().add(AmountsUsed::default(), caps, date);
            }
        }
    }

    /// What a local day has come to: for all together, and for one agent or, where nobody says whom it was about, each.
    pub(super) fn add(&mut self, guard: &Guard, now: Timestamp, agent: Option<&str>, date: Date, used: AmountsUsed) {
        let document = guard.policy().document();
        self.customer.add(used, &document.budget, date);
        let sample = |agent: &str, peaks: &mut BudgetPeaks| {
            if let Some(caps) = document.agents.get(agent).and_then(|agent| agent.budget.as_ref()) {
                peaks.add(guard.used_today_by(agent, now), caps, date);
            }
        };
        match agent {
            Some(agent) => self.agents.get_mut(agent).into_iter().for_each(|peaks| sample(agent, peaks)),
            None => self.agents.iter_mut().for_each(|(agent, peaks)| sample(agent, peaks)),
        }
    }
}
