//! All that a guard remembers. Everything else follows from it, the policy and the commands.

use serde_json::{Value as Json, json};

use super::approvals::Approvals;
use super::audit::Audit;
use super::contents::Contents;
use super::groups::{Groups, Standing};
use super::ledger::Ledger;
use super::lock::{Locked, Scope};
use super::outbox::Outbox;
use super::recent::Recent;
use super::record::Record;
use super::records::{self, Records};
use super::wire::{Named, Wire, instant, is_name, read_instant};
use crate::error::Result;
use crate::policy::{Policy, Velocity, VelocityScope};
use crate::read::{self, Fields, Place, Shape, field};
use crate::rules::{Tier, window_start};
use crate::time::Timestamp;
use crate::value::Value;

/// As many agents are kept track of; one more is refused until another falls silent.
pub(crate) const MAX_AGENTS: usize = 1000;

/// What a guard remembers.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The last instant; it never steps back.
    pub(crate) now: Option<Timestamp>,
    pub(crate) ledger: Ledger,
    pub(crate) locks: Locked,
    /// Recent actions by agent; under the scope `customer`, all under an empty name.
    pub(crate) recent: Named<Recent>,
    /// The last anomaly of each agent.
    pub(crate) anomalies: Named<Tier>,
    pub(crate) records: Records,
    /// What was granted a short while ago, and what a person said no to.
    pub(crate) contents: Contents,
    pub(crate) rejected: Contents,
    pub(crate) approvals: Approvals,
    pub(crate) groups: Groups,
    pub(crate) outbox: Outbox,
    pub(crate) audit: Audit,
}

impl State {
    pub(crate) fn new(audit: bool) -> Self {
        Self {
            now: None,
            ledger: Ledger::default(),
            locks: Locked::default(),
            recent: Named::default(),
            anomalies: Named::default(),
            records: Records::default(),
            contents: Contents::default(),
            rejected: Contents::default(),
            approvals: Approvals::default(),
            groups: Groups::default(),
            outbox: Outbox::default(),
            audit: Audit::new(audit),
        }
    }

    /// Remembers an action as it now is, and tells its plan, and that of one that was given up for want of room.
    pub(crate) fn put(&mut self, id: &str, record: Record, now: Timestamp) {
        let given_up = self.records.put(id, record);
        for key in given_up.into_iter().chain([records::key(id).into()]) {
            self.tell_group(&key, now);
        }
    }

    /// Tells an action's plan how the action stands now.
    pub(crate) fn tell_group(&mut self, key: &str, now: Timestamp) {
        let (standing, _) = self.standing(key, now).unwrap_or((Standing::Open, None));
        self.groups.touch(key, standing, now);
    }

    /// Closes the approvals that nobody gave or used in time.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        for (key, at) in self.approvals.expire(now) {
            // What was refused for good before that stays so: a question that nobody answered opens nothing again.
            if self.standing(&key, at).is_none_or(|(standing, _)| standing == Standing::Ended) {
                self.groups.touch(&key, Standing::Ended, at);
            }
        }
    }

    /// Whether the scope may be kept track of: it is, or there is room, or one has been silent since `since`.
    pub(crate) fn has_room_for(&self, name: &str, since: i64) -> bool {
        self.recent.len() < MAX_AGENTS
            || self.recent.contains(name)
            || self.recent.map().values().any(|recent| recent.is_silent_since(since))
    }

    /// Counts an action of a scope, the silent ones forgotten where there is no more room.
    pub(crate) fn count(&mut self, name: &str, now: Timestamp, since: i64, reached: Option<Tier>) {
        if self.recent.len() >= MAX_AGENTS && !self.recent.contains(name) {
            self.forget_silent(since);
        }
        self.recent.change(name, |recent| {
            recent.add(now, since);
            recent.reached = reached;
        });
    }

    pub(super) fn forget_silent(&mut self, since: i64) {
        self.recent.retain(|recent| !recent.is_silent_since(since));
    }

    /// As many bytes of a snapshot are agents that have fallen silent.
    pub(super) fn silent_length(&self, since: i64) -> usize {
        self.recent.length_of(|recent| recent.is_silent_since(since))
    }

    pub(super) fn write(&self) -> Json {
        json!({
            "now": self.now.map(instant),
            "ledger": self.ledger.write(),
            "locks": self.locks.write(),
            "recent": self.recent.write(),
            "anomalies": self.anomalies.write(),
            "records": self.records.write(),
            "contents": self.contents.write(),
            "rejected": self.rejected.write(),
            "approvals": self.approvals.write(),
            "groups": self.groups.write(),
            "outbox": self.outbox.write(),
            "audit": self.audit.write(),
        })
    }

    /// Reads it back, and refuses what no guard can have come to.
    pub(super) fn read(value: &Value, place: &Place<'_>, customer: &str) -> Result<Self> {
        const STATE: Shape = Shape::strict(&[
            field("now"),
            field("ledger"),
            field("locks"),
            field("recent"),
            field("anomalies"),
            field("records"),
            field("contents"),
            field("rejected"),
            field("approvals"),
            field("groups"),
            field("outbox"),
            field("audit"),
        ]);
        let fields = Fields::of(value, place, &STATE)?;
        let now = fields.nullable("now", None, read_instant)?;
        let audit = fields.required("audit", Audit::read)?;
        let ledger = fields.required("ledger", Ledger::read)?;
        if now.is_some() != (audit.head.seq > 0) || now.is_some() != ledger.date().is_some() {
            return Err(place.key("now").error("an instant without a command, or a command without an instant"));
        }
        let last = now.unwrap_or(Timestamp::MIN);
        let locks = fields.required("locks", Locked::read)?;
        if locks.latest().is_some_and(|since| since > last) {
            return Err(place.key("locks").error("a lock from after the snapshot's own instant"));
        }
        let scopes = |value: &Value, place: &Place<'_>| {
            Named::<Recent>::read_of(value, place, MAX_AGENTS, |name| name.is_empty() || is_name(name))
        };
        let recent = fields.required("recent", scopes)?;
        if recent.map().values().any(|recent| !recent.is_silent_since(last.as_micros() + 1)) {
            return Err(place.key("recent").error("times after the snapshot's own instant"));
        }
        let agents = |value: &Value, place: &Place<'_>| Named::read_of(value, place, MAX_AGENTS, is_name);
        Ok(Self {
            now,
            ledger,
            locks,
            recent,
            anomalies: fields.required("anomalies", agents)?,
            records: fields.required("records", |value, place| Records::read(value, place, last))?,
            contents: fields.required("contents", Contents::read)?,
            rejected: fields.required("rejected", Contents::read)?,
            approvals: fields
                .required("approvals", |value, place| Approvals::read(value, place, customer, audit.head.seq, last))?,
            groups: fields.required("groups", |value, place| Groups::read(value, place, last))?,
            outbox: fields.required("outbox", |value, place| Outbox::read(value, place, audit.head.seq))?,
            audit,
        })
    }
}

impl Wire for Tier {
    fn write(&self) -> Json {
        self.as_str().into()
    }

    fn length(&self) -> usize {
        self.as_str().len() + 2
    }

    fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        read::word(value, place)
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
