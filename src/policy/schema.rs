//! The JSON Schema of the policy document, made from the types themselves.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

use super::catalogue::Factor;
use super::document::PolicyDocument;

/// The JSON Schema (draft 2020-12) of a policy as it may be written: every field but `customerId` may be left out.
///
/// It knows the canonical spelling alone, so that editors offer one; the reader also takes the originals'.
///
/// ```
/// let schema = agent_interlock::policy_schema();
/// assert_eq!(schema["required"], serde_json::json!(["customerId"]));
/// ```
pub fn policy_schema() -> serde_json::Value {
    let mut schema = full_policy_schema();
    visit(&mut schema, &|object| {
        object.remove("required");
    });
    if let Some(object) = schema.as_object_mut() {
        object.insert("required".into(), serde_json::json!(["customerId"]));
    }
    require(&mut schema, "QuietHours", &["start", "end"]);
    schema
}

/// The JSON Schema of a policy in full, as `policy.document` gives it: nothing but `$schema` is left out.
pub fn full_policy_schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = SchemaGenerator::new(settings).into_root_schema_for::<PolicyDocument>().to_value();
    visit(&mut schema, &|object| {
        // `uint64` and `double` are no formats of JSON Schema; strict validators refuse them.
        object.remove("format");
        // The first paragraph is for everybody; what follows it is for readers of the Rust documentation.
        if let Some(serde_json::Value::String(description)) = object.get_mut("description")
            && let Some(end) = description.find("\n\n")
        {
            description.truncate(end);
        }
        if object.contains_key("properties") {
            object.insert("additionalProperties".into(), false.into());
        }
    });
    if let Some(factors) =
        schema.pointer_mut("/$defs/ActionRules/properties/factors").and_then(|value| value.as_object_mut())
    {
        // A map by a closed list of names: editors complete properties, not the names of any others.
        let pointer = serde_json::json!({"$ref": "#/$defs/Pointer"});
        let names = Factor::ALL.iter().map(|factor| (factor.as_str().to_owned(), pointer.clone()));
        factors.insert("properties".into(), names.collect::<serde_json::Map<_, _>>().into());
        factors.insert("additionalProperties".into(), false.into());
    }
    schema
}

fn require(schema: &mut serde_json::Value, definition: &str, names: &[&str]) {
    if let Some(object) = schema.pointer_mut(&format!("/$defs/{definition}")).and_then(|value| value.as_object_mut()) {
        object.insert("required".into(), serde_json::json!(names));
    }
}

