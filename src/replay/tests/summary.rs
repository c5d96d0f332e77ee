//! What a log comes to: by rule, hour and day, locks, budgets, and what it tells of what did not run.

use super::{AUTOPILOT, message, replay, row, texts};
use crate::guard::{Effect, Expected, Guard, LockSource};
use crate::policy::Policy;
use crate::replay::{BudgetPeaks, Peak, Replay, Replayed};
use std::sync::Arc;

fn other(replay: &mut Replay, line: &str) {
    assert!(matches!(replay.line(line), Ok(Some(Replayed::Other(_)))), "{line}");
}

#[test]
fn a_rule_is_asked_where_it_speaks_and_decides_where_it_is_first() {
    let mut replay = replay(AUTOPILOT);
    row(&mut replay, &message(1, "2026-03-20T09:00:00Z"));
    // On a blocked date at night quiet time has two reasons, and one say.
    row(&mut replay, &message(2, "2026-03-21T22:00:00Z"));
    let critical = message(3, "2026-03-21T22:00:00Z")
        .replace("\"riskFactors\"", "\"riskScore\": 1, \"impactScore\": 1, \"riskFactors\"");
    row(&mut replay, &critical);
    let rules = &replay.summary().by_rule;
    let of = |rule: &str| rules.get(rule).map(|rule| (rule.asked, rule.decided));
    assert_eq!(of("level"), Some((3, 1)));
    assert_eq!(of("quiet_time"), Some((2, 1)));
    assert_eq!(of("arbitration"), Some((1, 1)));
    assert_eq!(rules.len(), 3);
    assert_eq!(replay.summary().by_agent.get("a").map(|agent| agent.by_effect.get(Effect::Lock)), Some(1));
}

#[test]
fn hours_and_days_are_local_and_on_the_guards_clock() {
    let mut replay = replay(AUTOPILOT);
    // Midnight in Riyadh is 21:00 UTC. The last line's clock steps back: it counts as of the one before.
    for (id, at) in [
        (1, "2026-03-20T09:59:59Z"),
        (2, "2026-03-20T20:59:59Z"),
        (3, "2026-03-20T21:00:00Z"),
        (4, "2026-03-20T06:00:00Z"),
    ] {
        row(&mut replay, &message(id, at));
    }
    let summary = replay.summary();
    let hours: Vec<_> = (0..24)
        .zip(&summary.by_hour)
        .filter(|(_, hour)| Effect::ALL.iter().any(|effect| hour.get(*effect) > 0))
        .collect();
    assert_eq!(hours.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), [0, 12, 23]);
    assert_eq!(
        hours.iter().map(|(_, hour)| (hour.get(Effect::Notify), hour.get(Effect::Defer))).collect::<Vec<_>>(),
        [(0, 2), (1, 0), (0, 1)]
    );
    let days: Vec<_> =
        summary.by_day.iter().map(|day| (day.date.to_string(), day.requests, day.used.messages.get())).collect();
    assert_eq!(days, [("2026-03-20".to_owned(), 2, 1), ("2026-03-21".to_owned(), 2, 0)]);
    assert_eq!((summary.days, summary.by_day.first().unwrap().by_effect.get(Effect::Defer)), (2, 1));
}

#[test]
fn a_thousand_days_are_told_apart_and_more_are_counted() {
    let mut replay = replay(AUTOPILOT);
    let of = row(&mut replay, &message(1, "2026-03-20T09:00:00Z"));
    let first = replay.summary.usage.date.unwrap();
    for day in 1..=1000 {
        replay.summary.add(&of, crate::time::Date::from_days(first.days() + day), crate::time::Hour::new(0).unwrap());
    }
    let summary = replay.summary();
    assert_eq!((summary.days, summary.by_day.len(), summary.requests), (1001, 1000, 1001));
    assert_eq!(summary.by_day.last().unwrap().requests, 1);
}

