//! Plans: their order, whatever the order of arrival.

use serde_json::{Value as Json, json};

use super::support::{Host, host, said};
use crate::error::ErrorCode;
use crate::guard::Effect;

fn planning() -> Host {
    host(json!({"actions": {"go": {"level": "L1"}, "ask": {"level": "L3"}}}))
}

/// The action at a place of a plan of five.
fn step(kind: &str, index: u8) -> Json {
    let id = format!("s{index}");
    json!({"id": id, "type": kind, "args": {"id": id}, "group": {"id": "plan", "index": index, "size": 5}})
}

#[test]
fn each_waits_until_all_before_it_have_succeeded() {
    let mut host = planning();
    assert_eq!(host.said(step("go", 2)), (Effect::Defer, vec!["paused_behind"]));
    let first = host.ask(step("go", 0));
    assert_eq!(said(&first), (Effect::Allow, vec![]));
    // In flight is not done, and of what was never asked nobody knows that it is.
    for (index, text) in [(1, "paused_behind=0"), (2, "paused_behind=0")] {
        let decision = host.ask(step("go", index));
        assert_eq!((decision.reason.as_deref(), decision.defer_until), (Some(text), None));
    }
    host.succeed("s0");
    assert_eq!(host.ask(step("go", 2)).reason.as_deref(), Some("paused_behind=1"));
    assert!(host.ask(step("go", 1)).allowed);
    host.succeed("s1");
    assert!(host.ask(step("go", 2)).allowed);
}

#[test]
fn reads_and_people_wait_as_well() {
    let mut host = planning();
    assert_eq!(host.said(step("discover_leads", 1)), (Effect::Defer, vec!["paused_behind"]));
    let human = host.try_ask_with(step("go", 2), json!({"human": true})).unwrap();
    assert_eq!(said(&human), (Effect::Defer, vec!["paused_behind"]));
}

#[test]
fn what_was_refused_for_good_is_not_open_again_because_a_question_expired() {
    let mut host = planning();
    host.grant_step(0);
    host.report(json!({"actionId": "s0", "outcome": "failed", "error": {"status": 429}}));
    let mut careful = step("go", 0);
    careful["needsInterrupt"] = true.into();
    host.after_minutes(1).question(careful);
    let mut dear = step("go", 0);
    dear["cost"] = json!({"amount": 1e9});
    assert!(host.said(dear).1.contains(&"exceeds_cap"));
    for minutes in [0, 7 * 24 * 60] {
        host.after_minutes(minutes).ask(json!({"id": format!("other {minutes}")}));
        assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("skipped_after=0"), "{minutes}");
    }
}

#[test]
fn whose_own_question_expired_is_over_though_it_is_skipped_too() {
    let mut host = planning();
    let mut late = step("ask", 1);
    let place = late.as_object_mut().unwrap().remove("group").unwrap();
    host.question(late.clone());
    host.question(step("ask", 0));
    host.after_minutes(25 * 60).ask(json!({"id": "other"}));
    // It joins a plan whose first question has expired, as its own has.
    late["group"] = place;
    assert_eq!(host.ask(late).reason.as_deref(), Some("skipped_after=0"));
    // The first one asks anew: what speaks against the second stays.
    assert_eq!(host.ask(step("ask", 0)).effect, Effect::Approve);
    assert_eq!(host.ask(step("go", 2)).reason.as_deref(), Some("skipped_after=1"));
}

#[test]
fn what_is_paused_asks_nobody() {
    let mut host = planning();
    assert_eq!(host.said(step("ask", 1)), (Effect::Defer, vec!["paused_behind", "level"]));
    assert_eq!(host.statuses(), [""; 0]);
    host.grant_step(0);
    host.succeed("s0");
    assert_eq!(host.said(step("ask", 1)).0, Effect::Approve);
    assert_eq!(host.statuses(), ["pending"]);
}

impl Host {
    fn grant_step(&mut self, index: u8) {
        assert!(self.ask(step("go", index)).allowed, "{index}");
    }
}

