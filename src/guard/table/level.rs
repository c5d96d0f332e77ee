//! How far may it go without the agent's creator?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings};
use crate::error::Result;
use crate::policy::Level;
use crate::reason::Reason;

pub(super) const ABOUT: &str = "L1 `allow`, L2 `notify` (the creator), L3 `approve`";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let level = ask.known.rules.level;
    match level {
        Level::L1 => {}
        Level::L2 => findings.add("level", Effect::Notify, Reason::Level { level }),
        Level::L3 => findings.approve("level", Reason::Level { level }),
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let creator = ask.policy.creator(&ask.action.agent);
    Ok(json!({"level": ask.known.rules.level, "isKnown": ask.known.listed, "creator": creator}))
}
