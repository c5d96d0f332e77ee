// Whatever a guard is handed that it does not take is an error with its path, and leaves no trace.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { library, refuses } from "./library.mjs";

const { Guard, Policy } = library;

const POLICY = { customerId: "noor", autonomyMode: "safe_autopilot", agents: { sales: { creator: "huda" } } };
const NOW = { now: "2026-05-18T09:00:00Z" };
const ADMIN = { id: "root", role: "platform_admin" };
const METRICS = { successRate: 0.9, efficiencyScore: 0.9, averageResponseTime: 5, marketImpactScore: 0.9 };

/** Checks that each is refused at its path, that nothing of it stays, and that the guard still decides. */
function leavesNoTrace(cases) {
  const guard = new Guard({ policy: POLICY });
  guard.request({ id: "granted", type: "book_meeting", agent: "sales" }, NOW);
  const before = [guard.auditHead(), guard.snapshot()];
  for (const [call, path, more] of cases) refuses(() => call(guard), { path, ...more });
  assert.deepEqual([guard.auditHead(), guard.snapshot()], before);
  assert.equal(guard.request({ id: "next", type: "book_meeting", agent: "sales" }, NOW).allowed, true);
  guard.free();
}

const OBJECT = [null, 5, "x", true, [], new Map(), new Date(0), () => {}, Symbol("x"), 5n, new (class Own {})()];
const TEXT = [null, 5, true, [], {}, new String("x"), "\ud800", 5n];
const ID = [...TEXT, "", "a\u0000b", "a\nb", "\u009b", "x".repeat(257)];
const NUMBER = [null, "5", true, [], {}, NaN, Infinity, -Infinity, 5n, new Number(5)];
const COUNT = [...NUMBER, -1, 1.5, 2 ** 53];
const AMOUNT = [...NUMBER, -0.01];
const SCORE = [...NUMBER, -0.01, 1.01];
const BOOLEAN = [null, "true", 0, 1, [], {}];
const TIME = [null, "", "yesterday", "2026-02-30T00:00:00Z", "2026-05-18", "2026-05-18T24:00:00Z", "2026-05-18T09:00:60Z", NaN, 1e300, -1, new Date(NaN), {}, [], 5n];
const WORD = [null, "", "READ", 5, {}];

