//! The rules by their names, where the contract's examples do not go: what else they take, and what they refuse.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::sync::Arc;

use agent_interlock::{Value, Zones, call};
use serde_json::{Value as Json, json};

/// The result, or `path: message` of the refusal.
fn ask(name: &str, argument: &Json) -> Result<Json, String> {
    let result = call(name, &Value::from(argument.clone()), None, &Arc::new(Zones::bundled()));
    result.map(|json| serde_json::from_str(&json).unwrap()).map_err(|error| error.to_string())
}

fn answer(name: &str, argument: &Json) -> Json {
    ask(name, argument).unwrap_or_else(|error| panic!("{name} {argument}: {error}"))
}

/// The argument is refused, at this path and in words that begin so.
fn refused(name: &str, argument: &Json, beginning: &str) {
    let refusal = ask(name, argument).unwrap_err();
    assert!(refusal.starts_with(beginning), "{name} {argument}: {refusal}");
}

const NOW: &str = "2026-05-18T10:00:00Z";

#[test]
fn escalation_takes_the_policys_velocity_and_executors() {
    let policy = json!({
        "customerId": "c", "velocity": {"tier_1": {"windowMinutes": 2, "actionsPerMinute": 0.5}}, "executors": {"tier_1": "night_shift"},
    });
    let argument = json!({"events": [NOW], "validation": {}, "now": NOW, "policy": policy});
    let escalation = answer("evaluateEscalation", &argument);
    assert_eq!(escalation["outcome"]["reason"], "tier_1 triggered by velocity 0.5/min over 2m window");
    assert_eq!(
        (&escalation["decision"]["executor"], &escalation["decision"]["createdAt"]),
        (&json!("night_shift"), &json!(NOW))
    );
    let locked = answer("evaluateEscalation", &json!({"events": vec![NOW; 15], "validation": {}, "now": NOW}));
    assert_eq!(locked["outcome"]["diagnosticBrief"]["actionType"], "unknown");
    refused("evaluateEscalation", &json!({"events": [], "now": NOW}), "validation: required, but left out");
    let doubtful = json!({"events": [], "now": NOW, "validation": {"confidenceScore": 1.1}});
    refused("evaluateEscalation", &doubtful, "validation.confidenceScore: expected a number from 0 to 1, got 1.1");
    let unnamed = json!({"events": [], "now": NOW, "validation": {}, "policy": {}});
    refused("evaluateEscalation", &unnamed, "policy.customerId: required, but left out");
}

#[test]
fn velocity_comes_before_the_policys_and_that_before_the_default() {
    let zones = Arc::new(Zones::bundled());
    let strict = json!({"tier_2": {"windowMinutes": 1, "actionsPerMinute": 1}});
    let policy = json!({"customerId": "c", "velocity": strict}).to_string();
    let policy = Arc::new(agent_interlock::Policy::from_json(&policy).unwrap());
    let tier = |policy, velocity: Option<Json>| {
        let mut argument = json!({"events": [NOW], "now": NOW});
        if let Some(velocity) = velocity {
            argument["velocity"] = velocity;
        }
        let result = call("determineTier", &argument.into(), policy, &zones).unwrap();
        serde_json::from_str::<Json>(&result).unwrap()["tier"].clone()
    };
    assert_eq!(tier(None, None), Json::Null);
    assert_eq!(tier(None, Some(strict)), "tier_2");
    assert_eq!(tier(Some(&policy), None), "tier_2");
    // What is left out here is the default's, not the policy's.
    let other = json!({"tier_1": {"windowMinutes": 1, "actionsPerMinute": 1}});
    assert_eq!(tier(Some(&policy), Some(other)), "tier_1");
}

