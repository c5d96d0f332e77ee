//! Questions to people: when one is opened, what it holds, and how many there may be.

use serde_json::{Value as Json, json};

use super::support::{Host, SARA, data, host, said};
use crate::error::ErrorCode;
use crate::guard::{ApprovalStatus, Effect};
use crate::value::Value;

/// `ask` needs a person, `sign` too, at night neither may go out; `go` runs.
pub(super) fn asking() -> Host {
    host(json!({"actions": {
        "ask": {"level": "L3"}, "go": {"level": "L1"}, "write": {"level": "L3", "messaging": true, "factors": {"draftText": "/body"}},
    }, "quietHours": {"start": 21, "end": 8}}))
}

fn ask(id: &str) -> Json {
    json!({"id": id, "type": "ask", "args": {"to": "Huda"}})
}

#[test]
fn whatever_needs_a_person_opens_a_question() {
    let mut host = asking();
    let mut action = ask("a");
    action["needsInterrupt"] = true.into();
    let decision = host.try_ask_with(action, json!({"requestedBy": "omar"})).unwrap();
    assert_eq!(said(&decision), (Effect::Approve, vec!["level", "confirmation_required"]));
    let approval = serde_json::to_value(decision.approval.unwrap()).unwrap();
    let id = approval["id"].as_str().unwrap();
    assert_eq!(
        approval,
        json!({
            "id": id, "actionId": "a", "type": "ask", "agent": "sales", "agentName": "Sales", "requestedBy": "omar",
            "args": {"to": "Huda"}, "digest": decision.digest, "policyDigest": decision.policy_digest,
            "reasons": [
                {"rule": "level", "effect": "approve", "code": "level", "text": "level=L3", "level": "L3"},
                {"rule": "confirmation", "effect": "approve", "code": "confirmation_required", "text": "confirmation_required"},
            ],
            "status": "pending", "createdAt": "2026-03-20T09:00:00Z", "expiresAt": "2026-03-21T09:00:00Z",
            "votes": [], "resolvedAt": null,
        })
    );
    let [asked] = &decision.obligations[..] else { panic!("one obligation") };
    assert_eq!((asked.title.as_str(), asked.to.as_deref()), ("[Sales] requests approval: ask", Some("sara")));
    assert_eq!((asked.link.as_str(), asked.body.as_str()), ("/agents/sales#approvals", r#"{"to":"Huda"}"#));
    assert_eq!(data(asked), json!({"approvalId": id, "actionId": "a"}));
}

#[test]
fn without_a_creator_nobody_is_asked_by_name() {
    let mut host = asking();
    let decision = host.ask(json!({"id": "a", "type": "ask", "agent": "stray"}));
    assert_eq!((decision.obligations.len(), decision.obligations[0].to.as_deref()), (1, None));
    assert_eq!(decision.approval.unwrap().agent_name, "stray");
}

#[test]
fn asking_again_is_the_same_question() {
    let mut host = asking();
    let first = host.ask(ask("a"));
    for _ in 0..3 {
        let again = host.after_minutes(1).ask(ask("a"));
        assert_eq!((again.effect, again.obligations.len()), (Effect::Approve, 0));
        assert_eq!(again.approval, first.approval);
    }
    assert_eq!((host.statuses(), host.guard.outbox().len()), (vec!["pending"], 1));
}

#[test]
fn what_is_denied_or_locked_asks_nobody() {
    let mut host = asking();
    let mut dear = ask("dear");
    dear["cost"] = json!({"messages": 1000});
    assert_eq!(host.said(dear).0, Effect::Deny);
    let mut risky = ask("risky");
    (risky["riskScore"], risky["impactScore"]) = (1.into(), 1.into());
    assert_eq!(host.said(risky).0, Effect::Lock);
    assert_eq!(host.said(ask("locked")).0, Effect::Lock);
    assert_eq!(host.statuses(), [""; 0]);
    assert!(host.guard.outbox().iter().all(|obligation| !obligation.title.contains("approval")));
}

#[test]
fn what_time_holds_back_is_asked_meanwhile_and_lasts_from_then_on() {
    let mut host = asking();
    let write = json!({"id": "w", "type": "write", "args": {"body": "Good night"}});
    let decision = host.at("2026-03-20T22:00:00Z").ask(write.clone());
    assert_eq!(said(&decision), (Effect::Defer, vec!["level", "quiet_hours"]));
    let approval = decision.approval.unwrap();
    assert_eq!(decision.defer_until.unwrap().to_string(), "2026-03-21T08:00:00Z");
    assert_eq!(approval.expires_at.to_string(), "2026-03-22T08:00:00Z");
    assert_eq!(host.resolve(&approval.id, "approve").status, ApprovalStatus::Approved);
    // It still waits for the morning, without the reason that a person took away.
    assert_eq!(host.said(write.clone()), (Effect::Defer, vec!["quiet_hours"]));
    assert_eq!(host.at("2026-03-22T07:59:59Z").said(write.clone()).0, Effect::Defer);
    assert_eq!(host.at("2026-03-21T08:00:00Z").now, super::support::millis("2026-03-21T08:00:00Z"));
    assert_eq!(host.at("2026-03-22T07:59:59.999Z").said(write).0, Effect::Defer);
}

#[test]
fn approved_at_night_it_runs_in_the_morning() {
    let mut host = asking();
    let write = json!({"id": "w", "type": "write", "args": {"body": "Good night"}});
    let id = host.at("2026-03-20T22:00:00Z").question(write.clone());
    host.resolve(&id, "approve");
    let decision = host.at("2026-03-21T08:00:00Z").ask(write);
    assert_eq!(said(&decision), (Effect::Allow, vec![]));
    assert_eq!(decision.approval.unwrap().status, ApprovalStatus::Consumed);
}

#[test]
fn an_agent_has_a_hundred_questions_at_a_time() {
    let mut host = asking();
    for id in 0..100 {
        assert_eq!(host.said(ask(&id.to_string())).0, Effect::Approve);
    }
    assert_eq!(host.said(ask("one more")), (Effect::Deny, vec!["level", "too_many_pending"]));
    // Neither does it keep others from asking, nor itself from asking again.
    assert_eq!(host.ask(json!({"id": "b", "type": "ask", "agent": "b"})).effect, Effect::Approve);
    assert_eq!(host.said(ask("5")).0, Effect::Approve);
    // What somebody decided, and what has expired, makes room.
    let id = host.ask(ask("7")).approval.unwrap().id;
    host.resolve(&id, "approve");
    assert_eq!(host.said(ask("one more")).0, Effect::Approve);
    assert_eq!(host.said(ask("two more")).1, ["level", "too_many_pending"]);
    host.after_minutes(24 * 60);
    assert_eq!(host.said(ask("two more")).0, Effect::Approve);
}

#[test]
fn no_agent_takes_the_room_of_all() {
    let mut host = asking();
    let large =
        |id: &str, agent: &str| json!({"id": id, "type": "ask", "agent": agent, "args": {"body": "x".repeat(30_000)}});
    assert_eq!(host.said(large("1", "sales")).0, Effect::Approve);
    assert_eq!(host.said(large("2", "sales")).0, Effect::Approve);
    assert_eq!(host.said(large("3", "sales")), (Effect::Deny, vec!["level", "snapshot_full"]));
    assert_eq!(host.said(large("4", "other")).0, Effect::Approve);
    // More than all there is to have is denied as well, and leaves what is there alone.
    let huge = json!({"id": "5", "type": "ask", "agent": "third", "args": {"body": "x".repeat(200_000)}});
    assert_eq!(host.said(huge), (Effect::Deny, vec!["level", "snapshot_full"]));
    assert_eq!(host.statuses(), ["pending"; 3]);
}

#[test]
fn where_there_is_no_room_for_a_question_the_action_is_denied() {
    let mut host = asking();
    let large = |agent: &str| json!({"id": agent, "type": "ask", "agent": agent, "args": {"body": "x".repeat(60_000)}});
    for agent in ["a", "b"] {
        assert_eq!(host.said(large(agent)).0, Effect::Approve);
    }
    assert_eq!(host.said(large("d")), (Effect::Deny, vec!["level", "snapshot_full"]));
    assert_eq!(host.said(json!({"id": "e", "type": "go", "agent": "d"})).0, Effect::Allow);
    // What is closed makes room.
    let id = host.ask(large("a")).approval.unwrap().id;
    host.vote(&id, super::support::ROOT, "reject").unwrap();
    assert_eq!(host.said(large("d")).0, Effect::Approve);
    assert!(host.guard.snapshot().unwrap().len() <= 256 << 10);
}

#[test]
fn comments_do_not_make_a_snapshot_too_long() {
    let mut host = host(json!({"actions": {"ask": {"level": "L3"}}, "approvals": {"quorum": 3}}));
    let agents = ["a", "b", "c"];
    let ids: Vec<_> = (0..120)
        .map(|id| host.question(json!({"id": id.to_string(), "type": "ask", "agent": agents[id % 3]})))
        .collect();
    let comment = "\u{1}".repeat(1000);
    let order = |id: &str, decision: &str| {
        let by = json!({"id": "root", "role": "platform_admin"});
        json!({"approvalId": id, "by": by, "decision": decision, "comment": comment})
    };
    let refused: Vec<_> = ids.iter().filter(|id| host.try_resolve(order(id, "approve")).is_err()).collect();
    assert!((1..120).contains(&refused.len()), "{}", refused.len());
    assert!(host.guard.snapshot().unwrap().len() <= 256 << 10);
    let error = host.try_resolve(order(refused[0], "approve")).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::Conflict, "comment"));
    // A no finds room all the same.
    for id in refused {
        assert_eq!(host.try_resolve(order(id, "reject")).unwrap().status, ApprovalStatus::Rejected);
    }
    assert!(host.guard.snapshot().unwrap().len() <= 256 << 10);
}

