//! What is valid in a policy and yet hardly meant.

use serde::Serialize;

use crate::call::Context;
use crate::error::Result;
use crate::policy::{ActionType, Budget, MAX_ACTION_TYPE, Policy, Velocity};
use crate::read::{Fields, Place, Shape, field, words};
use crate::text::fold_trimmed;
use crate::value::{Value, quote};

words! {
    /// What a warning is about.
    WarningCode {
        /// A stricter tier of velocity begins at no higher a rate than a milder one.
        VelocityTiersInverted = "velocity_tiers_inverted",
        /// The quiet hours are the whole day.
        QuietAllDay = "quiet_all_day",
        /// Whatever has this keyword has another one too.
        RedundantKeyword = "redundant_keyword",
        /// A keyword that stands in nearly every text.
        BroadKeyword = "broad_keyword",
        /// A messaging type whose risk factors come from nowhere.
        UnmappedFactors = "unmapped_factors",
        /// An entry that no type of action can fall under.
        UnreachableAction = "unreachable_action",
        /// An agent that answers for an agent.
        AgentAsCreator = "agent_as_creator",
        /// A cap that is reached before anything happens.
        ZeroCap = "zero_cap",
    }
}

/// Something in a policy that is valid and hardly meant. It changes no decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// What it is about.
    pub code: WarningCode,
    /// Where it stands, from the argument on: `policy.velocity.tier_2`.
    pub path: String,
    /// What follows from it, and what may have been meant.
    pub message: String,
}

/// The warnings of a policy: in the order of its fields, empty where there is nothing to say.
///
/// ```
/// use agent_interlock::{Policy, WarningCode, lint};
/// let policy = Policy::from_json(r#"{"customerId": "noor", "quietHours": {"start": 8, "end": 8}}"#)?;
/// let warnings = lint(&policy);
/// assert_eq!((warnings[0].code, warnings[0].path.as_str()), (WarningCode::QuietAllDay, "policy.quietHours"));
/// assert!(lint(&Policy::from_json(r#"{"customerId": "noor"}"#)?).is_empty());
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn lint(policy: &Policy) -> Vec<Warning> {
    let place = Place::ARGUMENT.key("policy");
    let mut warnings = Warnings(Vec::new());
    budgets(policy, &place, &mut warnings);
    keywords(policy, &place, &mut warnings);
    quiet_hours(policy, &place, &mut warnings);
    actions(policy, &place, &mut warnings);
    velocity(&policy.document().velocity, &place.key("velocity"), &mut warnings);
    creators(policy, &place.key("agents"), &mut warnings);
    warnings.0
}

struct Warnings(Vec<Warning>);

impl Warnings {
    fn add(&mut self, code: WarningCode, place: &Place<'_>, message: impl Into<String>) {
        self.0.push(Warning { code, path: place.path(), message: message.into() });
    }
}

fn budgets(policy: &Policy, place: &Place<'_>, warnings: &mut Warnings) {
    caps(&policy.document().budget, &place.key("budget"), warnings);
    let agents = place.key("agents");
    for (id, agent) in &policy.document().agents {
        // A cap left out is the customer's, and was spoken of there.
        if let Some(budget) = agent.budget.filter(|budget| *budget != policy.document().budget) {
            caps(&budget, &agents.key(id).key("budget"), warnings);
        }
    }
}

fn caps(budget: &Budget, place: &Place<'_>, warnings: &mut Warnings) {
    let caps = [
        ("maxMessagesPerDay", budget.max_messages_per_day.get() == 0),
        ("maxLlmTokensPerDay", budget.max_llm_tokens_per_day.get() == 0),
        ("maxExternalApiCallsPerDay", budget.max_external_api_calls_per_day.get() == 0),
        ("maxCostPerDay", budget.max_cost_per_day.get() == 0.0),
    ];
    for (name, _) in caps.into_iter().filter(|(_, is_zero)| *is_zero) {
        let message = "a cap of 0 is reached before anything happens: what it holds back never runs";
        warnings.add(WarningCode::ZeroCap, &place.key(name), message);
    }
}

fn keywords(policy: &Policy, place: &Place<'_>, warnings: &mut Warnings) {
    let keywords = &policy.document().blocked_keywords;
    let place = place.key("blockedKeywords");
    for (index, keyword) in keywords.iter().enumerate() {
        let place = place.index(index);
        if is_broad(keyword) {
            let message =
                format!("{} is so short that it stands in nearly every text; write whole words", quote(keyword));
            warnings.add(WarningCode::BroadKeyword, &place, message);
        }
        if let Some(other) = covering(policy, index, keyword) {
            let message = format!("{} says nothing more: whatever holds it holds {} too", quote(keyword), quote(other));
            warnings.add(WarningCode::RedundantKeyword, &place, message);
        }
    }
}

