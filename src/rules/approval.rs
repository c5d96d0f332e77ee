//! Does a person have to approve this? (Contract 2.1.)

use serde::Serialize;

use crate::call::Context;
use crate::error::Result;
use crate::number::Count;
use crate::policy::{ActionType, AutonomyMode, FACTORS, Factor, Policy, Traits, UnknownActions, amounts_in};
use crate::read::{self, Fields, Place, Shape, field};
use crate::reason::Reason;
use crate::value::Value;

/// The longest draft, in bytes of UTF-8: 1 MB.
pub(crate) const MAX_DRAFT: usize = 1 << 20;

/// What a host knows of an action beside its type.
///
/// ```
/// use agent_interlock::RiskFactors;
/// let risk = RiskFactors { deal_value: 150_000.0, ..RiskFactors::default() };
/// assert!(!risk.is_first_send_to_account);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RiskFactors {
    /// Nothing was ever sent to the account.
    pub is_first_send_to_account: bool,
    /// What the deal is worth, in the policy's currency; may be negative.
    pub deal_value: f64,
    /// The message speaks of legal matters.
    pub contains_legal_topic: bool,
    /// The account's sector; an empty one is none.
    pub sector: Option<String>,
    /// The text that would be sent: at most 1 MB.
    pub draft_text: String,
    /// How many follow-ups went before without an answer.
    pub consecutive_followup_index: Count,
}

/// Whether a person has to approve, and every reason why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ApprovalRequirement {
    /// Whether there is any reason.
    pub required: bool,
    /// The text of the first reason.
    pub reason: Option<String>,
    /// All reasons, in the order of the rules.
    pub reasons: Vec<Reason>,
}

/// Whether an action needs a person's approval.
///
/// Errors: `invalid_input` where the type differs from a known one only by case.
///
/// ```
/// use agent_interlock::{ActionType, Policy, RiskFactors, requires_approval};
/// let policy = Policy::from_json(r#"{"customerId": "noor", "autonomyMode": "safe_autopilot"}"#)?;
/// let send = ActionType::new("send_message").unwrap();
/// let risk = RiskFactors { deal_value: 150_000.0, ..RiskFactors::default() };
/// let approval = requires_approval(&policy, &send, &risk)?;
/// assert_eq!(approval.reason.as_deref(), Some("high_value_deal_sar=150000"));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn requires_approval(policy: &Policy, action_type: &ActionType, risk: &RiskFactors) -> Result<ApprovalRequirement> {
    let traits = policy.action(action_type, &Place::ARGUMENT.key("actionType"))?.traits();
    let reasons = reasons_against(policy, action_type.as_str(), traits, risk);
    Ok(ApprovalRequirement { required: !reasons.is_empty(), reason: reasons.first().map(Reason::to_string), reasons })
}

/// All that speaks against an action of these traits. Where nothing does, nothing is allocated.
pub(crate) fn reasons_against(policy: &Policy, action_type: &str, traits: Traits, risk: &RiskFactors) -> Vec<Reason> {
    let document = policy.document();
    let mode = document.autonomy_mode;
    let mut reasons = Vec::new();
    if matches!(mode, AutonomyMode::Manual | AutonomyMode::SuggestOnly) {
        reasons.push(Reason::AutonomyMode { mode });
    }
    if mode == AutonomyMode::DraftAndApprove && traits.outbound {
        reasons.push(Reason::OutboundRequiresHuman { mode });
    }
    if !traits.listed && document.unknown_actions != UnknownActions::Allow {
        reasons.push(Reason::UnknownActionType { action_type: action_type.to_owned() });
    }
    if traits.messaging {
        add_message_reasons(policy, risk, &mut reasons);
    }
    reasons
}

/// What speaks against a message that nobody has read.
fn add_message_reasons(policy: &Policy, risk: &RiskFactors, reasons: &mut Vec<Reason>) {
    let document = policy.document();
    if document.require_human_for_first_send && risk.is_first_send_to_account {
        reasons.push(Reason::FirstSendToAccount);
    }
    let threshold = document.require_human_for_high_value_deals_above;
    if risk.deal_value >= threshold {
        // Minus zero is zero, in the text as in JSON.
        let value = risk.deal_value + 0.0;
        reasons.push(Reason::HighValueDeal { currency: document.currency.clone(), value, threshold });
    }
    if document.require_human_for_legal_topics && risk.contains_legal_topic {
        reasons.push(Reason::ContainsLegalTopic);
    }
    if let Some(sector) = risk.sector.as_ref().filter(|sector| policy.blocks_sector(sector)) {
        reasons.push(Reason::BlockedSector { sector: sector.clone() });
    }
    let keywords = policy.keywords_in(&risk.draft_text);
    reasons.extend(keywords.map(|keyword| Reason::BlockedKeyword { keyword: keyword.clone() }));
    let maximum = document.max_consecutive_followups;
    if risk.consecutive_followup_index >= maximum {
        reasons.push(Reason::MaxConsecutiveFollowups { index: risk.consecutive_followup_index, maximum });
    }
}

