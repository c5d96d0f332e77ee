//! The life of an action: what is remembered of it from its first request on.

use std::sync::Arc;

use crate::money::Spending;
use crate::number::Count;
use crate::recovery::ErrorCategory;
use crate::time::Timestamp;

/// A failed action is tried again at most as often.
pub(crate) const MAX_RETRIES: u8 = 3;

/// What was charged for an action on the open day of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Charge {
    /// All of it: what earlier attempts used, and what the last one reserved or used.
    pub(crate) spending: Spending,
    /// What failed attempts of that day are known to have used: the usage of a later one comes on top.
    pub(crate) earlier: Spending,
}

impl Charge {
    /// What is still reserved for an attempt whose usage nobody has told.
    pub(crate) fn reserved(self) -> Spending {
        self.spending.less(self.earlier)
    }

    /// The charge with so much reserved for the next attempt, or more where more is still reserved.
    pub(crate) fn reserving(self, cost: Spending) -> Self {
        Self { spending: self.earlier.plus(cost.max(self.reserved())), ..self }
    }
}

/// What an action does: the first half of its digest, enough to tell one content from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint(pub(super) u128);

impl Fingerprint {
    /// As many bits it has.
    pub(super) const BITS: u32 = 128;

    /// Of a digest in hexadecimal.
    pub(crate) fn of(digest: &str) -> Self {
        Self(digest.get(..32).and_then(|half| u128::from_str_radix(half, 16).ok()).unwrap_or_default())
    }
}

/// What tells one report about an attempt from another: part of a digest over what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark(pub(super) u64);

impl Mark {
    /// As many bits it has.
    pub(super) const BITS: u32 = 48;

    /// Of a number of so many bits.
    pub(super) fn from_bits(bits: u128) -> Self {
        Self(u64::try_from(bits).unwrap_or_default())
    }

    /// Of a digest in hexadecimal.
    pub(crate) fn of(digest: &str) -> Self {
        Self(digest.get(..12).and_then(|part| u64::from_str_radix(part, 16).ok()).unwrap_or_default())
    }
}

/// What became of an action when it was last heard of. Each state carries what only it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Asked, and not allowed so far.
    Waiting {
        /// When it is granted, it is counted as an action of that moment: time once held it, or a lock when it was first seen, or it was not
        /// counted then.
        owed: bool,
    },
    /// Allowed; nobody has said what became of it.
    Granted {
        /// When.
        at: Timestamp,
        /// So many minutes later it counts as unknown; at least one.
        timeout: Count,
    },
    /// Done.
    Succeeded {
        /// The report that said so.
        report: Mark,
    },
    /// Tried and not done.
    Failed {
        /// The report that said so.
        report: Mark,
        category: ErrorCategory,
        /// From when on it may be tried again; never, where there is none.
        retry_at: Option<Timestamp>,
    },
    /// It may have happened.
    Unknown {
        /// When it was granted.
        at: Timestamp,
    },
    /// A person said no.
    Rejected,
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
    pub(crate) const fn shelf(self) -> Shelf {
        match self {
            Self::Granted { .. } | Self::Unknown { .. } => Shelf::InFlight,
            Self::Failed { retry_at: Some(_), .. } => Shelf::Retrying,
            Self::Succeeded { .. } | Self::Failed { retry_at: None, .. } | Self::Rejected => Shelf::Finished,
            Self::Waiting { .. } => Shelf::Waiting,
        }
    }

    /// When it was granted, while it is in flight.
    pub(crate) const fn granted_at(self) -> Option<Timestamp> {
        match self {
            Self::Granted { at, .. } | Self::Unknown { at } => Some(at),
            Self::Waiting { .. } | Self::Succeeded { .. } | Self::Failed { .. } | Self::Rejected => None,
        }
    }

    /// What it is at an instant: a grant that nobody reported in time is unknown.
    pub(crate) fn at(self, now: Timestamp) -> Self {
        match self {
            Self::Granted { at, timeout } if minutes_after(at, timeout) <= now => Self::Unknown { at },
            stage => stage,
        }
    }
}

/// One action that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) agent: Arc<str>,
    pub(crate) action_type: Arc<str>,
    pub(crate) content: Fingerprint,
    pub(crate) stage: Stage,
    /// Whether it was asked for as a write, while anything can become of it: its type may only read, and it said otherwise.
    pub(crate) write: bool,
    /// How often it was granted.
    pub(crate) attempt: u32,
    /// None where it was last granted on a day that is over: nothing can change what that day came to.
    pub(crate) charge: Option<Charge>,
}

impl Record {
    /// A failure that will not be tried again after all.
    pub(super) fn give_up(&mut self) {
        if let Stage::Failed { retry_at, .. } = &mut self.stage {
            (*retry_at, self.charge) = (None, None);
        }
    }
}

/// An instant so many minutes later, at most the last there is.
pub(super) fn minutes_after(now: Timestamp, minutes: Count) -> Timestamp {
    let micros = i64::try_from(minutes.get()).unwrap_or(i64::MAX).saturating_mul(60_000_000);
    now.saturating_add_micros(micros)
}
