//! Is an agent unwell? (Contract 2.6.)

use serde::Serialize;

use super::tier::{Tier, serialize_number};
use crate::call::Context;
use crate::error::Result;
use crate::number::{Amount, Count, rounded};
use crate::policy::{Anomaly, LockCriteria, Metrics, Thresholds};
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::{self, Timestamp};
use crate::value::Value;

/// The most alerts that go into a diagnostic brief.
const MAX_ALERTS: usize = 1000;

/// The health in which confidence in an assessment is greatest.
const CERTAIN_HEALTH: f64 = 0.75;

/// How an agent has been doing.
///
/// ```
/// use agent_interlock::{Amount, PerformanceSnapshot};
/// let response = Amount::new(12.5).unwrap();
/// let snapshot = PerformanceSnapshot {
///     success_rate: 0.9,
///     efficiency_score: 0.8,
///     average_response_time: response,
///     market_impact_score: 0.6,
/// };
/// assert!(snapshot.success_rate > snapshot.market_impact_score);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerformanceSnapshot {
    /// Share of its actions that succeeded, 0 to 1.
    pub success_rate: f64,
    /// Its efficiency, 0 to 1.
    pub efficiency_score: f64,
    /// Its average response time, in seconds.
    pub average_response_time: Amount,
    /// Its impact on the market, 0 to 1.
    pub market_impact_score: f64,
}

/// What to do about an agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecommendedAction {
    /// The agent.
    pub agent_id: String,
    /// How serious it is, written as a number.
    #[serde(serialize_with = "serialize_number")]
    pub tier: Tier,
    /// 0 to 1, to 2 decimals.
    pub confidence: f64,
    /// How often an executor may try.
    pub max_iterations: Count,
    /// When it stops and locks.
    pub lock_criteria: LockCriteria,
    /// What the tier looks at.
    pub trigger_metrics: &'static [&'static str],
}

/// What goes to the people on call at tier 3.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SystemicAlert {
    /// Always `systemic_anomaly`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Always `critical`.
    pub severity: &'static str,
    /// Always 3.
    #[serde(serialize_with = "serialize_number")]
    pub tier: Tier,
    /// 0 to 1, to 2 decimals.
    pub confidence: f64,
    /// The agent.
    pub agent_id: String,
    /// When it was assessed.
    pub timestamp: Timestamp,
    /// What is known.
    pub diagnostic_brief: AnomalyBrief,
}

/// What is known of a systemic anomaly.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AnomalyBrief {
    /// What the tier looks at.
    pub trigger_metrics: &'static [&'static str],
    /// The alerts, as given.
    pub alerts: Vec<Value>,
    /// How often an executor may try.
    pub max_iterations: Count,
    /// When it stops and locks.
    pub lock_criteria: LockCriteria,
}

/// What an assessment found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AnomalyAssessment {
    /// What to do about the agent.
    pub recommended_action: RecommendedAction,
    /// For the people on call, at tier 3.
    pub systemic_alert: Option<SystemicAlert>,
}

/// Which tier an agent's performance falls into, and what to do about it.
///
/// ```
/// use agent_interlock::{Amount, Anomaly, PerformanceSnapshot, Tier, Timestamp, assess_anomaly};
/// let snapshot = PerformanceSnapshot {
///     success_rate: 0.55,
///     efficiency_score: 0.9,
///     average_response_time: Amount::new(10.0).unwrap(),
///     market_impact_score: 0.9,
/// };
/// let assessment = assess_anomaly("scout", &snapshot, &[], Timestamp::MIN, &Anomaly::default());
/// assert_eq!(assessment.recommended_action.tier, Tier::Tier3);
/// assert!(assessment.systemic_alert.is_some());
/// ```
pub fn assess_anomaly(
    agent_id: &str,
    snapshot: &PerformanceSnapshot,
    alerts: &[Value],
    now: Timestamp,
    anomaly: &Anomaly,
) -> AnomalyAssessment {
    let tier = anomaly_tier(snapshot, anomaly);
    let (rules, trigger_metrics) = match tier {
        Tier::Tier1 => (&anomaly.tiers.tier_1, MILD_METRICS),
        Tier::Tier2 => (&anomaly.tiers.tier_2, METRICS),
        Tier::Tier3 => (&anomaly.tiers.tier_3, METRICS),
    };
    let recommended_action = RecommendedAction {
        agent_id: agent_id.to_owned(),
        tier,
        confidence: confidence(health(snapshot, &anomaly.targets, &anomaly.weights)),
        max_iterations: rules.max_iterations,
        lock_criteria: rules.lock_criteria,
        trigger_metrics,
    };
    let systemic_alert = (tier == Tier::Tier3).then(|| systemic_alert(&recommended_action, alerts, now));
    AnomalyAssessment { recommended_action, systemic_alert }
}

