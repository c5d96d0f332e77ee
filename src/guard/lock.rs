//! Who is stopped, since when and why.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::state::MAX_AGENTS;
use super::wire::{INSTANT_LENGTH, Named, Row, Wire, instant, is_name, read_instant, text_length};
use crate::error::Result;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::time::Timestamp;
use crate::value::Value;

words! {
    /// What locked.
    LockSource {
        /// A person, or the host.
        Manual = "manual",
        /// Velocity at tier 3.
        Velocity = "velocity",
        /// Risk and impact together.
        CriticalRisk = "critical_risk",
        /// Metrics at tier 3.
        Anomaly = "anomaly",
    }
}

/// A lock that holds until somebody takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// What locked.
    pub source: LockSource,
}

/// Every lock there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Locks {
    /// The lock of everything.
    pub customer: Option<Lock>,
    /// Locks of single agents.
    pub agents: BTreeMap<String, Lock>,
}

/// What is locked or counted together: one agent, or all of the customer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Agent(String),
    Customer,
}

/// The locks as a guard keeps them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locked {
    pub(super) customer: Option<Lock>,
    pub(super) agents: Named<Lock>,
}

impl Locked {
    /// Locks; a lock that holds already stays as it is, so that its first reason is not lost. An agent for whom there is no room in the list
    /// is locked with everybody else: a lock is never refused.
    pub(crate) fn add(&mut self, scope: &Scope, lock: Lock, is_room: bool) {
        match scope {
            Scope::Agent(agent) if self.agents.contains(agent) => {}
            Scope::Agent(agent) if is_room && self.agents.len() < MAX_AGENTS => self.agents.put(agent, lock),
            Scope::Agent(_) | Scope::Customer => drop(self.customer.get_or_insert(lock)),
        }
    }

    /// Whether a scope is locked, by itself or with everything.
    pub(crate) fn holds(&self, scope: &Scope) -> bool {
        self.customer.is_some() || matches!(scope, Scope::Agent(agent) if self.agents.contains(agent))
    }

    pub(crate) fn remove(&mut self, scope: &Scope) {
        match scope {
            Scope::Customer => self.customer = None,
            Scope::Agent(agent) => drop(self.agents.remove(agent)),
        }
    }

    pub(crate) fn view(&self) -> Locks {
        Locks { customer: self.customer.clone(), agents: self.agents.map().clone() }
    }

    pub(crate) fn length(&self) -> usize {
        const FIXED: usize = r#"{"agents":,"customer":null}"#.len();
        FIXED + self.agents.length() + self.customer.as_ref().map_or(0, Wire::length)
    }

    pub(crate) fn write(&self) -> Json {
        json!({ "customer": self.customer.as_ref().map(Wire::write), "agents": self.agents.write() })
    }

    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const LOCKS: Shape = Shape::strict(&[field("customer"), field("agents")]);
        let fields = Fields::of(value, place, &LOCKS)?;
        Ok(Self {
            customer: fields.nullable("customer", None, Lock::read)?,
            agents: fields.required("agents", |agents, place| Named::read_of(agents, place, MAX_AGENTS, is_name))?,
        })
    }

    /// The last instant at which anything was locked.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.customer.iter().chain(self.agents.map().values()).map(|lock| lock.since).max()
    }
}

impl Wire for Lock {
    fn write(&self) -> Json {
        json!([self.reason, instant(self.since), self.source])
    }

    fn length(&self) -> usize {
        "[,,\"\"]".len() + text_length(&self.reason) + INSTANT_LENGTH + self.source.as_str().len()
    }

    fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let mut row = Row::of(value, place, 3)?;
        let lock = Self { reason: row.take(read::id)?, since: row.take(read_instant)?, source: row.take(read::word)? };
        row.end().map(|()| lock)
    }
}
