//! `cargo xtask test`: every test there is, step by step. Nothing is skipped: what a step needs it gets, or it fails.

mod browser;
mod package;
mod rust;
mod session;
mod www;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use self::session::Session;
use crate::project::Project;

/// A part of the test run that can be asked for by its name.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Session<'_>) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "format", about: "Rust is formatted", run: rust::format },
    Step { name: "clippy", about: "no lint speaks up, natively", run: rust::clippy },
    Step { name: "clippy-wasm", about: "no lint speaks up, for wasm", run: rust::clippy_wasm },
    Step { name: "rust", about: "unit, property, contract and documentation tests", run: rust::test },
    Step { name: "schema", about: "generated files are what the Rust types say", run: schema },
    Step { name: "javascript", about: "the package's sources type-check", run: package::check_sources },
    Step { name: "build", about: "cargo xtask build", run: |session| session.build() },
    Step { name: "pack", about: "npm pack, and install into an empty folder", run: |s| s.installed().map(drop) },
    Step { name: "node-esm", about: "the installed package in Node, imported", run: package::node_esm },
    Step { name: "node-cjs", about: "the installed package in Node, required", run: package::node_cjs },
    Step { name: "mcp", about: "kinds of errors, from what the MCP SDKs throw and return", run: package::mcp },
    Step { name: "gate", about: "the gate, its stores, adapters, command line and examples", run: package::gate },
    Step { name: "gate-cjs", about: "the same, required", run: package::gate_cjs },
    Step {
        name: "gate-crowd",
        about: "the gate with many at once, in one process and in two",
        run: package::gate_crowd,
    },
    Step { name: "gate-killed", about: "the gate in a process that is killed 200 times", run: package::gate_killed },
    Step { name: "gate-hosts", about: "the gate in Deno, Bun and a newer Node.js", run: package::gate_hosts },
    Step { name: "types", about: "its types, right uses and wrong ones", run: package::types },
    Step { name: "workerd", about: "the installed package in Cloudflare's runtime", run: package::workerd },
    Step { name: "publint", about: "its manifest", run: package::publint },
    Step { name: "attw", about: "its types under every resolution", run: package::attw },
    Step { name: "wasm-node", about: "wasm-bindgen-test in Node", run: browser::wasm_node },
    Step { name: "wasm-chromium", about: "wasm-bindgen-test in headless Chromium", run: browser::wasm_chromium },
    Step { name: "page", about: "a page in Chromium that imports the package", run: browser::page },
    Step {
        name: "www-types",
        about: "the simulator's sources type-check, its words and days are whole",
        run: www::sources,
    },
    Step {
        name: "www",
        about: "the simulator in Chromium, clicked through; screenshots in target/screens",
        run: www::browser,
    },
];

fn schema(session: &Session<'_>) -> Result<()> {
    crate::schema::check(session.project)
}

pub(crate) fn chore(project: &Project, arguments: &[String]) -> Result<()> {
    if arguments.iter().any(|argument| argument == "--list") {
        for step in STEPS {
            println!("{:<16} {}", step.name, step.about);
        }
        return Ok(());
    }
    let chosen = choose(arguments)?;
    let session = Session::new(project);
    run(&session, &chosen)
}

fn choose(names: &[String]) -> Result<Vec<&'static Step>> {
    if names.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let find = |name: &String| match STEPS.iter().find(|step| step.name == name) {
        Some(step) => Ok(step),
        None => bail!("no step is called `{name}`; `cargo xtask test --list` names them"),
    };
    names.iter().map(find).collect()
}

/// Runs the steps in order up to the first that fails, and draws a table of them.
fn run(session: &Session<'_>, steps: &[&Step]) -> Result<()> {
    let mut times: Vec<Duration> = Vec::new();
    let mut failure = None;
    for step in steps {
        eprintln!("\n=== {}: {}", step.name, step.about);
        let start = Instant::now();
        let result = (step.run)(session);
        times.push(start.elapsed());
        if let Err(error) = result {
            failure = Some(error.context(format!("test step `{}` failed", step.name)));
            break;
        }
    }
    print_table(steps, &times, failure.is_some());
    failure.map_or(Ok(()), Err)
}

fn print_table(steps: &[&Step], times: &[Duration], failed: bool) {
    eprintln!();
    for (index, step) in steps.iter().enumerate() {
        let outcome = match times.get(index) {
            None => "not run".into(),
            Some(_) if failed && index + 1 == times.len() => "FAILED".into(),
            Some(time) => format!("passed {:>7.1} s", time.as_secs_f64()),
        };
        eprintln!("  {:<16} {outcome}", step.name);
    }
}
