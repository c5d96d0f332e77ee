//! What can be seen of a guard; looking changes nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Guard;
use super::lock::Locks;
use super::record::{Record, Stage};
use crate::error::Result;
use crate::money::Spending;
use crate::number::{Amount, Count};
use crate::time::{Date, Timestamp};
use crate::value::Value;

/// What was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AmountsUsed {
    /// Messages.
    pub messages: Count,
    /// Tokens of language models.
    pub llm_tokens: Count,
    /// Calls to other services.
    pub api_calls: Count,
    /// Money, in the policy's currency.
    pub amount: Amount,
}

impl From<Spending> for AmountsUsed {
    fn from(spending: Spending) -> Self {
        let Spending { messages, llm_tokens, api_calls, amount } = spending;
        Self { messages, llm_tokens, api_calls, amount: amount.to_amount() }
    }
}

/// What the local day came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UsageView {
    /// The local day.
    pub date: Date,
    /// All together.
    pub customer: AmountsUsed,
    /// Each agent that used anything.
    pub agents: BTreeMap<String, AmountsUsed>,
}

/// A grant that is not settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InFlight {
    /// The action.
    pub action_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub action_type: String,
    /// Whose it is.
    pub agent: String,
    /// How often it was granted.
    pub attempt: u32,
    /// When it was last granted.
    pub granted_at: Timestamp,
    /// `granted`, or `unknown` once nobody can tell.
    pub status: &'static str,
}

impl Guard {
    /// What the local day came to, at `{now}`.
    pub fn usage(&self, options: &Value) -> Result<UsageView> {
        let (now, _) = self.begin(&super::options(options)?)?;
        let (date, customer) = self.used_today(now)?;
        let is_open = self.state.ledger.date() == Some(date);
        let agents = self.state.ledger.agents().map().iter().filter(|_| is_open);
        let agents = crate::collect::map(agents.map(|(agent, spending)| (agent.clone(), (*spending).into())));
        Ok(UsageView { date, customer, agents })
    }

    /// The local day, and what it came to for all together.
    pub(crate) fn used_today(&self, now: Timestamp) -> Result<(Date, AmountsUsed)> {
        let (ledger, today) = (&self.state.ledger, self.local(self.clock(now)?)?.date);
        Ok(match ledger.date() {
            Some(open) if open >= today => (open, ledger.customer().into()),
            _ => (today, AmountsUsed::default()),
        })
    }

    /// What an agent used on the local day.
    pub(crate) fn used_today_by(&self, agent: &str, now: Timestamp) -> AmountsUsed {
        let (ledger, today) = (&self.state.ledger, self.clock(now).and_then(|now| self.local(now)));
        match (ledger.date(), today) {
            (Some(open), Ok(today)) if open >= today.date => ledger.agent(agent).into(),
            _ => AmountsUsed::default(),
        }
    }

    /// Every lock there is.
    pub fn lock_state(&self) -> Locks {
        self.state.locks.view()
    }

    /// Grants that are not settled, at `{now}`.
    pub fn in_flight(&self, options: &Value) -> Result<Vec<InFlight>> {
        let (now, _) = self.begin(&super::options(options)?)?;
        Ok(self.state.records.in_flight().filter_map(|(id, record)| view(id, record, now)).collect())
    }
}

/// How a grant that is not settled shows.
fn view(id: &str, record: &Record, now: Timestamp) -> Option<InFlight> {
    let granted_at = record.stage.granted_at()?;
    let status = if matches!(record.stage.at(now), Stage::Unknown { .. }) { "unknown" } else { "granted" };
    Some(InFlight {
        action_id: id.to_owned(),
        action_type: record.action_type.to_string(),
        agent: record.agent.to_string(),
        attempt: record.attempt,
        granted_at,
        status,
    })
}
