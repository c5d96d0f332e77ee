//! The closed list of reasons: why an action may not simply run.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::number::{Amount, Count};
use crate::policy::{AutonomyMode, Factor, Level};
use crate::time::{Date, Timestamp};

/// One reason, with what it speaks of, so that an interface can say it in any language.
///
/// Its JSON is `{code, text, ...fields}`; [`Display`](fmt::Display) gives the text, [`Reason::code`] the code.
///
/// ```
/// use agent_interlock::Reason;
/// let reason = Reason::BlockedSector { sector: "gaming".into() };
/// assert_eq!((reason.code(), reason.to_string().as_str()), ("blocked_sector", "blocked_sector=gaming"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The mode lets nothing run by itself.
    AutonomyMode {
        /// `manual` or `suggest_only`.
        mode: AutonomyMode,
    },
    /// In `draft_and_approve` a person releases what leaves the house.
    OutboundRequiresHuman {
        /// Always `draft_and_approve`.
        mode: AutonomyMode,
    },
    /// The catalogue does not have the type.
    UnknownActionType {
        /// The type as given.
        action_type: String,
    },
    /// Nothing was ever sent to this account.
    FirstSendToAccount,
    /// The deal is worth as much as the threshold, or more.
    HighValueDeal {
        /// The policy's currency.
        currency: String,
        /// The deal's value.
        value: f64,
        /// The policy's threshold.
        threshold: f64,
    },
    /// The message speaks of legal matters.
    ContainsLegalTopic,
    /// The account's sector is blocked.
    BlockedSector {
        /// The sector as given.
        sector: String,
    },
    /// A blocked keyword stands in the draft.
    BlockedKeyword {
        /// The keyword as the policy has it.
        keyword: String,
    },
    /// That many follow-ups without an answer are enough.
    MaxConsecutiveFollowups {
        /// The follow-up's index.
        index: Count,
        /// The policy's maximum.
        maximum: Count,
    },
    /// A message about whose risks nothing at all is known.
    RiskFactorsMissing,
    /// The policy looks for a risk factor in `args`, and they do not have it.
    RiskFactorMissing {
        /// The factor.
        factor: Factor,
    },
    /// The policy looks for a cost in `args`, and they do not have it.
    CostMissing {
        /// `messages`, `llmTokens`, `apiCalls` or `amount`.
        dimension: &'static str,
    },
    /// The agent is locked.
    AgentLocked,
    /// Everything of the customer's is locked.
    CustomerLocked,
    /// Risk and impact together are critical.
    CriticalRisk {
        /// 0.6 x risk + 0.4 x impact.
        score: f64,
    },
    /// The agent's last metrics were those of a systemic anomaly.
    SystemicAnomaly,
    /// As many agents as can be are kept track of already.
    TooManyAgents,
    /// It was granted, and nobody has reported what became of it.
    AlreadyGranted,
    /// It was done.
    AlreadyExecuted,
    /// It may have been done; somebody has to say.
    OutcomeUnknown,
    /// It failed, and may be tried again later.
    RetryNotBefore {
        /// From when on.
        retry_at: Timestamp,
    },
    /// It failed in a way that trying again does not mend.
    NotRetryable {
        /// The kind of failure.
        category: String,
    },
    /// It failed as often as it may.
    RetriesExhausted,
    /// The same was done a short while ago under another id.
    DuplicateAction,
    /// As many grants of the agent as can be are without a report.
    TooManyInFlight,
    /// There is no room for another action in a snapshot: what is in flight is to be reported, and what is in the outbox acknowledged.
    SnapshotFull,
    /// How far the type may go without the agent's creator.
    Level {
        /// The level.
        level: Level,
    },
    /// A person confirms each one.
    ConfirmationRequired,
    /// No instant within 400 days is free.
    NeverAllowed,
    /// The day's messages would be used up and more.
    MessagesPerDayWouldExceed {
        /// Used today.
        used: Count,
        /// What this would cost.
        cost: Count,
        /// The day's cap.
        cap: Count,
    },
    /// The day's tokens would be used up and more.
    LlmTokensPerDayWouldExceed {
        /// Used today.
        used: Count,
        /// What this would cost.
        cost: Count,
        /// The day's cap.
        cap: Count,
    },
    /// The day's calls to other services would be used up and more.
    ApiCallsPerDayWouldExceed {
        /// Used today.
        used: Count,
        /// What this would cost.
        cost: Count,
        /// The day's cap.
        cap: Count,
    },
    /// The day's money would be spent and more.
    CostPerDayWouldExceed {
        /// The currency of all three.
        currency: String,
        /// Spent today.
        used: Amount,
        /// What this would cost.
        cost: Amount,
        /// The day's cap.
        cap: Amount,
    },
    /// It costs more than any day has.
    ExceedsCap {
        /// `messages`, `llmTokens`, `apiCalls` or `amount`.
        dimension: &'static str,
    },
    /// The agent acts so fast that it must have lost its way.
    VelocityTier3 {
        /// Actions in the window.
        action_count: u64,
        /// Actions a minute.
        actions_per_minute: f64,
    },
    /// It is night where the customer is.
    QuietHours,
    /// Nothing goes out on this day.
    BlockedDate {
        /// The local day.
        date: Date,
    },
    /// The day's messages are used up.
    MessagesPerDayReached {
        /// Used today.
        used: Count,
        /// The day's cap.
        cap: Count,
    },
    /// The day's tokens are used up.
    LlmTokensPerDayReached {
        /// Used today.
        used: Count,
        /// The day's cap.
        cap: Count,
    },
    /// The day's calls to other services are used up.
    ApiCallsPerDayReached {
        /// Used today.
        used: Count,
        /// The day's cap.
        cap: Count,
    },
    /// The day's money is spent.
    CostPerDayReached {
        /// The currency of both.
        currency: String,
        /// Spent today.
        used: Amount,
        /// The day's cap.
        cap: Amount,
    },
}

