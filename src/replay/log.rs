//! A log as it comes, in pieces of bytes, under one policy or under two.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Serialize;

use super::compare::{Changes, Turn, under_the_second};
use super::line::Line;
use super::split::Splitter;
use super::{Columns, Replay, Replayed, Summary};
use crate::error::{Error, Result};
use crate::guard::{AuditEntry, AuditHead, Entry, Guard};
use crate::policy::Policy;
use crate::value::Value;

/// Who sets the second policy on a guard that goes on from a snapshot: no agent has such a name.
const SETTER: &str = "the second policy of a replay";

/// After so many lines the entries of the audit are taken over: a guard keeps the last thousand.
const LINES_A_TAKE: usize = 500;

/// A log under a policy, or under two at once, in memory that does not grow with it.
///
/// ```
/// use agent_interlock::{LogReplay, Policy, Replay, Turn};
/// use std::ops::ControlFlow;
/// use std::sync::Arc;
/// let policy = |mode| Policy::from_json(&format!(r#"{{"customerId": "noor", "autonomyMode": "{mode}"}}"#)).map(Arc::new);
/// let mut replay = LogReplay::new(Replay::new(policy("manual")?)?).against(policy("full_autopilot")?)?;
/// let log = r#"{"at": "2026-03-20T09:00:00Z", "id": "a1", "type": "book_meeting", "agent": "sales"}"#;
/// for piece in log.as_bytes().chunks(7) {
///     let _ = replay.feed(piece, &mut |_| ControlFlow::Continue(()));
/// }
/// let _ = replay.end(&mut |_| ControlFlow::Continue(()));
/// let summary = replay.summary();
/// assert_eq!((summary.lines, summary.broken, summary.summary.requests), (1, 0, 1));
/// assert_eq!(summary.against.unwrap().changes.count(Turn::NowAllowed), 1);
/// # Ok::<(), agent_interlock::Error>(())
/// ```
#[derive(Debug)]
pub struct LogReplay {
    first: Replay,
    second: Option<Second>,
    splitter: Splitter,
    broken: u64,
    /// Entries of the first guard's audit that nobody has taken yet; none are kept where nobody asked for them.
    audit: Option<Taken>,
}

/// The same log under another policy.
#[derive(Debug)]
struct Second {
    replay: Replay,
    broken: u64,
    changes: Changes,
}

/// The entries of an audit, and how far they go.
#[derive(Debug)]
struct Taken {
    entries: Vec<Entry>,
    last: u64,
    lines: usize,
}

/// What became of one line.
#[derive(Debug)]
#[non_exhaustive]
pub struct LineDone<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Its text, where it came as text.
    pub text: Option<&'a str>,
    /// What it was, or what is wrong with it; none where it is blank.
    pub first: Result<Option<Replayed>>,
    /// The same under the second policy, where there is one and the line could be read.
    pub second: Option<Result<Replayed>>,
    /// What the second policy changes about it.
    pub turn: Option<Turn>,
}

impl LineDone<'_> {
    /// What is wrong with it, under whichever policy.
    pub fn error(&self) -> Option<Error> {
        match (&self.first, &self.second) {
            (Err(error), _) => Some(error.clone()),
            (_, Some(Err(error))) => Some(under_the_second(error)),
            _ => None,
        }
    }
}

/// What a log came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogSummary<'a> {
    /// What it came to under the policy.
    #[serde(flatten)]
    pub summary: &'a Summary,
    /// Lines that were read, blank ones too.
    pub lines: u64,
    /// Lines that could not be carried out.
    pub broken: u64,
    /// Where the audit ends, where one is kept.
    pub audit_head: Option<AuditHead>,
    /// The digest of the policy by which the last line was decided.
    pub policy_digest: &'a str,
    /// The same under the second policy, and what changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against<'a>>,
}

/// What a log came to under the second policy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Against<'a> {
    /// What it came to.
    pub summary: &'a Summary,
    /// Lines that could not be carried out.
    pub broken: u64,
    /// The digest of the policy by which the last line was decided.
    pub policy_digest: &'a str,
    /// What changed from the first policy to the second.
    pub changes: &'a Changes,
}

impl LogReplay {
    /// A log of which nothing has come yet.
    pub fn new(replay: Replay) -> Self {
        Self { first: replay, second: None, splitter: Splitter::default(), broken: 0, audit: None }
    }

    /// Runs the log under another policy as well. A guard that goes on from a snapshot goes on from the same one there, and the other policy
    /// is set on it.
    ///
    /// Errors: as those of [`Guard::set_policy`].
    pub fn against(mut self, policy: Arc<Policy>) -> Result<Self> {
        let guard = other_guard(&self.first.guard, policy)?;
        self.second = Some(Second { replay: Replay::of(guard)?, broken: 0, changes: Changes::default() });
        Ok(self)
    }

    /// Keeps the entries of the audit for [`LogReplay::take_audit`].
    #[must_use]
    pub fn with_audit(mut self) -> Self {
        let last = self.first.guard.audit_head().seq;
        self.audit = Some(Taken { entries: Vec::new(), last, lines: 0 });
        self
    }

    /// The entries of the audit since the last time, the oldest first.
    pub fn take_audit(&mut self) -> Vec<AuditEntry> {
        self.take_entries().iter().map(AuditEntry::from).collect()
    }

    /// The same as they are kept.
    pub(crate) fn take_entries(&mut self) -> Vec<Entry> {
        self.keep_audit();
        self.audit.as_mut().map(|taken| std::mem::take(&mut taken.entries)).unwrap_or_default()
    }

