//! The policies that random commands run under, as plain facts for the reference and as documents for the guard.

use std::sync::{Arc, LazyLock};

use agent_interlock::Policy;
use serde_json::json;

/// What a policy says, as far as the others differ in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub zone: &'static str,
    /// Hours east of UTC.
    pub offset: i64,
    pub drafts_only: bool,
    /// From 21 to 8.
    pub quiet: bool,
    pub confirm_writes: bool,
    pub all_wait: bool,
    pub count_together: bool,
    pub messages: u64,
    /// So many people approve, within so many minutes, and whether the one who asked may not.
    pub quorum: usize,
    pub expires_after: i64,
    pub separate_duties: bool,
    /// `ask` is like `note` for once.
    pub ask_runs: bool,
}

const CALM: Facts = Facts {
    zone: "UTC",
    offset: 0,
    drafts_only: false,
    quiet: true,
    confirm_writes: false,
    all_wait: true,
    count_together: false,
    messages: 6,
    quorum: 1,
    expires_after: 1440,
    separate_duties: false,
    ask_runs: false,
};

pub const FACTS: [Facts; 7] = [
    CALM,
    Facts { zone: "Etc/GMT-14", offset: 14, quiet: false, all_wait: false, expires_after: 20, ..CALM },
    Facts { zone: "Etc/GMT+11", offset: -11, count_together: true, messages: 4, ..CALM },
    Facts { drafts_only: true, quiet: false, quorum: 2, ..CALM },
    Facts { confirm_writes: true, messages: 0, ..CALM },
    Facts { confirm_writes: true, separate_duties: true, expires_after: 90, ..CALM },
    // Nobody is asked but for what is outside the catalogue.
    Facts { quiet: false, ask_runs: true, ..CALM },
];

/// On this day nothing goes out.
pub const BLOCKED: &str = "2026-03-22";
/// The same, in days since 1970.
pub const BLOCKED_DAY: i64 = 20_534;
/// The customer's cap of money, in millionths, and `ann`'s own of messages.
pub const MONEY: u64 = 5_000_000;
pub const OWN_MESSAGES: u64 = 3;
/// Every window is of ten minutes; so many actions in it are no tier, tier 1, 2 and 3.
pub const WINDOW_MILLIS: i64 = 600_000;
pub const TIERS: [usize; 4] = [0, 3, 4, 6];
pub const TIMEOUT_MILLIS: i64 = 3_600_000;
/// The same payment within ten minutes is a duplicate.
pub const DUPLICATE_MILLIS: i64 = 600_000;

pub static POLICIES: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| FACTS.iter().map(compile).collect());

fn compile(facts: &Facts) -> Arc<Policy> {
    let tier = |rate: f64| json!({"windowMinutes": 10, "actionsPerMinute": rate});
    let document = json!({
        "customerId": "noor",
        "autonomyMode": if facts.drafts_only { "draft_and_approve" } else { "full_autopilot" },
        "timeZone": facts.zone,
        "quietHours": if facts.quiet { json!({"start": 21, "end": 8}) } else { json!(null) },
        "blockedDates": [BLOCKED],
        "requireHumanForFirstSend": false,
        "confirmWrites": facts.confirm_writes,
        "budget": {"maxMessagesPerDay": facts.messages, "maxCostPerDay": 5},
        "budgetScope": if facts.all_wait { "all" } else { "spending" },
        "velocity": {"tier_1": tier(0.3), "tier_2": tier(0.4), "tier_3": tier(0.6)},
        "velocityScope": if facts.count_together { "customer" } else { "agent" },
        "grantTimeoutMinutes": 60,
        "approvals": {
            "quorum": facts.quorum, "expiresAfterMinutes": facts.expires_after, "separationOfDuties": facts.separate_duties,
        },
        "actions": {
            "look": {"access": "read", "level": "L1"},
            "note": {"level": "L1"},
            "mail": {"messaging": true, "outbound": true, "level": "L2"},
            "pay": {"idempotent": true, "level": "L1", "duplicateWindowMinutes": 10, "cost": {"amount": 1.5}},
            "ask": {"level": if facts.ask_runs { "L1" } else { "L3" }},
        },
        "agents": {"ann": {"name": "Ann", "creator": "sara", "budget": {"maxMessagesPerDay": OWN_MESSAGES}}},
    });
    Arc::new(Policy::from_json(&document.to_string()).unwrap())
}
