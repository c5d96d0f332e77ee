//! The audit: one entry per command, each bound to the one before by its hash.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::wire::read_digest;
use crate::error::Result;
use crate::json::{canonical, sha256_hex};
use crate::read::{self, Fields, Place, Shape, field};
use crate::time::Timestamp;
use crate::value::Value;
use crate::writer::Raw;

/// As many entries are kept; older ones are the host's.
pub(crate) const KEPT: usize = 1000;

/// Before the first entry.
pub(crate) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One command, as it went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditEntry {
    /// From 1 on, without a gap.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Which command.
    pub kind: String,
    /// What it said, arguments by their digest alone.
    pub data: serde_json::Value,
    /// The hash of the entry before, 64 zeros for the first.
    pub prev: String,
    /// SHA-256 over the canonical JSON of the entry without this field.
    pub hash: String,
}

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditHead {
    /// The last entry's number, 0 before the first.
    pub seq: u64,
    /// The last entry's hash, 64 zeros before the first.
    pub hash: String,
}

impl AuditHead {
    /// Before the first entry.
    pub(crate) fn start() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }

    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const HEAD: Shape = Shape::strict(&[field("seq"), field("hash")]);
        let fields = Fields::of(value, place, &HEAD)?;
        let hash = fields.required("hash", read_digest)?;
        Ok(Self { seq: fields.required("seq", read::count)?.get(), hash })
    }
}

/// An entry as it is made and kept: its data are canonical JSON from the beginning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Entry {
    seq: u64,
    at: Timestamp,
    kind: &'static str,
    data: Raw,
    prev: String,
    hash: String,
}

/// What the hash is over, in the canonical order.
#[derive(Serialize)]
struct Unhashed<'a> {
    at: Timestamp,
    data: &'a Raw,
    kind: &'a str,
    prev: &'a str,
    seq: u64,
}

impl Entry {
    fn new(head: &AuditHead, at: Timestamp, kind: &'static str, data: Raw) -> Result<Self> {
        let seq = head.seq + 1;
        let hash = sha256_hex(&canonical(&Unhashed { seq, at, kind, data: &data, prev: &head.hash })?);
        Ok(Self { seq, at, kind, data, prev: head.hash.clone(), hash })
    }

    fn head(&self) -> AuditHead {
        AuditHead { seq: self.seq, hash: self.hash.clone() }
    }
}

impl From<&Entry> for AuditEntry {
    fn from(Entry { seq, at, kind, data, prev, hash }: &Entry) -> Self {
        // It was written as JSON, so it is read as that.
        let data = serde_json::from_str(&data.0).unwrap_or_default();
        Self { seq: *seq, at: *at, kind: (*kind).to_owned(), data, prev: prev.clone(), hash: hash.clone() }
    }
}

/// The end of the chain, and its last entries.
#[derive(Clone, Debug)]
pub(crate) struct Audit {
    pub(crate) head: AuditHead,
    /// Whether entries are made at all; without them the sequence number alone goes on.
    pub(super) enabled: bool,
    /// Never part of a snapshot: the host has taken them, or they are lost with it.
    kept: VecDeque<Entry>,
}

impl Audit {
    pub(crate) fn new(enabled: bool) -> Self {
        Self { head: AuditHead::start(), enabled, kept: VecDeque::new() }
    }

    /// The number that the next entry will have.
    pub(crate) const fn next_seq(&self) -> u64 {
        self.head.seq + 1
    }

    /// The entry that a command would make.
    pub(crate) fn entry(&self, at: Timestamp, kind: &'static str, data: String) -> Result<Entry> {
        Entry::new(&self.head, at, kind, Raw(data))
    }

    /// Appends an entry made by [`Audit::entry`].
    pub(crate) fn append(&mut self, entry: Option<Entry>) {
        let Some(entry) = entry else {
            self.head.seq += 1;
            return;
        };
        self.head = entry.head();
        self.kept.push_back(entry);
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    pub(crate) fn write(&self) -> Json {
        json!({ "head": self.head, "enabled": self.enabled })
    }

    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self> {
        const AUDIT: Shape = Shape::strict(&[field("head"), field("enabled")]);
        let fields = Fields::of(value, place, &AUDIT)?;
        let head = fields.required("head", AuditHead::read)?;
        let audit = Self { head, enabled: fields.required("enabled", read::boolean)?, kept: VecDeque::new() };
        let begun = audit.enabled && audit.head.seq > 0;
        if begun == (audit.head.hash != GENESIS) {
            Ok(audit)
        } else {
            Err(place.key("head").error("no end of a chain"))
        }
    }

    pub(crate) fn since(&self, seq: u64) -> impl Iterator<Item = &Entry> {
        self.kept.iter().filter(move |entry| entry.seq > seq)
    }
}
