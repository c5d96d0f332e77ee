// What is put into the day, from the page to its worker and back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { engine, opened, page, POLICY, store, until } from "./page.mjs";

const MANUAL = JSON.stringify({ ...JSON.parse(POLICY), autonomyMode: "manual" });
const opening = (policy) => ({ document: { policy, edits: [] }, baseline: { policy, edits: [] } });
const ranAnew = () => until(() => store.state.ran === store.state.document && store.state.task === null);
const putIn = () => [...store.state.current.columns.edit].filter((edit) => edit !== 0).length;

test("two actions that are put in at once are two, and each is taken out by itself", async () => {
  await opened(20, "a");
  const at = store.state.current.columns.at[10];
  const line = (id) => JSON.stringify({ at: new Date(at).toISOString(), id, type: "crm.x", agent: "b" });
  await Promise.all([page.putIntoDay(line("one"), at), page.putIntoDay(line("two"), at)]);
  await ranAnew();
  assert.equal(putIn(), 2);
  page.removeEdit(store.state.current.columns.edit.findIndex((edit) => edit !== 0));
  await ranAnew();
  assert.equal(putIn(), 1);
  const row = store.state.current.columns.edit.findIndex((edit) => edit !== 0);
  const { record, line: number } = await engine.ask("detail", { run: store.state.current.id, row });
  assert.deepEqual([JSON.parse(record).id, number], ["two", null]);
});

test("a decision that is clicked twice is one", async () => {
  await opened(5, "a", opening(MANUAL));
  const { current } = store.state;
  const { approvals } = await engine.ask("approvals", { run: current.id, moment: { row: 2 } });
  const order = { approvalId: approvals.at(-1).id, by: { id: "admin", role: "platform_admin" }, decision: "approve" };
  const decide = () => page.decide(current, { row: 2 }, order, true);
  assert.deepEqual(await Promise.all([decide(), decide()]), [true, false]);
  assert.equal(await decide(), false);
  await ranAnew();
  assert.equal(putIn(), 2);
});

test("as much as can be is put in, and no more", async () => {
  await opened(5, "a");
  const at = store.state.current.columns.at[2];
  const line = JSON.stringify({ at: new Date(at).toISOString(), kind: "recordUsage", usage: { apiCalls: 1 } });
  page.edit({ ...store.state.document, edits: Array.from({ length: 1000 }, (_, place) => ({ id: place + 1, after: 2, line })) }, "");
  await ranAnew();
  const { document } = store.state;
  await page.putIntoDay(line, at);
  assert.equal(store.state.document, document);
  assert.match(store.state.notice, /As much as can be/);
});

test("what B can carry out nothing of is not alike: it has a group of its own", async () => {
  await opened(50, "a");
  await page.compareWith(JSON.stringify({ ...JSON.parse(POLICY), approvals: { separationOfDuties: true } }), "B");
  const { comparison } = store.state;
  const groups = page.groupsOf(comparison).map(({ side, places }) => [side, places.length]);
  assert.deepEqual(groups, [["missingInB", 50]]);
  assert.deepEqual([comparison.b.brokenCount, comparison.b.unread], [50, 0]);
  page.stopComparing();
});
