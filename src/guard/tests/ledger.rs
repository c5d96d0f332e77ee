//! Budgets and the ledger: what is reserved, what it is settled by, and on which day.

#![allow(clippy::needless_pass_by_value, reason = "a JSON literal is written where it is used")]

use serde_json::{Value as Json, json};

use super::support::{Host, host, said};
use crate::guard::{Decision, Effect};

const NEXT_DAY: &str = "2026-03-21T00:00:00Z";

fn costing(id: &str, cost: Json) -> Json {
    json!({"id": id, "cost": cost})
}

fn budget(caps: Json) -> Host {
    host(json!({"budget": caps}))
}

#[test]
fn each_cap_holds_at_its_value() {
    for (cap, dimension, code) in [
        ("maxMessagesPerDay", "messages", "messages_per_day"),
        ("maxLlmTokensPerDay", "llmTokens", "llm_tokens_per_day"),
        ("maxExternalApiCallsPerDay", "apiCalls", "api_calls_per_day"),
        ("maxCostPerDay", "amount", "cost_per_day"),
    ] {
        let mut host = budget(json!({cap: 5}));
        let cost = |id: &str, units: u64| costing(id, json!({dimension: units}));
        let above = host.ask(cost("0", 6));
        assert_eq!((above.effect, above.code), (Effect::Deny, Some("exceeds_cap")), "{dimension}");
        assert_eq!(serde_json::to_value(&above.reasons[1]).unwrap()["dimension"], dimension);
        assert!(host.ask(cost("1", 4)).allowed, "{dimension}");
        let more = host.ask(cost("2", 2));
        assert_eq!((more.effect, more.code), (Effect::Defer, Some(format!("{code}_would_exceed").leak() as &str)));
        assert_eq!(more.defer_until.unwrap().to_string(), NEXT_DAY);
        assert!(host.ask(cost("3", 1)).allowed);
        let reached = host.ask(json!({"id": "4"}));
        assert_eq!((reached.effect, reached.code), (Effect::Defer, Some(format!("{code}_reached").leak() as &str)));
        assert!(host.at(NEXT_DAY).ask(cost("2", 2)).allowed);
    }
}

#[test]
fn the_texts_name_the_currency() {
    let mut host = budget(json!({"maxCostPerDay": 5}));
    assert!(host.ask(costing("1", json!({"amount": 4}))).allowed);
    assert_eq!(host.ask(costing("2", json!({"amount": 2}))).reason.unwrap(), "cost_sar_per_day_would_exceed");
    assert!(host.ask(costing("3", json!({"amount": 1}))).allowed);
    assert_eq!(host.ask(costing("4", json!({"amount": 1}))).reason.unwrap(), "cost_sar_per_day_reached");
}

/// From the audit alone anybody can say what stood in the ledger.
#[test]
fn the_audit_says_what_was_reserved_and_what_it_cost() {
    let mut host = budget(json!({"maxCostPerDay": 100}));
    assert!(host.ask(costing("1", json!({"amount": 50.5, "messages": 2}))).allowed);
    host.report(json!({"actionId": "1", "outcome": "succeeded", "usage": {"amount": 0.5}}));
    assert!(host.ask(json!({"id": "2"})).allowed);
    host.report(json!({"actionId": "2", "outcome": "succeeded"}));
    let spent = json!({"usage": {"amount": 0.25, "apiCalls": 3}});
    host.guard.record_usage(&spent.into(), &host.options()).unwrap();
    let told = |messages, api_calls, amount: f64| json!({"messages": messages, "llmTokens": 0, "apiCalls": api_calls, "amount": amount});
    let entries = host.guard.audit_since(0);
    let data: Vec<&Json> = entries.iter().map(|entry| &entry.data).collect();
    assert_eq!([&data[0]["cost"], &data[1]["usage"]], [&told(2, 0, 50.5), &told(0, 0, 0.5)]);
    assert_eq!([&data[2]["cost"]["amount"], &data[3]["usage"]], [&json!(0), &Json::Null]);
    assert_eq!(data[4]["usage"], told(0, 3, 0.25));
}

#[test]
fn a_cap_of_nothing_lets_nothing_run() {
    let mut host = budget(json!({"maxMessagesPerDay": 0}));
    assert_eq!(host.said(json!({"id": "1", "type": "discover_leads"})), (Effect::Deny, vec!["exceeds_cap"]));
    let mut spending = super::support::host(json!({"budget": {"maxMessagesPerDay": 0}, "budgetScope": "spending"}));
    assert_eq!(spending.said(json!({"id": "1"})), (Effect::Notify, vec!["level"]));
    assert_eq!(spending.said(costing("2", json!({"messages": 1}))), (Effect::Deny, vec!["level", "exceeds_cap"]));
}

