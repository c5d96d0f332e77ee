// An audit chain: what a guard wrote is whole, and nobody changes it unseen.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { library, POLICY, refuses } from "./library.mjs";

const { Guard, verifyAudit } = library;

/** The entries of a few commands, refused authority among them, and their head. */
function chain() {
  const guard = new Guard({ policy: POLICY });
  const now = "2026-03-20T10:00:00Z";
  guard.request({ id: "a1", type: "book_meeting", agent: "sales", args: { with: "هدى", at: 0.1 } }, { now });
  guard.report({ actionId: "a1", outcome: "succeeded" }, { now });
  guard.lock({ agent: "sales", by: { id: "noor", role: "user" }, reason: "lunch" }, { now });
  assert.throws(() => guard.unlock({ agent: "sales", by: { id: "x", role: "user" }, reason: "no" }, { now }));
  guard.unlock({ agent: "sales", by: { id: "noor", role: "platform_admin" }, reason: "back" }, { now });
  const [entries, head] = [guard.auditSince(0), guard.auditHead()];
  guard.free();
  return { entries, head };
}

const { entries, head } = chain();
const whole = { valid: true, brokenAt: null, reason: null };
const broken = (brokenAt, reason) => ({ valid: false, brokenAt, reason });

describe("verifyAudit", () => {
  test("finds what a guard wrote whole, in one piece and in parts, as objects and out of a file", () => {
    assert.equal(entries.length, 5);
    assert.deepEqual(verifyAudit({ entries, head }), whole);
    assert.deepEqual(verifyAudit({ entries: JSON.parse(JSON.stringify(entries)), head }), whole);
    const { seq, hash } = entries[1];
    assert.deepEqual(verifyAudit({ entries: entries.slice(2), since: { seq, hash }, head }), whole);
  });

  test("names the first entry that was changed, removed, inserted or moved", () => {
    const changed = entries.map((entry) => (entry.seq === 3 ? { ...entry, at: "2026-03-20T10:00:01Z" } : entry));
    assert.deepEqual(verifyAudit({ entries: changed, head }), broken(3, "changed_entry"));
    assert.deepEqual(verifyAudit({ entries: entries.filter(({ seq }) => seq !== 2), head }), broken(2, "out_of_sequence"));
    assert.deepEqual(verifyAudit({ entries: [entries[0], ...entries], head }), broken(2, "out_of_sequence"));
    const [a, b, c, ...rest] = entries;
    assert.deepEqual(verifyAudit({ entries: [a, c, b, ...rest], head }), broken(2, "out_of_sequence"));
  });

  test("an entry with a field more, or one less, is not the entry that was written", () => {
    const more = entries.map((entry) => (entry.seq === 2 ? { ...entry, note: "approved by the board" } : entry));
    assert.deepEqual(verifyAudit({ entries: more }), broken(2, "changed_entry"));
    const { kind, ...less } = entries[3];
    assert.equal(typeof kind, "string");
    assert.deepEqual(verifyAudit({ entries: [...entries.slice(0, 3), less] }), broken(4, "changed_entry"));
  });

  test("sees a cut tail against the head, and only there", () => {
    assert.deepEqual(verifyAudit({ entries: entries.slice(0, 3) }), whole);
    assert.deepEqual(verifyAudit({ entries: entries.slice(0, 3), head }), broken(4, "cut_tail"));
    assert.deepEqual(verifyAudit({ entries: [], head }), broken(1, "cut_tail"));
    assert.deepEqual(verifyAudit({ entries, head: { seq: 5, hash: "0".repeat(64) } }), broken(5, "other_head"));
  });

  test("what is wrong in the question is an error", () => {
    refuses(() => verifyAudit({}), { path: "entries" });
    refuses(() => verifyAudit({ entries: "[]" }), { path: "entries" });
    refuses(() => verifyAudit({ entries, head: { seq: 5 } }), { path: "head.hash" });
    refuses(() => verifyAudit({ entries, head: { seq: 5, hash: "X".repeat(64) } }), { path: "head.hash" });
    refuses(() => verifyAudit({ entries, head: { seq: 0.5, hash: head.hash } }), { path: "head.seq" });
    refuses(() => verifyAudit({ entries: [{ ...entries[0], data: new Map() }] }), { path: "entries[0].data" });
    refuses(() => verifyAudit({ entries: new Array(100_001).fill(null) }), { path: "entries", message: /at most 100000 items/ });
  });
});
