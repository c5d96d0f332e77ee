//! All that a guard remembers. Everything else follows from it, the policy and the commands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::audit::Audit;
use super::ledger::Ledger;
use super::lock::{Locks, Scope};
use super::outbox::Outbox;
use super::recent::Recent;
use super::records::Records;
use super::size::Size;
use crate::policy::{Policy, Velocity, VelocityScope};
use crate::rules::{Tier, window_start};
use crate::time::Timestamp;

/// As many agents are kept track of; one more is refused until another falls silent.
pub(crate) const MAX_AGENTS: usize = 1000;

/// What a guard remembers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct State {
    /// The last instant; it never steps back.
    pub(crate) now: Option<Timestamp>,
    pub(crate) ledger: Ledger,
    pub(crate) locks: Locks,
    /// Recent actions by agent; under the scope `customer`, all under an empty name.
    pub(crate) recent: BTreeMap<String, Recent>,
    /// The last anomaly of each agent.
    pub(crate) anomalies: BTreeMap<String, Tier>,
    pub(crate) records: Records,
    /// Which id has a content, and until when the same under another is a duplicate; by the content's fingerprint.
    pub(crate) contents: BTreeMap<String, (String, Timestamp)>,
    pub(crate) outbox: Outbox,
    pub(crate) audit: Audit,
    /// How large all this is; worked out anew after loading.
    #[serde(skip)]
    pub(crate) size: Size,
}

impl State {
    pub(crate) fn new(audit: bool) -> Self {
        Self {
            now: None,
            ledger: Ledger::default(),
            locks: Locks::default(),
            recent: BTreeMap::new(),
            anomalies: BTreeMap::new(),
            records: Records::default(),
            contents: BTreeMap::new(),
            outbox: Outbox::default(),
            audit: Audit::new(audit),
            size: Size::default(),
        }
    }

    /// Whether the scope may be kept track of: it is, or there is room, or one has been silent since `since`.
    pub(crate) fn has_room_for(&self, name: &str, since: i64) -> bool {
        self.recent.contains_key(name)
            || self.recent.len() < MAX_AGENTS
            || self.recent.values().any(|recent| recent.since(since) == 0)
    }

    /// The recent actions of a scope, the silent ones forgotten where there is no more room.
    pub(crate) fn recent_mut(&mut self, name: &str, since: i64) -> &mut Recent {
        if !self.recent.contains_key(name) && self.recent.len() >= MAX_AGENTS {
            self.recent.retain(|_, recent| recent.since(since) > 0);
        }
        self.recent.entry(name.to_owned()).or_default()
    }

    pub(crate) fn recent_since(&self, name: &str, since: i64) -> u64 {
        self.recent.get(name).map_or(0, |recent| recent.since(since))
    }
}

/// The first microsecond of the longest window.
pub(crate) fn longest_window(velocity: &Velocity, now: Timestamp) -> i64 {
    let tiers = [velocity.tier_1, velocity.tier_2, velocity.tier_3];
    window_start(now, tiers.iter().map(|tier| tier.window_minutes).max().unwrap_or_default())
}

/// What is counted, and locked, together with an agent.
pub(crate) fn velocity_scope(policy: &Policy, agent: &str) -> Scope {
    match policy.document().velocity_scope {
        VelocityScope::Agent => Scope::Agent(agent.to_owned()),
        VelocityScope::Customer => Scope::Customer,
    }
}

impl Scope {
    /// The name under which recent actions are kept.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Agent(agent) => agent,
            Self::Customer => "",
        }
    }
}
