//! One line of an action log.

use super::Other;
use crate::action::{ACTION_FIELDS, Action};
use crate::error::Result;
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::time::{self, Timestamp};
use crate::value::Value;

words! {
    /// What a line is.
    Kind {
        /// An agent asks.
        Request = "request",
        /// What became of a granted action.
        Report = "report",
        /// A person approves or rejects.
        Resolve = "resolve",
        /// An agent's metrics.
        Observe = "observe",
        /// A person locks.
        Lock = "lock",
        /// A person unlocks.
        Unlock = "unlock",
        /// The host has sent what it was asked to.
        Acknowledge = "acknowledge",
        /// Spending from elsewhere.
        RecordUsage = "recordUsage",
        /// Another policy.
        SetPolicy = "setPolicy",
    }
}

pub(super) enum Line {
    Request { at: Timestamp, human: bool, action: Box<Action> },
    Other(Other),
}

impl Line {
    pub(super) fn read(value: &Value, currency: &str) -> Result<Self> {
        // A log may carry more than the engine asks of it.
        const HEAD: Shape =
            Shape { fields: &[field("at"), field("kind"), field("human")], originals: false, open: true };
        const REQUEST: Shape = Shape { fields: ACTION_FIELDS, originals: false, open: true };
        let head = Fields::of(value, &Place::ARGUMENT, &HEAD)?;
        let at = head.required("at", time::instant)?;
        match head.or("kind", Kind::Request, read::word)? {
            Kind::Request => {
                let action = Action::read(&Fields::of(value, &Place::ARGUMENT, &REQUEST)?, currency)?;
                Ok(Self::Request { at, human: head.or("human", false, read::boolean)?, action: Box::new(action) })
            }
            other => Ok(Self::Other(Other { at, kind: other.as_str() })),
        }
    }
}
