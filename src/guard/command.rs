//! The commands that are not about one action: metrics, locks, spending from elsewhere, another policy, the clock.

use std::sync::Arc;

use serde_json::json;

use super::lock::{Lock, LockSource, Scope};
use super::outbox::{Draft, ObligationKind, Weight};
use super::people::{Person, Power};
use super::state::MAX_AGENTS;
use super::views::AmountsUsed;
use super::{Guard, Locks, read_reason};
use crate::action::KnownCost;
use crate::error::{Error, ErrorCode, Result};
use crate::policy::Policy;
use crate::read::{self, Fields, Place, Shape, field};
use crate::rules::{AnomalyAssessment, PerformanceSnapshot, assess_anomaly, read_alerts};
use crate::time;
use crate::value::Value;
use crate::zone::Clock as _;

/// The most that the alerts of an observation may hold, in bytes of JSON: they wait in the outbox for the host.
const MAX_ALERTS: usize = 16 << 10;

/// `{agent?, by, reason}`: whom to lock or unlock, who says so and why.
struct LockOrder {
    scope: Scope,
    by: Person,
    reason: String,
}

impl LockOrder {
    fn read(value: &Value) -> Result<Self> {
        const ORDER: Shape = Shape::strict(&[field("agent"), field("by"), field("reason")]);
        let fields = Fields::of(value, &Place::ARGUMENT, &ORDER)?;
        Ok(Self {
            scope: fields.optional("agent", read::id)?.map_or(Scope::Customer, Scope::Agent),
            by: fields.required("by", Person::read)?,
            reason: fields.required("reason", read_reason)?,
        })
    }

    fn agent(&self) -> Option<&str> {
        match &self.scope {
            Scope::Agent(agent) => Some(agent),
            Scope::Customer => None,
        }
    }

    /// What the audit says of it.
    fn told(&self) -> serde_json::Value {
        json!({"agent": self.agent(), "by": self.by, "reason": self.reason})
    }
}

impl Guard {
    /// Takes note of an agent's metrics: `{agent, metrics, alerts?}` with `{now}`. They hold until the next; at tier 3 the agent is locked
    /// at its next action that is no read.
    pub fn observe(&mut self, observation: &Value, options: &Value) -> Result<AnomalyAssessment> {
        const OBSERVATION: Shape = Shape::strict(&[field("agent"), field("metrics"), field("alerts")]);
        let (now, local) = self.begin(&super::options(options)?)?;
        let fields = Fields::of(observation, &Place::ARGUMENT, &OBSERVATION)?;
        let agent = fields.required("agent", read::id)?;
        let metrics = fields.required("metrics", PerformanceSnapshot::read)?;
        let alerts = fields.or("alerts", Vec::new(), read_alerts)?;
        let length = crate::json::text(&alerts)?.len();
        if length > MAX_ALERTS {
            let message = format!("at most {MAX_ALERTS} bytes of JSON, got {length}");
            return Err(Place::ARGUMENT.key("alerts").error(message));
        }
        let assessment = assess_anomaly(&agent, &metrics, &alerts, now, &self.policy.document().anomaly);
        let is_room = self.state.anomalies.len() < MAX_AGENTS && self.is_room(now);
        if !is_room && !self.state.anomalies.contains(&agent) {
            return Err(Place::ARGUMENT.key("agent").error("as many agents as can be are observed already"));
        }
        let tier = assessment.recommended_action.tier;
        let alert = assessment.systemic_alert.as_ref().map(|alert| Draft {
            kind: ObligationKind::Alert,
            to: None,
            title: format!("[{}] systemic anomaly", self.policy.agent_name(&agent)),
            body: format!("confidence {}", alert.confidence),
            link: super::outbox::activity_log(&agent),
            data: json!({ "systemicAlert": alert }).into(),
            weight: Weight::Signal,
        });
        let entry = self.entry(now, "observe", || json!({"agent": agent, "tier": tier.number()}))?;
        let seq = self.state.audit.next_seq();
        self.commit(now, local, entry, |state| {
            state.anomalies.put(&agent, tier);
            if let Some(alert) = alert {
                state.outbox.add(alert.number(seq, 0));
            }
        });
        Ok(assessment)
    }

    /// The kill switch: `{agent?, by: {id, role}, reason}` with `{now}`; without `agent` everything stops. Anybody may, but no agent.
    ///
    /// Errors: `not_authorized`.
    pub fn lock(&mut self, order: &Value, options: &Value) -> Result<Locks> {
        let (now, local) = self.begin(&super::options(options)?)?;
        let order = LockOrder::read(order)?;
        self.authorize(&order.by, Power::Lock(order.agent()), "lock", || order.told(), now, local)?;
        let entry = self.entry(now, "lock", || order.told())?;
        let lock = Lock { reason: order.reason, since: now, source: LockSource::Manual };
        let is_room = self.is_room(now);
        self.commit(now, local, entry, |state| state.locks.add(&order.scope, lock, is_room));
        Ok(self.state.locks.view())
    }

    /// Lets an agent, or without `agent` the customer, go on: `{agent?, by: {id, role}, reason}` with `{now}`. What would lock again at once
    /// is cleared with the lock: the window of velocity and the anomaly.
    ///
    /// Errors: `not_authorized` for anybody but the agent's creator and a `platform_admin`, who alone may unlock the customer.
    pub fn unlock(&mut self, order: &Value, options: &Value) -> Result<Locks> {
        let (now, local) = self.begin(&super::options(options)?)?;
        let order = LockOrder::read(order)?;
        let power = order.agent().map_or(Power::Admin, Power::UnlockAgent);
        self.authorize(&order.by, power, "unlock", || order.told(), now, local)?;
        let entry = self.entry(now, "unlock", || order.told())?;
        self.commit(now, local, entry, |state| {
            state.locks.remove(&order.scope);
            state.recent.remove(order.scope.name());
            if let Scope::Agent(agent) = &order.scope {
                state.anomalies.remove(agent);
            }
        });
        Ok(self.state.locks.view())
    }

