//! The guard against the reference, over random commands.

use std::collections::BTreeSet;

use agent_interlock::{Guard, Timestamp, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::cases;
use crate::commands::{self, AGENTS, Command, Step};
use crate::policies::POLICIES;
use crate::reference::{Answer, Reference, Seen};

/// So many sequences together.
const SEQUENCES: u32 = 100_000;

/// The guard's answer in the reference's words.
fn answered(command: &Command, answer: &Json) -> Answer {
    let text = |value: &Json| value.as_str().map(|text| -> &'static str { intern(text) });
    match command {
        Command::Request(_) => Answer::Decided {
            effect: text(&answer["effect"]).unwrap(),
            codes: answer["reasons"].as_array().unwrap().iter().map(|reason| text(&reason["code"]).unwrap()).collect(),
            attempt: answer["attempt"].as_u64().unwrap(),
        },
        Command::Report(_) => Answer::Reported {
            outcome: text(&answer["outcome"]).unwrap(),
            category: text(&answer["category"]),
            retry_at: answer["retryAt"].as_str().map(|at| at.parse::<Timestamp>().unwrap().as_micros() / 1000),
            attempts: answer["attempts"].as_u64().unwrap(),
        },
        _ => Answer::Done,
    }
}

/// The few words there are, each once.
fn intern(text: &str) -> &'static str {
    use std::sync::{LazyLock, Mutex};
    static WORDS: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut words = WORDS.lock().unwrap();
    if let Some(known) = words.get(text) {
        return known;
    }
    let new: &'static str = Box::leak(text.to_owned().into_boxed_str());
    words.insert(new);
    new
}

fn seen(guard: &Guard, now: i64) -> Option<Seen> {
    let options = Value::from(json!({"now": now}));
    let usage = guard.usage(&options).ok()?;
    let pair = |used: agent_interlock::AmountsUsed| (used.messages.get(), (used.amount.get() * 1e6).round() as u64);
    let locks = guard.lock_state();
    let customer = locks.customer.iter().map(|_| "");
    Some(Seen {
        customer: pair(usage.customer),
        agents: AGENTS.iter().map(|agent| pair(usage.agents.get(*agent).copied().unwrap_or_default())).collect(),
        locked: locks.agents.keys().map(|agent| intern(agent)).chain(customer).collect(),
        in_flight: guard
            .in_flight(&options)
            .ok()?
            .into_iter()
            .map(|flying| (flying.action_id.parse().unwrap(), flying.status, u64::from(flying.attempt)))
            .collect(),
    })
}

fn check(steps: &[Step], audit: bool) -> Result<(), TestCaseError> {
    let mut guard = Guard::new(POLICIES[0].clone(), audit).unwrap();
    let mut reference = Reference::default();
    for (now, command) in commands::timed(steps) {
        let expected = reference.run(now, command);
        match commands::run(&mut guard, now, command) {
            Ok(answer) => prop_assert_eq!(answered(command, &answer), expected),
            Err(error) => {
                let (code, path) = (error.code().as_str(), intern(error.path()));
                prop_assert_eq!(Answer::Refused { code, path }, expected);
            }
        }
        prop_assert_eq!(seen(&guard, now), reference.seen(now));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(SEQUENCES / 4))]

    #[test]
    fn short_sequences_agree(steps in commands::steps(12)) {
        check(&steps, false)?;
    }

    #[test]
    fn other_short_sequences_agree(steps in commands::steps(20)) {
        check(&steps, true)?;
    }

    #[test]
    fn sequences_agree(steps in commands::steps(30)) {
        check(&steps, false)?;
    }

    #[test]
    fn long_sequences_agree(steps in commands::steps(60)) {
        check(&steps, false)?;
    }
}

/// A model that never gets anywhere would agree about nothing.
#[test]
fn the_random_commands_reach_every_answer() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut codes = BTreeSet::new();
    for _ in 0..2000 {
        let steps = commands::steps(60).new_tree(&mut runner).unwrap().current();
        let mut reference = Reference::default();
        for (now, command) in commands::timed(&steps) {
            match reference.run(now, command) {
                Answer::Decided { codes: all, .. } => codes.extend(all),
                Answer::Refused { code, path } => drop(codes.insert(intern(&format!("{code} {path}")))),
                _ => {}
            }
        }
    }
    let expected: BTreeSet<&str> = [
        "agent_locked",
        "customer_locked",
        "critical_risk",
        "systemic_anomaly",
        "velocity_tier_3",
        "already_granted",
        "already_executed",
        "outcome_unknown",
        "retry_not_before",
        "retries_exhausted",
        "not_retryable",
        "duplicate_action",
        "level",
        "outbound_requires_human",
        "unknown_action_type",
        "confirmation_required",
        "quiet_hours",
        "blocked_date",
        "messages_per_day_reached",
        "messages_per_day_would_exceed",
        "cost_per_day_reached",
        "cost_per_day_would_exceed",
        "exceeds_cap",
        "invalid_input now",
        "conflict id",
        "conflict actionId",
        "conflict attempt",
        "conflict outcome",
        "not_found actionId",
        "not_authorized by",
    ]
    .into();
    let missing: Vec<_> = expected.difference(&codes).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
}
