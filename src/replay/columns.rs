//! What became of many lines, by column: a line of a million costs no more than what is told of it.

use serde::Serialize;

use super::{Replay, Replayed, Row};
use crate::error::{Error, ErrorCode, Result};
use crate::guard::{Effect, RuleReason};
use crate::rules::Tier;
use crate::time::Timestamp;

/// So many of a list's last are looked through for one that came before: most actions have reasons of a few kinds, and agents are few; what
/// is told of time, or of a count, comes once.
const LAST_REASONS: usize = 32;
const LAST_NAMES: usize = 256;

/// What became of the lines of a piece of a log, a column for each thing that is told of them.
///
/// ```
/// use agent_interlock::{Policy, Replay};
/// use std::sync::Arc;
/// let mut replay = Replay::new(Arc::new(Policy::from_json(r#"{"customerId": "noor"}"#)?))?;
/// let log = br#"{"at": 0, "id": "a1", "type": "score_deal", "agent": "sales"} {"at": 1}"#;
/// let columns = replay.columns(log, &[[0, 61], [62, 71]])?;
/// assert_eq!((columns.len(), columns.broken.len()), (1, 1));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Columns {
    /// Which of the lines each row is, from 0. A blank line and a broken one have none.
    pub line: Vec<usize>,
    /// When it was, in whole milliseconds since 1970.
    pub at: Vec<i64>,
    /// What it is, as an index into `kinds`.
    pub kind: Vec<usize>,
    /// Whose it is, as an index into `agents`; -1 where it names none.
    pub agent: Vec<i64>,
    /// A request's type, as an index into `types`; -1 for other commands, as in all that follows.
    #[serde(rename = "type")]
    pub action_type: Vec<i64>,
    /// What became of it, as an index into `effects`.
    pub effect: Vec<i64>,
    /// Why, as an index into `reasons`.
    pub reason: Vec<i64>,
    /// The tier of velocity that is reached, 0 for none.
    pub tier: Vec<i64>,
    /// The first instant at which no rule would defer it any more, in whole milliseconds since 1970; -1 where it is not deferred or nobody
    /// can know.
    pub defer_until: Vec<i64>,
    /// 1 where it counted as one more action of its agent's velocity, else 0.
    pub counted: Vec<i64>,
    /// The kinds that there are here.
    pub kinds: Vec<&'static str>,
    /// The agents that are named here. Where there are very many, one may stand twice; so may the others.
    pub agents: Vec<String>,
    /// The types of actions here.
    pub types: Vec<String>,
    /// The effects here.
    pub effects: Vec<Effect>,
    /// The reasons of actions here, each list in the order of the rules.
    pub reasons: Vec<Vec<RuleReason>>,
    /// The lines that could not be carried out. They changed nothing.
    pub broken: Vec<Broken>,
}

/// A line that could not be carried out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Broken {
    /// Which of the lines it is, from 0.
    pub line: usize,
    /// Why.
    pub error: Error,
}

impl Replay {
    /// Runs lines that stand in `bytes`, and tells of them by column. Each of `lines` is where one begins, and where it ends: the first byte
    /// that is not its own any more. A line with an error changes nothing, and the next one follows.
    ///
    /// Errors: `invalid_input` where a line does not lie within the bytes; the lines before it have been carried out then.
    pub fn columns(&mut self, bytes: &[u8], lines: &[[usize; 2]]) -> Result<Columns> {
        let mut columns = Columns::default();
        for (line, [from, to]) in lines.iter().enumerate() {
            let outside = || {
                let message = format!("expected places from 0 to {} in order, got {from} and {to}", bytes.len());
                Error::new(ErrorCode::InvalidInput, format!("lines[{line}]"), message)
            };
            let bytes = bytes.get(*from..*to).ok_or_else(outside)?;
            match super::split::text(bytes).and_then(|text| self.line(text)) {
                Ok(None) => {}
                Ok(Some(done)) => columns.add(line, &done),
                Err(error) if error.code() == ErrorCode::Internal => return Err(error),
                Err(error) => columns.broken.push(Broken { line, error }),
            }
        }
        Ok(columns)
    }
}

impl Columns {
    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.line.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    fn add(&mut self, line: usize, done: &Replayed) {
        self.line.push(line);
        match done {
            Replayed::Request(row) => self.add_request(row),
            Replayed::Other(other) => {
                self.add_any(other.at, other.kind, other.agent.as_deref());
                for column in
                    [&mut self.action_type, &mut self.effect, &mut self.reason, &mut self.tier, &mut self.defer_until]
                {
                    column.push(NONE);
                }
                self.counted.push(0);
            }
        }
    }

    fn add_any(&mut self, at: Timestamp, kind: &'static str, agent: Option<&str>) {
        self.at.push(millis(at));
        self.kind.push(place_of(&mut self.kinds, LAST_NAMES, |known| *known == kind, || kind));
        self.agent.push(agent.map_or(NONE, |agent| named(&mut self.agents, agent)));
    }

    fn add_request(&mut self, row: &Row) {
        self.add_any(row.at, super::Kind::Request.as_str(), Some(&row.agent));
        self.action_type.push(named(&mut self.types, &row.action_type));
        self.effect.push(index(place_of(&mut self.effects, LAST_NAMES, |known| *known == row.effect, || row.effect)));
        let reasons = place_of(&mut self.reasons, LAST_REASONS, |known| *known == row.reasons, || row.reasons.clone());
        self.reason.push(index(reasons));
        self.tier.push(row.escalation.map_or(0, tier));
        self.defer_until.push(row.defer_until.map_or(NONE, millis));
        self.counted.push(row.counted.into());
    }
}

/// What stands where nothing is to be told.
const NONE: i64 = -1;

fn millis(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1000)
}

const fn tier(tier: Tier) -> i64 {
    match tier {
        Tier::Tier1 => 1,
        Tier::Tier2 => 2,
        Tier::Tier3 => 3,
    }
}

fn named(list: &mut Vec<String>, name: &str) -> i64 {
    index(place_of(list, LAST_NAMES, |known| known == name, || name.to_owned()))
}

/// Where something stands among the last of a list; at its end from now on, where it did not.
fn place_of<T>(list: &mut Vec<T>, among: usize, wanted: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> usize {
    let passed_over = list.len().saturating_sub(among);
    if let Some(place) = list.iter().skip(passed_over).position(wanted) {
        return passed_over + place;
    }
    list.push(make());
    list.len() - 1
}

fn index(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