/// Every object that is a schema or part of one. Properties are named by the format, so none of them is called as a keyword is.
fn visit(value: &mut serde_json::Value, change: &impl Fn(&mut serde_json::Map<String, serde_json::Value>)) {
    match value {
        serde_json::Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|value| visit(value, change));
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|value| visit(value, change)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use serde_json::{Value, json};

    /// The schema of a field, through references.
    fn field<'s>(schema: &'s Value, at: &'s Value, name: &str) -> &'s Value {
        resolve(schema, &at["properties"][name])
    }

    fn resolve<'s>(schema: &'s Value, at: &'s Value) -> &'s Value {
        let target = |reference: &str| schema.pointer(reference.trim_start_matches('#')).unwrap();
        match (at["$ref"].as_str(), at["anyOf"].as_array()) {
            (Some(reference), _) => target(reference),
            (_, Some(options)) => resolve(schema, options.first().unwrap()),
            _ => at,
        }
    }

    /// Every field the schema knows at a place must be one that the reader knows there, and the other way round: the reader names the
    /// nearest known field, so asking it for the field with a letter added tells both.
    fn check(schema: &Value, at: &Value, wrap: &dyn Fn(Value) -> Value) {
        let properties: Vec<_> = at["properties"].as_object().unwrap().keys().collect();
        assert_eq!(at["additionalProperties"], json!(false), "{at}");
        for name in properties {
            let error = Policy::from_json(&wrap(json!({ format!("{name}X"): 1 })).to_string()).unwrap_err();
            assert!(error.message().ends_with(&format!("the nearest known one is `{name}`")), "{error}");
            let inner = field(schema, at, name);
            if inner["properties"].is_object() {
                check(schema, inner, &|value| wrap(json!({ name.clone(): value })));
            }
        }
    }

    #[test]
    fn the_schema_and_the_reader_know_the_same_fields() {
        let schema = policy_schema();
        check(&schema, &schema, &|value| {
            let mut document = json!({"customerId": "c"});
            document.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            document
        });
        let action = resolve(&schema, &schema["$defs"]["ActionRules"]);
        check(&schema, action, &|value| json!({"customerId": "c", "actions": {"t": value}}));
        let agent = resolve(&schema, &schema["$defs"]["Agent"]);
        check(&schema, agent, &|value| json!({"customerId": "c", "agents": {"a": value}}));
    }

    #[test]
    fn the_full_schema_describes_the_document_in_full() {
        let document = serde_json::to_value(Policy::from_json(r#"{"customerId": "c"}"#).unwrap().document()).unwrap();
        let names: Vec<_> = document.as_object().unwrap().keys().cloned().collect();
        let mut required: Vec<_> = full_policy_schema()["required"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        required.sort();
        let mut names = names;
        names.sort();
        assert_eq!(required, names);
    }

    /// Every whole number that the schema knows at a place: the reader takes its lowest value, and nothing below.
    fn check_ranges(schema: &Value, at: &Value, wrap: &dyn Fn(Value) -> Value) -> usize {
        let mut numbers = 0;
        for (name, property) in at["properties"].as_object().unwrap() {
            let inner = field(schema, at, name);
            if name == "quietHours" {
                // Both hours or none: neither can be tried alone.
                continue;
            }
            if inner["properties"].is_object() {
                numbers += check_ranges(schema, inner, &|value| wrap(json!({ name.clone(): value })));
            } else if inner["type"] == json!("integer") && property["const"].is_null() {
                numbers += 1;
                let lowest = property["minimum"].as_i64().or(inner["minimum"].as_i64()).unwrap();
                let refused = |value: i64| {
                    let text = wrap(json!({ name.clone(): value })).to_string();
                    Policy::from_json(&text).is_err_and(|error| error.path().ends_with(name.as_str()))
                };
                assert!(!refused(lowest) && refused(lowest - 1), "{name}, from {lowest} on");
            }
        }
        numbers
    }

    #[test]
    fn the_schema_and_the_reader_know_the_same_ranges() {
        let schema = policy_schema();
        let document = |value: Value| {
            let mut document = json!({"customerId": "c"});
            document.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            document
        };
        assert!(check_ranges(&schema, &schema, &document) > 10);
        let action = resolve(&schema, &schema["$defs"]["ActionRules"]);
        let numbers = check_ranges(&schema, action, &|value| json!({"customerId": "c", "actions": {"t": value}}));
        assert!(numbers > 0);
    }

    #[test]
    fn descriptions_speak_of_the_document_alone() {
        let text = full_policy_schema().to_string();
        assert!(!text.contains("```") && !text.contains("[`") && !text.contains("::"), "{text}");
    }

    #[test]
    fn what_the_schema_asks_for() {
        let schema = policy_schema();
        // All else may be left out; of quiet hours both or neither.
        let asked = |at: &Value| -> Vec<(String, Value)> {
            let definitions = at["$defs"].as_object().unwrap();
            let asked = definitions.iter().filter(|(_, definition)| definition.get("required").is_some());
            asked.map(|(name, definition)| (name.clone(), definition["required"].clone())).collect()
        };
        assert_eq!(schema["required"], json!(["customerId"]));
        assert_eq!(asked(&schema), [("QuietHours".to_owned(), json!(["start", "end"]))]);
        assert_eq!(schema["$defs"]["Date"]["pattern"], "^\\d{4}-\\d{2}-\\d{2}$");
    }

    #[test]
    fn a_visit_leaves_no_part_out() {
        let mut schema = json!({"anyOf": [{"format": "a"}, {"items": {"format": "b"}}], "format": "c"});
        visit(&mut schema, &|object| drop(object.remove("format")));
        assert_eq!(schema, json!({"anyOf": [{}, {"items": {}}]}));
    }

    #[test]
    fn no_format_that_validators_refuse() {
        assert!(!policy_schema().to_string().contains("\"format\""));
    }
}
