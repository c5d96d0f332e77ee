use super::*;

const FIELDS: &[Field] = &[field("maxMessagesPerDay"), renamed("maxCostPerDay", "max_cost_sar_per_day")];

fn read(json: &str, shape: &Shape) -> std::result::Result<Vec<&'static str>, (String, String)> {
    let value = Value::from_json(json).unwrap();
    let argument = Place::ARGUMENT;
    let place = argument.key("budget");
    Fields::of(&value, &place, shape)
        .map(|fields| fields.found.iter().map(|(name, ..)| *name).collect())
        .map_err(|error| (error.path().to_owned(), error.message().to_owned()))
}

#[test]
fn reads_the_originals_spellings_in_documents_only() {
    let json = r#"{"max_messages_per_day": 1, "max_cost_sar_per_day": 2}"#;
    assert_eq!(read(json, &Shape::document(FIELDS)).unwrap(), ["maxMessagesPerDay", "maxCostPerDay"]);
    assert_eq!(read(json, &Shape::strict(FIELDS)).unwrap_err().0, "budget.max_messages_per_day");
    assert!(read(r#"{"max_Messages_per_day": 1}"#, &Shape::document(FIELDS)).is_err());
    assert_eq!(read(r#"{"other": 1}"#, &Shape::open(FIELDS)).unwrap(), [""; 0]);
}

#[test]
fn refuses_two_spellings_and_names_the_nearest_field() {
    let both = r#"{"max_cost_per_day": 1, "maxCostPerDay": 2}"#;
    let (path, message) = read(both, &Shape::document(FIELDS)).unwrap_err();
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("budget.maxCostPerDay", "`maxCostPerDay` is given in two spellings")
    );
    let (path, message) = read(r#"{"maxMesagesPerDay": 1}"#, &Shape::document(FIELDS)).unwrap_err();
    assert_eq!(path, "budget.maxMesagesPerDay");
    assert_eq!(message, "unknown field `maxMesagesPerDay`; the nearest known one is `maxMessagesPerDay`");
    let (path, _) = read(r#"{"__proto__": 1}"#, &Shape::document(FIELDS)).unwrap_err();
    assert_eq!(path, "budget.__proto__");
}

#[test]
fn writes_paths_as_javascript_would_reach_them() {
    let argument = Place::ARGUMENT;
    let (policy, agents) = (argument.key("policy"), "a \"b\"");
    assert_eq!(policy.key(agents).index(2).key("x").error("").path(), r#"policy["a \"b\""][2].x"#);
    assert_eq!(policy.key("get_*").error("").path(), r#"policy["get_*"]"#);
    assert_eq!(argument.key("0").error("").path(), r#"["0"]"#);
    assert_eq!(argument.key("`a`").error("").path(), r#"["`a`"]"#);
}

#[test]
fn ids_are_short_and_printable() {
    let check = |text: String| id(&Value::Text(text), &Place::ARGUMENT).is_ok();
    assert!(check("x".repeat(256)));
    assert!(check("ض".repeat(256)));
    assert!(!check("x".repeat(257)));
    assert!(!check(String::new()));
    assert!(!check("a\u{0}b".into()));
    assert!(!check("a\u{85}b".into()));
}

#[test]
fn numbers_are_never_coerced() {
    let place = &Place::ARGUMENT;
    let texts = [Value::Text("10".into()), Value::Bool(true), Value::Null, Value::List(vec![Value::Number(5.0)])];
    for value in texts.iter().chain(&[Value::Number(f64::NAN), Value::Number(f64::INFINITY), Value::Number(-0.1)]) {
        assert!(amount(value, place).is_err() && count(value, place).is_err() && score(value, place).is_err());
    }
    assert!(count(&Value::Number(1.5), place).is_err());
    assert!(count(&Value::Number(9_007_199_254_740_992.0), place).is_err());
    assert_eq!(count(&Value::Number(9_007_199_254_740_991.0), place).unwrap().get(), 9_007_199_254_740_991);
    assert_eq!(count(&Value::Number(-0.0), place).unwrap().get(), 0);
    assert!(positive_count(&Value::Number(0.0), place).is_err());
    assert!(positive_count(&Value::Number(1.0), place).is_ok());
    assert!(positive(&Value::Number(0.0), place).is_err());
    assert!(score(&Value::Number(1.0), place).is_ok());
    assert!(score(&Value::Number(1.000_000_1), place).is_err());
}
