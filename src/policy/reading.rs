//! From untyped input to a policy document: both spellings, defaults filled in, every rule of the format checked.

use std::collections::BTreeMap;

use super::catalogue::{ActionRules, Cost, CostSource, Factor, Factors, Pointer, built_in};
use super::document::{
    Agent, Anomaly, AnomalyTier, Approvals, Budget, Executors, Level, LockCriteria, Metrics, PolicyDocument,
    QuietHours, Thresholds, Velocity, VelocityTier,
};
use crate::error::Result;
use crate::read::{self, Field, Fields, Place, Shape, field, renamed};
use crate::text::fold_trimmed;
use crate::time::{self, Hour};
use crate::value::{Value, quote};
use crate::zone::Zones;

const POLICY: Shape = Shape::document(&[
    field("$schema"),
    field("version"),
    field("customerId"),
    field("autonomyMode"),
    field("currency"),
    field("timeZone"),
    field("budget"),
    field("budgetScope"),
    field("requireHumanForFirstSend"),
    renamed("requireHumanForHighValueDealsAbove", "require_human_for_high_value_deals_above_sar"),
    field("requireHumanForLegalTopics"),
    field("blockedSectors"),
    field("blockedKeywords"),
    field("maxConsecutiveFollowups"),
    renamed("quietHours", "quiet_hours_riyadh"),
    field("blockedDates"),
    field("actions"),
    field("unknownActions"),
    field("defaultLevel"),
    field("confirmWrites"),
    field("velocity"),
    field("velocityScope"),
    field("executors"),
    field("anomaly"),
    field("agents"),
    field("approvals"),
    field("grantTimeoutMinutes"),
]);

/// The caps of a day.
const BUDGET: Shape = Shape::document(&[
    field("maxMessagesPerDay"),
    field("maxLlmTokensPerDay"),
    field("maxExternalApiCallsPerDay"),
    renamed("maxCostPerDay", "max_cost_sar_per_day"),
]);

/// The risk factors, as they stand in an action and as a policy maps them.
pub(crate) const FACTORS: Shape = Shape::document(&[
    field("isFirstSendToAccount"),
    renamed("dealValue", "deal_value_sar"),
    field("containsLegalTopic"),
    field("sector"),
    field("draftText"),
    field("consecutiveFollowupIndex"),
]);

const HOURS: &[Field] = &[field("start"), field("end")];
const TIERS: &[Field] = &[field("tier_1"), field("tier_2"), field("tier_3")];
const METRICS: &[Field] =
    &[field("successRate"), field("responseTime"), field("efficiencyScore"), field("marketImpact")];

const ACTION: Shape = Shape::document(&[
    field("access"),
    field("outbound"),
    field("messaging"),
    field("idempotent"),
    field("category"),
    field("level"),
    field("needsInterrupt"),
    field("duplicateWindowMinutes"),
    field("factors"),
    field("cost"),
]);

/// The most sectors, keywords, dates and entries of the catalogue.
const MAX_ENTRIES: usize = 10_000;
const MAX_AGENTS: usize = 1000;
const MAX_WORD: usize = 256;

impl PolicyDocument {
    /// The defaults, each replaced where the document says otherwise.
    pub(super) fn read(value: &Value, place: &Place<'_>, zones: &Zones) -> Result<Self> {
        let fields = Fields::of(value, place, &POLICY)?;
        let mut document = Self::defaults(fields.required("customerId", read::id)?);
        let this = &mut document;
        fields.set("$schema", &mut this.schema, |value, place| {
            read::text(value, place).map(|text| Some(text.to_owned()))
        })?;
        fields.set("version", &mut this.version, read_version)?;
        fields.set("autonomyMode", &mut this.autonomy_mode, read::word)?;
        fields.set("currency", &mut this.currency, read_currency)?;
        fields.set("timeZone", &mut this.time_zone, |value, place| zones.read_name(value, place))?;
        fields.set("budgetScope", &mut this.budget_scope, read::word)?;
        fields.set("unknownActions", &mut this.unknown_actions, read::word)?;
        fields.set("defaultLevel", &mut this.default_level, read::word)?;
        fields.set("confirmWrites", &mut this.confirm_writes, read::boolean)?;
        this.read_messages(&fields)?;
        // From here on what is read depends on what was: the currency, the zone, the level, the caps.
        let (currency, level, base) = (this.currency.clone(), this.default_level, this.budget);
        fields.set("budget", &mut this.budget, |v, p| read_budget(v, p, &currency, base))?;
        this.quiet_hours = read_quiet_hours(&fields, this.quiet_hours, &this.time_zone)?;
        fields.set("actions", &mut this.actions, |v, p| read_actions(v, p, level, &currency))?;
        let caps = this.budget;
        fields.set("agents", &mut this.agents, |v, p| read_agents(v, p, &currency, caps))?;
        this.read_limits(&fields)?;
        Ok(document)
    }

