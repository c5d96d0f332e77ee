//! The guard as simply as it can be said: lists of everything that ever happened, searched from the beginning each time.

use std::collections::BTreeSet;

use crate::commands::{Asked, Command, PEOPLE, Told};
use crate::policies::{
    BLOCKED_DAY, DUPLICATE_MILLIS, FACTS, Facts, MONEY, OWN_MESSAGES, TIER_3, TIMEOUT_MILLIS, WINDOW_MILLIS,
};

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
    Decided { effect: &'static str, codes: Vec<&'static str>, attempt: u64 },
    Reported { outcome: &'static str, category: Option<&'static str>, retry_at: Option<i64>, attempts: u64 },
    Done,
    Refused { code: &'static str, path: &'static str },
}

/// What can be seen of a guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub customer: (u64, u64),
    pub agents: Vec<(u64, u64)>,
    pub locked: BTreeSet<&'static str>,
    pub in_flight: BTreeSet<(u8, &'static str, u64)>,
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
    windows: Vec<((&'static str, &'static str, u8), u8, i64)>,
    locked: BTreeSet<&'static str>,
    anomalies: BTreeSet<&'static str>,
}

/// Everything of the customer's, in the set of what is locked and as a scope of velocity.
const ALL: &str = "";

const fn refused<T>(code: &'static str, path: &'static str) -> Result<T, Answer> {
    Err(Answer::Refused { code, path })
}

