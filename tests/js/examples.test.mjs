// The examples that an editor shows beside the types run, and print what their comments say.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = path.dirname(createRequire(import.meta.url).resolve("agent-interlock/package.json"));
const here = path.dirname(fileURLToPath(import.meta.url));

for (const file of readdirSync(root).filter((name) => name.endsWith(".d.ts"))) {
  for (const [index, example] of examples(readFileSync(path.join(root, file), "utf8")).entries()) {
    test(`${file}, example ${index + 1}`, () => {
      const expected = [...example.matchAll(/^ *console\.log\(.*\); \/\/ ([^:\n]*)/gm)].map(([, output]) => output);
      assert.notEqual(expected.length, 0, `the example prints nothing:\n${example}`);
      const output = execFileSync(process.execPath, ["--input-type=module", "--eval", example], { cwd: here, encoding: "utf8" });
      assert.deepEqual(output.trimEnd().split("\n"), expected);
    });
  }
}

test("every function and class has an example", () => {
  for (const file of readdirSync(root).filter((name) => name.endsWith(".d.ts"))) {
    const text = readFileSync(path.join(root, file), "utf8");
    const items = text.match(/^export declare (function|class) \w+/gm) ?? [];
    const documented = text.match(/\* @example\n(?: \*.*\n)*? \*\/\nexport declare (function|class) \w+/g) ?? [];
    assert.equal(documented.length, items.length, file);
  }
});

function examples(text) {
  const blocks = text.matchAll(/^ \* ```js\n((?: \*.*\n)*?) \* ```$/gm);
  return [...blocks].map(([, block]) => block.replace(/^ \* ?/gm, ""));
}
