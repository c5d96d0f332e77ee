//! Velocity: what counts, when it escalates, and what is locked.

#![allow(clippy::needless_pass_by_value, reason = "a JSON literal is written where it is used")]

use serde_json::{Value as Json, json};

use super::support::{Host, admin, data, host, millis, policy, said};
use crate::guard::{Effect, LockSource, ObligationKind};
use crate::rules::Tier;

/// 3 in 10 minutes, 5 in 10 minutes and 7 in 10 minutes.
fn tight() -> Json {
    let tier = |rate: f64| json!({"windowMinutes": 10, "actionsPerMinute": rate});
    json!({"tier_1": tier(0.3), "tier_2": tier(0.5), "tier_3": tier(0.7)})
}

fn tight_host(overrides: Json) -> Host {
    let mut all = json!({"velocity": tight()});
    for (name, value) in overrides.as_object().unwrap() {
        all[name] = value.clone();
    }
    host(all)
}

fn tier(host: &mut Host, id: &str) -> Option<Tier> {
    host.ask(json!({"id": id})).escalation.map(|escalation| escalation.tier)
}

fn obligations(host: &Host) -> Vec<(ObligationKind, Option<String>)> {
    let all = host.guard.outbox().into_iter().filter(|obligation| obligation.kind != ObligationKind::Notify);
    all.map(|obligation| (obligation.kind, obligation.to)).collect()
}

#[test]
fn each_tier_is_reached_at_its_rate() {
    let mut host = tight_host(json!({}));
    let tiers: Vec<_> = ["1", "2", "3", "4", "5", "6"].iter().map(|id| tier(&mut host, id)).collect();
    let (mild, serious) = (Some(Tier::Tier1), Some(Tier::Tier2));
    assert_eq!(tiers, [None, None, mild, mild, serious, serious]);
    let routed = |executor: &str| (ObligationKind::Route, Some(executor.to_owned()));
    let both = vec![routed("autonomous_guardian_executor"), routed("autonomous_recovery_executor")];
    assert_eq!(obligations(&host), both);
    let decision = host.ask(json!({"id": "7"}));
    assert_eq!(said(&decision), (Effect::Lock, vec!["velocity_tier_3", "level"]));
    assert_eq!(decision.escalation.unwrap().tier, Tier::Tier3);
    assert_eq!(obligations(&host)[2], (ObligationKind::Alert, None));
    let alert = host.guard.outbox().pop().unwrap();
    assert_eq!(data(&alert)["diagnosticBrief"]["actionType"], "book_meeting");
    let lock = host.guard.lock_state().agents["sales"].clone();
    assert_eq!((lock.reason.as_str(), lock.source), ("velocity_tier_3", LockSource::Velocity));
}

#[test]
fn a_window_lets_go_one_microsecond_after_its_length() {
    for (later, expected) in [(600_000, Some(Tier::Tier1)), (600_001, None)] {
        let mut host = tight_host(json!({}));
        host.grant("1");
        host.grant("2");
        host.after_millis(later);
        assert_eq!(tier(&mut host, "3"), expected, "{later}");
    }
}

#[test]
fn a_tier_that_is_left_and_reached_again_is_routed_again() {
    let mut host = tight_host(json!({}));
    for id in ["1", "2", "3", "4"] {
        host.grant(id);
    }
    assert_eq!(obligations(&host).len(), 1);
    host.after_minutes(60);
    for id in ["5", "6"] {
        host.grant(id);
    }
    assert_eq!(obligations(&host).len(), 1);
    host.grant("7");
    assert_eq!(obligations(&host).len(), 2);
}

#[test]
fn reads_people_and_repeats_never_count() {
    let mut host = tight_host(json!({"autonomyMode": "draft_and_approve"}));
    for id in 0..20 {
        host.ask(json!({"id": format!("read {id}"), "type": "discover_leads"}));
        let by_hand = json!({"id": format!("hand {id}")});
        assert!(host.try_ask_with(by_hand, json!({"human": true})).unwrap().allowed);
        // The same id again: granted, and waiting for approval.
        host.ask(json!({"id": "draft", "type": "draft_message"}));
        host.ask(json!({"id": "meeting"}));
        host.refused(json!({"id": "draft", "type": "publish_pulse"}));
    }
    assert_eq!(obligations(&host), []);
    assert_eq!(tier(&mut host, "third"), Some(Tier::Tier1));
}

