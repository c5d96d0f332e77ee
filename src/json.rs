//! JSON text in and out: strict reading (no name twice, bounded depth) and the canonical form of RFC 8785.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, ErrorCode, Result};
use crate::number::Count;
use crate::read::Place;
use crate::time::Timestamp;
use crate::value::{Value, quote};
use crate::writer::{self, Form};

/// How many arrays and objects may stand in one another.
pub(crate) const MAX_DEPTH: usize = 64;

/// Up to so many names of an object are looked at one by one, to see whether one stands twice.
const FEW_NAMES: usize = 16;

impl Value {
    /// Reads JSON text. A name that stands twice in one object, a number that overflows, nesting of more than 64 levels and
    /// anything after the value are errors, with line and column in the message.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::from_json_as(text, ErrorCode::InvalidInput, "")
    }

    pub(crate) fn from_json_as(text: &str, code: ErrorCode, path: &str) -> Result<Self> {
        Self::from_json_within(MAX_DEPTH, text, code, path)
    }

    fn from_json_within(depth: usize, text: &str, code: ErrorCode, path: &str) -> Result<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let refused = |error: serde_json::Error| Error::new(code, path, format!("not valid JSON: {error}"));
        let value = Level(depth).deserialize(&mut reader).map_err(refused)?;
        reader.end().map_err(refused)?;
        Ok(value)
    }

    /// Reads back what this engine wrote: an argument as deep as may be, and a few levels that were put around it.
    pub(crate) fn from_own_json(text: &str) -> Result<Self> {
        Self::from_json_within(MAX_DEPTH + 8, text, ErrorCode::InvalidInput, "")
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Level(MAX_DEPTH).deserialize(deserializer)
    }
}

/// A value that may hold this many further levels.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn down<E: serde::de::Error>(self) -> std::result::Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")))
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    // Numbers are doubles, as in JavaScript: what is too large to be exact is refused where a count is read.
    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        let inner = self.down()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Value, A::Error> {
        let inner = self.down()?;
        // A set of names is for large objects: it takes longer to make than a few names to look at.
        let mut names = std::collections::BTreeSet::new();
        let mut fields: Vec<(String, Value)> = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            let is_new = if fields.len() < FEW_NAMES {
                fields.iter().all(|(known, _)| *known != name)
            } else {
                if names.is_empty() {
                    names.extend(fields.iter().map(|(known, _)| known.clone()));
                }
                names.insert(name.clone())
            };
            if !is_new {
                return Err(serde::de::Error::custom(format_args!("{} stands twice in one object", quote(&name))));
            }
            fields.push((name, entries.next_value_seed(inner)?));
        }
        Ok(Value::Object(fields))
    }
}

/// A number, to the last bit. `str::parse` would bring a reader of its own into the wasm, and so would a number by itself.
pub(crate) fn number(text: &str) -> Option<f64> {
    match Value::from_json(text) {
        Ok(Value::Number(number)) => Some(number),
        _ => None,
    }
}

/// A value that will be handed back, checked for what JSON cannot hold. A host's date is one: it leaves as text.
pub(crate) fn plain(value: &Value, place: &Place<'_>) -> Result<Value> {
    check_depth(value, place, MAX_DEPTH)?;
    check_plain(value, place)?;
    Ok(value.clone())
}

/// Refuses what JSON text could not be read back from: hosts that write JSON are held to it as they are read, those that build values are not.
pub(crate) fn check_depth(value: &Value, place: &Place<'_>, levels: usize) -> Result<()> {
    let too_deep = || place.error(format!("nested deeper than {MAX_DEPTH} levels"));
    let down = || levels.checked_sub(1).ok_or_else(too_deep);
    match value {
        Value::List(items) => down().and_then(|left| items.iter().try_for_each(|item| check_depth(item, place, left))),
        Value::Object(fields) => {
            down().and_then(|left| fields.iter().try_for_each(|(_, item)| check_depth(item, place, left)))
        }
        _ => Ok(()),
    }
}

fn check_plain(value: &Value, place: &Place<'_>) -> Result<()> {
    match value {
        Value::Null | Value::Bool(_) | Value::Text(_) => Ok(()),
        Value::Number(_) => crate::read::number(value, place).map(drop),
        Value::Date(_) => crate::time::instant(value, place).map(drop),
        Value::Alien(_) => Err(place.expected("plain data", value)),
        Value::List(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| check_plain(item, &place.index(index)))
        }
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| check_plain(value, &place.key(name))),
    }
}

/// As `JSON.stringify` would write it; an error for what JSON cannot hold.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => match (Count::from_f64(*value), Count::from_f64(-value)) {
                (Some(count), _) => serializer.serialize_u64(count.get()),
                (None, Some(negated)) => serializer.serialize_i64(-negated.get().cast_signed()),
                _ if value.is_finite() => serializer.serialize_f64(*value),
                _ => Err(S::Error::custom("not a finite number")),
            },
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
            Self::Date(millis) => match Timestamp::from_millis(*millis) {
                Some(instant) => instant.serialize(serializer),
                None => Err(S::Error::custom("a date out of range")),
            },
            Self::Alien(what) => Err(S::Error::custom(what)),
        }
    }
}

/// The canonical JSON of RFC 8785.
pub(crate) fn canonical<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    writer::write(value, Form::Canonical)
}

/// Plain JSON text of a result.
pub(crate) fn text<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    writer::write(value, Form::Plain)
}

