//! When a server asks to be asked again: the `Retry-After` of HTTP (RFC 9110, section 10.2.3).

use crate::error::Result;
use crate::read::Place;
use crate::time::{self, Timestamp};
use crate::value::Value;

/// How long a server asked to wait.
///
/// ```
/// use agent_interlock::{RetryAfter, Timestamp};
/// assert_eq!("120".parse(), Ok(RetryAfter::Micros(120_000_000)));
/// let at: Timestamp = "2026-10-21T07:28:00Z".parse().unwrap();
/// assert_eq!("Wed, 21 Oct 2026 07:28:00 GMT".parse(), Ok(RetryAfter::At(at)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many microseconds from now on.
    Micros(i64),
    /// Until an instant.
    At(Timestamp),
}

/// Text that is neither seconds nor a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidRetryAfter;

const EXPECTED: &str = "seconds of at least 0, an HTTP date such as `Wed, 21 Oct 2026 07:28:00 GMT`, or a time such as `2026-10-21T07:28:00Z`";

impl std::fmt::Display for InvalidRetryAfter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {EXPECTED}")
    }
}

impl std::error::Error for InvalidRetryAfter {}

impl RetryAfter {
    /// The instant it comes to.
    pub(super) const fn due(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Micros(micros) => now.saturating_add_micros(micros),
            Self::At(instant) => instant,
        }
    }

    /// Rounded up: a retry is never early. The longest there is for what is longer than all time.
    #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
    fn from_seconds(seconds: f64) -> Option<Self> {
        (seconds.is_finite() && seconds >= 0.0).then(|| Self::Micros((seconds * 1e6).ceil() as i64))
    }

    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let given = match value {
            Value::Number(seconds) => Self::from_seconds(*seconds),
            Value::Text(text) => text.parse().ok(),
            Value::Date(_) => return time::instant(value, place).map(Self::At),
            _ => None,
        };
        given.ok_or_else(|| place.expected(EXPECTED, value))
    }
}

impl std::str::FromStr for RetryAfter {
    type Err = InvalidRetryAfter;

    fn from_str(text: &str) -> std::result::Result<Self, InvalidRetryAfter> {
        let numeric = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let read = if numeric {
            crate::json::number(text).and_then(Self::from_seconds)
        } else {
            http_date(text).or_else(|| text.parse().ok()).map(Self::At)
        };
        read.ok_or(InvalidRetryAfter)
    }
}

/// A date as servers send it, `Wed, 21 Oct 2026 07:28:00 GMT`. The day of the week is not compared with the date, as
/// nobody does; the two forms that servers must no longer send are not read.
fn http_date(text: &str) -> Option<Timestamp> {
    const DAYS: [&str; 7] = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<_> = text.split(' ').collect();
    let [weekday, day, month, year, time, "GMT"] = parts.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| name == month)? + 1;
    // With the zone set here, nothing in the parts can bring one along.
    DAYS.contains(weekday).then(|| format!("{year}-{month:02}-{day}T{time}Z").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(value: &Value) -> std::result::Result<RetryAfter, String> {
        RetryAfter::read(value, &Place::ARGUMENT.key("retryAfter")).map_err(|error| error.to_string())
    }

    fn text(text: &str) -> Option<String> {
        read(&Value::Text(text.into())).ok().map(|asked| asked.due(Timestamp::MIN).to_string())
    }

    #[test]
    fn reads_seconds_and_dates() {
        assert_eq!(read(&Value::Number(1.000_000_1)), Ok(RetryAfter::Micros(1_000_001)));
        assert_eq!(read(&Value::Number(0.0)), Ok(RetryAfter::Micros(0)));
        assert_eq!(read(&Value::Number(1e300)).unwrap().due(Timestamp::MIN), Timestamp::MAX);
        assert_eq!(text("120").unwrap(), "1970-01-01T00:02:00Z");
        assert_eq!(text("1.5").unwrap(), "1970-01-01T00:00:01.500000Z");
        assert_eq!(text("Wed, 21 Oct 2026 07:28:00 GMT").unwrap(), "2026-10-21T07:28:00Z");
        assert_eq!(text("Fri, 01 Jan 2027 00:00:00 GMT").unwrap(), "2027-01-01T00:00:00Z");
        assert_eq!(text("2026-10-21T07:28:00+01:00").unwrap(), "2026-10-21T06:28:00Z");
        assert_eq!(read(&Value::Date(5000.0)).unwrap().due(Timestamp::MIN).to_string(), "1970-01-01T00:00:05Z");
    }

    #[test]
    fn refuses_all_else() {
        for wrong in [
            "",
            " ",
            "-1",
            "+1",
            "1e3",
            "12s",
            "1.2.3",
            ".",
            "soon",
            "Infinity",
            "Wed, 21 Oct 2026 07:28:00",
            "Wed, 21 Oct 2026 07:28:00 CET",
            "Wed 21 Oct 2026 07:28:00 GMT",
            "Wed, 21 oct 2026 07:28:00 GMT",
            "Wed, 31 Feb 2026 07:28:00 GMT",
            "Wed, 21 Oct 26 07:28:00 GMT",
            "Wed, 21 Oct 2026 24:00:00 GMT",
            "Wed, 21 Oct 2026 07:28:00+01:00 GMT",
            "Xyz, 21 Oct 2026 07:28:00 GMT",
            "Wednesday, 21-Oct-26 07:28:00 GMT",
            "Wed Oct 21 07:28:00 2026",
        ] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
        assert!(
            "soon".parse::<RetryAfter>().unwrap_err().to_string().starts_with("expected seconds of at least 0, an")
        );
        let refusal = read(&Value::Number(-1.0)).unwrap_err();
        assert!(refusal.starts_with("retryAfter: expected seconds of at least 0, an HTTP date such as"), "{refusal}");
        assert!(refusal.ends_with(", got -1"), "{refusal}");
        for wrong in [
            Value::Number(f64::NAN),
            Value::Number(f64::INFINITY),
            Value::Null,
            Value::Bool(true),
            Value::Date(f64::NAN),
        ] {
            assert!(read(&wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn http_dates_agree_with_an_independent_writer(seconds in 0_i64..253_402_300_800) {
            let theirs = jiff::Timestamp::from_second(seconds).unwrap().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            let asked: RetryAfter = theirs.parse().unwrap();
            prop_assert_eq!(asked, RetryAfter::At(Timestamp::from_micros(seconds * 1_000_000).unwrap()));
        }
    }
}
