//! The three tiers: one scale of seriousness for velocity, anomalies and recovery.

use serde::Serializer;

use crate::error::Result;
use crate::read::{Place, words};
use crate::value::Value;

words! {
    /// How serious it is, from the mildest to the one that locks.
    Tier {
        /// Mild.
        Tier1 = "tier_1",
        /// Serious.
        Tier2 = "tier_2",
        /// Locks.
        Tier3 = "tier_3",
    }
}

impl Tier {
    /// 1, 2 or 3: how anomalies and arbitration write it.
    ///
    /// ```
    /// assert_eq!(agent_interlock::Tier::Tier3.number(), 3);
    /// ```
    pub const fn number(self) -> u8 {
        match self {
            Self::Tier1 => 1,
            Self::Tier2 => 2,
            Self::Tier3 => 3,
        }
    }

    /// A tier written as a number.
    pub(super) fn read_number(value: &Value, place: &Place<'_>) -> Result<Self> {
        let found = match value {
            Value::Number(number) => Self::ALL.iter().find(|tier| f64::from(tier.number()) == *number),
            _ => None,
        };
        found.copied().ok_or_else(|| place.expected("1, 2 or 3", value))
    }
}

/// Writes a tier as a number.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
pub(super) fn serialize_number<S: Serializer>(tier: &Tier, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_u8(tier.number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_1_2_or_3() {
        let read = |value| Tier::read_number(&value, &Place::ARGUMENT.key("recommendedTier"));
        for tier in Tier::ALL {
            assert_eq!(read(Value::Number(f64::from(tier.number()))), Ok(*tier));
        }
        for value in [Value::Number(0.0), Value::Number(4.0), Value::Number(1.5), Value::Text("tier_1".into())] {
            assert!(read(value).unwrap_err().to_string().starts_with("recommendedTier: expected 1, 2 or 3, got "));
        }
    }
}
