//! The fingerprint of a policy: SHA-256 over the canonical JSON of its document without what is default.
//!
//! Two documents that say the same, in whatever spelling and with whatever defaults written out, have one digest.

use serde_json::{Map, Value};

use super::catalogue::{ActionRules, built_in};
use super::document::{Agent, PolicyDocument};
use crate::error::{Error, ErrorCode, Result};
use crate::json::{canonical, sha256_hex};

impl PolicyDocument {
    pub(super) fn digest(&self) -> Result<String> {
        canonical(&Value::Object(self.without_defaults()?)).map(|bytes| sha256_hex(&bytes))
    }

    /// The document, each field that equals its default left out.
    pub(super) fn without_defaults(&self) -> Result<Map<String, Value>> {
        let defaults = object(&Self::defaults(self.customer_id.clone()))?;
        let mut kept = differences(object(self)?, &defaults);
        // The one field that has no default.
        kept.insert("customerId".into(), Value::String(self.customer_id.clone()));
        // Hours are given as a whole or not at all.
        if let Some(hours) = kept.get_mut("quietHours").filter(|hours| hours.is_object()) {
            *hours = json(&self.quiet_hours)?;
        }
        let built_in = built_in();
        let actions = self.actions.iter().map(|(key, rules)| {
            let known = built_in.get(key);
            let default = known.cloned().unwrap_or_else(|| ActionRules::blank(self.default_level, false));
            // What a message costs by default follows from its being one, not from the entry it overrides.
            let default = ActionRules { cost: super::catalogue::Cost::default_for(rules.messaging), ..default };
            let kept = differences(object(rules)?, &object(&default)?);
            // An entry says that a type is in the catalogue, even where it says no more.
            Ok((known.is_none() || !kept.is_empty()).then(|| (key.clone(), Value::Object(kept))))
        });
        set(&mut kept, "actions", entries(actions.filter_map(Result::transpose))?);
        let agents = self.agents.iter().map(|(id, agent)| {
            let default = Agent { name: id.clone(), creator: None, budget: None };
            let mut differing = differences(object(agent)?, &object(&default)?);
            if let Some(budget) = &agent.budget {
                differing.insert("budget".into(), Value::Object(differences(object(budget)?, &object(&self.budget)?)));
            }
            Ok((id.clone(), Value::Object(differing)))
        });
        set(&mut kept, "agents", entries(agents)?);
        Ok(kept)
    }
}

fn set(fields: &mut Map<String, Value>, name: &str, value: Map<String, Value>) {
    if value.is_empty() {
        fields.remove(name);
    } else {
        fields.insert(name.into(), Value::Object(value));
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::new(ErrorCode::Internal, "", error.to_string()))
}

fn object<T: serde::Serialize>(value: &T) -> Result<Map<String, Value>> {
    match json(value)? {
        Value::Object(map) => Ok(map),
        _ => Err(Error::new(ErrorCode::Internal, "", "a document that is no object")),
    }
}

fn differences(given: Map<String, Value>, default: &Map<String, Value>) -> Map<String, Value> {
    let kept = given.into_iter().filter_map(|(name, value)| match (value, default.get(&name)) {
        (value, Some(default)) if value == *default => None,
        (Value::Object(value), Some(Value::Object(default))) => {
            Some((name, Value::Object(differences(value, default))))
        }
        (value, _) => Some((name, value)),
    });
    let mut differences = Map::new();
    kept.for_each(|(name, value)| drop(differences.insert(name, value)));
    differences
}

fn entries(entries: impl Iterator<Item = Result<(String, Value)>>) -> Result<Map<String, Value>> {
    let mut map = Map::new();
    for entry in entries {
        let (name, value) = entry?;
        map.insert(name, value);
    }
    Ok(map)
}
