//! What an approval lets happen: once, as it was asked, checked anew by every rule.

use serde_json::{Value as Json, json};

use super::approvals::asking;
use super::support::{Host, ROOT, SARA, admin, host, policy, said};
use crate::error::ErrorCode;
use crate::guard::{ApprovalStatus, Effect};

fn ask(id: &str) -> Json {
    json!({"id": id, "type": "ask", "args": {"id": id}})
}

/// A host with one approved action.
fn approved(mut host: Host) -> (Host, String) {
    let id = host.question(ask("a"));
    host.resolve(&id, "approve");
    (host, id)
}

#[test]
fn what_was_approved_runs_once() {
    let (mut host, id) = approved(asking());
    let decision = host.ask(ask("a"));
    assert_eq!((said(&decision), decision.attempt), ((Effect::Allow, vec![]), 1));
    let used = decision.approval.unwrap();
    assert_eq!((used.id.as_str(), used.status), (id.as_str(), ApprovalStatus::Consumed));
    assert_eq!(host.said(ask("a")), (Effect::Deny, vec!["already_granted", "level"]));
    host.succeed("a");
    assert_eq!(host.said(ask("a")).1, ["already_executed", "level"]);
    // The same under another id is another action.
    assert_eq!(host.said(json!({"id": "b", "type": "ask", "args": {"id": "a"}})).0, Effect::Approve);
}

#[test]
fn nothing_else_runs_under_it() {
    let (mut host, _) = approved(asking());
    let mut other = ask("a");
    other["args"] = json!({"id": "a", "more": true});
    assert_eq!(host.refused(other), (ErrorCode::Conflict, "id".into()));
    let mut other = ask("a");
    other["agent"] = "other".into();
    assert_eq!(host.refused(other), (ErrorCode::Conflict, "id".into()));
    assert_eq!(host.refused(json!({"id": "a", "type": "go", "args": {"id": "a"}})), (ErrorCode::Conflict, "id".into()));
    assert_eq!(host.statuses(), ["approved"]);
}

#[test]
fn every_other_rule_still_holds() {
    let budget =
        json!({"actions": {"ask": {"level": "L3", "cost": {"messages": 1}}}, "budget": {"maxMessagesPerDay": 1}});
    let (mut host, _) = approved(host(budget));
    let mut order = admin();
    order["agent"] = "sales".into();
    host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    assert_eq!(host.said(ask("a")), (Effect::Lock, vec!["agent_locked"]));
    host.unlock(Some("sales"));
    let spent = json!({"usage": {"messages": 1}});
    host.attempt(|guard, options| guard.record_usage(&spent.into(), options)).unwrap();
    assert_eq!(host.said(ask("a")), (Effect::Defer, vec!["messages_per_day_reached"]));
    let mut risky = ask("a");
    (risky["riskScore"], risky["impactScore"]) = (1.into(), 1.into());
    assert_eq!(host.said(risky).0, Effect::Lock);
    assert_eq!(host.statuses(), ["approved"]);
}

#[test]
fn it_is_used_before_it_expires_or_never() {
    for (millis, allowed) in [(-1, true), (0, false)] {
        let (mut host, id) = approved(asking());
        host.after_minutes(24 * 60).after_millis(millis);
        let decision = host.ask(ask("a"));
        assert_eq!(decision.allowed, allowed);
        let after = decision.approval.unwrap();
        assert_eq!(after.id == id, allowed);
        assert_eq!(host.statuses(), if allowed { vec!["consumed"] } else { vec!["expired", "pending"] });
    }
}

fn fail(host: &mut Host, status: u16) {
    host.report(json!({"actionId": "a", "outcome": "failed", "error": {"status": status}}));
}

#[test]
fn retries_run_under_it_also_after_it_expired() {
    let (mut host, id) = approved(asking());
    assert!(host.ask(ask("a")).allowed);
    fail(&mut host, 429);
    assert_eq!(host.said(ask("a")), (Effect::Defer, vec!["retry_not_before"]));
    host.after_minutes(3 * 24 * 60);
    let retry = host.ask(ask("a"));
    assert_eq!((said(&retry), retry.attempt, retry.approval.unwrap().id), ((Effect::Allow, vec![]), 2, id));
    fail(&mut host, 400);
    assert_eq!(host.said(ask("a")).1, ["not_retryable", "level"]);
}

