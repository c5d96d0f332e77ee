//! The life of an action: granted, reported, retried, unknown, repeated.

use serde_json::{Value as Json, json};

use super::support::{Host, host, place, said};
use crate::error::ErrorCode;
use crate::guard::report::Outcome;
use crate::guard::{Effect, Reported};
use crate::recovery::ErrorCategory;

const RATE_LIMIT: u32 = 429;

fn fail(host: &mut Host, id: &str, status: u32) -> Reported {
    host.report(json!({"actionId": id, "outcome": "failed", "error": {"status": status}}))
}

fn code(host: &mut Host, id: &str) -> Option<&'static str> {
    host.ask(json!({"id": id})).code
}

#[test]
fn what_was_granted_is_not_granted_again() {
    let mut host = host(json!({}));
    let first = host.ask(json!({"id": "a"}));
    assert_eq!((first.allowed, first.attempt), (true, 1));
    let again = host.ask(json!({"id": "a"}));
    assert_eq!((said(&again), again.attempt), ((Effect::Deny, vec!["already_granted", "level"]), 1));
    host.succeed("a");
    assert_eq!(host.said(json!({"id": "a"})), (Effect::Deny, vec!["already_executed", "level"]));
    assert_eq!(code(&mut host, "b"), Some("level"));
}

#[test]
fn an_id_stands_for_one_action_alone() {
    let mut host = host(json!({}));
    host.ask(json!({"id": "a", "args": {"x": 1, "y": [2]}}));
    // The same content, its names in another order.
    assert_eq!(host.ask(json!({"id": "a", "args": {"y": [2], "x": 1.0}})).code, Some("already_granted"));
    for other in [
        json!({"id": "a", "args": {"x": 1, "y": [3]}}),
        json!({"id": "a"}),
        json!({"id": "a", "args": {"x": 1, "y": [2]}, "agent": "other"}),
        json!({"id": "a", "args": {"x": 1, "y": [2]}, "type": "generate_proposal"}),
    ] {
        assert_eq!(host.refused(other), (ErrorCode::Conflict, "id".to_owned()));
    }
    // Factors, scores and costs may be worked out anew.
    let rated = json!({"id": "a", "args": {"x": 1, "y": [2]}, "riskFactors": {"dealValue": 5}, "riskScore": 0.1, "cost": {"messages": 4}});
    assert_eq!(host.ask(rated).code, Some("already_granted"));
}

#[test]
fn a_refused_id_stands_for_one_action_too() {
    let mut host = host(json!({"autonomyMode": "manual"}));
    assert_eq!(host.ask(json!({"id": "a"})).effect, Effect::Approve);
    assert_eq!(host.refused(json!({"id": "a", "args": {"x": 1}})), (ErrorCode::Conflict, "id".to_owned()));
    assert_eq!(
        place(&host.try_report(json!({"actionId": "a", "outcome": "succeeded"})).unwrap_err()),
        (ErrorCode::Conflict, "actionId".into())
    );
}

#[test]
fn a_transient_failure_is_retried_three_times_ever_later() {
    let mut host = host(json!({}));
    host.grant("a");
    for (attempt, seconds) in [(1, 30), (2, 60), (3, 120)] {
        let reported = fail(&mut host, "a", RATE_LIMIT);
        assert_eq!((reported.outcome, reported.category), (Outcome::Failed, Some(ErrorCategory::Transient)));
        assert_eq!((reported.retryable, reported.attempts), (true, attempt));
        let retry_at = reported.retry_at.unwrap().as_micros() / 1000;
        assert_eq!(retry_at - host.now, seconds * 1000);
        host.now = retry_at - 1;
        let early = host.ask(json!({"id": "a"}));
        assert_eq!(said(&early), (Effect::Defer, vec!["retry_not_before", "level"]));
        assert_eq!((early.defer_until, early.attempt), (reported.retry_at, attempt));
        host.now = retry_at;
        let retry = host.ask(json!({"id": "a"}));
        assert_eq!((said(&retry), retry.attempt), ((Effect::Notify, vec!["level"]), attempt + 1));
    }
    let last = fail(&mut host, "a", RATE_LIMIT);
    assert_eq!((last.retryable, last.retry_at, last.attempts), (false, None, 4));
    host.after_minutes(60 * 24);
    assert_eq!(host.said(json!({"id": "a"})), (Effect::Deny, vec!["retries_exhausted", "level"]));
}

