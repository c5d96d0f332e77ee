//! What happens when an agent acts too fast? (Contract 2.5.)

use serde::Serialize;

use super::arbitration::{RiskLevel, read_violations};
use super::tier::Tier;
use super::velocity::{TierVerdict, VelocitySignal, determine_tier, read_events};
use crate::call::Context;
use crate::error::Result;
use crate::number::{Amount, Count, rounded};
use crate::policy::{Executors, Velocity};
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::time::{self, Timestamp};
use crate::value::Value;

words! {
    /// What an escalation does.
    EscalationAction {
        /// A lock holds already: nothing runs.
        LockoutEnforced = "lockout_enforced",
        /// An executor takes over.
        RouteToAutonomousExecutor = "route_to_autonomous_executor",
        /// The lock is set.
        LockoutAutonomousEdits = "lockout_autonomous_edits",
    }
}

/// The action that was measured, and what its validation found.
///
/// ```
/// use agent_interlock::{EscalationCase, Timestamp};
/// let case = EscalationCase::new(Timestamp::MIN);
/// assert_eq!((case.action_type.as_str(), case.confidence_score), ("unknown", 1.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EscalationCase {
    /// What the agent wants to do.
    pub action_type: String,
    /// What it violates, in words.
    pub violations: Vec<String>,
    /// How sure the validation is, 0 to 1.
    pub confidence_score: f64,
    /// When it is decided.
    pub now: Timestamp,
}

impl EscalationCase {
    /// An action of unknown type that violates nothing.
    pub fn new(now: Timestamp) -> Self {
        Self { action_type: "unknown".into(), violations: Vec::new(), confidence_score: 1.0, now }
    }
}

/// The velocity that triggered a tier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EscalationVelocity {
    /// The window, in minutes.
    pub window_minutes: Count,
    /// Actions counted in it.
    pub action_count: u64,
    /// Actions a minute, to 4 decimals.
    pub actions_per_minute: f64,
    /// The rate that triggers the tier.
    pub threshold_actions_per_minute: Amount,
}

/// What was decided, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EscalationDecision {
    /// How serious it is.
    pub tier: Tier,
    /// What is done.
    pub action: EscalationAction,
    /// 0.55 to 1, to 3 decimals.
    pub confidence: f64,
    /// How risky the agent is now.
    pub risk_class: RiskLevel,
    /// In words.
    pub rationale: String,
    /// What was measured; `None` where a lock held already.
    pub velocity: Option<EscalationVelocity>,
    /// Whether autonomous actions are locked out.
    pub lockout_auto_edits: bool,
    /// Who takes over, at tier 1 and 2.
    pub executor: Option<String>,
    /// When it was decided.
    pub created_at: Timestamp,
}

/// What the host has to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum EscalationOutcome {
    /// Nothing: a lock holds already.
    BlockedByLockout,
    /// Hand over to the executor.
    Routed {
        /// Who takes over.
        executor: String,
        /// The decision's rationale.
        reason: String,
    },
    /// Keep the lock and tell a person.
    LockoutEnabled {
        /// What to tell.
        diagnostic_brief: LockoutBrief,
    },
}

/// What a person is told when autonomous actions are locked out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LockoutBrief {
    /// Always `diagnostic_brief`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Always `critical`.
    pub severity: RiskLevel,
    /// Always `tier_3`.
    pub tier: Tier,
    /// In words, for the user.
    pub user_rationale: &'static str,
    /// What the last action violated.
    pub validation_violations: Vec<String>,
    /// What the agent wanted to do.
    pub action_type: String,
    /// When it was locked.
    pub timestamp: Timestamp,
}

/// What an escalation comes to. No decision: the agent acts at an ordinary pace.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Escalation {
    /// What was decided.
    pub decision: Option<EscalationDecision>,
    /// What the host has to do.
    pub outcome: Option<EscalationOutcome>,
    /// Whether a lock holds from now on.
    pub lockout: bool,
}

/// What follows from an agent's velocity: nothing, an executor that takes over, or a lock. A lock that holds already
/// stays, whatever the velocity.
///
/// `verdict` is what [`determine_tier`] found under the same `velocity`.
///
/// ```
/// use agent_interlock::{EscalationCase, Executors, Timestamp, Velocity, determine_tier, evaluate_escalation};
/// let (now, velocity) = (Timestamp::from_micros(60_000_000).unwrap(), Velocity::default());
/// let verdict = determine_tier(vec![now; 12], now, &velocity);
/// let escalation = evaluate_escalation(&verdict, false, &EscalationCase::new(now), &velocity, &Executors::default());
/// assert_eq!(escalation.decision.unwrap().rationale, "tier_1 triggered by velocity 0.8/min over 15m window");
/// assert!(!escalation.lockout);
/// ```
pub fn evaluate_escalation(
    verdict: &TierVerdict,
    lockout: bool,
    case: &EscalationCase,
    velocity: &Velocity,
    executors: &Executors,
) -> Escalation {
    if lockout {
        return enforced(case.now);
    }
    let signals = &verdict.signals;
    match verdict.tier {
        None => Escalation { decision: None, outcome: None, lockout: false },
        Some(Tier::Tier1) => {
            let measured = measured(signals.tier_1, velocity.tier_1.actions_per_minute);
            routed(Tier::Tier1, RiskLevel::Medium, measured, &executors.tier_1, case)
        }
        Some(Tier::Tier2) => {
            let measured = measured(signals.tier_2, velocity.tier_2.actions_per_minute);
            routed(Tier::Tier2, RiskLevel::High, measured, &executors.tier_2, case)
        }
        Some(Tier::Tier3) => locked(measured(signals.tier_3, velocity.tier_3.actions_per_minute), case),
    }
}

