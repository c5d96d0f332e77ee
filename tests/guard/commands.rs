//! Random commands, few enough ids and agents among them that they meet again and again.

use agent_interlock::{Error, Guard, Timestamp, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::policies::POLICIES;

pub const TYPES: [&str; 6] = ["look", "note", "mail", "pay", "ask", "zap"];
pub const AGENTS: [&str; 2] = ["ann", "bob"];
/// An admin, `ann`'s creator, a stranger, an agent that calls itself an admin, another admin, and the agent that no policy lists.
pub const PEOPLE: [(&str, &str); 6] = [
    ("root", "platform_admin"),
    ("sara", "user"),
    ("eve", "user"),
    ("ann", "platform_admin"),
    ("kim", "platform_admin"),
    ("bob", "platform_admin"),
];
/// Those for whom an agent asks.
const REQUESTERS: [&str; 3] = ["eve", "sara", "root"];
/// The plans of the agents: which action stands at which place of them. Two agents have one of the same name.
const PLANS: [(&str, &str, &[u8]); 4] =
    [("ann", "a", &[4, 9, 10, 7]), ("ann", "b", &[1, 13]), ("bob", "a", &[5, 8, 11]), ("ann", "c", &[3, 0, 6])];
const START: i64 = 1_773_997_200_000;

/// What a failed action's error looks like, and what is to be made of it.
pub const ERRORS: [Option<u64>; 4] = [None, Some(429), Some(504), Some(400)];

#[derive(Clone, Debug)]
pub struct Asked {
    pub id: u8,
    pub agent: &'static str,
    pub kind: &'static str,
    pub args: u8,
    pub critical: bool,
    pub interrupt: bool,
    pub human: bool,
    /// Messages and millionths, where the host says so.
    pub cost: Option<(u64, u64)>,
    pub requested_by: Option<&'static str>,
    pub group: Option<Group>,
}

/// A place in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: &'static str,
    pub index: u8,
    pub size: u8,
}

#[derive(Clone, Debug)]
pub struct Told {
    pub id: u8,
    pub outcome: &'static str,
    pub error: Option<u64>,
    pub usage: Option<(u64, u64)>,
    pub attempt: Option<u64>,
}

#[derive(Clone, Debug)]
pub enum Command {
    Request(Asked),
    Report(Told),
    Observe {
        agent: &'static str,
        tier: u8,
    },
    Lock {
        agent: Option<&'static str>,
        by: usize,
    },
    Unlock {
        agent: Option<&'static str>,
        by: usize,
    },
    RecordUsage {
        agent: Option<&'static str>,
        usage: (u64, u64),
    },
    SetPolicy {
        to: usize,
        by: usize,
    },
    AdoptClock {
        by: usize,
    },
    /// Of the action's latest approval; where it has none, of one that nobody knows.
    Resolve {
        action: u8,
        by: usize,
        approve: bool,
    },
    /// Every so many obligations in the outbox, from the first on.
    Acknowledge {
        every: usize,
    },
}

/// A command, and how far the host's clock has moved before it.
#[derive(Clone, Debug)]
pub struct Step {
    pub moved: i64,
    pub command: Command,
}

