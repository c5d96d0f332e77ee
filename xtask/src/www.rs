//! `cargo xtask www` and `cargo xtask serve`: the simulator, on the built package.

use anyhow::{Result, bail};

use crate::build;
use crate::project::Project;
use crate::run::step;

/// Where the page stands once it is built; any static host can serve the folder.
const DIST: &str = "www/dist";

pub(crate) fn chore(project: &Project, arguments: &[String]) -> Result<()> {
    crate::refuse_arguments(arguments)?;
    build::build(project)?;
    bundle(project)
}

/// Builds it and serves it on the loopback interface until it is stopped.
pub(crate) fn serve(project: &Project, arguments: &[String]) -> Result<()> {
    let port = match arguments {
        [] => "8420",
        [port] if port.parse::<u16>().is_ok() => port,
        _ => bail!("expected a port, from 0 to 65535"),
    };
    build::build(project)?;
    bundle(project)?;
    let advice = "choose another port: `cargo xtask serve PORT`";
    build::node(project, "www/tools/serve.mjs")
        .args([project.path(DIST).as_os_str(), port.as_ref()])
        .advice(advice)
        .run()
}

/// Lays the page out; the package must be built.
pub(crate) fn bundle(project: &Project) -> Result<()> {
    step("www", || build::node(project, "www/tools/build.mjs").args([project.package(), project.path(DIST)]).run())
}