impl Reason {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AutonomyMode { .. } => "autonomy_mode",
            Self::OutboundRequiresHuman { .. } => "outbound_requires_human",
            Self::UnknownActionType { .. } => "unknown_action_type",
            Self::FirstSendToAccount => "first_send_to_account",
            Self::HighValueDeal { .. } => "high_value_deal",
            Self::ContainsLegalTopic => "contains_legal_topic",
            Self::BlockedSector { .. } => "blocked_sector",
            Self::BlockedKeyword { .. } => "blocked_keyword",
            Self::MaxConsecutiveFollowups { .. } => "max_consecutive_followups_reached",
            Self::RiskFactorsMissing => "risk_factors_missing",
            Self::RiskFactorMissing { .. } => "risk_factor_missing",
            Self::CostMissing { .. } => "cost_missing",
            Self::AgentLocked => "agent_locked",
            Self::CustomerLocked => "customer_locked",
            Self::CriticalRisk { .. } => "critical_risk",
            Self::SystemicAnomaly => "systemic_anomaly",
            Self::TooManyAgents => "too_many_agents",
            Self::AlreadyGranted => "already_granted",
            Self::AlreadyExecuted => "already_executed",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::RetryNotBefore { .. } => "retry_not_before",
            Self::NotRetryable { .. } => "not_retryable",
            Self::RetriesExhausted => "retries_exhausted",
            Self::DuplicateAction => "duplicate_action",
            Self::TooManyInFlight => "too_many_in_flight",
            Self::SnapshotFull => "snapshot_full",
            Self::Level { .. } => "level",
            Self::ConfirmationRequired => "confirmation_required",
            Self::NeverAllowed => "never_allowed",
            Self::MessagesPerDayWouldExceed { .. } => "messages_per_day_would_exceed",
            Self::LlmTokensPerDayWouldExceed { .. } => "llm_tokens_per_day_would_exceed",
            Self::ApiCallsPerDayWouldExceed { .. } => "api_calls_per_day_would_exceed",
            Self::CostPerDayWouldExceed { .. } => "cost_per_day_would_exceed",
            Self::ExceedsCap { .. } => "exceeds_cap",
            Self::VelocityTier3 { .. } => "velocity_tier_3",
            Self::QuietHours => "quiet_hours",
            Self::BlockedDate { .. } => "blocked_date",
            Self::MessagesPerDayReached { .. } => "messages_per_day_reached",
            Self::LlmTokensPerDayReached { .. } => "llm_tokens_per_day_reached",
            Self::ApiCallsPerDayReached { .. } => "api_calls_per_day_reached",
            Self::CostPerDayReached { .. } => "cost_per_day_reached",
        }
    }

    /// The fields beside `code` and `text`, for an object that holds more than the reason alone.
    pub(crate) fn serialize_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::AutonomyMode { mode } | Self::OutboundRequiresHuman { mode } => map.serialize_entry("mode", mode),
            Self::UnknownActionType { action_type } => map.serialize_entry("actionType", action_type),
            Self::CriticalRisk { score } => {
                map.serialize_entry("score", score)?;
                Ok(())
            }
            Self::RetryNotBefore { retry_at } => {
                map.serialize_entry("retryAt", retry_at)?;
                Ok(())
            }
            Self::NotRetryable { category } => {
                map.serialize_entry("category", category)?;
                Ok(())
            }
            Self::Level { level } => {
                map.serialize_entry("level", level)?;
                Ok(())
            }
            Self::CostPerDayWouldExceed { currency, used, cost, cap } => {
                map.serialize_entry("currency", currency)?;
                map.serialize_entry("used", used)?;
                map.serialize_entry("cost", cost)?;
                map.serialize_entry("cap", cap)?;
                Ok(())
            }
            Self::ExceedsCap { dimension } => {
                map.serialize_entry("dimension", dimension)?;
                Ok(())
            }
            Self::MessagesPerDayWouldExceed { used, cost, cap }
            | Self::LlmTokensPerDayWouldExceed { used, cost, cap }
            | Self::ApiCallsPerDayWouldExceed { used, cost, cap } => {
                map.serialize_entry("used", used)?;
                map.serialize_entry("cost", cost)?;
                map.serialize_entry("cap", cap)
            }
            Self::RiskFactorMissing { factor } => map.serialize_entry("factor", factor),
            Self::CostMissing { dimension } => map.serialize_entry("dimension", dimension),
            Self::VelocityTier3 { action_count, actions_per_minute } => {
                map.serialize_entry("actionCount", action_count)?;
                map.serialize_entry("actionsPerMinute", actions_per_minute)
            }
            Self::BlockedDate { date } => map.serialize_entry("date", date),
            Self::HighValueDeal { currency, value, threshold } => {
                map.serialize_entry("value", value)?;
                map.serialize_entry("currency", currency)?;
                map.serialize_entry("threshold", threshold)
            }
            Self::BlockedSector { sector } => map.serialize_entry("sector", sector),
            Self::BlockedKeyword { keyword } => map.serialize_entry("keyword", keyword),
            Self::MaxConsecutiveFollowups { index, maximum } => {
                map.serialize_entry("index", index)?;
                map.serialize_entry("maximum", maximum)
            }
            Self::MessagesPerDayReached { used, cap }
            | Self::LlmTokensPerDayReached { used, cap }
            | Self::ApiCallsPerDayReached { used, cap } => {
                map.serialize_entry("used", used)?;
                map.serialize_entry("cap", cap)
            }
            Self::CostPerDayReached { currency, used, cap } => {
                map.serialize_entry("currency", currency)?;
                map.serialize_entry("used", used)?;
                map.serialize_entry("cap", cap)
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AutonomyMode { mode } => write!(f, "autonomy_mode={mode}"),
            Self::OutboundRequiresHuman { .. } => f.write_str("mode=draft_and_approve_requires_human_for_outbound"),
            Self::UnknownActionType { action_type } => write!(f, "unknown_action_type={action_type}"),
            Self::HighValueDeal { currency, value, .. } => {
                // Rust rounds to even on the binary value, as the originals do.
                write!(f, "high_value_deal_{}={value:.0}", currency.to_ascii_lowercase())
            }
            Self::BlockedSector { sector } => write!(f, "blocked_sector={sector}"),
            Self::BlockedKeyword { keyword } => write!(f, "blocked_keyword={keyword}"),
            Self::Level { level } => write!(f, "level={level}"),
            Self::CostPerDayWouldExceed { currency, .. } => {
                write!(f, "cost_{}_per_day_would_exceed", currency.to_ascii_lowercase())
            }
            Self::RiskFactorMissing { factor } => write!(f, "risk_factor_missing={factor}"),
            Self::CostMissing { dimension } => write!(f, "cost_missing={dimension}"),
            Self::CostPerDayReached { currency, .. } => {
                write!(f, "cost_{}_per_day_reached", currency.to_ascii_lowercase())
            }
            _ => f.write_str(self.code()),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("text", &self.to_string())?;
        self.serialize_fields(&mut map)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deal(value: f64) -> String {
        Reason::HighValueDeal { currency: "SAR".into(), value, threshold: 0.0 }.to_string()
    }

    #[test]
    fn values_are_plain_digits_rounded_half_to_even() {
        assert_eq!(deal(0.5), "high_value_deal_sar=0");
        assert_eq!(deal(1.5), "high_value_deal_sar=2");
        assert_eq!(deal(2.5), "high_value_deal_sar=2");
        assert_eq!(deal(183_078.64), "high_value_deal_sar=183079");
        assert_eq!(deal(1e21), "high_value_deal_sar=1000000000000000000000");
        assert_eq!(deal(-0.4), "high_value_deal_sar=-0");
    }

    #[test]
    fn a_reason_says_what_it_speaks_of() {
        let (one, two, three) = (Count::of(1), Count::of(2), Count::of(3));
        let (eur, amount) = (|| "EUR".to_owned(), Amount::of);
        let full = AutonomyMode::FullAutopilot;
        let cases = [
            (
                Reason::AutonomyMode { mode: full },
                json!({"text": "autonomy_mode=full_autopilot", "mode": "full_autopilot"}),
            ),
            (
                Reason::OutboundRequiresHuman { mode: full },
                json!({"text": "mode=draft_and_approve_requires_human_for_outbound", "mode": "full_autopilot"}),
            ),
            (
                Reason::UnknownActionType { action_type: "t".into() },
                json!({"text": "unknown_action_type=t", "actionType": "t"}),
            ),
            (Reason::FirstSendToAccount, json!({"text": "first_send_to_account"})),
            (
                Reason::HighValueDeal { currency: eur(), value: 5.0, threshold: 4.5 },
                json!({"text": "high_value_deal_eur=5", "currency": "EUR", "value": 5.0, "threshold": 4.5}),
            ),
            (Reason::BlockedSector { sector: "S".into() }, json!({"text": "blocked_sector=S", "sector": "S"})),
            (Reason::BlockedKeyword { keyword: "K".into() }, json!({"text": "blocked_keyword=K", "keyword": "K"})),
            (
                Reason::MaxConsecutiveFollowups { index: three, maximum: two },
                json!({"text": "max_consecutive_followups_reached", "index": 3, "maximum": 2}),
            ),
            (
                Reason::RiskFactorMissing { factor: Factor::DealValue },
                json!({"text": "risk_factor_missing=dealValue", "factor": "dealValue"}),
            ),
            (
                Reason::CostMissing { dimension: "amount" },
                json!({"text": "cost_missing=amount", "dimension": "amount"}),
            ),
            (Reason::CriticalRisk { score: 0.8 }, json!({"text": "critical_risk", "score": 0.8})),
            (
                Reason::RetryNotBefore { retry_at: Timestamp::MIN },
                json!({"text": "retry_not_before", "retryAt": "1970-01-01T00:00:00Z"}),
            ),
            (Reason::NotRetryable { category: "auth".into() }, json!({"text": "not_retryable", "category": "auth"})),
            (Reason::Level { level: Level::L3 }, json!({"text": "level=L3", "level": "L3"})),
            (
                Reason::MessagesPerDayWouldExceed { used: one, cost: two, cap: three },
                json!({"text": "messages_per_day_would_exceed", "used": 1, "cost": 2, "cap": 3}),
            ),
            (
                Reason::LlmTokensPerDayWouldExceed { used: one, cost: two, cap: three },
                json!({"text": "llm_tokens_per_day_would_exceed", "used": 1, "cost": 2, "cap": 3}),
            ),
            (
                Reason::ApiCallsPerDayWouldExceed { used: one, cost: two, cap: three },
                json!({"text": "api_calls_per_day_would_exceed", "used": 1, "cost": 2, "cap": 3}),
            ),
            (
                Reason::CostPerDayWouldExceed { currency: eur(), used: amount(1), cost: amount(2), cap: amount(3) },
                json!({"text": "cost_eur_per_day_would_exceed", "currency": "EUR", "used": 1.0, "cost": 2.0, "cap": 3.0}),
            ),
            (Reason::ExceedsCap { dimension: "messages" }, json!({"text": "exceeds_cap", "dimension": "messages"})),
            (
                Reason::VelocityTier3 { action_count: 15, actions_per_minute: 3.0 },
                json!({"text": "velocity_tier_3", "actionCount": 15, "actionsPerMinute": 3.0}),
            ),
            (Reason::BlockedDate { date: Date::from_days(0) }, json!({"text": "blocked_date", "date": "1970-01-01"})),
            (
                Reason::MessagesPerDayReached { used: two, cap: one },
                json!({"text": "messages_per_day_reached", "used": 2, "cap": 1}),
            ),
            (
                Reason::LlmTokensPerDayReached { used: two, cap: one },
                json!({"text": "llm_tokens_per_day_reached", "used": 2, "cap": 1}),
            ),
            (
                Reason::ApiCallsPerDayReached { used: two, cap: one },
                json!({"text": "api_calls_per_day_reached", "used": 2, "cap": 1}),
            ),
            (
                Reason::CostPerDayReached { currency: eur(), used: amount(5), cap: amount(3) },
                json!({"text": "cost_eur_per_day_reached", "currency": "EUR", "used": 5.0, "cap": 3.0}),
            ),
        ];
        for (reason, mut expected) in cases {
            // A code is the text before `=`, where the contract gives it no name of its own.
            let text = expected["text"].as_str().unwrap();
            let code = match text.split('=').next().unwrap() {
                "mode" => "outbound_requires_human",
                "high_value_deal_eur" => "high_value_deal",
                "cost_eur_per_day_reached" => "cost_per_day_reached",
                "cost_eur_per_day_would_exceed" => "cost_per_day_would_exceed",
                code => code,
            };
            expected["code"] = code.into();
            assert_eq!(serde_json::to_value(&reason).unwrap(), expected);
        }
    }
}
