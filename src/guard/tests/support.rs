//! A host with one guard and a clock of its own.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::error::{Error, ErrorCode, Result};
use crate::guard::{Approval, ApprovalStatus, Decision, Effect, Guard, Obligation, Reported};
use crate::policy::Policy;
use crate::value::Value;

/// 2026-03-20 is a Friday; nothing happens to any clock in UTC.
pub(super) const MORNING: &str = "2026-03-20T09:00:00Z";

pub(super) struct Host {
    pub(super) guard: Guard,
    /// Milliseconds since 1970.
    pub(super) now: i64,
}

/// A policy under which whatever is known runs, but for what a test adds to it.
pub(super) fn policy(overrides: Json) -> Arc<Policy> {
    let calm = json!({"windowMinutes": 1, "actionsPerMinute": 1e9});
    let mut document = json!({
        "customerId": "noor",
        "autonomyMode": "full_autopilot",
        "timeZone": "UTC",
        "quietHours": null,
        "requireHumanForFirstSend": false,
        "velocity": {"tier_1": calm, "tier_2": calm, "tier_3": calm},
        "agents": {"sales": {"name": "Sales", "creator": "sara"}},
    });
    for (name, value) in object(overrides) {
        document[name] = value;
    }
    Arc::new(Policy::from_json(&document.to_string()).unwrap())
}

fn object(value: Json) -> serde_json::Map<String, Json> {
    let Json::Object(fields) = value else { panic!("not an object: {value}") };
    fields
}

pub(super) fn millis(at: &str) -> i64 {
    at.parse::<crate::time::Timestamp>().unwrap().as_micros() / 1000
}

pub(super) fn host(overrides: Json) -> Host {
    Host { guard: Guard::new(policy(overrides), true).unwrap(), now: millis(MORNING) }
}

/// The creator of `sales`, who is no admin.
pub(super) const SARA: (&str, &str) = ("sara", "user");
pub(super) const ROOT: (&str, &str) = ("root", "platform_admin");

/// An admin, and why.
pub(super) fn admin() -> Json {
    json!({"by": {"id": "root", "role": "platform_admin"}, "reason": "because"})
}

impl Host {
    pub(super) fn at(&mut self, at: &str) -> &mut Self {
        self.now = millis(at);
        self
    }

    pub(super) fn after_minutes(&mut self, minutes: i64) -> &mut Self {
        self.after_millis(minutes * 60_000)
    }

    pub(super) fn after_millis(&mut self, millis: i64) -> &mut Self {
        self.now += millis;
        self
    }

    pub(super) fn options(&self) -> Value {
        json!({"now": self.now}).into()
    }

    /// Runs a command. One that is refused must leave no trace; refusals of authority alone are written down.
    /// After any of them every part of the state takes as much room as it says.
    pub(super) fn attempt<T>(&mut self, command: impl FnOnce(&mut Guard, &Value) -> Result<T>) -> Result<T> {
        let before = self.guard.snapshot().unwrap();
        let options = self.options();
        let result = command(&mut self.guard, &options);
        let recorded = [ErrorCode::NotAuthorized, ErrorCode::AlreadyResolved, ErrorCode::Expired];
        if result.as_ref().is_err_and(|error| !recorded.contains(&error.code())) {
            assert_eq!(self.guard.snapshot().unwrap(), before, "an error left a trace");
        }
        super::accounts::assert_accounts(&self.guard);
        result
    }

    pub(super) fn try_ask_with(&mut self, action: Json, options: Json) -> Result<Decision> {
        let mut full = json!({"type": "book_meeting", "agent": "sales"});
        for (name, value) in object(action) {
            full[name] = value;
        }
        let mut with = json!({"now": self.now});
        for (name, value) in object(options) {
            with[name] = value;
        }
        self.attempt(|guard, _| guard.request(&full.into(), &with.into()))
    }

    /// Asks for an action: a meeting that `sales` books, where it does not say otherwise.
    pub(super) fn ask(&mut self, action: Json) -> Decision {
        self.try_ask_with(action, json!({})).unwrap()
    }

