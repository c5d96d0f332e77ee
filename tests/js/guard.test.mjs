// The guard through the package: commands, views, snapshots. What the rules decide is tried in Rust; here is the facade.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { library, refuses } from "./library.mjs";

const { Guard, Policy, assessAnomaly } = library;

const POLICY = {
  customerId: "noor",
  autonomyMode: "safe_autopilot",
  agents: { sales: { name: "Sales", creator: "huda" } },
  actions: { pay: { cost: { amount: "/sum" } }, look: { access: "read", level: "L1" }, ask: { level: "L3" } },
};
const ADMIN = { id: "root", role: "platform_admin" };
const T0 = "2026-05-18T09:00:00Z";
const at = (minutes) => ({ now: new Date(Date.parse(T0) + minutes * 60_000) });
const action = (id, more) => ({ id, type: "book_meeting", agent: "sales", ...more });
const NOTHING = { messages: 0, llmTokens: 0, apiCalls: 0, amount: 0 };

/** Hands a guard to `use`, and frees it. */
function withGuard(use, options) {
  const guard = new Guard({ policy: POLICY, ...options });
  try {
    return use(guard);
  } finally {
    guard.free();
  }
}

describe("commands", () => {
  test("a request is a decision with all that is known of it", () =>
    withGuard((guard) => {
      const args = { with: "Huda", room: null };
      const decision = guard.request(action("a1", { args }), at(0));
      // Canonical JSON (RFC 8785) by hand.
      const content = '{"agent":"sales","args":{"room":null,"with":"Huda"},"customer":"noor","type":"book_meeting"}';
      assert.deepEqual(decision, {
        actionId: "a1",
        effect: "notify",
        allowed: true,
        code: "level",
        reason: "level=L2",
        reasons: [{ rule: "level", effect: "notify", code: "level", text: "level=L2", level: "L2" }],
        approval: null,
        deferUntil: null,
        escalation: null,
        obligations: decision.obligations,
        attempt: 1,
        digest: createHash("sha256").update(content).digest("hex"),
        policyDigest: guard.policyDigest,
        at: T0,
      });
      const [notice, ...others] = decision.obligations;
      assert.deepEqual(others, []);
      assert.deepEqual(
        { ...notice, id: typeof notice.id },
        {
          id: "string",
          kind: "notify",
          to: "huda",
          title: "[Sales] executed: book_meeting",
          body: '{"with":"Huda","room":null}',
          link: "/agents/sales#activityLog",
        },
      );
      assert.deepEqual(guard.outbox(), [notice]);
    }));

  test("a report settles a grant, once", () =>
    withGuard((guard) => {
      guard.request(action("a1", { cost: { llmTokens: 500, amount: 3 } }), at(0));
      assert.deepEqual(guard.usage(at(1)).customer, { ...NOTHING, llmTokens: 500, amount: 3 });
      const settled = { actionId: "a1", outcome: "succeeded", usage: { llmTokens: 700 }, attempt: 1 };
      const reported = guard.report(settled, at(1));
      assert.deepEqual(reported, { actionId: "a1", outcome: "succeeded", category: null, retryable: false, retryAt: null, attempts: 1 });
      assert.deepEqual(guard.report(settled, at(2)), reported);
      assert.deepEqual(guard.usage(at(2)).customer, { ...NOTHING, llmTokens: 700 });
      refuses(() => guard.report({ ...settled, outcome: "failed" }, at(3)), { code: "conflict", path: "outcome" });
      refuses(() => guard.report({ actionId: "a2", outcome: "failed" }, at(3)), { code: "not_found", path: "actionId" });
      assert.equal(guard.request(action("a1", { cost: { llmTokens: 500, amount: 3 } }), at(4)).code, "already_executed");
    }));

  test("a failure that passes may come again when the server says", () =>
    withGuard((guard) => {
      guard.request(action("a1"), at(0));
      const error = { statusCode: 429, retryAfter: 90 };
      const reported = guard.report({ actionId: "a1", outcome: "failed", error }, at(0));
      assert.deepEqual(reported, {
        actionId: "a1", outcome: "failed", category: "transient", retryable: true, retryAt: "2026-05-18T09:01:30Z", attempts: 1,
      });
      const early = guard.request(action("a1"), at(1));
      assert.deepEqual([early.effect, early.code, early.deferUntil], ["defer", "retry_not_before", "2026-05-18T09:01:30Z"]);
      assert.equal(guard.request(action("a1"), at(1.5)).attempt, 2);
    }));

  test("an observation is the assessment of its metrics, and what it finds locks", () =>
    withGuard((guard) => {
      const metrics = { successRate: 0.5, efficiencyScore: 0.3, averageResponseTime: 95, marketImpactScore: 0.2 };
      const assessment = guard.observe({ agent: "sales", metrics, alerts: ["pager"] }, at(0));
      assert.deepEqual(assessment, assessAnomaly({ agentId: "sales", snapshot: metrics, alerts: ["pager"], now: T0 }));
      assert.deepEqual(guard.outbox().map(({ kind }) => kind), ["alert"]);
      const decision = guard.request(action("a1"), at(1));
      assert.deepEqual([decision.effect, decision.code], ["lock", "systemic_anomaly"]);
      assert.deepEqual(guard.lockState().agents.sales.source, "anomaly");
    }));

  test("lock and unlock: by whom they may", () =>
    withGuard((guard) => {
      const locked = guard.lock({ agent: "sales", by: { id: "omar", role: "member" }, reason: "looks odd" }, at(0));
      assert.deepEqual(locked, { customer: null, agents: { sales: { reason: "looks odd", since: T0, source: "manual" } } });
      assert.deepEqual(guard.lockState(), locked);
      assert.equal(guard.request(action("a1"), at(1)).code, "agent_locked");
      assert.equal(guard.request(action("r1", { type: "look" }), at(1)).effect, "allow");
      const unlock = (id, role, agent) => () => guard.unlock({ agent, by: { id, role }, reason: "seen" }, at(2));
      refuses(unlock("omar", "member", "sales"), { code: "not_authorized", path: "by" });
      refuses(unlock("sales", "platform_admin", "sales"), { code: "not_authorized", path: "by" });
      assert.deepEqual(unlock("huda", "member", "sales")(), { customer: null, agents: {} });
      guard.lock({ by: { id: "omar", role: "member" }, reason: "stop" }, at(3));
      assert.equal(guard.request(action("a2"), at(3)).code, "customer_locked");
      refuses(unlock("huda", "member"), { code: "not_authorized", path: "by" });
      assert.deepEqual(unlock("root", "platform_admin")(), { customer: null, agents: {} });
      assert.equal(guard.request(action("a3"), at(4)).allowed, true);
    }));

  test("usage from elsewhere counts, and a day ends at local midnight", () =>
    withGuard((guard) => {
      assert.equal(guard.recordUsage({ agent: "sales", usage: { messages: 2, amount: 0.1 } }, at(0)), undefined);
      guard.recordUsage({ usage: { amount: 0.2 } }, at(0));
      assert.deepEqual(guard.usage(at(0)), {
        date: "2026-05-18",
        customer: { ...NOTHING, messages: 2, amount: 0.3 },
        agents: { sales: { ...NOTHING, messages: 2, amount: 0.1 } },
      });
      // In Riyadh the day ends at 21:00 UTC.
      assert.equal(guard.usage({ now: "2026-05-18T20:59:59Z" }).date, "2026-05-18");
      assert.deepEqual(guard.usage({ now: "2026-05-18T21:00:00Z" }), { date: "2026-05-19", customer: NOTHING, agents: {} });
    }));

  test("the outbox keeps what is not acknowledged", () =>
    withGuard((guard) => {
      for (const id of ["a1", "a2"]) guard.request(action(id), at(0));
      const [first, second] = guard.outbox().map(({ id }) => id);
      assert.equal(guard.acknowledge({ ids: [first, "never seen"] }, at(1)), 1);
      assert.deepEqual(guard.outbox().map(({ id }) => id), [second]);
    }));

  test("what is in flight", () =>
    withGuard((guard) => {
      guard.request(action("a1"), at(0));
      const entry = { actionId: "a1", type: "book_meeting", agent: "sales", attempt: 1, grantedAt: T0 };
      assert.deepEqual(guard.inFlight(at(1)), [{ ...entry, status: "granted" }]);
      assert.deepEqual(guard.inFlight(at(1440)), [{ ...entry, status: "unknown" }]);
    }));

  test("another policy: by an admin, by document or handle, never another customer's", () =>
    withGuard((guard) => {
      const strict = new Policy({ ...POLICY, autonomyMode: "manual" });
      const order = { by: ADMIN, reason: "review", ...at(1) };
      refuses(() => guard.setPolicy(strict, { ...order, by: { id: "huda", role: "member" } }), { code: "not_authorized", path: "by" });
      refuses(() => guard.setPolicy({ ...POLICY, customerId: "other" }, order), { code: "conflict", path: "policy.customerId" });
      refuses(() => guard.setPolicy({ ...POLICY, defaultLvl: "L1" }, order), { code: "invalid_policy", path: "policy.defaultLvl" });
      assert.equal(guard.request(action("a1"), at(1)).effect, "notify");
      guard.setPolicy(strict, order);
      strict.free();
      assert.equal(guard.request(action("a2"), at(2)).code, "autonomy_mode");
      guard.setPolicy(POLICY, { ...order, ...at(3) });
      assert.equal(guard.request(action("a3"), at(3)).effect, "notify");
    }));

  test("a clock that steps back counts as the last time; a leap ahead is adopted by an admin", () =>
    withGuard((guard) => {
      guard.request(action("a1"), at(60));
      assert.equal(guard.request(action("a2"), at(0)).at, "2026-05-18T10:00:00Z");
      const leap = { now: "2028-01-01T00:00:00Z" };
      refuses(() => guard.request(action("a3"), leap), { path: "now", message: /366 days/ });
      refuses(() => guard.usage(leap), { path: "now" });
      refuses(() => guard.adoptClock({ by: { id: "huda", role: "member" }, reason: "new host" }, leap), { code: "not_authorized", path: "by" });
      assert.equal(guard.adoptClock({ by: ADMIN, reason: "new host" }, leap), undefined);
      assert.equal(guard.request(action("a3"), leap).at, leap.now);
    }));

  test("the host's clock is asked where no time is given, for each command", () =>
    withGuard((guard) => {
      const before = Date.now();
      const times = [guard.request(action("a1")).at, guard.request(action("a2"), {}).at, guard.request(action("a3"), { now: undefined }).at];
      for (const time of times) assert.ok(Date.parse(time) >= before && Date.parse(time) <= Date.now(), time);
      refuses(() => guard.request(action("a4"), { now: null }), { path: "now" });
    }));
});

