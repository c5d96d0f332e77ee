//! What an action says of itself makes nothing milder, and what people read of it is what it is.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::support::{host, said};
use crate::error::ErrorCode;
use crate::guard::{Effect, ObligationKind};

/// A policy under which a message needs a person, costs what `args` say and is confirmed.
fn strict() -> Json {
    let send = json!({
        "messaging": true, "outbound": true, "level": "L3", "needsInterrupt": true,
        "factors": {"draftText": "/body"}, "cost": {"amount": "/price"},
    });
    json!({"actions": {"send": send, "look": {"access": "read", "level": "L1"}}, "confirmWrites": true, "blockedKeywords": ["free"]})
}

#[test]
fn claims_of_being_harmless_change_nothing() {
    let plain = json!({"id": "a", "type": "send", "args": {"body": "free", "price": 2}});
    let expected = host(strict()).said(plain.clone());
    assert_eq!(expected, (Effect::Approve, vec!["level", "blocked_keyword", "confirmation_required"]));
    for claim in [
        json!({"access": "read"}),
        json!({"needsInterrupt": false}),
        json!({"access": "read", "needsInterrupt": false}),
    ] {
        let mut claiming = plain.clone();
        for (name, value) in claim.as_object().unwrap() {
            claiming[name] = value.clone();
        }
        assert_eq!(host(strict()).said(claiming), expected, "{claim}");
    }
    // A person is one by the host's word alone.
    for word in ["human", "requestedBy", "level", "messaging", "outbound", "idempotent", "allowed"] {
        let mut claiming = plain.clone();
        claiming[word] = true.into();
        assert_eq!(host(strict()).refused(claiming), (ErrorCode::InvalidInput, word.to_owned()));
    }
}

#[test]
fn what_the_arguments_leave_out_is_not_taken_for_harmless() {
    let silent = json!({"id": "a", "type": "send", "args": {}});
    let codes = vec!["level", "risk_factor_missing", "cost_missing", "confirmation_required"];
    assert_eq!(host(strict()).said(silent), (Effect::Approve, codes));
}

#[test]
fn another_spelling_of_a_type_is_refused() {
    for spelling in ["Send", "SEND", "LOOK", "Send_Message"] {
        let disguised = json!({"id": "a", "type": spelling, "riskFactors": {}});
        assert_eq!(host(strict()).refused(disguised), (ErrorCode::InvalidInput, "type".to_owned()), "{spelling}");
    }
    let unknown = host(strict()).said(json!({"id": "a", "type": "send.", "riskFactors": {}, "access": "read"}));
    assert_eq!(unknown, (Effect::Approve, vec!["level", "unknown_action_type", "confirmation_required"]));
}

#[test]
fn an_unknown_type_that_calls_itself_a_read_is_stopped_by_a_lock() {
    let mut host = host(json!({"unknownActions": "allow"}));
    let order = json!({"by": {"id": "ann", "role": "viewer"}, "reason": "stop"});
    host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    let disguised = json!({"id": "a", "type": "wipe", "riskFactors": {}, "access": "read"});
    assert_eq!(host.ask(disguised).effect, Effect::Lock);
}

#[test]
fn another_agents_name_brings_that_agents_records_and_nothing_of_ones_own() {
    let mut host = host(json!({}));
    host.grant("mine");
    assert_eq!(host.refused(json!({"id": "mine", "agent": "other"})), (ErrorCode::Conflict, "id".into()));
    host.ask(json!({"id": "b", "agent": "other", "riskScore": 1, "impactScore": 1}));
    assert!(host.is_locked("other") && !host.is_locked("sales"));
}

#[test]
fn a_lower_cost_cannot_be_negative_or_nothing() {
    for (cost, path) in [
        (json!({"messages": -1}), "cost.messages"),
        (json!({"amount": -0.01}), "cost.amount"),
        (json!({"amount": null}), "cost.amount"),
        (json!({"llmTokens": 0.5}), "cost.llmTokens"),
        (json!({"apiCalls": "1"}), "cost.apiCalls"),
        (json!({"tokens": 1}), "cost.tokens"),
    ] {
        let refused = host(json!({})).refused(json!({"id": "a", "cost": cost}));
        assert_eq!(refused, (ErrorCode::InvalidInput, path.to_owned()));
    }
}

