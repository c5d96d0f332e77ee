//! `deferUntil` is exact: deferred until then, and not from then on, in any zone and by any rules together.

use std::sync::{Arc, LazyLock};

use agent_interlock::{Decision, Effect, Guard, Policy, Timestamp, Value, Zones};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::cases;

/// Offsets of every kind, midnights that do not exist, and a day that does not.
const ZONES: [&str; 22] = [
    "UTC",
    "Asia/Riyadh",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "America/Sao_Paulo",
    "America/Asuncion",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Monrovia",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
];

const DAY: i64 = 86_400_000_000;

static CLOCKS: LazyLock<Arc<Zones>> = LazyLock::new(|| Arc::new(Zones::bundled()));

#[derive(Clone, Debug)]
struct Case {
    zone: &'static str,
    now: Timestamp,
    quiet: Option<(u8, u8)>,
    /// Local days from today on.
    blocked: Vec<i64>,
    spent: bool,
    /// The message has failed, and the server asks to wait so many seconds.
    retry_after: Option<f64>,
}

/// Any instant, and many of those at which some zone does something odd.
fn instants() -> impl Strategy<Value = Timestamp> {
    let odd = prop::sample::select(
        &[
            "2011-12-30T09:00:00Z", // Apia skips a day
            "2024-09-08T04:00:00Z", // Santiago has no midnight
            "2018-11-04T03:00:00Z", // nor has São Paulo
            "2025-04-24T22:00:00Z", // nor Cairo
            "2025-04-05T15:00:00Z", // Lord Howe turns back by half an hour
            "1972-01-07T00:44:30Z", // Monrovia leaves 44 minutes behind
            "2026-03-29T01:00:00Z",
            "2026-10-25T01:00:00Z",
            "2087-05-11T02:00:00Z", // Casablanca, as far as it is known
            "2099-12-31T23:59:59Z",
            "2100-02-28T12:00:00Z",
            "9996-02-29T00:00:00Z",
        ][..],
    );
    let near = (odd, -3 * DAY..3 * DAY).prop_map(|(at, moved)| {
        let at: Timestamp = at.parse().unwrap();
        Timestamp::from_micros(at.as_micros() + moved / 1_000 * 1_000).unwrap()
    });
    let any = |until: i64| (DAY..until).prop_map(|micros| Timestamp::from_micros(micros / 1_000 * 1_000).unwrap());
    let far = Timestamp::MAX.as_micros() - 900 * DAY;
    prop_oneof![3 => near, 2 => any(4_102_444_800_000_000), 1 => any(far)]
}

fn case() -> impl Strategy<Value = Case> {
    let quiet =
        prop::option::weighted(0.7, (0_u8..24, 0_u8..24).prop_filter("some hour is free", |(start, end)| start != end));
    let blocked = prop::collection::vec(-1_i64..12, 0..6);
    let retry_after = prop::option::weighted(0.4, prop_oneof![0.0..100_000.0, 0.0..4_000_000.0]);
    (prop::sample::select(&ZONES[..]), instants(), quiet, blocked, prop::bool::weighted(0.4), retry_after).prop_map(
        |(zone, now, quiet, blocked, spent, retry_after)| Case { zone, now, quiet, blocked, spent, retry_after },
    )
}

/// A date so many days after a local one.
fn date(zone: &str, now: Timestamp, later: i64) -> Option<String> {
    let at = Timestamp::from_micros(now.as_micros() + later * DAY)?;
    Some(CLOCKS.local(zone, at)?.date.to_string()).filter(|date| date.as_str() >= "1970-01-01" && date.len() == 10)
}

fn policy(case: &Case) -> Arc<Policy> {
    let blocked: Vec<_> = case.blocked.iter().filter_map(|later| date(case.zone, case.now, *later)).collect();
    let document = json!({
        "customerId": "noor", "autonomyMode": "full_autopilot", "requireHumanForFirstSend": false,
        "timeZone": case.zone,
        "quietHours": case.quiet.map(|(start, end)| json!({"start": start, "end": end})),
        "blockedDates": blocked,
        "budget": {"maxMessagesPerDay": 5},
    });
    Arc::new(Policy::from_json_with(&document.to_string(), CLOCKS.clone()).unwrap())
}

fn ask(guard: &Guard, at: Timestamp) -> Decision {
    let action =
        json!({"id": "message", "type": "send_message", "agent": "ann", "riskFactors": {}, "cost": {"messages": 2}});
    guard.clone().request(&Value::from(action), &Value::from(json!({"now": at.to_string()}))).unwrap()
}

fn call(guard: &mut Guard, name: &str, argument: Json, options: Json) {
    guard.call(name, &Value::from(argument), &Value::from(options)).unwrap();
}

/// A guard for which all holds that the case says.
fn prepared(case: &Case) -> Guard {
    let mut guard = Guard::new(policy(case), false).unwrap();
    let options = json!({"now": case.now.to_string()});
    if let Some(seconds) = case.retry_after {
        // A person may send at night.
        let action = json!({"id": "message", "type": "send_message", "agent": "ann", "cost": {"messages": 2}});
        call(&mut guard, "request", action, json!({"now": case.now.to_string(), "human": true}));
        let error = json!({"status": 429, "retryAfter": seconds});
        let report = json!({"actionId": "message", "outcome": "failed", "error": error, "usage": {"messages": 0}});
        call(&mut guard, "report", report, options.clone());
    }
    if case.spent {
        call(&mut guard, "recordUsage", json!({"usage": {"messages": 4}}), options);
    }
    guard
}

