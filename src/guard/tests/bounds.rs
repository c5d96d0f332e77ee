//! How much a guard remembers: limits that deny, and what is forgotten.

use serde_json::json;

use super::accounts::assert_accounts;
use super::support::{Host, host, said};
use crate::guard::records::{MAX_IN_FLIGHT, REMEMBERED, RETRIES};
use crate::guard::state::MAX_AGENTS;
use crate::guard::{Effect, ObligationKind, size};

/// Quiet, so that the outbox stays empty.
fn quiet() -> Host {
    host(json!({"defaultLevel": "L1", "actions": {"go": {}}, "budget": {"maxMessagesPerDay": 1_000_000}}))
}

/// Without the snapshots that `Host` takes before each command.
fn ask(host: &mut Host, agent: &str, id: &str) -> (Effect, Vec<&'static str>) {
    let action = json!({"id": id, "type": "go", "agent": agent});
    said(&host.guard.request(&action.into(), &host.options()).unwrap())
}

fn report(host: &mut Host, id: &str, status: Option<u32>) {
    let report = status.map_or_else(
        || json!({"actionId": id, "outcome": "succeeded"}),
        |status| json!({"actionId": id, "outcome": "failed", "error": {"status": status}}),
    );
    host.guard.report(&report.into(), &host.options()).unwrap();
}

#[test]
fn an_agent_has_no_more_than_a_thousand_in_flight() {
    let mut host = quiet();
    for id in 0..MAX_IN_FLIGHT {
        assert_eq!(ask(&mut host, "a", &id.to_string()).0, Effect::Allow);
    }
    assert_eq!(ask(&mut host, "a", "more"), (Effect::Deny, vec!["too_many_in_flight"]));
    assert_eq!(ask(&mut host, "b", "other"), (Effect::Allow, vec![]));
    // A failure that is to be retried is in flight no more.
    report(&mut host, "0", Some(429));
    assert_eq!(ask(&mut host, "a", "more").0, Effect::Allow);
    assert_eq!(ask(&mut host, "a", "again"), (Effect::Deny, vec!["too_many_in_flight"]));
    report(&mut host, "1", None);
    assert_eq!(ask(&mut host, "a", "again").0, Effect::Allow);
    // An outcome that nobody knows is in flight still; its count is in the snapshot.
    report(&mut host, "2", Some(504));
    host.guard = super::snapshot::restored(&host);
    assert_eq!(ask(&mut host, "a", "yet another"), (Effect::Deny, vec!["too_many_in_flight"]));
    assert_eq!(host.guard.in_flight(&host.options()).unwrap().len(), MAX_IN_FLIGHT + 1);
}

#[test]
fn of_each_kind_a_thousand_are_remembered_and_what_is_in_flight_always() {
    let mut host = quiet();
    assert_eq!(ask(&mut host, "a", "flying").0, Effect::Allow);
    for id in 0..=REMEMBERED {
        let done = format!("done {id}");
        ask(&mut host, "a", &done);
        report(&mut host, &done, None);
    }
    for id in 0..=RETRIES {
        let failed = format!("failed {id}");
        ask(&mut host, "a", &failed);
        report(&mut host, &failed, Some(429));
    }
    host.guard
        .lock(&json!({"agent": "a", "by": {"id": "ann", "role": "x"}, "reason": "stop"}).into(), &host.options())
        .unwrap();
    for id in 0..=REMEMBERED {
        ask(&mut host, "a", &format!("refused {id}"));
    }
    host.unlock(Some("a"));
    assert_eq!(ask(&mut host, "a", "flying").1, ["already_granted"]);
    assert_eq!(ask(&mut host, "a", "done 2").1, ["already_executed"]);
    assert_eq!(ask(&mut host, "a", "failed 1").1, ["retry_not_before"]);
    // The oldest that was to be tried again is given up, and is one more that is finished.
    assert_eq!(ask(&mut host, "a", "failed 0").1, ["not_retryable"]);
    // The oldest of each are forgotten: asked again, they are new.
    for id in ["done 0", "done 1"] {
        assert_eq!(ask(&mut host, "a", id).0, Effect::Allow);
    }
    let other = |id: &str| json!({"id": id, "type": "go", "agent": "a", "args": {"other": true}}).into();
    assert!(host.guard.request(&other("refused 1"), &host.options()).is_err());
    assert!(host.guard.request(&other("refused 0"), &host.options()).is_ok());
}

