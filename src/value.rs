//! Untyped input, as a host hands it over: what JSON can say, and a name for what it cannot.

use std::fmt::Write as _;

/// A value from outside, before anything is known of it.
///
/// Hosts translate their objects into this one shape and the core reads it strictly, so that every host refuses the
/// same things in the same words. What no JSON document can hold arrives as [`Value::Date`] or [`Value::Alien`],
/// and is refused where it is read rather than where it is translated: only there is its path known.
///
/// ```
/// use agent_interlock::Value;
/// let value = Value::from_json(r#"{"hour": 21}"#)?;
/// assert_eq!(value, Value::Object(vec![("hour".into(), Value::Number(21.0))]));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`; an absent or undefined field is not there at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number, also those that are refused everywhere (NaN, the infinities).
    Number(f64),
    /// Well-formed Unicode text.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// A plain object, its fields in the order given. No name stands in it twice.
    Object(Vec<(String, Value)>),
    /// A host's date object, in milliseconds since 1970 (NaN for an invalid one).
    Date(f64),
    /// Something that is not plain data, with the words to call it by: "a function", "a Map", "a getter".
    Alien(String),
}

/// How much of a wrong value is quoted back.
const QUOTED: usize = 60;

impl Value {
    /// The value in a few words, for an error message: its input in backticks, shortened, with nothing in it that
    /// could disturb a terminal or change the direction of the text.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => describe_number(*value),
            Self::Text(text) if text.is_empty() => "an empty string".into(),
            Self::Text(text) => format!("the string {}", quote(text)),
            Self::List(list) => format!("an array of {}", list.len()),
            Self::Object(_) => "an object".into(),
            Self::Date(ms) if ms.is_nan() => "an invalid Date".into(),
            Self::Date(_) => "a Date".into(),
            Self::Alien(what) => what.clone(),
        }
    }
}

fn describe_number(value: f64) -> String {
    if value.is_nan() {
        "NaN".into()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.into()
    } else {
        value.to_string()
    }
}

/// `text` in backticks: at most 60 characters of it, control and format characters escaped.
pub(crate) fn quote(text: &str) -> String {
    format!("`{}`", printable(text))
}

/// At most 60 characters of `text`, control and format characters escaped: what people are shown of a stranger's words.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == QUOTED {
            shown.push('…');
            break;
        }
        if c.is_control() || crate::text::is_invisible(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match value {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(value),
            Json::Number(value) => Self::Number(value.as_f64().unwrap_or(f64::NAN)),
            Json::String(value) => Self::Text(value),
            Json::Array(list) => Self::List(list.into_iter().map(Self::from).collect()),
            Json::Object(map) => Self::Object(map.into_iter().map(|(name, value)| (name, value.into())).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes_values_in_few_safe_words() {
        assert_eq!(Value::Number(f64::NEG_INFINITY).describe(), "-Infinity");
        assert_eq!(Value::Text("a\u{202e}\n".into()).describe(), "the string `a\\u{202e}\\u{a}`");
        assert_eq!(quote(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
        assert_eq!(quote(&"x".repeat(60)), format!("`{}`", "x".repeat(60)));
        assert_eq!(Value::List(vec![Value::Null]).describe(), "an array of 1");
        assert_eq!(Value::Date(f64::NAN).describe(), "an invalid Date");
        assert_eq!(Value::Date(0.0).describe(), "a Date");
        assert_eq!(Value::Text(String::new()).describe(), "an empty string");
        assert_eq!(Value::Number(f64::INFINITY).describe(), "Infinity");
    }
}