#[test]
fn a_read_that_says_it_writes_counts() {
    let mut host = tight_host(json!({}));
    for id in 0..6 {
        host.ask(json!({"id": id.to_string(), "type": "discover_leads", "access": "write"}));
    }
    assert_eq!(host.ask(json!({"id": "7", "type": "discover_leads", "access": "write"})).effect, Effect::Lock);
}

#[test]
fn refused_ids_count_once() {
    let mut host = tight_host(json!({"autonomyMode": "manual"}));
    for _ in 0..3 {
        for id in ["1", "2"] {
            assert_eq!(host.ask(json!({"id": id})).effect, Effect::Approve);
        }
    }
    assert_eq!(tier(&mut host, "3"), Some(Tier::Tier1));
}

fn message(id: usize) -> Json {
    json!({"id": format!("m{id}"), "type": "send_message", "riskFactors": {}})
}

#[test]
fn what_time_held_back_counts_again_when_it_is_granted() {
    let mut host = tight_host(json!({"quietHours": {"start": 21, "end": 8}}));
    host.at("2026-03-20T22:00:00Z");
    for id in 0..10 {
        assert_eq!(host.ask(message(id)).effect, Effect::Defer);
        host.after_minutes(5);
    }
    host.at("2026-03-21T08:00:00Z");
    let tiers: Vec<_> = (0..7).map(|id| host.ask(message(id)).escalation.map(|escalation| escalation.tier)).collect();
    let (mild, serious) = (Some(Tier::Tier1), Some(Tier::Tier2));
    assert_eq!(tiers, [None, None, mild, mild, serious, serious, Some(Tier::Tier3)]);
    assert!(host.is_locked("sales"));
    // The one that was stopped is counted too.
    assert_eq!(host.guard.state.recent.get("sales").unwrap().since(millis("2026-03-21T08:00:00Z") * 1000), 7);
}

#[test]
fn what_time_holds_back_after_another_rule_did_counts_again_too() {
    let mut host = tight_host(json!({"quietHours": {"start": 21, "end": 8}}));
    let mut order = admin();
    order["agent"] = "sales".into();
    host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    for id in 0..3 {
        assert_eq!(host.ask(message(id)).effect, Effect::Lock);
    }
    host.unlock(Some("sales"));
    host.at("2026-03-20T22:00:00Z");
    for id in 0..3 {
        assert_eq!(host.ask(message(id)).effect, Effect::Defer);
    }
    host.at("2026-03-21T08:00:00Z");
    let tiers: Vec<_> = (0..3).map(|id| host.ask(message(id)).escalation.map(|escalation| escalation.tier)).collect();
    assert_eq!(tiers, [None, None, Some(Tier::Tier1)]);
}

#[test]
fn polling_what_is_deferred_is_no_velocity() {
    let mut host = tight_host(json!({"quietHours": {"start": 21, "end": 8}}));
    host.at("2026-03-20T22:00:00Z");
    for id in 0..6 {
        assert_eq!(host.ask(message(id)).effect, Effect::Defer);
    }
    for _ in 0..20 {
        let polled = host.ask(message(3));
        assert_eq!((said(&polled), polled.escalation), ((Effect::Defer, vec!["level", "quiet_hours"]), None));
    }
    assert_eq!(host.ask(message(6)).effect, Effect::Lock);
}

#[test]
fn a_lock_in_between_does_not_launder_what_was_deferred() {
    let mut host = tight_host(json!({"quietHours": {"start": 21, "end": 8}}));
    host.at("2026-03-20T22:00:00Z");
    for id in 0..20 {
        assert_eq!(host.ask(message(id)).effect, Effect::Defer);
        host.after_minutes(5);
    }
    let mut order = admin();
    order["agent"] = "sales".into();
    host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    for id in 0..20 {
        assert_eq!(host.ask(message(id)).effect, Effect::Lock);
    }
    host.unlock(Some("sales"));
    host.at("2026-03-21T08:00:00Z");
    let granted = (0..20).filter(|id| host.ask(message(*id)).allowed).count();
    assert_eq!(granted, 6);
}