#[test]
fn what_people_read_is_escaped_and_short() {
    let agents = json!({"sales": {"name": "Sa\u{202e}les", "creator": "sara"}});
    let mut host = host(json!({"agents": agents}));
    let decision =
        host.ask(json!({"id": "a", "args": {"text": format!("\u{202e}\u{1b}[2J\u{2028}{}", "x".repeat(500))}}));
    assert_eq!(said(&decision).0, Effect::Notify);
    let notice = &decision.obligations[0];
    assert_eq!(notice.title, "[Sa\\u{202e}les] executed: book_meeting");
    assert!(notice.body.starts_with(r#"{"text":"\u{202e}\u001b[2J\u{2028}xxx"#), "{}", notice.body);
    assert_eq!(notice.body.chars().count(), 200);
    assert!(notice.body.ends_with('…'));
    let exact = host.ask(json!({"id": "b", "args": {"text": "x".repeat(200 - r#"{"text":""}"#.len())}}));
    assert_eq!(exact.obligations[0].body.chars().count(), 200);
    assert!(exact.obligations[0].body.ends_with(r#"x"}"#));
}

#[test]
fn the_audit_holds_no_arguments() {
    let mut host = host(json!({}));
    host.ask(json!({"id": "a", "args": {"secret": "hunter2"}}));
    let entries = serde_json::to_string(&host.guard.audit_since(0)).unwrap();
    assert!(
        !entries.contains("hunter2")
            && entries.contains(&host.ask(json!({"id": "a", "args": {"secret": "hunter2"}})).digest)
    );
}

#[test]
fn alerts_go_to_nobody_in_particular_and_notices_to_the_creator() {
    let mut host = host(json!({}));
    host.ask(json!({"id": "a"}));
    let notice = host.guard.outbox().remove(0);
    assert_eq!((notice.kind, notice.to.as_deref(), notice.id.as_str()), (ObligationKind::Notify, Some("sara"), "o1-0"));
}

fn claims() -> impl Strategy<Value = Json> {
    let access = prop::option::of(prop::sample::select(vec!["read", "write"]));
    let scores = (prop::option::of(0.0..=1.0), prop::option::of(0.0..=1.0));
    (access, prop::option::of(any::<bool>()), scores).prop_map(|(access, needs_interrupt, (risk, impact))| {
        let all =
            json!({"access": access, "needsInterrupt": needs_interrupt, "riskScore": risk, "impactScore": impact});
        all.as_object().unwrap().clone().into_iter().filter(|(_, value)| !value.is_null()).collect()
    })
}

proptest! {
    /// Whatever an action says of itself, its treatment is at least as strict as if it had said nothing.
    #[test]
    fn no_claim_makes_it_milder(
        claims in claims(),
        action_type in prop::sample::select(vec!["send", "look", "discover_leads", "book_meeting", "wipe"]),
        mode in prop::sample::select(vec!["manual", "draft_and_approve", "full_autopilot"]),
        locked in any::<bool>(),
    ) {
        let mut policy = strict();
        policy["autonomyMode"] = mode.into();
        let mut host = host(policy);
        if locked {
            let order = json!({"agent": "sales", "by": {"id": "ann", "role": "viewer"}, "reason": "stop"});
            host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
        }
        let plain = json!({"id": "a", "type": action_type, "args": {"body": "x", "price": 1}, "riskFactors": {}});
        let mut claiming = plain.clone();
        for (name, value) in claims.as_object().unwrap() {
            claiming[name] = value.clone();
        }
        let silent = super::support::Host { guard: host.guard.clone(), now: host.now }.ask(plain).effect;
        prop_assert!(host.ask(claiming).effect >= silent);
    }
}
