//! A day on which a host falls over between any two commands, and within them: what needs people never runs without them, nothing runs
//! twice, plans keep their order, and everybody who is to be told is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use agent_interlock::{AuditHead, Expected, Guard, Policy, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::cases;

/// 2026-03-20, eight in the morning in Riyadh.
const START: i64 = 1_773_982_800_000;
const MINUTE: i64 = 60_000;
const EXPIRES_AFTER: i64 = 180;
const AGENTS: [&str; 2] = ["ann", "bob"];
const PEOPLE: [(&str, &str); 5] = [
    ("root", "platform_admin"),
    ("kim", "platform_admin"),
    ("sara", "user"),
    ("eve", "user"),
    ("ann", "platform_admin"),
];
/// So many people does each policy want, and the last one that none of them is who asked.
const QUORUMS: [usize; 3] = [1, 2, 1];
const APART: usize = 2;

static POLICIES: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| {
    let policy = |(index, quorum): (usize, &usize)| {
        let tier = json!({"windowMinutes": 5, "actionsPerMinute": 1000});
        let approvals =
            json!({"quorum": quorum, "expiresAfterMinutes": EXPIRES_AFTER, "separationOfDuties": index == APART});
        let document = json!({
            "customerId": "noor", "autonomyMode": "full_autopilot", "requireHumanForFirstSend": false, "grantTimeoutMinutes": 30,
            "quietHours": {"start": 12, "end": 13}, "approvals": approvals,
            "velocity": {"tier_1": tier, "tier_2": tier, "tier_3": tier},
            "actions": {
                "mail": {"messaging": true, "outbound": true, "level": "L2"},
                "wire": {"level": "L3"},
                "letter": {"messaging": true, "level": "L3"},
            },
            "agents": {"ann": {"name": "Ann", "creator": "sara"}},
        });
        Arc::new(Policy::from_json(&document.to_string()).unwrap())
    };
    QUORUMS.iter().enumerate().map(policy).collect()
});

/// When the host falls over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crash {
    No,
    /// The command was carried out and not stored: it has not happened, and nobody has heard of it.
    Unstored,
    /// It was stored, and whoever gave it never hears of it.
    Unheard,
    /// It was heard, and then the host falls over, in the midst of what was granted, or before the next command.
    After,
}

#[derive(Clone, Debug)]
enum Doing {
    Ask {
        kind: &'static str,
        agent: &'static str,
        place: Option<u8>,
        fresh: bool,
    },
    /// A person, on one of the actions' latest approval.
    Resolve {
        by: usize,
        approve: bool,
    },
    Deliver,
    SetPolicy(usize),
}

#[derive(Clone, Debug)]
struct Event {
    wait: i64,
    doing: Doing,
    which: prop::sample::Index,
    crash: Crash,
    /// What becomes of what is granted: done, not done (and that is certain), or nobody knows whether.
    done: Option<bool>,
    requester: usize,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let kind = prop::sample::select(&["mail", "wire", "wire", "letter"][..]);
    let place = prop::option::weighted(0.4, 0_u8..3);
    let ask = (kind, prop::sample::select(&AGENTS[..]), place, prop::bool::weighted(0.3))
        .prop_map(|(kind, agent, place, fresh)| Doing::Ask { kind, agent, place, fresh });
    let by = prop::sample::select(&[0_usize, 0, 1, 1, 2, 3, 4][..]);
    let doing = prop_oneof![
        10 => ask,
        8 => (by, prop::bool::weighted(0.9)).prop_map(|(by, approve)| Doing::Resolve { by, approve }),
        2 => Just(Doing::Deliver),
        1 => (0..POLICIES.len()).prop_map(Doing::SetPolicy),
    ];
    let crash = prop_oneof![4 => Just(Crash::No), 1 => Just(Crash::Unstored), 1 => Just(Crash::Unheard), 1 => Just(Crash::After)];
    let done = prop_oneof![4 => Just(Some(true)), 2 => Just(Some(false)), 1 => Just(None)];
    let event = (0..10 * MINUTE, doing, any::<prop::sample::Index>(), crash, done, 0..PEOPLE.len() - 1)
        .prop_map(|(wait, doing, which, crash, done, requester)| Event { wait, doing, which, crash, done, requester });
    prop::collection::vec(event, 288)
}

