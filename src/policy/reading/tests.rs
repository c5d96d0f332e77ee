#![allow(clippy::needless_pass_by_value, reason = "a JSON literal is written where it is used")]

use proptest::prelude::*;
use serde_json::json;

use crate::policy::{BudgetScope, CostSource, Level, Policy};
use crate::{Access, ErrorCode, Factor, UnknownActions};

fn compile(document: &serde_json::Value) -> Result<Policy, (String, String)> {
    Policy::from_json(&document.to_string()).map_err(|error| {
        assert_eq!(error.code(), ErrorCode::InvalidPolicy, "{error}");
        (error.path().to_owned(), error.message().to_owned())
    })
}

/// The path at which a document with these fields is refused.
fn refused(fields: serde_json::Value) -> String {
    let mut document = json!({"customerId": "c"});
    document.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    compile(&document).map_or_else(|(path, _)| path, |policy| format!("accepted: {:?}", policy.document()))
}

/// So many entries of the catalogue.
fn types(count: usize) -> serde_json::Map<String, serde_json::Value> {
    (0..count).map(|index| (format!("type_{index}"), json!({}))).collect()
}

#[test]
fn every_field_has_its_default() {
    let policy = compile(&json!({"customerId": "c"})).unwrap();
    let document = serde_json::to_value(policy.document()).unwrap();
    let mut shown = document.clone();
    shown.as_object_mut().unwrap().remove("actions");
    assert_eq!(
        shown,
        json!({
            "version": 1, "customerId": "c", "autonomyMode": "draft_and_approve", "currency": "SAR", "timeZone": "Asia/Riyadh",
            "budget": {"maxMessagesPerDay": 200, "maxLlmTokensPerDay": 200_000, "maxExternalApiCallsPerDay": 1000, "maxCostPerDay": 100.0},
            "budgetScope": "all", "requireHumanForFirstSend": true, "requireHumanForHighValueDealsAbove": 100_000.0,
            "requireHumanForLegalTopics": true, "blockedSectors": [], "blockedKeywords": [], "maxConsecutiveFollowups": 3,
            "quietHours": {"start": 21, "end": 8}, "blockedDates": [], "unknownActions": "approve", "defaultLevel": "L2", "confirmWrites": false,
            "velocity": {"tier_1": {"windowMinutes": 15, "actionsPerMinute": 0.8}, "tier_2": {"windowMinutes": 10, "actionsPerMinute": 1.5}, "tier_3": {"windowMinutes": 5, "actionsPerMinute": 3.0}},
            "velocityScope": "agent", "executors": {"tier_1": "autonomous_guardian_executor", "tier_2": "autonomous_recovery_executor"},
            "anomaly": {
                "targets": {"successRate": 0.85, "responseTime": 30.0, "efficiencyScore": 0.75, "marketImpact": 0.6},
                "weights": {"successRate": 0.3, "responseTime": 0.25, "efficiencyScore": 0.25, "marketImpact": 0.2},
                "tiers": {
                    "tier_1": {"thresholds": {"successRate": 0.8, "responseTime": 45.0, "efficiencyScore": 0.65, "marketImpact": null}, "maxIterations": 3, "lockCriteria": {"minConfidence": 0.85, "consecutiveFailures": 6}},
                    "tier_2": {"thresholds": {"successRate": 0.7, "responseTime": 60.0, "efficiencyScore": 0.5, "marketImpact": 0.35}, "maxIterations": 2, "lockCriteria": {"minConfidence": 0.75, "consecutiveFailures": 4}},
                    "tier_3": {"thresholds": {"successRate": 0.55, "responseTime": 90.0, "efficiencyScore": 0.35, "marketImpact": 0.25}, "maxIterations": 1, "lockCriteria": {"minConfidence": 0.65, "consecutiveFailures": 3}},
                },
            },
            "agents": {}, "approvals": {"expiresAfterMinutes": 1440, "quorum": 1, "separationOfDuties": false}, "grantTimeoutMinutes": 1440,
        })
    );
    let mut types: Vec<_> = document["actions"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, rules)| {
            format!(
                "{key} {} {} {} {}",
                rules["access"].as_str().unwrap(),
                rules["level"].as_str().unwrap(),
                rules["outbound"],
                rules["messaging"]
            )
        })
        .collect();
    types.sort();
    assert_eq!(
        types,
        [
            "book_meeting write L2 true false",
            "classify_reply read L1 false false",
            "compute_health read L1 false false",
            "discover_leads read L1 false false",
            "draft_message write L1 false false",
            "enrich_lead read L1 false false",
            "generate_proposal write L2 true false",
            "generate_qbr write L1 false false",
            "publish_pulse write L2 false false",
            "score_deal read L1 false false",
            "send_message write L2 true true",
        ]
    );
}

