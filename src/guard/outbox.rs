//! What the host is to send or start: kept until it says that it has.

use std::borrow::Cow;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize, Serializer};

/// As many are kept.
pub(crate) const KEPT: usize = 1000;

/// The longest body, in characters.
const MAX_BODY: usize = 200;

/// What kind of thing the host is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObligationKind {
    /// Tell somebody.
    Notify,
    /// Start an executor.
    Route,
    /// Alert whoever answers for the customer.
    Alert,
}

/// Something the host is to send or start, at least once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Obligation {
    /// Unique within the guard's life.
    pub id: String,
    /// What to do.
    pub kind: ObligationKind,
    /// To whom, or which executor; none for an alert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// One line.
    pub title: String,
    /// At most 200 characters, control and direction characters escaped.
    pub body: String,
    /// Where to look.
    pub link: String,
    /// What else there is to know.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub data: serde_json::Value,
}

impl Obligation {
    /// Whether it only tells of what was done.
    fn is_notice(&self) -> bool {
        self.kind == ObligationKind::Notify
    }

    /// As long is it at least in a snapshot.
    fn length(&self) -> usize {
        self.id.len() + self.title.len() + self.body.len() + self.link.len()
    }
}

/// What a rule wants done, before it has a number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) kind: ObligationKind,
    pub(crate) to: Option<String>,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) link: String,
    pub(crate) data: serde_json::Value,
}

impl Draft {
    pub(crate) fn number(self, seq: u64, index: usize) -> Obligation {
        let Self { kind, to, title, body, link, data } = self;
        Obligation { id: format!("o{seq}-{index}"), kind, to, title: escape(&title), body: shorten(&body), link, data }
    }
}

/// What is still to be done, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(from = "VecDeque<Row<'_>>")]
pub(crate) struct Outbox(VecDeque<Obligation>);

/// An obligation in a snapshot, without the names of its fields: id, kind, to, title, body, link and data.
#[derive(Serialize, Deserialize)]
struct Row<'a>(
    Cow<'a, str>,
    ObligationKind,
    Option<Cow<'a, str>>,
    Cow<'a, str>,
    Cow<'a, str>,
    Cow<'a, str>,
    Cow<'a, serde_json::Value>,
);

impl Serialize for Outbox {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|obligation| {
            let Obligation { id, kind, to, title, body, link, data } = obligation;
            let to = to.as_deref().map(Cow::Borrowed);
            Row(id.into(), *kind, to, title.into(), body.into(), link.into(), Cow::Borrowed(data))
        }))
    }
}

impl From<VecDeque<Row<'_>>> for Outbox {
    fn from(rows: VecDeque<Row<'_>>) -> Self {
        let read = |Row(id, kind, to, title, body, link, data): Row<'_>| Obligation {
            id: id.into_owned(),
            kind,
            to: to.map(Cow::into_owned),
            title: title.into_owned(),
            body: body.into_owned(),
            link: link.into_owned(),
            data: data.into_owned(),
        };
        Self(rows.into_iter().map(read).collect())
    }
}

impl Outbox {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Obligation> {
        self.0.iter()
    }

    /// Adds; where there is no more room the oldest notice goes, then the oldest of what is left.
    pub(crate) fn add(&mut self, obligation: Obligation) {
        self.0.push_back(obligation);
        if self.0.len() > KEPT {
            let notice = self.0.iter().position(Obligation::is_notice);
            self.0.remove(notice.unwrap_or(0));
        }
    }

    /// Takes out those that are done; an id that is not there was done before.
    pub(crate) fn acknowledge(&mut self, ids: &[String]) -> usize {
        let before = self.0.len();
        self.0.retain(|obligation| !ids.contains(&obligation.id));
        before - self.0.len()
    }

    /// At least so many bytes of a snapshot are notices of execution, which may go.
    pub(super) fn spare(&self) -> usize {
        self.0.iter().filter(|obligation| obligation.is_notice()).map(Obligation::length).sum()
    }

    /// Forgets the oldest notices of execution until so many bytes are free, or none is left. Gives how many bytes that were, at least.
    pub(super) fn forget(&mut self, bytes: usize) -> usize {
        let mut freed = 0;
        self.0.retain(|obligation| {
            let goes = obligation.is_notice() && freed < bytes;
            freed += if goes { obligation.length() } else { 0 };
            !goes
        });
        freed
    }

    /// Whether these can be the notices of so many commands.
    pub(crate) fn is_sound(&self, commands: u64) -> bool {
        let seq = |id: &str| id.strip_prefix('o')?.split_once('-')?.0.parse::<u64>().ok();
        let numbered = |id: &str| seq(id).is_some_and(|seq| (1..=commands).contains(&seq));
        self.0.len() <= KEPT && self.0.iter().all(|obligation| numbered(&obligation.id))
    }
}

/// At most 200 characters of text that shows as what it is.
fn shorten(text: &str) -> String {
    let escaped = escape(text);
    if escaped.chars().count() <= MAX_BODY {
        return escaped;
    }
    escaped.chars().take(MAX_BODY - 1).chain(['…']).collect()
}

/// Control, line and direction characters as `\u{…}`.
pub(crate) fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if c.is_control() || crate::text::is_invisible(c) {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
        escaped
    })
}