#[test]
fn no_agent_drives_out_what_others_have() {
    let mut host = quiet();
    for agent in ["a", "b"] {
        ask(&mut host, agent, &format!("{agent} done"));
        report(&mut host, &format!("{agent} done"), None);
        ask(&mut host, agent, &format!("{agent} failed"));
        report(&mut host, &format!("{agent} failed"), Some(429));
    }
    for id in 0..REMEMBERED + RETRIES {
        let id = format!("b {id}");
        ask(&mut host, "b", &id);
        report(&mut host, &id, (id.len() % 2 == 0).then_some(429));
    }
    assert_eq!(ask(&mut host, "a", "a done").1, ["already_executed"]);
    assert_eq!(ask(&mut host, "a", "a failed").1, ["retry_not_before"]);
    assert_eq!(ask(&mut host, "b", "b done").0, Effect::Allow);
}

#[test]
fn polling_an_old_refusal_does_not_keep_it_longer() {
    let mut host = host(json!({"actions": {"go": {"cost": {"messages": 1000}}}}));
    assert_eq!(ask(&mut host, "a", "first"), (Effect::Deny, vec!["level", "exceeds_cap"]));
    for id in 1..REMEMBERED {
        ask(&mut host, "a", &id.to_string());
        ask(&mut host, "a", "first");
    }
    ask(&mut host, "a", "one more");
    // An id that is remembered stands for its action alone.
    let other = |id: &str| json!({"id": id, "type": "go", "agent": "a", "args": {"other": true}}).into();
    assert!(host.guard.request(&other("1"), &host.options()).is_err());
    assert!(host.guard.request(&other("first"), &host.options()).is_ok());
}

#[test]
fn a_thousand_agents_are_kept_track_of() {
    let minute = json!({"windowMinutes": 1, "actionsPerMinute": 1e9});
    let mut host = host(
        json!({"velocity": {"tier_1": minute, "tier_2": minute, "tier_3": minute}, "actions": {"go": {"level": "L1"}}}),
    );
    for agent in 0..MAX_AGENTS {
        assert_eq!(ask(&mut host, &format!("agent {agent}"), &format!("a{agent}")).0, Effect::Allow);
    }
    assert_eq!(ask(&mut host, "one more", "x"), (Effect::Deny, vec!["too_many_agents"]));
    assert_eq!(ask(&mut host, "agent 0", "y"), (Effect::Allow, vec![]));
    assert_accounts(&host.guard);
    // Whoever was silent for the longest window makes room.
    host.after_millis(60_000);
    assert_eq!(ask(&mut host, "one more", "x"), (Effect::Deny, vec!["too_many_agents"]));
    host.after_millis(1);
    // One of them that comes back needs no room.
    assert_eq!(ask(&mut host, "agent 0", "z"), (Effect::Allow, vec![]));
    assert_eq!(host.guard.state.recent.len(), MAX_AGENTS);
    assert_eq!(ask(&mut host, "one more", "x1"), (Effect::Allow, vec![]));
    assert_eq!(host.guard.state.recent.map().keys().collect::<Vec<_>>(), ["agent 0", "one more"]);
    // Where there is room nobody goes.
    host.after_millis(60_001);
    assert_eq!(ask(&mut host, "another", "x2"), (Effect::Allow, vec![]));
    assert_eq!(host.guard.state.recent.len(), 3);
}