fn earlier(at: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(at.as_micros() - micros).unwrap()
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn deferred_until_then_and_not_from_then_on(case in case(), between in prop::collection::vec(0.0..1.0, 4)) {
        let guard = prepared(&case);
        let decision = ask(&guard, case.now);
        let holds = case.spent || case.retry_after.is_some();
        prop_assert!(!holds || decision.effect == Effect::Defer);
        prop_assume!(decision.effect == Effect::Defer);
        let until = decision.defer_until.unwrap();
        prop_assert!(until > case.now);
        prop_assert_eq!(ask(&guard, earlier(until, 1)).effect, Effect::Defer, "a microsecond before {}", until);
        let before = earlier(until, 1_000).max(case.now);
        prop_assert_eq!(ask(&guard, before).effect, Effect::Defer, "a millisecond before {}", until);
        prop_assert_eq!(ask(&guard, before).defer_until, Some(until));
        let then = ask(&guard, until);
        prop_assert!(then.effect < Effect::Defer, "{:?} at {}", then, until);
        // Nor was there a free instant in between.
        for part in between {
            let micros = ((until.as_micros() - case.now.as_micros() - 1) as f64 * part) as i64;
            let at = earlier(until, 1 + micros);
            prop_assert_eq!(ask(&guard, at).effect, Effect::Defer, "at {}, until {}", at, until);
        }
        // Each reason of its own ends at its own instant, and none after the whole.
        for reason in &decision.reasons {
            prop_assert!(reason.until.is_none_or(|own| own <= until));
        }
    }
}

/// What another library says of the hour and the day.
fn quiet_by_jiff(case: &Case, at: Timestamp) -> bool {
    let zone = jiff::tz::TimeZone::get(case.zone).unwrap();
    let local = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap().to_zoned(zone);
    let hour = u8::try_from(local.hour()).unwrap();
    let night =
        case.quiet.is_some_and(
            |(start, end)| {
                if start < end { (start..end).contains(&hour) } else { hour >= start || hour < end }
            },
        );
    night || policy(case).document().blocked_dates.iter().any(|date| date.to_string() == local.date().to_string())
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn another_library_agrees_on_the_end_of_the_night(case in case()) {
        // Up to 2087: what that library knows of later years is its own affair.
        let now = Timestamp::from_micros(case.now.as_micros() % 3_700_000_000_000_000).unwrap();
        let case = Case { now, spent: false, retry_after: None, ..case };
        let decision = ask(&prepared(&case), case.now);
        prop_assert_eq!(decision.effect == Effect::Defer, quiet_by_jiff(&case, case.now));
        if let Some(until) = decision.defer_until {
            prop_assert!(!quiet_by_jiff(&case, until) && quiet_by_jiff(&case, earlier(until, 1)));
        }
    }
}

fn until(zone: &'static str, now: &str, quiet: Option<(u8, u8)>, spent: bool) -> String {
    let case = Case { zone, now: now.parse().unwrap(), quiet, blocked: Vec::new(), spent, retry_after: None };
    ask(&prepared(&case), case.now).defer_until.unwrap().to_string()
}

#[test]
fn the_next_day_begins_when_it_begins() {
    for (zone, now, expected) in [
        ("Asia/Riyadh", "2026-03-20T09:00:00Z", "2026-03-20T21:00:00Z"),
        ("America/Santiago", "2024-09-07T12:00:00Z", "2024-09-08T04:00:00Z"),
        ("Pacific/Apia", "2011-12-30T05:00:00Z", "2011-12-30T10:00:00Z"),
        ("Asia/Kathmandu", "2026-03-20T09:00:00Z", "2026-03-20T18:15:00Z"),
        ("Australia/Lord_Howe", "2025-04-05T12:00:00Z", "2025-04-05T13:00:00Z"),
        ("America/St_Johns", "2026-03-20T09:00:00Z", "2026-03-21T02:30:00Z"),
        ("Europe/Berlin", "9990-06-15T12:00:00Z", "9990-06-15T22:00:00Z"),
    ] {
        assert_eq!(until(zone, now, None, true), expected, "{zone}");
    }
}

#[test]
fn the_night_ends_when_its_hour_does() {
    for (zone, now, quiet, expected) in [
        // Two o'clock comes twice: the second is quiet too.
        ("Europe/Berlin", "2026-10-25T00:30:00Z", (2, 3), "2026-10-25T02:00:00Z"),
        // It does not come at all: at three the night is over.
        ("Europe/Berlin", "2026-03-29T00:30:00Z", (1, 3), "2026-03-29T01:00:00Z"),
        ("Australia/Lord_Howe", "2025-04-05T14:45:00Z", (1, 2), "2025-04-05T15:30:00Z"),
        ("Asia/Kathmandu", "2026-03-20T18:00:00Z", (21, 8), "2026-03-21T02:15:00Z"),
    ] {
        assert_eq!(until(zone, now, Some(quiet), false), expected, "{zone}");
    }
}
