//! A decision costs the same after a million others, and takes no more room.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agent_interlock::{Guard, Policy, Value};
use serde_json::json;

/// So many requests, in parts of a hundredth each.
const REQUESTS: usize = 1_000_000;
const PART: usize = REQUESTS / 100;
/// The first parts fill what is remembered.
const WARM_UP: usize = 10;
const SNAPSHOT: usize = 256 << 10;

fn guard() -> Guard {
    let tier = |minutes: u64| json!({"windowMinutes": minutes, "actionsPerMinute": 1e9});
    let document = json!({
        "customerId": "noor", "autonomyMode": "full_autopilot", "requireHumanForFirstSend": false, "quietHours": null,
        "budget": {"maxMessagesPerDay": 30_000},
        "velocity": {"tier_1": tier(15), "tier_2": tier(10), "tier_3": tier(5)},
        "actions": {"pay": {"level": "L2", "duplicateWindowMinutes": 5}, "ask": {"level": "L3"}},
        "agents": {"agent 0": {"name": "First", "creator": "sara"}},
    });
    Guard::new(Arc::new(Policy::from_json(&document.to_string()).unwrap()), false).unwrap()
}

/// The n-th request, a second after the one before, and what is reported of it.
fn part(guard: &mut Guard, from: usize) -> Duration {
    let mut spent = Duration::ZERO;
    for n in from..from + PART {
        let now = 1_773_997_200_000_i64 + 1000 * i64::try_from(n).unwrap();
        let options = Value::from(json!({"now": now}));
        let kind = ["send_message", "pay", "book_meeting", "ask", "score_deal"][n % 5];
        let (id, agent) = (format!("action {n}"), format!("agent {}", n % 7));
        let action = json!({"id": id, "type": kind, "agent": agent, "riskFactors": {}, "args": {"n": n}});
        let action = Value::from(action);
        let report = match n % 10 {
            3 => json!({"actionId": id, "outcome": "failed", "error": {"status": 429}}),
            4 => json!({"actionId": id, "outcome": "failed", "error": {"status": 400}}),
            _ => json!({"actionId": id, "outcome": "succeeded"}),
        };
        let report = Value::from(report);
        let start = Instant::now();
        let decision = guard.request(&action, &options).unwrap();
        if decision.allowed {
            guard.report(&report, &options).unwrap();
        }
        spent += start.elapsed();
    }
    spent
}

/// Not the mean: what else the machine does must not decide.
fn median(parts: &[Duration]) -> Duration {
    let mut sorted = parts.to_vec();
    sorted.sort();
    sorted[sorted.len() / 2]
}

#[test]
fn the_millionth_decision_costs_what_the_first_did() {
    let mut guard = guard();
    let mut parts = Vec::new();
    for from in (0..REQUESTS).step_by(PART) {
        parts.push(part(&mut guard, from));
        let size = guard.snapshot().unwrap().len();
        assert!(size <= SNAPSHOT, "a snapshot of {size} bytes after {from} requests");
    }
    let (first, last) = (median(&parts[WARM_UP..WARM_UP + 10]), median(&parts[parts.len() - 10..]));
    println!("per request: {:?} at first, {:?} at last", first / PART as u32, last / PART as u32);
    assert!(last < first * 2, "from {first:?} to {last:?} for {PART} requests");
}

#[test]
fn a_snapshot_is_small() {
    let mut guard = guard();
    let mut sizes = Vec::new();
    for n in 0..1000_i64 {
        let options = Value::from(json!({"now": 1_773_997_200_000_i64 + 600_000 * n}));
        let id = format!("action {n}");
        let action =
            json!({"id": id, "type": "book_meeting", "agent": "agent 0", "args": {"with": "somebody@example.com"}});
        assert!(guard.request(&Value::from(action), &options).unwrap().allowed);
        guard.report(&Value::from(json!({"actionId": id, "outcome": "succeeded"})), &options).unwrap();
        let done: Vec<_> = guard.outbox().into_iter().map(|obligation| obligation.id).collect();
        guard.acknowledge(&Value::from(json!({"ids": done})), &options).unwrap();
        sizes.push(guard.snapshot().unwrap().len());
    }
    println!("after 100 actions {} bytes, after 1,000 {} bytes", sizes[99], sizes[999]);
    assert!(sizes[99] <= 16 << 10, "{} bytes after a hundred actions", sizes[99]);
    assert!(sizes[999] <= 64 << 10, "{} bytes after a thousand", sizes[999]);
}
