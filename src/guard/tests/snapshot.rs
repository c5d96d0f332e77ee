//! Snapshots: what goes on where it stopped, and what is refused.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::support::{Host, admin, host, place, policy};
use crate::error::ErrorCode;
use crate::guard::{Expected, Guard};
use crate::json::{canonical, sha256_hex};
use crate::value::Value;

pub(super) fn restored(host: &Host) -> Guard {
    let snapshot = host.guard.snapshot().unwrap();
    Guard::restore(Arc::clone(host.guard.policy()), &snapshot, &Expected::default()).unwrap()
}

/// A host whose guard holds something of everything there is.
fn full() -> Host {
    let actions = json!({"pay": {"level": "L2", "duplicateWindowMinutes": 60}, "ask": {"level": "L3"}});
    let velocity = |rate: f64| json!({"windowMinutes": 10, "actionsPerMinute": rate});
    let mut host = host(json!({
        "actions": actions, "timeZone": "Europe/Berlin", "quietHours": {"start": 11, "end": 12},
        "velocity": {"tier_1": velocity(0.5), "tier_2": velocity(1.0), "tier_3": velocity(2.0)},
    }));
    for id in ["done", "failed", "retrying", "unknown", "flying", "x".repeat(99).as_str()] {
        assert!(
            host.ask(json!({"id": id, "type": "pay", "args": {"id": id}, "cost": {"amount": 1.5, "messages": 2}}))
                .allowed
        );
    }
    host.succeed("done");
    for (id, status) in [("failed", 400), ("retrying", 429), ("unknown", 504)] {
        let usage = json!({"llmTokens": 5});
        host.report(json!({"actionId": id, "outcome": "failed", "error": {"status": status}, "usage": usage}));
    }
    host.ask(json!({"id": "waiting", "type": "ask"}));
    let [approved, rejected] =
        ["approved", "rejected"].map(|id| host.question(json!({"id": id, "type": "ask", "args": {"id": id}})));
    host.resolve(&approved, "approve");
    host.resolve(&rejected, "reject");
    for (index, id) in [(0, "first"), (2, "third")] {
        let group = json!({"id": "plan", "index": index, "size": 3});
        host.ask(json!({"id": id, "type": "generate_qbr", "args": {"id": id}, "group": group}));
    }
    host.ask(json!({"id": "idle", "type": "generate_qbr", "group": {"id": "idle", "index": 1, "size": 2}}));
    host.at("2026-03-20T10:25:00Z").ask(json!({"id": "earlier", "type": "ask", "args": {"n": 1}}));
    host.at("2026-03-20T10:30:00Z").ask(json!({"id": "deferred", "type": "send_message", "riskFactors": {}}));
    host.ask(json!({"id": "risky", "agent": "wild", "riskScore": 1, "impactScore": 1}));
    let bad = json!({"successRate": 0, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    let observation = json!({"agent": "ill", "metrics": bad, "alerts": [{"a": 1}]});
    host.attempt(|guard, options| guard.observe(&observation.into(), options)).unwrap();
    host.attempt(|guard, options| guard.lock(&admin().into(), options)).unwrap();
    host
}

fn json_of(host: &Host) -> Json {
    serde_json::from_str(&host.guard.snapshot().unwrap()).unwrap()
}

/// The text of an edited snapshot, its digest worked out anew, as somebody would who knows how.
fn sealed(mut snapshot: Json) -> String {
    snapshot.as_object_mut().unwrap().remove("digest");
    let body = snapshot.to_string();
    let open = body.strip_suffix('}').unwrap();
    format!(r#"{open},"digest":"{}"}}"#, sha256_hex(&body))
}

fn refusal(host: &Host, snapshot: &str) -> (ErrorCode, String) {
    let restored = Guard::restore(Arc::clone(host.guard.policy()), snapshot, &Expected::default());
    let Err(error) = restored else { panic!("a snapshot that should be refused") };
    place(&error)
}

#[test]
fn a_restored_guard_is_the_same() {
    let host = full();
    let again = restored(&host);
    assert_eq!(again.snapshot().unwrap(), host.guard.snapshot().unwrap());
    assert_eq!(again.audit_head(), host.guard.audit_head());
    assert_eq!((again.lock_state(), again.outbox()), (host.guard.lock_state(), host.guard.outbox()));
    assert_eq!(again.in_flight(&host.options()).unwrap(), host.guard.in_flight(&host.options()).unwrap());
    assert_eq!(again.usage(&host.options()).unwrap(), host.guard.usage(&host.options()).unwrap());
    assert_eq!(again.audit_since(0), []);
    assert_eq!(sealed(json_of(&host)), host.guard.snapshot().unwrap(), "the helper seals as the guard does");
}

#[test]
fn a_guard_that_has_seen_nothing_has_a_snapshot_too() {
    let host = host(json!({}));
    assert_eq!(restored(&host).snapshot().unwrap(), host.guard.snapshot().unwrap());
}

#[test]
fn without_an_audit_the_number_alone_goes_on() {
    let mut host = Host { guard: Guard::new(policy(json!({})), false).unwrap(), now: 0 };
    host.grant("1");
    assert_eq!((host.guard.audit_head().seq, host.guard.audit_head().hash), (1, "0".repeat(64)));
    host.guard = restored(&host);
    host.grant("2");
    assert_eq!((host.guard.audit_head().seq, host.guard.audit_since(0).len()), (2, 0));
    assert_eq!(host.guard.outbox()[1].id, "o2-0");
}

#[test]
fn the_digest_finds_any_edit() {
    let host = full();
    let text = host.guard.snapshot().unwrap();
    for (from, to) in
        [("\"done\"", "\"Done\""), ("1500000", "500000"), ("flying", "fly1ng"), ("\"unknown\"", "\"unknovn\"")]
    {
        assert!(text.contains(from), "{from}");
        let (code, path) = refusal(&host, &text.replacen(from, to, 1));
        assert_eq!((code, path.as_str()), (ErrorCode::InvalidSnapshot, "snapshot.digest"));
    }
    let mut other = json_of(&host);
    other["digest"] = "0".repeat(64).into();
    assert_eq!(refusal(&host, &other.to_string()), (ErrorCode::InvalidSnapshot, "snapshot.digest".into()));
}

#[test]
fn a_cut_snapshot_is_refused_at_every_length() {
    let host = full();
    let text = host.guard.snapshot().unwrap();
    for (length, _) in text.char_indices() {
        assert_eq!(refusal(&host, text.get(..length).unwrap()).0, ErrorCode::InvalidSnapshot);
    }
    assert_eq!(refusal(&host, &format!("{text} {{}}")).0, ErrorCode::InvalidSnapshot);
}

#[test]
fn a_name_that_stands_twice_is_refused() {
    let host = full();
    let text = host.guard.snapshot().unwrap();
    for (from, to) in [
        (r#""locks":{"#, r#""locks":{},"locks":{"#),
        (r#""version":1"#, r#""version":1,"version":1"#),
        (r#""wild":"#, r#""wild":null,"wild":"#),
    ] {
        assert!(text.contains(from), "{from}");
        let error = Guard::restore(Arc::clone(host.guard.policy()), &text.replacen(from, to, 1), &Expected::default())
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidSnapshot);
        assert!(error.message().contains("stands twice"), "{error}");
    }
}

#[test]
fn another_version_customer_policy_or_zone_is_refused() {
    let host = full();
    for (field, value, path) in [
        ("version", json!(2), "snapshot.version"),
        ("version", json!(0), "snapshot.version"),
        ("version", json!("1"), "snapshot.version"),
        ("customerId", json!("other"), "snapshot.customerId"),
        ("policyDigest", json!("0".repeat(64)), "snapshot.policyDigest"),
        ("extra", json!(1), "snapshot.extra"),
        ("state", json!(null), "snapshot.state"),
    ] {
        let mut edited = json_of(&host);
        edited[field] = value;
        assert_eq!(refusal(&host, &sealed(edited)), (ErrorCode::InvalidSnapshot, path.to_owned()), "{field}");
    }
    // What a later version has besides is not what is wrong with it.
    let mut later = json_of(&host);
    (later["version"], later["extra"]) = (json!(2), json!(1));
    assert_eq!(refusal(&host, &sealed(later)).1, "snapshot.version");
    let text = host.guard.snapshot().unwrap();
    for other in
        [json!({"customerId": "other"}), json!({"timeZone": "UTC"}), json!({"budget": {"maxMessagesPerDay": 900}})]
    {
        let error = Guard::restore(policy(other), &text, &Expected::default()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidSnapshot);
    }
}

#[test]
fn an_older_or_forked_one_is_refused_against_the_head_that_was_kept() {
    let mut host = host(json!({}));
    host.grant("1");
    let old = host.guard.snapshot().unwrap();
    let mut fork = Host { guard: host.guard.clone(), now: host.now };
    host.grant("2");
    fork.grant("3");
    let expected = Expected { head: Some(host.guard.audit_head()), digest: None };
    let restore = |text: &str| Guard::restore(Arc::clone(host.guard.policy()), text, &expected);
    assert!(restore(&host.guard.snapshot().unwrap()).is_ok());
    for text in [old, fork.guard.snapshot().unwrap()] {
        let error = restore(&text).unwrap_err();
        assert_eq!(place(&error), (ErrorCode::InvalidSnapshot, "snapshot.state.audit.head".into()));
    }
}

#[test]
fn an_edited_one_is_refused_against_the_digest_that_was_kept() {
    let host = full();
    let kept = json_of(&host)["digest"].as_str().unwrap().to_owned();
    let expected = Expected { head: None, digest: Some(kept) };
    let restore = |text: &str| Guard::restore(Arc::clone(host.guard.policy()), text, &expected);
    assert!(restore(&host.guard.snapshot().unwrap()).is_ok());
    let mut milder = json_of(&host);
    milder["state"]["locks"] = json!({"customer": null, "agents": {}});
    assert_eq!(
        place(&restore(&sealed(milder.clone())).unwrap_err()),
        (ErrorCode::InvalidSnapshot, "snapshot.digest".into())
    );
    // Without it nobody can tell: that is what it is for.
    assert!(Guard::restore(Arc::clone(host.guard.policy()), &sealed(milder), &Expected::default()).is_ok());
}

/// A place in a snapshot, what is put there, and where that is found.
type Case = (String, Json, &'static str);

/// Each sealed as if a guard had come to it.
fn assert_found(cases: Vec<Case>) {
    let host = full();
    for (pointer, value, found) in cases {
        let mut edited = json_of(&host);
        let field = edited.pointer_mut(&pointer).unwrap_or_else(|| panic!("{pointer}"));
        assert_ne!(*field, value, "{pointer}");
        *field = value.clone();
        let path = match found {
            DIGEST => "snapshot.digest".to_owned(),
            ZONE => "snapshot.zone".to_owned(),
            zone if zone.starts_with('.') => format!("snapshot.zone{zone}"),
            state => format!("snapshot.state.{state}"),
        };
        assert_eq!(refusal(&host, &sealed(edited)), (ErrorCode::InvalidSnapshot, path), "{pointer} {value}");
    }
}

/// What no guard can have come to.
#[test]
fn what_cannot_be_is_refused_whatever_its_digest() {
    let (past, far) = ("AAAAAAAAAA", "A999999999");
    let content = "A".repeat(22);
    let records = |place: &str| format!("/state/records/{place}");
    assert_found(vec![
        ("/state/now".to_owned(), json!(null), "now"),
        ("/state/now".into(), json!("2026-03-20T10:00:00Z"), "now"),
        ("/state/now".into(), json!(past), "locks"),
        ("/state/ledger/date".into(), json!(null), "now"),
        ("/state/ledger/date".into(), json!("2026-03-20"), "ledger.date"),
        ("/state/ledger/date".into(), json!(-2), "ledger.date"),
        ("/state/ledger/date".into(), json!(1.5), "ledger.date"),
        ("/state/ledger/date".into(), json!(2_932_898), "ledger.date"),
        ("/state/ledger/customer/0".into(), json!(-1), "ledger.customer[0]"),
        ("/state/ledger/customer/0".into(), json!(9_007_199_254_740_992_u64), "ledger.customer[0]"),
        ("/state/ledger/customer/3".into(), json!("007"), DIGEST),
        ("/state/ledger/customer/3".into(), json!("-7"), "ledger.customer[3]"),
        ("/state/ledger/customer/3".into(), json!(7), "ledger.customer[3]"),
        ("/state/ledger/customer".into(), json!([1, 2, 3]), "ledger.customer[3]"),
        ("/state/ledger/agents".into(), json!({"": []}), "ledger.agents[\"\"]"),
        ("/state/locks/customer/1".into(), json!(far), "locks"),
        ("/state/locks/customer/2".into(), json!("magic"), "locks.customer[2]"),
        ("/state/locks/customer/0".into(), json!(""), "locks.customer[0]"),
        ("/state/locks/customer".into(), json!(["x", past, "manual", 1]), "locks.customer"),
        ("/state/anomalies".into(), json!({"a\u{85}": "tier_3"}), "anomalies[\"a\\\\u{85}\"]"),
        ("/state/anomalies".into(), json!({"a": "tier_4"}), "anomalies.a"),
        ("/state/audit/head/seq".into(), json!(0), "audit.head"),
        ("/state/audit/head/hash".into(), json!("0".repeat(64)), "audit.head"),
        ("/state/audit/head/hash".into(), json!("f".repeat(63)), "audit.head.hash"),
        ("/state/recent/sales/times/0".into(), json!(-1), "recent.sales.times[0]"),
        ("/state/recent/sales/times/0".into(), json!(far), "recent"),
        ("/state/recent/sales/times/1".into(), json!(-1), "recent.sales.times[1]"),
        ("/state/recent/sales/times/1".into(), json!(past), "recent.sales.times[1]"),
        ("/state/recent/sales/reached".into(), json!("tier_0"), "recent.sales.reached"),
        ("/state/recent/sales/spans".into(), json!([[5, 1], [5, 1]]), "recent.sales.spans[1]"),
        ("/state/recent/sales/spans".into(), json!([[5, 0]]), "recent.sales.spans[0][1]"),
        ("/state/recent/sales/spans".into(), json!([[0, 1]]), "recent.sales.spans[0][0]"),
        ("/state/contents/0/0".into(), json!("x"), "contents[0][0]"),
        ("/state/contents/0/1".into(), json!(""), "contents[0][1]"),
        ("/state/contents/0/2".into(), json!("2026-03-20T10:00:00Z"), "contents[0][2]"),
        ("/state/contents/0".into(), json!([content]), "contents[0][1]"),
        ("/state/outbox/0/0".into(), json!("o99-0"), "outbox[0]"),
        ("/state/outbox/0/0".into(), json!("o0-0"), "outbox[0]"),
        ("/state/outbox/0/1".into(), json!("notice"), "outbox[0][1]"),
        (records("agents"), json!([]), "records.inFlight[0][1]"),
        (records("agents/0"), json!("zzz"), DIGEST),
        (records("types/0"), json!("no type"), "records.types[0]"),
        (records("types"), json!([]), "records.inFlight[0][2]"),
        (records("waiting/0/3"), json!("xyz"), "records.waiting[0][3]"),
        (records("waiting/0/1"), json!(99), "records.waiting[0][1]"),
        (records("waiting/0/1"), json!(-1), "records.waiting[0][1]"),
        (records("waiting/0/4"), json!(2), "records.waiting[0][4]"),
        (records("waiting/1/0"), json!("waiting"), "records.waiting[1]"),
        (records("waiting/0"), json!(["w", 0, 0, content, 0, [[]]]), "records.waiting[0]"),
        (records("waiting/0"), json!(["w", 0, 0, content, 0, [[]], 0]), "records.waiting[0][6]"),
        (records("finished/0/0"), json!("flying"), "records.finished[0]"),
        (records("finished/0/0"), json!("y".repeat(41)), "records.finished[0]"),
        (records("finished/0/0"), json!(""), "records.finished[0][0]"),
        (records("finished/0/4"), json!(0), "records.finished[0][4]"),
        (records("finished/0/4"), json!(5), "records.finished[0][4]"),
        (records("finished/0/5"), json!("short"), "records.finished[0][5]"),
        (records("finished/1/6"), json!(4), "records.finished[1][6]"),
        (records("finished/1"), json!(["f", 0, 0, content, 1, "AAAAAAAA", 0, [[]]]), "records.finished[1]"),
        (records("retrying/0/5"), json!(4), "records.retrying[0][5]"),
        (records("retrying/0/6"), json!("00"), "records.retrying[0][6]"),
        (records("retrying/0/7"), json!(null), "records.retrying[0][7]"),
        (records("retrying/0/8"), json!([]), "records.retrying[0][8][0]"),
        (records("retrying/0/8"), json!([[], [], []]), "records.retrying[0][8]"),
        (records("retrying/0/8"), json!([[], []]), DIGEST),
        (records("inFlight/0/5"), json!(0), "records.inFlight[0][5]"),
        (records("inFlight/0/6"), json!(far), "records.inFlight[0][6]"),
        (records("inFlight/0/7"), json!(-1), "records.inFlight[0][7]"),
        ("/zone/name".into(), json!("UTC"), ZONE),
        ("/zone/first".into(), json!(86_400), ".first"),
        ("/zone/first".into(), json!(0.5), ".first"),
        ("/zone/changes/0".into(), json!([9_999_999_999_i64, 0]), ".changes[1]"),
        // The second of the first change, in 1980.
        ("/zone/changes/1".into(), json!([323_830_800, 0]), ".changes[1]"),
        ("/zone/changes/0".into(), json!([1, 0, 1]), ".changes[0]"),
        ("/zone/changes/3/1".into(), json!(-86_400), ".changes[3][1]"),
    ]);
}

#[test]
fn approvals_and_plans_that_cannot_be_are_refused() {
    let (past, far) = ("AAAAAAAAAA", "A999999999");
    let approvals = |place: &str| format!("/state/approvals/{place}");
    let of = |place: &str| json_of(&full()).pointer(&approvals(place)).unwrap().clone();
    let other = json!("f".repeat(64));
    assert_found(vec![
        (approvals("open/0/6"), json!("{\"more\":1}"), "approvals.open[0]"),
        (approvals("open/0/7"), other, "approvals.open[0]"),
        (approvals("open/0/0"), json!("a1-000000000000000000000000"), "approvals.open[0]"),
        (approvals("open/1/13/0/0"), json!("sales"), "approvals.open[1]"),
        (approvals("open/1/13"), vec![of("open/1/13/0"); 2].into(), "approvals.open[1]"),
        (approvals("open/1/13/0/4"), json!(past), "approvals.open[1]"),
        ("/state/outbox/0/6".into(), json!(7), "outbox[0][6]"),
        ("/state/outbox/0/6".into(), json!("{"), "outbox[0][6]"),
        ("/state/outbox/0/7".into(), json!(3), "outbox[0][7]"),
        ("/state/rejected/0/0".into(), json!("x"), "rejected[0][0]"),
        (approvals("open/0/0"), json!("a0-000000000000000000000000"), "approvals.open[0][0]"),
        (approvals("open/0/0"), json!("a9999-000000000000000000000000"), "approvals.open[0]"),
        (approvals("open/1/0"), of("open/0/0"), "approvals.open[1]"),
        (approvals("open/1/1"), json!("waiting"), "approvals.open[1]"),
        (approvals("open/0/1"), json!(""), "approvals.open[0][1]"),
        (approvals("open/0/5"), json!(7), "approvals.open[0][5]"),
        (approvals("open/0/6"), json!("{"), "approvals.open[0][6]"),
        (approvals("open/0/6"), json!({}), "approvals.open[0][6]"),
        (approvals("open/0/7"), json!("f"), "approvals.open[0][7]"),
        (approvals("open/0/10"), json!("open"), "approvals.open[0][10]"),
        (approvals("open/0/10"), json!("approved"), "approvals.open[0]"),
        (approvals("open/0/10"), json!("consumed"), "approvals.open[0]"),
        (approvals("open/1/10"), json!("pending"), "approvals.open[1]"),
        (approvals("open/1/13"), json!([]), "approvals.open[1]"),
        (approvals("open/1/13/0/2"), json!("reject"), "approvals.open[1]"),
        (approvals("open/1/13/0/4"), json!(far), "approvals.open[1][13][0][4]"),
        (approvals("open/1/14"), json!(null), "approvals.open[1]"),
        (approvals("open/0/11"), json!(far), "approvals.open[0][11]"),
        (approvals("open/0/12"), json!(past), "approvals.open[0]"),
        (approvals("closed/0/10"), json!("consumed"), "approvals.closed[0]"),
        (approvals("closed/0/10"), json!("pending"), "approvals.closed[0]"),
        (approvals("closed/0/13"), json!([]), "approvals.closed[0]"),
        ("/state/groups/held/0/0".into(), json!(""), "groups.held[0][0]"),
        ("/state/groups/held/0/2".into(), json!(0), "groups.held[0][2]"),
        ("/state/groups/held/0/2".into(), json!(65), "groups.held[0][2]"),
        ("/state/groups/held/0/2".into(), json!(2), "groups.held[0][4][1][0]"),
        ("/state/groups/held/0/3".into(), json!(past), "groups.held[0]"),
        ("/state/groups/held/0/4/0/2".into(), json!(5), "groups.held[0][4][0][2]"),
        ("/state/groups/held/0/4/0/2".into(), json!(0), "groups.held[0]"),
        ("/state/groups/held/0/4".into(), json!([[0, "first", 1], [0, "third", 1]]), "groups.held[0]"),
        ("/state/groups/idle/0".into(), json!(["sales", "none", 2, past, []]), "groups.idle[0]"),
        ("/state/groups/idle/0/1".into(), json!("plan"), "groups.idle[0]"),
        ("/state/groups/idle/0/4/0/1".into(), json!("first"), "groups.idle[0]"),
        ("/state/groups/idle/0/3".into(), json!(far), "groups.idle[0][3]"),
    ]);
}

/// Another spelling of what a guard would write otherwise is found by the digest alone.
const DIGEST: &str = "digest";
const ZONE: &str = "zone";

#[test]
fn more_than_there_can_be_is_refused() {
    let many = |count: usize, row: &Json| {
        (0..count)
            .map(|id| {
                let mut row = row.clone();
                row[0] = id.to_string().into();
                row
            })
            .collect::<Vec<_>>()
    };
    let crowd = |shelf: &str, count: usize| {
        let mut crowded = json_of(&full());
        let rows = &mut crowded["state"]["records"][shelf];
        *rows = many(count, &rows[0]).into();
        refusal(&full(), &sealed(crowded)).1
    };
    assert_eq!(crowd("waiting", 1001), "snapshot.state.records.waiting");
    assert_eq!(crowd("finished", 1001), "snapshot.state.records.finished");
    assert_eq!(crowd("retrying", 501), "snapshot.state.records.retrying");
    // One of them too many for the agent; of another shelf as many as there may be are taken, and fail as what they are: an edit.
    assert_eq!(crowd("inFlight", 1001), "snapshot.state.records.inFlight[1000]");
    assert_eq!(crowd("inFlight", 1000), "snapshot.digest");
    let mut outbox = json_of(&full());
    let notice = outbox["state"]["outbox"][0].clone();
    outbox["state"]["outbox"] = vec![notice; 1001].into();
    assert_eq!(refusal(&full(), &sealed(outbox)), (ErrorCode::InvalidSnapshot, "snapshot.state.outbox".into()));
    let mut agents = json_of(&full());
    agents["state"]["anomalies"] =
        (0..1001).map(|agent| (agent.to_string(), json!("tier_1"))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(refusal(&full(), &sealed(agents)), (ErrorCode::InvalidSnapshot, "snapshot.state.anomalies".into()));
}

/// Every place in a snapshot, as a pointer.
fn places(value: &Json, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Json::Object(fields) => fields.iter().for_each(|(name, value)| {
            places(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), all);
        }),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), all));
        }
        _ => {}
    }
}

fn anything() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-3_i64..3).prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
        prop::sample::select(vec![
            json!([]),
            json!({}),
            json!("9999-12-31T23:59:59Z"),
            json!("0".repeat(64)),
            json!([[[]]])
        ]),
    ]
}

