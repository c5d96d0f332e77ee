//! Whatever is given as a policy is either a policy, the same one when it is read again, or refused at a place that is there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use agent_interlock::{ErrorCode, Policy, Value};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value as Json, json};

/// What the originals call a field that their `snake_case` does not tell.
const ORIGINALS: &[(&str, &str)] = &[
    ("quietHours", "quiet_hours_riyadh"),
    ("maxCostPerDay", "max_cost_sar_per_day"),
    ("requireHumanForHighValueDealsAbove", "require_human_for_high_value_deals_above_sar"),
    ("dealValue", "deal_value_sar"),
];

fn snake(name: &str) -> String {
    let parts =
        name.chars().map(|c| if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.into() });
    parts.collect()
}

fn spellings(name: &str) -> Vec<String> {
    let originals = ORIGINALS.iter().filter(|(known, _)| *known == name).map(|(_, original)| (*original).to_owned());
    [name.to_owned(), snake(name)].into_iter().chain(originals).collect()
}

/// The steps of a path such as `actions["get_*"].cost` or `blockedKeywords[3]`.
fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, after) = if let Some(quoted) = rest.strip_prefix("[\"") {
            let (name, after) = quoted.split_once("\"]").unwrap();
            (name.to_owned(), after)
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']').unwrap();
            (index.to_owned(), after)
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            (name.to_owned(), after)
        };
        steps.push(step);
        rest = after;
    }
    steps
}

fn step<'d>(at: &'d Json, name: &str) -> Option<&'d Json> {
    match at {
        Json::Object(fields) => spellings(name).iter().find_map(|spelling| fields.get(spelling)),
        // The originals write the hours as a pair.
        Json::Array(items) => {
            items.get(["start", "end"].iter().position(|known| *known == name).or_else(|| name.parse().ok())?)
        }
        _ => None,
    }
}

/// What a path leads to in a document, in whatever spelling it stands there.
fn find<'d>(document: &'d Json, path: &[String]) -> Option<&'d Json> {
    path.iter().try_fold(document, |at, name| step(at, name))
}

/// A document that is right, whatever it says.
fn right() -> impl Strategy<Value = Json> {
    let full = serde_json::to_value(Policy::from_json(r#"{"customerId": "c"}"#).unwrap().document()).unwrap();
    let originals = json!({
        "customer_id": "c", "autonomy_mode": "safe_autopilot", "quiet_hours_riyadh": [21, 8], "budget": {"max_cost_sar_per_day": 8.5},
        "require_human_for_high_value_deals_above_sar": 9, "blocked_keywords": ["ضمان", "free money"], "blocked_dates": ["2026-03-20"],
        "actions": {"t": {"factors": {"deal_value_sar": "/v"}, "cost": {"llm_tokens": 1, "amount": "/a"}}, "get_*": {"access": "read"}},
    });
    let ours = json!({
        "customerId": "c", "currency": "EUR", "timeZone": "Europe/Berlin", "quietHours": null, "defaultLevel": "L3",
        "actions": {"send_message": {"factors": {"sector": "/s"}, "level": "L1"}, "x": {"category": "c", "duplicateWindowMinutes": 5}},
        "agents": {"a": {"name": "Sales", "creator": "sara", "budget": {"maxMessagesPerDay": 3}}, "b c": {}},
        "anomaly": {"tiers": {"tier_3": {"thresholds": {"successRate": null}}}}, "approvals": {"quorum": 2},
    });
    select(vec![json!({"customerId": "c"}), full, originals, ours])
}

fn name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "customerId",
        "customer_id",
        "version",
        "currency",
        "timeZone",
        "budget",
        "maxCostPerDay",
        "max_cost_sar_per_day",
        "quietHours",
        "quiet_hours_riyadh",
        "start",
        "actions",
        "get_*",
        "*",
        "Send_Message",
        "cost",
        "amount",
        "factors",
        "dealValue",
        "deal_value_sar",
        "agents",
        "velocity",
        "tier_1",
        "tier_3",
        "anomaly",
        "tiers",
        "thresholds",
        "blockedKeywords",
        "blockedDates",
        "defaultLevel",
        "__proto__",
        "constructor",
        "",
        "0",
        "a b",
    ];
    prop_oneof![8 => select(KNOWN).prop_map(str::to_owned), 1 => "[a-zA-Z_$ .*-]{0,12}"]
}

