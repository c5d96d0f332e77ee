//! Instants, dates and hours. The core reads no clock: every instant comes in as an argument.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};

use crate::error::Result;
use crate::read::Place;
use crate::value::Value;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// An instant from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z, to the microsecond.
///
/// Read from RFC 3339 text: seconds are required, `T`, `t` or a space stands between date and time, an offset is `Z`, `z` or
/// `±hh:mm`, text without one is UTC, and digits past microseconds are cut. Written as `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`, without the
/// fraction where it is zero.
///
/// ```
/// use agent_interlock::Timestamp;
/// let at: Timestamp = "2026-05-18 13:26:34.5+03:00".parse()?;
/// assert_eq!(at.to_string(), "2026-05-18T10:26:34.500000Z");
/// assert!("2026-02-30T10:00:00Z".parse::<Timestamp>().is_err());
/// # Ok::<(), agent_interlock::InvalidTime>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Text that names no instant or date in range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTime(&'static str);

impl fmt::Display for InvalidTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidTime {}

const FORMAT: InvalidTime = InvalidTime("expected an RFC 3339 time such as `2026-05-18T10:26:34Z`");
const NO_DAY: InvalidTime = InvalidTime("no such day in the calendar");
const NO_TIME: InvalidTime = InvalidTime("no such time of day (00:00:00 to 23:59:59)");
const NO_OFFSET: InvalidTime = InvalidTime("no such offset (at most 23:59)");
const RANGE: InvalidTime = InvalidTime("out of range: from 1970 to 9999");

impl Timestamp {
    /// The first instant: 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);
    /// The last instant: 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_800 * MICROS_PER_SECOND - 1);

    /// From microseconds since 1970; `None` out of range.
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros < Self::MIN.0 || micros > Self::MAX.0 { None } else { Some(Self(micros)) }
    }

    /// From milliseconds since 1970, a fraction of one cut; `None` out of range or where it is no number.
    #[expect(clippy::cast_possible_truncation, reason = "in range, as just checked")]
    pub fn from_millis(millis: f64) -> Option<Self> {
        let in_range = millis >= 0.0 && millis < (Self::MAX.0 / 1000 + 1) as f64;
        in_range.then(|| Self(millis as i64 * 1000))
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The instant so many microseconds later (earlier where negative), or the nearest one there is.
    #[must_use]
    pub const fn saturating_add_micros(self, micros: i64) -> Self {
        match Self::from_micros(self.0.saturating_add(micros)) {
            Some(instant) => instant,
            None if micros < 0 => Self::MIN,
            None => Self::MAX,
        }
    }

    /// Whole seconds since 1970.
    pub const fn as_seconds(self) -> i64 {
        self.0 / MICROS_PER_SECOND
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> std::result::Result<Self, InvalidTime> {
        let mut rest = Digits(text.as_bytes());
        let (year, month, day) = rest.date()?;
        let days = Date::from_civil(year, month, day).ok_or(NO_DAY)?.days();
        rest.one_of(b"Tt ")?;
        let (hour, minute, second) = (rest.number(2)?, rest.after(b':')?, rest.after(b':')?);
        if hour > 23 || minute > 59 || second > 59 {
            return Err(NO_TIME);
        }
        let micros = rest.fraction()?;
        let offset = rest.offset()?;
        let seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset;
        Self::from_micros(seconds * MICROS_PER_SECOND + micros).ok_or(RANGE)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.as_seconds(), self.0 % MICROS_PER_SECOND);
        let date = Date::from_days(seconds / SECONDS_PER_DAY);
        let time = seconds % SECONDS_PER_DAY;
        write!(f, "{date}T{:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60)?;
        if micros != 0 {
            write!(f, ".{micros:06}")?;
        }
        f.write_str("Z")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// What is left of a time's text.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn one_of(&mut self, allowed: &[u8]) -> std::result::Result<u8, InvalidTime> {
        self.next().filter(|byte| allowed.contains(byte)).ok_or(FORMAT)
    }

    fn number(&mut self, digits: usize) -> std::result::Result<i64, InvalidTime> {
        (0..digits).try_fold(0, |number, _| {
            let digit = self.next().filter(u8::is_ascii_digit).ok_or(FORMAT)?;
            Ok(number * 10 + i64::from(digit - b'0'))
        })
    }

    fn after(&mut self, separator: u8) -> std::result::Result<i64, InvalidTime> {
        self.one_of(&[separator])?;
        self.number(2)
    }

    fn date(&mut self) -> std::result::Result<(i64, i64, i64), InvalidTime> {
        Ok((self.number(4)?, self.after(b'-')?, self.after(b'-')?))
    }

    /// Microseconds after a point, if there is one; further digits are cut.
    fn fraction(&mut self) -> std::result::Result<i64, InvalidTime> {
        let Some((b'.', rest)) = self.0.split_first() else { return Ok(0) };
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
        let (mut micros, mut scale, mut length) = (0, MICROS_PER_SECOND, 0);
        for digit in digits {
            scale /= 10;
            micros += i64::from(digit - b'0') * scale;
            length += 1;
        }
        self.0 = rest.get(length..).unwrap_or_default();
        if length == 0 { Err(FORMAT) } else { Ok(micros) }
    }

    /// Seconds east of UTC; nothing more may follow.
    fn offset(&mut self) -> std::result::Result<i64, InvalidTime> {
        let sign = match self.next() {
            None => return Ok(0),
            Some(b'Z' | b'z') => 0,
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) => return Err(FORMAT),
        };
        let (hours, minutes) = if sign == 0 { (0, 0) } else { (self.number(2)?, self.after(b':')?) };
        if !self.0.is_empty() {
            return Err(FORMAT);
        }
        if hours > 23 || minutes > 59 { Err(NO_OFFSET) } else { Ok(sign * (hours * 3600 + minutes * 60)) }
    }
}

