// Deno, Bun, and a Node.js with an SQLite of its own: the examples, and a file that all of them share.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { describe, test } from "node:test";
import { folder } from "../lab.mjs";
import { playground } from "../playground.mjs";

const programs = path.join(process.env.PROJECT, "tests/hosts/node_modules/.bin");
const ALLOWED = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
const HOSTS = {
  deno: { command: "deno", args: ["run", "--node-modules-dir=manual", "--no-lock", ...ALLOWED], example: "deno.ts" },
  bun: { command: "bun", args: ["--no-install"], example: "bun.ts" },
  node: { command: "node", args: ["--disable-warning=ExperimentalWarning"], example: "shared.mjs" },
};

const cwd = playground([]);
const shared = `
import process from "node:process";
import { createGate } from "agent-interlock/gate";
import { sqliteStore } from "agent-interlock/sqlite";
const [file, id, ...words] = process.argv.slice(2);
const store = await sqliteStore(file);
const gate = await createGate({ policy: { customerId: "noor", autonomyMode: "safe_autopilot" }, store, create: words.includes("--first") });
const run = await gate.run({ id, type: "book_meeting", agent: "sales" }, () => "booked");
console.log(run.status, run.code ?? run.result, gate.head.seq);
await gate.close();
store.close();
`;

function run(name, script, args) {
  const { command, args: own } = HOSTS[name];
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  return execFileSync(path.join(programs, command), [...own, script, ...args], { cwd, env, encoding: "utf8", timeout: 60_000 }).trimEnd().split("\n");
}

for (const name of ["deno", "bun"]) {
  test(`the example for ${name}`, () => {
    const file = path.join(folder(), "agent.db");
    const { example } = HOSTS[name];
    assert.deepEqual(run(name, example, [file, "--first"]), ["m1 executed booked for Sunday", "m2 executed booked for Sunday", "head 4"]);
    assert.deepEqual(run(name, example, [file]), ["m1 denied already_executed", "m2 denied already_executed", "head 6"]);
    assert.throws(() => run(name, example, [path.join(folder(), "lost.db")]), /it has been lost/);
  });
}

describe("one file, whatever the host", () => {
  test("each goes on where the other has stopped", async () => {
    const { writeFileSync } = await import("node:fs");
    writeFileSync(path.join(cwd, "shared.mjs"), shared);
    const file = path.join(folder(), "agent.db");
    assert.deepEqual(run("node", "shared.mjs", [file, "a1", "--first"]), ["executed booked 2"]);
    assert.deepEqual(run("deno", "shared.mjs", [file, "a1"]), ["denied already_executed 3"]);
    assert.deepEqual(run("bun", "shared.mjs", [file, "a2"]), ["executed booked 5"]);
    assert.deepEqual(run("node", "shared.mjs", [file, "a2"]), ["denied already_executed 6"]);
    assert.deepEqual(run("deno", "shared.mjs", [file, "a3"]), ["executed booked 8"]);
  });
});