test("the audit has an entry for each command and each refused attempt, chained by its hashes", () =>
  withGuard((guard) => {
    assert.deepEqual(guard.auditHead(), { seq: 0, hash: "0".repeat(64) });
    guard.request(action("a1", { args: { secret: "x" } }), at(0));
    guard.report({ actionId: "a1", outcome: "succeeded" }, at(1));
    refuses(() => guard.unlock({ by: { id: "omar", role: "member" }, reason: "why not" }, at(2)), { code: "not_authorized", path: "by" });
    refuses(() => guard.request(action("a2", { args: 5n }), at(3)), { path: "args" });
    const entries = guard.auditSince(0);
    assert.deepEqual(entries.map(({ seq, kind }) => [seq, kind]), [[1, "request"], [2, "report"], [3, "refused"]]);
    let prev = "0".repeat(64);
    for (const { hash, ...entry } of entries) {
      assert.equal(entry.prev, prev);
      assert.equal(hash, createHash("sha256").update(canonical(entry)).digest("hex"));
      prev = hash;
    }
    assert.deepEqual(guard.auditHead(), { seq: 3, hash: prev });
    assert.deepEqual(guard.auditSince(2), entries.slice(2));
    assert.doesNotMatch(JSON.stringify(entries), /secret/);
    for (const seq of [-1, 1.5, "0", null, undefined]) refuses(() => guard.auditSince(seq), { path: "seq" });
  }));