#[test]
fn anomaly_takes_the_policys_tiers_and_hands_on_the_alerts() {
    let snapshot =
        json!({"success_rate": 0.6, "efficiency_score": 1, "average_response_time": 0, "market_impact_score": 1});
    let policy = json!({"customerId": "c", "anomaly": {"tiers": {"tier_3": {"thresholds": {"successRate": 0.6}}}}});
    let argument =
        json!({"agentId": "a", "snapshot": snapshot, "now": NOW, "alerts": [{"slow": [1.5, null]}], "policy": policy});
    let assessment = answer("assessAnomaly", &argument);
    assert_eq!(assessment["recommendedAction"]["tier"], 3);
    assert_eq!(assessment["systemicAlert"]["diagnosticBrief"]["alerts"], json!([{"slow": [1.5, null]}]));
    let typo = json!({"agentId": "a", "snapshot": {"succesRate": 1}, "now": NOW});
    refused(
        "assessAnomaly",
        &typo,
        "snapshot.succesRate: unknown field `succesRate`; the nearest known one is `successRate`",
    );
    refused(
        "assessAnomaly",
        &json!({"agentId": "a", "snapshot": {"successRate": 1.1}, "now": NOW}),
        "snapshot.successRate: expected",
    );
}

#[test]
fn a_failure_is_given_in_one_way() {
    assert_eq!(answer("classifyMcpError", &json!({})), "unknown");
    assert_eq!(answer("classifyMcpError", &json!({"error": {"code": -32602}})), "validation");
    assert_eq!(answer("classifyMcpError", &json!({"error": null})), "unknown");
    for beside in [json!({"error": {}, "statusCode": 429}), json!({"error": {}, "errorMessage": ""})] {
        refused("classifyMcpError", &beside, "error: stands alone");
    }
    refused("classifyMcpError", &json!({"statusCode": "429"}), "statusCode: expected a whole number");
    refused("classifyMcpError", &json!({"errorMessage": null}), "errorMessage: expected a string, got null");
}

#[test]
fn retries_are_planned_by_name() {
    assert_eq!(answer("isRetryable", &json!({"category": "transient"})), true);
    assert_eq!(answer("isRetryable", &json!({"category": "auth"})), false);
    refused("isRetryable", &json!({"category": "odd"}), "category: expected one of `transient`");
    assert_eq!(answer("maxRetries", &json!({})), 3);
    refused("maxRetries", &json!({"category": "auth"}), "category: unknown field");
    let plan = |more: Json| {
        let mut argument = json!({"category": "transient", "attempt": 3, "now": NOW});
        argument.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        argument
    };
    let backoff = json!({"retryAt": "2026-05-18T10:02:00Z", "reason": "backoff"});
    assert_eq!(answer("planRetry", &plan(json!({}))), backoff);
    assert_eq!(answer("planRetry", &plan(json!({"retryAfter": 120}))), backoff);
    let asked = answer("planRetry", &plan(json!({"retryAfter": "Mon, 18 May 2026 10:02:01 GMT", "seed": 7})));
    assert_eq!(asked, json!({"retryAt": "2026-05-18T10:02:01Z", "reason": "retry_after"}));
    assert_eq!(answer("planRetry", &plan(json!({"seed": 7}))), answer("planRetry", &plan(json!({"seed": "7"}))));
    assert_eq!(
        answer("planRetry", &plan(json!({"attempt": 4}))),
        json!({"retryAt": null, "reason": "retries_exhausted"})
    );
    assert_eq!(
        answer("planRetry", &plan(json!({"category": "auth"}))),
        json!({"retryAt": null, "reason": "not_retryable"})
    );
    refused("planRetry", &plan(json!({"attempt": 0})), "attempt: expected a whole number from 1");
    refused("planRetry", &plan(json!({"retryAfter": "soon"})), "retryAfter: expected seconds of at least 0");
}

