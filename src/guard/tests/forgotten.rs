//! What an approval is worth once its action is forgotten, and whose it is: nothing is forgotten in a way that makes anything run.

use serde_json::{Value as Json, json};

use super::approvals::asking;
use super::support::{Host, ROOT, SARA, host, policy, said};
use crate::error::ErrorCode;
use crate::guard::records::REMEMBERED;
use crate::guard::{ApprovalStatus, Effect};

fn ask(id: &str, agent: &str, to: &str) -> Json {
    json!({"id": id, "type": "ask", "agent": agent, "args": {"to": to}})
}

/// So much else is done that whatever of the agent's had ended is forgotten.
fn flush(host: &mut Host, agent: &str) {
    for id in 0..=REMEMBERED {
        let id = format!("read {} {id}", host.now);
        let action = json!({"id": id, "type": "discover_leads", "agent": agent});
        host.guard.request(&action.into(), &host.options()).unwrap();
        let report = json!({"actionId": id, "outcome": "succeeded"});
        host.guard.report(&report.into(), &host.options()).unwrap();
    }
    host.after_millis(1);
}

/// An agent's action that was approved, run, done and forgotten.
fn done_and_forgotten() -> Host {
    let mut host = asking();
    let id = host.question(ask("x", "sales", "small"));
    host.resolve(&id, "approve");
    assert!(host.ask(ask("x", "sales", "small")).allowed);
    host.succeed("x");
    flush(&mut host, "sales");
    assert!(host.guard.state.records.get("x").is_none());
    host
}

#[test]
fn an_old_approval_covers_no_other_content() {
    let mut host = done_and_forgotten();
    for other in [ask("x", "sales", "huge"), ask("x", "other", "small")] {
        let human = host.try_ask_with(other.clone(), json!({"human": true})).unwrap_err();
        assert_eq!((human.code(), human.path()), (ErrorCode::Conflict, "id"));
        assert_eq!(host.refused(other), (ErrorCode::Conflict, "id".into()));
    }
}

#[test]
fn what_has_run_under_an_approval_does_not_run_again() {
    let mut host = done_and_forgotten();
    assert_eq!(host.said(ask("x", "sales", "small")), (Effect::Deny, vec!["already_executed", "level"]));
    let human = host.try_ask_with(ask("x", "sales", "small"), json!({"human": true})).unwrap();
    assert_eq!(said(&human), (Effect::Deny, vec!["already_executed"]));
    let restored = super::snapshot::restored(&host);
    assert_eq!(restored.snapshot().unwrap(), host.guard.snapshot().unwrap());
}

#[test]
fn a_rejection_holds_for_its_day_whatever_is_forgotten() {
    let mut host = asking();
    let id = host.question(ask("x", "sales", "small"));
    host.resolve(&id, "reject");
    flush(&mut host, "sales");
    for number in 0..101 {
        let id = format!("q{number}");
        let approval = host.question(ask(&id, "sales", &id));
        host.resolve(&approval, "approve");
        assert!(host.ask(ask(&id, "sales", &id)).allowed);
        host.succeed(&id);
    }
    assert_eq!(host.vote(&id, SARA, "approve").unwrap_err().code(), ErrorCode::NotFound, "all of it is forgotten");
    assert_eq!(host.said(ask("x", "sales", "small")).1, ["level", "approval_rejected"]);
    host.after_minutes(24 * 60);
    assert_eq!(host.said(ask("x", "sales", "small")).0, Effect::Approve);
}

#[test]
fn a_rejection_of_the_action_itself_outlives_that_day() {
    for forgotten in ["nothing", "its question", "the action"] {
        let mut host = asking();
        let id = host.question(ask("x", "sales", "small"));
        host.resolve(&id, "reject");
        host.after_minutes(25 * 60);
        match forgotten {
            "its question" => host.guard.state.approvals.forget(usize::MAX),
            "the action" => host.guard.state.records = crate::guard::records::Records::default(),
            _ => {}
        }
        let said = host.said(ask("x", "sales", "small"));
        assert_eq!(said, (Effect::Deny, vec!["level", "approval_rejected"]), "{forgotten} is forgotten");
    }
}

#[test]
fn a_plan_remembers_a_rejection_as_long_as_its_approval_is_known() {
    let mut host = asking();
    let step = |kind: &str, index: u8| json!({"id": format!("s{index}"), "type": kind, "group": {"id": "p", "index": index, "size": 2}});
    let id = host.question(step("ask", 0));
    host.resolve(&id, "reject");
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("skipped_after=0"));
    flush(&mut host, "sales");
    assert_eq!(host.said(step("ask", 0)).0, Effect::Deny);
    assert_eq!(host.ask(step("go", 1)).reason.as_deref(), Some("skipped_after=0"));
}

#[test]
fn a_plan_is_its_agents_own_also_where_actions_are_forgotten() {
    let mut host = asking();
    let step =
        |agent: &str| json!({"id": "s", "type": "go", "agent": agent, "group": {"id": "p", "index": 0, "size": 1}});
    assert!(host.ask(step("sales")).allowed);
    host.succeed("s");
    flush(&mut host, "sales");
    assert_eq!(host.refused(step("other")), (ErrorCode::Conflict, "group".into()));
    super::snapshot::restored(&host);
}

