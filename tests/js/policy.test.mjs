// The handle: compiled once, used many times, given back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
import { library, POLICY, refuses } from "./library.mjs";

const { defaultPolicy, determineTier, isInQuietHours, parsePolicy, Policy, Replay, requiresApproval, withinBudget } = library;

// The library is given this class before its first call, so the tests can see its engine's memory.
const { Instance } = WebAssembly;
let memory;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memory = instance.exports.memory;
  return instance;
};

describe("a policy", () => {
  const document = { ...POLICY, blockedKeywords: ["guarantee"], budget: { maxMessagesPerDay: 5 }, quietHours: null };
  const policy = new Policy(document);

  test("decides as its document does", () => {
    const argument = { actionType: "send_message", riskFactors: { draftText: "We GUARANTEE it" } };
    const expected = requiresApproval({ ...argument, policy: document });
    assert.equal(expected.reason, "blocked_keyword=guarantee");
    assert.deepEqual(policy.requiresApproval(argument), expected);
    assert.deepEqual(requiresApproval({ ...argument, policy }), expected);

    const usage = { messagesToday: 5 };
    assert.deepEqual(policy.withinBudget({ usage }), withinBudget({ usage, policy: document }));
    assert.equal(withinBudget({ usage, policy }).reason, "messages_per_day_reached");
    assert.equal(policy.isInQuietHours({ hour: 23 }), false);
    assert.equal(isInQuietHours({ hour: 23, policy }), false);
  });

  test("brings its own velocity", () => {
    const strict = new Policy({ ...POLICY, velocity: { tier_3: { windowMinutes: 1, actionsPerMinute: 1 } } });
    assert.equal(strict.determineTier({ events: [0], now: 0 }).tier, "tier_3");
    assert.equal(determineTier({ events: [0], now: 0 }).tier, null);
    strict.free();
  });

  test("shows its document in full, frozen", () => {
    assert.equal(policy.document, policy.document);
    assert.equal(policy.document.customerId, "noor");
    assert.equal(policy.document.budget.maxCostPerDay, 100);
    assert.equal(policy.document.quietHours, null);
    assert.throws(() => policy.document.blockedKeywords.push("x"), TypeError);
    assert.throws(() => { policy.document.budget.maxCostPerDay = 0; }, TypeError);
    assert.deepEqual(new Policy(policy.document).document, policy.document);
    assert.equal(new Policy(policy.document).digest, policy.digest);
  });

  test("has a digest that its defaults do not change", () => {
    assert.match(policy.digest, /^[0-9a-f]{64}$/);
    assert.equal(new Policy({ ...document, maxConsecutiveFollowups: 3 }).digest, policy.digest);
    assert.notEqual(new Policy({ ...document, maxConsecutiveFollowups: 4 }).digest, policy.digest);
  });

  test("stands nowhere but in a field for a policy", () => {
    refuses(() => withinBudget({ usage: policy }), { path: "usage", message: /an instance of Policy/ });
    refuses(() => withinBudget({ usage: { policy } }), { path: "usage.policy" });
    refuses(() => determineTier({ events: [], now: 0, policy }), { path: "policy" });
    refuses(() => policy.requiresApproval({ actionType: "send_message", policy: document }), {
      code: "invalid_policy",
      path: "policy",
    });
    refuses(() => requiresApproval({ actionType: "x", policy: new Proxy(policy, {}) }), { code: "invalid_policy", path: "policy" });
    refuses(() => requiresApproval({ actionType: "x", policy: Object.create(Policy.prototype) }), { code: "invalid_policy", path: "policy" });
  });

  test("is refused where it is wrong", () => {
    refuses(() => new Policy(), { code: "invalid_policy", path: "policy" });
    refuses(() => new Policy({}), { code: "invalid_policy", path: "policy.customerId" });
    refuses(() => new Policy({ customerId: "c", budget: { maxCostPerDay: -1 } }), {
      code: "invalid_policy",
      path: "policy.budget.maxCostPerDay",
    });
  });
});

describe("a policy as JSON text", () => {
  test("is the same policy", () => {
    const policy = parsePolicy(JSON.stringify(POLICY));
    assert.ok(policy instanceof Policy);
    assert.equal(policy.digest, new Policy(POLICY).digest);
  });

  test("is read strictly", () => {
    const wrong = (path, message) => ({ code: "invalid_policy", path, message });
    refuses(() => parsePolicy('{"customerId": "a", "customerId": "b"}'), wrong("policy", /customerId/));
    refuses(() => parsePolicy('{"customerId": "a",}'), wrong("policy", /line 1 column/));
    refuses(() => parsePolicy('{"customerId": "a", "budget": {"maxCostPerDay": 1e309}}'), wrong("policy", /./));
    refuses(() => parsePolicy('{"customerId": "a", "__proto__": {}}'), wrong("policy.__proto__", /./));
    refuses(() => parsePolicy('{"customerId": "\ud800"}'), wrong("policy", /well-formed/));
    refuses(() => parsePolicy('{"customerId": "\\ud800"}'), wrong("policy", /./));
    for (const value of [undefined, null, 5, {}, [], new String("{}"), () => "{}"]) {
      refuses(() => parsePolicy(value), wrong("policy", /expected a string/));
    }
  });
});

