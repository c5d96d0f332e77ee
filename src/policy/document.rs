//! The policy document in full: every field a value, "no limit" said explicitly.

use std::collections::BTreeMap;

use serde::Serialize;

use super::catalogue::ActionRules;
use crate::number::{Amount, Count};
use crate::read::words;
use crate::time::{Date, Hour};

words! {
    /// How independently agents act, from least to most.
    AutonomyMode {
        /// Nothing runs by itself.
        Manual = "manual",
        /// Agents show what they would do.
        SuggestOnly = "suggest_only",
        /// What leaves the house is released by a person.
        DraftAndApprove = "draft_and_approve",
        /// Only what is risky is released by a person.
        SafeAutopilot = "safe_autopilot",
        /// As `safe_autopilot`, for agents that are trusted end to end.
        FullAutopilot = "full_autopilot",
    }
}

words! {
    /// Which actions wait once a cap is reached.
    BudgetScope {
        /// Every action.
        All = "all",
        /// Only those that cost in the spent dimension.
        Spending = "spending",
    }
}

words! {
    /// What becomes of a type that is outside the catalogue.
    UnknownActions {
        /// It is treated as write, outbound and messaging.
        Allow = "allow",
        /// A person decides.
        Approve = "approve",
        /// It never runs.
        Deny = "deny",
    }
}

words! {
    /// How far an action may go without its creator.
    Level {
        /// It runs.
        L1 = "L1",
        /// It runs and the creator is told.
        L2 = "L2",
        /// The creator is asked first.
        L3 = "L3",
    }
}

words! {
    /// What is counted, and locked, together.
    VelocityScope {
        /// Each agent alone.
        Agent = "agent",
        /// All agents of the customer.
        Customer = "customer",
    }
}

words! {
    /// Whether an action changes anything.
    Access {
        /// It only looks.
        Read = "read",
        /// It may change something.
        Write = "write",
    }
}

/// One customer's policy, in full.
///
/// Made by [`Policy::document`](crate::Policy::document); read from JSON by [`Policy::from_json`](crate::Policy::from_json), where every field
/// but `customerId` may be left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicyDocument {
    /// Where the JSON Schema of this document is, for editors.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The version of this format: 1.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1, "default" = 1)))]
    pub version: u8,
    /// Whose policy it is: 1 to 256 characters, no control characters.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 256)))]
    pub customer_id: String,
    /// How independently agents act. Default: `draft_and_approve`.
    pub autonomy_mode: AutonomyMode,
    /// Three letters; amounts and deal values are in it. Default: `SAR`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[A-Za-z]{3}$"), extend("default" = "SAR")))]
    pub currency: String,
    /// The IANA name of the zone in which days, quiet hours and blocked dates are local. Default: `Asia/Riyadh`.
    #[cfg_attr(feature = "schema", schemars(extend("default" = "Asia/Riyadh")))]
    pub time_zone: String,
    /// The customer's caps of a local day. A cap is reached when the usage equals it.
    pub budget: Budget,
    /// Which actions wait once a cap is reached. Default: `all`.
    pub budget_scope: BudgetScope,
    /// Ask a person before the first message to an account. Default: true.
    #[cfg_attr(feature = "schema", schemars(extend("default" = true)))]
    pub require_human_for_first_send: bool,
    /// Ask a person for messages on deals worth this much or more, in `currency`. Default: 100000.
    #[cfg_attr(feature = "schema", schemars(extend("default" = 100_000)))]
    pub require_human_for_high_value_deals_above: f64,
    /// Ask a person for messages that speak of legal matters. Default: true.
    #[cfg_attr(feature = "schema", schemars(extend("default" = true)))]
    pub require_human_for_legal_topics: bool,
    /// Sectors whose accounts only a person writes to, compared as a whole after folding. At most 10,000 of 256 characters.
    #[cfg_attr(feature = "schema", schemars(length(max = 10_000), inner(length(min = 1, max = 256))))]
    pub blocked_sectors: Vec<String>,
    /// Words for which a person reads the draft, found anywhere in it after folding. At most 10,000 of 256 characters.
    #[cfg_attr(feature = "schema", schemars(length(max = 10_000), inner(length(min = 1, max = 256))))]
    pub blocked_keywords: Vec<String>,
    /// From this index on a person decides on a follow-up. Default: 3.
    #[cfg_attr(feature = "schema", schemars(extend("default" = 3)))]
    pub max_consecutive_followups: Count,
    /// Local hours in which no message goes out; `null` for none. Default: 21 to 8.
    pub quiet_hours: Option<QuietHours>,
    /// Local days on which no message goes out.
    #[cfg_attr(feature = "schema", schemars(length(max = 10_000)))]
    pub blocked_dates: Vec<Date>,
    /// What each type of action is, by type or by a prefix ending in `*`; the built-in types are always there.
    pub actions: BTreeMap<String, ActionRules>,
    /// What becomes of a type outside the catalogue. Default: `approve`.
    pub unknown_actions: UnknownActions,
    /// The level of a type that names none. Default: `L2`.
    pub default_level: Level,
    /// Every write needs a person. Default: false.
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub confirm_writes: bool,
    /// When an agent acts too fast: three windows, each with the rate that triggers it.
    pub velocity: Velocity,
    /// What is counted and locked together. Default: `agent`.
    pub velocity_scope: VelocityScope,
    /// Who takes over at tier 1 and tier 2.
    pub executors: Executors,
    /// How an agent's metrics are judged.
    pub anomaly: Anomaly,
    /// The customer's agents, by id. At most 1,000.
    #[cfg_attr(feature = "schema", schemars(extend("maxProperties" = 1000)))]
    pub agents: BTreeMap<String, Agent>,
    /// How approvals work.
    pub approvals: Approvals,
    /// After how many minutes a grant that nobody reported on counts as `unknown`. Default: 1440.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 1, "default" = 1440)))]
    pub grant_timeout_minutes: Count,
}

