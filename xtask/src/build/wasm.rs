//! From the crate to an optimised `.wasm` file and the JavaScript that binds it.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::tools;
use crate::project::{Project, WASM_TARGET};
use crate::run::Program;

/// What `bind` makes, in the scratch folder.
pub(super) struct Bound {
    wasm: PathBuf,
}

/// The optimised module, in the scratch folder.
pub(super) const OPTIMISED: &str = "engine.wasm";

/// The binding JavaScript as a module that exports one factory, in the scratch folder.
pub(super) const GLUE: &str = "glue.js";

/// What Rust's target enables by default and every runtime of the last years has. `--all-features` would let the
/// optimiser emit what some of them reject.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(super) fn compile(project: &Project) -> Result<()> {
    // As a `cdylib` alone: beside an `rlib` cargo leaves link-time optimisation out, and the module is twice as large.
    Program::new(Project::cargo())
        .current_dir(&project.root)
        .args(["rustc", "--release", "--lib", "--package", "agent-interlock", "--crate-type", "cdylib"])
        .args(["--no-default-features", "--target", WASM_TARGET])
        .env("CARGO_ENCODED_RUSTFLAGS", remapped(project))
        .run()
}

/// Panics name the file they are in. The module shall name it alike wherever it is built, and no one's folders.
fn remapped(project: &Project) -> OsString {
    let mut flags = OsString::new();
    let root = (Some(project.root.clone()), "agent-interlock");
    let target = (Some(project.target.clone()), "target");
    for (folder, name) in [(cargo_home(), "cargo"), root, target] {
        let Some(folder) = folder else { continue };
        let separator = if flags.is_empty() { "" } else { "\x1f" };
        flags.push(format!("{separator}--remap-path-prefix={}={name}", folder.display()));
    }
    flags
}

fn cargo_home() -> Option<PathBuf> {
    let home = || std::env::home_dir().map(|home| home.join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

/// Runs wasm-bindgen, and wraps its script so that every call of `create` gives bindings of their own: an instance
/// that has trapped is thrown away with all that refers to it.
pub(super) fn bind(project: &Project) -> Result<Bound> {
    let compiled = project.target.join(WASM_TARGET).join("release/agent_interlock.wasm");
    let mut output = Bindgen::new()
        .input_path(&compiled)
        .no_modules(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot bind {}", compiled.display()))?;
    let inline = output.snippets().values().any(|snippets| !snippets.is_empty());
    if inline || !output.local_modules().is_empty() {
        bail!("the bindings import JavaScript snippets; keep src/wasm/ free of `inline_js` and `module = ...`");
    }
    fs::create_dir_all(project.scratch(""))?;
    fs::write(project.scratch(GLUE), factory(output.js()))?;
    let wasm = project.scratch("bound.wasm");
    fs::write(&wasm, output.wasm_mut().emit_wasm())?;
    Ok(Bound { wasm })
}

/// The parameters stand in for globals: test runners with a simulated DOM hide the text classes, and what they show
/// as `document` may lack what the script looks for there.
fn factory(script: &str) -> String {
    format!("export function create(TextEncoder, TextDecoder, document) {{\n{script}\nreturn wasm_bindgen;\n}}\n")
}

pub(super) fn optimise(project: &Project, bound: &Bound) -> Result<()> {
    tools::node(project, "node_modules/binaryen/bin/wasm-opt")
        .args([bound.wasm.as_os_str(), "-o".as_ref(), project.scratch(OPTIMISED).as_os_str(), "-O3".as_ref()])
        .args(FEATURES)
        .run()
}
