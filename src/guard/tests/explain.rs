//! Explanations: every rule, what it looked at, and that nothing changes.

use serde_json::{Value as Json, json};

use super::support::{Host, host};
use crate::guard::Effect;
use crate::value::Value;

fn explained(host: &Host, action: Json, options: &Json) -> Json {
    let mut with = json!({"now": host.now});
    for (name, value) in options.as_object().unwrap().clone() {
        with[name] = value;
    }
    let explanation = host.guard.explain(&Value::from(action), &with.into()).unwrap();
    serde_json::to_value(explanation).unwrap()
}

fn rule<'a>(explanation: &'a Json, name: &str) -> &'a Json {
    explanation["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == name).unwrap()
}

#[test]
fn every_rule_is_named_with_what_it_looked_at_and_said() {
    let mut host = host(json!({
        "quietHours": {"start": 9, "end": 10}, "blockedKeywords": ["guarantee"], "requireHumanForFirstSend": true,
        "agents": {"sales": {"creator": "sara", "budget": {"maxMessagesPerDay": 5}}},
    }));
    host.attempt(|guard, options| {
        guard.record_usage(&json!({"agent": "sales", "usage": {"messages": 3}}).into(), options)
    })
    .unwrap();
    let action = json!({
        "id": "m", "type": "send_message", "agent": "sales", "riskScore": 0.5, "cost": {"messages": 1, "amount": 2.5},
        "riskFactors": {"draftText": "We guarantee it", "isFirstSendToAccount": true},
    });
    let explanation = explained(&host, action.clone(), &json!({}));
    let names: Vec<_> =
        explanation["rules"].as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
    assert_eq!(names, crate::rule_table().map(|(name, _)| name).collect::<Vec<_>>());
    assert_eq!(
        rule(&explanation, "lock"),
        &json!({
            "rule": "lock", "applies": true, "effect": null, "reasons": [], "read": {"isRead": false, "agent": null, "customer": null},
        })
    );
    let read = |name: &str| &rule(&explanation, name)["read"];
    assert_eq!((&read("arbitration")["score"], &read("arbitration")["criticalFrom"]), (&json!(0.3), &json!(0.8)));
    let signals = &read("escalation")["signals"]["tier_3"];
    assert_eq!((&read("escalation")["counts"], &signals["actionCount"]), (&json!(true), &json!(1)));
    assert_eq!((&read("repeat")["stage"], &read("repeat")["maxInFlight"]), (&json!(null), &json!(1000)));
    assert_eq!(read("order"), &json!({"group": null}));
    assert_eq!(read("level"), &json!({"level": "L2", "isKnown": true, "creator": "sara"}));
    assert_eq!(read("approval")["riskFactors"]["draftLength"], 15);
    assert_eq!(
        read("confirmation"),
        &json!({"isRead": false, "needsInterrupt": null, "policyNeedsInterrupt": false, "confirmWrites": false})
    );
    assert_eq!(
        (&read("quiet_time")["localHour"], &read("quiet_time")["quietHours"]),
        (&json!(9), &json!({"start": 9, "end": 10}))
    );
    assert_eq!(
        (&read("budget")["agent"]["used"]["messages"], &read("budget")["agent"]["caps"]["maxMessagesPerDay"]),
        (&json!(3), &json!(5))
    );
    let codes: Vec<_> =
        rule(&explanation, "approval")["reasons"].as_array().unwrap().iter().map(|reason| &reason["code"]).collect();
    assert_eq!(codes, ["first_send_to_account", "blocked_keyword"]);
    assert_eq!(
        (&rule(&explanation, "approval")["effect"], &rule(&explanation, "quiet_time")["effect"]),
        (&json!("approve"), &json!("defer"))
    );
    assert_eq!(explanation["cost"], json!({"messages": 1, "llmTokens": 0, "apiCalls": 0, "amount": 2.5}));
    assert_eq!(
        explanation["approvers"],
        json!({"creator": "sara", "role": "platform_admin", "quorum": 1, "separationOfDuties": false})
    );
    let before = host.guard.snapshot().unwrap();
    assert_eq!(explanation["decision"]["effect"], "defer");
    assert_eq!(host.guard.snapshot().unwrap(), before);
    assert_eq!(serde_json::to_value(host.ask(action)).unwrap(), explanation["decision"]);
}

