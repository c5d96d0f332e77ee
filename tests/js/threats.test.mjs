// What somebody might try who means harm, where no other test of the package has it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { library, POLICY, refuses } from "./library.mjs";

const { Guard, Policy, Replay } = library;

const NOW = { now: "2026-03-20T10:00:00Z" };

describe("a name that stands twice in JSON text", () => {
  test("is refused in a line of a log, and the next line runs", () => {
    const replay = new Replay({ policy: POLICY });
    const line = (args) => `{"at":"2026-03-20T10:00:00Z","id":"a1","type":"score_deal","agent":"sales","args":${args}}`;
    refuses(() => replay.line(line('{"sum":1,"sum":1000}')), { path: "", message: /`sum` stands twice/ });
    refuses(() => replay.line(line("{}").replace('"id":"a1"', '"id":"a1","id":"a2"')), { path: "", message: /`id` stands twice/ });
    assert.equal(replay.line(line('{"sum":1}')).effect, "allow");
    replay.free();
  });

  test("is refused in a snapshot", () => {
    const guard = new Guard({ policy: POLICY });
    const text = JSON.stringify(guard.snapshot());
    assert.equal(text.match(/"version":1,/g).length, 1);
    const snapshot = text.replace('"version":1,', '"version":1,"version":1,');
    refuses(() => new Guard({ policy: POLICY, snapshot }), { code: "invalid_snapshot", path: "snapshot", message: /stands twice/ });
    guard.free();
  });
});

describe("digests", () => {
  test("what differs only in where one part ends and the next begins has another digest", () => {
    const guard = new Guard({ policy: POLICY });
    const digest = (id, more) => guard.request({ id, type: "score_deal", agent: "a", ...more }, NOW).digest;
    const digests = [
      digest("1", { agent: "a:b", type: "c" }),
      digest("2", { agent: "a", type: "b:c" }),
      digest("3", { args: { a: "1,b" } }),
      digest("4", { args: { a: "1", b: "" } }),
      digest("5", { args: { a: '1","b":"' } }),
      digest("6", { args: { a: 1 } }),
      digest("7", { args: { a: "1" } }),
      digest("8", { args: [] }),
      digest("9", { args: {} }),
      digest("10", { args: null }),
    ];
    assert.equal(new Set(digests).size, digests.length);
    assert.equal(digest("11", { args: { b: "", a: "1" } }), digests[3], "the order of names means nothing");
    guard.free();
  });
});

describe("keywords", () => {
  test("look-alikes of other scripts are not seen, as the documents say", () => {
    const policy = new Policy({ ...POLICY, blockedKeywords: ["guarantee"] });
    const asked = (draftText) => policy.requiresApproval({ actionType: "send_message", riskFactors: { draftText } }).reason;
    assert.equal(asked("we guarantee it"), "blocked_keyword=guarantee");
    assert.equal(asked("we gu\u0430rantee it"), null);
    assert.equal(asked("we g u a r a n t e e it"), null);
    policy.free();
  });
});
