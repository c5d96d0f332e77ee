//! `request`: may this action run?

use serde::Serialize;

use super::approvals::{Approval, ApprovalStatus};
use super::audit::Entry;
use super::decision::{Decision, Effect, RuleReason};
use super::groups::Standing;
use super::lock::Lock;
use super::outbox::{Draft, Obligation, ObligationKind, Weight, activity_log};
use super::question::Question;
use super::record::{Charge, Fingerprint, Record, Shelf, Stage, minutes_after};
use super::state::{State, velocity_scope};
use super::table::{self, Ask, Findings};
use super::views::AmountsUsed;
use super::{Guard, records};
use crate::action::{ACTION_FIELDS, Action, Content, Group};
use crate::error::{Error, ErrorCode, Result};
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
pub(super) struct Asked<'a> {
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

/// A request as it was decided, before anything was changed.
pub(super) struct Decided {
    pub(super) decision: Decision,
    findings: Findings,
    question: Question,
}

/// What the audit says of a request, in the canonical order: so it is written once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    action_id: &'a str,
    agent: &'a str,
    approval: Option<ApprovalTold<'a>>,
    attempt: u32,
    codes: Vec<&'static str>,
    cost: AmountsUsed,
    defer_until: Option<Timestamp>,
    digest: &'a str,
    effect: Effect,
    group: Option<&'a Group>,
    human: bool,
    policy_digest: &'a str,
    requested_by: Option<&'a str>,
    r#type: &'a str,
}

#[derive(Serialize)]
struct ApprovalTold<'a> {
    id: &'a str,
    status: ApprovalStatus,
}

impl Guard {
    /// Decides on an action: `{id, type, agent, args?, riskFactors?, cost?, riskScore?, impactScore?, access?, needsInterrupt?, group?}` with
    /// `{now, requestedBy?, human?}`. What is allowed is granted: its cost is reserved, and it is in flight until it is reported. What a
    /// person has to decide opens an approval.
    ///
    /// Errors: `invalid_input`; `conflict` where the id was given to another action, or to another place in a group.
    pub fn request(&mut self, action: &Value, options: &Value) -> Result<Decision> {
        self.request_counted(action, options).map(|(decision, _)| decision)
    }

    /// The same, and whether it was counted as one more action of its agent's velocity.
    pub(crate) fn request_counted(&mut self, action: &Value, options: &Value) -> Result<(Decision, bool)> {
        let policy = std::sync::Arc::clone(&self.policy);
        let asked = self.read_request(&policy, action, options)?;
        let decided = self.decide(&asked)?;
        let entry = self.request_entry(&asked, &decided.decision)?;
        Ok(self.apply(&asked, decided, entry))
    }

