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
    /// One before it in its plan has not succeeded yet.
    PausedBehind {
        /// Its place in the plan, from 0.
        index: u8,
    },
    /// One before it in its plan will not succeed: it was refused for good or rejected, or it failed, or nobody approved it in time.
    SkippedAfter {
        /// Its place in the plan, from 0.
        index: u8,
    },
    /// All of its plan ended a day ago or longer.
    GroupEnded,
    /// A person said no, to this or to the same under another id.
    ApprovalRejected,
    /// As many of the agent's actions as can be wait for a person.
    TooManyPending,
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
            Self::PausedBehind { .. } => "paused_behind",
            Self::SkippedAfter { .. } => "skipped_after",
            Self::GroupEnded => "group_ended",
            Self::ApprovalRejected => "approval_rejected",
            Self::TooManyPending => "too_many_pending",
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
            Self::PausedBehind { index } | Self::SkippedAfter { index } => {
                map.serialize_entry("index", index)?;
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
            Self::PausedBehind { index } => write!(f, "paused_behind={index}"),
            Self::SkippedAfter { index } => write!(f, "skipped_after={index}"),
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
mod tests;
