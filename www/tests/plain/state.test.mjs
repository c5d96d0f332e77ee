// The document, links and the schema.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../tools/load.mjs";

const state = await load("state/document.ts", "state/packed.ts", "state/work.ts", "state/draft.ts", "state/jump.ts", "editor/schema.ts", "editor/complete.ts");

const TEXT = `{
  "customerId": "noor",
  // a note
  "budget": { "maxCostPerDay": 38 },
  "actions": { "crm.get_*": { "level": "L1" } }
}
`;

test("a setting is changed where it stands, and the rest stays as it was written", () => {
  const text = TEXT.replace("  // a note\n", "");
  assert.equal(state.withValue(text, ["budget", "maxCostPerDay"], 50), text.replace("38", "50"));
  assert.equal(state.at(JSON.parse(state.withValue(text, ["velocity", "tier_3", "windowMinutes"], 7)), ["velocity", "tier_3", "windowMinutes"]), 7);
  assert.equal("budget" in JSON.parse(state.withValue(text, ["budget"], undefined)), false);
  assert.deepEqual(JSON.parse(state.withValue(text, ["quietHours"], null)).quietHours, null);
});

test("the package's paths are found in the text", () => {
  const text = TEXT.replace("  // a note\n", "");
  const at = (path) => {
    const { offset, length } = state.placeOf(text, state.segmentsOf(path));
    return text.slice(offset, offset + length);
  };
  assert.equal(at("policy.budget.maxCostPerDay"), "38");
  assert.equal(at('policy.actions["crm.get_*"].level'), '"L1"');
  assert.equal(at("policy.budget.maxMessagesPerDay"), '{ "maxCostPerDay": 38 }');
  assert.deepEqual(state.segmentsOf("policy.blockedKeywords[3]"), ["blockedKeywords", 3]);
});

test("names that every object has are no settings", () => {
  assert.equal(state.at({ actions: {} }, ["actions", "constructor"]), undefined);
  assert.equal(state.at({ actions: { a: 5 } }, ["actions", "a"]), 5);
  assert.equal(state.at({ list: [1, 2] }, ["list", 1]), 2);
});

test("no two settings have the same id on the page", () => {
  const ids = ["crm.x", "crm-x", "crm x", "crm:x", "crm:20:x", "كرم", "كرن"].map((type) => state.idOf(["actions", type]));
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.doesNotMatch(id, /\s/);
  assert.equal(state.fieldId("budget.maxCostPerDay"), "setting-budget-maxCostPerDay");
});

test("a link holds the work, and refuses what is none", async () => {
  const work = { version: 1, policy: TEXT, note: "سياسة".repeat(500) };
  const link = await state.packed(work);
  assert.match(link, /^[\w-]+$/);
  assert.ok(link.length < 400, `${link.length}`);
  assert.deepEqual(await state.unpacked(link), work);
  assert.equal(await state.unpacked("nonsense"), null);
});

test("nothing is made or taken that is too long", async () => {
  assert.equal(await state.packed("x".repeat(9 * 1024 * 1024)), null);
  const noise = Array.from({ length: 300_000 }, () => Math.random().toString(36)).join("");
  assert.equal(await state.packed(noise), null);
  const bomb = new Blob([JSON.stringify("x".repeat(9 * 1024 * 1024))]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  assert.equal(await state.unpacked(Buffer.from(await new Response(bomb).arrayBuffer()).toString("base64url")), null);
});

const EDIT = { id: 3, after: -1, line: "{}" };
const BAD_EDITS = [{ key: 0, line: "{}" }, { ...EDIT, id: 0 }, { ...EDIT, id: 1.5 }, { ...EDIT, after: 0.5 }, { ...EDIT, after: -2 }, { ...EDIT, id: 2 ** 32 }, { ...EDIT, line: 5 }];

test("of a link that somebody made by hand only what is right is taken", () => {
  assert.equal(state.readWork({ version: 2, policy: "{}" }), null);
  assert.equal(state.readWork({ version: 1, policy: 5 }), null);
  const work = state.readWork({ version: 1, policy: "{}", tab: "nowhere", range: [5, 1], selected: 1.5, edits: [...BAD_EDITS, EDIT, { ...EDIT, line: "twice" }], query: { sort: "evil", text: 5, effects: ["evil", "lock", 5], rule: "evil" } });
  assert.deepEqual([work.tab, work.range, work.selected, work.edits, work.query.sort, work.query.text], ["day", null, null, [EDIT], "at", ""]);
  assert.deepEqual([work.query.effects, work.query.rule], [["lock"], null]);
  const many = Array.from({ length: 1200 }, (_, place) => ({ id: place + 1, after: 0, line: "{}" }));
  assert.equal(state.readWork({ version: 1, policy: "{}", edits: many }).edits.length, 1000);
});

test("a draft makes the record that its fields say, and leaves out what is empty", () => {
  const record = { at: "2026-05-12T11:07:00.000Z", id: "a", type: "t", agent: "b", args: { x: 1 }, riskFactors: { dealValue: 5, containsLegalTopic: false }, cost: { amount: 0.5 } };
  assert.deepEqual(JSON.parse(state.recordOf(state.draftOf(JSON.stringify(record), Date.parse(record.at)))), record);
  assert.equal(state.recordOf({ ...state.draftOf("{}", 0), args: "{" }), null);
});

test("an action is tried with changes whatever way its log writes the time", () => {
  const at = Date.UTC(2026, 4, 12, 11, 7);
  const record = JSON.stringify({ at, id: "a", type: "t", agent: "b" });
  const draft = state.begun({ columns: { at: [], agent: [] }, agents: [] }, null, { record, at });
  assert.deepEqual([draft.id, JSON.parse(state.recordOf(draft)).at], ["a-try", "2026-05-12T11:07:00.000Z"]);
});

test("the schema knows each field of a policy in full, and has words for the closed lists", () => {
  const document = state.library.defaultPolicy("noor");
  for (const name of Object.keys(document)) assert.ok(state.schemaAt([name])?.description, name);
  assert.equal(state.schemaAt(["budget", "maxCostPerDay"]).description.startsWith("Money"), true);
  assert.deepEqual(state.wordsOf(state.schemaAt(["autonomyMode"])).map(({ value }) => value), ["manual", "suggest_only", "draft_and_approve", "safe_autopilot", "full_autopilot"]);
  assert.ok(state.schemaAt(["actions", "crm.*", "factors", "draftText"]));
  assert.equal(state.schemaAt(["nonsense"]), undefined);
});

/** What the editor offers at the bar in a text. */
function offered(marked) {
  const at = marked.indexOf("|");
  const text = marked.replace("|", "");
  const before = /"?[\w$.*-]*$/.exec(text.slice(0, at))[0];
  const { options } = state.complete({ state: { doc: { toString: () => text } }, pos: at, explicit: true, matchBefore: () => ({ from: at - before.length, to: at, text: before }) });
  return new Map(options.map(({ displayLabel, label, apply }) => [displayLabel ?? label, apply]));
}

test("a completed name brings its value, and a comma where another property follows", () => {
  assert.equal(offered('{ "maxC| "currency": "SAR" }').get("maxConsecutiveFollowups"), '"maxConsecutiveFollowups": 3,');
  assert.equal(offered('{ "currency": "SAR", "maxC| }').get("maxConsecutiveFollowups"), '"maxConsecutiveFollowups": 3');
  assert.equal(offered('{ "maxC|": 5 }').get("maxConsecutiveFollowups"), '"maxConsecutiveFollowups"');
});
