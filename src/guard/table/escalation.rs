//! Is the agent running away?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings, LockSource, Stage, others_allow};
use crate::error::Result;
use crate::guard::outbox::{Draft, ObligationKind, Weight, activity_log};
use crate::guard::state::{longest_window, velocity_scope};
use crate::reason::Reason;
use crate::rules::{
    EscalationCase, EscalationOutcome, Tier, TierVerdict, evaluate_escalation, tier_of_counts, window_start,
};

pub(super) const ABOUT: &str = "velocity of what an agent does for the first time: tier 1 and 2 add a `route` obligation when first reached; tier 3 is `lock`, locks the scope and alerts";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let scope = velocity_scope(ask.policy, &ask.action.agent);
    if !ask.state.has_room_for(scope.name(), longest_window(&ask.policy.document().velocity, ask.now)) {
        findings.add("escalation", Effect::Deny, Reason::TooManyAgents);
    }
    if !counts(ask)? {
        return Ok(());
    }
    let document = ask.policy.document();
    let verdict = verdict(ask, scope.name(), true);
    findings.reached = Some(verdict.tier);
    let case = EscalationCase { action_type: ask.action.action_type.to_string(), ..EscalationCase::new(ask.now) };
    let escalation = evaluate_escalation(&verdict, false, &case, &document.velocity, &document.executors);
    let before = ask.state.recent.get(scope.name()).and_then(|recent| recent.reached);
    match escalation.outcome {
        // What is full cannot remember that a tier was reached: a route each time would drive out the others.
        Some(EscalationOutcome::Routed { executor, reason }) if verdict.tier > before && !ask.full => {
            let title = format!("[{}] {}", ask.policy.agent_name(&ask.action.agent), reason);
            findings.drafts.push(draft(
                ask,
                ObligationKind::Route,
                Some(executor),
                title,
                json!({"tier": verdict.tier}),
            ));
        }
        Some(EscalationOutcome::LockoutEnabled { diagnostic_brief }) => {
            let is_locked = ask.state.locks.holds(&scope);
            let signal = verdict.signals.tier_3;
            let (action_count, actions_per_minute) = (signal.action_count, signal.actions_per_minute);
            let reason = Reason::VelocityTier3 { action_count, actions_per_minute };
            findings.locks.push((scope, LockSource::Velocity, reason.to_string()));
            findings.add("escalation", Effect::Lock, reason);
            // Once is enough: an agent that goes on asking while it is locked would drive everything else out of the outbox.
            if verdict.tier > before && !(ask.full && is_locked) {
                let title = format!("[{}] locked: {}", ask.policy.agent_name(&ask.action.agent), Tier::Tier3);
                findings.drafts.push(draft(
                    ask,
                    ObligationKind::Alert,
                    None,
                    title,
                    json!({"diagnosticBrief": diagnostic_brief}),
                ));
            }
        }
        _ => {}
    }
    findings.escalation = escalation.decision;
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let scope = velocity_scope(ask.policy, &ask.action.agent);
    let counts = counts(ask)?;
    let signals = verdict(ask, scope.name(), counts).signals;
    let reached = ask.state.recent.get(scope.name()).and_then(|recent| recent.reached);
    let velocity = &ask.policy.document().velocity;
    Ok(
        json!({"isRead": ask.is_read(), "counts": counts, "scope": scope.name(), "reached": reached, "signals": signals, "velocity": velocity}),
    )
}

/// What the windows hold, this action included where it counts.
fn verdict(ask: &Ask<'_>, scope: &str, counts: bool) -> TierVerdict {
    let velocity = &ask.policy.document().velocity;
    let recent = ask.state.recent.get(scope);
    let counted = |minutes| recent.map_or(0, |recent| recent.since(window_start(ask.now, minutes))) + u64::from(counts);
    tier_of_counts(
        [velocity.tier_1, velocity.tier_2, velocity.tier_3].map(|tier| counted(tier.window_minutes)),
        velocity,
    )
}

/// An id that was never seen counts, and so does one that time or a lock held back, once nothing else holds it. Looking and asking again never
/// count, nor does what people have approved; what only waits for them does, should it run without.
fn counts(ask: &Ask<'_>) -> Result<bool> {
    match ask.stage() {
        _ if ask.is_read() || ask.covering().is_some() => Ok(false),
        None => Ok(true),
        Some(Stage::Waiting { owed: true }) => others_allow(ask, "escalation"),
        Some(_) => Ok(false),
    }
}

fn draft(ask: &Ask<'_>, kind: ObligationKind, to: Option<String>, title: String, data: serde_json::Value) -> Draft {
    let data = data.into();
    let body = format!("{} {}", ask.action.action_type, ask.action.id);
    Draft { kind, to, title, body, link: activity_log(&ask.action.agent), data, weight: Weight::Signal }
}
