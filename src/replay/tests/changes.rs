//! One log under two policies: what changes, and in which order it is told.

use super::{AUTOPILOT, message};
use crate::guard::{Expected, Guard};
use crate::policy::Policy;
use crate::replay::{Changes, LogReplay, Replay, Turn};
use std::ops::ControlFlow;
use std::sync::Arc;

fn policy(text: &str) -> Arc<Policy> {
    Arc::new(Policy::from_json(text).unwrap())
}

/// What changes from one policy to another.
fn changes(from: &str, to: &str, lines: &[String]) -> Changes {
    let mut replay = LogReplay::new(Replay::new(policy(from)).unwrap()).against(policy(to)).unwrap();
    let _ = replay.feed(lines.join("\n").as_bytes(), &mut |_| ControlFlow::Continue(()));
    let _ = replay.end(&mut |_| ControlFlow::Continue(()));
    replay.summary().against.unwrap().changes.clone()
}

fn action(id: &str, kind: &str) -> String {
    format!(r#"{{"at": "2026-03-20T09:00:00Z", "id": "{id}", "type": "{kind}", "agent": "a"}}"#)
}

/// Types `x.EFFECT`, each with that effect under a policy that reads them so.
fn with_effects(effects: &[(&str, &str)]) -> String {
    let entry = |(name, effect): &(&str, &str)| {
        let rules = match *effect {
            "allow" => r#""level": "L1""#,
            "notify" => r#""level": "L2""#,
            "approve" => r#""level": "L3""#,
            "defer" => r#""level": "L1", "cost": {"messages": 2}"#,
            "deny" => r#""level": "L1", "cost": {"messages": 9}"#,
            other => panic!("{other}"),
        };
        // Reads do not count as velocity, and so lock nobody.
        format!(r#""{name}": {{"access": "read", {rules}}}"#)
    };
    let actions: Vec<_> = effects
        .iter()
        .map(entry)
        .chain([r#""fill": {"access": "read", "level": "L1", "cost": {"messages": 4}}"#.to_owned()])
        .collect();
    format!(
        r#"{{"customerId": "c", "autonomyMode": "full_autopilot", "budgetScope": "spending", "budget": {{"maxMessagesPerDay": 5}}, "actions": {{{}}}}}"#,
        actions.join(",")
    )
}

const EFFECTS: [&str; 5] = ["allow", "notify", "approve", "defer", "deny"];

#[test]
fn what_is_newly_let_run_comes_first_and_then_what_goes_furthest() {
    // Each pair of effects once, and one action that uses up most of the day first.
    let pairs: Vec<(String, &str, &str)> =
        EFFECTS.iter().flat_map(|from| EFFECTS.map(|to| (format!("{from}.{to}"), *from, to))).collect();
    let side = |second: bool| {
        let effects: Vec<_> =
            pairs.iter().map(|(name, from, to)| (name.as_str(), if second { *to } else { *from })).collect();
        with_effects(&effects)
    };
    let lines: Vec<_> =
        [action("fill", "fill")].into_iter().chain(pairs.iter().map(|(name, ..)| action(name, name))).collect();
    let changes = changes(&side(false), &side(true), &lines);
    let told: Vec<_> = changes.list().map(|change| (change.turn, change.before.effect, change.after.effect)).collect();
    let expected = [
        (Turn::NowAllowed, "deny", "allow"),
        (Turn::NowAllowed, "defer", "allow"),
        (Turn::NowAllowed, "deny", "notify"),
        (Turn::NowAllowed, "approve", "allow"),
        (Turn::NowAllowed, "defer", "notify"),
        (Turn::NowAllowed, "approve", "notify"),
        (Turn::NowRefused, "allow", "deny"),
        (Turn::NowRefused, "allow", "defer"),
        (Turn::NowRefused, "notify", "deny"),
        (Turn::NowRefused, "allow", "approve"),
        (Turn::NowRefused, "notify", "defer"),
        (Turn::NowRefused, "notify", "approve"),
        (Turn::Milder, "deny", "approve"),
        (Turn::Milder, "notify", "allow"),
        (Turn::Milder, "defer", "approve"),
        (Turn::Milder, "deny", "defer"),
        (Turn::Stricter, "approve", "deny"),
        (Turn::Stricter, "allow", "notify"),
        (Turn::Stricter, "approve", "defer"),
        (Turn::Stricter, "defer", "deny"),
    ];
    assert_eq!(told, expected);
    assert_eq!(changes.total(), 20);
    let counts = [Turn::NowAllowed, Turn::NowRefused, Turn::Milder, Turn::Stricter, Turn::OtherReason]
        .map(|turn| changes.count(turn));
    assert_eq!(counts, [6, 6, 4, 4, 0]);
    // The rule that held it where it was held: nine of the ten milder ones, as `notify` is its level's, and so for the stricter.
    let rules: Vec<_> = changes.by_rule().iter().map(|(rule, count)| (*rule, count.milder, count.stricter)).collect();
    assert_eq!(rules, [("budget", 7, 7), ("level", 3, 3)]);
    let json = crate::json::text(&changes).unwrap();
    assert!(
        json.contains(
            r#""byEffect":[{"before":"deny","after":"allow","count":1},{"before":"deny","after":"notify","count":1}"#
        ),
        "{json}"
    );
    assert!(json.contains(r#""total":20,"nowAllowed":6,"nowRefused":6,"milder":4,"stricter":4,"otherReason":0"#));
    assert!(json.ends_with(r#""unlisted":0}"#));
}

#[test]
fn both_sides_say_why() {
    let to = AUTOPILOT.replace(r#""full_autopilot""#, r#""manual""#);
    let changes = changes(AUTOPILOT, &to, &[message(1, "2026-03-20T09:00:00Z")]);
    let change = changes.list().next().unwrap();
    assert_eq!(
        (change.line, change.action_id.as_str(), change.action_type.as_str(), change.agent.as_str()),
        (1, "m1", "send_message", "a")
    );
    assert_eq!(
        (change.before.rule, change.before.code, change.before.reason.as_deref()),
        (Some("level"), Some("level"), Some("level=L2"))
    );
    let after = &change.after;
    assert_eq!(
        (after.rule, after.code, after.reason.as_deref()),
        (Some("approval"), Some("autonomy_mode"), Some("autonomy_mode=manual"))
    );
    assert_eq!(after.because.as_ref().map(|reason| reason.reason.to_string()), after.reason);
}

#[test]
fn another_reason_or_another_time_is_a_change_and_comes_last() {
    let to = AUTOPILOT.replace(r#""customerId""#, r#""quietHours": {"start": 21, "end": 9}, "customerId""#);
    let lines = [message(1, "2026-03-20T20:00:00Z"), message(2, "2026-03-21T05:30:00Z")];
    let changes = changes(AUTOPILOT, &to, &lines);
    let told: Vec<_> = changes.list().map(|change| (change.turn, change.line)).collect();
    assert_eq!(told, [(Turn::NowRefused, 2), (Turn::OtherReason, 1)]);
    let later = changes.list().last().unwrap();
    let until = |side: &crate::replay::Side| side.defer_until.unwrap().to_string();
    assert_eq!(
        (until(&later.before), until(&later.after)),
        ("2026-03-21T05:00:00Z".to_owned(), "2026-03-21T06:00:00Z".to_owned())
    );
    assert_eq!(changes.by_rule().len(), 1, "what only waits longer is nobody's change of mind");
}

#[test]
fn the_same_policy_changes_nothing() {
    let lines: Vec<_> = (1..6).map(|id| message(id, "2026-03-20T09:00:00Z")).collect();
    let changes = changes(AUTOPILOT, AUTOPILOT, &lines);
    assert_eq!((changes.total(), changes.list().count()), (0, 0));
}

#[test]
fn a_thousand_are_listed_the_most_telling_and_the_rest_is_counted() {
    let from = r#"{"customerId": "c", "autonomyMode": "full_autopilot", "actions": {"up": {"level": "L1"}, "down": {"level": "L3"}}}"#;
    let to = from.replace("L1", "L9").replace("L3", "L1").replace("L9", "L3");
    // Reads do not count as velocity, and so lock nobody.
    let [from, to] = [from, &to].map(|text| text.replace(r#"{"level""#, r#"{"access": "read", "level""#));
    let lines: Vec<_> = (0..900)
        .map(|id| action(&format!("u{id}"), "up"))
        .chain((0..300).map(|id| action(&format!("d{id}"), "down")))
        .collect();
    let changes = changes(&from, &to, &lines);
    let turns: Vec<_> = changes.list().map(|change| change.turn).collect();
    assert_eq!((turns.len(), turns.iter().filter(|turn| **turn == Turn::NowAllowed).count()), (1000, 300));
    assert_eq!((changes.count(Turn::NowAllowed), changes.count(Turn::NowRefused)), (300, 900));
    // After a hundred that wait for a person the next are denied outright, and that goes further: they are listed before the first hundred.
    assert_eq!(changes.list().last().unwrap().line, 800, "of one kind those that came first");
    assert!(crate::json::text(&changes).unwrap().ends_with(r#""unlisted":200}"#));
}

#[test]
fn a_long_reason_is_cut_in_the_list() {
    let from = AUTOPILOT.replace(r#""customerId""#, r#""blockedSectors": ["x"], "customerId""#);
    let sector = |length: usize| {
        format!(
            r#"{{"at": "2026-03-20T09:00:00Z", "id": "s{length}", "type": "send_message", "agent": "a", "riskFactors": {{"sector": "{}x"}}}}"#,
            " ".repeat(length)
        )
    };
    let said = |length: usize| {
        let changes = changes(&from, AUTOPILOT, &[sector(length)]);
        let change = changes.list().next().unwrap().clone();
        (change.before.reason.unwrap(), change.before.because.is_some())
    };
    // "blocked_sector=" has 15 characters.
    let (whole, has_all) = said(184);
    assert_eq!((whole.chars().count(), whole.ends_with('x'), has_all), (200, true, true));
    let (cut, has_all) = said(185);
    assert_eq!((cut.chars().count(), cut.ends_with('…'), has_all), (200, true, false));
}

#[test]
fn what_one_policy_cannot_read_does_not_run_there() {
    let to = AUTOPILOT.replace(r#""/price""#, r#""/body""#);
    let tell = r#"{"at": "2026-03-20T09:00:00Z", "id": "t", "type": "tell", "agent": "a", "args": {"body": "words", "sector": null, "price": 0}}"#;
    let mut replay = LogReplay::new(Replay::new(policy(AUTOPILOT)).unwrap()).against(policy(&to)).unwrap();
    let mut said = Vec::new();
    let _ = replay.feed(format!("{tell}\n").as_bytes(), &mut |done| {
        said.push((done.error().map(|error| error.to_string()), done.turn));
        ControlFlow::Continue(())
    });
    let [(Some(error), Some(Turn::NowRefused))] = said.as_slice() else { panic!("{said:?}") };
    assert!(error.starts_with(r#"args["/body"]: under the second policy: expected"#), "{error}");
    let summary = replay.summary();
    let against = summary.against.unwrap();
    assert_eq!((summary.broken, against.broken, summary.summary.requests, against.summary.requests), (0, 1, 1, 0));
    let change = against.changes.list().next().unwrap();
    assert_eq!((change.after.effect, change.after.code, change.after.rule), ("error", Some("invalid_input"), None));
    // And the other way round.
    let back = changes(&to, AUTOPILOT, &[tell.to_owned()]);
    assert_eq!(
        (back.count(Turn::NowAllowed), back.list().next().map(|change| change.before.effect)),
        (1, Some("error"))
    );
}

#[test]
fn from_a_snapshot_the_second_policy_goes_on_in_the_same_state() {
    let first = policy(AUTOPILOT);
    let mut guard = Replay::of(Guard::new(Arc::clone(&first), false).unwrap()).unwrap();
    for id in 1..=2 {
        guard.line(&message(id, "2026-03-20T09:00:00Z")).unwrap();
    }
    let restored =
        Guard::restore(Arc::clone(&first), &guard.guard().snapshot().unwrap(), &Expected::default()).unwrap();
    let begun = || LogReplay::new(Replay::of(restored.clone()).unwrap());
    let wider = AUTOPILOT.replace(r#""maxMessagesPerDay": 2"#, r#""maxMessagesPerDay": 3"#);
    let mut replay = begun().against(policy(&wider)).unwrap();
    let lines =
        [message(1, "2026-03-20T09:01:00Z"), message(3, "2026-03-20T09:01:00Z"), message(4, "2026-03-20T09:02:00Z")];
    let _ = replay.feed(format!("{}\n", lines.join("\n")).as_bytes(), &mut |_| ControlFlow::Continue(()));
    let against = replay.summary().against.unwrap();
    // The first is granted before in both, the third message finds room under the wider cap, and the fourth under neither.
    let told: Vec<_> = against.changes.list().map(|change| (change.turn, change.line)).collect();
    assert_eq!(told, [(Turn::NowAllowed, 2)]);
    assert_eq!(against.summary.budgets.customer.messages.used.get(), 3);
    assert_ne!(against.policy_digest, replay.summary().policy_digest);
    // Another customer's policy has no place in this one's state; in a fresh one it is only a policy.
    let foreign = AUTOPILOT.replace(r#""customerId": "c""#, r#""customerId": "d""#);
    assert_eq!(begun().against(policy(&foreign)).unwrap_err().path(), "policy.customerId");
    assert!(LogReplay::new(Replay::new(first).unwrap()).against(policy(&foreign)).is_ok());
}
