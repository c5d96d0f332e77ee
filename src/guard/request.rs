//! `request`: may this action run?

use serde_json::json;

use super::Guard;
use super::audit::AuditEntry;
use super::decision::{Decision, Effect};
use super::lock::Lock;
use super::outbox::{Draft, Obligation, ObligationKind, activity_log};
use super::record::{Charge, Fingerprint, Record, Shelf, Stage, minutes_after};
use super::state::{State, velocity_scope};
use super::table::{self, Ask, Findings};
use crate::action::{ACTION_FIELDS, Action};
use crate::error::{Error, ErrorCode, Result};
use crate::json::{canonical, sha256_hex};
use crate::money::Spending;
use crate::number::Count;
use crate::policy::Known;
use crate::read::{self, Fields, Place, Shape, field};
use crate::reason::Reason;
use crate::rules::Tier;
use crate::time::Timestamp;
use crate::value::Value;
use crate::zone::Local;

const OPTIONS: Shape = Shape::strict(&[field("now"), field("requestedBy"), field("human")]);

/// A request as it was read, before any rule was asked.
struct Asked<'a> {
    action: Action,
    known: Known<'a>,
    digest: String,
    content: Fingerprint,
    now: Timestamp,
    local: Local,
    requested_by: Option<String>,
    human: bool,
    /// Whether a snapshot has no room for another action.
    full: bool,
    /// What it costs as a whole.
    cost: Spending,
    missing_costs: Vec<Reason>,
}

/// What the digest is over: whatever differs here is another action.
#[derive(serde::Serialize)]
struct Content<'a> {
    customer: &'a str,
    agent: &'a str,
    #[serde(rename = "type")]
    action_type: &'a str,
    args: &'a Value,
}

impl Guard {
    /// Decides on an action: `{id, type, agent, args?, riskFactors?, cost?, riskScore?, impactScore?, access?, needsInterrupt?}` with
    /// `{now, requestedBy?, human?}`. What is allowed is granted: its cost is reserved, and it is in flight until it is reported.
    ///
    /// Errors: `invalid_input`; `conflict` where the id was given to another action.
    pub fn request(&mut self, action: &Value, options: &Value) -> Result<Decision> {
        let policy = std::sync::Arc::clone(&self.policy);
        let asked = self.read_request(&policy, action, options)?;
        let (decision, findings) = self.decide(&asked)?;
        let entry = self.request_entry(&asked, &decision)?;
        self.apply(&asked, &decision, findings, entry);
        Ok(decision)
    }

