//! Who may resolve what, when, and what comes of it.

use serde_json::{Value as Json, json};

use super::approvals::asking;
use super::support::{Host, ROOT, SARA, host, place};
use crate::error::ErrorCode;
use crate::guard::{ApprovalStatus, Effect};

fn ask(id: &str) -> Json {
    json!({"id": id, "type": "ask", "args": {"id": id}})
}

/// The code, and everything that may differ between refusals.
fn code(host: &mut Host, id: &str, by: (&str, &str)) -> ErrorCode {
    host.vote(id, by, "approve").unwrap_err().code()
}

#[test]
fn the_creator_and_an_admin_may_and_no_agent_ever() {
    let mut host = host(json!({
        "actions": {"ask": {"level": "L3"}},
        "agents": {"sales": {"name": "Sales", "creator": "sara"}, "boss": {"creator": "boss"}, "worker": {"creator": "boss"}},
    }));
    host.ask(json!({"id": "seen", "agent": "stray"}));
    let id = host.question(ask("a"));
    let workers = host.question(json!({"id": "w", "type": "ask", "agent": "worker"}));
    let strays = host.question(json!({"id": "s", "type": "ask", "agent": "stray"}));
    for (of, id, by) in [
        ("a stranger", &id, ("eve", "user")),
        ("a role of another spelling", &id, ("eve", "Platform_Admin")),
        ("the acting agent", &id, ("sales", "platform_admin")),
        ("an agent of the policy", &id, ("worker", "platform_admin")),
        ("an agent that was seen", &id, ("stray", "platform_admin")),
        ("an agent that is a creator", &workers, ("boss", "user")),
        ("the acting agent itself", &strays, ("stray", "platform_admin")),
        ("the creator of another agent", &strays, SARA),
    ] {
        let seq = host.guard.audit_head().seq;
        let error = host.vote(id, by, "approve").unwrap_err();
        assert_eq!(place(&error), (ErrorCode::NotAuthorized, "by".into()), "{of}");
        assert_eq!(error.message(), "Only the agent creator or platform admin can resolve approvals");
        let entry = host.guard.audit_since(seq).pop().unwrap();
        assert_eq!(entry.kind, "refused");
        let who = json!({"id": by.0, "role": by.1});
        let about = entry.data["approvalId"].clone();
        let told = json!({"command": "resolve", "by": who, "approvalId": about, "decision": "approve", "code": "not_authorized"});
        assert_eq!((&entry.data, about.is_string()), (&told, true), "{of}");
    }
    assert_eq!(host.statuses(), ["pending"; 3]);
    assert_eq!(host.vote(&id, SARA, "approve").unwrap().status, ApprovalStatus::Approved);
    assert_eq!(host.vote(&strays, ROOT, "reject").unwrap().status, ApprovalStatus::Rejected);
}

#[test]
fn what_was_rejected_before_it_was_tried_again_costs_a_person_all_of_it() {
    let mut host = asking();
    let pay = json!({"id": "p", "type": "go", "cost": {"amount": 10}});
    assert!(host.ask(pay.clone()).allowed);
    host.report(json!({"actionId": "p", "outcome": "failed", "error": {"status": 429}}));
    let mut careful = pay.clone();
    careful["needsInterrupt"] = true.into();
    let id = host.after_minutes(1).question(careful);
    host.resolve(&id, "reject");
    // What the failed attempt may have used stays charged; a person's is another.
    assert_eq!(host.used(None).3, 10.0);
    assert!(host.try_ask_with(pay, json!({"human": true})).unwrap().allowed);
    assert_eq!(host.used(None).3, 20.0);
}

#[test]
fn a_no_ends_what_had_failed_and_no_report_of_it_counts_any_more() {
    let mut host = asking();
    let go = json!({"id": "p", "type": "go"});
    assert!(host.ask(go.clone()).allowed);
    let failed = json!({"actionId": "p", "outcome": "failed", "error": {"status": 429}});
    host.report(failed.clone());
    let mut careful = go.clone();
    careful["needsInterrupt"] = true.into();
    let id = host.after_minutes(1).question(careful);
    host.resolve(&id, "reject");
    let seq = host.guard.audit_head().seq;
    for report in [failed, json!({"actionId": "p", "outcome": "succeeded"})] {
        assert_eq!(place(&host.try_report(report).unwrap_err()), (ErrorCode::Conflict, "actionId".into()));
    }
    assert_eq!(host.guard.audit_head().seq, seq);
    // A person may still do it, and what came of that is heard.
    assert!(host.try_ask_with(go, json!({"human": true})).unwrap().allowed);
    host.succeed("p");
}

#[test]
fn what_was_rejected_is_the_same_after_a_restart() {
    let mut host = asking();
    let id = host.question(json!({"id": "r", "type": "score_deal", "needsInterrupt": true}));
    host.resolve(&id, "reject");
    let again = super::snapshot::restored(&host);
    assert_eq!(again.state.records.get("r"), host.guard.state.records.get("r"));
}

