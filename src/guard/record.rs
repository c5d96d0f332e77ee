//! The life of an action: what is remembered of it from its first request on.

use crate::money::Spending;
use crate::time::Timestamp;

/// A failed action is tried again at most as often.
pub(crate) const MAX_RETRIES: u32 = 3;

/// What was charged for an action, and on which day of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) day: u64,
    /// All of it: what earlier attempts used, and what the last one reserved or used.
    pub(crate) spending: Spending,
    /// What failed attempts of that day are known to have used: the usage of a later one comes on top.
    pub(crate) earlier: Spending,
}

/// What became of an action when it was last heard of. Each state carries what only it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Asked, and not allowed so far.
    Waiting {
        /// Time once held it: when it is granted, it is counted as an action of that moment.
        deferred: bool,
    },
    /// Allowed; nobody has said what became of it.
    Granted {
        /// When.
        at: Timestamp,
        /// From then on it counts as unknown.
        until: Timestamp,
    },
    /// Done.
    Succeeded {
        /// Tells the report that said so from any other.
        report: String,
    },
    /// Tried and not done.
    Failed {
        /// Tells the report that said so from any other.
        report: String,
        /// `transient`, `validation`, `auth` or `unknown`.
        category: String,
        /// From when on it may be tried again; never, where there is none.
        retry_at: Option<Timestamp>,
    },
    /// It may have happened.
    Unknown {
        /// When it was granted.
        at: Timestamp,
    },
}

/// Where an action is kept, which decides how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shelf {
    /// Granted and not settled: always kept.
    InFlight,
    /// Failed, and to be tried again.
    Retrying,
    /// Nothing more can become of it.
    Finished,
    /// Never granted.
    Waiting,
}

impl Stage {
    pub(crate) const fn shelf(&self) -> Shelf {
        match self {
            Self::Granted { .. } | Self::Unknown { .. } => Shelf::InFlight,
            Self::Failed { retry_at: Some(_), .. } => Shelf::Retrying,
            Self::Succeeded { .. } | Self::Failed { retry_at: None, .. } => Shelf::Finished,
            Self::Waiting { .. } => Shelf::Waiting,
        }
    }

    /// When it was granted, while it is in flight.
    pub(crate) const fn granted_at(&self) -> Option<Timestamp> {
        match self {
            Self::Granted { at, .. } | Self::Unknown { at } => Some(*at),
            Self::Waiting { .. } | Self::Succeeded { .. } | Self::Failed { .. } => None,
        }
    }
}

/// One action that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) agent: String,
    pub(crate) action_type: String,
    /// What it does, as [`fingerprint`] has it.
    pub(crate) content: String,
    pub(crate) stage: Stage,
    /// How often it was granted.
    pub(crate) attempt: u32,
    pub(crate) charge: Charge,
}

impl Record {
    /// The stage at an instant: a grant that nobody reported in time is unknown.
    pub(crate) fn stage_at(&self, now: Timestamp) -> Stage {
        match &self.stage {
            Stage::Granted { at, until } if *until <= now => Stage::Unknown { at: *at },
            stage => stage.clone(),
        }
    }
}

/// The first half of a digest: enough to tell one content from another, in half the space.
pub(crate) fn fingerprint(digest: &str) -> &str {
    digest.get(..32).unwrap_or(digest)
}
