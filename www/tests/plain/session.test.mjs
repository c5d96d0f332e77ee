// What the page shows is what its worker answers from, however things overlap.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { engine, lines, opened, page, POLICY, quiet, store, until, workers } from "./page.mjs";

const INVALID = '{"customerId":"noor","autonomyMode":"safe';
const changed = (change) => JSON.stringify({ ...JSON.parse(POLICY), ...change });
const STRICT = changed({ autonomyMode: "manual", unknownActions: "deny" });

/** The effects that the page draws, and those that the worker tells of the same rows. */
async function bothEffects(rows) {
  const { current } = store.state;
  const views = await engine.ask("rows", { run: current.id, rows });
  return [rows.map((row) => page.EFFECTS[current.columns.effect[row]]), views.map(({ effect }) => effect)];
}

/** The id of the action in a row, as the worker has its record. */
async function idAt(run, row) {
  return JSON.parse((await engine.ask("detail", { run: run.id, row })).record).id;
}

test("a day that is still replayed gives way to one that is opened later", async () => {
  const old = opened(12_000, "old");
  await until(() => store.state.day?.name === "old.jsonl" && store.state.task?.what === "run");
  await opened(5, "new");
  await old;
  await quiet();
  const { day, current, before } = store.state;
  assert.deepEqual([day.name, day.records, current.agents, current.requests, before.requests], ["new.jsonl", 5, ["new"], 5, 5]);
});

test("of two days that are read at the same time the one that was opened last is there", async () => {
  const slow = opened(30_000, "slow");
  await sleep(20);
  assert.equal(await opened(5, "quick"), true);
  assert.equal(await slow, false);
  await quiet();
  assert.deepEqual([store.state.day.name, store.state.current.agents], ["quick.jsonl", ["quick"]]);
});

test("a file that is no log leaves the day that is being replayed alone", async () => {
  const day = opened(4000, "kept");
  await until(() => store.state.task?.what === "run");
  const answer = await page.openDay(new Blob([POLICY]), "policy.json");
  assert.equal(answer.foreign, "policy");
  await day;
  assert.deepEqual([store.state.day.name, store.state.current.requests, store.state.before.requests], ["kept.jsonl", 4000, 4000]);
});

test("a result that nobody wanted any more is not what the page is answered from", async () => {
  await opened(3000, "a");
  const shown = store.state.current;
  const ask = engine.ask.bind(engine);
  let isAsked = false;
  // The policy is broken at the moment in which the day has been run, and is not shown yet.
  engine.ask = (name, ...rest) => {
    if (name === "difference" && !isAsked) {
      isAsked = true;
      queueMicrotask(() => page.editPolicy(INVALID));
    }
    return ask(name, ...rest);
  };
  page.editPolicy(STRICT, "x");
  await until(() => isAsked && store.state.checked?.ok === false);
  engine.ask = ask;
  await quiet();
  assert.equal(store.state.current, shown);
  const [drawn, told] = await bothEffects([0, 3, 2999]);
  assert.deepEqual(told, drawn);
});

test("the worker holds what the page names, and no more", async () => {
  await opened(50, "a");
  const ids = [store.state.current.id];
  for (const mode of ["manual", "suggest_only", "full_autopilot"]) {
    page.editPolicy(changed({ autonomyMode: mode }), "");
    await until(() => store.state.ran === store.state.document);
    ids.push(store.state.current.id);
  }
  const isHeld = (id) => engine.ask("rows", { run: id, rows: [0] }).then(() => true, () => false);
  assert.deepEqual(await Promise.all(ids.map(isHeld)), [true, false, false, true]);
  await page.compareWith(STRICT, "B");
  const { b } = store.state.comparison;
  assert.equal(await isHeld(b.id), true);
  page.stopComparing();
  assert.equal(await isHeld(b.id), false);
});

test("a question that is answered is not called off", async () => {
  await opened(5, "a");
  const controller = new AbortController();
  await engine.ask("check", { policy: POLICY }, { signal: controller.signal });
  const before = workers.at(-1).said.length;
  controller.abort();
  assert.equal(workers.at(-1).said.length, before);
});