#[test]
fn the_originals_documents_load_as_they_are() {
    let original = compile(&json!({
        "customer_id": "c", "autonomy_mode": "safe_autopilot", "currency": "sar",
        "budget": {"max_messages_per_day": 5, "max_llm_tokens_per_day": 6, "max_external_api_calls_per_day": 7, "max_cost_sar_per_day": 8.5},
        "require_human_for_first_send": false, "require_human_for_high_value_deals_above_sar": 9, "require_human_for_legal_topics": false,
        "blocked_sectors": ["x"], "blocked_keywords": ["y"], "max_consecutive_followups": 4, "quiet_hours_riyadh": [20, 7], "blocked_dates": ["2026-03-20"],
        "actions": {"t": {"needs_interrupt": true, "duplicate_window_minutes": 3, "factors": {"deal_value_sar": "/v"}, "cost": {"llm_tokens": 1}}},
    })).unwrap();
    let ours = compile(&json!({
        "customerId": "c", "autonomyMode": "safe_autopilot", "currency": "sar",
        "budget": {"maxMessagesPerDay": 5, "maxLlmTokensPerDay": 6, "maxExternalApiCallsPerDay": 7, "maxCostPerDay": 8.5},
        "requireHumanForFirstSend": false, "requireHumanForHighValueDealsAbove": 9, "requireHumanForLegalTopics": false,
        "blockedSectors": ["x"], "blockedKeywords": ["y"], "maxConsecutiveFollowups": 4, "quietHours": {"start": 20, "end": 7}, "blockedDates": ["2026-03-20"],
        "actions": {"t": {"needsInterrupt": true, "duplicateWindowMinutes": 3, "factors": {"dealValue": "/v"}, "cost": {"llmTokens": 1}}},
    })).unwrap();
    assert_eq!(original.document(), ours.document());
    assert_eq!(original.digest(), ours.digest());
}

#[test]
fn riyadh_and_riyals_stand_beside_nothing_else() {
    assert_eq!(
        refused(json!({"currency": "EUR", "budget": {"max_cost_sar_per_day": 1}})),
        "policy.budget.maxCostPerDay"
    );
    assert_eq!(
        refused(json!({"currency": "EUR", "require_human_for_high_value_deals_above_sar": 1})),
        "policy.requireHumanForHighValueDealsAbove"
    );
    assert_eq!(
        refused(json!({"currency": "EUR", "actions": {"t": {"factors": {"deal_value_sar": "/v"}}}})),
        "policy.actions.t.factors.dealValue"
    );
    assert_eq!(
        refused(json!({"currency": "EUR", "agents": {"a": {"budget": {"max_cost_sar_per_day": 1}}}})),
        "policy.agents.a.budget.maxCostPerDay"
    );
    assert_eq!(refused(json!({"timeZone": "UTC", "quiet_hours_riyadh": [21, 8]})), "policy.quietHours");
    assert_eq!(refused(json!({"quiet_hours_riyadh": {"start": 21, "end": 8}})), "policy.quietHours");
    assert_eq!(refused(json!({"quiet_hours_riyadh": [21, 24]})), "policy.quietHours.end");
    assert_eq!(refused(json!({"quiet_hours_riyadh": [21, 8, 9]})), "policy.quietHours");
    assert_eq!(refused(json!({"quiet_hours_riyadh": null})), "policy.quietHours");
    assert_eq!(refused(json!({"quiet_hours": [21, 8]})), "policy.quietHours");
}

