// What becomes of an action that is run.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HUDA, InterlockError, OPEN, action, createGate, fakeClock, memoryStore } from "./lab.mjs";

const open = (options) => createGate({ policy: OPEN, ...options });
const never = () => assert.fail("it ran");

async function rejection(promise) {
  return promise.then(() => assert.fail("it did not throw"), (error) => error);
}

describe("each ending", () => {
  test("executed: with its result, and counted once", async () => {
    const gate = await open();
    const run = await gate.run(action("a1"), async ({ id }) => `did ${id}`);
    assert.deepEqual([run.status, run.result, run.recorded, run.decision.attempt], ["executed", "did a1", true, 1]);
    assert.equal((await gate.usage()).customer.apiCalls, 1);
    assert.deepEqual(await gate.inFlight(), []);
    const again = await gate.run(action("a1"), never);
    assert.deepEqual([again.status, again.code], ["denied", "already_executed"]);
    await gate.close();
  });

  test("denied, deferred and locked, each with why", async () => {
    const actions = { ...OPEN.actions, dear: { cost: { amount: 5 } } };
    const gate = await open({ policy: { ...OPEN, actions, budget: { ...OPEN.budget, maxCostPerDay: 4, maxExternalApiCallsPerDay: 1 }, budgetScope: "spending" } });
    const dear = await gate.run(action("d1", { type: "dear" }), never);
    assert.deepEqual([dear.status, dear.code], ["denied", "exceeds_cap"]);
    await gate.run(action("a1"), () => 1);
    const late = await gate.run(action("a2"), never);
    assert.deepEqual([late.status, late.code], ["deferred", "api_calls_per_day_reached"]);
    assert.match(late.until, /T00:00:00Z$/);
    await gate.lock({ agent: "worker", by: HUDA, reason: "odd" });
    const locked = await gate.run(action("a3"), never);
    assert.deepEqual([locked.status, locked.code, locked.decision.effect], ["locked", "agent_locked", "lock"]);
    await gate.unlock({ agent: "worker", by: HUDA, reason: "seen" });
    assert.equal((await gate.run(action("s1", { type: "set" }), () => 1)).status, "executed");
    await gate.close();
  });

  test("failed: with the kind of failure, and when it may be tried again", async () => {
    const clock = fakeClock("2026-05-18T09:00:00Z");
    const gate = await open({ clock });
    const crowded = () => Promise.reject(Object.assign(new Error("slow down"), { status: 429 }));
    const first = await gate.run(action("a1"), crowded);
    assert.deepEqual([first.status, first.category, first.retryAt, first.error.message], ["failed", "transient", "2026-05-18T09:00:30Z", "slow down"]);
    const soon = await gate.run(action("a1"), never);
    assert.deepEqual([soon.status, soon.until], ["deferred", "2026-05-18T09:00:30Z"]);
    await clock.advance(30_000);
    const second = await gate.run(action("a1"), (_, { attempt }) => attempt);
    assert.deepEqual([second.status, second.result], ["executed", 2]);
    const wrong = await gate.run(action("a2"), () => {
      throw Object.assign(new Error("no such order"), { code: -32602 });
    });
    assert.deepEqual([wrong.status, wrong.category, wrong.retryAt], ["failed", "validation", null]);
    await gate.close();
  });

  test("unknown: a write that broke off where it may have happened", async () => {
    const gate = await open();
    const run = await gate.run(action("a1"), () => Promise.reject(Object.assign(new Error("bad gateway"), { status: 502 })));
    assert.deepEqual([run.status, run.error.message], ["unknown", "bad gateway"]);
    const again = await gate.run(action("a1"), never);
    assert.deepEqual([again.status, again.code], ["unknown", "outcome_unknown"]);
    await gate.close();
  });
});