/// Risk factors as far as they are known: each may still come from elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KnownFactors {
    is_first_send_to_account: Option<bool>,
    deal_value: Option<f64>,
    contains_legal_topic: Option<bool>,
    /// A sector that is given as `null` is known to be none.
    sector: Option<Option<String>>,
    draft_text: Option<String>,
    consecutive_followup_index: Option<Count>,
}

impl KnownFactors {
    pub(crate) fn read(value: &Value, place: &Place<'_>, currency: &str) -> Result<Self> {
        let fields = Fields::of(value, place, &FACTORS)?;
        amounts_in(currency, &fields, "dealValue")?;
        let mut known = Self::default();
        for factor in Factor::ALL {
            if let Some(value) = fields.get(factor.as_str()) {
                known.set(*factor, value, &place.key(factor.as_str()))?;
            }
        }
        Ok(known)
    }

    /// Reads one factor, from wherever it stands.
    pub(crate) fn set(&mut self, factor: Factor, value: &Value, place: &Place<'_>) -> Result<()> {
        match factor {
            Factor::IsFirstSendToAccount => self.is_first_send_to_account = Some(read::boolean(value, place)?),
            Factor::DealValue => self.deal_value = Some(read::number(value, place)?),
            Factor::ContainsLegalTopic => self.contains_legal_topic = Some(read::boolean(value, place)?),
            Factor::Sector if *value == Value::Null => self.sector = Some(None),
            Factor::Sector => self.sector = Some(Some(limited(value, place, MAX_SECTOR)?)),
            Factor::DraftText => self.draft_text = Some(limited(value, place, MAX_DRAFT)?),
            Factor::ConsecutiveFollowupIndex => self.consecutive_followup_index = Some(read::count(value, place)?),
        }
        Ok(())
    }

    pub(crate) fn has(&self, factor: Factor) -> bool {
        match factor {
            Factor::IsFirstSendToAccount => self.is_first_send_to_account.is_some(),
            Factor::DealValue => self.deal_value.is_some(),
            Factor::ContainsLegalTopic => self.contains_legal_topic.is_some(),
            Factor::Sector => self.sector.is_some(),
            Factor::DraftText => self.draft_text.is_some(),
            Factor::ConsecutiveFollowupIndex => self.consecutive_followup_index.is_some(),
        }
    }

    /// What is not known is harmless.
    pub(crate) fn complete(self) -> RiskFactors {
        RiskFactors {
            is_first_send_to_account: self.is_first_send_to_account.unwrap_or_default(),
            deal_value: self.deal_value.unwrap_or_default(),
            contains_legal_topic: self.contains_legal_topic.unwrap_or_default(),
            sector: self.sector.flatten(),
            draft_text: self.draft_text.unwrap_or_default(),
            consecutive_followup_index: self.consecutive_followup_index.unwrap_or_default(),
        }
    }
}

/// A sector is compared as a whole, so one longer than any draft is no sector.
const MAX_SECTOR: usize = MAX_DRAFT;

fn limited(value: &Value, place: &Place<'_>, limit: usize) -> Result<String> {
    let text = read::text(value, place)?;
    if text.len() > limit {
        return Err(place.error(format!("at most {limit} bytes of UTF-8, got {}", text.len())));
    }
    Ok(text.to_owned())
}

