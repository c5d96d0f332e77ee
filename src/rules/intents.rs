//! What runs, waits or is skipped when one message asks for several things? (Contract 2.8.)

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::confirmation::requires_confirmation;
use crate::call::Context;
use crate::error::Result;
use crate::policy::Access;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::value::{Value, quote};

/// The most intents of one call.
const MAX_INTENTS: usize = 10_000;

words! {
    /// What a person said to one intent.
    Resolution {
        /// It may run.
        Approved = "approved",
        /// It may not, and nothing after it.
        Rejected = "rejected",
    }
}

words! {
    /// What becomes of one intent.
    IntentStatus {
        /// It runs now.
        Run = "run",
        /// It waits for a person.
        AwaitingApproval = "awaiting_approval",
        /// It waits behind one that waits for a person.
        Paused = "paused",
        /// A person refused it.
        Rejected = "rejected",
        /// One before it was refused.
        Skipped = "skipped",
    }
}

/// One of the things that a message asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Unique among the message's intents.
    pub id: String,
    /// What the agent that would do it may do.
    pub agent_permission: Access,
    /// What the endpoint's classification says, where it says anything.
    pub needs_interrupt: Option<bool>,
}

/// What becomes of an intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PlannedIntent {
    /// The intent's id.
    pub id: String,
    /// What becomes of it.
    pub status: IntentStatus,
}

/// Strictly in order, reads too, so that nothing overtakes what it may depend on: all run until the first that waits
/// for a person or was refused.
///
/// Errors: `invalid_input` for an id that stands twice, or a resolution for none of the intents.
///
/// ```
/// use agent_interlock::{Access, Intent, IntentStatus, plan_intents};
/// let intent = |id: &str, agent_permission| Intent { id: id.into(), agent_permission, needs_interrupt: None };
/// let intents = [intent("look", Access::Read), intent("cancel", Access::Write), intent("tell", Access::Read)];
/// let plan: Vec<_> = plan_intents(&intents, &Default::default())?.iter().map(|intent| intent.status).collect();
/// assert_eq!(plan, [IntentStatus::Run, IntentStatus::AwaitingApproval, IntentStatus::Paused]);
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn plan_intents(intents: &[Intent], resolutions: &BTreeMap<String, Resolution>) -> Result<Vec<PlannedIntent>> {
    check_ids(intents, resolutions)?;
    let mut behind = None;
    let planned = intents.iter().map(|intent| {
        let status = behind.unwrap_or_else(|| first_in_line(intent, resolutions.get(&intent.id)));
        behind = behind.or(match status {
            IntentStatus::AwaitingApproval => Some(IntentStatus::Paused),
            IntentStatus::Rejected => Some(IntentStatus::Skipped),
            _ => None,
        });
        PlannedIntent { id: intent.id.clone(), status }
    });
    Ok(planned.collect())
}

/// What becomes of an intent when all before it run. A refusal counts also where nobody had to be asked.
fn first_in_line(intent: &Intent, resolution: Option<&Resolution>) -> IntentStatus {
    let asks = requires_confirmation(intent.agent_permission, intent.needs_interrupt).requires_confirmation;
    match resolution {
        Some(Resolution::Rejected) => IntentStatus::Rejected,
        None if asks => IntentStatus::AwaitingApproval,
        Some(Resolution::Approved) | None => IntentStatus::Run,
    }
}

fn check_ids(intents: &[Intent], resolutions: &BTreeMap<String, Resolution>) -> Result<()> {
    let mut known = BTreeSet::new();
    for (index, intent) in intents.iter().enumerate() {
        if !known.insert(intent.id.clone()) {
            let place = Place::ARGUMENT;
            let twice = format!("{} stands twice; each intent needs an id of its own", quote(&intent.id));
            return Err(place.key("intents").index(index).key("id").error(twice));
        }
    }
    let stray = resolutions.keys().find(|id| !known.contains(*id));
    stray.map_or(Ok(()), |id| {
        Err(Place::ARGUMENT.key("resolutions").key(id).error(format!("no intent has the id {}", quote(id))))
    })
}

fn read_intent(value: &Value, place: &Place<'_>) -> Result<Intent> {
    const INTENT: Shape = Shape::strict(&[field("id"), field("agentPermission"), field("needsInterrupt")]);
    let fields = Fields::of(value, place, &INTENT)?;
    Ok(Intent {
        id: fields.required("id", read::id)?,
        agent_permission: fields.required("agentPermission", read::word)?,
        needs_interrupt: fields.optional("needsInterrupt", read::boolean)?,
    })
}

