//! Replays an action log natively, a JSON object a line on standard output:
//! `cargo run --release --example replay -- examples/sales-day/policy.json examples/sales-day/actions.jsonl`
//!
//! The same rows as `npx agent-interlock replay --json` prints of the same input, but for what that adds about lines and files. With a second
//! policy after the log it prints one object: what the log came to under both, as `replay` of the npm package resolves to.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write, stdout};
use std::ops::ControlFlow;
use std::sync::Arc;

use agent_interlock::{LogReplay, Policy, Replay};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(policy), Some(log)) = (arguments.next(), arguments.next()) else {
        return Err("usage: replay POLICY LOG [OTHER]".into());
    };
    let read =
        |path| -> Result<_, Box<dyn Error>> { Ok(Arc::new(Policy::from_json(&std::fs::read_to_string(path)?)?)) };
    let policy = read(policy)?;
    match arguments.next() {
        Some(other) => compare(LogReplay::new(Replay::new(policy)?).against(read(other)?)?, File::open(log)?),
        None => rows(Replay::new(policy)?, File::open(log)?),
    }
}

fn compare(mut replay: LogReplay, mut log: File) -> Result<(), Box<dyn Error>> {
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = log.read(&mut piece)?;
        let Some(read) = piece.get(..length).filter(|read| !read.is_empty()) else { break };
        let _ = replay.feed(read, &mut |_| ControlFlow::Continue(()));
    }
    let _ = replay.end(&mut |_| ControlFlow::Continue(()));
    println!("{}", serde_json::to_string(&replay.summary())?);
    Ok(())
}

fn rows(mut replay: Replay, log: File) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(stdout().lock());
    for line in BufReader::new(log).lines() {
        match replay.line(&line?) {
            Ok(None) => {}
            Ok(Some(row)) => writeln!(out, "{}", serde_json::to_string(&row)?)?,
            Err(error) => writeln!(out, r#"{{"error":{}}}"#, serde_json::to_string(&error)?)?,
        }
    }
    writeln!(out, "{}", serde_json::to_string(replay.summary())?)?;
    Ok(out.flush()?)
}
