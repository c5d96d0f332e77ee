use super::*;
use serde_json::json;

fn deal(value: f64) -> String {
    Reason::HighValueDeal { currency: "SAR".into(), value, threshold: 0.0 }.to_string()
}

#[test]
fn values_are_plain_digits_rounded_half_to_even() {
    assert_eq!(deal(0.5), "high_value_deal_sar=0");
    assert_eq!(deal(1.5), "high_value_deal_sar=2");
    assert_eq!(deal(2.5), "high_value_deal_sar=2");
    assert_eq!(deal(183_078.64), "high_value_deal_sar=183079");
    assert_eq!(deal(1e21), "high_value_deal_sar=1000000000000000000000");
    assert_eq!(deal(-0.4), "high_value_deal_sar=-0");
}

#[test]
fn a_reason_says_what_it_speaks_of() {
    let (one, two, three) = (Count::of(1), Count::of(2), Count::of(3));
    let (eur, amount) = (|| "EUR".to_owned(), Amount::of);
    let full = AutonomyMode::FullAutopilot;
    let cases = [
        (
            Reason::AutonomyMode { mode: full },
            json!({"text": "autonomy_mode=full_autopilot", "mode": "full_autopilot"}),
        ),
        (
            Reason::OutboundRequiresHuman { mode: full },
            json!({"text": "mode=draft_and_approve_requires_human_for_outbound", "mode": "full_autopilot"}),
        ),
        (
            Reason::UnknownActionType { action_type: "t".into() },
            json!({"text": "unknown_action_type=t", "actionType": "t"}),
        ),
        (Reason::FirstSendToAccount, json!({"text": "first_send_to_account"})),
        (
            Reason::HighValueDeal { currency: eur(), value: 5.0, threshold: 4.5 },
            json!({"text": "high_value_deal_eur=5", "currency": "EUR", "value": 5.0, "threshold": 4.5}),
        ),
        (Reason::BlockedSector { sector: "S".into() }, json!({"text": "blocked_sector=S", "sector": "S"})),
        (Reason::BlockedKeyword { keyword: "K".into() }, json!({"text": "blocked_keyword=K", "keyword": "K"})),
        (
            Reason::MaxConsecutiveFollowups { index: three, maximum: two },
            json!({"text": "max_consecutive_followups_reached", "index": 3, "maximum": 2}),
        ),
        (
            Reason::RiskFactorMissing { factor: Factor::DealValue },
            json!({"text": "risk_factor_missing=dealValue", "factor": "dealValue"}),
        ),
        (Reason::CostMissing { dimension: "amount" }, json!({"text": "cost_missing=amount", "dimension": "amount"})),
        (Reason::CriticalRisk { score: 0.8 }, json!({"text": "critical_risk", "score": 0.8})),
        (
            Reason::RetryNotBefore { retry_at: Timestamp::MIN },
            json!({"text": "retry_not_before", "retryAt": "1970-01-01T00:00:00Z"}),
        ),
        (Reason::NotRetryable { category: "auth".into() }, json!({"text": "not_retryable", "category": "auth"})),
        (Reason::PausedBehind { index: 2 }, json!({"text": "paused_behind=2", "index": 2})),
        (Reason::SkippedAfter { index: 0 }, json!({"text": "skipped_after=0", "index": 0})),
        (Reason::Level { level: Level::L3 }, json!({"text": "level=L3", "level": "L3"})),
        (
            Reason::MessagesPerDayWouldExceed { used: one, cost: two, cap: three },
            json!({"text": "messages_per_day_would_exceed", "used": 1, "cost": 2, "cap": 3}),
        ),
        (
            Reason::LlmTokensPerDayWouldExceed { used: one, cost: two, cap: three },
            json!({"text": "llm_tokens_per_day_would_exceed", "used": 1, "cost": 2, "cap": 3}),
        ),
        (
            Reason::ApiCallsPerDayWouldExceed { used: one, cost: two, cap: three },
            json!({"text": "api_calls_per_day_would_exceed", "used": 1, "cost": 2, "cap": 3}),
        ),
        (
            Reason::CostPerDayWouldExceed { currency: eur(), used: amount(1), cost: amount(2), cap: amount(3) },
            json!({"text": "cost_eur_per_day_would_exceed", "currency": "EUR", "used": 1.0, "cost": 2.0, "cap": 3.0}),
        ),
        (Reason::ExceedsCap { dimension: "messages" }, json!({"text": "exceeds_cap", "dimension": "messages"})),
        (
            Reason::VelocityTier3 { action_count: 15, actions_per_minute: 3.0 },
            json!({"text": "velocity_tier_3", "actionCount": 15, "actionsPerMinute": 3.0}),
        ),
        (Reason::BlockedDate { date: Date::from_days(0) }, json!({"text": "blocked_date", "date": "1970-01-01"})),
        (
            Reason::MessagesPerDayReached { used: two, cap: one },
            json!({"text": "messages_per_day_reached", "used": 2, "cap": 1}),
        ),
        (
            Reason::LlmTokensPerDayReached { used: two, cap: one },
            json!({"text": "llm_tokens_per_day_reached", "used": 2, "cap": 1}),
        ),
        (
            Reason::ApiCallsPerDayReached { used: two, cap: one },
            json!({"text": "api_calls_per_day_reached", "used": 2, "cap": 1}),
        ),
        (
            Reason::CostPerDayReached { currency: eur(), used: amount(5), cap: amount(3) },
            json!({"text": "cost_eur_per_day_reached", "currency": "EUR", "used": 5.0, "cap": 3.0}),
        ),
    ];
    for (reason, mut expected) in cases {
        // A code is the text before `=`, where the contract gives it no name of its own.
        let text = expected["text"].as_str().unwrap();
        let code = match text.split('=').next().unwrap() {
            "mode" => "outbound_requires_human",
            "high_value_deal_eur" => "high_value_deal",
            "cost_eur_per_day_reached" => "cost_per_day_reached",
            "cost_eur_per_day_would_exceed" => "cost_per_day_would_exceed",
            code => code,
        };
        expected["code"] = code.into();
        assert_eq!(serde_json::to_value(&reason).unwrap(), expected);
    }
}