/// A result as a value, to be looked at by the names of its fields.
pub(crate) fn value<T: Serialize + ?Sized>(value: &T) -> Result<Value> {
    Value::from_json_as(&text(value)?, ErrorCode::Internal, "")
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(text: &str) -> String {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    let mut digits = Vec::with_capacity(64);
    for byte in Sha256::digest(text) {
        digits.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    // Digits are text.
    String::from_utf8(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Value::from_json(text).map_or_else(|error| error.message().to_owned(), |value| value.describe())
    }

    #[test]
    fn refuses_what_is_not_strict_json() {
        assert_eq!(
            refusal(r#"{"a": {"b": 1, "b": 2}}"#),
            "not valid JSON: `b` stands twice in one object at line 1 column 18"
        );
        assert_eq!(refusal("1e309"), "not valid JSON: number out of range at line 1 column 5");
        assert_eq!(refusal("{} {}"), "not valid JSON: trailing characters at line 1 column 4");
        assert!(refusal("NaN").starts_with("not valid JSON"));
        assert!(refusal("").starts_with("not valid JSON"));
        assert!(refusal(r#""\ud800""#).starts_with("not valid JSON"));
    }

    #[test]
    fn finds_a_name_that_stands_twice_in_a_large_object_as_in_a_small_one() {
        for (count, again) in [(1, 0), (16, 15), (17, 0), (17, 16), (40, 3), (40, 39)] {
            let names = || (0..count).map(|name| format!(r#""n{name}":{name}"#));
            let twice = |names: Vec<String>| format!("{{{}}}", names.join(","));
            assert!(Value::from_json(&twice(names().collect())).is_ok(), "{count}");
            let text = twice(names().chain([format!(r#""n{again}":0"#)]).collect());
            assert!(refusal(&text).contains(&format!("`n{again}` stands twice")), "{text}");
        }
    }

    #[test]
    fn holds_64_levels_and_no_more() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(refusal(&nested(64)), "an array of 1");
        assert!(refusal(&nested(65)).contains("nested deeper than 64 levels"));
        assert!(Value::from_json(&nested(100_000)).is_err());
    }

    #[test]
    fn reads_numbers_to_the_last_bit() {
        assert_eq!(Value::from_json("0.30000000000000004").unwrap(), Value::Number(0.30000000000000004));
        assert_eq!(Value::from_json("9007199254740993").unwrap(), Value::Number(9_007_199_254_740_992.0));
    }

    #[test]
    fn writes_what_it_read() {
        let json = r#"{"b":[1,-2,0.5,1e300,"x\"y",null,true],"a":{}}"#;
        assert_eq!(text(&Value::from_json(json).unwrap()).unwrap(), json);
        assert_eq!(text(&Value::Date(1000.0)).unwrap(), r#""1970-01-01T00:00:01Z""#);
        assert_eq!(text(&Value::Number(-0.0)).unwrap(), "0");
        for value in [Value::Number(f64::NAN), Value::Date(f64::NAN), Value::Alien("a Map".into())] {
            assert!(text(&value).is_err());
        }
        // A number of the engine's own that is none is no reason to answer nothing.
        assert_eq!(text(&[f64::NAN, f64::INFINITY]).unwrap(), "[null,null]");
    }

    #[test]
    fn whole_numbers_have_all_their_digits_or_those_of_a_double() {
        for number in [0, 7, 10, 99, 100, (1 << 53) - 1, u64::MAX] {
            assert_eq!(text(&number).unwrap(), number.to_string());
        }
        for number in [-1, -10, i64::MIN, i64::MAX] {
            assert_eq!(text(&number).unwrap(), number.to_string());
        }
        let canonical = |number: i64| canonical(&number).unwrap();
        assert_eq!([canonical(-(1 << 53) + 1), canonical((1 << 53) + 1)], ["-9007199254740991", "9007199254740992"]);
        assert_eq!([canonical(i64::MAX), canonical(i64::MIN)], ["9223372036854776000", "-9223372036854776000"]);
    }

    #[test]
    fn what_is_json_already_goes_as_it_stands() {
        let raw = writer::Raw(r#"{"a":"\n","b":[1]}"#.to_owned());
        for write in [text, canonical] {
            assert_eq!(write(&[Some(&raw), None, Some(&raw)]).unwrap(), format!("[{0},null,{0}]", raw.0));
        }
        // And what comes after it is text again.
        assert_eq!(text(&(&raw, "a")).unwrap(), format!(r#"[{},"a"]"#, raw.0));
    }

    #[test]
    fn plain_data_is_told_from_the_rest() {
        let nested = |value| Value::Object(vec![("a".into(), Value::List(vec![Value::Null, value]))]);
        let refusal = |value| plain(&nested(value), &Place::ARGUMENT.key("outcome")).unwrap_err().to_string();
        assert_eq!(refusal(Value::Alien("a Map".into())), "outcome.a[1]: expected plain data, got a Map");
        assert_eq!(refusal(Value::Number(f64::NAN)), "outcome.a[1]: expected a finite number, got NaN");
        assert!(refusal(Value::Date(-1.0)).starts_with("outcome.a[1]: expected a time"));
        let fine = nested(Value::Date(0.0));
        assert_eq!(plain(&fine, &Place::ARGUMENT).unwrap(), fine);
    }

    #[test]
    fn hashes_as_published() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
