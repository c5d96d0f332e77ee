//! How things stand in a snapshot: rows rather than objects where there are many, numbers past 2^53 as text of a fixed width, and of each
//! the bytes that it takes, so that the size of a whole state is known without writing it.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::error::Result;
pub(super) use crate::length::{digits, text_length};
use crate::money::{Millionths, Spending};
use crate::read::{self, Place};
use crate::time::Timestamp;
use crate::value::Value;

/// The digits of packed numbers: RFC 4648's, fit for URLs and in need of no escape.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// As many digits has an instant.
const INSTANT: usize = 10;
/// As many bytes does an instant take.
pub(super) const INSTANT_LENGTH: usize = INSTANT + 2;

/// What a snapshot holds many of.
pub(super) trait Wire: Sized {
    /// How it stands in a snapshot.
    fn write(&self) -> Json;

    /// As many bytes does that take, or a few less than it is given here.
    fn length(&self) -> usize;

    /// Reads it back, and refuses what no guard can have written.
    fn read(value: &Value, place: &Place<'_>) -> Result<Self>;
}

/// A number as so many digits of base 64.
pub(super) fn pack(number: u128, digits: usize) -> String {
    let digit = |index: usize| DIGITS.get((number >> (6 * index)) as usize & 63).copied().unwrap_or_default();
    (0..digits).rev().map(|index| char::from(digit(index))).collect()
}

/// A number of so many digits, below `2^bits`.
pub(super) fn unpack(value: &Value, place: &Place<'_>, digits: usize, bits: u32) -> Result<u128> {
    let text = read::text(value, place)?;
    let digit = |byte| DIGITS.iter().position(|digit| *digit == byte);
    let number = text.bytes().try_fold(0_u128, |number, byte| Some(number << 6 | digit(byte)? as u128));
    number
        .filter(|number| text.len() == digits && number.leading_zeros() >= u128::BITS - bits)
        .ok_or_else(|| place.expected(&format!("a number of {digits} digits in base 64"), value))
}

pub(super) fn instant(at: Timestamp) -> Json {
    pack(at.as_micros().unsigned_abs().into(), INSTANT).into()
}

pub(super) fn read_instant(value: &Value, place: &Place<'_>) -> Result<Timestamp> {
    let micros = i64::try_from(unpack(value, place, INSTANT, 60)?).ok();
    micros.and_then(Timestamp::from_micros).ok_or_else(|| place.expected("a time from 1970 to 9999", value))
}

/// An instant that has passed.
pub(super) fn read_past(value: &Value, place: &Place<'_>, now: Timestamp) -> Result<Timestamp> {
    let at = read_instant(value, place)?;
    if at > now { Err(place.error(format!("{at} is after the snapshot's own instant"))) } else { Ok(at) }
}

/// What stands as JSON text.
pub(super) fn read_json(value: &Value, place: &Place<'_>) -> Result<Value> {
    Value::from_own_json(read::text(value, place)?).map_err(|_| place.expected("JSON text", value))
}

/// A digest in hexadecimal.
pub(super) fn read_digest(value: &Value, place: &Place<'_>) -> Result<String> {
    match value {
        Value::Text(digest) if is_digest(digest) => Ok(digest.clone()),
        other => Err(place.expected("a digest (64 digits of `0-9 a-f`)", other)),
    }
}

/// Something, or `null`.
pub(super) fn nullable<T>(
    read: impl Fn(&Value, &Place<'_>) -> Result<T>,
) -> impl Fn(&Value, &Place<'_>) -> Result<Option<T>> {
    move |value, place| if *value == Value::Null { Ok(None) } else { read(value, place).map(Some) }
}

/// Items at their places, one after the other.
pub(super) struct Row<'v, 'p> {
    items: &'v [Value],
    next: usize,
    place: &'p Place<'p>,
}

impl<'v, 'p> Row<'v, 'p> {
    pub(super) fn of(value: &'v Value, place: &'p Place<'p>, most: usize) -> Result<Self> {
        Ok(Self { items: read::list(value, place, most)?, next: 0, place })
    }

    /// Whether just one is left.
    pub(super) fn is_last(&self) -> bool {
        self.next + 1 == self.items.len()
    }

    pub(super) fn is_done(&self) -> bool {
        self.next >= self.items.len()
    }

    pub(super) fn take<T>(&mut self, read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T>) -> Result<T> {
        let place = self.place.index(self.next);
        let item = self.items.get(self.next).ok_or_else(|| place.error("required, but left out"))?;
        self.next += 1;
        read(item, &place)
    }

    /// An item that may be left out at the end.
    pub(super) fn rest<T>(&mut self, read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T>) -> Result<Option<T>> {
        if self.is_done() { Ok(None) } else { self.take(read).map(Some) }
    }

    pub(super) fn end(&self) -> Result<()> {
        if self.is_done() { Ok(()) } else { Err(self.place.index(self.next).error("more than belongs here")) }
    }
}

/// Messages, tokens, calls and millionths; no items where nothing was spent.
impl Wire for Spending {
    fn write(&self) -> Json {
        if self.is_none() {
            return Json::Array(Vec::new());
        }
        let Self { messages, llm_tokens, api_calls, amount } = self;
        Json::Array(vec![
            messages.get().into(),
            llm_tokens.get().into(),
            api_calls.get().into(),
            amount.get().to_string().into(),
        ])
    }

    fn length(&self) -> usize {
        if self.is_none() {
            return 2;
        }
        let Self { messages, llm_tokens, api_calls, amount } = self;
        let counts = [messages, llm_tokens, api_calls].into_iter().map(|count| digits(count.get())).sum::<usize>();
        "[,,,\"\"]".len() + counts + amount.get().checked_ilog10().unwrap_or_default() as usize + 1
    }

    fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let mut row = Row::of(value, place, 4)?;
        if row.is_done() {
            return Ok(Self::default());
        }
        let spending = Self {
            messages: row.take(read::count)?,
            llm_tokens: row.take(read::count)?,
            api_calls: row.take(read::count)?,
            amount: row.take(|value, place| {
                let millionths = read::text(value, place)?.parse().map(Millionths::new);
                millionths.map_err(|_| place.expected("millionths as text", value))
            })?,
        };
        row.end().map(|()| spending)
    }
}

/// Things by the names of agents, and how long all of them are in a snapshot.
#[derive(Clone, Debug)]
pub(super) struct Named<T> {
    by_name: BTreeMap<String, T>,
    length: usize,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { by_name: BTreeMap::new(), length: 0 }
    }
}