describe("its time", () => {
  test("a write whose time is over is unknown, is told to stop, and is not run again", async () => {
    const clock = fakeClock();
    const gate = await open({ clock });
    let signal;
    const run = gate.run(action("a1"), (_, context) => {
      ({ signal } = context);
      return new Promise(() => {});
    }, { timeoutMs: 5000 });
    await clock.advance(4999);
    assert.equal(signal.aborted, false);
    await clock.advance(1);
    const { status, error } = await run;
    assert.deepEqual([status, error.name, signal.aborted, signal.reason.name], ["unknown", "TimeoutError", true, "TimeoutError"]);
    assert.equal((await gate.run(action("a1"), never)).status, "unknown");
    assert.deepEqual((await gate.inFlight()).map((each) => each.status), ["unknown"]);
    await gate.close();
  });

  test("a read, or what may be done twice, is tried again instead", async () => {
    for (const type of ["look", "set"]) {
      const clock = fakeClock();
      const gate = await open({ clock });
      const run = gate.run(action("a1", { type }), () => new Promise(() => {}), { timeoutMs: 10 });
      await clock.advance(10);
      const { status, category, retryAt } = await run;
      assert.deepEqual([status, category], ["failed", "transient"], type);
      assert.notEqual(retryAt, null);
      await gate.close();
    }
  });

  test("what succeeds after its time settles what was unknown", async () => {
    const clock = fakeClock();
    const gate = await open({ clock });
    let finish;
    const run = gate.run(action("a1"), () => new Promise((resolve) => (finish = resolve)), { timeoutMs: 10 });
    await clock.advance(10);
    assert.equal((await run).status, "unknown");
    finish("late");
    await clock.advance(0);
    assert.deepEqual(await gate.inFlight(), []);
    assert.equal((await gate.run(action("a1"), never)).code, "already_executed");
    await gate.close();
  });

  test("what is over in time leaves no timer behind", async () => {
    const clock = fakeClock();
    const gate = await open({ clock });
    await gate.run(action("a1"), () => 1, { timeoutMs: 1000 });
    assert.equal(clock.sleeping, 0);
    await gate.close();
  });

  test("the caller's signal gives it up: before, it does not run; while it runs, a write is unknown", async () => {
    const gate = await open();
    const controller = new AbortController();
    controller.abort(new Error("no longer"));
    assert.equal((await rejection(gate.run(action("a1"), never, { signal: controller.signal }))).message, "no longer");
    assert.equal(gate.head.seq, 0);
    const during = new AbortController();
    const run = await gate.run(action("a2"), (_, { signal }) => {
      setTimeout(() => during.abort(new Error("enough")), 1);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }, { signal: during.signal });
    assert.deepEqual([run.status, run.error.message], ["unknown", "enough"]);
    await gate.close();
  });
});

describe("what is carried out is what was decided on", () => {
  test("a frozen copy, made once", async () => {
    const gate = await open();
    const args = { to: "huda", lines: [{ text: "a" }] };
    const request = action("a1", { args });
    const run = gate.run(request, (given) => given);
    args.to = "mallory";
    args.lines[0].text = "b";
    request.type = "look";
    const { result } = await run;
    assert.deepEqual(result, { to: "huda", lines: [{ text: "a" }] });
    for (const part of [result, result.lines, result.lines[0]]) assert.ok(Object.isFrozen(part));
    await gate.close();
  });

  test("nothing but plain data: no code of the caller's is run", async () => {
    const gate = await open();
    class Draft {}
    const odd = {
      getter: { get to() { return assert.fail("it was read"); } },
      instance: new Draft(),
      map: new Map(),
      date: new Date(0),
      function: () => 1,
      nan: Number.NaN,
      hole: [, 1],
      symbol: { [Symbol("a")]: 1 },
    };
    for (const [name, value] of Object.entries(odd)) {
      const error = await rejection(gate.run(action("a1", { args: { value } }), never));
      assert.ok(error instanceof InterlockError, name);
      assert.equal(error.code, "invalid_input");
      assert.match(error.path, /^args\.value/, name);
    }
    let deep = {};
    for (let level = 0; level < 70; level += 1) deep = { deep };
    assert.match((await rejection(gate.run(action("a1", { args: deep }), never))).message, /64 levels/);
    const forged = JSON.parse('{"__proto__": {"admin": true}}');
    const { result } = await gate.run(action("a2", { args: forged }), (args) => args);
    assert.deepEqual([result.admin, Object.hasOwn(result, "__proto__")], [undefined, true]);
    for (const none of [null, 5, "a3", [action("a3")], undefined]) assert.equal((await rejection(gate.run(none, never))).code, "invalid_input");
    assert.equal((await rejection(gate.run({ ...action("a3"), colour: "red" }, never))).path, "colour");
    assert.equal((await rejection(gate.run(action("a3"), "not a function"))).path, "execute");
    assert.equal((await rejection(gate.run(action("a3"), never, { timeout: 5 }))).path, "timeout");
    await gate.close();
  });

  test("what was really used replaces what was reserved; what cannot be used does not", async () => {
    const gate = await open();
    const troubles = [];
    gate.on("error", (error) => troubles.push(error.path));
    await gate.run(action("a1"), (_, { used }) => used({ apiCalls: 3, llmTokens: 50 }));
    const { apiCalls, llmTokens } = (await gate.usage()).customer;
    assert.deepEqual([apiCalls, llmTokens], [3, 50]);
    const odd = await gate.run(action("a2"), (_, { used }) => used({ apiCalls: -1 }));
    assert.deepEqual([odd.status, odd.recorded, troubles], ["executed", true, ["usage.apiCalls"]]);
    assert.equal((await gate.usage()).customer.apiCalls, 4);
    // Two calls of a model say so twice; what cannot be used is not mended by what is said after it.
    await gate.run(action("a3"), (_, { used }) => {
      used({ apiCalls: 1, llmTokens: 40 });
      used({ llmTokens: 2 });
    });
    assert.deepEqual([(await gate.usage()).customer.apiCalls, (await gate.usage()).customer.llmTokens], [5, 92]);
    await gate.run(action("a4"), (_, { used }) => {
      used({ apiCalls: 1 });
      used({ apiCalls: "2" });
      used({ apiCalls: 1 });
    });
    assert.deepEqual([troubles, (await gate.usage()).customer.apiCalls], [["usage.apiCalls", "usage.apiCalls"], 6]);
    await gate.close();
  });

  test("any error that an execution throws is reported", async () => {
    const gate = await open();
    const odd = ["text", undefined, null, 5, new Error("\ud800"), new Error("x".repeat(1e6)), { get message() { throw new Error("no"); } }, Object.assign(new Error("a"), { retryAfter: "soon" })];
    for (const [index, thrown] of odd.entries()) {
      gate.on("error", () => {});
      const run = await gate.run(action(`a${index}`), () => Promise.reject(thrown));
      assert.deepEqual([run.status, run.error], ["failed", thrown], String(index));
    }
    assert.deepEqual(await gate.inFlight(), []);
    await gate.close();
  });
});

