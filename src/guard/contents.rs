//! Contents that are not to come again under another id for a while: what was granted, what was rejected.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::record::Fingerprint;
use super::wire::{INSTANT_LENGTH, Row, instant, pack, read_instant, text_length, unpack};
use crate::error::Result;
use crate::read::{self, Place};
use crate::time::Timestamp;
use crate::value::Value;

/// Digits of a content.
const CONTENT: usize = Fingerprint::BITS.div_ceil(6) as usize;

/// Which id has a content, and until when the same under another is a duplicate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    by_content: BTreeMap<Fingerprint, Twin>,
    by_end: BTreeSet<(Timestamp, Fingerprint)>,
    length: usize,
}

#[derive(Clone, Debug)]
struct Twin {
    id: String,
    until: Timestamp,
}

impl Contents {
    /// Whether the same was there under another id whose window is not over.
    pub(crate) fn has_twin(&self, content: Fingerprint, id: &str, now: Timestamp) -> bool {
        self.by_content.get(&content).is_some_and(|twin| twin.id != id && now < twin.until)
    }

    /// Whether the same was there under any id, its window not over.
    pub(crate) fn has(&self, content: Fingerprint, now: Timestamp) -> bool {
        self.by_content.get(&content).is_some_and(|twin| now < twin.until)
    }

    /// Takes note of one, and forgets those whose window is over.
    pub(crate) fn add(&mut self, content: Fingerprint, id: &str, until: Timestamp, now: Timestamp) {
        while let Some((end, over)) = self.by_end.first().copied()
            && end <= now
        {
            self.remove(over);
        }
        self.remove(content);
        self.length += row_length(id);
        self.by_end.insert((until, content));
        self.by_content.insert(content, Twin { id: id.to_owned(), until });
    }

    fn remove(&mut self, content: Fingerprint) {
        if let Some(twin) = self.by_content.remove(&content) {
            self.by_end.remove(&(twin.until, content));
            self.length -= row_length(&twin.id);
        }
    }

    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn write(&self) -> Json {
        let row =
            |(content, twin): (&Fingerprint, &Twin)| json!([pack(content.0, CONTENT), twin.id, instant(twin.until)]);
        self.by_content.iter().map(row).collect()
    }

    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        let mut contents = Self::default();
        for (index, value) in read::list(value, place, usize::MAX)?.iter().enumerate() {
            let place = place.index(index);
            let mut row = Row::of(value, &place, 3)?;
            let content = row.take(|value, place| unpack(value, place, CONTENT, Fingerprint::BITS).map(Fingerprint))?;
            let (id, until) = (row.take(read::id)?, row.take(read_instant)?);
            row.end()?;
            contents.add(content, &id, until, Timestamp::MIN);
        }
        Ok(contents)
    }
}

/// Content, id and end, with brackets, quotes and commas.
fn row_length(id: &str) -> usize {
    "[\"\",,],".len() + CONTENT + text_length(id) + INSTANT_LENGTH
}