impl<T: Wire> Named<T> {
    pub(super) const fn map(&self) -> &BTreeMap<String, T> {
        &self.by_name
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.by_name.get(name)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    pub(super) fn put(&mut self, name: &str, thing: T) {
        self.remove(name);
        self.length += field_length(name, &thing);
        self.by_name.insert(name.to_owned(), thing);
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<T> {
        let thing = self.by_name.remove(name)?;
        self.length -= field_length(name, &thing);
        Some(thing)
    }

    /// Changes what is under a name, or the default where nothing is.
    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut T))
    where
        T: Default,
    {
        if let Some(thing) = self.by_name.get_mut(name) {
            let before = thing.length();
            change(thing);
            self.length = self.length + thing.length() - before;
            return;
        }
        let mut thing = T::default();
        change(&mut thing);
        self.put(name, thing);
    }

    /// Forgets what is not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.by_name.retain(|_, thing| keep(thing));
        self.length = self.by_name.iter().map(|(name, thing)| field_length(name, thing)).sum();
    }

    /// As many bytes of a snapshot is what satisfies this.
    pub(super) fn length_of(&self, which: impl Fn(&T) -> bool) -> usize {
        let found = self.by_name.iter().filter(|(_, thing)| which(thing));
        found.map(|(name, thing)| field_length(name, thing)).sum()
    }

    pub(super) fn read_of(
        value: &Value,
        place: &Place<'_>,
        most: usize,
        is_name: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let fields = read::object(value, place)?;
        if fields.len() > most {
            return Err(place.error(format!("at most {most}, got {}", fields.len())));
        }
        let mut named = Self::default();
        for (name, value) in fields {
            let place = place.key(name);
            if !is_name(name) {
                return Err(place.error("not the name of an agent"));
            }
            named.put(name, T::read(value, &place)?);
        }
        Ok(named)
    }

    pub(super) const fn length(&self) -> usize {
        2 + self.length
    }

    pub(super) fn write(&self) -> Json {
        Json::Object(self.by_name.iter().map(|(name, thing)| (name.clone(), thing.write())).collect())
    }
}

/// As many bytes does a row take, comma included; what cannot be written would be more than there is room for.
pub(super) fn row_length(row: &Json) -> usize {
    crate::json::text(row).map_or(1 << 20, |text| text.len()) + 1
}

/// A name, what is under it, a colon and a comma.
fn field_length<T: Wire>(name: &str, thing: &T) -> usize {
    text_length(name) + thing.length() + 2
}