    /// What makes a person read a message.
    fn read_messages(&mut self, fields: &Fields<'_, '_>) -> Result<()> {
        amounts_in(&self.currency, fields, "requireHumanForHighValueDealsAbove")?;
        let threshold = &mut self.require_human_for_high_value_deals_above;
        fields.set("requireHumanForHighValueDealsAbove", threshold, read::number)?;
        fields.set("requireHumanForFirstSend", &mut self.require_human_for_first_send, read::boolean)?;
        fields.set("requireHumanForLegalTopics", &mut self.require_human_for_legal_topics, read::boolean)?;
        fields.set("blockedSectors", &mut self.blocked_sectors, read_words)?;
        fields.set("blockedKeywords", &mut self.blocked_keywords, read_words)?;
        fields.set("maxConsecutiveFollowups", &mut self.max_consecutive_followups, read::count)?;
        fields.set("blockedDates", &mut self.blocked_dates, |v, p| read::items(v, p, MAX_ENTRIES, time::date))
    }

    /// What stops an agent, and what becomes of it then.
    fn read_limits(&mut self, fields: &Fields<'_, '_>) -> Result<()> {
        fields.set("velocity", &mut self.velocity, read_velocity)?;
        fields.set("velocityScope", &mut self.velocity_scope, read::word)?;
        fields.set("executors", &mut self.executors, read_executors)?;
        fields.set("anomaly", &mut self.anomaly, read_anomaly)?;
        fields.set("approvals", &mut self.approvals, read_approvals)?;
        fields.set("grantTimeoutMinutes", &mut self.grant_timeout_minutes, read::positive_count)
    }
}

fn read_version(value: &Value, place: &Place<'_>) -> Result<u8> {
    if *value == Value::Number(1.0) { Ok(1) } else { Err(place.expected("version 1", value)) }
}

/// Three letters.
pub(crate) fn read_currency(value: &Value, place: &Place<'_>) -> Result<String> {
    match value {
        Value::Text(text) if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) => Ok(text.clone()),
        other => Err(place.expected("a currency of three letters such as `SAR`", other)),
    }
}

/// The originals' `_sar` names speak of riyals: beside another currency they are a mistake.
pub(crate) fn amounts_in(currency: &str, fields: &Fields<'_, '_>, name: &'static str) -> Result<()> {
    if fields.is_original(name) && !currency.eq_ignore_ascii_case("SAR") {
        let place = fields.place().key(name);
        return Err(place.error(format!("given under a name that says SAR, but the currency is {}", quote(currency))));
    }
    Ok(())
}

/// Caps, each left out taken from `base`.
pub(crate) fn read_budget(value: &Value, place: &Place<'_>, currency: &str, base: Budget) -> Result<Budget> {
    let fields = Fields::of(value, place, &BUDGET)?;
    amounts_in(currency, &fields, "maxCostPerDay")?;
    Ok(Budget {
        max_messages_per_day: fields.or("maxMessagesPerDay", base.max_messages_per_day, read::count)?,
        max_llm_tokens_per_day: fields.or("maxLlmTokensPerDay", base.max_llm_tokens_per_day, read::count)?,
        max_external_api_calls_per_day: fields.or(
            "maxExternalApiCallsPerDay",
            base.max_external_api_calls_per_day,
            read::count,
        )?,
        max_cost_per_day: fields.or("maxCostPerDay", base.max_cost_per_day, read::amount)?,
    })
}

fn read_words(value: &Value, place: &Place<'_>) -> Result<Vec<String>> {
    read::items(value, place, MAX_ENTRIES, |value, place| {
        let word = read::text(value, place)?;
        let length = word.chars().count();
        if length > MAX_WORD {
            return Err(place.error(format!("at most {MAX_WORD} characters, got {length}")));
        }
        if fold_trimmed(word).is_empty() {
            return Err(place.expected("a word with a visible character (it folds to nothing)", value));
        }
        Ok(word.to_owned())
    })
}

