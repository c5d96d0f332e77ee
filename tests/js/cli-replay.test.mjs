// `agent-interlock replay` under two policies, and with an audit.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, test } from "node:test";
import { ACTIONS, BARE, file, folder, PACKAGE, POLICY, request, rowsOf, run, width } from "./cli.mjs";

const document = JSON.parse(readFileSync(POLICY, "utf8"));
const other = { ...document, quietHours: { start: 20, end: 8 }, budget: { ...document.budget, maxCostPerDay: 60 } };
const OTHER = file("other.json", JSON.stringify(other));

describe("--against", () => {
  const { status, stdout, stderr } = run(["replay", POLICY, ACTIONS, "--against", OTHER]);
  const json = run(["replay", POLICY, ACTIONS, "--against", OTHER, "--json"]);
  const { rows, summary } = rowsOf(json.stdout);

  test("for people: what would newly run comes first, with what stood in its way", () => {
    assert.deepEqual([status, stderr], [0, ""]);
    for (const line of stdout.split("\n").slice(2)) assert.ok(width(line) <= 80 && line === line.trimEnd(), JSON.stringify(line));
    const { changes } = summary.against;
    assert.ok(changes.nowAllowed > 0 && changes.nowRefused > 0);
    const sections = [`\n${changes.nowAllowed} would run and did not before\n`, `\n${changes.nowRefused} would not run any more\n`];
    const [allowed, refused] = sections.map((title) => stdout.indexOf(title));
    assert.ok(allowed !== -1 && allowed < refused, stdout);
    assert.match(stdout, /^ {2}05-12 19:27:11 »→✓ prospecting +enrich_lead +needs SAR 0\.9, and 37\.64 of/m);
    assert.match(stdout, /^ {2}05-12 20:14:20 ●→» support +support\.reply +quiet hours$/m);
    assert.match(stdout, new RegExp(`^» waits +${summary.byEffect.defer} → +${summary.against.summary.byEffect.defer}  −\\d+$`, "m"));
  });

  test("for programs: each row has the other decision beside it", () => {
    assert.equal(json.status, 0);
    const turned = rows.filter(({ turn }) => turn !== undefined);
    assert.equal(turned.length, summary.against.changes.total);
    for (const { effect, against, turn } of turned) if (turn === "now_allowed") assert.ok(effect === "defer" && against.allowed);
    assert.ok(rows.every((row) => row.against.at === row.at));
  });

  test("the same policy changes nothing, and says so", () => {
    assert.match(run(["replay", POLICY, ACTIONS, "--against", POLICY]).stdout, /Both policies decide the same of every action/);
  });

  test("more than ten of a kind are shown where all are asked for", () => {
    const strict = file("manual.json", JSON.stringify({ ...document, autonomyMode: "manual" }));
    const lines = (...more) => run(["replay", POLICY, ACTIONS, "--against", strict, ...more]).stdout.match(/^ {2}05-12 .*[✓●]→/gm).length;
    assert.equal(lines(), 10);
    assert.equal(lines("--all"), rowsOf(run(["replay", POLICY, ACTIONS, "--against", strict, "--json"]).stdout).summary.against.changes.nowRefused);
  });

  test("a second policy that is not valid does not start", () => {
    const { status, stdout, stderr } = run(["replay", POLICY, ACTIONS, "--against", file("worse.json", "{}")]);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /worse\.json is not a valid policy[^]*policy\.customerId/);
  });

  test("a line that only the second cannot read is told, and the exit code is 1", () => {
    const narrow = file("narrow.json", JSON.stringify({ customerId: "c", actions: { tell: { cost: { amount: "/price" } } } }));
    const wide = file("wide.json", JSON.stringify({ customerId: "c", actions: { tell: {} } }));
    const input = request("a", { type: "tell", args: { price: "x" } });
    const { status, stdout, stderr } = run(["replay", wide, "-", "--against", narrow], { input });
    assert.equal(status, 1);
    assert.match(stderr, /^standard input:1:\d+: args\["\/price"\]: under the second policy: expected/);
    assert.match(stdout, /under the second policy 1 line could not be read/);
  });
});

describe("--audit", () => {
  const path = join(folder, "audit.jsonl");
  const { status, stdout } = run(["replay", POLICY, ACTIONS, "--audit", path]);
  const [head] = /^ {2}(\d+:[0-9a-f]{64})$/m.exec(stdout)?.slice(1) ?? [];

  test("what it writes is whole, and ends with the head that it prints", () => {
    assert.equal(status, 0);
    const verified = run(["verify", path, "--head", head, "--json"]);
    assert.equal(verified.status, 0, verified.stdout);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    assert.equal(lines.length, readFileSync(ACTIONS, "utf8").trimEnd().split("\n").length);
    assert.match(stdout, new RegExp(`${lines.length} entries in`));
    const { auditHead } = rowsOf(run(["replay", POLICY, ACTIONS, "--json", "--audit", join(folder, "again.jsonl")]).stdout).summary;
    assert.equal(`${auditHead.seq}:${auditHead.hash}`, head);
  });

  test("a file that exists is left alone", () => {
    const before = readFileSync(path);
    const { status, stdout, stderr } = run(["replay", POLICY, ACTIONS, "--audit", path]);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /cannot write the audit .*it exists, and an audit is never written over/);
    assert.deepEqual(readFileSync(path), before);
  });

  test("nothing is written where nothing starts", () => {
    const none = join(folder, "none.jsonl");
    assert.equal(run(["replay", POLICY, join(folder, "no such log"), "--audit", none]).status, 2);
    assert.equal(existsSync(none), false);
    const { status, stderr } = run(["replay", POLICY, ACTIONS, "--audit", join(folder, "no folder", "a.jsonl")]);
    assert.deepEqual([status, /cannot write the audit .*no such file/.test(stderr)], [2, true]);
  });

  test("Ctrl-C leaves a whole chain of what was carried out: exit code 130", async () => {
    const cut = join(folder, "cut.jsonl");
    const args = [join(PACKAGE, "cli/main.js"), "replay", POLICY, "-", "--json", "--audit", cut];
    const child = spawn(process.execPath, args, { env: BARE });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (said += text));
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.stdin.write(`${request("a")}\n${request("b")}\n`);
    while (!said.includes('"b"')) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGINT");
    assert.equal(await ended, 130);
    const { auditHead } = rowsOf(said).summary;
    assert.equal(run(["verify", cut, "--head", `${auditHead.seq}:${auditHead.hash}`]).status, 0);
    assert.equal(auditHead.seq, 2);
  });
});