#[test]
fn the_server_may_ask_for_a_later_retry_only() {
    for (asked, seconds) in [(json!(45), 45), (json!(29.5), 30), (json!("120"), 120), (json!(null), 30)] {
        let mut host = host(json!({}));
        host.grant("a");
        let error = json!({"status": RATE_LIMIT, "retryAfter": asked});
        let reported = host.report(json!({"actionId": "a", "outcome": "failed", "error": error}));
        assert_eq!(reported.retry_at.unwrap().as_micros() / 1000 - host.now, seconds * 1000, "{asked}");
    }
}

#[test]
fn what_is_not_transient_is_not_retried() {
    for (error, category) in [
        (json!({"status": 400}), "validation"),
        (json!({"status": 401}), "auth"),
        (json!({"message": "odd"}), "unknown"),
    ] {
        let mut host = host(json!({}));
        host.grant("a");
        let reported = host.report(json!({"actionId": "a", "outcome": "failed", "error": error}));
        assert_eq!((reported.category.unwrap().as_str(), reported.retryable), (category, false));
        let refused = host.ask(json!({"id": "a"}));
        assert_eq!((said(&refused).0, refused.code), (Effect::Deny, Some("not_retryable")));
        assert_eq!(serde_json::to_value(&refused.reasons[0]).unwrap()["category"], category);
    }
    let mut host = host(json!({}));
    host.grant("a");
    let plain = host.report(json!({"actionId": "a", "outcome": "failed"}));
    assert_eq!((plain.category, plain.retryable), (Some(ErrorCategory::Unknown), false));
    // Nor is it while there are retries left.
    for status in [429, 429, 400] {
        host.after_minutes(10).grant("b");
        fail(&mut host, "b", status);
    }
    assert_eq!(code(&mut host, "b"), Some("not_retryable"));
}

/// Each way in which the answer may be lost and not the request, and a few in which it is not.
fn lost() -> Vec<(Json, bool)> {
    let status = [(408, true), (500, true), (502, true), (504, true), (503, false), (429, false), (400, false)];
    let mut all: Vec<_> = status.map(|(status, lost)| (json!({"status": status}), lost)).into();
    all.extend(
        [(-32000, true), (-32001, true), (-32002, false), (-32600, false)]
            .map(|(code, lost)| (json!({"code": code}), lost)),
    );
    all.extend(
        [("Request timed out", true), ("TIMEOUT", true), ("rate limit", false)]
            .map(|(message, lost)| (json!({"message": message}), lost)),
    );
    all
}

#[test]
fn a_write_that_may_have_happened_is_not_tried_again() {
    for (error, lost) in lost() {
        let actions = json!({
            "set": {"level": "L1", "idempotent": true}, "look": {"level": "L1", "access": "read"},
        });
        let mut host = host(json!({"actions": actions}));
        for (id, action_type) in [("write", "book_meeting"), ("idempotent", "set"), ("read", "look")] {
            assert!(host.ask(json!({"id": id, "type": action_type})).allowed);
            let reported = host.report(json!({"actionId": id, "outcome": "failed", "error": error.clone()}));
            let unknown = lost && id == "write";
            assert_eq!(reported.outcome == Outcome::Unknown, unknown, "{error} {id}");
            if unknown {
                assert_eq!((reported.retryable, reported.retry_at), (false, None));
                assert_eq!(code(&mut host, "write"), Some("outcome_unknown"));
            }
        }
    }
}

