//! One request: what every rule asks for, and what comes of it.

use super::approvals::text;
use super::ledger::cost;
use super::{
    ALL, Act, Answer, DAY, Expense, HOUR, Obligation, Reason, Reference, Stage, approve, defer, deny, lock, notify,
    refused, runs, strictest,
};
use crate::commands::Asked;
use crate::policies::{BLOCKED_DAY, DUPLICATE_MILLIS, TIERS, TIMEOUT_MILLIS, WINDOW_MILLIS};

/// What there is to say of a request.
struct Found {
    reasons: Vec<Reason>,
    /// Whom it locks.
    locks: Vec<&'static str>,
    /// Where it counts as velocity, the tier that it comes to.
    tier: Option<usize>,
    /// Whether people have said yes to all that asks for them.
    covered: bool,
}

impl Reference {
    pub(super) fn request(&mut self, now: i64, asked: &Asked) -> Result<Answer, Answer> {
        let content = (asked.agent, asked.kind, asked.args);
        if self.act(asked.id).is_some_and(|act| act.content != content) {
            return refused("conflict", "id");
        }
        self.keeps_to_its_group(asked)?;
        if self.facts().separate_duties && asked.requested_by.is_none() {
            return refused("invalid_input", "requestedBy");
        }
        let Found { reasons, locks, tier, covered } = self.reasons(now, asked);
        let effect = strictest(&reasons);
        let attempt = self.act(asked.id).map_or(0, |act| act.attempt) + u64::from(runs(effect));
        let until = if effect == "defer" { self.defer_until(now, asked, &reasons) } else { None };
        self.commit(now);
        let new = self.act(asked.id).is_none();
        if let Some(tier) = tier {
            self.count(now, self.scope(asked.agent), tier);
        }
        self.locked.extend(locks);
        if new {
            let owed = effect == "lock" || tier.is_none();
            self.acts.push(Act::new(asked, owed));
        }
        self.remember(now, asked, effect, &reasons);
        if runs(effect) {
            if covered {
                self.events.insert(if attempt > 1 { "covered retry runs" } else { "covered approval runs" });
            }
            self.grant(now, asked, attempt);
            self.consume(now, asked.id);
            if effect == "notify" {
                self.tell_creator(asked.agent, |name| format!("[{name}] executed: {}", asked.kind));
            }
        }
        self.ask_a_person(now, asked, &reasons, until);
        let approval = self.latest(asked.id).map(|approval| (approval.status(now), approval.expires_at));
        let codes = reasons.iter().map(|reason| (reason.code, reason.of)).collect();
        Ok(Answer::Decided { effect, codes, attempt, until, approval })
    }

    /// One more; somebody has to be told where that is faster than the last time.
    fn count(&mut self, now: i64, scope: &'static str, tier: usize) {
        self.counted.push((scope, now));
        let before = self.reached.insert(scope, tier).unwrap_or(0);
        match tier {
            _ if tier <= before => {}
            1 => self.outbox.push(Obligation::route("autonomous_guardian_executor")),
            2 => self.outbox.push(Obligation::route("autonomous_recovery_executor")),
            _ => self.outbox.push(Obligation::alert()),
        }
    }