    fn read_request<'p>(
        &self,
        policy: &'p crate::policy::Policy,
        action: &Value,
        options: &Value,
    ) -> Result<Asked<'p>> {
        const ACTION: Shape = Shape::strict(ACTION_FIELDS);
        let options = Fields::of(options, &Place::ARGUMENT, &OPTIONS)?;
        let (now, local) = self.begin(&options)?;
        let document = policy.document();
        let action = Action::read(&Fields::of(action, &Place::ARGUMENT, &ACTION)?, &document.currency)?;
        let known = policy.action(&action.action_type, &Place::ARGUMENT.key("type"))?;
        let (cost, missing_costs) = action.spending(known.rules)?;
        let content = Content {
            customer: &document.customer_id,
            agent: &action.agent,
            action_type: action.action_type.as_str(),
            args: &action.args,
        };
        let digest = sha256_hex(&canonical(&content)?);
        let record = self.state.records.get(&action.id);
        let content = Fingerprint::of(&digest);
        if record.is_some_and(|record| record.content != content) {
            let message = "this id was given to another action: its agent, type or args differ";
            return Err(Error::new(ErrorCode::Conflict, "id", message));
        }
        let requested_by = options.optional("requestedBy", read::id)?;
        let human = options.or("human", false, read::boolean)?;
        let full = !self.is_room(now);
        Ok(Asked { action, known, digest, content, now, local, requested_by, human, full, cost, missing_costs })
    }

    /// Asks every rule; changes nothing.
    fn decide(&self, asked: &Asked<'_>) -> Result<(Decision, Findings)> {
        let record = self.state.records.get(&asked.action.id);
        let ask = Ask {
            policy: &self.policy,
            zone: &self.zone,
            state: &self.state,
            action: &asked.action,
            known: asked.known,
            record,
            content: asked.content,
            now: asked.now,
            local: asked.local,
            human: asked.human,
            full: asked.full,
            spending: self.still_to_charge(record, asked),
            missing_costs: &asked.missing_costs,
        };
        let mut findings = table::ask(&ask)?;
        let effect = findings.effect();
        let first = findings.reasons.iter().find(|reason| reason.effect == effect).map(|reason| &reason.reason);
        let decision = Decision {
            action_id: asked.action.id.clone(),
            effect,
            allowed: effect.is_allowed(),
            code: first.map(Reason::code),
            reason: first.map(Reason::to_string),
            defer_until: if effect == Effect::Defer { ask.defer_until(&findings) } else { None },
            escalation: findings.escalation.take(),
            obligations: self.obligations(asked, effect, std::mem::take(&mut findings.drafts)),
            attempt: record.map_or(0, |record| record.attempt) + u32::from(effect.is_allowed()),
            digest: asked.digest.clone(),
            policy_digest: self.policy.digest().to_owned(),
            at: asked.now,
            reasons: std::mem::take(&mut findings.reasons),
        };
        Ok((decision, findings))
    }

    /// What a grant would charge: nothing where there can be none any more, and for a retry no more than is not reserved already on the same day.
    fn still_to_charge(&self, record: Option<&Record>, asked: &Asked<'_>) -> Spending {
        match record.map(|record| record.stage.shelf()) {
            Some(Shelf::InFlight | Shelf::Finished) => Spending::default(),
            Some(Shelf::Retrying) if !self.state.ledger.is_before(asked.local.date) => {
                let charge = record.and_then(|record| record.charge).unwrap_or_default();
                asked.cost.less(charge.reserved())
            }
            Some(Shelf::Retrying | Shelf::Waiting) | None => asked.cost,
        }
    }

    fn obligations(&self, asked: &Asked<'_>, effect: Effect, mut drafts: Vec<Draft>) -> Vec<Obligation> {
        let action = &asked.action;
        if let (Effect::Notify, Some(creator)) = (effect, self.policy.creator(&action.agent)) {
            drafts.push(Draft {
                kind: ObligationKind::Notify,
                to: Some(creator.to_owned()),
                title: format!("[{}] executed: {}", self.policy.agent_name(&action.agent), action.action_type),
                body: crate::json::text(&action.args).unwrap_or_default(),
                link: activity_log(&action.agent),
                data: Value::Null,
            });
        }
        let seq = self.state.audit.next_seq();
        drafts.into_iter().enumerate().map(|(index, draft)| draft.number(seq, index)).collect()
    }

    fn request_entry(&self, asked: &Asked<'_>, decision: &Decision) -> Result<Option<AuditEntry>> {
        self.state.audit.entry(asked.now, "request", || {
            json!({
                "actionId": decision.action_id,
                "type": asked.action.action_type,
                "agent": asked.action.agent,
                "digest": decision.digest,
                "requestedBy": asked.requested_by,
                "human": asked.human,
                "effect": decision.effect,
                "codes": decision.reasons.iter().map(|reason| reason.reason.code()).collect::<Vec<_>>(),
                "deferUntil": decision.defer_until,
                "attempt": decision.attempt,
                "policyDigest": decision.policy_digest,
            })
        })
    }

    /// Takes the decision into the state; nothing here can fail.
    fn apply(&mut self, asked: &Asked<'_>, decision: &Decision, findings: Findings, entry: Option<AuditEntry>) {
        let since = self.longest_window(asked.now);
        let scope = velocity_scope(&self.policy, &asked.action.agent);
        let timeout = self.policy.document().grant_timeout_minutes;
        self.commit(asked.now, asked.local, entry, |state| {
            // What is not remembered for want of room would be new each time.
            let counted = !asked.full && state.count_velocity(asked, decision, findings.reached, scope.name(), since);
            for (scope, source, reason) in findings.locks {
                state.locks.add(&scope, Lock { reason, since: asked.now, source }, !asked.full);
            }
            for obligation in &decision.obligations {
                state.outbox.add(obligation.clone());
            }
            if decision.allowed {
                state.grant(asked, decision.attempt, timeout);
            } else if !asked.full {
                state.remember_refusal(asked, decision.effect, counted);
            }
        });
    }
}

impl State {
    /// An id that is new counts as one more action, and so does one that is owed once it is granted or stopped. Says whether it was counted.
    fn count_velocity(
        &mut self,
        asked: &Asked<'_>,
        decision: &Decision,
        reached: Option<Option<Tier>>,
        scope: &str,
        since: i64,
    ) -> bool {
        let new = || self.records.get(&asked.action.id).is_none();
        let Some(reached) = reached else { return false };
        let counts = (decision.allowed || decision.effect == Effect::Lock || new()) && self.has_room_for(scope, since);
        if counts {
            self.count(scope, asked.now, since, reached);
        }
        counts
    }

    /// Remembers the refusal of an id that was never granted; what was granted keeps its stage. What is owed once stays so: the refusals of
    /// other rules that come in between do not make it an action that was counted. An unlock clears what was counted under the lock.
    fn remember_refusal(&mut self, asked: &Asked<'_>, effect: Effect, counted: bool) {
        let deferred = effect == Effect::Defer;
        let owed = match self.records.get(&asked.action.id).map(|record| record.stage) {
            None => deferred || effect == Effect::Lock || !counted,
            Some(Stage::Waiting { owed: false }) if deferred => true,
            Some(_) => return,
        };
        self.put(asked, Stage::Waiting { owed }, 0, None);
    }

    fn grant(&mut self, asked: &Asked<'_>, attempt: u32, timeout: Count) {
        let (now, id) = (asked.now, &asked.action.id);
        let before = self.records.get(id).and_then(|record| record.charge).unwrap_or_default();
        // A retry is not charged for what is reserved already.
        let charge = before.reserving(asked.cost);
        self.ledger.add(Some(&asked.action.agent), charge.spending.less(before.spending));
        self.put(asked, Stage::Granted { at: now, timeout }, attempt, Some(charge));
        if let Some(window) = asked.known.rules.duplicate_window_minutes {
            self.contents.add(asked.content, id, minutes_after(now, window), now);
        }
    }

    fn put(&mut self, asked: &Asked<'_>, stage: Stage, attempt: u32, charge: Option<Charge>) {
        let (agent, action_type) = (asked.action.agent.as_str().into(), asked.action.action_type.as_str().into());
        let write = !asked.action.is_read(asked.known.rules);
        let record = Record { agent, action_type, content: asked.content, stage, write, attempt, charge };
        self.records.put(&asked.action.id, record);
    }
}