#[test]
fn a_write_of_unknown_outcome_does_not_run_again_under_it() {
    let (mut host, _) = approved(asking());
    assert!(host.ask(ask("a")).allowed);
    fail(&mut host, 504);
    assert_eq!(host.after_minutes(60).said(ask("a")).1, ["outcome_unknown", "level"]);
}

#[test]
fn what_a_person_said_no_to_is_refused_for_a_day_under_any_id() {
    let mut host = asking();
    let id = host.question(ask("a"));
    host.resolve(&id, "reject");
    assert_eq!(host.said(ask("a")), (Effect::Deny, vec!["level", "approval_rejected"]));
    let twin = json!({"id": "b", "type": "ask", "args": {"id": "a"}});
    assert_eq!(host.said(twin.clone()), (Effect::Deny, vec!["level", "approval_rejected"]));
    assert_eq!(host.said(ask("c")).0, Effect::Approve, "another content");
    host.after_minutes(24 * 60).after_millis(-1);
    assert_eq!(host.said(twin.clone()).0, Effect::Deny);
    host.after_millis(1);
    assert_eq!(host.said(twin).0, Effect::Approve);
    assert_eq!(host.said(ask("a")).0, Effect::Deny, "its own id is refused for good");
}

#[test]
fn a_rejected_action_stays_so_when_it_is_forgotten_that_it_was_asked() {
    let mut host = asking();
    let id = host.question(ask("a"));
    for other in 0..crate::guard::records::REMEMBERED {
        let dear = json!({"id": format!("dear {other}"), "type": "go", "agent": "sales", "cost": {"messages": 1000}});
        host.guard.request(&dear.into(), &host.options()).unwrap();
    }
    host.resolve(&id, "reject");
    assert_eq!(host.said(ask("a")).1, ["level", "approval_rejected"]);
}

#[test]
fn a_person_may_do_what_was_rejected_and_what_waits() {
    let mut host = asking();
    let rejected = host.question(ask("a"));
    host.resolve(&rejected, "reject");
    host.question(ask("b"));
    for id in ["a", "b"] {
        let mut costly = ask(id);
        costly["cost"] = json!({"messages": 2});
        let decision = host.try_ask_with(costly, json!({"human": true})).unwrap();
        assert_eq!(decision.effect, Effect::Allow, "{id}");
    }
    assert_eq!((host.statuses(), host.used(None).0), (vec!["rejected", "consumed"], 4));
    let stale = host.guard.approvals(&crate::Value::Null, &host.options()).unwrap().pop().unwrap();
    assert_eq!(host.vote(&stale.id, SARA, "approve").unwrap_err().code(), ErrorCode::AlreadyResolved);
    // Nobody approved it: a retry by the agent asks.
    host.report(json!({"actionId": "b", "outcome": "failed", "error": {"status": 429}}));
    assert_eq!(host.after_minutes(5).said(ask("b")).0, Effect::Approve);
}

fn strict(more: &Json) -> std::sync::Arc<crate::policy::Policy> {
    let mut fields = json!({"actions": {"ask": {"level": "L3"}, "go": {"level": "L1"}}});
    for (name, value) in more.as_object().unwrap().clone() {
        fields[name] = value;
    }
    policy(fields)
}

#[test]
fn a_policy_that_has_come_to_ask_for_more_asks_again() {
    let (mut host, first) = approved(asking());
    host.set_policy(&strict(&json!({"confirmWrites": true}))).unwrap();
    let decision = host.ask(ask("a"));
    // To all of it nobody has said yes: the new question names everything, or its answer would not do either.
    assert_eq!(said(&decision), (Effect::Approve, vec!["level", "confirmation_required"]));
    let second = decision.approval.unwrap();
    assert_ne!(second.id, first);
    assert_eq!(host.statuses(), ["expired", "pending"]);
    host.resolve(&second.id, "approve");
    assert_eq!(host.said(ask("a")), (Effect::Allow, vec![]));
    assert_eq!(host.statuses(), ["expired", "consumed"]);
}

