// Input beyond every limit is refused, soon, and nothing of it stays behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { library, POLICY, refuses } from "./library.mjs";

const { determineTier, parsePolicy, Policy, requiresApproval, withinBudget } = library;
const MEGABYTE = 1024 * 1024;

/** Runs on a machine that may be busy; what is not bounded takes minutes, or all memory. */
const BOUNDED = { timeout: 20_000 };

const risk = (draftText) => () => requiresApproval({ actionType: "send_message", policy: POLICY, riskFactors: { draftText } });

test("50 MB of draft text", BOUNDED, () => {
  refuses(risk("x".repeat(50 * MEGABYTE)), { path: "riskFactors.draftText", message: /4194304/ });
  refuses(risk("ض".repeat(4 * MEGABYTE)), { path: "riskFactors.draftText", message: /1048576/ });
  refuses(risk("x".repeat(MEGABYTE + 1)), { path: "riskFactors.draftText", message: /1048576/ });
  assert.equal(risk("x".repeat(MEGABYTE))().required, false);
});

test("10,000 levels, and cycles", BOUNDED, () => {
  let deep = {};
  for (let level = 0; level < 10_000; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
  refuses(() => withinBudget({ usage: deep }), { path: "usage.deep" });
  refuses(() => determineTier({ events: [{ timestamp: deep }], now: 0 }), { path: "events[0].timestamp" });
  const cycle = {};
  cycle.self = cycle;
  refuses(() => withinBudget(cycle), { path: "self" });
  refuses(() => new Policy({ customerId: "c", actions: cycle }), { code: "invalid_policy", path: "policy.actions.self.self" });
  const json = `{"customerId": ${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
  refuses(() => parsePolicy(json), { code: "invalid_policy", path: "policy", message: /64 levels/ });
});

test("100,000 keywords, and keywords that are too long", BOUNDED, () => {
  const keywords = (count) => Array.from({ length: count }, (_, index) => `keyword ${index}`);
  const compile = (blockedKeywords) => () => new Policy({ customerId: "c", blockedKeywords });
  const wrong = { code: "invalid_policy", path: "policy.blockedKeywords" };
  refuses(compile(keywords(100_000)), { ...wrong, message: /10000/ });
  refuses(compile(["x".repeat(257)]), { ...wrong, path: "policy.blockedKeywords[0]", message: /256/ });
  const most = compile(keywords(10_000))();
  assert.equal(most.document.blockedKeywords.length, 10_000);
  most.free();
});

test("one value shared so often that it is more than there is room for", BOUNDED, () => {
  let shared = ["x".repeat(1000)];
  for (let level = 0; level < 40; level += 1) shared = [shared, shared];
  refuses(() => withinBudget({ usage: shared }), { path: "", message: /64 MiB/ });
  let small = [];
  for (let level = 0; level < 40; level += 1) small = [small, small];
  refuses(() => withinBudget({ usage: small }), { path: "", message: /4194304 values/ });
});

test("an array that says it is long", BOUNDED, () => {
  refuses(() => determineTier({ events: new Array(4_000_000_000), now: 0 }), { path: "", message: /4194304 values/ });
  refuses(() => determineTier({ events: new Array(1_000_000), now: 0 }), { path: "events[0]", message: /a hole/ });
});

test("an object with too many fields", BOUNDED, () => {
  const fields = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`field${index}`, 1]));
  refuses(() => withinBudget({ usage: fields }), { path: "usage.field0" });
});

test("a name that is too long", BOUNDED, () => {
  refuses(() => withinBudget({ usage: { ["x".repeat(5 * MEGABYTE)]: 1 } }), { path: "usage", message: /4194304/ });
});

test("many events are counted", BOUNDED, () => {
  const now = 1_800_000_000_000;
  const events = Array.from({ length: 500_000 }, (_, index) => now - index);
  assert.equal(determineTier({ events, now }).signals.tier_3.actionCount, 300_001);
});
