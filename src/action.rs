//! An action as a host hands it over, before any rule has looked at it.

use crate::error::Result;
use crate::money::{Millionths, Spending};
use crate::number::{Amount, Count};
use crate::policy::{Access, ActionRules, ActionType, CostSource, Factor};
use crate::read::{self, Field, Fields, Place, Shape, field};
use crate::reason::Reason;
use crate::rules::{KnownFactors, RiskFactors};
use crate::value::Value;

/// The most that an action's `args` may hold, in bytes of JSON.
const MAX_ARGS: usize = 256 << 10;

/// The most actions of a group.
pub(crate) const MAX_GROUP: u8 = 64;

/// The fields of an action; a log's line has others beside them.
pub(crate) const ACTION_FIELDS: &[Field] = &[
    field("id"),
    field("type"),
    field("agent"),
    field("args"),
    field("riskFactors"),
    field("cost"),
    field("riskScore"),
    field("impactScore"),
    field("access"),
    field("needsInterrupt"),
    field("group"),
];

/// What an action's digest is over: whatever differs here is another action. Its fields are in the canonical order, so that nothing is to be sorted.
#[derive(serde::Serialize)]
pub(crate) struct Content<'a> {
    pub(crate) agent: &'a str,
    pub(crate) args: &'a Value,
    pub(crate) customer: &'a str,
    #[serde(rename = "type")]
    pub(crate) action_type: &'a str,
}

impl Content<'_> {
    /// SHA-256 over the canonical JSON.
    pub(crate) fn digest(&self) -> Result<String> {
        Ok(crate::json::sha256_hex(&crate::json::canonical(self)?))
    }
}

/// What an agent wants to do.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) id: String,
    pub(crate) action_type: ActionType,
    pub(crate) agent: String,
    pub(crate) args: Value,
    risk_factors: Option<KnownFactors>,
    cost: KnownCost,
    /// How risky it is and how much it moves, 0 to 1.
    pub(crate) risk_score: f64,
    pub(crate) impact_score: f64,
    /// A read only where the catalogue says so too.
    pub(crate) access: Option<Access>,
    /// Only `true` is heard.
    pub(crate) needs_interrupt: Option<bool>,
    pub(crate) group: Option<Group>,
}

/// A place in a plan that keeps its order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Group {
    /// The agent's own name for the plan.
    pub(crate) id: String,
    /// From 0; below `size`.
    pub(crate) index: u8,
    /// From 1 to 64.
    pub(crate) size: u8,
}

/// Costs as far as the host gave them.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownCost {
    pub(crate) messages: Option<Count>,
    pub(crate) llm_tokens: Option<Count>,
    pub(crate) api_calls: Option<Count>,
    pub(crate) amount: Option<Amount>,
}

impl Action {
    /// Reads the fields of an action.
    pub(crate) fn read(fields: &Fields<'_, '_>, currency: &str) -> Result<Self> {
        Ok(Self {
            id: fields.required("id", read::id)?,
            action_type: fields.required("type", ActionType::read)?,
            agent: fields.required("agent", read::id)?,
            args: fields.or("args", Value::Object(Vec::new()), read_args)?,
            risk_factors: fields.optional("riskFactors", |v, p| KnownFactors::read(v, p, currency))?,
            cost: fields.or("cost", KnownCost::default(), KnownCost::read)?,
            risk_score: fields.or("riskScore", 0.0, read::score)?,
            impact_score: fields.or("impactScore", 0.0, read::score)?,
            access: fields.optional("access", read::word)?,
            needs_interrupt: fields.optional("needsInterrupt", read::boolean)?,
            group: fields.optional("group", Group::read)?,
        })
    }

    /// Whether nothing is changed: the catalogue must say so, and the action must not say otherwise.
    pub(crate) fn is_read(&self, rules: &ActionRules) -> bool {
        rules.access == Access::Read && self.access != Some(Access::Write)
    }

