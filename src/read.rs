//! Reading untyped input: every wrong value is named with its place, and nothing is coerced.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorCode, Result};
use crate::number::{Amount, Count};
use crate::value::{Value, printable, quote};

/// The longest identifier, in characters.
pub(crate) const MAX_ID: usize = 256;

/// Where a value stands: a path that is only written out when an error needs it.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
    code: ErrorCode,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Argument,
    Key(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// The argument of a call.
    pub(crate) const ARGUMENT: Place<'static> =
        Place { parent: None, step: Step::Argument, code: ErrorCode::InvalidInput };

    pub(crate) fn key(&'a self, name: &'a str) -> Place<'a> {
        Place { parent: Some(self), step: Step::Key(name), code: self.code }
    }

    pub(crate) fn index(&'a self, index: usize) -> Place<'a> {
        Place { parent: Some(self), step: Step::Index(index), code: self.code }
    }

    /// The same place, where what is wrong has another code: all inside a policy is `invalid_policy`.
    pub(crate) fn with_code(self, code: ErrorCode) -> Self {
        Self { code, ..self }
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        Error::new(self.code, self.path(), message)
    }

    /// The way from the argument to here, as JavaScript would reach it.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        self.write(&mut path);
        path
    }

    /// "expected …, got …".
    pub(crate) fn expected(&self, what: &str, value: &Value) -> Error {
        self.error(format!("expected {what}, got {}", value.describe()))
    }

    fn write(&self, path: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(path);
        }
        match self.step {
            Step::Argument => {}
            Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            Step::Key(name) if is_identifier(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Step::Key(name) => {
                let escaped = printable(name).replace('\\', "\\\\").replace('"', "\\\"");
                path.extend(["[\"", &escaped, "\"]"]);
            }
        }
    }
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'))
}

/// A field an object may have, by its canonical name and, where the originals called it otherwise, by that name too.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) original: Option<&'static str>,
}

/// A field under its canonical name.
pub(crate) const fn field(name: &'static str) -> Field {
    Field { name, original: None }
}

/// A field that the Python originals name in their own way.
pub(crate) const fn renamed(name: &'static str, original: &'static str) -> Field {
    Field { name, original: Some(original) }
}

/// Which spellings an object's fields may have, and whether it may carry others.
pub(crate) struct Shape {
    pub(crate) fields: &'static [Field],
    /// `snake_case` and the originals' names are read as well.
    pub(crate) originals: bool,
    /// Fields that are not listed are passed over, not refused.
    pub(crate) open: bool,
}

impl Shape {
    /// Canonical names alone.
    pub(crate) const fn strict(fields: &'static [Field]) -> Self {
        Self { fields, originals: false, open: false }
    }

    /// Canonical names, `snake_case` and the originals' names.
    pub(crate) const fn document(fields: &'static [Field]) -> Self {
        Self { fields, originals: true, open: false }
    }

    /// As a document, and other fields may stand beside.
    pub(crate) const fn open(fields: &'static [Field]) -> Self {
        Self { fields, originals: true, open: true }
    }

    fn find(&self, given: &str) -> Option<(&'static str, bool)> {
        self.fields.iter().find_map(|field| {
            if given == field.name {
                Some((field.name, false))
            } else if self.originals && field.original == Some(given) {
                Some((field.name, true))
            } else if self.originals && is_snake_of(given, field.name) {
                Some((field.name, false))
            } else {
                None
            }
        })
    }

    fn nearest(&self, given: &str) -> Option<&'static str> {
        self.fields.iter().map(|field| field.name).min_by_key(|name| strsim::osa_distance(given, name))
    }
}

/// Whether `given` is the `snake_case` spelling of the camelCase `name`.
fn is_snake_of(given: &str, name: &str) -> bool {
    let snake = name.chars().flat_map(|c| {
        let underscore = c.is_ascii_uppercase().then_some('_');
        underscore.into_iter().chain([c.to_ascii_lowercase()])
    });
    given.chars().eq(snake)
}

/// The fields of one object, each known and there once.
pub(crate) struct Fields<'v, 'p> {
    place: &'p Place<'p>,
    found: Vec<(&'static str, &'v Value, bool)>,
}

