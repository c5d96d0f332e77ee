//! `cargo xtask schema`: what is generated from the Rust types and committed beside the hand-written part of the package.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build::{node, node_tools};
use crate::project::Project;

/// The JSON Schema of a policy as it may be written.
const SCHEMA: &str = "pkg-template/policy.schema.json";
/// The same as TypeScript, and the document in full.
const TYPES: &str = "pkg-template/types/document.d.ts";

pub(crate) fn chore(project: &Project, arguments: &[String]) -> Result<()> {
    match arguments {
        [] => write(project),
        [flag] if flag == "--check" => check(project),
        [argument, ..] => bail!("unexpected argument `{argument}`; `--check` is the only one"),
    }
}

fn write(project: &Project) -> Result<()> {
    for (file, text) in generate(project)? {
        fs::write(project.path(file), text).with_context(|| format!("cannot write {file}"))?;
    }
    Ok(())
}

/// Fails where the committed files are not what would be generated.
pub(crate) fn check(project: &Project) -> Result<()> {
    for (file, text) in generate(project)? {
        let committed = fs::read_to_string(project.path(file)).with_context(|| format!("cannot read {file}"))?;
        if committed != text {
            bail!("{file} is not what the Rust types say\n  what to do: run `cargo xtask schema` and commit it");
        }
    }
    Ok(())
}

fn generate(project: &Project) -> Result<[(&'static str, String); 2]> {
    node_tools(project)?;
    let folder = project.scratch("schema");
    fs::create_dir_all(&folder)?;
    let (input, full) = (folder.join("input.json"), folder.join("full.json"));
    let schema = save(&input, &agent_interlock::policy_schema())?;
    save(&full, &agent_interlock::full_policy_schema())?;
    let types = node(project, "xtask/js/types.mjs").args([input, full]).output()?;
    Ok([(SCHEMA, schema), (TYPES, types)])
}

fn save(file: &Path, schema: &Value) -> Result<String> {
    let text = format!("{schema:#}\n");
    fs::write(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(text)
}