/** For each field what it does not take; `undefined` is a field that is left out. */
const COMMANDS = {
  request: {
    argument: { id: "a1", type: "book_meeting", agent: "sales" },
    fields: {
      id: [...ID, undefined],
      type: [...TEXT, "", "a b", "a\u0000", "é", "x".repeat(129), "Book_Meeting", undefined],
      agent: [...ID, undefined],
      args: [new Map(), new Date(0), () => {}, Symbol("x"), 5n, NaN, Infinity, new (class Own {})(), "\ud800"],
      riskFactors: [...OBJECT],
      "riskFactors.draftText": TEXT,
      "riskFactors.dealValue": NUMBER,
      "riskFactors.isFirstSendToAccount": BOOLEAN,
      "riskFactors.containsLegalTopic": BOOLEAN,
      "riskFactors.consecutiveFollowupIndex": COUNT,
      "riskFactors.sector": [5, true, [], {}],
      "riskFactors.dealvalue": [0],
      cost: [...OBJECT],
      "cost.messages": COUNT,
      "cost.llmTokens": COUNT,
      "cost.apiCalls": COUNT,
      "cost.amount": AMOUNT,
      "cost.money": [0],
      riskScore: SCORE,
      impactScore: SCORE,
      access: WORD,
      needsInterrupt: BOOLEAN,
      group: [null, "g", 5, [], new Map()],
      human: [true],
    },
    options: { now: TIME, requestedBy: ID, human: BOOLEAN, by: [ADMIN] },
  },
  resolve: {
    argument: { approvalId: "a1-000000000000000000000000", by: ADMIN, decision: "approve" },
    fields: {
      approvalId: [...ID, undefined],
      by: [...OBJECT, undefined],
      "by.id": ID,
      "by.role": ID,
      decision: [...WORD, "approved", undefined],
      comment: [null, 5, "x".repeat(1001), {}],
      status: ["approved"],
    },
    options: { now: TIME, by: [ADMIN] },
  },
  report: {
    argument: { actionId: "granted", outcome: "succeeded" },
    fields: {
      actionId: [...ID, undefined],
      outcome: [...WORD, "success", undefined],
      usage: OBJECT,
      "usage.amount": AMOUNT,
      error: [null, 5, "x", true, [], new Map()],
      attempt: [...COUNT, 0],
      agent: ["sales"],
    },
    options: { now: TIME, by: [ADMIN] },
  },
  observe: {
    argument: { agent: "sales", metrics: METRICS },
    fields: {
      agent: [...ID, undefined],
      metrics: [...OBJECT, undefined],
      "metrics.successRate": [...SCORE],
      "metrics.averageResponseTime": AMOUNT,
      alerts: [null, 5, "x", {}, new Set()],
    },
    options: { now: TIME },
  },
  lock: {
    argument: { agent: "sales", by: ADMIN, reason: "odd" },
    fields: {
      agent: ID,
      by: [...OBJECT, undefined],
      "by.id": ID,
      "by.role": ID,
      "by.name": ["x"],
      reason: [...ID, undefined],
      until: ["tomorrow"],
    },
    options: { now: TIME },
  },
  unlock: {
    argument: { agent: "sales", by: ADMIN, reason: "seen" },
    fields: { agent: ID, by: [...OBJECT, undefined], "by.id": ID, "by.role": ID, reason: [...ID, undefined] },
    options: { now: TIME },
  },
  recordUsage: {
    argument: { agent: "sales", usage: { amount: 1 } },
    fields: { agent: ID, usage: [...OBJECT, undefined], "usage.messages": COUNT, "usage.amount": AMOUNT, "usage.cost": [0] },
    options: { now: TIME },
  },
  acknowledge: {
    argument: { ids: ["o1-0"] },
    fields: { ids: [null, 5, "o1-0", {}, new Set(["o1-0"]), undefined], "ids[0]": [null, 5, "", {}] },
    options: { now: TIME },
  },
  adoptClock: {
    argument: { by: ADMIN, reason: "new host" },
    fields: { by: [...OBJECT, undefined], "by.id": ID, reason: [...ID, undefined], agent: ["sales"] },
    options: { now: TIME },
  },
};

