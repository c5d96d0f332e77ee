//! The rules: one file each, each a pure function of its inputs.

mod approval;
mod budget;
mod quiet_hours;
mod tier;
mod velocity;

pub(crate) use approval::KnownFactors;
pub use approval::{Approval, RiskFactors, requires_approval};
pub use budget::{BudgetVerdict, Usage, within_budget};
pub use quiet_hours::is_in_quiet_hours;
pub use tier::Tier;
pub(crate) use velocity::window_start;
pub use velocity::{TierVerdict, VelocitySignal, VelocitySignals, determine_tier};

use crate::call::Rule;

/// The rules by the names they are called by from outside.
pub(crate) const RULES: &[(&str, Rule)] = &[
    ("requiresApproval", approval::call),
    ("withinBudget", budget::call),
    ("isInQuietHours", quiet_hours::call),
    ("determineTier", velocity::call),
];
