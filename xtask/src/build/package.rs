//! Laying the package around the module.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{tools, wasm};
use crate::project::Project;

/// The hand-written part that goes into the package as it is, with its place there.
const COPIED: &[(&str, &str)] = &[
    ("pkg-template/package.json", "package.json"),
    ("pkg-template/policy.schema.json", "policy.schema.json"),
    ("pkg-template/types", ""),
    ("pkg-template/cli", "cli"),
    ("README.md", "README.md"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
];

/// Makes the JavaScript of the package: one source, three bundles.
pub(super) fn bundle(project: &Project) -> Result<()> {
    let package = project.package();
    if package.exists() {
        fs::remove_dir_all(&package).with_context(|| format!("cannot remove {}", package.display()))?;
    }
    tools::node(project, "xtask/js/bundle.mjs")
        .args([project.scratch(wasm::GLUE), project.scratch(wasm::OPTIMISED), package])
        .run()
}

pub(super) fn lay_out(project: &Project) -> Result<()> {
    let package = project.package();
    for (from, to) in COPIED {
        copy(&project.path(from), &package.join(to))?;
    }
    declare_for_require(&package)?;
    check_version(project)
}

/// Copies a file, or a folder with all in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// TypeScript reads a `.d.ts` of this package as describing an ES module. What `require` gets needs its own `.d.cts`
/// files: the same text, importing each other.
fn declare_for_require(package: &Path) -> Result<()> {
    for entry in fs::read_dir(package)? {
        let path = entry?.path();
        let Some(stem) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".d.ts"))
        else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let text: String = text.split_inclusive('\n').map(import_for_require).collect();
        fs::write(package.join(format!("{stem}.d.cts")), text)?;
    }
    Ok(())
}

fn import_for_require(line: &str) -> String {
    if line.contains(" from \"./") { line.replace(".js\";", ".cjs\";") } else { line.to_owned() }
}

/// One version for the crate and the package.
fn check_version(project: &Project) -> Result<()> {
    let manifest = fs::read_to_string(project.package().join("package.json"))?;
    let manifest: Value = serde_json::from_str(&manifest).context("pkg-template/package.json is not JSON")?;
    let version = manifest.get("version").and_then(Value::as_str).unwrap_or("nothing");
    if version != project.version {
        bail!(
            "pkg-template/package.json says version {version}, Cargo.toml says {}\n  what to do: make them the same",
            project.version
        );
    }
    Ok(())
}

pub(super) fn print_sizes(project: &Project) -> Result<()> {
    let bundles = ["index.js", "index.cjs", "index.workerd.js"].map(|name| project.package().join(name));
    tools::node(project, "xtask/js/sizes.mjs").args([project.scratch(wasm::OPTIMISED)]).args(bundles).run()
}
