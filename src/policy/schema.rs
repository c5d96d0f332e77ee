//! The JSON Schema of the policy document, made from the types themselves.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

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
        if object.contains_key("properties") {
            object.insert("additionalProperties".into(), false.into());
        }
    });
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
