use super::*;
use crate::rules::Tier;
use crate::time::Hour;

mod changes;
mod columns;
mod log;
mod summary;

fn replay(policy: &str) -> Replay {
    Replay::new(Arc::new(Policy::from_json(policy).unwrap())).unwrap()
}

fn row(replay: &mut Replay, line: &str) -> Row {
    match replay.line(line).unwrap() {
        Some(Replayed::Request(row)) => *row,
        other => panic!("{other:?}"),
    }
}

/// What the rules say beside that the creator is told.
fn texts(row: &Row) -> Vec<String> {
    let reasons = row.reasons.iter().filter(|reason| reason.rule != "level");
    reasons.map(|reason| format!("{} {}", reason.rule, reason.reason)).collect()
}

const AUTOPILOT: &str = r#"{"customerId": "c", "autonomyMode": "full_autopilot", "budget": {"maxMessagesPerDay": 2, "maxCostPerDay": 0.3}, "blockedDates": ["2026-03-22"], "actions": {"tell": {"messaging": true, "factors": {"draftText": "/body", "sector": "/sector"}, "cost": {"amount": "/price"}}}}"#;

fn message(id: u32, at: &str) -> String {
    format!(r#"{{"at": "{at}", "id": "m{id}", "type": "send_message", "agent": "a", "riskFactors": {{}}, "extra": 1}}"#)
}

#[test]
fn a_spent_budget_waits_for_the_next_local_day() {
    let mut replay = replay(AUTOPILOT);
    assert_eq!(row(&mut replay, &message(1, "2026-03-20T09:00:00Z")).effect, Effect::Notify);
    assert!(row(&mut replay, &message(2, "2026-03-20T09:10:00Z")).allowed);
    let third = row(&mut replay, &message(3, "2026-03-20T09:20:00Z"));
    assert_eq!(
        (third.effect, third.code, third.reason.as_deref()),
        (Effect::Defer, Some("messages_per_day_reached"), Some("messages_per_day_reached"))
    );
    // Midnight in Riyadh is 21:00 UTC, but the night ends at 8:00 there.
    assert_eq!(third.defer_until.unwrap().to_string(), "2026-03-21T05:00:00Z");
    assert_eq!(row(&mut replay, &message(4, "2026-03-21T05:00:00Z")).effect, Effect::Notify);
    let summary = replay.summary();
    assert_eq!(
        (summary.requests, summary.by_effect.get(Effect::Notify), summary.by_effect.get(Effect::Defer)),
        (4, 3, 1)
    );
    assert_eq!((summary.usage.used.messages.get(), summary.peak.used.messages.get()), (1, 2));
    assert_eq!(summary.by_code.get("messages_per_day_reached"), Some(&1));
    assert_eq!(summary.by_agent.get("a").map(|agent| (agent.requests, agent.allowed)), Some((4, 3)));
}

#[test]
fn quiet_time_is_for_messages_and_ends_exactly() {
    let mut replay = replay(AUTOPILOT);
    let night = row(&mut replay, &message(1, "2026-03-21T18:00:00Z"));
    assert_eq!(texts(&night), ["quiet_time quiet_hours"]);
    // The next day is blocked, and the one after begins with the rest of a night.
    assert_eq!(night.defer_until.unwrap().to_string(), "2026-03-23T05:00:00Z");
    let blocked = row(&mut replay, &message(2, "2026-03-21T22:00:00Z"));
    assert_eq!(texts(&blocked), ["quiet_time quiet_hours", "quiet_time blocked_date"]);
    let read = r#"{"at": "2026-03-22T18:00:00Z", "id": "r", "type": "score_deal", "agent": "a"}"#;
    assert_eq!(row(&mut replay, read).effect, Effect::Allow);
}

#[test]
fn a_clock_that_steps_back_opens_no_fresh_day() {
    let mut replay = replay(AUTOPILOT);
    for id in 1..=2 {
        row(&mut replay, &message(id, "2026-03-20T09:00:00Z"));
    }
    let back = row(&mut replay, &message(3, "2026-03-19T09:00:00Z"));
    assert_eq!(back.code, Some("messages_per_day_reached"));
    assert_eq!(back.defer_until.unwrap().to_string(), "2026-03-21T05:00:00Z");
}

#[test]
fn what_the_policy_maps_must_be_there() {
    let mut replay = replay(AUTOPILOT);
    let mut ids = 0..;
    let mut tell = |args: &str| {
        let id = ids.next().unwrap();
        format!(r#"{{"at": "2026-03-20T09:00:00Z", "id": "t{id}", "type": "tell", "agent": "a", "args": {args}}}"#)
    };
    let missing = row(&mut replay, &tell("{}"));
    assert_eq!(
        texts(&missing),
        [
            "approval risk_factor_missing=sector",
            "approval risk_factor_missing=draftText",
            "approval cost_missing=amount"
        ]
    );
    let null = row(&mut replay, &tell(r#"{"body": null, "sector": null, "price": null}"#));
    assert_eq!(texts(&null), ["approval risk_factor_missing=draftText", "approval cost_missing=amount"]);
    assert!(row(&mut replay, &tell(r#"{"body": "", "sector": null, "price": 0.1}"#)).allowed);
    assert!(row(&mut replay, &tell(r#"{"body": "", "sector": "x", "price": 0.2}"#)).allowed);
    let third = row(&mut replay, &tell(r#"{"body": "", "sector": "x", "price": 0}"#));
    assert_eq!(texts(&third), ["budget messages_per_day_reached", "budget cost_sar_per_day_reached"]);
    assert_eq!(replay.summary().usage.used.amount.get(), 0.3);
    let error = replay.line(&tell(r#"{"body": "", "sector": null, "price": "1"}"#)).unwrap_err();
    assert_eq!(error.path(), r#"args["/price"]"#);
    let nothing = r#"{"at": "2026-03-20T09:00:00Z", "id": "m", "type": "send_message", "agent": "b"}"#;
    assert_eq!(texts(&row(&mut replay, nothing)).first().unwrap(), "approval risk_factors_missing");
}

#[test]
fn a_runaway_is_stopped_and_others_go_on() {
    let mut replay = replay(r#"{"customerId": "c", "autonomyMode": "full_autopilot"}"#);
    let post = |agent: &str, second: u32, kind: &str| {
        format!(r#"{{"at": "2026-03-20T09:00:{second:02}Z", "id": "x{second}", "type": "{kind}", "agent": "{agent}"}}"#)
    };
    let effects: Vec<_> = (0..16).map(|second| row(&mut replay, &post("a", second, "book_meeting"))).collect();
    assert_eq!(effects.iter().position(|row| row.effect == Effect::Lock), Some(14));
    assert_eq!(effects[11].escalation, Some(Tier::Tier1));
    assert_eq!(effects[10].escalation, None);
    assert_eq!(texts(&effects[14]), ["escalation velocity_tier_3"]);
    assert!(row(&mut replay, &post("b", 20, "book_meeting")).allowed);
    assert!(row(&mut replay, &post("a", 21, "score_deal")).allowed, "reads do not count");
    let human = post("a", 22, "book_meeting").replace('}', r#", "human": true}"#);
    assert!(row(&mut replay, &human).allowed);
}

#[test]
fn a_broken_line_changes_nothing() {
    let mut replay = replay(AUTOPILOT);
    row(&mut replay, &message(1, "2026-03-20T09:00:00Z"));
    let before = format!("{replay:?}");
    for broken in [
        "{",
        "[]",
        r#"{"at": "x"}"#,
        r#"{"at": 1, "kind": "reqest"}"#,
        r#"{"at": 1, "id": "a", "type": "Send_Message", "agent": "a"}"#,
        r#"{"at": 1, "id": "a", "type": "tell", "agent": "a", "args": {"price": true}}"#,
    ] {
        assert!(replay.line(broken).is_err(), "{broken}");
        assert_eq!(format!("{replay:?}"), before, "{broken}");
    }
    assert_eq!(replay.line("  ").unwrap(), None);
    // Nor does a report of what this policy did not grant, which is no error.
    let night = r#"{"at": "2026-03-20T20:00:00Z", "id": "n", "type": "send_message", "agent": "a", "riskFactors": {}}"#;
    assert_eq!(row(&mut replay, night).effect, Effect::Defer);
    let report = r#"{"at": "2026-03-20T20:00:01Z", "kind": "report", "actionId": "n", "outcome": "succeeded"}"#;
    assert!(matches!(replay.line(report), Ok(Some(Replayed::Other(_)))));
    // What is wrong under any policy is one.
    for (broken, path) in [
        (report.replace(r#""n""#, r#""never seen""#), "actionId"),
        (report.replace(r#""n""#, r#""m1", "attempt": 2"#), "attempt"),
        // A leap of the clock stands in the line's own field.
        (report.replace("2026", "2028"), "at"),
        (message(9, "2028-03-20T09:00:00Z"), "at"),
        (
            report.replace("report", "unlock").replace(
                r#""actionId": "n", "outcome": "succeeded""#,
                r#""by": {"id": "a", "role": "b"}, "reason": "c""#,
            ),
            "by",
        ),
    ] {
        assert_eq!(replay.line(&broken).unwrap_err().path(), path, "{broken}");
    }
    assert_eq!(replay.explain(&message(9, "2028-03-20T09:00:00Z")).unwrap_err().path(), "at");
    let unlock = r#"{"at": "2026-03-20T10:00:00Z", "kind": "unlock", "agent": "a", "by": {"id": "ops", "role": "platform_admin"}, "reason": "seen"}"#;
    let unlock = replay.line(unlock).unwrap();
    assert_eq!(
        unlock,
        Some(Replayed::Other(Other {
            at: "2026-03-20T10:00:00Z".parse().unwrap(),
            kind: "unlock",
            agent: Some("a".to_owned()),
            reason: Some("seen".to_owned()),
            action_id: None,
            approval: None,
        }))
    );
}

#[test]
fn with_the_scope_spending_only_spenders_wait() {
    let policy = AUTOPILOT.replace(r#""customerId""#, r#""budgetScope": "spending", "customerId""#);
    let mut replay = replay(&policy);
    for id in 1..=2 {
        row(&mut replay, &message(id, "2026-03-20T09:00:00Z"));
    }
    assert_eq!(row(&mut replay, &message(3, "2026-03-20T09:00:00Z")).effect, Effect::Defer);
    let read = r#"{"at": "2026-03-20T09:00:00Z", "id": "r", "type": "score_deal", "agent": "a"}"#;
    assert_eq!(row(&mut replay, read).effect, Effect::Allow);
}

#[test]
fn the_peak_is_of_the_day_on_which_most_was_spent() {
    let mut replay = replay(AUTOPILOT);
    let tell = |day: u32, price: f64| {
        let body = format!(r#""args": {{"body": "", "sector": null, "price": {price}}}"#);
        format!(r#"{{"at": "2026-03-{day}T09:00:00Z", "id": "t{day}", "type": "tell", "agent": "a", {body}}}"#)
    };
    for (day, price, peak) in [(23, 0.1, 0.1), (24, 0.3, 0.3), (25, 0.2, 0.3)] {
        assert!(row(&mut replay, &tell(day, price)).allowed);
        let summary = replay.summary();
        assert_eq!((summary.usage.used.amount.get(), summary.peak.used.amount.get()), (price, peak));
    }
}

#[test]
fn ten_thousand_agents_are_named_and_the_rest_together() {
    let mut replay = replay(AUTOPILOT);
    let mut of = row(&mut replay, &message(1, "2026-03-20T09:00:00Z"));
    let date = replay.summary.usage.date.unwrap();
    for agent in 1..=10_001 {
        of.agent = format!("agent {agent}");
        replay.summary.add(&of, date, Hour::new(9).unwrap());
    }
    let requests = |agent: &str| replay.summary.by_agent.get(agent).map(|agent| agent.requests);
    // `a` came first.
    assert_eq!((requests("agent 9999"), requests("agent 10000"), requests("")), (Some(1), None, Some(2)));
}