fn anything() -> impl Strategy<Value = Json> {
    const TEXTS: &[&str] = &[
        "",
        "c",
        "SAR",
        "eur",
        "UTC",
        "Mars/Olympus",
        "L1",
        "manual",
        "read",
        "/a",
        "2026-03-20",
        "2026-02-30",
        "\u{301}",
        "10",
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        select(vec![
            json!(0),
            json!(-0.0),
            json!(1),
            json!(-1),
            json!(0.5),
            json!(24),
            json!(1e300),
            json!(9_007_199_254_740_992_u64),
            json!(u64::MAX)
        ]),
        any::<f64>().prop_map(Json::from),
        select(TEXTS).prop_map(Json::from),
        "\\PC{0,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let fields = prop::collection::vec((name(), inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Json::from),
            fields.prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Replace(Json),
    Insert(String, Json),
    Remove,
    Rename(String),
}

fn edit() -> impl Strategy<Value = (Index, Edit)> {
    let edit = prop_oneof![
        4 => anything().prop_map(Edit::Replace),
        2 => (name(), anything()).prop_map(|(name, value)| Edit::Insert(name, value)),
        1 => Just(Edit::Remove),
        1 => name().prop_map(Edit::Rename),
    ];
    (any::<Index>(), edit)
}

/// Every place of a document, as JSON pointers.
fn places(at: &Json, pointer: &str, all: &mut Vec<String>) {
    all.push(pointer.to_owned());
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match at {
        Json::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{pointer}/{}", escaped(name)), all));
        }
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{pointer}/{index}"), all));
        }
        _ => {}
    }
}

fn apply(document: &mut Json, (place, edit): (Index, Edit)) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let pointer = place.get(&all).clone();
    match edit {
        Edit::Replace(value) => *document.pointer_mut(&pointer).unwrap() = value,
        Edit::Insert(name, value) => match document.pointer_mut(&pointer).unwrap() {
            Json::Object(fields) => drop(fields.insert(name, value)),
            Json::Array(items) => items.push(value),
            other => *other = Json::Object(Map::from_iter([(name, value)])),
        },
        Edit::Remove | Edit::Rename(_) => {
            let Some((parent, last)) = pointer.rsplit_once('/') else { return };
            let last = last.replace("~1", "/").replace("~0", "~");
            let Some(fields) = document.pointer_mut(parent).and_then(Json::as_object_mut) else { return };
            let value = fields.remove(&last).unwrap();
            if let Edit::Rename(name) = edit {
                fields.insert(name, value);
            }
        }
    }
}

/// A policy, or a refusal that says where.
fn check(document: &Json) -> Result<(), TestCaseError> {
    let error = match Policy::from_json(&document.to_string()) {
        Ok(policy) => {
            let full = serde_json::to_string(policy.document()).unwrap();
            let again = Policy::from_json(&full).map_err(|error| TestCaseError::fail(format!("{error} in {full}")))?;
            prop_assert_eq!(again.document(), policy.document());
            prop_assert_eq!(again.digest(), policy.digest());
            return Ok(());
        }
        Err(error) => error,
    };
    prop_assert_eq!(error.code(), ErrorCode::InvalidPolicy);
    prop_assert!(!error.message().is_empty());
    let path = steps(error.path());
    let Some((first, path)) = path.split_first() else { panic!("no path: {error}") };
    prop_assert_eq!(first, "policy");
    let found = find(document, path);
    if error.message() == "required, but left out" {
        let (_, parent) = path.split_last().unwrap();
        prop_assert!(find(document, parent).is_some_and(Json::is_object) && found.is_none(), "{error}");
    } else {
        prop_assert!(found.is_some(), "nothing is at {error}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_document_near_a_right_one_is_read_or_refused_at_its_place(mut document in right(), edits in prop::collection::vec(edit(), 0..4)) {
        for edit in edits {
            apply(&mut document, edit);
        }
        check(&document)?;
    }

    #[test]
    fn any_json_is_read_or_refused_at_its_place(document in anything()) {
        check(&document)?;
    }

    #[test]
    fn any_text_is_json_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64), json in anything(), cut in any::<Index>()) {
        let _ = Value::from_json(&String::from_utf8_lossy(&bytes));
        let text = json.to_string();
        prop_assert_eq!(Value::from_json(&text).unwrap(), Value::from(json));
        let parts: Vec<_> = text.chars().collect();
        let cut: String = parts.iter().take(cut.index(parts.len())).collect();
        // What is cut short is no JSON, but for a number, of which a part may be one.
        let refused = Value::from_json(&cut).is_err_and(|error| error.message().starts_with("not valid JSON"));
        prop_assert!(refused || matches!(Value::from_json(&cut), Ok(Value::Number(_))), "{cut}");
    }
}

#[test]
fn the_check_sees_a_place_that_is_not_there() {
    let document = json!({"quiet_hours_riyadh": [21, 8], "actions": {"get_*": {"cost": {"llm_tokens": 1}}}, "blockedKeywords": ["a"]});
    let there = |path: &str| find(&document, &steps(path)).is_some();
    for path in ["quietHours.start", "actions[\"get_*\"].cost.llmTokens", "blockedKeywords[0]", "quietHours[1]"] {
        assert!(there(path), "{path}");
    }
    for path in
        ["quietHours.middle", "actions[\"get\"]", "actions.get", "blockedKeywords[1]", "blockedKeywords.a", "budget"]
    {
        assert!(!there(path), "{path}");
    }
}
