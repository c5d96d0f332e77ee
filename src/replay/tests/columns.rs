//! Rows by column: what they say is what rows say one by one.

use super::*;
use crate::error::ErrorCode;
use crate::guard::RuleReason;

const POLICY: &str = r#"{"customerId": "c", "autonomyMode": "safe_autopilot", "blockedKeywords": ["guarantee"],
    "requireHumanForHighValueDealsAbove": 10, "timeZone": "UTC"}"#;

/// Lines of every kind: more agents, and more lists of reasons, than are looked through.
fn lines() -> Vec<String> {
    let mut lines = vec![String::new(), "  ".to_owned(), "{".to_owned(), r#"{"at": 1, "id": 1}"#.to_owned()];
    for number in 0..700 {
        let at = 1_770_000_000_000_i64 + number * 7_000;
        // The last ones ask again.
        let id = number % 650;
        let (agent, deal) = (id * id % 331 + id % 7 * 331, number % 90);
        lines.push(format!(
            r#"{{"at": {at}.5, "id": "a{id}", "type": "send_message", "agent": "agent {agent}", "riskFactors": {{"dealValue": {deal}, "draftText": "ok"}}}}"#
        ));
        if number % 5 == 0 {
            lines.push(format!(r#"{{"at": {at}, "kind": "report", "actionId": "a{id}", "outcome": "succeeded"}}"#));
        }
    }
    for number in 0..60 {
        let at = 1_770_008_000_000_i64 + number * 500;
        lines.push(format!(r#"{{"at": {at}, "id": "b{number}", "type": "draft_message", "agent": "busy"}}"#));
    }
    let by = r#""by": {"id": "ops", "role": "platform_admin"}, "reason": "r""#;
    lines.push(format!(r#"{{"at": 1770009000000, "kind": "lock", {by}}}"#));
    lines.push(r#"{"at": 1770009000001, "id": "night", "type": "send_message", "agent": "x"}"#.to_owned());
    lines.push(format!(r#"{{"at": 1770009000002, "kind": "unlock", {by}}}"#));
    lines
}

#[test]
fn they_say_what_rows_say() {
    let lines = lines();
    let mut bytes = Vec::new();
    let places: Vec<_> = lines
        .iter()
        .map(|line| {
            // Not a line feed, and bytes that nobody asks for.
            bytes.extend([0xff]);
            bytes.extend(line.as_bytes());
            [bytes.len() - line.len(), bytes.len()]
        })
        .collect();
    let mut by_column = replay(POLICY);
    let columns = by_column.columns(&bytes, &places).unwrap();
    let mut by_row = replay(POLICY);
    let (mut rows, mut broken) = (Vec::new(), Vec::new());
    for (line, text) in lines.iter().enumerate() {
        match by_row.line(text) {
            Ok(done) => rows.extend(done.map(|done| (line, done))),
            Err(error) => broken.push(Broken { line, error }),
        }
    }
    assert_eq!((columns.len(), &columns.broken), (rows.len(), &broken));
    assert_eq!(by_column.summary(), by_row.summary());
    for (place, (line, done)) in rows.iter().enumerate() {
        let named = |list: &[String], index: i64| usize::try_from(index).ok().map(|index| list[index].clone());
        assert_eq!(columns.line[place], *line);
        let kind = columns.kinds[columns.kind[place]];
        let agent = named(&columns.agents, columns.agent[place]);
        let rest =
            [columns.action_type[place], columns.effect[place], columns.reason[place], columns.defer_until[place]];
        match done {
            Replayed::Request(row) => {
                assert_eq!((kind, agent), ("request", Some(row.agent.clone())));
                assert_eq!(columns.at[place], row.at.as_micros() / 1000);
                assert_eq!(named(&columns.types, rest[0]), Some(row.action_type.clone()));
                assert_eq!(columns.effects[usize::try_from(rest[1]).unwrap()], row.effect);
                let reasons: &[RuleReason] = &columns.reasons[usize::try_from(rest[2]).unwrap()];
                assert_eq!(reasons, row.reasons);
                assert_eq!(rest[3], row.defer_until.map_or(-1, |at| at.as_micros() / 1000));
                let tier = row.escalation.map_or(0, |tier| i64::from(tier.as_str().as_bytes()[5] - b'0'));
                assert_eq!((columns.tier[place], columns.counted[place]), (tier, i64::from(row.counted)));
            }
            Replayed::Other(other) => {
                assert_eq!((kind, agent), (other.kind, other.agent.clone()));
                assert_eq!(rest, [-1; 4]);
                assert_eq!((columns.tier[place], columns.counted[place]), (-1, 0));
            }
        }
    }
    // All that the test is about is there.
    assert!(columns.agents.len() > 256 && columns.reasons.len() > 32, "{}", columns.reasons.len());
    assert!(columns.reasons.len() + 100 < rows.len(), "{} of {}", columns.reasons.len(), rows.len());
    assert!(columns.tier.contains(&1) && columns.counted.contains(&0) && columns.effects.len() > 2);
    assert_eq!(broken.len(), 2);
}

#[test]
fn a_line_outside_of_the_bytes_is_an_error_of_the_caller() {
    let line = message(1, "2026-03-20T09:00:00Z");
    let end = line.len();
    for (place, wrong) in [[0, end + 1], [end + 1, end + 2], [3, 2]].into_iter().enumerate() {
        let mut replay = replay(AUTOPILOT);
        let error = replay.columns(line.as_bytes(), &[[0, end], wrong]).unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::InvalidInput, "lines[1]"), "{place}");
        assert_eq!(replay.summary().requests, 1);
    }
    let empty = replay(AUTOPILOT).columns(b"", &[]).unwrap();
    assert!(empty.is_empty() && empty == Columns::default());
}

#[test]
fn what_is_no_text_is_broken() {
    let columns = replay(AUTOPILOT).columns(b"\xff", &[[0, 1], [1, 1]]).unwrap();
    let [broken] = columns.broken.as_slice() else { panic!("{columns:?}") };
    assert_eq!((broken.line, broken.error.message()), (0, "not UTF-8 text"));
}

#[test]
fn what_velocity_counts_is_told() {
    let mut replay = replay(AUTOPILOT);
    let counted = |replay: &mut Replay, line: &str| row(replay, line).counted;
    assert!(counted(&mut replay, &message(1, "2026-03-20T09:00:00Z")));
    // The same id again is no other action, and what only reads is none.
    assert!(!counted(&mut replay, &message(1, "2026-03-20T09:00:01Z")));
    let read = r#"{"at": "2026-03-20T09:00:02Z", "id": "r", "type": "score_deal", "agent": "a"}"#;
    assert!(!counted(&mut replay, read));
    let human = r#"{"at": "2026-03-20T09:00:03Z", "id": "h", "type": "book_meeting", "agent": "a", "human": true}"#;
    assert!(!counted(&mut replay, human));
    let human = human.replace(", \"human\": true", "").replace("\"h\"", "\"n\"");
    assert!(counted(&mut replay, &human));
}
