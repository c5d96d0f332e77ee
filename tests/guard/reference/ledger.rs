//! What was spent, what may still be, and what is told of what was done.

use super::{Answer, Expense, Reason, Reference, Stage, defer, deny, refused};
use crate::commands::{Asked, Told};
use crate::policies::{MONEY, OWN_MESSAGES};

impl Reference {
    /// Messages and money of the open day, which is over once a later one has come.
    pub(super) fn spent(&self, now: i64, of: impl Fn(&Expense) -> bool) -> (u64, u64) {
        if self.open.is_none_or(|open| self.date(now) > open) {
            return (0, 0);
        }
        let today = self.expenses.iter().filter(|expense| expense.day == self.day && of(expense));
        today.fold((0, 0), |sum, expense| (sum.0 + expense.amount.0, sum.1 + expense.amount.1))
    }

    pub(super) fn budget(&self, now: i64, asked: &Asked) -> Vec<Reason> {
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

    pub(super) fn report(&mut self, now: i64, told: &Told) -> Result<Answer, Answer> {
        let Some(act) = self.act(told.id).cloned() else { return refused("not_found", "actionId") };
        // What was tried, failed, and then met with a person's no is over.
        let said_no = matches!(act.stage, Stage::Failed { .. }) && self.is_rejected_since(&act);
        if act.stage == Stage::Waiting || said_no {
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
        act.since = now;
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
}

/// Messages and millionths.
pub(super) fn cost(asked: &Asked) -> (u64, u64) {
    asked.cost.unwrap_or(match asked.kind {
        "mail" | "zap" => (1, 0),
        "pay" => (0, 1_500_000),
        _ => (0, 0),
    })
}

/// Where one dimension stands.
fn cap(used: u64, cost: u64, cap: u64, all: bool, reached: &'static str, would_exceed: &'static str) -> Option<Reason> {
    let holds = all || cost > 0;
    if cost > cap || (cap == 0 && holds) {
        Some(deny("exceeds_cap"))
    } else if used >= cap && holds {
        Some(defer(reached))
    } else if cost > 0 && used + cost > cap {
        Some(defer(would_exceed))
    } else {
        None
    }
}