#[test]
fn with_the_scope_spending_only_spenders_wait() {
    let mut host =
        host(json!({"budget": {"maxMessagesPerDay": 1, "maxExternalApiCallsPerDay": 9}, "budgetScope": "spending"}));
    assert!(host.ask(costing("1", json!({"messages": 1}))).allowed);
    assert!(host.ask(costing("2", json!({"apiCalls": 2}))).allowed);
    assert!(host.ask(json!({"id": "3", "type": "discover_leads"})).allowed);
    assert_eq!(host.ask(costing("4", json!({"messages": 1}))).code, Some("messages_per_day_reached"));
}

#[test]
fn an_agents_own_caps_hold_beside_the_customers() {
    let agents = json!({"sales": {"name": "Sales", "creator": "sara", "budget": {"maxMessagesPerDay": 1}}});
    let mut host = host(json!({"budget": {"maxMessagesPerDay": 2}, "agents": agents}));
    assert!(host.ask(costing("1", json!({"messages": 1}))).allowed);
    assert_eq!(host.said(json!({"id": "2"})), (Effect::Defer, vec!["level", "messages_per_day_reached"]));
    assert!(host.ask(json!({"id": "3", "agent": "other", "cost": {"messages": 1}})).allowed);
    assert_eq!(host.ask(json!({"id": "4", "agent": "other"})).code, Some("messages_per_day_reached"));
    assert_eq!(host.said(json!({"id": "2"})).1, ["level", "messages_per_day_reached", "messages_per_day_reached"]);
}

#[test]
fn money_is_counted_in_millionths_that_do_not_drift() {
    let mut host = budget(json!({"maxCostPerDay": 1}));
    for id in 0..9 {
        assert!(host.ask(costing(&id.to_string(), json!({"amount": 0.1}))).allowed);
    }
    assert!(host.ask(costing("tenth", json!({"amount": 0.1}))).allowed);
    assert_eq!(host.used(None).3, 1.0);
    assert_eq!(host.ask(costing("more", json!({"amount": 0.0000001}))).code, Some("cost_per_day_reached"));
}

#[test]
fn a_report_replaces_the_reservation_by_what_was_used() {
    for (outcome, usage, kept) in [
        ("succeeded", json!({"messages": 2, "amount": 0.5}), (2, 0, 0, 0.5)),
        ("succeeded", json!({}), (0, 0, 0, 0.0)),
        ("succeeded", json!({"llmTokens": 900}), (0, 900, 0, 0.0)),
        ("failed", json!({"messages": 1}), (1, 0, 0, 0.0)),
        ("unknown", json!({"messages": 1}), (5, 0, 7, 3.25)),
    ] {
        let mut host = budget(json!({}));
        assert!(host.ask(costing("1", json!({"messages": 5, "apiCalls": 7, "amount": 3.25}))).allowed);
        assert_eq!(host.used(None), (5, 0, 7, 3.25));
        host.report(json!({"actionId": "1", "outcome": outcome, "usage": usage}));
        assert_eq!((host.used(None), host.used(Some("sales"))), (kept, kept), "{outcome}");
    }
    for outcome in ["succeeded", "failed", "unknown"] {
        let mut host = budget(json!({}));
        host.ask(costing("1", json!({"messages": 5})));
        host.report(json!({"actionId": "1", "outcome": outcome}));
        assert_eq!(host.used(None).0, 5, "without a usage the reservation stands");
    }
}

#[test]
fn an_unknown_outcome_keeps_its_reservation_until_it_is_settled() {
    let mut host = budget(json!({}));
    host.ask(costing("1", json!({"messages": 5})));
    let lost = json!({"actionId": "1", "outcome": "failed", "error": {"status": 504}, "usage": {"messages": 0}});
    host.report(lost);
    assert_eq!(host.used(None).0, 5);
    host.report(json!({"actionId": "1", "outcome": "failed", "error": {"status": 400}, "usage": {"messages": 1}}));
    assert_eq!(host.used(None).0, 1);
}

#[test]
fn the_day_of_the_grant_is_settled_and_no_other() {
    let mut host = budget(json!({"maxMessagesPerDay": 9}));
    host.at("2026-03-20T23:59:59.999Z");
    host.ask(costing("1", json!({"messages": 9})));
    host.at(NEXT_DAY);
    assert_eq!(host.used(None).0, 0);
    host.ask(costing("2", json!({"messages": 3})));
    host.report(json!({"actionId": "1", "outcome": "succeeded", "usage": {"messages": 100}}));
    assert_eq!((host.used(None).0, host.used(Some("sales")).0), (3, 3));
    host.report(json!({"actionId": "2", "outcome": "succeeded", "usage": {"messages": 4}}));
    assert_eq!(host.used(None).0, 4);
}

