//! Random commands, few enough ids and agents among them that they meet again and again.

use agent_interlock::{Error, Guard, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::policies::POLICIES;

pub const TYPES: [&str; 6] = ["look", "note", "mail", "pay", "ask", "zap"];
pub const AGENTS: [&str; 2] = ["ann", "bob"];
/// An admin, `ann`'s creator, a stranger, and an agent that calls itself an admin.
pub const PEOPLE: [(&str, &str); 4] =
    [("root", "platform_admin"), ("sara", "user"), ("eve", "user"), ("ann", "platform_admin")];
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
    Observe { agent: &'static str, tier: u8 },
    Lock { agent: Option<&'static str>, by: usize },
    Unlock { agent: Option<&'static str>, by: usize },
    RecordUsage { agent: Option<&'static str>, usage: (u64, u64) },
    SetPolicy { to: usize, by: usize },
    AdoptClock { by: usize },
}

/// A command, and how far the host's clock has moved before it.
#[derive(Clone, Debug)]
pub struct Step {
    pub moved: i64,
    pub command: Command,
}

fn asked() -> impl Strategy<Value = Asked> {
    let rare = || prop::bool::weighted(0.04);
    // An id mostly stands for one action; now and then it is given to another.
    let other =
        prop::option::weighted(0.03, (prop::sample::select(&AGENTS[..]), prop::sample::select(&TYPES[..]), 0_u8..2));
    let cost = prop::option::weighted(0.2, (0_u64..8, prop::sample::select(&[0, 500_000, 5_000_000, 5_000_001][..])));
    (0_u8..14, other, rare(), rare(), rare(), cost).prop_map(|(id, other, critical, interrupt, human, cost)| {
        let own = (AGENTS[usize::from(id % 3 == 2)], TYPES[usize::from(id) % TYPES.len()], id / 12);
        let (agent, kind, args) = other.unwrap_or(own);
        Asked { id, agent, kind, args, critical, interrupt, human, cost }
    })
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
    let by = || prop::sample::select(&[0_usize, 0, 0, 1, 2, 3][..]);
    prop_oneof![
        24 => asked().prop_map(Command::Request),
        10 => told().prop_map(Command::Report),
        1 => (prop::sample::select(&AGENTS[..]), prop::sample::select(&[1_u8, 2, 3][..])).prop_map(|(agent, tier)| Command::Observe { agent, tier }),
        1 => (agent(), by()).prop_map(|(agent, by)| Command::Lock { agent, by }),
        3 => (agent(), by()).prop_map(|(agent, by)| Command::Unlock { agent, by }),
        1 => (agent(), (0_u64..4, prop::sample::select(&[0, 400_000][..]))).prop_map(|(agent, usage)| Command::RecordUsage { agent, usage }),
        1 => (0..POLICIES.len(), by()).prop_map(|(to, by)| Command::SetPolicy { to, by }),
        1 => by().prop_map(|by| Command::AdoptClock { by }),
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
    let failures = prop_oneof![9 => Just(0), 1 => 1_usize..5];
    (failures, prop::collection::vec(step, 1..most)).prop_map(|(failures, steps)| [retried(failures), steps].concat())
}

/// A payment that failed so many times: by chance alone hardly any is ever tried to the end.
fn retried(failures: usize) -> Vec<Step> {
    let asked = Asked {
        id: 3,
        agent: "ann",
        kind: "pay",
        args: 0,
        critical: false,
        interrupt: false,
        human: false,
        cost: None,
    };
    let told = Told { id: 3, outcome: "failed", error: Some(429), usage: None, attempt: None };
    let tried = [(120_000, Command::Request(asked)), (0, Command::Report(told))];
    let all = std::iter::repeat_n(tried, failures).flatten();
    all.map(|(moved, command)| Step { moved, command }).collect()
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

/// Carries a command out; gives the answer as JSON, or the error.
pub fn run(guard: &mut Guard, now: i64, command: &Command) -> Result<Json, Error> {
    let options = json!({"now": now});
    let mut call = |name: &str, argument: Json, options: Json| {
        let text = guard.call(name, &Value::from(argument), &Value::from(options))?;
        Ok(serde_json::from_str(&text).unwrap())
    };
    match command {
        Command::Request(asked) => {
            let options = if asked.human { json!({"now": now, "human": true}) } else { options };
            call("request", request_json(asked), options)
        }
        Command::Report(told) => call("report", report_json(told), options),
        Command::Observe { agent, tier } => {
            let rate = [0.9, 0.6, 0.1][usize::from(*tier) - 1];
            let metrics = json!({"successRate": rate, "efficiencyScore": 0.9, "averageResponseTime": 1, "marketImpactScore": 0.9});
            call("observe", json!({"agent": agent, "metrics": metrics}), options)
        }
        Command::Lock { agent, by } => call("lock", order(*agent, *by), options),
        Command::Unlock { agent, by } => call("unlock", order(*agent, *by), options),
        Command::RecordUsage { agent, usage } => {
            let mut spent = json!({"usage": usage_json(*usage)});
            if let Some(agent) = agent {
                spent["agent"] = (*agent).into();
            }
            call("recordUsage", spent, options)
        }
        Command::SetPolicy { to, by } => {
            let mut order = order(None, *by);
            order["now"] = now.into();
            guard.set_policy(POLICIES[*to].clone(), &Value::from(order)).map(|()| Json::Null)
        }
        Command::AdoptClock { by } => call("adoptClock", order(None, *by), options),
    }
}