impl<'v, 'p> Fields<'v, 'p> {
    pub(crate) fn of(value: &'v Value, place: &'p Place<'p>, shape: &Shape) -> Result<Self> {
        let mut found: Vec<(&'static str, &'v Value, bool)> = Vec::new();
        for (given, value) in object(value, place)? {
            let Some((name, original)) = shape.find(given) else {
                if shape.open {
                    continue;
                }
                return Err(unknown(given, place, shape));
            };
            if found.iter().any(|(known, ..)| *known == name) {
                return Err(place.key(name).error(format!("`{name}` is given in two spellings")));
            }
            found.push((name, value, original));
        }
        Ok(Self { place, found })
    }

    pub(crate) fn place(&self) -> &'p Place<'p> {
        self.place
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'v Value> {
        self.found.iter().find(|(known, ..)| *known == name).map(|(_, value, _)| *value)
    }

    /// Whether the field was given under the originals' name.
    pub(crate) fn is_original(&self, name: &str) -> bool {
        self.found.iter().any(|(known, _, original)| *known == name && *original)
    }

    pub(crate) fn optional<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.get(name).map(|value| read(value, &self.place.key(name))).transpose()
    }

    pub(crate) fn or<T>(
        &self,
        name: &'static str,
        default: T,
        read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T>,
    ) -> Result<T> {
        Ok(self.optional(name, read)?.unwrap_or(default))
    }

    pub(crate) fn required<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T>,
    ) -> Result<T> {
        self.optional(name, read)?.ok_or_else(|| self.place.key(name).error("required, but left out"))
    }

    /// A field whose value replaces the default that is there.
    pub(crate) fn set<T>(
        &self,
        name: &'static str,
        target: &mut T,
        read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T>,
    ) -> Result<()> {
        if let Some(value) = self.get(name) {
            *target = read(value, &self.place.key(name))?;
        }
        Ok(())
    }

    /// A field for which `null` is a value of its own.
    pub(crate) fn nullable<T>(
        &self,
        name: &'static str,
        default: Option<T>,
        read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        match self.get(name) {
            None => Ok(default),
            Some(Value::Null) => Ok(None),
            Some(value) => read(value, &self.place.key(name)).map(Some),
        }
    }
}

/// The fields that an open shape does not list, for records that are handed back with all they carry.
pub(crate) fn others(value: &Value, place: &Place<'_>, shape: &Shape) -> Result<BTreeMap<String, Value>> {
    let unlisted = object(value, place)?.iter().filter(|(name, _)| shape.find(name).is_none());
    crate::collect::try_map(
        unlisted.map(|(name, value)| Ok((name.clone(), crate::json::plain(value, &place.key(name))?))),
    )
}

fn unknown(given: &str, place: &Place<'_>, shape: &Shape) -> Error {
    let nearest = shape.nearest(given).map(|name| format!("; the nearest known one is `{name}`")).unwrap_or_default();
    place.key(given).error(format!("unknown field {}{nearest}", quote(given)))
}

pub(crate) fn object<'v>(value: &'v Value, place: &Place<'_>) -> Result<&'v [(String, Value)]> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(place.expected("a plain object", other)),
    }
}

/// An array of at most `limit` items.
pub(crate) fn list<'v>(value: &'v Value, place: &Place<'_>, limit: usize) -> Result<&'v [Value]> {
    match value {
        Value::List(items) if items.len() > limit => {
            Err(place.error(format!("at most {limit} items, got {}", items.len())))
        }
        Value::List(items) => Ok(items),
        other => Err(place.expected("an array", other)),
    }
}

/// Every item of an array, read at its own place.
pub(crate) fn items<'v, T>(
    value: &'v Value,
    place: &Place<'_>,
    limit: usize,
    read: impl Fn(&'v Value, &Place<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut items = Vec::new();
    for (index, item) in list(value, place, limit)?.iter().enumerate() {
        items.push(read(item, &place.index(index))?);
    }
    Ok(items)
}

pub(crate) fn boolean(value: &Value, place: &Place<'_>) -> Result<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        other => Err(place.expected("true or false", other)),
    }
}

