//! Does a person confirm each one?

use serde_json::{Value as Json, json};

use super::{Ask, Findings};
use crate::error::Result;
use crate::policy::Access;
use crate::reason::Reason;
use crate::rules::requires_confirmation;

pub(super) const ABOUT: &str =
    "`approve` where the action or the policy says so, or for every write where the policy confirms writes";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    // An action can ask for a person; that it needs none is not for it to say.
    let asked = ask.known.rules.needs_interrupt || ask.action.needs_interrupt == Some(true);
    let access = if ask.is_read() { Access::Read } else { Access::Write };
    let interrupt = if asked { Some(true) } else { (!ask.policy.document().confirm_writes).then_some(false) };
    if requires_confirmation(access, interrupt).requires_confirmation {
        findings.approve("confirmation", Reason::ConfirmationRequired);
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    Ok(json!({
        "isRead": ask.is_read(),
        "needsInterrupt": ask.action.needs_interrupt,
        "policyNeedsInterrupt": ask.known.rules.needs_interrupt,
        "confirmWrites": ask.policy.document().confirm_writes,
    }))
}
