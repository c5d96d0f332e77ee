//! The guard as a host sees it, by subject.

mod accounts;
mod authority;
mod bounds;
mod clock;
mod ledger;
mod lifecycle;
mod misuse;
mod other_words;
mod policy_change;
mod rows;
mod snapshot;
mod support;
mod velocity;
