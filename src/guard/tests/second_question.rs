//! What is asked after a first answer: the rest of it, again by hand, or under another policy.

use serde_json::{Value as Json, json};

use super::approvals::asking;
use super::support::{Host, host, policy};
use crate::guard::Effect;

fn ask(id: &str) -> Json {
    json!({"id": id, "type": "ask", "args": {"id": id}})
}

#[test]
fn a_second_question_names_everything_so_that_its_answer_is_enough() {
    let mut host = asking();
    let first = host.question(ask("a"));
    host.resolve(&first, "approve");
    let mut more = ask("a");
    more["needsInterrupt"] = true.into();
    let decision = host.ask(more.clone());
    let codes: Vec<_> = decision.reasons.iter().map(|found| found.reason.code()).collect();
    assert_eq!(codes, ["level", "confirmation_required"]);
    host.resolve(&decision.approval.unwrap().id, "approve");
    assert_eq!(host.said(more), (Effect::Allow, vec![]));
}

#[test]
fn what_was_rejected_and_tried_by_hand_is_not_the_agents_to_retry() {
    let mut host = asking();
    let id = host.question(ask("a"));
    host.resolve(&id, "reject");
    assert!(host.try_ask_with(ask("a"), json!({"human": true})).unwrap().allowed);
    host.report(json!({"actionId": "a", "outcome": "failed", "error": {"status": 429}}));
    host.after_minutes(1);
    assert_eq!(host.said(ask("a")), (Effect::Deny, vec!["level", "approval_rejected"]));
    assert!(host.try_ask_with(ask("a"), json!({"human": true})).unwrap().allowed);
}

fn quick(confirm_writes: bool) -> Json {
    let tier = |rate: f64| json!({"windowMinutes": 10, "actionsPerMinute": rate});
    json!({
        "confirmWrites": confirm_writes,
        "budget": {"maxCostPerDay": 1},
        "velocity": {"tier_1": tier(0.1), "tier_2": tier(0.2), "tier_3": tier(0.3)},
    })
}

/// Deferred to the next day, with a question to a person that nobody answers.
fn held(host: &mut Host, id: &str) {
    let decision = host.ask(json!({"id": id, "cost": {"amount": 1}, "args": {"id": id}}));
    assert_eq!(decision.effect, Effect::Defer);
    assert!(decision.approval.is_some());
    host.after_minutes(60);
}

#[test]
fn a_question_that_nobody_answered_hides_nothing_from_velocity() {
    let mut host = host(quick(true));
    host.attempt(|guard, options| guard.record_usage(&json!({"usage": {"amount": 1}}).into(), options)).unwrap();
    for id in ["a", "b", "c"] {
        held(&mut host, id);
    }
    host.at("2026-03-21T01:00:00Z").set_policy(&policy(quick(false))).unwrap();
    let mut asked = |id: &str| host.said(json!({"id": id, "cost": {"amount": 0}, "args": {"id": id}}));
    assert_eq!(asked("a").0, Effect::Notify);
    assert_eq!(asked("b").0, Effect::Notify);
    assert_eq!(asked("c"), (Effect::Lock, vec!["velocity_tier_3", "level"]));
}

#[test]
fn what_was_counted_counts_again_just_where_time_has_held_it() {
    for deferred in [false, true] {
        let mut host = host(quick(false));
        let careful = |id: &str, amount: u8| json!({"id": id, "needsInterrupt": true, "cost": {"amount": amount}, "args": {"id": id}});
        for id in ["a", "b", "c"] {
            assert_eq!(host.said(careful(id, 0)).0, Effect::Approve);
            host.after_minutes(60);
        }
        if deferred {
            let usage = json!({"usage": {"amount": 1}});
            host.attempt(|guard, options| guard.record_usage(&usage.into(), options)).unwrap();
        }
        for id in ["a", "b", "c"] {
            let again = if deferred { Effect::Defer } else { Effect::Approve };
            assert_eq!(host.said(careful(id, u8::from(deferred))).0, again);
            host.after_minutes(60);
        }
        // The next day nobody is asked, and all come at once.
        host.at("2026-03-21T01:00:00Z");
        let effects = ["a", "b", "c"].map(|id| host.said(json!({"id": id, "args": {"id": id}})).0);
        let last = if deferred { Effect::Lock } else { Effect::Notify };
        assert_eq!(effects, [Effect::Notify, Effect::Notify, last]);
    }
}

#[test]
fn what_has_succeeded_holds_nobody_up_whatever_it_would_cost_now() {
    let mut host = host(json!({}));
    let place = |id: &str, index: u64| json!({"id": id, "args": {"id": id}, "group": {"id": "plan", "index": index, "size": 2}});
    assert!(host.ask(place("a", 0)).allowed);
    host.succeed("a");
    let mut dear = place("a", 0);
    dear["cost"] = json!({"amount": 1000});
    host.set_policy(&policy(json!({"budget": {"maxCostPerDay": 0}, "budgetScope": "all"}))).unwrap();
    assert_eq!(host.said(dear).1, ["already_executed", "level", "exceeds_cap"]);
    host.set_policy(&policy(json!({}))).unwrap();
    assert!(host.ask(place("b", 1)).allowed);
}
