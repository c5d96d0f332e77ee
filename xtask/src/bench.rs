//! `cargo xtask bench`: how fast and how large, as ratios within one run.

use anyhow::Result;

use crate::build;
use crate::project::Project;
use crate::run::Program;

pub(crate) fn chore(project: &Project, arguments: &[String]) -> Result<()> {
    crate::refuse_arguments(arguments)?;
    build::build(project)?;
    Program::new("node").current_dir(&project.root).args(["benches/bench.mjs", "pkg"]).run()
}