/// A host that stores what the guard has become before anybody hears what it said.
struct Host {
    guard: Guard,
    stored: (Arc<Policy>, String, AuditHead),
    policy: usize,
}

impl Host {
    fn new() -> Self {
        let guard = Guard::new(POLICIES[0].clone(), true).unwrap();
        let stored = (POLICIES[0].clone(), guard.snapshot().unwrap(), guard.audit_head());
        Self { guard, stored, policy: 0 }
    }

    fn store(&mut self) {
        self.stored = (self.guard.policy().clone(), self.guard.snapshot().unwrap(), self.guard.audit_head());
    }

    fn restart(&mut self) {
        let (policy, snapshot, head) = &self.stored;
        let expected = Expected { head: Some(head.clone()), digest: None };
        self.guard = Guard::restore(policy.clone(), snapshot, &expected).unwrap();
    }

    /// The answer, where somebody hears it.
    fn run(&mut self, name: &str, argument: Json, options: Json, crash: Crash) -> Option<Result<Json, &'static str>> {
        let answer = self.guard.call(name, &Value::from(argument), &Value::from(options));
        if crash != Crash::Unstored {
            self.store();
        }
        if matches!(crash, Crash::Unstored | Crash::Unheard) {
            self.restart();
            return None;
        }
        Some(answer.map(|text| serde_json::from_str(&text).unwrap()).map_err(|error| error.code().as_str()))
    }
}

struct Known {
    id: String,
    kind: &'static str,
    agent: &'static str,
    group: Option<(String, u8)>,
}

/// What really happened, and who said and heard what.
#[derive(Default)]
struct World {
    known: Vec<Known>,
    done: BTreeMap<String, u32>,
    /// What the guard has been told of as done.
    succeeded: BTreeSet<String>,
    /// By approval: who said yes, until when it holds, and which action has run on it.
    yes: BTreeMap<String, BTreeSet<&'static str>>,
    rejected: BTreeSet<String>,
    used: BTreeMap<String, String>,
    /// By approval: for whom the action was asked, and until when.
    asked: BTreeMap<String, (&'static str, String)>,
    /// Notices by id, as they stood in the stored outbox, and as they were sent.
    owed: BTreeMap<String, Json>,
    sent: BTreeMap<String, Json>,
    told: usize,
    runs_approved: usize,
    in_order: usize,
}

impl World {
    fn note_owed(&mut self, host: &Host) {
        for obligation in host.guard.outbox() {
            self.owed.insert(obligation.id.clone(), serde_json::to_value(&obligation).unwrap());
        }
    }

