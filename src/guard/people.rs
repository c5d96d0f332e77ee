//! Who may do what: people by their id and role, never an agent.

use super::Guard;
use crate::error::{Error, ErrorCode, Result};
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::Timestamp;
use crate::value::Value;
use crate::zone::Local;

/// The role that may do everything a person may.
pub(super) const ADMIN: &str = "platform_admin";

/// Somebody who acts on the guard.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) role: String,
}

impl Person {
    /// `{id, role}`.
    pub(super) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const PERSON: Shape = Shape::strict(&[field("id"), field("role")]);
        let fields = Fields::of(value, place, &PERSON)?;
        Ok(Self { id: fields.required("id", read::id)?, role: fields.required("role", read::id)? })
    }

    fn is_admin(&self) -> bool {
        self.role == ADMIN
    }
}

/// What somebody wants to do to the guard.
#[derive(Clone, Copy)]
pub(super) enum Power<'a> {
    /// Stop an agent, or everything: anybody but an agent.
    Lock(Option<&'a str>),
    /// Let an agent go on: its creator, or an admin.
    UnlockAgent(&'a str),
    /// Let everything go on, change the policy or the clock: an admin.
    Admin,
    /// Decide on what an agent asked for: its creator, or an admin.
    Resolve(&'a str),
    /// Say what became of what an agent did: its creator, or an admin.
    Settle(&'a str),
}

impl Power<'_> {
    /// What is said to those who may not.
    pub(super) const fn refusal(&self) -> &'static str {
        match self {
            Self::Lock(_) => "an agent may not lock or unlock",
            Self::UnlockAgent(_) => "only the agent's creator or a platform_admin may unlock it",
            Self::Admin => "only a platform_admin may do this",
            Self::Resolve(_) => "Only the agent creator or platform admin can resolve approvals",
            Self::Settle(_) => "only the agent's creator or a platform_admin may say what became of it",
        }
    }

    /// The agent whom it is about.
    const fn agent(&self) -> Option<&str> {
        match self {
            Self::Lock(agent) => *agent,
            Self::UnlockAgent(agent) | Self::Resolve(agent) | Self::Settle(agent) => Some(agent),
            Self::Admin => None,
        }
    }
}

impl Guard {
    /// Refuses whoever may not, and writes down what they tried.
    pub(super) fn authorize(
        &mut self,
        by: &Person,
        power: Power<'_>,
        command: &str,
        tried: impl FnOnce() -> serde_json::Value,
        now: Timestamp,
        local: Local,
    ) -> Result<()> {
        if self.may(by, power) {
            return Ok(());
        }
        let error = Error::new(ErrorCode::NotAuthorized, "by", power.refusal());
        self.refuse(error, command, tried(), now, local)
    }

    /// Whether somebody may do something.
    pub(super) fn may(&self, by: &Person, power: Power<'_>) -> bool {
        !self.is_agent(&by.id)
            && power.agent() != Some(&by.id)
            && match power {
                Power::Lock(_) => true,
                Power::UnlockAgent(agent) | Power::Resolve(agent) | Power::Settle(agent) => {
                    by.is_admin() || self.policy.creator(agent) == Some(by.id.as_str())
                }
                Power::Admin => by.is_admin(),
            }
    }

    /// Writes down which command was refused to whom, and gives the error.
    pub(super) fn refuse<T>(
        &mut self,
        error: Error,
        command: &str,
        mut tried: serde_json::Value,
        now: Timestamp,
        local: Local,
    ) -> Result<T> {
        if let Some(tried) = tried.as_object_mut() {
            tried.insert("command".to_owned(), command.into());
            tried.insert("code".to_owned(), error.code().as_str().into());
        }
        let entry = self.entry(now, "refused", || tried)?;
        self.commit(now, local, entry, |_| ());
        Err(error)
    }

    /// Whether an id is an agent's: one that the policy lists, or one that has asked for something, has a question open or a plan, was locked or observed.
    fn is_agent(&self, id: &str) -> bool {
        self.policy.document().agents.contains_key(id)
            || self.state.recent.contains(id)
            || self.state.locks.agents.contains(id)
            || self.state.anomalies.contains(id)
            || self.state.records.knows_agent(id)
            || self.state.approvals.knows_agent(id)
            || self.state.groups.knows_agent(id)
    }
}
