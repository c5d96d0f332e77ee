//! The steps that cargo does alone.

use anyhow::Result;

use super::browser::WASM_TEST;
use super::session::Session;
use crate::project::{Project, WASM_TARGET};
use crate::run::Program;

fn cargo(session: &Session<'_>) -> Program {
    Program::new(Project::cargo()).current_dir(&session.project.root)
}

pub(super) fn format(session: &Session<'_>) -> Result<()> {
    cargo(session).args(["fmt", "--all", "--check"]).advice("run `cargo fmt --all`").run()
}

pub(super) fn clippy(session: &Session<'_>) -> Result<()> {
    cargo(session).args(["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]).run()
}

pub(super) fn clippy_wasm(session: &Session<'_>) -> Result<()> {
    crate::build::wasm_target(session.project)?;
    cargo(session)
        .args(["clippy", "--package", "agent-interlock", "--lib"])
        .args(WASM_TEST)
        .args(["--no-default-features", "--target", WASM_TARGET, "--", "-D", "warnings"])
        .run()
}

pub(super) fn test(session: &Session<'_>) -> Result<()> {
    cargo(session).args(["test", "--workspace", "--all-features"]).run()
}
