//! Replays an action log natively, a JSON object a line on standard output:
//! `cargo run --release --example replay -- examples/sales-day/policy.json examples/sales-day/actions.jsonl`
//!
//! The same rows as `npx agent-interlock replay --json` prints of the same input, but for what that adds about lines and files.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdout};
use std::sync::Arc;

use agent_interlock::{Policy, Replay};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(policy), Some(log)) = (arguments.next(), arguments.next()) else {
        return Err("usage: replay POLICY LOG".into());
    };
    let policy = Policy::from_json(&std::fs::read_to_string(policy)?)?;
    let mut replay = Replay::new(Arc::new(policy))?;
    let mut out = BufWriter::new(stdout().lock());
    for line in BufReader::new(File::open(log)?).lines() {
        match replay.line(&line?) {
            Ok(None) => {}
            Ok(Some(row)) => writeln!(out, "{}", serde_json::to_string(&row)?)?,
            Err(error) => writeln!(out, r#"{{"error":{}}}"#, serde_json::to_string(&error)?)?,
        }
    }
    writeln!(out, "{}", serde_json::to_string(replay.summary())?)?;
    Ok(out.flush()?)
}
