//! What a log came to.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Row;
use crate::guard::AmountsUsed;
use crate::time::{Date, Timestamp};

/// The most agents that are counted by name; those after them are counted together, under an empty one.
const MAX_NAMED: usize = 10_000;

/// What a log came to, as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// Requests read.
    pub requests: u64,
    /// How many had each effect.
    pub by_effect: BTreeMap<&'static str, u64>,
    /// How many had each reason, the first that decided.
    pub by_code: BTreeMap<&'static str, u64>,
    /// How many each agent made; agents past the 10,000th are together under an empty name.
    pub by_agent: BTreeMap<String, AgentSummary>,
    /// What the last local day came to.
    pub usage: DayUsage,
    /// The most that any local day came to, in each dimension.
    pub peak: DayUsage,
    /// The first request.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
}

/// What one agent did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AgentSummary {
    /// What it asked for.
    pub requests: u64,
    /// What it was allowed.
    pub allowed: u64,
}

impl AgentSummary {
    fn add(&mut self, allowed: bool) {
        self.requests += 1;
        self.allowed += u64::from(allowed);
    }
}

/// What was used on a local day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DayUsage {
    /// The local day; none for a peak, which is of several.
    pub date: Option<Date>,
    /// What was used.
    #[serde(flatten)]
    pub used: AmountsUsed,
}

impl Summary {
    pub(super) fn add(&mut self, row: &Row, date: Date, used: AmountsUsed) {
        self.requests += 1;
        *self.by_effect.entry(row.effect.as_str()).or_default() += 1;
        if let Some(code) = row.code {
            *self.by_code.entry(code).or_default() += 1;
        }
        if let Some(agent) = self.by_agent.get_mut(&row.agent) {
            agent.add(row.allowed);
        } else {
            let name = if self.by_agent.len() < MAX_NAMED { row.agent.clone() } else { String::new() };
            self.by_agent.entry(name).or_default().add(row.allowed);
        }
        self.usage = DayUsage { date: Some(date), used };
        self.peak = DayUsage { date: None, used: larger(self.peak.used, used) };
        self.first = self.first.or(Some(row.at));
        self.last = Some(row.at);
    }
}

/// The larger in each dimension.
fn larger(one: AmountsUsed, other: AmountsUsed) -> AmountsUsed {
    AmountsUsed {
        messages: one.messages.max(other.messages),
        llm_tokens: one.llm_tokens.max(other.llm_tokens),
        api_calls: one.api_calls.max(other.api_calls),
        amount: if other.amount > one.amount { other.amount } else { one.amount },
    }
}
