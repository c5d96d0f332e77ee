//! What can be said of a policy or an audit without an action: answers about documents, none a decision.

mod lint;
mod verify;

pub use lint::{Warning, WarningCode, lint};
pub use verify::{ChainBreak, ChainVerdict, verify_audit};

use crate::call::Rule;

/// The analyses by the names they are called by from outside.
pub(crate) const RULES: &[(&str, Rule)] = &[("lint", lint::call), ("verifyAudit", verify::call)];
