//! Does a person have to confirm this? (Contract 2.8.)

use serde::Serialize;

use crate::call::Context;
use crate::error::Result;
use crate::policy::Access;
use crate::read::{self, Fields, Place, Shape, field};
use crate::value::Value;

/// Whether a person has to confirm, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Confirmation {
    /// Whether it may not run before a person has said yes.
    pub requires_confirmation: bool,
    /// The original's words.
    pub reason: &'static str,
}

/// Whether an action needs a person's confirmation: as the endpoint's classification says, else if it writes.
///
/// ```
/// use agent_interlock::{Access, requires_confirmation};
/// assert!(requires_confirmation(Access::Write, None).requires_confirmation);
/// assert!(!requires_confirmation(Access::Write, Some(false)).requires_confirmation);
/// assert_eq!(requires_confirmation(Access::Read, None).reason, "Read-only agent actions execute immediately");
/// ```
pub const fn requires_confirmation(agent_permission: Access, needs_interrupt: Option<bool>) -> Confirmation {
    let (requires_confirmation, reason) = match (needs_interrupt, agent_permission) {
        (Some(true), _) => (true, "Endpoint classified as requiring human approval"),
        (Some(false), _) => (false, "Endpoint classified as safe (no interrupt needed)"),
        (None, Access::Write) => (true, "Write-permission agent actions require confirmation"),
        (None, Access::Read) => (false, "Read-only agent actions execute immediately"),
    };
    Confirmation { requires_confirmation, reason }
}

/// `requiresConfirmation({agentPermission, needsInterrupt?})`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("agentPermission"), field("needsInterrupt")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let agent_permission = fields.required("agentPermission", read::word)?;
    let needs_interrupt = fields.optional("needsInterrupt", read::boolean)?;
    crate::json::text(&requires_confirmation(agent_permission, needs_interrupt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classification_decides_where_it_is_given() {
        for access in [Access::Read, Access::Write] {
            let asked = requires_confirmation(access, Some(true));
            assert_eq!(
                (asked.requires_confirmation, asked.reason),
                (true, "Endpoint classified as requiring human approval")
            );
            let safe = requires_confirmation(access, Some(false));
            assert_eq!(
                (safe.requires_confirmation, safe.reason),
                (false, "Endpoint classified as safe (no interrupt needed)")
            );
        }
    }
}
