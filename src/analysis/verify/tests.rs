use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;
use crate::guard::Guard;
use crate::policy::Policy;

/// A chain as a guard makes it.
fn chain(length: usize) -> Vec<Value> {
    let policy = Policy::from_json(r#"{"customerId": "c", "autonomyMode": "safe_autopilot"}"#).unwrap();
    let mut guard = Guard::new(Arc::new(policy), true).unwrap();
    for index in 0..length {
        let action = json!({"id": format!("ا{index}"), "type": "book_meeting", "agent": "a", "args": {"n": index}});
        let now = json!({"now": "2026-03-20T10:00:00Z"});
        guard.request(&action.into(), &now.into()).unwrap();
    }
    guard.audit_since(0).into_iter().map(|entry| serde_json::to_value(entry).unwrap().into()).collect()
}

fn field_of<'v>(entry: &'v mut Value, name: &str) -> &'v mut Value {
    match entry {
        Value::Object(fields) => &mut fields.iter_mut().find(|(field, _)| field == name).unwrap().1,
        other => panic!("{other:?}"),
    }
}

fn head_of(entry: &Value) -> AuditHead {
    match (field_of(&mut entry.clone(), "seq"), field_of(&mut entry.clone(), "hash")) {
        (Value::Number(seq), Value::Text(hash)) => {
            AuditHead { seq: crate::number::Count::from_f64(*seq).unwrap().get(), hash: hash.clone() }
        }
        other => panic!("{other:?}"),
    }
}

/// The entry with its hash made anew, as somebody would who knows how: the canonical form of another library.
fn rehashed(entry: &Value) -> Value {
    let mut json = serde_json::to_value(entry).unwrap();
    json.as_object_mut().unwrap().remove("hash");
    let hash = Sha256::digest(serde_json_canonicalizer::to_vec(&json).unwrap());
    let hex = hash.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    json["hash"] = hex.into();
    json.into()
}

fn verdict(entries: &[Value]) -> (Option<u64>, Option<ChainBreak>) {
    let verdict = verify_audit(entries, None, None).unwrap();
    assert_eq!(verdict.valid, verdict.broken_at.is_none());
    assert_eq!(verdict.valid, verdict.reason.is_none());
    (verdict.broken_at, verdict.reason)
}

const WHOLE: (Option<u64>, Option<ChainBreak>) = (None, None);

fn broken_at(at: u64, reason: ChainBreak) -> (Option<u64>, Option<ChainBreak>) {
    (Some(at), Some(reason))
}

#[test]
fn what_a_guard_wrote_is_whole() {
    assert_eq!(verdict(&[]), WHOLE);
    let entries = chain(5);
    assert_eq!(entries.len(), 5);
    assert_eq!(verdict(&entries), WHOLE);
    let head = head_of(&entries[4]);
    assert!(verify_audit(&entries, None, Some(&head)).unwrap().valid);
}

#[test]
fn its_hash_is_the_one_of_the_contract() {
    for entry in chain(3) {
        assert_eq!(rehashed(&entry), entry);
    }
}

#[test]
fn a_part_is_verified_after_the_head_before_it() {
    let entries = chain(5);
    let since = head_of(&entries[1]);
    assert!(verify_audit(&entries[2..], Some(&since), None).unwrap().valid);
    assert_eq!(verdict(&entries[2..]), broken_at(1, ChainBreak::OutOfSequence));
    let other = AuditHead { hash: "ab".repeat(32), ..since.clone() };
    let verdict = verify_audit(&entries[2..], Some(&other), None).unwrap();
    assert_eq!((verdict.broken_at, verdict.reason), broken_at(3, ChainBreak::BrokenLink));
    // A head that lies before what is looked at can say nothing of it.
    let error = verify_audit(&entries[2..], Some(&since), Some(&head_of(&entries[0]))).unwrap_err();
    assert_eq!(error.path(), "head.seq");
    assert!(verify_audit(&entries[2..], Some(&since), Some(&since)).unwrap().valid);
    let verdict = verify_audit(&entries[2..], Some(&since), Some(&other)).unwrap();
    assert_eq!((verdict.broken_at, verdict.reason), broken_at(2, ChainBreak::OtherHead));
}

#[test]
fn a_cut_tail_is_seen_against_a_head_alone() {
    let entries = chain(5);
    let head = head_of(&entries[4]);
    for length in 0..5 {
        assert_eq!(verdict(&entries[..length]), WHOLE);
        let verdict = verify_audit(&entries[..length], None, Some(&head)).unwrap();
        assert_eq!((verdict.broken_at, verdict.reason), broken_at(length as u64 + 1, ChainBreak::CutTail));
    }
}

#[test]
fn a_head_of_earlier_still_holds_and_one_of_another_chain_does_not() {
    let entries = chain(5);
    assert!(verify_audit(&entries, None, Some(&head_of(&entries[2]))).unwrap().valid);
    let other = AuditHead { seq: 3, hash: "ab".repeat(32) };
    let verdict = verify_audit(&entries, None, Some(&other)).unwrap();
    assert_eq!((verdict.broken_at, verdict.reason), broken_at(3, ChainBreak::OtherHead));
}