/// A day of the Gregorian calendar, from 1970-01-01 to 9999-12-31.
///
/// ```
/// use agent_interlock::Date;
/// assert_eq!("2024-02-29".parse::<Date>()?.to_string(), "2024-02-29");
/// assert!("2023-02-29".parse::<Date>().is_err());
/// # Ok::<(), agent_interlock::InvalidTime>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i64,
}

impl Date {
    /// The day of a year, month (1 to 12) and day (1 to 31); `None` where the calendar has none.
    pub(crate) fn from_civil(year: i64, month: i64, day: i64) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=length).contains(&day) {
            return None;
        }
        // Years begin in March, so that the leap day is a year's last.
        let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
        Some(Self { days })
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i64 {
        self.days
    }

    pub(crate) const fn from_days(days: i64) -> Self {
        Self { days }
    }

    /// Year, month and day.
    pub fn civil(self) -> (i64, i64, i64) {
        let z = self.days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let m = (5 * day_of_year + 2) / 153;
        let (month, carry) = if m < 10 { (m + 3, 0) } else { (m - 9, 1) };
        (year_of_era + era * 400 + carry, month, day_of_year - (153 * m + 2) / 5 + 1)
    }
}

impl FromStr for Date {
    type Err = InvalidTime;

    fn from_str(text: &str) -> std::result::Result<Self, InvalidTime> {
        const DATE: InvalidTime = InvalidTime("expected a date such as `2026-03-20`");
        let mut rest = Digits(text.as_bytes());
        let (year, month, day) = rest.date().map_err(|_| DATE)?;
        if !rest.0.is_empty() {
            return Err(DATE);
        }
        let date = Self::from_civil(year, month, day).ok_or(NO_DAY)?;
        if date.days < 0 { Err(RANGE) } else { Ok(date) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$", "description": "A day, `YYYY-MM-DD`, from 1970 to 9999."})
    }
}

/// An hour of the day, 0 to 23.
///
/// ```
/// use agent_interlock::Hour;
/// assert_eq!(Hour::new(23).map(Hour::get), Some(23));
/// assert_eq!(Hour::new(24), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Hour(#[cfg_attr(feature = "schema", schemars(range(min = 0, max = 23)))] u8);

impl Hour {
    /// An hour, or `None` above 23.
    pub const fn new(hour: u8) -> Option<Self> {
        if hour < 24 { Some(Self(hour)) } else { None }
    }

    /// The number itself.
    pub const fn get(self) -> u8 {
        self.0
    }

    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let hour = match value {
            Value::Number(number) => (0..24).find(|hour| f64::from(*hour) == *number),
            _ => None,
        };
        hour.map(Self).ok_or_else(|| place.expected("an hour from 0 to 23", value))
    }
}

/// A time: RFC 3339 text, milliseconds since 1970, or a host's date.
pub(crate) fn instant(value: &Value, place: &Place<'_>) -> Result<Timestamp> {
    match value {
        Value::Text(text) => text.parse().map_err(|error| place.error(format!("{error}, got {}", value.describe()))),
        Value::Number(millis) | Value::Date(millis) => Timestamp::from_millis(*millis)
            .ok_or_else(|| place.expected("a time from 1970 to 9999, in milliseconds", value)),
        other => Err(place.expected("a time (RFC 3339 text, milliseconds since 1970 or a Date)", other)),
    }
}