#[test]
fn an_unknown_outcome_is_settled_by_a_later_report() {
    for (outcome, code_after) in
        [("succeeded", "already_executed"), ("failed", "not_retryable"), ("unknown", "outcome_unknown")]
    {
        let mut host = host(json!({}));
        host.grant("a");
        let unknown = host.report(json!({"actionId": "a", "outcome": "unknown"}));
        assert_eq!((unknown.outcome, unknown.category, unknown.retryable), (Outcome::Unknown, None, false));
        host.after_minutes(100_000);
        assert_eq!(code(&mut host, "a"), Some("outcome_unknown"));
        host.report(json!({"actionId": "a", "outcome": outcome}));
        assert_eq!(code(&mut host, "a"), Some(code_after));
    }
}

#[test]
fn a_grant_that_nobody_reports_is_unknown_from_its_time_out_on() {
    let mut host = host(json!({"grantTimeoutMinutes": 10}));
    host.grant("a");
    let status = |host: &Host| host.guard.in_flight(&host.options()).unwrap()[0].status;
    host.after_millis(599_999);
    assert_eq!((code(&mut host, "a"), status(&host)), (Some("already_granted"), "granted"));
    host.after_millis(1);
    assert_eq!((code(&mut host, "a"), status(&host)), (Some("outcome_unknown"), "unknown"));
    let granted_at = host.guard.in_flight(&host.options()).unwrap()[0].granted_at;
    assert_eq!(granted_at.to_string(), super::support::MORNING);
    host.succeed("a");
    assert_eq!(code(&mut host, "a"), Some("already_executed"));
    assert_eq!(host.guard.in_flight(&host.options()).unwrap(), []);
}

#[test]
fn the_default_time_out_is_a_day() {
    let mut host = host(json!({}));
    host.grant("a");
    host.after_minutes(1440).after_millis(-1);
    assert_eq!(code(&mut host, "a"), Some("already_granted"));
    host.after_millis(1);
    assert_eq!(code(&mut host, "a"), Some("outcome_unknown"));
}

#[test]
fn the_same_report_again_says_the_same_and_changes_nothing() {
    let mut host = host(json!({}));
    for id in ["ok", "bad"] {
        host.grant(id);
    }
    let succeeded = json!({"actionId": "ok", "outcome": "succeeded", "usage": {"messages": 2}});
    let failed = json!({"actionId": "bad", "outcome": "failed", "error": {"status": RATE_LIMIT}});
    let first = [host.report(succeeded.clone()), host.report(failed.clone())];
    let before = host.guard.snapshot().unwrap();
    host.after_minutes(5);
    assert_eq!([host.report(succeeded), host.report(failed)], first);
    assert_eq!(host.guard.snapshot().unwrap(), before);
    for different in [
        json!({"actionId": "ok", "outcome": "failed"}),
        json!({"actionId": "ok", "outcome": "unknown"}),
        json!({"actionId": "ok", "outcome": "succeeded"}),
        json!({"actionId": "ok", "outcome": "succeeded", "usage": {"messages": 3}}),
        json!({"actionId": "bad", "outcome": "succeeded"}),
        json!({"actionId": "bad", "outcome": "failed", "error": {"status": 400}}),
        json!({"actionId": "bad", "outcome": "failed", "error": {"status": 429}, "usage": {"amount": 1}}),
    ] {
        let error = host.try_report(different.clone()).unwrap_err();
        assert_eq!(place(&error), (ErrorCode::Conflict, "outcome".into()), "{different}");
    }
}