#[test]
fn what_is_no_entry_is_named() {
    let entries = chain(3);
    for wrong in [Value::Null, Value::Text("x".into()), Value::Object(Vec::new())] {
        let mut damaged = entries.clone();
        damaged[1] = wrong;
        assert_eq!(verdict(&damaged), broken_at(2, ChainBreak::MalformedEntry));
    }
    for (name, wrong) in [("seq", Value::Text("2".into())), ("prev", Value::Null), ("hash", Value::Number(1.0))] {
        let mut damaged = entries.clone();
        *field_of(&mut damaged[1], name) = wrong;
        assert_eq!(verdict(&damaged), broken_at(2, ChainBreak::MalformedEntry), "{name}");
    }
    let mut damaged = entries.clone();
    *field_of(&mut damaged[1], "data") = Value::Alien("a Map".into());
    assert_eq!(verify_audit(&damaged, None, None).unwrap_err().path(), "entries[1].data");
}

#[test]
fn the_content_made_anew_breaks_the_next_link() {
    let mut entries = chain(4);
    *field_of(&mut entries[1], "kind") = Value::Text("unlock".into());
    assert_eq!(verdict(&entries), broken_at(2, ChainBreak::ChangedEntry));
    entries[1] = rehashed(&entries[1]);
    assert_eq!(verdict(&entries), broken_at(3, ChainBreak::BrokenLink));
    // At the end nothing follows: there the head tells.
    let mut last = chain(4);
    let head = head_of(&last[3]);
    *field_of(&mut last[3], "kind") = Value::Text("unlock".into());
    last[3] = rehashed(&last[3]);
    assert_eq!(verdict(&last), WHOLE);
    assert_eq!(verify_audit(&last, None, Some(&head)).unwrap().reason, Some(ChainBreak::OtherHead));
}

/// Every leaf of an entry, changed.
fn changed(value: &Value, pick: usize, seen: &mut usize) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), changed(value, pick, seen))).collect())
        }
        Value::List(items) => Value::List(items.iter().map(|item| changed(item, pick, seen)).collect()),
        leaf => {
            *seen += 1;
            match leaf {
                _ if *seen != pick + 1 => leaf.clone(),
                Value::Text(text) => Value::Text(format!("{text}x")),
                Value::Number(number) => Value::Number(number + 1.0),
                Value::Bool(value) => Value::Bool(!value),
                _ => Value::Text("x".into()),
            }
        }
    }
}

proptest! {
    #[test]
    fn no_change_removal_insertion_or_move_goes_unseen(at in 0_usize..6, to in 0_usize..6, pick in 0_usize..64, how in 0..4) {
        let entries = chain(6);
        let head = head_of(&entries[5]);
        let mut damaged = entries.clone();
        match how {
            0 => damaged[at] = changed(&damaged[at], pick, &mut 0),
            1 => drop(damaged.remove(at)),
            2 => damaged.insert(at, entries[to].clone()),
            _ => damaged.swap(at, to),
        }
        let verdict = verify_audit(&damaged, None, Some(&head)).unwrap();
        prop_assert_eq!(verdict.valid, damaged == entries);
        // The place is the first that differs, or the one after the last.
        let first = damaged.iter().zip(&entries).take_while(|(damaged, entry)| damaged == entry).count();
        if !verdict.valid {
            prop_assert_eq!(verdict.broken_at, Some(first as u64 + 1));
        }
    }
}

/// By its name, as hosts call it.
#[test]
fn heads_are_read_strictly_and_verdicts_written_in_full() {
    let call = |argument: serde_json::Value| {
        let zones = Arc::new(crate::zone::Zones::bundled());
        crate::call("verifyAudit", &argument.into(), None, &zones).map_err(|error| error.path().to_owned())
    };
    let entries = chain(2).iter().map(|entry| serde_json::to_value(entry).unwrap()).collect::<Vec<_>>();
    let head = json!({"seq": 2, "hash": entries[1]["hash"]});
    let whole = r#"{"valid":true,"brokenAt":null,"reason":null}"#;
    assert_eq!(call(json!({"entries": entries, "head": head})).unwrap(), whole);
    let since = json!({"seq": 1, "hash": entries[0]["hash"]});
    assert_eq!(call(json!({"entries": entries[1..], "since": since, "head": head})).unwrap(), whole);
    let cut = r#"{"valid":false,"brokenAt":2,"reason":"cut_tail"}"#;
    assert_eq!(call(json!({"entries": entries[..1], "head": head})).unwrap(), cut);
    for wrong in [json!("0".repeat(63)), json!("0".repeat(65)), json!("A".repeat(64)), json!("g".repeat(64)), json!(0)]
    {
        let error = call(json!({"entries": entries, "head": {"seq": 2, "hash": wrong}})).unwrap_err();
        assert_eq!(error, "head.hash", "{wrong}");
    }
    let before = |hash: &str| call(json!({"entries": entries, "since": {"seq": 0, "hash": hash.repeat(64)}}));
    assert_eq!((before("0").unwrap(), before("1").unwrap_err()), (whole.to_owned(), "since.hash".to_owned()));
}
