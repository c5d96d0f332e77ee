//! JSON text of whatever serde can serialise: as results are sent, or in the canonical form of RFC 8785.
//!
//! One writer for both, and nothing in it that is made anew for each type: generic serialisers were a fifth of the wasm.

use std::cmp::Ordering;
use std::fmt::{self, Display, Write as _};

use serde::Serialize;
use serde::ser::{self, Impossible, Serializer};

use crate::canonical;
use crate::error::{Error, ErrorCode, Result};
use crate::number::Count;

/// Writes a value. Errors: `internal`, for what JSON cannot hold.
pub(crate) fn write<T: Serialize + ?Sized>(value: &T, form: Form) -> Result<String> {
    let mut writer = Writer {
        out: String::new(),
        form,
        is_name: false,
        name: String::new(),
        fields: Vec::new(),
        names: String::new(),
    };
    value.serialize(&mut writer).map_err(|Fault(error)| error)?;
    Ok(writer.out)
}

/// The serde name of what is JSON text already.
const RAW: &str = "interlock::Raw";

/// JSON text that goes into other JSON text as it stands. No other serializer knows it: nothing that is public may hold one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename = "interlock::Raw")]
pub(crate) struct Raw(pub(crate) String);

/// How JSON text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Names as they come, `5.0` for a whole double.
    Plain,
    /// Names in the order of their UTF-16, numbers as JavaScript writes them.
    Canonical,
}

/// An error as serde wants it.
#[derive(Debug)]
struct Fault(Error);

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: Display>(what: T) -> Self {
        Self(Error::new(ErrorCode::Internal, "", what.to_string()))
    }
}

type Written = std::result::Result<(), Fault>;
type Begun<'w> = std::result::Result<Parts<'w>, Fault>;

/// As many digits has the largest whole number.
const MAX_DIGITS: usize = 20;

struct Writer {
    out: String,
    form: Form,
    /// What is written is the name of a map's entry: a text without its quotes.
    is_name: bool,
    /// That name, until its value comes.
    name: String,
    /// In the canonical form, the fields of each object that is open.
    fields: Vec<Field>,
    /// Their names, one after the other.
    names: String,
}

/// A field of an object that is open.
#[derive(Clone, Copy)]
struct Field {
    /// Where its name begins among the names; it ends where the next one's begins.
    name: usize,
    /// Where it begins in the text, after the comma.
    start: usize,
}

impl Writer {
    fn word(&mut self, word: &str) {
        self.out.push_str(word);
    }

    fn number(&mut self, number: f64) {
        match self.form {
            _ if !number.is_finite() => self.word("null"),
            Form::Canonical => self.word(&canonical::number(number)),
            Form::Plain => self.word(&format!("{number:?}")),
        }
    }

    /// A whole number: with all its digits, or in the canonical form as the double that JavaScript would hold. Up to 2^53 these are the same.
    fn whole(&mut self, is_negative: bool, number: u64) {
        let sign = if is_negative { "-" } else { "" };
        if self.form == Form::Canonical && Count::new(number).is_none() {
            return self.number(if is_negative { -(number as f64) } else { number as f64 });
        }
        self.word(sign);
        let (mut digits, mut rest) = ([b'0'; MAX_DIGITS], number);
        let mut from = MAX_DIGITS;
        for (place, digit) in digits.iter_mut().enumerate().rev() {
            *digit += (rest % 10) as u8;
            from = place;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.word(digits.get(from..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        if self.is_name {
            return self.word(text);
        }
        self.word("\"");
        let mut rest = text;
        loop {
            // What needs no escape goes as it stands, all of it at once.
            let plain = rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')).unwrap_or(rest.len());
            let (run, more) = rest.split_at_checked(plain).unwrap_or((rest, ""));
            self.word(run);
            let mut more = more.chars();
            let Some(c) = more.next() else { break };
            self.escaped(c);
            rest = more.as_str();
        }
        self.word("\"");
    }

    fn escaped(&mut self, c: char) {
        match c {
            '"' => self.word("\\\""),
            '\\' => self.word("\\\\"),
            '\n' => self.word("\\n"),
            '\r' => self.word("\\r"),
            '\t' => self.word("\\t"),
            '\u{8}' => self.word("\\b"),
            '\u{c}' => self.word("\\f"),
            _ => drop(write!(self.out, "\\u{:04x}", u32::from(c))),
        }
    }

    /// Writes the fields of an object anew, in order, from a field on.
    fn sort(&mut self, from: usize) {
        let fields = self.fields.get(from..).unwrap_or_default();
        let Some(start) = fields.first().map(|field| field.start) else { return };
        let written = self.out.split_off(start);
        let ends = fields.iter().skip(1).map(|next| (next.name, next.start - start - 1));
        let ends = ends.chain([(self.names.len(), written.len())]);
        let mut sorted: Vec<(&str, &str)> = fields
            .iter()
            .zip(ends)
            .filter_map(|(field, (name, end))| {
                Some((self.names.get(field.name..name)?, written.get(field.start - start..end)?))
            })
            .collect();
        sorted.sort_unstable_by(|one, other| in_order(one.0, other.0));
        for (index, (_, field)) in sorted.into_iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.out.push_str(field);
        }
    }

    fn list(&mut self) -> Parts<'_> {
        self.word("[");
        Parts { is_first: true, is_sorted: true, from: 0, writer: self }
    }

    fn object(&mut self) -> Parts<'_> {
        self.word("{");
        Parts { is_first: true, is_sorted: true, from: self.fields.len(), writer: self }
    }
}