#[test]
fn wrong_values_are_refused_at_their_place() {
    let cases = [
        (json!({"version": 2}), "policy.version"),
        (json!({"customerId": ""}), "policy.customerId"),
        (json!({"customerId": null}), "policy.customerId"),
        (json!({"autonomyMode": "autopilot"}), "policy.autonomyMode"),
        (json!({"currency": "S4R"}), "policy.currency"),
        (json!({"currency": "SARS"}), "policy.currency"),
        (json!({"timeZone": "Asia/Riyad"}), "policy.timeZone"),
        (json!({"timeZone": "+03:00"}), "policy.timeZone"),
        (json!({"budget": null}), "policy.budget"),
        (json!({"budget": {"maxMessagesPerDay": 1.5}}), "policy.budget.maxMessagesPerDay"),
        (json!({"budget": {"maxLlmTokensPerDay": -1}}), "policy.budget.maxLlmTokensPerDay"),
        (
            json!({"budget": {"maxExternalApiCallsPerDay": 9_007_199_254_740_992_u64}}),
            "policy.budget.maxExternalApiCallsPerDay",
        ),
        (json!({"budget": {"maxCostPerDay": "10"}}), "policy.budget.maxCostPerDay"),
        (json!({"budget": {"maxTokens": 1}}), "policy.budget.maxTokens"),
        (json!({"budgetScope": "some"}), "policy.budgetScope"),
        (json!({"requireHumanForFirstSend": 1}), "policy.requireHumanForFirstSend"),
        (json!({"requireHumanForHighValueDealsAbove": null}), "policy.requireHumanForHighValueDealsAbove"),
        (json!({"requireHumanForLegalTopics": "yes"}), "policy.requireHumanForLegalTopics"),
        (json!({"blockedSectors": ["ok", ""]}), "policy.blockedSectors[1]"),
        (json!({"blockedSectors": "ok"}), "policy.blockedSectors"),
        (json!({"blockedKeywords": ["\u{200b}\u{301}"]}), "policy.blockedKeywords[0]"),
        (json!({"blockedKeywords": ["x".repeat(257)]}), "policy.blockedKeywords[0]"),
        (json!({"blockedKeywords": vec!["x"; 10_001]}), "policy.blockedKeywords"),
        (json!({"maxConsecutiveFollowups": -1}), "policy.maxConsecutiveFollowups"),
        (json!({"quietHours": {"start": 21}}), "policy.quietHours.end"),
        (json!({"quietHours": {"start": 21, "end": 24}}), "policy.quietHours.end"),
        (json!({"quietHours": {"start": 1.5, "end": 8}}), "policy.quietHours.start"),
        (json!({"blockedDates": ["2026-02-30"]}), "policy.blockedDates[0]"),
        (json!({"blockedDates": ["2026-02-03T00:00:00Z"]}), "policy.blockedDates[0]"),
        (json!({"actions": {"*": {}}}), "policy.actions[\"*\"]"),
        (json!({"actions": {"a*b": {}}}), "policy.actions[\"a*b\"]"),
        (json!({"actions": {"\u{301}": {}}}), "policy.actions[\"\u{301}\"]"),
        (json!({ "actions": types(10_001) }), "policy.actions"),
        (json!({"actions": {"Send_Message": {}}}), "policy.actions.Send_Message"),
        (json!({"actions": {"GET_*": {}, "get_*": {}}}), "policy.actions[\"get_*\"]"),
        (json!({"actions": {"t": {"access": "execute"}}}), "policy.actions.t.access"),
        (json!({"actions": {"t": {"level": "L4"}}}), "policy.actions.t.level"),
        (json!({"actions": {"t": {"level": null}}}), "policy.actions.t.level"),
        (json!({"actions": {"t": {"duplicateWindowMinutes": 0}}}), "policy.actions.t.duplicateWindowMinutes"),
        (json!({"actions": {"t": {"factors": {"draftText": "body"}}}}), "policy.actions.t.factors.draftText"),
        (json!({"actions": {"t": {"factors": {"tone": "/tone"}}}}), "policy.actions.t.factors.tone"),
        (json!({"actions": {"t": {"cost": {"messages": 0.5}}}}), "policy.actions.t.cost.messages"),
        (json!({"actions": {"t": {"cost": {"amount": -1}}}}), "policy.actions.t.cost.amount"),
        (json!({"unknownActions": "maybe"}), "policy.unknownActions"),
        (json!({"defaultLevel": "L0"}), "policy.defaultLevel"),
        (json!({"velocity": {"tier_4": {}}}), "policy.velocity.tier_4"),
        (json!({"velocity": {"tier_1": {"windowMinutes": 0}}}), "policy.velocity.tier_1.windowMinutes"),
        (json!({"velocity": {"tier_1": {"actionsPerMinute": -1}}}), "policy.velocity.tier_1.actionsPerMinute"),
        (json!({"velocityScope": "team"}), "policy.velocityScope"),
        (json!({"executors": {"tier_2": ""}}), "policy.executors.tier_2"),
        (json!({"executors": {"tier_3": "x"}}), "policy.executors.tier_3"),
        (json!({"anomaly": {"targets": {"successRate": 0}}}), "policy.anomaly.targets.successRate"),
        (json!({"anomaly": {"weights": {"responseTime": -1}}}), "policy.anomaly.weights.responseTime"),
        (
            json!({"anomaly": {"tiers": {"tier_2": {"thresholds": {"marketImpact": 1.1}}}}}),
            "policy.anomaly.tiers.tier_2.thresholds.marketImpact",
        ),
        (
            json!({"anomaly": {"tiers": {"tier_2": {"lockCriteria": {"minConfidence": 2}}}}}),
            "policy.anomaly.tiers.tier_2.lockCriteria.minConfidence",
        ),
        (json!({"agents": {"": {}}}), "policy.agents[\"\"]"),
        (json!({"agents": {"a": {"creator": ""}}}), "policy.agents.a.creator"),
        (json!({"agents": {"a": {"budget": {"maxCostPerDay": -1}}}}), "policy.agents.a.budget.maxCostPerDay"),
        (json!({"approvals": {"quorum": 0}}), "policy.approvals.quorum"),
        (json!({"approvals": {"expiresAfterMinutes": 0}}), "policy.approvals.expiresAfterMinutes"),
        (json!({"grantTimeoutMinutes": 0}), "policy.grantTimeoutMinutes"),
        (json!({"$schema": 1}), "policy.$schema"),
        (json!({"confirmWrites": null}), "policy.confirmWrites"),
    ];
    for (fields, path) in cases {
        assert_eq!(refused(fields.clone()), path, "{fields}");
    }
    assert_eq!(compile(&json!({})).unwrap_err(), ("policy.customerId".into(), "required, but left out".into()));
    assert_eq!(compile(&json!([])).unwrap_err().0, "policy");
    let agents: serde_json::Map<_, _> = (0..1001).map(|id| (id.to_string(), json!({}))).collect();
    assert_eq!(refused(json!({ "agents": agents })), "policy.agents");
}

