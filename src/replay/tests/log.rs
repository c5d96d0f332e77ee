//! A log as bytes: however it is cut it comes to the same, and its audit is whole.

use super::{AUTOPILOT, message};
use crate::analysis::verify_audit;
use crate::guard::Guard;
use crate::policy::Policy;
use crate::replay::{LogReplay, Replay};
use crate::value::Value;
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;

fn begun(audit: bool) -> LogReplay {
    let policy = Arc::new(Policy::from_json(AUTOPILOT).unwrap());
    LogReplay::new(Replay::of(Guard::new(policy, audit).unwrap()).unwrap())
}

fn log() -> String {
    let broken = ["{", "\u{feff}{}", r#"{"at": 1}"#].map(str::to_owned);
    let lines = (1..=4).map(|id| message(id, "2026-03-20T09:00:00Z"));
    lines.chain([String::new(), " \r".into()]).chain(broken).collect::<Vec<_>>().join("\n")
}

/// Each line's number, and its row or error as JSON text.
fn told(replay: &mut LogReplay, pieces: &[&[u8]]) -> Vec<(u64, String)> {
    let mut told = Vec::new();
    let mut done = |line: crate::replay::LineDone<'_>| {
        let text = line.first.as_ref().map(|row| crate::json::text(row).unwrap());
        told.push((line.number, text.unwrap_or_else(ToString::to_string)));
        ControlFlow::Continue(())
    };
    for piece in pieces {
        let _ = replay.feed(piece, &mut done);
    }
    let _ = replay.end(&mut done);
    told
}

proptest! {
    #[test]
    fn however_it_is_cut_it_comes_to_the_same(cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let log = log();
        let bytes = log.as_bytes();
        let (mut whole, mut cut) = (begun(false), begun(false));
        let mut at: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len())).chain([0, bytes.len()]).collect();
        at.sort_unstable();
        let pieces: Vec<_> = at.windows(2).map(|pair| bytes.get(pair[0]..pair[1]).unwrap()).collect();
        prop_assert_eq!(told(&mut cut, &pieces), told(&mut whole, &[bytes]));
        prop_assert_eq!(cut.summary(), whole.summary());
    }
}

#[test]
fn lines_are_numbered_and_the_broken_ones_counted() {
    let mut replay = begun(false);
    let told = told(&mut replay, &[log().as_bytes()]);
    assert_eq!(told.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
    assert_eq!(told.get(4).unwrap().1, "null");
    let summary = replay.summary();
    assert_eq!((summary.lines, summary.broken, summary.summary.requests, summary.audit_head), (9, 3, 4, None));
}

#[test]
fn what_is_wrong_with_a_line_is_told_and_counted_under_both_policies() {
    let policy = Arc::new(Policy::from_json(AUTOPILOT).unwrap());
    let mut replay = begun(false).against(policy).unwrap();
    let mut wrong = Vec::new();
    let bad = message(2, "2026-03-20T09:00:00Z").replace("send_message", "Send_Message");
    let lines =
        [message(1, "2026-03-20T09:00:00Z"), "{".into(), String::new(), r#"{"at": 1, "kind": "ask"}"#.into(), bad];
    let _ = replay.feed(format!("{}\n", lines.join("\n")).as_bytes(), &mut |done| {
        wrong.extend(done.error().map(|error| (done.number, error.path().to_owned(), done.second.is_some())));
        ControlFlow::Continue(())
    });
    // The last one could be read: it was carried out, or not, under each.
    assert_eq!(wrong, [(2, String::new(), false), (4, "kind".to_owned(), false), (5, "type".to_owned(), true)]);
    let summary = replay.summary();
    assert_eq!((summary.lines, summary.broken, summary.against.unwrap().broken), (5, 3, 3));
}

#[test]
fn a_line_apart_from_the_pieces_is_carried_out_as_well() {
    let mut replay = begun(false);
    assert!(matches!(replay.line(&message(1, "2026-03-20T09:00:00Z")), Ok(Some(crate::replay::Replayed::Request(_)))));
    assert!(matches!(replay.line(" "), Ok(None)));
    assert!(replay.line("{").is_err());
    assert_eq!((replay.summary().summary.requests, replay.summary().lines), (1, 0));
}

#[test]
fn it_stops_where_it_is_told_to() {
    let mut replay = begun(false);
    let mut seen = 0;
    let flow = replay.feed(log().as_bytes(), &mut |_| {
        seen += 1;
        if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((flow, seen, replay.summary().summary.requests), (ControlFlow::Break(()), 2, 2));
}

#[test]
fn a_command_as_a_value_is_a_line_too_and_ends_the_one_before() {
    let mut replay = begun(false);
    let mut numbers = Vec::new();
    let mut done = |line: crate::replay::LineDone<'_>| {
        numbers.push((line.number, line.text.is_some(), line.first.is_ok()));
        ControlFlow::Continue(())
    };
    let _ = replay.feed(message(1, "2026-03-20T09:00:00Z").as_bytes(), &mut done);
    let command = |text: &str| Value::from_json(text).unwrap();
    let _ = replay.command(command(&message(2, "2026-03-20T09:00:01Z")), &mut done);
    let _ = replay.command(command("[]"), &mut done);
    let _ = replay.end(&mut done);
    assert_eq!(numbers, [(1, true, true), (2, false, true), (3, false, false)]);
    assert_eq!((replay.summary().lines, replay.summary().broken), (3, 1));
}

#[test]
fn the_audit_is_handed_out_whole_and_once() {
    let mut replay = begun(true).with_audit();
    let mut entries = Vec::new();
    // Far more than a guard keeps, in one piece.
    for round in 0..3 {
        let lines: Vec<_> = (0..1700).map(|id| message(round * 1700 + id, "2026-03-20T09:00:00Z")).collect();
        let _ = replay.feed(format!("{}\n", lines.join("\n")).as_bytes(), &mut |_| ControlFlow::Continue(()));
        entries.extend(replay.take_audit());
    }
    assert_eq!(replay.take_audit(), []);
    let head = replay.summary().audit_head.unwrap();
    assert_eq!((entries.len(), head.seq), (5100, 5100));
    let entries: Vec<_> = entries.iter().map(|entry| Value::Text(crate::json::text(entry).unwrap())).collect();
    let verdict = verify_audit(&entries, None, Some(&head)).unwrap();
    assert!(verdict.valid, "{verdict:?}");
    // Where nobody asked for entries none are gathered.
    let mut quiet = begun(true);
    let _ = quiet.feed(log().as_bytes(), &mut |_| ControlFlow::Continue(()));
    assert_eq!(quiet.take_audit(), []);
    assert_eq!(quiet.summary().audit_head.unwrap().seq, 4);
}