/// `requiresApproval({actionType, policy, riskFactors?})`.
pub(super) fn call(argument: &Value, context: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("actionType"), field("policy"), field("riskFactors")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let action_type = fields.required("actionType", ActionType::read)?;
    let policy = context.required_policy(&fields)?;
    let currency = &policy.document().currency;
    let risk = fields.or("riskFactors", KnownFactors::default(), |v, p| KnownFactors::read(v, p, currency))?;
    crate::json::text(&requires_approval(&policy, &action_type, &risk.complete())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(policy: &str, action_type: &str, risk: &RiskFactors) -> Vec<String> {
        let policy = Policy::from_json(policy).unwrap();
        let approval = requires_approval(&policy, &ActionType::new(action_type).unwrap(), risk).unwrap();
        assert_eq!(approval.required, !approval.reasons.is_empty());
        let texts: Vec<_> = approval.reasons.iter().map(Reason::to_string).collect();
        assert_eq!(approval.reason.as_ref(), texts.first());
        texts
    }

    fn all_risks() -> RiskFactors {
        RiskFactors {
            is_first_send_to_account: true,
            deal_value: 5.0,
            contains_legal_topic: true,
            sector: Some("ＧＡＭＩＮＧ".into()),
            draft_text: "a ضـمان and a Refund".into(),
            consecutive_followup_index: Count::of(3),
        }
    }

    const STRICT: &str = r#""requireHumanForHighValueDealsAbove": 5, "blockedSectors": ["gaming"], "blockedKeywords": ["refund", "no", "ضمان"]"#;

    #[test]
    fn lists_every_reason_in_order() {
        let policy = format!(r#"{{"customerId": "c", {STRICT}, "autonomyMode": "draft_and_approve"}}"#);
        assert_eq!(
            reasons(&policy, "post_it", &all_risks()),
            [
                "mode=draft_and_approve_requires_human_for_outbound",
                "unknown_action_type=post_it",
                "first_send_to_account",
                "high_value_deal_sar=5",
                "contains_legal_topic",
                "blocked_sector=ＧＡＭＩＮＧ",
                "blocked_keyword=refund",
                "blocked_keyword=ضمان",
                "max_consecutive_followups_reached",
            ]
        );
        assert_eq!(reasons(&policy, "draft_message", &all_risks()), [""; 0]);
        assert_eq!(
            reasons(&policy, "book_meeting", &all_risks()),
            ["mode=draft_and_approve_requires_human_for_outbound"]
        );
    }

    #[test]
    fn modes_that_let_nothing_run_say_so_for_reads_too() {
        for mode in ["manual", "suggest_only"] {
            let policy = format!(r#"{{"customerId": "c", "autonomyMode": "{mode}"}}"#);
            assert_eq!(reasons(&policy, "score_deal", &RiskFactors::default()), [format!("autonomy_mode={mode}")]);
        }
        for mode in ["safe_autopilot", "full_autopilot"] {
            let policy = format!(r#"{{"customerId": "c", "autonomyMode": "{mode}", {STRICT}}}"#);
            assert_eq!(reasons(&policy, "book_meeting", &all_risks()), [""; 0]);
            assert_eq!(reasons(&policy, "send_message", &all_risks()).len(), 7);
        }
    }

    #[test]
    fn thresholds_are_included() {
        let policy =
            r#"{"customerId": "c", "autonomyMode": "full_autopilot", "requireHumanForHighValueDealsAbove": 5}"#;
        let at = |deal_value, index| {
            let risk =
                RiskFactors { deal_value, consecutive_followup_index: Count::of(index), ..RiskFactors::default() };
            reasons(policy, "send_message", &risk)
        };
        assert_eq!(at(4.999, 2), [""; 0]);
        assert_eq!(at(5.0, 2), ["high_value_deal_sar=5"]);
        assert_eq!(at(0.0, 3), ["max_consecutive_followups_reached"]);
        let from_zero = policy.replace(": 5", ": 0");
        let risk = RiskFactors { deal_value: -0.0, ..RiskFactors::default() };
        assert_eq!(reasons(&from_zero, "send_message", &risk), ["high_value_deal_sar=0"]);
    }

    #[test]
    fn switched_off_reasons_are_silent() {
        let policy = r#"{"customerId": "c", "autonomyMode": "full_autopilot", "requireHumanForFirstSend": false, "requireHumanForLegalTopics": false, "unknownActions": "allow"}"#;
        let risk = RiskFactors { is_first_send_to_account: true, contains_legal_topic: true, ..RiskFactors::default() };
        assert_eq!(reasons(policy, "send_message", &risk), [""; 0]);
        assert_eq!(reasons(policy, "post_it", &risk), [""; 0]);
        let denied = policy.replace("allow", "deny");
        assert_eq!(reasons(&denied, "post_it", &risk), ["unknown_action_type=post_it"]);
    }

    #[test]
    fn no_sector_is_not_a_sector() {
        let policy = r#"{"customerId": "c", "autonomyMode": "full_autopilot", "blockedSectors": ["gaming"]}"#;
        for sector in [None, Some(String::new()), Some("gam".into()), Some("gaming x".into())] {
            assert_eq!(reasons(policy, "send_message", &RiskFactors { sector, ..RiskFactors::default() }), [""; 0]);
        }
        let spaced = RiskFactors { sector: Some(" Gaming ".into()), ..RiskFactors::default() };
        assert_eq!(reasons(policy, "send_message", &spaced), ["blocked_sector= Gaming "]);
    }

    #[test]
    fn drafts_have_a_limit() {
        let read = |length| {
            let value = Value::Object(vec![("draftText".into(), Value::Text("x".repeat(length)))]);
            KnownFactors::read(&value, &Place::ARGUMENT.key("riskFactors"), "SAR")
        };
        assert!(read(MAX_DRAFT).is_ok());
        assert_eq!(
            read(MAX_DRAFT + 1).unwrap_err().to_string(),
            "riskFactors.draftText: at most 1048576 bytes of UTF-8, got 1048577"
        );
    }
}
