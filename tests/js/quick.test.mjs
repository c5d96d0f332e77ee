// A policy's methods take a quick way where an object is ordinary and nothing speaks against the action. It is held here
// against the long way, which functions take for an argument without a prototype: same results, same errors.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { library, POLICY, refuses } from "./library.mjs";

const { InterlockError, Policy, requiresApproval, withinBudget } = library;

/** Numbers that look random and are the same for ever (Mulberry32). */
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const POLICIES = [
  POLICY,
  { customerId: "c", autonomyMode: "full_autopilot", unknownActions: "allow", requireHumanForFirstSend: false, requireHumanForLegalTopics: false },
  { customerId: "c", autonomyMode: "draft_and_approve", currency: "EUR", actions: { "crm_*": { outbound: true }, tell: { messaging: true } } },
  { customerId: "c", autonomyMode: "manual" },
  {
    customerId: "c",
    autonomyMode: "safe_autopilot",
    unknownActions: "deny",
    blockedSectors: ["gaming", "تبغ"],
    blockedKeywords: ["guarantee", "free money", "ضمان", "100%", "\u{1f3b0}"],
    requireHumanForHighValueDealsAbove: -5,
    maxConsecutiveFollowups: 0,
    budget: { maxMessagesPerDay: 0, maxCostPerDay: 0.5 },
  },
];

const WORDS = ["", "a plan", "GUAR\u00adANTEE", "free\n MONEY", "ضـمان", "١٠٠٪", "\u{1f3b0}", "gua", "x".repeat(60), "خطة ".repeat(40), "é"];
const ODD = [undefined, null, true, -0, 0, 1, 0.5, -3, NaN, Infinity, 2 ** 53, 2 ** 53 - 1, 1e300, "", "5", "\ud800", [], [1, , 2], {}, 7n, Symbol("s"), () => 1, new Date(0), new Map(), Object(5)];
const NUMBERS = [0, 1, 2, 3, 4, 99_999.99, 100_000, 199, 200, 1000, 200_000, -0, -6, 1e-7];
const TYPES = ["send_message", "book_meeting", "score_deal", "draft_message", "tell", "crm_update", "wipe_disk", "Send_Message", "CRM_x", "a b", "", "x".repeat(129), "toString", "__proto__"];
const SECTORS = ["banking", "", " Gaming ", "ＧＡＭＩＮＧ", "تبغ", null, "constructor", "s".repeat(300), "\udfff"];

function cases(seed) {
  const next = dice(seed);
  const pick = (items) => items[Math.floor(next() * items.length)];
  const often = (usual) => (next() < 0.97 ? usual : pick(ODD));
  const maybe = (share) => next() < share;

  /** The same fields in an object that is ordinary, or is not. */
  function dressed(fields) {
    if (maybe(0.6)) return fields;
    const [name] = Object.keys(fields);
    switch (Math.floor(next() * 12)) {
      case 0: return Object.freeze(fields);
      case 1: return Object.assign(Object.create(null), fields);
      case 2: return Object.assign(new (class Fields {})(), fields);
      case 3: return new Proxy(fields, {});
      case 4: return { ...fields, [Symbol("s")]: 1 };
      case 5: return Object.defineProperty(fields, Symbol("hidden"), { value: 1 });
      case 6: return name === undefined ? fields : Object.defineProperty({ ...fields }, name, { get: () => assert.fail("code of theirs ran") });
      case 7: return name === undefined ? fields : Object.defineProperty({ ...fields }, name, { enumerable: false });
      case 8: return Object.defineProperty(fields, "dealValue", { set: () => {}, enumerable: true });
      case 9: return { ...fields, [pick(["extra", "deal_value", "messages_today", "cost_sar_today", "constructor"])]: 1 };
      case 10: return Object.create(fields);
      default: return Object.defineProperty(fields, "__proto__", { value: {}, enumerable: true, configurable: true });
    }
  }

  /** Some of the fields, in any order. */
  function some(fields) {
    const kept = Object.entries(fields).filter(() => maybe(0.8));
    if (maybe(0.3)) kept.reverse();
    return Object.fromEntries(kept);
  }

  const draft = () => Array.from({ length: 1 + Math.floor(next() * 4) }, () => pick(WORDS)).join(" ");
  const riskFactors = () =>
    dressed(some({
      isFirstSendToAccount: often(maybe(0.2)),
      dealValue: often(pick(NUMBERS)),
      containsLegalTopic: often(maybe(0.2)),
      sector: often(pick(SECTORS)),
      draftText: often(draft()),
      consecutiveFollowupIndex: often(pick([0, 0, 1, 2, 3, 4])),
    }));
  const usage = () =>
    dressed(some({
      messagesToday: often(pick(NUMBERS.slice(0, 5))),
      llmTokensToday: often(pick([0, 7, 199_999, 200_000])),
      apiCallsToday: often(pick([0, 5, 999, 1000])),
      costToday: often(pick([0, 0.1, 0.5, 99.99, 100])),
    }));
  return {
    pick,
    approval: () => dressed(some({ actionType: often(pick(TYPES)), riskFactors: often(riskFactors()) })),
    budget: () => dressed(maybe(0.05) ? { usage: usage(), currency: "USD" } : { usage: often(usage()) }),
  };
}

/** What a call comes to, its error in full. */
function outcome(run) {
  try {
    return JSON.stringify(run());
  } catch (error) {
    assert.ok(error instanceof InterlockError, error?.stack);
    return `${error.code} at ${error.path}: ${error.message}`;
  }
}

/** The argument, with its policy, in a form that the quick way does not read. */
function withPolicy(argument, policy) {
  const fields = { ...Object.getOwnPropertyDescriptors(argument), policy: { value: policy, enumerable: true } };
  return Object.defineProperties(Object.create(null), fields);
}