describe("waiting", () => {
  const night = { ...OPEN, quietHours: { start: 21, end: 8 } };
  const mail = (id) => action(id, { type: "mail", args: { body: "hello" }, riskFactors: { draftText: "hello" } });

  test("for the instant, exactly", async () => {
    const clock = fakeClock("2026-05-18T23:00:00Z");
    const gate = await open({ policy: night, clock });
    let sentAt;
    const run = gate.run(mail("m1"), () => (sentAt = new Date(clock.now()).toISOString()), { wait: true });
    await clock.advance(9 * 3_600_000 - 1);
    assert.equal(sentAt, undefined);
    await clock.advance(1);
    assert.deepEqual([(await run).status, sentAt], ["executed", "2026-05-19T08:00:00.000Z"]);
    await gate.close();
  });

  test("given up by its signal: nothing ran, and nothing is left", async () => {
    const clock = fakeClock("2026-05-18T23:00:00Z");
    const gate = await open({ policy: night, clock });
    const controller = new AbortController();
    const run = rejection(gate.run(mail("m1"), never, { wait: true, signal: controller.signal }));
    await clock.advance(1000);
    controller.abort(new Error("changed my mind"));
    assert.equal((await run).message, "changed my mind");
    assert.deepEqual([clock.sleeping, await gate.inFlight()], [0, []]);
    await gate.close();
  });
});

