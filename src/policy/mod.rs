//! The policy: a document as a host writes it, read once, strictly, into what the rules ask.
//!
//! [`document`] has the types, [`read`](self::reading) makes them from untyped input, [`catalogue`] knows the types of actions,
//! [`digest`] the policy's fingerprint, [`Policy`] is the compiled whole.

mod catalogue;
mod compiled;
mod digest;
mod document;
mod reading;
#[cfg(feature = "schema")]
mod schema;

pub use catalogue::{ActionRules, ActionType, Cost, CostSource, Factor, Factors, MAX_ACTION_TYPE, Pointer};
pub(crate) use catalogue::{Known, Traits};
pub use compiled::Policy;
pub(crate) use compiled::policy_argument;
pub use document::{
    Access, Agent, Anomaly, AnomalyTier, AnomalyTiers, Approvals, AutonomyMode, Budget, BudgetScope, Executors, Level,
    LockCriteria, Metrics, PolicyDocument, QuietHours, Thresholds, UnknownActions, Velocity, VelocityScope,
    VelocityTier,
};
pub(crate) use reading::{FACTORS, amounts_in, read_budget, read_currency, read_velocity};
#[cfg(feature = "schema")]
pub use schema::{full_policy_schema, policy_schema};
