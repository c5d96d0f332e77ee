// What the views work out before anything is drawn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../tools/load.mjs";

const views = await load("views/scroll.ts", "views/names.ts", "views/changed.ts", "i18n/seen.ts", "i18n/index.ts", "views/unknown.tsx");

test("a chosen row comes into sight in a table of any length", () => {
  for (const rows of [1, 10, 5000, 352_942, 1_000_000, 10_000_000]) {
    const table = { rows, rowHeight: 34, height: 400 };
    const inFull = (index, top) => {
      const { from, to, shift } = views.inSight(table, top);
      assert.ok(index >= from && index < to, `row ${index} of ${rows} is not drawn at ${top}`);
      const y = shift + (index - from) * 34 - top;
      // A whole pixel of the bar may be a few of a long table's.
      const slack = Math.max(0, (rows * 34) / views.MAX_HEIGHT);
      assert.ok(y >= -slack && y + 34 <= 400 + slack, `row ${index} of ${rows} stands at ${y}`);
    };
    let top = 0;
    for (const index of [0, 1, 9, 10, 11, 12, 13, rows - 1, rows - 2, rows - 14, Math.floor(rows / 2), Math.floor(rows / 2) + 20, 0]) {
      if (index < 0 || index >= rows) continue;
      top = views.revealed(table, index, top);
      inFull(index, top);
      assert.equal(views.revealed(table, index, top), top, "what is in sight stays where it is");
    }
  }
});

test("an agent whose name every object has is called by it", () => {
  const run = { document: { agents: { sales: { name: "Sales", creator: "amal" } } } };
  for (const agent of ["constructor", "toString", "__proto__", "hasOwnProperty"]) assert.deepEqual([views.nameOf(run, agent), views.creatorOf(run, agent)], [agent, null]);
  assert.deepEqual([views.nameOf(run, "sales"), views.creatorOf(run, "sales")], ["Sales", "amal"]);
});

test("the settings that two policies have otherwise are told by path", () => {
  const before = { a: 1, list: ["x"], quietHours: { start: 21, end: 8 }, agents: { sales: { name: "Sales" } } };
  const after = { a: 1, list: ["x", "y"], quietHours: null, agents: { sales: { name: "Sales" }, constructor: { name: "C" } } };
  assert.deepEqual(views.changedSettings(before, before), []);
  assert.deepEqual(views.changedSettings(before, after), [
    { path: "list", before: '["x"]', after: '["x","y"]' },
    { path: "quietHours", before: '{"start":21,"end":8}', after: "null" },
    { path: "agents.constructor", before: "–", after: '{"name":"C"}' },
  ]);
});

test("a sign that nobody sees is shown", () => {
  const run = { document: { agents: {} } };
  assert.equal(views.nameOf(run, "\u202egnihsihp"), "⟨U+202E⟩gnihsihp");
  assert.equal(views.seen("\u200b"), "⟨U+200B⟩");
  assert.equal(views.seen("a\u00ad\u2066b\u{e0041}\u3164"), "a⟨U+00AD⟩⟨U+2066⟩b⟨U+E0041⟩⟨U+3164⟩");
  assert.equal(views.seen("Noor نور, 100% – «x»"), "Noor نور, 100% – «x»");
  const reason = { code: "blocked_keyword", keyword: "\u200bfree", rule: "approval", effect: "approve", text: "" };
  assert.match(views.wordsOf("en", "UTC").because(reason, "approve"), /“⟨U\+200B⟩free”/);
});

test("kinds that the guard does not know are named once each", () => {
  const columns = { code: Uint8Array.of(1, 0, 1, 255, 1), type: Uint32Array.of(2, 0, 1, 1, 2) };
  assert.deepEqual(views.unknownTypes({ columns, codes: ["quiet_hours", "unknown_action_type"], types: ["a", "b", "c"] }), ["b", "c"]);
  assert.deepEqual(views.unknownTypes({ columns, codes: ["quiet_hours", "level"], types: ["a", "b", "c"] }), []);
});
