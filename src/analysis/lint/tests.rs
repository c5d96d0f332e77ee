use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::policy::Policy;

fn policy(fields: &serde_json::Value) -> Policy {
    let mut document = json!({"customerId": "c"});
    document.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    Policy::from_json(&document.to_string()).unwrap()
}

/// Code and path of each warning.
fn warned(fields: &serde_json::Value) -> Vec<(&'static str, String)> {
    lint(&policy(fields)).into_iter().map(|warning| (warning.code.as_str(), warning.path)).collect()
}

fn one(code: &'static str, path: &str) -> Vec<(&'static str, String)> {
    vec![(code, path.to_owned())]
}

#[test]
fn a_policy_that_says_nothing_warns_of_nothing() {
    assert_eq!(warned(&json!({})), []);
}

#[test]
fn a_stricter_tier_needs_a_higher_rate() {
    let rates = |rates: [f64; 3]| {
        let tier = |rate: f64| json!({"actionsPerMinute": rate});
        warned(&json!({"velocity": {"tier_1": tier(rates[0]), "tier_2": tier(rates[1]), "tier_3": tier(rates[2])}}))
    };
    assert_eq!(rates([1.0, 1.1, 1.2]), []);
    assert_eq!(rates([1.0, 1.0, 1.2]), one("velocity_tiers_inverted", "policy.velocity.tier_2"));
    assert_eq!(rates([0.5, 2.0, 1.0]), one("velocity_tiers_inverted", "policy.velocity.tier_3"));
    assert_eq!(rates([3.0, 2.0, 1.0]).len(), 2);
}

#[test]
fn quiet_hours_may_be_the_whole_day_but_hardly_should() {
    assert_eq!(warned(&json!({"quietHours": {"start": 8, "end": 8}})), one("quiet_all_day", "policy.quietHours"));
    assert_eq!(warned(&json!({"quietHours": {"start": 8, "end": 7}})), []);
    assert_eq!(warned(&json!({"quietHours": null})), []);
}

#[test]
fn a_keyword_within_another_makes_that_one_needless() {
    let keywords = |words: &[&str]| warned(&json!({"blockedKeywords": words}));
    assert_eq!(keywords(&["free", "money"]), []);
    assert_eq!(keywords(&["free money", "free"]), one("redundant_keyword", "policy.blockedKeywords[0]"));
    assert_eq!(keywords(&["free", "FREE money"]), one("redundant_keyword", "policy.blockedKeywords[1]"));
    // Of several that fold alike, the first is the one that counts.
    assert_eq!(keywords(&["free", "ＦＲＥＥ", "Free"]).len(), 2);
    assert_eq!(keywords(&["free", "ＦＲＥＥ"]), one("redundant_keyword", "policy.blockedKeywords[1]"));
}

#[test]
fn a_keyword_of_a_letter_or_two_stands_everywhere() {
    let is_broad =
        |word: &str| warned(&json!({"blockedKeywords": [word]})) == one("broad_keyword", "policy.blockedKeywords[0]");
    for word in ["e", "%", "th", "TH", "t\u{200b}h", "من", "7"] {
        assert!(is_broad(word), "{word}");
    }
    for word in ["the", "10", "5%", "保", "保証", "한국", "🎁"] {
        assert!(!is_broad(word), "{word}");
    }
}

#[test]
fn a_messaging_type_says_where_its_risk_factors_are() {
    let entry = |entry: serde_json::Value| warned(&json!({"actions": {"send_sms": entry}}));
    assert_eq!(entry(json!({"messaging": true})), one("unmapped_factors", "policy.actions.send_sms"));
    assert_eq!(entry(json!({"messaging": true, "factors": {"draftText": "/body"}})), []);
    assert_eq!(entry(json!({"outbound": true})), []);
    let built_in = warned(&json!({"actions": {"send_message": {"level": "L3"}}}));
    assert_eq!(built_in, one("unmapped_factors", "policy.actions.send_message"));
}

