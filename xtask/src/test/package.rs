//! The steps that look at the npm package: as sources, as packed, as installed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::session::Session;
use crate::build::node_tools;
use crate::run::Program;

/// The newest TypeScript and the oldest whose users the types are made for, as npm names them here.
const COMPILERS: &[&str] = &["typescript", "typescript-5"];

pub(super) fn check_sources(session: &Session<'_>) -> Result<()> {
    node_tools(session.project)?;
    tool(session, "typescript/bin/tsc").args(["--project", "pkg-template/tsconfig.json"]).run()
}

pub(super) fn node_esm(session: &Session<'_>) -> Result<()> {
    node_tests(session, "tests/js", "esm")
}

pub(super) fn node_cjs(session: &Session<'_>) -> Result<()> {
    node_tests(session, "tests/js", "cjs")
}

/// The SDKs themselves, in one process with the package.
pub(super) fn mcp(session: &Session<'_>) -> Result<()> {
    node_tests(session, "tests/mcp", "esm")
}

/// The gate on the package as installed, with `better-sqlite3` and the tools of the checkout.
pub(super) fn gate(session: &Session<'_>) -> Result<()> {
    gate_tests(session, "tests/gate", "esm")
}

pub(super) fn gate_cjs(session: &Session<'_>) -> Result<()> {
    gate_tests(session, "tests/gate", "cjs")
}

pub(super) fn gate_crowd(session: &Session<'_>) -> Result<()> {
    gate_tests(session, "tests/gate/crowd", "esm")
}

pub(super) fn gate_killed(session: &Session<'_>) -> Result<()> {
    gate_tests(session, "tests/gate/killed", "esm")
}

pub(super) fn gate_hosts(session: &Session<'_>) -> Result<()> {
    gate_tests(session, "tests/gate/hosts", "esm")
}

fn gate_tests(session: &Session<'_>, folder: &str, format: &str) -> Result<()> {
    session.hosts()?;
    node_tests(session, folder, format)
}

fn node_tests(session: &Session<'_>, folder: &str, format: &str) -> Result<()> {
    let installed = session.installed()?;
    installed
        .program(session.project, "node")
        .env("FORMAT", format)
        .args(["--test", "--test-reporter", "spec"])
        .args(test_files(&installed.path(folder))?)
        .run()
}

/// The test files of a folder, in order: `node --test` takes no folders on every version.
pub(super) fn test_files(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

/// Every tsconfig beside the uses, with every compiler.
pub(super) fn types(session: &Session<'_>) -> Result<()> {
    let installed = session.installed()?;
    let root = fs::canonicalize(&session.project.root)?;
    for compiler in COMPILERS {
        for resolution in ["nodenext", "node16", "bundler", "using"] {
            eprintln!("{compiler}, {resolution}");
            installed
                .program(session.project, "node")
                .args([root.join("node_modules").join(compiler).join("bin/tsc")])
                .args(["--project".into(), installed.path(format!("tests/types/tsconfig.{resolution}.json"))])
                .run()?;
        }
    }
    Ok(())
}

/// In the runtime itself: its modules, its handlers, and no compiling of bytes.
pub(super) fn workerd(session: &Session<'_>) -> Result<()> {
    let config = session.installed()?.path("tests/workerd/config.capnp");
    // A binary, or a script that starts it: as npm could install it.
    let workerd = session.project.path("node_modules/.bin/workerd");
    Program::new(workerd).args(["test".as_ref(), config.as_os_str()]).run()
}

pub(super) fn publint(session: &Session<'_>) -> Result<()> {
    let tarball = &session.installed()?.tarball;
    tool(session, "publint/src/cli.js").args(["run".as_ref(), tarball.as_os_str(), "--strict".as_ref()]).run()
}

pub(super) fn attw(session: &Session<'_>) -> Result<()> {
    let tarball = &session.installed()?.tarball;
    tool(session, "@arethetypeswrong/cli/dist/index.js").args([tarball.as_os_str()]).run()
}

/// A program of the root's package.json.
fn tool(session: &Session<'_>, script: &str) -> Program {
    Program::new("node").current_dir(&session.project.root).args([PathBuf::from("node_modules").join(script)])
}
