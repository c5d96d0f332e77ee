//! A log of actions under a policy: what would have run, what would not, and why.
//!
//! Each action goes through velocity, approval, quiet time and budget; what is allowed is counted against the local day's caps. Lines
//! come one at a time, so that the memory it takes does not grow with the log.

mod day;
mod line;
mod summary;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::action::{Action, Spending};
use crate::error::Result;
use crate::policy::{ActionRules, BudgetScope, Known, Policy, VelocityScope};
use crate::read::{Place, words};
use crate::reason::Reason;
use crate::rules::{Tier, determine_tier, is_in_quiet_hours, requires_approval, within_budget};
use crate::time::{Date, Timestamp};
use crate::value::Value;
use crate::zone::{Clock as _, Local};

use day::Day;
use line::Line;
pub use summary::Summary;

words! {
    /// What becomes of an action, from the mildest to the strictest.
    Effect {
        /// It runs.
        Allow = "allow",
        /// It runs and its creator is told.
        Notify = "notify",
        /// A person decides.
        Approve = "approve",
        /// Not now.
        Defer = "defer",
        /// Never.
        Deny = "deny",
        /// The agent is stopped.
        Lock = "lock",
    }
}

impl Effect {
    /// Whether the action runs.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow | Self::Notify)
    }
}

/// What one rule asks for, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleReason {
    /// The rule.
    pub rule: &'static str,
    /// What it asks for.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
}

impl Serialize for RuleReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", self.rule)?;
        map.serialize_entry("effect", &self.effect)?;
        map.serialize_entry("code", self.reason.code())?;
        map.serialize_entry("text", &self.reason.to_string())?;
        self.reason.serialize_fields(&mut map)?;
        map.end()
    }
}

/// What became of one line of the log.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Row {
    /// When it was asked.
    pub at: Timestamp,
    /// The action's id.
    pub action_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub action_type: String,
    /// Who asked.
    pub agent: String,
    /// The strictest effect that any rule asks for.
    pub effect: Effect,
    /// Whether it runs.
    pub allowed: bool,
    /// The code of the first reason with that effect.
    pub code: Option<&'static str>,
    /// The text of the first reason with that effect.
    pub reason: Option<String>,
    /// All reasons, in the order of the rules.
    pub reasons: Vec<RuleReason>,
    /// The highest tier of velocity that is reached.
    pub escalation: Option<Tier>,
    /// The first instant at which no rule would defer it any more.
    pub defer_until: Option<Timestamp>,
}

/// A line that is no request, but was read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Other {
    /// When it was.
    pub at: Timestamp,
    /// What it is: `report`, `unlock`, …
    pub kind: &'static str,
}

/// What a line was.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Replayed {
    /// A request, and what became of it.
    Request(Box<Row>),
    /// Another command.
    Other(Other),
}

/// A log under a policy, line by line.
///
/// ```
/// use agent_interlock::{Policy, Replay, Replayed};
/// use std::sync::Arc;
/// let policy = Policy::from_json(r#"{"customerId": "noor", "quietHours": null}"#)?;
/// let mut replay = Replay::new(Arc::new(policy));
/// let line = r#"{"at": "2026-03-20T09:00:00Z", "id": "a1", "type": "book_meeting", "agent": "sales"}"#;
/// let Some(Replayed::Request(row)) = replay.line(line)? else { panic!("a request") };
/// assert_eq!(row.code, Some("outbound_requires_human"));
/// assert_eq!(replay.summary().requests, 1);
/// # Ok::<(), agent_interlock::Error>(())
/// ```
#[derive(Debug)]
pub struct Replay {
    policy: Arc<Policy>,
    now: Timestamp,
    day: Day,
    recent: BTreeMap<String, VecDeque<Timestamp>>,
    summary: Summary,
}

impl Replay {
    /// A replay that has read nothing yet.
    pub fn new(policy: Arc<Policy>) -> Self {
        Self { policy, now: Timestamp::MIN, day: Day::default(), recent: BTreeMap::new(), summary: Summary::default() }
    }

