// README's example for Node runs as it stands and prints what README says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const manifest = createRequire(import.meta.url).resolve("agent-interlock/package.json");

/** The blocks of code of one language, in order. */
function blocks(text, language) {
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...text.matchAll(fenced)].map(([, block]) => block);
}

test("what the page on audit prints is as its comments say", () => {
  const page = readFileSync(path.join(process.env.PROJECT, "docs/audit.md"), "utf8");
  const [example] = blocks(page, "js");
  const said = [...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, words]) => words);
  assert.ok(said.length > 1);
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", example], { cwd: here, encoding: "utf8" });
  assert.deepEqual(output.trimEnd().split("\n"), said);
});

test("README's examples print what it says", () => {
  const readme = readFileSync(path.join(path.dirname(manifest), "README.md"), "utf8");
  const [examples, printed] = [blocks(readme, "js"), blocks(readme, "text")];
  assert.ok(examples.length > 1 && examples.length === printed.length, "README says of each example in JavaScript what it prints");
  for (const [index, example] of examples.entries()) {
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", example], { cwd: here, encoding: "utf8" });
    assert.equal(output, printed[index]);
  }
});
