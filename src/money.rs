//! What things cost: money as whole millionths, sums that do not drift, however many there are.

use serde::ser::{Serialize, Serializer};

use crate::number::{Amount, Count};

/// Millionths of a unit of the policy's currency.
///
/// An amount is taken for its shortest decimal, the digits a person would write: 0.1 is 100,000 millionths although the
/// double nearest to it is a little more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Millionths(u128);

/// What becomes of digits past the sixth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Up,
    Down,
}

impl Millionths {
    pub(crate) const fn new(millionths: u128) -> Self {
        Self(millionths)
    }

    pub(crate) const fn get(self) -> u128 {
        self.0
    }

    /// A cost: never taken for less than it is.
    pub(crate) fn cost(amount: Amount) -> Self {
        Self::from_decimal(amount, Round::Up)
    }

    /// A cap: never taken for more than it is.
    pub(crate) fn cap(amount: Amount) -> Self {
        Self::from_decimal(amount, Round::Down)
    }

    /// What does not fit (above 3e32) saturates.
    fn from_decimal(amount: Amount, round: Round) -> Self {
        // Most amounts are whole: no decimal need be written for those.
        if let Some(count) = Count::from_f64(amount.get()) {
            return Self(u128::from(count.get()) * 1_000_000);
        }
        // Rust writes a double as its shortest decimal, without an exponent.
        let text = amount.get().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = fraction.chars().chain(std::iter::repeat('0')).take(6).filter_map(|c| c.to_digit(10));
        let carry = u128::from(fraction.len() > 6 && round == Round::Up);
        let part = digits.fold(0, |number, digit| number * 10 + u128::from(digit)) + carry;
        let whole = whole.parse::<u128>().ok().and_then(|whole| whole.checked_mul(1_000_000));
        Self(whole.map_or(u128::MAX, |whole| whole.saturating_add(part)))
    }

    /// The difference, or nothing where it would be less.
    pub(crate) fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    pub(crate) fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The nearest double, for people to read.
    pub(crate) fn to_amount(self) -> Amount {
        Amount::new(self.0 as f64 / 1e6).unwrap_or_default()
    }
}

/// Written as text: a JSON number could not hold every one.
impl Serialize for Millionths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What something costs, or cost, in every dimension of a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spending {
    pub(crate) messages: Count,
    pub(crate) llm_tokens: Count,
    pub(crate) api_calls: Count,
    pub(crate) amount: Millionths,
}

impl Spending {
    /// Both together. What is past counting stays at the last count, which reaches every cap.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            messages: self.messages.saturating_add(other.messages),
            llm_tokens: self.llm_tokens.saturating_add(other.llm_tokens),
            api_calls: self.api_calls.saturating_add(other.api_calls),
            amount: self.amount.saturating_add(other.amount),
        }
    }

    /// What is left without the other, nothing where that was more.
    pub(crate) fn less(self, other: Self) -> Self {
        Self {
            messages: self.messages.saturating_sub(other.messages),
            llm_tokens: self.llm_tokens.saturating_sub(other.llm_tokens),
            api_calls: self.api_calls.saturating_sub(other.api_calls),
            amount: self.amount.saturating_sub(other.amount),
        }
    }

    /// The sum with one part of it replaced. A sum that is past counting stays so: what it was made of is not known any more.
    pub(crate) fn replacing(self, part: Self, by: Self) -> Self {
        let Self { messages, llm_tokens, api_calls, amount } = self.less(part).plus(by);
        let kept = |sum: Count, new: Count| if sum == Count::MAX { sum } else { new };
        Self {
            messages: kept(self.messages, messages),
            llm_tokens: kept(self.llm_tokens, llm_tokens),
            api_calls: kept(self.api_calls, api_calls),
            amount: if self.amount == Millionths(u128::MAX) { self.amount } else { amount },
        }
    }

    /// The larger in each dimension.
    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            messages: self.messages.max(other.messages),
            llm_tokens: self.llm_tokens.max(other.llm_tokens),
            api_calls: self.api_calls.max(other.api_calls),
            amount: self.amount.max(other.amount),
        }
    }

    pub(crate) fn is_none(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(amount: f64) -> (u128, u128) {
        let amount = Amount::new(amount).unwrap();
        (Millionths::cost(amount).0, Millionths::cap(amount).0)
    }

    #[test]
    fn takes_the_shortest_decimal() {
        assert_eq!(both(0.1), (100_000, 100_000));
        assert_eq!(both(7.0), (7_000_000, 7_000_000));
        assert_eq!(both(0.1 + 0.2), (300_001, 300_000));
        assert_eq!(both(99.999_999), (99_999_999, 99_999_999));
        assert_eq!(both(1e-7), (1, 0));
        assert_eq!(both(5e-324), (1, 0));
        assert_eq!(both(0.0), (0, 0));
        assert_eq!(both(1e21), (10_u128.pow(27), 10_u128.pow(27)));
        assert_eq!(both(f64::MAX), (u128::MAX, u128::MAX));
    }

    #[test]
    fn none_is_nothing_in_any_dimension() {
        let nothing = Spending::default();
        assert!(nothing.is_none());
        let one = Count::of(1);
        for some in [
            Spending { messages: one, ..nothing },
            Spending { llm_tokens: one, ..nothing },
            Spending { api_calls: one, ..nothing },
            Spending { amount: Millionths(1), ..nothing },
        ] {
            assert!(!some.is_none(), "{some:?}");
        }
    }

    #[test]
    fn three_tenths_are_three_tenths() {
        let tenth = Millionths::cost(Amount::new(0.1).unwrap());
        let sum = tenth.saturating_add(tenth).saturating_add(tenth);
        assert_eq!(sum, Millionths::cap(Amount::new(0.3).unwrap()));
        assert_eq!(sum.to_amount().get(), 0.3);
    }
}