const METRICS: &[&str] = &["success_rate", "efficiency_score", "response_time", "market_impact"];
const MILD_METRICS: &[&str] = &["success_rate", "efficiency_score", "response_time"];

/// The strictest tier of which any threshold is reached.
fn anomaly_tier(snapshot: &PerformanceSnapshot, anomaly: &Anomaly) -> Tier {
    if reached(snapshot, &anomaly.tiers.tier_3.thresholds) {
        Tier::Tier3
    } else if reached(snapshot, &anomaly.tiers.tier_2.thresholds) {
        Tier::Tier2
    } else {
        Tier::Tier1
    }
}

fn reached(snapshot: &PerformanceSnapshot, thresholds: &Thresholds) -> bool {
    thresholds.success_rate.is_some_and(|threshold| snapshot.success_rate <= threshold)
        || thresholds.efficiency_score.is_some_and(|threshold| snapshot.efficiency_score <= threshold)
        || thresholds.response_time.is_some_and(|threshold| snapshot.average_response_time.get() >= threshold)
        || thresholds.market_impact.is_some_and(|threshold| snapshot.market_impact_score <= threshold)
}

/// The weighted share of its targets that an agent reaches, to 2 decimals. The order of the sum is the original's: it
/// shows in the last bit.
fn health(snapshot: &PerformanceSnapshot, targets: &Metrics, weights: &Metrics) -> f64 {
    let share = |value: f64, target: f64| (value / target).min(1.0);
    let speed = (1.0 - snapshot.average_response_time.get() / targets.response_time).max(0.0);
    let health = weights.success_rate * share(snapshot.success_rate, targets.success_rate)
        + weights.response_time * speed
        + weights.efficiency_score * share(snapshot.efficiency_score, targets.efficiency_score)
        + weights.market_impact * share(snapshot.market_impact_score, targets.market_impact);
    rounded(health, 2)
}

fn confidence(health: f64) -> f64 {
    rounded((1.0 - (CERTAIN_HEALTH - health).abs()).clamp(0.0, 1.0), 2)
}

fn systemic_alert(action: &RecommendedAction, alerts: &[Value], now: Timestamp) -> SystemicAlert {
    SystemicAlert {
        kind: "systemic_anomaly",
        severity: "critical",
        tier: action.tier,
        confidence: action.confidence,
        agent_id: action.agent_id.clone(),
        timestamp: now,
        diagnostic_brief: AnomalyBrief {
            trigger_metrics: action.trigger_metrics,
            alerts: alerts.to_vec(),
            max_iterations: action.max_iterations,
            lock_criteria: action.lock_criteria,
        },
    }
}

impl PerformanceSnapshot {
    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const SNAPSHOT: Shape = Shape::document(&[
            field("successRate"),
            field("efficiencyScore"),
            field("averageResponseTime"),
            field("marketImpactScore"),
        ]);
        let fields = Fields::of(value, place, &SNAPSHOT)?;
        Ok(Self {
            success_rate: fields.required("successRate", read::score)?,
            efficiency_score: fields.required("efficiencyScore", read::score)?,
            average_response_time: fields.required("averageResponseTime", read::amount)?,
            market_impact_score: fields.required("marketImpactScore", read::score)?,
        })
    }
}

/// Whatever a host's monitoring said.
pub(crate) fn read_alerts(value: &Value, place: &Place<'_>) -> Result<Vec<Value>> {
    read::items(value, place, MAX_ALERTS, crate::json::plain)
}

