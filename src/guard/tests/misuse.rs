//! Every misuse is an error that says where, and leaves no trace.

use serde_json::{Value as Json, json};

use super::support::{Host, host, place};
use crate::error::ErrorCode::{self, Conflict, InvalidInput, NotFound};
use crate::guard::Guard;

fn action(field: &str, value: Json) -> Json {
    let mut action = json!({"id": "a", "type": "book_meeting", "agent": "sales"});
    action[field] = value;
    action
}

fn without(mut value: Json, field: &str) -> Json {
    value.as_object_mut().unwrap().remove(field);
    value
}

fn order(field: &str, value: Json) -> Json {
    let mut order = json!({"by": {"id": "root", "role": "platform_admin"}, "reason": "because"});
    order[field] = value;
    order
}

/// Calls a command and gives the code and the path of its error.
fn refusal(host: &mut Host, name: &str, argument: Json) -> (ErrorCode, String) {
    let message = format!("{name} {argument}");
    let result = host.attempt(|guard, options| guard.call(name, &argument.into(), options));
    place(&result.expect_err(&message))
}

fn check(cases: Vec<(&str, Json, ErrorCode, &str)>) {
    let mut host = host(json!({}));
    host.grant("granted");
    for (name, argument, code, path) in cases {
        assert_eq!(refusal(&mut host, name, argument.clone()), (code, path.to_owned()), "{name} {argument}");
    }
}

#[test]
fn of_requests() {
    let long = "x".repeat(257);
    check(vec![
        ("request", json!(null), InvalidInput, ""),
        ("request", json!([]), InvalidInput, ""),
        ("request", json!("a"), InvalidInput, ""),
        ("request", without(action("id", json!(1)), "id"), InvalidInput, "id"),
        ("request", without(action("id", json!(1)), "type"), InvalidInput, "id"),
        ("request", action("id", json!("")), InvalidInput, "id"),
        ("request", action("id", json!(long)), InvalidInput, "id"),
        ("request", action("id", json!("a\nb")), InvalidInput, "id"),
        ("request", action("id", json!(null)), InvalidInput, "id"),
        ("request", action("type", json!("send message")), InvalidInput, "type"),
        ("request", action("type", json!("x".repeat(129))), InvalidInput, "type"),
        ("request", action("type", json!("Book_Meeting")), InvalidInput, "type"),
        ("request", action("agent", json!(7)), InvalidInput, "agent"),
        ("request", action("riskFactors", json!({"dealValue": "5"})), InvalidInput, "riskFactors.dealValue"),
        ("request", action("riskFactors", json!({"deal": 5})), InvalidInput, "riskFactors.deal"),
        ("request", action("cost", json!({"messages": 9_007_199_254_740_992_u64})), InvalidInput, "cost.messages"),
        ("request", action("riskScore", json!(1.01)), InvalidInput, "riskScore"),
        ("request", action("impactScore", json!(-0.1)), InvalidInput, "impactScore"),
        ("request", action("access", json!("execute")), InvalidInput, "access"),
        ("request", action("needsInterrupt", json!("no")), InvalidInput, "needsInterrupt"),
        ("request", action("group", json!("g")), InvalidInput, "group"),
        ("request", action("__proto__", json!({})), InvalidInput, "__proto__"),
        ("request", action("agnet", json!("x")), InvalidInput, "agnet"),
        ("request", json!({"id": "granted", "type": "book_meeting", "agent": "sales", "args": [1]}), Conflict, "id"),
    ]);
}

#[test]
fn of_options() {
    let mut host = host(json!({}));
    for (options, path) in [
        (json!({}), "now"),
        (json!({"now": "yesterday"}), "now"),
        (json!({"now": "2026-02-30T00:00:00Z"}), "now"),
        (json!({"now": -1}), "now"),
        (json!({"now": null}), "now"),
        (json!({"now": 1, "human": "yes"}), "human"),
        (json!({"now": 1, "requestedBy": ""}), "requestedBy"),
        (json!({"now": 1, "by": "me"}), "by"),
        (json!([]), ""),
    ] {
        let asked = action("id", json!("a"));
        let error = host.attempt(|guard, _| guard.request(&asked.into(), &options.clone().into())).unwrap_err();
        assert_eq!(place(&error), (InvalidInput, path.to_owned()), "{options}");
    }
    for name in ["report", "observe", "lock", "unlock", "recordUsage", "acknowledge", "adoptClock", "usage", "inFlight"]
    {
        let error =
            host.attempt(|guard, _| guard.call(name, &json!({}).into(), &json!({"now": true}).into())).unwrap_err();
        assert_eq!(place(&error), (InvalidInput, "now".to_owned()), "{name}");
    }
}