fn read_quiet_hours(fields: &Fields<'_, '_>, default: Option<QuietHours>, zone: &str) -> Result<Option<QuietHours>> {
    if !fields.is_original("quietHours") {
        return fields.nullable("quietHours", default, |value, place| {
            let fields = Fields::of(value, place, &Shape::document(HOURS))?;
            Ok(QuietHours { start: fields.required("start", Hour::read)?, end: fields.required("end", Hour::read)? })
        });
    }
    fields.optional("quietHours", |value, place| {
        if !zone.eq_ignore_ascii_case("Asia/Riyadh") {
            return Err(
                place.error(format!("given under a name that says Riyadh, but the time zone is {}", quote(zone)))
            );
        }
        match value {
            Value::List(pair) if let [start, end] = pair.as_slice() => Ok(QuietHours {
                start: Hour::read(start, &place.key("start"))?,
                end: Hour::read(end, &place.key("end"))?,
            }),
            other => Err(place.expected("a pair of hours such as [21, 8]", other)),
        }
    })
}

fn read_actions(
    value: &Value,
    place: &Place<'_>,
    default_level: Level,
    currency: &str,
) -> Result<BTreeMap<String, ActionRules>> {
    let given = read::object(value, place)?;
    if given.len() > MAX_ENTRIES {
        return Err(place.error(format!("at most {MAX_ENTRIES} entries, got {}", given.len())));
    }
    let mut actions = built_in();
    let mut folded = crate::collect::map(actions.keys().map(|key| (key.clone(), key.clone())));
    for (key, value) in given {
        let place = place.key(key);
        check_action_key(key, &place)?;
        if let Some(other) = folded.insert(fold_trimmed(key), key.clone()).filter(|other| other != key) {
            return Err(place.error(format!("differs from {} only by case or folding", quote(&other))));
        }
        let base = actions.get(key).cloned();
        actions.insert(key.clone(), read_action(value, &place, base, default_level, currency)?);
    }
    Ok(actions)
}

fn check_action_key(key: &str, place: &Place<'_>) -> Result<()> {
    read::id(&Value::Text(key.to_owned()), place)?;
    if key == "*" {
        return Err(place.error("`*` alone would take in every type; `unknownActions` says what becomes of those"));
    }
    match key.find('*') {
        Some(star) if star + 1 != key.len() => Err(place.error("`*` may stand at the end only")),
        _ if fold_trimmed(key).is_empty() => Err(place.error("a type that folds to nothing")),
        _ => Ok(()),
    }
}

fn read_action(
    value: &Value,
    place: &Place<'_>,
    built_in: Option<ActionRules>,
    default_level: Level,
    currency: &str,
) -> Result<ActionRules> {
    let fields = Fields::of(value, place, &ACTION)?;
    let base = built_in.unwrap_or_else(|| ActionRules::blank(default_level, false));
    let messaging = fields.or("messaging", base.messaging, read::boolean)?;
    Ok(ActionRules {
        access: fields.or("access", base.access, read::word)?,
        outbound: fields.or("outbound", base.outbound, read::boolean)?,
        messaging,
        idempotent: fields.or("idempotent", base.idempotent, read::boolean)?,
        category: fields.nullable("category", base.category, read::id)?,
        level: fields.or("level", base.level, read::word)?,
        needs_interrupt: fields.or("needsInterrupt", base.needs_interrupt, read::boolean)?,
        duplicate_window_minutes: fields.nullable(
            "duplicateWindowMinutes",
            base.duplicate_window_minutes,
            read::positive_count,
        )?,
        factors: fields.or("factors", base.factors, |value, place| read_factors(value, place, currency))?,
        cost: fields.or("cost", Cost::default_for(messaging), |value, place| read_cost(value, place, messaging))?,
    })
}

fn read_factors(value: &Value, place: &Place<'_>, currency: &str) -> Result<Factors> {
    let fields = Fields::of(value, place, &FACTORS)?;
    amounts_in(currency, &fields, Factor::DealValue.as_str())?;
    let mut factors = Factors::new();
    for factor in Factor::ALL {
        if let Some(pointer) = fields.optional(factor.as_str(), Pointer::read)? {
            factors.insert(*factor, pointer);
        }
    }
    Ok(factors)
}