/// A calendar day as text.
pub(crate) fn date(value: &Value, place: &Place<'_>) -> Result<Date> {
    let text = crate::read::text(value, place)?;
    text.parse().map_err(|error: InvalidTime| place.error(format!("{error}, got {}", value.describe())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> std::result::Result<String, &'static str> {
        text.parse::<Timestamp>().map(|at| at.to_string()).map_err(|error| error.0)
    }

    #[test]
    fn reads_the_accepted_spellings() {
        assert_eq!(parsed("2026-05-18T10:26:34Z").unwrap(), "2026-05-18T10:26:34Z");
        assert_eq!(parsed("2026-05-18t10:26:34z").unwrap(), "2026-05-18T10:26:34Z");
        assert_eq!(parsed("2026-05-18 10:26:34").unwrap(), "2026-05-18T10:26:34Z");
        assert_eq!(parsed("2026-05-18T10:26:34.1234569Z").unwrap(), "2026-05-18T10:26:34.123456Z");
        assert_eq!(parsed("2026-05-18T00:26:34.000001+03:30").unwrap(), "2026-05-17T20:56:34.000001Z");
        assert_eq!(parsed("2026-05-18T10:26:34-23:59").unwrap(), "2026-05-19T10:25:34Z");
        assert_eq!(parsed("9999-12-31T23:59:59.999999Z").unwrap(), "9999-12-31T23:59:59.999999Z");
    }

    #[test]
    fn refuses_all_others() {
        let malformed = [
            "",
            "yesterday",
            "2026-05-18",
            "2026-05-18T10:26Z",
            "2026-05-18T10:26:34,5Z",
            "2026-05-18T10:26:34.Z",
            "2026-05-18T10:26:34+0300",
            "2026-05-18T10:26:34+03",
            "2026-05-18T10:26:34Zx",
            " 2026-05-18T10:26:34Z",
            "2026-5-18T10:26:34Z",
            "20260518T102634Z",
            "2026-05-18_10:26:34Z",
            "２026-05-18T10:26:34Z",
            "2026-05-18T10:26:34 Z",
        ];
        for text in malformed {
            assert_eq!(parsed(text), Err(FORMAT.0), "{text}");
        }
        for text in [
            "2026-02-30T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "2026-00-01T10:00:00Z",
            "2026-01-00T10:00:00Z",
            "2100-02-29T00:00:00Z",
        ] {
            assert_eq!(parsed(text), Err(NO_DAY.0), "{text}");
        }
        for text in ["2026-05-18T24:00:00Z", "2026-05-18T10:60:00Z", "2026-05-18T23:59:60Z"] {
            assert_eq!(parsed(text), Err(NO_TIME.0), "{text}");
        }
        assert_eq!(parsed("2026-05-18T10:26:34+24:00"), Err(NO_OFFSET.0));
        assert_eq!(parsed("2026-05-18T10:26:34+00:60"), Err(NO_OFFSET.0));
        for text in ["1969-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-00:01", "1970-01-01T00:00:00+00:01"] {
            assert_eq!(parsed(text), Err(RANGE.0), "{text}");
        }
        assert_eq!("1969-12-31".parse::<Date>(), Err(RANGE));
        assert_eq!("1970-01-01".parse::<Date>(), Ok(Date::from_days(0)));
        assert_eq!(NO_DAY.to_string(), NO_DAY.0);
        assert!("2026-03-20x".parse::<Date>().is_err());
    }

    /// Counted on from 1970 a day at a time, by the calendar's own words: longer than the 400 years after which it repeats.
    #[test]
    fn every_day_is_the_day_after_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..160_000 {
            let date = Date::from_days(days);
            assert_eq!(date.civil(), (year, month, day));
            assert_eq!(Date::from_civil(year, month, day), Some(date));
            let leap = if year % 100 == 0 { year % 400 == 0 } else { year % 4 == 0 };
            let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            (year, month, day) = match (month, lengths.get(usize::try_from(month - 1).unwrap()) == Some(&day)) {
                (12, true) => (year + 1, 1, 1),
                (_, true) => {
                    assert_eq!(Date::from_civil(year, month, day + 1), None, "{year}-{month}-{}", day + 1);
                    (year, month + 1, 1)
                }
                _ => (year, month, day + 1),
            };
        }
        assert!(year > 2400);
    }

    #[test]
    fn time_ends_where_it_ends() {
        let second = Timestamp::from_micros(1_000_000).unwrap();
        assert_eq!(second.saturating_add_micros(-1), Timestamp::from_micros(999_999).unwrap());
        assert_eq!(second.saturating_add_micros(-1_000_001), Timestamp::MIN);
        assert_eq!(second.saturating_add_micros(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.saturating_add_micros(0), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.saturating_add_micros(i64::MIN), Timestamp::MIN);
    }

    #[test]
    fn milliseconds_lose_their_fraction() {
        assert_eq!(Timestamp::from_millis(1.9).map(Timestamp::as_micros), Some(1000));
        assert_eq!(Timestamp::from_millis(-0.5), None);
        assert_eq!(Timestamp::from_millis(253_402_300_799_999.0).unwrap().to_string(), "9999-12-31T23:59:59.999000Z");
        assert_eq!(Timestamp::from_millis(253_402_300_800_000.0), None);
        assert_eq!(Timestamp::from_millis(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn agrees_with_an_independent_calendar(seconds in 0_i64..253_402_300_800, micros in 0_i64..1_000_000) {
            let at = Timestamp::from_micros(seconds * 1_000_000 + micros).unwrap();
            let theirs = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap();
            let ours = at.to_string();
            prop_assert_eq!(ours.parse::<jiff::Timestamp>().unwrap(), theirs);
            prop_assert_eq!(ours.parse::<Timestamp>().unwrap(), at);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = text.parse::<Timestamp>();
            let _ = text.parse::<Date>();
        }
    }
}
