//! The steps that look at the simulator: its sources, and the page itself in a real browser.

use std::fs;

use anyhow::{Context, Result};

use super::browser::chromium;
use super::package::test_files;
use super::session::Session;
use crate::run::Program;
use crate::www;

/// TypeScript, strict, against the built package's types; then what needs no browser.
pub(super) fn sources(session: &Session<'_>) -> Result<()> {
    session.build()?;
    Program::new("node")
        .current_dir(&session.project.root)
        .args(["node_modules/typescript/bin/tsc", "--project", "www/tsconfig.json"])
        .run()?;
    tests(session, "www/tests/plain")?.run()
}

/// Every feature clicked through; the screenshots are for people to look at.
pub(super) fn browser(session: &Session<'_>) -> Result<()> {
    session.build()?;
    www::bundle(session.project)?;
    let (chromium, _) = chromium()?;
    let screens = session.project.target.join("screens");
    fs::create_dir_all(&screens).with_context(|| format!("cannot make {}", screens.display()))?;
    tests(session, "www/tests/browser")?.env("CHROMIUM", chromium).env("SCREENS", screens).run()
}

fn tests(session: &Session<'_>, folder: &str) -> Result<Program> {
    Ok(Program::new("node")
        .current_dir(&session.project.root)
        .args(["--test", "--test-reporter", "spec", "--test-concurrency", "1"])
        .args(test_files(&session.project.path(folder))?))
}
