//! One deterministic, explained policy decision for autonomous agents.
//!
//! The modules in reading order, each using only those above it:
//!
//! - vocabulary: `value` (untyped input), `read` (strict reading), `error`, `number`, `money`, `time`, `zone`, `text`, `keywords`, `json`,
//!   `canonical`, `writer`, `collect`
//! - `policy`: the document as written, and what is compiled from it; `reason`: the closed list of reasons
//! - `rules`, `recovery`: one file per rule, each a pure function; `call`: a rule by its name
//! - `action`, `guard`: all rules in one decision, over a state of its own
//! - `replay`: a log of actions through a guard; `analysis`: what can be said of a policy without one
//! - `wasm`: the only module that knows JavaScript
//!
//! ```
//! use agent_interlock::{ActionType, Policy, RiskFactors, requires_approval};
//!
//! let policy = Policy::from_json(r#"{"customerId": "noor", "autonomyMode": "safe_autopilot", "blockedKeywords": ["guarantee"]}"#)?;
//! let send = ActionType::new("send_message").unwrap();
//! let risk = RiskFactors { draft_text: "We ＧＵＡＲＡＮＴＥＥ it".into(), ..RiskFactors::default() };
//! assert_eq!(requires_approval(&policy, &send, &risk)?.reason.as_deref(), Some("blocked_keyword=guarantee"));
//! # Ok::<(), agent_interlock::Error>(())
//! ```

mod action;
mod analysis;
mod call;
mod canonical;
mod collect;
mod error;
mod guard;
mod json;
mod keywords;
mod length;
mod money;
mod number;
mod policy;
mod read;
mod reason;
mod recovery;
mod replay;
mod rules;
mod text;
mod time;
mod value;
// What reads the bytes of an argument knows no JavaScript: it is tested where all else is.
#[cfg(all(test, not(target_family = "wasm")))]
#[path = "wasm/decode.rs"]
mod decode;
#[cfg(target_family = "wasm")]
mod wasm;
mod writer;
mod zone;

pub use analysis::{ChainBreak, ChainVerdict, Warning, WarningCode, lint, verify_audit};
pub use call::call;
pub use error::{Error, ErrorCode, Result};
pub use guard::{
    AmountsUsed, Approval, ApprovalStatus, Approvers, AuditEntry, AuditHead, Decision, Effect, Expected, ExplainedRule,
    Explanation, Guard, InFlight, Lock, LockSource, Locks, Obligation, ObligationKind, Reported, RuleReason, UsageView,
    Vote, VoteDecision, rule_table,
};
pub use number::{Amount, Count};
pub use policy::*;
pub use reason::Reason;
pub use recovery::*;
pub use replay::{
    Against, AgentSummary, ApprovalSummary, Broken, BudgetPeaks, ByEffect, Change, Changes, Columns, DaySummary,
    DayUsage, DeferralSummary, LineDone, LockSummary, LockedScope, LogReplay, LogSummary, Other, Peak, Peaks, Replay,
    Replayed, Row, RowApproval, RuleChanges, RuleSummary, Side, Summary, Turn,
};
pub use rules::*;
pub use text::fold;
pub use time::{Date, Hour, InvalidTime, Timestamp};
pub use value::Value;
pub use zone::{Local, YearOffsets, ZoneSource, Zones};
