//! Whether an audit chain is whole. (Contract 5.)

use serde::Serialize;

use crate::call::Context;
use crate::error::Result;
use crate::guard::AuditHead;
use crate::json::{canonical, plain, sha256_hex};
use crate::read::{self, Fields, Place, Shape, field, words};
use crate::value::Value;

/// The most entries of one call; a longer chain is verified in parts, each `since` the head of the one before.
const MAX_ENTRIES: usize = 100_000;

words! {
    /// How a chain is broken.
    ChainBreak {
        /// What stands there is no entry.
        MalformedEntry = "malformed_entry",
        /// Another number than the next one: an entry was removed, inserted or moved.
        OutOfSequence = "out_of_sequence",
        /// It does not follow the entry before: that one was changed, and its hash made anew.
        BrokenLink = "broken_link",
        /// Its content is not what its hash is over.
        ChangedEntry = "changed_entry",
        /// The chain ends before the head that was kept.
        CutTail = "cut_tail",
        /// The entry that the kept head speaks of has another hash: this is another chain.
        OtherHead = "other_head",
    }
}

/// The answer of [`verify_audit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChainVerdict {
    /// Whether every entry is as it was written, each follows the one before, and none is missing as far as is known.
    pub valid: bool,
    /// The number of the first entry that is not as it should be.
    pub broken_at: Option<u64>,
    /// What is wrong with it.
    pub reason: Option<ChainBreak>,
}

/// Whether entries, the oldest first, are a whole part of an audit chain: from the first on, or after `since`. An entry is an object or its
/// JSON text, which is read strictly: a name that stands twice makes it none.
///
/// Without `head`, entries missing at the end cannot be noticed. With a head that the host kept, they are; entries after it are checked as
/// the others. What no chain can show: that somebody who could replace the head as well has made all of it anew.
///
/// ```
/// use agent_interlock::{AuditHead, verify_audit};
/// let head = AuditHead { seq: 1, hash: "00".repeat(32) };
/// assert!(verify_audit(&[], None, None)?.valid);
/// assert_eq!(verify_audit(&[], None, Some(&head))?.broken_at, Some(1));
/// # Ok::<(), agent_interlock::Error>(())
/// ```
pub fn verify_audit(entries: &[Value], since: Option<&AuditHead>, head: Option<&AuditHead>) -> Result<ChainVerdict> {
    verify(entries, since, head, &Place::ARGUMENT.key("entries"))
}

fn verify(
    entries: &[Value],
    since: Option<&AuditHead>,
    head: Option<&AuditHead>,
    place: &Place<'_>,
) -> Result<ChainVerdict> {
    let mut last = since.cloned().unwrap_or_else(AuditHead::start);
    if last.seq == 0 && last != AuditHead::start() {
        return Err(Place::ARGUMENT.key("since").key("hash").error("before the first entry there are 64 zeros"));
    }
    if let Some(head) = head.filter(|head| head.seq < last.seq) {
        let message = format!("{} comes before `since`, which is {}", head.seq, last.seq);
        return Err(Place::ARGUMENT.key("head").key("seq").error(message));
    }
    let differs = |at: &AuditHead| head.is_some_and(|head| head.seq == at.seq && head.hash != at.hash);
    if differs(&last) {
        return Ok(broken(last.seq, ChainBreak::OtherHead));
    }
    for (index, entry) in entries.iter().enumerate() {
        match follow(&last, entry, &place.index(index))? {
            Ok(hash) => last = AuditHead { seq: last.seq + 1, hash },
            Err(reason) => return Ok(broken(last.seq + 1, reason)),
        }
        if differs(&last) {
            return Ok(broken(last.seq, ChainBreak::OtherHead));
        }
    }
    Ok(match head.filter(|head| head.seq > last.seq) {
        Some(_) => broken(last.seq + 1, ChainBreak::CutTail),
        None => ChainVerdict { valid: true, broken_at: None, reason: None },
    })
}

const fn broken(at: u64, reason: ChainBreak) -> ChainVerdict {
    ChainVerdict { valid: false, broken_at: Some(at), reason: Some(reason) }
}

/// The hash of an entry that follows the last one, or why it does not. Errors: what JSON cannot hold, which no audit has ever written.
fn follow(last: &AuditHead, entry: &Value, place: &Place<'_>) -> Result<std::result::Result<String, ChainBreak>> {
    let entry = match entry {
        Value::Text(line) => Value::from_json(line).unwrap_or(Value::Null),
        entry => plain(entry, place)?,
    };
    let Value::Object(fields) = entry else { return Ok(Err(ChainBreak::MalformedEntry)) };
    let get = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
    let (Some(Value::Number(seq)), Some(Value::Text(prev)), Some(Value::Text(hash))) =
        (get("seq"), get("prev"), get("hash"))
    else {
        return Ok(Err(ChainBreak::MalformedEntry));
    };
    if *seq != (last.seq + 1) as f64 {
        return Ok(Err(ChainBreak::OutOfSequence));
    }
    if *prev != last.hash {
        return Ok(Err(ChainBreak::BrokenLink));
    }
    let hash = hash.clone();
    let content = Value::Object(fields.into_iter().filter(|(name, _)| name != "hash").collect());
    let as_written = sha256_hex(&canonical(&content)?) == hash;
    Ok(if as_written { Ok(hash) } else { Err(ChainBreak::ChangedEntry) })
}

/// `verifyAudit({entries, since?, head?}) -> {valid, brokenAt, reason}`.
pub(super) fn call(argument: &Value, _: &Context<'_>) -> Result<String> {
    const ARGUMENT: Shape = Shape::strict(&[field("entries"), field("since"), field("head")]);
    let fields = Fields::of(argument, &Place::ARGUMENT, &ARGUMENT)?;
    let entries = fields.required("entries", |value, place| read::list(value, place, MAX_ENTRIES))?;
    let since = fields.optional("since", AuditHead::read)?;
    let head = fields.optional("head", AuditHead::read)?;
    crate::json::text(&verify_audit(entries, since.as_ref(), head.as_ref())?)
}

#[cfg(test)]
mod tests;
