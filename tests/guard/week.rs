//! A week of work with crashes between any two commands: nothing runs twice, and no cap is passed.

use std::collections::BTreeMap;
use std::sync::Arc;

use agent_interlock::{Expected, Guard, Policy, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::cases;

const DAY: i64 = 86_400_000;
/// 2026-03-20, midnight in Riyadh.
const START: i64 = 1_773_954_000_000;
const MESSAGES: u64 = 40;
const OWN: u64 = 15;

fn policy() -> Arc<Policy> {
    let document = json!({
        "customerId": "noor", "autonomyMode": "full_autopilot", "requireHumanForFirstSend": false, "grantTimeoutMinutes": 30,
        "budget": {"maxMessagesPerDay": MESSAGES},
        "agents": {"ann": {"name": "Ann", "creator": "sara", "budget": {"maxMessagesPerDay": OWN}}},
    });
    Arc::new(Policy::from_json(&document.to_string()).unwrap())
}

/// A host that writes every command down before it carries it out, and a snapshot now and then.
struct Host {
    guard: Guard,
    snapshot: String,
    since: Vec<(&'static str, Value, Value)>,
}

impl Host {
    fn run(&mut self, name: &'static str, argument: Json, options: Json) -> Result<Json, agent_interlock::Error> {
        let (argument, options) = (Value::from(argument), Value::from(options));
        self.since.push((name, argument.clone(), options.clone()));
        self.guard.call(name, &argument, &options).map(|text| serde_json::from_str(&text).unwrap())
    }

    fn save(&mut self) {
        self.snapshot = self.guard.snapshot().unwrap();
        self.since.clear();
    }

    /// Loses the guard, takes the last snapshot and redoes what came after it.
    fn crash(&mut self) {
        let lost = self.guard.snapshot().unwrap();
        let mut guard = Guard::restore(self.guard.policy().clone(), &self.snapshot, &Expected::default()).unwrap();
        for (name, argument, options) in &self.since {
            // What was refused then is refused again.
            let _ = guard.call(name, argument, options);
        }
        assert_eq!(guard.snapshot().unwrap(), lost);
        self.guard = guard;
    }
}

/// What really happened, as nobody in the week can see it.
#[derive(Default)]
struct World {
    done: BTreeMap<String, u32>,
    sent: BTreeMap<(i64, &'static str), u64>,
}

/// What befalls one action.
#[derive(Clone, Debug)]
struct Fate {
    wait: i64,
    fresh: bool,
    old: prop::sample::Index,
    agent: &'static str,
    /// The answer is lost on its way to the agent, who asks again.
    answer_lost: bool,
    end: End,
    crash: bool,
    save: bool,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Done,
    /// It was not done, and that is certain.
    Limited,
    /// The answer timed out: it was done, or not.
    TimedOut {
        done: bool,
    },
    /// It was done and nobody says so.
    Silent,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let end = prop_oneof![
        5 => Just(End::Done),
        3 => Just(End::Limited),
        1 => any::<bool>().prop_map(|done| End::TimedOut { done }),
        1 => Just(End::Silent),
    ];
    let agent = prop::sample::select(&["ann", "bob"][..]);
    let odds =
        (prop::bool::weighted(0.6), prop::bool::weighted(0.1), prop::bool::weighted(0.1), prop::bool::weighted(0.05));
    let fate = (0..1_200_000_i64, any::<prop::sample::Index>(), agent, end, odds).prop_map(
        |(wait, old, agent, end, (fresh, answer_lost, crash, save))| Fate {
            wait,
            fresh,
            old,
            agent,
            answer_lost,
            end,
            crash,
            save,
        },
    );
    // A step every ten minutes on average.
    prop::collection::vec(fate, 1008)
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn nothing_runs_twice_and_no_cap_is_passed(fates in fates()) {
        let guard = Guard::new(policy(), true).unwrap();
        let mut host = Host { snapshot: guard.snapshot().unwrap(), guard, since: Vec::new() };
        let mut world = World::default();
        let mut known: Vec<(String, &'static str)> = Vec::new();
        let mut now = START;
        for fate in fates {
            now += fate.wait;
            if fate.fresh || known.is_empty() {
                known.push((format!("message {}", known.len()), fate.agent));
            }
            let (id, agent) = if fate.fresh { known[known.len() - 1].clone() } else { fate.old.get(&known).clone() };
            step(&mut host, &mut world, &fate, now, &id, agent);
            if host.guard.lock_state().agents.contains_key(agent) {
                let order = json!({"agent": agent, "by": {"id": "root", "role": "platform_admin"}, "reason": "go on"});
                host.run("unlock", order, json!({"now": now})).unwrap();
            }
        }
        prop_assert!(world.done.len() > 50, "hardly anything ran: {}", world.done.len());
        for (id, times) in &world.done {
            prop_assert!(*times <= 1, "{id} ran {times} times");
        }
        for day in (0..8).map(|day| START / DAY + day) {
            let sent = |agent| world.sent.get(&(day, agent)).copied().unwrap_or_default();
            prop_assert!(sent("ann") <= OWN && sent("ann") + sent("bob") <= MESSAGES, "on day {day}");
        }
    }
}

fn step(host: &mut Host, world: &mut World, fate: &Fate, now: i64, id: &str, agent: &'static str) {
    let action = json!({"id": id, "type": "send_message", "agent": agent, "riskFactors": {}, "args": {"to": id}});
    let mut answer = host.run("request", action.clone(), json!({"now": now})).unwrap();
    if fate.crash {
        host.crash();
    }
    if fate.answer_lost {
        let first = answer["allowed"].as_bool().unwrap();
        answer = host.run("request", action, json!({"now": now})).unwrap();
        assert!(!(first && answer["allowed"].as_bool().unwrap()), "granted twice");
    }
    if answer["allowed"].as_bool().unwrap() {
        let outcome = carry_out(world, fate.end, now, id, agent);
        if let Some((outcome, status)) = outcome {
            let mut report = json!({"actionId": id, "outcome": outcome});
            if status > 0 {
                report["error"] = json!({"status": status});
            }
            host.run("report", report, json!({"now": now})).unwrap();
        }
    }
    if fate.save {
        host.save();
    }
}

/// Does, or does not do, what was granted. Gives what the agent has to report of it.
fn carry_out(world: &mut World, end: End, now: i64, id: &str, agent: &'static str) -> Option<(&'static str, u64)> {
    if matches!(end, End::Done | End::Silent | End::TimedOut { done: true }) {
        *world.done.entry(id.to_owned()).or_default() += 1;
        *world.sent.entry(((now + 3 * 3_600_000).div_euclid(DAY), agent)).or_default() += 1;
    }
    match end {
        End::Done => Some(("succeeded", 0)),
        End::Limited => Some(("failed", 429)),
        End::TimedOut { .. } => Some(("failed", 504)),
        End::Silent => None,
    }
}
