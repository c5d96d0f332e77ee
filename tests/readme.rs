//! What the documents say is so: README's tables are the code's, and every link leads somewhere.
//!
//! After a change of the guard's table: `UPDATE_README=1 cargo test --test readme`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use agent_interlock::{Policy, rule_table};

const BEGIN: &str = "<!-- rules: made by `UPDATE_README=1 cargo test --test readme` -->\n";
const END: &str = "<!-- end of rules -->";
const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/audit.md",
    "docs/contract.md",
    "examples/sales-day/README.md",
];

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn read(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// README with the table of the code between its markers.
fn with_rules(readme: &str) -> String {
    let (before, rest) = readme.split_once(BEGIN).expect("README.md has the first marker");
    let (_, after) = rest.split_once(END).expect("README.md has the second marker");
    let rows: Vec<_> = rule_table().map(|(name, about)| format!("| `{name}` | {about} |\n")).collect();
    format!("{before}{BEGIN}\n| rule | asks for |\n|---|---|\n{}\n{END}{after}", rows.concat())
}

#[test]
fn the_guards_table_is_that_of_the_code() {
    let readme = read("README.md");
    let made = with_rules(&readme);
    if std::env::var_os("UPDATE_README").is_some() {
        // At once, since the other tests read it meanwhile.
        fs::write(path("README.md.new"), &made).unwrap();
        fs::rename(path("README.md.new"), path("README.md")).unwrap();
    }
    assert!(
        read("README.md") == made,
        "README.md has another table than the code: run UPDATE_README=1 cargo test --test readme"
    );
}

/// The names in the first column of the tables under a heading, each in backticks.
fn first_column(document: &str, heading: &str) -> BTreeSet<String> {
    let (_, section) = document.split_once(heading).expect("the document has the heading");
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn the_policys_tables_name_every_field_and_no_other() {
    let policy = Policy::from_json(r#"{"customerId": "noor", "$schema": "policy.schema.json"}"#).unwrap();
    let document = serde_json::to_value(policy.document()).unwrap();
    let fields: BTreeSet<String> = document.as_object().unwrap().keys().cloned().collect();
    assert_eq!(first_column(&read("README.md"), "\n## The policy\n"), fields);
    assert_eq!(first_column(&read("docs/contract.md"), "\n## 1. The policy document\n"), fields);
}

/// Where the links of a Markdown text lead.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for document in DOCUMENTS {
        let text = read(document);
        let folder = path(document).parent().unwrap().to_path_buf();
        for link in links(&text).into_iter().filter(|link| !link.starts_with("https://")) {
            let file = link.split('#').next().unwrap_or_default();
            assert!(folder.join(file).exists(), "{document} links to {link}, which is not there");
        }
    }
}

#[test]
fn links_are_found() {
    assert_eq!(links("see [a](b.md), [c](https://d.e) and [f](g#h)"), ["b.md", "https://d.e", "g#h"]);
}
