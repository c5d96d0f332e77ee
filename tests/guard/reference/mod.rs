//! The guard as simply as it can be said: lists of everything that ever happened, searched from the beginning each time.

use std::collections::{BTreeMap, BTreeSet};

use crate::commands::{Asked, Command, Group, PEOPLE};
use crate::policies::{FACTS, Facts};

mod approvals;
mod groups;
mod ledger;
mod request;

use approvals::Approval;
pub use approvals::SeenApproval;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 366 * DAY;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Granted { until: i64 },
    Succeeded,
    Failed { category: &'static str, retry_at: Option<i64> },
    Unknown,
}

#[derive(Clone, Debug)]
struct Act {
    id: u8,
    content: (&'static str, &'static str, u8),
    stage: Stage,
    /// Whether it counts once it is granted: time held it, or a lock at first, or it was not counted then.
    owed: bool,
    attempt: u64,
    /// The report that settled it last.
    report: Option<Mark>,
    /// When it was.
    since: i64,
    group: Option<Group>,
    /// When it came to its group.
    joined: i64,
    /// Since when it is refused for a reason that time does not mend.
    refused: Option<i64>,
    /// Since when it is refused for what stands before it in its plan.
    skipped: Option<i64>,
}

impl Act {
    fn new(asked: &Asked, owed: bool) -> Self {
        let content = (asked.agent, asked.kind, asked.args);
        Self {
            id: asked.id,
            content,
            stage: Stage::Waiting,
            owed,
            attempt: 0,
            report: None,
            since: 0,
            group: None,
            joined: 0,
            refused: None,
            skipped: None,
        }
    }
}

/// Why, and what that asks for; the place in the plan that it speaks of.
#[derive(Clone, Copy, Debug)]
struct Reason {
    effect: &'static str,
    code: &'static str,
    of: Option<u8>,
}

const fn reason(effect: &'static str, code: &'static str) -> Reason {
    Reason { effect, code, of: None }
}

const fn notify(code: &'static str) -> Reason {
    reason("notify", code)
}

const fn approve(code: &'static str) -> Reason {
    reason("approve", code)
}

const fn defer(code: &'static str) -> Reason {
    reason("defer", code)
}

const fn deny(code: &'static str) -> Reason {
    reason("deny", code)
}

const fn lock(code: &'static str) -> Reason {
    reason("lock", code)
}

/// Something is to be sent or started. Titles are fixed for what tells people alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    pub kind: &'static str,
    pub to: Option<&'static str>,
    pub title: String,
}

impl Obligation {
    const fn notify(to: Option<&'static str>, title: String) -> Self {
        Self { kind: "notify", to, title }
    }

    const fn alert() -> Self {
        Self { kind: "alert", to: None, title: String::new() }
    }

    const fn route(executor: &'static str) -> Self {
        Self { kind: "route", to: Some(executor), title: String::new() }
    }
}

/// What tells one report from another: outcome, category and usage.
type Mark = (&'static str, Option<&'static str>, Option<(u64, u64)>);