test("who looks at an action still looks at it when another is put in before it", async () => {
  await opened(50, "a");
  const { current } = store.state;
  store.set({ selected: 30, hovered: 31 });
  const at = current.columns.at[10] + 1000;
  await page.putIntoDay(JSON.stringify({ at: new Date(at).toISOString(), id: "x", type: "crm.x", agent: "b" }), at);
  await until(() => store.state.current !== current);
  const { selected, hovered } = store.state;
  assert.deepEqual([selected, hovered, await idAt(store.state.current, selected)], [31, 32, "a-30"]);
  store.set({ selected: 11 });
  page.undo();
  await until(() => store.state.current === current);
  assert.deepEqual([store.state.selected, store.state.hovered], [null, 31], "what is not there any more is not selected");
});

test("the rows of the table are those of the result that is shown", async () => {
  await opened(2000, "a");
  const seen = [];
  const end = store.subscribe(() => {
    const { current, found } = store.state;
    if (current !== null && found !== null) seen.push(found.every((row) => row < current.columns.at.length) && found.length === current.listed);
  });
  const at = store.state.current.columns.at[10] + 1000;
  await page.putIntoDay(JSON.stringify({ at: new Date(at).toISOString(), id: "x", type: "crm.x", agent: "b" }), at);
  await quiet();
  page.undo();
  await quiet();
  end();
  assert.ok(seen.length > 0 && seen.every(Boolean));
});

test("a replay that somebody cancelled can be had again, and says so until then", async () => {
  await opened(4000, "a");
  const { current } = store.state;
  page.editPolicy(STRICT, "");
  await until(() => store.state.task?.what === "run");
  assert.equal(page.isToRunAgain(store.state), false);
  store.state.task.cancel();
  await until(() => page.isToRunAgain(store.state));
  await sleep(200);
  assert.deepEqual([page.isToRunAgain(store.state), store.state.current], [true, current]);
  await page.rerunAll();
  assert.deepEqual([page.isToRunAgain(store.state), store.state.ran], [false, store.state.document]);
});

test("an edit while the page waits, or after a cancelled first replay, is no reason to have no baseline", async () => {
  const day = opened(4000, "a");
  await until(() => store.state.task?.what === "run");
  store.state.task.cancel();
  await day;
  assert.deepEqual([page.isToRunAgain(store.state), store.state.before], [true, null]);
  page.editPolicy(STRICT, "");
  await until(() => store.state.ran === store.state.document);
  assert.ok(store.state.before !== null && store.state.difference.rows.length > 100);
});

test("an invalid policy that was left behind has its baseline's day", async () => {
  await opened(50, "a", { document: { policy: INVALID, edits: [] } });
  const { checked, current, before, ran, baseline } = store.state;
  assert.deepEqual([checked.ok, current, ran], [false, before, baseline]);
  assert.equal(current.requests, 50);
});

test("the form shows what an invalid policy leaves as it was, on a day that was opened with it too", async () => {
  await opened(5, "a", { document: { policy: '{"customerId":"noor","autonomyMode":5}', edits: [] } });
  const { autonomyMode, requireHumanForFirstSend, requireHumanForLegalTopics } = store.state.shown;
  assert.deepEqual([autonomyMode, requireHumanForFirstSend, requireHumanForLegalTopics], [5, true, true]);
  await page.openDay(lines(7, "b"), "b.jsonl");
  assert.deepEqual([store.state.checked.ok, store.state.current?.requests, store.state.shown.requireHumanForFirstSend], [false, 7, true], "another log has the last valid policy's day");
});

test("the form takes no name that every object has for what stands in the policy", async () => {
  const agents = { constructor: { name: "C", creator: "amal" } };
  await opened(5, "a", { document: { policy: changed({ agents }), edits: [] } });
  page.editPolicy(changed({ agents: {}, autonomyMode: 5 }), "");
  await until(() => store.state.checked?.ok === false);
  assert.equal(store.state.shown.agents.constructor.name, "C");
});

