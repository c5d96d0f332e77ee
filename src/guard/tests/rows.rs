//! Each row of the table at its boundary, but for velocity, repeats and budgets, which have files of their own.

use serde_json::{Value as Json, json};

use super::support::{admin, data, host, said};
use crate::guard::{Effect, LockSource};

const READ: &str = "discover_leads";

#[test]
fn a_lock_stops_all_but_reads_of_the_catalogue() {
    let mut host = host(json!({}));
    let mut order = admin();
    host.attempt(|guard, options| guard.lock(&order.clone().into(), options)).unwrap();
    order["agent"] = "sales".into();
    host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    assert_eq!(host.said(json!({"id": "a"})), (Effect::Lock, vec!["agent_locked", "customer_locked", "level"]));
    assert_eq!(host.said(json!({"id": "b", "agent": "other"})), (Effect::Lock, vec!["customer_locked", "level"]));
    assert_eq!(host.said(json!({"id": "c", "type": READ})), (Effect::Allow, vec![]));
    assert_eq!(host.ask(json!({"id": "d", "type": READ, "access": "write"})).effect, Effect::Lock);
    host.unlock(None);
    assert_eq!(host.said(json!({"id": "a"})), (Effect::Lock, vec!["agent_locked", "level"]));
    assert_eq!(host.ask(json!({"id": "b", "agent": "other"})).effect, Effect::Notify);
    host.unlock(Some("sales"));
    assert_eq!(host.ask(json!({"id": "a"})).effect, Effect::Notify);
}

#[test]
fn the_first_lock_keeps_its_reason() {
    let mut host = host(json!({}));
    for reason in ["first", "second"] {
        let order = json!({"agent": "sales", "by": {"id": "ann", "role": "viewer"}, "reason": reason});
        host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
        host.after_minutes(1);
    }
    let lock = host.guard.lock_state().agents["sales"].clone();
    assert_eq!((lock.reason.as_str(), lock.source), ("first", LockSource::Manual));
    assert_eq!(lock.since.to_string(), super::support::MORNING);
}

#[test]
fn risk_is_critical_from_eight_tenths_on_and_locks_reads_too() {
    for (risk, impact, critical) in [
        (1.0, 0.5, true),
        (1.0, 0.499_999, false),
        (0.8, 0.8, true),
        (0.799_999, 0.8, false),
        (0.6, 1.0, false),
        (0.7, 0.95, true),
        (1.0, 1.0, true),
        (0.0, 1.0, false),
    ] {
        let mut host = host(json!({}));
        let scored = json!({"id": "a", "type": READ, "riskScore": risk, "impactScore": impact});
        let decision = host.ask(scored);
        assert_eq!(decision.code == Some("critical_risk"), critical, "{risk} {impact}");
        assert_eq!(host.is_locked("sales"), critical);
        if critical {
            assert_eq!(decision.effect, Effect::Lock);
            let lock = host.guard.lock_state().agents["sales"].clone();
            assert_eq!((lock.reason.as_str(), lock.source), ("critical_risk", LockSource::CriticalRisk));
            assert_eq!(host.ask(json!({"id": "b"})).code, Some("agent_locked"));
        }
    }
}

fn metrics(success_rate: f64) -> Json {
    json!({"successRate": success_rate, "efficiencyScore": 0.9, "averageResponseTime": 5, "marketImpactScore": 0.9})
}