describe("beside", () => {
  test("the same id twice at once runs once", async () => {
    const gate = await open();
    let ran = 0;
    const run = () => gate.run(action("a1"), async () => (ran += 1));
    const runs = await Promise.all(Array.from({ length: 20 }, run));
    assert.equal(ran, 1);
    assert.deepEqual(runs.map(({ status }) => status).sort(), ["denied", ...Array(18).fill("denied"), "executed"].sort());
    const altered = await rejection(gate.run(action("a1", { args: { id: "other" } }), never));
    assert.equal(altered.code, "conflict");
    await gate.close();
  });

  test("everybody who listens is told, and nobody who listens can disturb", async () => {
    const told = [];
    const gate = await open({ onDecision: (decision) => { told.push(["onDecision", decision.actionId]); throw new Error("mine"); } });
    gate.on("error", (error) => told.push(["error", error.message]));
    const off = gate.on("decision", ({ action, decision }) => told.push([action.id, decision.effect]));
    gate.on("lock", (state) => told.push(["lock", Object.keys(state.agents)]));
    await gate.run(action("a1"), () => 1);
    off();
    await gate.run(action("a2"), () => 1);
    await gate.lock({ agent: "worker", by: HUDA, reason: "odd" });
    assert.deepEqual(told, [["a1", "notify"], ["onDecision", "a1"], ["error", "mine"], ["onDecision", "a2"], ["error", "mine"], ["lock", ["worker"]]]);
    assert.throws(() => gate.on("decisions", () => {}), { code: "invalid_input" });
    await gate.close();
  });

  test("channels get each obligation until they have taken it", async () => {
    const sent = [];
    let isDown = true;
    const notify = async ({ title }) => {
      sent.push(title);
      if (isDown) throw new Error("no route to host");
    };
    const gate = await open({ channels: { notify } });
    const troubles = [];
    gate.on("error", (error) => troubles.push(error.message));
    await gate.run(action("a1"), () => 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await gate.outbox()).length, 1);
    isDown = false;
    await new Promise((resolve) => setTimeout(resolve, 1300));
    assert.deepEqual([sent, troubles], [Array(2).fill("[Worker] executed: work"), ["no route to host"]]);
    assert.deepEqual(await gate.outbox(), []);
    await gate.close();
  });

  test("channels are tried again on the gate's clock, ever more slowly, until it is closed", async () => {
    const clock = fakeClock();
    let calls = 0;
    const notify = () => {
      calls += 1;
      throw new Error("no route to host");
    };
    const gate = await open({ clock, channels: { notify } });
    gate.on("error", () => {});
    await gate.run(action("a1"), () => 1);
    const after = async (ms) => {
      await clock.advance(ms);
      return calls;
    };
    assert.deepEqual([await after(999), await after(1), await after(1999), await after(1), await after(3999), await after(1)], [1, 2, 2, 3, 3, 4]);
    await gate.close();
    assert.deepEqual([await after(3_600_000), clock.sleeping], [4, 0]);
  });

  test("a clock that lets nobody sleep stops nothing else, and one that fails is not asked for ever", async () => {
    for (const [sleep, atLeast, atMost] of [[async () => {}, 2, Infinity], [() => Promise.reject(new Error("no timer")), 1, 1]]) {
      let calls = 0;
      const notify = () => {
        calls += 1;
        throw new Error("no route to host");
      };
      const gate = await open({ clock: { now: () => Date.now(), sleep }, channels: { notify } });
      gate.on("error", () => {});
      await gate.run(action("a1"), () => 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await gate.close();
      assert.ok(calls >= atLeast && calls <= atMost, `${calls} calls`);
    }
  });

  test("an agent's handle runs its own actions and does nothing else", async () => {
    const gate = await open({ policy: { ...OPEN, blockedKeywords: ["guarantee"] } });
    const agent = gate.forAgent("worker", { requestedBy: "omar" });
    assert.deepEqual(Reflect.ownKeys(agent), ["run", "ask"]);
    assert.ok(Object.isFrozen(agent));
    const run = await agent.run({ id: "a1", type: "work", args: {} }, () => "done");
    assert.deepEqual(run, { status: "executed", result: "done", recorded: true, codes: ["level"] });
    for (const claim of [{ agent: "root" }, { cost: { apiCalls: 0 } }, { access: "read" }, { riskFactors: {} }]) {
      assert.equal((await rejection(agent.run({ id: "a2", type: "work", ...claim }, never))).code, "invalid_input");
    }
    for (const wish of [{ human: true }, { requestedBy: "huda" }]) {
      assert.equal((await rejection(agent.run({ id: "a2", type: "work" }, never, wish))).code, "invalid_input");
    }
    const conflict = await rejection(agent.run({ id: "a1", type: "work", args: { other: 1 } }, never));
    assert.deepEqual([conflict.code, conflict.cause], ["conflict", undefined]);
    await gate.close();
  });

  test("a person says what became of what nobody knew", async () => {
    const clock = fakeClock();
    const gate = await open({ clock });
    const lost = async (id) => {
      const run = gate.run(action(id), () => new Promise(() => {}), { timeoutMs: 10 });
      await clock.advance(10);
      return run;
    };
    await lost("a1");
    await lost("a2");
    assert.equal((await gate.reconcile({ actionId: "a1", outcome: "succeeded", by: HUDA, comment: "I saw it" })).outcome, "succeeded");
    assert.equal((await gate.run(action("a1"), never)).code, "already_executed");
    assert.equal((await rejection(gate.reconcile({ actionId: "a2", outcome: "failed" }))).path, "by");
    assert.equal((await rejection(gate.reconcile({ actionId: "a2", outcome: "failed", by: { id: "ann", role: "viewer" } }))).code, "not_authorized");
    await gate.reconcile({ actionId: "a2", outcome: "failed", by: HUDA });
    assert.equal((await gate.run(action("a2"), never)).code, "not_retryable");
    assert.equal((await rejection(gate.reconcile({ actionId: "a1", outcome: "failed", by: HUDA }))).code, "not_found");
    let finish;
    const run = gate.run(action("a3"), () => new Promise((resolve) => (finish = resolve)));
    await clock.advance(0);
    assert.equal((await rejection(gate.reconcile({ actionId: "a3", outcome: "failed", by: HUDA }))).code, "conflict");
    finish();
    assert.equal((await run).status, "executed");
    const said = (await gate.audit()).filter(({ data }) => data.by !== undefined).map(({ kind, data }) => [kind, data.by.id, data.comment]);
    assert.deepEqual(said, [["report", "huda", "I saw it"], ["refused", "ann", undefined], ["report", "huda", null]]);
    await gate.close();
  });

  test("a shadow says what it would have refused, and refuses nothing", async () => {
    const shadow = { ...OPEN, budget: { ...OPEN.budget, maxExternalApiCallsPerDay: 2 }, budgetScope: "spending" };
    const gate = await open({ shadow });
    const told = [];
    gate.on("shadow", ({ action, shadow, differs }) => told.push([action.id, shadow.effect, differs]));
    for (const id of ["a1", "a2", "a3", "a4"]) assert.equal((await gate.run(action(id), () => 1)).status, "executed");
    assert.deepEqual(told, [["a1", "notify", false], ["a2", "notify", false], ["a3", "defer", true], ["a4", "defer", true]]);
    const { compared, same, stricter, milder, stricterBy } = gate.shadowReport();
    assert.deepEqual({ compared, same, stricter, milder, stricterBy }, { compared: 4, same: 2, stricter: 2, milder: 0, stricterBy: { api_calls_per_day_reached: 2 } });
    await gate.close();
    const strict = await open({ policy: { ...OPEN, autonomyMode: "manual" }, shadow: OPEN });
    for (const id of ["a1", "a2"]) assert.notEqual((await strict.run(action(id), never)).status, "executed");
    assert.equal(strict.shadowReport().milder, 2);
    await strict.close();
    const plain = await open();
    assert.equal(plain.shadowReport(), null);
    await plain.close();
  });

  test("a closed gate waits for what runs, and runs nothing more", async () => {
    const gate = await open();
    let finish;
    const run = gate.run(action("a1"), () => new Promise((resolve) => (finish = resolve)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = gate.close();
    finish("done");
    assert.equal((await run).status, "executed");
    await closed;
    const late = await gate.run(action("a2"), never);
    assert.deepEqual([late.status, late.code], ["locked", "closed"]);
    assert.equal((await rejection(gate.usage())).code, "internal");
  });

  test("what waits ends when the gate is closed, with what held it", async () => {
    const gate = await open();
    const run = gate.run(action("a1", { type: "ask" }), never, { wait: true });
    while ((await gate.approvals()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await gate.close();
    assert.equal((await run).status, "pending");
  });

  test("an agent is told no more of a store than that nothing runs", async () => {
    const real = memoryStore();
    const fail = () => { throw new Error("password hunter2"); };
    let isDown = false;
    const store = { isVolatile: true, load: (...given) => (isDown ? fail() : real.load(...given)), commit: (...given) => (isDown ? fail() : real.commit(...given)), hashAt: (...given) => real.hashAt(...given) };
    const gate = await open({ store });
    isDown = true;
    const told = await gate.forAgent("worker").run({ id: "a1", type: "work" }, never);
    assert.deepEqual(told, { status: "locked", code: "store_failed", codes: [] });
    isDown = false;
    await gate.close();
  });

  test("a shadow that is no policy begins nothing", async () => {
    const store = memoryStore();
    assert.equal((await rejection(open({ store, shadow: { customerId: "noor", autonomyMod: 1 } }))).code, "invalid_policy");
    assert.equal(store.load("noor"), null);
  });

  test("a clock that fails is no time", async () => {
    for (const now of [() => Number.NaN, () => "now", () => { throw new Error("no clock"); }]) {
      const gate = await open({ clock: { now, sleep: async () => {} } });
      assert.equal((await rejection(gate.run(action("a1"), never))).path, "clock");
      await gate.close();
    }
  });
});