test("what was shown as a result is a step of undo, and what was not is none", async () => {
  await opened(5, "a");
  const modes = ["manual", "suggest_only", "full_autopilot"];
  for (const mode of modes) {
    page.setValue(["autonomyMode"], mode);
    await until(() => store.state.ran === store.state.document);
  }
  assert.equal(store.state.past.length, 3);
  for (const mode of modes) page.setValue(["autonomyMode"], mode);
  assert.equal(store.state.past.length, 4);
  await quiet();
});

test("what is put in so far away that the day cannot go on is said, and undone", async () => {
  await opened(50, "a");
  await page.putIntoDay(JSON.stringify({ at: "2020-01-01T00:00:00Z", id: "x", type: "crm.x", agent: "b" }), Date.UTC(2020, 0, 1));
  await until(() => store.state.ran === store.state.document);
  assert.deepEqual(store.state.offer, { what: "lost", lines: 50 });
  page.undo();
  await until(() => store.state.ran === store.state.document);
  assert.deepEqual([store.state.offer, store.state.current.brokenCount], [null, 0]);
});

test("no table is left with only what differs from a baseline that nothing differs from", async () => {
  await opened(50, "a");
  page.editPolicy(STRICT, "");
  await until(() => store.state.ran === store.state.document);
  page.setQuery({ changedOnly: true });
  await page.pinBaseline();
  assert.deepEqual([store.state.query.changedOnly, store.state.found.length], [false, 50]);
});

test("a comparison is of two results that belong together", async () => {
  await opened(3000, "a");
  const first = store.state.current;
  await page.compareWith(STRICT, "B");
  const { comparison } = store.state;
  assert.ok(comparison.a === first && comparison.difference.rows.length > 100);
  page.editPolicy(changed({ autonomyMode: "manual" }), "");
  await until(() => store.state.current !== first);
  assert.equal(store.state.comparison, comparison, "what is shown stays until the new one is whole");
  assert.equal(await idAt(comparison.a, 1), "a-1");
  const newer = store.state.current;
  const comparing = page.recompare();
  page.editPolicy(POLICY, "");
  await comparing;
  assert.equal(store.state.comparison.a, newer);
  page.stopComparing();
});

test("a policy from a file keeps what was put in while it was read", async () => {
  await opened(50, "a");
  const { at } = store.state.current.columns;
  const reading = page.openPolicy(new File([STRICT], "policy.json"));
  const edits = [{ id: 1, after: 0, line: JSON.stringify({ at: new Date(at[0]).toISOString(), id: "x", type: "crm.x", agent: "b" }) }];
  page.edit({ ...store.state.document, edits }, "");
  await reading;
  assert.deepEqual(store.state.document, { policy: STRICT, edits });
  await page.openPolicy(new File([" ".repeat(1_000_001)], "policy.json"));
  assert.equal(store.state.document.policy, STRICT);
  assert.match(store.state.notice, /too large/);
  await quiet();
});

test("steps of undo are many, and fewer where policies are long", async () => {
  await opened(5, "a");
  for (let step = 0; step < 250; step += 1) page.editPolicy(`${POLICY}${" ".repeat(step)}`, "");
  assert.equal(store.state.past.length, 200);
  for (let step = 0; step < 20; step += 1) page.editPolicy(`${POLICY}${" ".repeat(900_000 + step)}`, "");
  assert.equal(store.state.past.length, 8);
  page.editPolicy(POLICY, "");
  await quiet();
});

test("what is put in does not stand on what was put in before, also where the day has not run with that yet", async () => {
  await opened(50, "a");
  const at = store.state.current.columns.at[10] + 1000;
  const put = (id) => page.putIntoDay(JSON.stringify({ at: new Date(at).toISOString(), id, type: "crm.x", agent: "b" }), at);
  await Promise.all([put("first"), put("second")]);
  await put("third");
  await until(() => store.state.ran === store.state.document);
  const ids = await Promise.all([10, 11, 12, 13, 14].map((row) => idAt(store.state.current, row)));
  assert.deepEqual(ids, ["a-10", "first", "second", "third", "a-11"]);
});