/// A single sign, or two letters of an alphabet. In scripts that write a word with one sign or two, those may well be meant.
fn is_broad(keyword: &str) -> bool {
    let folded = fold_trimmed(keyword);
    let signs = folded.chars().count();
    let alphabetic = |c: char| c < '\u{900}' && c.is_alphabetic();
    folded.chars().all(|c| c < '\u{900}') && (signs <= 1 || signs == 2 && folded.chars().all(alphabetic))
}

/// Another keyword that stands in this one. Of those that fold alike, all but the first are covered by it.
fn covering<'p>(policy: &'p Policy, index: usize, keyword: &str) -> Option<&'p str> {
    let keywords = &policy.document().blocked_keywords;
    let others = policy.keyword_places_in(keyword).into_iter().filter(|other| *other != index);
    let mut words = others.filter_map(|other| Some((other, keywords.get(other)?)));
    let covers = |other: usize, word: &str| other < index || fold_trimmed(word) != fold_trimmed(keyword);
    words.find(|(other, word)| covers(*other, word)).map(|(_, word)| word.as_str())
}

fn quiet_hours(policy: &Policy, place: &Place<'_>, warnings: &mut Warnings) {
    if policy.document().quiet_hours.is_some_and(|quiet| quiet.start == quiet.end) {
        let message = "the same hour twice is the whole day: no message ever goes out; for no quiet hours write null";
        warnings.add(WarningCode::QuietAllDay, &place.key("quietHours"), message);
    }
}

/// Entries of the policy itself: what is built in is not of its making.
fn actions(policy: &Policy, place: &Place<'_>, warnings: &mut Warnings) {
    let place = place.key("actions");
    for (key, rules) in policy.own_actions() {
        let place = place.key(key);
        if let Some(why) = unreachable(policy, key) {
            warnings.add(WarningCode::UnreachableAction, &place, why);
        } else if rules.messaging && rules.factors.is_empty() {
            let message = "a messaging type that maps no risk factors: where the host gives none, each waits for a person; \
                           map them in `factors`";
            warnings.add(WarningCode::UnmappedFactors, &place, message);
        }
    }
}

fn unreachable(policy: &Policy, key: &str) -> Option<String> {
    let stem = key.strip_suffix('*').unwrap_or(key);
    if ActionType::new(stem).is_none() {
        return Some(format!(
            "no type of action is written like this: 1 to {MAX_ACTION_TYPE} of `A-Z a-z 0-9 _ . : / -`"
        ));
    }
    let is_full = stem.len() == MAX_ACTION_TYPE && stem != key;
    (is_full && policy.document().actions.contains_key(stem))
        .then(|| "no type can be longer than this prefix, and the prefix itself has an entry of its own".to_owned())
}

fn velocity(velocity: &Velocity, place: &Place<'_>, warnings: &mut Warnings) {
    let tiers = [("tier_1", velocity.tier_1), ("tier_2", velocity.tier_2), ("tier_3", velocity.tier_3)];
    for ((milder, slow), (stricter, fast)) in tiers.iter().zip(tiers.iter().skip(1)) {
        let (slow, fast) = (slow.actions_per_minute.get(), fast.actions_per_minute.get());
        if fast <= slow {
            let message =
                format!("begins at {fast} a minute, and {milder} only at {slow}: the stricter tier should need more");
            warnings.add(WarningCode::VelocityTiersInverted, &place.key(stricter), message);
        }
    }
}

fn creators(policy: &Policy, place: &Place<'_>, warnings: &mut Warnings) {
    let agents = &policy.document().agents;
    for (id, agent) in agents {
        if let Some(creator) = agent.creator.as_ref().filter(|creator| agents.contains_key(*creator)) {
            let message = format!(
                "{} is an agent, and no agent may approve or unlock anything: only a platform admin can; name a person",
                quote(creator)
            );
            warnings.add(WarningCode::AgentAsCreator, &place.key(id).key("creator"), message);
        }
    }
}

/// `lint({policy}) -> [{code, path, message}]`.
pub(super) fn call(argument: &Value, context: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("policy")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    crate::json::text(&lint(&*context.required_policy(&fields)?))
}

#[cfg(test)]
mod tests;
