//! Is the agent running away? (Contract 2.4.)

use serde::Serialize;

use super::tier::Tier;
use crate::call::Context;
use crate::error::Result;
use crate::number::Count;
use crate::policy::{Velocity, VelocityTier, read_velocity};
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::{self, Timestamp};
use crate::value::Value;

/// The most events of one call.
const MAX_EVENTS: usize = 1_000_000;

/// What one window measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VelocitySignal {
    /// The window, in minutes.
    pub window_minutes: Count,
    /// Actions counted in it.
    pub action_count: u64,
    /// Actions a minute.
    pub actions_per_minute: f64,
    /// Whether the tier's rate is reached.
    pub triggered: bool,
}

/// What each window measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct VelocitySignals {
    /// The longest window by default.
    pub tier_1: VelocitySignal,
    /// In between.
    pub tier_2: VelocitySignal,
    /// The one that locks.
    pub tier_3: VelocitySignal,
}

/// The highest tier that is triggered, and what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TierVerdict {
    /// The highest triggered tier, or none.
    pub tier: Option<Tier>,
    /// What each window measured.
    pub signals: VelocitySignals,
}

/// How fast an agent acts, in one pass over the times of its actions, in any order.
///
/// An event counts from `now - window` on, that instant included; later than `now` it counts too, so that a skewed clock errs to the strict side.
/// A tier is triggered at its rate or above.
///
/// ```
/// use agent_interlock::{Tier, Timestamp, Velocity, determine_tier};
/// let at = |minute: i64| Timestamp::from_micros(minute * 60_000_000).unwrap();
/// let events = (0..15).map(at);
/// let verdict = determine_tier(events, at(15), &Velocity::default());
/// assert_eq!(verdict.tier, Some(Tier::Tier1));
/// assert_eq!(verdict.signals.tier_1.action_count, 15);
/// ```
pub fn determine_tier(events: impl IntoIterator<Item = Timestamp>, now: Timestamp, velocity: &Velocity) -> TierVerdict {
    let tiers = [velocity.tier_1, velocity.tier_2, velocity.tier_3];
    let since = tiers.map(|tier| window_start(now, tier.window_minutes));
    let mut counts = [0_u64; 3];
    for event in events {
        for (count, since) in counts.iter_mut().zip(since) {
            *count += u64::from(event.as_micros() >= since);
        }
    }
    tier_of_counts(counts, velocity)
}

/// The verdict where the actions of each window are counted already.
pub(crate) fn tier_of_counts(counts: [u64; 3], velocity: &Velocity) -> TierVerdict {
    let [count_1, count_2, count_3] = counts;
    let signals = VelocitySignals {
        tier_1: signal(count_1, velocity.tier_1),
        tier_2: signal(count_2, velocity.tier_2),
        tier_3: signal(count_3, velocity.tier_3),
    };
    TierVerdict { tier: highest(&signals), signals }
}

/// The first microsecond of the window, saturating: a window longer than all time counts everything.
pub(crate) fn window_start(now: Timestamp, minutes: Count) -> i64 {
    let window = i64::try_from(minutes.get()).unwrap_or(i64::MAX).saturating_mul(60_000_000);
    now.as_micros().saturating_sub(window)
}

fn signal(action_count: u64, tier: VelocityTier) -> VelocitySignal {
    let actions_per_minute = action_count as f64 / tier.window_minutes.get() as f64;
    let triggered = actions_per_minute >= tier.actions_per_minute.get();
    VelocitySignal { window_minutes: tier.window_minutes, action_count, actions_per_minute, triggered }
}

fn highest(signals: &VelocitySignals) -> Option<Tier> {
    let tiers = [(signals.tier_3, Tier::Tier3), (signals.tier_2, Tier::Tier2), (signals.tier_1, Tier::Tier1)];
    tiers.into_iter().find(|(signal, _)| signal.triggered).map(|(_, tier)| tier)
}

/// Times, or objects with a `timestamp` and whatever else.
pub(crate) fn read_events(value: &Value, place: &Place<'_>) -> Result<Vec<Timestamp>> {
    const EVENT: Shape = Shape::open(&[field("timestamp")]);
    read::items(value, place, MAX_EVENTS, |value, place| match value {
        Value::Object(_) => Fields::of(value, place, &EVENT)?.required("timestamp", time::instant),
        other => time::instant(other, place),
    })
}

/// `determineTier({events, now, velocity?})`; as a method of a policy, with the policy's velocity.
pub(super) fn call(argument: &Value, context: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("events"), field("now"), field("velocity")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let velocity = match context.handle() {
        Some(policy) if fields.get("velocity").is_none() => policy.document().velocity,
        _ => fields.or("velocity", Velocity::default(), read_velocity)?,
    };
    let now = fields.required("now", time::instant)?;
    let events = fields.required("events", read_events)?;
    crate::json::text(&determine_tier(events, now, &velocity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Amount;

    const MINUTE: i64 = 60_000_000;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    #[test]
    fn a_window_includes_its_first_instant_and_all_after() {
        let now = at(100 * MINUTE);
        let count = |event| determine_tier([at(event)], now, &Velocity::default()).signals;
        assert_eq!(count(85 * MINUTE).tier_1.action_count, 1);
        assert_eq!(count(85 * MINUTE - 1).tier_1.action_count, 0);
        assert_eq!((count(90 * MINUTE).tier_2.action_count, count(90 * MINUTE - 1).tier_2.action_count), (1, 0));
        assert_eq!((count(95 * MINUTE).tier_3.action_count, count(95 * MINUTE - 1).tier_3.action_count), (1, 0));
        assert_eq!(count(200 * MINUTE).tier_3.action_count, 1);
    }

    #[test]
    fn the_highest_triggered_tier_wins() {
        let now = at(100 * MINUTE);
        let tier = |events: usize, ago: i64| {
            determine_tier(vec![at((100 - ago) * MINUTE); events], now, &Velocity::default()).tier
        };
        assert_eq!(tier(11, 15), None);
        assert_eq!(tier(12, 15), Some(Tier::Tier1));
        assert_eq!(tier(15, 10), Some(Tier::Tier2));
        assert_eq!(tier(14, 5), Some(Tier::Tier1));
        assert_eq!(tier(15, 5), Some(Tier::Tier3));
    }

    #[test]
    fn a_window_longer_than_all_time_counts_everything() {
        let tier_1 = VelocityTier { window_minutes: Count::MAX, actions_per_minute: Amount::ZERO };
        let velocity = Velocity { tier_1, ..Velocity::default() };
        let verdict = determine_tier([Timestamp::MIN], Timestamp::MAX, &velocity);
        assert_eq!((verdict.signals.tier_1.action_count, verdict.tier), (1, Some(Tier::Tier1)));
    }
}