    /// The risk factors, those given, then those that the policy finds in `args`; and a reason for each that nobody gave.
    /// Errors where `args` have one of another type.
    pub(crate) fn risk_factors(&self, rules: &ActionRules) -> Result<(RiskFactors, Vec<Reason>)> {
        let mut missing = Vec::new();
        if rules.messaging && self.risk_factors.is_none() && rules.factors.is_empty() {
            missing.push(Reason::RiskFactorsMissing);
        }
        let mut known = self.risk_factors.clone().unwrap_or_default();
        for (factor, pointer) in &rules.factors {
            if known.has(*factor) {
                continue;
            }
            // `null` is as good as missing, but for a sector, of which there may be none.
            match pointer.find(&self.args).filter(|value| **value != Value::Null || *factor == Factor::Sector) {
                Some(value) => known.set(*factor, value, &Place::ARGUMENT.key("args").key(pointer.as_str()))?,
                None => missing.push(Reason::RiskFactorMissing { factor: *factor }),
            }
        }
        Ok((known.complete(), missing))
    }

    /// What it costs, as given, then as the policy finds it in `args`, then as the policy fixes it; and a reason for each cost
    /// that nobody gave. Errors where `args` have one of another type.
    pub(crate) fn spending(&self, rules: &ActionRules) -> Result<(Spending, Vec<Reason>)> {
        let (given, cost, mut missing) = (&self.cost, &rules.cost, Vec::new());
        let mut count =
            |dimension, given: Option<Count>, source| self.cost_of(dimension, given, source, read::count, &mut missing);
        let messages = count("messages", given.messages, &cost.messages)?;
        let llm_tokens = count("llmTokens", given.llm_tokens, &cost.llm_tokens)?;
        let api_calls = count("apiCalls", given.api_calls, &cost.api_calls)?;
        let amount = self.cost_of("amount", given.amount, &cost.amount, read::amount, &mut missing)?;
        Ok((Spending { messages, llm_tokens, api_calls, amount: Millionths::cost(amount) }, missing))
    }

    fn cost_of<T: Copy + Default>(
        &self,
        dimension: &'static str,
        given: Option<T>,
        source: &CostSource<T>,
        read: fn(&Value, &Place<'_>) -> Result<T>,
        missing: &mut Vec<Reason>,
    ) -> Result<T> {
        match (given, source) {
            (Some(given), _) => Ok(given),
            (None, CostSource::Fixed(fixed)) => Ok(*fixed),
            (None, CostSource::Pointer(pointer)) => {
                if let Some(value) = pointer.find(&self.args).filter(|value| **value != Value::Null) {
                    return read(value, &Place::ARGUMENT.key("args").key(pointer.as_str()));
                }
                missing.push(Reason::CostMissing { dimension });
                Ok(T::default())
            }
        }
    }
}

impl KnownCost {
    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const COST: Shape =
            Shape::document(&[field("messages"), field("llmTokens"), field("apiCalls"), field("amount")]);
        let fields = Fields::of(value, place, &COST)?;
        Ok(Self {
            messages: fields.optional("messages", read::count)?,
            llm_tokens: fields.optional("llmTokens", read::count)?,
            api_calls: fields.optional("apiCalls", read::count)?,
            amount: fields.optional("amount", read::amount)?,
        })
    }
}

impl Group {
    fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const GROUP: Shape = Shape::strict(&[field("id"), field("index"), field("size")]);
        let fields = Fields::of(value, place, &GROUP)?;
        let number = |name, least, most| fields.required(name, |value, place| read::within(value, place, least, most));
        let size = number("size", 1, MAX_GROUP)?;
        Ok(Self { id: fields.required("id", read::id)?, index: number("index", 0, size - 1)?, size })
    }
}

/// Any JSON of at most 256 KB.
fn read_args(value: &Value, place: &Place<'_>) -> Result<Value> {
    crate::json::check_depth(value, place, crate::json::MAX_DEPTH)?;
    check_plain(value, place)?;
    let size = crate::length::json_length(value);
    if size > MAX_ARGS {
        return Err(place.error(format!("at most {MAX_ARGS} bytes of JSON, got {size}")));
    }
    Ok(value.clone())
}

/// Refuses what JSON cannot say, naming its place.
fn check_plain(value: &Value, place: &Place<'_>) -> Result<()> {
    match value {
        Value::Null | Value::Bool(_) | Value::Text(_) => Ok(()),
        Value::Number(number) if number.is_finite() => Ok(()),
        Value::List(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| check_plain(item, &place.index(index)))
        }
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| check_plain(value, &place.key(name))),
        other => Err(place.expected("plain JSON", other)),
    }
}
