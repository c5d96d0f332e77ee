//! Is the agent, or everything, stopped?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings};
use crate::error::Result;
use crate::reason::Reason;

pub(super) const ABOUT: &str = "`lock` while the agent, or the customer, is locked, unless a read of the catalogue";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    if ask.is_read() {
        return Ok(());
    }
    if ask.state.locks.agents.contains(&ask.action.agent) {
        findings.add("lock", Effect::Lock, Reason::AgentLocked);
    }
    if ask.state.locks.customer.is_some() {
        findings.add("lock", Effect::Lock, Reason::CustomerLocked);
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let locks = &ask.state.locks;
    Ok(json!({"isRead": ask.is_read(), "agent": locks.agents.get(&ask.action.agent), "customer": locks.customer}))
}
