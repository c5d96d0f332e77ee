//! Amounts of money as whole millionths: sums that do not drift, however many there are.

use crate::number::Amount;

/// Millionths of a unit of the policy's currency.
///
/// An amount is taken for its shortest decimal, the digits a person would write: 0.1 is 100,000 millionths although the
/// double nearest to it is a little more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Millionths(u128);

impl Millionths {
    /// A cost: never taken for less than it is. What does not fit (above 3e32) saturates.
    pub(crate) fn cost(amount: Amount) -> Self {
        // Rust writes a double as its shortest decimal, without an exponent.
        let text = amount.get().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = fraction.chars().chain(std::iter::repeat('0')).take(6).filter_map(|c| c.to_digit(10));
        let part = digits.fold(0, |number, digit| number * 10 + u128::from(digit)) + u128::from(fraction.len() > 6);
        let whole = whole.parse::<u128>().ok().and_then(|whole| whole.checked_mul(1_000_000));
        Self(whole.map_or(u128::MAX, |whole| whole.saturating_add(part)))
    }

    pub(crate) fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The nearest double, for people to read.
    pub(crate) fn to_amount(self) -> Amount {
        Amount::new(self.0 as f64 / 1e6).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(amount: f64) -> u128 {
        Millionths::cost(Amount::new(amount).unwrap()).0
    }

    #[test]
    fn takes_the_shortest_decimal_and_rounds_up() {
        assert_eq!(cost(0.1), 100_000);
        assert_eq!(cost(0.3), 300_000);
        assert_eq!(cost(0.1 + 0.2), 300_001);
        assert_eq!(cost(99.999_999), 99_999_999);
        assert_eq!(cost(1e-7), 1);
        assert_eq!(cost(5e-324), 1);
        assert_eq!(cost(0.0), 0);
        assert_eq!(cost(1e21), 10_u128.pow(27));
        assert_eq!(cost(f64::MAX), u128::MAX);
    }

    #[test]
    fn three_tenths_are_three_tenths() {
        let tenth = Millionths::cost(Amount::new(0.1).unwrap());
        let sum = tenth.saturating_add(tenth).saturating_add(tenth);
        assert_eq!(sum, Millionths::cost(Amount::new(0.3).unwrap()));
        assert_eq!(sum.to_amount().get(), 0.3);
    }
}