fn retry(host: &mut Host, id: &str, cost: Json, usage: Option<Json>) -> Decision {
    let mut report = json!({"actionId": id, "outcome": "failed", "error": {"status": 429}});
    if let Some(usage) = usage {
        report["usage"] = usage;
    }
    host.report(report);
    host.after_minutes(2).ask(costing(id, cost))
}

#[test]
fn a_retry_is_not_charged_for_what_is_charged_already() {
    let mut host = budget(json!({"maxMessagesPerDay": 6}));
    host.ask(costing("1", json!({"messages": 5})));
    assert!(retry(&mut host, "1", json!({"messages": 5}), None).allowed);
    assert_eq!(host.used(None).0, 5);
    assert!(retry(&mut host, "1", json!({"messages": 6}), None).allowed);
    assert_eq!((host.used(None).0, host.used(Some("sales")).0), (6, 6));
}

#[test]
fn what_failed_attempts_used_stays_used() {
    let mut host = budget(json!({}));
    host.ask(costing("1", json!({"llmTokens": 100})));
    assert!(retry(&mut host, "1", json!({"llmTokens": 100}), Some(json!({"llmTokens": 40}))).allowed);
    assert_eq!(host.used(None).1, 140);
    assert!(retry(&mut host, "1", json!({"llmTokens": 100}), Some(json!({"llmTokens": 30}))).allowed);
    assert_eq!(host.used(None).1, 170);
    host.report(json!({"actionId": "1", "outcome": "succeeded", "usage": {"llmTokens": 50}}));
    assert_eq!((host.used(None).1, host.used(Some("sales")).1), (120, 120));
}

#[test]
fn a_retry_never_passes_a_cap() {
    for scope in ["all", "spending"] {
        let mut host = host(json!({"budget": {"maxLlmTokensPerDay": 900}, "budgetScope": scope}));
        assert!(host.ask(costing("1", json!({"llmTokens": 500}))).allowed);
        let again = retry(&mut host, "1", json!({"llmTokens": 500}), Some(json!({"llmTokens": 500})));
        assert_eq!(said(&again), (Effect::Defer, vec!["level", "llm_tokens_per_day_would_exceed"]));
        assert_eq!(host.used(None).1, 500);
    }
}

#[test]
fn a_retry_on_another_day_is_charged_on_that_day() {
    let mut host = budget(json!({"maxMessagesPerDay": 5}));
    host.at("2026-03-20T23:59:00Z").ask(costing("1", json!({"messages": 5})));
    assert!(retry(&mut host, "1", json!({"messages": 5}), Some(json!({"messages": 2}))).allowed);
    assert_eq!(host.used(None).0, 5);
    host.report(json!({"actionId": "1", "outcome": "succeeded", "usage": {"messages": 1}}));
    assert_eq!(host.used(None).0, 1);
}

#[test]
fn an_action_in_flight_is_not_charged_again() {
    let mut host = budget(json!({"maxMessagesPerDay": 2}));
    host.ask(costing("1", json!({"messages": 1})));
    let again = host.ask(costing("1", json!({"messages": 1})));
    assert_eq!(said(&again), (Effect::Deny, vec!["already_granted", "level"]));
    assert_eq!(host.used(None).0, 1);
}

#[test]
fn what_is_refused_costs_nothing() {
    let mut host = host(json!({"autonomyMode": "manual"}));
    host.ask(costing("1", json!({"messages": 5, "amount": 2})));
    assert_eq!(host.used(None), (0, 0, 0, 0.0));
}

#[test]
fn spending_from_elsewhere_counts_as_any_other() {
    let mut host = budget(json!({"maxMessagesPerDay": 5}));
    let record = |host: &mut Host, spent: Json| {
        host.attempt(|guard, options| guard.record_usage(&spent.into(), options)).unwrap();
    };
    record(&mut host, json!({"usage": {"messages": 2, "amount": 1.5}}));
    record(&mut host, json!({"agent": "sales", "usage": {"messages": 2}}));
    assert_eq!((host.used(None), host.used(Some("sales"))), ((4, 0, 0, 1.5), (2, 0, 0, 0.0)));
    assert_eq!(host.ask(costing("1", json!({"messages": 2}))).code, Some("messages_per_day_would_exceed"));
    host.at("2026-03-21T12:00:00Z");
    record(&mut host, json!({"usage": {"messages": 1}}));
    assert_eq!(host.used(None).0, 1);
}

#[test]
fn a_view_of_a_new_day_is_empty_and_opens_nothing() {
    let mut host = budget(json!({}));
    host.ask(costing("1", json!({"messages": 5})));
    let before = host.guard.snapshot().unwrap();
    host.at(NEXT_DAY);
    let usage = host.guard.usage(&host.options()).unwrap();
    assert_eq!((usage.date.to_string().as_str(), usage.agents.len()), ("2026-03-21", 0));
    assert_eq!(host.used(None), (0, 0, 0, 0.0));
    assert_eq!(host.guard.snapshot().unwrap(), before);
}