#[test]
fn a_question_is_read_back_right_after_it_was_opened() {
    let mut host = asking();
    let id = host.question(ask("a"));
    host.guard = super::snapshot::restored(&host);
    assert_eq!(host.resolve(&id, "approve").status, ApprovalStatus::Approved);
}

#[test]
fn a_resolution_says_who_what_why_and_when() {
    let mut host = asking();
    let id = host.question(ask("a"));
    let order = json!({"approvalId": id, "by": {"id": "sara", "role": "user"}, "decision": "approve", "comment": "fine\nby me"});
    let approval = host.after_minutes(5).try_resolve(order).unwrap();
    let vote = json!({"by": "sara", "role": "user", "decision": "approve", "comment": "fine\nby me", "at": "2026-03-20T09:05:00Z"});
    let told = serde_json::to_value(&approval).unwrap();
    assert_eq!((&told["votes"], &told["resolvedAt"]), (&json!([vote]), &json!("2026-03-20T09:05:00Z")));
    let entry = host.guard.audit_since(1).pop().unwrap();
    assert_eq!(entry.kind, "resolve");
    assert_eq!(
        entry.data,
        json!({
            "approvalId": id, "actionId": "a", "digest": approval.digest, "by": {"id": "sara", "role": "user"},
            "decision": "approve", "comment": "fine\nby me", "status": "approved",
        })
    );
}

#[test]
fn the_creator_and_the_requester_are_told() {
    let told = |requested_by: Option<&str>, agent: &str, decision: &str| {
        let mut host = asking();
        let action = json!({"id": "a", "type": "ask", "agent": agent});
        let options = requested_by.map_or_else(|| json!({}), |by| json!({"requestedBy": by}));
        let id = host.try_ask_with(action, options).unwrap().approval.unwrap().id;
        host.vote(&id, ROOT, decision).unwrap();
        let notices = host.guard.outbox().into_iter().skip(1);
        notices.map(|notice| (notice.to.unwrap(), notice.title, notice.link)).collect::<Vec<_>>()
    };
    let notice = |to: &str, agent: &str, what: &str, part: &str| {
        let name = if agent == "sales" { "Sales" } else { agent };
        (to.to_owned(), format!("[{name}] ask {what}"), format!("/agents/{agent}#{part}"))
    };
    assert_eq!(told(None, "sales", "approve"), [notice("sara", "sales", "approved", "approvals")]);
    assert_eq!(told(Some("sara"), "sales", "reject"), [notice("sara", "sales", "rejected", "approvals")]);
    assert_eq!(
        told(Some("omar"), "sales", "reject"),
        [notice("sara", "sales", "rejected", "approvals"), notice("omar", "sales", "rejected", "activityLog")]
    );
    assert_eq!(told(Some("omar"), "stray", "approve"), [notice("omar", "stray", "approved", "activityLog")]);
    assert_eq!(told(None, "stray", "approve"), []);
}

#[test]
fn what_is_resolved_or_expired_stays_so_whoever_asks() {
    let mut host = asking();
    let [approved, rejected, consumed, open] = ["a", "b", "c", "d"].map(|id| host.question(ask(id)));
    host.resolve(&approved, "approve");
    host.resolve(&rejected, "reject");
    host.resolve(&consumed, "approve");
    assert!(host.ask(ask("c")).allowed);
    for id in [&approved, &rejected, &consumed] {
        for by in [SARA, ROOT, ("eve", "user")] {
            let seq = host.guard.audit_head().seq;
            let error = host.vote(id, by, "reject").unwrap_err();
            assert_eq!(place(&error), (ErrorCode::AlreadyResolved, "approvalId".into()));
            assert_eq!(error.message(), "Approval already resolved");
            let entry = host.guard.audit_since(seq).pop().unwrap();
            assert_eq!((entry.kind.as_str(), &entry.data["code"]), ("refused", &json!("already_resolved")));
        }
    }
    host.after_minutes(24 * 60 - 1);
    host.after_millis(59_999);
    assert_eq!(host.statuses(), ["approved", "rejected", "consumed", "pending"]);
    host.after_millis(1);
    let error = host.vote(&open, SARA, "approve").unwrap_err();
    assert_eq!((place(&error), error.message()), ((ErrorCode::Expired, "approvalId".into()), "Approval expired"));
    assert_eq!(host.guard.audit_since(0).pop().unwrap().data["code"], "expired");
    // Approved, and not used in time.
    assert_eq!(code(&mut host, &approved, SARA), ErrorCode::Expired);
    let again = host.question(ask("a"));
    assert_ne!(again, approved);
}