    /// What the action's record has from now on, whether it runs or not.
    fn remember(&mut self, now: i64, asked: &Asked, effect: &'static str, reasons: &[Reason]) {
        let act = self.acts.iter_mut().find(|act| act.id == asked.id).unwrap();
        act.owed |= act.stage == Stage::Waiting && effect == "defer";
        let has = |code| reasons.iter().any(|reason| reason.code == code);
        // A plan that is over stays so, and takes nothing more.
        if has("group_ended") {
            return;
        }
        if act.group.is_none() {
            (act.group, act.joined) = (asked.group, now);
        }
        let may_run = matches!(act.stage, Stage::Waiting | Stage::Failed { .. });
        // What was over and is so otherwise has not ended anew.
        let since = act.refused.into_iter().chain(act.skipped).min().or(Some(now));
        act.refused = since.filter(|_| may_run && has("exceeds_cap"));
        act.skipped = since.filter(|_| may_run && has("skipped_after"));
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

    pub(super) fn tell_creator(&mut self, agent: &'static str, title: impl Fn(&str) -> String) {
        if let Some(to) = super::creator(agent) {
            self.outbox.push(Obligation::notify(Some(to), title(super::name(agent))));
        }
    }

    fn reasons(&self, now: i64, asked: &Asked) -> Found {
        let (agent, read) = (asked.agent, asked.kind == "look");
        let (mut reasons, mut locks) = (Vec::new(), Vec::new());
        let mut after = self.repeat(now, asked);
        after.extend(self.order(now, asked));
        if asked.human {
            return Found { reasons: after, locks, tier: None, covered: false };
        }
        if !read && self.locked.contains(agent) {
            reasons.push(lock("agent_locked"));
        }
        if !read && self.locked.contains(ALL) {
            reasons.push(lock("customer_locked"));
        }
        if asked.critical {
            reasons.push(lock("critical_risk"));
            locks.push(agent);
        }
        if !read && self.anomalies.contains(agent) {
            reasons.push(lock("systemic_anomaly"));
            locks.push(agent);
        }
        after.extend(self.person(now, asked));
        after.extend(self.quiet(now, asked));
        after.extend(self.budget(now, asked));
        let asks: Vec<_> =
            after.iter().filter(|reason| reason.effect == "approve").map(|reason| text(reason, asked.kind)).collect();
        let covers = self.covers(now, asked, &asks);
        let covered = covers && !asks.is_empty();
        if covered {
            after.retain(|reason| reason.effect != "approve");
        }
        let others = strictest(&[&reasons[..], &after[..]].concat());
        let counts = !read
            && match self.act(asked.id) {
                None => true,
                Some(act) => act.stage == Stage::Waiting && act.owed && runs(others) && !covers,
            };
        let scope = self.scope(agent);
        let recent =
            self.counted.iter().filter(|(counted, at)| *counted == scope && *at >= now - WINDOW_MILLIS).count();
        let tier = counts.then(|| TIERS.iter().rposition(|least| recent + 1 >= *least).unwrap());
        if tier == Some(3) {
            reasons.push(lock("velocity_tier_3"));
            locks.push(scope);
        }
        reasons.extend(after);
        Found { reasons, locks, tier, covered }
    }

    fn repeat(&self, now: i64, asked: &Asked) -> Vec<Reason> {
        let attempt = self.act(asked.id).map_or(0, |act| act.attempt);
        let mut reasons: Vec<_> = match self.stage(asked.id, now) {
            Some(Stage::Granted { .. }) => Some(deny("already_granted")),
            Some(Stage::Succeeded) => Some(deny("already_executed")),
            Some(Stage::Unknown) => Some(deny("outcome_unknown")),
            Some(Stage::Failed { retry_at: Some(at), .. }) if now < at => Some(defer("retry_not_before")),
            Some(Stage::Failed { retry_at: None, .. }) if attempt == 4 => Some(deny("retries_exhausted")),
            Some(Stage::Failed { retry_at: None, .. }) => Some(deny("not_retryable")),
            _ => None,
        }
        .into_iter()
        .collect();
        let content = (asked.agent, asked.kind, asked.args);
        let twin = self.windows.iter().rev().find(|(other, ..)| *other == content);
        if twin.is_some_and(|(_, id, until)| *id != asked.id && now < *until) {
            reasons.push(deny("duplicate_action"));
        }
        reasons
    }

    /// Level, approval and confirmation.
    fn person(&self, now: i64, asked: &Asked) -> Vec<Reason> {
        let (facts, kind) = (self.facts(), asked.kind);
        let mut reasons = Vec::new();
        match kind {
            "mail" | "zap" => reasons.push(notify("level")),
            "ask" if !facts.ask_runs => reasons.push(approve("level")),
            _ => {}
        }
        if facts.drafts_only && matches!(kind, "mail" | "zap") {
            reasons.push(approve("outbound_requires_human"));
        }
        if kind == "zap" {
            reasons.push(approve("unknown_action_type"));
        }
        if self.was_rejected(now, asked) {
            reasons.push(deny("approval_rejected"));
        }
        if asked.interrupt || (facts.confirm_writes && kind != "look") {
            reasons.push(approve("confirmation_required"));
        }
        reasons
    }

    fn quiet(&self, now: i64, asked: &Asked) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if matches!(asked.kind, "mail" | "zap") {
            let hour = (now + self.facts().offset * HOUR).rem_euclid(DAY) / HOUR;
            if self.facts().quiet && !(8..21).contains(&hour) {
                reasons.push(defer("quiet_hours"));
            }
            if self.date(now) == BLOCKED_DAY {
                reasons.push(defer("blocked_date"));
            }
        }
        reasons
    }

    /// The first instant at which no rule would defer it: nights, days and budgets end with an hour. Nobody knows when a plan goes on.
    fn defer_until(&self, now: i64, asked: &Asked, reasons: &[Reason]) -> Option<i64> {
        if reasons.iter().any(|reason| reason.code == "paused_behind") {
            return None;
        }
        let mut at = match self.stage(asked.id, now) {
            Some(Stage::Failed { retry_at: Some(at), .. }) => at.max(now),
            _ => now,
        };
        let holds =
            |at| [self.quiet(at, asked), self.budget(at, asked)].concat().iter().any(|reason| reason.effect == "defer");
        let human = asked.human;
        while !human && holds(at) {
            at = (at.div_euclid(HOUR) + 1) * HOUR;
        }
        Some(at)
    }
}
