//! One line of an action log: a command, its instant, and whatever else the log carries.

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
        /// A person decides on what waits for one.
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
        /// A leap of the clock that somebody accepts.
        AdoptClock = "adoptClock",
    }
}

impl Kind {
    /// The fields of the command's argument, and those of its options beside `now`. A log may carry others: they are passed over.
    const fn fields(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Request => (
                &[
                    "id",
                    "type",
                    "agent",
                    "args",
                    "riskFactors",
                    "cost",
                    "riskScore",
                    "impactScore",
                    "access",
                    "needsInterrupt",
                    "group",
                ],
                &["requestedBy", "human"],
            ),
            Self::Report => (&["actionId", "outcome", "usage", "error", "attempt", "by", "comment"], &[]),
            Self::Resolve => (&["approvalId", "actionId", "by", "decision", "comment"], &[]),
            Self::Observe => (&["agent", "metrics", "alerts"], &[]),
            Self::Lock | Self::Unlock => (&["agent", "by", "reason"], &[]),
            Self::Acknowledge => (&["ids"], &[]),
            Self::RecordUsage => (&["agent", "usage"], &[]),
            Self::SetPolicy => (&["policy"], &["by", "reason"]),
            Self::AdoptClock => (&["by", "reason"], &[]),
        }
    }
}

pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) kind: Kind,
    pub(super) argument: Value,
    pub(super) options: Value,
}

impl Line {
    pub(super) fn read(value: Value) -> Result<Self> {
        const HEAD: Shape = Shape { fields: &[field("at"), field("kind")], originals: false, open: true };
        let head = Fields::of(&value, &Place::ARGUMENT, &HEAD)?;
        let at = head.required("at", time::instant)?;
        let kind = head.or("kind", Kind::Request, read::word)?;
        let (arguments, options) = kind.fields();
        let Value::Object(fields) = value else { return Err(Place::ARGUMENT.expected("a plain object", &value)) };
        let (mut argument, mut option) = (Vec::new(), Vec::new());
        for (name, value) in fields {
            if name == "at" {
                option.push(("now".to_owned(), value));
            } else if arguments.contains(&name.as_str()) {
                argument.push((name, value));
            } else if options.contains(&name.as_str()) {
                option.push((name, value));
            }
        }
        Ok(Self { at, kind, argument: Value::Object(argument), options: Value::Object(option) })
    }

    /// The argument of a `resolve` for an approval of this guard's: in a log of another run its id cannot be known.
    pub(super) fn resolving(&self, approval_id: &str) -> Value {
        let Value::Object(fields) = &self.argument else { return Value::Null };
        let others = fields.iter().filter(|(name, _)| name != "actionId" && name != "approvalId");
        let approval = ("approvalId".to_owned(), Value::Text(approval_id.to_owned()));
        Value::Object(others.cloned().chain([approval]).collect())
    }

    /// A text of the argument or of the options.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let fields = [&self.argument, &self.options].into_iter().filter_map(|value| match value {
            Value::Object(fields) => Some(fields),
            _ => None,
        });
        fields.flatten().find_map(|(field, value)| match value {
            Value::Text(text) if field == name => Some(text.as_str()),
            _ => None,
        })
    }
}
