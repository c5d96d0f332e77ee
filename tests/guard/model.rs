//! The guard against the reference, over random commands.

use std::collections::BTreeSet;

use agent_interlock::{Guard, ObligationKind, Timestamp, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::cases;
use crate::commands::{self, AGENTS, Command, Step};
use crate::policies::POLICIES;
use crate::reference::{Answer, Obligation, Reference, Seen, SeenApproval};

/// So many sequences together.
const SEQUENCES: u32 = 100_000;

/// The guard's answer in the reference's words.
fn answered(command: &Command, answer: &Json) -> Answer {
    let text = |value: &Json| value.as_str().map(|text| -> &'static str { intern(text) });
    match command {
        Command::Request(_) => Answer::Decided {
            effect: text(&answer["effect"]).unwrap(),
            codes: answer["reasons"].as_array().unwrap().iter().map(code).collect(),
            attempt: answer["attempt"].as_u64().unwrap(),
            until: millis(&answer["deferUntil"]),
            approval: text(&answer["approval"]["status"])
                .map(|status| (status, millis(&answer["approval"]["expiresAt"]).unwrap())),
        },
        Command::Report(_) => Answer::Reported {
            outcome: text(&answer["outcome"]).unwrap(),
            category: text(&answer["category"]),
            retry_at: millis(&answer["retryAt"]),
            attempts: answer["attempts"].as_u64().unwrap(),
        },
        Command::Resolve { .. } => Answer::Resolved { status: text(&answer["status"]).unwrap() },
        Command::Acknowledge { .. } => Answer::Acknowledged(answer.as_u64().unwrap() as usize),
        _ => Answer::Done,
    }
}

fn millis(at: &Json) -> Option<i64> {
    at.as_str().map(|at| at.parse::<Timestamp>().unwrap().as_micros() / 1000)
}

/// The code, and the place in a plan that the reason's text speaks of.
fn code(reason: &Json) -> (&'static str, Option<u8>) {
    let code = intern(reason["code"].as_str().unwrap());
    let place = matches!(code, "paused_behind" | "skipped_after").then(|| {
        let text = reason["text"].as_str().unwrap().strip_prefix(code).unwrap();
        text.strip_prefix('=').unwrap().parse().unwrap()
    });
    (code, place)
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

fn seen_approvals(guard: &mut Guard, now: i64) -> Option<Vec<SeenApproval>> {
    let mut seen: Vec<_> = commands::approvals(guard, now).ok()?.iter().map(seen_approval).collect();
    seen.sort();
    Some(seen)
}

fn seen_approval(approval: &Json) -> SeenApproval {
    let texts =
        approval["reasons"].as_array().unwrap().iter().map(|reason| reason["text"].as_str().unwrap().to_owned());
    let vote = |vote: &Json| (vote["by"].as_str().unwrap().to_owned(), vote["decision"] == "approve");
    SeenApproval {
        action: approval["actionId"].as_str().unwrap().parse().unwrap(),
        opened_at: millis(&approval["createdAt"]).unwrap(),
        status: intern(approval["status"].as_str().unwrap()),
        expires_at: millis(&approval["expiresAt"]).unwrap(),
        requested_by: approval["requestedBy"].as_str().map(str::to_owned),
        reasons: texts.collect(),
        votes: approval["votes"].as_array().unwrap().iter().map(vote).collect(),
    }
}

fn seen(guard: &mut Guard, now: i64) -> Option<Seen> {
    let approvals = seen_approvals(guard, now)?;
    let options = Value::from(json!({"now": now}));
    let usage = guard.usage(&options).ok()?;
    let pair = |used: agent_interlock::AmountsUsed| (used.messages.get(), (used.amount.get() * 1e6).round() as u64);
    let locks = guard.lock_state();
    let customer = locks.customer.iter().map(|_| "");
    let outbox = guard.outbox().into_iter().map(|obligation| Obligation {
        kind: obligation.kind.as_str(),
        to: obligation.to.as_deref().map(intern),
        title: if obligation.kind == ObligationKind::Notify { obligation.title } else { String::new() },
    });
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
        approvals,
        outbox: outbox.collect(),
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
        prop_assert_eq!(seen(&mut guard, now), reference.seen(now));
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
    let mut reached = BTreeSet::new();
    for _ in 0..2000 {
        let steps = commands::steps(60).new_tree(&mut runner).unwrap().current();
        let mut reference = Reference::default();
        for (now, command) in commands::timed(&steps) {
            match reference.run(now, command) {
                Answer::Decided { codes, .. } => reached.extend(codes.into_iter().map(|(code, _)| code)),
                Answer::Refused { code, path } => drop(reached.insert(intern(&format!("{code} {path}")))),
                _ => {}
            }
        }
        reached.append(&mut reference.events);
    }
    let missing: Vec<_> = EVERYTHING.iter().filter(|one| !reached.contains(*one)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
}

/// Codes of reasons, errors with their place, and what else is to happen.
const EVERYTHING: [&str; 48] = [
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
    "paused_behind",
    "skipped_after",
    "group_ended",
    "level",
    "outbound_requires_human",
    "unknown_action_type",
    "approval_rejected",
    "confirmation_required",
    "quiet_hours",
    "blocked_date",
    "messages_per_day_reached",
    "messages_per_day_would_exceed",
    "cost_per_day_reached",
    "cost_per_day_would_exceed",
    "exceeds_cap",
    "invalid_input now",
    "invalid_input requestedBy",
    "conflict id",
    "conflict group",
    "conflict group.size",
    "conflict actionId",
    "conflict attempt",
    "conflict outcome",
    "conflict by",
    "not_found actionId",
    "not_found approvalId",
    "not_authorized by",
    "already_resolved approvalId",
    "expired approvalId",
    "covered approval runs",
    "covered retry runs",
    "superseded",
    "opened while deferred",
    "consumed unresolved",
    "quorum of two",
    "resolved for a requester",
];
