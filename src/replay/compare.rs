//! The same log under two policies: what changed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::{Replayed, Row};
use crate::error::{Error, Result};
use crate::guard::{Effect, RuleReason};
use crate::time::Timestamp;

/// The most changed actions that are listed.
const MAX_LISTED: usize = 1000;

/// As much of a reason's text is listed, in characters: it may quote what the log says at any length.
const MAX_TEXT: usize = 200;

/// What becomes of an action under one policy: one of the effects, or an error, after which it does not run either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Effect(Effect),
    Error,
}

impl Outcome {
    const COUNT: usize = Effect::ALL.len() + 1;

    /// From the mildest, 0, to the strictest.
    fn strictness(self) -> u8 {
        let effects = (0..).zip(Effect::ALL);
        match self {
            Self::Effect(effect) => effects.into_iter().find(|(_, known)| **known == effect).map_or(0, |(at, _)| at),
            Self::Error => 6,
        }
    }

    fn is_allowed(self) -> bool {
        matches!(self, Self::Effect(effect) if effect.is_allowed())
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Effect(effect) => effect.as_str(),
            Self::Error => "error",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One action that came out otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Change {
    /// The line of the log, from 1.
    pub line: u64,
    /// When it was asked.
    pub at: Timestamp,
    /// The action's id.
    pub action_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub action_type: String,
    /// Who asked.
    pub agent: String,
    /// What the change is.
    pub turn: Turn,
    /// What became of it under the first policy.
    pub before: Side,
    /// What became of it under the second.
    pub after: Side,
}

/// What became of an action under one of the policies.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Side {
    /// The effect, or `error` where the action was refused as bad input.
    pub effect: &'static str,
    /// The rule that decided.
    pub rule: Option<&'static str>,
    /// The code of the reason, or of the error.
    pub code: Option<&'static str>,
    /// The text of the reason, or of the error: at most 200 characters of it.
    pub reason: Option<String>,
    /// The reason with all that it speaks of; none where its text is longer.
    pub because: Option<RuleReason>,
    /// Until when it waits.
    pub defer_until: Option<Timestamp>,
}

/// What kind of change: the order in which changes are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Turn {
    /// The second policy lets it run, the first did not.
    NowAllowed,
    /// The first let it run, the second does not.
    NowRefused,
    /// Neither, or both, let it run; the second is milder.
    Milder,
    /// Neither, or both, let it run; the second is stricter.
    Stricter,
    /// The same effect for another reason, or until another time.
    OtherReason,
}

impl Turn {
    const COUNT: usize = 5;
}

/// What one rule had to do with what changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleChanges {
    /// Actions that it held under the first policy, and of which the second thinks more mildly.
    pub milder: u64,
    /// Actions that it holds under the second policy, and of which the first thought more mildly.
    pub stricter: u64,
}

/// Where a change is listed: by its kind, then by how far it goes, then as in the log.
type Rank = (Turn, u8, u64);

/// What changed from the first policy to the second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    turns: [u64; Turn::COUNT],
    outcomes: [[u64; Outcome::COUNT]; Outcome::COUNT],
    rules: BTreeMap<&'static str, RuleChanges>,
    listed: BTreeMap<Rank, Change>,
}

impl Changes {
    /// How many changes there were of a kind.
    pub fn count(&self, turn: Turn) -> u64 {
        self.turns.get(turn as usize).copied().unwrap_or_default()
    }

    /// How many actions came out otherwise, in effect or in reason.
    pub fn total(&self) -> u64 {
        self.turns.iter().sum()
    }

    /// By rule, what it had to do with what changed.
    pub const fn by_rule(&self) -> &BTreeMap<&'static str, RuleChanges> {
        &self.rules
    }

    /// The changes: first what the second policy allows and the first did not, then what it refuses and the first did not, then the
    /// milder, the stricter, and those of reason alone; of one kind what goes furthest first, and then as in the log. At most 1,000.
    pub fn list(&self) -> impl Iterator<Item = &Change> {
        self.listed.values()
    }

    /// Takes a line into account. Gives what changed, where something did.
    pub(super) fn add(&mut self, line: u64, before: &Result<Replayed>, after: &Result<Replayed>) -> Option<Turn> {
        let row = row_of(before).or_else(|| row_of(after))?;
        let (from, to) = (outcome(before), outcome(after));
        let turn = turn(from, to).or_else(|| other_reason(before, after))?;
        count(self.turns.get_mut(turn as usize));
        if from != to {
            let row = self.outcomes.get_mut(usize::from(from.strictness()));
            count(row.and_then(|row| row.get_mut(usize::from(to.strictness()))));
            self.add_rule(before, after, from > to);
        }
        let rank = (turn, 6 - from.strictness().abs_diff(to.strictness()), line);
        let is_room = self.listed.len() < MAX_LISTED;
        if is_room || self.listed.last_key_value().is_some_and(|(last, _)| rank < *last) {
            self.listed.insert(rank, change(line, row, turn, side(before), side(after)));
            if !is_room {
                self.listed.pop_last();
            }
        }
        Some(turn)
    }

    /// The rule that held the action where it was held more strictly.
    fn add_rule(&mut self, before: &Result<Replayed>, after: &Result<Replayed>, milder: bool) {
        let strict = if milder { before } else { after };
        let Some(rule) = row_of(strict).and_then(Row::rule) else { return };
        let changes = self.rules.entry(rule).or_default();
        if milder {
            changes.milder += 1;
        } else {
            changes.stricter += 1;
        }
    }
}

