//! What the steps of one run share: the package, built once, packed once, installed once.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::build;
use crate::project::Project;
use crate::run::Program;

/// One run of the tests.
pub(super) struct Session<'p> {
    pub(super) project: &'p Project,
    built: OnceCell<()>,
    installed: OnceCell<Installed>,
    hosts: OnceCell<()>,
}

/// The packed package in a folder of its own, outside the checkout: nothing of the checkout can be found from there.
pub(super) struct Installed {
    folder: PathBuf,
    pub(super) tarball: PathBuf,
}

impl<'p> Session<'p> {
    pub(super) fn new(project: &'p Project) -> Self {
        Self { project, built: OnceCell::new(), installed: OnceCell::new(), hosts: OnceCell::new() }
    }

    /// Builds the package, unless this run has done so.
    pub(super) fn build(&self) -> Result<()> {
        if self.built.get().is_none() {
            build::build(self.project)?;
            self.built.get_or_init(|| ());
        }
        Ok(())
    }

    /// The package as a user gets it.
    pub(super) fn installed(&self) -> Result<&Installed> {
        if let Some(installed) = self.installed.get() {
            return Ok(installed);
        }
        self.build()?;
        let installed = Installed::new(self.project)?;
        Ok(self.installed.get_or_init(|| installed))
    }
}

/// What `better-sqlite3` needs to be loaded.
const SQLITE: &[&str] = &["better-sqlite3", "bindings", "file-uri-to-path"];

impl Session<'_> {
    /// Installs the other hosts that the gate is tried on, and lends `better-sqlite3` to the installed package.
    pub(super) fn hosts(&self) -> Result<()> {
        if self.hosts.get().is_some() {
            return Ok(());
        }
        let hosts = self.project.path("tests/hosts");
        build::install(&hosts)?;
        let installed = self.installed()?;
        for name in SQLITE {
            let inside = Path::new("node_modules").join(name);
            build::copy(&hosts.join(&inside), &installed.path(&inside))?;
        }
        self.hosts.get_or_init(|| ());
        Ok(())
    }
}

impl Installed {
    fn new(project: &Project) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("agent-interlock-test-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let tarball = folder.join(format!("agent-interlock-{}.tgz", project.version));
        // From here on the folder is removed whatever happens.
        let installed = Self { folder, tarball };
        installed.install(project)?;
        Ok(installed)
    }

    fn install(&self, project: &Project) -> Result<()> {
        let npm = || Program::new("npm").current_dir(&self.folder);
        npm().args(["pack", "--silent", "--pack-destination", "."]).args([project.package()]).run()?;
        fs::write(self.path("package.json"), r#"{"private": true, "type": "module"}"#)?;
        npm().args(["install", "--offline", "--no-audit", "--no-fund", "--silent"]).args([&self.tarball]).run()?;
        copy_tests(&project.path("tests"), &self.path("tests"))
    }

    pub(super) fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.folder.join(inside)
    }

    /// A program that runs there. The tests find the tools of the checkout through `PROJECT`.
    pub(super) fn program(&self, project: &Project, program: &str) -> Program {
        Program::new(program).current_dir(&self.folder).env("PROJECT", &project.root)
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

/// The folders of tests that run on the installed package, with the vectors they read.
fn copy_tests(from: &Path, to: &Path) -> Result<()> {
    for folder in ["gate", "js", "mcp", "page", "types", "vectors", "workerd"] {
        build::copy(&from.join(folder), &to.join(folder))?;
    }
    Ok(())
}