#[test]
fn what_a_lock_refused_at_first_counts_when_it_is_granted() {
    let mut host = tight_host(json!({}));
    for id in 0..20 {
        host.ask(json!({"id": format!("b{id}")}));
    }
    host.unlock(Some("sales"));
    let granted = (7..20).filter(|id| host.ask(json!({"id": format!("b{id}")})).allowed).count();
    assert_eq!(granted, 6);
    assert!(host.is_locked("sales"));
}

#[test]
fn agents_run_away_each_for_itself() {
    let mut host = tight_host(json!({}));
    for id in 0..7 {
        host.ask(json!({"id": format!("b{id}"), "agent": "bulk"}));
    }
    assert!(host.is_locked("bulk"));
    assert_eq!(host.said(json!({"id": "1"})), (Effect::Notify, vec!["level"]));
    assert_eq!(host.guard.lock_state().customer, None);
}

#[test]
fn under_the_scope_customer_all_are_counted_and_locked_together() {
    let mut host = tight_host(json!({"velocityScope": "customer"}));
    for id in 0..6 {
        assert!(host.ask(json!({"id": id.to_string(), "agent": format!("agent {id}")})).allowed);
    }
    let seventh = host.ask(json!({"id": "7"}));
    assert_eq!(said(&seventh), (Effect::Lock, vec!["velocity_tier_3", "level"]));
    assert!(host.guard.lock_state().agents.is_empty());
    assert_eq!(host.guard.lock_state().customer.unwrap().source, LockSource::Velocity);
    assert_eq!(host.said(json!({"id": "8", "agent": "new"})).1[0], "customer_locked");
    host.unlock(None);
    assert_eq!(host.said(json!({"id": "9"})), (Effect::Notify, vec!["level"]));
}

#[test]
fn unlocking_clears_what_would_lock_again_at_once() {
    let mut host = tight_host(json!({}));
    for id in 0..7 {
        host.ask(json!({"id": id.to_string()}));
    }
    assert_eq!(host.ask(json!({"id": "again"})).code, Some("agent_locked"));
    host.unlock(Some("sales"));
    let tiers: Vec<_> = ["a", "b", "c"].iter().map(|id| tier(&mut host, id)).collect();
    assert_eq!(tiers, [None, None, Some(Tier::Tier1)]);
}

#[test]
fn an_agent_that_runs_away_under_a_lock_of_another_kind_alerts_too() {
    let mut host = tight_host(json!({}));
    let mut order = admin();
    order["agent"] = "sales".into();
    host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    for id in 0..8 {
        assert_eq!(host.ask(json!({"id": id.to_string()})).effect, Effect::Lock);
    }
    let alerts = obligations(&host).into_iter().filter(|(kind, _)| *kind == ObligationKind::Alert);
    assert_eq!(alerts.count(), 1);
}

#[test]
fn an_agent_that_goes_on_while_it_is_locked_alerts_once() {
    let mut host = tight_host(json!({}));
    for id in 0..50 {
        host.ask(json!({"id": id.to_string()}));
    }
    let alerts = obligations(&host).into_iter().filter(|(kind, _)| *kind == ObligationKind::Alert);
    assert_eq!(alerts.count(), 1);
    assert_eq!(host.ask(json!({"id": "more"})).code, Some("agent_locked"));
}

#[test]
fn another_policy_counts_what_was_done_under_the_first() {
    let mut host = tight_host(json!({}));
    for id in ["1", "2", "3"] {
        host.grant(id);
    }
    let three = json!({"windowMinutes": 10, "actionsPerMinute": 0.4});
    let strict = policy(json!({"velocity": {"tier_1": three, "tier_2": three, "tier_3": three}}));
    host.set_policy(&strict).unwrap();
    assert_eq!(host.ask(json!({"id": "4"})).code, Some("velocity_tier_3"));
}
