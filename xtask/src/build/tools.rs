//! What the build needs besides cargo: the wasm target and the Node programs of package.json.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project::{Project, WASM_TARGET};
use crate::run::Program;

/// The oldest Node that the tools run on.
const NODE: (u32, u32) = (20, 19);

/// Adds the wasm target to the toolchain in use, where it is missing.
pub(crate) fn wasm_target(project: &Project) -> Result<()> {
    let library = Program::new("rustc")
        .current_dir(&project.root)
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .advice("install Rust from https://rustup.rs")
        .output()?;
    if Path::new(library.trim()).is_dir() {
        return Ok(());
    }
    Program::new("rustup")
        .current_dir(&project.root)
        .args(["target", "add", WASM_TARGET])
        .advice(format!(
            "give this toolchain the target {WASM_TARGET}; a Rust from a distribution has a package for it"
        ))
        .run()
}

/// Installs the packages of package-lock.json, unless they are what is installed already.
pub(crate) fn node_tools(project: &Project) -> Result<()> {
    check_node()?;
    install(&project.root)
}

/// Installs what the lock file of a folder says, unless it is what is installed already.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let stamp = folder.join("node_modules/.agent-interlock-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    Program::new("npm")
        .current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund"])
        .advice(format!("check the connection to the npm registry; `npm ci` in {} must work", folder.display()))
        .run()?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

fn check_node() -> Result<()> {
    let (major, minor) = NODE;
    let advice = format!("install Node.js {major}.{minor} or newer from https://nodejs.org");
    let version = Program::new("node").args(["--version"]).advice(&advice).output()?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < NODE {
        bail!("Node.js {} is too old\n  what to do: {advice}", version.trim());
    }
    Ok(())
}

/// A script of the project, run by Node at the checkout's root.
pub(crate) fn node(project: &Project, script: impl AsRef<Path>) -> Program {
    Program::new("node").current_dir(&project.root).args([script.as_ref()])
}
