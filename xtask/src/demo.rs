//! `cargo xtask demo`: a day of a sales team's agents, through the packaged command line.

use anyhow::Result;

use crate::build;
use crate::project::Project;
use crate::run::{Program, step};

/// Builds the package and replays the day with it; the arguments are the command line's own (`--all`, `--json`, `--no-color`).
pub(crate) fn chore(project: &Project, arguments: &[String]) -> Result<()> {
    build::build(project)?;
    let day = project.path("examples/sales-day");
    step("replay", || {
        Program::new("node")
            .args([project.package().join("cli/main.js")])
            .args(["replay".into(), day.join("policy.json"), day.join("actions.jsonl")])
            .args(arguments)
            .run()
    })
}
