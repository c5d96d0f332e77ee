//! The project's chores, one subcommand each: `cargo xtask help` lists them.

mod bench;
mod build;
mod demo;
mod project;
mod run;
mod schema;
mod test;
mod www;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::project::Project;

/// A subcommand: its name, its arguments, what it is for, and the code behind it.
struct Chore {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&Project, &[String]) -> Result<()>,
}

const CHORES: &[Chore] = &[
    Chore {
        name: "build",
        arguments: "",
        about: "Makes pkg/, the publishable npm package, from a clean checkout.",
        run: build::chore,
    },
    Chore {
        name: "demo",
        arguments: "[OPTION...]",
        about: "Builds the package and replays a day of a sales team with it.",
        run: demo::chore,
    },
    Chore {
        name: "test",
        arguments: "[STEP...] [--list]",
        about: "Runs every test there is, or only the steps named.",
        run: test::chore,
    },
    Chore {
        name: "bench",
        arguments: "",
        about: "Builds the package and measures it against plain JavaScript, in one run.",
        run: bench::chore,
    },
    Chore {
        name: "www",
        arguments: "",
        about: "Builds the package, and the simulator with it, into www/dist/.",
        run: www::chore,
    },
    Chore {
        name: "serve",
        arguments: "[PORT]",
        about: "The same, and serves it on this machine until it is stopped.",
        run: www::serve,
    },
    Chore {
        name: "schema",
        arguments: "[--check]",
        about: "Writes the policy's JSON Schema and TypeScript type anew from the Rust types.",
        run: schema::chore,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let (name, rest) = match arguments.split_first() {
        None => ("help", arguments),
        Some((name, rest)) => (name.as_str(), rest),
    };
    let wants_help = |text: &str| matches!(text, "help" | "-h" | "--help");
    if wants_help(name) || rest.iter().any(|text| wants_help(text)) {
        print!("{}", help());
        return Ok(());
    }
    match CHORES.iter().find(|chore| chore.name == name) {
        Some(chore) => (chore.run)(&Project::find()?, rest),
        None => bail!("unknown subcommand `{name}`\n\n{}", help()),
    }
}

fn help() -> String {
    let line = |chore: &Chore| format!("  {:<26} {}\n", format!("{} {}", chore.name, chore.arguments), chore.about);
    format!("Usage: cargo xtask <SUBCOMMAND>\n\n{}", CHORES.iter().map(line).collect::<String>())
}

/// For chores that take no arguments.
fn refuse_arguments(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => bail!("unexpected argument `{argument}`\n\n{}", help()),
    }
}
