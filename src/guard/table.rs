//! The table of rules: each a function of what is asked, in the order in which their reasons are given.

#![allow(clippy::unnecessary_wraps, reason = "every row of the table has one signature")]

mod approval;
mod arbitration;
mod budget;
mod confirmation;
mod escalation;
mod level;
mod lock;
mod order;
mod quiet_time;
mod repeat;

use serde_json::Value as Json;

use super::approvals::{Approval, ApprovalStatus};
use super::decision::{Effect, RuleReason};
use super::lock::{LockSource, Scope};
use super::outbox::Draft;
use super::record::{Fingerprint, Record, Shelf, Stage};
use super::state::State;
use crate::action::Action;
use crate::error::Result;
use crate::money::Spending;
use crate::policy::{Known, Policy};
use crate::reason::Reason;
use crate::rules::{EscalationDecision, Tier};
use crate::time::Timestamp;
use crate::zone::{Clock as _, Local, ZoneTable};

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// What it asks for, in a sentence: the README's table is made of these.
    pub(crate) about: &'static str,
    /// Whether it also binds what a person does.
    binds_people: bool,
    rule: fn(&Ask<'_>, &mut Findings) -> Result<()>,
    /// What it looks at, for an explanation.
    reads: fn(&Ask<'_>) -> Result<Json>,
}

impl Row {
    const fn applies(&self, ask: &Ask<'_>) -> bool {
        self.binds_people || !ask.human
    }
}

/// The rules, in order. Adding one is adding a file and a row.
pub(crate) const TABLE: &[Row] = &[
    Row { name: "lock", about: lock::ABOUT, binds_people: false, rule: lock::rule, reads: lock::reads },
    Row {
        name: "arbitration",
        about: arbitration::ABOUT,
        binds_people: false,
        rule: arbitration::rule,
        reads: arbitration::reads,
    },
    Row {
        name: "escalation",
        about: escalation::ABOUT,
        binds_people: false,
        rule: escalation::rule,
        reads: escalation::reads,
    },
    Row { name: "repeat", about: repeat::ABOUT, binds_people: true, rule: repeat::rule, reads: repeat::reads },
    Row { name: "order", about: order::ABOUT, binds_people: true, rule: order::rule, reads: order::reads },
    Row { name: "level", about: level::ABOUT, binds_people: false, rule: level::rule, reads: level::reads },
    Row { name: "approval", about: approval::ABOUT, binds_people: false, rule: approval::rule, reads: approval::reads },
    Row {
        name: "confirmation",
        about: confirmation::ABOUT,
        binds_people: false,
        rule: confirmation::rule,
        reads: confirmation::reads,
    },
    Row {
        name: "quiet_time",
        about: quiet_time::ABOUT,
        binds_people: false,
        rule: quiet_time::rule,
        reads: quiet_time::reads,
    },
    Row { name: "budget", about: budget::ABOUT, binds_people: false, rule: budget::rule, reads: budget::reads },
];

/// The table as people read it: each rule's name and what it asks for, in order.
///
/// ```
/// let names: Vec<_> = agent_interlock::rule_table().map(|(name, _)| name).collect();
/// assert_eq!(names.first(), Some(&"lock"));
/// ```
pub fn rule_table() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().map(|row| (row.name, row.about))
}

/// How far ahead a free instant is looked for.
const MAX_DEFERRED_DAYS: i64 = 400;

/// One request, with all that a rule may look at.
pub(crate) struct Ask<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) zone: &'a ZoneTable,
    pub(crate) state: &'a State,
    pub(crate) action: &'a Action,
    pub(crate) known: Known<'a>,
    pub(crate) record: Option<&'a Record>,
    /// The last approval of this action.
    pub(crate) approval: Option<&'a Approval>,
    pub(crate) digest: &'a str,
    pub(crate) content: Fingerprint,
    pub(crate) requested_by: Option<&'a str>,
    pub(crate) now: Timestamp,
    pub(crate) local: Local,
    pub(crate) human: bool,
    /// Whether a snapshot has no room for another action.
    pub(crate) full: bool,
    /// What it would be charged: for a retry on the same day, no more than is not charged already.
    pub(crate) spending: Spending,
    /// A reason for each cost that the policy looks for and `args` do not have.
    pub(crate) missing_costs: &'a [Reason],
}

/// What the rules found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) reasons: Vec<RuleReason>,
    pub(crate) locks: Vec<(Scope, LockSource, String)>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) escalation: Option<EscalationDecision>,
    /// The tier of velocity that the scope has now reached; none where velocity was not looked at.
    pub(crate) reached: Option<Option<Tier>>,
}

impl Findings {
    /// A person decides.
    fn approve(&mut self, rule: &'static str, reason: Reason) {
        self.add(rule, Effect::Approve, reason);
    }