/// The action's place in its plan, and now and then another one, or none.
fn group(id: u8, agent: &str, odd: u8) -> Option<Group> {
    let (_, name, all) = PLANS.iter().find(|(owner, _, all)| *owner == agent && all.contains(&id))?;
    let index = u8::try_from(all.iter().position(|other| *other == id)?).ok()?;
    let size = u8::try_from(all.len()).ok()?;
    let own = Group { id: name, index, size };
    match odd {
        0 => None,
        1 => Some(Group { size: size + 1, ..own }),
        2 => Some(Group { index: (index + 1) % size, ..own }),
        3 => Some(Group { id: "z", ..own }),
        _ => Some(own),
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let rare = || prop::bool::weighted(0.04);
    // An id mostly stands for one action; now and then it is given to another.
    let other =
        prop::option::weighted(0.03, (prop::sample::select(&AGENTS[..]), prop::sample::select(&TYPES[..]), 0_u8..2));
    let cost = prop::option::weighted(0.2, (0_u64..8, prop::sample::select(&[0, 500_000, 5_000_000, 5_000_001][..])));
    let requested_by = prop::option::weighted(0.6, prop::sample::select(&REQUESTERS[..]));
    let odd = prop_oneof![9 => Just(u8::MAX), 1 => 0_u8..4];
    (0_u8..14, other, (rare(), rare(), rare()), cost, requested_by, odd).prop_map(
        |(id, other, (critical, interrupt, human), cost, requested_by, odd)| {
            let own = (AGENTS[usize::from(id % 3 == 2)], TYPES[usize::from(id) % TYPES.len()], id / 12);
            let (agent, kind, args) = other.unwrap_or(own);
            let group = group(id, agent, odd);
            Asked { id, agent, kind, args, critical, interrupt, human, cost, requested_by, group }
        },
    )
}

fn told() -> impl Strategy<Value = Told> {
    let outcome = prop::sample::select(&["succeeded", "failed", "failed", "failed", "unknown"][..]);
    let usage = prop::option::weighted(0.4, (0_u64..4, prop::sample::select(&[0, 250_000, 2_000_000][..])));
    let attempt = prop::option::weighted(0.1, 1_u64..4);
    (0_u8..14, outcome, prop::sample::select(&ERRORS[..]), usage, attempt)
        .prop_map(|(id, outcome, error, usage, attempt)| Told { id, outcome, error, usage, attempt })
}

fn command() -> impl Strategy<Value = Command> {
    let agent = || prop::option::of(prop::sample::select(&AGENTS[..]));
    let by = || prop::sample::select(&[0_usize, 0, 0, 0, 1, 2, 3, 5][..]);
    // Mostly of those that are asked about, mostly by those who may.
    let action = prop_oneof![5 => prop::sample::select(&[2_u8, 4, 5, 8, 10, 11][..]), 1 => 0_u8..14];
    let resolver = prop::sample::select(&[0_usize, 0, 0, 1, 1, 4, 4, 2, 3, 5][..]);
    let resolve = (action, resolver, prop::bool::weighted(0.8));
    prop_oneof![
        24 => asked().prop_map(Command::Request),
        10 => told().prop_map(Command::Report),
        1 => (prop::sample::select(&AGENTS[..]), prop::sample::select(&[1_u8, 2, 3][..])).prop_map(|(agent, tier)| Command::Observe { agent, tier }),
        1 => (agent(), by()).prop_map(|(agent, by)| Command::Lock { agent, by }),
        3 => (agent(), by()).prop_map(|(agent, by)| Command::Unlock { agent, by }),
        1 => (agent(), (0_u64..4, prop::sample::select(&[0, 400_000][..]))).prop_map(|(agent, usage)| Command::RecordUsage { agent, usage }),
        1 => (0..POLICIES.len(), by()).prop_map(|(to, by)| Command::SetPolicy { to, by }),
        1 => by().prop_map(|by| Command::AdoptClock { by }),
        10 => resolve.prop_map(|(action, by, approve)| Command::Resolve { action, by, approve }),
        1 => (1_usize..4).prop_map(|every| Command::Acknowledge { every }),
    ]
}

fn moved() -> impl Strategy<Value = i64> {
    const SECOND: i64 = 1000;
    prop_oneof![
        8 => Just(0),
        6 => prop::sample::select(&[1, SECOND, 30 * SECOND - 1, 30 * SECOND, 60 * SECOND, 120 * SECOND][..]),
        4 => prop::sample::select(&[600 * SECOND, 600 * SECOND + 1, 3600 * SECOND, 6 * 3600 * SECOND, 24 * 3600 * SECOND][..]),
        1 => prop::sample::select(&[-1, -40 * SECOND, -3600 * SECOND, -30 * 3600 * SECOND][..]),
        1 => Just(367 * 24 * 3600 * SECOND),
    ]
}

pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (moved(), command()).prop_map(|(moved, command)| Step { moved, command });
    let first = prop_oneof![
        4 => Just(Vec::new()),
        4 => (0..POLICIES.len()).prop_map(begin_with),
        1 => (1_usize..5).prop_map(retried),
        1 => (3_usize..7, any::<bool>()).prop_map(|(steps, yes)| asked_about(steps, yes)),
        1 => (3_usize..8).prop_map(held_at_night),
        1 => (3_usize..6).prop_map(asked_of_two),
    ];
    // In half of all there are no plans, so that what one action does to the next does not hide everything else.
    (first, any::<bool>(), prop::collection::vec(step, 1..most)).prop_map(|(first, planned, mut steps)| {
        for step in &mut steps {
            if let Command::Request(asked) = &mut step.command
                && !planned
            {
                asked.group = None;
            }
        }
        [first, steps].concat()
    })
}

