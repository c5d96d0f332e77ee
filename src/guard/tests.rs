//! The guard as a host sees it, by subject.

mod accounts;
mod approvals;
mod authority;
mod bounds;
mod clock;
mod consumption;
mod explain;
mod forgotten;
mod groups;
mod ledger;
mod lifecycle;
mod misuse;
mod other_words;
mod policy_change;
mod resolution;
mod room;
mod rows;
mod second_question;
mod snapshot;
mod support;
mod velocity;