fn count(place: Option<&mut u64>) {
    if let Some(place) = place {
        *place += 1;
    }
}

fn row_of(done: &Result<Replayed>) -> Option<&Row> {
    match done {
        Ok(Replayed::Request(row)) => Some(row),
        _ => None,
    }
}

/// What became of a request; what has no row did not come to a decision.
fn outcome(done: &Result<Replayed>) -> Outcome {
    row_of(done).map_or(Outcome::Error, |row| Outcome::Effect(row.effect))
}

fn turn(from: Outcome, to: Outcome) -> Option<Turn> {
    match (from.is_allowed(), to.is_allowed()) {
        _ if from == to => None,
        (false, true) => Some(Turn::NowAllowed),
        (true, false) => Some(Turn::NowRefused),
        _ if to < from => Some(Turn::Milder),
        _ => Some(Turn::Stricter),
    }
}

fn other_reason(before: &Result<Replayed>, after: &Result<Replayed>) -> Option<Turn> {
    let (before, after) = (row_of(before)?, row_of(after)?);
    let differ = before.reason != after.reason || before.defer_until != after.defer_until;
    differ.then_some(Turn::OtherReason)
}

fn change(line: u64, row: &Row, turn: Turn, before: Side, after: Side) -> Change {
    Change {
        line,
        at: row.at,
        action_id: row.action_id.clone(),
        action_type: row.action_type.clone(),
        agent: row.agent.clone(),
        turn,
        before,
        after,
    }
}

fn side(done: &Result<Replayed>) -> Side {
    match (row_of(done), done) {
        (Some(row), _) => Side {
            effect: row.effect.as_str(),
            rule: row.rule(),
            code: row.code,
            reason: row.reason.as_deref().map(clipped),
            because: row.because().filter(|_| row.reason.as_deref().is_some_and(is_short)).cloned(),
            defer_until: row.defer_until,
        },
        (None, Err(error)) => refused(error.code().as_str(), Some(clipped(&error.to_string()))),
        (None, Ok(_)) => refused("internal", None),
    }
}

fn refused(code: &'static str, reason: Option<String>) -> Side {
    Side { effect: Outcome::Error.as_str(), rule: None, code: Some(code), reason, because: None, defer_until: None }
}

fn is_short(text: &str) -> bool {
    text.chars().nth(MAX_TEXT).is_none()
}

fn clipped(text: &str) -> String {
    if is_short(text) { text.to_owned() } else { text.chars().take(MAX_TEXT - 1).chain(['…']).collect() }
}

/// How many actions went from one effect to another.
#[derive(Serialize)]
struct Count {
    before: &'static str,
    after: &'static str,
    count: u64,
}

/// The counts of what went from one effect to another, the strictest `before` first, and for each the mildest `after`.
struct Counts<'a>(&'a Changes);

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let outcomes = || Effect::ALL.iter().copied().map(Outcome::Effect).chain([Outcome::Error]);
        let mut list = serializer.serialize_seq(None)?;
        for (before, row) in outcomes().zip(&self.0.outcomes).collect::<Vec<_>>().into_iter().rev() {
            for (after, count) in outcomes().zip(row).filter(|(_, count)| **count > 0) {
                list.serialize_element(&Count { before: before.as_str(), after: after.as_str(), count: *count })?;
            }
        }
        list.end()
    }
}

struct Listed<'a>(&'a Changes);

impl Serialize for Listed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.list())
    }
}

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shown<'a> {
            total: u64,
            now_allowed: u64,
            now_refused: u64,
            milder: u64,
            stricter: u64,
            other_reason: u64,
            by_effect: Counts<'a>,
            by_rule: &'a BTreeMap<&'static str, RuleChanges>,
            list: Listed<'a>,
            unlisted: u64,
        }
        Shown {
            total: self.total(),
            now_allowed: self.count(Turn::NowAllowed),
            now_refused: self.count(Turn::NowRefused),
            milder: self.count(Turn::Milder),
            stricter: self.count(Turn::Stricter),
            other_reason: self.count(Turn::OtherReason),
            by_effect: Counts(self),
            by_rule: &self.rules,
            list: Listed(self),
            unlisted: self.total() - self.listed.len() as u64,
        }
        .serialize(serializer)
    }
}

/// Why the second policy could not carry out a line.
pub(super) fn under_the_second(error: &Error) -> Error {
    Error::new(error.code(), error.path(), format!("under the second policy: {}", error.message()))
}
