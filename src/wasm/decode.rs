//! The bytes in which the JavaScript side writes an argument.
//!
//! A tag, then what it needs: 0 null, 1 false, 2 true, 3 number, 4 text, 5 list, 6 object, 7 date, 8 alien. Numbers are little-endian doubles; texts
//! are a length in bytes (u32, little-endian) and UTF-8; lists and objects a count (u32), then items, or names and values.

use crate::error::{Error, ErrorCode, Result};
use crate::json::MAX_DEPTH;
use crate::value::Value;

/// Reads one value and nothing after it.
pub(super) fn value(bytes: &[u8]) -> Result<Value> {
    let mut input = Input(bytes);
    let value = input.value(0).ok_or_else(malformed)?;
    if input.0.is_empty() { Ok(value) } else { Err(malformed()) }
}

fn malformed() -> Error {
    Error::new(ErrorCode::Internal, "", "an argument that was not encoded as this version expects")
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn length(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    fn number(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok().map(str::to_owned)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let (tag, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(match tag {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Number(self.number()?),
            4 => Value::Text(self.text()?),
            5 if depth < MAX_DEPTH => {
                let count = self.length()?;
                Value::List((0..count).map(|_| self.value(depth + 1)).collect::<Option<_>>()?)
            }
            6 if depth < MAX_DEPTH => {
                let count = self.length()?;
                let fields = (0..count).map(|_| Some((self.text()?, self.value(depth + 1)?)));
                Value::Object(fields.collect::<Option<_>>()?)
            }
            7 => Value::Date(self.number()?),
            8 => Value::Alien(self.text()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The bytes of a value, by the description above.
    fn encode(value: &Value, bytes: &mut Vec<u8>) {
        let length = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
        let text = |text: &str, bytes: &mut Vec<u8>| {
            bytes.extend(length(text.len()));
            bytes.extend(text.as_bytes());
        };
        match value {
            Value::Null => bytes.push(0),
            Value::Bool(value) => bytes.push(1 + u8::from(*value)),
            Value::Number(number) => {
                bytes.push(3);
                bytes.extend(number.to_le_bytes());
            }
            Value::Text(words) => {
                bytes.push(4);
                text(words, bytes);
            }
            Value::List(items) => {
                bytes.push(5);
                bytes.extend(length(items.len()));
                for item in items {
                    encode(item, bytes);
                }
            }
            Value::Object(fields) => {
                bytes.push(6);
                bytes.extend(length(fields.len()));
                for (name, value) in fields {
                    text(name, bytes);
                    encode(value, bytes);
                }
            }
            Value::Date(millis) => {
                bytes.push(7);
                bytes.extend(millis.to_le_bytes());
            }
            Value::Alien(words) => {
                bytes.push(8);
                text(words, bytes);
            }
        }
    }

    fn encoded(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(value, &mut bytes);
        bytes
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>().prop_map(Value::Number),
            any::<f64>().prop_map(Value::Date),
            ".{0,6}".prop_map(Value::Text),
            ".{0,6}".prop_map(Value::Alien),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::vec((".{0,4}", inner), 0..4).prop_map(Value::Object),
            ]
        })
    }

    #[test]
    fn holds_64_levels_and_no_more() {
        let nested = |levels| (0..levels).fold(Value::Null, |inner, _| Value::List(vec![inner]));
        assert!(value(&encoded(&nested(64))).is_ok());
        assert!(value(&encoded(&nested(65))).is_err());
        let object = |levels| (0..levels).fold(Value::Null, |inner, _| Value::Object(vec![("a".into(), inner)]));
        assert!(value(&encoded(&object(64))).is_ok());
        assert!(value(&encoded(&object(65))).is_err());
    }

    #[test]
    fn refuses_what_is_not_as_described() {
        let four_billion_items = [5, 0xff, 0xff, 0xff, 0xff, 0];
        let half_a_surrogate = [4, 3, 0, 0, 0, 0xed, 0xa0, 0x80];
        for bytes in [&[][..], &[9], &[0, 0], &four_billion_items, &half_a_surrogate] {
            assert_eq!(value(bytes).unwrap_err().code(), ErrorCode::Internal, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(given in any_value(), more in any::<u8>()) {
            let bytes = encoded(&given);
            prop_assert_eq!(encoded(&value(&bytes).unwrap()), &bytes[..]);
            for length in 0..bytes.len() {
                prop_assert!(value(bytes.get(..length).unwrap()).is_err());
            }
            prop_assert!(value(&[&bytes[..], &[more]].concat()).is_err());
        }

        #[test]
        fn any_bytes_are_read_as_they_stand_or_refused(given in any_value(), at in any::<prop::sample::Index>(), byte: u8, bytes: Vec<u8>) {
            let mut changed = encoded(&given);
            let at = at.index(changed.len());
            *changed.get_mut(at).unwrap() = byte;
            for bytes in [changed, bytes] {
                if let Ok(read) = value(&bytes) {
                    prop_assert_eq!(encoded(&read), bytes);
                }
            }
        }
    }
}
