//! A guard's commands and views by name, with untyped arguments: how every host but Rust itself asks.

use super::Guard;
use crate::error::{Error, ErrorCode, Result};
use crate::json::text;
use crate::read::{self, Fields, Place, Shape, field};
use crate::value::Value;

/// Its argument and its options in, its result as JSON text out.
type Command = fn(&mut Guard, &Value, &Value) -> Result<String>;
type View = fn(&Guard, &Value, &Value) -> Result<String>;

/// What changes a guard, and must be carried out again after a restart.
const COMMANDS: &[(&str, Command)] = &[
    ("request", |guard, argument, options| text(&guard.request(argument, options)?)),
    ("report", |guard, argument, options| text(&guard.report(argument, options)?)),
    ("resolve", |guard, argument, options| text(&guard.resolve(argument, options)?)),
    ("observe", |guard, argument, options| text(&guard.observe(argument, options)?)),
    ("lock", |guard, argument, options| text(&guard.lock(argument, options)?)),
    ("unlock", |guard, argument, options| text(&guard.unlock(argument, options)?)),
    ("recordUsage", |guard, argument, options| text(&guard.record_usage(argument, options)?)),
    ("acknowledge", |guard, argument, options| text(&guard.acknowledge(argument, options)?)),
    ("setPolicy", |guard, argument, options| text(&guard.set_policy_document(argument, options)?)),
    ("adoptClock", |guard, argument, options| text(&guard.adopt_clock(argument, options)?)),
];

/// What only looks.
const VIEWS: &[(&str, View)] = &[
    ("usage", |guard, _, options| text(&guard.usage(options)?)),
    ("lockState", |guard, _, _| text(&guard.lock_state())),
    ("approvals", |guard, argument, options| text(&guard.approvals(argument, options)?)),
    ("explain", |guard, argument, options| text(&guard.explain(argument, options)?)),
    ("inFlight", |guard, _, options| text(&guard.in_flight(options)?)),
    ("outbox", |guard, _, _| text(&guard.outbox())),
    ("auditHead", |guard, _, _| text(&guard.audit_head())),
    ("auditSince", |guard, argument, _| {
        const SINCE: Shape = Shape::strict(&[field("seq")]);
        let seq = Fields::of(argument, &Place::ARGUMENT, &SINCE)?.required("seq", read::count)?;
        text(&guard.entries_since(seq.get()))
    }),
    ("policyDigest", |guard, _, _| text(guard.policy().digest())),
    ("snapshot", |guard, _, _| guard.snapshot()),
];

impl Guard {
    /// Carries out a command, or shows a view, by its name in the contract: its argument and its options in, its result as JSON text out.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use agent_interlock::{Guard, Policy, Value};
    /// let mut guard = Guard::new(Arc::new(Policy::from_json(r#"{"customerId": "noor"}"#)?), true)?;
    /// let now = Value::from_json(r#"{"now": "2026-03-20T09:00:00Z"}"#)?;
    /// assert!(guard.call("usage", &Value::Null, &now)?.starts_with(r#"{"date":"2026-03-20","customer":{"messages":0"#));
    /// # Ok::<(), agent_interlock::Error>(())
    /// ```
    pub fn call(&mut self, name: &str, argument: &Value, options: &Value) -> Result<String> {
        match named(COMMANDS, name) {
            Some(command) => command(self, argument, options),
            None => self.view(name, argument, options),
        }
    }

    /// Shows a view by its name in the contract; what is a command is unknown here.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use agent_interlock::{Guard, Policy, Value};
    /// let guard = Guard::new(Arc::new(Policy::from_json(r#"{"customerId": "noor"}"#)?), true)?;
    /// assert_eq!(guard.view("outbox", &Value::Null, &Value::Null)?, "[]");
    /// assert_eq!(guard.view("lock", &Value::Null, &Value::Null).unwrap_err().code().as_str(), "not_found");
    /// # Ok::<(), agent_interlock::Error>(())
    /// ```
    pub fn view(&self, name: &str, argument: &Value, options: &Value) -> Result<String> {
        let unknown = || Error::new(ErrorCode::NotFound, "", format!("a guard has no {}", crate::value::quote(name)));
        named(VIEWS, name).ok_or_else(unknown)?(self, argument, options)
    }
}

fn named<T: Copy>(entries: &[(&str, T)], name: &str) -> Option<T> {
    entries.iter().find(|(known, _)| *known == name).map(|(_, entry)| *entry)
}