/// The caps of one local day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// Messages sent. Default: 200.
    #[cfg_attr(feature = "schema", schemars(extend("default" = 200)))]
    pub max_messages_per_day: Count,
    /// Tokens of language models. Default: 200000.
    #[cfg_attr(feature = "schema", schemars(extend("default" = 200_000)))]
    pub max_llm_tokens_per_day: Count,
    /// Calls to other services. Default: 1000.
    #[cfg_attr(feature = "schema", schemars(extend("default" = 1000)))]
    pub max_external_api_calls_per_day: Count,
    /// Money, in the policy's currency. Default: 100.
    #[cfg_attr(feature = "schema", schemars(extend("default" = 100)))]
    pub max_cost_per_day: Amount,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            max_messages_per_day: Count::of(200),
            max_llm_tokens_per_day: Count::of(200_000),
            max_external_api_calls_per_day: Count::of(1000),
            max_cost_per_day: Amount::of(100),
        }
    }
}

/// Local hours from `start` (included) to `end` (excluded), over midnight where `end` is not later; the same hour twice is the whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuietHours {
    /// The first quiet hour, 0 to 23.
    pub start: Hour,
    /// The first hour that is no longer quiet, 0 to 23.
    pub end: Hour,
}

/// The three tiers of velocity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Velocity {
    /// The mildest. Default: 0.8 a minute over 15 minutes.
    pub tier_1: VelocityTier,
    /// Default: 1.5 a minute over 10 minutes.
    pub tier_2: VelocityTier,
    /// Locks. Default: 3 a minute over 5 minutes.
    pub tier_3: VelocityTier,
}

/// A window and the rate that triggers it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VelocityTier {
    /// How far back actions count, in whole minutes from 1 on; an action just that old still counts.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 1)))]
    pub window_minutes: Count,
    /// Triggered at this rate or above.
    pub actions_per_minute: Amount,
}

impl VelocityTier {
    const fn new(window_minutes: u32, actions_per_minute: Amount) -> Self {
        Self { window_minutes: Count::of(window_minutes), actions_per_minute }
    }
}

impl Default for Velocity {
    fn default() -> Self {
        let rate = |rate| Amount::new(rate).unwrap_or_default();
        Self {
            tier_1: VelocityTier::new(15, rate(0.8)),
            tier_2: VelocityTier::new(10, rate(1.5)),
            tier_3: VelocityTier::new(5, rate(3.0)),
        }
    }
}

/// Who takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Executors {
    /// At tier 1. Default: `autonomous_guardian_executor`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 256), extend("default" = "autonomous_guardian_executor")))]
    pub tier_1: String,
    /// At tier 2. Default: `autonomous_recovery_executor`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 256), extend("default" = "autonomous_recovery_executor")))]
    pub tier_2: String,
}

impl Default for Executors {
    fn default() -> Self {
        Self { tier_1: "autonomous_guardian_executor".into(), tier_2: "autonomous_recovery_executor".into() }
    }
}

/// One number for each metric of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// Share of actions that succeeded.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub success_rate: f64,
    /// Average response time, in seconds for a target.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub response_time: f64,
    /// Efficiency score.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub efficiency_score: f64,
    /// Market impact score.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub market_impact: f64,
}

/// At which metrics a tier begins; `null` for a metric that does not count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Thresholds {
    /// At this success rate or below, 0 to 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub success_rate: Option<f64>,
    /// At this average response time or above, in seconds.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub response_time: Option<f64>,
    /// At this efficiency score or below, 0 to 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub efficiency_score: Option<f64>,
    /// At this market impact or below, 0 to 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub market_impact: Option<f64>,
}

