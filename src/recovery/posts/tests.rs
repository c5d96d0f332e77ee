//! Tests of [`super`].

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const NOW: i64 = 100_000_000_000;
const MINUTE: i64 = 60_000_000;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

fn sample(ago: i64, impressions: u32, engagements: u32) -> PostMetrics {
    PostMetrics { timestamp: at(NOW - ago), impressions: Count::of(impressions), engagements: Count::of(engagements) }
}

/// Metrics of which so many of a thousand impressions engage.
fn engaging(engagements: u32) -> Vec<PostMetrics> {
    vec![sample(3, 0, 0), sample(2, 5, 0), sample(1, 1000, engagements)]
}

fn record(post_id: &str, action_type: RecoveryAction, ago: i64, status: RecoveryStatus) -> RecoveryRecord {
    let tier = Tier::Tier1;
    RecoveryRecord {
        idempotency_key: recovery_key(post_id, action_type, tier),
        post_id: post_id.into(),
        action_type,
        tier,
        initiated_at: at(NOW - ago),
        status,
        attempts: Count::of(1),
        outcome: Value::Null,
        error_code: None,
        others: BTreeMap::new(),
    }
}

fn plan(metrics: &[PostMetrics], history: &[RecoveryRecord]) -> RecoveryPlan {
    plan_recovery("p", metrics, history, at(NOW), &RecoveryConfig::default())
}

fn refusal(metrics: &[PostMetrics], history: &[RecoveryRecord]) -> Option<&'static str> {
    match plan(metrics, history) {
        RecoveryPlan::Refused { reason, .. } => Some(reason.as_str()),
        _ => None,
    }
}

#[test]
fn samples_count_from_the_first_instant_of_the_window_on() {
    let edge = 90 * MINUTE;
    assert_eq!(
        plan(&[sample(edge + 1, 0, 0), sample(0, 0, 0), sample(-5, 0, 0)], &[]),
        RecoveryPlan::InsufficientSamples { sample_count: 2 }
    );
    assert!(matches!(
        plan(&[sample(edge, 0, 0), sample(0, 0, 0), sample(-5, 0, 0)], &[]),
        RecoveryPlan::Eligible { .. }
    ));
}