    /// Leaves out what people have said yes to, where it is all that asks for them: to the rest nobody has, and a new question has to name
    /// everything, or its answer would not do either.
    fn leave_out_covered(&mut self, ask: &Ask<'_>) {
        let asks = |found: &RuleReason| found.effect == Effect::Approve;
        let covers = |approval: &Approval| {
            self.reasons.iter().filter(|found| asks(found)).all(|found| approval.covers(&found.reason))
        };
        if ask.covering().is_some_and(covers) {
            self.reasons.retain(|found| !asks(found));
        }
    }

    /// A denial that was found once all rules had been asked, at its place among the reasons.
    pub(crate) fn deny(&mut self, rule: &'static str, reason: Reason) {
        let row = |name| TABLE.iter().position(|row| row.name == name);
        let place = self.reasons.iter().position(|found| row(found.rule) > row(rule)).unwrap_or(self.reasons.len());
        self.reasons.insert(place, RuleReason { rule, effect: Effect::Deny, reason, until: None });
    }

    fn add(&mut self, rule: &'static str, effect: Effect, reason: Reason) {
        self.reasons.push(RuleReason { rule, effect, reason, until: None });
    }

    fn defer(&mut self, rule: &'static str, reason: Reason, until: Option<Timestamp>) {
        self.reasons.push(RuleReason { rule, effect: Effect::Defer, reason, until });
    }

    /// Whether one before it in its plan is not done yet.
    pub(crate) fn is_paused(&self) -> bool {
        self.reasons.iter().any(|found| matches!(found.reason, Reason::PausedBehind { .. }))
    }

    /// The strictest effect of all.
    pub(crate) fn effect(&self) -> Effect {
        self.reasons.iter().map(|reason| reason.effect).max().unwrap_or(Effect::Allow)
    }
}

/// Whether every rule but one would let this run.
fn others_allow(ask: &Ask<'_>, but: &'static str) -> Result<bool> {
    let mut findings = Findings::default();
    for row in TABLE.iter().filter(|row| row.name != but) {
        (row.rule)(ask, &mut findings)?;
    }
    findings.leave_out_covered(ask);
    Ok(findings.effect().is_allowed())
}

/// What every rule looks at, in order; none where the rule does not apply.
pub(crate) fn reads(ask: &Ask<'_>) -> Result<Vec<(&'static str, Option<Json>)>> {
    let read = |row: &Row| Ok((row.name, if row.applies(ask) { Some((row.reads)(ask)?) } else { None }));
    TABLE.iter().map(read).collect()
}

/// Asks every rule that applies.
pub(crate) fn ask(ask: &Ask<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    for row in TABLE.iter().filter(|row| row.applies(ask)) {
        (row.rule)(ask, &mut findings)?;
    }
    findings.leave_out_covered(ask);
    Ok(findings)
}

impl Ask<'_> {
    /// The action's stage, as it is now.
    pub(crate) fn stage(&self) -> Option<Stage> {
        self.record.map(|record| record.stage.at(self.now))
    }

    pub(crate) fn is_read(&self) -> bool {
        self.action.is_read(self.known.rules)
    }

    /// The approval under which this may run now: approved and not expired, or used for the attempt that is tried again; as the policy
    /// wants approvals today.
    pub(crate) fn covering(&self) -> Option<&Approval> {
        let approval = self.approval?;
        let holds = match approval.status_at(self.now) {
            ApprovalStatus::Approved => true,
            ApprovalStatus::Consumed => self.record.is_some_and(|record| record.stage.shelf() == Shelf::Retrying),
            ApprovalStatus::Pending | ApprovalStatus::Rejected | ApprovalStatus::Expired => false,
        };
        Some(approval)
            .filter(|approval| holds && approval.satisfies(&self.policy.document().approvals, self.requested_by))
    }

    /// The first instant from now on at which no rule that goes by the clock would defer this, all else as it is; `None` within 400 days.
    pub(crate) fn free_from(&self, not_before: Timestamp, another_day: bool) -> Option<Timestamp> {
        let open = self.state.ledger.date().map_or(self.local.date, |date| date.max(self.local.date));
        self.zone.first_instant(not_before.max(self.now), MAX_DEFERRED_DAYS, |local| {
            !quiet_time::is_quiet(self, local) && (!another_day || local.date > open)
        })
    }

    /// When a deferred action may come again: not before any retry, on another day where the budget asks for one, outside quiet time; nobody
    /// knows where it waits for another.
    pub(crate) fn defer_until(&self, findings: &Findings) -> Option<Timestamp> {
        if findings.is_paused() {
            return None;
        }
        let deferring = || findings.reasons.iter().filter(|reason| reason.effect == Effect::Defer);
        let retry = deferring().filter_map(|reason| match reason.reason {
            Reason::RetryNotBefore { retry_at } => Some(retry_at),
            _ => None,
        });
        let another_day = deferring().any(|reason| reason.rule == "budget");
        self.free_from(retry.max().unwrap_or(self.now), another_day)
    }
}
