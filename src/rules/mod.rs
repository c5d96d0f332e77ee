//! The rules: one file each, each a pure function of its inputs.

mod anomaly;
mod approval;
mod arbitration;
mod autonomy;
mod budget;
mod confirmation;
mod escalation;
mod intents;
mod quiet_hours;
mod tier;
mod velocity;

pub(crate) use anomaly::read_alerts;
pub use anomaly::{
    AnomalyAssessment, AnomalyBrief, PerformanceSnapshot, RecommendedAction, SystemicAlert, assess_anomaly,
};
pub(crate) use approval::KnownFactors;
#[cfg(target_family = "wasm")]
pub(crate) use approval::reasons_against;
pub use approval::{ApprovalRequirement, RiskFactors, requires_approval};
pub use arbitration::{Arbitration, ArbitrationCase, RiskLevel, Verdict, arbitrate};
pub use autonomy::{AutonomyVerdict, check_autonomy};
pub use budget::{BudgetVerdict, Usage, within_budget};
pub use confirmation::{Confirmation, requires_confirmation};
pub use escalation::{
    Escalation, EscalationAction, EscalationCase, EscalationDecision, EscalationOutcome, EscalationVelocity,
    LockoutBrief, evaluate_escalation,
};
pub use intents::{Intent, IntentStatus, PlannedIntent, Resolution, plan_intents};
pub use quiet_hours::is_in_quiet_hours;
pub use tier::Tier;
pub use velocity::{TierVerdict, VelocitySignal, VelocitySignals, determine_tier};
pub(crate) use velocity::{tier_of_counts, window_start};

use crate::call::Rule;

/// The rules by the names they are called by from outside.
pub(crate) const RULES: &[(&str, Rule)] = &[
    ("requiresApproval", approval::call),
    ("withinBudget", budget::call),
    ("isInQuietHours", quiet_hours::call),
    ("determineTier", velocity::call),
    ("evaluateEscalation", escalation::call),
    ("assessAnomaly", anomaly::call),
    ("arbitrate", arbitration::call),
    ("requiresConfirmation", confirmation::call),
    ("planIntents", intents::call),
    ("checkAutonomy", autonomy::call),
];