/// Money and messages on one day, for an action or without one.
#[derive(Clone, Debug)]
struct Expense {
    day: u64,
    agent: Option<&'static str>,
    action: Option<u8>,
    /// Settled by a failure that said what it used.
    kept: bool,
    amount: (u64, u64),
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Decided {
        effect: &'static str,
        /// With the place in the plan that a reason speaks of.
        codes: Vec<(&'static str, Option<u8>)>,
        attempt: u64,
        until: Option<i64>,
        /// Status and end of the action's approval.
        approval: Option<(&'static str, i64)>,
    },
    Resolved {
        status: &'static str,
    },
    Acknowledged(usize),
    Reported {
        outcome: &'static str,
        category: Option<&'static str>,
        retry_at: Option<i64>,
        attempts: u64,
    },
    Done,
    Refused {
        code: &'static str,
        path: &'static str,
    },
}

/// What can be seen of a guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub customer: (u64, u64),
    pub agents: Vec<(u64, u64)>,
    pub locked: BTreeSet<&'static str>,
    pub in_flight: BTreeSet<(u8, &'static str, u64)>,
    pub approvals: Vec<SeenApproval>,
    pub outbox: Vec<Obligation>,
}

#[derive(Clone, Debug, Default)]
pub struct Reference {
    policy: usize,
    now: Option<i64>,
    /// The latest date that was ever open, and how many were.
    open: Option<i64>,
    day: u64,
    acts: Vec<Act>,
    expenses: Vec<Expense>,
    counted: Vec<(&'static str, i64)>,
    /// The tier that each scope was at when it was last counted.
    reached: BTreeMap<&'static str, usize>,
    windows: Vec<((&'static str, &'static str, u8), u8, i64)>,
    locked: BTreeSet<&'static str>,
    anomalies: BTreeSet<&'static str>,
    approvals: Vec<Approval>,
    outbox: Vec<Obligation>,
    /// Those of whom something was observed since they were last unlocked.
    observed: BTreeSet<&'static str>,
    /// What has happened that no answer shows by itself.
    pub events: BTreeSet<&'static str>,
}

/// Everything of the customer's, in the set of what is locked and as a scope of velocity.
const ALL: &str = "";

const fn refused<T>(code: &'static str, path: &'static str) -> Result<T, Answer> {
    Err(Answer::Refused { code, path })
}

/// In every policy `ann` has somebody who made her; `bob` is in none.
fn creator(agent: &str) -> Option<&'static str> {
    (agent == "ann").then_some("sara")
}

fn name(agent: &'static str) -> &'static str {
    if agent == "ann" { "Ann" } else { agent }
}

fn strictest(reasons: &[Reason]) -> &'static str {
    const ORDER: [&str; 6] = ["allow", "notify", "approve", "defer", "deny", "lock"];
    let rank = |effect: &str| ORDER.iter().position(|known| *known == effect).unwrap();
    reasons.iter().map(|reason| reason.effect).max_by_key(|effect| rank(effect)).unwrap_or("allow")
}

fn runs(effect: &str) -> bool {
    effect == "allow" || effect == "notify"
}

impl Reference {
    fn facts(&self) -> Facts {
        FACTS[self.policy]
    }

    fn date(&self, now: i64) -> i64 {
        (now + self.facts().offset * HOUR).div_euclid(DAY)
    }

    fn clock(&self, given: i64) -> Result<i64, Answer> {
        match self.now {
            Some(last) if given > last + YEAR => refused("invalid_input", "now"),
            Some(last) => Ok(given.max(last)),
            None => Ok(given),
        }
    }

    fn commit(&mut self, now: i64) {
        self.now = Some(now);
        let date = self.date(now);
        if self.open.is_none_or(|open| date > open) {
            self.open = Some(date);
            self.day += 1;
        }
    }

    pub fn run(&mut self, given: i64, command: &Command) -> Answer {
        match self.try_run(given, command) {
            Ok(answer) | Err(answer) => answer,
        }
    }

    fn try_run(&mut self, given: i64, command: &Command) -> Result<Answer, Answer> {
        if let Command::AdoptClock { by } = command {
            let last = self.now.unwrap_or(given);
            self.authority(*by, PEOPLE[*by].1 == "platform_admin", last)?;
            self.commit(given.max(last));
            return Ok(Answer::Done);
        }
        let now = self.clock(given)?;
        match command {
            Command::Request(asked) => return self.request(now, asked),
            Command::Resolve { action, by, approve } => return self.resolve(now, *action, *by, *approve),
            Command::Acknowledge { every } => {
                self.commit(now);
                let mut index = 0;
                let before = self.outbox.len();
                self.outbox.retain(|_| {
                    index += 1;
                    (index - 1) % every != 0
                });
                return Ok(Answer::Acknowledged(before - self.outbox.len()));
            }
            Command::Report(told) => return self.report(now, told),
            Command::Observe { agent, tier } => {
                self.commit(now);
                self.observed.insert(agent);
                self.anomalies.remove(agent);
                if *tier == 3 {
                    self.anomalies.insert(agent);
                    self.outbox.push(Obligation::alert());
                }
            }
            Command::Lock { agent, by } => {
                self.authority(*by, *agent != Some(PEOPLE[*by].0), now)?;
                self.commit(now);
                self.locked.insert(agent.unwrap_or(ALL));
            }
            Command::Unlock { agent, by } => {
                let (id, role) = PEOPLE[*by];
                let may = role == "platform_admin" || agent.and_then(creator) == Some(id);
                self.authority(*by, may && *agent != Some(id), now)?;
                self.commit(now);
                let scope = agent.unwrap_or(ALL);
                self.locked.remove(scope);
                self.counted.retain(|(counted, _)| *counted != scope);
                self.reached.remove(scope);
                self.anomalies.remove(scope);
                self.observed.remove(scope);
            }
            Command::RecordUsage { agent, usage } => {
                self.commit(now);
                self.expenses.push(Expense { day: self.day, agent: *agent, action: None, kept: false, amount: *usage });
            }
            Command::SetPolicy { to, by } => {
                self.authority(*by, PEOPLE[*by].1 == "platform_admin", now)?;
                self.commit(now);
                self.policy = *to;
                self.open = self.open.max(Some(self.date(now)));
            }
            Command::AdoptClock { .. } => {}
        }
        Ok(Answer::Done)
    }

    fn authority(&mut self, by: usize, may: bool, now: i64) -> Result<(), Answer> {
        if may && !self.is_agent(PEOPLE[by].0) {
            return Ok(());
        }
        self.commit(now);
        refused("not_authorized", "by")
    }

    /// Whether an id is known to be an agent's: in the policy, or by what it did, or what was done to it.
    fn is_agent(&self, id: &str) -> bool {
        let has_asked = self.acts.iter().any(|act| act.content.0 == id);
        id == "ann" || has_asked || self.locked.contains(id) || self.observed.contains(id)
    }

    fn act(&self, id: u8) -> Option<&Act> {
        self.acts.iter().find(|act| act.id == id)
    }

    fn stage(&self, id: u8, now: i64) -> Option<Stage> {
        self.act(id).map(|act| match act.stage {
            Stage::Granted { until } if until <= now => Stage::Unknown,
            ref stage => stage.clone(),
        })
    }

    /// What there is to be seen, or that the clock has leapt.
    pub fn seen(&self, given: i64) -> Option<Seen> {
        let now = self.clock(given).ok()?;
        let own = |agent| self.spent(now, |expense| expense.agent == Some(agent));
        let in_flight = self.acts.iter().filter_map(|act| match self.stage(act.id, now)? {
            Stage::Granted { .. } => Some((act.id, "granted", act.attempt)),
            Stage::Unknown => Some((act.id, "unknown", act.attempt)),
            _ => None,
        });
        let mut seen_approvals: Vec<_> = self.approvals.iter().map(|approval| approval.seen(now)).collect();
        seen_approvals.sort();
        Some(Seen {
            customer: self.spent(now, |_| true),
            agents: vec![own("ann"), own("bob")],
            locked: self.locked.clone(),
            in_flight: in_flight.collect(),
            approvals: seen_approvals,
            outbox: self.outbox.clone(),
        })
    }
}