fn measured(signal: VelocitySignal, threshold_actions_per_minute: Amount) -> EscalationVelocity {
    EscalationVelocity {
        window_minutes: signal.window_minutes,
        action_count: signal.action_count,
        actions_per_minute: rounded(signal.actions_per_minute, 4),
        threshold_actions_per_minute,
    }
}

/// A lock holds already.
fn enforced(now: Timestamp) -> Escalation {
    let decision = EscalationDecision {
        tier: Tier::Tier3,
        action: EscalationAction::LockoutEnforced,
        confidence: 1.0,
        risk_class: RiskLevel::Critical,
        rationale: "Tier 3 lockout already active; autonomous edits blocked until manual reset".into(),
        velocity: None,
        lockout_auto_edits: true,
        executor: None,
        created_at: now,
    };
    Escalation { decision: Some(decision), outcome: Some(EscalationOutcome::BlockedByLockout), lockout: true }
}

/// Tier 1 or 2: an executor takes over.
fn routed(
    tier: Tier,
    risk_class: RiskLevel,
    velocity: EscalationVelocity,
    executor: &str,
    case: &EscalationCase,
) -> Escalation {
    let decision = EscalationDecision {
        action: EscalationAction::RouteToAutonomousExecutor,
        executor: Some(executor.to_owned()),
        ..triggered(tier, risk_class, velocity, case)
    };
    let outcome = EscalationOutcome::Routed { executor: executor.to_owned(), reason: decision.rationale.clone() };
    Escalation { decision: Some(decision), outcome: Some(outcome), lockout: false }
}

/// Tier 3: the lock is set and a person is told.
fn locked(velocity: EscalationVelocity, case: &EscalationCase) -> Escalation {
    let diagnostic_brief = LockoutBrief {
        kind: "diagnostic_brief",
        severity: RiskLevel::Critical,
        tier: Tier::Tier3,
        user_rationale: "Autonomous edits have been paused to protect account safety after sustained high-velocity actions.",
        validation_violations: case.violations.clone(),
        action_type: case.action_type.clone(),
        timestamp: case.now,
    };
    Escalation {
        decision: Some(triggered(Tier::Tier3, RiskLevel::Critical, velocity, case)),
        outcome: Some(EscalationOutcome::LockoutEnabled { diagnostic_brief }),
        lockout: true,
    }
}

/// What all decisions of a triggered tier share; without an executor it is a lock.
fn triggered(
    tier: Tier,
    risk_class: RiskLevel,
    velocity: EscalationVelocity,
    case: &EscalationCase,
) -> EscalationDecision {
    let EscalationVelocity { actions_per_minute, window_minutes, .. } = velocity;
    EscalationDecision {
        tier,
        action: EscalationAction::LockoutAutonomousEdits,
        confidence: confidence(case),
        risk_class,
        // `{:?}` writes a rate as Python does: 1.0, not 1.
        rationale: format!(
            "{tier} triggered by velocity {actions_per_minute:?}/min over {}m window",
            window_minutes.get()
        ),
        velocity: Some(velocity),
        lockout_auto_edits: tier == Tier::Tier3,
        executor: None,
        created_at: case.now,
    }
}

/// Surer with every violation, and the less sure the validation is. The order of the sum is the original's: it shows in
/// the last bit.
fn confidence(case: &EscalationCase) -> f64 {
    let violations = case.violations.len() as f64;
    rounded((0.55 + violations * 0.05 + (1.0 - case.confidence_score) * 0.4).min(1.0), 3)
}

