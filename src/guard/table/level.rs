//! How far may it go without the agent's creator?

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
        Level::L3 => findings.add("level", Effect::Approve, Reason::Level { level }),
    }
    Ok(())
}
