//! Does a person have to approve what it says, or what it is?

use super::{Ask, Effect, Findings};
use crate::error::Result;
use crate::policy::UnknownActions;
use crate::reason::Reason;
use crate::rules::requires_approval;

pub(super) const ABOUT: &str = "`approve` where the approval rule asks for a person, and where a risk or a cost that it needs is not known; `deny` for unknown types where the policy says so";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let (risk, missing) = ask.action.risk_factors(ask.known.rules)?;
    let denied = ask.policy.document().unknown_actions == UnknownActions::Deny;
    let reasons = requires_approval(ask.policy, &ask.action.action_type, &risk)?.reasons;
    for reason in reasons.into_iter().chain(missing).chain(ask.missing_costs.iter().cloned()) {
        let unknown = matches!(reason, Reason::UnknownActionType { .. });
        findings.add("approval", if unknown && denied { Effect::Deny } else { Effect::Approve }, reason);
    }
    Ok(())
}