#[test]
fn a_failure_that_is_tried_again_pauses_and_one_for_good_skips() {
    let mut host = planning();
    host.grant_step(0);
    host.report(json!({"actionId": "s0", "outcome": "failed", "error": {"status": 429}}));
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));
    host.after_minutes(1).grant_step(0);
    host.report(json!({"actionId": "s0", "outcome": "failed", "error": {"status": 400}}));
    let skipped = host.ask(step("go", 1));
    assert_eq!(
        (said(&skipped), skipped.reason.as_deref()),
        ((Effect::Deny, vec!["skipped_after"]), Some("skipped_after=0"))
    );
    // Also those behind what is skipped, and those that nobody asked for until now.
    assert_eq!(host.ask(step("go", 4)).reason.as_deref(), Some("skipped_after=0"));
}

#[test]
fn an_unknown_outcome_pauses_until_somebody_says() {
    let mut host = planning();
    host.grant_step(0);
    host.report(json!({"actionId": "s0", "outcome": "failed", "error": {"status": 504}}));
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));
    host.succeed("s0");
    host.grant_step(1);
}

#[test]
fn a_refusal_for_good_skips_and_one_that_time_mends_pauses() {
    let mut host = planning();
    let mut dear = step("go", 0);
    dear["cost"] = json!({"messages": 1000});
    assert_eq!(host.said(dear).1, ["exceeds_cap"]);
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("skipped_after=0"));
    // Asked for at another price it goes on.
    host.grant_step(0);
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));

    let mut spent = planning();
    let usage = json!({"usage": {"messages": 200}});
    spent.attempt(|guard, options| guard.record_usage(&usage.into(), options)).unwrap();
    assert_eq!(spent.said(step("go", 0)).1, ["messages_per_day_reached"]);
    assert_eq!(spent.ask(step("go", 1)).reasons[0].reason.to_string(), "paused_behind=0");
}

#[test]
fn what_a_person_may_allow_or_a_window_lets_through_only_pauses() {
    let mut host = planning();
    let unknown = vec!["level", "unknown_action_type", "risk_factors_missing"];
    assert_eq!(host.said(step("mystery", 0)), (Effect::Approve, unknown));
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));
    let mut host = super::support::host(json!({"actions": {"go": {"level": "L1", "duplicateWindowMinutes": 60}}}));
    assert!(host.ask(json!({"id": "twin", "type": "go", "args": {"id": "s0"}})).allowed);
    assert_eq!(host.said(step("go", 0)), (Effect::Deny, vec!["duplicate_action"]));
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));
    host.after_minutes(60).grant_step(0);
}

#[test]
fn of_several_that_will_not_be_done_the_first_is_named() {
    let mut host = planning();
    for index in [3, 1] {
        let mut dear = step("go", index);
        dear["cost"] = json!({"messages": 1000});
        host.ask(dear);
    }
    assert_eq!(host.ask(step("go", 4)).reason.as_deref(), Some("skipped_after=1"));
    assert_eq!(host.ask(step("go", 3)).reason.as_deref(), Some("skipped_after=1"));
    assert_eq!(host.ask(step("go", 0)).effect, Effect::Allow);
}

#[test]
fn a_rejection_skips_the_rest() {
    let mut host = planning();
    let id = host.question(step("ask", 0));
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));
    host.resolve(&id, "reject");
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("skipped_after=0"));
}

#[test]
fn an_approval_that_has_expired_skips_until_there_is_another() {
    let mut host = planning();
    host.question(step("ask", 0));
    host.after_minutes(24 * 60).after_millis(-1);
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));
    host.after_millis(1);
    // Nothing but time has passed: the first command to see it is this one.
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("skipped_after=0"));
    let id = host.question(step("ask", 0));
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("paused_behind=0"));
    host.resolve(&id, "approve");
    assert!(host.ask(step("ask", 0)).allowed);
    host.succeed("s0");
    host.grant_step(1);
}

#[test]
fn places_are_taken_once_and_kept() {
    let mut host = planning();
    host.grant_step(0);
    host.ask(step("go", 1));
    let with = |id: &str, group: Json| json!({"id": id, "type": "go", "args": {"id": id}, "group": group});
    for (id, group, path) in [
        ("s2", json!({"id": "plan", "index": 2, "size": 4}), "group.size"),
        ("s2", json!({"id": "plan", "index": 1, "size": 5}), "group"),
        ("s1", json!({"id": "plan", "index": 2, "size": 5}), "group"),
        ("s1", json!({"id": "other", "index": 1, "size": 5}), "group"),
        ("s0", json!({"id": "plan", "index": 1, "size": 5}), "group"),
    ] {
        assert_eq!(host.refused(with(id, group.clone())), (ErrorCode::Conflict, path.into()), "{id} {group}");
    }
    // Outside its plan it would overtake those before it.
    assert_eq!(
        host.refused(json!({"id": "s1", "type": "go", "args": {"id": "s1"}})),
        (ErrorCode::Conflict, "group".into())
    );
    // Another agent's plan of that name is another plan.
    let mut other = with("t1", json!({"id": "plan", "index": 1, "size": 2}));
    other["agent"] = "other".into();
    assert_eq!(host.ask(other).reason.as_deref(), Some("paused_behind=0"));
}