fn strictest(reasons: &[(&'static str, &'static str)]) -> &'static str {
    const ORDER: [&str; 6] = ["allow", "notify", "approve", "defer", "deny", "lock"];
    let rank = |effect: &str| ORDER.iter().position(|known| *known == effect).unwrap();
    reasons.iter().map(|(effect, _)| *effect).max_by_key(|effect| rank(effect)).unwrap_or("allow")
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
            Command::Report(told) => return self.report(now, told),
            Command::Observe { agent, tier } => {
                self.commit(now);
                self.anomalies.remove(agent);
                if *tier == 3 {
                    self.anomalies.insert(agent);
                }
            }
            Command::Lock { agent, by } => {
                self.authority(*by, true, now)?;
                self.commit(now);
                self.locked.insert(agent.unwrap_or(ALL));
            }
            Command::Unlock { agent, by } => {
                let (id, role) = PEOPLE[*by];
                self.authority(*by, role == "platform_admin" || (id == "sara" && *agent == Some("ann")), now)?;
                self.commit(now);
                let scope = agent.unwrap_or(ALL);
                self.locked.remove(scope);
                self.counted.retain(|(counted, _)| *counted != scope);
                self.anomalies.remove(scope);
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

    /// `ann` is in every policy: she is never a person.
    fn authority(&mut self, by: usize, may: bool, now: i64) -> Result<(), Answer> {
        if may && PEOPLE[by].0 != "ann" {
            return Ok(());
        }
        self.commit(now);
        refused("not_authorized", "by")
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

    /// Messages and money of the open day, which is over once a later one has come.
    fn spent(&self, now: i64, of: impl Fn(&Expense) -> bool) -> (u64, u64) {
        if self.open.is_none_or(|open| self.date(now) > open) {
            return (0, 0);
        }
        let today = self.expenses.iter().filter(|expense| expense.day == self.day && of(expense));
        today.fold((0, 0), |sum, expense| (sum.0 + expense.amount.0, sum.1 + expense.amount.1))
    }

    fn request(&mut self, now: i64, asked: &Asked) -> Result<Answer, Answer> {
        let content = (asked.agent, asked.kind, asked.args);
        if self.act(asked.id).is_some_and(|act| act.content != content) {
            return refused("conflict", "id");
        }
        let (mut reasons, locks, counts) = self.reasons(now, asked);
        let effect = strictest(&reasons);
        let attempt = self.act(asked.id).map_or(0, |act| act.attempt) + u64::from(runs(effect));
        self.commit(now);
        let new = self.act(asked.id).is_none();
        if counts && (new || runs(effect) || effect == "lock") {
            self.counted.push((self.scope(asked.agent), now));
        }
        self.locked.extend(locks);
        if new {
            let stage = Stage::Waiting;
            let owed = effect == "lock" || !counts;
            self.acts.push(Act { id: asked.id, content, stage, owed, attempt: 0, report: None });
        }
        if runs(effect) {
            self.grant(now, asked, attempt);
        }
        let act = self.acts.iter_mut().find(|act| act.id == asked.id).unwrap();
        act.owed |= act.stage == Stage::Waiting && effect == "defer";
        let codes = reasons.drain(..).map(|(_, code)| code).collect();
        Ok(Answer::Decided { effect, codes, attempt })
    }

    fn scope(&self, agent: &'static str) -> &'static str {
        if self.facts().count_together { ALL } else { agent }
    }

    fn grant(&mut self, now: i64, asked: &Asked, attempt: u64) {
        let cost = cost(asked);
        let reserved = self.spent(now, |expense| expense.action == Some(asked.id) && !expense.kept);
        let missing = (cost.0.saturating_sub(reserved.0), cost.1.saturating_sub(reserved.1));
        let (day, agent) = (self.day, Some(asked.agent));
        self.expenses.push(Expense { day, agent, action: Some(asked.id), kept: false, amount: missing });
        let act = self.acts.iter_mut().find(|act| act.id == asked.id).unwrap();
        act.stage = Stage::Granted { until: now + TIMEOUT_MILLIS };
        act.attempt = attempt;
        act.report = None;
        if asked.kind == "pay" {
            self.windows.push((act.content, asked.id, now + DUPLICATE_MILLIS));
        }
    }

    /// All reasons, whom they lock, and whether this counts as velocity.
    fn reasons(&self, now: i64, asked: &Asked) -> (Vec<(&'static str, &'static str)>, Vec<&'static str>, bool) {
        let (agent, read) = (asked.agent, asked.kind == "look");
        let (mut before, mut locks) = (Vec::new(), Vec::new());
        if asked.human {
            return (self.repeat(now, asked), locks, false);
        }
        if !read && self.locked.contains(agent) {
            before.push(("lock", "agent_locked"));
        }
        if !read && self.locked.contains(ALL) {
            before.push(("lock", "customer_locked"));
        }
        if asked.critical {
            before.push(("lock", "critical_risk"));
            locks.push(agent);
        }
        if !read && self.anomalies.contains(agent) {
            before.push(("lock", "systemic_anomaly"));
            locks.push(agent);
        }
        let mut after = self.repeat(now, asked);
        after.extend(self.person(asked));
        after.extend(self.quiet(now, asked));
        after.extend(self.budget(now, asked));
        let others = strictest(&[&before[..], &after[..]].concat());
        let counts = !read
            && match self.act(asked.id) {
                None => true,
                Some(act) => act.stage == Stage::Waiting && act.owed && runs(others),
            };
        let scope = self.scope(agent);
        let recent = self.counted.iter().filter(|(counted, at)| *counted == scope && *at >= now - WINDOW_MILLIS);
        if counts && recent.count() + 1 >= TIER_3 {
            before.push(("lock", "velocity_tier_3"));
            locks.push(scope);
        }
        before.extend(after);
        (before, locks, counts)
    }

    fn repeat(&self, now: i64, asked: &Asked) -> Vec<(&'static str, &'static str)> {
        let attempt = self.act(asked.id).map_or(0, |act| act.attempt);
        let mut reasons: Vec<_> = match self.stage(asked.id, now) {
            Some(Stage::Granted { .. }) => Some(("deny", "already_granted")),
            Some(Stage::Succeeded) => Some(("deny", "already_executed")),
            Some(Stage::Unknown) => Some(("deny", "outcome_unknown")),
            Some(Stage::Failed { retry_at: Some(at), .. }) if now < at => Some(("defer", "retry_not_before")),
            Some(Stage::Failed { retry_at: None, .. }) if attempt == 4 => Some(("deny", "retries_exhausted")),
            Some(Stage::Failed { retry_at: None, .. }) => Some(("deny", "not_retryable")),
            _ => None,
        }
        .into_iter()
        .collect();
        let content = (asked.agent, asked.kind, asked.args);
        let twin = self.windows.iter().rev().find(|(other, ..)| *other == content);
        if twin.is_some_and(|(_, id, until)| *id != asked.id && now < *until) {
            reasons.push(("deny", "duplicate_action"));
        }
        reasons
    }

    /// Level, approval and confirmation.
    fn person(&self, asked: &Asked) -> Vec<(&'static str, &'static str)> {
        let (facts, kind) = (self.facts(), asked.kind);
        let mut reasons = Vec::new();
        match kind {
            "mail" | "zap" => reasons.push(("notify", "level")),
            "ask" => reasons.push(("approve", "level")),
            _ => {}
        }
        if facts.drafts_only && matches!(kind, "mail" | "zap") {
            reasons.push(("approve", "outbound_requires_human"));
        }
        if kind == "zap" {
            reasons.push(("approve", "unknown_action_type"));
        }
        if asked.interrupt || (facts.confirm_writes && kind != "look") {
            reasons.push(("approve", "confirmation_required"));
        }
        reasons
    }

    fn quiet(&self, now: i64, asked: &Asked) -> Vec<(&'static str, &'static str)> {
        let mut reasons = Vec::new();
        if matches!(asked.kind, "mail" | "zap") {
            let hour = (now + self.facts().offset * HOUR).rem_euclid(DAY) / HOUR;
            if self.facts().quiet && !(8..21).contains(&hour) {
                reasons.push(("defer", "quiet_hours"));
            }
            if self.date(now) == BLOCKED_DAY {
                reasons.push(("defer", "blocked_date"));
            }
        }
        reasons
    }

    fn budget(&self, now: i64, asked: &Asked) -> Vec<(&'static str, &'static str)> {
        let reserved = self.spent(now, |expense| expense.action == Some(asked.id) && !expense.kept);
        // What is granted, or was and is not tried again, costs nothing more.
        let cost = match self.stage(asked.id, now) {
            None | Some(Stage::Waiting | Stage::Failed { retry_at: Some(_), .. }) => cost(asked),
            Some(_) => (0, 0),
        };
        let cost = (cost.0.saturating_sub(reserved.0), cost.1.saturating_sub(reserved.1));
        let all = self.facts().all_wait;
        let mut reasons = Vec::new();
        let mut check = |used: (u64, u64), messages: u64| {
            reasons.extend(cap(
                used.0,
                cost.0,
                messages,
                all,
                "messages_per_day_reached",
                "messages_per_day_would_exceed",
            ));
            reasons.extend(cap(used.1, cost.1, MONEY, all, "cost_per_day_reached", "cost_per_day_would_exceed"));
        };
        check(self.spent(now, |_| true), self.facts().messages);
        if asked.agent == "ann" {
            check(self.spent(now, |expense| expense.agent == Some("ann")), OWN_MESSAGES);
        }
        reasons
    }

    fn report(&mut self, now: i64, told: &Told) -> Result<Answer, Answer> {
        let Some(act) = self.act(told.id).cloned() else { return refused("not_found", "actionId") };
        if act.stage == Stage::Waiting {
            return refused("conflict", "actionId");
        }
        if told.attempt.is_some_and(|attempt| attempt != act.attempt) {
            return refused("conflict", "attempt");
        }
        let failed = told.outcome == "failed";
        let category = failed.then_some(match told.error {
            None => "unknown",
            Some(400) => "validation",
            Some(_) => "transient",
        });
        let lost = failed && told.error == Some(504) && !matches!(act.content.1, "pay" | "look");
        let outcome = if lost { "unknown" } else { told.outcome };
        let wait = [30_000, 60_000, 120_000].get(usize::try_from(act.attempt).unwrap() - 1);
        let retry_at = wait.filter(|_| outcome == "failed" && category == Some("transient")).map(|wait| now + wait);
        let mark = (outcome, category, told.usage);
        let answer = |retry_at| Answer::Reported { outcome, category, retry_at, attempts: act.attempt };
        match &act.stage {
            Stage::Granted { .. } | Stage::Unknown => {}
            Stage::Failed { retry_at, .. } if act.report == Some(mark) => return Ok(answer(*retry_at)),
            Stage::Succeeded if act.report == Some(mark) => return Ok(answer(None)),
            _ => return refused("conflict", "outcome"),
        }
        self.commit(now);
        if outcome != "unknown"
            && let Some(usage) = told.usage
        {
            self.settle(told.id, act.content.0, failed, usage);
        }
        let act = self.acts.iter_mut().find(|act| act.id == told.id).unwrap();
        act.report = Some(mark);
        act.stage = match outcome {
            "succeeded" => Stage::Succeeded,
            "failed" => Stage::Failed { category: category.unwrap(), retry_at },
            _ => Stage::Unknown,
        };
        Ok(answer(retry_at))
    }

    /// Puts what was really used in the place of what was reserved on the day of the last grant, and leaves what earlier failures used.
    fn settle(&mut self, id: u8, agent: &'static str, failed: bool, usage: (u64, u64)) {
        let day =
            self.expenses.iter().rev().find(|expense| expense.action == Some(id)).map_or(0, |expense| expense.day);
        self.expenses.retain(|expense| expense.action != Some(id) || expense.day != day || expense.kept);
        let kept = failed;
        self.expenses.push(Expense { day, agent: Some(agent), action: Some(id), kept, amount: usage });
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
        Some(Seen {
            customer: self.spent(now, |_| true),
            agents: vec![own("ann"), own("bob")],
            locked: self.locked.clone(),
            in_flight: in_flight.collect(),
        })
    }
}

/// Messages and millionths.
fn cost(asked: &Asked) -> (u64, u64) {
    asked.cost.unwrap_or(match asked.kind {
        "mail" | "zap" => (1, 0),
        "pay" => (0, 1_500_000),
        _ => (0, 0),
    })
}

/// Where one dimension stands.
fn cap(
    used: u64,
    cost: u64,
    cap: u64,
    all: bool,
    reached: &'static str,
    would_exceed: &'static str,
) -> Option<(&'static str, &'static str)> {
    let holds = all || cost > 0;
    if cost > cap || (cap == 0 && holds) {
        Some(("deny", "exceeds_cap"))
    } else if used >= cap && holds {
        Some(("defer", reached))
    } else if cost > 0 && used + cost > cap {
        Some(("defer", would_exceed))
    } else {
        None
    }
}