#[test]
fn an_anomaly_of_tier_3_locks_at_the_next_action_that_is_no_read() {
    let mut host = host(json!({}));
    let observe = |host: &mut super::support::Host, success_rate| {
        let observation = json!({"agent": "sales", "metrics": metrics(success_rate), "alerts": ["slow"]});
        host.attempt(|guard, options| guard.observe(&observation.into(), options)).unwrap()
    };
    observe(&mut host, 0.56);
    assert_eq!(host.said(json!({"id": "a"})), (Effect::Notify, vec!["level"]));
    assert_eq!(host.guard.outbox().len(), 1);
    let assessment = observe(&mut host, 0.55);
    assert!(assessment.systemic_alert.is_some());
    let alert = host.guard.outbox().pop().unwrap();
    assert_eq!((alert.title.as_str(), &alert.to), ("[Sales] systemic anomaly", &None));
    assert_eq!(data(&alert)["systemicAlert"]["diagnosticBrief"]["alerts"], json!(["slow"]));
    assert_eq!(host.said(json!({"id": "b", "type": READ})), (Effect::Allow, vec![]));
    assert!(!host.is_locked("sales"));
    assert_eq!(host.said(json!({"id": "c", "agent": "other"})), (Effect::Notify, vec!["level"]));
    // It holds until the next observation.
    assert_eq!(host.said(json!({"id": "d"})), (Effect::Lock, vec!["systemic_anomaly", "level"]));
    assert_eq!(host.guard.lock_state().agents["sales"].source, LockSource::Anomaly);
    observe(&mut host, 0.9);
    assert_eq!(host.said(json!({"id": "d"})), (Effect::Lock, vec!["agent_locked", "level"]));
    observe(&mut host, 0.1);
    host.unlock(Some("sales"));
    assert_eq!(host.ask(json!({"id": "d"})).effect, Effect::Notify);
}