    fn action(&mut self, event: &Event) -> Option<usize> {
        let Doing::Ask { kind, agent, place, fresh } = event.doing else { return None };
        if !fresh && !self.known.is_empty() {
            return Some(event.which.index(self.known.len()));
        }
        let number = self.known.len();
        let group = place.map(|place| (format!("plan {}", number / 6), place));
        let taken = |known: &Known| known.agent == agent && known.group.is_some() && known.group == group;
        if let Some(same) = self.known.iter().position(taken) {
            return Some(same);
        }
        self.known.push(Known { id: format!("action {number}"), kind, agent, group });
        Some(number)
    }
}

fn step(host: &mut Host, world: &mut World, event: &Event, now: i64) {
    match event.doing {
        Doing::Ask { .. } => {
            let which = world.action(event).unwrap();
            ask(host, world, event, now, which);
        }
        Doing::Resolve { by, approve } => resolve(host, world, event, now, by, approve),
        Doing::Deliver => deliver(host, world, now, event.crash),
        Doing::SetPolicy(to) => {
            let order = json!({"by": {"id": "root", "role": "platform_admin"}, "reason": "why not", "now": now});
            host.guard.set_policy(POLICIES[to].clone(), &Value::from(order)).unwrap();
            if event.crash == Crash::Unstored {
                host.restart();
            } else {
                host.policy = to;
                host.store();
            }
        }
    }
    if event.crash == Crash::After {
        host.restart();
    }
    world.note_owed(host);
}

fn ask(host: &mut Host, world: &mut World, event: &Event, now: i64, which: usize) {
    let known = &world.known[which];
    let (id, kind, agent) = (known.id.clone(), known.kind, known.agent);
    let requester = PEOPLE[event.requester].0;
    let mut action = json!({"id": id, "type": kind, "agent": agent, "riskFactors": {}, "args": {"to": id}});
    if let Some((group, index)) = &known.group {
        action["group"] = json!({"id": group, "index": index, "size": 3});
    }
    let options = json!({"now": now, "requestedBy": requester});
    let Some(answer) = host.run("request", action, options, event.crash) else { return };
    let answer = answer.unwrap();
    if let Some(approval) = answer["approval"]["id"].as_str() {
        let until = answer["approval"]["expiresAt"].as_str().unwrap().to_owned();
        let by = PEOPLE.iter().find(|(person, _)| answer["approval"]["requestedBy"] == *person).unwrap().0;
        world.asked.insert(approval.to_owned(), (by, until));
    }
    if answer["effect"] == "notify" && agent == "ann" {
        world.told += 1;
    }
    if answer["allowed"] != true {
        return;
    }
    check_people(host, world, &answer, kind, now);
    check_order(world, which);
    // The host falls over with the work done or not, and has nothing to say of it.
    carry_out(host, world, event, now, &id);
}

/// What wants people has them, as the policy of now would have them, and each yes is for one action.
fn check_people(host: &Host, world: &mut World, answer: &Json, kind: &str, now: i64) {
    if kind == "mail" {
        return;
    }
    let approval = answer["approval"]["id"].as_str().expect("nothing that needs one runs without its approval");
    assert_eq!(answer["approval"]["status"], "consumed");
    assert!(!world.rejected.contains(approval), "{approval} was rejected");
    let yes = world.yes.get(approval).cloned().unwrap_or_default();
    assert!(yes.len() >= QUORUMS[host.policy], "{yes:?} are not enough");
    let (requester, until) = &world.asked[approval];
    assert!(
        host.policy != APART || !yes.contains(requester),
        "{requester} has approved what was asked for {requester}"
    );
    let id = answer["actionId"].as_str().unwrap();
    if answer["attempt"] == 1 {
        assert!(!world.used.contains_key(approval), "{approval} was used before");
        let until: agent_interlock::Timestamp = until.parse().unwrap();
        assert!(now < until.as_micros() / 1000, "{approval} had expired");
        world.runs_approved += 1;
    }
    let user = world.used.entry(approval.to_owned()).or_insert_with(|| id.to_owned());
    assert_eq!(user, id, "one approval, two actions");
}

fn check_order(world: &mut World, which: usize) {
    let known = &world.known[which];
    let Some((group, index)) = &known.group else { return };
    for lower in 0..*index {
        let place = Some((group.clone(), lower));
        let before = world.known.iter().find(|other| other.agent == known.agent && other.group == place);
        let before = before.expect("what comes before has been asked for");
        assert!(world.succeeded.contains(&before.id), "{} ran before {}", known.id, before.id);
    }
    world.in_order += usize::from(*index > 0);
}

fn carry_out(host: &mut Host, world: &mut World, event: &Event, now: i64, id: &str) {
    if event.done != Some(false) {
        *world.done.entry(id.to_owned()).or_default() += 1;
    }
    let report = match event.done {
        _ if event.crash == Crash::After => return,
        Some(true) => json!({"actionId": id, "outcome": "succeeded"}),
        Some(false) => json!({"actionId": id, "outcome": "failed", "error": {"status": 429}}),
        None => json!({"actionId": id, "outcome": "unknown"}),
    };
    host.run("report", report, json!({"now": now}), Crash::No).unwrap().unwrap();
    if event.done == Some(true) {
        world.succeeded.insert(id.to_owned());
    }
}

fn resolve(host: &mut Host, world: &mut World, event: &Event, now: i64, by: usize, approve: bool) {
    let all = host.guard.call("approvals", &Value::from(json!({})), &Value::from(json!({"now": now}))).unwrap();
    let all: Vec<Json> = serde_json::from_str(&all).unwrap();
    if all.is_empty() {
        return;
    }
    // Mostly of what is still open.
    let open: Vec<_> = all.iter().filter(|approval| approval["status"] == "pending").collect();
    let approval = if open.is_empty() { event.which.get(&all) } else { *event.which.get(&open) };
    let id = approval["id"].as_str().unwrap().to_owned();
    let (person, role) = PEOPLE[by];
    let decision = if approve { "approve" } else { "reject" };
    let order = json!({"approvalId": id, "by": {"id": person, "role": role}, "decision": decision});
    let before = host.guard.audit_head().seq;
    // What was said before, when it was allowed, stands in it also where it is refused now.
    let had = holds(host, now, &id, (person, decision));
    let (agent, apart) = (approval["agent"].clone(), host.policy == APART);
    let requested_by = approval["requestedBy"].clone();
    let answer = host.run("resolve", order, json!({"now": now}), event.crash);
    // Whether it counts can be known without having been heard: it was stored, or it was not.
    let counts = match &answer {
        Some(answer) => answer.is_ok(),
        None => {
            event.crash == Crash::Unheard
                && host.guard.audit_head().seq > before
                && !had
                && holds(host, now, &id, (person, decision))
        }
    };
    if counts {
        assert!(person == "root" || person == "kim" || (person == "sara" && agent == "ann"), "{person} may not");
        assert!(!apart || requested_by != person, "{person} has asked for it");
        if approve {
            world.yes.entry(id).or_default().insert(person);
        } else {
            world.rejected.insert(id);
        }
    }
}

/// Whether somebody's vote of this kind stands in an approval.
fn holds(host: &mut Host, now: i64, id: &str, (person, decision): (&str, &str)) -> bool {
    let all = host.guard.call("approvals", &Value::from(json!({})), &Value::from(json!({"now": now}))).unwrap();
    let all: Vec<Json> = serde_json::from_str(&all).unwrap();
    let approval = all.iter().find(|approval| approval["id"] == *id).unwrap();
    approval["votes"].as_array().unwrap().iter().any(|vote| vote["by"] == *person && vote["decision"] == *decision)
}

/// Sends what is to be sent, and says so; what is lost in between is sent again.
fn deliver(host: &mut Host, world: &mut World, now: i64, crash: Crash) {
    let all = host.guard.outbox();
    for obligation in &all {
        world.sent.insert(obligation.id.clone(), serde_json::to_value(obligation).unwrap());
    }
    let ids: Vec<_> = all.into_iter().map(|obligation| obligation.id).collect();
    host.run("acknowledge", json!({"ids": ids}), json!({"now": now}), crash);
}

/// A day of these, and what came of it.
fn live(events: &[Event]) -> World {
    let (mut host, mut world, mut now) = (Host::new(), World::default(), START);
    for event in events {
        now += event.wait;
        step(&mut host, &mut world, event, now);
    }
    deliver(&mut host, &mut world, now, Crash::No);
    assert!(host.guard.outbox().is_empty());
    world
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 300, ..cases(40) })]

    #[test]
    fn nothing_runs_twice_or_unasked_and_everybody_is_told(events in events()) {
        let world = live(&events);
        for (id, times) in &world.done {
            prop_assert!(*times <= 1, "{id} ran {times} times");
        }
        for (id, obligation) in &world.owed {
            prop_assert_eq!(world.sent.get(id), Some(obligation));
        }
        let sent = |title: &str, approval: &str| {
            world.sent.values().any(|sent| {
                sent["title"].as_str().unwrap().contains(title) && sent["data"]["approvalId"] == *approval
            })
        };
        for approval in world.asked.keys() {
            prop_assert!(sent("requests approval", approval), "nobody was asked about {approval}");
        }
        for approval in &world.rejected {
            prop_assert!(sent("rejected", approval), "nobody was told of {approval}");
        }
        for approval in world.used.keys() {
            prop_assert!(sent("approved", approval), "nobody was told of {approval}");
        }
        let told = world.sent.values().filter(|sent| sent["title"] == "[Ann] executed: mail");
        prop_assert!(told.count() >= world.told);
    }
}

/// A day on which nothing happens proves nothing.
#[test]
fn the_days_are_busy() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut approved, mut in_order, mut rejected, mut told) = (0, 0, 0, 0);
    for _ in 0..20 {
        let world = live(&events().new_tree(&mut runner).unwrap().current());
        approved += world.runs_approved;
        in_order += world.in_order;
        rejected += world.rejected.len();
        told += world.told;
    }
    assert!(
        approved > 50 && in_order > 3 && rejected > 30 && told > 30,
        "{approved} on approvals, {in_order} behind others, {rejected} rejected, {told} told"
    );
}
