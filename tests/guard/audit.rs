//! Whatever is done leaves a chain that holds, and asking what would be done leaves nothing.

use agent_interlock::{AuditEntry, Guard, Value, verify_audit};
use proptest::prelude::*;

use crate::cases;
use crate::commands::{self, Command};
use crate::policies::POLICIES;

fn kind(command: &Command) -> &'static str {
    match command {
        Command::Request(_) => "request",
        Command::Report(_) => "report",
        Command::Observe { .. } => "observe",
        Command::Lock { .. } => "lock",
        Command::Unlock { .. } => "unlock",
        Command::RecordUsage { .. } => "recordUsage",
        Command::SetPolicy { .. } => "setPolicy",
        Command::AdoptClock { .. } => "adoptClock",
        Command::Resolve { .. } => "resolve",
        Command::Acknowledge { .. } => "acknowledge",
    }
}

fn values(entries: &[AuditEntry]) -> Vec<Value> {
    entries.iter().map(|entry| Value::from(serde_json::to_value(entry).unwrap())).collect()
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn the_chain_of_any_commands_holds(steps in commands::steps(60), cut in any::<prop::sample::Index>()) {
        let mut guard = Guard::new(POLICIES[0].clone(), true).unwrap();
        let mut kinds = Vec::new();
        for (now, command) in commands::timed(&steps) {
            let before = guard.audit_head().seq;
            let done = commands::run(&mut guard, now, command);
            prop_assert!(guard.audit_head().seq <= before + 1);
            if guard.audit_head().seq > before {
                kinds.push(if done.is_ok() { kind(command) } else { "refused" });
            }
        }
        let entries = guard.audit_since(0);
        prop_assert_eq!(entries.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>(), kinds);
        let verdict = verify_audit(&values(&entries), None, Some(&guard.audit_head())).unwrap();
        prop_assert!(verdict.valid, "{:?}", verdict);
        if let Some(first) = entries.first() {
            let bound = serde_json::json!({"customerId": "noor", "policyDigest": POLICIES[0].digest()});
            prop_assert_eq!(&first.data["guard"], &bound);
            prop_assert!(entries[1..].iter().all(|entry| entry.data.get("guard").is_none()));
            // One that is missing is missed.
            let mut holed = values(&entries);
            holed.remove(cut.index(entries.len()));
            prop_assert!(!verify_audit(&holed, None, Some(&guard.audit_head())).unwrap().valid);
        }
    }

    #[test]
    fn what_is_explained_is_what_is_answered(steps in commands::steps(60)) {
        let mut guard = Guard::new(POLICIES[0].clone(), true).unwrap();
        for (now, command) in commands::timed(&steps) {
            let Command::Request(asked) = command else {
                let _ = commands::run(&mut guard, now, command);
                continue;
            };
            let before = (guard.snapshot().unwrap(), guard.audit_head());
            let explained = commands::explain(&mut guard, now, asked);
            prop_assert_eq!(&(guard.snapshot().unwrap(), guard.audit_head()), &before);
            let answered = commands::run(&mut guard, now, command);
            prop_assert_eq!(explained.map(|explained| explained["decision"].clone()), answered);
        }
    }
}