#[test]
fn the_last_approval_of_an_action_is_the_same_after_a_restart() {
    let mut host = asking();
    // Two of one action: the first expired.
    host.question(ask("x", "sales", "small"));
    host.after_minutes(24 * 60);
    let second = host.question(ask("x", "sales", "small"));
    host.vote(&second, ROOT, "reject").unwrap();
    // The second is driven out by a flood of another kind, the first by none.
    let restored = super::snapshot::restored(&host);
    let key = crate::guard::records::key("x");
    let last = |guard: &crate::guard::Guard| guard.state.approvals.of_action(&key).map(|known| known.id.clone());
    assert_eq!((last(&restored), last(&host.guard)), (Some(second.clone()), Some(second)));
}

#[test]
fn whoever_asks_again_is_kept_apart_too() {
    let mut host = host(json!({"actions": {"ask": {"level": "L3"}}, "approvals": {"separationOfDuties": true}}));
    let by = |who: &str| json!({"requestedBy": who});
    let id = host.try_ask_with(ask("x", "sales", "a"), by("u1")).unwrap().approval.unwrap().id;
    host.vote(&id, ROOT, "approve").unwrap();
    // The one who approved it now requests it: a new question, which is no longer theirs.
    let again = host.try_ask_with(ask("x", "sales", "a"), by("root")).unwrap();
    assert_eq!(again.effect, Effect::Approve);
    let second = again.approval.unwrap();
    assert_eq!((second.id == id, second.requested_by.as_deref()), (false, Some("root")));
    assert_eq!(host.vote(&second.id, ROOT, "approve").unwrap_err().code(), ErrorCode::NotAuthorized);
    host.resolve(&second.id, "approve");
    assert!(host.try_ask_with(ask("x", "sales", "a"), by("root")).unwrap().allowed);
}

#[test]
fn a_question_without_a_requester_gives_way_to_one_that_has_one() {
    let mut host = asking();
    let first = host.question(ask("x", "sales", "a"));
    let rejected = host.question(ask("y", "sales", "b"));
    host.set_policy(&policy(json!({"actions": {"ask": {"level": "L3"}}, "approvals": {"separationOfDuties": true}})))
        .unwrap();
    assert_eq!(host.vote(&first, ROOT, "approve").unwrap_err().code(), ErrorCode::NotAuthorized);
    assert_eq!(host.vote(&rejected, ROOT, "reject").unwrap().status, ApprovalStatus::Rejected, "a no is never refused");
    let second = host.try_ask_with(ask("x", "sales", "a"), json!({"requestedBy": "u1"})).unwrap().approval.unwrap();
    assert_ne!(second.id, first);
    assert_eq!(host.statuses(), ["expired", "rejected", "pending"]);
    host.resolve(&second.id, "approve");
    assert!(host.try_ask_with(ask("x", "sales", "a"), json!({"requestedBy": "u1"})).unwrap().allowed);
}

#[test]
fn what_has_expired_takes_no_room() {
    let mut host = asking();
    let large = |id: usize| json!({"id": format!("l{id}"), "type": "ask", "agent": "sales", "args": {"body": "x".repeat(15_000)}});
    for id in 0..4 {
        assert_eq!(host.ask(large(id)).effect, Effect::Approve);
    }
    assert_eq!(host.ask(large(4)).effect, Effect::Deny);
    // No command has seen yet that they have expired.
    host.after_minutes(24 * 60);
    assert_eq!(host.ask(large(4)).effect, Effect::Approve);
}

#[test]
fn questions_leave_room_for_everything_else() {
    let mut host = asking();
    let large = |id: usize, agent: &str| json!({"id": format!("{agent}{id}"), "type": "ask", "agent": agent, "args": {"body": "x".repeat(5_000)}});
    let mut refused = 0;
    for agent in ["a", "b", "c", "d"] {
        for id in 0..12 {
            refused += usize::from(host.ask(large(id, agent)).effect == Effect::Deny);
        }
    }
    assert!(refused > 10, "{refused}");
    assert_eq!(host.ask(json!({"id": "r", "type": "discover_leads", "agent": "e"})).effect, Effect::Allow);
    assert_eq!(host.ask(json!({"id": "g", "type": "go", "agent": "e"})).effect, Effect::Allow);
    let waiting = host.guard.approvals(&crate::Value::Null, &host.options()).unwrap();
    host.vote(&waiting[0].id, ROOT, "approve").unwrap();
}

#[test]
fn a_single_question_may_be_as_large_as_there_is_room() {
    let mut host = asking();
    let body = "x".repeat(150_000);
    assert_eq!(
        host.ask(json!({"id": "l", "type": "ask", "agent": "sales", "args": {"body": body}})).effect,
        Effect::Approve
    );
    assert_eq!(host.ask(ask("x", "other", "a")).effect, Effect::Deny, "beside it there is none");
    assert_eq!(host.ask(json!({"id": "g", "type": "go", "agent": "e"})).effect, Effect::Allow);
}

#[test]
fn an_agent_that_only_has_a_question_or_a_plan_is_no_person() {
    let mut host = asking();
    let mine = host.question(ask("x", "stray", "a"));
    let others = host.question(ask("y", "sales", "b"));
    host.ask(json!({"id": "p", "type": "go", "agent": "planner", "group": {"id": "g", "index": 1, "size": 2}}));
    for agent in ["stray", "planner"] {
        host.guard.state.records = crate::guard::records::Records::default();
        host.unlock(Some(agent));
        for id in [&mine, &others] {
            let error = host.vote(id, (agent, "platform_admin"), "approve").unwrap_err();
            assert_eq!(error.code(), ErrorCode::NotAuthorized, "{agent}");
        }
    }
}
