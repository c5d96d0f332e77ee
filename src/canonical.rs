//! Numbers as the canonical JSON of RFC 8785 has them: as `JSON.stringify` writes them.

use crate::json;
use crate::number::Count;

/// A number as `String(number)` writes it in JavaScript (ECMA-262, 6.1.6.1.20): the shortest digits that read back as the same number, with an
/// exponent from 1e21 on and below 1e-6.
pub(crate) fn number(number: f64) -> String {
    if let Some(count) = Count::from_f64(number) {
        return count.get().to_string();
    }
    let text = shortest(number.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.replace('.', "");
    let exponent: isize = exponent.parse().unwrap_or_default();
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{}", place_point(digits.trim_end_matches('0'), exponent + 1))
}

/// The fewest digits that read back as the number, as `d.ddde-7`; of those as few, the nearest to it, and of two as near the even ones.
fn shortest(number: f64) -> String {
    let shortest = format!("{number:e}");
    let decimals = shortest.find('e').unwrap_or_default().saturating_sub(2);
    // Half-way between two Rust takes the higher one here, but the even one where the digits are counted.
    let even = format!("{number:.decimals$e}");
    if json::number(&even) == Some(number) { even } else { shortest }
}

/// Digits without zeros at their ends, the point after so many of them.
fn place_point(digits: &str, point: isize) -> String {
    let count = digits.len().cast_signed();
    let zeros = |count: isize| "0".repeat(count.unsigned_abs());
    match point {
        _ if count <= point && point <= 21 => format!("{digits}{}", zeros(point - count)),
        1..=21 => {
            let (whole, fraction) = digits.split_at(point.unsigned_abs());
            format!("{whole}.{fraction}")
        }
        -5..=0 => format!("0.{}{digits}", zeros(-point)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{first}{dot}{rest}e{}{}", if point > 0 { "+" } else { "-" }, (point - 1).unsigned_abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn text(value: &Value) -> String {
        crate::json::canonical(value).unwrap()
    }

    /// RFC 8785, appendix B: the bits of a double, and its text.
    #[test]
    fn numbers_are_written_as_published() {
        let published = [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ];
        for (bits, expected) in published {
            assert_eq!(number(f64::from_bits(bits)), expected);
        }
    }

    /// RFC 8785, 3.2.2 and 3.2.3.
    #[test]
    fn texts_and_names_are_written_as_published() {
        let value = json!({
            "numbers": [333_333_333.333_333_3, 1e30, 4.50, 2e-3, 0.000_000_000_000_000_000_000_000_001],
            "string": "\u{20ac}$\u{f}\nA'\u{42}\u{22}\u{5c}\\\"/",
            "literals": [null, true, false],
        });
        assert_eq!(
            text(&value),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        assert_eq!(text(&value), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
            (-1_000_000_000_i64..1_000_000_000).prop_map(Value::from),
            // Between two shortest forms that are as near, and around powers of two, where the gaps on both sides differ.
            (0_u64..1 << 53, 0_i32..60).prop_map(|(n, by)| Value::from(n as f64 / 2_f64.powi(by))),
            (-1022_i32..1023, -2_i64..3).prop_map(|(by, ulps)| {
                Value::from(f64::from_bits(2_f64.powi(by).to_bits().wrapping_add_signed(ulps)))
            }),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// The same, the fields of each object in some other order.
    fn turned(value: crate::value::Value) -> crate::value::Value {
        use crate::value::Value;
        match value {
            Value::List(items) => Value::List(items.into_iter().map(turned).collect()),
            Value::Object(mut fields) => {
                let by = fields.len() / 2;
                fields.rotate_left(by);
                Value::Object(fields.into_iter().map(|(name, value)| (name, turned(value))).collect())
            }
            other => other,
        }
    }

    proptest! {
        #[test]
        fn the_order_of_fields_does_not_matter(value in any_json()) {
            let other = turned(crate::value::Value::from(value.clone()));
            prop_assert_eq!(crate::json::canonical(&other).unwrap(), text(&value));
        }

        #[test]
        fn agrees_with_an_independent_library(value in any_json()) {
            prop_assert_eq!(text(&value), serde_json_canonicalizer::to_string(&value).unwrap());
        }
    }
}