    /// Counts spending that happened elsewhere: `{agent?, usage: {messages?, llmTokens?, apiCalls?, amount?}}` with `{now}`.
    pub fn record_usage(&mut self, spent: &Value, options: &Value) -> Result<()> {
        const SPENT: Shape = Shape::strict(&[field("agent"), field("usage")]);
        let (now, local) = self.begin(&super::options(options)?)?;
        let fields = Fields::of(spent, &Place::ARGUMENT, &SPENT)?;
        let agent = fields.optional("agent", read::id)?;
        let usage = fields.required("usage", KnownCost::read)?.spending();
        let agents = self.state.ledger.agents();
        let is_room = agents.len() < MAX_AGENTS && self.is_room(now);
        if !is_room && agent.as_ref().is_some_and(|agent| !agents.contains(agent)) {
            return Err(Place::ARGUMENT.key("agent").error("as many agents as can be have spent today already"));
        }
        let entry = self.entry(now, "recordUsage", || json!({"agent": agent, "usage": AmountsUsed::from(usage)}))?;
        self.commit(now, local, entry, |state| state.ledger.add(agent.as_deref(), usage));
        Ok(())
    }

    /// Takes what is done out of the outbox: `{ids}` with `{now}`. An id that is not there was acknowledged before. Gives how many were there.
    pub fn acknowledge(&mut self, done: &Value, options: &Value) -> Result<usize> {
        const DONE: Shape = Shape::strict(&[field("ids")]);
        let (now, local) = self.begin(&super::options(options)?)?;
        let fields = Fields::of(done, &Place::ARGUMENT, &DONE)?;
        let ids = fields.required("ids", |value, place| read::items(value, place, super::outbox::KEPT, read::id))?;
        let entry = self.entry(now, "acknowledge", || json!({ "ids": ids }))?;
        Ok(self.commit(now, local, entry, |state| state.outbox.acknowledge(&ids)))
    }

    /// Decides by another policy from now on: `{by: {id, role}, reason, now}`. A new zone never opens a fresh day: the open one goes on
    /// until a date that neither zone has had.
    ///
    /// Errors: `not_authorized` for anybody but a `platform_admin`; `conflict` for another customer's policy, and for another currency on a day with
    /// spending.
    pub fn set_policy(&mut self, policy: Arc<Policy>, order: &Value) -> Result<()> {
        const ORDER: Shape = Shape::strict(&[field("by"), field("reason"), field("now")]);
        let fields = Fields::of(order, &Place::ARGUMENT, &ORDER)?;
        let (now, local) = self.begin(&fields)?;
        let by = fields.required("by", Person::read)?;
        let reason = fields.required("reason", read_reason)?;
        let told = || json!({"by": by, "reason": reason, "policyDigest": policy.digest()});
        self.authorize(&by, Power::Admin, "setPolicy", told, now, local)?;
        let (old, new) = (self.policy.document(), policy.document());
        let conflict = |path: &str, message: &str| Err(Error::new(ErrorCode::Conflict, path, message));
        if old.customer_id != new.customer_id {
            return conflict("policy.customerId", "the policy of another customer");
        }
        let spent = !self.state.ledger.is_before(local.date)
            && self.state.ledger.customer().amount != crate::money::Millionths::default();
        if spent && !old.currency.eq_ignore_ascii_case(&new.currency) {
            return conflict("policy.currency", "another currency on a day with spending");
        }
        let zone = policy.zone_table()?;
        let entry = self.entry(now, "setPolicy", told)?;
        let renamed = if zone.name() == self.zone.name() { None } else { zone.local(now) };
        self.commit(now, local, entry, |state| {
            if let Some(local) = renamed {
                state.ledger.rename(local.date);
            }
        });
        self.zone = zone;
        self.policy = policy;
        Ok(())
    }

    /// As [`Guard::set_policy`], the policy still a document: `{policy}` with `{by, reason, now}`.
    pub fn set_policy_document(&mut self, argument: &Value, order: &Value) -> Result<()> {
        const ARGUMENT: Shape = Shape::strict(&[field("policy")]);
        let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
        let policy = fields.required("policy", |document, _| Policy::new(document, self.policy.zones()))?;
        self.set_policy(Arc::new(policy), order)
    }

    /// Accepts a clock that has leapt more than 366 days ahead: `{by: {id, role}, reason}` with `{now}`. It still never steps back.
    ///
    /// Errors: `not_authorized` for anybody but a `platform_admin`.
    pub fn adopt_clock(&mut self, order: &Value, options: &Value) -> Result<()> {
        const ORDER: Shape = Shape::strict(&[field("by"), field("reason")]);
        let given = super::options(options)?.required("now", time::instant)?;
        let fields = Fields::of(order, &Place::ARGUMENT, &ORDER)?;
        let by = fields.required("by", Person::read)?;
        let reason = fields.required("reason", read_reason)?;
        let last = self.state.now.unwrap_or(given);
        let before = self.local(last)?;
        let told = || json!({"by": by, "reason": reason});
        self.authorize(&by, Power::Admin, "adoptClock", told, last, before)?;
        let now = given.max(last);
        let local = self.local(now)?;
        let entry = self.entry(now, "adoptClock", told)?;
        self.commit(now, local, entry, |_| ());
        Ok(())
    }
}