#[test]
fn of_reports() {
    let report = |field: &str, value: Json| {
        let mut report = json!({"actionId": "granted", "outcome": "failed"});
        report[field] = value;
        report
    };
    check(vec![
        ("report", json!({"outcome": "failed"}), InvalidInput, "actionId"),
        ("report", json!({"actionId": "granted"}), InvalidInput, "outcome"),
        ("report", report("actionId", json!("unseen")), NotFound, "actionId"),
        ("report", report("outcome", json!("done")), InvalidInput, "outcome"),
        ("report", report("usage", json!({"messages": -1})), InvalidInput, "usage.messages"),
        ("report", report("usage", json!({"tokens": 1})), InvalidInput, "usage.tokens"),
        ("report", report("error", json!("broken")), InvalidInput, "error"),
        ("report", report("error", json!({"retryAfter": "soon"})), InvalidInput, "error.retryAfter"),
        ("report", report("error", json!({"retryAfter": -1})), InvalidInput, "error.retryAfter"),
        ("report", report("attempt", json!(0)), InvalidInput, "attempt"),
        ("report", report("attempt", json!(2)), Conflict, "attempt"),
        ("report", report("attempt", json!(4_294_967_297_u64)), Conflict, "attempt"),
        ("report", report("result", json!("x")), InvalidInput, "result"),
    ]);
}

#[test]
fn of_the_other_commands() {
    let metrics = json!({"successRate": 1, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    let observation = |field: &str, value: Json| {
        let mut observation = json!({"agent": "a", "metrics": metrics});
        observation[field] = value;
        observation
    };
    check(vec![
        ("observe", json!({"metrics": metrics}), InvalidInput, "agent"),
        ("observe", json!({"agent": "a"}), InvalidInput, "metrics"),
        ("observe", observation("metrics", json!({"successRate": 2})), InvalidInput, "metrics.successRate"),
        ("observe", observation("alerts", json!("x")), InvalidInput, "alerts"),
        ("observe", observation("alerts", json!(["x".repeat(16 << 10)])), InvalidInput, "alerts"),
        ("lock", json!({"by": {"id": "a", "role": "b"}}), InvalidInput, "reason"),
        ("lock", json!({"reason": "x"}), InvalidInput, "by"),
        ("lock", order("by", json!({"id": "a"})), InvalidInput, "by.role"),
        ("lock", order("by", json!({"role": "a"})), InvalidInput, "by.id"),
        ("lock", order("by", json!("root")), InvalidInput, "by"),
        ("lock", order("agent", json!("")), InvalidInput, "agent"),
        ("lock", order("reason", json!("x".repeat(257))), InvalidInput, "reason"),
        ("unlock", order("reason", json!("a\u{7}b")), InvalidInput, "reason"),
        ("unlock", order("agents", json!(["a"])), InvalidInput, "agents"),
        ("adoptClock", order("agent", json!("a")), InvalidInput, "agent"),
        ("recordUsage", json!({}), InvalidInput, "usage"),
        ("recordUsage", json!({"usage": {"amount": -1}}), InvalidInput, "usage.amount"),
        ("recordUsage", json!({"usage": {}, "agent": 5}), InvalidInput, "agent"),
        ("acknowledge", json!({}), InvalidInput, "ids"),
        ("acknowledge", json!({"ids": ["a", 5]}), InvalidInput, "ids[1]"),
        ("acknowledge", json!({"ids": vec!["a"; 1001]}), InvalidInput, "ids"),
        ("setPolicy", json!({"policy": {}}), ErrorCode::InvalidPolicy, "policy.customerId"),
        ("resett", json!({}), NotFound, ""),
    ]);
}

#[test]
fn of_arguments_that_are_too_large() {
    let mut host = host(json!({}));
    let sized = |bytes: usize| action("args", json!("x".repeat(bytes - 2)));
    assert_eq!(refusal(&mut host, "request", sized((256 << 10) + 1)), (InvalidInput, "args".to_owned()));
    host.guard.request(&sized(256 << 10).into(), &host.options()).unwrap();
}

#[test]
fn of_mapped_factors_and_costs_of_another_type() {
    let actions =
        json!({"pay": {"messaging": true, "factors": {"dealValue": "/deal/value"}, "cost": {"amount": "/amount"}}});
    let mut host = host(json!({"actions": actions}));
    let pay = |args: Json| json!({"id": "a", "type": "pay", "agent": "sales", "args": args});
    let deal = pay(json!({"deal": {"value": "5"}, "amount": 1}));
    assert_eq!(refusal(&mut host, "request", deal), (InvalidInput, r#"args["/deal/value"]"#.to_owned()));
    let amount = pay(json!({"deal": {"value": 5}, "amount": -1}));
    assert_eq!(refusal(&mut host, "request", amount), (InvalidInput, r#"args["/amount"]"#.to_owned()));
}

#[test]
fn what_is_no_json_is_no_argument() {
    use crate::value::Value;
    let mut guard: Guard = host(json!({})).guard;
    for alien in [Value::Number(f64::NAN), Value::Alien("a Map".into()), Value::Date(0.0)] {
        let Value::Object(mut fields) = Value::from(action("id", json!("a"))) else { panic!("no object") };
        fields.push(("args".to_owned(), Value::List(vec![alien])));
        let error = guard.request(&Value::Object(fields), &json!({"now": 0}).into()).unwrap_err();
        assert_eq!(place(&error), (InvalidInput, "args[0]".to_owned()));
    }
}