#[test]
fn locks_are_listed_with_what_locked_and_those_that_hold_are_not_told_again() {
    let mut replay = replay(AUTOPILOT);
    let critical = |id: u32, agent: &str| {
        format!(
            r#"{{"at": "2026-03-20T09:00:0{id}Z", "id": "x{id}", "type": "score_deal", "agent": "{agent}", "riskScore": 1, "impactScore": 1}}"#
        )
    };
    let person = |kind: &str, second: u32, agent: &str| {
        format!(
            r#"{{"at": "2026-03-20T09:01:{second:02}Z", "kind": "{kind}", {agent} "by": {{"id": "ops", "role": "platform_admin"}}, "reason": "seen"}}"#
        )
    };
    for (id, agent) in [(1, "a"), (2, "a"), (3, "b")] {
        assert_eq!(row(&mut replay, &critical(id, agent)).effect, Effect::Lock);
    }
    other(&mut replay, &person("lock", 0, ""));
    other(&mut replay, &person("lock", 1, ""));
    other(&mut replay, &person("unlock", 2, r#""agent": "a","#));
    other(&mut replay, &person("lock", 3, r#""agent": "a","#));
    let locks = &replay.summary().locks;
    let told: Vec<_> =
        locks.first.iter().map(|lock| (lock.agent.as_deref(), lock.source, lock.since.to_string())).collect();
    assert_eq!(locks.count, 4);
    assert_eq!(
        told,
        [
            (Some("a"), LockSource::CriticalRisk, "2026-03-20T09:00:01Z".to_owned()),
            (Some("b"), LockSource::CriticalRisk, "2026-03-20T09:00:03Z".to_owned()),
            (None, LockSource::Manual, "2026-03-20T09:01:00Z".to_owned()),
            (Some("a"), LockSource::Manual, "2026-03-20T09:01:03Z".to_owned()),
        ]
    );
    assert_eq!(locks.first.last().unwrap().reason, "seen");
    assert_eq!(replay.summary().commands, [("lock", 3), ("unlock", 1)].into());
    for round in 0..60 {
        other(&mut replay, &person("unlock", 10 + round % 40, r#""agent": "b","#));
        other(&mut replay, &person("lock", 10 + round % 40, r#""agent": "b","#));
        other(&mut replay, &person("unlock", 10 + round % 40, ""));
        other(&mut replay, &person("lock", 10 + round % 40, ""));
    }
    assert_eq!((replay.summary().locks.count, replay.summary().locks.first.len()), (4 + 120, 100));
}

#[test]
fn deferrals_say_until_when_at_the_latest() {
    let mut replay = replay(AUTOPILOT);
    let waits = row(&mut replay, &message(1, "2026-03-21T18:00:00Z"));
    row(&mut replay, &message(2, "2026-03-20T09:00:00Z"));
    let deferrals = replay.summary().deferrals;
    assert_eq!((deferrals.count, deferrals.open, deferrals.latest), (2, 0, waits.defer_until));
    // A price above what is left waits, and nobody can know whether a failed action is tried again.
    assert_eq!(waits.defer_until.unwrap().to_string(), "2026-03-23T05:00:00Z");
}

#[test]
fn a_step_that_waits_for_another_is_deferred_for_nobody_knows_how_long() {
    let mut replay = replay(AUTOPILOT);
    let place = r#""group": {"id": "plan", "index": 1, "size": 2}, "riskFactors""#;
    let step = message(1, "2026-03-20T09:00:00Z").replace(r#""riskFactors""#, place);
    assert_eq!(row(&mut replay, &step).code, Some("paused_behind"));
    let deferrals = replay.summary().deferrals;
    assert_eq!((deferrals.count, deferrals.open, deferrals.latest), (1, 1, None));
}

#[test]
fn effects_that_nothing_had_are_not_written() {
    let mut replay = replay(AUTOPILOT);
    for id in 1..=3 {
        row(&mut replay, &message(id, "2026-03-20T09:00:00Z"));
    }
    let json = serde_json::to_value(replay.summary()).unwrap();
    assert_eq!(json["byEffect"], serde_json::json!({"notify": 2, "defer": 1}));
    assert_eq!((&json["byHour"][11], &json["byHour"][12]["defer"]), (&serde_json::json!({}), &serde_json::json!(1)));
}

#[test]
fn before_the_first_line_nothing_was_used_on_any_day() {
    let mut replay = replay(AUTOPILOT);
    assert_eq!((replay.summary().usage.date, replay.summary().by_day.len()), (None, 0));
    // The caps of another policy are known before anything is used under it.
    let agents = r#""agents": {"z": {"budget": {"maxMessagesPerDay": 4}}}, "customerId""#;
    let wider =
        AUTOPILOT.replace(r#""maxMessagesPerDay": 2"#, r#""maxMessagesPerDay": 9"#).replace(r#""customerId""#, agents);
    let by = r#""by": {"id": "ops", "role": "platform_admin"}, "reason": "more""#;
    other(&mut replay, &format!(r#"{{"at": "2026-03-20T10:00:00Z", "kind": "setPolicy", "policy": {wider}, {by}}}"#));
    let Peak { used, cap, date } = replay.summary().budgets.customer.messages;
    assert_eq!((used.get(), cap.get(), date), (0, 9, None));
    let agents = &replay.summary().budgets.agents;
    assert_eq!(agents.get("z").map(|peaks| peaks.messages.cap.get()), Some(4));
}

#[test]
fn a_day_that_comes_to_the_same_as_the_one_before_is_another_agents_peak() {
    let policy = AUTOPILOT.replace(
        r#""customerId""#,
        r#""agents": {"a": {"budget": {"maxMessagesPerDay": 3}}, "b": {"budget": {"maxMessagesPerDay": 3}}}, "customerId""#,
    );
    let mut replay = replay(&policy);
    row(&mut replay, &message(1, "2026-03-18T09:00:00Z"));
    row(&mut replay, &message(2, "2026-03-19T09:00:00Z").replace(r#""agent": "a""#, r#""agent": "b""#));
    let peaks = replay.summary().budgets.agents.values();
    let days: Vec<_> = peaks.map(|peaks| peaks.messages.date.map(|date| date.to_string())).collect();
    assert_eq!(days, [Some("2026-03-18".to_owned()), Some("2026-03-19".to_owned())]);
}

#[test]
fn ten_thousand_agents_with_budgets_are_followed() {
    let mut replay = replay(AUTOPILOT);
    row(&mut replay, &message(1, "2026-03-20T09:00:00Z"));
    let date = replay.summary.usage.date.unwrap();
    for round in 0..=10 {
        let agents: Vec<_> = (0..1000).map(|agent| format!(r#""{round:02}.{agent}": {{"budget": {{}}}}"#)).collect();
        let text = format!(r#"{{"customerId": "c", "agents": {{{}}}}}"#, agents.join(","));
        replay.summary.budgets.set_caps(&Policy::from_json(&text).unwrap(), date);
    }
    let agents = &replay.summary.budgets.agents;
    assert_eq!((agents.len(), agents.contains_key("09.999"), agents.contains_key("10.0")), (10_000, true, false));
}

#[test]
fn what_a_full_guard_refused_it_does_not_remember_and_may_be_reported() {
    let policy = AUTOPILOT.replace(r#""full_autopilot""#, r#""manual""#);
    let mut replay = replay(&policy);
    let large = format!(
        r#"{{"at": "2026-03-20T09:00:00Z", "id": "l", "type": "book_meeting", "agent": "a", "args": "{}"}}"#,
        "x".repeat(150_000)
    );
    assert_eq!(row(&mut replay, &large).effect, Effect::Approve);
    let ill =
        r#""metrics": {"successRate": 0, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1}"#;
    let alerts = format!(r#""alerts": [{{"y": "{}"}}]"#, "y".repeat(15_000));
    for agent in ["b", "c", "d", "e", "f", "g"] {
        let observed =
            format!(r#"{{"at": "2026-03-20T09:00:00Z", "kind": "observe", "agent": "{agent}", {ill}, {alerts}}}"#);
        other(&mut replay, &observed);
    }
    let refused = row(&mut replay, &message(1, "2026-03-20T09:00:00Z"));
    assert!(texts(&refused).contains(&"repeat snapshot_full".to_owned()), "{:?}", texts(&refused));
    let done = r#""outcome": "succeeded""#;
    other(&mut replay, &report("m1", "2026-03-20T09:00:01Z", done));
    assert_eq!(replay.summary().not_granted, 1);
    assert_eq!(replay.line(&report("m2", "2026-03-20T09:00:01Z", done)).unwrap_err().path(), "actionId");
}

#[test]
fn each_budget_has_its_peak_with_the_cap_and_the_day() {
    let policy = AUTOPILOT.replace(r#""maxMessagesPerDay": 2"#, r#""maxMessagesPerDay": 5"#).replace(
        r#""customerId""#,
        r#""agents": {"a": {"budget": {"maxMessagesPerDay": 3}}, "b": {"budget": {"maxCostPerDay": 9}}, "c": {}}, "customerId""#,
    );
    let mut replay = replay(&policy);
    let of = |replay: &Replay| {
        let peaks = &replay.summary().budgets;
        let messages = |peaks: &BudgetPeaks| {
            let Peak { used, cap, date } = peaks.messages;
            (used.get(), cap.get(), date.map(|date| date.to_string()))
        };
        (
            messages(&peaks.customer),
            peaks.agents.iter().map(|(agent, peaks)| (agent.clone(), messages(peaks))).collect::<Vec<_>>(),
        )
    };
    let none = |cap| (0, cap, None);
    assert_eq!(of(&replay), (none(5), vec![("a".into(), none(3)), ("b".into(), none(5))]));
    for (id, agent, at) in [(1, "a", 18), (2, "a", 19), (3, "b", 19), (4, "a", 20)] {
        let line = message(id, &format!("2026-03-{at}T09:00:00Z"))
            .replace(r#""agent": "a""#, &format!(r#""agent": "{agent}""#));
        assert!(row(&mut replay, &line).allowed);
    }
    let on = |used, cap, day: u32| (used, cap, Some(format!("2026-03-{day}")));
    assert_eq!(of(&replay), (on(2, 5, 19), vec![("a".into(), on(1, 3, 18)), ("b".into(), on(1, 5, 19))]));
    // What a report says was really used counts, whoever used it.
    other(
        &mut replay,
        r#"{"at": "2026-03-20T09:01:00Z", "kind": "report", "actionId": "m4", "outcome": "succeeded", "usage": {"messages": 4}}"#,
    );
    assert_eq!(of(&replay), (on(4, 5, 20), vec![("a".into(), on(4, 3, 20)), ("b".into(), on(1, 5, 19))]));
    let used: Vec<_> = replay.summary().by_day.iter().map(|day| day.used.messages.get()).collect();
    assert_eq!(used, [1, 2, 4]);
    // Another policy's caps are those of what is used from then on.
    let wider = policy.replace(r#""maxMessagesPerDay": 5"#, r#""maxMessagesPerDay": 9"#);
    other(
        &mut replay,
        &format!(
            r#"{{"at": "2026-03-20T10:00:00Z", "kind": "setPolicy", "policy": {wider}, "by": {{"id": "ops", "role": "platform_admin"}}, "reason": "more"}}"#
        ),
    );
    assert_eq!(of(&replay).0, on(4, 5, 20));
    other(
        &mut replay,
        r#"{"at": "2026-03-20T10:00:00Z", "kind": "recordUsage", "agent": "b", "usage": {"messages": 3}}"#,
    );
    assert_eq!(of(&replay), (on(7, 9, 20), vec![("a".into(), on(4, 3, 20)), ("b".into(), on(3, 9, 20))]));
}

fn report(id: &str, at: &str, more: &str) -> String {
    format!(r#"{{"at": "{at}", "kind": "report", "actionId": "{id}", {more}}}"#)
}

#[test]
fn a_report_of_what_was_not_granted_again_is_no_mistake_of_the_logs() {
    let mut replay = replay(AUTOPILOT);
    let failed = r#""outcome": "failed", "error": {"statusCode": 429}"#;
    let done = r#""outcome": "succeeded", "attempt": 2"#;
    assert!(row(&mut replay, &message(1, "2026-03-20T09:00:00Z")).allowed);
    other(&mut replay, &report("m1", "2026-03-20T09:00:01Z", failed));
    // Nobody has asked again: this would be wrong under any policy.
    assert_eq!(replay.line(&report("m1", "2026-03-20T09:00:02Z", done)).unwrap_err().path(), "attempt");
    let again = row(&mut replay, &message(1, "2026-03-20T20:00:00Z"));
    assert_eq!(again.effect, Effect::Defer);
    other(&mut replay, &report("m1", "2026-03-20T20:00:01Z", done));
    other(&mut replay, &report("m1", "2026-03-20T20:00:01Z", r#""outcome": "succeeded""#));
    assert_eq!(replay.summary().not_granted, 2);
    // Granted after all, it is as any other.
    assert!(row(&mut replay, &message(1, "2026-03-23T09:00:00Z")).allowed);
    other(&mut replay, &report("m1", "2026-03-23T09:00:01Z", done));
    assert!(replay.line(&report("m1", "2026-03-23T09:00:01Z", failed)).is_err());
    assert_eq!(replay.summary().not_granted, 2);
}

#[test]
fn what_the_guard_may_have_forgotten_is_no_mistake_either() {
    let mut replay = replay(AUTOPILOT);
    let unknown = report("gone", "2026-03-20T20:00:00Z", r#""outcome": "succeeded""#);
    for id in 0..1000 {
        assert!(!row(&mut replay, &message(id, "2026-03-20T20:00:00Z")).allowed);
        if id == 999 {
            assert_eq!(replay.line(&unknown).unwrap_err().path(), "actionId");
        }
    }
    row(&mut replay, &message(1000, "2026-03-20T20:00:00Z"));
    other(&mut replay, &unknown);
    other(&mut replay, &report("m0", "2026-03-20T20:00:00Z", r#""outcome": "succeeded""#));
    assert_eq!(replay.summary().not_granted, 2);
}

#[test]
fn it_goes_on_where_a_snapshot_was_taken() {
    let policy = Arc::new(Policy::from_json(AUTOPILOT).unwrap());
    let mut before = Replay::of(Guard::new(Arc::clone(&policy), true).unwrap()).unwrap();
    row(&mut before, &message(1, "2026-03-20T09:00:00Z"));
    let snapshot = before.guard().snapshot().unwrap();
    let guard = Guard::restore(policy, &snapshot, &Expected::default()).unwrap();
    let mut after = Replay::of(guard).unwrap();
    let summary = after.summary();
    assert_eq!(
        (summary.requests, summary.usage.used.messages.get(), summary.budgets.customer.messages.used.get()),
        (0, 1, 1)
    );
    assert_eq!(row(&mut after, &message(1, "2026-03-20T09:00:01Z")).code, Some("already_granted"));
    assert_eq!(row(&mut before, &message(1, "2026-03-20T09:00:01Z")).code, Some("already_granted"));
    assert_eq!(after.guard().audit_head(), before.guard().audit_head());
}

fn resolve(second: u32, named: &str, id: &str, decision: &str) -> String {
    format!(
        r#"{{"at": "2026-03-20T09:01:{second:02}Z", "kind": "resolve", "{named}": "{id}", "by": {{"id": "ops", "role": "platform_admin"}}, "decision": "{decision}"}}"#
    )
}

#[test]
fn questions_to_people_are_resolved_by_their_id_or_by_their_actions() {
    let policy = AUTOPILOT
        .replace(r#""full_autopilot""#, r#""manual""#)
        .replace(r#""customerId""#, r#""approvals": {"expiresAfterMinutes": 60}, "customerId""#);
    let mut replay = replay(&policy);
    // What was rejected is for a day not asked again under another id: each has a content of its own.
    let message = |id: u32, at: &str| message(id, at).replace(r#""extra": 1"#, &format!(r#""args": {{"n": {id}}}"#));
    let ids: Vec<_> =
        (1..=4).map(|id| row(&mut replay, &message(id, "2026-03-20T09:00:00Z")).approval.unwrap().id).collect();
    // Asked again while it waits, it is the same question.
    assert_eq!(Some(&row(&mut replay, &message(1, "2026-03-20T09:00:01Z")).approval.unwrap().id), ids.first());
    let approvals = |replay: &Replay| {
        let all = replay.summary().approvals;
        (all.opened, all.approved, all.rejected, all.expired, all.pending)
    };
    assert_eq!(approvals(&replay), (4, 0, 0, 0, 4));
    other(&mut replay, &resolve(0, "actionId", "m1", "approve"));
    other(&mut replay, &resolve(1, "approvalId", ids.get(1).unwrap(), "reject"));
    assert_eq!(approvals(&replay), (4, 1, 1, 0, 2));
    assert!(row(&mut replay, &message(1, "2026-03-20T09:02:00Z")).allowed);
    assert_eq!(row(&mut replay, &message(2, "2026-03-20T09:02:00Z")).code, Some("approval_rejected"));
    // What does not wait here is no mistake of the log's: it is counted.
    for line in [
        resolve(2, "actionId", "m1", "reject"),
        resolve(3, "actionId", "never seen", "approve"),
        resolve(4, "approvalId", "of another run", "approve"),
        resolve(5, "approvalId", ids.get(1).unwrap(), "approve"),
    ] {
        other(&mut replay, &line);
    }
    assert_eq!(
        (replay.summary().not_pending, replay.summary().not_granted, approvals(&replay)),
        (4, 0, (4, 1, 1, 0, 2))
    );
    // What is wrong with the line itself is, whether anything waits or not.
    for id in ["m3", "never seen"] {
        let broken = resolve(6, "actionId", id, "perhaps");
        assert_eq!(replay.line(&broken).unwrap_err().path(), "decision", "{id}");
    }
    let stranger = resolve(7, "actionId", "m3", "approve").replace("platform_admin", "member");
    assert_eq!(replay.line(&stranger).unwrap_err().path(), "by");
    // An hour after they were opened the others expire: not a microsecond before.
    row(&mut replay, &message(9, "2026-03-20T09:59:59.999999Z"));
    assert_eq!(approvals(&replay), (5, 1, 1, 0, 3));
    other(&mut replay, r#"{"at": "2026-03-20T10:00:00Z", "kind": "acknowledge", "ids": []}"#);
    assert_eq!(approvals(&replay), (5, 1, 1, 2, 1));
    let late = resolve(0, "actionId", "m3", "approve").replace("09:01:00", "10:00:00");
    other(&mut replay, &late);
    assert_eq!((replay.summary().not_pending, approvals(&replay)), (5, (5, 1, 1, 2, 1)));
    assert_eq!(replay.summary().commands.get("resolve"), Some(&7));
}

#[test]
fn a_question_that_somebody_makes_needless_by_hand_waits_no_more() {
    let mut replay = replay(&AUTOPILOT.replace(r#""full_autopilot""#, r#""manual""#));
    row(&mut replay, &message(1, "2026-03-20T09:00:00Z"));
    assert_eq!((replay.summary().approvals.pending, replay.summary().approvals.expired), (1, 0));
    let by_hand = message(1, "2026-03-20T09:01:00Z").replace(r#""extra": 1"#, r#""human": true"#);
    assert!(row(&mut replay, &by_hand).allowed);
    assert_eq!((replay.summary().approvals.pending, replay.summary().approvals.expired), (0, 1));
}