describe("giving back", () => {
  const freed = { path: "policy", message: /freed/ };

  test("ends a policy's use", () => {
    const policy = new Policy(POLICY);
    policy.free();
    policy.free();
    refuses(() => policy.requiresApproval({ actionType: "send_message" }), freed);
    refuses(() => requiresApproval({ actionType: "send_message", policy }), freed);
    refuses(() => new Replay({ policy }), freed);
    assert.equal(policy.document.customerId, "noor");
    assert.match(policy.digest, /^[0-9a-f]{64}$/);
  });

  test("happens at the end of a `using` block", () => {
    const policy = new Policy(POLICY);
    policy[Symbol.dispose]();
    refuses(() => policy.isInQuietHours({ hour: 1 }), freed);
    const replay = new Replay({ policy: POLICY });
    replay[Symbol.dispose]();
    refuses(() => replay.summary(), { path: "", message: /freed/ });
  });

  test("may happen while the policy is being read", () => {
    const policy = new Policy(POLICY);
    const riskFactors = new Proxy({}, {
      ownKeys() {
        policy.free();
        return [];
      },
    });
    refuses(() => policy.requiresApproval({ actionType: "send_message", riskFactors }), freed);
  });

  test("happens by itself to what is forgotten", { timeout: 60_000 }, async () => {
    v8.setFlagsFromString("--expose-gc");
    const collect = vm.runInNewContext("gc");
    const blockedKeywords = Array.from({ length: 2000 }, (_, index) => `a keyword of some length ${index}`);
    const forget = () => {
      for (let index = 0; index < 5; index += 1) new Policy({ ...POLICY, blockedKeywords });
    };
    const held = [];
    for (let round = 0; round < 12; round += 1) {
      forget();
      collect();
      // What was registered for collected objects runs as a task of its own.
      await setTimeout(20);
      held.push(memory.buffer.byteLength);
    }
    assert.equal(held.at(-1), held[3], `memory grows: ${held}`);
  });
});

test("the policy of a customer who has set nothing", () => {
  const document = defaultPolicy("noor");
  assert.equal(document.autonomyMode, "draft_and_approve");
  assert.deepEqual(new Policy({ customerId: "noor" }).document, document);
  for (const id of [undefined, null, 5, {}, ["noor"]]) refuses(() => defaultPolicy(id), { path: "customerId" });
});

describe("a replay", () => {
  const line = (id) => JSON.stringify({ at: "2026-05-18T09:00:00Z", id, type: "book_meeting", agent: "sales" });

  test("runs a log a line at a time", () => {
    const policy = new Policy({ customerId: "noor" });
    const replay = new Replay({ policy });
    policy.free();
    const row = replay.line(line("a1"));
    assert.deepEqual([row.actionId, row.effect, row.allowed, row.code], ["a1", "approve", false, "outbound_requires_human"]);
    assert.equal(replay.line(""), null);
    assert.equal(replay.summary().requests, 1);
    replay.free();
  });

  test("refuses a broken line, and goes on", () => {
    const replay = new Replay({ policy: { customerId: "noor" } });
    refuses(() => replay.line("{"), { path: "", message: /JSON/ });
    refuses(() => replay.line('{"at": "2026-05-18T09:00:00Z"}'), { path: "id" });
    refuses(() => replay.line('{"at": 1, "at": 2}'), { path: "", message: /at/ });
    refuses(() => replay.line(5), { path: "", message: /expected a string, got 5/ });
    refuses(() => replay.line("\ud800"), { path: "", message: /well-formed/ });
    replay.line(line("a1"));
    assert.equal(replay.summary().requests, 1);
    replay.free();
    refuses(() => replay.line(line("a2")), { path: "", message: /freed/ });
  });

  test("takes a policy, and nothing else", () => {
    for (const options of [undefined, null, 5, [], new Map()]) refuses(() => new Replay(options), { path: "" });
    refuses(() => new Replay({}), { code: "invalid_policy", path: "policy" });
    refuses(() => new Replay({ policy: POLICY, polcy: 1 }), { path: "polcy", message: /policy/ });
    refuses(() => new Replay({ get policy() { return POLICY; } }), { path: "policy", message: /a getter/ });
    refuses(() => new Replay(new Proxy({}, { ownKeys: () => { throw new Error("boom"); } })), { path: "" });
  });
});
