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
