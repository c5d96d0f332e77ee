// A store that several gates share: each knows of the others, and has its audit.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HUDA, OPEN, action, createGate, memoryStore, places, verifyAudit } from "./lab.mjs";

const never = () => assert.fail("it ran");

/** Another policy, which is a checkpoint, and who wants it. */
const OTHER = { ...OPEN, maxConsecutiveFollowups: 9 };
const ORDER = { by: { id: "root", role: "platform_admin" }, reason: "test" };

async function begun(make) {
  const store = await make();
  const gate = await createGate({ policy: OPEN, store, create: true });
  gate.on("error", () => {});
  return { store, gate };
}

test("the store in memory knows the last 10,000 heads, and not all there ever were", () => {
  const store = memoryStore();
  const last = 30_000;
  for (let seq = 1; seq <= last; seq += 1) {
    const entry = { id: `c${seq}`, head: { seq, hash: `h${seq}` }, commands: [], checkpoint: seq % 1000 === 0, audit: () => [] };
    assert.equal(store.commit("k", seq - 1, entry, () => "{}"), true);
  }
  for (let seq = last - 9_999; seq <= last; seq += 1) assert.equal(store.hashAt("k", seq), `h${seq}`);
  assert.equal(store.hashAt("k", 1), undefined);
  assert.equal(store.hashAt("k", last + 1), undefined);
  assert.equal(store.hashAt("another", last), undefined);
  const since = (version) => store.load("k", version).entries.map((each) => each.version);
  assert.deepEqual(since(last - 3), [last - 2, last - 1, last]);
  assert.deepEqual([since(last), since(last - 100).length, store.load("k", last - 100).checkpoint], [[], 100, undefined]);
  assert.deepEqual([store.load("k").checkpoint.version, since(last - 102), since(-1)], [last, [], []]);
});

test("a gate that is overtaken begins anew from a checkpoint, and keeps what it had of the audit", async () => {
  const real = memoryStore();
  let refused = 0;
  const store = {
    isVolatile: true,
    load: (...given) => real.load(...given),
    hashAt: (...given) => real.hashAt(...given),
    async commit(...given) {
      // Meanwhile the other one decides on the same state.
      await new Promise((resolve) => setTimeout(resolve, 2));
      const isKept = real.commit(...given);
      if (!isKept) refused += 1;
      return isKept;
    },
  };
  const one = await createGate({ policy: OPEN, store });
  assert.equal((await one.run(action("a0"), () => 1)).status, "executed");
  await one.setPolicy(OTHER, ORDER);
  const other = await createGate({ policy: OTHER, store });
  const runs = await Promise.all([other, one, other, one, other, one].map((gate, index) => gate.run(action(`b${index}`), () => 1)));
  assert.deepEqual(runs.map(({ status }) => status), Array(6).fill("executed"));
  assert.ok(refused > 0);
  const entries = await one.audit();
  assert.deepEqual(entries.map(({ seq }) => seq), Array.from({ length: 15 }, (_, index) => index + 1));
  assert.deepEqual(verifyAudit({ entries, head: one.head }), { valid: true, brokenAt: null, reason: null });
  await one.close();
  await other.close();
});

for (const [name, make] of Object.entries(places().STORES)) {
  describe(`a store ${name}`, () => {
    test("that two gates share leaves each its audit, also after the other has set a policy", async () => {
      const store = await make();
      const one = await createGate({ policy: OPEN, store, create: true });
      assert.equal((await one.run(action("a0"), () => 1)).status, "executed");
      const other = await createGate({ policy: OPEN, store });
      for (const id of ["a1", "a2", "a3"]) assert.equal((await other.run(action(id), () => 1)).status, "executed");
      // Behind, and then not any more.
      assert.equal((await one.run(action("b1"), () => 1)).status, "executed");
      const seqs = (entries) => entries.map(({ seq }) => seq);
      const upTo = (last) => Array.from({ length: last }, (_, index) => index + 1);
      assert.deepEqual(seqs(await one.audit()), upTo(10));
      const before = await other.audit();
      // Behind by more than the checkpoint that a new policy is.
      assert.equal((await one.run(action("b2"), () => 1)).status, "executed");
      await one.setPolicy(OTHER, ORDER);
      const [whole, entries] = [await one.audit(), await other.audit()];
      assert.deepEqual(seqs(whole), upTo(13));
      assert.deepEqual(verifyAudit({ entries: whole, head: one.head }), { valid: true, brokenAt: null, reason: null });
      // A gate that was begun later may have less, and what it has is the end of the same.
      assert.deepEqual(entries, whole.slice(-entries.length));
      assert.equal(entries.length, before.length + 3);
      assert.deepEqual(await one.audit({ since: 6, limit: 2 }), whole.slice(6, 8));
      await one.close();
      await other.close();
    });

    test("two gates on it know of each other", async () => {
      const { store, gate } = await begun(make);
      const other = await createGate({ policy: OPEN, store, pollMs: 20 });
      const told = [];
      other.on("lock", (state) => told.push(Object.keys(state.agents)));
      await gate.run(action("a1"), () => 1);
      assert.equal((await other.run(action("a1"), never)).code, "already_executed");
      await gate.lock({ agent: "worker", by: HUDA, reason: "odd" });
      assert.equal((await other.run(action("a2"), never)).status, "locked");
      assert.deepEqual(told, [["worker"]]);
      await other.unlock({ agent: "worker", by: HUDA, reason: "seen" });
      const runs = await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 ? gate : other).run(action(`c${index >> 1}`), () => 1)));
      assert.equal(runs.filter(({ status }) => status === "executed").length, 20);
      assert.deepEqual((await other.usage()).customer, (await gate.usage()).customer);
      await gate.close();
      await other.close();
    });

    test("what a living process carries out is left to it; what an ended one left is unknown", async () => {
      const { store, gate } = await begun(make);
      let finish;
      const run = gate.run(action("a1"), () => new Promise((resolve) => (finish = resolve)));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const other = await createGate({ policy: OPEN, store });
      other.on("error", () => {});
      assert.deepEqual((await other.inFlight()).map(({ status }) => status), ["granted"]);
      // As one that is gone: its lease has ended.
      const { runner } = (await store.load("noor")).entries.flatMap(({ entry }) => entry.commands).find(({ name }) => name === "request");
      await store.lease("noor", { id: runner }, 0);
      const third = await createGate({ policy: OPEN, store });
      assert.deepEqual((await third.inFlight()).map(({ status }) => status), ["unknown"]);
      assert.equal((await third.run(action("a1"), never)).status, "unknown");
      // It was alive after all: its own word settles it.
      finish("done");
      assert.equal((await run).status, "executed");
      assert.deepEqual(await third.inFlight(), []);
      for (const each of [gate, other, third]) await each.close();
    });
  });
}
