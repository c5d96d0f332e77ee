// A process that is killed (SIGKILL) again and again, at any moment of its work: nothing is done twice, nothing that was granted is
// forgotten, and what nobody knows is said to be unknown.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { OPEN, action, createGate, folder, sqliteStore, verifyAudit } from "../lab.mjs";

const place = folder();
const worker = fileURLToPath(new URL("killed-worker.mjs", import.meta.url));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** So many actions a life, and so many of them new: each is tried in several lives. */
const A_LIFE = 40;
const NEW = 10;
const RUNS = ["allow", "notify"];

/** A life: begun, and killed after so long, from its start where it is to be killed while it starts. */
async function live(kind, file, effects, life, ms, fromStart) {
  const child = fork(worker, [kind, file, effects, String(life * NEW), String(A_LIFE), `${effects}-notes`, String(life)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  if (!fromStart) await Promise.race([once(child, "message"), ended]);
  await pause(ms);
  child.kill("SIGKILL");
  const [code, signal] = await ended;
  assert.deepEqual([code, signal], [null, "SIGKILL"], "it ended by itself");
}

async function lives(kind, file, effects, kills) {
  for (let life = 0; life < kills; life += 1) {
    const fromStart = life % 10 === 9;
    await live(kind, file, effects, life, fromStart ? Math.random() * 400 : Math.random() * 80, fromStart);
  }
}

const linesOf = (file) => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter((line) => line !== "") : []);
const twiceIn = (lines) => lines.filter((line, index) => lines.indexOf(line) !== index);

async function wholeAudit(gate) {
  const entries = [];
  for (;;) {
    const part = await gate.audit({ since: entries.length });
    if (part.length === 0) return entries;
    entries.push(...part);
  }
}

test("200 times: nothing twice, no grant and no approval lost, what was in flight is unknown, the audit is whole", { timeout: 600_000 }, async () => {
  const [file, effects] = [path.join(place, "killed.db"), path.join(place, "effects")];
  const store = await sqliteStore(file);
  await (await createGate({ policy: OPEN, store, create: true })).close();
  await lives("gate", file, effects, 200);

  const done = linesOf(effects);
  assert.ok(done.length > 200, `it came to too little: ${done.length}`);
  assert.deepEqual(twiceIn(done), []);

  const gate = await createGate({ policy: OPEN, store });
  gate.on("error", () => {});
  const entries = await wholeAudit(gate);
  assert.deepEqual([entries.length, verifyAudit({ entries, head: gate.head }).valid], [gate.head.seq, true]);

  const granted = new Set(entries.filter(({ kind, data }) => kind === "request" && RUNS.includes(data.effect)).map(({ data }) => data.actionId));
  const reported = new Map(entries.filter(({ kind }) => kind === "report").map(({ data }) => [data.report.actionId, data.report.outcome]));
  // What was done had been granted, and every grant has come to an end or is unknown: nobody is left to carry it out.
  for (const id of done) assert.ok(granted.has(id), `${id} was done and not granted`);
  const flights = await gate.inFlight();
  assert.deepEqual(flights.filter(({ status }) => status !== "unknown"), []);
  const unknown = new Set(flights.map(({ actionId }) => actionId));
  assert.ok(unknown.size > 20, `it was hardly ever killed in the middle of an action: ${unknown.size}`);
  for (const id of granted) assert.equal(reported.get(id) === "unknown", unknown.has(id), id);
  assert.deepEqual([...granted].filter((id) => !reported.has(id)), []);
  // What is said to have succeeded has been done; what has not been done is not said to have been.
  for (const [id, outcome] of reported) if (outcome === "succeeded") assert.ok(done.includes(id), `${id} was not done`);
  assert.equal((await gate.usage()).customer.apiCalls, [...granted].filter((id) => id.startsWith("a")).length);
  for (const id of [...unknown].filter((each) => each.startsWith("a"))) {
    assert.equal((await gate.run(action(id), () => assert.fail("it ran again"))).status, "unknown");
  }

  // What a person was asked is still asked; what a person has said still holds, and is used once.
  const notes = linesOf(`${effects}-notes`).map((line) => line.split(" "));
  const [asked, approved] = ["asked", "approved"].map((kind) => new Set(notes.filter(([word]) => word === kind).map(([, id]) => id)));
  assert.ok(asked.size > 30 && approved.size > 10, `it hardly came to asking: ${asked.size}, ${approved.size}`);
  for (const id of asked) {
    const approval = (await gate.approvals()).find(({ actionId }) => actionId === id);
    if (!approved.has(id)) {
      // The word may have been kept, and its note not been written.
      assert.ok(["pending", "approved", "consumed"].includes(approval.status), `${id} is ${approval.status}`);
      continue;
    }
    const run = await gate.run(action(id, { type: "ask" }), () => "done");
    const ends = { executed: undefined, denied: "already_executed", unknown: "outcome_unknown" };
    assert.ok(run.status in ends, `${id} was approved, and is ${run.status} (${run.code})`);
    if (run.status !== "executed") assert.equal(run.code, ends[run.status]);
    else assert.ok(!done.includes(id), `${id} was done before`);
  }
  await gate.close();
});

test("a naive gate does things twice", { timeout: 300_000 }, async () => {
  const effects = path.join(place, "naive-effects");
  await lives("naive", path.join(place, "naive.json"), effects, 30);
  assert.notDeepEqual(twiceIn(linesOf(effects)), []);
});