test("a comparison that is under way ends with its day", async () => {
  await opened(4000, "a");
  const comparing = page.compareWith(STRICT, "B");
  await until(() => store.state.task?.what === "compare");
  await opened(5, "b");
  await comparing;
  assert.deepEqual([store.state.comparison, store.state.fault, store.state.current.agents], [null, null, ["b"]]);
  page.stopComparing();
});

test("a search through the texts goes on under a new result", async () => {
  await opened(50, "a");
  page.setQuery({ text: "a-4" });
  await until(() => store.state.found?.length === 11);
  const at = store.state.current.columns.at[1] + 1000;
  await page.putIntoDay(JSON.stringify({ at: new Date(at).toISOString(), id: "a-400", type: "crm.x", agent: "b" }), at);
  await until(() => store.state.found?.length === 12);
  assert.deepEqual([...store.state.found.slice(0, 3)], [2, 5, 41]);
});

test("keeping a result as the baseline runs nothing again", async () => {
  await opened(50, "a");
  page.editPolicy(STRICT, "");
  await until(() => store.state.ran === store.state.document);
  const { current } = store.state;
  const runs = () => workers.at(-1).said.filter(({ name }) => name === "run").length;
  const before = runs();
  await page.pinBaseline();
  assert.deepEqual([store.state.before, store.state.current, store.state.difference.rows.length, runs()], [current, current, 0, before]);
});

test("a worker that died is replaced, and the day can be run again", async () => {
  await opened(50, "a");
  const dead = workers.at(-1);
  const pending = engine.ask("check", { policy: POLICY });
  dead.onerror({ message: "out of memory" });
  await assert.rejects(pending, { code: "worker" });
  assert.deepEqual([store.state.fault.code, store.state.current, page.isToRunAgain(store.state)], ["worker_died", null, true]);
  assert.notEqual(workers.at(-1), dead);
  page.editPolicy(STRICT, "");
  await quiet();
  assert.deepEqual([store.state.checked.ok, store.state.current, page.isToRunAgain(store.state)], [true, null, true]);
  await page.rerunAll();
  assert.deepEqual([store.state.current.requests, store.state.difference.rows.length, page.isToRunAgain(store.state)], [50, 50, false]);
});

test("a worker that does not even hear that it is to stop is ended", async (t) => {
  await opened(50, "a");
  const silent = workers.at(-1);
  silent.isDeaf = true;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const controller = new AbortController();
  const asked = engine.ask("check", { policy: POLICY }, { signal: controller.signal });
  controller.abort();
  await assert.rejects(asked, { code: "cancelled" });
  t.mock.timers.tick(7000);
  assert.equal(workers.at(-1), silent);
  t.mock.timers.tick(2000);
  assert.notEqual(workers.at(-1), silent);
  t.mock.timers.reset();
  await page.rerunAll();
  assert.equal(store.state.current.requests, 50);
});

test("a worker that cannot be started is not started again and again, and whoever asks is told", async () => {
  const count = workers.length;
  const faults = [];
  const unable = new page.Engine((message, canRestart) => faults.push([message, canRestart]));
  workers.at(-1).onerror({ message: "" });
  await assert.rejects(unable.ask("check", { policy: POLICY }), { code: "worker" });
  assert.deepEqual([faults, workers.length], [[["the worker could not be started", false]], count + 1]);
});

test("a day without an edit is its baseline, and is run once", async () => {
  const asked = [];
  const { ask } = engine;
  engine.ask = (name, ...rest) => {
    asked.push(name);
    return ask.call(engine, name, ...rest);
  };
  const fresh = () => ({ policy: POLICY, edits: [] });
  try {
    await opened(10, "once", { document: fresh(), baseline: fresh() });
  } finally {
    engine.ask = ask;
  }
  assert.deepEqual(asked.filter((name) => name === "run"), ["run"]);
  assert.equal(store.state.current.id, store.state.before.id);
});