#[test]
fn the_more_a_post_stagnates_the_more_is_done() {
    let done = |engagements| match plan(&engaging(engagements), &[]) {
        RecoveryPlan::Eligible { stagnation_score, tier, action_type, idempotency_key } => {
            assert_eq!(idempotency_key, recovery_key("p", action_type, tier));
            (stagnation_score, tier.number(), action_type.as_str())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(done(0), (1.0, 3, "thread"));
    assert_eq!(done(10), (0.8, 3, "thread"));
    assert_eq!(done(11).1, 2);
    assert_eq!(done(22).1, 2);
    assert_eq!(done(23), (0.54, 1, "comment"));
    assert_eq!(done(50), (0.0, 1, "comment"));
    assert_eq!(done(51), (0.0, 1, "comment"));
    assert_eq!(treatment(0.55), (Tier::Tier2, RecoveryAction::Edit));
}

#[test]
fn what_is_lost_is_not_gained() {
    let score = |samples: [PostMetrics; 2]| stagnation(&samples.iter().collect::<Vec<_>>());
    assert_eq!(score([sample(2, 1000, 50), sample(1, 900, 60)]), 1.0);
    assert_eq!(score([sample(2, 900, 60), sample(1, 1000, 50)]), 1.0);
    assert_eq!(score([sample(1, 100, 1), sample(2, 0, 0)]), 0.8);
    // At the same time: the first given is the first.
    assert_eq!(score([sample(1, 0, 0), sample(1, 100, 5)]), 0.0);
    assert_eq!(stagnation(&[]), 1.0);
}

#[test]
fn the_same_is_not_done_twice_unless_it_failed() {
    let mut done = record("p", RecoveryAction::Comment, 400 * MINUTE, RecoveryStatus::Success);
    assert_eq!(refusal(&engaging(50), &[done.clone()]), Some("duplicate_action"));
    done.status = RecoveryStatus::Running;
    assert_eq!(refusal(&engaging(50), &[done.clone()]), Some("duplicate_action"));
    done.status = RecoveryStatus::Failed;
    assert_eq!(refusal(&engaging(50), &[done]), None);
}

#[test]
fn two_records_in_the_window_are_enough() {
    let failed = |post, ago| record(post, RecoveryAction::Edit, ago, RecoveryStatus::Failed);
    let (edge, none) = (90 * MINUTE, engaging(50));
    assert_eq!(refusal(&none, &[failed("p", edge), failed("p", 0)]), Some("window_frequency_exceeded"));
    assert_eq!(refusal(&none, &[failed("p", edge + 1), failed("p", 0)]), None);
    assert_eq!(refusal(&none, &[failed("q", 0), failed("p", 0)]), None);
}

#[test]
fn an_action_rests_until_its_cooldown_has_passed() {
    let rests = |action: RecoveryAction, engagements, ago| {
        refusal(&engaging(engagements), &[record("p", action, ago, RecoveryStatus::Failed)])
            == Some("action_cooldown_active")
    };
    for (action, engagements, minutes) in
        [(RecoveryAction::Comment, 50, 30), (RecoveryAction::Edit, 15, 120), (RecoveryAction::Thread, 0, 180)]
    {
        assert!(rests(action, engagements, minutes * MINUTE - 1), "{action}");
        assert!(!rests(action, engagements, minutes * MINUTE), "{action}");
        assert!(rests(action, engagements, -1), "{action}");
    }
    assert!(!rests(RecoveryAction::Edit, 50, 0));
}

#[test]
fn the_last_such_record_of_the_post_decides() {
    let comment = |post, ago| record(post, RecoveryAction::Comment, ago, RecoveryStatus::Failed);
    let (young, old) = (MINUTE, 200 * MINUTE);
    assert_eq!(refusal(&engaging(50), &[comment("p", old), comment("p", young)]), Some("action_cooldown_active"));
    assert_eq!(refusal(&engaging(50), &[comment("p", young), comment("p", old)]), None);
    assert_eq!(refusal(&engaging(50), &[comment("p", old), comment("q", young)]), None);
}

#[test]
fn a_configuration_is_filled_from_the_defaults() {
    let read = |json: &str| read_config(&Value::from_json(json).unwrap(), &Place::ARGUMENT.key("config"));
    assert_eq!(read("{}").unwrap(), RecoveryConfig::default());
    let set = read(r#"{"per_post_window_minutes": 1, "minSamplesRequired": 2, "cooldownByActionSeconds": {"edit": 3}, "maxActionsPerWindow": 0}"#).unwrap();
    assert_eq!((set.per_post_window_minutes, set.min_samples_required), (Count::of(1), Count::of(2)));
    assert_eq!(
        (set.cooldowns.comment, set.cooldowns.edit, set.cooldowns.thread),
        (Count::of(1800), Count::of(3), Count::of(10_800))
    );
    assert_eq!(set.max_actions_per_window, Count::ZERO);
    assert_eq!(read(r#"{"perPostWindowMinutes": 0}"#).unwrap_err().path(), "config.perPostWindowMinutes");
    assert_eq!(read(r#"{"minSamplesRequired": 0}"#).unwrap_err().path(), "config.minSamplesRequired");
    assert_eq!(
        read(r#"{"cooldownByActionSeconds": {"tweet": 1}}"#).unwrap_err().path(),
        "config.cooldownByActionSeconds.tweet"
    );
}

fn any_history() -> impl Strategy<Value = Vec<RecoveryRecord>> {
    let one = (0_usize..3, 0_i64..400, 0_usize..3, any::<bool>()).prop_map(|(action, minutes, status, ours)| {
        let post = if ours { "p" } else { "q" };
        record(post, RecoveryAction::ALL[action], minutes * MINUTE, RecoveryStatus::ALL[status])
    });
    proptest::collection::vec(one, 0..5)
}

proptest! {
    #[test]
    fn a_later_now_never_lengthens_a_cooldown(
        history in any_history(), action in 0_usize..3, later in 0_i64..20_000_000_000,
    ) {
        let cooldowns = RecoveryConfig::default().cooldowns;
        let rests = |now| is_resting(history.iter(), RecoveryAction::ALL[action], at(now), &cooldowns);
        prop_assert!(rests(NOW) || !rests(NOW + later));
    }

    #[test]
    fn more_history_never_allows_more(history in any_history(), more in any_history(), engagements in 0_u32..60) {
        // Records before the rest: the last one of each action, which decides on its cooldown, stays the last.
        let longer = [more, history.clone()].concat();
        let (now, then) = (refusal(&engaging(engagements), &longer), refusal(&engaging(engagements), &history));
        prop_assert!(now.is_some() || then.is_none());
    }
}
