//! The room that questions and plans may take, and which of them go where there is no more.

use serde_json::{Value as Json, json};

use super::support::{Host, ROOT, host, said};
use crate::error::ErrorCode;
use crate::guard::groups::IDLE;
use crate::guard::{ApprovalStatus, Decision, Effect};

fn asking() -> Host {
    host(json!({"actions": {"ask": {"level": "L3"}, "go": {"level": "L1"}}}))
}

fn ask(id: &str) -> Json {
    json!({"id": id, "type": "ask", "args": {"id": id}})
}

/// Without the snapshots that `Host` takes before each command.
fn request(host: &mut Host, action: Json) -> Effect {
    host.guard.request(&action.into(), &host.options()).unwrap().effect
}

/// A plan of two, of which only the second was asked for.
fn plan(name: &str) -> Json {
    json!({"id": format!("of {name}"), "type": "go", "agent": "sales", "group": {"id": name, "index": 1, "size": 2}})
}

#[test]
fn as_few_closed_questions_go_as_make_room() {
    let mut host = asking();
    let closed = ["a", "b", "c"].map(|id| {
        let question = host.question(ask(id));
        host.resolve(&question, "reject");
        question
    });
    let open = host.question(ask("d"));
    let known = |host: &Host| {
        let all = host.guard.state.approvals.in_order().into_iter();
        all.map(|approval| approval.id.clone()).collect::<Vec<_>>()
    };
    let approvals = |host: &Host| host.guard.state.approvals.clone();
    host.guard.state.approvals.forget(0);
    assert_eq!(known(&host).len(), 4);
    let oldest = approvals(&host).get(&closed[0]).unwrap().length();
    host.guard.state.approvals.forget(oldest);
    assert_eq!(known(&host), [&closed[1..], std::slice::from_ref(&open)].concat());
    host.guard.state.approvals.forget(1);
    assert_eq!(known(&host), [closed[2].clone(), open.clone()]);
    // What is open never goes.
    let spare = approvals(&host).spare();
    host.guard.state.approvals.forget(spare + 1);
    assert_eq!((known(&host), approvals(&host).spare()), (vec![open.clone()], 0));
    host.guard.state.approvals.forget(1);
    super::accounts::assert_accounts(&host.guard);
    assert_eq!(host.vote(&closed[2], ROOT, "reject").unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(host.resolve(&open, "approve").status, ApprovalStatus::Approved);
}

#[test]
fn an_older_question_that_goes_leaves_the_newer_one() {
    let mut host = asking();
    let older = host.question(ask("a"));
    host.after_minutes(24 * 60);
    let newer = host.question(ask("a"));
    assert_eq!(host.statuses(), ["expired", "pending"]);
    host.guard.state.approvals.forget(usize::MAX);
    assert_eq!(host.statuses(), ["pending"]);
    assert_ne!(older, newer);
    // It is the action's question still, and no second one is opened.
    assert_eq!(host.question(ask("a")), newer);
    host.resolve(&newer, "approve");
    assert!(host.ask(ask("a")).allowed);
}

#[test]
fn as_few_plans_go_as_make_room() {
    let mut host = asking();
    for name in ["p1", "p2", "p3"] {
        assert_eq!(request(&mut host, plan(name)), Effect::Defer);
    }
    let first = json!({"id": "s0", "type": "go", "group": {"id": "runs", "index": 0, "size": 2}});
    assert!(host.ask(first).allowed);
    let known = |host: &Host| {
        let all = host.guard.state.groups.write();
        let rows = ["held", "idle"].into_iter().flat_map(|list| all[list].as_array().unwrap());
        rows.map(|row| row[1].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    host.guard.state.groups.forget(0);
    assert_eq!(known(&host), ["runs", "p1", "p2", "p3"]);
    // They are as long as each other.
    let row = host.guard.state.groups.spare() / 3;
    host.guard.state.groups.forget(row);
    assert_eq!(known(&host), ["runs", "p2", "p3"]);
    host.guard.state.groups.forget(1);
    assert_eq!(known(&host), ["runs", "p3"]);
    // The one in which something runs never goes.
    host.guard.state.groups.forget(row + 1);
    host.guard.state.groups.forget(1);
    assert_eq!((known(&host), host.guard.state.groups.spare()), (vec!["runs".to_owned()], 0));
    super::accounts::assert_accounts(&host.guard);
}

#[test]
fn a_thousand_plans_are_kept_of_which_nothing_is_held() {
    let mut host = asking();
    let idle = |host: &Host| {
        let all = host.guard.state.groups.write();
        let rows = all["idle"].as_array().unwrap();
        (rows.len(), rows[0][1].as_str().unwrap().to_owned())
    };
    for number in 0..IDLE {
        request(&mut host, plan(&number.to_string()));
    }
    assert_eq!(idle(&host), (IDLE, "0".to_owned()));
    request(&mut host, plan("one more"));
    assert_eq!(idle(&host), (IDLE, "1".to_owned()));
}

#[test]
fn a_plan_that_waits_for_a_person_is_never_forgotten() {
    let mut host = asking();
    let step = |kind: &str, index: u8| json!({"id": format!("s{index}"), "type": kind, "group": {"id": "plan", "index": index, "size": 2}});
    let id = host.question(step("ask", 0));
    for number in 0..=IDLE {
        request(&mut host, plan(&number.to_string()));
    }
    host.resolve(&id, "approve");
    for number in 0..=IDLE {
        request(&mut host, plan(&format!("again {number}")));
    }
    assert!(host.ask(step("ask", 0)).allowed);
    host.succeed("s0");
    assert!(host.ask(step("go", 1)).allowed);
}

/// What would be answered to a question that is as long as this.
fn would_be_told(host: &Host, agent: &str, length: usize) -> Decision {
    let action = json!({"id": "next", "type": "ask", "agent": agent, "args": "x".repeat(length)});
    host.guard.clone().request(&action.into(), &host.options()).unwrap()
}

#[test]
fn open_questions_take_just_as_much_room_as_they_may() {
    for (others, most) in [(&["sales"][..], 64 << 10), (&["a", "b", "c"][..], 128 << 10)] {
        let mut host = asking();
        let taken = others.iter().map(|agent| {
            let action = json!({"id": agent, "type": "ask", "agent": agent, "args": "y".repeat(20_000)});
            host.ask(action).approval.unwrap().length()
        });
        let taken: usize = taken.sum();
        let room = most - taken - would_be_told(&host, "sales", 0).approval.unwrap().length();
        let fits = would_be_told(&host, "sales", room);
        assert_eq!((fits.effect, taken + fits.approval.unwrap().length()), (Effect::Approve, most));
        assert_eq!(said(&would_be_told(&host, "sales", room + 1)), (Effect::Deny, vec!["level", "snapshot_full"]));
    }
}

#[test]
fn open_questions_that_have_expired_take_no_room_of_the_others() {
    let mut host = asking();
    for agent in ["a", "b", "c"] {
        host.ask(json!({"id": agent, "type": "ask", "agent": agent, "args": "y".repeat(40_000)}));
    }
    assert_eq!(would_be_told(&host, "sales", 20_000).effect, Effect::Deny);
    // No command has seen that they expire.
    host.after_minutes(24 * 60).after_millis(-1);
    assert_eq!(would_be_told(&host, "sales", 20_000).effect, Effect::Deny);
    host.after_millis(1);
    assert_eq!(would_be_told(&host, "sales", 20_000).effect, Effect::Approve);
}

/// 90,000 bytes of alerts that the host has not fetched, which nothing makes go.
fn alert(host: &mut Host) {
    let ill = json!({"successRate": 0, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    for agent in ["a", "b", "c", "d", "e", "f"] {
        let observation = json!({"agent": agent, "metrics": ill, "alerts": [{"y": "y".repeat(15_000)}]});
        host.attempt(|guard, options| guard.observe(&observation.into(), options)).unwrap();
    }
}

#[test]
fn a_question_that_has_expired_makes_room_before_any_command_closes_it() {
    let mut host = asking();
    host.question(json!({"id": "large", "type": "ask", "args": "y".repeat(150_000)}));
    alert(&mut host);
    let go = json!({"id": "go", "type": "go", "agent": "sales"});
    let told = |host: &Host| host.guard.clone().request(&go.clone().into(), &host.options()).unwrap();
    assert_eq!(said(&told(&host)), (Effect::Deny, vec!["snapshot_full"]));
    host.after_minutes(24 * 60);
    assert_eq!(said(&told(&host)), (Effect::Allow, vec![]));
}

#[test]
fn closed_questions_give_their_room_to_an_open_one() {
    let mut host = asking();
    let id = host.question(json!({"id": "large", "type": "ask", "args": "y".repeat(100_000)}));
    assert_eq!(would_be_told(&host, "other", 140_000).effect, Effect::Deny);
    host.resolve(&id, "reject");
    assert_eq!(would_be_told(&host, "other", 140_000).effect, Effect::Approve);
}

#[test]
fn a_question_needs_room_among_all_else() {
    let mut host = asking();
    alert(&mut host);
    assert_eq!(would_be_told(&host, "sales", 100_000).effect, Effect::Approve);
    assert_eq!(said(&would_be_told(&host, "sales", 140_000)), (Effect::Deny, vec!["level", "snapshot_full"]));
}

#[test]
fn where_there_is_no_room_for_a_yes_there_is_for_a_no() {
    let mut host = asking();
    let id = host.question(json!({"id": "large", "type": "ask", "args": "y".repeat(150_000)}));
    alert(&mut host);
    for (comment, path) in [(None, "approvalId"), (Some("fine"), "comment")] {
        let mut order = json!({"approvalId": id, "by": {"id": "sara", "role": "user"}, "decision": "approve"});
        if let Some(comment) = comment {
            order["comment"] = comment.into();
        }
        let error = host.try_resolve(order).unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::Conflict, path));
    }
    assert_eq!(host.resolve(&id, "reject").status, ApprovalStatus::Rejected);
}