/// `assessAnomaly({agentId, snapshot, alerts?, now, policy?})`.
pub(super) fn call(argument: &Value, context: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape =
        Shape::strict(&[field("agentId"), field("snapshot"), field("alerts"), field("now"), field("policy")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let agent_id = fields.required("agentId", read::id)?;
    let snapshot = fields.required("snapshot", PerformanceSnapshot::read)?;
    let alerts = fields.or("alerts", Vec::new(), read_alerts)?;
    let now = fields.required("now", time::instant)?;
    let anomaly = context.policy(&fields)?.map_or_else(Anomaly::default, |policy| policy.document().anomaly);
    crate::json::text(&assess_anomaly(&agent_id, &snapshot, &alerts, now, &anomaly))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn snapshot(
        success_rate: f64,
        efficiency_score: f64,
        seconds: f64,
        market_impact_score: f64,
    ) -> PerformanceSnapshot {
        let average_response_time = Amount::new(seconds).unwrap();
        PerformanceSnapshot { success_rate, efficiency_score, average_response_time, market_impact_score }
    }

    fn assess(snapshot: &PerformanceSnapshot) -> AnomalyAssessment {
        assess_anomaly("a", snapshot, &[], Timestamp::MIN, &Anomaly::default())
    }

    #[test]
    fn thresholds_are_included() {
        let tier = |a, b, c, d| assess(&snapshot(a, b, c, d)).recommended_action.tier.number();
        assert_eq!(tier(0.701, 0.501, 59.9, 0.351), 1);
        assert_eq!(
            [tier(0.7, 1., 0., 1.), tier(1., 0.5, 0., 1.), tier(1., 1., 60., 1.), tier(1., 1., 0., 0.35)],
            [2; 4]
        );
        assert_eq!(
            [tier(0.56, 1., 0., 1.), tier(1., 0.36, 0., 1.), tier(1., 1., 89.9, 1.), tier(1., 1., 0., 0.26)],
            [2; 4]
        );
        assert_eq!(
            [tier(0.55, 1., 0., 1.), tier(1., 0.35, 0., 1.), tier(1., 1., 90., 1.), tier(1., 1., 0., 0.25)],
            [3; 4]
        );
    }

    #[test]
    fn what_is_recommended_goes_with_the_tier() {
        let of = |success| assess(&snapshot(success, 1.0, 0.0, 1.0)).recommended_action;
        let (mild, serious, systemic) = (of(1.0), of(0.7), of(0.5));
        let criteria = |action: &RecommendedAction| {
            let criteria = action.lock_criteria;
            (action.max_iterations.get(), criteria.min_confidence, criteria.consecutive_failures.get())
        };
        assert_eq!(
            [criteria(&mild), criteria(&serious), criteria(&systemic)],
            [(3, 0.85, 6), (2, 0.75, 4), (1, 0.65, 3)]
        );
        assert_eq!(mild.trigger_metrics, ["success_rate", "efficiency_score", "response_time"]);
        assert_eq!(serious.trigger_metrics, ["success_rate", "efficiency_score", "response_time", "market_impact"]);
        assert_eq!(systemic.trigger_metrics, serious.trigger_metrics);
    }

    #[test]
    fn confidence_falls_with_the_distance_from_ordinary_health() {
        let of = |snapshot: PerformanceSnapshot| assess(&snapshot).recommended_action.confidence;
        assert_eq!(of(snapshot(1.0, 1.0, 0.0, 1.0)), 0.75);
        assert_eq!(of(snapshot(0.0, 0.0, 30.0, 0.0)), 0.25);
        assert_eq!(of(snapshot(0.85, 0.75, 30.0, 0.6)), 1.0);
        assert_eq!(of(snapshot(0.85, 0.75, 15.0, 0.3)), 0.97);
        assert_eq!([confidence(3.0), confidence(-3.0), confidence(f64::INFINITY)], [0.0; 3]);
    }

    #[test]
    fn an_alert_has_what_the_people_on_call_need() {
        let alerts = [Value::Text("slow".into())];
        let found = assess_anomaly("a", &snapshot(0.5, 1.0, 0.0, 1.0), &alerts, Timestamp::MIN, &Anomaly::default());
        let alert = serde_json::to_value(found.systemic_alert.unwrap()).unwrap();
        let expected = serde_json::json!({
            "type": "systemic_anomaly", "severity": "critical", "tier": 3, "confidence": 0.87, "agentId": "a",
            "timestamp": "1970-01-01T00:00:00Z",
            "diagnosticBrief": {
                "triggerMetrics": ["success_rate", "efficiency_score", "response_time", "market_impact"],
                "alerts": ["slow"], "maxIterations": 1, "lockCriteria": {"minConfidence": 0.65, "consecutiveFailures": 3},
            },
        });
        assert_eq!(alert, expected);
        assert_eq!(assess(&snapshot(0.6, 1.0, 0.0, 1.0)).systemic_alert, None);
    }

    #[test]
    fn a_threshold_of_none_decides_nothing() {
        let mut anomaly = Anomaly::default();
        let none = Thresholds { success_rate: None, response_time: None, efficiency_score: None, market_impact: None };
        (anomaly.tiers.tier_2.thresholds, anomaly.tiers.tier_3.thresholds) = (none, none);
        assert_eq!(anomaly_tier(&snapshot(0.0, 0.0, 1e9, 0.0), &anomaly), Tier::Tier1);
    }

    proptest! {
        #[test]
        fn a_worse_agent_never_has_a_milder_tier(
            good in (0.0..=1.0, 0.0..=1.0, 0.0..120.0, 0.0..=1.0),
            worse in (0.0..=1.0, 0.0..=1.0, 0.0..120.0, 0.0..=1.0),
        ) {
            let better = snapshot(good.0, good.1, good.2, good.3);
            let worse = snapshot(good.0.min(worse.0), good.1.min(worse.1), good.2.max(worse.2), good.3.min(worse.3));
            prop_assert!(assess(&worse).recommended_action.tier >= assess(&better).recommended_action.tier);
            prop_assert!((0.0..=1.0).contains(&assess(&worse).recommended_action.confidence));
        }
    }
}
