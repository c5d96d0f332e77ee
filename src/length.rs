//! How long JSON text is, without writing it.

use crate::number::Count;
use crate::value::Value;

/// As many bytes does plain data take as JSON, as [`crate::json::text`] writes it.
pub(crate) fn json_length(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(number) => number_length(*number),
        Value::Text(text) => text_length(text),
        Value::List(items) => parts(items.iter().map(json_length)),
        Value::Object(fields) => parts(fields.iter().map(|(name, value)| text_length(name) + 1 + json_length(value))),
        // No plain data.
        Value::Date(_) | Value::Alien(_) => crate::json::text(value).map_or(0, |text| text.len()),
    }
}

/// As many bytes does a text take, quotes and escapes included.
pub(crate) fn text_length(text: &str) -> usize {
    let escapes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
        ..0x20 => 5,
        _ => 0,
    });
    2 + text.len() + escapes.sum::<usize>()
}

/// As many digits has a number.
pub(crate) fn digits(number: u64) -> usize {
    number.checked_ilog10().unwrap_or_default() as usize + 1
}

fn number_length(number: f64) -> usize {
    match (Count::from_f64(number), Count::from_f64(-number)) {
        (Some(count), _) => digits(count.get()),
        (None, Some(negated)) => 1 + digits(negated.get()),
        _ => format!("{number:?}").len(),
    }
}

/// Brackets, the parts and the commas between them.
fn parts(lengths: impl ExactSizeIterator<Item = usize>) -> usize {
    2 + lengths.len().saturating_sub(1) + lengths.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::Number),
            any::<i32>().prop_map(|number| Value::Number(number.into())),
            any::<String>().prop_map(Value::Text),
            "[\u{0}-\u{20}\"\\\\]*".prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
                prop::collection::vec((any::<String>(), inner), 0..5).prop_map(Value::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_as_long_as_it_is_written(value in any_value()) {
            prop_assert_eq!(json_length(&value), crate::json::text(&value).unwrap().len());
        }

        #[test]
        fn a_number_has_as_many_digits_as_are_written(number in any::<u64>()) {
            prop_assert_eq!(digits(number), number.to_string().len());
        }
    }
}
