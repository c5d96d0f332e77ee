//! What a part of the state says that it takes in a snapshot, held against what it takes.

use serde_json::{Value as Json, json};

use super::support::{Host, host};
use crate::guard::Guard;

fn written(json: &Json) -> usize {
    crate::json::text(json).unwrap().len()
}

/// A list or an object has one comma fewer than things.
fn last_comma(json: &Json) -> usize {
    usize::from(written(json) > 2)
}

fn count(json: &Json) -> usize {
    json.as_array().map_or_else(|| json.as_object().unwrap().len(), Vec::len)
}

/// Every part takes as much as it says, but for the last commas, what may be `null` and what room it keeps for a number to grow.
pub(super) fn assert_accounts(guard: &Guard) {
    let (state, all) = (&guard.state, guard.state.write());
    let takes = |part: &str| written(&all[part]);

    let date = written(&all["ledger"]["date"]);
    assert_eq!(state.ledger.length(), takes("ledger") + last_comma(&all["ledger"]["agents"]) + 7 - date, "ledger");

    let locked = if state.locks.customer.is_some() { "null".len() } else { 0 };
    assert_eq!(state.locks.length(), takes("locks") + last_comma(&all["locks"]["agents"]) + locked, "locks");

    let anomalies = takes("anomalies") + last_comma(&all["anomalies"]);
    assert_eq!(state.anomalies.length(), anomalies, "anomalies");

    // A scope has the room of a tier, and each span that of its largest numbers.
    let recent = all["recent"].as_object().unwrap().values().map(|scope| {
        let reached = "\"tier_3\"".len() - written(&scope["reached"]);
        let room = "[123456789012,1234567890123456],".len() * count(&scope["spans"]);
        reached + last_comma(&scope["times"]) + "[]".len() + room - written(&scope["spans"])
    });
    assert_eq!(state.recent.length(), takes("recent") + recent.sum::<usize>() + last_comma(&all["recent"]), "recent");

    // Of a list its rows alone, each with a comma.
    let rows = |list: &Json| written(list) - "[]".len() + last_comma(list);
    assert_eq!(state.contents.length(), rows(&all["contents"]), "contents");
    assert_eq!(state.outbox.length(), rows(&all["outbox"]), "outbox");
    assert_eq!(state.rejected.length(), rows(&all["rejected"]), "rejected");
    for (part, length, spare, [kept, spared]) in [
        ("approvals", state.approvals.length(), state.approvals.spare(), ["open", "closed"]),
        ("groups", state.groups.length(), state.groups.spare(), ["held", "idle"]),
    ] {
        let [kept, spared] = [kept, spared].map(|list| rows(&all[part][list]));
        assert_eq!((length, spare), (kept + spared, spared), "{part}");
    }
    let notices = all["outbox"].as_array().unwrap().iter().filter(|row| row[7] == 0);
    assert_eq!(state.outbox.spare(), notices.map(|row| written(row) + 1).sum::<usize>(), "notices");

    // With more than ten agents or types a row has room for the longest place.
    let records = &all["records"];
    let row_room = |row: &Json| {
        let room = |list: &str, place: &Json| written(&(count(&records[list])).into()) - written(place);
        room("agents", &row[1]) + room("types", &row[2])
    };
    let shelf = |name: &str| {
        let room = records[name].as_array().unwrap().iter().map(row_room);
        rows(&records[name]) + room.sum::<usize>()
    };
    let shelves = ["inFlight", "retrying", "finished", "waiting"].map(shelf);
    let names = rows(&records["agents"]) + rows(&records["types"]);
    assert_eq!(state.records.length(), shelves.iter().sum::<usize>() + names, "records");
    assert_eq!(state.records.spare(), shelves[3], "refusals");

    let recent_room = state.recent.length() - takes("recent");
    let record_room = state.records.length().saturating_sub(takes("records"));
    assert!(state.length() >= written(&all), "{} for {}", state.length(), written(&all));
    assert!(state.length() <= written(&all) + recent_room + record_room + 500, "{}", state.length());
}

/// A host whose guard has much of everything, so that no part's account is lost among the others.
fn crowded() -> Host {
    let mut host = host(json!({
        "actions": {"pay": {"level": "L2", "duplicateWindowMinutes": 60}, "ask": {"level": "L3"}},
        "budget": {"maxMessagesPerDay": 1000, "maxCostPerDay": 1_000_000},
    }));
    let bad = json!({"successRate": 0, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    for number in 0..11 {
        let agent = format!("agent \"{number}\"");
        for (kind, status) in
            [("pay", None), ("done", None), ("again", Some(429)), ("never", Some(400)), ("maybe", Some(504))]
        {
            let id = format!("{kind} {number}");
            let args = json!({"id": id});
            host.ask(
                json!({"id": id, "type": "pay", "agent": agent, "args": args, "cost": {"amount": 12.5, "messages": 1}}),
            );
            match (kind, status) {
                ("pay", _) => {}
                (_, None) => host.succeed(&id),
                (_, Some(status)) => {
                    host.report(json!({"actionId": id, "outcome": "failed", "error": {"status": status}}));
                }
            }
        }
        host.ask(json!({"id": format!("ask {number}"), "type": "ask", "agent": agent}));
        let observation = json!({"agent": agent, "metrics": bad});
        host.attempt(|guard, options| guard.observe(&observation.into(), options)).unwrap();
        let order = json!({"agent": agent, "by": {"id": "ann", "role": "x"}, "reason": "a \"stop\""});
        host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
        host.after_minutes(1);
    }
    host
}

#[test]
fn a_crowded_state_is_as_long_as_it_says() {
    let mut host = crowded();
    assert_accounts(&host.guard);
    let restored = super::snapshot::restored(&host);
    assert_accounts(&restored);
    assert_eq!(restored.state.length(), host.guard.state.length());
    // The next day charges are closed and grants time out.
    host.after_minutes(2 * 24 * 60).ask(json!({"id": "tomorrow"}));
    assert_accounts(&host.guard);
}