/** Whether a copy by descriptors is the same argument. */
const isPlain = (argument) => [Object.prototype, null].includes(Object.getPrototypeOf(argument));

function compare(count, seed, argumentOf, method, rule) {
  const policies = POLICIES.map((document) => new Policy(document));
  const { pick, ...random } = cases(seed);
  const seen = new Map();
  for (let index = 0; index < count; index += 1) {
    const argument = random[argumentOf]();
    const policy = pick(policies);
    if (!isPlain(argument)) {
      assert.match(outcome(() => policy[method](argument)), /^invalid_input at : /);
      continue;
    }
    const expected = outcome(() => rule(withPolicy(argument, policy)));
    assert.equal(outcome(() => policy[method](argument)), expected, `case ${index} of seed ${seed}`);
    const kind = /^\{"\w+":(true|false)/.exec(expected)?.[1] ?? "error";
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  for (const kind of ["true", "false", "error"]) assert.ok(seen.get(kind) > count / 50, `${kind}: ${seen.get(kind)} of ${count}`);
  policies.forEach((policy) => policy.free());
}

describe("the quick way and the long one agree", () => {
  test("on approval", () => compare(120_000, 1, "approval", "requiresApproval", requiresApproval));
  test("on the budget", () => compare(120_000, 2, "budget", "withinBudget", withinBudget));

  test("while Object.prototype is polluted", () => {
    const policy = new Policy(POLICY);
    const getter = Object.defineProperty({}, "costToday", { get: undefined, enumerable: true });
    for (const [name, value] of [["messagesToday", 500], ["value", 0], ["writable", true], ["enumerable", true], ["draftText", "x"]]) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false, writable: true });
      try {
        assert.equal(outcome(() => policy.withinBudget({ usage: {} })), '{"within":true,"reason":null,"reasons":[]}');
        assert.match(outcome(() => policy.withinBudget({ usage: getter })), /^invalid_input at usage\.costToday: /);
        assert.match(outcome(() => policy.requiresApproval({ actionType: "send_message", riskFactors: {} })), /^\{"required":false/);
      } finally {
        delete Object.prototype[name];
      }
    }
  });
});

describe("the quick way", () => {
  test("gives each caller a result of its own", () => {
    const policy = new Policy(POLICY);
    const first = policy.withinBudget({ usage: {} });
    first.reasons.push("mine");
    first.within = false;
    assert.deepEqual(policy.withinBudget({ usage: {} }), { within: true, reason: null, reasons: [] });
  });

  test("decides on the first answer of an object that changes its answers", () => {
    const policy = new Policy(POLICY);
    const changing = (name, first, later) => {
      let asked = 0;
      return new Proxy({ [name]: first }, {
        getOwnPropertyDescriptor: () => ({ value: asked++ === 0 ? first : later, enumerable: true, configurable: true, writable: true }),
        get: () => assert.fail("a value was read by `get`"),
      });
    };
    assert.equal(policy.withinBudget({ usage: changing("costToday", 500, 0) }).reasons[0].used, 500);
    const riskFactors = changing("dealValue", 1e9, 0);
    assert.equal(policy.requiresApproval({ actionType: "send_message", riskFactors }).reason, "high_value_deal_sar=1000000000");
  });

  test("reads texts of every length and script, while the engine's memory grows", () => {
    const policy = new Policy({ ...POLICY, blockedKeywords: ["needle", "إبرة"] });
    const asked = (draftText) => policy.requiresApproval({ actionType: "send_message", riskFactors: { draftText } }).reason;
    for (const filler of ["h", "é", "ح", "\u{1f33e}"]) {
      for (const length of [1, 7, 47, 48, 49, 500, 5461, 5462, 16_384, 65_535, 65_536, 65_537, 262_000]) {
        const hay = filler.repeat(Math.ceil(length / filler.length));
        assert.equal(asked(hay), null);
        assert.equal(asked(`${hay}needle`), "blocked_keyword=needle");
        assert.equal(asked(`${hay}إبـرة${hay.slice(0, 30)}`), "blocked_keyword=إبرة");
        const other = new Policy({ ...POLICY, blockedKeywords: Array.from({ length: 300 }, (_, index) => `${filler}${length}${index}`) });
        assert.equal(other.requiresApproval({ actionType: "send_message", riskFactors: { draftText: `${filler}${length}0` } }).required, true);
        if (length % 2 === 0) other.free();
      }
    }
    for (const text of ["\ud83c", "a".repeat(100) + "\udf3e", "ح\ud83cح"]) {
      refuses(() => asked(text), { path: "riskFactors.draftText", message: /not well-formed/ });
    }
    refuses(() => asked("a".repeat(1_048_577)), { path: "riskFactors.draftText", message: /1048576/ });
  });

  test("asks the policy at hand, also after thousands of types and sectors", () => {
    const [strict, open] = ["deny", "allow"].map((unknownActions) => new Policy({ ...POLICY, unknownActions, blockedSectors: ["s7"] }));
    for (let index = 0; index < 5000; index += 1) {
      const request = { actionType: `type_${index % 2500}`, riskFactors: { sector: `s${index % 1500}` } };
      assert.equal(strict.requiresApproval(request).reason, `unknown_action_type=${request.actionType}`);
      assert.equal(open.requiresApproval(request).reason, index % 1500 === 7 ? "blocked_sector=s7" : null);
    }
    strict.free();
    refuses(() => strict.requiresApproval({ actionType: "send_message" }), { path: "policy", message: /freed/ });
    refuses(() => strict.withinBudget({ usage: {} }), { path: "policy", message: /freed/ });
    assert.equal(open.requiresApproval({ actionType: "tell" }).required, false);
  });
});
