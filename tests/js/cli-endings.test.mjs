// How the command line ends: on its own faults, on Ctrl-C, and where nobody reads any more.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { describe, test } from "node:test";
import { ACTIONS, BARE, PACKAGE, POLICY, request, rowsOf, run } from "./cli.mjs";

describe("a fault of its own is a sentence and an exit code, no stack", () => {
  /** Node's option that runs this before the command. */
  const before = (code) => ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
  const noEngine = before('WebAssembly.Module = function () { throw new Error("no engine\u202e here"); };');
  const trap = before(`
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (module, imports) {
      const instance = new Instance(module, imports);
      process.stdin.once("data", () => setImmediate(() => new Uint8Array(instance.exports.memory.buffer).fill(0xff)));
      return instance;
    };
  `);

  for (const args of [["check", POLICY], ["replay", POLICY, ACTIONS], ["replay", POLICY, "-", "--json"]]) {
    test(`no engine: ${args.slice(0, 1)} ${args.slice(2)}`, () => {
      const { status, stdout, stderr } = run(args, { node: noEngine });
      assert.equal(status, 3);
      assert.equal(stdout, "");
      assert.match(stderr, /^internal error: the engine cannot start: Error: no engine\\u\{202e\} here/);
      assert.doesNotMatch(stderr, /\n +at /);
    });
  }

  test("an engine that fails in the middle ends the replay: no further line is decided", async () => {
    const command = join(PACKAGE, "cli/main.js");
    const child = spawn(process.execPath, [...trap, command, "replay", POLICY, "-", "--json"], { env: BARE });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.stdin.on("error", () => {});
    child.stdin.write(`${request("a")}\n`);
    while (!said.stdout.includes('"a"')) await new Promise((resolve) => setTimeout(resolve, 10));
    child.stdin.end(`${request("b")}\n${request("c")}\n`);
    assert.equal(await ended, 3);
    assert.match(said.stderr, /^internal error: the engine failed/);
    assert.deepEqual(said.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).actionId), ["a"]);
  });
});

describe("replay, ended early", () => {
  /** A replay of standard input that is still going on. */
  function start(args) {
    const child = spawn(process.execPath, [join(PACKAGE, "cli/main.js"), "replay", POLICY, "-", ...args], {
      env: BARE,
    });
    const result = { child, stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text) => (result[name] += text));
    }
    result.ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
    return result;
  }

  test("Ctrl-C sums up what was read: exit code 130", async () => {
    const replay = start(["--json"]);
    replay.child.stdin.write(`${request("a")}\n${request("b")}\n`);
    while (!replay.stdout.includes('"b"')) await new Promise((resolve) => setTimeout(resolve, 10));
    replay.child.kill("SIGINT");
    assert.deepEqual(await replay.ended, { code: 130, signal: null });
    const { rows, summary } = rowsOf(replay.stdout);
    assert.deepEqual([rows.length, summary.requests, summary.interrupted], [2, 2, true]);
    assert.equal(replay.stderr, "");
  });

  test("a reader that goes away ends it in silence", async () => {
    const replay = start(["--json"]);
    replay.child.stdin.on("error", () => {});
    replay.child.stdout.once("data", () => replay.child.stdout.destroy());
    const lines = `${Array.from({ length: 2000 }, (_, index) => request(`a${index}`)).join("\n")}\n`;
    const feed = setInterval(() => replay.child.stdin.write(lines), 5);
    const ended = await replay.ended;
    clearInterval(feed);
    assert.deepEqual(ended, { code: 0, signal: null });
    assert.equal(replay.stderr, "");
  });
});
