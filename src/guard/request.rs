//! `request`: may this action run?

use serde_json::json;

use super::Guard;
use super::audit::AuditEntry;
use super::decision::{Decision, Effect};
use super::lock::Lock;
use super::outbox::{Draft, Obligation, ObligationKind};
use super::record::{Charge, Record, Stage, fingerprint};
use super::size::COMMAND;
use super::state::{longest_window, velocity_scope};
use super::table::{self, Ask, Findings};
use crate::action::{ACTION_FIELDS, Action};
use crate::error::{Error, ErrorCode, Result};
use crate::json::{canonical, sha256_hex};
use crate::money::Spending;
use crate::policy::{ActionRules, Known};
use crate::read::{self, Fields, Place, Shape, field};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::value::Value;
use crate::zone::Local;

const OPTIONS: Shape = Shape::strict(&[field("now"), field("requestedBy"), field("human")]);

/// A request as it was read, before any rule was asked.
struct Asked<'a> {
    action: Action,
    known: Known<'a>,
    digest: String,
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
        let full = self.state.is_full();
        let asked = Asked { full, ..self.read_request(&policy, action, options)? };
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
        if record.is_some_and(|record| record.content != fingerprint(&digest)) {
            let message = "this id was given to another action: its agent, type or args differ";
            return Err(Error::new(ErrorCode::Conflict, "id", message));
        }
        let requested_by = options.optional("requestedBy", read::id)?;
        let human = options.or("human", false, read::boolean)?;
        Ok(Asked { action, known, digest, now, local, requested_by, human, full: false, cost, missing_costs })
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
            digest: &asked.digest,
            now: asked.now,
            local: asked.local,
            human: asked.human,
            full: asked.full,
            spending: asked.cost.less(self.charge_today(record, asked.local).spending),
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

    /// What this action was charged already on the open day.
    fn charge_today(&self, record: Option<&Record>, local: Local) -> Charge {
        let ledger = &self.state.ledger;
        let today = record.filter(|record| !ledger.is_before(local.date) && record.charge.day == ledger.day());
        today.map(|record| record.charge).unwrap_or_default()
    }

    fn obligations(&self, asked: &Asked<'_>, effect: Effect, mut drafts: Vec<Draft>) -> Vec<Obligation> {
        let action = &asked.action;
        if let (Effect::Notify, Some(creator)) = (effect, self.policy.creator(&action.agent)) {
            drafts.push(Draft {
                kind: ObligationKind::Notify,
                to: Some(creator.to_owned()),
                title: format!("[{}] executed: {}", self.policy.agent_name(&action.agent), action.action_type),
                body: crate::json::text(&action.args).unwrap_or_default(),
                link: format!("/agents/{}#activityLog", action.agent),
                data: serde_json::Value::Null,
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
        let now = asked.now;
        self.commit(now, asked.local, entry, growth(asked, decision));
        self.count_velocity(asked, decision, &findings);
        for (scope, source, reason) in findings.locks {
            self.state.locks.add(&scope, Lock { reason, since: now, source });
        }
        for obligation in &decision.obligations {
            self.state.outbox.add(obligation.clone());
        }
        if decision.allowed {
            self.grant(asked, decision.attempt);
        } else if !asked.full {
            self.remember_refusal(asked, decision.effect == Effect::Defer);
        }
    }

    /// An id that is new counts as one more action, and so does one that time held back once it is granted or stopped.
    fn count_velocity(&mut self, asked: &Asked<'_>, decision: &Decision, findings: &Findings) {
        let new = self.state.records.get(&asked.action.id).is_none();
        let Some(reached) = findings.reached else { return };
        // What is not remembered for want of room would be new each time.
        if asked.full || (!new && !decision.allowed && decision.effect != Effect::Lock) {
            return;
        }
        let scope = velocity_scope(&self.policy, &asked.action.agent);
        let velocity = &self.policy.document().velocity;
        let since = longest_window(velocity, asked.now);
        if self.state.has_room_for(scope.name(), since) {
            let recent = self.state.recent_mut(scope.name(), since);
            recent.add(asked.now, since);
            recent.reached = reached;
        }
    }

    /// Remembers the refusal of an id that was never granted; what was granted keeps its stage. What time held once stays so: the refusals
    /// of other rules that come in between do not make it an action that was counted.
    fn remember_refusal(&mut self, asked: &Asked<'_>, deferred: bool) {
        let before = self.state.records.get(&asked.action.id).map(|record| &record.stage);
        let deferred = match before {
            None => deferred,
            Some(Stage::Waiting { deferred: before }) => deferred || *before,
            Some(_) => return,
        };
        self.put(asked, Stage::Waiting { deferred }, 0, Charge::default());
    }

    fn grant(&mut self, asked: &Asked<'_>, attempt: u32) {
        let (now, agent) = (asked.now, &asked.action.agent);
        let before = self.charge_today(self.state.records.get(&asked.action.id), asked.local);
        // A retry is not charged for what its first attempt was charged already.
        let charged = asked.cost.max(before.spending);
        self.state.ledger.add(Some(agent), charged.less(before.spending));
        let charge = Charge { day: self.state.ledger.day(), spending: charged, earlier: before.earlier };
        let until = minutes_after(now, self.policy.document().grant_timeout_minutes.get());
        self.put(asked, Stage::Granted { at: now, until }, attempt, charge);
        self.remember_content(asked.known.rules, &asked.digest, &asked.action.id, now);
    }

    fn put(&mut self, asked: &Asked<'_>, stage: Stage, attempt: u32, charge: Charge) {
        let record = Record {
            agent: asked.action.agent.clone(),
            action_type: asked.action.action_type.to_string(),
            content: fingerprint(&asked.digest).to_owned(),
            stage,
            attempt,
            charge,
        };
        self.state.records.put(&asked.action.id, record);
    }

    fn remember_content(&mut self, rules: &ActionRules, digest: &str, id: &str, now: Timestamp) {
        let Some(window) = rules.duplicate_window_minutes else { return };
        self.state.contents.retain(|_, (_, until)| now < *until);
        self.state.contents.insert(fingerprint(digest).to_owned(), (id.to_owned(), minutes_after(now, window.get())));
    }
}

/// At most so many bytes does a request add to a snapshot: each name in every place where it may stand, every character of it escaped, and
/// what the host is to do.
fn growth(asked: &Asked<'_>, decision: &Decision) -> usize {
    const FIXED: usize = 512;
    let names = asked.action.id.len() + asked.action.agent.len() + asked.action.action_type.as_str().len();
    FIXED + 6 * names + crate::json::text(&decision.obligations).map_or(COMMAND, |text| text.len())
}

/// An instant so many minutes later, at most the last there is.
pub(super) fn minutes_after(now: Timestamp, minutes: u64) -> Timestamp {
    let micros = i64::try_from(minutes).unwrap_or(i64::MAX).saturating_mul(60_000_000);
    Timestamp::from_micros(now.as_micros().saturating_add(micros)).unwrap_or(Timestamp::MAX)
}
