//! Replays, held by number.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use super::{answer, handles::Handles, policy};
use crate::error::{Error, ErrorCode, Result};
use crate::replay::Replay;

thread_local! {
    static REPLAYS: RefCell<Handles<Replay>> = const { RefCell::new(Handles::new()) };
}

/// Begins a replay under a compiled policy.
#[wasm_bindgen(js_name = replayNew)]
pub fn replay_new(policy: u32) -> String {
    let replay = policy::required(policy).and_then(Replay::new);
    answer(replay.map(|replay| REPLAYS.with_borrow_mut(|replays| replays.insert(replay)).to_string()))
}

/// Reads one line of a log.
#[wasm_bindgen(js_name = replayLine)]
pub fn replay_line(replay: u32, line: &str) -> String {
    answer(with(replay, |replay| crate::json::text(&replay.line(line)?)))
}

/// What the lines so far came to.
#[wasm_bindgen(js_name = replaySummary)]
pub fn replay_summary(replay: u32) -> String {
    answer(with(replay, |replay| crate::json::text(replay.summary())))
}

/// Forgets a replay.
#[wasm_bindgen(js_name = replayFree)]
pub fn replay_free(replay: u32) {
    REPLAYS.with_borrow_mut(|replays| replays.remove(replay));
}

fn with<T>(handle: u32, run: impl FnOnce(&mut Replay) -> Result<T>) -> Result<T> {
    let unknown = || Error::new(ErrorCode::Internal, "", "no replay is held under this handle");
    REPLAYS.with_borrow_mut(|replays| run(replays.get_mut(handle).ok_or_else(unknown)?))
}
