//! Replays, held by number.

use std::cell::RefCell;
use std::ops::ControlFlow;

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{answer, decode, handles::Handles, policy};
use crate::error::{Error, ErrorCode, Result};
use crate::guard::{Entry, Expected, Guard};
use crate::replay::{LineDone, LogReplay, Replay, Replayed, Turn};

thread_local! {
    static REPLAYS: RefCell<Handles<LogReplay>> = const { RefCell::new(Handles::new()) };
}

/// What of each line is told, as the sum of these.
mod wanted {
    /// What became of it.
    pub(super) const ROWS: u32 = 1;
    /// Lines after a broken one are carried out.
    pub(super) const GO_ON: u32 = 2;
    /// The text of a broken one.
    pub(super) const TEXT: u32 = 4;
}

/// Begins a replay under a compiled policy, or under a second one as well where `against` is not 0; from a snapshot, where there is one.
#[wasm_bindgen(js_name = replayNew)]
#[expect(clippy::needless_pass_by_value, reason = "an optional text comes from JavaScript by value")]
pub fn replay_new(policy: u32, against: u32, snapshot: Option<String>, audit: bool) -> String {
    let replay = begin(policy, against, snapshot.as_deref(), audit);
    answer(replay.map(|replay| REPLAYS.with_borrow_mut(|replays| replays.insert(replay)).to_string()))
}

fn begin(policy: u32, against: u32, snapshot: Option<&str>, audit: bool) -> Result<LogReplay> {
    let policy = policy::required(policy)?;
    let guard = match snapshot {
        Some(snapshot) => Guard::restore(policy, snapshot, &Expected::default())?,
        None => Guard::new(policy, audit)?,
    };
    if audit && !guard.is_audited() {
        return Err(Error::new(
            ErrorCode::Conflict,
            "audit",
            "the guard of this snapshot keeps no audit, and goes on so",
        ));
    }
    let replay = LogReplay::new(Replay::of(guard)?);
    let replay = if audit { replay.with_audit() } else { replay };
    match policy::optional(against)? {
        Some(other) => replay.against(other),
        None => Ok(replay),
    }
}

/// Reads one line of a log.
#[wasm_bindgen(js_name = replayLine)]
pub fn replay_line(replay: u32, line: &str) -> String {
    answer(with(replay, |replay| crate::json::text(&replay.line(line)?)))
}

/// Runs lines that stand in bytes, and tells of them by column; `places`: where each begins, and where it ends.
#[wasm_bindgen(js_name = replayColumns)]
pub fn replay_columns(replay: u32, bytes: &[u8], places: &[u32]) -> String {
    let lines: Vec<_> = places.as_chunks().0.iter().map(|place: &[u32; 2]| place.map(|byte| byte as usize)).collect();
    answer(with(replay, |replay| crate::json::text(&replay.columns(bytes, &lines)?)))
}

/// What the guard as it is now would answer to the line of a request.
#[wasm_bindgen(js_name = replayExplain)]
pub fn replay_explain(replay: u32, line: &str) -> String {
    answer(with(replay, |replay| crate::json::text(&replay.first().explain(line)?)))
}

/// A view of the guard as it is now.
#[wasm_bindgen(js_name = replayView)]
pub fn replay_view(replay: u32, name: &str, argument: &[u8], options: &[u8]) -> String {
    answer(with(replay, |replay| {
        replay.first().guard().view(name, &decode::value(argument)?, &decode::value(options)?)
    }))
}

/// The next piece of a log, as bytes.
#[wasm_bindgen(js_name = replayFeed)]
pub fn replay_feed(replay: u32, bytes: &[u8], wanted: u32) -> String {
    answer(with(replay, |replay| told(replay, wanted, |replay, done| replay.feed(bytes, done))))
}

/// A command of a log, as an encoded value.
#[wasm_bindgen(js_name = replayCommand)]
pub fn replay_command(replay: u32, command: &[u8], wanted: u32) -> String {
    answer(with(replay, |replay| {
        let command = decode::value(command)?;
        told(replay, wanted, |replay, done| replay.command(command, done))
    }))
}

/// The end of a log.
#[wasm_bindgen(js_name = replayEnd)]
pub fn replay_end(replay: u32, wanted: u32) -> String {
    answer(with(replay, |replay| told(replay, wanted, |replay, done| replay.end(done))))
}

/// What the lines so far came to.
#[wasm_bindgen(js_name = replaySummary)]
pub fn replay_summary(replay: u32) -> String {
    answer(with(replay, |replay| crate::json::text(replay.summary().summary)))
}

/// What a log came to so far, under one policy or two.
#[wasm_bindgen(js_name = replayLogSummary)]
pub fn replay_log_summary(replay: u32) -> String {
    answer(with(replay, |replay| crate::json::text(&replay.summary())))
}

/// Forgets a replay.
#[wasm_bindgen(js_name = replayFree)]
pub fn replay_free(replay: u32) {
    REPLAYS.with_borrow_mut(|replays| replays.remove(replay));
}

fn with<T>(handle: u32, run: impl FnOnce(&mut LogReplay) -> Result<T>) -> Result<T> {
    let unknown = || Error::new(ErrorCode::Internal, "", "no replay is held under this handle");
    REPLAYS.with_borrow_mut(|replays| run(replays.get_mut(handle).ok_or_else(unknown)?))
}

/// What became of a piece.
#[derive(Serialize)]
struct Told<'a> {
    lines: u64,
    broken: u64,
    requests: u64,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    audit: &'a [Entry],
}

/// What became of a line.
#[derive(Serialize)]
struct Event<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<&'a Replayed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<&'a Replayed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<Turn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// Runs a piece of the log, and tells what is wanted of it: `{lines, broken, requests, audit?, events?}`.
fn told(
    replay: &mut LogReplay,
    wanted: u32,
    run: impl FnOnce(&mut LogReplay, &mut dyn FnMut(LineDone<'_>) -> ControlFlow<()>) -> ControlFlow<()>,
) -> Result<String> {
    let (mut events, mut failed) = (String::new(), None);
    let _ = run(replay, &mut |done| match event(&done, wanted) {
        Ok(told) => {
            if let Some(told) = told {
                events.push_str(if events.is_empty() { "[" } else { "," });
                events.push_str(&told);
            }
            let stops = wanted & wanted::GO_ON == 0 && done.error().is_some();
            if stops { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let audit = replay.take_entries();
    let summary = replay.summary();
    let (lines, broken, requests) = (summary.lines, summary.broken, summary.summary.requests);
    let mut told = crate::json::text(&Told { lines, broken, requests, audit: &audit })?;
    if !events.is_empty() {
        told.pop();
        told.extend([",\"events\":", &events, "]}"]);
    }
    Ok(told)
}

fn event(done: &LineDone<'_>, wanted: u32) -> Result<Option<String>> {
    let error = done.error();
    let (row, against) = if wanted & wanted::ROWS == 0 {
        (None, None)
    } else {
        let second = done.second.as_ref().and_then(|second| second.as_ref().ok());
        (done.first.as_ref().ok().and_then(Option::as_ref), second)
    };
    if row.is_none() && against.is_none() && error.is_none() {
        return Ok(None);
    }
    let text = done.text.filter(|_| error.is_some() && wanted & wanted::TEXT != 0);
    crate::json::text(&Event { line: done.number, row, against, turn: done.turn, error, text }).map(Some)
}
