//! What the host is to send or start: kept until it says that it has.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::wire::{Row, Wire, read_json, text_length};
use crate::error::Result;
use crate::read::{self, Place, words};
use crate::value::Value;

/// As many are kept.
pub(crate) const KEPT: usize = 1000;

/// The longest body, in characters.
const MAX_BODY: usize = 200;

words! {
    /// What kind of thing the host is to do.
    ObligationKind {
        /// Tell somebody.
        Notify = "notify",
        /// Start an executor.
        Route = "route",
        /// Alert whoever answers for the customer.
        Alert = "alert",
    }
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
    #[serde(skip_serializing_if = "is_null")]
    pub data: Value,
    #[serde(skip)]
    pub(crate) weight: Weight,
}

fn is_null(data: &Value) -> bool {
    *data == Value::Null
}

/// How long an obligation is kept where there is no more room: the later ones longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// It only tells of what was done.
    Notice,
    /// Somebody should act, or should know.
    Signal,
    /// A question: an action waits for its answer.
    Question,
}

impl Obligation {
    fn is_notice(&self) -> bool {
        self.weight == Weight::Notice
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
    pub(crate) data: Value,
    pub(crate) weight: Weight,
}

impl Draft {
    pub(crate) fn number(self, seq: u64, index: usize) -> Obligation {
        let Self { kind, to, title, body, link, data, weight } = self;
        let (id, title, body) = (format!("o{seq}-{index}"), escape(&title), shorten(&body));
        Obligation { id, kind, to, title, body, link, data, weight }
    }
}

/// What is still to be done, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<Obligation>,
    /// As many bytes do all of them take in a snapshot, and the notices of execution.
    length: usize,
    notices: usize,
}

impl Outbox {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Obligation> {
        self.waiting.iter()
    }

    /// Adds; where there is no more room the oldest of what weighs least goes.
    pub(crate) fn add(&mut self, obligation: Obligation) {
        self.count(&obligation, usize::saturating_add);
        self.waiting.push_back(obligation);
        if self.waiting.len() > KEPT {
            // There is nothing lighter than a notice, and the oldest one mostly stands in front.
            let oldest_notice = || self.waiting.iter().position(Obligation::is_notice);
            let weights = || self.waiting.iter().map(|obligation| obligation.weight).enumerate();
            let lightest = || weights().min_by_key(|(index, weight)| (*weight, *index)).map(|(index, _)| index);
            self.remove(oldest_notice().or_else(lightest).unwrap_or_default());
        }
    }

    /// Takes out those that are done; an id that is not there was done before.
    pub(crate) fn acknowledge(&mut self, ids: &[String]) -> usize {
        let ids = crate::collect::set(ids.iter().map(String::as_str));
        self.keep(|obligation| !ids.contains(obligation.id.as_str()))
    }

    /// As many bytes of a snapshot are notices of execution, which may go.
    pub(super) const fn spare(&self) -> usize {
        self.notices
    }

    /// Forgets the oldest of one weight until so many bytes are free or none is left. Gives how many were.
    pub(super) fn forget(&mut self, bytes: usize, weight: Weight) -> usize {
        // A guard that is full asks at every command, and mostly there is nothing that may go.
        if bytes == 0 || (weight == Weight::Notice && self.notices == 0) {
            return 0;
        }
        let (before, target) = (self.length, self.length.saturating_sub(bytes));
        let mut left = before;
        self.keep(|obligation| {
            let goes = left > target && obligation.weight == weight;
            left -= if goes { obligation.length() } else { 0 };
            !goes
        });
        before - self.length
    }

    fn keep(&mut self, mut keep: impl FnMut(&Obligation) -> bool) -> usize {
        let before = self.waiting.len();
        let (mut gone, mut notices) = (0, 0);
        self.waiting.retain(|obligation| {
            let stays = keep(obligation);
            if !stays {
                gone += obligation.length();
                notices += if obligation.is_notice() { obligation.length() } else { 0 };
            }
            stays
        });
        self.length -= gone;
        self.notices -= notices;
        before - self.waiting.len()
    }

    fn remove(&mut self, index: usize) {
        if let Some(obligation) = self.waiting.remove(index) {
            self.count(&obligation, usize::saturating_sub);
        }
    }

    fn count(&mut self, obligation: &Obligation, change: fn(usize, usize) -> usize) {
        let length = obligation.length();
        self.length = change(self.length, length);
        if obligation.is_notice() {
            self.notices = change(self.notices, length);
        }
    }

    pub(super) const fn length(&self) -> usize {
        self.length
    }