/// Another policy than the first, from the beginning.
fn begin_with(to: usize) -> Vec<Step> {
    vec![Step { moved: 0, command: Command::SetPolicy { to, by: 0 } }]
}

/// An action as most are.
const fn plain(id: u8, agent: &'static str, kind: &'static str) -> Asked {
    Asked {
        id,
        agent,
        kind,
        args: 0,
        critical: false,
        interrupt: false,
        human: false,
        cost: None,
        requested_by: None,
        group: None,
    }
}

/// A payment that failed so many times: by chance alone hardly any is ever tried to the end.
fn retried(failures: usize) -> Vec<Step> {
    let told = Told { id: 3, outcome: "failed", error: Some(429), usage: None, attempt: None };
    let tried = [(120_000, Command::Request(plain(3, "ann", "pay"))), (0, Command::Report(told))];
    let all = std::iter::repeat_n(tried, failures).flatten();
    all.map(|(moved, command)| Step { moved, command }).collect()
}

/// So many steps of what begins with a question and ends with a second try; after a no a person does it.
fn asked_about(steps: usize, yes: bool) -> Vec<Step> {
    let ask = || Command::Request(plain(4, "ann", "ask"));
    let told = Told { id: 4, outcome: "failed", error: Some(429), usage: None, attempt: None };
    let answer = Command::Resolve { action: 4, by: 0, approve: yes };
    let go = Command::Request(Asked { human: !yes, ..plain(4, "ann", "ask") });
    let all = [(0, ask()), (0, answer), (0, go), (0, Command::Report(told)), (30_000, ask()), (0, ask())];
    all.into_iter().take(steps).map(|(moved, command)| Step { moved, command }).collect()
}

/// So many steps of messages that wait for a person and for the morning, when a milder policy lets them go.
fn held_at_night(steps: usize) -> Vec<Step> {
    let ask = |id, kind| Command::Request(Asked { requested_by: Some("eve"), ..plain(id, "bob", kind) });
    let policy = |to| Command::SetPolicy { to, by: 0 };
    let (night, morning) = (14 * 3_600_000, 12 * 3_600_000);
    let evening = [(night, policy(5)), (0, ask(2, "mail")), (0, ask(8, "mail"))];
    let after = [(morning, policy(6)), (0, ask(2, "mail")), (0, ask(8, "mail")), (0, ask(5, "zap"))];
    evening.into_iter().chain(after).take(steps).map(|(moved, command)| Step { moved, command }).collect()
}

/// So many steps of what two people have to agree on.
fn asked_of_two(steps: usize) -> Vec<Step> {
    let ask = || Command::Request(plain(4, "ann", "ask"));
    let yes = |by| Command::Resolve { action: 4, by, approve: true };
    let all = [Command::SetPolicy { to: 3, by: 0 }, ask(), yes(0), yes(4), ask()];
    all.into_iter().take(steps).map(|command| Step { moved: 0, command }).collect()
}

/// The instant of each step, in milliseconds.
pub fn timed(steps: &[Step]) -> impl Iterator<Item = (i64, &Command)> {
    steps.iter().scan(START, |now, step| {
        *now += step.moved;
        Some((*now, &step.command))
    })
}

fn usage_json((messages, millionths): (u64, u64)) -> Json {
    json!({"messages": messages, "amount": millionths as f64 / 1e6})
}

fn order(agent: Option<&str>, by: usize) -> Json {
    let (id, role) = PEOPLE[by];
    let mut order = json!({"by": {"id": id, "role": role}, "reason": "because"});
    if let Some(agent) = agent {
        order["agent"] = agent.into();
    }
    order
}

fn request_json(asked: &Asked) -> Json {
    let mut action = json!({
        "id": asked.id.to_string(), "type": asked.kind, "agent": asked.agent, "args": {"n": asked.args}, "riskFactors": {},
    });
    if asked.critical {
        action["riskScore"] = 1.into();
        action["impactScore"] = 1.into();
    }
    if asked.interrupt {
        action["needsInterrupt"] = true.into();
    }
    if let Some(cost) = asked.cost {
        action["cost"] = usage_json(cost);
    }
    if let Some(Group { id, index, size }) = asked.group {
        action["group"] = json!({"id": id, "index": index, "size": size});
    }
    action
}

