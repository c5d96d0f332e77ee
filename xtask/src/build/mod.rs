//! `cargo xtask build`: the npm package, from Rust and the hand-written part.

mod package;
mod tools;
mod wasm;

use anyhow::Result;

use crate::project::Project;
use crate::run::step;

pub(crate) use package::copy;
pub(crate) use tools::{install, node, node_tools, wasm_target};

pub(crate) fn chore(project: &Project, arguments: &[String]) -> Result<()> {
    crate::refuse_arguments(arguments)?;
    build(project)
}

/// Makes `pkg/` anew.
pub(crate) fn build(project: &Project) -> Result<()> {
    step("wasm target", || wasm_target(project))?;
    step("node tools", || node_tools(project))?;
    step("compile", || wasm::compile(project))?;
    let glue = step("bind", || wasm::bind(project))?;
    step("optimise", || wasm::optimise(project, &glue))?;
    step("bundle", || package::bundle(project))?;
    step("lay out", || package::lay_out(project))?;
    package::print_sizes(project)
}