    /// The next piece of the log. Each line that ends in it is carried out and shown to `done`, until that breaks.
    pub fn feed(&mut self, mut bytes: &[u8], done: &mut Done<'_>) -> ControlFlow<()> {
        while !bytes.is_empty() {
            let mut splitter = std::mem::take(&mut self.splitter);
            let flow = splitter.next(&mut bytes, |number, line| self.text(number, line, done));
            self.splitter = splitter;
            if let Some(ControlFlow::Break(())) = flow {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// The end of the log: of a last line that nothing ended.
    pub fn end(&mut self, done: &mut Done<'_>) -> ControlFlow<()> {
        let mut splitter = std::mem::take(&mut self.splitter);
        let flow = splitter.end(|number, line| self.text(number, line, done));
        self.splitter = splitter;
        flow.unwrap_or(ControlFlow::Continue(()))
    }

    /// A line that is no text: a command as a value. A line whose end has not come yet ends before it.
    pub fn command(&mut self, value: Value, done: &mut Done<'_>) -> ControlFlow<()> {
        self.end(done)?;
        let number = self.splitter.count();
        self.run(number, None, Line::read(value).map(Some), done)
    }

    /// The log under the policy, or under the first of two.
    pub const fn first(&self) -> &Replay {
        &self.first
    }

    /// One line of text, apart from the pieces.
    pub fn line(&mut self, text: &str) -> Result<Option<Replayed>> {
        self.first.line(text)
    }

    /// Lines apart from the pieces, by column.
    pub fn columns(&mut self, bytes: &[u8], lines: &[[usize; 2]]) -> Result<Columns> {
        self.first.columns(bytes, lines)
    }

    /// What the lines so far came to.
    pub fn summary(&self) -> LogSummary<'_> {
        let guard = &self.first.guard;
        LogSummary {
            summary: &self.first.summary,
            lines: self.splitter.number(),
            broken: self.broken,
            audit_head: guard.is_audited().then(|| guard.audit_head()),
            policy_digest: guard.policy().digest(),
            against: self.second.as_ref().map(Second::summary),
        }
    }

    fn text(&mut self, number: u64, line: Result<&str>, done: &mut Done<'_>) -> ControlFlow<()> {
        let read = |text: &str| match text.trim() {
            "" => Ok(None),
            text => Line::read(Value::from_json(text)?).map(Some),
        };
        match line {
            Ok(text) => self.run(number, Some(text), read(text), done),
            Err(error) => self.run(number, None, Err(error), done),
        }
    }

    fn run(
        &mut self,
        number: u64,
        text: Option<&str>,
        line: Result<Option<Line>>,
        done: &mut Done<'_>,
    ) -> ControlFlow<()> {
        let line = match line {
            Ok(Some(line)) => line,
            // What cannot be read cannot be under the second policy either.
            nothing => {
                let broken = u64::from(nothing.is_err());
                self.broken += broken;
                self.second.iter_mut().for_each(|second| second.broken += broken);
                return done(LineDone { number, text, first: nothing.map(|_| None), second: None, turn: None });
            }
        };
        let first = self.first.carry_out(&line);
        self.broken += u64::from(first.is_err());
        let (second, turn) = match &mut self.second {
            Some(second) => {
                let (other, turn) = second.carry_out(number, &line, &first);
                (Some(other), turn)
            }
            None => (None, None),
        };
        self.count_audit();
        done(LineDone { number, text, first: first.map(Some), second, turn })
    }

    fn count_audit(&mut self) {
        if let Some(taken) = &mut self.audit {
            taken.lines += 1;
            if taken.lines >= LINES_A_TAKE {
                self.keep_audit();
            }
        }
    }

    fn keep_audit(&mut self) {
        if let Some(taken) = &mut self.audit {
            taken.entries.extend(self.first.guard.entries_since(taken.last));
            taken.last = self.first.guard.audit_head().seq;
            taken.lines = 0;
        }
    }
}

/// What is told of each line; it breaks where no further one is to be carried out.
type Done<'a> = dyn FnMut(LineDone<'_>) -> ControlFlow<()> + 'a;

impl Second {
    fn carry_out(&mut self, number: u64, line: &Line, first: &Result<Replayed>) -> (Result<Replayed>, Option<Turn>) {
        let done = self.replay.carry_out(line);
        self.broken += u64::from(done.is_err());
        let turn = self.changes.add(number, first, &done);
        (done, turn)
    }

    fn summary(&self) -> Against<'_> {
        Against {
            summary: &self.replay.summary,
            broken: self.broken,
            policy_digest: self.replay.guard.policy().digest(),
            changes: &self.changes,
        }
    }
}

/// A guard in the same state under another policy.
fn other_guard(guard: &Guard, policy: Arc<Policy>) -> Result<Guard> {
    if guard.audit_head().seq == 0 {
        return Guard::new(policy, false);
    }
    let text = |text: &str| Value::Text(text.to_owned());
    let object =
        |fields: [(&str, Value); 2]| Value::Object(fields.map(|(name, value)| (name.to_owned(), value)).into());
    let by = object([("id", text(SETTER)), ("role", text("platform_admin"))]);
    let Value::Object(mut order) = object([("by", by), ("reason", text(SETTER))]) else {
        return Guard::new(policy, false);
    };
    // Of long ago: a guard takes that for its own last instant.
    order.push(("now".to_owned(), Value::Number(0.0)));
    let mut other = guard.clone();
    other.set_policy(policy, &Value::Object(order))?;
    Ok(other)
}