#[test]
fn limits_are_included() {
    let accepted =
        |fields: serde_json::Value| assert!(refused(fields.clone()).starts_with("accepted"), "{}", refused(fields));
    accepted(json!({"blockedKeywords": vec!["x"; 10_000]}));
    accepted(json!({"blockedKeywords": ["ض".repeat(256)]}));
    let agents: serde_json::Map<_, _> = (0..1000).map(|id| (id.to_string(), json!({}))).collect();
    accepted(json!({ "agents": agents }));
    accepted(json!({"budget": {"maxLlmTokensPerDay": 9_007_199_254_740_991_u64}}));
    accepted(json!({"actions": {"get_*": {}, "get_user": {}, "g*": {}}}));
    accepted(json!({ "actions": types(10_000) }));
}

#[test]
fn an_entry_is_merged_into_a_built_in_type_and_never_a_prefix() {
    let policy = compile(&json!({
        "customerId": "c", "defaultLevel": "L3", "unknownActions": "deny", "budgetScope": "spending",
        "actions": {"send_message": {"needsInterrupt": true}, "score_*": {}, "score_deal": {"messaging": true}, "fetch": {"access": "read", "level": "L1", "factors": {"sector": ""}}},
    })).unwrap();
    let document = policy.document();
    let rules = |key: &str| document.actions.get(key).unwrap();
    let send = rules("send_message");
    assert!(send.needs_interrupt && send.messaging && send.outbound && send.level == Level::L2);
    assert!(matches!(send.cost.messages, CostSource::Fixed(count) if count.get() == 1));
    let prefix = rules("score_*");
    assert!(prefix.access == Access::Write && prefix.level == Level::L3 && !prefix.messaging);
    let score = rules("score_deal");
    assert!(score.access == Access::Read && score.level == Level::L1);
    assert!(
        matches!(score.cost.messages, CostSource::Fixed(count) if count.get() == 1),
        "a messaging type costs a message"
    );
    assert_eq!(rules("fetch").factors.keys().collect::<Vec<_>>(), [&Factor::Sector]);
    assert_eq!((document.unknown_actions, document.budget_scope), (UnknownActions::Deny, BudgetScope::Spending));
}

