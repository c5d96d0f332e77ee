//! What can be said of a policy without an action: each an answer about the document, none a decision.

mod lint;

pub use lint::{Warning, WarningCode, lint};

use crate::call::Rule;

/// The analyses by the names they are called by from outside.
pub(crate) const RULES: &[(&str, Rule)] = &[("lint", lint::call)];