#[test]
fn of_closed_ones_the_last_hundred_are_known() {
    let mut host = asking();
    let first = host.question(json!({"id": "first", "type": "ask", "agent": "other"}));
    host.vote(&first, super::support::ROOT, "reject").unwrap();
    let mut own = Vec::new();
    for id in 0..101 {
        own.push(host.question(json!({"id": id.to_string(), "type": "ask"})));
        host.resolve(&own[id], "approve");
        assert!(host.ask(json!({"id": id.to_string(), "type": "ask"})).allowed);
    }
    assert_eq!(host.statuses().len(), 100);
    // The agent with most has lost its oldest.
    assert_eq!(host.vote(&first, SARA, "approve").unwrap_err().code(), ErrorCode::AlreadyResolved);
    assert_eq!(host.vote(&own[1], SARA, "approve").unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(host.vote(&own[2], SARA, "approve").unwrap_err().code(), ErrorCode::AlreadyResolved);
}

#[test]
fn the_queue_is_seen_by_status_at_any_instant() {
    let mut host = asking();
    let ids: Vec<_> = ["a", "b", "c", "d"].map(|id| host.after_minutes(1).question(ask_of(id))).into();
    host.resolve(&ids[1], "reject");
    host.resolve(&ids[2], "approve");
    host.resolve(&ids[3], "approve");
    host.ask(ask_of("d"));
    assert_eq!(host.statuses(), ["pending", "rejected", "approved", "consumed"]);
    host.after_minutes(24 * 60);
    assert_eq!(host.statuses(), ["expired", "rejected", "expired", "consumed"]);
    let of = |status: &str| {
        let filter = Value::from(json!({"status": status}));
        let found = host.guard.approvals(&filter, &host.options()).unwrap();
        found.into_iter().map(|approval| approval.id).collect::<Vec<_>>()
    };
    assert_eq!((of("expired"), of("pending")), (vec![ids[0].clone(), ids[2].clone()], vec![]));
    let filter = Value::from(json!({"status": "open"}));
    let error = host.guard.approvals(&filter, &host.options()).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::InvalidInput, "status"));
}

fn ask_of(id: &str) -> Json {
    json!({"id": id, "type": "ask", "args": {"id": id}})
}

#[test]
fn a_question_keeps_its_action_although_it_is_forgotten_otherwise() {
    let mut host = asking();
    host.question(ask("a"));
    for id in 0..crate::guard::records::REMEMBERED {
        let dear = json!({"id": format!("dear {id}"), "type": "go", "agent": "sales", "cost": {"messages": 1000}});
        host.guard.request(&dear.into(), &host.options()).unwrap();
    }
    assert!(host.guard.state.records.get("a").is_none());
    let mut other = ask("a");
    other["args"] = json!({"to": "Eve"});
    assert_eq!(host.refused(other), (ErrorCode::Conflict, "id".into()));
    assert_eq!(host.said(ask("a")).0, Effect::Approve);
    assert_eq!(host.statuses(), ["pending"]);
}