fn report_json(told: &Told) -> Json {
    let mut report = json!({"actionId": told.id.to_string(), "outcome": told.outcome});
    if let Some(status) = told.error {
        report["error"] = json!({"status": status});
    }
    if let Some(usage) = told.usage {
        report["usage"] = usage_json(usage);
    }
    if let Some(attempt) = told.attempt {
        report["attempt"] = attempt.into();
    }
    report
}

fn options_json(now: i64, asked: &Asked) -> Json {
    let mut options = json!({"now": now});
    if asked.human {
        options["human"] = true.into();
    }
    if let Some(requested_by) = asked.requested_by {
        options["requestedBy"] = requested_by.into();
    }
    options
}

fn call(guard: &mut Guard, name: &str, argument: Json, options: Json) -> Result<Json, Error> {
    let text = guard.call(name, &Value::from(argument), &Value::from(options))?;
    Ok(serde_json::from_str(&text).unwrap())
}

/// All approvals that the guard knows, the latest of an action after those before it.
pub fn approvals(guard: &mut Guard, now: i64) -> Result<Vec<Json>, Error> {
    let all = call(guard, "approvals", json!({}), json!({"now": now}))?;
    let mut all = all.as_array().unwrap().clone();
    all.sort_by_key(|approval| approval["createdAt"].as_str().unwrap().parse::<Timestamp>().unwrap());
    Ok(all)
}

/// What an action would be answered, and nothing done.
pub fn explain(guard: &mut Guard, now: i64, asked: &Asked) -> Result<Json, Error> {
    call(guard, "explain", request_json(asked), options_json(now, asked))
}

fn resolve(guard: &mut Guard, now: i64, action: u8, by: usize, approve: bool) -> Result<Json, Error> {
    let action = action.to_string();
    let known = approvals(guard, now)?.into_iter().rfind(|approval| approval["actionId"] == action);
    let id = known.map_or("nobody knows it".into(), |approval| approval["id"].clone());
    let (person, role) = PEOPLE[by];
    let decision = if approve { "approve" } else { "reject" };
    let order = json!({"approvalId": id, "by": {"id": person, "role": role}, "decision": decision});
    call(guard, "resolve", order, json!({"now": now}))
}

fn acknowledge(guard: &mut Guard, now: i64, every: usize) -> Result<Json, Error> {
    let done: Vec<_> = guard.outbox().into_iter().step_by(every).map(|obligation| obligation.id).collect();
    call(guard, "acknowledge", json!({"ids": done}), json!({"now": now}))
}

/// Carries a command out; gives the answer as JSON, or the error.
pub fn run(guard: &mut Guard, now: i64, command: &Command) -> Result<Json, Error> {
    let options = json!({"now": now});
    match command {
        Command::Request(asked) => call(guard, "request", request_json(asked), options_json(now, asked)),
        Command::Report(told) => call(guard, "report", report_json(told), options),
        Command::Observe { agent, tier } => {
            let rate = [0.9, 0.6, 0.1][usize::from(*tier) - 1];
            let metrics = json!({"successRate": rate, "efficiencyScore": 0.9, "averageResponseTime": 1, "marketImpactScore": 0.9});
            call(guard, "observe", json!({"agent": agent, "metrics": metrics}), options)
        }
        Command::Lock { agent, by } => call(guard, "lock", order(*agent, *by), options),
        Command::Unlock { agent, by } => call(guard, "unlock", order(*agent, *by), options),
        Command::RecordUsage { agent, usage } => {
            let mut spent = json!({"usage": usage_json(*usage)});
            if let Some(agent) = agent {
                spent["agent"] = (*agent).into();
            }
            call(guard, "recordUsage", spent, options)
        }
        Command::SetPolicy { to, by } => {
            let mut order = order(None, *by);
            order["now"] = now.into();
            guard.set_policy(POLICIES[*to].clone(), &Value::from(order)).map(|()| Json::Null)
        }
        Command::AdoptClock { by } => call(guard, "adoptClock", order(None, *by), options),
        Command::Resolve { action, by, approve } => resolve(guard, now, *action, *by, *approve),
        Command::Acknowledge { every } => acknowledge(guard, now, *every),
    }
}