/// An array or an object under way. It owns nothing, so that a type's own code has nothing to drop.
struct Parts<'w> {
    writer: &'w mut Writer,
    is_first: bool,
    /// Whether its fields came in the order of the canonical form so far.
    is_sorted: bool,
    /// The first of its fields, in the canonical form.
    from: usize,
}

impl Parts<'_> {
    #[inline(never)]
    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.writer.word(",");
        }
    }

    /// What stands before a field's value.
    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.comma();
        if self.writer.form == Form::Canonical {
            self.is_sorted &= self.is_first_or_after(name);
            let field = Field { name: self.writer.names.len(), start: self.writer.out.len() };
            self.writer.fields.push(field);
            self.writer.names.push_str(name);
        }
        self.writer.text(name);
        self.writer.word(":");
    }

    /// Whether a name comes after that of the field before, where there is one.
    fn is_first_or_after(&self, name: &str) -> bool {
        let Writer { fields, names, .. } = &*self.writer;
        let before = fields.get(self.from..).and_then(<[Field]>::last);
        before.is_none_or(|before| in_order(names.get(before.name..).unwrap_or_default(), name).is_le())
    }

    fn end_list(self) {
        self.writer.word("]");
    }

    #[inline(never)]
    fn end_object(self) {
        if self.writer.form == Form::Canonical {
            if !self.is_sorted {
                self.writer.sort(self.from);
            }
            if let Some(first) = self.writer.fields.get(self.from) {
                self.writer.names.truncate(first.name);
            }
            self.writer.fields.truncate(self.from);
        }
        self.writer.word("}");
    }
}

/// The order of names in the canonical form: by their units of UTF-16.
fn in_order(one: &str, other: &str) -> Ordering {
    one.encode_utf16().cmp(other.encode_utf16())
}

/// The three kinds of arrays that serde knows.
macro_rules! arrays {
    ($($kind:ident: $add:ident),+) => {$(
        impl ser::$kind for Parts<'_> {
            type Ok = ();
            type Error = Fault;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                self.comma();
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Written {
                self.end_list();
                Ok(())
            }
        }
    )+};
}

arrays!(SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field);

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        let start = self.writer.out.len();
        self.writer.is_name = true;
        key.serialize(&mut *self.writer)?;
        self.writer.is_name = false;
        let Writer { out, name, .. } = &mut *self.writer;
        name.clear();
        name.push_str(out.get(start..).unwrap_or_default());
        out.truncate(start);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        let name = std::mem::take(&mut self.writer.name);
        self.name(&name);
        // Its room serves the next name.
        self.writer.name = name;
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Written {
        self.end_object();
        Ok(())
    }
}

impl ser::SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.name(name);
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Written {
        self.end_object();
        Ok(())
    }
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = Parts<'w>;
    type SerializeTupleStruct = Parts<'w>;
    type SerializeTupleVariant = Impossible<(), Fault>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = Impossible<(), Fault>;

    fn serialize_bool(self, value: bool) -> Written {
        self.word(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.serialize_i64(value.into())
    }

    #[inline(never)]
    fn serialize_i64(self, value: i64) -> Written {
        self.whole(value < 0, value.unsigned_abs());
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.serialize_u64(value.into())
    }

    #[inline(never)]
    fn serialize_u64(self, value: u64) -> Written {
        self.whole(false, value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Written {
        self.serialize_f64(value.into())
    }

    #[inline(never)]
    fn serialize_f64(self, value: f64) -> Written {
        self.number(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Written {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline(never)]
    fn serialize_str(self, text: &str) -> Written {
        self.text(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Written {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Written {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.word("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Written {
        if name != RAW {
            return value.serialize(self);
        }
        // It is written as a name is: without quotes.
        self.is_name = true;
        value.serialize(&mut *self)?;
        self.is_name = false;
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        let mut object = self.object();
        object.name(variant);
        value.serialize(&mut *object.writer)?;
        object.end_object();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Begun<'w> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Begun<'w> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Begun<'w> {
        Ok(self.list())
    }

    fn serialize_map(self, _: Option<usize>) -> Begun<'w> {
        Ok(self.object())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Begun<'w> {
        Ok(self.object())
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> std::result::Result<Impossible<(), Fault>, Fault> {
        Err(no_form(name, variant))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> std::result::Result<Impossible<(), Fault>, Fault> {
        Err(no_form(name, variant))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Written {
        self.serialize_str(&value.to_string())
    }
}

/// Enums here are words, or say what they are by a field.
fn no_form(name: &str, variant: &str) -> Fault {
    ser::Error::custom(format_args!("{name}::{variant} has no form in JSON"))
}
