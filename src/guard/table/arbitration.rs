//! Is it too dangerous, or the agent unwell?

use serde_json::{Value as Json, json};

use super::{Ask, Effect, Findings, LockSource, Scope, Tier};
use crate::action::Action;
use crate::error::Result;
use crate::reason::Reason;
use crate::rules::{ArbitrationCase, RiskLevel, Verdict, arbitrate};

pub(super) const ABOUT: &str =
    "`lock`, and locks the agent, at critical risk (reads too), or, but for reads, while its last anomaly is tier 3";

/// How much risk and impact weigh, in tenths, and from which sum on both together are critical.
const RISK_WEIGHT: f64 = 0.6;
const IMPACT_WEIGHT: f64 = 0.4;
const CRITICAL: f64 = 0.8;

pub(super) fn rule(ask: &Ask<'_>, findings: &mut Findings) -> Result<()> {
    let agent = &ask.action.agent;
    let score = score(ask);
    let risk_level = if score >= CRITICAL { RiskLevel::Critical } else { RiskLevel::Low };
    if arbitrate(&ArbitrationCase::new(risk_level)).decision == Verdict::Lock {
        lock(findings, agent, LockSource::CriticalRisk, Reason::CriticalRisk { score });
    }
    let anomaly = ask.state.anomalies.get(agent).copied().filter(|_| !ask.is_read());
    let case =
        ArbitrationCase { recommended_tier: anomaly.unwrap_or(Tier::Tier1), ..ArbitrationCase::new(RiskLevel::Low) };
    if arbitrate(&case).decision == Verdict::Lock {
        lock(findings, agent, LockSource::Anomaly, Reason::SystemicAnomaly);
    }
    Ok(())
}

pub(super) fn reads(ask: &Ask<'_>) -> Result<Json> {
    let Action { agent, risk_score, impact_score, .. } = ask.action;
    Ok(json!({
        "isRead": ask.is_read(),
        "riskScore": risk_score,
        "impactScore": impact_score,
        "score": score(ask),
        "criticalFrom": CRITICAL,
        "anomalyTier": ask.state.anomalies.get(agent),
    }))
}

fn score(ask: &Ask<'_>) -> f64 {
    RISK_WEIGHT * ask.action.risk_score + IMPACT_WEIGHT * ask.action.impact_score
}

fn lock(findings: &mut Findings, agent: &str, source: LockSource, reason: Reason) {
    findings.locks.push((Scope::Agent(agent.to_owned()), source, reason.to_string()));
    findings.add("arbitration", Effect::Lock, reason);
}
