//! Does a person have to approve what it says, or what it is?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings, Stage};
use crate::error::Result;
use crate::guard::approvals::ApprovalStatus;
use crate::policy::UnknownActions;
use crate::reason::Reason;
use crate::rules::requires_approval;

pub(super) const ABOUT: &str = "`approve` where the approval rule asks for a person, and where a risk or a cost that it needs is not known; `deny` for unknown types where the policy says so, after a rejection, and where too many wait for a person";

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let (risk, missing) = ask.action.risk_factors(ask.known.rules)?;
    let denied = ask.policy.document().unknown_actions == UnknownActions::Deny;
    let reasons = requires_approval(ask.policy, &ask.action.action_type, &risk)?.reasons;
    for reason in reasons.into_iter().chain(missing).chain(ask.missing_costs.iter().cloned()) {
        if denied && matches!(reason, Reason::UnknownActionType { .. }) {
            findings.add("approval", Effect::Deny, reason);
        } else {
            findings.approve("approval", reason);
        }
    }
    // What a person said no to is not asked again, nor under another id; nor when another person has tried it by hand.
    let rejected = ask.approval.is_some_and(|approval| approval.status == ApprovalStatus::Rejected);
    if rejected || ask.stage() == Some(Stage::Rejected) || ask.state.rejected.has(ask.content, ask.now) {
        findings.add("approval", Effect::Deny, Reason::ApprovalRejected);
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let (risk, _) = ask.action.risk_factors(ask.known.rules)?;
    let document = ask.policy.document();
    Ok(json!({
        "autonomyMode": document.autonomy_mode,
        "isKnown": ask.known.listed,
        "unknownActions": document.unknown_actions,
        "outbound": ask.known.rules.outbound,
        "messaging": ask.known.rules.messaging,
        "riskFactors": {
            "isFirstSendToAccount": risk.is_first_send_to_account,
            "dealValue": risk.deal_value,
            "containsLegalTopic": risk.contains_legal_topic,
            "sector": risk.sector,
            "draftLength": risk.draft_text.chars().count(),
            "consecutiveFollowupIndex": risk.consecutive_followup_index,
        },
        "requireHumanForFirstSend": document.require_human_for_first_send,
        "requireHumanForHighValueDealsAbove": document.require_human_for_high_value_deals_above,
        "requireHumanForLegalTopics": document.require_human_for_legal_topics,
        "blockedSectors": document.blocked_sectors.len(),
        "blockedKeywords": document.blocked_keywords.len(),
        "maxConsecutiveFollowups": document.max_consecutive_followups,
        "approval": ask.approval.map(|approval| json!({"id": approval.id, "status": approval.status_at(ask.now)})),
        "isApproved": ask.covering().is_some(),
    }))
}
