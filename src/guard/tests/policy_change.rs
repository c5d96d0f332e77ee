//! Another policy under way: what holds at once, and what it can never open.

use serde_json::json;

use super::support::{host, place, policy};
use crate::error::ErrorCode;
use crate::guard::Effect;
use crate::guard::report::Outcome;

#[test]
fn the_next_request_is_decided_by_the_new_policy() {
    let mut host = host(json!({}));
    let first = host.ask(json!({"id": "1"}));
    let strict = policy(json!({"autonomyMode": "manual"}));
    host.set_policy(&strict).unwrap();
    let second = host.ask(json!({"id": "2"}));
    assert_eq!((second.effect, second.policy_digest.as_str()), (Effect::Approve, strict.digest()));
    assert_ne!(first.policy_digest, second.policy_digest);
    let entry = host.guard.audit_since(1).remove(0);
    assert_eq!((entry.kind.as_str(), &entry.data["policyDigest"]), ("setPolicy", &json!(strict.digest())));
}

#[test]
fn what_was_spent_stays_spent() {
    let mut host = host(json!({"budget": {"maxMessagesPerDay": 5}}));
    host.ask(json!({"id": "1", "cost": {"messages": 3}}));
    host.set_policy(&policy(json!({"budget": {"maxMessagesPerDay": 3}}))).unwrap();
    assert_eq!(host.ask(json!({"id": "2"})).code, Some("messages_per_day_reached"));
}

#[test]
fn a_new_zone_never_opens_a_fresh_day() {
    // From where it is the 20th, to zones where it is the 20th, the 21st already and still the 19th.
    for zone in ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let caps = json!({"maxMessagesPerDay": 1});
        let mut host = host(json!({"budget": caps.clone()}));
        host.at("2026-03-20T10:30:00Z").ask(json!({"id": "1", "cost": {"messages": 1}}));
        host.set_policy(&policy(json!({"budget": caps, "timeZone": zone}))).unwrap();
        assert_eq!(host.used(None).0, 1, "{zone}");
        let refused = host.ask(json!({"id": "2"}));
        assert_eq!(refused.code, Some("messages_per_day_reached"), "{zone}");
        // Exact all the same, and no date is opened twice: in Pago Pago the 20th comes half an hour later, and is the day that is open.
        let until = refused.defer_until.unwrap().as_micros() / 1000;
        host.now = until - 1;
        assert_eq!(host.ask(json!({"id": "2"})).effect, Effect::Defer, "{zone}");
        host.now = until;
        assert_eq!(host.ask(json!({"id": "2"})).effect, Effect::Notify, "{zone}");
        assert!(until - super::support::millis("2026-03-20T10:30:00Z") > 11 * 3_600_000, "{zone}");
    }
}

#[test]
fn to_and_fro_between_zones_gives_each_date_one_budget() {
    let caps = json!({"maxMessagesPerDay": 1});
    let here = policy(json!({"budget": caps, "timeZone": "Pacific/Kiritimati"}));
    let there = policy(json!({"budget": caps, "timeZone": "Pacific/Pago_Pago"}));
    let mut host = host(json!({"budget": caps}));
    let mut granted = 0;
    for hour in 0..240_u64 {
        host.set_policy(if hour % 2 == 0 { &here } else { &there }).unwrap();
        granted += u64::from(host.ask(json!({"id": hour.to_string(), "cost": {"messages": 1}})).allowed);
        host.after_minutes(60);
    }
    assert!((10..=11).contains(&granted), "{granted} in ten days");
}

#[test]
fn another_currency_waits_for_a_day_without_spending() {
    let euros = policy(json!({"currency": "EUR"}));
    let mut host = host(json!({}));
    host.ask(json!({"id": "1", "cost": {"amount": 0.000_001}}));
    assert_eq!(place(&host.set_policy(&euros).unwrap_err()), (ErrorCode::Conflict, "policy.currency".into()));
    // The same one spelled otherwise is no other.
    host.set_policy(&policy(json!({"currency": "sar"}))).unwrap();
    host.at("2026-03-21T00:00:00Z");
    host.set_policy(&euros).unwrap();
    assert_eq!(host.used(None).3, 0.0);
}

#[test]
fn messages_alone_are_no_spending_in_a_currency() {
    let mut host = host(json!({}));
    host.ask(json!({"id": "1", "cost": {"messages": 2}}));
    host.set_policy(&policy(json!({"currency": "EUR"}))).unwrap();
    assert_eq!(host.used(None).0, 2);
}

#[test]
fn a_document_is_set_as_a_policy_is() {
    let mut host = host(json!({}));
    let order = json!({"by": {"id": "root", "role": "platform_admin"}, "reason": "because", "now": host.now});
    let set = |document| json!({"policy": document}).into();
    let document = json!({"customerId": "noor", "autonomyMode": "manual"});
    let (set_it, order_it) = (set(document), order.into());
    host.attempt(|guard, _| guard.set_policy_document(&set_it, &order_it)).unwrap();
    assert_eq!(host.ask(json!({"id": "1"})).effect, Effect::Approve);
    for (document, code, path) in [
        (json!({"customerId": "noor", "autonomyMod": "manual"}), ErrorCode::InvalidPolicy, "policy.autonomyMod"),
        (json!({"customerId": "other"}), ErrorCode::Conflict, "policy.customerId"),
    ] {
        let document = set(document);
        let error = host.attempt(|guard, _| guard.set_policy_document(&document, &order_it)).unwrap_err();
        assert_eq!(place(&error), (code, path.to_owned()));
    }
}

#[test]
fn a_failure_is_unknown_where_the_policy_has_come_to_refuse_the_type() {
    let actions = json!({"Set": {"level": "L1", "idempotent": true}});
    let mut host = host(json!({"actions": actions}));
    assert!(host.ask(json!({"id": "1", "type": "Set"})).allowed);
    host.set_policy(&policy(json!({"actions": {"set": {}}}))).unwrap();
    let reported = host.report(json!({"actionId": "1", "outcome": "failed", "error": {"status": 504}}));
    assert_eq!(reported.outcome, Outcome::Unknown);
}

#[test]
fn whoever_is_locked_stays_so() {
    let mut host = host(json!({}));
    host.ask(json!({"id": "1", "riskScore": 1, "impactScore": 1}));
    host.set_policy(&policy(json!({"velocityScope": "customer"}))).unwrap();
    assert_eq!(host.ask(json!({"id": "2"})).code, Some("agent_locked"));
}
