//! The steps that need a browser, or the runner that drives one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::package::test_files;
use super::session::Session;
use crate::build;
use crate::project::{Project, WASM_TARGET};
use crate::run::Program;

/// The tests that run in wasm: those beside the code use crates that are for native hosts alone.
pub(super) const WASM_TEST: &[&str] = &["--test", "same_everywhere"];

pub(super) fn wasm_node(session: &Session<'_>) -> Result<()> {
    wasm_tests(session)?.run()
}

pub(super) fn wasm_chromium(session: &Session<'_>) -> Result<()> {
    let (_, driver) = chromium()?;
    wasm_tests(session)?.env("WASM_BINDGEN_USE_BROWSER", "1").env("CHROMEDRIVER", driver).run()
}

pub(super) fn page(session: &Session<'_>) -> Result<()> {
    let (chromium, _) = chromium()?;
    let installed = session.installed()?;
    installed
        .program(session.project, "node")
        .env("CHROMIUM", chromium)
        .args(["--test", "--test-reporter", "spec"])
        .args(test_files(&installed.path("tests/page"))?)
        .run()
}

/// `cargo test` for wasm. Its runner comes from wasm-bindgen's own crate, in the version of Cargo.lock.
fn wasm_tests(session: &Session<'_>) -> Result<Program> {
    build::wasm_target(session.project)?;
    let runner = runner(session.project)?;
    Ok(Program::new(Project::cargo())
        .current_dir(&session.project.root)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .args(["test", "--release", "--package", "agent-interlock", "--no-default-features", "--target", WASM_TARGET])
        .args(WASM_TEST))
}

fn runner(project: &Project) -> Result<PathBuf> {
    let version = locked_version(project, "wasm-bindgen")?;
    let root = project.target.join("tools").join(format!("wasm-bindgen-{version}"));
    let runner = root.join("bin/wasm-bindgen-test-runner");
    if !runner.is_file() {
        // Not `--locked`: the lock file that the crate ships names a version that is not to be had.
        Program::new(Project::cargo())
            .args(["install", "wasm-bindgen-cli", "--version", &version, "--bin", "wasm-bindgen-test-runner"])
            .args(["--root".as_ref(), root.as_os_str()])
            .run()?;
    }
    Ok(runner)
}

fn locked_version(project: &Project, name: &str) -> Result<String> {
    let lock = fs::read_to_string(project.path("Cargo.lock")).context("cannot read Cargo.lock")?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{name}\""));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).with_context(|| format!("Cargo.lock has no package `{name}`"))
}

/// Chromium and its driver. Debian's packages are installed where this may be done.
pub(super) fn chromium() -> Result<(PathBuf, PathBuf)> {
    if find_chromium().is_none() {
        install_chromium()?;
    }
    find_chromium().context("`chromium` and `chromedriver` are not on the PATH\n  what to do: install both")
}

fn find_chromium() -> Option<(PathBuf, PathBuf)> {
    Some((on_path("chromium")?, on_path("chromedriver")?))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn install_chromium() -> Result<()> {
    let advice = "install Chromium and chromedriver so that `chromium` and `chromedriver` are on the PATH";
    if !Path::new("/usr/bin/apt-get").is_file() {
        bail!("`chromium` and `chromedriver` are not on the PATH, and this is no Debian\n  what to do: {advice}");
    }
    let apt = || Program::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").advice(advice);
    apt().args(["update"]).run()?;
    apt().args(["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"]).run()
}
