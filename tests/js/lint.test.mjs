// What is valid in a policy and hardly meant: told where it stands, and never in the way.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { library, POLICY, refuses } from "./library.mjs";

const { defaultPolicy, lint, Policy } = library;

/** Code and path of each warning. */
const warned = (fields) => lint({ policy: { ...POLICY, ...fields } }).map(({ code, path }) => [code, path]);

describe("lint", () => {
  test("has nothing to say of the defaults", () => {
    assert.deepEqual(lint({ policy: POLICY }), []);
    assert.deepEqual(lint({ policy: defaultPolicy("noor") }), []);
  });

  test("reports a threshold order that is inverted", () => {
    const velocity = { tier_1: { actionsPerMinute: 2 }, tier_2: { actionsPerMinute: 1 } };
    assert.deepEqual(warned({ velocity }), [["velocity_tiers_inverted", "policy.velocity.tier_2"]]);
  });

  test("reports quiet hours of the whole day", () => {
    assert.deepEqual(warned({ quietHours: { start: 8, end: 8 } }), [["quiet_all_day", "policy.quietHours"]]);
  });

  test("reports a keyword that matches nearly everything, and one within another", () => {
    assert.deepEqual(warned({ blockedKeywords: ["e"] }), [["broad_keyword", "policy.blockedKeywords[0]"]]);
    const keywords = ["free money", "ＦＲＥＥ"];
    assert.deepEqual(warned({ blockedKeywords: keywords }), [["redundant_keyword", "policy.blockedKeywords[0]"]]);
  });

  test("reports caps of nothing, agents as creators and entries without use", () => {
    const fields = {
      budget: { maxCostPerDay: 0 },
      agents: { a: { creator: "b" }, b: {} },
      actions: { "send sms": {}, send_sms: { messaging: true } },
    };
    assert.deepEqual(warned(fields), [
      ["zero_cap", "policy.budget.maxCostPerDay"],
      ["unreachable_action", 'policy.actions["send sms"]'],
      ["unmapped_factors", "policy.actions.send_sms"],
      ["agent_as_creator", "policy.agents.a.creator"],
    ]);
  });

  test("takes a handle as well as a document, and neither decides otherwise for it", () => {
    const document = { ...POLICY, quietHours: { start: 0, end: 0 } };
    const policy = new Policy(document);
    assert.deepEqual(lint({ policy }), lint({ policy: document }));
    assert.match(lint({ policy })[0].message, /the whole day.*null/);
    assert.equal(policy.isInQuietHours({ hour: 12 }), true);
    policy.free();
  });

  test("a policy that is not valid is an error, not a warning", () => {
    const typo = () => lint({ policy: { ...POLICY, quietHour: null } });
    refuses(typo, { code: "invalid_policy", path: "policy.quietHour", message: /nearest known one is `quietHours`/ });
    refuses(() => lint({}), { path: "policy" });
    refuses(() => lint({ policy: POLICY, strict: true }), { path: "strict" });
  });

  test("ten thousand keywords, each within the next, are gone through", () => {
    const blockedKeywords = Array.from({ length: 10_000 }, (_, index) => `word ${"x".repeat(index % 200)}${index}`);
    assert.ok(Array.isArray(lint({ policy: { ...POLICY, blockedKeywords } })));
  });
});