#[test]
fn a_report_may_name_the_attempt_it_speaks_of() {
    let mut host = host(json!({}));
    host.grant("a");
    let about = |attempt: u64| json!({"actionId": "a", "outcome": "failed", "error": {"status": RATE_LIMIT}, "attempt": attempt});
    assert_eq!(place(&host.try_report(about(2)).unwrap_err()), (ErrorCode::Conflict, "attempt".into()));
    assert_eq!(host.report(about(1)).attempts, 1);
    host.after_minutes(1);
    host.grant("a");
    // The answer to the first attempt comes twice, and late: it says nothing about the second.
    assert_eq!(place(&host.try_report(about(1)).unwrap_err()), (ErrorCode::Conflict, "attempt".into()));
    assert_eq!(host.report(about(2)).attempts, 2);
}

#[test]
fn what_was_never_seen_cannot_be_reported() {
    let mut host = host(json!({}));
    let error = host.try_report(json!({"actionId": "a", "outcome": "succeeded"})).unwrap_err();
    assert_eq!(place(&error), (ErrorCode::NotFound, "actionId".into()));
}

#[test]
fn the_same_content_waits_out_its_window() {
    let actions = json!({"pay": {"level": "L1", "duplicateWindowMinutes": 10}, "note": {"level": "L1"}});
    let mut host = host(json!({"actions": actions}));
    let pay = |id: &str, to: &str| json!({"id": id, "type": "pay", "args": {"to": to}});
    assert!(host.ask(pay("1", "a")).allowed);
    assert!(host.ask(pay("2", "b")).allowed);
    host.after_millis(599_999);
    assert_eq!(host.said(pay("3", "a")), (Effect::Deny, vec!["duplicate_action"]));
    // Whoever it is that asks again under the first id is told what became of that.
    assert_eq!(host.said(pay("1", "a")), (Effect::Deny, vec!["already_granted"]));
    let by_hand = host.try_ask_with(pay("4", "a"), json!({"human": true})).unwrap();
    assert_eq!(said(&by_hand), (Effect::Deny, vec!["duplicate_action"]));
    // Another agent's is another content.
    let mut other = pay("5", "a");
    other["agent"] = "other".into();
    assert!(host.ask(other).allowed);
    host.after_millis(1);
    assert!(host.ask(pay("3", "a")).allowed);
    // The window begins anew with that grant.
    host.after_millis(599_999);
    assert_eq!(host.ask(pay("6", "a")).code, Some("duplicate_action"));
    for id in ["7", "8"] {
        assert!(host.ask(json!({"id": id, "type": "note"})).allowed);
    }
}

#[test]
fn what_is_refused_opens_no_window() {
    let actions = json!({"pay": {"level": "L3", "duplicateWindowMinutes": 10}});
    let mut host = host(json!({"actions": actions}));
    for id in ["1", "2"] {
        assert_eq!(host.said(json!({"id": id, "type": "pay"})), (Effect::Approve, vec!["level"]));
    }
}

#[test]
fn a_retry_is_held_by_every_other_rule_too() {
    let mut host = host(json!({}));
    host.grant("a");
    fail(&mut host, "a", RATE_LIMIT);
    let order = json!({"agent": "sales", "by": {"id": "ann", "role": "viewer"}, "reason": "stop"});
    host.after_minutes(1).attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    assert_eq!(code(&mut host, "a"), Some("agent_locked"));
    // The refusal did not make it an action that was never granted.
    host.unlock(Some("sales"));
    let retry = host.ask(json!({"id": "a"}));
    assert_eq!((retry.allowed, retry.attempt), (true, 2));
}

#[test]
fn a_read_that_was_asked_for_as_a_write_may_have_happened() {
    for (access, outcome) in [(json!("read"), "failed"), (json!("write"), "unknown")] {
        let mut host = host(json!({}));
        assert!(host.ask(json!({"id": "1", "type": "enrich_lead", "access": access})).allowed);
        let restored = super::snapshot::restored(&host);
        for guard in [host.guard, restored] {
            let mut host = Host { guard, now: host.now };
            let told = host.report(json!({"actionId": "1", "outcome": "failed", "error": {"status": 504}}));
            assert_eq!((told.outcome.as_str(), told.retryable), (outcome, outcome == "failed"));
        }
    }
}
