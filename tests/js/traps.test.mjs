// An engine that fails is thrown away: the call that met it is refused, the next one starts a new engine.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { format, library, POLICY, refuses, thrownBy } from "./library.mjs";

const { InterlockError, Policy, Replay, requiresApproval, withinBudget } = library;

// The library is given these classes before its first call, so the tests can reach into its engine.
const { Instance, Module } = WebAssembly;
let memory;
let instances = 0;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memory = instance.exports.memory;
  instances += 1;
  return instance;
};

/** Overwrites all that the engine knows. */
function destroy() {
  new Uint8Array(memory.buffer).fill(0xff);
}

const approve = (policy) => policy.requiresApproval({ actionType: "send_message", riskFactors: { dealValue: 1e9 } });

test(`nothing runs at import (${format})`, () => {
  assert.equal(instances, 0);
});

test("a host that forbids WebAssembly is told so, at the call", () => {
  WebAssembly.Module = function () {
    throw new WebAssembly.CompileError("blocked by CSP");
  };
  for (const run of [() => withinBudget({ usage: {} }), () => new Policy(POLICY), () => new Replay({ policy: POLICY })]) {
    const error = thrownBy(run);
    assert.ok(error instanceof InterlockError);
    assert.equal(error.code, "internal");
    assert.match(error.message, /wasm-unsafe-eval/);
    assert.ok(error.cause instanceof WebAssembly.CompileError);
  }
  WebAssembly.Module = Module;
  assert.equal(withinBudget({ usage: {} }).within, true);
});

describe("a trap", () => {
  test("is a typed error that keeps its cause, and the next call works", () => {
    withinBudget({ usage: {} });
    const before = instances;
    destroy();
    const error = thrownBy(() => withinBudget({ usage: { costToday: 1 } }));
    assert.ok(error instanceof InterlockError);
    assert.deepEqual([error.code, error.path], ["internal", ""]);
    assert.ok(error.cause instanceof Error);
    assert.equal(withinBudget({ usage: { costToday: 500 } }).within, false);
    assert.equal(instances, before + 1);
  });

  test("loses no policy", () => {
    const policy = new Policy({ ...POLICY, requireHumanForHighValueDealsAbove: 5 });
    const { document, digest } = policy;
    const expected = approve(policy);
    for (let round = 0; round < 3; round += 1) {
      destroy();
      thrownBy(() => approve(policy));
      assert.deepEqual(approve(policy), expected);
      assert.deepEqual(requiresApproval({ actionType: "send_message", policy }).required, false);
    }
    assert.deepEqual([policy.document, policy.digest], [document, digest]);
    policy.free();
  });

  test("does not bring back what was freed, and a freed one hurts nobody", () => {
    const policies = Array.from({ length: 20 }, () => new Policy(POLICY));
    destroy();
    thrownBy(() => approve(policies[0]));
    // In the new engine these have the numbers that others had in the old one.
    const kept = policies.splice(10);
    for (const policy of kept) assert.equal(approve(policy).required, true);
    for (const policy of policies) policy.free();
    for (const policy of policies) refuses(() => approve(policy), { path: "policy", message: /freed/ });
    for (const policy of kept) assert.equal(approve(policy).required, true);
    const later = new Policy({ ...POLICY, requireHumanForHighValueDealsAbove: 1e12 });
    for (const policy of kept) policy.free();
    assert.equal(approve(later).required, false);
  });

  test("ends a replay, and says so", () => {
    const replay = new Replay({ policy: POLICY });
    const line = '{"at": "2026-05-18T09:00:00Z", "id": "a1", "type": "book_meeting", "agent": "sales"}';
    replay.line(line);
    destroy();
    assert.equal(thrownBy(() => replay.line(line)).code, "internal");
    for (const run of [() => replay.line(line), () => replay.summary()]) {
      refuses(run, { code: "internal", path: "", message: /start it anew/ });
    }
    replay.free();
  });

  test("while a Proxy is being read does not reach the call around it", () => {
    const policy = new Policy(POLICY);
    const riskFactors = new Proxy({ dealValue: 1e9 }, {
      ownKeys(target) {
        destroy();
        thrownBy(() => withinBudget({ usage: {} }));
        return Reflect.ownKeys(target);
      },
    });
    assert.equal(policy.requiresApproval({ actionType: "send_message", riskFactors }).required, true);
  });
});

test("a stack that is full is an error, and nothing is left broken", () => {
  const policy = new Policy({ ...POLICY, requireHumanForHighValueDealsAbove: 5 });
  const seen = new Set();
  let answers = 0;
  // Calls from the bottom of the stack upwards: each has a little more room than the one before.
  const dive = () => {
    try {
      dive();
    } catch {
      // The stack ends here.
    }
    if (answers >= 50) return;
    try {
      assert.equal(approve(policy).required, true);
      answers += 1;
    } catch (error) {
      seen.add(error instanceof InterlockError ? error.code : error.constructor.name);
    }
  };
  dive();
  assert.equal(answers, 50);
  // Where there is no room even for making our error, the language's own comes through.
  for (const name of seen) assert.ok(["internal", "RangeError"].includes(name), name);
  assert.ok(seen.size > 0);
  assert.equal(approve(policy).required, true);
  assert.equal(withinBudget({ usage: {} }).within, true);
});

test("an Intl that fails is an error, not a decision", () => {
  const { DateTimeFormat } = Intl;
  Intl.DateTimeFormat = function () {
    throw new Error("no zones here");
  };
  try {
    const policy = { ...POLICY, timeZone: "Pacific/Auckland" };
    const error = thrownBy(() => library.isInQuietHours({ at: "2026-05-18T19:30:00Z", policy }));
    assert.ok(error instanceof InterlockError);
  } finally {
    Intl.DateTimeFormat = DateTimeFormat;
  }
  assert.equal(library.isInQuietHours({ at: "2026-05-18T19:30:00Z", policy: POLICY }), true);
});

test("an Intl that fails when a policy is compiled again is not the policy's fault", () => {
  const { DateTimeFormat } = Intl;
  const policy = new Policy({ ...POLICY, timeZone: "Pacific/Auckland" });
  // 05:30 the next morning in Auckland: quiet. In UTC it is not.
  const isQuiet = () => policy.isInQuietHours({ at: "2026-05-18T17:30:00Z" });
  destroy();
  thrownBy(isQuiet);
  Intl.DateTimeFormat = function () {
    throw new RangeError("no zones here");
  };
  try {
    refuses(isQuiet, { code: "internal", path: "", message: /cannot be compiled again/ });
    refuses(() => approve(policy), { code: "internal", path: "", message: /cannot be compiled again/ });
  } finally {
    Intl.DateTimeFormat = DateTimeFormat;
  }
  assert.equal(isQuiet(), true);
  assert.equal(approve(policy).required, true);
  policy.free();
});