    pub(super) fn write(&self) -> Json {
        self.waiting.iter().map(Wire::write).collect()
    }

    /// Reads them back: notices of so many commands.
    pub(super) fn read(value: &Value, place: &Place<'_>, commands: u64) -> Result<Self> {
        let mut outbox = Self::default();
        for (index, value) in read::list(value, place, KEPT)?.iter().enumerate() {
            let place = place.index(index);
            let obligation = Obligation::read(value, &place)?;
            let seq = obligation.id.strip_prefix('o').and_then(|id| id.split_once('-')?.0.parse::<u64>().ok());
            if seq.is_none_or(|seq| !(1..=commands).contains(&seq)) {
                return Err(place.error("a notice of a command that was none"));
            }
            outbox.add(obligation);
        }
        Ok(outbox)
    }
}

/// Id, kind, to whom, title, body, link, data and weight, without the names of these fields. The data stand in it as text: they may be
/// nested as deep as any argument, and all of a snapshot no deeper.
impl Wire for Obligation {
    fn write(&self) -> Json {
        let Self { id, kind, to, title, body, link, data, weight } = self;
        let data = if is_null(data) { None } else { crate::json::text(data).ok() };
        json!([id, kind, to, title, body, link, data, *weight as u8])
    }

    fn length(&self) -> usize {
        const FIXED: usize = "[,\"\",,,,,,0],".len();
        let texts = [&self.id, &self.title, &self.body, &self.link].map(|text| text_length(text));
        let to = self.to.as_ref().map_or("null".len(), |to| text_length(to));
        let data = || crate::json::text(&self.data).map_or("null".len(), |text| text_length(&text));
        let data = if is_null(&self.data) { "null".len() } else { data() };
        FIXED + self.kind.as_str().len() + texts.iter().sum::<usize>() + to + data
    }

    fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let mut row = Row::of(value, place, 8)?;
        let text = |value: &Value, place: &Place<'_>| read::text(value, place).map(str::to_owned);
        let obligation = Self {
            id: row.take(text)?,
            kind: row.take(read::word)?,
            to: row.take(|value, place| if *value == Value::Null { Ok(None) } else { text(value, place).map(Some) })?,
            title: row.take(text)?,
            body: row.take(text)?,
            link: row.take(text)?,
            data: row
                .take(|value, place| if *value == Value::Null { Ok(Value::Null) } else { read_json(value, place) })?,
            weight: row.take(|value, place| match read::within(value, place, 0, 2)? {
                0 => Ok(Weight::Notice),
                1 => Ok(Weight::Signal),
                _ => Ok(Weight::Question),
            })?,
        };
        row.end().map(|()| obligation)
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

/// Where an agent's doings are shown.
pub(crate) fn activity_log(agent: &str) -> String {
    page(agent, "#activityLog")
}

/// Where what waits for a person is shown.
pub(crate) fn approvals(agent: &str) -> String {
    page(agent, "#approvals")
}

/// An agent's page. Its id is a step of the path, whatever characters it has.
fn page(agent: &str, part: &str) -> String {
    let mut link = String::from("/agents/");
    for c in agent.chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | ':' | '@') {
            link.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase();
                link.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    link + part
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn obligation(number: usize, kind: ObligationKind) -> Obligation {
        let (title, body, link) = ("t".into(), "b".into(), "l".into());
        let weight = if kind == ObligationKind::Notify { Weight::Notice } else { Weight::Signal };
        Obligation { id: format!("o{number}-0"), kind, to: None, title, body, link, data: Value::Null, weight }
    }

    fn ids(outbox: &Outbox) -> Vec<&str> {
        outbox.iter().map(|obligation| obligation.id.as_str()).collect()
    }

    #[test]
    fn notices_of_execution_leave_a_full_outbox_first() {
        let mut outbox = Outbox::default();
        outbox.add(obligation(1, ObligationKind::Alert));
        for number in 2..=KEPT {
            outbox.add(obligation(number, ObligationKind::Notify));
        }
        assert_eq!((outbox.waiting.len(), &ids(&outbox)[..2]), (1000, &["o1-0", "o2-0"][..]));
        outbox.add(obligation(1001, ObligationKind::Route));
        assert_eq!((outbox.waiting.len(), &ids(&outbox)[..2]), (1000, &["o1-0", "o3-0"][..]));
        for number in 1002..2000 {
            outbox.add(obligation(number, ObligationKind::Alert));
        }
        assert_eq!((outbox.waiting.len(), outbox.spare(), ids(&outbox)[0]), (1000, 0, "o1-0"));
        outbox.add(obligation(2000, ObligationKind::Notify));
        assert_eq!((outbox.waiting.len(), ids(&outbox)[0], ids(&outbox)[999]), (1000, "o1-0", "o1999-0"));
        outbox.add(obligation(2001, ObligationKind::Alert));
        assert_eq!((outbox.waiting.len(), ids(&outbox)[0], ids(&outbox)[999]), (1000, "o1001-0", "o2001-0"));
    }

    #[test]
    fn questions_leave_a_full_outbox_last() {
        let question = |number| Obligation { weight: Weight::Question, ..obligation(number, ObligationKind::Notify) };
        let mut outbox = Outbox::default();
        for number in 1..KEPT {
            outbox.add(question(number));
        }
        outbox.add(obligation(KEPT, ObligationKind::Alert));
        outbox.add(question(KEPT + 1));
        assert_eq!((outbox.waiting.len(), ids(&outbox)[0], ids(&outbox)[999]), (1000, "o1-0", "o1001-0"));
        outbox.add(question(KEPT + 2));
        assert_eq!((outbox.waiting.len(), ids(&outbox)[0], outbox.spare()), (1000, "o2-0", 0));
        assert_eq!(outbox.forget(1, Weight::Notice) + outbox.forget(1, Weight::Signal), 0);
        assert!(outbox.forget(1, Weight::Question) > 0);
        assert_eq!(ids(&outbox)[0], "o3-0");
    }

    #[test]
    fn as_little_is_forgotten_as_is_asked_for() {
        let kinds = [ObligationKind::Alert, ObligationKind::Notify, ObligationKind::Route, ObligationKind::Notify];
        let mut outbox = Outbox::default();
        for (number, kind) in kinds.into_iter().enumerate() {
            outbox.add(obligation(number + 1, kind));
        }
        assert_eq!(outbox.forget(0, Weight::Notice), 0);
        let freed = outbox.forget(1, Weight::Notice);
        assert_eq!(
            (freed, ids(&outbox)),
            (obligation(2, ObligationKind::Notify).length(), vec!["o1-0", "o3-0", "o4-0"])
        );
        assert_eq!((outbox.forget(freed + 1, Weight::Notice), ids(&outbox)), (freed, vec!["o1-0", "o3-0"]));
        assert_eq!(outbox.forget(1, Weight::Notice), 0);
        let alert = obligation(1, ObligationKind::Alert).length();
        assert_eq!(outbox.forget(alert, Weight::Signal), alert);
        assert_eq!(ids(&outbox), ["o3-0"]);
    }

    #[test]
    fn an_agents_id_is_one_step_of_a_link() {
        assert_eq!(activity_log("sales-1"), "/agents/sales-1#activityLog");
        assert_eq!(activity_log("مبيعات"), "/agents/مبيعات#activityLog");
        assert_eq!(activity_log("a\u{202e}/../b?#x %"), "/agents/a%E2%80%AE%2F..%2Fb%3F%23x%20%25#activityLog");
    }

    #[test]
    fn data_is_shown_where_there_is_any() {
        let plain = obligation(1, ObligationKind::Notify);
        let full = Obligation { data: Value::Bool(false), ..plain.clone() };
        let data = |obligation| serde_json::to_value(obligation).unwrap().get("data").cloned();
        assert_eq!((data(plain), data(full)), (None, Some(json!(false))));
    }

    proptest! {
        #[test]
        fn it_is_as_long_as_it_is_written(
            texts in prop::collection::vec(("(\\PC|[\"\\\\])*", prop::option::of(".*"), any::<bool>()), 0..6), gone in any::<usize>(),
        ) {
            let mut outbox = Outbox::default();
            for (number, (title, to, notice)) in texts.into_iter().enumerate() {
                let kind = if notice { ObligationKind::Notify } else { ObligationKind::Alert };
                let data = Value::from(json!({"a": [1.5, title]}));
                outbox.add(Obligation { to, title, data, ..obligation(number + 1, kind) });
            }
            outbox.acknowledge(&[format!("o{}-0", gone % 6)]);
            let written = crate::json::text(&outbox.write()).unwrap().len();
            prop_assert_eq!(outbox.length() + 2 - usize::from(!outbox.waiting.is_empty()), written);
            let again = Outbox::read(&outbox.write().into(), &Place::ARGUMENT, 6).unwrap();
            prop_assert_eq!((again.length(), again.spare()), (outbox.length(), outbox.spare()));
            prop_assert_eq!(again.waiting, outbox.waiting);
        }
    }
}
