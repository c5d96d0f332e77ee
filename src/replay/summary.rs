//! What a log came to, in memory that does not grow with it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::approvals::ApprovalSummary;
use super::line::Kind;
use super::peaks::Peaks;
use super::{Other, Row};
use crate::guard::{AmountsUsed, Effect, Lock, LockSource, Locks};
use crate::time::{Date, Hour, Timestamp};

/// The most agents that are counted by name; those after them are counted together, under an empty one.
const MAX_NAMED: usize = 10_000;

/// The most local days that are told apart.
const MAX_DAYS: usize = 1000;

/// The most locks that are listed.
const MAX_LOCKS: usize = 100;

/// What a log came to, as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// Requests read.
    pub requests: u64,
    /// How many had each effect.
    pub by_effect: ByEffect,
    /// How many had each reason, the first that decided.
    pub by_code: BTreeMap<&'static str, u64>,
    /// How often each rule had something to say, and how often its reason was the first that decided.
    pub by_rule: BTreeMap<&'static str, RuleSummary>,
    /// How many each agent made; agents past the 10,000th are together under an empty name.
    pub by_agent: BTreeMap<String, AgentSummary>,
    /// How many had each effect in each hour of the local day, from 0 to 23, on the guard's clock.
    pub by_hour: [ByEffect; 24],
    /// Each local day with a request, the first 1,000.
    pub by_day: Vec<DaySummary>,
    /// How many local days had a request.
    pub days: u64,
    /// Commands that are no requests, by kind.
    pub commands: BTreeMap<&'static str, u64>,
    /// Lines that told what became of an action that was not granted here: they changed nothing.
    pub not_granted: u64,
    /// Lines that resolved what does not wait for a person here: they changed nothing.
    pub not_pending: u64,
    /// What became of the questions to people.
    pub approvals: ApprovalSummary,
    /// What was locked.
    pub locks: LockSummary,
    /// What was to wait.
    pub deferrals: DeferralSummary,
    /// How near each budget came to its cap.
    pub budgets: Peaks,
    /// What the last local day came to.
    pub usage: DayUsage,
    /// The most that any local day came to, in each dimension.
    pub peak: DayUsage,
    /// The first request.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
    /// The local day of the last one.
    #[serde(skip)]
    day: Option<Date>,
}

/// How many requests had each effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByEffect([u64; Effect::ALL.len()]);

impl ByEffect {
    /// How many had that one.
    pub fn get(&self, effect: Effect) -> u64 {
        Effect::ALL.iter().zip(self.0).find(|(known, _)| **known == effect).map_or(0, |(_, count)| count)
    }

    fn add(&mut self, effect: Effect) {
        Effect::ALL.iter().zip(&mut self.0).filter(|(known, _)| **known == effect).for_each(|(_, count)| *count += 1);
    }
}

/// An effect that nothing had is not there.
impl Serialize for ByEffect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (effect, count) in Effect::ALL.iter().zip(&self.0).filter(|(_, count)| **count > 0) {
            map.serialize_entry(effect.as_str(), count)?;
        }
        map.end()
    }
}

/// What one rule did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleSummary {
    /// The requests of which it had something to say.
    pub asked: u64,
    /// Those that it decided: its reason was the first with the strictest effect.
    pub decided: u64,
}

/// What one agent did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentSummary {
    /// What it asked for.
    pub requests: u64,
    /// What it was allowed.
    pub allowed: u64,
    /// How many had each effect.
    pub by_effect: ByEffect,
}

impl AgentSummary {
    fn add(&mut self, effect: Effect) {
        self.requests += 1;
        self.allowed += u64::from(effect.is_allowed());
        self.by_effect.add(effect);
    }
}

/// One local day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DaySummary {
    /// The day.
    pub date: Date,
    /// Its requests.
    pub requests: u64,
    /// How many had each effect.
    pub by_effect: ByEffect,
    /// What it came to, as far as the log tells.
    pub used: AmountsUsed,
}

/// What was locked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LockSummary {
    /// How often an agent, or the customer, was locked.
    pub count: u64,
    /// The first 100.
    pub first: Vec<LockedScope>,
}

