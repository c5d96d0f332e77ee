//! The fingerprint of a policy: SHA-256 over the canonical JSON of its document without what is default.
//!
//! Two documents that say the same, in whatever spelling and with whatever defaults written out, have one digest.

use super::catalogue::{ActionRules, Cost, built_in};
use super::document::{Agent, PolicyDocument};
use crate::error::{Error, ErrorCode, Result};
use crate::json::{canonical, sha256_hex, value};
use crate::value::Value;

type Object = Vec<(String, Value)>;

impl PolicyDocument {
    pub(super) fn digest(&self) -> Result<String> {
        canonical(&self.without_defaults()?).map(|text| sha256_hex(&text))
    }

    /// The document, each field that equals its default left out.
    pub(super) fn without_defaults(&self) -> Result<Value> {
        let defaults = object(&Self::defaults(self.customer_id.clone()))?;
        let mut kept = differences(object(self)?, &defaults);
        // The one field that has no default.
        set(&mut kept, "customerId", Some(Value::Text(self.customer_id.clone())));
        // Hours are given as a whole or not at all.
        if matches!(get(&kept, "quietHours"), Some(Value::Object(_))) {
            set(&mut kept, "quietHours", Some(value(&self.quiet_hours)?));
        }
        set(&mut kept, "actions", filled(self.actions_without_defaults()?));
        set(&mut kept, "agents", filled(self.agents_without_defaults()?));
        Ok(Value::Object(kept))
    }

    fn actions_without_defaults(&self) -> Result<Object> {
        let built_in = built_in();
        let mut actions = Object::new();
        for (key, rules) in &self.actions {
            let known = built_in.get(key);
            let default = known.cloned().unwrap_or_else(|| ActionRules::blank(self.default_level, false));
            // What a message costs by default follows from its being one, not from the entry it overrides.
            let default = ActionRules { cost: Cost::default_for(rules.messaging), ..default };
            let kept = differences(object(rules)?, &object(&default)?);
            // An entry says that a type is in the catalogue, even where it says no more.
            if known.is_none() || !kept.is_empty() {
                actions.push((key.clone(), Value::Object(kept)));
            }
        }
        Ok(actions)
    }

    fn agents_without_defaults(&self) -> Result<Object> {
        let mut agents = Object::new();
        for (id, agent) in &self.agents {
            let default = Agent { name: id.clone(), creator: None, budget: None };
            let mut kept = differences(object(agent)?, &object(&default)?);
            if let Some(budget) = &agent.budget {
                let budget = differences(object(budget)?, &object(&self.budget)?);
                set(&mut kept, "budget", Some(Value::Object(budget)));
            }
            agents.push((id.clone(), Value::Object(kept)));
        }
        Ok(agents)
    }
}

fn get<'o>(object: &'o Object, name: &str) -> Option<&'o Value> {
    object.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// Puts a field in the place of what is there, or takes it away.
fn set(object: &mut Object, name: &str, value: Option<Value>) {
    object.retain(|(known, _)| known != name);
    object.extend(value.map(|value| (name.to_owned(), value)));
}

fn filled(object: Object) -> Option<Value> {
    (!object.is_empty()).then_some(Value::Object(object))
}

fn object<T: serde::Serialize>(of: &T) -> Result<Object> {
    match value(of)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::new(ErrorCode::Internal, "", "a document that is no object")),
    }
}

fn differences(given: Object, default: &Object) -> Object {
    let differing = given.into_iter().filter_map(|(name, value)| match (value, get(default, &name)) {
        (value, Some(default)) if value == *default => None,
        (Value::Object(value), Some(Value::Object(default))) => {
            Some((name, Value::Object(differences(value, default))))
        }
        (value, _) => Some((name, value)),
    });
    differing.collect()
}
