//! Where things are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::Program;

/// The triple that the engine is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The checkout that the chores work on.
pub(crate) struct Project {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// The version of the crate, and so of the npm package.
    pub(crate) version: String,
}

impl Project {
    pub(crate) fn find() -> Result<Self> {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = xtask.parent().context("xtask/ stands in no folder")?.to_path_buf();
        let metadata = Program::new(Self::cargo())
            .current_dir(&root)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .advice("mend Cargo.toml")
            .output()?;
        let metadata: Value = serde_json::from_str(&metadata).context("`cargo metadata` gave no JSON")?;
        let target =
            metadata.get("target_directory").and_then(Value::as_str).context("cargo names no target folder")?;
        let version = version_of(&metadata, "agent-interlock").context("cargo knows no package `agent-interlock`")?;
        Ok(Self { root, target: target.into(), version: version.to_owned() })
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.root.join(inside)
    }

    /// The package that `cargo xtask build` makes.
    pub(crate) fn package(&self) -> PathBuf {
        self.path("pkg")
    }

    /// Intermediate results, which nobody publishes.
    pub(crate) fn scratch(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.target.join("xtask").join(inside)
    }

    /// The cargo that runs this very chore, so that a toolchain override holds for what it starts.
    pub(crate) fn cargo() -> OsString {
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
    }
}

fn version_of<'m>(metadata: &'m Value, name: &str) -> Option<&'m str> {
    let packages = metadata.get("packages")?.as_array()?;
    let package = packages.iter().find(|package| package.get("name").and_then(Value::as_str) == Some(name))?;
    package.get("version")?.as_str()
}
