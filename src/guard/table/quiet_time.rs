//! Is it night, or a day on which nothing goes out?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings};
use crate::error::Result;
use crate::reason::Reason;
use crate::rules::is_in_quiet_hours;
use crate::zone::Local;

pub(super) const ABOUT: &str =
    "messages: `defer` in quiet hours and on blocked dates; `deny` where no instant within 400 days is free";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    if !is_quiet(ask, ask.local) {
        return Ok(());
    }
    let Some(until) = ask.free_from(ask.now, false) else {
        findings.add("quiet_time", Effect::Deny, Reason::NeverAllowed);
        return Ok(());
    };
    if is_in_quiet_hours(ask.policy, ask.local.hour) {
        findings.defer("quiet_time", Reason::QuietHours, Some(until));
    }
    if ask.policy.blocks_date(ask.local.date) {
        findings.defer("quiet_time", Reason::BlockedDate { date: ask.local.date }, Some(until));
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let document = ask.policy.document();
    Ok(json!({
        "messaging": ask.known.rules.messaging,
        "timeZone": document.time_zone,
        "localDate": ask.local.date,
        "localHour": ask.local.hour,
        "quietHours": document.quiet_hours,
        "isBlockedDate": ask.policy.blocks_date(ask.local.date),
    }))
}

/// Whether a message would be held at that local time.
pub(super) fn is_quiet(ask: &Ask<'_>, local: Local) -> bool {
    !ask.human
        && ask.known.rules.messaging
        && (is_in_quiet_hours(ask.policy, local.hour) || ask.policy.blocks_date(local.date))
}