#[test]
fn for_a_person_two_rules_apply() {
    let host = host(json!({"autonomyMode": "manual"}));
    let action = json!({"id": "m", "type": "book_meeting", "agent": "sales"});
    let explanation = explained(&host, action, &json!({"human": true}));
    let applying: Vec<_> = explanation["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| rule["applies"] == true)
        .map(|rule| &rule["rule"])
        .collect();
    assert_eq!(applying, ["repeat", "order"]);
    assert_eq!(rule(&explanation, "level")["read"], json!(null));
    assert_eq!(explanation["decision"]["effect"], "allow");
}

#[test]
fn a_plan_shows_who_is_before() {
    let mut host = host(json!({"actions": {"go": {"level": "L1"}}}));
    let step = |index: u8| json!({"id": index.to_string(), "type": "go", "agent": "sales", "group": {"id": "p", "index": index, "size": 4}});
    assert_eq!(host.ask(step(0)).effect, Effect::Allow);
    host.succeed("0");
    assert_eq!(host.ask(step(2)).effect, Effect::Defer);
    let explanation = explained(&host, step(3), &json!({}));
    assert_eq!(rule(&explanation, "order")["read"]["before"], json!(["succeeded", null, "open"]));
    assert_eq!(rule(&explanation, "order")["reasons"][0]["text"], "paused_behind=1");
}

#[test]
fn it_tells_the_stage_of_what_was_asked_before() {
    let mut host = host(json!({"actions": {"go": {"level": "L1"}, "ask": {"level": "L3"}}}));
    let stage = |host: &Host, id: &str, kind: &str| {
        let explanation = explained(host, json!({"id": id, "type": kind, "agent": "sales"}), &json!({}));
        rule(&explanation, "repeat")["read"]["stage"].clone()
    };
    host.ask(json!({"id": "a", "type": "go"}));
    assert_eq!(stage(&host, "a", "go"), "granted");
    host.report(json!({"actionId": "a", "outcome": "failed", "error": {"status": 429}}));
    let explanation = explained(&host, json!({"id": "a", "type": "go", "agent": "sales"}), &json!({}));
    let read = &rule(&explanation, "repeat")["read"];
    assert_eq!(
        (&read["stage"], &read["attempt"], &read["retryAt"]),
        (&json!("failed"), &json!(1), &json!("2026-03-20T09:00:30Z"))
    );
    let id = host.question(json!({"id": "b", "type": "ask"}));
    assert_eq!(stage(&host, "b", "ask"), "waiting");
    host.resolve(&id, "approve");
    let explanation = explained(&host, json!({"id": "b", "type": "ask", "agent": "sales"}), &json!({}));
    let read = &rule(&explanation, "approval")["read"];
    assert_eq!((&read["isApproved"], &read["approval"]), (&json!(true), &json!({"id": id, "status": "approved"})));
    let id = host.question(json!({"id": "c", "type": "ask"}));
    host.resolve(&id, "reject");
    assert_eq!(stage(&host, "c", "ask"), "rejected");
}

#[test]
fn the_cost_is_what_a_grant_would_charge() {
    let mut host = host(json!({"actions": {"go": {"level": "L1"}, "ask": {"level": "L3"}}}));
    let cost = |host: &Host, action: &Json| {
        explained(host, action.clone(), &json!({"human": true}))["cost"]["amount"].as_f64()
    };
    let rejected = json!({"id": "r", "type": "ask", "agent": "sales", "cost": {"amount": 60}});
    let id = host.question(rejected.clone());
    host.resolve(&id, "reject");
    // A person may still do it.
    assert_eq!(cost(&host, &rejected), Some(60.0));
    let pay = json!({"id": "p", "type": "go", "agent": "sales", "cost": {"amount": 60}});
    host.ask(pay.clone());
    assert_eq!(cost(&host, &pay), Some(0.0));
    host.report(json!({"actionId": "p", "outcome": "failed", "error": {"status": 429}}));
    // What is reserved that day already, and all of it on another, which no command has begun.
    assert_eq!(cost(&host, &pay), Some(0.0));
    host.after_minutes(24 * 60);
    assert_eq!(cost(&host, &pay), Some(60.0));
}

#[test]
fn what_cannot_be_asked_cannot_be_explained() {
    let host = host(json!({}));
    let error = host
        .guard
        .explain(&json!({"id": "a", "type": "Book_Meeting", "agent": "s"}).into(), &host.options())
        .unwrap_err();
    assert_eq!(error.path(), "type");
}
