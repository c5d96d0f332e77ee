//! Calling a rule by its name, with one untyped argument: how every host but Rust itself asks.

use std::sync::Arc;

use crate::error::{Error, ErrorCode, Result};
use crate::policy::{Policy, policy_argument};
use crate::read::{Fields, Place};
use crate::value::Value;
use crate::zone::Zones;
use crate::{analysis, recovery, rules};

/// A rule as it is called from outside: its argument in, its result as JSON text out.
pub(crate) type Rule = fn(&Value, &Context<'_>) -> Result<String>;

/// What a call brings along beside its argument.
pub(crate) struct Context<'a> {
    zones: &'a Arc<Zones>,
    policy: Option<&'a Arc<Policy>>,
}

impl Context<'_> {
    /// The policy that came as a handle.
    pub(crate) fn handle(&self) -> Option<&Arc<Policy>> {
        self.policy
    }

    /// The policy of the argument, as a handle or a document, where there is one.
    pub(crate) fn policy(&self, fields: &Fields<'_, '_>) -> Result<Option<Arc<Policy>>> {
        policy_argument(fields, self.policy, self.zones)
    }

    pub(crate) fn required_policy(&self, fields: &Fields<'_, '_>) -> Result<Arc<Policy>> {
        let left_out = || Place::ARGUMENT.key("policy").error("required, but left out");
        self.policy(fields)?.ok_or_else(left_out)
    }
}

/// Calls a rule by its name in the contract (`requiresApproval`, `withinBudget`, …) with its one argument; the result is JSON text.
///
/// `policy` stands for the argument's `policy` field, compiled once and used many times.
///
/// ```
/// use std::sync::Arc;
/// use agent_interlock::{Value, Zones, call};
/// let argument = Value::from_json(r#"{"usage": {"messagesToday": 5}, "budget": {"maxMessagesPerDay": 5}}"#)?;
/// let result = call("withinBudget", &argument, None, &Arc::new(Zones::bundled()))?;
/// assert!(result.starts_with(r#"{"within":false,"reason":"messages_per_day_reached""#));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn call(name: &str, argument: &Value, policy: Option<&Arc<Policy>>, zones: &Arc<Zones>) -> Result<String> {
    let rule = rules::RULES
        .iter()
        .chain(recovery::RULES)
        .chain(analysis::RULES)
        .find(|(known, _)| *known == name)
        .map(|(_, rule)| rule);
    let unknown = || Error::new(ErrorCode::NotFound, "", format!("no rule is called {}", crate::value::quote(name)));
    rule.ok_or_else(unknown)?(argument, &Context { zones, policy })
}