#[test]
fn an_agents_caps_are_filled_from_the_customers() {
    let policy = compile(&json!({
        "customerId": "c", "budget": {"maxMessagesPerDay": 7},
        "agents": {"a": {"budget": {"maxCostPerDay": 5}}, "b": {"name": "Bee", "creator": "u1"}},
    }))
    .unwrap();
    let agents = &policy.document().agents;
    let (a, b) = (agents.get("a").unwrap(), agents.get("b").unwrap());
    let budget = a.budget.unwrap();
    assert_eq!(
        (budget.max_messages_per_day.get(), budget.max_cost_per_day.get(), budget.max_llm_tokens_per_day.get()),
        (7, 5.0, 200_000)
    );
    assert_eq!((a.name.as_str(), a.creator.as_deref()), ("a", None));
    assert_eq!((b.name.as_str(), b.creator.as_deref(), b.budget), ("Bee", Some("u1"), None));
}

#[test]
fn the_digest_is_of_what_is_said_and_not_of_how() {
    let digest = |document| compile(&document).unwrap().digest().to_owned();
    // SHA-256 of `{"customerId":"c"}`, by another program.
    assert_eq!(digest(json!({"customerId": "c"})), "50191378c50aefff2a03ba5f29e30ca5bd7015418fa6e70550e3895aa9cfab28");
    assert_eq!(
        digest(json!({"customerId": "c"})),
        digest(
            json!({"customer_id": "c", "budget": {"maxMessagesPerDay": 200}, "actions": {"send_message": {"level": "L2"}}})
        )
    );
    let different = [
        json!({"customerId": "d"}),
        json!({"customerId": "c", "budget": {"maxMessagesPerDay": 201}}),
        json!({"customerId": "c", "quietHours": {"start": 21, "end": 9}}),
        json!({"customerId": "c", "quietHours": null}),
        json!({"customerId": "c", "actions": {"fetch": {}}}),
        json!({"customerId": "c", "actions": {"send_message": {"cost": {"messages": 2}}}}),
        json!({"customerId": "c", "agents": {"a": {}}}),
        json!({"customerId": "c", "agents": {"a": {"budget": {}}}}),
        json!({"customerId": "c", "defaultLevel": "L3"}),
    ];
    let mut digests: Vec<_> = different.into_iter().map(digest).collect();
    digests.push(digest(json!({"customerId": "c"})));
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 10);
}

