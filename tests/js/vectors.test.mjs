// The examples of the behaviour contract, through the package.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { library } from "./library.mjs";

const folder = new URL("../vectors/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl"));
assert.ok(files.length >= 17, `vector files are missing: ${files}`);

for (const file of files) {
  const lines = readFileSync(new URL(file, folder), "utf8").split("\n").filter((line) => line !== "");
  const vectors = lines.map((line) => JSON.parse(line));
  const missing = vectors.map(({ fn }) => fn).filter((fn) => typeof library[fn] !== "function");
  test(`${file}: ${vectors.length} vectors`, () => {
    assert.deepEqual(missing, []);
    for (const [index, vector] of vectors.entries()) check(vector, `${file}:${index + 1}`);
  });
}

function check({ fn, input, expected }, place) {
  assertHolds(outcome(fn, input), expected, `${place} ${fn}(${JSON.stringify(input)})`);
}

function outcome(fn, input) {
  const before = JSON.stringify(input);
  try {
    return library[fn](input);
  } catch (error) {
    assert.ok(error instanceof library.InterlockError, error.stack);
    return { error: { code: error.code, path: error.path } };
  } finally {
    assert.equal(JSON.stringify(input), before, "the input was changed");
  }
}

/** Field by field; a result may hold more. */
function assertHolds(actual, expected, place) {
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${place}: not an array`);
    assert.equal(actual.length, expected.length, `${place}: length`);
    expected.forEach((item, index) => assertHolds(actual[index], item, `${place}[${index}]`));
  } else if (typeof expected === "object" && expected !== null) {
    assert.equal(typeof actual, "object", place);
    assert.notEqual(actual, null, place);
    for (const [name, value] of Object.entries(expected)) {
      assert.ok(Object.hasOwn(actual, name), `${place}: lacks ${name}`);
      assertHolds(actual[name], value, `${place}.${name}`);
    }
  } else {
    assert.equal(actual, expected, place);
  }
}