/// An agent, or the customer, that was locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LockedScope {
    /// The agent; none where it was the customer.
    pub agent: Option<String>,
    /// Since when, on the guard's clock.
    pub since: Timestamp,
    /// What locked.
    pub source: LockSource,
    /// Why.
    pub reason: String,
}

impl LockedScope {
    fn new(agent: Option<&str>, lock: &Lock) -> Self {
        let Lock { reason, since, source } = lock.clone();
        Self { agent: agent.map(str::to_owned), since, source, reason }
    }
}

/// What was to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeferralSummary {
    /// How many requests.
    pub count: u64,
    /// Those of them of which nobody can know until when.
    pub open: u64,
    /// The latest instant until which one was to wait.
    pub latest: Option<Timestamp>,
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
    /// A request, and the local day and hour in which it was decided.
    pub(super) fn add(&mut self, row: &Row, date: Date, hour: Hour) {
        self.requests += 1;
        self.by_effect.add(row.effect);
        if let Some(code) = row.code {
            *self.by_code.entry(code).or_default() += 1;
        }
        self.add_rules(row);
        self.add_agent(row);
        if let Some(hour) = self.by_hour.get_mut(usize::from(hour.get())) {
            hour.add(row.effect);
        }
        self.add_day(row.effect, date);
        if row.effect == Effect::Defer {
            self.deferrals.count += 1;
            self.deferrals.open += u64::from(row.defer_until.is_none());
            self.deferrals.latest = self.deferrals.latest.max(row.defer_until);
        }
        self.first = self.first.or(Some(row.at));
        self.last = Some(row.at);
    }

    fn add_rules(&mut self, row: &Row) {
        // The reasons of one rule stand together.
        let mut before = None;
        for reason in &row.reasons {
            if before != Some(reason.rule) {
                self.by_rule.entry(reason.rule).or_default().asked += 1;
            }
            before = Some(reason.rule);
        }
        if let Some(rule) = row.rule() {
            self.by_rule.entry(rule).or_default().decided += 1;
        }
    }

    fn add_agent(&mut self, row: &Row) {
        if let Some(agent) = self.by_agent.get_mut(&row.agent) {
            agent.add(row.effect);
        } else {
            let name = if self.by_agent.len() < MAX_NAMED { row.agent.clone() } else { String::new() };
            self.by_agent.entry(name).or_default().add(row.effect);
        }
    }

    /// Days come in their order: the guard's clock never steps back.
    fn add_day(&mut self, effect: Effect, date: Date) {
        let is_new = self.day != Some(date);
        self.day = Some(date);
        self.days += u64::from(is_new);
        if is_new && self.by_day.len() < MAX_DAYS {
            let (by_effect, used) = (ByEffect::default(), AmountsUsed::default());
            self.by_day.push(DaySummary { date, requests: 0, by_effect, used });
        }
        if let Some(day) = self.by_day.last_mut().filter(|day| day.date == date) {
            day.requests += 1;
            day.by_effect.add(effect);
        }
    }

    /// A command that is no request.
    pub(super) fn add_other(&mut self, other: &Other) {
        *self.commands.entry(other.kind).or_default() += 1;
    }

    /// A line that was nothing to this guard.
    pub(super) fn count_vain(&mut self, kind: Kind) {
        match kind {
            Kind::Resolve => self.not_pending += 1,
            _ => self.not_granted += 1,
        }
    }

    /// What a local day has come to.
    pub(super) fn set_usage(&mut self, date: Date, used: AmountsUsed) {
        self.usage = DayUsage { date: Some(date), used };
        self.peak = DayUsage { date: None, used: larger(self.peak.used, used) };
        if let Some(day) = self.by_day.last_mut().filter(|day| day.date == date) {
            day.used = used;
        }
    }

    /// The locks that hold now and did not before.
    pub(super) fn add_locks(&mut self, before: &Locks, now: &Locks) {
        let customer =
            now.customer.iter().filter(|lock| before.customer.as_ref() != Some(*lock)).map(|lock| (None, lock));
        let agents = now.agents.iter().filter(|(agent, lock)| before.agents.get(*agent) != Some(*lock));
        for (agent, lock) in customer.chain(agents.map(|(agent, lock)| (Some(agent.as_str()), lock))) {
            self.locks.count += 1;
            if self.locks.first.len() < MAX_LOCKS {
                self.locks.first.push(LockedScope::new(agent, lock));
            }
        }
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
