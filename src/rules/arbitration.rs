//! Allow, deny or lock? (Contract 2.7.)

use serde::Serialize;

use super::tier::{Tier, serialize_number};
use crate::call::Context;
use crate::error::Result;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::value::Value;

/// The most violations of one action.
const MAX_VIOLATIONS: usize = 10_000;

words! {
    /// How risky something is, from least to most.
    RiskLevel {
        /// Nothing to speak of.
        Low = "low",
        /// Somewhat.
        Medium = "medium",
        /// Very.
        High = "high",
        /// Nothing may go on.
        Critical = "critical",
    }
}

words! {
    /// What an arbitration decides, from mildest to strictest.
    Verdict {
        /// It runs.
        Allow = "allow",
        /// It does not run.
        Deny = "deny",
        /// It does not run, and nothing after it until a person unlocks.
        Lock = "lock",
    }
}

/// What an arbitration weighs.
///
/// ```
/// use agent_interlock::{ArbitrationCase, RiskLevel, Tier};
/// let case = ArbitrationCase::new(RiskLevel::Low);
/// assert_eq!((case.recommended_tier, case.confidence, case.lock_active), (Tier::Tier1, 1.0, false));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ArbitrationCase {
    /// Whether a lock holds already.
    pub lock_active: bool,
    /// The tier that the anomaly assessment recommends.
    pub recommended_tier: Tier,
    /// The action's risk.
    pub risk_level: RiskLevel,
    /// What the action violates, in words.
    pub violations: Vec<String>,
    /// Whether a person has to approve.
    pub requires_approval: bool,
    /// How sure the validation is, 0 to 1; handed through.
    pub confidence: f64,
}

impl ArbitrationCase {
    /// A case of this risk against which nothing else speaks.
    pub const fn new(risk_level: RiskLevel) -> Self {
        Self {
            lock_active: false,
            recommended_tier: Tier::Tier1,
            risk_level,
            violations: Vec::new(),
            requires_approval: false,
            confidence: 1.0,
        }
    }
}

/// What was decided, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Arbitration {
    /// What becomes of the action.
    pub decision: Verdict,
    /// The original's words, then the violations.
    pub reasons: Vec<String>,
    /// The tier, as a number: 3 for a lock that this decision sets.
    #[serde(serialize_with = "serialize_number")]
    pub tier: Tier,
    /// As given.
    pub confidence: f64,
    /// True for every lock.
    pub lock_state_active: bool,
}

/// Weighs lock, tier, risk, violations and approvals against one another: the strictest that applies decides.
///
/// ```
/// use agent_interlock::{ArbitrationCase, RiskLevel, Verdict, arbitrate};
/// let case = ArbitrationCase { violations: vec!["too long".into()], ..ArbitrationCase::new(RiskLevel::Low) };
/// let arbitration = arbitrate(&case);
/// assert_eq!(arbitration.decision, Verdict::Deny);
/// assert_eq!(arbitration.reasons, ["Safety policy violation or approval requirement triggered", "too long"]);
/// ```
pub fn arbitrate(case: &ArbitrationCase) -> Arbitration {
    let tier = case.recommended_tier;
    // An old lock is no reason to repeat what an action violates; the other refusals name it.
    let (decision, reason, tier, violations) = if case.lock_active {
        (Verdict::Lock, "Existing lock state is active", tier, Default::default())
    } else if tier == Tier::Tier3 || case.risk_level == RiskLevel::Critical {
        let reason = "Tier 3 systemic anomaly or critical risk detected";
        (Verdict::Lock, reason, Tier::Tier3, case.violations.as_slice())
    } else if case.requires_approval || !case.violations.is_empty() {
        let reason = "Safety policy violation or approval requirement triggered";
        (Verdict::Deny, reason, tier, case.violations.as_slice())
    } else {
        (Verdict::Allow, "No policy violations detected", tier, Default::default())
    };
    Arbitration {
        decision,
        reasons: std::iter::once(reason.to_owned()).chain(violations.iter().cloned()).collect(),
        tier,
        confidence: case.confidence,
        lock_state_active: decision == Verdict::Lock,
    }
}

/// What a validation found, in words.
pub(super) fn read_violations(value: &Value, place: &Place<'_>) -> Result<Vec<String>> {
    read::items(value, place, MAX_VIOLATIONS, |value, place| read::text(value, place).map(str::to_owned))
}

/// `arbitrate({lockActive?, recommendedTier?, riskLevel, violations?, requiresApproval?, confidence?})`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[
        field("lockActive"),
        field("recommendedTier"),
        field("riskLevel"),
        field("violations"),
        field("requiresApproval"),
        field("confidence"),
    ]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let base = ArbitrationCase::new(fields.required("riskLevel", read::word)?);
    let case = ArbitrationCase {
        lock_active: fields.or("lockActive", base.lock_active, read::boolean)?,
        recommended_tier: fields.or("recommendedTier", base.recommended_tier, Tier::read_number)?,
        risk_level: base.risk_level,
        violations: fields.or("violations", base.violations, read_violations)?,
        requires_approval: fields.or("requiresApproval", base.requires_approval, read::boolean)?,
        confidence: fields.or("confidence", base.confidence, read::score)?,
    };
    crate::json::text(&arbitrate(&case))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_approval_requirement_alone_denies() {
        let case = ArbitrationCase { requires_approval: true, ..ArbitrationCase::new(RiskLevel::High) };
        let denied = arbitrate(&case);
        assert_eq!((denied.decision, denied.tier, denied.lock_state_active), (Verdict::Deny, Tier::Tier1, false));
        assert_eq!(denied.reasons, ["Safety policy violation or approval requirement triggered"]);
    }

    #[test]
    fn an_old_lock_keeps_the_tier_that_was_recommended() {
        let case = ArbitrationCase {
            lock_active: true,
            recommended_tier: Tier::Tier2,
            violations: vec!["v".into()],
            ..ArbitrationCase::new(RiskLevel::Critical)
        };
        let locked = arbitrate(&case);
        assert_eq!((locked.decision, locked.tier, locked.lock_state_active), (Verdict::Lock, Tier::Tier2, true));
        assert_eq!(locked.reasons, ["Existing lock state is active"]);
    }

    fn any_case() -> impl Strategy<Value = ArbitrationCase> {
        let word = |words: usize| 0..words;
        let violations = proptest::collection::vec(".{0,4}", 0..3);
        (any::<bool>(), word(3), word(4), violations, any::<bool>(), 0.0..=1.0).prop_map(
            |(lock_active, tier, risk, violations, requires_approval, confidence)| ArbitrationCase {
                lock_active,
                recommended_tier: Tier::ALL[tier],
                risk_level: RiskLevel::ALL[risk],
                violations,
                requires_approval,
                confidence,
            },
        )
    }

    proptest! {
        #[test]
        fn whatever_is_worse_is_never_treated_milder(case in any_case(), worse in any_case()) {
            let worse = ArbitrationCase {
                lock_active: case.lock_active || worse.lock_active,
                recommended_tier: case.recommended_tier.max(worse.recommended_tier),
                risk_level: case.risk_level.max(worse.risk_level),
                violations: [case.violations.clone(), worse.violations].concat(),
                requires_approval: case.requires_approval || worse.requires_approval,
                confidence: worse.confidence,
            };
            prop_assert!(arbitrate(&worse).decision >= arbitrate(&case).decision);
        }
    }
}
