// What a file is, and where its records stand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { engine, logOf, pacer, shipped } from "./runs.mjs";

const record = (id, fields = {}) => JSON.stringify({ at: "2026-05-11T09:00:00Z", id, type: "ledger.x", agent: "a", ...fields });

async function ranText(text) {
  const log = await logOf(text);
  const { result } = await engine.runDay(log, shipped("calm").policy, [], pacer());
  return { log, result };
}

test("a first line that begins with a list of its own is a record", async () => {
  const acknowledge = JSON.stringify({ ids: ["o1"], kind: "acknowledge", at: "2026-05-11T08:00:00Z" });
  const { log, result } = await ranText(`${acknowledge}\n${record("a")}\n`);
  assert.deepEqual([log.info.format, log.info.records, result.requests, result.brokenCount], ["jsonl", 2, 1, 0]);
  const broken = JSON.stringify({ ids: ["o1"], kind: "acknowledge" });
  assert.equal((await logOf(`${broken}\n${record("a")}\n`)).info.records, 2);
});

test("a list under a name is one, on one line or many, whatever else its object has", async () => {
  for (const text of [`{"actions":[${record("a")},${record("b")}]}`, `{"actions": [\n${record("a")},\n${record("b")}\n], "more": {"x": ["]}", 1]}}\n`]) {
    const { log, result } = await ranText(text);
    assert.deepEqual([log.info.format, log.info.records, result.requests, result.brokenCount], ["json", 2, 2, 0], text);
  }
});

test("what stands after a list is read or counted", async () => {
  const cases = [
    [`[${record("a")}]\n[${record("b")},${record("c")}]`, 3, []],
    [`[${record("a")}]\n${record("b")}\nnonsense\n`, 2, [3]],
    [`[${record("a")}]]`, 1, [1]],
    [`\n\n[\n${record("a")}\n]\n\nmore`, 1, [7]],
    [`{"actions": [${record("a")}]}\n{"actions": [${record("b")}]}\n`, 1, [2]],
  ];
  for (const [text, requests, broken] of cases) {
    const { result } = await ranText(text);
    assert.deepEqual([result.requests, result.broken.map(({ line }) => line)], [requests, broken], text);
  }
});

test("a broken line has its number in the file, blank lines before the first counted", async () => {
  const { result } = await ranText(`\n \n${record("a")}\n{"at": }\n`);
  assert.deepEqual(result.broken.map(({ line }) => line), [4]);
});
