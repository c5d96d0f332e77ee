//! Who may lock, unlock, change the policy and the clock; and that whoever may not is written down, and changes nothing else.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::support::{Host, host, place, policy};
use crate::error::{ErrorCode, Result};
use crate::guard::Guard;
use crate::policy::Policy;
use crate::value::Value;

type Command = fn(&mut Guard, &Value, &Value) -> Result<()>;

/// Each command that asks for authority, with the agent that it is about, if any.
const COMMANDS: [(&str, Option<&str>, Command); 6] = [
    ("lock", None, |guard, order, options| guard.lock(order, options).map(drop)),
    ("lock", Some("sales"), |guard, order, options| guard.lock(order, options).map(drop)),
    ("unlock", None, |guard, order, options| guard.unlock(order, options).map(drop)),
    ("unlock", Some("sales"), |guard, order, options| guard.unlock(order, options).map(drop)),
    ("adoptClock", None, Guard::adopt_clock),
    ("setPolicy", None, |guard, order, options| {
        let Value::Object(mut fields) = order.clone() else { panic!("no order") };
        let Value::Object(now) = options.clone() else { panic!("no options") };
        fields.extend(now);
        guard.set_policy(other_policy(), &Value::Object(fields))
    }),
];

fn other_policy() -> Arc<Policy> {
    policy(json!({"budget": {"maxMessagesPerDay": 7}}))
}

fn order(agent: Option<&str>, id: &str, role: &str) -> Json {
    let mut order = json!({"by": {"id": id, "role": role}, "reason": "because"});
    if let Some(agent) = agent {
        order["agent"] = agent.into();
    }
    order
}

/// Everything but the audit's end and the instant.
fn rest(host: &Host) -> Json {
    let mut snapshot: Json = serde_json::from_str(&host.guard.snapshot().unwrap()).unwrap();
    snapshot["digest"] = Json::Null;
    snapshot["state"]["audit"] = Json::Null;
    snapshot["state"]["now"] = Json::Null;
    snapshot
}

#[test]
fn each_command_knows_who_may() {
    // Who they are, and which of the commands above they may.
    for (id, role, may) in [
        ("root", "platform_admin", [true; 6]),
        ("sara", "creator", [true, true, false, true, false, false]),
        ("ann", "viewer", [true, true, false, false, false, false]),
        ("ann", "PLATFORM_ADMIN", [true, true, false, false, false, false]),
        ("sales", "platform_admin", [false; 6]),
        ("listed", "platform_admin", [false; 6]),
        ("asked", "platform_admin", [false; 6]),
        ("watched", "platform_admin", [false; 6]),
        ("stopped", "platform_admin", [false; 6]),
    ] {
        for ((name, agent, command), may) in COMMANDS.into_iter().zip(may) {
            let agents =
                json!({"sales": {"name": "Sales", "creator": "sara"}, "listed": {"name": "Listed", "creator": "sara"}});
            let mut host = host(json!({"agents": agents}));
            host.ask(json!({"id": "1", "agent": "asked", "type": "discover_leads"}));
            let fine =
                json!({"successRate": 1, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
            let observation = json!({"agent": "watched", "metrics": fine});
            host.attempt(|guard, options| guard.observe(&observation.into(), options)).unwrap();
            let stop = order(Some("stopped"), "ann", "viewer");
            host.attempt(|guard, options| guard.lock(&stop.into(), options)).unwrap();
            let (before, seq) = (rest(&host), host.guard.audit_head().seq);
            host.after_minutes(1);
            let given = order(agent, id, role);
            let result = host.attempt(|guard, options| command(guard, &given.into(), options));
            assert_eq!(host.guard.audit_head().seq, seq + 1, "{name} by {id}");
            let entry = host.guard.audit_since(seq).remove(0);
            if may {
                result.unwrap();
                assert_eq!((entry.kind.as_str(), &entry.data["by"]["id"]), (name, &json!(id)));
            } else {
                assert_eq!(place(&result.unwrap_err()), (ErrorCode::NotAuthorized, "by".to_owned()), "{name} by {id}");
                assert_eq!(entry.kind, "refused");
                let mut data = json!({"command": name, "code": "not_authorized", "reason": "because"});
                data["by"] = json!({"id": id, "role": role});
                match name {
                    "lock" | "unlock" => data["agent"] = agent.into(),
                    "setPolicy" => data["policyDigest"] = other_policy().digest().into(),
                    _ => {}
                }
                assert_eq!(entry.data, data);
                assert_eq!(rest(&host), before, "{name} by {id}");
            }
        }
    }
}

#[test]
fn nobody_is_a_person_and_the_agent_it_is_about() {
    let mut host = host(json!({}));
    for command in [COMMANDS[1].2, COMMANDS[3].2] {
        let own = order(Some("fresh"), "fresh", "platform_admin");
        let error = host.attempt(|guard, options| command(guard, &own.into(), options)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::NotAuthorized);
    }
}

#[test]
fn a_stranger_learns_nothing_of_a_policy_that_conflicts() {
    let mut host = host(json!({}));
    let mut foreign = order(None, "ann", "viewer");
    foreign["now"] = host.now.into();
    let other = policy(json!({"customerId": "another"}));
    let error = host.attempt(|guard, _| guard.set_policy(Arc::clone(&other), &foreign.into())).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotAuthorized);
    assert_eq!(host.guard.audit_head().seq, 1);
    assert_eq!(place(&host.set_policy(&other).unwrap_err()), (ErrorCode::Conflict, "policy.customerId".into()));
}

#[test]
fn the_creator_of_one_agent_is_a_stranger_to_another() {
    let agents = json!({"sales": {"name": "Sales", "creator": "sara"}, "ops": {"name": "Ops", "creator": "omar"}});
    let mut host = host(json!({"agents": agents}));
    for agent in ["sales", "ops", "nobody"] {
        let unlock = order(Some(agent), "sara", "creator");
        let result = host.attempt(|guard, options| guard.unlock(&unlock.into(), options));
        assert_eq!(result.is_ok(), agent == "sales", "{agent}");
    }
}

#[test]
fn a_persons_word_on_an_outcome_is_that_of_somebody_who_may_and_stands_in_the_audit() {
    let word = |id: &str, role: &str| json!({"actionId": "1", "outcome": "succeeded", "by": {"id": id, "role": role}, "comment": "seen in the\nmailbox"});
    for (id, role, may) in [
        ("sara", "creator", true),
        ("root", "platform_admin", true),
        ("ann", "viewer", false),
        ("sales", "platform_admin", false),
    ] {
        let mut host = host(json!({}));
        host.ask(json!({"id": "1"}));
        host.report(json!({"actionId": "1", "outcome": "unknown"}));
        let reported = host.attempt(|guard, options| guard.report(&word(id, role).into(), options));
        assert_eq!(
            reported.map_err(|error| error.code()).map(drop),
            if may { Ok(()) } else { Err(ErrorCode::NotAuthorized) }
        );
        let last = host.guard.audit_since(2).remove(0);
        assert_eq!(last.data["by"], json!({"id": id, "role": role}));
        if may {
            assert_eq!((last.kind.as_str(), &last.data["comment"]), ("report", &json!("seen in the\nmailbox")));
        } else {
            assert_eq!((last.kind.as_str(), &last.data["command"]), ("refused", &json!("report")));
            assert_eq!((&last.data["actionId"], &last.data["outcome"]), (&json!("1"), &json!("succeeded")));
        }
    }
}