pub(crate) fn text<'v>(value: &'v Value, place: &Place<'_>) -> Result<&'v str> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(place.expected("a string", other)),
    }
}

/// A name given by the host: not empty, at most 256 characters, none of them a control character.
pub(crate) fn id(value: &Value, place: &Place<'_>) -> Result<String> {
    let id = text(value, place)?;
    if id.is_empty() {
        return Err(place.expected("a name", value));
    }
    if id.chars().take(MAX_ID + 1).count() > MAX_ID {
        return Err(place.error(format!("at most {MAX_ID} characters, got {}", id.chars().count())));
    }
    if id.chars().any(char::is_control) {
        return Err(place.error(format!("control characters are not allowed in {}", quote(id))));
    }
    Ok(id.to_owned())
}

/// Any finite number.
pub(crate) fn number(value: &Value, place: &Place<'_>) -> Result<f64> {
    match value {
        Value::Number(number) if number.is_finite() => Ok(*number),
        other => Err(place.expected("a finite number", other)),
    }
}

/// A finite number of at least 0.
pub(crate) fn amount(value: &Value, place: &Place<'_>) -> Result<Amount> {
    let given = match value {
        Value::Number(number) => Amount::new(*number),
        _ => None,
    };
    given.ok_or_else(|| place.expected("a finite number of at least 0", value))
}

/// A finite number above 0.
pub(crate) fn positive(value: &Value, place: &Place<'_>) -> Result<f64> {
    match value {
        Value::Number(number) if number.is_finite() && *number > 0.0 => Ok(*number),
        other => Err(place.expected("a finite number above 0", other)),
    }
}

/// A number from 0 to 1, both included.
pub(crate) fn score(value: &Value, place: &Place<'_>) -> Result<f64> {
    match value {
        Value::Number(number) if (0.0..=1.0).contains(number) => Ok(*number),
        other => Err(place.expected("a number from 0 to 1", other)),
    }
}

/// A whole number from 0 to 2^53 - 1.
pub(crate) fn count(value: &Value, place: &Place<'_>) -> Result<Count> {
    let given = match value {
        Value::Number(number) => Count::from_f64(*number),
        _ => None,
    };
    given.ok_or_else(|| place.expected("a whole number from 0 to 9007199254740991", value))
}

/// A small whole number, both bounds included.
pub(crate) fn within(value: &Value, place: &Place<'_>, least: u8, most: u8) -> Result<u8> {
    let number = u8::try_from(count(value, place)?.get()).ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| place.expected(&format!("a whole number from {least} to {most}"), value))
}

/// A whole number from 1 to 2^53 - 1.
pub(crate) fn positive_count(value: &Value, place: &Place<'_>) -> Result<Count> {
    let given = match value {
        Value::Number(number) => Count::from_f64(*number).filter(|count| count.get() > 0),
        _ => None,
    };
    given.ok_or_else(|| place.expected("a whole number from 1 to 9007199254740991", value))
}

/// One word of a closed list.
pub(crate) fn word<T: Word>(value: &Value, place: &Place<'_>) -> Result<T> {
    // The work is done once for all lists; for each there is only the way from a place to the word.
    let index = index_of_word(value, place, T::SPELLINGS)?;
    T::ALL.get(index).copied().ok_or_else(|| place.error("a word without a meaning"))
}

fn index_of_word(value: &Value, place: &Place<'_>, words: &[&str]) -> Result<usize> {
    let found = match value {
        Value::Text(text) => words.iter().position(|word| word == text),
        _ => None,
    };
    found.ok_or_else(|| place.expected(&format!("one of `{}`", words.join("`, `")), value))
}

/// A closed list of words, spelled one way.
pub(crate) trait Word: Copy + 'static {
    const ALL: &'static [Self];
    const SPELLINGS: &'static [&'static str];
}

/// An enum whose variants are words: its spelling, its reading and its JSON from one list.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every one of them, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling in documents and results.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl $crate::read::Word for $name {
            const ALL: &'static [Self] = Self::ALL;
            const SPELLINGS: &'static [&'static str] = &[$($word),+];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests;