#[test]
fn an_entry_that_no_type_falls_under_is_told() {
    let key = |key: &str| warned(&json!({"actions": {key: {}}}));
    assert_eq!(key("send mail"), one("unreachable_action", r#"policy.actions["send mail"]"#));
    assert_eq!(key("ارسل*"), one("unreachable_action", r#"policy.actions["ارسل*"]"#));
    assert_eq!(key("send_mail"), []);
    let longest = "x".repeat(MAX_ACTION_TYPE);
    assert_eq!(key(&longest), []);
    assert_eq!(key(&format!("{longest}*")), []);
    assert_eq!(key(&format!("{longest}x")).len(), 1);
    let both = warned(&json!({"actions": {longest.clone(): {}, format!("{longest}*"): {}}}));
    assert_eq!(both.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["unreachable_action"]);
}

#[test]
fn an_agent_answers_for_nobody() {
    let agents = json!({"a": {"creator": "noor"}, "b": {"creator": "a"}, "c": {}});
    assert_eq!(warned(&json!({"agents": agents})), one("agent_as_creator", "policy.agents.b.creator"));
}

#[test]
fn a_cap_of_nothing_is_told_where_it_stands() {
    for cap in ["maxMessagesPerDay", "maxLlmTokensPerDay", "maxExternalApiCallsPerDay", "maxCostPerDay"] {
        assert_eq!(warned(&json!({"budget": {cap: 0}})), one("zero_cap", &format!("policy.budget.{cap}")));
        assert_eq!(warned(&json!({"budget": {cap: 1}})), []);
        let agents = json!({"a": {"budget": {cap: 0}}});
        assert_eq!(warned(&json!({"agents": agents})), one("zero_cap", &format!("policy.agents.a.budget.{cap}")));
    }
    // What an agent merely has from the customer is told once.
    let agents = json!({"a": {"budget": {}}});
    assert_eq!(warned(&json!({"budget": {"maxCostPerDay": 0}, "agents": agents})).len(), 1);
}

#[test]
fn every_warning_says_what_follows() {
    let all = json!({
        "quietHours": {"start": 0, "end": 0}, "budget": {"maxCostPerDay": 0}, "blockedKeywords": ["e", "free"],
        "velocity": {"tier_3": {"actionsPerMinute": 1}}, "agents": {"a": {"creator": "a"}},
        "actions": {"send sms": {}, "send_sms": {"messaging": true}},
    });
    let warnings = lint(&policy(&all));
    assert_eq!(warnings.len(), WarningCode::ALL.len());
    for code in WarningCode::ALL {
        assert!(warnings.iter().any(|warning| warning.code == *code && !warning.message.is_empty()), "{code}");
    }
}

proptest! {
    #[test]
    fn without_a_redundant_keyword_the_same_texts_are_caught(
        words in proptest::collection::vec("[abAB é]{1,4}", 1..5), text in "[abAB é]{0,12}",
    ) {
        let words: Vec<String> = words.into_iter().filter(|word| !fold_trimmed(word).is_empty()).collect();
        let all = policy(&json!({"blockedKeywords": words}));
        let redundant = |index: usize| lint(&all).iter().any(|warning| {
            warning.code == WarningCode::RedundantKeyword && warning.path == format!("policy.blockedKeywords[{index}]")
        });
        let kept: Vec<_> = words.iter().enumerate().filter(|(index, _)| !redundant(*index)).map(|(_, word)| word).collect();
        let fewer = policy(&json!({"blockedKeywords": kept}));
        prop_assert_eq!(all.keywords_in(&text).count() > 0, fewer.keywords_in(&text).count() > 0);
    }

    #[test]
    fn an_entry_is_unreachable_just_where_no_type_reaches_it(key in "[aA _*]{1,3}", given in "[aA_]{1,4}") {
        let document = json!({"customerId": "c", "actions": {key.clone(): {"category": "here"}}});
        let Ok(policy) = Policy::from_json(&document.to_string()) else { return Ok(()) };
        let is_unreachable = lint(&policy).iter().any(|warning| warning.code == WarningCode::UnreachableAction);
        let reaches = |given: &str| ActionType::new(given).is_some_and(|given| {
            policy.action(&given, &Place::ARGUMENT).is_ok_and(|known| known.rules.category.is_some())
        });
        prop_assert_eq!(reaches(key.trim_end_matches('*')), !is_unreachable, "{:?}", key);
        prop_assert!(!is_unreachable || !reaches(&given), "{} reaches {:?}", given, key);
    }
}

#[test]
fn hosts_call_it_by_its_name() {
    let argument = json!({"policy": {"customerId": "c", "blockedKeywords": ["e"]}});
    let warnings = crate::call("lint", &argument.into(), None, &std::sync::Arc::new(crate::zone::Zones::bundled()));
    let warnings: serde_json::Value = serde_json::from_str(&warnings.unwrap()).unwrap();
    let of = |field: &str| warnings[0][field].as_str().map(str::to_owned);
    assert_eq!(
        (of("code").unwrap(), of("path").unwrap()),
        ("broad_keyword".into(), "policy.blockedKeywords[0]".into())
    );
    assert_eq!(warnings.as_array().unwrap().len(), 1);
}