/// Whether a text may be the id of something.
pub(super) fn is_name(text: &str) -> bool {
    (1..=read::MAX_ID).contains(&text.chars().take(read::MAX_ID + 1).count()) && !text.chars().any(char::is_control)
}

/// Whether a text is a digest.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLACE: &Place<'_> = &Place::ARGUMENT;

    #[test]
    fn numbers_are_packed_as_published() {
        // RFC 4648, section 5: the bytes fb f0 00 are `-_AA`.
        assert_eq!(pack(0xfb_f000, 4), "-_AA");
        assert_eq!(unpack(&Value::Text("-_AA".into()), PLACE, 4, 24).unwrap(), 0xfb_f000);
        for wrong in ["", "-_A", "-_AAA", "-_A+", "-_A=", "-_A "] {
            assert!(unpack(&Value::Text(wrong.into()), PLACE, 4, 24).is_err(), "{wrong}");
        }
        assert!(unpack(&Value::Text("-_AA".into()), PLACE, 4, 23).is_err());
        assert!(unpack(&Value::Number(1.0), PLACE, 1, 6).is_err());
    }

    #[test]
    fn instants_reach_from_the_first_to_the_last() {
        for at in [Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(read_instant(&instant(at).into(), PLACE).unwrap(), at);
        }
        let after = pack(u128::from(Timestamp::MAX.as_micros().unsigned_abs()) + 1, INSTANT);
        assert!(read_instant(&Value::Text(after), PLACE).is_err());
        let second = Timestamp::from_micros(1_000_000).unwrap();
        assert!(read_past(&instant(second).into(), PLACE, second).is_ok());
        assert!(read_past(&instant(second).into(), PLACE, second.saturating_add_micros(-1)).is_err());
    }

    #[test]
    fn a_name_has_1_to_256_characters() {
        assert!(is_name("a") && is_name(&"ض".repeat(256)));
        assert!(!is_name("") && !is_name(&"a".repeat(257)) && !is_name("a\n"));
        assert!(is_digest(&"0a".repeat(32)));
        assert!(!is_digest(&"0A".repeat(32)) && !is_digest(&"0a".repeat(31)) && !is_digest(&"0g".repeat(32)));
    }

    fn written(json: &Json) -> usize {
        crate::json::text(json).unwrap().len()
    }

    fn any_spending() -> impl Strategy<Value = Spending> {
        let count = || prop_oneof![Just(0), 0_u64..20, 0..=crate::number::Count::MAX.get()];
        let amount = prop_oneof![Just(0), any::<u128>(), 0_u128..100_000_000];
        (count(), count(), count(), amount).prop_map(|(messages, tokens, calls, amount)| {
            let count = |count| crate::number::Count::new(count).unwrap();
            Spending {
                messages: count(messages),
                llm_tokens: count(tokens),
                api_calls: count(calls),
                amount: Millionths::new(amount),
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_packed_is_read_back(number in any::<u128>(), bits in 1_u32..=128) {
            let (number, digits) = (number >> (128 - bits), bits.div_ceil(6) as usize);
            prop_assert_eq!(unpack(&Value::Text(pack(number, digits)), PLACE, digits, bits).unwrap(), number);
        }

        #[test]
        fn spending_is_read_back_and_as_long_as_it_says(spending in any_spending()) {
            prop_assert_eq!(Spending::read(&spending.write().into(), PLACE).unwrap(), spending);
            prop_assert_eq!(spending.length(), written(&spending.write()));
        }

        #[test]
        fn names_are_as_long_as_they_are_written(changes in prop::collection::vec(("[a-c\"é]", any_spending(), 0..4), 0..30)) {
            let mut named = Named::default();
            for (name, spending, kind) in changes {
                match kind {
                    0 => named.put(&name, spending),
                    1 => named.change(&name, |known: &mut Spending| *known = known.plus(spending)),
                    2 => drop(named.remove(&name)),
                    _ => {
                        named.retain(|known| known.messages.get() > 1);
                        prop_assert!(named.map().values().all(|known| known.messages.get() > 1));
                    }
                }
                let length = written(&named.write());
                // The last comma is not there.
                prop_assert_eq!(named.length(), length + usize::from(named.len() > 0));
            }
            let again = Named::read_of(&named.write().into(), PLACE, named.len(), is_name).unwrap();
            prop_assert_eq!((again.map(), again.length()), (named.map(), named.length()));
            if named.len() > 0 {
                prop_assert!(Named::<Spending>::read_of(&named.write().into(), PLACE, named.len() - 1, is_name).is_err());
                prop_assert!(Named::<Spending>::read_of(&named.write().into(), PLACE, named.len(), |_| false).is_err());
            }
        }
    }
}