#[test]
fn the_level_decides_who_is_told() {
    let actions = json!({
        "one": {"level": "L1"}, "two": {"level": "L2"}, "three": {"level": "L3"}, "none": {},
    });
    let mut host = host(json!({"actions": actions, "defaultLevel": "L3"}));
    let one = host.ask(json!({"id": "1", "type": "one"}));
    assert_eq!((said(&one), one.reason), ((Effect::Allow, vec![]), None));
    assert_eq!(one.obligations, []);
    let two = host.ask(json!({"id": "2", "type": "two", "args": {"to": "a\nb"}}));
    assert_eq!((two.effect, two.reason.as_deref()), (Effect::Notify, Some("level=L2")));
    let [notice] = two.obligations.as_slice() else { panic!("{:?}", two.obligations) };
    assert_eq!((notice.title.as_str(), notice.link.as_str()), ("[Sales] executed: two", "/agents/sales#activityLog"));
    assert_eq!((notice.to.as_deref(), notice.body.as_str()), (Some("sara"), r#"{"to":"a\nb"}"#));
    assert_eq!(host.guard.outbox(), two.obligations);
    // An agent without a creator has nobody to tell.
    let stranger = host.ask(json!({"id": "4", "type": "two", "agent": "other"}));
    assert_eq!((stranger.effect, stranger.obligations.len()), (Effect::Notify, 0));
    let three = host.ask(json!({"id": "3", "type": "three"}));
    assert_eq!((three.effect, three.reason.as_deref(), three.attempt), (Effect::Approve, Some("level=L3"), 0));
    assert_eq!(host.ask(json!({"id": "5", "type": "none"})).effect, Effect::Approve);
}

#[test]
fn a_person_approves_what_the_approval_rule_asks_for() {
    let mut host = host(json!({"autonomyMode": "draft_and_approve", "blockedKeywords": ["guarantee"]}));
    assert_eq!(host.said(json!({"id": "1"})), (Effect::Approve, vec!["level", "outbound_requires_human"]));
    assert_eq!(host.said(json!({"id": "2", "type": "draft_message"})), (Effect::Allow, vec![]));
    let message = json!({"id": "3", "type": "send_message", "riskFactors": {"draftText": "We ＧＵＡＲＡＮＴＥＥ it"}});
    assert_eq!(host.said(message), (Effect::Approve, vec!["level", "outbound_requires_human", "blocked_keyword"]));
}

#[test]
fn what_is_not_known_needs_a_person() {
    let factors = json!({"draftText": "/body", "sector": "/sector", "dealValue": "/value"});
    let actions = json!({
        "tell": {"messaging": true, "level": "L1", "factors": factors},
        "pay": {"level": "L1", "cost": {"amount": "/amount", "apiCalls": "/calls"}},
    });
    let mut host = host(json!({"actions": actions}));
    assert_eq!(
        host.said(json!({"id": "1", "type": "send_message"})),
        (Effect::Approve, vec!["level", "risk_factors_missing"])
    );
    assert_eq!(host.ask(json!({"id": "2", "type": "send_message", "riskFactors": {}})).effect, Effect::Notify);
    let tell = |id: &str, args: Json| json!({"id": id, "type": "tell", "args": args});
    let full = json!({"body": "hi", "sector": "retail", "value": 5});
    assert_eq!(host.said(tell("3", full)), (Effect::Allow, vec![]));
    // Nobody's sector is a sector that is known; another factor that is null is none.
    let none = json!({"body": "hi", "sector": null, "value": 5});
    assert_eq!(host.said(tell("4", none)), (Effect::Allow, vec![]));
    let lacking = host.ask(tell("5", json!({"body": null, "value": 5})));
    assert_eq!(said(&lacking), (Effect::Approve, vec!["risk_factor_missing", "risk_factor_missing"]));
    let texts: Vec<_> = lacking.reasons.iter().map(|reason| reason.reason.to_string()).collect();
    assert_eq!(texts, ["risk_factor_missing=sector", "risk_factor_missing=draftText"]);
    // What the host says goes before what the policy looks for.
    let mut told = tell("6", json!({"value": 5}));
    told["riskFactors"] = json!({"draftText": "", "sector": null});
    assert_eq!(host.said(told), (Effect::Allow, vec![]));
    let pay = |id: &str, args: Json| json!({"id": id, "type": "pay", "args": args});
    assert_eq!(host.said(pay("7", json!({"amount": 1.5, "calls": 2}))), (Effect::Allow, vec![]));
    assert_eq!((host.used(None).2, host.used(None).3), (2, 1.5));
    let unpriced = host.ask(pay("8", json!({"amount": null})));
    assert_eq!((unpriced.effect, unpriced.reason.as_deref()), (Effect::Approve, Some("cost_missing=apiCalls")));
    assert_eq!(said(&unpriced).1, ["cost_missing", "cost_missing"]);
}

#[test]
fn a_type_outside_the_catalogue_is_as_the_policy_says() {
    for (unknown, effect, codes) in [
        ("allow", Effect::Notify, vec!["level"]),
        ("approve", Effect::Approve, vec!["level", "unknown_action_type"]),
        ("deny", Effect::Deny, vec!["level", "unknown_action_type"]),
    ] {
        let mut host = host(json!({"unknownActions": unknown}));
        assert_eq!(host.said(json!({"id": "1", "type": "wipe", "riskFactors": {}})), (effect, codes), "{unknown}");
    }
}

#[test]
fn a_person_confirms_what_is_marked_so() {
    let actions =
        json!({"careful": {"level": "L1", "needsInterrupt": true}, "look": {"level": "L1", "access": "read"}});
    let mut calm = host(json!({"actions": actions.clone()}));
    assert_eq!(calm.said(json!({"id": "1", "type": "careful"})), (Effect::Approve, vec!["confirmation_required"]));
    assert_eq!(calm.said(json!({"id": "2", "type": "draft_message"})), (Effect::Allow, vec![]));
    let asking = json!({"id": "3", "type": "draft_message", "needsInterrupt": true});
    assert_eq!(calm.said(asking), (Effect::Approve, vec!["confirmation_required"]));
    let mut strict = host(json!({"actions": actions, "confirmWrites": true}));
    assert_eq!(
        strict.said(json!({"id": "1", "type": "draft_message"})),
        (Effect::Approve, vec!["confirmation_required"])
    );
    assert_eq!(strict.said(json!({"id": "2", "type": "look"})), (Effect::Allow, vec![]));
    let written = json!({"id": "3", "type": "look", "access": "write"});
    assert_eq!(strict.said(written), (Effect::Approve, vec!["confirmation_required"]));
}

#[test]
fn messages_wait_for_the_day_and_for_no_blocked_date() {
    let overrides = json!({"quietHours": {"start": 21, "end": 8}, "blockedDates": ["2026-03-22"]});
    let mut host = host(overrides);
    let message = |id: &str| json!({"id": id, "type": "send_message", "riskFactors": {}});
    assert_eq!(host.at("2026-03-20T20:59:59.999Z").ask(message("1")).effect, Effect::Notify);
    let night = host.at("2026-03-20T21:00:00Z").ask(message("2"));
    assert_eq!(said(&night), (Effect::Defer, vec!["level", "quiet_hours"]));
    assert_eq!(night.defer_until.unwrap().to_string(), "2026-03-21T08:00:00Z");
    assert_eq!(night.reasons[1].until, night.defer_until);
    assert_eq!(host.ask(json!({"id": "3"})).effect, Effect::Notify);
    // Both reasons hold, and the end of both counts.
    let blocked = host.at("2026-03-22T00:00:00Z").ask(message("4"));
    assert_eq!(said(&blocked), (Effect::Defer, vec!["level", "quiet_hours", "blocked_date"]));
    assert_eq!(blocked.defer_until.unwrap().to_string(), "2026-03-23T08:00:00Z");
    let noon = host.at("2026-03-22T12:00:00Z").ask(message("5"));
    assert_eq!(said(&noon), (Effect::Defer, vec!["level", "blocked_date"]));
    assert_eq!(noon.defer_until.unwrap().to_string(), "2026-03-23T08:00:00Z");
    assert_eq!(host.at("2026-03-23T07:59:59.999Z").ask(message("5")).effect, Effect::Defer);
    assert_eq!(host.at("2026-03-23T08:00:00Z").ask(message("5")).effect, Effect::Notify);
}

#[test]
fn what_is_never_free_is_denied() {
    let mut host = host(json!({"quietHours": {"start": 5, "end": 5}}));
    let never = host.ask(json!({"id": "1", "type": "send_message", "riskFactors": {}}));
    assert_eq!((said(&never), never.defer_until), ((Effect::Deny, vec!["level", "never_allowed"]), None));
}

#[test]
fn of_several_reasons_the_strictest_decides_and_all_are_kept() {
    let mut host = host(json!({
        "autonomyMode": "draft_and_approve", "quietHours": {"start": 0, "end": 23}, "unknownActions": "deny",
        "budget": {"maxMessagesPerDay": 0},
    }));
    let all =
        json!({"id": "1", "type": "wipe", "riskFactors": {}, "needsInterrupt": true, "riskScore": 1, "impactScore": 1});
    let codes = [
        "critical_risk",
        "level",
        "outbound_requires_human",
        "unknown_action_type",
        "confirmation_required",
        "quiet_hours",
        "exceeds_cap",
    ];
    assert_eq!(host.said(all), (Effect::Lock, codes.to_vec()));
    let defer =
        host.ask(json!({"id": "2", "type": "send_message", "riskFactors": {}, "agent": "b", "cost": {"messages": 0}}));
    assert_eq!((defer.effect, defer.code), (Effect::Deny, Some("exceeds_cap")));
}

#[test]
fn people_are_bound_by_repeats_alone_and_their_cost_counts() {
    let mut host = host(json!({
        "autonomyMode": "manual", "quietHours": {"start": 0, "end": 0}, "budget": {"maxMessagesPerDay": 1}, "confirmWrites": true,
    }));
    let order = admin();
    host.attempt(|guard, options| guard.lock(&order.into(), options)).unwrap();
    for id in ["1", "2"] {
        let message = json!({"id": id, "type": "send_message", "riskScore": 1, "impactScore": 1});
        let decision = host.try_ask_with(message.clone(), json!({"human": true, "requestedBy": "sara"})).unwrap();
        assert_eq!(said(&decision), (Effect::Allow, vec![]));
        let again = host.try_ask_with(message, json!({"human": true})).unwrap();
        assert_eq!(said(&again), (Effect::Deny, vec!["already_granted"]));
    }
    assert_eq!(host.used(None).0, 2);
    assert!(!host.is_locked("sales"));
}