#[test]
fn agents_that_have_fallen_silent_make_room_in_a_full_snapshot() {
    let minute = json!({"windowMinutes": 1, "actionsPerMinute": 1e9});
    let mut host = host(
        json!({"velocity": {"tier_1": minute, "tier_2": minute, "tier_3": minute}, "actions": {"go": {"level": "L1"}}}),
    );
    let agent = |number: usize| format!("{number} {}", "z".repeat(240));
    let mut agents = 0;
    while ask(&mut host, &agent(agents), &agents.to_string()).0 == Effect::Allow {
        agents += 1;
    }
    assert!((300..MAX_AGENTS).contains(&agents), "{agents}");
    host.after_millis(60_000);
    assert_eq!(ask(&mut host, &agent(0), "again"), (Effect::Deny, vec!["snapshot_full"]));
    host.after_millis(1);
    assert_eq!(ask(&mut host, &agent(0), "again"), (Effect::Allow, vec![]));
    assert!(host.guard.state.recent.len() <= 1);
    assert_eq!(ask(&mut host, &agent(agents), "new"), (Effect::Allow, vec![]));
}

#[test]
fn as_many_agents_are_observed_and_spend() {
    let mut host = quiet();
    let fine = json!({"successRate": 1, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    for agent in 0..MAX_AGENTS {
        let agent = format!("agent {agent}");
        host.guard.observe(&json!({"agent": agent, "metrics": fine}).into(), &host.options()).unwrap();
        host.guard.record_usage(&json!({"agent": agent, "usage": {"messages": 1}}).into(), &host.options()).unwrap();
    }
    for known in ["agent 0", "one more"] {
        let observed =
            host.attempt(|guard, options| guard.observe(&json!({"agent": known, "metrics": fine}).into(), options));
        let spent = json!({"agent": known, "usage": {"messages": 1}});
        let recorded = host.attempt(|guard, options| guard.record_usage(&spent.into(), options));
        assert_eq!((observed.is_ok(), recorded.is_ok()), (known == "agent 0", known == "agent 0"));
    }
    host.attempt(|guard, options| guard.record_usage(&json!({"usage": {"messages": 1}}).into(), options)).unwrap();
}

#[test]
fn alerts_of_16_kilobytes_are_taken() {
    let mut host = quiet();
    let fine = json!({"successRate": 1, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    for (bytes, is_taken) in [(16 << 10, true), ((16 << 10) + 1, false)] {
        let alerts = json!(["x".repeat(bytes - r#"[""]"#.len())]);
        let observation = json!({"agent": "a", "metrics": fine, "alerts": alerts});
        let observed = host.attempt(|guard, options| guard.observe(&observation.into(), options));
        assert_eq!(observed.is_ok(), is_taken, "{bytes}");
    }
}

#[test]
fn alerts_take_the_place_of_older_ones_where_there_is_no_other_room() {
    let mut host = quiet();
    let anomaly = json!({"successRate": 0, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    let alerts = vec!["x".repeat(1000); 16];
    let mut asked = 0;
    for number in 1..=30 {
        let observation = json!({"agent": "a", "metrics": anomaly, "alerts": alerts});
        host.guard.observe(&observation.into(), &host.options()).unwrap();
        assert!(host.guard.snapshot().unwrap().len() <= 256 << 10);
        let newest = host.guard.outbox().pop().unwrap();
        assert_eq!((newest.kind, newest.id), (ObligationKind::Alert, format!("o{number}-0")));
        asked += host.guard.outbox().len();
    }
    // Fourteen of 16 KB each fit.
    let outbox = host.guard.outbox();
    assert!((13..=15).contains(&outbox.len()) && asked < 30 * 15, "{}", outbox.len());
    // What is no command of the host's does not make them go.
    assert_eq!(ask(&mut host, "b", "1"), (Effect::Deny, vec!["snapshot_full"]));
    assert_eq!(host.guard.outbox(), outbox);
    // Nobody else is observed before there is room; who is already is.
    for (agent, is_known) in [("a", true), ("b", false)] {
        let observation = json!({"agent": agent, "metrics": anomaly, "alerts": []});
        assert_eq!(host.attempt(|guard, options| guard.observe(&observation.into(), options)).is_ok(), is_known);
        let spent = json!({"agent": agent, "usage": {"messages": 1}});
        assert!(host.attempt(|guard, options| guard.record_usage(&spent.into(), options)).is_err());
    }
    let done: Vec<_> = host.guard.outbox().into_iter().map(|obligation| obligation.id).collect();
    let acknowledged = host.attempt(|guard, options| guard.acknowledge(&json!({"ids": done}).into(), options));
    assert_eq!(acknowledged.unwrap(), done.len());
    assert_eq!(ask(&mut host, "b", "1"), (Effect::Allow, vec![]));
}

#[test]
fn an_agent_for_whom_there_is_no_room_is_locked_with_everybody() {
    let mut host = quiet();
    for agent in 0..MAX_AGENTS {
        let order = json!({"agent": format!("agent {agent}"), "by": {"id": "ann", "role": "x"}, "reason": "stop"});
        host.guard.lock(&order.into(), &host.options()).unwrap();
    }
    assert_eq!(host.guard.lock_state().customer, None);
    let order = |agent: &str| json!({"agent": agent, "by": {"id": "ann", "role": "x"}, "reason": "stop"}).into();
    assert_eq!(host.guard.lock(&order("agent 0"), &host.options()).unwrap().customer, None);
    let locks = host.guard.lock(&order("one more"), &host.options()).unwrap();
    assert_eq!((locks.agents.len(), locks.customer.unwrap().reason), (MAX_AGENTS, "stop".to_owned()));
    assert_eq!(ask(&mut host, "one more", "1").1, ["customer_locked"]);
    assert_eq!(super::snapshot::restored(&host).snapshot().unwrap(), host.guard.snapshot().unwrap());
}

#[test]
fn what_is_acknowledged_leaves_the_outbox() {
    let mut host = host(json!({}));
    for id in ["1", "2", "3"] {
        host.grant(id);
    }
    let done = json!({"ids": ["o1-0", "o3-0", "o1-0", "o9-0"]});
    assert_eq!(host.attempt(|guard, options| guard.acknowledge(&done.clone().into(), options)).unwrap(), 2);
    assert_eq!(host.attempt(|guard, options| guard.acknowledge(&done.into(), options)).unwrap(), 0);
    assert_eq!(host.guard.outbox()[0].id, "o2-0");
}

#[test]
fn where_a_snapshot_has_no_more_room_requests_are_denied_until_there_is() {
    let actions = json!({"go": {"level": "L2"}, "refuse": {"level": "L1", "cost": {"messages": 2_000_000}}});
    let mut host = host(json!({"actions": actions, "budget": {"maxMessagesPerDay": 1_000_000}}));
    let long = |id: usize| format!("{id} {}", "y".repeat(200));
    for id in 0..100 {
        let action = json!({"id": format!("refused {id}"), "type": "refuse", "agent": "sales"});
        host.guard.request(&action.into(), &host.options()).unwrap();
    }
    let mut asked = 0;
    let full = loop {
        let action = json!({"id": long(asked), "type": "go", "agent": "sales", "args": {"body": "x".repeat(300)}});
        let decision = host.guard.request(&action.into(), &host.options()).unwrap();
        asked += 1;
        assert!(asked % 100 > 0 || host.guard.snapshot().unwrap().len() <= 256 << 10);
        if !decision.allowed {
            break decision;
        }
    };
    assert_eq!(said(&full), (Effect::Deny, vec!["snapshot_full", "level"]));
    // Notices went before anything was refused.
    assert_eq!(host.guard.outbox(), []);
    // So did refusals, and whoever is locked now is locked with everybody.
    assert_eq!(host.guard.state.records.spare(), 0);
    let order = json!({"agent": "quiet", "by": {"id": "ann", "role": "x"}, "reason": "stop"});
    let locks = host.guard.clone().lock(&order.into(), &host.options()).unwrap();
    assert!(locks.agents.is_empty() && locks.customer.is_some());
    let size = host.guard.snapshot().unwrap().len();
    assert!((size::MAX_STATE..size::MAX_STATE + (4 << 10)).contains(&size), "{size}");
    // It asks again and again, is not remembered, and is no velocity.
    for _ in 0..50 {
        assert_eq!(ask(&mut host, "sales", "new").1, ["snapshot_full", "level"]);
    }
    assert!(host.guard.snapshot().unwrap().len() - size < 10);
    assert_eq!(super::snapshot::restored(&host).snapshot().unwrap(), host.guard.snapshot().unwrap());
    // What is done takes less room than what is in flight.
    for id in 0..100 {
        report(&mut host, &long(id), None);
    }
    assert_eq!(ask(&mut host, "sales", "new").0, Effect::Notify);
}

/// A guard that decides by how long it is must know that exactly as well after a restart as before.
#[test]
fn a_full_guard_decides_the_same_after_a_restart() {
    let mut host = host(json!({"actions": {"go": {"level": "L2"}}, "budget": {"maxMessagesPerDay": 1_000_000}}));
    let mut twin = Host { guard: host.guard.clone(), now: host.now };
    let mut denied = 0;
    for number in 0..4500_usize {
        if number % 1500 == 1499 {
            twin.guard = super::snapshot::restored(&twin);
            assert_eq!(twin.guard.snapshot().unwrap(), host.guard.snapshot().unwrap());
        }
        let (id, agent) = (format!("action {number} {}", "z".repeat(20)), ["a", "b", "c", "sales"][number % 4]);
        let said = ask(&mut host, agent, &id);
        assert_eq!(said, ask(&mut twin, agent, &id));
        denied += usize::from(said.1.contains(&"snapshot_full"));
        for host in [&mut host, &mut twin] {
            host.after_millis(1000);
            if said.0 == Effect::Notify && number % 3 == 0 {
                report(host, &id, (number % 2 == 0).then_some(429));
            }
        }
    }
    assert!((100..4000).contains(&denied), "{denied}");
    assert!(host.guard.snapshot().unwrap().len() <= 256 << 10);
}

#[test]
fn longer_ids_are_as_good_as_short_ones() {
    let mut host = quiet();
    let long = "ض".repeat(256);
    let similar = format!("{}x", "ض".repeat(255));
    for id in [long.as_str(), "#short"] {
        assert_eq!(ask(&mut host, "a", id), (Effect::Allow, vec![]));
        assert_eq!(ask(&mut host, "a", id).1, ["already_granted"]);
        assert!(host.guard.in_flight(&host.options()).unwrap().iter().any(|flying| flying.action_id == id));
    }
    host.guard = super::snapshot::restored(&host);
    let flying = host.guard.in_flight(&host.options()).unwrap();
    assert_eq!(
        flying.iter().map(|flying| flying.action_id.clone()).collect::<std::collections::BTreeSet<_>>(),
        [long.clone(), "#short".to_owned()].into()
    );
    report(&mut host, &long, None);
    assert_eq!(ask(&mut host, "a", &long).1, ["already_executed"]);
    assert_eq!(ask(&mut host, "a", &similar).0, Effect::Allow);
    // Neither is the longest that is kept as it is, once it is done.
    let plain = "p".repeat(40);
    ask(&mut host, "a", &plain);
    report(&mut host, &plain, None);
    assert_eq!(super::snapshot::restored(&host).snapshot().unwrap(), host.guard.snapshot().unwrap());
}

#[test]
fn the_last_thousand_entries_of_the_audit_are_kept() {
    let mut host = quiet();
    for id in 0..1001 {
        ask(&mut host, "a", &id.to_string());
    }
    let entries = host.guard.audit_since(0);
    assert_eq!((entries.len(), entries[0].seq, entries[999].seq), (1000, 2, 1001));
    assert_eq!(host.guard.audit_since(1000).len(), 1);
    assert_eq!(host.guard.audit_since(1001).len(), 0);
    for pair in entries.windows(2) {
        assert_eq!(pair[1].prev, pair[0].hash);
    }
    assert_eq!(host.guard.audit_head().hash, entries[999].hash);
    // Hosts are handed the text that was hashed.
    let kept = crate::json::text(&host.guard.entries_since(0)).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&kept).unwrap(), serde_json::to_value(&entries).unwrap());
}
