//! A guard that was stopped and goes on is the one that never stopped, byte for byte.

use agent_interlock::{Expected, Guard};
use proptest::prelude::*;

use crate::cases;
use crate::commands;
use crate::policies::POLICIES;

fn restart(guard: &Guard) -> Guard {
    let expected = Expected { head: Some(guard.audit_head()), digest: None };
    Guard::restore(guard.policy().clone(), &guard.snapshot().unwrap(), &expected).unwrap()
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn going_on_equals_never_having_stopped(
        steps in commands::steps(60), cut in any::<prop::sample::Index>(), again in 1_usize..20,
    ) {
        let mut whole = Guard::new(POLICIES[0].clone(), true).unwrap();
        let mut cut_up = whole.clone();
        let cut = cut.index(steps.len());
        for (index, (now, command)) in commands::timed(&steps).enumerate() {
            if index >= cut && (index - cut) % again == 0 {
                cut_up = restart(&cut_up);
            }
            prop_assert_eq!(commands::run(&mut whole, now, command), commands::run(&mut cut_up, now, command));
            prop_assert_eq!(whole.audit_head(), cut_up.audit_head());
            prop_assert_eq!(whole.snapshot().unwrap(), cut_up.snapshot().unwrap());
        }
        let kept = cut_up.audit_since(0);
        prop_assert_eq!(&whole.audit_since(0)[whole.audit_since(0).len() - kept.len()..], kept.as_slice());
    }

    #[test]
    fn what_is_refused_as_wrong_leaves_no_trace(steps in commands::steps(40)) {
        let mut guard = Guard::new(POLICIES[0].clone(), true).unwrap();
        for (now, command) in commands::timed(&steps) {
            let (before, seq) = (guard.snapshot().unwrap(), guard.audit_head().seq);
            match commands::run(&mut guard, now, command) {
                Ok(_) => prop_assert!(guard.audit_head().seq <= seq + 1),
                // Refused authority is worth knowing of.
                Err(error) if matches!(error.code().as_str(), "not_authorized" | "already_resolved" | "expired") => {
                    prop_assert_eq!(guard.audit_head().seq, seq + 1);
                }
                Err(_) => prop_assert_eq!(guard.snapshot().unwrap(), before),
            }
        }
    }

    #[test]
    fn the_same_commands_give_the_same_guard(steps in commands::steps(40)) {
        let run = || {
            let mut guard = Guard::new(POLICIES[0].clone(), true).unwrap();
            let answers: Vec<_> = commands::timed(&steps).map(|(now, command)| commands::run(&mut guard, now, command)).collect();
            (answers, guard.snapshot().unwrap(), guard.audit_since(0))
        };
        prop_assert_eq!(run(), run());
    }
}