/// When an executor stops and locks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LockCriteria {
    /// Below this confidence, 0 to 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub min_confidence: f64,
    /// After this many failures in a row.
    pub consecutive_failures: Count,
}

/// What holds at one tier of anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AnomalyTier {
    /// When the tier begins. Those of tier 1 decide nothing.
    pub thresholds: Thresholds,
    /// How often an executor may try.
    pub max_iterations: Count,
    /// When it stops.
    pub lock_criteria: LockCriteria,
}

/// The three tiers of anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnomalyTiers {
    /// The mildest.
    pub tier_1: AnomalyTier,
    /// In between.
    pub tier_2: AnomalyTier,
    /// Systemic.
    pub tier_3: AnomalyTier,
}

/// How an agent's metrics are judged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Anomaly {
    /// What a healthy agent reaches; each above 0. Defaults: 0.85, 30, 0.75, 0.6.
    pub targets: Metrics,
    /// How much each metric weighs in the health. Defaults: 0.3, 0.25, 0.25, 0.2.
    pub weights: Metrics,
    /// The tiers.
    pub tiers: AnomalyTiers,
}

impl AnomalyTier {
    const fn new(thresholds: [Option<f64>; 4], max_iterations: u32, min_confidence: f64, failures: u32) -> Self {
        let [success_rate, response_time, efficiency_score, market_impact] = thresholds;
        Self {
            thresholds: Thresholds { success_rate, response_time, efficiency_score, market_impact },
            max_iterations: Count::of(max_iterations),
            lock_criteria: LockCriteria { min_confidence, consecutive_failures: Count::of(failures) },
        }
    }
}

impl Default for Anomaly {
    fn default() -> Self {
        let targets = Metrics { success_rate: 0.85, response_time: 30.0, efficiency_score: 0.75, market_impact: 0.6 };
        let weights = Metrics { success_rate: 0.3, response_time: 0.25, efficiency_score: 0.25, market_impact: 0.2 };
        let tiers = AnomalyTiers {
            tier_1: AnomalyTier::new([Some(0.80), Some(45.0), Some(0.65), None], 3, 0.85, 6),
            tier_2: AnomalyTier::new([Some(0.70), Some(60.0), Some(0.50), Some(0.35)], 2, 0.75, 4),
            tier_3: AnomalyTier::new([Some(0.55), Some(90.0), Some(0.35), Some(0.25)], 1, 0.65, 3),
        };
        Self { targets, weights, tiers }
    }
}

/// One agent of the customer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Agent {
    /// What people call it. Default: its id.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 256)))]
    pub name: String,
    /// The id of the person who answers for it, or `null`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 256)))]
    pub creator: Option<String>,
    /// Caps of its own beside the customer's, or `null`; a cap left out is the customer's.
    pub budget: Option<Budget>,
}

/// How approvals work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Approvals {
    /// Minutes after which an approval can no longer be given or used. Default: 1440.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 1, "default" = 1440)))]
    pub expires_after_minutes: Count,
    /// How many different people must approve. Default: 1.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 1, "default" = 1)))]
    pub quorum: Count,
    /// Who asked may not approve. Default: false.
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub separation_of_duties: bool,
}

impl Default for Approvals {
    fn default() -> Self {
        Self { expires_after_minutes: Count::of(1440), quorum: Count::of(1), separation_of_duties: false }
    }
}

impl PolicyDocument {
    /// The defaults of every field, with the built-in catalogue.
    pub(crate) fn defaults(customer_id: String) -> Self {
        Self {
            schema: None,
            version: 1,
            customer_id,
            autonomy_mode: AutonomyMode::DraftAndApprove,
            currency: "SAR".into(),
            time_zone: "Asia/Riyadh".into(),
            budget: Budget::default(),
            budget_scope: BudgetScope::All,
            require_human_for_first_send: true,
            require_human_for_high_value_deals_above: 100_000.0,
            require_human_for_legal_topics: true,
            blocked_sectors: Vec::new(),
            blocked_keywords: Vec::new(),
            max_consecutive_followups: Count::of(3),
            quiet_hours: Hour::new(21).zip(Hour::new(8)).map(|(start, end)| QuietHours { start, end }),
            blocked_dates: Vec::new(),
            actions: super::catalogue::built_in(),
            unknown_actions: UnknownActions::Approve,
            default_level: Level::L2,
            confirm_writes: false,
            velocity: Velocity::default(),
            velocity_scope: VelocityScope::Agent,
            executors: Executors::default(),
            anomaly: Anomaly::default(),
            agents: BTreeMap::new(),
            approvals: Approvals::default(),
            grant_timeout_minutes: Count::of(1440),
        }
    }
}