#[test]
fn a_policy_that_asks_for_less_leaves_it_as_it_is() {
    let (mut host, _) = approved(host(json!({"actions": {"ask": {"level": "L3"}}, "confirmWrites": true})));
    host.set_policy(&strict(&json!({}))).unwrap();
    assert_eq!(host.said(ask("a")), (Effect::Allow, vec![]));
    assert_eq!(host.statuses(), ["consumed"]);
    // And what needs nobody any more is no question.
    let id = host.question(ask("b"));
    host.set_policy(&policy(json!({"actions": {"ask": {"level": "L1"}}}))).unwrap();
    assert_eq!(host.said(ask("b")), (Effect::Allow, vec![]));
    assert_eq!(host.vote(&id, ROOT, "approve").unwrap_err().code(), ErrorCode::AlreadyResolved);
}

#[test]
fn an_approval_meets_the_terms_of_the_day_it_is_used() {
    for terms in [json!({"quorum": 2}), json!({"separationOfDuties": true})] {
        let (mut host, _) = approved(asking());
        host.set_policy(&strict(&json!({"approvals": terms}))).unwrap();
        let again = host.try_ask_with(ask("a"), json!({"requestedBy": "omar"})).unwrap();
        assert_eq!(said(&again), (Effect::Approve, vec!["level"]), "{terms}");
        assert_eq!(host.statuses(), ["expired", "pending"]);
    }
    // Kept apart although nobody asked for it, it holds.
    let mut host = asking();
    let id = host.try_ask_with(ask("a"), json!({"requestedBy": "omar"})).unwrap().approval.unwrap().id;
    host.resolve(&id, "approve");
    host.set_policy(&strict(&json!({"approvals": {"separationOfDuties": true}}))).unwrap();
    assert!(host.try_ask_with(ask("a"), json!({"requestedBy": "omar"})).unwrap().allowed);
}

#[test]
fn where_nobody_is_known_to_have_asked_nobody_can_be_kept_apart() {
    let mut host = asking();
    let id = host.question(ask("a"));
    host.set_policy(&strict(&json!({"approvals": {"separationOfDuties": true}}))).unwrap();
    let error = host.vote(&id, ROOT, "approve").unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::NotAuthorized, "by"));
}

#[test]
fn a_reason_is_covered_by_its_text() {
    let deals =
        json!({"actions": {"tell": {"level": "L1", "messaging": true}}, "requireHumanForHighValueDealsAbove": 100});
    let mut host = host(deals);
    let tell = |value: f64| json!({"id": "t", "type": "tell", "riskFactors": {"dealValue": value}});
    let id = host.question(tell(150.0));
    host.resolve(&id, "approve");
    // Worked out anew it is worth more: nobody has approved that.
    assert_eq!(host.said(tell(900.0)), (Effect::Approve, vec!["high_value_deal"]));
    assert_eq!(host.statuses(), ["expired", "pending"]);
}

#[test]
fn what_an_approval_covers_is_no_velocity() {
    let per_minute = |count: u32| json!({"windowMinutes": 1, "actionsPerMinute": count});
    let velocity = json!({"tier_1": per_minute(900), "tier_2": per_minute(901), "tier_3": per_minute(2)});
    let mut host = host(json!({"actions": {"ask": {"level": "L3"}, "go": {"level": "L1"}}, "velocity": velocity}));
    let ids: Vec<_> = ["a", "b", "c"].map(|id| host.after_minutes(2).question(ask(id))).into();
    for id in &ids {
        host.resolve(id, "approve");
    }
    host.after_minutes(2);
    for id in ["a", "b", "c"] {
        assert_eq!(host.said(ask(id)), (Effect::Allow, vec![]), "{id}");
    }
    // The agent itself has done nothing yet in this minute.
    assert_eq!(host.said(json!({"id": "g", "type": "go"})).0, Effect::Allow);
    assert_eq!(host.said(json!({"id": "h", "type": "go"})).0, Effect::Lock);
}
