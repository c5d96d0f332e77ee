//! Who is stopped, since when and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LockSource {
    /// A person, or the host.
    Manual,
    /// Velocity at tier 3.
    Velocity,
    /// Risk and impact together.
    CriticalRisk,
    /// Metrics at tier 3.
    Anomaly,
}

/// A lock that holds until somebody takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// What locked.
    pub source: LockSource,
}

/// Every lock there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

impl Locks {
    /// Locks; a lock that holds already stays as it is, so that its first reason is not lost.
    pub(crate) fn add(&mut self, scope: &Scope, lock: Lock) {
        match scope {
            Scope::Customer => drop(self.customer.get_or_insert(lock)),
            Scope::Agent(agent) => drop(self.agents.entry(agent.clone()).or_insert(lock)),
        }
    }

    pub(crate) fn remove(&mut self, scope: &Scope) -> Option<Lock> {
        match scope {
            Scope::Customer => self.customer.take(),
            Scope::Agent(agent) => self.agents.remove(agent),
        }
    }
}