#[test]
fn an_id_of_nobodys_is_not_found_and_leaves_no_trace() {
    let mut host = asking();
    let id = host.question(ask("a"));
    for wrong in ["a", "a1-000000000000000000000000", &id.to_uppercase(), &format!("{id} ")] {
        let error = host.vote(wrong, ROOT, "approve").unwrap_err();
        assert_eq!(
            (place(&error), error.message()),
            ((ErrorCode::NotFound, "approvalId".into()), "Approval not found")
        );
    }
}

#[test]
fn an_approval_of_one_customer_is_none_of_another() {
    let mut one = asking();
    let id = one.question(ask("a"));
    let mut other = host(json!({"customerId": "other", "actions": {"ask": {"level": "L3"}}}));
    let others = other.question(ask("a"));
    assert_ne!(id, others);
    assert_eq!(code(&mut other, &id, ROOT), ErrorCode::NotFound);
}

fn with_terms(terms: &Json) -> Host {
    host(json!({"actions": {"ask": {"level": "L3"}, "go": {"level": "L1"}}, "approvals": terms}))
}

#[test]
fn as_many_different_people_as_the_quorum_says() {
    let mut host = with_terms(&json!({"quorum": 2}));
    let id = host.question(ask("a"));
    let first = host.vote(&id, SARA, "approve").unwrap();
    assert_eq!((first.status, first.votes.len(), first.resolved_at), (ApprovalStatus::Pending, 1, None));
    assert_eq!(host.guard.outbox().len(), 1);
    assert_eq!(host.said(ask("a")).0, Effect::Approve);
    let twice = host.vote(&id, SARA, "approve").unwrap_err();
    assert_eq!(place(&twice), (ErrorCode::Conflict, "by".into()));
    // In another role it is the same person.
    assert_eq!(code(&mut host, &id, ("sara", "platform_admin")), ErrorCode::Conflict);
    let second = host.vote(&id, ROOT, "approve").unwrap();
    assert_eq!((second.status, second.votes.len()), (ApprovalStatus::Approved, 2));
    assert!(host.ask(ask("a")).allowed);
}

#[test]
fn one_rejection_ends_it() {
    let mut host = with_terms(&json!({"quorum": 3}));
    let id = host.question(ask("a"));
    host.vote(&id, SARA, "approve").unwrap();
    assert_eq!(host.vote(&id, ROOT, "reject").unwrap().status, ApprovalStatus::Rejected);
    assert_eq!(code(&mut host, &id, ("second", "platform_admin")), ErrorCode::AlreadyResolved);
}

#[test]
fn whoever_asked_does_not_approve_where_duties_are_separate() {
    let mut host = with_terms(&json!({"separationOfDuties": true}));
    assert_eq!(host.refused(ask("a")), (ErrorCode::InvalidInput, "requestedBy".into()));
    // Also where nobody needs to approve: a host that forgets it is to notice at once.
    assert_eq!(host.refused(json!({"id": "g", "type": "go"})), (ErrorCode::InvalidInput, "requestedBy".into()));
    let id = host.try_ask_with(ask("a"), json!({"requestedBy": "sara"})).unwrap().approval.unwrap().id;
    let error = host.vote(&id, SARA, "approve").unwrap_err();
    assert_eq!(place(&error), (ErrorCode::NotAuthorized, "by".into()));
    assert_eq!(code(&mut host, &id, ("sara", "platform_admin")), ErrorCode::NotAuthorized);
    assert_eq!(host.vote(&id, SARA, "reject").unwrap_err().code(), ErrorCode::NotAuthorized);
    // Asked again on behalf of somebody else it is still hers.
    host.try_ask_with(ask("a"), json!({"requestedBy": "omar"})).unwrap();
    assert_eq!(code(&mut host, &id, SARA), ErrorCode::NotAuthorized);
    assert_eq!(host.vote(&id, ROOT, "approve").unwrap().status, ApprovalStatus::Approved);
}

#[test]
fn orders_are_read_strictly() {
    let mut host = asking();
    let id = host.question(ask("a"));
    let order = || json!({"approvalId": id, "by": {"id": "sara", "role": "user"}, "decision": "approve"});
    for (field, wrong, path) in [
        ("approvalId", json!(null), "approvalId"),
        ("approvalId", json!([id]), "approvalId"),
        ("by", json!("sara"), "by"),
        ("by", json!({"id": "sara"}), "by.role"),
        ("by", json!({"id": "sara", "role": "user", "admin": true}), "by.admin"),
        ("decision", json!("approved"), "decision"),
        ("decision", json!(true), "decision"),
        ("comment", json!(null), "comment"),
        ("comment", json!("x".repeat(1001)), "comment"),
        ("quorum", json!(1), "quorum"),
    ] {
        let mut order = order();
        order[field] = wrong;
        assert_eq!(place(&host.try_resolve(order).unwrap_err()), (ErrorCode::InvalidInput, path.into()));
    }
    let mut long = order();
    long["comment"] = "ض".repeat(1000).into();
    assert_eq!(host.try_resolve(long).unwrap().status, ApprovalStatus::Approved);
}
