// `agent-interlock verify`: a chain in a file, whatever its length.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { file, folder, run, width } from "./cli.mjs";
import { library, POLICY } from "./library.mjs";

const { Guard } = library;

/** More entries than are verified at once. */
const LENGTH = 2345;

function chain() {
  const guard = new Guard({ policy: { ...POLICY, velocity: { tier_3: { actionsPerMinute: 1e6 } } } });
  const lines = [];
  for (let index = 0; index < LENGTH; index += 1) {
    const now = Date.UTC(2026, 2, 20, 10) + index * 60_000;
    guard.recordUsage({ agent: "sales", usage: { llmTokens: index } }, { now });
    lines.push(...guard.auditSince(index).map((entry) => JSON.stringify(entry)));
  }
  const { seq, hash } = guard.auditHead();
  guard.free();
  return { lines, head: `${seq}:${hash}` };
}

const { lines, head } = chain();
const whole = file("audit.jsonl", `${lines.join("\n")}\n`);

/** What is said of a file with these lines, for programs. */
function verdict(given, ...options) {
  const { status, stdout } = run(["verify", "--json", "-", ...options], { input: given.join("\n") });
  const answer = JSON.parse(stdout);
  assert.equal(status, answer.valid ? 0 : 1);
  return answer;
}

describe("verify", () => {
  test("a whole chain is found whole, and its head is printed to be kept", () => {
    const { status, stdout } = run(["verify", whole]);
    assert.equal(status, 0);
    assert.match(stdout, /is whole: 2,345 entries\n/);
    assert.ok(stdout.includes(head));
    assert.match(stdout, /only against a head that you kept/);
    const kept = run(["verify", whole, "--head", head]);
    assert.equal(kept.status, 0);
    assert.doesNotMatch(kept.stdout, /--head/);
    for (const line of stdout.split("\n").slice(2)) assert.ok(width(line) <= 80, line);
    assert.equal(readFileSync(whole, "utf8").split("\n").length, LENGTH + 1);
  });

  test("a break is named by its entry and its line, wherever it is", () => {
    for (const at of [1, 2, 999, 1000, 1001, 2001, LENGTH]) {
      const changed = lines.slice();
      changed[at - 1] = changed[at - 1].replace('"llmTokens":', '"llmTokens":1');
      const { brokenAt, reason, line, entries } = verdict(changed);
      assert.deepEqual([brokenAt, reason, line], [at, "changed_entry", at]);
      assert.ok(entries < at);
    }
    const removed = verdict(lines.filter((_, index) => index !== 1500));
    assert.deepEqual([removed.brokenAt, removed.reason, removed.line], [1501, "out_of_sequence", 1501]);
    const blank = verdict(["", lines[0], "", "  ", lines[0]]);
    assert.deepEqual([blank.brokenAt, blank.line], [2, 5]);
  });

  test("a cut tail shows against the head alone", () => {
    assert.equal(verdict(lines.slice(0, 1000)).valid, true);
    for (const length of [0, 1, 999, 1000, 1001, 2344]) {
      const { brokenAt, reason, line } = verdict(lines.slice(0, length), "--head", head);
      assert.deepEqual([brokenAt, reason, line], [length + 1, "cut_tail", null]);
    }
    const { stdout } = run(["verify", file("cut.jsonl", lines.slice(0, 7).join("\n")), `--head=${head}`]);
    assert.match(stdout, /cut\.jsonl is broken at entry 8\n/);
    assert.match(stdout, /the head that you kept comes later/);
  });

  test("an earlier head holds, and that of another chain does not", () => {
    for (const at of [1, 1000, 1001, 2000]) {
      const { hash } = JSON.parse(lines[at - 1]);
      assert.equal(verdict(lines, "--head", `${at}:${hash}`).valid, true);
      const { brokenAt, reason } = verdict(lines, "--head", `${at}:${"ab".repeat(32)}`);
      assert.deepEqual([brokenAt, reason], [at, "other_head"]);
    }
  });

  test("a file that begins later is verified after the head before it", () => {
    const { seq, hash } = JSON.parse(lines[1499]);
    const answer = verdict(lines.slice(1500), "--since", `${seq}:${hash}`, "--head", head);
    assert.deepEqual([answer.valid, answer.entries], [true, LENGTH - 1500]);
    assert.equal(verdict(lines.slice(1500)).reason, "out_of_sequence");
    assert.match(run(["verify", "-"], { input: lines.slice(1500).join("\n") }).stdout, /later entry needs --since/);
  });

  test("a line that says a thing twice, or is no JSON, is no entry", () => {
    const [first, second, ...rest] = lines;
    const twice = second.replace('"kind":', '"kind":"lock","kind":');
    for (const wrong of [twice, "{", "5", '"x"', second.slice(0, -1)]) {
      const { brokenAt, reason } = verdict([first, wrong, ...rest]);
      assert.deepEqual([brokenAt, reason], [2, "malformed_entry"], wrong);
    }
  });

  test("what is asked wrongly is said", () => {
    for (const [args, words] of [
      [["--head"], /--head needs a value/],
      [["--head", "5"], /--head needs SEQ:HASH/],
      [["--head", `5:${"X".repeat(64)}`], /--head needs SEQ:HASH/],
      [["--head", head, "--head", head], /--head is given twice/],
      [["--head", `1:${"a".repeat(64)}`, "--since", `2:${"a".repeat(64)}`], /--head comes before --since/],
      [["--since", `0:${"a".repeat(64)}`], /--since is no end of a chain: .*64 zeros/],
      [["--hed", head], /did you mean `--head`/],
    ]) {
      const { status, stderr } = run(["verify", whole, ...args]);
      assert.equal(status, 2, stderr);
      assert.match(stderr, words);
    }
    assert.match(run(["verify", folder]).stderr, /cannot read the audit .*a folder/);
    assert.match(run(["check", whole, "--head", head]).stderr, /unknown option `--head`/);
  });
});