fn read_cost(value: &Value, place: &Place<'_>, messaging: bool) -> Result<Cost> {
    const COST: Shape = Shape::document(&[field("messages"), field("llmTokens"), field("apiCalls"), field("amount")]);
    let fields = Fields::of(value, place, &COST)?;
    let base = Cost::default_for(messaging);
    Ok(Cost {
        messages: fields.or("messages", base.messages, |v, p| read_cost_source(v, p, read::count))?,
        llm_tokens: fields.or("llmTokens", base.llm_tokens, |v, p| read_cost_source(v, p, read::count))?,
        api_calls: fields.or("apiCalls", base.api_calls, |v, p| read_cost_source(v, p, read::count))?,
        amount: fields.or("amount", base.amount, |v, p| read_cost_source(v, p, read::amount))?,
    })
}

fn read_cost_source<T>(
    value: &Value,
    place: &Place<'_>,
    fixed: impl FnOnce(&Value, &Place<'_>) -> Result<T>,
) -> Result<CostSource<T>> {
    match value {
        Value::Text(_) => Pointer::read(value, place).map(CostSource::Pointer),
        other => fixed(other, place).map(CostSource::Fixed),
    }
}

/// The tiers of velocity, filled from the defaults.
pub(crate) fn read_velocity(value: &Value, place: &Place<'_>) -> Result<Velocity> {
    let fields = Fields::of(value, place, &Shape::document(TIERS))?;
    let defaults = Velocity::default();
    let tier = |name, default| fields.or(name, default, |value, place| read_velocity_tier(value, place, default));
    Ok(Velocity {
        tier_1: tier("tier_1", defaults.tier_1)?,
        tier_2: tier("tier_2", defaults.tier_2)?,
        tier_3: tier("tier_3", defaults.tier_3)?,
    })
}

fn read_velocity_tier(value: &Value, place: &Place<'_>, default: VelocityTier) -> Result<VelocityTier> {
    const TIER: Shape = Shape::document(&[field("windowMinutes"), field("actionsPerMinute")]);
    let fields = Fields::of(value, place, &TIER)?;
    Ok(VelocityTier {
        window_minutes: fields.or("windowMinutes", default.window_minutes, read::positive_count)?,
        actions_per_minute: fields.or("actionsPerMinute", default.actions_per_minute, read::amount)?,
    })
}

fn read_executors(value: &Value, place: &Place<'_>) -> Result<Executors> {
    const EXECUTORS: Shape = Shape::document(&[field("tier_1"), field("tier_2")]);
    let fields = Fields::of(value, place, &EXECUTORS)?;
    let defaults = Executors::default();
    Ok(Executors {
        tier_1: fields.or("tier_1", defaults.tier_1, read::id)?,
        tier_2: fields.or("tier_2", defaults.tier_2, read::id)?,
    })
}

fn read_anomaly(value: &Value, place: &Place<'_>) -> Result<Anomaly> {
    const ANOMALY: Shape = Shape::document(&[field("targets"), field("weights"), field("tiers")]);
    let fields = Fields::of(value, place, &ANOMALY)?;
    let mut anomaly = Anomaly::default();
    // A target divides: at 0 the health would be no number.
    anomaly.targets =
        fields.or("targets", anomaly.targets, |v, p| read_metrics(v, p, anomaly.targets, read::positive))?;
    anomaly.weights = fields.or("weights", anomaly.weights, |v, p| {
        read_metrics(v, p, anomaly.weights, |v, p| read::amount(v, p).map(crate::number::Amount::get))
    })?;
    if let Some(value) = fields.get("tiers") {
        let place = place.key("tiers");
        let fields = Fields::of(value, &place, &Shape::document(TIERS))?;
        let tiers = &mut anomaly.tiers;
        tiers.tier_1 = fields.or("tier_1", tiers.tier_1, |v, p| read_anomaly_tier(v, p, tiers.tier_1))?;
        tiers.tier_2 = fields.or("tier_2", tiers.tier_2, |v, p| read_anomaly_tier(v, p, tiers.tier_2))?;
        tiers.tier_3 = fields.or("tier_3", tiers.tier_3, |v, p| read_anomaly_tier(v, p, tiers.tier_3))?;
    }
    Ok(anomaly)
}

fn read_metrics(
    value: &Value,
    place: &Place<'_>,
    base: Metrics,
    number: impl Fn(&Value, &Place<'_>) -> Result<f64>,
) -> Result<Metrics> {
    let fields = Fields::of(value, place, &Shape::document(METRICS))?;
    Ok(Metrics {
        success_rate: fields.or("successRate", base.success_rate, &number)?,
        response_time: fields.or("responseTime", base.response_time, &number)?,
        efficiency_score: fields.or("efficiencyScore", base.efficiency_score, &number)?,
        market_impact: fields.or("marketImpact", base.market_impact, &number)?,
    })
}

fn read_anomaly_tier(value: &Value, place: &Place<'_>, base: AnomalyTier) -> Result<AnomalyTier> {
    const TIER: Shape = Shape::document(&[field("thresholds"), field("maxIterations"), field("lockCriteria")]);
    const CRITERIA: Shape = Shape::document(&[field("minConfidence"), field("consecutiveFailures")]);
    let fields = Fields::of(value, place, &TIER)?;
    Ok(AnomalyTier {
        thresholds: fields.or("thresholds", base.thresholds, |v, p| read_thresholds(v, p, base.thresholds))?,
        max_iterations: fields.or("maxIterations", base.max_iterations, read::count)?,
        lock_criteria: fields.or("lockCriteria", base.lock_criteria, |value, place| {
            let fields = Fields::of(value, place, &CRITERIA)?;
            let base = base.lock_criteria;
            Ok(LockCriteria {
                min_confidence: fields.or("minConfidence", base.min_confidence, read::score)?,
                consecutive_failures: fields.or("consecutiveFailures", base.consecutive_failures, read::count)?,
            })
        })?,
    })
}

fn read_thresholds(value: &Value, place: &Place<'_>, base: Thresholds) -> Result<Thresholds> {
    let fields = Fields::of(value, place, &Shape::document(METRICS))?;
    let seconds = |value: &Value, place: &Place<'_>| read::amount(value, place).map(crate::number::Amount::get);
    Ok(Thresholds {
        success_rate: fields.nullable("successRate", base.success_rate, read::score)?,
        response_time: fields.nullable("responseTime", base.response_time, seconds)?,
        efficiency_score: fields.nullable("efficiencyScore", base.efficiency_score, read::score)?,
        market_impact: fields.nullable("marketImpact", base.market_impact, read::score)?,
    })
}

fn read_agents(value: &Value, place: &Place<'_>, currency: &str, caps: Budget) -> Result<BTreeMap<String, Agent>> {
    const AGENT: Shape = Shape::document(&[field("name"), field("creator"), field("budget")]);
    let given = read::object(value, place)?;
    if given.len() > MAX_AGENTS {
        return Err(place.error(format!("at most {MAX_AGENTS} agents, got {}", given.len())));
    }
    let agents = given.iter().map(|(id, value)| {
        let place = place.key(id);
        let id = read::id(&Value::Text(id.clone()), &place)?;
        let fields = Fields::of(value, &place, &AGENT)?;
        let agent = Agent {
            name: fields.or("name", id.clone(), read::id)?,
            creator: fields.nullable("creator", None, read::id)?,
            budget: fields.nullable("budget", None, |value, place| read_budget(value, place, currency, caps))?,
        };
        Ok((id, agent))
    });
    crate::collect::try_map(agents)
}

fn read_approvals(value: &Value, place: &Place<'_>) -> Result<Approvals> {
    const APPROVALS: Shape =
        Shape::document(&[field("expiresAfterMinutes"), field("quorum"), field("separationOfDuties")]);
    let fields = Fields::of(value, place, &APPROVALS)?;
    let defaults = Approvals::default();
    Ok(Approvals {
        expires_after_minutes: fields.or(
            "expiresAfterMinutes",
            defaults.expires_after_minutes,
            read::positive_count,
        )?,
        quorum: fields.or("quorum", defaults.quorum, read::positive_count)?,
        separation_of_duties: fields.or("separationOfDuties", defaults.separation_of_duties, read::boolean)?,
    })
}

#[cfg(test)]
mod tests;