#[test]
fn a_tool_is_described_in_one_way() {
    let unknown = json!({"access": "write", "needsInterrupt": true, "idempotent": false});
    assert_eq!(answer("classifyTool", &json!({})), unknown);
    assert_eq!(answer("classifyTool", &json!({"annotations": {}})), unknown);
    let read = json!({"access": "read", "needsInterrupt": false, "idempotent": true});
    assert_eq!(answer("classifyTool", &json!({"annotations": {"readOnlyHint": true}})), read);
    assert_eq!(answer("classifyTool", &json!({"operation": {"operationId": "searchOrders"}, "method": "post"})), read);
    refused("classifyTool", &json!({"operation": {}}), "method: required, but left out");
    refused("classifyTool", &json!({"method": "get"}), "operation: required, but left out");
    for both in [json!({"annotations": {}, "method": "get"}), json!({"annotations": {}, "operation": {}})] {
        refused("classifyTool", &both, "annotations: either `annotations`, or `operation` and `method`");
    }
}

#[test]
fn a_misspelt_type_finds_no_milder_level() {
    let argument =
        |action_type| json!({"levels": {"delete_files": "L3"}, "actionType": action_type, "defaultLevel": "L1"});
    assert_eq!(answer("checkAutonomy", &argument("read_files"))["message"], "Auto-executed");
    refused(
        "checkAutonomy",
        &argument("DELETE_FILES"),
        "actionType: `DELETE_FILES` differs from `delete_files` only by case",
    );
    refused("checkAutonomy", &json!({"levels": {"x": "L4"}, "actionType": "x"}), "levels.x: expected one of `L1`");
}

#[test]
fn histories_and_logs_have_a_limit() {
    let many = |item: Json, count| Json::Array(vec![item; count]);
    let attempt = json!({"status": "success", "at": NOW});
    assert!(ask("analyseFailures", &json!({"log": many(attempt.clone(), 100_000), "now": NOW})).is_ok());
    for (name, field, others) in [
        ("analyseFailures", "log", json!({})),
        ("dueTokenTasks", "tasks", json!({})),
        ("planRecovery", "metrics", json!({"postId": "p", "history": []})),
        ("shouldRetryRecovery", "history", json!({"idempotencyKey": "k"})),
    ] {
        let mut argument = json!({field: many(Json::Null, 100_001)});
        argument.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
        if name != "shouldRetryRecovery" {
            argument["now"] = json!(NOW);
        }
        refused(name, &argument, &format!("{field}: at most 100000 items, got 100001"));
    }
}

#[test]
fn tasks_and_records_come_back_with_all_they_carry() {
    let task = json!({"id": 7, "user_id": "u", "platform": "wix", "status": "active", "label": {"a": [1]}});
    let due = answer("dueTokenTasks", &json!({"tasks": [task], "now": NOW, "userId": "u"}));
    assert_eq!((&due[0]["id"], &due[0]["userId"], &due[0]["label"]), (&json!(7), &json!("u"), &json!({"a": [1]})));
    assert_eq!(answer("dueTokenTasks", &json!({"tasks": [task], "now": NOW, "userId": "v"})), json!([]));
    let failed = json!({"task": task, "result": {"success": false}, "now": NOW, "failurePattern": {"should_cool_off": true, "why": "x"}});
    let resting = answer("planTokenRefresh", &failed);
    let pattern = json!({"shouldCoolOff": true, "coolOffUntil": "2026-05-25T10:00:00Z", "why": "x"});
    assert_eq!(
        (&resting["task"]["failurePattern"], &resting["task"]["failureReason"]),
        (&pattern, &json!("Unknown error"))
    );
    assert_eq!(
        (&resting["task"]["label"], &resting["alert"]["requiresUserAction"]),
        (&json!({"a": [1]}), &json!(true))
    );
    let key = answer("recoveryKey", &json!({"postId": "p", "actionType": "edit", "tier": "tier_2"}));
    let record = json!({"idempotency_key": key, "post_id": "p", "action_type": "edit", "tier": "tier_2", "initiated_at": NOW, "status": "running", "by": "noor"});
    let report = json!({"history": [record], "postId": "p", "actionType": "edit", "tier": "tier_2", "idempotencyKey": key, "status": "success", "now": NOW});
    let recorded = answer("recordRecovery", &report);
    assert_eq!((&recorded["record"]["by"], &recorded["record"]["attempts"]), (&json!("noor"), &json!(2)));
    assert_eq!(recorded["history"], json!([recorded["record"]]));
}
