//! Is it its turn in its plan?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings};
use crate::error::Result;
use crate::guard::groups::Turn;
use crate::reason::Reason;

pub(super) const ABOUT: &str = "in a group: `defer` until all before it have succeeded; `deny` where one of them was refused for good, rejected, failed for good or not approved in time, and a day after all of the group has ended";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let (agent, now) = (&ask.action.agent, ask.now);
    let Some(group) = &ask.action.group else { return Ok(()) };
    match ask.state.turn(agent, group, now) {
        Turn::Now => {}
        Turn::Behind(index) => findings.defer("order", Reason::PausedBehind { index }, None),
        Turn::Never(index) => findings.add("order", Effect::Deny, Reason::SkippedAfter { index }),
    }
    if ask.state.has_ended(agent, group, now) {
        findings.add("order", Effect::Deny, Reason::GroupEnded);
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let Some(group) = &ask.action.group else { return Ok(json!({ "group": null })) };
    let before = ask.state.before(&ask.action.agent, group, ask.now);
    let ended = ask.state.has_ended(&ask.action.agent, group, ask.now);
    Ok(json!({"group": group, "before": before, "hasEnded": ended}))
}
