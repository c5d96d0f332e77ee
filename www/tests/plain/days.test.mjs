// The days that ship tell the stories that the page says they tell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { days } from "../../days/index.mjs";
import { engine, pacer, ran, rowsOf } from "./runs.mjs";

for (const { id } of days()) {
  test(`${id}: no line is broken, and the policy is meant as it is`, async () => {
    const { run } = await ran(id);
    assert.equal(run.result.brokenCount, 0, JSON.stringify(run.result.broken));
    assert.ok(run.result.requests > 40);
    assert.deepEqual(engine.library.lint({ policy: JSON.parse(run.policy) }), []);
  });
}

test("the runaway: tier 1 at 14:03, tier 2, locked at 14:07, reset at 14:31", async () => {
  const scene = await ran("runaway");
  const rows = rowsOf(scene);
  const first = (tier) => rows.find((row) => row.agent === "outreach" && row.tier === tier)?.at.slice(11, 16);
  assert.deepEqual([first(1), first(2), first(3)], ["14:03", "14:05", "14:07"]);
  const [lock] = scene.run.result.locks;
  assert.equal(scene.run.result.locks.length, 1);
  const local = (instant) => new Date(instant + 3 * 3_600_000).toISOString().slice(11, 16);
  assert.deepEqual([scene.run.result.agents[lock.agent], local(lock.from), local(lock.to)], ["outreach", "14:07", "14:31"]);
  assert.ok(rows.filter((row) => row.effect === "lock").length > 20);
  assert.equal(rows.find((row) => row.agent === "outreach" && row.at > `${row.at.slice(0, 11)}14:31:01`).effect, "notify");
});

test("the calm day: one first message, one that waits for the morning and then goes out", async () => {
  const rows = rowsOf(await ran("calm")).filter((row) => row.kind === "request");
  const strict = rows.filter((row) => !["allow", "notify"].includes(row.effect));
  assert.deepEqual(strict.map((row) => row.code), ["first_send_to_account", "quiet_hours"]);
  assert.equal(rows.at(-1).record.id, strict[1].record.id);
  assert.equal(rows.at(-1).effect, "notify");
  assert.equal(new Set(rows.map((row) => row.agent)).size, 2);
});

test("the week: a quorum, a rejection that skips the rest, a question that lapses, a budget spent on Wednesday", async () => {
  const scene = await ran("week");
  const rows = rowsOf(scene);
  const of = (id) => rows.filter((row) => row.record.id === id).map((row) => row.code ?? row.effect);
  assert.deepEqual(of("summer-sahab-1"), ["first_send_to_account", "level"]);
  assert.deepEqual(of("summer-sahab-2"), ["paused_behind", "level"]);
  assert.deepEqual(of("summer-tuwaiq-2"), ["skipped_after"]);
  assert.deepEqual(of("summer-yanbu-1"), ["first_send_to_account", "first_send_to_account"]);
  const waited = rows.filter((row) => row.code === "cost_per_day_would_exceed");
  assert.ok(waited.length >= 4 && waited.every((row) => row.at.startsWith("2026-05-20T1")), JSON.stringify(waited.map((row) => row.at)));
  const { approvals } = await engine.approvals(scene, { row: rows.length - 1 }, pacer());
  const status = (id) => approvals.filter((approval) => approval.actionId === id).map((approval) => approval.status);
  assert.deepEqual(status("summer-sahab-1"), ["consumed"]);
  assert.deepEqual(status("summer-tuwaiq-1"), ["rejected"]);
  assert.equal(status("summer-yanbu-1")[0], "expired");
  assert.equal(approvals.find((approval) => approval.actionId === "summer-sahab-1").votes.length, 2);
});