#[test]
fn a_place_is_read_strictly() {
    let mut host = planning();
    for (group, path) in [
        (json!("plan"), "group"),
        (json!(null), "group"),
        (json!({"index": 0, "size": 1}), "group.id"),
        (json!({"id": "", "index": 0, "size": 1}), "group.id"),
        (json!({"id": "p", "size": 1}), "group.index"),
        (json!({"id": "p", "index": 1, "size": 1}), "group.index"),
        (json!({"id": "p", "index": -1, "size": 1}), "group.index"),
        (json!({"id": "p", "index": 0.5, "size": 1}), "group.index"),
        (json!({"id": "p", "index": 0, "size": 0}), "group.size"),
        (json!({"id": "p", "index": 0, "size": 65}), "group.size"),
        (json!({"id": "p", "index": 0, "size": 257}), "group.size"),
        (json!({"id": "p", "index": 0, "size": 1, "of": 2}), "group.of"),
    ] {
        assert_eq!(host.refused(json!({"id": "x", "group": group})), (ErrorCode::InvalidInput, path.into()), "{group}");
    }
    let last = json!({"id": "x", "group": {"id": "p", "index": 63, "size": 64}});
    assert_eq!(host.ask(last).reason.as_deref(), Some("paused_behind=0"));
}

#[test]
fn a_day_after_all_it_holds_has_ended_a_plan_takes_nothing_more() {
    let mut host = planning();
    host.grant_step(0);
    host.after_minutes(3 * 24 * 60);
    host.succeed("s0");
    host.after_minutes(24 * 60).after_millis(-1);
    host.grant_step(1);
    host.succeed("s1");
    host.after_minutes(24 * 60);
    assert_eq!(host.said(step("go", 2)), (Effect::Deny, vec!["group_ended"]));
    assert_eq!(host.said(step("go", 1)).1, ["already_executed", "group_ended"]);
    // Another of the same name would be the same plan.
    assert_eq!(host.said(step("go", 3)).1, ["paused_behind", "group_ended"]);
}

#[test]
fn asking_again_for_what_is_over_keeps_no_plan_going() {
    let mut host = planning();
    host.grant_step(0);
    host.succeed("s0");
    host.after_minutes(23 * 60);
    assert_eq!(host.said(step("go", 0)), (Effect::Deny, vec!["already_executed"]));
    host.after_minutes(60);
    assert_eq!(host.said(step("go", 1)), (Effect::Deny, vec!["group_ended"]));
    // What ends in another way since does.
    let mut host = planning();
    let mut dear = step("go", 0);
    dear["cost"] = json!({"messages": 1000});
    assert_eq!(host.said(dear).1, ["exceeds_cap"]);
    host.after_minutes(23 * 60);
    host.grant_step(0);
    host.succeed("s0");
    host.after_minutes(60);
    assert!(host.ask(step("go", 1)).allowed);
}

#[test]
fn plans_are_the_same_after_a_restart() {
    let mut host = planning();
    host.grant_step(0);
    host.succeed("s0");
    let mut dear = step("go", 1);
    dear["cost"] = json!({"messages": 1000});
    host.ask(dear);
    host.ask(step("go", 2));
    let held = json!({"id": "h", "type": "ask", "group": {"id": "held", "index": 0, "size": 2}});
    host.question(held);
    host.ask(json!({"id": "o", "type": "go", "group": {"id": "open", "index": 1, "size": 2}}));
    let again = super::snapshot::restored(&host);
    // Done, refused for good, skipped; before a person; paused.
    let rows = host.guard.state.groups.write();
    assert_eq!(rows["idle"][0][4], json!([[0, "s0", 2], [1, "s1", 3], [2, "s2", 4]]));
    assert_eq!((&rows["held"][0][4], &rows["idle"][1][4]), (&json!([[0, "h", 1]]), &json!([[1, "o", 0]])));
    assert_eq!(again.state.groups.write(), rows);
    host.guard = again;
    assert_eq!(host.ask(step("go", 3)).reason.as_deref(), Some("skipped_after=1"));
    host.grant_step(1);
    host.succeed("s1");
    host.grant_step(2);
}

