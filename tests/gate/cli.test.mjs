// The command line on a store: a person steers a running agent from another terminal.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { OPEN, action, createGate, folder, sqliteStore } from "./lab.mjs";

const command = fileURLToPath(new URL("cli/main.js", import.meta.resolve("agent-interlock/package.json")));
const place = folder();
const policy = path.join(place, "policy.json");
writeFileSync(policy, JSON.stringify(OPEN));

/** Runs the command in the folder; beside it the agent goes on. */
function run(args, { cwd = place, env = {} } = {}) {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...env }, encoding: "utf8" };
    execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}

async function fine(args, options) {
  const answer = await run(args, options);
  assert.deepEqual([answer.code, answer.stderr], [0, ""], answer.stderr);
  return answer.stdout;
}

const jsonLines = (text) => text.trimEnd().split("\n").map((line) => JSON.parse(line));

test("an agent that runs is steered from another terminal", { timeout: 120_000 }, async () => {
  assert.match(await fine(["init", "policy.json"]), /agent-interlock\.db begins with the policy of noor/);
  const store = await sqliteStore(path.join(place, "agent-interlock.db"));
  const gate = await createGate({ policy: OPEN, store, pollMs: 50 });
  await gate.run(action("a1"), () => 1);

  const waiting = gate.run(action("a2", { type: "ask" }), () => "done", { wait: true });
  const refused = gate.run(action("a3", { type: "ask", args: { to: "\u202eevil\u001b[31m" } }), () => assert.fail("it ran"), { wait: true });
  while ((await gate.approvals()).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  const status = await fine(["status"]);
  assert.match(status, /noor {2}full_autopilot/);
  assert.match(status, /nothing is locked\n.*1 of 1,000,000,000 API calls.*\n.*2 actions wait for a person\n.*0 running, none of unknown outcome/);
  assert.match(status, new RegExp(`head \\d+:[0-9a-f]{64}`));

  const [first, second] = jsonLines(await fine(["approvals", "--json"]));
  assert.deepEqual([first.actionId, second.actionId], ["a2", "a3"]);
  const drawn = await fine(["approvals"]);
  assert.match(drawn, /ask by Worker, until/);
  assert.doesNotMatch(drawn, /[\u001b\u202e]/);

  const stranger = await run(["approve", first.id, "--as", "ann"]);
  assert.equal(stranger.code, 1);
  assert.match(stranger.stderr, /Only the agent creator or platform admin/);
  assert.match(await fine(["approve", first.id, "--as", "huda", "--comment", "fine"]), /✓ ask a2 of Worker: approved/);
  assert.equal((await waiting).result, "done");
  assert.match(await fine(["reject", second.id, "--as", "root", "--role", "platform_admin"]), /✗ ask a3 of Worker: rejected/);
  assert.equal((await refused).code, "approval_rejected");
  assert.equal((await run(["approve", first.id, "--as", "huda"])).code, 1);
  assert.match(await fine(["approvals"]), /nothing waits/);
  assert.equal(jsonLines(await fine(["approvals", "--all", "--json"])).length, 2);

  assert.match(await fine(["lock", "--as", "huda", "--reason", "odd"]), /locked {2}everything {2}since .*manual: odd/);
  assert.equal((await gate.run(action("a4"), () => assert.fail("it ran"))).code, "customer_locked");
  assert.equal((await run(["unlock", "--as", "huda", "--reason", "seen"])).code, 1);
  assert.match(await fine(["unlock", "--as", "root", "--role", "platform_admin", "--reason", "seen"]), /nothing is locked/);
  assert.match(await fine(["lock", "--agent", "worker", "--as", "huda", "--reason", "odd"]), /locked {2}worker/);
  await fine(["unlock", "--agent", "worker", "--as", "huda", "--reason", "seen"]);

  const lost = gate.run(action("a5"), () => new Promise(() => {}), { timeoutMs: 10 });
  assert.equal((await lost).status, "unknown");
  assert.match(await fine(["inflight"]), /unknown {2}a5 {2}work by worker, attempt 1/);
  assert.match(await fine(["reconcile", "a5", "succeeded", "--as", "huda"]), /a5 has succeeded/);
  assert.match(await fine(["inflight"]), /nothing is in flight/);
  assert.equal((await gate.run(action("a5"), () => assert.fail("it ran"))).code, "already_executed");

  const audit = await fine(["audit"]);
  const { head } = jsonLines(await fine(["status", "--json"]))[0];
  writeFileSync(path.join(place, "audit.jsonl"), audit);
  assert.match(await fine(["verify", "audit.jsonl", "--head", `${head.seq}:${head.hash}`]), /is whole/);
  const late = jsonLines(await fine(["audit", "--since", String(head.seq - 2)]));
  assert.deepEqual(late.map(({ seq }) => seq), [head.seq - 1, head.seq]);
  assert.deepEqual(gate.head, head);
  await gate.close();
  store.close();
});

test("what is wrong is said, and nothing is begun by it", async () => {
  const empty = folder();
  for (const [args, words] of [
    [["status"], /there is no store agent-interlock\.db/],
    [["approve", "x", "--as", "huda"], /there is no store/],
    [["status", "--store", "other.db"], /there is no store other\.db/],
  ]) {
    const { code, stderr } = await run(args, { cwd: empty });
    assert.equal(code, 2);
    assert.match(stderr, words);
  }
  const again = await run(["init", "policy.json"]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /has a state of `noor` already/);
  for (const [args, words] of [
    [["approve", "x"], /--as USER is needed/],
    [["lock", "--as", "huda"], /--reason TEXT is needed/],
    [["reconcile", "a1", "done", "--as", "huda"], /succeeded or failed/],
    [["audit", "--since", "yesterday"], /--since needs a number/],
    [["approve"], /approve needs ID/],
    [["status", "--stor", "x"], /did you mean `--store`/],
  ]) {
    const { code, stderr } = await run(args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, words);
  }
  const unknown = await run(["approve", "x", "--as", "huda"]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /Approval not found/);
  writeFileSync(path.join(empty, "text.db"), "no database ".repeat(200));
  const text = await run(["status"], { cwd: empty, env: { AGENT_INTERLOCK_STORE: "text.db" } });
  assert.equal(text.code, 2);
  assert.match(text.stderr, /cannot use the store text\.db/);
  writeFileSync(path.join(empty, "bad.json"), '{"customerId": "noor", "autonomyMod": "manual"}');
  const bad = await run(["init", "bad.json"], { cwd: empty });
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /not a valid policy/);
});
