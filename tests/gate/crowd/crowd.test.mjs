// Many at once: in one process, and in two on one file. What looks first and writes down later fails these tests.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { capped, createGate, folder, memoryStore, naiveGate, sqliteStore, storm, verifyAudit } from "../lab.mjs";

const CAP = 1000;
const place = folder();
const policy = capped(CAP);
const worker = fileURLToPath(new URL("crowd-worker.mjs", import.meta.url));

/** All of an audit, part by part. */
async function wholeAudit(gate) {
  const entries = [];
  for (;;) {
    const part = await gate.audit({ since: entries.length, limit: 1000 });
    if (part.length === 0) return entries;
    entries.push(...part);
  }
}

for (const [name, make] of Object.entries({ "in memory": async () => memoryStore(), "in a file": () => sqliteStore(path.join(place, "crowd.db")) })) {
  test(`10,000 actions of 50 callers with a cap of 1,000, ${name}: exactly 1,000 run`, async () => {
    const gate = await createGate({ policy, store: await make(), create: true });
    let ran = 0;
    const counts = await storm((asked) => gate.run(asked, () => (ran += 1)), 10_000, 50);
    assert.deepEqual([ran, counts.executed, counts.executed + counts.deferred], [CAP, CAP, 10_000]);
    assert.equal((await gate.usage()).customer.apiCalls, CAP);
    await gate.close();
  });
}

test("a naive gate lets more through", async () => {
  const run = naiveGate(path.join(place, "naive.json"), CAP);
  const { executed } = await storm(run, 10_000, 50);
  assert.ok(executed > CAP, `${executed} of ${CAP}`);
});

/** Two processes, each with half of the actions; gives what each counted. */
async function two(kind, file) {
  const workers = [1, 2].map(() => fork(worker, [kind, file, String(CAP), "5000"], { stdio: ["ignore", "inherit", "inherit", "ipc"] }));
  await Promise.all(workers.map((each) => once(each, "message")));
  for (const each of workers) each.send("go");
  const answers = await Promise.all(workers.map((each) => once(each, "message")));
  await Promise.all(workers.map((each) => (each.exitCode === null ? once(each, "exit") : undefined)));
  return answers.map(([counts]) => counts);
}

const total = (counts) => counts.reduce((sum, { executed }) => sum + (executed ?? 0), 0);

test("two processes on one file: exactly 1,000 run between them", async () => {
  const file = path.join(place, "two.db");
  const store = await sqliteStore(file);
  await (await createGate({ policy, store, create: true })).close();
  const counts = await two("gate", file);
  assert.equal(total(counts), CAP, JSON.stringify(counts));
  for (const each of counts) assert.equal(each.executed + each.deferred, 5000, JSON.stringify(each));
  for (const { executed } of counts) assert.ok(executed > 0, `only one of them came through: ${JSON.stringify(counts)}`);
  const gate = await createGate({ policy, store });
  assert.equal((await gate.usage()).customer.apiCalls, CAP);
  assert.deepEqual(await gate.inFlight(), []);
  const entries = await wholeAudit(gate);
  assert.deepEqual([entries.length, verifyAudit({ entries, head: gate.head }).valid], [gate.head.seq, true]);
  await gate.close();
});

test("two processes with a naive gate let more through", async () => {
  const counts = await two("naive", path.join(place, "naive-two.json"));
  assert.ok(total(counts) > CAP, JSON.stringify(counts));
});