proptest! {
    /// Whatever is written over whatever place, sealed or not: it is refused, or it is a guard whose snapshot it is and that goes on.
    #[test]
    fn no_edit_is_taken_for_something_else(edits in prop::collection::vec((any::<prop::sample::Index>(), anything()), 1..4), seal in any::<bool>()) {
        let host = full();
        let mut edited = json_of(&host);
        for (place, value) in edits {
            let mut all = Vec::new();
            places(&edited, "", &mut all);
            *edited.pointer_mut(place.get(all.as_slice()).as_str()).unwrap() = value;
        }
        let text = if seal && edited.is_object() { sealed(edited) } else { edited.to_string() };
        match Guard::restore(Arc::clone(host.guard.policy()), &text, &Expected::default()) {
            Err(error) => prop_assert_eq!(error.code(), ErrorCode::InvalidSnapshot),
            Ok(guard) => {
                // What was written over itself is the same snapshot: its digest in another place, or 0.0 for 0.
                let read = |text: &str| canonical(&Value::from_json(text).unwrap()).unwrap();
                prop_assert_eq!(read(&guard.snapshot().unwrap()), read(&text));
                let mut host = Host { guard, now: host.now };
                for id in ["done", "retrying", "unknown", "flying", "waiting", "new"] {
                    let _ = host.try_ask_with(json!({"id": id, "type": "pay", "args": {"id": id}}), json!({}));
                    let _ = host.try_report(json!({"actionId": id, "outcome": "succeeded"}));
                }
                host.guard.snapshot().unwrap();
            }
        }
    }

    /// A byte changed anywhere.
    #[test]
    fn no_byte_can_be_changed(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let host = full();
        let mut bytes = host.guard.snapshot().unwrap().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let text = String::from_utf8_lossy(&bytes);
        // A few bytes can be written in two ways: then it is the same snapshot, to the last byte once it is written again.
        match Guard::restore(Arc::clone(host.guard.policy()), &text, &Expected::default()) {
            Err(error) => prop_assert_eq!(error.code(), ErrorCode::InvalidSnapshot),
            Ok(guard) => prop_assert_eq!(guard.snapshot().unwrap(), host.guard.snapshot().unwrap()),
        }
    }
}

/// As deep as any argument may be, and a snapshot of it can be read all the same.
#[test]
fn what_is_nested_as_deep_as_may_be_is_read_back() {
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let mut host = host(json!({"actions": {"ask": {"level": "L3"}}}));
    assert!(host.question(json!({"id": "deep", "type": "ask", "args": nested(62)})).starts_with('a'));
    let bad = json!({"successRate": 0, "efficiencyScore": 1, "averageResponseTime": 1, "marketImpactScore": 1});
    let observation = json!({"agent": "ill", "metrics": bad, "alerts": [nested(61)]});
    host.attempt(|guard, options| guard.observe(&observation.into(), options)).unwrap();
    let again = restored(&host);
    assert_eq!(again.outbox(), host.guard.outbox());
    let approvals = |guard: &Guard| guard.approvals(&Value::Null, &host.options()).unwrap();
    assert_eq!(approvals(&again), approvals(&host.guard));
}
