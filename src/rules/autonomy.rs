//! How far may an agent go without its creator? (Contract 2.11.)

use std::collections::BTreeMap;

use serde::Serialize;

use crate::call::Context;
use crate::error::Result;
use crate::policy::Level;
use crate::read::{self, Fields, Place, Shape, field};
use crate::text::fold_trimmed;
use crate::value::{Value, quote};

/// The most types of action with a level of their own.
const MAX_LEVELS: usize = 10_000;

/// Whether an action may run by itself, and what its creator hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AutonomyVerdict {
    /// Whether it may run now.
    pub allowed: bool,
    /// The level that decided.
    pub level: Level,
    /// The original's words.
    pub message: &'static str,
}

/// Whether a type of action may run by itself: at L1 and L2, but not at L3. A type that is not listed has the default
/// level.
///
/// Errors: `invalid_input` where the type differs from a listed one only by case or folding, so that a misspelling
/// never finds the milder default.
///
/// ```
/// use agent_interlock::{Level, check_autonomy};
/// let levels = [("delete_files".to_owned(), Level::L3)].into();
/// assert!(!check_autonomy(&levels, "delete_files", Level::L2)?.allowed);
/// assert_eq!(check_autonomy(&levels, "read_files", Level::L2)?.message, "Executed and creator notified");
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn check_autonomy(
    levels: &BTreeMap<String, Level>,
    action_type: &str,
    default_level: Level,
) -> Result<AutonomyVerdict> {
    let level = match levels.get(action_type) {
        Some(level) => *level,
        None => not_listed(levels, action_type).map(|()| default_level)?,
    };
    let (allowed, message) = match level {
        Level::L1 => (true, "Auto-executed"),
        Level::L2 => (true, "Executed and creator notified"),
        Level::L3 => (false, "Approval requested from creator"),
    };
    Ok(AutonomyVerdict { allowed, level, message })
}

fn not_listed(levels: &BTreeMap<String, Level>, action_type: &str) -> Result<()> {
    let folded = fold_trimmed(action_type);
    let alike = levels.keys().find(|listed| fold_trimmed(listed) == folded);
    alike.map_or(Ok(()), |listed| {
        let (given, listed) = (quote(action_type), quote(listed));
        Err(Place::ARGUMENT.key("actionType").error(format!("{given} differs from {listed} only by case or folding")))
    })
}

fn read_levels(value: &Value, place: &Place<'_>) -> Result<BTreeMap<String, Level>> {
    let given = read::object(value, place)?;
    if given.len() > MAX_LEVELS {
        return Err(place.error(format!("at most {MAX_LEVELS} entries, got {}", given.len())));
    }
    let levels = given.iter().map(|(action_type, value)| {
        let place = place.key(action_type);
        Ok((read::id(&Value::Text(action_type.clone()), &place)?, read::word(value, &place)?))
    });
    crate::collect::try_map(levels)
}

/// `checkAutonomy({levels, actionType, defaultLevel?})`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("levels"), field("actionType"), field("defaultLevel")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let levels = fields.required("levels", read_levels)?;
    let action_type = fields.required("actionType", read::id)?;
    let default_level = fields.or("defaultLevel", Level::L2, read::word)?;
    crate::json::text(&check_autonomy(&levels, &action_type, default_level)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_never_finds_the_milder_default() {
        let levels = BTreeMap::from([("delete_files".to_owned(), Level::L3)]);
        let refused = check_autonomy(&levels, "Delete_Files", Level::L1).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "actionType: `Delete_Files` differs from `delete_files` only by case or folding"
        );
        assert_eq!(check_autonomy(&levels, "delete", Level::L1).unwrap().level, Level::L1);
    }

    #[test]
    fn levels_are_few_and_known() {
        let levels = |count: usize, level: &str| {
            let entries = (0..count).map(|index| (index.to_string(), Value::Text(level.into())));
            read_levels(&Value::Object(entries.collect()), &Place::ARGUMENT.key("levels"))
        };
        assert_eq!(levels(10_000, "L1").unwrap().len(), 10_000);
        assert_eq!(levels(10_001, "L1").unwrap_err().to_string(), "levels: at most 10000 entries, got 10001");
        assert_eq!(levels(1, "L4").unwrap_err().path(), r#"levels["0"]"#);
    }
}
