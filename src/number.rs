//! Counts and amounts: what a budget is made of.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _};

/// A whole number from 0 to 2^53 - 1: what both JavaScript and a budget can count without losing one.
///
/// ```
/// use agent_interlock::Count;
/// assert_eq!(Count::new(200).map(Count::get), Some(200));
/// assert_eq!(Count::new(1 << 53), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Count(#[cfg_attr(feature = "schema", schemars(range(min = 0, max = 9_007_199_254_740_991_u64)))] u64);

impl Count {
    /// The largest count: 2^53 - 1.
    pub const MAX: Self = Self((1 << 53) - 1);
    /// None.
    pub const ZERO: Self = Self(0);

    /// A count, or `None` above [`Count::MAX`].
    pub const fn new(value: u64) -> Option<Self> {
        if value <= Self::MAX.0 { Some(Self(value)) } else { None }
    }

    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// A count from a double: `None` where it is negative, fractional, too large or no number.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range, as just checked")]
    pub fn from_f64(value: f64) -> Option<Self> {
        (value >= 0.0 && value <= Self::MAX.0 as f64 && value.fract() == 0.0).then_some(Self(value as u64))
    }

    /// The sum, or the last count where it would be more.
    pub(crate) fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0).min(Self::MAX.0))
    }

    /// The difference, or none where it would be less.
    pub(crate) fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The constant counts of the defaults, which are all in range.
    pub(crate) const fn of(value: u32) -> Self {
        Self(value as u64)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u64::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("a count above 2^53 - 1"))
    }
}

/// A finite amount of at least 0, in the policy's currency.
///
/// ```
/// use agent_interlock::Amount;
/// assert_eq!(Amount::new(99.5).map(Amount::get), Some(99.5));
/// assert_eq!(Amount::new(f64::NAN), None);
/// assert_eq!(Amount::new(-0.01), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Amount(#[cfg_attr(feature = "schema", schemars(range(min = 0)))] f64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);

    /// An amount, or `None` where it is negative, infinite or no number.
    pub fn new(value: f64) -> Option<Self> {
        // Minus zero is zero: two spellings of one amount would be two digests.
        (value.is_finite() && value >= 0.0).then_some(Self(value + 0.0))
    }

    /// The number itself.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The constant amounts of the defaults.
    pub(crate) const fn of(value: u32) -> Self {
        Self(value as f64)
    }
}

/// `value` to so many decimals, half to even on the binary value, as Python's `round`: formatting rounds exactly so.
pub(crate) fn rounded(value: f64, decimals: usize) -> f64 {
    crate::json::number(&format!("{value:.decimals$}")).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_to_even_on_the_binary_value() {
        assert_eq!([0.125, 0.375, 0.625, 2.675, 1.005].map(|value| rounded(value, 2)), [0.12, 0.38, 0.62, 2.67, 1.0]);
        assert_eq!([0.5, 1.5, -2.5].map(|value| rounded(value, 0)), [0.0, 2.0, -2.0]);
        assert_eq!([0.9375, 0.0625].map(|value| rounded(value, 3)), [0.938, 0.062]);
        assert_eq!(rounded(14.0 / 15.0, 4), 0.9333);
        assert_eq!(rounded(f64::INFINITY, 2), f64::INFINITY);
    }

    #[test]
    fn minus_zero_is_zero() {
        assert!(Amount::new(-0.0).unwrap().get().is_sign_positive());
        assert_eq!(Count::from_f64(-0.0), Some(Count::ZERO));
    }

    #[test]
    fn counts_end_at_the_last_exact_integer() {
        assert_eq!(Count::from_f64(9_007_199_254_740_991.0), Some(Count::MAX));
        assert_eq!(Count::from_f64(9_007_199_254_740_992.0), None);
        assert_eq!(Count::new((1 << 53) - 1), Some(Count::MAX));
        assert_eq!(Count::from_f64(f64::NAN), None);
        assert_eq!(Count::from_f64(0.5), None);
        let json = serde_json::from_str::<Count>;
        assert_eq!(json("9007199254740991").unwrap(), Count::MAX);
        assert_eq!(json("9007199254740992").unwrap_err().to_string(), "a count above 2^53 - 1");
    }
}
