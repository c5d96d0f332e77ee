//! Is it night? (Contract 2.3.)

use crate::call::Context;
use crate::error::Result;
use crate::policy::Policy;
use crate::read::{Fields, Place, Shape, field};
use crate::time::{self, Hour};
use crate::value::Value;

/// Whether a local hour is quiet under the policy.
///
/// From `start` (included) to `end` (excluded); over midnight where `end` is not later; the whole day where they are the same; never where
/// the policy has none. For an instant, ask [`Policy::local`] for the hour.
///
/// ```
/// use agent_interlock::{Hour, Policy, is_in_quiet_hours};
/// let policy = Policy::from_json(r#"{"customerId": "noor"}"#)?; // 21 to 8, Asia/Riyadh
/// assert!(is_in_quiet_hours(&policy, Hour::new(21).unwrap()));
/// assert!(!is_in_quiet_hours(&policy, Hour::new(8).unwrap()));
/// let local = policy.local("2026-03-20T18:00:00Z".parse().unwrap())?;
/// assert!(is_in_quiet_hours(&policy, local.hour));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn is_in_quiet_hours(policy: &Policy, hour: Hour) -> bool {
    policy.document().quiet_hours.is_some_and(|quiet| {
        if quiet.start < quiet.end {
            quiet.start <= hour && hour < quiet.end
        } else {
            hour >= quiet.start || hour < quiet.end
        }
    })
}

/// `isInQuietHours({hour | at, policy})`.
pub(super) fn call(argument: &Value, context: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("hour"), field("at"), field("policy")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let hour = fields.optional("hour", Hour::read)?;
    let at = fields.optional("at", time::instant)?;
    let policy = context.required_policy(&fields)?;
    let hour = match (hour, at) {
        (Some(hour), None) => hour,
        (None, Some(at)) => policy.local(at)?.hour,
        _ => return Err(Place::ARGUMENT.key("hour").error("exactly one of `hour` and `at` is needed")),
    };
    crate::json::text(&is_in_quiet_hours(&policy, hour))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(hours: &str) -> Vec<u8> {
        let policy = Policy::from_json(&format!(r#"{{"customerId": "c", "quietHours": {hours}}}"#)).unwrap();
        (0..24).filter(|hour| is_in_quiet_hours(&policy, Hour::new(*hour).unwrap())).collect()
    }

    #[test]
    fn start_is_quiet_and_end_is_not() {
        assert_eq!(quiet(r#"{"start": 2, "end": 4}"#), [2, 3]);
        assert_eq!(quiet(r#"{"start": 22, "end": 1}"#), [0, 22, 23]);
        assert_eq!(quiet(r#"{"start": 7, "end": 7}"#), (0..24).collect::<Vec<_>>());
        assert_eq!(quiet("null"), [0; 0]);
    }
}