#[test]
fn time_alone_ends_a_plan_whose_last_question_nobody_answered() {
    let mut host = planning();
    host.question(step("ask", 0));
    host.after_minutes(2 * 24 * 60).after_millis(-1);
    assert_eq!(host.said(step("go", 1)).1, ["skipped_after"]);
    // What was skipped in between is over as well, and keeps nothing going.
    host.after_millis(1);
    assert_eq!(host.said(step("go", 2)).1, ["skipped_after"]);
    host.after_minutes(24 * 60);
    assert_eq!(host.said(step("go", 1)).1, ["skipped_after", "group_ended"]);
    let mut host = planning();
    host.question(step("ask", 0));
    host.after_minutes(2 * 24 * 60);
    assert_eq!(host.said(step("go", 1)).1, ["skipped_after", "group_ended"]);
}

#[test]
fn what_waits_does_not_end_a_plan() {
    let mut host = planning();
    host.grant_step(0);
    host.succeed("s0");
    let mut spent = step("go", 1);
    spent["cost"] = json!({"messages": 200});
    let usage = json!({"usage": {"messages": 1}});
    host.attempt(|guard, options| guard.record_usage(&usage.into(), options)).unwrap();
    assert_eq!(host.said(spent.clone()).1, ["messages_per_day_would_exceed"]);
    host.after_minutes(5 * 24 * 60);
    assert_eq!(host.said(spent).0, Effect::Allow);
}

#[test]
fn a_plan_that_is_forgotten_does_not_run() {
    let mut host = planning();
    host.grant_step(0);
    host.succeed("s0");
    assert!(host.ask(step("go", 1)).allowed);
    host.report(json!({"actionId": "s1", "outcome": "failed", "error": {"status": 400}}));
    for number in 0..1000 {
        let group = json!({"id": number.to_string(), "index": 1, "size": 2});
        let action = json!({"id": format!("w{number}"), "type": "go", "agent": "sales", "group": group});
        host.guard.request(&action.into(), &host.options()).unwrap();
    }
    super::accounts::assert_accounts(&host.guard);
    assert_eq!(host.ask(step("go", 2)).reason.as_deref(), Some("paused_behind=0"));
}

#[test]
fn a_plan_in_which_something_runs_is_never_forgotten() {
    let mut host = planning();
    host.grant_step(0);
    for number in 0..1100 {
        let group = json!({"id": number.to_string(), "index": 1, "size": 2});
        let action = json!({"id": format!("w{number}"), "type": "go", "agent": "sales", "group": group});
        host.guard.request(&action.into(), &host.options()).unwrap();
    }
    host.succeed("s0");
    host.grant_step(1);
}

#[test]
fn a_retry_that_is_given_up_for_want_of_room_skips() {
    let mut host = planning();
    host.grant_step(0);
    host.report(json!({"actionId": "s0", "outcome": "failed", "error": {"status": 429}}));
    for number in 0..crate::guard::records::RETRIES {
        let id = format!("r{number}");
        let action = json!({"id": id, "type": "go", "agent": "sales"});
        host.guard.request(&action.into(), &host.options()).unwrap();
        let report = json!({"actionId": id, "outcome": "failed", "error": {"status": 429}});
        host.guard.report(&report.into(), &host.options()).unwrap();
    }
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("skipped_after=0"));
    host.after_minutes(24 * 60);
    assert_eq!(host.said(step("go", 2)).1, ["skipped_after", "group_ended"]);
}

#[test]
fn what_was_refused_and_is_skipped_later_has_not_ended_anew() {
    let mut host = planning();
    for index in [1, 3] {
        let mut dear = step("go", index);
        dear["cost"] = json!({"messages": 1000});
        assert_eq!(host.ask(dear).effect, Effect::Deny);
    }
    // Refused for those before it alone, it is over as before.
    assert_eq!(host.after_minutes(10).said(step("go", 3)).1, ["skipped_after"]);
    host.after_minutes(24 * 60 - 10);
    assert_eq!(host.said(step("go", 0)), (Effect::Deny, vec!["group_ended"]));
}