    /// Reads one line of JSON. A blank line is none. A line with an error changes nothing.
    pub fn line(&mut self, text: &str) -> Result<Option<Replayed>> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let value = Value::from_json(text)?;
        let line = Line::read(&value, &self.policy.document().currency)?;
        Ok(Some(match line {
            Line::Request { at, human, action } => Replayed::Request(Box::new(self.request(at, human, &action)?)),
            Line::Other(other) => Replayed::Other(other),
        }))
    }

    /// What the lines so far came to.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    fn request(&mut self, at: Timestamp, human: bool, action: &Action) -> Result<Row> {
        let policy = Arc::clone(&self.policy);
        // A clock that steps back opens no fresh day and no shorter window.
        let now = at.max(self.now);
        let local = policy.local(now)?;
        let known = policy.action(&action.action_type, &Place::ARGUMENT.key("type"))?;
        let (spending, missing_costs) = action.spending(known.rules)?;
        let used = self.day.used_on(local.date);
        let mut reasons = Vec::new();
        let mut escalation = None;
        let counted = (!human && !action.is_read(known.rules)).then(|| self.scope_of(action));
        if !human {
            let approval = approval_reasons(&policy, action, known, missing_costs)?;
            if let Some(scope) = &counted {
                escalation = self.velocity(scope, now, &mut reasons);
            }
            reasons.extend(approval.into_iter().map(|reason| RuleReason {
                rule: "approval",
                effect: Effect::Approve,
                reason,
            }));
            reasons.extend(later("quiet_time", quiet_reasons(&policy, known.rules, local)));
            reasons.extend(later("budget", budget_reasons(&policy, &used, &spending)));
        }
        let effect = reasons.iter().map(|reason| reason.effect).max().unwrap_or(Effect::Allow);
        let row =
            row(at, action, effect, reasons, escalation, self.defer_until(now, known.rules, &used, &spending, effect));
        // From here on nothing can fail: a line takes effect as a whole.
        self.now = now;
        if let Some(scope) = counted {
            self.recent.entry(scope).or_default().push_back(now);
        }
        if effect.is_allowed() {
            self.day.spend(local.date, spending);
        }
        self.summary.add(&row, now, local.date, self.day.used_on(local.date));
        Ok(row)
    }

    fn scope_of(&self, action: &Action) -> String {
        match self.policy.document().velocity_scope {
            VelocityScope::Agent => action.agent.clone(),
            VelocityScope::Customer => String::new(),
        }
    }

    /// Counts this action with those of its scope before it; tier 3 stops it.
    fn velocity(&mut self, scope: &str, now: Timestamp, reasons: &mut Vec<RuleReason>) -> Option<Tier> {
        let velocity = &self.policy.document().velocity;
        let tiers = [velocity.tier_1, velocity.tier_2, velocity.tier_3];
        let longest = tiers.iter().map(|tier| tier.window_minutes).max().unwrap_or_default();
        let recent = self.recent.entry(scope.to_owned()).or_default();
        let since = crate::rules::window_start(now, longest);
        while recent.front().is_some_and(|time| time.as_micros() < since) {
            recent.pop_front();
        }
        let verdict = determine_tier(recent.iter().copied().chain([now]), now, velocity);
        if verdict.tier == Some(Tier::Tier3) {
            let signal = verdict.signals.tier_3;
            let (action_count, actions_per_minute) = (signal.action_count, signal.actions_per_minute);
            let reason = Reason::VelocityTier3 { action_count, actions_per_minute };
            reasons.push(RuleReason { rule: "escalation", effect: Effect::Lock, reason });
        }
        verdict.tier
    }

    /// The first instant at which neither quiet time nor the budget stands in the way.
    fn defer_until(
        &self,
        now: Timestamp,
        rules: &ActionRules,
        used: &Spending,
        spending: &Spending,
        effect: Effect,
    ) -> Option<Timestamp> {
        if effect != Effect::Defer {
            return None;
        }
        let policy = &self.policy;
        let today = policy.local(now).ok()?.date;
        let spent = !budget_reasons(policy, used, spending).is_empty();
        policy.clock().first_instant(now, MAX_DEFERRED_DAYS, |local| {
            quiet_reasons(policy, rules, local).is_empty() && (!spent || local.date > today)
        })
    }
}

/// How far ahead a free instant is looked for.
const MAX_DEFERRED_DAYS: i64 = 400;

fn later(rule: &'static str, reasons: Vec<Reason>) -> impl Iterator<Item = RuleReason> {
    reasons.into_iter().map(move |reason| RuleReason { rule, effect: Effect::Defer, reason })
}

fn approval_reasons(
    policy: &Policy,
    action: &Action,
    known: Known<'_>,
    missing_costs: Vec<Reason>,
) -> Result<Vec<Reason>> {
    let (risk, missing_factors) = action.risk_factors(known.rules)?;
    let mut reasons = requires_approval(policy, &action.action_type, &risk)?.reasons;
    reasons.extend(missing_factors);
    reasons.extend(missing_costs);
    Ok(reasons)
}

fn quiet_reasons(policy: &Policy, rules: &ActionRules, local: Local) -> Vec<Reason> {
    let quiet = rules.messaging && is_in_quiet_hours(policy, local.hour);
    let blocked = rules.messaging && is_blocked(policy, local.date);
    let reasons = [quiet.then_some(Reason::QuietHours), blocked.then_some(Reason::BlockedDate { date: local.date })];
    reasons.into_iter().flatten().collect()
}

fn is_blocked(policy: &Policy, date: Date) -> bool {
    policy.document().blocked_dates.contains(&date)
}

/// The caps that are reached; with the scope `spending`, those that this action would spend from.
fn budget_reasons(policy: &Policy, used: &Spending, spending: &Spending) -> Vec<Reason> {
    let document = policy.document();
    let mut reasons = within_budget(&used.to_usage(), &document.budget, &document.currency).reasons;
    if document.budget_scope == BudgetScope::Spending {
        reasons.retain(|reason| match reason {
            Reason::MessagesPerDayReached { .. } => spending.messages > 0,
            Reason::LlmTokensPerDayReached { .. } => spending.llm_tokens > 0,
            Reason::ApiCallsPerDayReached { .. } => spending.api_calls > 0,
            _ => spending.amount > crate::money::Millionths::default(),
        });
    }
    reasons
}

fn row(
    at: Timestamp,
    action: &Action,
    effect: Effect,
    reasons: Vec<RuleReason>,
    escalation: Option<Tier>,
    defer_until: Option<Timestamp>,
) -> Row {
    let first = reasons.iter().find(|reason| reason.effect == effect).map(|reason| &reason.reason);
    Row {
        at,
        action_id: action.id.clone(),
        action_type: action.action_type.to_string(),
        agent: action.agent.clone(),
        effect,
        allowed: effect.is_allowed(),
        code: first.map(Reason::code),
        reason: first.map(Reason::to_string),
        reasons,
        escalation,
        defer_until,
    }
}

#[cfg(test)]
mod tests;