/** RFC 8785, for what stands in an audit. */
function canonical(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(",")}}`;
}

describe("snapshots", () => {
  const begin = () => {
    const guard = new Guard({ policy: POLICY });
    guard.request(action("a1", { cost: { amount: 5 } }), at(0));
    guard.lock({ agent: "desk", by: ADMIN, reason: "looks odd" }, at(1));
    return guard;
  };
  const goOn = (guard) => [
    guard.request(action("a1", { cost: { amount: 5 } }), at(2)),
    guard.request(action("a2", { agent: "desk" }), at(2)),
    guard.report({ actionId: "a1", outcome: "succeeded" }, at(3)),
    guard.usage(at(3)),
    guard.lockState(),
    guard.auditHead(),
    guard.snapshot(),
  ];

  test("a guard goes on from one as if nothing had been between", () => {
    const guard = begin();
    const [snapshot, expectedHead] = [guard.snapshot(), guard.auditHead()];
    const expected = goOn(guard);
    guard.free();
    for (const given of [snapshot, JSON.stringify(snapshot)]) {
      const restored = new Guard({ policy: POLICY, snapshot: given, expectedHead, expectedDigest: snapshot.digest });
      assert.deepEqual(goOn(restored), expected);
      restored.free();
    }
  });

  test("an older, a forked or an edited one is refused", () => {
    const guard = begin();
    const older = guard.snapshot();
    guard.request(action("a2"), at(2));
    const expectedHead = guard.auditHead();
    const fork = new Guard({ policy: POLICY, snapshot: older });
    fork.request(action("a3"), at(2));
    const restore = (snapshot, more) => () => new Guard({ policy: POLICY, snapshot, ...more });
    const code = "invalid_snapshot";
    const head = { code, path: "snapshot.state.audit.head" };
    refuses(restore(older, { expectedHead }), head);
    refuses(restore(fork.snapshot(), { expectedHead }), head);
    refuses(restore(older, { expectedDigest: guard.snapshot().digest }), { code, path: "snapshot.digest" });
    refuses(restore(JSON.stringify(older).replace("looks odd", "looks fine")), { code, path: "snapshot.digest" });
    for (const text of [JSON.stringify(older).slice(0, -1), "null", "[]", ""]) refuses(restore(text), { code, path: "snapshot" });
    refuses(restore("{}"), { code, path: "snapshot.version" });
    restore(guard.snapshot(), { expectedHead })().free();
    for (const each of [guard, fork]) each.free();
  });

  test("one of another customer or policy is refused", () => {
    const guard = begin();
    const snapshot = guard.snapshot();
    guard.free();
    const code = "invalid_snapshot";
    refuses(() => new Guard({ policy: { ...POLICY, customerId: "other" }, snapshot }), { code, path: "snapshot.customerId" });
    refuses(() => new Guard({ policy: { ...POLICY, defaultLevel: "L1" }, snapshot }), { code, path: "snapshot.policyDigest" });
  });

  test("who expects a state never begins without one", () => {
    const hash = "0".repeat(64);
    const wanting = { code: "invalid_snapshot", path: "snapshot" };
    refuses(() => new Guard({ policy: POLICY, expectedHead: { seq: 0, hash } }), wanting);
    refuses(() => new Guard({ policy: POLICY, expectedDigest: hash }), wanting);
    refuses(() => new Guard({ policy: POLICY, snapshot: null }), wanting);
  });

  test("without an audit its numbers go on", () =>
    withGuard(
      (guard) => {
        guard.request(action("a1"), at(0));
        assert.equal(guard.auditHead().seq, 1);
        assert.deepEqual(guard.auditSince(0), []);
      },
      { audit: false },
    ));
});

describe("a guard that goes on from a snapshot", () => {
  for (const kept of [true, false]) {
    for (const commands of [0, 1]) {
      test(`${commands} commands ${kept ? "with" : "without"} an audit: it stays so`, () =>
        withGuard(
          (first) => {
            if (commands > 0) first.request(action("a1"), at(0));
            for (const snapshot of [first.snapshot(), JSON.stringify(first.snapshot())]) {
              refuses(() => new Guard({ policy: POLICY, snapshot, audit: !kept }), { code: "conflict", path: "audit" });
              for (const audit of [kept, undefined]) {
                const guard = new Guard({ policy: POLICY, snapshot, audit });
                guard.request(action("a2"), at(1));
                assert.equal(guard.auditSince(0).length, kept ? 1 : 0);
                guard.free();
              }
            }
          },
          { audit: kept },
        ));
    }
  }
});

describe("the end of a guard", () => {
  test("freed twice is freed; used after is an error", () => {
    const guard = new Guard({ policy: POLICY });
    const agent = guard.forAgent("sales");
    guard.free();
    guard.free();
    const by = ADMIN;
    const uses = [
      () => guard.request(action("a1")),
      () => guard.report({ actionId: "a1", outcome: "failed" }),
      () => guard.observe({ agent: "sales", metrics: {} }),
      () => guard.lock({ by, reason: "x" }),
      () => guard.unlock({ by, reason: "x" }),
      () => guard.recordUsage({ usage: {} }),
      () => guard.acknowledge({ ids: [] }),
      () => guard.setPolicy(POLICY, { by, reason: "x" }),
      () => guard.adoptClock({ by, reason: "x" }),
      () => guard.usage(),
      () => guard.lockState(),
      () => guard.inFlight(),
      () => guard.outbox(),
      () => guard.auditHead(),
      () => guard.auditSince(0),
      () => guard.snapshot(),
    ];
    for (const use of uses) refuses(use, { path: "", message: /freed/ });
    refuses(() => agent.request({ id: "a1", type: "look" }), { path: "" });
  });

  test("Symbol.dispose frees it", () => {
    const guard = new Guard({ policy: POLICY });
    guard[Symbol.dispose]();
    refuses(() => guard.outbox(), { path: "", message: /freed/ });
  });

  test("the policy that it was made with may be freed before", () => {
    const policy = new Policy(POLICY);
    const guard = new Guard({ policy });
    policy.free();
    assert.equal(guard.request(action("a1"), at(0)).allowed, true);
    guard.free();
  });
});