    pub(super) fn refused(&mut self, action: Json) -> (ErrorCode, String) {
        place(&self.try_ask_with(action, json!({})).unwrap_err())
    }

    /// Asks, and gives what came of it: effect and codes.
    pub(super) fn said(&mut self, action: Json) -> (Effect, Vec<&'static str>) {
        said(&self.ask(action))
    }

    pub(super) fn grant(&mut self, id: &str) {
        assert!(self.ask(json!({"id": id})).allowed, "{id}");
    }

    pub(super) fn try_report(&mut self, report: Json) -> Result<Reported> {
        self.attempt(|guard, options| guard.report(&report.into(), options))
    }

    pub(super) fn report(&mut self, report: Json) -> Reported {
        self.try_report(report).unwrap()
    }

    pub(super) fn succeed(&mut self, id: &str) {
        self.report(json!({"actionId": id, "outcome": "succeeded"}));
    }

    /// Messages, tokens, calls and money that the customer, or an agent, used today.
    pub(super) fn used(&self, agent: Option<&str>) -> (u64, u64, u64, f64) {
        let usage = self.guard.usage(&self.options()).unwrap();
        let used = agent.map_or(usage.customer, |agent| usage.agents.get(agent).copied().unwrap_or_default());
        (used.messages.get(), used.llm_tokens.get(), used.api_calls.get(), used.amount.get())
    }

    pub(super) fn unlock(&mut self, agent: Option<&str>) {
        let mut order = admin();
        if let Some(agent) = agent {
            order["agent"] = agent.into();
        }
        self.attempt(|guard, options| guard.unlock(&order.into(), options)).unwrap();
    }

    pub(super) fn try_resolve(&mut self, order: Json) -> Result<Approval> {
        self.attempt(|guard, options| guard.resolve(&order.into(), options))
    }

    /// Somebody's word on an approval.
    pub(super) fn vote(&mut self, id: &str, by: (&str, &str), decision: &str) -> Result<Approval> {
        self.try_resolve(json!({"approvalId": id, "by": {"id": by.0, "role": by.1}, "decision": decision}))
    }

    /// The creator of `sales` says so.
    pub(super) fn resolve(&mut self, id: &str, decision: &str) -> Approval {
        self.vote(id, SARA, decision).unwrap()
    }

    /// Asks for what needs a person; gives the id of the question.
    pub(super) fn question(&mut self, action: Json) -> String {
        let approval = self.ask(action).approval.expect("a question");
        assert_eq!(approval.status, ApprovalStatus::Pending);
        approval.id
    }

    /// Where each approval stands, in the order in which they were opened.
    pub(super) fn statuses(&self) -> Vec<&'static str> {
        let all = self.guard.approvals(&Value::Null, &self.options()).unwrap();
        all.iter().map(|approval| approval.status.as_str()).collect()
    }

    pub(super) fn set_policy(&mut self, policy: &Arc<Policy>) -> Result<()> {
        let mut order = admin();
        order["now"] = self.now.into();
        self.attempt(|guard, _| guard.set_policy(Arc::clone(policy), &order.into()))
    }

    /// How many locks there are, of agents and of everything.
    pub(super) fn is_locked(&self, agent: &str) -> bool {
        self.guard.lock_state().agents.contains_key(agent)
    }
}

/// What an obligation says beside its texts.
pub(super) fn data(obligation: &Obligation) -> Json {
    serde_json::to_value(&obligation.data).unwrap()
}

pub(super) fn said(decision: &Decision) -> (Effect, Vec<&'static str>) {
    let codes: Vec<_> = decision.reasons.iter().map(|reason| reason.reason.code()).collect();
    let first = decision.reasons.iter().find(|reason| reason.effect == decision.effect);
    assert_eq!(decision.code, first.map(|reason| reason.reason.code()), "the code is not that of the first reason");
    assert_eq!(decision.allowed, matches!(decision.effect, Effect::Allow | Effect::Notify));
    (decision.effect, codes)
}

pub(super) fn place(error: &Error) -> (ErrorCode, String) {
    assert!(!error.message().is_empty());
    (error.code(), error.path().to_owned())
}