/** The object with one of its fields, at a path, set to a value; `undefined` leaves it out. */
function withField(object, path, value) {
  const copy = structuredClone(object);
  const names = path.split(/[.[\]]+/).filter(Boolean);
  const last = names.pop();
  const holder = names.reduce((inner, name) => (inner[name] ??= {}), copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

for (const [command, { argument, fields, options }] of Object.entries(COMMANDS)) {
  test(`${command}: wrong fields`, () => {
    const cases = Object.entries(fields).flatMap(([path, values]) =>
      values.map((value) => [(guard) => guard[command](withField(argument, path, value), NOW), path]),
    );
    leavesNoTrace(cases);
  });

  test(`${command}: wrong options`, () => {
    const cases = Object.entries(options).flatMap(([path, values]) =>
      values.map((value) => [(guard) => guard[command](argument, withField(NOW, path, value)), path]),
    );
    leavesNoTrace(cases);
  });

  test(`${command}: an argument that is no plain object`, () => {
    const cases = [...OBJECT, undefined].flatMap((value) => [
      [(guard) => guard[command](value, NOW), ""],
      ...(value === undefined ? [] : [[(guard) => guard[command](argument, value), ""]]),
    ]);
    leavesNoTrace(cases);
  });
}

describe("hostile objects", () => {
  const base = { id: "a1", type: "book_meeting", agent: "sales" };
  const request = (more) => (guard) => guard.request({ ...base, ...more }, NOW);

  test("getters, setters, toJSON and Proxies", () => {
    let runs = 0;
    const run = () => (runs += 1);
    const accessor = (name) => Object.defineProperty({ ...base }, name, { get: run, enumerable: true });
    const cases = [
      [(guard) => guard.request(accessor("agent"), NOW), "agent", { message: /a getter/ }],
      [(guard) => guard.request(Object.defineProperty({ ...base }, "args", { set: run, enumerable: true }), NOW), "args", { message: /a setter/ }],
      [request({ args: { toJSON: run } }), "args.toJSON"],
      [request({ args: { deep: [{ valueOf: run }] } }), "args.deep[0].valueOf"],
      [request({ args: Object.defineProperty([1], 0, { get: run, enumerable: true }) }), "args[0]"],
      [request({ args: new Proxy({}, { ownKeys: () => { throw new Error("no"); } }) }), "args", { message: /a Proxy that threw/ }],
      [request({ args: new Proxy([], { get: () => 5, getOwnPropertyDescriptor: () => { throw new Error("no"); } }) }), "args"],
      [request({ args: { [Symbol("x")]: 1 } }), "args", { message: /symbol keys/ }],
      [request({ args: Object.create({ inherited: 1 }) }), "args"],
      [request({ args: JSON.parse('{"a": {"__proto__": 5}}'), __proto__: null, human: true }), "human"],
    ];
    leavesNoTrace(cases);
    assert.equal(runs, 0, "code of a foreign object ran");
  });

  test("a Proxy that says something else each time is read once", () => {
    const guard = new Guard({ policy: POLICY });
    const reads = {};
    const args = new Proxy({ sum: 1 }, {
      getOwnPropertyDescriptor(target, key) {
        reads[key] = (reads[key] ?? 0) + 1;
        return { value: reads[key], writable: true, enumerable: true, configurable: true };
      },
    });
    const { digest } = guard.request({ ...base, args }, NOW);
    assert.equal(digest, guard.request({ ...base, args: { sum: 1 } }, NOW).digest);
    assert.deepEqual(reads, { sum: 1 });
    guard.free();
  });

  test("own keys named as parts of objects are keys like others in args, and unknown fields elsewhere", () => {
    const guard = new Guard({ policy: POLICY });
    const args = JSON.parse('{"__proto__": {"human": true}, "constructor": 1, "toString": 2}');
    const decision = guard.request({ ...base, args }, NOW);
    assert.notEqual(decision.digest, guard.request({ ...base, id: "a2", args: {} }, NOW).digest);
    for (const name of ["__proto__", "constructor", "toString"]) {
      refuses(() => guard.request(JSON.parse(`{"id": "a3", "type": "book_meeting", "agent": "sales", "${name}": {}}`), NOW), { path: name });
    }
    guard.free();
  });

  test("what is handed over is not changed, and what comes back is the caller's own", () => {
    const guard = new Guard({ policy: POLICY });
    const action = Object.freeze({ ...base, args: Object.freeze({ list: Object.freeze([1, 2]) }) });
    const decision = guard.request(action, Object.freeze({ ...NOW }));
    decision.obligations[0].title = "changed";
    decision.reasons.length = 0;
    assert.notEqual(guard.outbox()[0].title, "changed");
    guard.lockState().agents.sales = { reason: "forged" };
    assert.deepEqual(guard.lockState(), { customer: null, agents: {} });
    guard.free();
  });
});

test("input beyond its limit is refused, soon", { timeout: 20_000 }, () => {
  const base = { id: "a1", type: "book_meeting", agent: "sales" };
  const request = (more) => (guard) => guard.request({ ...base, ...more }, NOW);
  let deep = {};
  for (let level = 0; level < 10_000; level += 1) deep = { deep };
  leavesNoTrace([
    [request({ args: { text: "x".repeat(262_144) } }), "args", { message: /262144/ }],
    [request({ args: { text: "x".repeat(50_000_000) } }), "args.text", { message: /4194304/ }],
    [request({ args: deep }), `args${".deep".repeat(63)}`, { message: /64 levels/ }],
    [request({ riskFactors: { draftText: "ض".repeat(600_000) } }), "riskFactors.draftText", { message: /1048576/ }],
    [(guard) => guard.acknowledge({ ids: Array(1001).fill("o") }, NOW), "ids", { message: /1000/ }],
    [(guard) => guard.observe({ agent: "sales", metrics: METRICS, alerts: ["x".repeat(20_000)] }, NOW), "alerts", { message: /16384/ }],
  ]);
  const code = "invalid_snapshot";
  refuses(() => new Guard({ policy: POLICY, snapshot: " ".repeat(68_000_000) }), { code, path: "snapshot" });
});

describe("how a guard is begun", () => {
  test("wrong words", () => {
    const begin = (options) => () => new Guard(options);
    for (const options of [undefined, null, 5, "x", [], new Map()]) refuses(begin(options), { path: "" });
    refuses(begin({}), { code: "invalid_policy", path: "policy" });
    for (const policy of [null, 5, "{}", [], new Map()]) refuses(begin({ policy }), { code: "invalid_policy", path: "policy" });
    refuses(begin({ policy: { ...POLICY, autonomyMode: "pilot" } }), { code: "invalid_policy", path: "policy.autonomyMode" });
    for (const audit of [null, 0, "false", {}]) refuses(begin({ policy: POLICY, audit }), { path: "audit" });
    refuses(begin({ policy: POLICY, adit: false }), { path: "adit", message: /known are/ });
    refuses(begin(Object.defineProperty({}, "policy", { get: () => POLICY, enumerable: true })), { path: "policy", message: /getter/ });
    const freed = new Policy(POLICY);
    freed.free();
    refuses(begin({ policy: freed }), { path: "policy", message: /freed/ });
  });

  test("wrong snapshots and expectations", () => {
    const guard = new Guard({ policy: POLICY });
    const snapshot = guard.snapshot();
    guard.free();
    const code = "invalid_snapshot";
    const begin = (options) => () => new Guard({ policy: POLICY, snapshot, ...options });
    const thrower = { toJSON() { throw new Error("no"); } };
    const cyclic = {};
    cyclic.self = cyclic;
    for (const wrong of [null, 5, true, [], thrower, cyclic, { big: 5n }, "\ud800", "x"]) {
      refuses(begin({ snapshot: wrong }), { code, path: "snapshot" });
    }
    refuses(begin({ snapshot: new Map() }), { code, path: "snapshot.version" });
    for (const expectedHead of [null, 5, "x", []]) refuses(begin({ expectedHead }), { path: "expectedHead" });
    for (const seq of [null, -1, 1.5, "0", undefined]) {
      refuses(begin({ expectedHead: { seq, hash: "0".repeat(64) } }), { path: "expectedHead.seq" });
    }
    refuses(begin({ expectedHead: { seq: 0, hash: 5 } }), { path: "expectedHead.hash" });
    refuses(begin({ expectedHead: { seq: 0, hash: "0", at: 1 } }), { path: "expectedHead.at" });
    for (const expectedDigest of [null, 5, {}, ""]) refuses(begin({ expectedDigest }), { path: "expectedDigest" });
  });
});

test("another policy in wrong words", () => {
  const order = { by: ADMIN, reason: "review", ...NOW };
  leavesNoTrace([
    ...[null, 5, "{}", [], undefined].map((policy) => [(guard) => guard.setPolicy(policy, order), "policy", { code: "invalid_policy" }]),
    ...[null, 5, "x", [], undefined].map((given) => [(guard) => guard.setPolicy(POLICY, given), ""]),
    ...[...ID, undefined].map((reason) => [(guard) => guard.setPolicy(POLICY, { ...order, reason }), "reason"]),
    ...TIME.map((now) => [(guard) => guard.setPolicy(POLICY, { ...order, now }), "now"]),
    [(guard) => guard.setPolicy(POLICY, { ...order, human: true }), "human"],
  ]);
});