fn read_resolutions(value: &Value, place: &Place<'_>) -> Result<BTreeMap<String, Resolution>> {
    let given = read::object(value, place)?.iter();
    crate::collect::try_map(given.map(|(id, value)| Ok((id.clone(), read::word(value, &place.key(id))?))))
}

/// `planIntents({intents, resolutions?})`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("intents"), field("resolutions")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let intents = fields.required("intents", |v, p| read::items(v, p, MAX_INTENTS, read_intent))?;
    let resolutions = fields.or("resolutions", BTreeMap::new(), read_resolutions)?;
    crate::json::text(&plan_intents(&intents, &resolutions)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn intent(id: &str, agent_permission: Access) -> Intent {
        Intent { id: id.into(), agent_permission, needs_interrupt: None }
    }

    fn error(intents: &[Intent], resolved: &str) -> String {
        let resolutions = BTreeMap::from([(resolved.to_owned(), Resolution::Approved)]);
        plan_intents(intents, &resolutions).unwrap_err().to_string()
    }

    #[test]
    fn ids_are_unique_and_resolutions_have_an_intent() {
        let twice = [intent("a", Access::Read), intent("b", Access::Read), intent("a", Access::Read)];
        assert_eq!(error(&twice, "a"), "intents[2].id: `a` stands twice; each intent needs an id of its own");
        assert_eq!(error(&twice[..2], "c"), "resolutions.c: no intent has the id `c`");
    }

    #[test]
    fn a_refusal_counts_even_where_nobody_had_to_be_asked() {
        let intents = [intent("a", Access::Read), intent("b", Access::Read)];
        let plan = plan_intents(&intents, &BTreeMap::from([("a".into(), Resolution::Rejected)])).unwrap();
        assert_eq!(plan.iter().map(|planned| planned.status.as_str()).collect::<Vec<_>>(), ["rejected", "skipped"]);
    }

    fn any_intents() -> impl Strategy<Value = (Vec<Intent>, BTreeMap<String, Resolution>)> {
        let access = prop_oneof![Just(Access::Read), Just(Access::Write)];
        let resolution = proptest::option::of(prop_oneof![Just(Resolution::Approved), Just(Resolution::Rejected)]);
        let one = (access, proptest::option::of(any::<bool>()), resolution);
        proptest::collection::vec(one, 0..12).prop_map(|all| {
            let mut resolutions = BTreeMap::new();
            let intents =
                all.into_iter().enumerate().map(|(index, (agent_permission, needs_interrupt, resolution))| {
                    let id = index.to_string();
                    resolution.map(|resolution| resolutions.insert(id.clone(), resolution));
                    Intent { id, agent_permission, needs_interrupt }
                });
            (intents.collect(), resolutions)
        })
    }

    proptest! {
        #[test]
        fn nothing_runs_past_one_that_waits_or_was_refused((intents, resolutions) in any_intents()) {
            let plan = plan_intents(&intents, &resolutions).unwrap();
            let runs = plan.iter().take_while(|planned| planned.status == IntentStatus::Run).count();
            prop_assert!(plan[runs..].iter().all(|planned| planned.status != IntentStatus::Run));
            let behind = match plan.get(runs).map(|planned| planned.status) {
                Some(IntentStatus::AwaitingApproval) => Some(IntentStatus::Paused),
                Some(IntentStatus::Rejected) => Some(IntentStatus::Skipped),
                None => None,
                other => return Err(TestCaseError::fail(format!("{other:?} at the front"))),
            };
            prop_assert!(plan.iter().skip(runs + 1).all(|planned| Some(planned.status) == behind));
            prop_assert!(plan.iter().map(|planned| &planned.id).eq(intents.iter().map(|intent| &intent.id)));
        }

        #[test]
        fn whatever_runs_was_safe_or_approved((intents, resolutions) in any_intents()) {
            for (planned, intent) in plan_intents(&intents, &resolutions).unwrap().iter().zip(&intents) {
                if planned.status == IntentStatus::Run {
                    let approved = resolutions.get(&intent.id) == Some(&Resolution::Approved);
                    let asks = requires_confirmation(intent.agent_permission, intent.needs_interrupt);
                    prop_assert!(approved || !asks.requires_confirmation);
                    prop_assert_ne!(resolutions.get(&intent.id), Some(&Resolution::Rejected));
                }
            }
        }
    }
}
