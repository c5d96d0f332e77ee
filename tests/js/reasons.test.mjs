// One list of reasons: the engine's, the types' and the command line's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";

const manifest = new URL(import.meta.resolve("agent-interlock/package.json"));
const { reasonWords, WORDS } = await import(new URL("cli/reasons.js", manifest));

const source = readFileSync(join(process.env.PROJECT, "src/reason.rs"), "utf8");
const [, body] = source.match(/pub const fn code\(&self\) -> &'static str \{(.*?)\n {4}\}\n/s);
const codes = [...body.matchAll(/=> "(\w+)"/g)].map(([, code]) => code).sort();

test("the engine's codes are those of the types", () => {
  const types = readFileSync(new URL("reasons.d.ts", manifest), "utf8");
  const named = [...types.matchAll(/ReasonOf<\s*([^`>]*?)(?:, `[^`]*`|,\s*"[^"]*")?>/g)].flatMap(([, list]) => list.match(/\w+/g));
  const known = named.filter((name) => !["Code", "extends", "string", "Text"].includes(name));
  assert.ok(codes.length > 30);
  assert.deepEqual(known.sort(), codes);
});

test("the command line has a sentence for each", () => {
  assert.deepEqual(Object.keys(WORDS).sort(), codes);
});

test("a sentence has no hole, and nothing in it disturbs a terminal", () => {
  const hostile = "a\u202eb";
  const reason = {
    mode: "manual", value: 5, currency: "SAR", threshold: 4, sector: hostile, keyword: hostile, index: 3, maximum: 3,
    factor: hostile, dimension: "amount", score: 0.8, actionCount: 15, actionsPerMinute: 3, category: "auth",
    level: "L2", date: "2026-05-12", used: 1, cost: 2, cap: 2,
  };
  for (const code of codes) {
    const words = reasonWords({ ...reason, code });
    assert.doesNotMatch(words, /undefined|NaN|\u202e|_/, code);
    assert.ok(words.length > 3 && words.length <= 60, `${code}: ${words}`);
  }
});