/// `evaluateEscalation({events, lockout?, actionType?, validation, now, policy?})`.
pub(super) fn call(argument: &Value, context: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[
        field("events"),
        field("lockout"),
        field("actionType"),
        field("validation"),
        field("now"),
        field("policy"),
    ]);
    const VALIDATION: Shape = Shape::strict(&[field("violations"), field("confidenceScore")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let policy = context.policy(&fields)?;
    let velocity = policy.as_ref().map_or_else(Velocity::default, |policy| policy.document().velocity);
    let executors = policy.as_ref().map_or_else(Executors::default, |policy| policy.document().executors.clone());
    let base = EscalationCase::new(fields.required("now", time::instant)?);
    let case = fields.required("validation", |value, place| {
        let validation = Fields::of(value, place, &VALIDATION)?;
        Ok(EscalationCase {
            action_type: fields.or("actionType", base.action_type, read::id)?,
            violations: validation.or("violations", base.violations, read_violations)?,
            confidence_score: validation.or("confidenceScore", base.confidence_score, read::score)?,
            now: base.now,
        })
    })?;
    let lockout = fields.or("lockout", false, read::boolean)?;
    let verdict = determine_tier(fields.required("events", read_events)?, case.now, &velocity);
    crate::json::text(&evaluate_escalation(&verdict, lockout, &case, &velocity, &executors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 6_000_000_000;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn escalate(events: usize, lockout: bool, case: &EscalationCase) -> Escalation {
        let velocity = Velocity::default();
        let verdict = determine_tier(vec![at(NOW); events], at(NOW), &velocity);
        evaluate_escalation(&verdict, lockout, case, &velocity, &Executors::default())
    }

    fn case(violations: usize, confidence_score: f64) -> EscalationCase {
        let violations = (0..violations).map(|index| format!("violation {index}")).collect();
        EscalationCase { violations, confidence_score, ..EscalationCase::new(at(NOW)) }
    }

    #[test]
    fn each_tier_has_its_risk_and_its_executor() {
        let of = |events| {
            let decision = escalate(events, false, &case(0, 1.0)).decision;
            decision
                .map(|d| (d.tier.number(), d.action.as_str(), d.risk_class.as_str(), d.executor, d.lockout_auto_edits))
        };
        let (route, lock) = ("route_to_autonomous_executor", "lockout_autonomous_edits");
        assert_eq!(of(11), None);
        assert_eq!(of(12), Some((1, route, "medium", Some("autonomous_guardian_executor".into()), false)));
        assert_eq!(of(14), Some((1, route, "medium", Some("autonomous_guardian_executor".into()), false)));
        assert_eq!(of(15), Some((3, lock, "critical", None, true)));
    }

    #[test]
    fn the_second_tier_routes_to_its_own_executor() {
        let velocity = Velocity::default();
        let eight_minutes_ago = vec![at(NOW - 8 * 60_000_000); 15];
        let verdict = determine_tier(eight_minutes_ago, at(NOW), &velocity);
        let found = evaluate_escalation(&verdict, false, &case(0, 1.0), &velocity, &Executors::default());
        let decision = found.decision.unwrap();
        assert_eq!(decision.rationale, "tier_2 triggered by velocity 1.5/min over 10m window");
        assert_eq!((decision.risk_class, decision.lockout_auto_edits), (RiskLevel::High, false));
        let expected =
            EscalationOutcome::Routed { executor: "autonomous_recovery_executor".into(), reason: decision.rationale };
        assert_eq!((found.outcome, found.lockout), (Some(expected), false));
        let measured = decision.velocity.unwrap();
        assert_eq!((measured.action_count, measured.threshold_actions_per_minute.get()), (15, 1.5));
    }

    #[test]
    fn a_lock_tells_a_person_what_happened() {
        let case = EscalationCase { action_type: "post".into(), ..case(1, 1.0) };
        let locked = serde_json::to_value(escalate(15, false, &case)).unwrap();
        assert_eq!((&locked["lockout"], &locked["decision"]["executor"]), (&true.into(), &serde_json::Value::Null));
        assert_eq!(locked["decision"]["rationale"], "tier_3 triggered by velocity 3.0/min over 5m window");
        let brief = serde_json::json!({
            "type": "diagnostic_brief", "severity": "critical", "tier": "tier_3",
            "userRationale": "Autonomous edits have been paused to protect account safety after sustained high-velocity actions.",
            "validationViolations": ["violation 0"], "actionType": "post", "timestamp": "1970-01-01T01:40:00Z",
        });
        assert_eq!(locked["outcome"], serde_json::json!({"status": "lockout_enabled", "diagnosticBrief": brief}));
    }

    #[test]
    fn a_lock_stays_whatever_the_velocity() {
        let held = serde_json::to_value(escalate(0, true, &case(9, 0.0))).unwrap();
        assert_eq!(held["outcome"], serde_json::json!({"status": "blocked_by_lockout"}));
        assert_eq!((&held["lockout"], &held["decision"]["confidence"]), (&true.into(), &1.0.into()));
        assert_eq!(held["decision"]["action"], "lockout_enforced");
    }

    #[test]
    fn confidence_is_at_most_1() {
        assert_eq!(confidence(&case(0, 1.0)), 0.55);
        assert_eq!(confidence(&case(2, 0.333)), 0.917);
        assert_eq!(confidence(&case(1, 0.0)), 1.0);
        assert_eq!(confidence(&case(20, 0.0)), 1.0);
    }

    proptest! {
        #[test]
        fn more_failures_never_give_a_milder_tier(
            events in 0_usize..40, more in 0_usize..40, violations in 0_usize..5, score in 0.0..=1.0,
        ) {
            let tier = |events, violations| {
                let decision = escalate(events, false, &case(violations, score)).decision;
                decision.map(|decision| (decision.tier, decision.confidence))
            };
            let (calm, hasty) = (tier(events, violations), tier(events + more, violations + more));
            prop_assert!(hasty.map(|(tier, _)| tier) >= calm.map(|(tier, _)| tier));
            prop_assert!(hasty.zip(calm).is_none_or(|((_, hasty), (_, calm))| hasty >= calm));
        }
    }
}
