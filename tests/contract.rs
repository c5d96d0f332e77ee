//! The examples of the behaviour contract, line by line, through the same door that every host uses.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail where it stands")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use agent_interlock::{Error, Value, Zones, call};
use serde_json::Value as Json;

/// Runs every line of one file; gives the lines that differ.
fn failures(file: &Path, zones: &Arc<Zones>) -> (usize, Vec<String>) {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let checked: Vec<_> = lines.map(|line| check(line, zones).map_err(|why| format!("{why}\n    {line}"))).collect();
    (checked.len(), checked.into_iter().filter_map(Result::err).collect())
}

fn check(line: &str, zones: &Arc<Zones>) -> Result<(), String> {
    let vector: Json = serde_json::from_str(line).unwrap();
    let (name, expected) = (vector["fn"].as_str().unwrap(), &vector["expected"]);
    let result = call(name, &Value::from(vector["input"].clone()), None, zones);
    let got = match &result {
        Ok(json) => serde_json::from_str(json).unwrap(),
        Err(error) => thrown(error),
    };
    differs(expected, &got, "").map_or(Ok(()), |what| Err(format!("{name}: {what}")))
}

fn thrown(error: &Error) -> Json {
    serde_json::json!({"error": {"code": error.code().as_str(), "path": error.path()}})
}

/// Where `got` lacks or contradicts what is expected; it may hold more.
fn differs(expected: &Json, got: &Json, path: &str) -> Option<String> {
    match (expected, got) {
        (Json::Object(expected), Json::Object(got)) => expected.iter().find_map(|(name, value)| {
            let path = format!("{path}.{name}");
            differs(value, got.get(name).unwrap_or(&Json::Null), &path)
        }),
        (Json::Array(expected), Json::Array(got)) if expected.len() == got.len() => {
            let pairs = expected.iter().zip(got).enumerate();
            pairs.into_iter().find_map(|(index, (expected, got))| differs(expected, got, &format!("{path}[{index}]")))
        }
        (Json::Number(expected), Json::Number(got)) if expected.as_f64() == got.as_f64() => None,
        (expected, got) if expected == got => None,
        (expected, got) => Some(format!("{path}: expected {expected}, got {got}")),
    }
}

#[test]
fn every_vector_holds() {
    let zones = Arc::new(Zones::bundled());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 17, "vector files are missing: {files:?}");
    let mut failed = Vec::new();
    for file in files {
        let (count, failures) = failures(&file, &zones);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        println!("{name}: {} of {count} hold", count - failures.len());
        assert!(count > 0, "{name} is empty");
        failed.extend(failures.into_iter().take(3).map(|failure| format!("{name}: {failure}")));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_comparison_sees_differences() {
    let json = |text| serde_json::from_str::<Json>(text).unwrap();
    assert!(differs(&json(r#"{"a": [1]}"#), &json(r#"{"a": [1.0], "b": 2}"#), "").is_none());
    for (expected, got) in
        [(r#"{"a": 1}"#, r#"{"a": 2}"#), (r#"{"a": false}"#, "{}"), ("[1]", "[1, 2]"), ("[1]", "[]"), ("1", "\"1\"")]
    {
        assert!(differs(&json(expected), &json(got), "").is_some(), "{expected} {got}");
    }
}