fn some_document() -> impl Strategy<Value = serde_json::Value> {
    let maybe = |name: &'static str, values: Vec<serde_json::Value>| {
        prop::option::of(prop::sample::select(values))
            .prop_map(move |value| value.map(|value| (name.to_owned(), value)))
    };
    let fields = vec![
        maybe("autonomyMode", vec![json!("manual"), json!("draft_and_approve"), json!("full_autopilot")]),
        maybe("currency", vec![json!("SAR"), json!("EUR")]),
        maybe("timeZone", vec![json!("Asia/Riyadh"), json!("Europe/Berlin")]),
        maybe(
            "budget",
            vec![json!({}), json!({"maxCostPerDay": 0.1}), json!({"maxMessagesPerDay": 200, "maxLlmTokensPerDay": 0})],
        ),
        maybe(
            "quietHours",
            vec![
                json!(null),
                json!({"start": 21, "end": 8}),
                json!({"start": 0, "end": 8}),
                json!({"start": 3, "end": 3}),
            ],
        ),
        maybe("blockedKeywords", vec![json!([]), json!(["ضمان", "free"]), json!(["a"])]),
        maybe("defaultLevel", vec![json!("L1"), json!("L2"), json!("L3")]),
        maybe(
            "actions",
            vec![
                json!({}),
                json!({"x": {}}),
                json!({"x": {"level": "L2"}}),
                json!({"send_message": {"messaging": false}}),
                json!({"x": {"messaging": true, "cost": {"amount": "/a"}}}),
                json!({"score_deal": {"messaging": true, "cost": {"messages": 0}}}),
                json!({"get_*": {"access": "read", "category": "c", "duplicateWindowMinutes": 5}}),
            ],
        ),
        maybe(
            "agents",
            vec![
                json!({"a": {}}),
                json!({"a": {"budget": {}}, "b": {"creator": "u", "name": "b"}}),
                json!({"a": {"budget": {"maxMessagesPerDay": 3}}}),
            ],
        ),
        maybe("anomaly", vec![json!({}), json!({"tiers": {"tier_3": {"thresholds": {"successRate": null}}}})]),
        maybe("approvals", vec![json!({"quorum": 2}), json!({"expiresAfterMinutes": 1440})]),
    ];
    fields.prop_map(|fields| {
        let mut document = serde_json::Map::from_iter([("customerId".to_owned(), json!("c"))]);
        document.extend(fields.into_iter().flatten());
        serde_json::Value::Object(document)
    })
}

proptest! {
    #[test]
    fn a_document_in_full_and_without_defaults_is_the_same_policy(document in some_document()) {
        let policy = compile(&document).unwrap();
        let full = compile(&serde_json::to_value(policy.document()).unwrap()).unwrap();
        prop_assert_eq!(full.document(), policy.document());
        prop_assert_eq!(full.digest(), policy.digest());
        let short = serde_json::to_value(policy.document().without_defaults().unwrap()).unwrap();
        let short = compile(&short).unwrap();
        prop_assert_eq!(short.document(), policy.document());
    }

    #[test]
    fn documents_that_differ_have_different_digests(one in some_document(), other in some_document()) {
        let (one, other) = (compile(&one).unwrap(), compile(&other).unwrap());
        prop_assert_eq!(one.document() == other.document(), one.digest() == other.digest());
    }
}
