//! The guard's clock: it never steps back, and leaps no further than a year.

use serde_json::{Value as Json, json};

use super::support::{Host, MORNING, admin, host, place};
use crate::error::ErrorCode;
use crate::guard::Effect;

const DAY: i64 = 86_400_000;

#[test]
fn a_clock_that_steps_back_counts_as_the_last_instant() {
    let mut host = host(json!({"budget": {"maxMessagesPerDay": 1}}));
    host.ask(json!({"id": "1", "cost": {"messages": 1}}));
    host.after_millis(-DAY);
    let before = host.ask(json!({"id": "2"}));
    assert_eq!((before.effect, before.at.to_string().as_str()), (Effect::Defer, MORNING));
    assert_eq!(host.used(None).0, 1);
    assert_eq!(host.guard.usage(&host.options()).unwrap().date.to_string(), "2026-03-20");
}

#[test]
fn a_clock_that_steps_back_shortens_no_window_and_opens_no_lock() {
    let tier = json!({"windowMinutes": 10, "actionsPerMinute": 0.3});
    let mut host =
        host(json!({"velocity": {"tier_1": tier, "tier_2": tier, "tier_3": tier}, "grantTimeoutMinutes": 5}));
    host.grant("1");
    host.after_minutes(-60);
    host.grant("2");
    assert_eq!(host.ask(json!({"id": "3"})).code, Some("velocity_tier_3"));
    host.after_minutes(-60);
    assert_eq!(host.ask(json!({"id": "4"})).code, Some("agent_locked"));
    // Neither does a grant last longer than from the guard's own instant.
    host.at(MORNING).after_minutes(5);
    assert_eq!(host.guard.in_flight(&host.options()).unwrap()[1].status, "unknown");
}

#[test]
fn the_night_is_not_left_backwards() {
    let mut host = host(json!({"quietHours": {"start": 21, "end": 8}}));
    let message = json!({"id": "1", "type": "send_message", "riskFactors": {}});
    host.at("2026-03-20T23:00:00Z").ask(message.clone());
    assert_eq!(host.at("2026-03-20T12:00:00Z").ask(message).effect, Effect::Defer);
}

/// Every command and view of a guard's.
fn everything(host: &mut Host) -> Vec<(&'static str, bool)> {
    let mut ok = Vec::new();
    let calls: [(&str, Json); 8] = [
        ("request", json!({"id": "x", "type": "discover_leads", "agent": "sales"})),
        ("report", json!({"actionId": "1", "outcome": "succeeded"})),
        (
            "observe",
            json!({"agent": "a", "metrics": {"successRate": 1, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1}}),
        ),
        ("lock", admin()),
        ("unlock", admin()),
        ("recordUsage", json!({"usage": {}})),
        ("acknowledge", json!({"ids": []})),
        ("usage", Json::Null),
    ];
    for (name, argument) in calls {
        let result = host.attempt(|guard, options| guard.call(name, &argument.into(), options));
        if let Err(error) = &result {
            assert_eq!(place(error), (ErrorCode::InvalidInput, "now".to_owned()), "{name}");
        }
        ok.push((name, result.is_ok()));
    }
    ok
}

#[test]
fn a_leap_of_more_than_a_year_needs_a_person() {
    let mut host = host(json!({"grantTimeoutMinutes": 10_000_000}));
    host.grant("1");
    host.after_millis(366 * DAY + 1);
    assert!(everything(&mut host).iter().all(|(_, ok)| !ok));
    let message = host.try_ask_with(json!({"id": "2"}), json!({})).unwrap_err().to_string();
    assert_eq!(
        message,
        "now: more than 366 days after the last command (2026-03-20T09:00:00Z); `adoptClock` accepts such a leap"
    );
    host.attempt(|guard, options| guard.adopt_clock(&admin().into(), options)).unwrap();
    assert!(everything(&mut host).iter().all(|(_, ok)| *ok));
}

#[test]
fn a_leap_of_just_a_year_is_none() {
    let mut host = host(json!({}));
    host.grant("1");
    host.after_millis(366 * DAY);
    assert!(everything(&mut host).iter().all(|(_, ok)| *ok));
}

#[test]
fn adopting_a_clock_never_steps_back() {
    let mut host = host(json!({}));
    host.grant("1");
    host.after_millis(-DAY);
    host.attempt(|guard, options| guard.adopt_clock(&admin().into(), options)).unwrap();
    assert_eq!(host.guard.audit_since(1)[0].at.to_string(), MORNING);
    assert_eq!(host.ask(json!({"id": "2"})).at.to_string(), MORNING);
}

#[test]
fn a_stranger_does_not_move_the_clock() {
    let mut host = host(json!({}));
    host.grant("1");
    host.after_millis(400 * DAY);
    let stranger = json!({"by": {"id": "ann", "role": "viewer"}, "reason": "because"});
    let error = host.attempt(|guard, options| guard.adopt_clock(&stranger.into(), options)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotAuthorized);
    assert_eq!(host.guard.audit_since(1)[0].at.to_string(), MORNING);
    assert_eq!(host.refused(json!({"id": "2"})), (ErrorCode::InvalidInput, "now".into()));
}

#[test]
fn a_guard_may_begin_at_any_instant() {
    for now in ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"] {
        let mut host = host(json!({"quietHours": {"start": 21, "end": 8}, "timeZone": "America/New_York"}));
        let decision = host.at(now).ask(json!({"id": "1"}));
        assert!(decision.allowed, "{now}");
        let restored = super::snapshot::restored(&host);
        assert_eq!(restored.snapshot().unwrap(), host.guard.snapshot().unwrap());
    }
}

#[test]
fn adopting_a_clock_before_anything_else_is_where_it_begins() {
    let mut host = host(json!({}));
    host.attempt(|guard, options| guard.adopt_clock(&admin().into(), options)).unwrap();
    assert_eq!(host.after_millis(-DAY).ask(json!({"id": "1"})).at.to_string(), MORNING);
}