    pub(super) fn read_request<'p>(
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
        let digest = content.digest()?;
        let record = self.state.records.get(&action.id);
        let content = Fingerprint::of(&digest);
        // An approval speaks of its action also where that is no longer remembered otherwise.
        let approval = self.state.approvals.of_action(&records::key(&action.id));
        let is_other = |record: &Record| record.content != content;
        if record.is_some_and(is_other) || approval.is_some_and(|approval| approval.digest != digest) {
            let message = "this id was given to another action: its agent, type or args differ";
            return Err(Error::new(ErrorCode::Conflict, "id", message));
        }
        self.state.groups.check(&action.agent, action.group.as_ref(), &action.id)?;
        let requested_by = options.optional("requestedBy", read::id)?;
        if requested_by.is_none() && document.approvals.separation_of_duties {
            let message = "required, but left out: the policy separates who asks from who approves";
            return Err(Place::ARGUMENT.key("requestedBy").error(message));
        }
        let human = options.or("human", false, read::boolean)?;
        let full = !self.is_room(now);
        Ok(Asked { action, known, digest, content, now, local, requested_by, human, full, cost, missing_costs })
    }

    /// One request as the rules see it.
    pub(super) fn ask<'a>(&'a self, asked: &'a Asked<'a>) -> Ask<'a> {
        let record = self.state.records.get(&asked.action.id);
        Ask {
            policy: &self.policy,
            zone: &self.zone,
            state: &self.state,
            action: &asked.action,
            known: asked.known,
            record,
            approval: self.state.approvals.of_action(&records::key(&asked.action.id)),
            digest: &asked.digest,
            content: asked.content,
            requested_by: asked.requested_by.as_deref(),
            now: asked.now,
            local: asked.local,
            human: asked.human,
            full: asked.full,
            spending: self.still_to_charge(record, asked),
            missing_costs: &asked.missing_costs,
        }
    }

    /// Asks every rule; changes nothing.
    pub(super) fn decide(&self, asked: &Asked<'_>) -> Result<Decided> {
        let ask = self.ask(asked);
        let mut findings = table::ask(&ask)?;
        let question = self.question(&ask, &mut findings)?;
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
            obligations: self.obligations(asked, effect, &question, std::mem::take(&mut findings.drafts)),
            approval: Self::approval_after(&ask, &question),
            attempt: ask.record.map_or(0, |record| record.attempt) + u32::from(effect.is_allowed()),
            digest: asked.digest.clone(),
            policy_digest: self.policy.digest().to_owned(),
            at: asked.now,
            reasons: std::mem::take(&mut findings.reasons),
        };
        Ok(Decided { decision, findings, question })
    }

    /// What a grant would charge: nothing where there can be none any more, and for a retry no more than is not reserved already on the same day.
    fn still_to_charge(&self, record: Option<&Record>, asked: &Asked<'_>) -> Spending {
        match record.map(|record| record.stage.shelf()) {
            // What a person said no to, a person may still do.
            _ if record.is_some_and(|record| record.stage == Stage::Rejected) => asked.cost,
            Some(Shelf::InFlight | Shelf::Finished) => Spending::default(),
            Some(Shelf::Retrying) if !self.state.ledger.is_before(asked.local.date) => {
                let charge = record.and_then(|record| record.charge).unwrap_or_default();
                asked.cost.less(charge.reserved())
            }
            Some(Shelf::Retrying | Shelf::Waiting) | None => asked.cost,
        }
    }

    fn obligations(
        &self,
        asked: &Asked<'_>,
        effect: Effect,
        question: &Question,
        mut drafts: Vec<Draft>,
    ) -> Vec<Obligation> {
        let action = &asked.action;
        if let Question::Opens(approval) = question {
            drafts.push(self.asking(approval));
        }
        if let (Effect::Notify, Some(creator)) = (effect, self.policy.creator(&action.agent)) {
            drafts.push(Draft {
                kind: ObligationKind::Notify,
                to: Some(creator.to_owned()),
                title: format!("[{}] executed: {}", self.policy.agent_name(&action.agent), action.action_type),
                body: crate::json::text(&action.args).unwrap_or_default(),
                link: activity_log(&action.agent),
                data: Value::Null,
                weight: Weight::Notice,
            });
        }
        let seq = self.state.audit.next_seq();
        drafts.into_iter().enumerate().map(|(index, draft)| draft.number(seq, index)).collect()
    }

    fn request_entry(&self, asked: &Asked<'_>, decision: &Decision) -> Result<Option<Entry>> {
        self.entry(asked.now, "request", || Told {
            action_id: &decision.action_id,
            agent: &asked.action.agent,
            approval: decision
                .approval
                .as_ref()
                .map(|Approval { id, status, .. }| ApprovalTold { id, status: *status }),
            attempt: decision.attempt,
            codes: decision.reasons.iter().map(|reason| reason.reason.code()).collect(),
            cost: asked.cost.into(),
            defer_until: decision.defer_until,
            digest: &decision.digest,
            effect: decision.effect,
            group: asked.action.group.as_ref(),
            human: asked.human,
            policy_digest: &decision.policy_digest,
            requested_by: asked.requested_by.as_deref(),
            r#type: asked.action.action_type.as_str(),
        })
    }

    /// Takes the decision into the state; nothing here can fail.
    fn apply(&mut self, asked: &Asked<'_>, decided: Decided, entry: Option<Entry>) -> (Decision, bool) {
        let Decided { decision, findings, question } = decided;
        let since = self.longest_window(asked.now);
        let scope = velocity_scope(&self.policy, &asked.action.agent);
        let timeout = self.policy.document().grant_timeout_minutes;
        let counted = self.commit(asked.now, asked.local, entry, |state| {
            // What is not remembered for want of room would be new each time.
            let counted = !asked.full && state.count_velocity(asked, &decision, findings.reached, scope.name(), since);
            for (scope, source, reason) in findings.locks {
                state.locks.add(&scope, Lock { reason, since: asked.now, source }, !asked.full);
            }
            for obligation in &decision.obligations {
                state.outbox.add(obligation.clone());
            }
            state.answer(&asked.action.id, question);
            if decision.allowed {
                state.grant(asked, decision.attempt, timeout);
            } else if !asked.full {
                state.remember_refusal(asked, decision.effect, counted);
            }
            if !asked.full {
                state.take_place(asked, &decision);
            }
            counted
        });
        (decision, counted)
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
        self.remember(asked, Stage::Waiting { owed }, 0, None);
    }

    fn grant(&mut self, asked: &Asked<'_>, attempt: u32, timeout: Count) {
        let (now, id) = (asked.now, &asked.action.id);
        let before = self.records.get(id).and_then(|record| record.charge).unwrap_or_default();
        // A retry is not charged for what is reserved already.
        let charge = before.reserving(asked.cost);
        self.ledger.add(Some(&asked.action.agent), charge.spending.less(before.spending));
        self.remember(asked, Stage::Granted { at: now, timeout }, attempt, Some(charge));
        if let Some(window) = asked.known.rules.duplicate_window_minutes {
            self.contents.add(asked.content, id, minutes_after(now, window), now);
        }
    }

    /// Takes the action into its plan, or how it stands now.
    fn take_place(&mut self, asked: &Asked<'_>, decision: &Decision) {
        let Some(group) = &asked.action.group else { return };
        let has = |reason: fn(&Reason) -> bool| decision.reasons.iter().any(|found| reason(&found.reason));
        if has(|reason| *reason == Reason::GroupEnded) {
            return;
        }
        let key = records::key(&asked.action.id);
        let stage = self.records.at_key(&key).map(|record| record.stage);
        // What is being done, or was done, is not undone by asking again.
        let ran = matches!(stage, Some(Stage::Granted { .. } | Stage::Unknown { .. } | Stage::Succeeded { .. }));
        let own = self.standing(&key, asked.now).map_or(Standing::Open, |(standing, _)| standing);
        let standing = if !ran && decision.reasons.iter().any(is_for_good) {
            Standing::Ended
        } else if !ran && own != Standing::Ended && has(|reason| matches!(reason, Reason::SkippedAfter { .. })) {
            Standing::Skipped
        } else {
            own
        };
        self.groups.join(&asked.action.agent, group, &asked.action.id, standing, asked.now);
    }

    fn remember(&mut self, asked: &Asked<'_>, stage: Stage, attempt: u32, charge: Option<Charge>) {
        let (agent, action_type) = (asked.action.agent.as_str().into(), asked.action.action_type.as_str().into());
        let write = !asked.action.is_read(asked.known.rules);
        let record = Record { agent, action_type, content: asked.content, stage, write, attempt, charge };
        self.put(&asked.action.id, record, asked.now);
    }
}

/// Whether a reason denies what no time can mend: those that come after it in its plan are skipped. What denies it because of those before
/// it, or because it was done or is being done, says nothing of them.
fn is_for_good(found: &RuleReason) -> bool {
    let mended =
        matches!(found.reason, Reason::ExceedsCap { .. } | Reason::NeverAllowed | Reason::UnknownActionType { .. });
    found.effect == Effect::Deny && mended
}
